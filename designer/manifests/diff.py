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
# What stands around the fields of an object, and is not said: the longest first.
_AROUND: tuple[Path, ...] = (
    ("spec", "jobTemplate", "spec", "template", "spec"),
    ("spec", "template", "spec"),
    ("spec", "jobTemplate", "spec", "template"),
    ("spec", "template"),
    ("spec",),
    ("data",),
    ("stringData",),
)
_VERBS = {"add": "added", "remove": "removed", "move": "moved", "replace": "changed"}
_TOWARDS = {"add": "to", "remove": "from", "move": "of", "replace": "of"}
_SAID_OF_SECRETS = ("apiVersion", "kind", "metadata", "type", "immutable")
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"  # the whole object, values and all
_NUMBERED = ("ports", "volumeMounts")
_COUNTED = {*_THINGS.values(), "sidecar", "label", "annotation", "pod label", "pod annotation", "limit", "request"}
_LONGEST = 100  # characters of a sentence
_VALUE = 60  # and of a value in it
_MOST = 3


@dataclass(frozen=True)
class _Told:
    """A change as it is told: the `field` or thing, and what it is `of` (``nginx``, ``Deployment web``, or "" where
    that goes without saying). `group` is what it has in common with its like: ``variable``, ``args``."""

    change: Change
    of: str
    field: str
    group: str
    inside: bool  # of a container
    thing: bool  # added, removed or moved, with a name of its own

    @property
    def whole(self) -> str:
        return _of(self.field, self.of)


def sentence(changes: Sequence[Change], documents: Sequence[Document] = ()) -> str:
    """One line that says what changed, as a colleague would: ``set image of nginx to nginx:1.28``, ``added container
    logs and Service web``, ``changed 4 fields of nginx: image, 2 variables, port 80``.

    `documents` is the design after the change: where it holds one object only, that object's name is not repeated. The
    values of a Secret are never told, nor any text too long to read in a line. At most 100 characters.
    """
    if not changes:
        return "changed comments or layout only"
    told = [_told(change, len(documents) == 1) for change in changes]
    words = _renaming(told) or (_single(told[0]) if len(told) == 1 else _turned(told) or _several(told))
    return _clipped(words, _LONGEST)


def line(change: Change) -> tuple[str, str]:
    """The object that a change is in, and the change: ``Deployment web``, ``image of container nginx: nginx:1.27 →
    nginx:1.28``. Values that `sentence` does not tell are not told here."""
    told = _told(change, True)
    _, container, _ = _parts(change.named)
    about = _of(told.field, f"container {container}" if container else "")
    name = _object(change.named)
    if change.op == "move":
        return name, f"{about}: moved from place {change.old + 1} to {change.new + 1}"
    if _renames(change):
        return name, f"{about}: renamed to {_plain(change.new)}"
    if told.thing or _quiet(change):
        return name, f"{about}: {_VERBS[change.op]}"
    if change.op == "replace":
        return name, f"{about}: {_plain(change.old)} → {_plain(change.new)}"
    if change.op == "remove":
        return name, f"{about}: removed, was {_plain(change.old)}"
    return name, f"{about}: set to {_plain(change.new)}"


def _told(change: Change, alone: bool) -> _Told:
    named = change.named
    _, container, rest = _parts(named)
    if len(named) <= 1:
        return _Told(change, "", _object(named), "object", False, change.op != "replace")
    of = container or ("" if alone else _object(named))
    if rest == ("metadata", "name"):
        return _Told(change, "", _object(named), "name", False, False)
    field, group = _field(rest, change)
    thing = change.op != "replace" and len(rest) == 2 and rest[0] in _THINGS
    return _Told(change, of, field, group, bool(container), thing)


def _parts(named: Path) -> tuple[str, str, Path]:
    """The object, the container in it (or ""), and the path from there on, less what goes without saying."""
    at = next((i for i in range(len(named) - 2) if named[i] in _CONTAINERS and named[i + 2 :] != ("name",)), None)
    if at is not None:
        return _object(named), str(named[at + 1]), named[at + 2 :]
    rest = named[1:]
    around = (words for words in _AROUND if rest[: len(words)] == words and len(rest) > len(words))
    words = next((words for words in around if rest[len(words)] != "metadata"), ())
    return _object(named), "", rest[len(words) :]


def _object(named: Path) -> str:
    return str(next(iter(named), "the design")).replace("/", " ", 1).strip()


def _field(rest: Path, change: Change) -> tuple[str, str]:
    """A path inside an object or container as it is called, and the group it belongs to."""
    head = rest[0]
    if head in _THINGS and len(rest) > 1:
        kind = _THINGS[str(head)]
        value = change.new if change.op == "add" else change.old
        if head == "initContainers" and isinstance(value, dict) and value.get("restartPolicy") == "Always":
            kind = "sidecar"
        thing = f"{kind} {rest[1]}"
        own = len(rest) == 2 or rest[2:] == ("value",) or _renames(change) or _numbers(rest, change)
        return (thing if own else f"{_dotted(rest[2:])} of {thing}"), kind
    for name, word in (("labels", "label"), ("annotations", "annotation")):
        if rest[-2:] == ("metadata", name):
            word = name if len(rest) == 2 else f"pod {name}"
            return word, word
        if rest[-3:-1] == ("metadata", name):
            word = word if len(rest) == 3 else f"pod {word}"
            return f"{word} {rest[-1]}", word
    if head == "resources" and len(rest) == 3 and rest[1] in ("limits", "requests"):
        word = str(rest[1])[:-1]
        return f"{rest[2]} {word}", word
    field = _dotted(rest)
    return field, field.partition(".")[0]


def _dotted(path: Path) -> str:
    """The keys of a path up to the first index: what stands at a place in a list is told as a change of the list."""
    until = next((i for i, part in enumerate(path) if isinstance(part, int)), len(path))
    return ".".join(map(str, path[: max(until, 1)]))


def _renames(change: Change) -> bool:
    """Whether it gives a thing another name. (A port goes by its number: its name is a field like others.)"""
    named = change.named
    thing = len(named) > 3 and named[-3] in _THINGS and str(named[-2]) == str(change.old)
    return change.op == "replace" and named[-1:] == ("name",) and (thing or named[1:] == ("metadata", "name"))


def _numbers(rest: Path, change: Change) -> bool:
    """Whether it changes the number or path that a port or mount goes by."""
    return change.op == "replace" and len(rest) == 3 and rest[0] in _NUMBERED and str(rest[1]) == str(change.old)


def _single(told: _Told) -> str:
    change = told.change
    if change.op == "move":
        return f"moved {told.whole} to place {change.new + 1}"
    if _renames(change):
        return f"renamed {told.whole if told.inside else told.field} to {_plain(change.new)}"
    # An item of a list without names: the list has changed.
    if any(isinstance(part, int) for part in _parts(change.named)[2]):
        return f"changed {told.whole}"
    if change.op == "remove" or (change.op == "add" and (told.thing or _quiet(change))):
        return _put(change.op, told.field, told.of)
    if _quiet(change):
        return f"changed {told.whole}"
    verb = "changed" if _numbers(_parts(change.named)[2], change) else "set"
    return f"{verb} {told.whole} to {_plain(change.new)}"


def _renaming(told: Sequence[_Told]) -> str:
    """That one thing was renamed, where all other changes only call it by its new name."""
    for leader in told:
        old, new = str(leader.change.old), str(leader.change.new)
        if leader.change.op != "replace" or leader.change.named[-1:] != ("name",) or not old:
            continue
        replaced = [(str(one.change.old), str(one.change.new)) for one in told if one.change.op == "replace"]
        if len(replaced) == len(told) and all(was.replace(old, new) == now for was, now in replaced):
            if _renames(leader.change):
                return _single(leader)
            if leader.group == "port":
                return f"renamed {_of(f'port {old}', leader.of)} to {new}"
    return ""


def _turned(told: Sequence[_Told]) -> str:
    """That a thing became another: a Deployment a StatefulSet, a container an init container."""
    if sorted(one.change.op for one in told) != ["add", "remove"]:
        return ""
    come, gone = sorted(told, key=lambda one: one.change.op)
    before, after = gone.change.named, come.change.named
    if len(before) == len(after) == 1:
        (old, _, name), (new, _, other) = (str(named[0]).partition("/") for named in (before, after))
        return f"turned {old} {name} into a {new}" if name == other and old != new else ""
    if gone.thing and come.thing and before[-1] == after[-1] and gone.group != come.group:
        return f"made {gone.field} {'an' if come.group[0] in 'aeiou' else 'a'} {come.group}"
    rest = _parts(before)[2]
    if before[:-1] == after[:-1] and len(rest) > 1 and not gone.thing and not come.thing:
        keys = [str(named[-1]) for named in (before, after)]
        field, _ = _field(rest[:-1], Change("move", (), None, None, before[:-1]))
        if "metadata" not in rest and not field.endswith(("limits", "requests")):
            return f"changed {_of(field, gone.of)} from {keys[0]} to {keys[1]}"
    return ""


def _several(told: Sequence[_Told]) -> str:
    """Many changes: fields of one container are counted and named, else it is told what came, went and changed."""
    told = sorted(told, key=_rank)
    of = told[0].of
    if all(one.inside and one.of == of for one in told):
        grouped = _grouped(told)
        if len(grouped) == 1:
            return _put(next(iter(_ops(told)), "replace"), grouped[0], of)
        if _ops(told) not in ({"add"}, {"remove"}):
            return f"changed {len({one.field for one in told})} fields of {of}: {', '.join(grouped)}"
    clauses = []
    for op in ("add", "remove", "replace", "move"):
        some = [one for one in told if _op(one) == op]
        owners = list(dict.fromkeys(one.of for one in some))
        if some and op == "replace" and len(owners) > 1:
            clauses.append(f"changed {_listed([owner or 'the rest' for owner in owners])}")
        elif some:
            names = [one.field for one in some]
            if op in ("replace", "move") or len(set(names)) < len(names):
                names = _grouped(some)
            # Among other clauses, whose container it was goes without saying.
            named = len(owners) == 1 and (op == "replace" or some[0].inside or len(some) == len(told))
            clauses.append(_put(op, _listed(names), owners[0] if named else ""))
    return ", ".join(clauses)


def _op(told: _Told) -> Op:
    """Only things are said to be added and removed among others: a field that came or went is a change."""
    return told.change.op if told.thing else "replace"


def _ops(told: Sequence[_Told]) -> set[Op]:
    return {_op(one) for one in told}


def _grouped(told: Sequence[_Told]) -> list[str]:
    """The fields of changes, those of one kind together: ``image``, ``2 variables``, ``args``."""
    groups: dict[str, list[str]] = {}
    for _, field, group in dict.fromkeys((one.of, one.field, one.group) for one in told):
        groups.setdefault(group, []).append(field)
    return [_together(group, names, told[0].change.op) for group, names in groups.items()]


def _together(group: str, names: list[str], op: Op) -> str:
    if op == "move":
        return f"{group}s"
    if len(names) == 1:
        return names[0]
    return f"{len(names)} {group}s" if group in _COUNTED else group


def _rank(told: _Told) -> int:
    """Containers are told first, then objects, then what is inside of them."""
    named = told.change.named
    return 0 if named[-2:-1] and named[-2] in _CONTAINERS else len(named)


def _put(op: Op, what: str, of: str) -> str:
    verb = "reordered" if op == "move" else _VERBS[op]
    return f"{verb} {what} {_TOWARDS[op]} {of}" if of else f"{verb} {what}"


def _of(field: str, of: str) -> str:
    return f"{field} of {of}" if of else field


def _listed(names: Sequence[str]) -> str:
    most = list(names) if len(names) <= _MOST else [*names[: _MOST - 1], f"{len(names) - _MOST + 1} more"]
    return " and ".join([", ".join(most[:-1]), most[-1]] if len(most) > 1 else most)


def _quiet(change: Change) -> bool:
    """Whether the values are not to be told: a Secret's, a structure, or more than fits into a line."""
    if _hidden(change.named):
        return True
    told = (change.old, change.new)
    return any(isinstance(value, (dict, list)) or (isinstance(value, str) and _too_long(value)) for value in told)


def _hidden(named: Path) -> bool:
    """Whether a value at a path may be a Secret's: all but a few fields of one, also while its kind is typed; in a
    List, or where it is not known in which object, any."""
    first = named[0] if named else ""
    kind = str(first).partition("/")[0]
    if isinstance(first, int) or (kind.endswith("List") and "items" in named):
        return True
    known = len(named) < 2 or (named[1] in _SAID_OF_SECRETS and _LAST_APPLIED not in named)
    return not known and "secrets".startswith(kind.lower())


def _too_long(value: str) -> bool:
    return len(value) > _VALUE or "\n" in value


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "nothing" if value is None or value == "" else str(value)


def _clipped(words: str, most: int) -> str:
    words = " ".join(words.split())
    return words if len(words) <= most else words[: most - 1].rstrip(" ,:") + "…"
