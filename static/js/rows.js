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

// A new row of a map is the page's alone until its key is given: Enter in it, or leaving it, then saves it. Escape takes
// it away. It outlives the answers to other edits.
const unsaved = new Set();
let held = null; // the field of such a row that has the focus while an answer is brought in
let swapping = false;
const buttonOf = (row) => document.querySelector(`#inspector [data-new-pair="${CSS.escape(row.dataset.path)}"]`);
const input = (label, id) => Object.assign(document.createElement("input"), { id, ariaLabel: label, autocomplete: "off", spellcheck: false });
const cell = (field) => { const made = Object.assign(document.createElement("div"), { className: "cell" }); made.append(field); return made; };

const save = (row) => {
  const [key, value] = row.querySelectorAll("input");
  if ("sent" in row.dataset || !key.value.trim()) return;
  row.dataset.sent = "";
  const values = { path: row.dataset.path, key: key.value.trim(), value: value.value };
  htmx.ajax("POST", `${document.body.dataset.edit}add-pair`, { source: value, swap: "none", values });
};

const take = (row) => {
  unsaved.delete(row);
  row.remove();
};

const stand = (row) => buttonOf(row)?.closest(".adds").before(row);

const newRow = (button) => {
  const id = `new-${button.id}-${Date.now().toString(36)}`;
  const row = Object.assign(document.createElement("div"), { className: "item pair" });
  row.dataset.path = button.dataset.newPair;
  const key = input(`Key of ${button.dataset.of}`, `k${id}`);
  const value = input("Value of the new key", `v${id}`);
  const away = Object.assign(document.createElement("button"), { type: "button", className: "quiet small icon", ariaLabel: "Remove", title: "Remove", textContent: "×" });
  const problem = Object.assign(document.createElement("div"), { className: "problem", id: `v${id}-problem`, ariaLive: "polite" });
  value.setAttribute("aria-describedby", problem.id);
  row.append(cell(key), cell(value), away, problem);
  const leave = () => { take(row); buttonOf(row)?.focus(); };
  away.addEventListener("click", leave);
  // What is typed is the field's own value: no answer brings an older one.
  row.addEventListener("input", ({ target }) => { target.defaultValue = target.value; });
  row.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.stopPropagation(); leave(); }
    if (event.key !== "Enter" || event.target === away) return;
    event.preventDefault();
    if (!key.value.trim()) key.focus();
    else if (event.target === key && !value.value) value.focus();
    else save(row);
  });
  row.addEventListener("focusout", ({ target, relatedTarget }) => {
    if (!swapping && unsaved.has(row) && target !== document.activeElement && !row.contains(relatedTarget)) save(row);
  });
  unsaved.add(row);
  stand(row);
  key.focus();
};

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-new-pair]");
  if (!button) return;
  const waiting = [...unsaved].find((row) => row.dataset.path === button.dataset.newPair && !("sent" in row.dataset));
  if (waiting) waiting.querySelector("input").focus();
  else newRow(button);
});
// Like a second "+", a second row is based on what the first made.
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (unsaved.has(ctx.sourceElement?.closest?.(".item"))) ctx.request.body.set("base", state("base"));
});
// A row stands aside while an answer is brought in: morphing would make it into what the answer has in its place.
document.addEventListener("htmx:before:swap", () => {
  swapping = true;
  if (unsaved.has(document.activeElement?.closest(".item"))) held = document.activeElement;
  for (const row of unsaved) row.remove();
});
const back = ({ detail: { ctx } }) => {
  const saved = ctx.response?.status < 400 && ctx.sourceElement?.closest?.(".item");
  for (const row of unsaved) {
    const button = buttonOf(row);
    if (row === saved || !button) take(row);
    else if (!row.isConnected) stand(row);
    if (!row.contains(held)) continue;
    // Of a row that was saved, the same place of the row that the answer has for it.
    const shown = row.isConnected ? row : [...button?.closest(".pairs").querySelectorAll("[data-row]") ?? []].at(-1);
    const which = [...row.querySelectorAll("input, button")].indexOf(held);
    shown?.querySelectorAll("input:not([type=hidden]), textarea, button")[which]?.focus();
    held = null;
  }
  swapping = false;
};
document.addEventListener("htmx:after:swap", back);
document.addEventListener("htmx:finally:request", (event) => {
  const row = event.detail.ctx.sourceElement?.closest?.(".item");
  if (swapping) back(event);
  if (unsaved.has(row)) delete row.dataset.sent;
});
