// Pan and zoom: the server draws the picture at its own size, the view decides which part of it is seen.
import { rectOf } from "./boxes.js";

const frame = document.querySelector("[data-canvas]");
const MOST = 1.25; // fitting never blows a small pod up to fill the screen
const LEAST = 0.7; // nor makes the words of a large one too small to read, unless one asks to see it whole
const GLIDE = 160; // ms
const still = matchMedia("(prefers-reduced-motion: reduce)");
let view = null; // null: fit, as far as it can be read; "all": the whole; else {x, y, scale} in the picture's units
let drawn = null; // what stands on the screen, which a glide brings to what is wanted
let gliding = 0;

const picture = () => frame.querySelector("#canvas > svg");
const size = (svg) => ({ w: Number(svg.getAttribute("width")), h: Number(svg.getAttribute("height")) });

const fitted = (svg) => {
  const { w, h } = size(svg);
  const whole = Math.min(MOST, (frame.clientWidth - 24) / w, (frame.clientHeight - 24) / h) || 1;
  const scale = view === "all" ? whole : Math.max(LEAST, whole);
  const middle = (length, seen) => Math.min(-12 / scale, (length - seen / scale) / 2);
  return { scale, x: middle(w, frame.clientWidth), y: middle(h, frame.clientHeight) };
};

// What is to be seen, as {x, y, scale}.
const wanted = (svg) => (typeof view === "object" && view) || fitted(svg);

const put = (svg, now) => {
  drawn = now;
  svg.setAttribute("viewBox", `${now.x} ${now.y} ${frame.clientWidth / now.scale} ${frame.clientHeight / now.scale}`);
  frame.dispatchEvent(new CustomEvent("designer:view"));
};

export const draw = ({ glide = false } = {}) => {
  const svg = picture();
  cancelAnimationFrame(gliding);
  if (!svg) { drawn = null; frame.dispatchEvent(new CustomEvent("designer:view")); return; }
  const from = drawn, to = wanted(svg);
  const moves = from && (Math.abs(from.scale / to.scale - 1) > 0.001 || Math.hypot(from.x - to.x, from.y - to.y) * to.scale > 1);
  if (!glide || !moves || still.matches) { put(svg, to); return; }
  put(svg, from); // an answer brought the server's own view
  const start = performance.now();
  const step = (time) => {
    const part = 1 - (1 - Math.min(1, Math.max(0, time - start) / GLIDE)) ** 3;
    const scale = 1 / (1 / from.scale + (1 / to.scale - 1 / from.scale) * part);
    put(svg, part < 1 ? { scale, x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part } : to);
    if (part < 1) gliding = requestAnimationFrame(step);
  };
  gliding = requestAnimationFrame(step);
};

// What is seen, in the picture's units, and how large the picture is; null where there is none.
export const seen = () => {
  const svg = picture();
  if (!svg || !drawn) return null;
  return { ...drawn, w: frame.clientWidth / drawn.scale, h: frame.clientHeight / drawn.scale, whole: size(svg) };
};

// Show the next picture, of this size, from this view on: where it then stands whole, or one had moved the view oneself.
// Gives what takes that back, for a picture that never comes.
export const hold = (next, { w, h }) => {
  const was = view;
  const right = next.x + frame.clientWidth / next.scale, below = next.y + frame.clientHeight / next.scale;
  const whole = next.x <= 0 && next.y <= 0 && right >= w && below >= h;
  if (whole || (view && view !== "all")) view = next;
  return () => { view = was; };
};

export const fit = () => { view = "all"; draw({ glide: true }); };

export const zoom = (factor, cx = frame.clientWidth / 2, cy = frame.clientHeight / 2, { glide = false } = {}) => {
  const svg = picture();
  if (!svg) return;
  const old = wanted(svg);
  const scale = Math.max(0.1, Math.min(4, old.scale * factor));
  view = { scale, x: old.x + cx / old.scale - cx / scale, y: old.y + cy / old.scale - cy / scale };
  draw({ glide });
};
// One pixel of the picture as one of the screen.
export const fullSize = () => { const svg = picture(); if (svg) zoom(1 / wanted(svg).scale, undefined, undefined, { glide: true }); };

export const panBy = (dx, dy, { glide = false } = {}) => {
  const svg = picture();
  if (!svg) return;
  const old = wanted(svg);
  view = { ...old, x: old.x - dx / old.scale, y: old.y - dy / old.scale };
  draw({ glide });
};

// Bring a point of the picture to the middle.
export const centre = (x, y) => {
  const svg = picture();
  if (!svg) return;
  const { scale } = wanted(svg);
  view = { scale, x: x - frame.clientWidth / scale / 2, y: y - frame.clientHeight / scale / 2 };
  draw();
};

frame.addEventListener("wheel", (event) => {
  if (event.target.closest(".empty-canvas")) return;
  event.preventDefault();
  const unit = event.deltaMode === 1 ? 16 : 1; // lines or pixels
  if (event.ctrlKey || event.metaKey) {
    const box = frame.getBoundingClientRect();
    zoom(Math.exp((-event.deltaY * unit) / 300), event.clientX - box.left, event.clientY - box.top);
  } else if (event.shiftKey && !event.deltaX) panBy(-event.deltaY * unit, 0);
  else panBy(-event.deltaX * unit, -event.deltaY * unit);
}, { passive: false });

document.addEventListener("click", (event) => {
  const way = event.target.closest("[data-zoom]")?.dataset.zoom;
  if (way === "fit") fit();
  else if (way) zoom(way === "in" ? 1.25 : 0.8, undefined, undefined, { glide: true });
});

// How far [start, end] has to move to stand in [low, high]; what is larger only has to be seen.
const shift = (start, end, low, high) => {
  if (end - start > high - low) return start > high || end < low ? low - start : 0;
  return Math.max(0, low - start) - Math.max(0, end - high);
};

// Bring a box of the picture into view, as a page would scroll to it: no further than it takes.
export const reveal = (box) => {
  const svg = picture(), rect = rectOf(box);
  if (!svg || !rect || !frame.clientWidth) return;
  const { x, y, scale } = wanted(svg);
  const [left, top] = [(rect.x - x) * scale, (rect.y - y) * scale];
  const dx = shift(left, left + rect.w * scale, 16, frame.clientWidth - 16);
  const dy = shift(top, top + rect.h * scale, 16, frame.clientHeight - 16);
  if (dx || dy) panBy(dx, dy, { glide: true });
};
frame.addEventListener("focusin", (event) => reveal(event.target.closest("[data-at]")));

document.addEventListener("htmx:after:swap", () => draw({ glide: true }));
new ResizeObserver(() => draw()).observe(frame);
draw();
