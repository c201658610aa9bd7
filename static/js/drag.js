// Drag and drop by pointer. A mouse lifts what it is moved away with; a finger lifts what it rests on, so that swiping
// still pans the picture and scrolls the list of patterns. Rested on and let go, a box shows what can be done with it, and
// a pattern waits for the tap that says where it goes.
import { around } from "./boxes.js";
import { panBy } from "./canvas.js";
import { offerAt, sourceOf, stands, takers, WHERE } from "./drops.js";
import { hide, hover } from "./ghost.js";
import { eatClick, fingers, spaceIsDown, stopPan } from "./pan.js";
import { narrow, reading, say, showPart } from "./state.js";

const START = 6; // pixels before a press with the mouse lifts
const REST = 380; // ms that a finger rests to lift
const EDGE = 36; // pixels from the picture's edge in which it moves along
const canvas = document.querySelector("[data-canvas]");
let press = null; // what may become a drag: {source, x, y, id, touch, timer}
let drag = null; // what is held: {source, offer, label, x, y, moved, timer}
let armed = null; // a pattern that waits for a tap

const label = (words) => {
  const made = Object.assign(document.createElement("div"), { className: "drag-label" });
  made.textContent = words;
  document.body.append(made);
  return made;
};
const mark = Object.assign(document.createElement("div"), { className: "drop-mark", hidden: true });
document.body.append(mark);

// --- What is shown while something is held

const unlight = () => {
  for (const box of document.querySelectorAll("#canvas :is(.can-drop, .is-target, .is-lifted)")) box.classList.remove("can-drop", "is-target", "is-lifted");
  mark.hidden = true;
};

const showMark = ({ box, side }) => {
  const { left, right, top, bottom } = box.querySelector(".shape").getBoundingClientRect();
  Object.assign(mark.style, { left: `${side === "before" ? left - 8 : right + 5}px`, top: `${top - 4}px`, height: `${bottom - top + 8}px` });
};

const same = (one, other) => one === other || (one && other && one.words === other.words && one.box === other.box);

const show = (offer) => {
  if (same(offer, drag.offer)) return;
  drag.offer?.box?.classList.remove("is-target");
  drag.offer = offer;
  mark.hidden = !offer?.side;
  if (offer?.side) showMark(offer);
  else if (offer?.can) offer.box?.classList.add("is-target");
  drag.label.textContent = offer?.words ?? drag.source.name;
  drag.label.classList.toggle("cannot", offer?.can === false);
  if (drag.source.kind !== "preset") return;
  if (offer?.can && offer.box) hover(drag.source.preset, offer.box, ({ problem }) => { if (drag && problem) drag.label.textContent = `${offer.words}: ${problem}`; });
  else hide();
};

const follow = (x, y) => {
  Object.assign(drag, { x, y });
  Object.assign(drag.label.style, { left: `${Math.min(x + 14, innerWidth - drag.label.offsetWidth - 8)}px`, top: `${Math.max(8, Math.min(y + (drag.touch ? -52 : 14), innerHeight - drag.label.offsetHeight - 8))}px` });
  show(offerAt(drag.source, x, y));
};

// Held at the picture's edge, the picture moves along.
const atEdge = () => {
  const room = canvas.getBoundingClientRect();
  const inside = drag.x > room.left && drag.x < room.right && drag.y > room.top && drag.y < room.bottom;
  if (!inside || !drag.moved) return;
  const by = (low, high, at) => (at < low + EDGE ? 1 : at > high - EDGE ? -1 : 0) * 8;
  const dx = by(room.left, room.right, drag.x), dy = by(room.top, room.bottom, drag.y);
  if (!dx && !dy) return;
  hide();
  panBy(dx, dy);
  show(offerAt(drag.source, drag.x, drag.y));
  if (drag.offer?.side) showMark(drag.offer);
};

// --- Lifting and letting go

const lift = ({ source, x, y, id, touch }) => {
  stopPan();
  drag = { source, x, y, id, touch, moved: !touch, offer: null, label: label(source.name), timer: setInterval(atEdge, 16) };
  document.body.classList.add("is-dragging");
  source.element.classList.add("is-lifted");
  for (const box of takers(source)) box.classList.add("can-drop");
  if (touch) navigator.vibrate?.(12);
  if (source.kind === "preset" && narrow()) showPart("pod");
  follow(x, y);
};

const end = ({ keepGhost = false } = {}) => {
  clearTimeout(press?.timer);
  press = null;
  if (!drag) return;
  clearInterval(drag.timer);
  drag.label.remove();
  drag.source.element.classList.remove("is-lifted");
  document.body.classList.remove("is-dragging");
  drag = null;
  unlight();
  if (!keepGhost) hide();
};

// The ghost of a pattern stays until what it showed is there.
const run = async (offer) => { await offer.run(); hide(); };

const letGo = (event) => {
  const { source, touch, moved } = drag;
  const offer = stands(source) ? offerAt(source, event.clientX, event.clientY) : null;
  end({ keepGhost: Boolean(offer?.can) });
  eatClick();
  if (touch && !moved) { rested(source, event); return; }
  if (offer?.can) run(offer);
  else if (offer) say(offer.words);
  else if (!source.box || around(document.elementFromPoint(event.clientX, event.clientY)) !== source.box) refuse(source, event);
};

const refuse = (source, event) => {
  // Put back, a pattern was thought better of; so was a container beside its own place.
  if (source.kind === "preset" && document.elementFromPoint(event.clientX, event.clientY)?.closest(".patterns")) return;
  if (source.kind !== "container") say(WHERE[source.kind]);
};

// A finger rested and went without moving.
const rested = (source, event) => {
  if (source.kind === "preset") arm(source);
  // Opened while the finger goes up, it would be closed by that.
  else setTimeout(() => source.box.dispatchEvent(new CustomEvent("designer:menu", { bubbles: true, detail: { x: event.clientX, y: event.clientY } })), 60);
};

// --- A pattern that waits for a tap

const disarm = () => { armed?.bar.remove(); armed = null; unlight(); };

const arm = (source) => {
  disarm();
  const bar = Object.assign(document.createElement("div"), { className: "armed" });
  const words = Object.assign(document.createElement("span"), { textContent: `Tap what ${source.name} goes onto.` });
  const cancel = Object.assign(document.createElement("button"), { type: "button", className: "small", textContent: "Cancel" });
  cancel.addEventListener("click", disarm);
  bar.setAttribute("role", "status");
  bar.append(words, cancel);
  canvas.append(bar);
  armed = { source, bar };
  if (narrow()) showPart("pod");
  for (const box of takers(source)) box.classList.add("can-drop");
};

canvas.addEventListener("click", (event) => {
  if (!armed || event.target.closest(".armed, .minimap")) return;
  event.preventDefault();
  event.stopPropagation();
  const offer = offerAt(armed.source, event.clientX, event.clientY);
  disarm();
  if (offer?.can) run(offer);
  else say(offer?.words ?? WHERE.preset);
}, true);

// --- Pointers

document.addEventListener("pointerdown", (event) => {
  if (drag || fingers() > 1) { end(); return; }
  if (event.button !== 0 || spaceIsDown() || armed || event.target.closest("dialog, .empty-canvas, .minimap, [popover]")) return;
  const source = reading() ? null : sourceOf(event.target);
  if (!source) return;
  const touch = event.pointerType === "touch";
  press = { source, x: event.clientX, y: event.clientY, id: event.pointerId, touch };
  if (touch) press.timer = setTimeout(() => { const rests = press; press = null; if (fingers() < 2) lift(rests); }, REST);
});

document.addEventListener("pointermove", (event) => {
  if (press?.id === event.pointerId && Math.hypot(event.clientX - press.x, event.clientY - press.y) >= (press.touch ? 10 : START)) {
    const started = press;
    clearTimeout(press.timer);
    press = null;
    if (!started.touch) lift(started); // a finger that moves at once pans or scrolls
  }
  if (drag?.id !== event.pointerId) return;
  if (!stands(drag.source)) { end(); return; }
  drag.moved ||= Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > START;
  if (drag.moved) follow(event.clientX, event.clientY);
});

document.addEventListener("pointerup", (event) => {
  if (drag?.id === event.pointerId) letGo(event);
  else if (press?.id === event.pointerId) end();
});
document.addEventListener("pointercancel", (event) => { if ([drag?.id, press?.id].includes(event.pointerId)) end(); });
// A list under a finger that holds something does not scroll, and no browser menu opens over it.
document.addEventListener("touchmove", (event) => { if (drag) event.preventDefault(); }, { passive: false });
document.addEventListener("contextmenu", (event) => { if (drag || press?.touch) event.preventDefault(); });
document.addEventListener("dragstart", (event) => { if (event.target.closest?.("#canvas, .patterns")) event.preventDefault(); });
// Escape puts back what is held.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !(drag || armed)) return;
  event.preventDefault();
  event.stopPropagation();
  const held = Boolean(drag);
  end();
  disarm();
  if (held) addEventListener("pointerup", eatClick, { once: true });
}, true);

// Files dropped anywhere on the designer are added to the design.
document.addEventListener("dragover", (event) => { if (event.dataTransfer?.types.includes("Files")) event.preventDefault(); });
document.addEventListener("drop", (event) => {
  if (!event.dataTransfer?.files.length) return;
  event.preventDefault();
  if (reading()) return;
  const input = document.querySelector(".menu input[type=file][name=files]");
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});
