// Moving the picture by hand: the ground, or anything while the space bar or the middle button is held; one finger pans,
// two zoom where they are.
import { around } from "./boxes.js";
import { panBy, zoom } from "./canvas.js";

const START = 4; // pixels before a press moves the picture
const canvas = document.querySelector("[data-canvas]");
const held = new Map(); // the pointers that are down on the picture, each where it was last
let [space, used, pinched, pan] = [false, false, false, null];

export const fingers = () => held.size;
export const spaceIsDown = () => space;
export const stopPan = () => { pan = null; canvas.classList.remove("is-panning"); };

// The click that follows a movement chooses nothing.
export const eatClick = () => {
  const eat = (click) => { click.stopPropagation(); click.preventDefault(); };
  addEventListener("click", eat, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", eat, true), 50);
};

// Whether a press moves the picture, and not the box under it.
const moves = (event) => {
  const box = around(event.target);
  return space || event.button === 1 || event.pointerType === "touch" || !box || box.matches(".frame, .companion");
};

canvas.addEventListener("pointerdown", (event) => {
  if (event.button > 1 || event.target.closest(".minimap, .empty-canvas, button")) return;
  held.set(event.pointerId, event);
  if (held.size > 1) { stopPan(); return; }
  if (event.button === 1) event.preventDefault();
  if (moves(event)) pan = { id: event.pointerId, x: event.clientX, y: event.clientY, moved: false };
});

document.addEventListener("pointermove", (event) => {
  if (held.size === 2 && held.has(event.pointerId)) { pinch(event); return; }
  if (held.has(event.pointerId)) held.set(event.pointerId, event);
  if (pan?.id !== event.pointerId) return;
  const dx = event.clientX - pan.x, dy = event.clientY - pan.y;
  if (!pan.moved && Math.hypot(dx, dy) < START) return;
  canvas.classList.add("is-panning");
  panBy(dx, dy);
  used = true;
  pan = { ...pan, x: event.clientX, y: event.clientY, moved: true };
});

const up = (event) => {
  held.delete(event.pointerId);
  if (pinched && !held.size) { pinched = false; eatClick(); }
  if (pan?.id !== event.pointerId) return;
  if (pan.moved) eatClick();
  stopPan();
};
document.addEventListener("pointerup", up);
document.addEventListener("pointercancel", up);

const pinch = (event) => {
  const [one, two] = [...held.values()];
  const last = one.pointerId === event.pointerId ? one : two;
  const other = last === one ? two : one;
  const before = Math.hypot(last.clientX - other.clientX, last.clientY - other.clientY);
  const after = Math.hypot(event.clientX - other.clientX, event.clientY - other.clientY);
  const box = canvas.getBoundingClientRect();
  if (before > 20) zoom(after / before, (event.clientX + other.clientX) / 2 - box.left, (event.clientY + other.clientY) / 2 - box.top);
  panBy((event.clientX - last.clientX) / 2, (event.clientY - last.clientY) / 2);
  held.set(event.pointerId, event);
  pinched = true;
};

// Held with the mouse over the picture, the space bar makes all of it a handle; let go unused, it is what it always is.
export const holdSpace = () => { if (!space) { [space, used] = [true, false]; canvas.classList.add("is-handle"); } };
export const releaseSpace = () => {
  const was = space;
  space = false;
  canvas.classList.remove("is-handle");
  return was && !used;
};
addEventListener("blur", releaseSpace);
