"""What of a design goes into a preset, and which of its values are asked for. Pure; `compose` makes the preset.

A first preset is made of the chosen containers, with all they need. Of that, volumes and objects can be left out,
others of the design added, and values that stand in it (ports, variables, names of objects) turned into parameters: one
for each value, wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from designer.manifests.edits.selection import items, ports, running
from designer.manifests.pod import Pod, name_of, pod_at
from designer.manifests.types import Document, Documents, ManifestError, Path, get
from patterns.compose import preset_from
from patterns.parameters import BUILT_IN, Parameter, Type, escaped
from patterns.preset import Pattern, Preset, application, from_document, to_document

_NAME = re.compile(r"[A-Z][A-Z0-9_]*")
# What the ids of candidates begin with that are names of objects.
NAMES = "name:"
_HIDDEN = re.compile(r"PASSWORD|SECRET|TOKEN|KEY$", re.I)
# Fields that hold a port's number, and an object's name.
_PORTS = ("containerPort", "targetPort", "port")
# Texts that may hold a port's number among other things, and what says so of one that any number could be.
_TEXTS = ("args", "command")
_TALKS_OF_PORTS = re.compile(r"port|listen|addr|bind|url|uri|endpoint|server|target|host|^-p$|^-l$", re.I)
_FROM = 1024  # a number from here that is one of the containers' ports is one in a text, too
_REFERRING = ("name", "secretName", "claimName")


@dataclass(frozen=True)
class Candidate:
    """A value of a preset that could be asked for: its `id`, what it is, the parameter's type and default, a name for
    it, and the paths (from "pod" or "objects") where it stands; of a containerPort, the container it is a port `of`,
    and whether it is that one's first."""

    id: str
    what: str
    type: Type
    value: Any
    name: str
    places: tuple[Path, ...]
    of: str = ""
    first: bool = False

    @property
    def usual(self) -> bool:
        """Whether it is asked for unless somebody says otherwise: without, the preset fits no other pod's ports."""
        return self.type in ("freePort", "containerPort")


@dataclass(frozen=True)
class Choice:
    """A volume or object of the design, and whether the chosen containers need it."""

    id: str
    what: str
    needed: bool


def selected(
    documents: Documents,
    addresses: Sequence[str],
    *,
    name: str,
    title: str,
    pattern: Pattern,
    summary: str = "",
    volumes: Collection[str] | None = None,
    objects: Collection[str] | None = None,
    asked: Mapping[str, str] | None = None,
) -> Preset:
    """A preset of the containers at `addresses`. The objects that come along with single containers have names that
    give way, as the containers and volumes have; those of a whole design stay.

    `volumes` and `objects` ("ConfigMap/web") are those to bring; None: what the containers need. `asked` gives names of
    parameters by the ids of candidates; None: the ports that single containers listen on, and those of the pod's other
    containers that they call. Raises ManifestError as `compose.preset_from`, and for names that cannot be.
    """
    made = preset_from(documents, addresses, name, title, pattern, summary=summary)
    pod = pod_at(documents, int(addresses[0].partition("/")[0]))
    if volumes is not None and pod:
        made = _with_volumes(made, pod, volumes)
    if objects is not None:
        made = _with_objects(made, documents, objects)
    whole = any("/" not in address for address in addresses)
    found = [] if whole else candidates(made, called(pod, addresses) if pod else ())
    wanted = {one.id: one.name for one in found if one.id.startswith(NAMES) or (asked is None and one.usual)}
    return _asking(made, {**wanted, **(asked or {})}, found or candidates(made))


def choices(documents: Documents, made: Preset, pod: Pod) -> tuple[list[Choice], list[Choice]]:
    """(volumes, objects) of the design that can come along with a preset that was made of the pod."""
    brought = {_default_of(made, each) for each in items(made.pod, "spec", "volumes")}
    named = {f"${{{p.name}}}": str(p.default) for p in made.parameters}
    there = {f"{each['kind']}/{named.get(name_of(each), name_of(each))}" for each in made.objects}
    known = [str(each.get("name")) for each in items(pod.spec, "volumes")]
    known += [each for each in brought if each not in known]  # a claim template of a StatefulSet
    objects = [
        f"{document.get('kind')}/{name_of(document)}"
        for index, document in enumerate(documents)
        if index != pod.document and name_of(document) and document.get("kind") != "Secret"
    ]
    return (
        [Choice(each, each, each in brought) for each in known],
        [Choice(each, each.replace("/", " "), each in there) for each in dict.fromkeys(objects)],
    )


def called(pod: Pod, addresses: Collection[str]) -> list[tuple[str, int]]:
    """(container, port) of what the containers of a pod that are not chosen listen on, the application's first."""
    first = application(pod)
    others = sorted((c for c in running(pod) if c.address not in addresses), key=lambda c: c.name != first)
    return [(c.name, port.number) for c in others for port in ports(c) if port.number and port.protocol == "TCP"]


def candidates(made: Preset, beside: Collection[tuple[str, int]] = ()) -> list[Candidate]:
    """The values of a preset that could be asked for, in the order in which they stand in it; then the ports `beside`
    (of `called`) that it speaks to on localhost. A port that it listens on gives way in other pods."""
    root = {"pod": made.pod, "objects": list(made.objects)}
    names = {name_of(one): str(one.get("kind")) for one in made.objects if "${" not in name_of(one)}
    found: dict[str, Candidate] = {}
    taken = {parameter.name for parameter in made.parameters} | set(BUILT_IN)
    shown = {f"${{{p.name}}}": str(p.default) for p in made.parameters}
    for id, what, type, value, name, path in _values(root, (), names, "", shown):
        if id in found:
            found[id] = replace(found[id], places=(*found[id].places, path))
            continue
        number, free = 2, name
        while free in taken:
            free, number = f"{name}_{number}", number + 1
        taken.add(free)
        found[id] = Candidate(id, what, type, value, free, (path,))
    listening = {port for port, _ in _own_ports(made)} if beside or not _is_whole(made) else set()
    for id, one in found.items():
        if one.type == "port":
            texts = [*_in_texts(made.pod, ("pod",), int(one.value)), *_in_files(made.objects, int(one.value))]
            kind: Type = "freePort" if one.value in listening else "port"
            places = tuple(_without_service(made.objects, one.places)) if kind == "freePort" else one.places
            found[id] = replace(one, type=kind, places=(*places, *texts))
    for index, (container, port) in enumerate(beside):
        first = all(other != container for other, _ in list(beside)[:index])
        places = tuple(_calls(root, (), port))
        if places and port not in listening and f"call:{port}" not in found:
            name = next(n for n in ("APP_PORT", *(f"APP_PORT_{k}" for k in range(2, 99))) if n not in taken)
            taken.add(name)
            what = f"port {port} of {container}, which it calls"
            one = Candidate(f"call:{port}", what, "containerPort", port, name, places, container, first)
            found[one.id] = one
    return list(found.values())


def _without_service(objects: Sequence[Document], places: Sequence[Path]) -> Iterator[Path]:
    """The places of a port that gives way: a Service keeps its own, and only leads to another one."""
    for path in places:
        if path[0] == "objects" and path[-1] == "port" and objects[int(path[1])].get("kind") == "Service":
            path = (*path[:-1], "targetPort")
            if path in places:
                continue
        yield path


def _is_whole(made: Preset) -> bool:
    """Whether it was made of a whole design, whose names and ports stay what they are."""
    return bool(made.example)


def _own_ports(made: Preset) -> Iterator[tuple[int, Document]]:
    for key in ("initContainers", "containers"):
        for container in items(made.pod, "spec", key):
            for port in items(container, "ports"):
                number = port.get("containerPort")
                if isinstance(number, int) and not isinstance(number, bool):
                    yield number, container


def _in_files(objects: Sequence[Document], port: int) -> Iterator[Path]:
    """The files of ConfigMaps that hold the number of a port that the containers listen on."""
    for index, document in enumerate(objects):
        data = document.get("data")
        for name, text in data.items() if document.get("kind") == "ConfigMap" and isinstance(data, dict) else ():
            if isinstance(text, str) and _holds(text, "", port):
                yield ("objects", index, "data", str(name))


def _calls(value: Any, path: Path, port: int) -> Iterator[Path]:
    """The texts that speak to a port on localhost: files, arguments, commands and variables."""
    if isinstance(value, str) and _loopback(port).search(value):
        yield path
    elif isinstance(value, (dict, list)):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _calls(inner, (*path, key), port)


def _loopback(port: int) -> re.Pattern[str]:
    return re.compile(rf"((?<![\w.-])(?:localhost|127\.0\.0\.1|\[::1\]):){port}(?!\d|\.\d)")


def _in_texts(value: Any, path: Path, port: int) -> Iterator[Path]:
    """The arguments, commands (those of probes, too) and variables that hold the number of a port."""
    if isinstance(value, dict):
        text = value.get("value")
        if path[-2:-1] == ("env",) and isinstance(text, str) and _holds(text, str(value.get("name", "")), port):
            yield (*path, "value")
        for key, inner in value.items():
            if key not in _TEXTS or not isinstance(inner, list):
                yield from _in_texts(inner, (*path, key), port)
                continue
            for index, item in enumerate(inner):
                before = inner[index - 1] if index else ""
                if isinstance(item, str) and _holds(item, str(before), port):
                    yield (*path, key, index)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _in_texts(item, (*path, index), port)


def _holds(text: str, about: str, port: int) -> bool:
    return _with_port(text, about, port, "") != text


def _with_port(text: str, about: str, port: int, put: str) -> str:
    """A text with `put` in place of a port's number. A small number is one only where what stands before it says so:
    in the text, or `about` it (a variable's name, the argument before)."""

    def said(match: re.Match[str]) -> str:
        before = text[: match.start()]
        words = before.split() or [about]
        means = port >= _FROM or before.endswith(":") or _TALKS_OF_PORTS.search(words[-1])
        return put if means else match[0]

    return _number(port).sub(said, text)


def _number(port: int) -> re.Pattern[str]:
    """The number by itself: not in a word, a version or an address."""
    return re.compile(rf"(?<![\w.]){port}(?![\w]|\.\d)")


def _values(
    value: Any, path: Path, names: Mapping[str, str], container: str, shown: Mapping[str, str]
) -> Iterator[tuple[str, str, Type, Any, str, Path]]:
    if isinstance(value, dict):
        if path[-2:-1] in (("containers",), ("initContainers",)):
            container = shown.get(str(value.get("name")), str(value.get("name")))
        for key, inner in value.items():
            here = (*path, key)
            if (
                key in ("containerPort", "targetPort", "port")
                and isinstance(inner, int)
                and not isinstance(inner, bool)
            ):
                yield f"port:{inner}", f"port {inner}", "port", inner, f"PORT_{inner}", here
            elif key == "value" and path[-2:-1] == ("env",) and isinstance(inner, str) and "${" not in inner:
                variable = str(value.get("name", ""))
                where = f"variable {variable}" + (f" of {container}" if container else "")
                yield f"env:{container}/{variable}", where, "string", inner, _capitals(variable), here
            elif key in _REFERRING and isinstance(inner, str) and inner in names and _is_name(path, key):
                kind = names[inner]
                yield f"name:{inner}", f"name of {kind} {inner}", "objectName", inner, f"{_capitals(kind)}_NAME", here
            else:
                yield from _values(inner, here, names, container, shown)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _values(item, (*path, index), names, container, shown)


def _is_name(path: Path, key: str) -> bool:
    """Whether a field at this place holds the name of an object: its own, or one that is referred to."""
    if key != "name":
        return True
    return path[-1] in ("metadata", "configMap", "configMapKeyRef", "configMapRef", "scaleTargetRef", "roleRef") or (
        path[-2:-1] in (("sources",), ("subjects",))
    )


def _asking(made: Preset, asked: Mapping[str, str], found: Collection[Candidate]) -> Preset:
    known = {candidate.id: candidate for candidate in found}
    root: dict[str, Any] = {"pod": deepcopy(made.pod), "objects": deepcopy(list(made.objects))}
    added: list[Parameter] = []
    taken = {parameter.name for parameter in made.parameters} | set(BUILT_IN)
    for id, name in asked.items():
        candidate = known.get(id)
        if candidate is None:
            continue
        if not _NAME.fullmatch(name):
            raise ManifestError(f"{name!r} cannot be a parameter's name: use capitals, digits and _, such as HTTP_PORT")
        if name in taken:
            raise ManifestError(f"two parameters are called {name}: give one another name")
        taken.add(name)
        secret = candidate.type == "string" and bool(_HIDDEN.search(name))
        default = None if secret else candidate.value
        label = candidate.what[:1].upper() + candidate.what[1:]
        more = candidate.type == "objectName"
        of = ""
        if candidate.of:
            of = _container_of(candidate.of, made, added, taken)
            default = "port" if candidate.first else candidate.value
        added.append(
            Parameter(name, candidate.type, label, default=default, required=True, secret=secret, advanced=more, of=of)
        )
        for place in candidate.places:
            holder, key = get(root, place[:-1]), place[-1]
            if candidate.of:
                holder[key] = _loopback(candidate.value).sub(rf"\g<1>${{{name}}}", holder[key])
            elif isinstance(candidate.value, str):
                holder[key] = f"${{{name}}}"
            elif isinstance(get(root, place), str):
                about = holder.get("name") if isinstance(holder, dict) else holder[int(key) - 1] if key else ""
                holder[key] = _with_port(holder[key], str(about), candidate.value, f"${{{name}}}")
            else:
                holder[key] = f"${{{{{name}}}}}"
    parameters = (*made.parameters, *added)
    changed = replace(made, parameters=parameters, pod=root["pod"], objects=tuple(root["objects"]))
    return from_document(to_document(changed))


def _container_of(container: str, made: Preset, added: list[Parameter], taken: set[str]) -> str:
    """The container parameter that stands for the called container: the preset's application, or one that is added."""
    there = next((p.name for p in (*made.parameters, *added) if p.type == "container"), "")
    if there:
        return there
    name = next(n for n in ("APP", *(f"APP_{k}" for k in range(2, 99))) if n not in taken)
    taken.add(name)
    added.append(Parameter(name, "container", "Application", f"As {container} was.", "application", required=True))
    return name


def _with_volumes(made: Preset, pod: Pod, wanted: Collection[str]) -> Preset:
    spec = deepcopy(made.pod.get("spec", {}))
    gone = {str(v.get("name")) for v in items(spec, "volumes") if _default_of(made, v) not in wanted}
    spec["volumes"] = [volume for volume in items(spec, "volumes") if str(volume.get("name")) not in gone]
    there = {_default_of(made, volume) for volume in spec["volumes"]}
    plain = {parameter.name for parameter in made.parameters} | set(BUILT_IN)
    for volume in items(pod.spec, "volumes"):
        if volume.get("name") in wanted and volume["name"] not in there:
            spec["volumes"].append(escaped(volume, plain))
    for key in ("initContainers", "containers"):
        for container in items(spec, key):
            for mounts in ("volumeMounts", "volumeDevices"):
                if mounts in container:
                    container[mounts] = [m for m in container[mounts] if str(m.get("name")) not in gone]
                    if not container[mounts]:
                        del container[mounts]
        spec[key] = [container for container in items(spec, key) if len(container) > 1]
    spec = {key: value for key, value in spec.items() if value != []}
    return _tidy(replace(made, pod={**made.pod, "spec": spec}))


def _with_objects(made: Preset, documents: Documents, wanted: Collection[str]) -> Preset:
    kept = [document for document in made.objects if f"{document['kind']}/{name_of(document)}" in wanted]
    there = {f"{document['kind']}/{name_of(document)}" for document in kept}
    plain = {parameter.name for parameter in made.parameters} | set(BUILT_IN)
    for document in documents:
        key = f"{document.get('kind')}/{name_of(document)}"
        if key in wanted and key not in there and document.get("kind") != "Secret":
            there.add(key)
            added: Document = escaped(document, plain)
            added.get("metadata", {}).pop("namespace", None)
            kept.append({key: value for key, value in added.items() if key != "status"})
    return _tidy(replace(made, objects=tuple(kept)))


def _tidy(made: Preset) -> Preset:
    """Without the parameters that nothing uses any more."""
    said = str((made.pod, made.objects))
    used = [p for p in made.parameters if f"${{{p.name}}}" in said or f"${{{{{p.name}}}}}" in said]
    return from_document(to_document(replace(made, parameters=tuple(used))))


def _default_of(made: Preset, volume: Document) -> str:
    """What a volume of the preset is called in the design: the default of the parameter that names it."""
    name = str(volume.get("name"))
    return next((str(p.default) for p in made.parameters if name == f"${{{p.name}}}"), name)


def _capitals(name: str) -> str:
    capitals = re.sub(r"[^A-Z0-9]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper()).strip("_")
    return capitals if capitals[:1].isalpha() else f"V_{capitals}"
