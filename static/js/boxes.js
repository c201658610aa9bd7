// What the boxes of the picture are, read off their addresses, names and shapes.
export const all = () => [...document.querySelectorAll("#canvas [data-at]")];
export const at = (address) => (address ? document.querySelector(`#canvas [data-at="${CSS.escape(address)}"]`) : null);
export const around = (element) => element?.closest?.("#canvas [data-at]") ?? null;

export const isContainer = (box) => /\/(containers|initContainers)\/\d+$/.test(box?.dataset.at ?? "");
export const isVolume = (box) => /\/volumes\/\d+$/.test(box?.dataset.at ?? "");
export const isService = (box) => Boolean(box?.matches(".service"));
export const isPod = (box) => Boolean(box?.matches(".frame"));

// The address of the pod, or of the object, that an address is in; and the list that it is in ("initContainers").
export const podOf = (box) => box.dataset.at.split("/")[0];
export const listOf = (box) => box.dataset.at.split("/")[1] ?? "";
export const placeOf = (box) => Number(box.dataset.at.split("/")[2]);
export const frames = () => [...document.querySelectorAll("#canvas .frame[data-at]")];
// Each once: the timeline shows a container when it starts and when it stops.
const within = (box, test) => {
  const found = all().filter((other) => test(other) && podOf(other) === podOf(box));
  return [...new Map(found.map((other) => [other.dataset.at, other])).values()];
};
export const isDrawn = (box) => Boolean(box?.closest("svg"));
export const containersIn = (box) => within(box, isContainer);
export const volumesIn = (box) => within(box, isVolume);
export const services = () => all().filter(isService);

// Its name as the manifest has it: the drawn one may be shortened. Outside the picture it is written out.
export const nameOf = (box) => (box.getAttribute("aria-label") ?? (box.querySelector("b") ?? box).textContent.trim()).split(/[,;]/)[0].replace(/^(Volume|Service|Pod) /, "");
// What it is, in a word: "init container", "native sidecar", "container".
export const kindOf = (box) => /, (init container|native sidecar|ephemeral container)\b/.exec(box.getAttribute("aria-label") ?? "")?.[1] ?? "container";

// The ports of a container, each once, by the pills that are drawn for them.
export const portsOf = (box) => {
  const found = new Map();
  for (const pill of box.querySelectorAll(".pill[data-port]")) found.set(pill.dataset.port, pill);
  return [...found].map(([number, pill]) => ({ number, pill, declared: !pill.matches(".is-ghost") }));
};

// Where a box stands in the picture, in its own units.
export const rectOf = (box) => {
  const shape = box?.querySelector(":scope > .shape");
  if (!shape) return null;
  const [x, y, w, h] = ["x", "y", "width", "height"].map((name) => Number(shape.getAttribute(name)));
  return { x, y, w, h };
};

// Say something to people who listen to the page, without a word in the corner.
export const announce = (words) => {
  const place = document.getElementById("spoken");
  if (!place) return;
  place.textContent = "";
  requestAnimationFrame(() => { place.textContent = words; });
};
