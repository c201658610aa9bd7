// Rows of a form (variables, ports, mounts, keys): the focus goes to a row that was added, and stays where one went.
import { state } from "./state.js";

const rows = () => [...document.querySelectorAll("#inspector [data-row]")];
const place = () => `${state("at")} ${state("tab")}`;
const follows = (one, other) => Boolean(one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);
const adding = (row) => [...document.querySelectorAll("#inspector [data-adds]")].find((button) => follows(row, button));
let landed = null; // the field of a new row that the focus went to

// Pressed twice before the answer, "+" adds two: the second is based on what the first made. From one base the server
// would take them for the same edit.
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  const { body, action } = ctx.request;
  const button = ctx.sourceElement.matches?.("[data-adds]") && body.get("at") === state("at");
  const key = ctx.sourceElement.id === "state" && /\/edit\/(add|duplicate)-/.test(action);
  if (button || key) body.set("base", state("base"));
});

// A value typed in a map's row before the answer that renamed its key belongs to the new key.
let renamed = null;
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  const { body, action } = ctx.request;
  if (action.endsWith("/edit/rename-key")) ctx.renames = body.get("path");
  if (!renamed || body?.get?.("path") !== renamed.from || body.get("base") !== renamed.base) return;
  body.set("path", renamed.to);
  body.set("base", state("base"));
});
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (!ctx.renames || ctx.response.status >= 400) return;
  const to = ctx.sourceElement.closest("[data-row]")?.querySelector("input[name=path]")?.value;
  renamed = to && { from: ctx.renames, to, base: ctx.request.body.get("base") };
});

document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
  const { sourceElement: source } = ctx;
  if (!source.matches?.("#inspector button")) return;
  const here = rows();
  ctx.rows = { place: place(), ids: new Set(here.map((row) => row.id)), next: [] };
  const row = source.closest("[data-row]");
  if (!row) return;
  const add = adding(row);
  const after = here[here.indexOf(row) + 1];
  const next = after && adding(after) === add ? after.querySelector("[data-removes]") : null;
  ctx.rows.next = [source.id, next?.id, add?.id].filter(Boolean);
});

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (!ctx.rows || ctx.response.status >= 400 || ctx.rows.place !== place()) return;
  const active = document.activeElement;
  const idle = active === document.body || active === ctx.sourceElement || (active === landed && active.value === active.defaultValue);
  if (!idle) return;
  if (ctx.sourceElement.hasAttribute("data-adds")) {
    const field = rows().find((row) => !ctx.rows.ids.has(row.id))?.querySelector("input, select, textarea");
    if (!field) return;
    field.focus();
    field.select?.();
    landed = field;
  } else for (const id of ctx.rows.next) {
    const button = document.getElementById(id);
    if (button) { button.focus(); return; }
  }
});
