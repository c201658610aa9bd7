// The middle: diagram, timeline or resources. This browser keeps which; the address says it, so that it can be sent on.
import { state } from "./state.js";

const canvas = document.getElementById("canvas");
const keep = (view) => {
  document.cookie = `view=${view}; path=/; max-age=31536000; samesite=lax`;
  const url = new URL(location.href);
  if (view === "diagram") url.searchParams.delete("view"); else url.searchParams.set("view", view);
  history.replaceState(null, "", url);
};

document.addEventListener("change", ({ target }) => { if (target.matches(".views input")) keep(target.value); });

// The timeline and the resources scroll as a page does; wheel and fingers move the diagram elsewhere (canvas.js, drag.js).
for (const kind of ["wheel", "pointerdown", "contextmenu"]) {
  canvas.addEventListener(kind, (event) => { if (event.target.closest(".timing")) event.stopPropagation(); }, { passive: true });
}

// What is selected elsewhere comes into view.
let last = "";
document.addEventListener("htmx:after:swap", () => {
  const at = state("at");
  if (at === last) return;
  last = at;
  canvas.querySelector(".timing .is-selected")?.scrollIntoView({ block: "nearest" });
});
