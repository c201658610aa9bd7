"""What changed between two versions of a design, field by field, and the sentence a history says it in.

Lists of named things are matched by what names them (match.py), so a container put in front of another is one ``add``.
The order of changes depends on the values alone: keys alphabetically, list items by index, removals first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from designer.manifests.match import DOCUMENT, Keys, Place, align, in_order, keys, pair, same
from designer.manifests.schema import Schema, schema
from designer.manifests.types import Document, Path, get

Op = Literal["add", "remove", "replace", "move"]


@dataclass(frozen=True)
class Change:
    """One difference.

    `path` leads to the value in the new version; for a ``remove``, in the old one. `named` is the same path as a person
    reads it, with an item's name in place of its index: ``("Deployment/web", "spec", …, "containers", "nginx",
    "image")``. `old` and `new` are the values, None where there is none; for a ``move``, the indexes.
    """

    op: Op
    path: Path
    old: Any
    new: Any
    named: Path = ()


def diff(old: Any, new: Any, definition: str = "", *, using: Schema | None = None) -> list[Change]:
    """The changes that lead from `old` to `new`: lists of documents, documents, or any values in them.

    `definition` names what the values are (``io.k8s.api.core.v1.PodSpec``); documents tell it themselves. `using` is
    the schema, by default the newest.
    """
    changes: list[Change] = []
    _walk(old, new, Place(using or schema(), definition), (), (), (), changes)
    return changes


def _walk(old: Any, new: Any, place: Place, before: Path, path: Path, named: Path, out: list[Change]) -> None:
    """`before` and `path` are where `old` and `new` stand, each in its own version."""
    if isinstance(old, dict) and isinstance(new, dict):
        _mappings(old, new, place.of(new, old), before, path, named, out)
    elif isinstance(old, list) and isinstance(new, list):
        _lists(old, new, place, before, path, named, out)
    elif not same(old, new):
        out.append(Change("replace", path, old, new, named))


def _mappings(
    old: dict[str, Any], new: dict[str, Any], place: Place, before: Path, path: Path, named: Path, out: list[Change]
) -> None:
    for key in sorted(old.keys() | new.keys()):
        here = (*named, key)
        only = new.get(key, []) if key not in old else old[key] if key not in new else None
        if isinstance(only, list) and only and keys(place.key(key), only) is not None:
            # The first of a list of named things is an addition like the second.
            _lists(old.get(key, []), new.get(key, []), place.key(key), (*before, key), (*path, key), here, out)
        elif key not in new:
            out.append(Change("remove", (*before, key), old[key], None, here))
        elif key not in old:
            out.append(Change("add", (*path, key), None, new[key], here))
        else:
            _walk(old[key], new[key], place.key(key), (*before, key), (*path, key), here, out)


def _lists(
    old: list[Any], new: list[Any], place: Place, before: Path, path: Path, named: Path, out: list[Change]
) -> None:
    by = keys(place, old, new)
    mates = _replaced(old, new, align(old, new)) if by is None else pair(old, new, by)
    for index, item in enumerate(old):
        if index not in mates:
            out.append(Change("remove", (*before, index), item, None, (*named, _name(item, index, by))))
    places = {index: position for position, index in mates.items()}
    common = sorted(places)
    staying = in_order([places[index] for index in common])
    stay = {common[position] for position in staying}
    for index, item in enumerate(new):
        here = (*named, _name(item, index, by))
        if index not in places:
            out.append(Change("add", (*path, index), None, item, here))
            continue
        if index not in stay:
            out.append(Change("move", (*path, index), places[index], index, here))
        # A renamed thing goes by its old name until the change of its name is told.
        here = (*named, _name(old[places[index]], index, by))
        _walk(old[places[index]], item, place.item(), (*before, places[index]), (*path, index), here, out)


def _replaced(old: list[Any], new: list[Any], mates: dict[int, int]) -> dict[int, int]:
    """`mates`, and the items between them paired in order: one that was replaced is a replace, not remove and add."""
    out = dict(mates)
    ends = [(-1, -1), *sorted(mates.items()), (len(old), len(new))]
    for (a, b), (c, d) in pairwise(ends):
        out.update(zip(range(a + 1, c), range(b + 1, d), strict=False))
    return out


def _name(item: Any, index: int, by: Keys | None) -> str | int:
    if by is None:
        return index
    if by is DOCUMENT and isinstance(item, dict):
        return f"{item.get('kind', '')}/{get(item, ('metadata', 'name'), '')}"
    if not by:
        return str(item)
    value = get(item, by[-1] if by[0] == ("kind",) else by[0])
    return index if value is None else str(value)


_THINGS = {
    "containers": "container",
    "initContainers": "init container",
    "ephemeralContainers": "ephemeral container",
    "volumes": "volume",
    "volumeMounts": "mount",
    "ports": "port",
    "env": "variable",
    "imagePullSecrets": "pull secret",
}
_CONTAINERS = ("containers", "initContainers", "ephemeralContainers")
_LONGEST = 60
_MOST = 3


def sentence(changes: Sequence[Change], documents: Sequence[Document] = ()) -> str:
    """One short sentence that says what changed: ``nginx: image nginx:1.27 → nginx:1.28``, ``added container logs``.

    `documents` is the design after the change: where it holds one object only, that object's name is not repeated. The
    values of a Secret are never told, nor any text too long to read in a line.
    """
    if not changes:
        return "no changes"
    if len(changes) == 1:
        return _single(changes[0], len(documents) == 1)
    things = [_thing(change) for change in sorted(changes, key=_rank)]
    if all(things) and len({change.op for change in changes}) == 1:
        verb = {"add": "added", "remove": "removed", "move": "moved"}[changes[0].op]
        most = things[:-1] if len(things) <= _MOST else things[: _MOST - 1]
        last = things[-1] if len(things) <= _MOST else f"{len(things) - len(most)} more"
        return f"{verb} {', '.join(most)} and {last}"
    containers = {_container(change.named) or "" for change in changes}
    if len(containers) == 1 and (name := containers.pop()):
        return f"{len(changes)} changes in {name}"
    objects = {change.named[0] for change in changes if change.named}
    if len(objects) == 1:
        return f"{len(changes)} changes in {str(objects.pop()).partition('/')[2] or 'the design'}"
    return f"{len(changes)} changes in {len(objects)} objects"


def _single(change: Change, alone: bool) -> str:
    named, thing = change.named, _thing(change)
    verb = {"add": "added", "remove": "removed", "move": "moved"}.get(change.op, "")
    subject = _container(named[:-1]) or ("" if alone or len(named) < 2 else _object(named[0]))
    start = f"{subject}: " if subject else ""
    if thing:
        inside = len(named) > 2 and named[-2] in ("volumeMounts", "ports", "env")
        return f"{start if inside else ''}{verb} {thing}"
    if change.op == "replace" and named[-1:] == ("name",):
        if named[-2:-1] == ("metadata",) and len(named) == 3:
            return f"renamed {str(named[0]).partition('/')[0]} {change.old} to {change.new}"
        if len(named) > 3 and named[-3] in _THINGS:
            return f"renamed {_THINGS[str(named[-3])]} {change.old} to {change.new}"
    field = _field(change)
    if _quiet(change):
        return f"{start}{verb or 'changed'} {field}"
    if change.op == "add":
        return f"{start}{field} set to {_plain(change.new)}"
    return f"{start}{field} {_plain(change.old)} → {_plain(change.new)}"


def _thing(change: Change) -> str:
    """What a change adds, removes or moves where that is a thing with a name of its own: ``container logs``."""
    named, value = change.named, change.new if change.op == "add" else change.old
    if change.op == "replace" or not named:
        return ""
    if len(named) == 1:
        return _object(named[0])
    kind = _THINGS.get(str(named[-2]), "")
    if named[-2] == "initContainers" and isinstance(value, dict) and value.get("restartPolicy") == "Always":
        kind = "sidecar"
    return f"{kind} {named[-1]}" if kind else ""


def _rank(change: Change) -> int:
    """Containers are told first, then objects, then what is inside of them."""
    return 0 if change.named[-2:-1] and change.named[-2] in _CONTAINERS else len(change.named)


def _object(name: str | int) -> str:
    return str(name).replace("/", " ", 1)


def _container(named: Path) -> str:
    """The container that a path leads into, by name; "" where it leads into none."""
    return next((str(named[i + 1]) for i in range(len(named) - 1) if named[i] in _CONTAINERS), "")


def _field(change: Change) -> str:
    """The field as it is called from its container or, outside one, from its object: ``port 80 targetPort``."""
    named = change.named
    start = next((i + 2 for i in range(len(named) - 1) if named[i] in _CONTAINERS), 0)
    rest = list(named[start:] if start else named[1:] or named)
    for words in (["spec", "template", "spec"], ["spec", "template"], ["spec"], ["data"], ["stringData"]):
        if not start and rest[: len(words)] == words and len(rest) > len(words):
            rest = rest[len(words) :]
            break
    if len(rest) == 3 and rest[0] in _THINGS:
        kind, name, field = _THINGS[str(rest[0])], str(rest[1]), str(rest[2])
        if name == str(change.old):
            return kind
        return f"{kind} {name}" if field == "value" else f"{kind} {name} {field}"
    return ".".join(map(str, rest))


def _quiet(change: Change) -> bool:
    """Whether the values are not to be told: nothing to tell, a Secret's, a structure, or too long."""
    if change.op in ("remove", "move"):
        return True
    if str(next(iter(change.named), "")).startswith("Secret/") and {"data", "stringData"} & set(change.named):
        return True
    return any(
        isinstance(value, (dict, list)) or (isinstance(value, str) and (len(value) > _LONGEST or "\n" in value))
        for value in (change.old, change.new)
    )


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "nothing" if value is None or value == "" else str(value)
