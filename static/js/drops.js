// What can be dropped where, what a person is told of it while they hold it there, and what then happens. A source is what
// is held: {kind, box, name, element}, and a preset's url or a port's number. An offer is what dropping it would do:
// {box, words, can, run}; one that cannot be says why.
import { all, around, at, containersIn, frames, isContainer, isPod, isService, isVolume, kindOf, listOf, nameOf, placeOf, podOf, portsOf, rectOf } from "./boxes.js";
import { hold, seen } from "./canvas.js";
import { get, post, postTo, say, setState, state } from "./state.js";
import { ask } from "./ghost.js";

export const sourceOf = (element) => {
  const preset = element.closest?.("[data-preset]");
  if (preset) {
    const name = preset.querySelector("span:not(.glyph)")?.firstChild.textContent.trim() ?? "";
    return { kind: "preset", name, element: preset, preset: preset.dataset.preset, url: preset.getAttribute("hx-get") };
  }
  const box = around(element);
  const pill = element.closest?.(".pill[data-port]");
  if (pill && isContainer(box)) return { kind: "port", box, name: `port ${pill.dataset.port}`, element: pill, number: pill.dataset.port };
  const kind = isContainer(box) ? "container" : isVolume(box) ? "volume" : isService(box) ? "service" : "";
  return kind ? { kind, box, name: nameOf(box), element: box } : null;
};

const no = (box, words) => ({ box, words, can: false });
const yes = (box, words, run, more = {}) => ({ box, words, can: true, run, ...more });

// --- What is dropped on what

// Do it and say so, with the way back; what the server has to say of it follows. Refused, or done before, it is the
// server alone that speaks.
const doing = async (words, asked) => {
  const base = state("base");
  await asked();
  if (state("base") === base) return;
  const more = document.querySelector("#toast > div:not(.error)")?.textContent.trim() ?? "";
  say([`${words}.`, more].filter(Boolean).join(" "), "", { undo: true });
};

export const mounting = (volume, container) => {
  const words = `Mount ${nameOf(volume)} in ${nameOf(container)}`;
  if (podOf(volume) !== podOf(container)) return no(container, `${nameOf(container)} is in another pod: a volume stays in its own.`);
  const done = words.replace(/^Mount/, "Mounted");
  return yes(container, words, () => doing(done, () => {
    setState("tab", "mounts");
    return post("mount", { container: container.dataset.at, volume_at: volume.dataset.at });
  }));
};

export const exposing = (container, number, service) => {
  const words = `${number} of ${nameOf(container)} by ${nameOf(service)}`;
  return yes(service, `Expose ${words}`, () => doing(`Exposed ${words}`, () =>
    post("expose", { service: service.dataset.at, container: container.dataset.at, number })));
};

const became = { "init container": "an init container", "native sidecar": "a native sidecar", container: "an ordinary container" };

// A container before or after another one; in another list it becomes what stands there.
export const moving = (box, other, side) => {
  const [name, there] = [nameOf(box), nameOf(other)];
  const words = listOf(box) === listOf(other) ? `Move ${name} ${side} ${there}` : `Make ${name} ${became[kindOf(other)]}, ${side} ${there}`;
  const done = words.replace(/^Move/, "Moved").replace(/^Make/, "Made");
  return yes(other, words, () => doing(done, () => {
    setState("at", box.dataset.at);
    return post("move-container", { at: box.dataset.at, to: other.dataset.at, side });
  }), { side });
};

// What the ghost showed comes to stand where it was shown.
const keepPlace = ({ picture, anchor }, box) => {
  const now = seen(), place = rectOf(box);
  const size = /^<svg[^>]*? width="([\d.]+)" height="([\d.]+)"/.exec(picture ?? "");
  if (!now || !place || !size) return () => {};
  const next = { scale: now.scale, x: anchor[0] - (place.x - now.x), y: anchor[1] - (place.y - now.y) };
  return hold(next, { w: Number(size[1]), h: Number(size[2]) });
};

// A preset onto a container or a pod: woven at once where nothing has to be asked, else its dialog opens.
export const weaving = (source, box) => {
  const words = !box ? `Weave ${source.name}` : isContainer(box) ? `Weave ${source.name} for ${nameOf(box)}` : `Weave ${source.name} onto ${nameOf(box)}`;
  return yes(box, words, async () => {
    const onto = box?.dataset.at ?? "";
    setState("at", onto);
    const answer = await ask(source.preset, onto);
    if (!answer.ready) { await get(source.url, { onto }); return; }
    const base = state("base");
    const letGo = keepPlace(answer, box);
    await postTo(source.url, { onto, ...(onto ? { pod: onto.split("/")[0] } : {}) });
    if (state("base") === base) { letGo(); return; } // refused, which is said
    // What is woven is known by the number of the revision that wove it.
    const change = () => get(source.url, { again: state("base") });
    say(`${words.replace(/^Weave/, "Wove")}.`, "", { undo: true, more: ["Change…", change] });
  });
};

// --- What stands under the pointer

const under = (x, y) => document.elementFromPoint(x, y);
const podBox = (box) => frames().find((frame) => podOf(frame) === podOf(box)) ?? null;

const overVolume = (source, box) => {
  if (!box || box === source.box) return null;
  return isContainer(box) ? mounting(source.box, box) : no(box, `That is not a container: drop ${source.name} on one, to mount it there.`);
};

const overPort = (source, box) => {
  if (!box || box === source.box) return null;
  return isService(box) ? exposing(source.box, source.number, box) : no(box, `Drop ${source.name} on a Service, to expose it there.`);
};

const overService = (source, box, x, y) => {
  if (!box || box === source.box) return null;
  if (!isContainer(box)) return no(box, `Drop ${source.name} on a port, to expose it.`);
  const pill = under(x, y)?.closest(".pill[data-port]");
  const ports = portsOf(box);
  if (pill) return exposing(box, pill.dataset.port, source.box);
  if (ports.length === 1) return exposing(box, ports[0].number, source.box);
  return no(box, ports.length ? `${nameOf(box)} has several ports: drop it on the one to expose.` : `${nameOf(box)} declares no port yet.`);
};

// The container of the same pod that a point is beside, on the screen: the one under it, else the nearest in its row.
const beside = (source, x, y) => {
  const rows = containersIn(source.box).flatMap((box) => {
    const { left, right, top, bottom } = box.querySelector(".shape").getBoundingClientRect();
    return y >= top - 16 && y <= bottom + 16 && x >= left - 60 && x <= right + 60 ? [{ box, left, right, off: Math.max(0, left - x, x - right) }] : [];
  });
  return rows.sort((one, other) => one.off - other.off)[0] ?? null;
};

const overContainers = (source, box, x, y) => {
  if (box && (isContainer(box) || isVolume(box) || isService(box)) && podOf(box) !== podOf(source.box)) {
    return isContainer(box) ? no(box, `${nameOf(box)} is in another pod: a container stays in its own.`) : null;
  }
  const near = beside(source, x, y);
  if (near && near.box !== source.box) {
    let side = x < (near.left + near.right) / 2 ? "before" : "after";
    const apart = listOf(near.box) === listOf(source.box) ? placeOf(near.box) - placeOf(source.box) : 0;
    // Beside its own place it would stay where it is: on a neighbour, it changes places with it.
    if ((apart === 1 && side === "before") || (apart === -1 && side === "after")) {
      if (near.off > 0) return null;
      side = side === "before" ? "after" : "before";
    }
    return moving(source.box, near.box, side);
  }
  return near || !box || isPod(box) ? null : no(box, `That is not a container: drop ${source.name} beside one, to move it there.`);
};

const overPreset = (source, box, x, y) => {
  if (!under(x, y)?.closest("[data-canvas]")) return null;
  if (box && isContainer(box)) return weaving(source, box);
  const pod = (box && podBox(box)) ?? (frames().length === 1 ? frames()[0] : null);
  if (pod || !frames().length) return weaving(source, pod);
  return no(box, "A pattern goes onto a pod or a container: this design has several pods.");
};

const OVER = { volume: overVolume, port: overPort, service: overService, container: overContainers, preset: overPreset };

// What dropping `source` at a point of the screen would do; null where it does nothing.
export const offerAt = (source, x, y) => {
  const element = under(x, y);
  if (!element?.closest("[data-canvas]") || element.closest(".minimap")) return null;
  return OVER[source.kind](source, around(element), x, y);
};

// Why nothing could be dropped there: said where it is let go over nothing that takes it.
export const WHERE = {
  volume: "Drop a volume on a container, to mount it there.",
  port: "Drop a port on a Service, to expose it there.",
  service: "Drop a Service on a port, to expose it.",
  container: "Drop a container beside another one of its pod, to move it there.",
  preset: "Drop a pattern on a pod or a container.",
};

// The boxes that would take it, to be lit as soon as it is held.
export const takers = (source) => {
  if (source.kind === "volume") return containersIn(source.box);
  if (source.kind === "port") return all().filter(isService);
  if (source.kind === "service") return all().filter((box) => isContainer(box) && portsOf(box).length);
  if (source.kind === "preset") return [...all().filter(isContainer), ...frames()];
  return [];
};

// Whether a box still stands in the picture, which an answer may have drawn anew meanwhile.
export const stands = (source) => !source.box || (source.box.isConnected && at(source.box.dataset.at) !== null && rectOf(source.box) !== null);
