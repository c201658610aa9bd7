// Dialogs, menus and the field descriptions: opened by what the server sends, closed by Escape, a click or an answer.
import { say } from "./state.js";

const dialog = document.getElementById("dialog");
let asked = null; // the "?" that was pressed last
let toastTimer = 0;

// A dialog opens with the focus on its first field, or on what it is for; the browser gives it back on closing.
const open = () => {
  dialog.showModal();
  const first = "[autofocus], .body :is(input:not([type=hidden]), select, textarea)";
  (dialog.querySelector(first) ?? dialog.querySelector(".foot .primary"))?.focus();
};

const follow = () => {
  if (dialog) {
    const filled = dialog.childElementCount > 0;
    if (filled && !dialog.open) open();
    if (!filled && dialog.open) dialog.close();
  }
  const doc = document.getElementById("doc");
  if (asked && doc?.childElementCount) {
    const at = asked.getBoundingClientRect();
    doc.showPopover();
    doc.style.left = `${Math.max(8, Math.min(at.left - 300, innerWidth - doc.offsetWidth - 8))}px`;
    doc.style.top = `${Math.max(8, Math.min(at.bottom + 6, innerHeight - doc.offsetHeight - 8))}px`;
    asked = null;
  }
};

document.addEventListener("htmx:after:swap", follow);
// What the page asks for as it loads may have come before this module.
follow();
dialog?.addEventListener("close", () => dialog.replaceChildren());
dialog?.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

document.addEventListener("click", (event) => {
  const target = event.target;
  if (target.closest(".why")) asked = target.closest(".why");
  if (target.closest("[data-close]")) dialog.close();
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    const inside = menu.contains(target);
    const item = inside && !target.closest("summary") && target.closest("button, a");
    if (!inside || item) setTimeout(() => menu.removeAttribute("open"));
    // From the keyboard, and where a dialog will open, the focus goes back to the menu's button, which stays.
    if (item && (event.detail === 0 || item.hasAttribute("hx-get"))) menu.querySelector("summary").focus();
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || document.querySelector("dialog[open], :popover-open")) return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.removeAttribute("open");
    menu.querySelector("summary").focus();
    event.preventDefault(); // it closed something: nothing else has to go
  }
});

// A word in the corner goes by itself, an error stays until it is dismissed or the next edit succeeds.
new MutationObserver(() => {
  clearTimeout(toastTimer);
  const toast = document.getElementById("toast");
  if (toast.childElementCount && !toast.querySelector(".error")) toastTimer = setTimeout(() => toast.replaceChildren(), 8000);
}).observe(document.getElementById("toast"), { childList: true });

// What was asked inside a dialog is asked again: what was wrong with it before is no news.
document.addEventListener("htmx:before:request", ({ detail }) => {
  if (detail.ctx.sourceElement.closest?.("dialog")) document.getElementById("dialog-problem")?.replaceChildren();
});

// A request that a newer one took the place of (a search, typed on) is no failure.
document.addEventListener("htmx:error", ({ detail }) => detail.error?.name === "AbortError" || say("The designer did not answer. Your last edit may not be saved: check that it still runs, then try again.", "error"));

// A refusal that no element on the screen is there to show is said all the same.
const REFUSALS = {
  400: "That was not read: at most 4 MB in one edit.",
  403: "This page has expired: reload it and try again.",
  404: "That is not here any more: reload the page.",
  413: "That is too large: at most 4 MB in one edit.",
};
const sentence = ({ text, response: { status } }) => {
  if (status >= 500) return "The designer failed at this. Your design is as it was before.";
  const parts = [...new DOMParser().parseFromString(text, "text/html").querySelectorAll("hx-partial")];
  return parts.map((part) => part.textContent.trim()).join(" ").trim() || REFUSALS[status] || "That was refused.";
};
document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
  if (!(ctx.response?.status >= 400) || tasks.some((task) => task.type === "partial" && task.target.id !== "toast")) return;
  tasks.length = 0;
  say(sentence(ctx), "error");
});
