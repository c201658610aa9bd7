// While a pattern is held over a container or a pod: the picture of what weaving it there makes, in the place of the real
// one, with what it is held over exactly where it stands. The real picture stays underneath and is what is pointed at.
import { rectOf } from "./boxes.js";
import { seen } from "./canvas.js";
import { designUrl, state } from "./state.js";

const REST = 160; // ms over one thing before it is shown
const canvas = document.querySelector("[data-canvas]");
const known = new Map(); // answers, by preset, place and revision
let [waiting, shown, held] = [0, null, ""];

// What the server says of weaving a preset onto an address: {ready, picture, anchor, problem}.
export const ask = (preset, onto) => {
  const key = [preset, onto, state("base")].join(" ");
  if (!known.has(key)) {
    if (known.size > 40) known.clear();
    const query = new URLSearchParams({ onto });
    const answer = fetch(`${designUrl()}ghost/${preset}/?${query}`, { headers: { "HX-Request": "true" } })
      .then((response) => (response.ok ? response.json() : { ready: false }))
      .catch(() => ({ ready: false }));
    known.set(key, answer);
  }
  return known.get(key);
};

const show = (answer, box) => {
  const now = seen(), place = rectOf(box);
  if (!answer.picture || !now || !place) return;
  const svg = new DOMParser().parseFromString(answer.picture, "image/svg+xml").documentElement;
  const [x, y] = answer.anchor;
  svg.setAttribute("viewBox", `${x - (place.x - now.x)} ${y - (place.y - now.y)} ${now.w} ${now.h}`);
  for (const name of ["width", "height"]) svg.removeAttribute(name);
  shown?.remove();
  shown = Object.assign(document.createElement("div"), { className: "weave-ghost", ariaHidden: "true" });
  shown.append(svg);
  canvas.append(shown);
};

export const hide = () => {
  clearTimeout(waiting);
  held = "";
  shown?.remove();
  shown = null;
};

// Show what comes of `preset` on `box` once the pointer rests there; `told` hears what stands against it.
export const hover = (preset, box, told) => {
  const onto = box.dataset.at;
  if (held === onto) return;
  hide();
  held = onto;
  const answer = ask(preset, onto); // asked at once, shown when it is meant
  waiting = setTimeout(async () => {
    const found = await answer;
    if (held !== onto) return;
    show(found, box);
    told(found);
  }, REST);
};
