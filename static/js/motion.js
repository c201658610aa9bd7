// An edit as it is seen: what moved glides from where it was, what is new fades in, what went fades out, and what changed
// shows it by a short light. Only looks: the picture is the new one at once. Nothing for people who ask for less motion.
import { rectOf } from "./boxes.js";

const MOVE = 160;
const FLASH = 700;
const EASE = "cubic-bezier(.2, .8, .3, 1)";
const still = matchMedia("(prefers-reduced-motion: reduce)");
let before = null;

const picture = () => document.querySelector("#canvas > svg");
const things = () => [...(picture()?.querySelectorAll(":scope > [id]") ?? [])];
const isEdge = (thing) => thing.matches(".edge");
// What it says, apart from where it stands.
const words = (thing) => [...thing.classList].filter((name) => !name.startsWith("is-") || name === "is-bad").join(" ") + thing.textContent;
const noted = (thing) => ({
  rect: rectOf(thing), words: words(thing), line: isEdge(thing) ? thing.querySelector(".line")?.getAttribute("d") : "", copy: thing.cloneNode(true),
});

const clear = () => { for (const ghost of document.querySelectorAll("#canvas .is-leaving")) ghost.remove(); };

document.addEventListener("htmx:before:swap", ({ detail: { tasks } }) => {
  const drawn = tasks?.some((task) => task.target?.id === "canvas" || task.target === "#canvas");
  if (drawn) clear();
  before = drawn && picture() && !still.matches ? new Map(things().map((thing) => [thing.id, noted(thing)])) : null;
});

const fade = (thing, from, to, ms = MOVE) => thing.animate({ opacity: [from, to] }, { duration: ms, easing: "ease-out" });

const glide = (thing, was, now) => {
  const [dx, dy] = [was.x - now.x, was.y - now.y];
  if (dx || dy) thing.animate({ transform: [`translate(${dx}px, ${dy}px)`, "none"] }, { duration: MOVE, easing: EASE });
  if (was.w === now.w && was.h === now.h) return;
  const shape = thing.querySelector(":scope > .shape");
  shape.animate({ width: [`${was.w}px`, `${now.w}px`], height: [`${was.h}px`, `${now.h}px`] }, { duration: MOVE, easing: EASE });
};

const flash = (thing) => {
  const shape = thing.querySelector(":scope > .shape");
  const accent = getComputedStyle(document.documentElement).getPropertyValue("--accent");
  shape?.animate([{ stroke: accent, strokeWidth: "3.5px", strokeOpacity: 1 }, {}], { duration: FLASH, easing: "ease-in" });
};

const leave = (svg, copy) => {
  for (const one of [copy, ...copy.querySelectorAll("*")]) for (const name of ["id", "data-at", "data-from", "data-to", "data-port", "href", "aria-label"]) one.removeAttribute(name);
  copy.setAttribute("aria-hidden", "true");
  copy.classList.add("is-leaving");
  svg.append(copy);
  fade(copy, 1, 0).finished.then(() => copy.remove(), () => copy.remove());
};

document.addEventListener("htmx:after:swap", () => {
  const svg = picture();
  const old = before;
  before = null;
  if (!old || !svg) return;
  for (const thing of things()) {
    const was = old.get(thing.id);
    old.delete(thing.id);
    if (!was) { fade(thing, 0, 1, MOVE * 1.5); continue; }
    const now = rectOf(thing);
    if (isEdge(thing)) { if (was.line !== thing.querySelector(".line")?.getAttribute("d")) fade(thing, 0, 1); continue; }
    if (was.rect && now) glide(thing, was.rect, now);
    if (was.words !== words(thing) && !thing.matches(".frame")) flash(thing);
  }
  for (const { copy } of old.values()) leave(svg, copy);
});
