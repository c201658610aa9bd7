// Who else has this design open: their letters by the title, on the diagram what they have selected, and word that they
// changed something, which one press shows.
import { channel } from "./channel.js";
import { designUrl, get, state } from "./state.js";

const place = document.getElementById("present");
const NS = "http://www.w3.org/2000/svg";
const MOST = 5; // faces by the title
const { presence: base, worker } = place.dataset;
const { "X-CSRFToken": token } = JSON.parse(document.body.getAttribute("hx-headers:inherited"));
const name = state("window");
const pk = document.body.dataset.design;
let others = []; // the other windows on this design
let changed = null; // who made its newest revision: {name, own, window}
let number = 0;
let drawn = ""; // what the faces were drawn of

const el = (tag, values = {}, ...inside) => {
  const made = Object.assign(document.createElement(tag), values);
  made.append(...inside);
  return made;
};
const boxOf = (at) => (at ? document.querySelector(`#canvas .box[data-at="${CSS.escape(at)}"]`) ?? document.querySelector(`#canvas [data-at="${CSS.escape(at)}"]`) : null);
const nameOf = (box) => (box.getAttribute("aria-label") ?? box.textContent).split(/[,;]/)[0].trim();

// "Ada Lovelace has nginx selected", "Another window of yours has this open".
const words = ({ own, name: who }, windows) => {
  const at = windows.map((one) => boxOf(one.at)).find(Boolean);
  const many = windows.length > 1 ? ` in ${windows.length} windows` : "";
  const subject = own ? (windows.length > 1 ? "Other windows of yours" : "Another window of yours") : who;
  const verb = own && windows.length > 1 ? "have" : "has";
  return `${subject} ${verb} ${at ? `${nameOf(at)} selected` : `this open${own ? "" : many}`}`;
};

// One face a person, however many windows they have; pressed, it goes to what they selected.
const face = (windows) => {
  const [first] = windows;
  const at = windows.find((one) => boxOf(one.at))?.at;
  const title = words(first, windows);
  const made = el(at ? "button" : "span", { className: `face p${first.colour}${first.own ? " own" : ""}`, title, textContent: first.letters });
  made.setAttribute("aria-label", title);
  if (at) { made.type = "button"; made.dataset.go = at; } else made.setAttribute("role", "img");
  return made;
};

const byPerson = () => {
  const found = new Map();
  for (const one of others) found.set(one.person, [...(found.get(one.person) ?? []), one]);
  return [...found.values()];
};

const showFaces = () => {
  const people = byPerson();
  const newer = number > Number(state("base")) && changed?.window !== name;
  const now = JSON.stringify([people.map((windows) => [windows[0].person, windows[0].letters, words(windows[0], windows)]), newer && [number, changed?.name]]);
  if (now === drawn) return;
  drawn = now;
  const all = people.slice(0, MOST).map(face);
  if (people.length > MOST) all.push(el("span", { className: "face more", textContent: `+${people.length - MOST}`, title: people.slice(MOST).map(([one]) => one.name).join(", ") }));
  if (newer) {
    const who = changed?.own || !changed?.name ? "elsewhere" : `by ${changed.name}`;
    const show = el("button", { type: "button", className: "pill news", title: `r${number}: what you typed and did not save stays` }, el("span", { className: "wide-only", textContent: `Changed ${who}` }), "Show");
    show.setAttribute("aria-label", `Changed ${who}: show it`);
    show.addEventListener("click", () => get(`${designUrl()}inspect/`));
    all.push(show);
  }
  place.replaceChildren(...all);
};

// Around what another selects, in a layer of its own: the picture stays as the server drew it.
const showMarks = () => {
  const svg = document.querySelector("#canvas > svg.diagram");
  svg?.querySelector(".present-marks")?.remove();
  if (!svg || !others.length) return;
  const layer = svg.appendChild(document.createElementNS(NS, "g"));
  layer.setAttribute("class", "present-marks");
  const taken = new Map();
  const draw = (parent, tag, values, text = "") => {
    const made = parent.appendChild(document.createElementNS(NS, tag));
    for (const [key, value] of Object.entries(values)) made.setAttribute(key, value);
    made.textContent = text;
    return made;
  };
  for (const one of others) {
    const box = boxOf(one.at);
    const shape = box?.querySelector(":scope > .shape");
    if (!shape) continue;
    const [x, y, w, h] = ["x", "y", "width", "height"].map((key) => Number(shape.getAttribute(key)));
    const place = taken.get(one.at) ?? 0;
    taken.set(one.at, place + 1);
    const group = draw(layer, "g", { class: `present-mark p${one.colour}` });
    draw(group, "title", {}, words(one, [one]));
    if (!place) draw(group, "rect", { x: x - 3, y: y - 3, width: w + 6, height: h + 6, rx: 8 });
    const wide = 8 + one.letters.length * 6;
    const left = x + w - 20 - wide - place * 26;
    draw(group, "rect", { class: "tag", x: left, y: y - 11, width: wide, height: 15, rx: 7 });
    draw(group, "text", { x: left + wide / 2, y: y, "text-anchor": "middle" }, one.letters);
  }
};

const show = () => { showFaces(); showMarks(); };

const take = ({ here, still }) => {
  if (still) { say({ still: name }); return; }
  const mine = here?.[pk];
  others = (mine?.windows ?? []).filter((one) => one.window !== name);
  if (mine) {
    number = mine.number;
    changed = mine.changed && { ...mine.changed, own: mine.windows.some((one) => one.own && one.person === mine.changed.person) };
  }
  show();
};

let say = channel; // becomes what takes this window's messages
try {
  const { port } = new SharedWorker(worker, { type: "module", name: "presence" });
  port.onmessage = ({ data }) => take(data);
  say = (message) => port.postMessage(message);
} catch {
  say = channel(take);
}

let told = null; // the selection that was said last
const hello = (again = false) => {
  const at = state("at");
  if (at === told && !again) return;
  told = at;
  say({ hello: { name, base: new URL(base, location).href, url: new URL(`${designUrl()}presence/`, location).href, token, at } });
};

document.addEventListener("htmx:after:swap", () => { hello(); show(); });
addEventListener("pagehide", () => {
  fetch(`${designUrl()}presence/`, { method: "POST", keepalive: true, body: new URLSearchParams({ window: name, left: 1 }), headers: { "X-CSRFToken": token } }).catch(() => {});
  say({ left: name });
});
// Come back to by the browser's back button, the page is as it was.
addEventListener("pageshow", ({ persisted }) => { if (persisted) hello(true); });
hello();
