// Deleting: a second press deletes nothing more, what was deleted is not selected any more, and a button brings it back.
import { say, state } from "./state.js";
import { select } from "./select.js";

const going = new Set(); // what is on its way out

const nameOf = (at) => {
  const box = document.querySelector(`#canvas [data-at="${CSS.escape(at)}"]`);
  return box?.querySelector(".name, .strong")?.textContent || document.querySelector("#inspector h2")?.textContent || "it";
};

document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail;
  const verb = /\/edit\/(remove|unset)$/.exec(ctx.request.action)?.[1];
  if (!verb) return;
  const { body } = ctx.request;
  const at = body.get("at");
  const what = `${verb} ${body.get("path") ?? ""}`;
  if (going.has(what)) { event.preventDefault(); return; }
  going.add(what);
  ctx.going = what;
  if (verb === "remove") ctx.removed = nameOf(at);
});
document.addEventListener("htmx:finally:request", ({ detail }) => { going.delete(detail.ctx.going); });

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.removed === undefined || ctx.response.status >= 400) return;
  say([`Deleted ${ctx.removed}.`, document.getElementById("toast").textContent.trim()].join(" ").trim(), "", { undo: true });
  // The focus stays in the picture, on none of its boxes.
  if (document.activeElement === document.body || document.activeElement.closest("[data-canvas], #inspector")) {
    document.querySelector("[data-canvas]").focus({ preventScroll: true });
  }
  if (state("at")) select("");
});
