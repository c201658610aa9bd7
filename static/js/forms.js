// Edits go out one after another, each based on the revision that the person was looking at when they made it (#state);
// the server carries it over to what stands by then. What a person is typing is never overwritten by an answer.

// An input is pending from its change until its own answer; answers to other edits leave it alone.
document.addEventListener("change", (event) => { if (event.target.hasAttribute?.("hx-post")) event.target.dataset.pending = ""; }, true);
document.addEventListener("htmx:finally:request", ({ detail }) => {
  const source = detail.ctx.sourceElement;
  if (source?.dataset) delete source.dataset.pending;
  if (!source?.matches?.("input, select, textarea")) return;
  const refused = detail.ctx.response?.status >= 400;
  if (refused) source.setAttribute("aria-invalid", "true");
});

// Morphing changes attributes; what a person changed by hand has to be told to follow them.
document.addEventListener("htmx:after:swap", ({ detail }) => {
  if (detail.ctx?.response?.status >= 400) return;
  const form = document.getElementById("inspector");
  if (!form) return;
  for (const field of form.querySelectorAll("input, select, textarea")) {
    // A focused field is not morphed, so what is said under it tells whether it is wrong.
    const wrong = document.getElementById(`${field.id}-problem`)?.textContent.trim();
    if (wrong) field.setAttribute("aria-invalid", "true"); else field.removeAttribute("aria-invalid");
    if (field === document.activeElement && field.matches("input, textarea") && field.value !== field.defaultValue && "pending" in field.dataset) continue;
    if ("pending" in field.dataset && field !== detail.ctx.sourceElement) continue;
    if (field.matches("select")) {
      const wanted = field.querySelector("option[selected]") ?? field.options[0];
      if (wanted && !wanted.selected) wanted.selected = true;
    } else if (field.type !== "file" && (field !== document.activeElement || field === detail.ctx.sourceElement)) {
      if (field.value !== field.defaultValue) field.value = field.defaultValue;
    }
  }
});

// Enter in a one-line field saves it, as leaving it does. (Ctrl+Enter in a box of text.)
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && field.matches("textarea[hx-post]")) field.blur();
});

// File inputs in menus send themselves; chosen again, the same file counts as a change.
document.addEventListener("click", (event) => { if (event.target.matches?.("input[type=file][hx-post]")) event.target.value = ""; });

// Dropping files on the home page's box fills its file input.
for (const form of document.querySelectorAll("[data-drop-files]")) {
  form.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("is-target"); });
  form.addEventListener("dragleave", () => form.classList.remove("is-target"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("is-target");
    if (!event.dataTransfer.files.length) return;
    form.querySelector("input[type=file]").files = event.dataTransfer.files;
    form.requestSubmit();
  });
}
