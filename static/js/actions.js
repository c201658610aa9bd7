// What can be done with a box, with its key: the keyboard and the box's menu have the same list.
import { announce, at as boxAt, containersIn, frames, isContainer, isDrawn, isPod, isService, isVolume, listOf, nameOf, placeOf, podOf, portsOf, services, volumesIn } from "./boxes.js";
import { aim } from "./aim.js";
import { exposing, mounting } from "./drops.js";
import { open } from "./menu.js";
import { post, reading, say, setState, state } from "./state.js";
import { select } from "./select.js";

export const refocus = () => boxAt(state("at"))?.focus({ preventScroll: true });
const then = (request) => request.then(() => { refocus(); });
const podBox = (box) => frames().find((frame) => podOf(frame) === podOf(box));

const choose = (box, title, offers, none) => {
  if (!offers.length) { say(none); return; }
  open(box, title, offers.map(({ shown, can, words, run }) => ({ words: shown, ...(can ? { run: () => then(run()) } : { why: words }) })));
};

// --- Mounting and exposing, by choosing what one would drop on

const mount = (box) => {
  if (isVolume(box)) {
    const offers = containersIn(box).map((container) => ({ ...mounting(box, container), shown: nameOf(container) }));
    choose(box, `Mount ${nameOf(box)} in`, offers, "This pod has no container yet: press c to add one.");
    return;
  }
  const offers = volumesIn(box).map((volume) => ({ ...mounting(volume, box), shown: nameOf(volume) }));
  const fresh = { shown: "A new emptyDir", can: true, run: () => { setState("at", box.dataset.at); setState("tab", "mounts"); return post("mount-new", { at: box.dataset.at }); } };
  choose(box, `Mount in ${nameOf(box)}`, [...offers, fresh], "");
};

const expose = (box) => {
  const pairs = isService(box)
    ? frames().flatMap((frame) => containersIn(frame)).flatMap((container) => portsOf(container).map(({ number }) => [container, number, box, `${number} of ${nameOf(container)}`]))
    : services().flatMap((service) => portsOf(box).map(({ number }) => [box, number, service, `${number} by ${nameOf(service)}`]));
  const offers = pairs.map(([container, number, service, shown]) => ({ ...exposing(container, number, service), shown }));
  const add = { shown: "A new Service of all its ports", can: true, run: () => { setState("at", box.dataset.at); return post("add-service", { at: box.dataset.at }); } };
  if (isService(box)) choose(box, `Expose by ${nameOf(box)}`, offers, "No container declares a port yet.");
  else choose(box, `Expose from ${nameOf(box)}`, [...offers, add], "");
};

// --- Order

export const step = (box, by) => {
  const address = box.dataset.at;
  setState("at", address);
  const name = nameOf(box), list = listOf(box), place = placeOf(box) + by;
  const count = containersIn(box).filter((other) => listOf(other) === list).length;
  if (place < 0 || place >= count) { announce(`${name} is the ${by < 0 ? "first" : "last"} already.`); return; }
  post("step", { at: address, by }).then(() => {
    refocus();
    if (placeOf(boxAt(state("at")) ?? box) === place) announce(`${name} is number ${place + 1} of ${count} ${list === "initContainers" ? "init containers" : "containers"} now.`);
  });
};
// Only what has another place to go to.
const canStep = (by) => (box) => isContainer(box) && containersIn(box).some((other) => listOf(other) === listOf(box) && placeOf(other) === placeOf(box) + by);

const duplicating = (box) => (isContainer(box) ? "duplicate-container" : isVolume(box) ? "duplicate-volume" : "duplicate-object");
const duplicate = (box) => { setState("at", box.dataset.at); then(post(duplicating(box), { at: box.dataset.at })); };
export const remove = (address) => { setState("at", address); post("remove", { at: address }); };
const inPod = (box) => isContainer(box) || isVolume(box) || isPod(box);
const adding = (verb, values) => (box) => { setState("at", box.dataset.at); then(post(verb, values)); };

// {key, name of the key, words, whether a box has it, what it does}
export const ACTIONS = [
  { key: "Enter", shown: "Enter", words: "Open its form", of: () => true, run: (box) => select(box.dataset.at) },
  { key: "m", shown: "m", words: "Mount…", of: (box) => isDrawn(box) && (isVolume(box) || isContainer(box)), run: mount },
  { key: "e", shown: "e", words: "Expose…", of: (box) => isDrawn(box) && (isService(box) || isContainer(box)), run: expose },
  { key: "a", shown: "a", words: "Add a pattern here…", of: inPod, run: (box) => aim(isVolume(box) ? podBox(box) : box) },
  { key: "c", shown: "c", words: "Add a container", of: isPod, run: adding("add-container", { kind: "app" }) },
  { key: "v", shown: "v", words: "Add a volume", of: isPod, run: adding("add-volume", { source: "emptyDir" }) },
  { key: "Alt+ArrowLeft", shown: "Alt ←", words: "Move earlier", of: canStep(-1), run: (box) => step(box, -1) },
  { key: "Alt+ArrowRight", shown: "Alt →", words: "Move later", of: canStep(1), run: (box) => step(box, 1) },
  { key: "d", shown: "d", words: "Duplicate", of: () => true, run: duplicate },
  { key: "Delete", shown: "Del", words: "Delete", of: () => true, danger: true, run: (box) => remove(box.dataset.at) },
];
if (reading()) for (const one of ACTIONS) if (one.key !== "Enter") one.of = () => false;

const showMenu = (box, point = null) => {
  const lines = ACTIONS.filter(({ of }) => of(box)).map(({ words, shown, danger, run }) => ({ words, key: shown, danger, run: () => run(box) }));
  open(box, nameOf(box), lines, point);
};
document.addEventListener("designer:menu", ({ target, detail }) => showMenu(target, detail));
document.addEventListener("contextmenu", (event) => {
  const box = event.target.closest?.("#canvas [data-at]");
  if (!box || event.defaultPrevented || event.shiftKey) return; // with Shift it is the browser's own
  event.preventDefault();
  // From the keyboard it comes without a place.
  showMenu(box, event.button === 2 ? { x: event.clientX, y: event.clientY } : null);
});
