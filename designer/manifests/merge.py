"""Merging manifests: a patch onto an object as Kubernetes does it, and two edits of one design into one.

Both are driven by the schema's merge keys and leave what they are given untouched.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Literal

from designer.manifests.match import MISSING, Keys, Place, align, ids, keys, pair, same
from designer.manifests.schema import Field, Schema, schema
from designer.manifests.types import Document, ManifestError, Path, show

# --- Strategic merge patch ---------------------------------------------------------------------------------------
# https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/ and the community's
# design document strategic-merge-patch.md give the rules; kubectl patch --local is the oracle in the tests.

_DIRECTIVE = "$patch"
_RETAIN = "$retainKeys"
_DELETE_FROM = "$deleteFromPrimitiveList/"
_ORDER = "$setElementOrder/"


def strategic(
    target: Document,
    patch: Document,
    definition: str,
    using: Schema | None = None,
    *,
    additions: Literal["first", "last"] = "first",
) -> Document:
    """`target` with a strategic merge patch applied; both stay as they are.

    `definition` says what the target is (``io.k8s.api.core.v1.PodTemplateSpec``). Under a field that the schema does
    not know, and everywhere if `definition` is "", mappings are merged and lists replaced, as a JSON merge patch does
    (RFC 7386). Kubernetes puts a patch's new list items first; with `additions` "last" what is there keeps its place
    and they follow, as with the order that kubectl apply sends along, and a list's items are told apart by all that
    server-side apply goes by: 53/UDP is not 53/TCP, which to a patch are one. Raises ManifestError, with the path in
    the patch, for a directive that cannot be followed.
    """
    return _patch_mapping(target, patch, Place(using or schema(), definition), (), additions == "last")


def _patch_mapping(target: Document, patch: Document, place: Place, path: Path, last: bool) -> Document:
    directive = patch.get(_DIRECTIVE)
    if directive == "delete":
        return {}
    if directive == "replace":
        return _plain({key: value for key, value in patch.items() if key != _DIRECTIVE})
    if directive not in (None, "merge"):
        raise ManifestError(f"$patch is {directive!r}: use merge, replace or delete", (*path, _DIRECTIVE))
    out = _retained(deepcopy(target), patch, path)
    orders = {key.removeprefix(_ORDER): value for key, value in patch.items() if key.startswith(_ORDER)}
    for key, value in patch.items():
        if key.startswith(_DELETE_FROM):
            name = key.removeprefix(_DELETE_FROM)
            if isinstance(out.get(name), list):
                gone = _list(value, (*path, key))
                out[name] = [item for item in out[name] if not any(same(item, other) for other in gone)]
    for key, value in patch.items():
        if key in (_DIRECTIVE, _RETAIN) or key.startswith((_DELETE_FROM, _ORDER)):
            continue
        inner, here = place.key(key), (*path, key)
        strategy = inner.field.patch_strategy if inner.field else ()
        if value is None or (_deletes(value) and not isinstance(out.get(key), dict)):
            out.pop(key, None)
        elif isinstance(value, dict) and isinstance(out.get(key), dict) and "replace" not in strategy:
            out[key] = _patch_mapping(out[key], value, inner, here, last)
        elif isinstance(value, list) and isinstance(out.get(key), list) and "merge" in strategy:
            out[key] = _patch_list(out[key], value, inner, here, last)
        else:
            out[key] = _plain(value)
    for name, order in orders.items():
        if isinstance(out.get(name), list):
            out[name] = _ordered(out[name], target.get(name), order, place.key(name).field, (*path, _ORDER + name))
    return out


def _retained(target: Document, patch: Document, path: Path) -> Document:
    if _RETAIN not in patch:
        return target
    retained = _list(patch[_RETAIN], (*path, _RETAIN))
    for key, value in patch.items():
        if value is not None and not key.startswith("$") and key not in retained:
            raise ManifestError(f"the patch sets {key}, which its $retainKeys leaves out: add it there", (*path, key))
    return {key: value for key, value in target.items() if key in retained}


def _patch_list(target: list[Any], patch: list[Any], place: Place, path: Path, last: bool) -> list[Any]:
    field = place.field
    key = field.merge_key if field else ""
    if not key:
        # A list of plain values is merged as a set.
        out = list(target)
        out += [item for item in patch if not any(same(item, other) for other in out)]
        return out if last else _interleaved(out, target, patch, "")
    items: list[Document] = []
    replace = False
    out = deepcopy(target)
    for index, item in enumerate(patch):
        if not isinstance(item, dict):
            raise ManifestError(f"an item of {show(path)} is {item!r}: a mapping with {key} is needed", (*path, index))
        directive = item.get(_DIRECTIVE)
        replace = replace or directive == "replace"
        if directive not in (None, "merge", "replace", "delete"):
            raise ManifestError(f"$patch is {directive!r}: use merge, replace or delete", (*path, index, _DIRECTIVE))
        if directive != "replace" and key not in item:
            raise ManifestError(
                f"an item of {show(path)} has no {key}, which says what to merge it with", (*path, index)
            )
        if directive == "delete":
            out = [other for other in out if not _keyed(other, key, item[key])]
        elif directive != "replace":
            items.append(item)
    if replace:
        # "$patch: replace" is an item of its own: the others are the whole list.
        return [_plain(item) for item in items]
    before = list(out)
    by: Keys = tuple((name,) for name in field.list_keys) if field and field.list_keys and last else ((key,),)
    for index, item in enumerate(items):
        wanted = ids([item], by)
        at = next((i for i, other in enumerate(out) if isinstance(other, dict) and ids([other], by) == wanted), None)
        if at is None:
            out.append(_plain(item))
        else:
            out[at] = _patch_mapping(out[at], item, place.item(), (*path, index), last)
    return out if last else _interleaved(out, before, items, key)


def _ordered(items: list[Any], before: Any, order: Any, field: Field | None, path: Path) -> list[Any]:
    key = field.merge_key if field else ""
    return _interleaved(items, before if isinstance(before, list) else [], _list(order, path), key)


def _interleaved(items: list[Any], before: list[Any], order: list[Any], key: str) -> list[Any]:
    """`items` with those that `order` names in its order, and the others in theirs of `before`.

    An item of the second kind stands before the first of the others that it stood before; new ones go first, which is
    how Kubernetes does it.
    """

    def name(item: Any) -> Any:
        return (item.get(key) if isinstance(item, dict) else None) if key else item

    def index(names: list[Any], item: Any) -> int:
        return next((i for i, other in enumerate(names) if same(other, name(item))), -1)

    first, second = [name(item) for item in order], [name(item) for item in before]
    named = sorted((i for i in items if index(first, i) >= 0), key=lambda i: index(first, i))
    others = sorted((i for i in items if index(first, i) < 0), key=lambda i: index(second, i))
    out: list[Any] = []
    while named and others:
        a, b = index(second, others[0]), index(second, named[0])
        out.append(others.pop(0) if 0 <= a < b else named.pop(0))
    return out + named + others


def _keyed(item: Any, key: str, value: Any) -> bool:
    return isinstance(item, dict) and key in item and same(item[key], value)


def _list(value: Any, path: Path) -> list[Any]:
    if not isinstance(value, list):
        raise ManifestError(f"{show(path)} is {value!r}: a list is needed", path)
    return value


def _plain(value: Any) -> Any:
    """What a patch says where there is nothing to merge it with: without directives, and without what it deletes."""
    if isinstance(value, dict):
        kept = {key: inner for key, inner in value.items() if not (key.startswith("$") or _deletes(inner))}
        return {key: _plain(inner) for key, inner in kept.items() if inner is not None}
    if isinstance(value, list):
        return [_plain(item) for item in value if not _deletes(item) and item != {_DIRECTIVE: "replace"}]
    return value


def _deletes(value: Any) -> bool:
    return isinstance(value, dict) and value.get(_DIRECTIVE) == "delete"


# --- Three-way merge ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Conflict:
    """A place that both sides changed, each otherwise. The values are None where a side has nothing there.

    `path` is where it stands in ours; what ours has removed, where it stands in theirs.
    """

    path: Path
    base: Any
    ours: Any
    theirs: Any


@dataclass(frozen=True)
class Merged:
    """What came of a three-way merge. At a conflict, `value` has what ours has."""

    value: Any
    conflicts: list[Conflict] = field(default_factory=list)


def three_way(base: Any, ours: Any, theirs: Any, *, definition: str = "", removals_win: bool = False) -> Merged:
    """Both sides' changes to `base` (documents, or any values) in one value.

    Items of lists are matched by what names them (match.py), so two people can change two containers, or add one
    each. A list of nameless things is merged by runs of items, as lines of text are. Ours' order is kept, and theirs'
    additions follow what they follow in theirs; an order that only theirs changed is theirs. With `removals_win`, what
    theirs removed goes even if ours changed it; it is still told as a conflict.
    """
    merging = _Merging(removals_win)
    value = merging.merge(base, ours, theirs, Place(schema(), definition), ())
    return Merged(deepcopy(value), merging.conflicts)


_NOTHING = (None, MISSING)


class _Merging:
    def __init__(self, removals_win: bool) -> None:
        self.removals_win = removals_win
        self.conflicts: list[Conflict] = []

    def merge(self, base: Any, ours: Any, theirs: Any, place: Place, path: Path) -> Any:
        if same(ours, theirs) or same(base, theirs):
            return ours
        if same(base, ours):
            return theirs
        # To Kubernetes null is as good as nothing: it is no change of either side, and no conflict.
        if ours in _NOTHING and theirs in _NOTHING:
            return ours
        if base in _NOTHING and (ours in _NOTHING or theirs in _NOTHING):
            return theirs if ours in _NOTHING else ours
        if isinstance(ours, dict) and isinstance(theirs, dict) and (isinstance(base, dict) or base is MISSING):
            known = base if isinstance(base, dict) else {}
            if not _exchanged(known, ours, theirs):
                return self._mappings(known, ours, theirs, place.of(ours, theirs), path)
        if isinstance(ours, list) and isinstance(theirs, list) and (isinstance(base, list) or base is MISSING):
            return self._lists(base if isinstance(base, list) else [], ours, theirs, place, path)
        return self._conflict(base, ours, theirs, path)

    def _conflict(self, base: Any, ours: Any, theirs: Any, path: Path) -> Any:
        values = [None if value is MISSING else value for value in (base, ours, theirs)]
        self.conflicts.append(Conflict(path, *values))
        return MISSING if self.removals_win and theirs is MISSING else ours

    def _mappings(self, base: Document, ours: Document, theirs: Document, place: Place, path: Path) -> Document:
        out = {}
        for key in _in_step(list(ours), list(theirs)):
            was, mine, other = (side.get(key, MISSING) for side in (base, ours, theirs))
            value = self._field(was, mine, other, place.key(key), (*path, key))
            if value is not MISSING:
                out[key] = value
        return out

    def _field(self, base: Any, ours: Any, theirs: Any, place: Place, path: Path) -> Any:
        """As `merge`; a list of named things, or a map, that one side has removed is merged as if it were empty there,
        so that what the other side added to it stays."""
        left = theirs if ours is MISSING else ours if theirs is MISSING else None
        if isinstance(base, list) and isinstance(left, list):
            apart = keys(place, base, left) is not None
        else:
            apart = (
                isinstance(base, dict) and isinstance(left, dict) and bool(place.field and place.field.type == "map")
            )
        if left is None or not apart or same(base, left):
            return self.merge(base, ours, theirs, place, path)
        nothing: Any = type(left)()
        mine, other = (nothing if side is MISSING else side for side in (ours, theirs))
        return self.merge(base, mine, other, place, path) or MISSING

    def _lists(self, base: list[Any], ours: list[Any], theirs: list[Any], place: Place, path: Path) -> Any:
        by = keys(place, base, ours, theirs)
        if by is None:
            merged = self._runs(base, ours, theirs, place, path)
            return self._conflict(base, ours, theirs, path) if merged is None else merged
        mine = _tokens(base, ours, theirs, by)
        other = _tokens(base, theirs, ours, by)
        basis: dict[Hashable, Any] = dict(enumerate(base))
        values: dict[Hashable, Any] = {}
        for token in [*mine, *(token for token in other if token not in mine)]:
            at = mine[token] if token in mine else other[token]
            value = self.merge(
                basis.get(token, MISSING),
                ours[mine[token]] if token in mine else MISSING,
                theirs[other[token]] if token in other else MISSING,
                place.item(),
                (*path, at),
            )
            if value is not MISSING:
                values[token] = value
        order, clash = self._order(list(mine), list(other))
        if clash:
            self._conflict(base, ours, theirs, path)
        return [values[token] for token in order if token in values]

    def _order(self, mine: list[Hashable], other: list[Hashable]) -> tuple[list[Hashable], bool]:
        """The items of both in one order, and whether both moved what they share, each otherwise."""
        moved, also = _moved(mine, other), _moved(other, mine)
        common = [token for token in mine if token in other]
        clash = moved and also and common != [token for token in other if token in mine]
        return (_in_step(other, mine) if also and not moved else _in_step(mine, other)), clash

    def _runs(self, base: list[Any], ours: list[Any], theirs: list[Any], place: Place, path: Path) -> list[Any] | None:
        """The merge of three sequences, or None where both changed the same run of items."""
        a, b = align(base, ours), align(base, theirs)
        out: list[Any] = []
        start = (0, 0, 0)
        for at in [*(i for i in range(len(base)) if i in a and i in b), len(base)]:
            end = (at, a.get(at, len(ours)), b.get(at, len(theirs)))
            was, mine, other = (side[i:j] for side, i, j in zip((base, ours, theirs), start, end, strict=True))
            if same(mine, other) or same(was, other):
                out += mine
            elif same(was, mine):
                out += other
            elif len(was) == len(mine) == len(other) and all(isinstance(item, dict) for item in (*was, *mine, *other)):
                for offset, (x, y, z) in enumerate(zip(was, mine, other, strict=True)):
                    out.append(self.merge(x, y, z, place.item(), (*path, start[1] + offset)))
            else:
                return None
            out += base[at : at + 1]
            start = (end[0] + 1, end[1] + 1, end[2] + 1)
        return out


def _exchanged(base: Document, ours: Document, theirs: Document) -> bool:
    """Whether both put something else in the place of the same field: a volume's source, a probe's handler.

    Keeping both would make an object with two of what it can have one of.
    """
    gone = [key for key in base if key not in ours and key not in theirs]
    added, others = ours.keys() - base.keys(), theirs.keys() - base.keys()
    return bool(gone) and bool(added - others) and bool(others - added)


def _tokens(base: list[Any], side: list[Any], other: list[Any], by: Keys) -> dict[Hashable, int]:
    """What identifies each item of `side` in the merge, with its index: its index in base, or its name if it is new."""
    names = ids(side, by)
    bases = {index: at for at, index in pair(base, side, by, frozenset(ids(other, by))).items()}
    return {bases.get(index, names[index]): index for index in range(len(side))}


def _in_step(lead: Sequence[Any], follow: Sequence[Any]) -> list[Any]:
    """`lead`, with what only `follow` has put after what it follows there."""
    out = list(lead)
    at = 0
    for token in follow:
        if token in out:
            at = out.index(token) + 1
        else:
            out.insert(at, token)
            at += 1
    return out


def _moved(side: Sequence[Hashable], other: Sequence[Hashable]) -> bool:
    """Whether `side` has another order than base for the items of base (whose tokens are indexes) that both kept."""
    kept = [token for token in side if isinstance(token, int) and token in other]
    return kept != sorted(kept)
