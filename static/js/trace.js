// The lines of one thing stand out among the others: of the box that is pointed at or has the focus, or of the line
// itself; else of what is selected. With them what they lead to; of an object what uses it.
import { around, at } from "./boxes.js";
import { state } from "./state.js";

const picture = () => document.querySelector("#canvas > svg");
let near = null; // the box or the line that is pointed at

// The lines and the boxes that go with a box or a line.
const belonging = (svg, thing) => {
  const lines = thing.matches(".edge") ? [thing] : [...svg.querySelectorAll(".edge")].filter(({ dataset }) => [dataset.from, dataset.to].includes(thing.dataset.at));
  const ends = lines.flatMap(({ dataset }) => [dataset.from, dataset.to]);
  const used = (thing.dataset.used ?? "").split(" ");
  return [...lines, ...new Set([...ends, ...used])].map((one) => (typeof one === "string" ? at(one) : one)).filter(Boolean);
};

const trace = () => {
  const svg = picture();
  if (!svg) return;
  const thing = near?.isConnected ? near : at(state("at"));
  const found = new Set(thing && thing.closest("svg") === svg ? belonging(svg, thing) : []);
  for (const one of svg.querySelectorAll(".is-traced")) if (!found.has(one)) one.classList.remove("is-traced");
  for (const one of found) one.classList.add("is-traced");
  svg.classList.toggle("traces", [...found].some((one) => one.matches(".edge")));
};

const point = (target) => {
  const line = target.closest?.("#canvas .edge");
  const box = line ? null : around(target);
  const next = line ?? (box?.matches(".box") ? box : null);
  if (next === near) return;
  near = next;
  trace();
};

document.addEventListener("pointerover", ({ target, pointerType }) => { if (pointerType !== "touch") point(target); });
document.addEventListener("focusin", ({ target }) => point(target));
document.addEventListener("designer:light", trace);
trace();
