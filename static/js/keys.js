// The keyboard: every action of the mouse has a key. What can be done with a box is listed in actions.js.
import { ACTIONS, refocus, remove } from "./actions.js";
import { around, at as boxAt, all, isContainer, isPod } from "./boxes.js";
import { fit, fullSize, panBy, zoom } from "./canvas.js";
import { holdSpace, releaseSpace } from "./pan.js";
import { designUrl, post, postTo, state } from "./state.js";
import { select } from "./select.js";

const PAN = 80; // pixels that a key moves the view
const typing = (target) => target.closest("input, textarea, select, [contenteditable], dialog");
// Keys without Ctrl belong to the picture: they act from there, or where nothing has the focus.
const inPicture = (target) => target === document.body || (target.closest("[data-canvas]") && !target.closest("button"));
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const encloses = (frame, box) => {
  const [a, b] = [frame.getBoundingClientRect(), box.getBoundingClientRect()];
  return a.left <= b.left && a.right >= b.right && a.top <= b.top && a.bottom >= b.bottom;
};

// The nearest box in the direction of an arrow key.
const neighbour = (from, [toX, toY]) => {
  const centre = (box) => { const r = box.getBoundingClientRect(); return { x: r.left + r.width / 2, y: r.top + r.height / 2 }; };
  const here = centre(from);
  let best = null, least = Infinity;
  for (const box of all()) {
    const there = centre(box);
    const along = (there.x - here.x) * toX + (there.y - here.y) * toY;
    const across = Math.abs((there.x - here.x) * toY) + Math.abs((there.y - here.y) * toX);
    // A frame is around its boxes: it is the neighbour only of what stands outside it.
    if (box === from || along <= 2 || (isPod(box) && encloses(box, from))) continue;
    if (along + 2.5 * across < least) { least = along + 2.5 * across; best = box; }
  }
  return best;
};

// From the ground the arrow keys begin at what is selected, or at the first box.
const begin = () => (boxAt(state("at")) ?? all().find((box) => !isPod(box)) ?? all()[0])?.focus();

const arrow = (event, box) => {
  const way = WAYS[event.key];
  event.preventDefault();
  if (event.shiftKey) panBy(-way[0] * PAN, -way[1] * PAN, { glide: true });
  else if (box) (neighbour(box, way) ?? box).focus();
  else begin();
};

// What Alt and an arrow key mean: earlier or later, in whichever direction one thinks of it.
const STEPS = { ArrowLeft: "ArrowLeft", ArrowUp: "ArrowLeft", ArrowRight: "ArrowRight", ArrowDown: "ArrowRight" };

document.addEventListener("keydown", (event) => {
  const command = event.ctrlKey || event.metaKey;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (command && key === "z" && !typing(event.target)) { event.preventDefault(); postTo(designUrl() + (event.shiftKey ? "redo/" : "undo/")); return; }
  if (command && key === "y" && !typing(event.target)) { event.preventDefault(); postTo(designUrl() + "redo/"); return; }
  if (typing(event.target) || command) return;
  if (event.key === "Escape") {
    // The menu, description or dialog that it closed was the topmost thing.
    if (!event.defaultPrevented && !document.querySelector(":popover-open")) select("");
    return;
  }
  if (!inPicture(event.target)) return;
  const focused = around(event.target);
  const box = focused ?? boxAt(state("at"));
  if (event.altKey) {
    const way = STEPS[event.key];
    if (!way || !isContainer(box)) return;
    event.preventDefault();
    if (!event.repeat) ACTIONS.find((one) => one.key === `Alt+${way}`).run(box);
    return;
  }
  if (event.key in WAYS) { if (focused || event.target.closest("[data-canvas]") || event.shiftKey) arrow(event, focused); return; }
  if (event.key === " ") { event.preventDefault(); holdSpace(); return; }
  if (key === "Delete" || key === "Backspace") {
    const at = focused?.dataset.at ?? state("at");
    if (!at) return;
    event.preventDefault();
    if (!event.repeat) remove(at);
    return;
  }
  if (key === "+" || key === "=") zoom(1.25, undefined, undefined, { glide: true });
  else if (key === "-") zoom(0.8, undefined, undefined, { glide: true });
  else if (key === "0") fit();
  else if (key === "1") fullSize();
  else if (key === "c" || key === "v") post(...(key === "c" ? ["add-container", { kind: "app" }] : ["add-volume", { source: "emptyDir" }])).then(() => refocus());
  else {
    const action = box && ACTIONS.find((one) => one.key === key && one.of(box));
    if (!action || (key === "Enter" && !focused)) return;
    event.preventDefault();
    if (!event.repeat) action.run(box);
  }
});

document.addEventListener("keyup", (event) => {
  if (event.key !== " ") return;
  const box = releaseSpace() && around(event.target);
  if (box) select(box.dataset.at);
});
