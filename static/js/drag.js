// Drag and drop by pointer, mouse and touch alike: a volume onto a container mounts it, a container onto another takes its
// place, a pattern onto a pod opens its weaving. Dragging the ground pans.
import { panBy, zoom } from "./canvas.js";
import { get, post, setState, say } from "./state.js";
import { select } from "./select.js";

const START = 6; // pixels before a press becomes a drag
let drag = null;
const touches = new Map();

const isContainer = (at) => /\/(containers|initContainers)\/\d+$/.test(at);
const isVolume = (at) => /\/volumes\/\d+$/.test(at);

const sourceOf = (target) => {
  const preset = target.closest("[data-preset]");
  if (preset) return { preset, label: preset.innerText.split("\n")[1] ?? "", element: preset };
  const box = target.closest("#canvas [data-at]");
  if (box && (isContainer(box.dataset.at) || isVolume(box.dataset.at))) return { at: box.dataset.at, label: box.getAttribute("aria-label") ?? "", element: box };
  return null;
};

const targetAt = (x, y, source) => {
  const box = document.elementFromPoint(x, y)?.closest("#canvas [data-at]");
  if (source.preset) return box ?? document.elementFromPoint(x, y)?.closest("[data-canvas]");
  if (!box || box.dataset.at === source.at || !isContainer(box.dataset.at)) return null;
  return box.dataset.at.split("/")[0] === source.at.split("/")[0] ? box : null;
};

const drop = (source, target) => {
  if (source.preset) {
    setState("at", target.dataset.at ?? "");
    get(source.preset.getAttribute("hx-get"));
  } else if (isVolume(source.at)) {
    setState("tab", "mounts");
    post("mount", { container: target.dataset.at, volume_at: source.at });
  } else {
    setState("at", source.at);
    post("move-container", { at: source.at, to: target.dataset.at });
  }
};

// Why nothing could be dropped there.
const refuse = (source, { clientX, clientY }) => {
  const box = document.elementFromPoint(clientX, clientY)?.closest("#canvas [data-at]");
  const thing = isVolume(source.at) ? "volume" : "container";
  if (source.preset) say("A pattern goes onto a pod: drop it in the picture.");
  else if (box?.dataset.at === source.at) return;
  else if (!box || !isContainer(box.dataset.at)) say(`That is not a container: drop a ${thing} on one, to ${thing === "volume" ? "mount it there" : "move it to its place"}.`);
  else say(`That container is in another pod: a ${thing} stays in its own.`);
};

const end = () => {
  drag?.ghost?.remove();
  drag?.target?.classList.remove("is-target");
  document.querySelector("[data-canvas]").classList.remove("is-panning");
  drag = null;
};

document.addEventListener("pointerdown", (event) => {
  if (event.button !== 0 || event.target.closest("dialog, .empty-canvas")) return;
  if (event.target.closest("[data-canvas]")) touches.set(event.pointerId, event);
  if (touches.size > 1) { end(); return; }
  const source = sourceOf(event.target);
  // A finger on the list of patterns scrolls it; a tap opens the pattern.
  if (source?.preset && event.pointerType === "touch") return;
  const box = event.target.closest("[data-at]");
  const ground = !source && event.target.closest("[data-canvas]") && (!box || box.matches(".frame"));
  if (source || ground) drag = { source, ground, x: event.clientX, y: event.clientY, id: event.pointerId, moved: false };
});

document.addEventListener("pointermove", (event) => {
  if (touches.size === 2 && touches.has(event.pointerId)) { pinch(event); return; }
  if (!drag || event.pointerId !== drag.id) return;
  const dx = event.clientX - drag.x, dy = event.clientY - drag.y;
  if (!drag.moved && Math.hypot(dx, dy) < START) return;
  drag.moved = true;
  if (drag.ground) {
    document.querySelector("[data-canvas]").classList.add("is-panning");
    panBy(dx, dy);
    drag.x = event.clientX; drag.y = event.clientY;
    return;
  }
  if (!drag.ghost) {
    drag.ghost = document.createElement("div");
    drag.ghost.className = "drag-ghost";
    drag.ghost.textContent = drag.source.label.split(",")[0];
    document.body.append(drag.ghost);
  }
  drag.ghost.style.left = `${event.clientX}px`;
  drag.ghost.style.top = `${event.clientY}px`;
  const target = targetAt(event.clientX, event.clientY, drag.source);
  if (target !== drag.target) {
    drag.target?.classList.remove("is-target");
    target?.classList.add("is-target");
    drag.target = target;
  }
});

document.addEventListener("pointerup", (event) => {
  touches.delete(event.pointerId);
  if (!drag || event.pointerId !== drag.id) return;
  const { moved, source, ground } = drag;
  const target = source && moved ? targetAt(event.clientX, event.clientY, source) : null;
  end();
  if (moved) {
    // The click that follows a drag selects nothing.
    const eat = (click) => { click.stopPropagation(); click.preventDefault(); };
    addEventListener("click", eat, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", eat, true), 50);
    if (target) drop(source, target);
    else if (source) refuse(source, event);
  } else if (ground && !event.target.closest("button, [data-at]")) select("", { lines: false });
});
document.addEventListener("pointercancel", (event) => { touches.delete(event.pointerId); end(); });
document.addEventListener("dragstart", (event) => { if (event.target.closest?.("#canvas, .patterns")) event.preventDefault(); });

const pinch = (event) => {
  const [one, two] = [...touches.values()];
  const other = one.pointerId === event.pointerId ? two : one;
  const before = Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY);
  const after = Math.hypot(event.clientX - other.clientX, event.clientY - other.clientY);
  const box = document.querySelector("[data-canvas]").getBoundingClientRect();
  if (before > 20) zoom(after / before, (event.clientX + other.clientX) / 2 - box.left, (event.clientY + other.clientY) / 2 - box.top);
  touches.set(event.pointerId, event);
};

// Files dropped anywhere on the designer are added to the design.
document.addEventListener("dragover", (event) => { if (event.dataTransfer?.types.includes("Files")) event.preventDefault(); });
document.addEventListener("drop", (event) => {
  if (!event.dataTransfer?.files.length) return;
  event.preventDefault();
  const input = document.querySelector(".menu input[type=file][name=files]");
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});
