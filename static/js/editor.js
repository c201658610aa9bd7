// The YAML editor: Ace, loaded when its pane comes into sight. yaml.js keeps it and the design together, authoring.js it
// and the preset that one writes.
import { completer, explain, keepUp } from "./assist.js";
import { folding } from "./folding.js";

const place = document.getElementById("yaml-editor");

const script = (src) => new Promise((done, fail) => {
  document.head.append(Object.assign(document.createElement("script"), { src, onload: done, onerror: fail }));
});
const style = (href) => new Promise((done, fail) => {
  document.head.prepend(Object.assign(document.createElement("link"), { rel: "stylesheet", href, onload: done, onerror: fail }));
});

const seen = () => new Promise((done) => {
  const watch = new IntersectionObserver((entries) => { if (entries.some((one) => one.isIntersecting)) { watch.disconnect(); done(); } });
  watch.observe(place);
});

// Its looks are in ace.css and designer.css: the page's policy lets no script write styles.
const THEME = { cssClass: "ace-ppd", isDark: false, cssText: "" };

const load = async () => {
  const { css, js } = place.dataset;
  const [first, ...rest] = js.split(" ");
  await Promise.all([style(css), script(first)]);
  window.ace.config.set("useStrictCSP", true);
  await Promise.all(rest.map(script));
};

// A new line stands under the key above it, also under that of a list item; deeper where the key has no value yet.
const nextIndent = (state, line, tab) => {
  const [lead] = /^\s*(?:- +)*/.exec(line);
  return " ".repeat(lead.length) + (/(:|[|>][-+\d]*)\s*(#.*)?$/.test(line.slice(lead.length)) ? tab : "");
};

// A dash typed under a list's key goes where the text has its dashes: deeper than their keys, or under them.
const UNDER = /^( *)(?:- +)*[\w./-]+:[ ]*\n\1- /m;
const DEEPER = /^( *)(?:- +)*[\w./-]+:[ ]*\n\1 +- /m;
const dashes = (state, line, input) => input === "-" && /^\s+$/.test(line);
const outdent = (state, doc, row) => {
  const text = doc.getValue();
  const above = doc.getLine(row - 1) ?? "";
  if (!/:\s*$/.test(above) || !UNDER.test(text) || DEEPER.test(text)) return;
  const [lead] = /^\s*(?:- +)*/.exec(above);
  doc.replace(new window.ace.Range(row, 0, row, /^\s*/.exec(doc.getLine(row))[0].length), " ".repeat(lead.length));
};

// Resolves to the editor, with `text` in it.
export const open = async (text) => {
  await seen();
  await load();
  place.replaceChildren();
  const session = window.ace.createEditSession(text);
  session.setOptions({ newLineMode: "unix", tabSize: 2, useSoftTabs: true, useWorker: false });
  session.setMode("ace/mode/yaml");
  Object.assign(session.getMode(), { getNextLineIndent: nextIndent, checkOutdent: dashes, autoOutdent: outdent });
  session.$setFolding(folding());
  const editor = window.ace.edit(place, {
    session, theme: THEME, fontSize: 12, fontFamily: "var(--mono)", showPrintMargin: false, behavioursEnabled: false,
    scrollPastEnd: 0.2, enableKeyboardAccessibility: true, fixedWidthGutter: true, highlightGutterLine: false,
    enableBasicAutocompletion: [completer], enableLiveAutocompletion: [completer], liveAutocompletionThreshold: 1,
    readOnly: "readonly" in place.dataset,
  });
  editor.renderer.setPadding(6);
  editor.textInput.setAriaOptions({ setLabel: true });
  editor.textInput.getElement().setAttribute("aria-label", place.dataset.label ?? "YAML of the design");
  explain(editor);
  keepUp(editor);
  document.body.dataset.editor = "";
  return editor;
};

// Make the editor's text `text`, touching only the lines that differ: the cursor, the folds and the undo stack stay.
export const patch = (session, text) => {
  const [old, now] = [session.doc.getAllLines(), text.split("\n")];
  let head = 0;
  while (head < Math.min(old.length, now.length) && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(old.length, now.length) - head && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  for (const [from, to, lines] of hunks(old.slice(head, old.length - tail), now.slice(head, now.length - tail)).reverse()) {
    replace(session, head + from, head + to, lines);
  }
};

// Lines from..to (not included) become `lines`.
const replace = (session, from, to, lines) => {
  const { doc } = session;
  const { Range } = window.ace;
  if (to - from === lines.length) {
    lines.forEach((line, index) => respell(doc, from + index, line));
  } else if (to > from && lines.length) {
    doc.replace(new Range(from, 0, to - 1, doc.getLine(to - 1).length), lines.join("\n"));
  } else if (lines.length) {
    if (from < doc.getLength()) doc.insert({ row: from, column: 0 }, lines.join("\n") + "\n");
    else doc.insert({ row: from - 1, column: doc.getLine(from - 1).length }, "\n" + lines.join("\n"));
  } else if (to > from) {
    doc.removeFullLines(from, to - 1);
  }
};

// Of a line only what differs is replaced: a cursor or selection around it stays where it is.
const respell = (doc, row, line) => {
  const old = doc.getLine(row);
  const most = Math.min(old.length, line.length);
  let [head, tail] = [0, 0];
  while (head < most && old[head] === line[head]) head += 1;
  while (tail < most - head && old[old.length - 1 - tail] === line[line.length - 1 - tail]) tail += 1;
  if (head === old.length && head === line.length) return;
  doc.replace(new window.ace.Range(row, head, row, old.length - tail), line.slice(head, line.length - tail));
};

const LONGEST = 600; // lines on both sides that are compared one by one; longer stretches are replaced whole

// The stretches [from, to, new lines] that differ, by the longest common sequence of lines.
const hunks = (old, now) => {
  if (!old.length && !now.length) return [];
  if (!old.length || !now.length || old.length * now.length > LONGEST * LONGEST) return [[0, old.length, now]];
  const wide = now.length + 1;
  const common = new Uint16Array((old.length + 1) * wide);
  for (let a = old.length - 1; a >= 0; a -= 1) {
    for (let b = now.length - 1; b >= 0; b -= 1) {
      common[a * wide + b] = old[a] === now[b] ? common[(a + 1) * wide + b + 1] + 1
        : Math.max(common[(a + 1) * wide + b], common[a * wide + b + 1]);
    }
  }
  const found = [];
  let [a, b, fromA, fromB] = [0, 0, 0, 0];
  const close = () => { if (a > fromA || b > fromB) found.push([fromA, a, now.slice(fromB, b)]); };
  while (a < old.length && b < now.length) {
    if (old[a] === now[b]) { close(); a += 1; b += 1; fromA = a; fromB = b; }
    else if (common[(a + 1) * wide + b] >= common[a * wide + b + 1]) a += 1;
    else b += 1;
  }
  [a, b] = [old.length, now.length];
  close();
  return found;
};
