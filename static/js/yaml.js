// The YAML pane: what is typed in its box is kept whatever else is edited, and its lines are walked by keyboard.
import { light, select } from "./select.js";
import { setState, state } from "./state.js";

const box = () => document.getElementById("yaml-text");
const typed = () => Boolean(box()) && box().value !== box().defaultValue;

// Saving goes on from the revision that the box was opened at; the server merges what was edited meanwhile.
document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
  if (!typed() || ctx.request.action.split("?")[0].endsWith("/yaml/")) return;
  const pane = tasks.findIndex((task) => task.target.id === "yaml");
  if (pane >= 0) tasks.splice(pane, 1);
});
addEventListener("beforeunload", (event) => { if (typed()) event.preventDefault(); });

const pane = document.getElementById("yaml");
let asking = 0;

pane.addEventListener("keydown", (event) => {
  if (event.target !== pane || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter" && state("at")) {
    event.preventDefault();
    document.querySelector("#inspector :is(input, select, textarea)")?.focus();
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  const lines = [...pane.querySelectorAll(".l")];
  if (!lines.length) return;
  const now = lines.findIndex((line) => line.matches(".is-current"));
  const from = now >= 0 ? now : lines.findIndex((line) => line.matches(".is-lit")) - (event.key === "ArrowDown" ? 1 : 0);
  const to = lines[Math.max(0, Math.min(lines.length - 1, from + (event.key === "ArrowDown" ? 1 : -1)))];
  walk(to);
});

// The line is lit at once; its form is asked for when the keys rest.
const walk = (line) => {
  pane.dataset.line = line.dataset.n;
  const { at } = line.dataset;
  const moved = at !== state("at");
  setState("at", at);
  light();
  line.scrollIntoView({ block: "nearest" });
  if (!moved) return;
  clearTimeout(asking);
  asking = setTimeout(() => select(at, { lines: false }), 120);
};
