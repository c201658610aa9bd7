"""What an apply changes of a live object, leaf by leaf, as a person wants to read it and JSON can keep it. Pure.

The live object stands on the left and what it becomes on the right: the server's own prediction (a dry run's answer),
so that what it fills in and what others own is told as it will be. The design's document only tells which of it was
asked for. Lists of named things are matched by name, as server-side apply does (match.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal

from designer.clusters import secret_values
from designer.manifests.match import MISSING, Keys, Place, align, in_order, keys, pair, same
from designer.manifests.schema import Schema, schema
from designer.manifests.types import Document, Path

Op = Literal["add", "remove", "replace", "move"]

# What a server or kubectl writes for its own bookkeeping: no change of the object that a person would speak of.
_NOISE: frozenset[Path] = frozenset({
    *(("metadata", name) for name in (
        "managedFields", "resourceVersion", "uid", "generation", "creationTimestamp", "selfLink", "deletionTimestamp",
        "deletionGracePeriodSeconds",
    )),
    ("metadata", "annotations", "deployment.kubernetes.io/revision"),
    ("metadata", "annotations", "deprecated.daemonset.template.generation"),
    ("metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"),
    ("spec", "template", "metadata", "creationTimestamp"),
    ("status",),
})  # fmt: skip
_SECRET = ("data", "stringData")
# A value in a list of changes is there to be read; a file of a ConfigMap is shown whole up to here.
_LONGEST = 64 * 1024


@dataclass(frozen=True)
class Change:
    """One difference. `path` leads to it in the object as it becomes (in the live one for a ``remove``); `named` is
    the same path with the names of a list's items in place of their indexes. `ours`: the design says it (or said it:
    a removal); what the server fills in of itself is not. For a ``move``, `old` and `new` are indexes. `whole` tells
    how many parts of the path lead to what comes or goes as a whole (0: the object); -1 where nothing does.

    A Secret's values are masked: ``••••``; that there is a change tells that they differ.
    """

    op: Op
    path: Path
    named: Path
    old: Any = None
    new: Any = None
    ours: bool = True
    whole: int = -1

    @property
    def as_json(self) -> dict[str, Any]:
        return {
            "op": self.op,
            "path": list(self.path),
            "named": list(self.named),
            "old": self.old,
            "new": self.new,
            "ours": self.ours,
            "whole": self.whole,
        }

    @staticmethod
    def from_json(kept: dict[str, Any]) -> Change:
        return Change(**{**kept, "path": tuple(kept["path"]), "named": tuple(kept["named"])})


def changes(
    live: Document | None, predicted: Document | None, wanted: Document | None = None, *, using: Schema | None = None
) -> list[Change]:
    """What leads from `live` to `predicted`, in the order in which the design writes it; None: it is not there.

    `wanted` is the design's document. `using` is the schema by which lists are matched, by default the newest.
    """
    walk = _Walk()
    asked = _asked(wanted)
    kinds = [each for each in (predicted, live) if each is not None]
    walk.values(
        tidy(live) if live is not None else MISSING,
        tidy(predicted) if predicted is not None else MISSING,
        asked if wanted is not None else MISSING,
        Place(using or schema()).of(*kinds),
        (),
        (),
        (),
    )
    found = walk.found
    if any(each.get("kind") == "Secret" and each.get("apiVersion") == "v1" for each in kinds):
        found = [_masked(change) for change in found]
    return [_shortened(change) for change in found]


def tidy(document: Document, at: Path = ()) -> Document:
    """An object without bookkeeping and status, and without a map of annotations that held nothing else."""
    out = {}
    # An API server writes the kind first; people read these as they write them.
    first = [key for key in ("apiVersion", "kind", "metadata") if not at and key in document]
    for key in dict.fromkeys([*first, *document]):
        value = document[key]
        here = (*at, key)
        if here in _NOISE:
            continue
        if isinstance(value, dict) and any(noise[: len(here)] == here for noise in _NOISE):
            inner = tidy(value, here)
            if value and not inner and here[-1] in ("annotations", "metadata"):
                continue
            value = inner
        out[key] = value
    return out


def _asked(wanted: Document | None) -> Any:
    """The design's document as the server would hold it: a Secret's stringData becomes data."""
    return None if wanted is None else secret_values.converted(wanted)


class _Walk:
    """Goes through the three versions at once; MISSING stands for what one of them does not have."""

    def __init__(self) -> None:
        self.found: list[Change] = []

    def values(
        self, old: Any, new: Any, asked: Any, place: Place, before: Path, path: Path, named: Path, whole: int = -1
    ) -> None:
        """`before` leads to `old` in the live object, `path` to `new` in the predicted one."""
        sides = [each for each in (old, new) if each is not MISSING]
        if len(sides) == 1 and whole < 0:
            whole = len(path)
        if sides and all(isinstance(each, dict) and each for each in sides):
            self._mappings(old, new, asked, place.of(*sides), before, path, named, whole)
        elif sides and all(isinstance(each, list) and each for each in sides):
            self._lists(old, new, asked, place, before, path, named, whole)
        elif old is MISSING and new is not MISSING:
            self._add("add", path, named, None, new, asked is not MISSING, whole)
        elif new is MISSING and old is not MISSING:
            self._add("remove", before, named, old, None, True, whole)
        elif not same(old, new):
            self._add("replace", path, named, old, new, asked is not MISSING)

    def _add(self, op: Op, path: Path, named: Path, old: Any, new: Any, ours: bool, whole: int = -1) -> None:
        self.found.append(Change(op, path, named, old, new, ours, whole))

    def _mappings(
        self, old: Any, new: Any, asked: Any, place: Place, before: Path, path: Path, named: Path, whole: int
    ) -> None:
        one, two, three = (each if isinstance(each, dict) else {} for each in (old, new, asked))
        # In the design's own order, then in the server's.
        for key in dict.fromkeys([*(key for key in three if key in one or key in two), *two, *one]):
            was, now, ask = (each.get(key, MISSING) for each in (one, two, three))
            self.values(was, now, ask, place.key(key), (*before, key), (*path, key), (*named, key), whole)

    def _lists(
        self, old: Any, new: Any, asked: Any, place: Place, before: Path, path: Path, named: Path, whole: int
    ) -> None:
        one, two, three = (each if isinstance(each, list) else [] for each in (old, new, asked))
        by = keys(place, one, two)
        mates = _mates(one, two, by)
        asks = {there: here for here, there in _mates(three, two, by).items()}
        gone = [index for index in range(len(one)) if index not in mates]
        for index in gone:
            name = _name(one[index], index, by)
            at = (*before, index), (*path, index), (*named, name)
            self.values(one[index], MISSING, MISSING, place.item(), *at, whole)
        places = {index: position for position, index in mates.items()}
        common = sorted(places)
        staying = in_order([places[index] for index in common])
        moved = {index for position, index in enumerate(common) if position not in staying}
        for index, item in enumerate(two):
            here = (*named, _name(item, index, by))
            was = places.get(index)
            if index in moved and was is not None:
                self._add("move", (*path, index), here, was, index, index in asks)
            self.values(
                MISSING if was is None else one[was],
                item,
                three[asks[index]] if index in asks else MISSING,
                place.item(),
                (*before, index if was is None else was),
                (*path, index),
                here,
                whole,
            )


def _mates(old: Sequence[Any], new: Sequence[Any], by: Keys | None) -> dict[int, int]:
    """Indexes of `old` to indexes of `new` of the same thing. In a sequence, what was replaced keeps its place."""
    if not old or not new:
        return {}
    if by is not None:
        names = pair(old, new, by)
        # A renamed item is another one to server-side apply.
        return {a: b for a, b in names.items() if _name(old[a], a, by) == _name(new[b], b, by)}
    mates = align(old, new)
    ends = [(-1, -1), *sorted(mates.items()), (len(old), len(new))]
    for (a, b), (c, d) in pairwise(ends):
        mates.update(zip(range(a + 1, c), range(b + 1, d), strict=False))
    return mates


def _name(item: Any, index: int, by: Keys | None) -> str | int:
    """What an item goes by: the values of its keys, less a protocol that is the usual one."""
    if by is None:
        return index
    if not by or not isinstance(item, dict):
        return str(item)
    values = [_at(item, key) for key in by]
    told = [str(value) for value in values if value not in (MISSING, "TCP", "")]
    return "/".join(told) or index


def _at(item: Any, path: Path) -> Any:
    for part in path:
        item = item.get(part, MISSING) if isinstance(item, dict) else MISSING
    return item


def masked(_value: Any) -> str:
    """A Secret's value as it may be shown, which tells not even its size."""
    return secret_values.HIDDEN


def _masked(change: Change) -> Change:
    if not change.path or change.path[0] not in _SECRET:
        return change
    old, new = (_mask(value) if value is not None else None for value in (change.old, change.new))
    return replace(change, old=old, new=new)


def _mask(value: Any) -> Any:
    return {key: masked(each) for key, each in value.items()} if isinstance(value, dict) else masked(value)


def _shortened(change: Change) -> Change:
    if not any(isinstance(value, str) and len(value) > _LONGEST for value in (change.old, change.new)):
        return change
    old, new = (
        f"{value[:_LONGEST]}\n… ({len(value)} characters)"
        if isinstance(value, str) and len(value) > _LONGEST
        else value
        for value in (change.old, change.new)
    )
    return replace(change, old=old, new=new)


def asked_for(found: Iterable[Change]) -> list[Change]:
    """Those that the design asks for, without what the server fills in of itself."""
    return [change for change in found if change.ours]
