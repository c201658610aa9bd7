// A finding and what it is about are lit together: pointed at or focused, a finding lights its boxes and its line of the
// YAML; the sign on a box lights its findings, and pressed it goes to the first.
import { all, at, around } from "./boxes.js";
import { point } from "./yaml.js";

const rows = () => [...document.querySelectorAll("#findings [data-lit]")];
const addresses = (row) => row.dataset.lit.split(" ").filter(Boolean);
const of = (box) => rows().filter((row) => addresses(row).includes(box.dataset.at));
const sign = (target) => target.closest?.(".sign, .sign-letter");
let lit = null; // the row or the box that lights the others

const dark = (how) => {
  if (!lit) return;
  lit = null;
  for (const box of all()) box.classList.remove("is-lit");
  for (const row of rows()) row.classList.remove("is-lit");
  point(0, how);
};

const lightBoxes = (row) => {
  if (lit === row) return;
  dark();
  lit = row;
  for (const address of addresses(row)) at(address)?.classList.add("is-lit");
  point(Number(row.dataset.line));
};

const lightRows = (box, { scroll }) => {
  if (lit === box) return;
  dark();
  lit = box;
  const found = of(box);
  for (const row of found) row.classList.add("is-lit");
  if (scroll) found[0]?.scrollIntoView({ block: "nearest" });
};

document.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch") return;
  const row = event.target.closest?.("#findings [data-lit]");
  if (row) lightBoxes(row);
  else if (sign(event.target)) lightRows(around(event.target), { scroll: true });
  else dark();
});
document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("#findings [data-lit]");
  if (row) lightBoxes(row);
  else if (around(event.target)) lightRows(around(event.target), { scroll: false });
  else dark();
});
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-go]")) dark({ back: false });
  if (!sign(event.target)) return;
  const go = of(around(event.target))[0]?.querySelector("[data-go]");
  if (!go) return;
  event.preventDefault();
  event.stopPropagation();
  go.click();
}, true);
// What an answer drew anew is not lit any more.
document.addEventListener("htmx:after:swap", () => { lit = null; point(0, { back: false }); });
