// Selection: what is selected is lit in the diagram and the YAML at once, and its form opens.
import { reveal } from "./canvas.js";
import { light as lightLines } from "./yaml.js";
import { designUrl, get, narrow, say, setState, showPart, state } from "./state.js";

const boxes = (at) => document.querySelectorAll(`#canvas [data-at="${CSS.escape(at)}"]`);

// Light what is selected; with `lines`, bring its lines of the YAML into view.
export const light = (lines = false) => {
  const at = state("at");
  for (const box of document.querySelectorAll("#canvas .is-selected")) box.classList.remove("is-selected");
  if (at) for (const box of boxes(at)) box.classList.add("is-selected");
  lightLines(lines);
  document.dispatchEvent(new CustomEvent("designer:light"));
};

// All fields: what is typed there is looked for, and stays while one edits what was found.
let finding = 0;
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-find]")) return;
  clearTimeout(finding);
  finding = setTimeout(() => { setState("q", event.target.value); get(designUrl() + "inspect/"); }, 150);
});

// Select the address `at` ("" for nothing): its form opens, its lines and its box come into view; `field` is focused.
export const select = (at, { lines = true, field = "" } = {}) => {
  if (at !== state("at")) for (const [name, value] of [["at", at], ["in", ""], ["q", ""]]) setState(name, value);
  light(lines);
  reveal(boxes(at)[0]);
  history.replaceState(null, "", at ? `#at=${at}` : location.pathname);
  return get(designUrl() + "inspect/").then(() => { if (field) focusField(field); });
};

// A pointer as a part of an element's id, as the server writes it (controls.py): `/` is `-`, other signs are `_` and hex.
const slug = (pointer) => [...new TextEncoder().encode(pointer)].map((byte) => {
  const sign = String.fromCharCode(byte);
  return /[A-Za-z0-9]/.test(sign) ? sign : sign === "/" ? "-" : `_${byte.toString(16).padStart(2, "0")}`;
}).join("");

// A field that the open tab has not is found under All fields, on the level it stands on.
const focusField = async (pointer) => {
  const find = () => document.getElementById("f" + slug(pointer));
  if (!find()) {
    setState("tab", "all");
    setState("in", pointer.replace(/\/[^/]*$/, ""));
    await get(designUrl() + "inspect/");
  }
  const field = find();
  field?.focus();
  field?.scrollIntoView({ block: "center" });
};

// The tab on which a field stands, so that going to a finding opens it.
const TABS = [[/\/(ports)\//, "ports"], [/\/(env|envFrom)\//, "env"], [/\/volumeMounts\//, "mounts"], [/Probe|lifecycle/, "probes"], [/\/resources/, "resources"], [/\/securityContext/, "security"]];

// The cursor of the YAML came to rest in something else.
document.addEventListener("designer:at", ({ detail }) => select(detail, { lines: false }));

document.addEventListener("click", (event) => {
  const box = event.target.closest("#canvas [data-at]");
  if (box) {
    event.preventDefault();
    select(box.dataset.at);
    if (narrow()) showPart("edit");
    return;
  }
  // A line opens what it comes from: there it is written.
  const line = event.target.closest('#canvas .edge[data-from]:not([data-from=""])');
  if (line) { select(line.dataset.from); return; }
  const go = event.target.closest("[data-go]");
  if (go) {
    const field = go.dataset.field ?? "";
    const tab = TABS.find(([pattern]) => pattern.test(field));
    setState("tab", tab && /\/(c|initC|ephemeralC)ontainers\//.test(field) ? tab[1] : "");
    document.getElementById("dialog").close();
    select(go.dataset.go, { field });
    if (narrow()) showPart("edit");
    return;
  }
  const level = event.target.closest("[data-in]");
  if (level) { setState("in", level.dataset.in); setState("q", ""); get(designUrl() + "inspect/").then(() => document.getElementById("inspector").scrollTo(0, 0)); return; }
  const tab = event.target.closest("[data-tab]");
  if (tab) { setState("tab", tab.dataset.tab); get(designUrl() + "inspect/"); return; }
  if (event.target.closest("[data-hide-value]")) { get(`${designUrl()}inspect/`); return; }
  const part = event.target.closest(".parts [data-part]");
  if (part) { showPart(part.dataset.part); return; }
  if (event.target.closest("[data-copy-yaml]")) copyYaml();
  // The ground chooses nothing: what was selected is not any more.
  else if (event.target.closest("[data-canvas]") && !event.target.closest("button, a, label, input") && state("at")) select("", { lines: false });
});

const copyYaml = async () => {
  const answer = await fetch(designUrl() + "download/");
  const text = await answer.text();
  await navigator.clipboard.writeText(text);
  say(/\(hidden [0-9a-f]{8}\)/.test(text) ? "The YAML is on the clipboard, without the values of its Secrets." : "The YAML is on the clipboard.");
};

// What an answer selects, such as a container that was added, is brought into view.
let last = state("at");
document.addEventListener("htmx:after:swap", () => {
  light();
  if (state("at") !== last) reveal(boxes(state("at"))[0]);
  last = state("at");
});
const wanted = new URLSearchParams(location.hash.slice(1)).get("at");
if (wanted) select(wanted); else light();
