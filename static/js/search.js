// "/" goes to the search field; a list marked data-filter narrows as one types.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.target.closest("input, textarea, select, dialog")) return;
  const field = document.querySelector("[data-search]");
  if (!field) return;
  event.preventDefault();
  if (document.body.classList.contains("designer") && field.offsetParent === null) document.querySelector(".parts [data-part=patterns]")?.click();
  field.focus();
  field.select();
});

for (const field of document.querySelectorAll("[data-filter]")) {
  const list = document.querySelector(field.dataset.filter);
  const narrowTo = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let any = false;
    for (const group of list.querySelectorAll("[data-group]")) {
      let shown = false;
      for (const row of group.querySelectorAll("[data-words]")) {
        row.hidden = !words.every((word) => row.dataset.words.includes(word));
        shown ||= !row.hidden;
      }
      group.hidden = !shown;
      any ||= shown;
    }
    const none = list.querySelector("[data-none]");
    if (none) none.hidden = any;
  };
  field.addEventListener("input", narrowTo);
  field.addEventListener("keydown", (event) => {
    const first = () => list.querySelector("[data-words]:not([hidden]) button");
    if (event.key === "ArrowDown") { event.preventDefault(); first()?.focus(); }
    if (event.key === "Enter") { event.preventDefault(); first()?.click(); }
    if (event.key === "Escape") { field.value = ""; narrowTo(); field.blur(); }
  });
  document.addEventListener("htmx:after:swap", narrowTo);
}
