// Pan and zoom: the server draws the picture at its own size, the view decides which part of it is seen.
const frame = document.querySelector("[data-canvas]");
const MOST = 1.25; // fitting never blows a small pod up to fill the screen
const LEAST = 0.5; // nor makes the words of a large one too small to read, unless one asks to see it whole
let view = null; // null: fit, as far as it can be read; "all": the whole; else {x, y, scale} in the picture's units

const picture = () => frame.querySelector("#canvas > svg");
const size = (svg) => ({ w: Number(svg.getAttribute("width")), h: Number(svg.getAttribute("height")) });

const fitted = (svg) => {
  const { w, h } = size(svg);
  const whole = Math.min(MOST, (frame.clientWidth - 24) / w, (frame.clientHeight - 24) / h) || 1;
  const scale = view === "all" ? whole : Math.max(LEAST, whole);
  const middle = (length, seen) => Math.min(-12 / scale, (length - seen / scale) / 2);
  return { scale, x: middle(w, frame.clientWidth), y: middle(h, frame.clientHeight) };
};

// What is seen now, as {x, y, scale}.
const seen = (svg) => (typeof view === "object" && view) || fitted(svg);

export const draw = () => {
  const svg = picture();
  if (!svg) return;
  const { x, y, scale } = seen(svg);
  svg.setAttribute("viewBox", `${x} ${y} ${frame.clientWidth / scale} ${frame.clientHeight / scale}`);
};

export const fit = () => { view = "all"; draw(); };

export const zoom = (factor, cx = frame.clientWidth / 2, cy = frame.clientHeight / 2) => {
  const svg = picture();
  if (!svg) return;
  const old = seen(svg);
  const scale = Math.max(0.1, Math.min(4, old.scale * factor));
  view = { scale, x: old.x + cx / old.scale - cx / scale, y: old.y + cy / old.scale - cy / scale };
  draw();
};

export const panBy = (dx, dy) => {
  const svg = picture();
  if (!svg) return;
  const old = seen(svg);
  view = { ...old, x: old.x - dx / old.scale, y: old.y - dy / old.scale };
  draw();
};

frame.addEventListener("wheel", (event) => {
  event.preventDefault();
  if (event.ctrlKey || event.metaKey) {
    const box = frame.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY / 300), event.clientX - box.left, event.clientY - box.top);
  } else panBy(-event.deltaX, -event.deltaY);
}, { passive: false });

document.addEventListener("click", (event) => {
  const way = event.target.closest("[data-zoom]")?.dataset.zoom;
  if (way === "fit") fit();
  if (way) if (way !== "fit") zoom(way === "in" ? 1.25 : 0.8);
});

// How far [start, end] has to move to stand in [low, high]; what is larger only has to be seen.
const shift = (start, end, low, high) => {
  if (end - start > high - low) return start > high || end < low ? low - start : 0;
  return Math.max(0, low - start) - Math.max(0, end - high);
};

// Bring a box of the picture into view, as a page would scroll to it: no further than it takes.
export const reveal = (box) => {
  if (!box || !frame.clientWidth) return;
  const { left, right, top, bottom } = box.getBoundingClientRect();
  const room = frame.getBoundingClientRect();
  const dx = shift(left, right, room.left + 16, room.right - 16);
  const dy = shift(top, bottom, room.top + 16, room.bottom - 16);
  if (dx || dy) panBy(dx, dy);
};
frame.addEventListener("focusin", (event) => reveal(event.target.closest("[data-at]")));

document.addEventListener("htmx:after:swap", draw);
new ResizeObserver(draw).observe(frame);
draw();
