"""Parts of documents: where two differ, and what one says of what another says too. Pure.

Named things (containers, variables, mounts) keep their names in a part; lists without names stand in it whole.
"""

from __future__ import annotations

from typing import Any

from designer.manifests.match import MISSING, Keys, Place, ids, keys, same
from designer.manifests.schema import schema
from designer.manifests.types import Document, Path, get

# Where a list of documents stands in the schema.
TOP = Place(schema())


def differing(old: Any, new: Any, place: Place) -> tuple[Any, Any]:
    """What of each differs from the other; MISSING twice where nothing does."""
    if same(old, new):
        return MISSING, MISSING
    if isinstance(old, dict) and isinstance(new, dict):
        place = place.of(old, new)
        one: Document = {}
        two: Document = {}
        for key in {**old, **new}:
            a, b = differing(old.get(key, MISSING), new.get(key, MISSING), place.key(key))
            if a is not MISSING:
                one[key] = a
            if b is not MISSING:
                two[key] = b
        return one, two
    if isinstance(old, list) and isinstance(new, list):
        by = keys(place, old, new)
        if by is not None:
            return _list_parts(old, new, by, place)
    return old, new


def _list_parts(old: list[Any], new: list[Any], by: Keys, place: Place) -> tuple[Any, Any]:
    left, right = dict(zip(ids(old, by), old, strict=True)), dict(zip(ids(new, by), new, strict=True))
    one, two = [], []
    for name in {**left, **right}:
        was, now = left.get(name, MISSING), right.get(name, MISSING)
        a, b = differing(was, now, place.item())
        if a is not MISSING:
            one.append(_with_names(a, was, by))
        if b is not MISSING:
            two.append(_with_names(b, now, by))
    return one, two


def _with_names(part: Any, whole: Any, by: Keys) -> Any:
    """A part of an item with the fields that name it, in front."""
    if not isinstance(part, dict) or not by:
        return part
    out: Document = {}
    for path in by:
        value = get(whole, path)
        if value is not None:
            put(out, path, value)
    return _over(out, part)


def _over(under: Document, over: Document) -> Document:
    out = dict(under)
    for key, value in over.items():
        here = out.get(key)
        out[key] = _over(here, value) if isinstance(here, dict) and isinstance(value, dict) else value
    return out


def put(data: Document, path: Path, value: Any) -> None:
    for key in path[:-1]:
        data = data.setdefault(str(key), {})
    data[str(path[-1])] = value


def within(value: Any, a: Any, b: Any, place: Place) -> Any:
    """`value` with only what also stands in `a` or in `b`."""
    if isinstance(value, dict):
        one, two = (side if isinstance(side, dict) else {} for side in (a, b))
        place = place.of(value)
        return {
            key: within(inner, one.get(key), two.get(key), place.key(key))
            for key, inner in value.items()
            if key in one or key in two
        }
    if isinstance(value, list):
        sides = [side if isinstance(side, list) else [] for side in (a, b)]
        by = keys(place, value, *sides)
        if by is None:
            return value
        one, two = (dict(zip(ids(side, by), side, strict=True)) for side in sides)
        return [
            within(item, one.get(name), two.get(name), place.item())
            for name, item in zip(ids(value, by), value, strict=True)
            if name in one or name in two
        ]
    return value
