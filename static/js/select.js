// Selection: what is selected is lit in the diagram and the YAML at once, and its form opens.
import { designUrl, get, narrow, setState, showPart, state } from "./state.js";

const boxes = (at) => document.querySelectorAll(`#canvas [data-at="${CSS.escape(at)}"]`);

export const light = (reveal = false) => {
  const at = state("at");
  for (const box of document.querySelectorAll("#canvas .is-selected")) box.classList.remove("is-selected");
  if (at) for (const box of boxes(at)) box.classList.add("is-selected");
  let first = null;
  for (const line of document.querySelectorAll("#yaml .l")) {
    const lit = at !== "" && (line.dataset.at === at || (!at.includes("/") && line.dataset.at.startsWith(at + "/")));
    line.classList.toggle("is-lit", lit);
    if (lit) first ??= line;
  }
  if (reveal && first) {
    const pane = document.getElementById("yaml");
    const top = first.offsetTop - pane.offsetTop;
    if (top < pane.scrollTop || top > pane.scrollTop + pane.clientHeight - 60) pane.scrollTop = top - 40;
  }
};

export const select = (at, { reveal = true, field = "" } = {}) => {
  if (at !== state("at")) setState("at", at);
  light(reveal);
  history.replaceState(null, "", at ? `#at=${at}` : location.pathname);
  return get(designUrl() + "inspect/").then(() => { if (field) focusField(field); });
};

const focusField = (pointer) => {
  const id = "f" + pointer.replaceAll("/", "-").replaceAll("~", "_");
  const field = document.getElementById(id);
  field?.focus();
  field?.scrollIntoView({ block: "center" });
};

// The tab on which a field stands, so that going to a finding opens it.
const TABS = [[/\/(ports)\//, "ports"], [/\/(env|envFrom)\//, "env"], [/\/volumeMounts\//, "mounts"], [/Probe|lifecycle/, "probes"], [/\/resources/, "resources"], [/\/securityContext/, "security"]];

document.addEventListener("click", (event) => {
  const box = event.target.closest("#canvas [data-at]");
  if (box) {
    event.preventDefault();
    select(box.dataset.at);
    if (narrow()) showPart("edit");
    return;
  }
  const line = event.target.closest("#yaml .l");
  if (line && !String(getSelection())) { select(line.dataset.at, { reveal: false }); return; }
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
  const tab = event.target.closest("[data-tab]");
  if (tab) { setState("tab", tab.dataset.tab); get(designUrl() + "inspect/"); return; }
  const reveal = event.target.closest("[data-reveal]");
  if (reveal) { get(designUrl() + "inspect/", { reveal: reveal.dataset.reveal }); return; }
  const part = event.target.closest(".parts [data-part]");
  if (part) { showPart(part.dataset.part); return; }
  if (event.target.closest("[data-copy-yaml]")) copyYaml();
  const bad = event.target.closest("[data-line]");
  if (bad) goToLine(Number(bad.dataset.line));
});

const copyYaml = async () => {
  const { say } = await import("./state.js");
  const answer = await fetch(designUrl() + "download/");
  await navigator.clipboard.writeText(await answer.text());
  say("The YAML is on the clipboard.");
};

const goToLine = (number) => {
  const box = document.getElementById("yaml-text");
  if (!box) return;
  const lines = box.value.split("\n");
  const start = lines.slice(0, number - 1).join("\n").length + (number > 1 ? 1 : 0);
  box.focus();
  box.setSelectionRange(start, start + (lines[number - 1]?.length ?? 0));
  box.scrollTop = (number - 4) * parseFloat(getComputedStyle(box).lineHeight);
};

// Hovering a finding lights the boxes it is about.
const hover = (event, on) => {
  const row = event.target.closest?.("[data-lit]");
  if (!row) return;
  for (const at of row.dataset.lit.split(" ").filter(Boolean)) for (const box of boxes(at)) box.classList.toggle("is-lit", on);
};
document.addEventListener("mouseover", (event) => hover(event, true));
document.addEventListener("mouseout", (event) => hover(event, false));

document.addEventListener("htmx:after:swap", () => light());
const wanted = new URLSearchParams(location.hash.slice(1)).get("at");
if (wanted) select(wanted); else light();
