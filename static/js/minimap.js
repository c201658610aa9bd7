// A small map of a picture that is larger than its view: the part in sight is a frame in it, which one drags. It is for
// the eye and the hand; by keyboard the arrow keys go from box to box, and Shift with them moves the view. It is there
// only where the picture is much larger than what is seen, and pale but while one moves the view or points at it, as it
// lies over what one looks at.
import { centre, seen } from "./canvas.js";
import { rectOf } from "./boxes.js";

const SVG = "http://www.w3.org/2000/svg";
const LARGE = 1.6; // views, on the longer side, from which on a map helps
const PALE = 1400; // ms after a move until it is pale
const canvas = document.querySelector("[data-canvas]");
const map = Object.assign(document.createElement("div"), { className: "minimap", hidden: true, ariaHidden: "true" });
const svg = document.createElementNS(SVG, "svg");
const shapes = document.createElementNS(SVG, "g");
const view = document.createElementNS(SVG, "rect");
view.setAttribute("class", "view");
svg.append(shapes, view);
map.append(svg);
canvas.append(map);

const rect = ({ x, y, w, h }, classes) => {
  const made = document.createElementNS(SVG, "rect");
  for (const [name, value] of Object.entries({ x, y, width: w, height: h, class: classes })) made.setAttribute(name, value);
  return made;
};

// Draw the boxes anew, which an answer may have moved.
const sketch = () => {
  const things = [...document.querySelectorAll("#canvas > svg > :is(.frame, .box)")];
  shapes.replaceChildren(...things.flatMap((thing) => {
    const place = rectOf(thing);
    const looks = [...thing.classList].filter((name) => !["diagram"].includes(name)).join(" ");
    return place ? [rect(place, looks)] : [];
  }));
};

let paling = 0;
const awake = () => {
  map.classList.remove("is-pale");
  clearTimeout(paling);
  paling = setTimeout(() => map.classList.add("is-pale"), PALE);
};

const follow = () => {
  const now = seen();
  const { w, h } = now?.whole ?? { w: 0, h: 0 };
  const small = !now || Math.max(w / now.w, h / now.h) < LARGE;
  if (map.hidden && !small) sketch();
  map.hidden = small;
  if (small) return;
  awake();
  svg.setAttribute("viewBox", `-8 -8 ${w + 16} ${h + 16}`);
  const x = Math.max(0, Math.min(w, now.x)), y = Math.max(0, Math.min(h, now.y));
  const right = Math.max(0, Math.min(w, now.x + now.w)), bottom = Math.max(0, Math.min(h, now.y + now.h));
  for (const [name, value] of Object.entries({ x, y, width: right - x, height: bottom - y })) view.setAttribute(name, value);
};

const go = (event) => {
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  centre(point.x, point.y);
};
map.addEventListener("pointerdown", (event) => { event.preventDefault(); map.setPointerCapture(event.pointerId); go(event); });
map.addEventListener("pointermove", (event) => { if (map.hasPointerCapture(event.pointerId)) go(event); });
map.addEventListener("click", (event) => event.stopPropagation());

canvas.addEventListener("designer:view", follow);
document.addEventListener("htmx:after:swap", () => { if (!map.hidden) sketch(); });
follow();
