// Writing a preset: the box of text becomes the editor that a design's YAML has. The box stays the form's field, so what
// is typed is sent, checked and saved through it; without the editor it is typed into as it is.
import "./dialogs.js";
import "./forms.js";
import "./lines.js";
import { open } from "./editor.js";

const box = document.getElementById("preset-text");
const place = document.getElementById("yaml-editor");

let editor = null;
let bad = [];

// What is said of the text, at its lines.
const annotate = () => {
  if (!editor) return;
  const { session } = editor;
  const said = [...document.querySelectorAll("#checked [data-said]")].filter((one) => Number(one.dataset.line));
  session.setAnnotations(said.map((one) => (
    { row: one.dataset.line - 1, column: 0, type: one.dataset.said, text: one.querySelector("[data-words]").textContent }
  )));
  for (const id of bad.splice(0)) session.removeMarker(id);
  for (const { dataset } of said.filter((one) => one.dataset.said === "error")) {
    const row = dataset.line - 1;
    bad.push(session.addMarker(new window.ace.Range(row, 0, row, 1), "is-bad", "fullLine"));
  }
};

const start = async () => {
  place.hidden = false;
  editor = await open(box.value);
  const { session } = editor;
  if (session.getValue() !== box.value) session.setValue(box.value); // typed while it was on its way
  box.hidden = true;
  session.on("change", () => {
    box.value = session.getValue();
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });
  editor.commands.addCommand({
    name: "save", bindKey: { win: "Ctrl-S", mac: "Command-S" }, exec: () => box.form.querySelector("[data-save]").click(),
  });
  annotate();
};
start().catch(() => { place.hidden = true; });

document.addEventListener("htmx:after:swap", annotate);
document.addEventListener("click", (event) => {
  const line = Number(event.target.closest?.("[data-to-line]")?.dataset.toLine);
  if (!line || !editor) return;
  editor.gotoLine(line, editor.session.getLine(line - 1).search(/\S|$/), false);
  editor.focus();
});

document.body.dataset.ready = "";
