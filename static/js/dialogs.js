// Dialogs, menus and the field descriptions: opened by what the server sends, closed by Escape, a click or an answer.
import { say } from "./state.js";

const dialog = document.getElementById("dialog");
let asked = null; // the "?" that was pressed last
let toastTimer = 0;

const follow = () => {
  if (dialog) {
    const filled = dialog.childElementCount > 0;
    if (filled && !dialog.open) dialog.showModal();
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
dialog?.addEventListener("close", () => dialog.replaceChildren());
dialog?.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

document.addEventListener("click", (event) => {
  const target = event.target;
  if (target.closest(".why")) asked = target.closest(".why");
  if (target.closest("[data-close]")) dialog.close();
  if (target.closest("[data-reload]")) location.reload();
  if (target.closest("[data-dismiss]")) document.getElementById("toast").replaceChildren();
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    const inside = menu.contains(target);
    if (!inside || (target.closest("button, a") && !target.closest("summary"))) setTimeout(() => menu.removeAttribute("open"));
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.removeAttribute("open");
    menu.querySelector("summary").focus();
  }
});

// A word in the corner goes by itself, an error stays until it is dismissed or the next edit succeeds.
new MutationObserver(() => {
  clearTimeout(toastTimer);
  const toast = document.getElementById("toast");
  if (toast.childElementCount && !toast.querySelector(".error")) toastTimer = setTimeout(() => toast.replaceChildren(), 8000);
}).observe(document.getElementById("toast"), { childList: true });

document.addEventListener("htmx:error", () => say("The designer did not answer. Your last edit may not be saved: check that it still runs, then try again.", "error"));
document.addEventListener("htmx:response:error", ({ detail }) => {
  const status = detail.ctx.response.status;
  if (status >= 500) say("The designer failed at this. Your design is as it was before.", "error");
  if (status === 404) say("That is not here any more: reload the page.", "error");
  if (status === 403) say("This page has expired: reload it and try again.", "error");
});
