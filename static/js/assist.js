// What the editor offers at the cursor and says about a word: the server knows the schema and the design's own names.
import { designUrl, state } from "./state.js";

const MARKER = /^---(\s|$)/;

// The object around a row, so that little is sent: its text, and the row counted from 1 in it.
const around = (session, row) => {
  let [first, last] = [row, row];
  while (first > 0 && !MARKER.test(session.getLine(first))) first -= 1;
  while (last + 1 < session.getLength() && !MARKER.test(session.getLine(last + 1))) last += 1;
  return { text: session.getLines(first, last).join("\n"), line: row - first + 1 };
};

const ask = async (what, session, { row, column }) => {
  const { text, line } = around(session, row);
  const body = new URLSearchParams({ text, line, column, window: state("window") });
  const { "X-CSRFToken": token } = JSON.parse(document.body.getAttribute("hx-headers:inherited"));
  // Where to ask is the design's, unless the editor says otherwise: a preset is written on a page of its own.
  const url = document.getElementById("yaml-editor").dataset[what] ?? `${designUrl()}${what}/`;
  try {
    const answer = await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token } });
    return answer.ok ? (await answer.json()).found : null;
  } catch {
    return null; // Offline: the editor goes on without help.
  }
};

let nothing = ""; // the word that nothing fits: typing on, it is not asked for again

export const completer = {
  id: "kubernetes",
  identifierRegexps: [/[\w.\-/$]/],
  triggerCharacters: [" "],
  getCompletions: async (editor, session, place, prefix, done) => {
    const word = `${place.row} ${place.column - prefix.length}`;
    if (prefix && word === nothing) { done(null, []); return; }
    let found = await ask("complete", session, place);
    // Meanwhile one may have typed on, past the word that was asked about.
    const here = editor.getCursorPosition();
    const since = session.getLine(place.row).slice(place.column, here.column);
    if (here.row !== place.row || here.column < place.column || /[^\w.\-/$]/.test(since)) found = null;
    nothing = found?.length === 0 ? word : ""; // where no answer came, the next key asks again
    // Enter takes a field that is offered while one types it, but never puts another value for the one that was typed.
    if (editor.completer?.autoShown) editor.completer.autoSelect = found?.[0]?.role === "key";
    done(null, (found ?? []).map((one, index) => ({
      caption: one.label, value: one.label, meta: one.detail, docText: one.description, score: 1000 - index,
      found: one, asked: place.column, completer,
    })));
  },
  insertMatch: (editor, { found, asked }) => {
    const { row, column } = editor.getCursorPosition();
    const end = found.end + column - asked; // with what was typed since
    editor.session.replace(new window.ace.Range(row, found.start, row, end), found.value);
    if (/(\{\}|\[\])$/.test(found.value)) editor.navigateLeft(1);
    if (/(: |:|\n\s*(- )?)$/.test(found.value)) setTimeout(() => editor.execCommand("startAutocomplete"), 0);
  },
};

// Ace filters what it offers a moment after a key. Enter may come before that moment, and must not take what was offered
// for a word that has been typed on since: it is filtered at once. And Tab takes the first, also where nothing is chosen
// yet, which Ace would choose then and no more.
export const keepUp = (editor) => {
  editor.commands.on("afterExec", ({ command }) => {
    if (command.name === "insertstring" && editor.completer?.completions) editor.completer.updateCompletions(true);
  });
  window.ace.require("ace/autocomplete").Autocomplete.prototype.commands.Tab = () => {
    if (editor.completer.popup.getRow() < 0) editor.completer.goTo("down");
    return editor.completer.insertMatch();
  };
};

// A word under the resting mouse (or the cursor, by Ctrl+K Ctrl+I) is explained in Kubernetes' own words.
export const explain = (editor) => {
  const { HoverTooltip } = window.ace.require("ace/tooltip");
  const tip = new HoverTooltip();
  tip.setDataProvider(async (event) => {
    const place = event.getDocumentPosition();
    const found = await ask("hover", editor.session, place);
    if (found) tip.showForRange(editor, rangeOf(place.row, found), told(found), event);
  });
  tip.addToEditor(editor);
  editor.commands.addCommand({
    name: "explain", bindKey: { win: "Ctrl-K Ctrl-I", mac: "Command-K Command-I" }, readOnly: true,
    exec: async () => {
      const place = editor.getCursorPosition();
      const found = await ask("hover", editor.session, place);
      if (found) tip.showForRange(editor, rangeOf(place.row, found), told(found));
    },
  });
};

const rangeOf = (row, { start, end }) => new window.ace.Range(row, start, row, end);

const told = ({ name, detail, description }) => {
  const box = document.createElement("div");
  box.className = "explained";
  const head = document.createElement("p");
  head.append(Object.assign(document.createElement("b"), { textContent: name }), ` ${detail}`);
  box.append(head, Object.assign(document.createElement("p"), { textContent: description }));
  return box;
};
