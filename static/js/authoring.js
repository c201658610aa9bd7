// Writing a preset: a new line keeps the indentation, Tab indents, and what is said of a line leads to it.
import "./dialogs.js";
import "./forms.js";

const text = document.getElementById("preset-text");

// Typed in as by hand, so that undo takes it back.
const type = (words) => document.execCommand("insertText", false, words);

text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.isComposing) {
    const line = text.value.slice(0, text.selectionStart).split("\n").at(-1);
    const [lead] = /^\s*(?:- +)*/.exec(line);
    event.preventDefault();
    type("\n" + " ".repeat(lead.length) + (/:\s*(#.*)?$/.test(line.slice(lead.length)) ? "  " : ""));
  }
  // Escape, then Tab, leaves the text by keyboard.
  if (event.key === "Escape") text.dataset.leave = "";
  else if (event.key === "Tab" && !event.shiftKey && !("leave" in text.dataset)) { event.preventDefault(); type("  "); }
  else if (event.key !== "Tab") delete text.dataset.leave;
});
text.addEventListener("blur", () => delete text.dataset.leave);

document.addEventListener("click", (event) => {
  const line = Number(event.target.closest?.("[data-to-line]")?.dataset.toLine);
  if (!line) return;
  const lines = text.value.split("\n");
  const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  text.focus();
  text.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
  text.scrollTop = Math.max(0, (line - 6) * parseFloat(getComputedStyle(text).lineHeight));
});

document.body.dataset.ready = "";
