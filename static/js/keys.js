// The keyboard: every action of the mouse has a key.
import { fit, zoom } from "./canvas.js";
import { designUrl, post, postTo, setState, state } from "./state.js";
import { select } from "./select.js";

const typing = (target) => target.closest("input, textarea, select, [contenteditable], dialog");
// Keys without Ctrl belong to the picture: they act from there, or where nothing has the focus.
const inPicture = (target) => target === document.body || target.closest("[data-canvas]");
const boxes = () => [...document.querySelectorAll("#canvas [data-at]")];

const around = (frame, box) => {
  const [a, b] = [frame.getBoundingClientRect(), box.getBoundingClientRect()];
  return a.left <= b.left && a.right >= b.right && a.top <= b.top && a.bottom >= b.bottom;
};

// The nearest box in the direction of an arrow key.
const neighbour = (from, key) => {
  const centre = (box) => { const r = box.getBoundingClientRect(); return { x: r.left + r.width / 2, y: r.top + r.height / 2 }; };
  const here = centre(from);
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
  let best = null, least = Infinity;
  for (const box of boxes()) {
    const there = centre(box);
    const along = (there.x - here.x) * way[0] + (there.y - here.y) * way[1];
    const across = Math.abs((there.x - here.x) * way[1]) + Math.abs((there.y - here.y) * way[0]);
    // A frame is around its boxes: it is the neighbour only of what stands outside it.
    if (box === from || along <= 2 || (box.matches(".frame") && around(box, from))) continue;
    if (along + 2.5 * across < least) { least = along + 2.5 * across; best = box; }
  }
  return best;
};

document.addEventListener("keydown", (event) => {
  const command = event.ctrlKey || event.metaKey;
  const key = event.key.toLowerCase();
  if (command && key === "z" && !typing(event.target)) { event.preventDefault(); postTo(designUrl() + (event.shiftKey ? "redo/" : "undo/")); return; }
  if (command && key === "y" && !typing(event.target)) { event.preventDefault(); postTo(designUrl() + "redo/"); return; }
  if (typing(event.target) || command) return;
  if (event.key === "Escape") {
    // The menu, description or dialog that it closed was the topmost thing.
    if (!event.defaultPrevented && !document.querySelector(":popover-open")) select("");
    return;
  }
  if (!inPicture(event.target)) return;
  const box = event.target.closest("#canvas [data-at]");
  const at = box?.dataset.at ?? state("at");
  if (event.altKey && ["ArrowLeft", "ArrowRight"].includes(event.key) && /ontainers\//.test(at)) {
    event.preventDefault();
    setState("at", at);
    post("step", { at, by: event.key === "ArrowLeft" ? -1 : 1 }).then(() => refocus());
    return;
  }
  if (box && event.key.startsWith("Arrow")) { event.preventDefault(); neighbour(box, event.key)?.focus(); return; }
  if (box && (event.key === "Enter" || event.key === " ")) { event.preventDefault(); select(at); return; }
  if ((event.key === "Delete" || event.key === "Backspace") && at) {
    event.preventDefault();
    if (!event.repeat) { setState("at", at); post("remove", { at }); }
    return;
  }
  if (key === "c") post("add-container", { kind: "app" }).then(() => refocus());
  else if (key === "v") post("add-volume", { source: "emptyDir" }).then(() => refocus());
  else if (key === "d" && at) { setState("at", at); post(duplicating(at), { at }).then(() => refocus()); }
  else if (key === "m" && /ontainers\//.test(at)) { setState("tab", "mounts"); select(at).then(() => document.querySelector("#inspector .actions button")?.focus()); }
  else if (event.key === "+" || event.key === "=") zoom(1.25);
  else if (event.key === "-") zoom(0.8);
  else if (event.key === "0") fit();
});

const duplicating = (at) => (/ontainers\//.test(at) ? "duplicate-container" : /\/volumes\//.test(at) ? "duplicate-volume" : "duplicate-object");

const refocus = () => document.querySelector(`#canvas [data-at="${CSS.escape(state("at"))}"]`)?.focus();
