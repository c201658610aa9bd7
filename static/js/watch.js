// What became of a run: its pods and events as the server tells them, on the diagram and in a panel below it, and logs.
// One connection a page, closed when the page is left or the person stops watching.
const KEPT = "watching"; // of this window: a reload goes on watching
const LINES = 5000;
const SIGNS = { ok: "●", busy: "…", bad: "!", done: "✓", idle: "–" };
const NS = "http://www.w3.org/2000/svg";
let source = null;
let seen = null;
let next = null; // what asks anew, until it has heard
let asking;
let marked; // the revision that the marks are for
let log = null;
// What a person opened or closed stays so; the rest opens by itself where somebody is needed.
const folds = new Map();

const bar = () => document.getElementById("watch");
const panels = () => document.querySelectorAll("[data-live]");

// Marks at the boxes' corners, in a layer of their own: the picture itself stays as the server drew it.
const mark = () => {
  const svg = document.querySelector("#canvas > svg.diagram");
  svg?.querySelector(".live-marks")?.remove();
  if (!svg || !seen || !source) return;
  const layer = svg.appendChild(document.createElementNS(NS, "g"));
  layer.setAttribute("class", "live-marks");
  for (const [at, [tone, words]] of Object.entries(seen.boxes)) {
    const shape = svg.querySelector(`.box[data-at="${CSS.escape(at)}"] > .shape`) ?? svg.querySelector(`[data-at="${CSS.escape(at)}"] > .shape`);
    if (!shape) continue;
    const [x, y, w] = ["x", "y", "width"].map((name) => Number(shape.getAttribute(name)));
    const group = layer.appendChild(document.createElementNS(NS, "g"));
    group.setAttribute("class", `live-mark ${tone}`);
    group.append(...[["title", {}], ["circle", { cx: x + w - 1, cy: y + 1, r: 8 }], ["text", { x: x + w - 1, y: y + 5, "text-anchor": "middle" }]].map(([name, values]) => {
      const made = document.createElementNS(NS, name);
      for (const [key, value] of Object.entries(values)) made.setAttribute(key, value);
      made.textContent = name === "title" ? words : name === "text" ? SIGNS[tone] : "";
      return made;
    }));
  }
};

const show = () => {
  for (const panel of panels()) {
    if (panel.querySelector(":focus-visible") && panel.dataset.tone === seen.tone && panel.innerHTML === seen.html) continue;
    const focused = panel.contains(document.activeElement) ? [...panel.querySelectorAll("button, summary")].indexOf(document.activeElement) : -1;
    panel.innerHTML = seen.html;
    panel.dataset.tone = seen.tone;
    for (const one of panel.querySelectorAll("details[id]")) if (folds.has(one.id)) one.open = folds.get(one.id);
    if (focused >= 0) panel.querySelectorAll("button, summary")[focused]?.focus();
  }
  const dot = bar()?.querySelector(".dot");
  if (dot) dot.className = `dot ${seen.tone}`;
  mark();
};

const stop = () => {
  clearTimeout(asking);
  source?.close();
  next?.close();
  source = seen = next = null;
  if (bar()) bar().hidden = true;
  endLog();
  mark();
};

// The designer does not answer: what is shown is old, and says so.
let heard = null;
const stale = (is) => {
  const words = bar()?.querySelector(".stale");
  if (!words) return;
  words.hidden = !is;
  if (is) words.textContent = `the designer does not answer${heard ? `; this is as it was at ${heard.toLocaleTimeString("en-GB")}` : ""}`;
  document.querySelector("#canvas .live-marks")?.classList.toggle("is-stale", is);
};

const listen = (url) => {
  const made = new EventSource(url);
  const at = marked;
  made.addEventListener("seen", ({ data }) => {
    if (made === next) { source.close(); source = made; next = null; }
    seen = JSON.parse(data);
    if (at !== marked) seen.boxes = {};
    heard = new Date();
    stale(false);
    show();
  });
  made.addEventListener("open", () => { if (made === source) stale(false); });
  // The browser connects again by itself, but not after a refusal, nor while the page is left.
  made.addEventListener("error", () => { if (made !== source) return; if (made.readyState === EventSource.CLOSED) stop(); else stale(true); });
  return made;
};

const watch = (url, of) => {
  if (source?.url.endsWith(url)) { if (seen) show(); return; }
  stop();
  marked = revision();
  sessionStorage.setItem(KEPT, JSON.stringify([location.pathname, url, of]));
  const at = bar();
  at.hidden = false;
  at.querySelector(".of").textContent = of;
  for (const panel of panels()) panel.textContent = "Asking the cluster…";
  source = listen(url);
};

// After an edit a box may be another one: its marks go until the server has told where they belong now.
const revision = () => document.querySelector("#state [name=base]")?.value;
const follow = () => {
  if (!source || revision() === marked) return;
  marked = revision();
  if (seen) seen.boxes = {};
  clearTimeout(asking);
  asking = setTimeout(() => { next?.close(); if (source) next = listen(source.url); }, 400);
};

const look = () => {
  follow();
  for (const one of document.querySelectorAll("[data-watch]")) watch(one.dataset.watch, one.dataset.of);
  mark();
};

const endLog = () => {
  log?.close();
  log = null;
  const box = bar()?.querySelector(".log");
  if (box) box.hidden = true;
};

// Its end stays in view unless the person has scrolled up to read.
const openLog = (url, of) => {
  endLog();
  const box = bar().querySelector(".log");
  const text = box.querySelector("pre");
  const lines = [];
  let drawn = false;
  box.hidden = false;
  box.querySelector(".log-of").textContent = of;
  text.textContent = "";
  const draw = () => {
    drawn = false;
    const follows = text.scrollTop + text.clientHeight > text.scrollHeight - 30;
    text.textContent = lines.join("\n");
    if (follows) text.scrollTop = text.scrollHeight;
  };
  const add = (line) => {
    lines.push(line);
    if (lines.length > LINES) lines.splice(0, lines.length - LINES);
    if (!drawn) { drawn = true; requestAnimationFrame(draw); }
  };
  log = new EventSource(url);
  log.addEventListener("line", ({ data }) => add(JSON.parse(data)));
  log.addEventListener("end", ({ data }) => { add(`— ${JSON.parse(data)}`); log?.close(); });
  box.scrollIntoView({ block: "nearest" });
  text.focus();
};

document.addEventListener("htmx:after:swap", look);
document.addEventListener("click", ({ target }) => {
  const fold = target.closest?.("[data-live] summary")?.parentElement;
  if (fold?.id) folds.set(fold.id, !fold.open);
  const button = target.closest?.("button");
  if (!button) return;
  if (button.matches("[data-watch-stop]")) { sessionStorage.removeItem(KEPT); stop(); }
  else if (button.matches("[data-log]")) { button.closest("dialog")?.close(); openLog(button.dataset.log, button.dataset.of); }
  else if (button.matches("[data-log-close]")) endLog();
});
addEventListener("pagehide", () => { source?.close(); next?.close(); log?.close(); });

const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
if (kept?.[0] === location.pathname) watch(kept[1], kept[2]);
