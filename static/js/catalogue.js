// Finding presets by keyboard: from the search field into what it found, and from one to the next.
const rows = (list) => [...list.querySelectorAll("button:not([data-back]), a.card, a.button")].filter((row) => row.offsetParent !== null);

document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.("[data-results]");
  if (field) {
    const list = document.querySelector(field.dataset.results);
    if (event.key === "ArrowDown") { event.preventDefault(); rows(list)[0]?.focus(); }
    if (event.key === "Enter") {
      event.preventDefault();
      // What is being looked for has to be there before Enter takes it.
      if (field.value.trim() && field.dataset.asked === field.value) rows(list)[0]?.click();
    }
    if (event.key === "Escape" && field.dataset.asked && !field.closest("dialog")) {
      event.preventDefault();
      field.value = "";
      field.dispatchEvent(new Event("search", { bubbles: true }));
    }
    return;
  }
  const list = event.target.closest?.("[data-choices], #pattern-list, #found");
  if (!list || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const all = rows(list.closest("#wanted") ?? list);
  const at = all.indexOf(event.target);
  if (at < 0) return;
  event.preventDefault();
  const next = all[at + (event.key === "ArrowDown" ? 1 : -1)];
  if (next) next.focus();
  else if (event.key === "ArrowUp") document.querySelector(`[data-results="#${(list.closest("#wanted") ?? list).id}"]`)?.focus();
});

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const source = ctx?.sourceElement;
  if (source?.dataset?.results) source.dataset.asked = new URLSearchParams(ctx.request.action.split("?")[1] ?? "").get(source.name) ?? source.value;
  // The address says what the page shows: a card's page leads back to it, and so does a reload.
  if (source?.form?.id === "finding") history.replaceState(null, "", `${location.pathname}?${new URLSearchParams(new FormData(source.form))}`);
  // Who went on to more goes on from the first of it.
  if (source?.dataset?.more) document.querySelector(`#${source.dataset.more} a`)?.focus({ preventScroll: true });
  // What a choice led to is next under the hand.
  const wanted = document.getElementById("wanted");
  if (wanted && !wanted.contains(source) && source?.isConnected === false) rows(wanted)[0]?.focus();
});

// On a phone what there is to want is folded until it is asked for.
if (matchMedia("(max-width: 900px)").matches) {
  for (const fold of document.querySelectorAll("details[data-roomy]")) fold.removeAttribute("open");
}

// A dialog that the address asked for is opened once: not again on reload.
if (new URLSearchParams(location.search).has("weave")) history.replaceState(null, "", location.pathname);
