// A small menu beside a box: what can be done with it, or what to choose from. By pointer, finger and keyboard alike:
// arrow keys, the first letters of a line, Enter; Escape or a press elsewhere closes it and gives the focus back.
const menu = Object.assign(document.createElement("div"), { id: "box-menu", className: "box-menu", popover: "auto" });
menu.setAttribute("role", "menu");
(document.querySelector(".work") ?? document.body).append(menu);
let [from, typed, typing] = [null, "", 0];

const items = () => [...menu.querySelectorAll("[role=menuitem]:not([aria-disabled])")];

const line = ({ words, key = "", run, why = "", danger = false }) => {
  const made = Object.assign(document.createElement("button"), { type: "button", tabIndex: -1 });
  made.setAttribute("role", "menuitem");
  made.classList.toggle("danger", danger);
  made.append(Object.assign(document.createElement("span"), { textContent: words }));
  if (key) made.append(Object.assign(document.createElement("kbd"), { textContent: key }));
  if (why) {
    made.setAttribute("aria-disabled", "true");
    made.append(Object.assign(document.createElement("small"), { textContent: why }));
  } else made.addEventListener("click", () => { close(); run(); });
  return made;
};

export const close = () => { if (menu.matches(":popover-open")) menu.hidePopover(); };

// Open it beside `box`, or at a point of the screen; `lines` are {words, key, run}, or {words, why} for what cannot be.
export const open = (box, title, lines, point = null) => {
  close();
  from = box;
  const heading = Object.assign(document.createElement("p"), { className: "note", textContent: title });
  heading.setAttribute("role", "presentation");
  menu.setAttribute("aria-label", title);
  menu.replaceChildren(heading, ...lines.map(line));
  menu.showPopover();
  const { left, right, top } = box.getBoundingClientRect();
  const x = point?.x ?? (right + menu.offsetWidth + 8 < innerWidth ? right + 6 : left), y = point?.y ?? top;
  menu.style.left = `${Math.max(8, Math.min(x, innerWidth - menu.offsetWidth - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(y, innerHeight - menu.offsetHeight - 8))}px`;
  (items()[0] ?? menu).focus();
};

menu.addEventListener("keydown", (event) => {
  const all = items();
  const here = all.indexOf(document.activeElement);
  const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: all.length - 1 }[event.key];
  if (to !== undefined && all.length) {
    event.preventDefault();
    all[(to + all.length) % all.length].focus();
  } else if (event.key === "Tab") { event.preventDefault(); close(); }
  else if (event.key.length === 1 && (event.key !== " " || typed) && !event.ctrlKey && !event.metaKey) {
    // A space in the middle of words is one of their letters; alone it presses, as it does everywhere.
    event.preventDefault();
    clearTimeout(typing);
    typed += event.key.toLowerCase();
    typing = setTimeout(() => { typed = ""; }, 700);
    all.find((one) => one.textContent.toLowerCase().startsWith(typed))?.focus();
  }
  event.stopPropagation();
  // To the rest of the page it was the menu that Escape closed.
  if (event.key === "Escape") { event.preventDefault(); close(); }
});
menu.addEventListener("toggle", (event) => {
  if (event.newState !== "closed") return;
  const lost = document.activeElement === document.body || menu.contains(document.activeElement);
  if (lost && from) (from.isConnected ? from : document.getElementById(from.id))?.focus({ preventScroll: true });
});
