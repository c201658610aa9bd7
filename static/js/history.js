// The history's dialog: its days, which two revisions are compared, and how their texts are shown.
const SHOWN = "history-view"; // kept for the window: side by side or inline
const narrowly = matchMedia("(max-width: 900px)"); // two columns have no room there
const view = () => (narrowly.matches ? "inline" : sessionStorage.getItem(SHOWN) ?? "side");
const dayOf = (at) => at.toLocaleDateString("en-CA");
const named = (at) => {
  const today = new Date();
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  if (dayOf(at) === dayOf(today)) return "Today";
  if (dayOf(at) === dayOf(yesterday)) return "Yesterday";
  const year = at.getFullYear() === today.getFullYear() ? undefined : "numeric";
  return at.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long", year });
};

// A day begins at midnight where the person is, which the server does not know.
const days = (list) => {
  for (const heading of list.querySelectorAll(".day")) heading.remove();
  let last = "";
  for (const row of list.querySelectorAll("[data-at]")) {
    const at = new Date(row.dataset.at);
    if (dayOf(at) !== last) row.before(Object.assign(document.createElement("li"), { className: "day", textContent: named(at) }));
    last = dayOf(at);
  }
  for (const time of document.querySelectorAll("#history time")) time.title = new Date(time.dateTime).toLocaleString("en-GB", { dateStyle: "full", timeStyle: "medium" });
};

const show = (history) => {
  const compared = history.querySelector(".compared");
  history.dataset.view = view();
  for (const button of history.querySelectorAll("[data-diff-view]")) button.setAttribute("aria-pressed", button.dataset.diffView === view());
  for (const row of history.querySelectorAll(".revision")) {
    row.classList.toggle("is-from", row.dataset.number === compared?.dataset.from);
    row.classList.toggle("is-to", row.dataset.number === compared?.dataset.to);
    if (row.matches(".is-to")) choose(row).setAttribute("aria-current", "true"); else choose(row).removeAttribute("aria-current");
  }
};

// What was used keeps the focus when an answer draws it anew; where it is gone, what came in its place has it.
let focused = "";
let listed = 0;
const rows = () => [...document.querySelectorAll("#history .revision")];
const choose = (row) => row?.querySelector(".choose");
document.addEventListener("htmx:before:swap", () => {
  focused = document.activeElement?.closest("#history") ? document.activeElement.id : "";
  listed = rows().length;
});
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const history = document.getElementById("history");
  if (!history) return;
  const list = document.getElementById("history-list");
  days(list);
  show(history);
  const source = ctx?.sourceElement;
  if (source?.matches?.(".choose, .actions [hx-get], .pick form")) history.dataset.shows = "comparison";
  if (focused && document.activeElement?.id !== focused) {
    const come = focused === "more-of-history" ? choose(rows()[listed]) : focused.startsWith("fold-") ? history.querySelector(".is-opened:not([data-seen])") : null;
    (come ?? document.getElementById(focused))?.focus();
  }
  for (const opened of history.querySelectorAll(".is-opened")) opened.dataset.seen = "";
});

document.addEventListener("click", ({ target }) => {
  const history = target.closest("#history");
  if (!history) return;
  const wanted = target.closest("[data-diff-view]")?.dataset.diffView;
  if (wanted) { sessionStorage.setItem(SHOWN, wanted); show(history); }
  if (target.closest("[data-history-list]")) { history.dataset.shows = "list"; history.querySelector(".is-to .choose")?.focus(); }
});

// Arrow keys go from revision to revision.
document.addEventListener("keydown", (event) => {
  const row = event.target.closest?.("#history .revision");
  if (!row || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
  event.preventDefault();
  const all = rows();
  const at = { ArrowDown: all.indexOf(row) + 1, ArrowUp: all.indexOf(row) - 1, Home: 0, End: all.length - 1 }[event.key];
  choose(all[at])?.focus();
});

narrowly.addEventListener("change", () => { const history = document.getElementById("history"); if (history) show(history); });
