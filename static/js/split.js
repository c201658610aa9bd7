// The borders between the picture, the form and the YAML are moved by mouse, finger or arrow keys; this browser keeps them.
import { narrow } from "./state.js";

const root = document.documentElement;

// What a border sets, in percent: the name of the CSS property, the least and the most, and from which way it is measured.
const KINDS = {
  form: { least: 15, most: 85, at: (event, box) => ((event.clientY - box.top) / box.height) * 100, keys: { ArrowUp: -4, ArrowDown: 4 } },
  side: { least: 22, most: 65, at: (event) => ((innerWidth - event.clientX) / innerWidth) * 100, keys: { ArrowLeft: 3, ArrowRight: -3 } },
};

const put = (bar, value) => {
  const { least, most } = KINDS[bar.dataset.split];
  const kept = Math.round(Math.max(least, Math.min(most, value)) * 10) / 10;
  root.style.setProperty(`--${bar.dataset.split}`, `${kept}%`);
  bar.setAttribute("aria-valuenow", Math.round(kept));
  localStorage.setItem(`split-${bar.dataset.split}`, kept);
};

for (const bar of document.querySelectorAll("[data-split]")) {
  const kind = KINDS[bar.dataset.split];
  const known = Number(localStorage.getItem(`split-${bar.dataset.split}`));
  if (known) put(bar, known);
  bar.addEventListener("pointerdown", (event) => { event.preventDefault(); bar.setPointerCapture(event.pointerId); });
  bar.addEventListener("pointermove", (event) => {
    if (bar.hasPointerCapture(event.pointerId)) put(bar, kind.at(event, bar.parentElement.getBoundingClientRect()));
  });
  bar.addEventListener("dblclick", () => { root.style.removeProperty(`--${bar.dataset.split}`); localStorage.removeItem(`split-${bar.dataset.split}`); });
  bar.addEventListener("keydown", (event) => {
    const step = kind.keys[event.key];
    if (!step || narrow()) return;
    event.preventDefault();
    put(bar, Number(bar.getAttribute("aria-valuenow")) + step);
  });
}
