// A pattern for one container or pod: it is said first what it is for, then the list of patterns is searched as always.
import { at, isContainer, nameOf } from "./boxes.js";
import { narrow, showPart } from "./state.js";

let target = null; // the address that the next pattern is for
const field = () => document.querySelector("[data-search]");

const clear = () => { target = null; document.querySelector(".aim")?.remove(); };

export const aim = (box) => {
  clear();
  target = box.dataset.at;
  const line = Object.assign(document.createElement("div"), { className: "aim" });
  const words = document.createElement("span");
  words.append(isContainer(box) ? "For " : "Onto ", Object.assign(document.createElement("b"), { textContent: nameOf(box) }));
  const away = Object.assign(document.createElement("button"), { type: "button", className: "quiet small icon", ariaLabel: "For no one in particular", textContent: "×" });
  away.addEventListener("click", () => { clear(); field().focus(); });
  line.append(words, away);
  field().before(line);
  if (narrow()) showPart("patterns");
  field().focus();
  field().select();
};

const opens = (action) => /\/weave\/[^/]+\/$/.test(action.split("?")[0]);
document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  const { action, body, method } = ctx.request;
  if (!target || method?.toUpperCase() !== "GET" || !opens(action) || !ctx.sourceElement.matches?.("[data-preset]")) return;
  if (at(target)) body.set("onto", target);
  clear();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !target || !event.target.closest?.(".patterns")) return;
  const box = at(target);
  clear();
  box?.focus();
});
