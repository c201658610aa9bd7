// The weave dialog: a file's text goes into its field, choices between two values go along with the form, and what the
// server filled in (a password, a certificate) shows in fields that somebody typed in before.

const form = () => document.getElementById("weave-form");

document.addEventListener("change", async (event) => {
  const input = event.target;
  if (input.matches?.("input[type=file][data-into]") && input.files.length) {
    const field = document.getElementById(input.dataset.into);
    field.value = await input.files[0].text();
    input.value = ""; // chosen again, the same file counts as a change
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
});

// What was refused: fields with a problem are unfolded, and the first is in sight and typed in. A preview only says it.
const toProblem = () => {
  const field = form()?.querySelector("[aria-invalid=true]");
  if (!field) return;
  for (const folded of form().querySelectorAll("details:has([aria-invalid=true])")) folded.open = true;
  field.scrollIntoView({ block: "center" });
  field.focus({ preventScroll: true });
};

// What is not being typed in shows what the server says of it; it says what was typed unless it made something anew.
document.addEventListener("htmx:after:swap", ({ detail }) => {
  const source = detail.ctx?.sourceElement;
  for (const field of form()?.querySelectorAll("input, select, textarea") ?? []) {
    if (field.type === "file" || field === document.activeElement || ("pending" in field.dataset && field !== source)) continue;
    if (field.matches("select")) {
      const wanted = field.querySelector("option[selected]");
      if (wanted && !wanted.selected) wanted.selected = true;
    } else if (field.matches("[type=checkbox], [type=radio]")) {
      if (field.name !== "look" && field.checked !== field.defaultChecked) field.checked = field.defaultChecked;
    } else if (field.value !== field.defaultValue) field.value = field.defaultValue;
  }
  if (source?.matches?.("form.weaving")) toProblem();
});
