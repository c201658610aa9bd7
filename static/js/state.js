// What every request of the designer says: the revision it is based on, what is selected, and the open tab.
const form = () => document.getElementById("state");

export const state = (name) => form()?.elements[name]?.value ?? "";
export const setState = (name, value) => { if (form()?.elements[name]) form().elements[name].value = value; };

// Who may only look is offered no change: what keys and the pointer would make goes nowhere.
export const reading = () => "reading" in document.body.dataset;
const send = (method, url, values = {}) =>
  (method === "POST" && reading() ? Promise.resolve() : htmx.ajax(method, url, { source: form(), swap: "none", values }));

export const post = (verb, values) => send("POST", document.body.dataset.edit + verb, values);
export const postTo = (url, values) => send("POST", url, values);
export const get = (url, values) => send("GET", url, values);
export const designUrl = () => document.body.dataset.edit.replace(/edit\/$/, "");

export const narrow = () => matchMedia("(max-width: 900px)").matches;
export const showPart = (part) => {
  document.body.dataset.part = part;
  for (const button of document.querySelectorAll(".parts button")) button.setAttribute("aria-pressed", button.dataset.part === part);
};

const button = (words, press) => {
  const made = document.createElement("button");
  made.className = "small";
  made.textContent = words;
  made.addEventListener("click", press);
  return made;
};

// A sentence in the corner; an error that an open dialog asked for, in the dialog's foot: the corner is behind it. An
// error stays until it is dismissed. With `undo`, a button takes the last edit back; `more` is one further button, as
// [words, what it does].
export const say = (words, kind = "", { undo = false, more = null } = {}) => {
  const inside = kind === "error" && document.querySelector("dialog[open] #dialog-problem");
  if (inside) { inside.textContent = words; return; }
  const toast = document.getElementById("toast");
  const box = document.createElement("div");
  box.className = kind;
  const text = document.createElement("span");
  text.textContent = words;
  if (kind === "error") box.append(Object.assign(document.createElement("span"), { className: "dot error" }));
  box.append(text);
  if (more) box.append(button(...more));
  if (undo) box.append(button("Undo", () => postTo(`${designUrl()}undo/`)));
  if (kind === "error") box.append(button("Dismiss", () => toast.replaceChildren()));
  toast.replaceChildren(box);
};
