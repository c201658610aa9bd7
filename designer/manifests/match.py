"""Which items of two lists are the same thing: what diff and merge agree on.

Kubernetes names the things in its lists: containers by name, mounts by mountPath, ports by containerPort and protocol.
The schema says so (``x-kubernetes-list-map-keys``, ``x-kubernetes-patch-merge-key``); where it does not (a custom
resource, an RBAC subject), a field that names every item of both lists is taken. Documents are named by apiVersion,
kind, namespace and name.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

from designer.manifests.schema import Field, Schema
from designer.manifests.types import Path, get

# The fields, as paths from an item, whose values together name it. () means that the item names itself.
Keys = tuple[Path, ...]
DOCUMENT: Final[Keys] = (("apiVersion",), ("kind",), ("metadata", "namespace"), ("metadata", "name"))
# Tried in this order where the schema names no key.
_GUESSES: Final[tuple[Keys, ...]] = (
    (("kind",), ("name",)),
    (("name",),),
    (("key",),),
    (("mountPath",),),
    (("host",),),
)
# What the API server fills in for a key that is left out (API reference: ContainerPort, ServicePort).
_DEFAULTS: Final[dict[Path, str]] = {("protocol",): "TCP"}


class Missing:
    """The value of what is not there, which null is not."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing()


@dataclass(frozen=True)
class Place:
    """Where a value stands in the schema: the definition of an object, and the field that holds the value if any."""

    schema: Schema | None = None
    definition: str = ""
    field: Field | None = None

    def of(self, *values: Any) -> Place:
        """This place, with the definition that the values themselves tell by apiVersion and kind if none is known."""
        if not self.definition and self.schema:
            for value in values:
                if is_document(value):
                    return Place(self.schema, self.schema.definition_of(value["apiVersion"], value["kind"]), self.field)
        return self

    def key(self, name: str) -> Place:
        """The place of a field of this object, or of a value of this map."""
        if self.field and self.field.type == "map":
            return self.item()
        field = self.schema.fields(self.definition).get(name) if self.schema and self.definition else None
        return Place(self.schema, field.of if field and field.type == "object" else "", field)

    def item(self) -> Place:
        """The place of an item of this list."""
        return Place(self.schema, self.field.of if self.field else "")


def same(a: Any, b: Any) -> bool:
    """Equal as JSON values: the order of keys does not matter; unlike Python's ``==``, true is not 1, nor 1 1.0."""
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(value, b[key]) for key, value in a.items())
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    return bool(a == b)


def is_document(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("apiVersion"), str) and isinstance(value.get("kind"), str)


def keys(place: Place, *lists: Sequence[Any]) -> Keys | None:
    """What names the items of these versions of one list; None for a list that is only a sequence (a command, say)."""
    items = [item for each in lists for item in each]
    field = place.field
    if field and "merge" in field.patch_strategy and field.item != "object":
        return () if not any(isinstance(item, (dict, list)) for item in items) else None
    if not items or not all(isinstance(item, dict) for item in items):
        return None
    if field and (field.list_keys or field.merge_key):
        return tuple((name,) for name in field.list_keys or (field.merge_key,))
    # One that is half written yet does not make the others nameless.
    if any(map(is_document, items)):
        return DOCUMENT
    return next((guess for guess in _GUESSES if all(_names(guess, each) for each in lists)), None)


def ids(items: Iterable[Any], by: Keys) -> list[Hashable]:
    """A name for every item. Where several have the same (two env variables, which is legal), they are numbered."""
    seen: dict[Hashable, int] = {}
    out: list[Hashable] = []
    for item in items:
        name = tuple(_text(get(item, path, _DEFAULTS.get(path))) for path in by) if by else (_text(item),)
        out.append((*name, seen.setdefault(name, 0)))
        seen[name] += 1
    return out


def pair(old: Sequence[Any], new: Sequence[Any], by: Keys, taken: frozenset[Hashable] = frozenset()) -> dict[int, int]:
    """Indexes of `old` to indexes of `new` that are the same thing, by name, else by all but the name: a renamed one.

    What has come to bear a name in `taken` is not looked on as renamed.
    """
    names = {name: index for index, name in enumerate(ids(new, by))}
    mates = {index: names[name] for index, name in enumerate(ids(old, by)) if name in names}
    used = set(mates.values())
    free = [index for name, index in names.items() if index not in used and name not in taken]
    for index, item in enumerate(old):
        if index in mates or not free:
            continue
        found = next((other for other in free if _renamed(item, new[other], by, index == other)), None)
        if found is not None:
            mates[index] = found
            free.remove(found)
    return mates


def align(old: Sequence[Any], new: Sequence[Any]) -> dict[int, int]:
    """Indexes of `old` to indexes of `new` of equal items, in rising order of both: for lists without names."""
    matcher = SequenceMatcher(None, [_text(i) for i in old], [_text(i) for i in new], autojunk=False)
    return {a + n: b + n for a, b, size in matcher.get_matching_blocks() for n in range(size)}


def in_order(indexes: Sequence[int]) -> set[int]:
    """The positions of a longest rising run: the items that stay while the others are moved around them."""
    best: list[tuple[int, int]] = []  # (length of the longest run that ends here, the position before this one)
    for position, index in enumerate(indexes):
        earlier = [(best[p][0], -p) for p in range(position) if indexes[p] < index]
        length, before = max(earlier, default=(0, 1))
        best.append((length + 1, -before))
    stay: set[int] = set()
    at = max(range(len(best)), key=lambda p: (best[p][0], -p), default=-1)
    while at >= 0:
        stay.add(at)
        at = best[at][1]
    return stay


def _names(by: Keys, items: Sequence[Any]) -> bool:
    """Whether these fields are plain values in every item, and different in each."""
    values = [tuple(get(item, path, MISSING) for path in by) for item in items]
    plain = all(isinstance(part, (str, int)) for value in values for part in value)
    return plain and len(set(values)) == len(values)


def _renamed(old: Any, new: Any, by: Keys, same_place: bool) -> bool:
    if by is DOCUMENT:
        # An object cannot change its kind; it is the same one where the rest is, or where it stands in the same place.
        if any(old.get(key) != new.get(key) for key in ("apiVersion", "kind")):
            return False
        return same_place or same(_without(old, by[2:]), _without(new, by[2:]))
    if not by:
        return False
    rest = _without(old, by)
    return (bool(rest) or same_place) and same(rest, _without(new, by))


def _without(item: dict[str, Any], paths: Keys) -> dict[str, Any]:
    out = dict(item)
    for head, *rest in paths:
        if not rest:
            out.pop(str(head), None)
        elif isinstance(inner := out.get(str(head)), dict):
            out[str(head)] = _without(inner, (tuple(rest),))
    return out


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)
