"""Which preset a container resembles, and by how much: image, ports, command, mounts and variables compared. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from designer.manifests.edits.selection import items, ports
from designer.manifests.pod import Container, Pod, containers, mounts
from designer.manifests.types import get
from patterns.detect.programs import GENERIC, repository, words
from patterns.parameters import fill
from patterns.preset import Preset

# Less than this is chance: two nginx with a port in common.
ENOUGH = 0.6
_PLACEHOLDER = re.compile(r"\$\{+[A-Z]")
_WORD = re.compile(r"[A-Za-z][\w.-]{2,}")


@dataclass(frozen=True)
class _Print:
    """What a container is told by. Sets hold words; an empty one says nothing."""

    image: frozenset[str]
    name: frozenset[str]
    ports: frozenset[int]
    command: frozenset[str]
    paths: frozenset[str]
    env: frozenset[str]
    privileged: bool = False


@dataclass(frozen=True)
class _Known:
    """A container that a preset brings, and the role it has there."""

    preset: str
    title: str
    role: str
    print: _Print


@dataclass(frozen=True)
class Likeness:
    """A container has `share` (from 0 to 1) of what the preset `name` says of its own; `same` tells what, in words."""

    name: str
    title: str
    share: float
    same: tuple[str, ...]


class Presets:
    """The containers of some presets, ready to be compared with."""

    def __init__(self, presets: Iterable[Preset]) -> None:
        self._known: dict[str, list[_Known]] = {}
        self._names: dict[str, tuple[str, str]] = {}
        for preset in presets:
            title = preset.title or preset.name
            self._names[preset.name] = self._names[title] = (preset.name, title)
            for known in _brought(preset):
                self._known.setdefault(known.role, []).append(known)

    def named(self, word: str) -> tuple[str, str]:
        """(name, title) of the preset with this name or title; the word itself for one that is not known."""
        return self._names.get(word, (word, word))

    def likest(self, container: Container, role: str) -> Likeness | None:
        """The preset whose own container this one has most in common with, if enough; it must play the same role."""
        known = self._known.get(role)
        if not known:
            return None
        print_ = _print(container)
        # Without a word in common in image or command the rest can hardly be enough.
        near = [one for one in known if print_.image & one.print.image or print_.command & one.print.command]
        if not near:
            return None
        (share, same), one = max(((_compare(print_, one.print), one) for one in near), key=lambda pair: pair[0][0])
        return Likeness(one.preset, one.title, share, tuple(same)) if share >= ENOUGH else None


def _brought(preset: Preset) -> Iterable[_Known]:
    values = {p.name: p.default for p in preset.parameters if p.default is not None and p.type != "container"}
    spec = fill(preset.pod, values).get("spec")
    pod = Pod(0, "Pod", preset.name, (), {"spec": spec})
    for container in containers(pod):
        # A container whose name points at the pod is one the preset changes, and does not bring.
        if container.image:
            role = "init" if container.kind == "init" else preset.pattern
            yield _Known(preset.name, preset.title or preset.name, role, _print(container))


def _print(container: Container) -> _Print:
    data = container.data
    said = [str(part) for key in ("command", "args") for part in items(data, key)]
    env = (get(item, ("name",)) for item in items(data, "env"))
    return _Print(
        _image_words(container.image),
        words(container.name),
        frozenset(port.number for port in ports(container) if port.number),
        _command_words(" ".join(said)),
        frozenset(m.mount_path.rstrip("/") for m in mounts(container) if not _PLACEHOLDER.search(m.mount_path)),
        frozenset(name for name in env if isinstance(name, str)),
        get(data, ("securityContext", "privileged")) is True,
    )


@lru_cache(maxsize=4096)
def _image_words(image: str) -> frozenset[str]:
    return frozenset(word for word in re.split(r"[^a-z0-9]+", repository(image).lower()) if word)


@lru_cache(maxsize=1024)
def _command_words(command: str) -> frozenset[str]:
    return frozenset(_WORD.findall(command[:2000])) - {"bin", "sh"}


def _compare(one: _Print, known: _Print) -> tuple[float, list[str]]:
    """The share of what is known that one has, weighed, and what that is."""
    total, found = 0.0, 0.0
    same: list[str] = []
    for weight, share, what in _features(one, known):
        total += weight
        found += weight * share
        if share == 1 and what:
            same.append(what)
    return (found / total if total else 0.0, same)


def _features(one: _Print, known: _Print) -> Iterable[tuple[float, float, str]]:
    either = len(one.image | known.image)
    yield 2 if known.image & GENERIC else 5, len(one.image & known.image) / either if either else 0.0, "the image"
    yield 1, 1.0 if known.name & one.name else 0.0, ""
    if known.ports:
        share = len(one.ports & known.ports) / len(known.ports)
        yield 2, share, f"port {min(known.ports)}"
    if known.command:
        share = len(one.command & known.command) / len(one.command | known.command)
        # A command may have more options than the preset gives, and is the same in substance.
        yield 3, min(1.0, share * 1.5), "the command"
    if known.paths:
        yield 2, len(one.paths & known.paths) / len(known.paths), "the mounts"
    if known.env:
        yield 1, len(one.env & known.env) / len(known.env), "the variables"
    if known.privileged or one.privileged:
        yield 1, float(known.privileged == one.privileged), ""
