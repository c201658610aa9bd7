"""Where two presets change the same field of a pod, each otherwise: what stands then depends on their order. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from designer.manifests.match import DOCUMENT, MISSING, Place, ids, keys, same
from designer.manifests.types import Path
from patterns.parts import TOP
from patterns.podkey import pod_key
from patterns.seam import Seam


@dataclass(frozen=True)
class Clash:
    """A field that two presets change, each otherwise: where (`named`, by names), what is there, and what is wanted."""

    named: Path
    theirs: Any
    mine: Any


def clashes(mine: Seam, theirs: Seam) -> list[Clash]:
    """Where `mine`, woven upon `theirs`, changes what that has changed already."""
    before, after = (dict(_leaves(side, TOP)) for side in (mine.before, mine.after))
    there = dict(_leaves(theirs.after, TOP))
    touched = [path for path in there if path in before or path in after]
    return [
        Clash(path, there[path], after.get(path))
        for path in touched
        if path[-1:] not in (("name",), ("kind",), ("apiVersion",)) and not same(there[path], after.get(path, MISSING))
    ]


def _leaves(value: Any, place: Place, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """The plain values inside, by the path of keys and names that leads to them."""
    if isinstance(value, dict) and value:
        place = place.of(value)
        for key, inner in value.items():
            yield from _leaves(inner, place.key(key), (*path, key))
        return
    by = keys(place, value) if isinstance(value, list) and value else None
    if by is None:
        yield path, value
        return
    for name, item in zip(ids(value, by), value, strict=True):
        if by is DOCUMENT:
            named: Path = (pod_key(item),)
        else:
            named = tuple(str(part).strip('"') for part in name[:-1]) if isinstance(name, tuple) else (str(name),)
        yield from _leaves(item, place.item(), (*path, "/".join(map(str, named))))
