// The YAML pane: what is typed changes the design after a pause, and what changes elsewhere changes the text, each
// keeping the other's work. The server brings the two together; here is only who has which text.
import { open, patch } from "./editor.js";
import { designUrl, postTo, state } from "./state.js";

const PAUSE = 25; // ms without a key before the text is sent; a burst of typing is one revision all the same
const AGAIN = 2000; // ms before text that the server gave no answer to is sent again
const PATIENCE = 600; // ms before text that does not parse is called wrong
const HALF_A_WORD = 1500; // and where the cursor still is in the line that is wrong
const LEFT = 200; // ms after which a Secret's value that the cursor left is hidden

const holder = document.getElementById("yaml-data");
const bar = document.getElementById("yaml-problem");
const url = () => `${designUrl()}yaml/`;

let editor = null;
let { base, runs, marks } = JSON.parse(holder.textContent);
let synced = ""; // the text of revision `base`
let told = null; // the last text that the server was given and could not take into the design
let was = null; // what was sent last, where the answer to it came when one had typed on: the next text is against it
let held = false; // whether the server keeps a draft of ours
let read = holder.textContent;
let [sending, patching, asking] = [false, false, false];
let clear = []; // [first line, last line] of each value of a Secret that was typed just now: the server hides all others
let [pausing, complaining, following, leaving] = [0, 0, 0, 0];
let lit = [];

const dirty = () => editor !== null && editor.getValue() !== synced;

// Where the text stands: in the design, on its way there, or kept as a draft.
const mark = () => { holder.dataset.state = !dirty() ? "saved" : editor.getValue() === told ? "draft" : "typed"; };

// --- Sending what is typed

const later = (wait = PAUSE) => { clearTimeout(pausing); pausing = setTimeout(send, wait); };

const send = async (veil = false) => {
  const text = editor.getValue();
  // Typed back to what it was, it is sent too where a draft has to go.
  if (sending || text === told || (text === synced && !held && !veil)) return;
  const sent = {
    text, from: base, ...(was === null ? {} : { was }), ...(held ? { held: 1 } : {}), ...(asking ? { ask: 1 } : {}), ...(veil ? { veil: 1 } : {}),
  };
  [sending, asking] = [true, false];
  await postTo(url(), sent).catch(() => {}); // that the server did not answer is said by dialogs.js
  sending = false;
  const now = editor.getValue();
  if (now !== text) later();
  else if (dirty() && now !== told) later(AGAIN);
};

// A value stays in sight while the cursor is in its lines. What the answer to anything else brings comes when it is left.
const inClear = () => {
  const line = editor.getCursorPosition().row + 1;
  return editor.isFocused() && clear.some(([first, last]) => first <= line && line <= last);
};
const hideLater = () => {
  clearTimeout(leaving);
  if (clear.length) leaving = setTimeout(() => { if (clear.length && !inClear() && !dirty()) send(true); }, LEFT);
};

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (!ctx.request.action.split("?")[0].endsWith("/yaml/")) return;
  ctx.typed = ctx.request.body.get("text")?.replaceAll("\r\n", "\n");
  ctx.discards = ctx.request.body.has("discard");
});
addEventListener("beforeunload", (event) => { if (dirty() && editor.getValue() !== told) event.preventDefault(); });

// --- Taking what the server says

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const own = ctx?.typed !== undefined;
  const status = ctx?.response?.status ?? 200;
  if (own && status >= 400) {
    told = ctx.typed;
    held = true;
    mark();
    complain({ message: "Not in the design yet.", again: true });
    return;
  }
  if (!own && !ctx?.discards && holder.textContent === read) return;
  read = holder.textContent;
  if (!editor) return;
  take(JSON.parse(read), ctx?.typed, ctx?.discards);
  mark();
});

const take = (data, typed, discards = false) => {
  const now = editor.getValue();
  if (data.problem) { told = typed ?? now; held = true; complain(data.problem); return; }
  if (typed === undefined && !discards && (dirty() || inClear())) return;
  // Merged, and typed on: what is typed next is against what was sent, and is brought together again.
  if (typed !== undefined && data.text !== null && now !== typed) { was = typed; later(); return; }
  ({ base, runs, marks, clear = [] } = data);
  if (data.text !== null) put(data.text);
  hideLater();
  synced = data.text ?? typed;
  [was, told, held] = [null, null, false];
  if (dirty()) { later(); return; }
  editor.session.getUndoManager().reset(); // the design's own undo goes on from here
  quiet();
  annotate();
  light();
};

const put = (text) => {
  patching = true;
  patch(editor.session, text);
  patching = false;
};

// --- What is wrong with the text

const complain = ({ line = 0, message, again = false }) => {
  clearTimeout(complaining);
  const show = () => {
    bar.querySelector("[data-line]").hidden = !line;
    bar.querySelector("[data-line]").textContent = `Line ${line}`;
    bar.querySelector("[data-line]").dataset.line = line;
    bar.querySelector("[data-again]").hidden = !again;
    bar.querySelector(".words").textContent = message;
    bar.hidden = false;
    if (line) annotate([{ row: line - 1, column: 0, type: "error", text: message }]);
  };
  if (bar.hidden && line && !again) {
    const here = editor.isFocused() && editor.getCursorPosition().row === line - 1;
    complaining = setTimeout(show, here ? HALF_A_WORD : PATIENCE);
  } else show();
};

const quiet = () => { clearTimeout(complaining); bar.hidden = true; };

// The findings, at their lines; or, while the text does not parse, where.
const annotate = (wrong = null) => {
  editor.session.setAnnotations(wrong ?? marks.map(([line, severity, text]) => (
    { row: line - 1, column: 0, type: severity === "error" ? "error" : severity === "warning" ? "warning" : "info", text }
  )));
  for (const id of lit.splice(0)) editor.session.removeMarker(id);
  for (const { row } of wrong ?? []) lit.push(editor.session.addMarker(new window.ace.Range(row, 0, row, 1), "is-bad", "fullLine"));
};

bar.addEventListener("click", (event) => {
  if (event.target.closest("[data-line]")) goToLine(Number(event.target.dataset.line));
  if (event.target.closest("[data-again]")) { [told, asking] = [null, true]; send(); }
  if (event.target.closest("[data-discard]")) { told = null; postTo(url(), { discard: 1 }).then(quiet); }
});

export const goToLine = (line) => { editor?.gotoLine(line, 0, false); editor?.focus(); };

// --- Selection and lines

const isOf = (address, at) => address === at || (!at.includes("/") && address.startsWith(`${at}/`));
const addressAt = (line) => { let found = ""; for (const [first, at] of runs) { if (first > line) break; found = at; } return found; };

// Light the lines of what is selected; with `scroll`, bring them into view.
export const light = (scroll = false) => {
  if (!editor || dirty()) return;
  for (const id of lit.splice(0)) editor.session.removeMarker(id);
  const at = state("at");
  if (!at) return;
  let top = 0;
  runs.forEach(([first, address], index) => {
    if (!isOf(address, at)) return;
    const end = (runs[index + 1]?.[0] ?? editor.session.getLength() + 1) - 1;
    lit.push(editor.session.addMarker(new window.ace.Range(first - 1, 0, end - 1, 1), "is-lit", "fullLine"));
    top ||= first;
  });
  if (scroll && top) {
    editor.session.unfold(new window.ace.Range(top - 1, 0, top, 0), true);
    const { firstRow, lastRow } = { firstRow: editor.getFirstVisibleRow(), lastRow: editor.getLastVisibleRow() };
    if (top - 1 < firstRow || top + 2 > lastRow) editor.renderer.scrollToRow(Math.max(0, top - 3));
  }
};

// Light one line for as long as something is pointed at that is about it; 0 for none. Then the text goes back to where it
// was, unless one went to the line.
let pointed = null;
export const point = (line = 0, { back = true } = {}) => {
  if (pointed) {
    editor.session.removeMarker(pointed.marker);
    if (back && pointed.top !== null) editor.session.setScrollTop(pointed.top);
  }
  pointed = null;
  if (!editor || !line || dirty()) return;
  const seen = line > editor.getFirstVisibleRow() && line < editor.getLastVisibleRow();
  const top = seen ? null : editor.session.getScrollTop();
  pointed = { marker: editor.session.addMarker(new window.ace.Range(line - 1, 0, line - 1, 1), "is-pointed", "fullLine"), top };
  if (!seen) editor.renderer.scrollToRow(Math.max(0, line - 4));
};

// What the cursor stands in is selected when it rests there.
const follow = () => {
  clearTimeout(following);
  hideLater();
  if (patching || !editor.isFocused()) return;
  following = setTimeout(() => {
    const at = addressAt(editor.getCursorPosition().row + 1);
    if (editor.isFocused() && !dirty() && at !== state("at")) editor.container.dispatchEvent(new CustomEvent("designer:at", { bubbles: true, detail: at }));
  }, 150);
};

// Undo in the text is the design's undo: one history, whether one types or fills in forms. Only what has not become
// part of the design is taken back here.
const stepping = (name, path) => {
  const command = editor.commands.byName[name];
  editor.commands.addCommand({
    ...command, exec: () => { if (dirty()) editor[name](); else { clear = []; postTo(designUrl() + path); } },
  });
};

// --- Start

const start = async () => {
  const first = JSON.parse(holder.textContent);
  editor = await open(first.draft ?? first.text);
  synced = first.text;
  base = first.base;
  editor.session.on("change", () => { if (!patching) { clearTimeout(complaining); mark(); later(); } });
  editor.selection.on("changeCursor", follow);
  editor.on("focus", follow);
  editor.on("blur", hideLater);
  for (const [name, key] of [["undo", "undo/"], ["redo", "redo/"]]) stepping(name, key);
  read = holder.textContent;
  held = first.draft !== undefined;
  if (first.problem) { told = first.draft; complain(first.problem); }
  else if (held) later(0);
  else take(JSON.parse(read)); // what was answered while the editor was on its way
  mark();
  light(true);
};
start();

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-find-yaml]")) { editor?.focus(); editor?.execCommand("find"); }
});
