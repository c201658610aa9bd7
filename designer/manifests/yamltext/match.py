"""Which item of a changed list was which item of the old one.

Items of Kubernetes' lists have an identity: a container its name, a mount its path. What has none, or lost it, is
matched where it is equal, and last by its place between matched neighbours, if it is still mostly the same.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from designer.manifests.types import get
from designer.manifests.yamltext.same import same

# The fields that tell one item from another, the surest first. They are the API's own merge keys and list map keys;
# a mount's `name` names its volume, so its path goes before.
_IDENTITIES = (
    "mountPath",
    "devicePath",
    "name",
    "containerPort",
    "port",
    "key",
    "topologyKey",
    "ip",
    "uid",
    "type",
    "path",
)


def match(old: Sequence[Any], new: Sequence[Any]) -> list[int | None]:
    """For each new item the index of the old one that it was, None for an item that is new. No index comes twice."""
    found, free = _match(old, new, _identity)
    _match_neighbours(old, new, free, found)
    return found


def match_documents(old: Sequence[Any], new: Sequence[Any]) -> list[int | None]:
    """As `match`, for documents: they are told apart by kind, namespace and name, and where their number is the same,
    by their place."""
    found, free = _match(old, new, _object_identity)
    if len(old) == len(new):
        for index in list(free):
            if found[index] is None:
                found[index] = index
                del free[index]
    _match_neighbours(old, new, free, found)
    return found


def _match(
    old: Sequence[Any], new: Sequence[Any], identity: Callable[[Any], Hashable]
) -> tuple[list[int | None], dict[int, None]]:
    """What is matched by identity or because it is equal, and the old indexes that are not."""
    found: list[int | None] = [None] * len(new)
    start = 0
    while start < min(len(old), len(new)) and same(old[start], new[start]):
        found[start] = start
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and same(old[-1 - end], new[-1 - end]):
        end += 1
        found[len(new) - end] = len(old) - end
    free = dict.fromkeys(range(start, len(old) - end))
    _match_by(identity, old, new, free, found)
    # What has no identity is matched where it is equal.
    _match_by(lambda value: _token(value) if identity(value) is None else None, old, new, free, found)
    return found, free


def _match_by(
    key: Callable[[Any], Hashable],
    old: Sequence[Any],
    new: Sequence[Any],
    free: dict[int, None],
    found: list[int | None],
) -> None:
    places: defaultdict[Hashable, deque[int]] = defaultdict(deque)
    for index in free:
        if (of := key(old[index])) is not None:
            places[of].append(index)
    for index, value in enumerate(new):
        if found[index] is None and places and (of := key(value)) is not None and places.get(of):
            found[index] = places[of].popleft()
            del free[found[index]]  # type: ignore[arg-type]


def _token(value: Any) -> Hashable:
    return json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else (type(value).__name__, value)


def _identity(value: Any) -> Hashable:
    if isinstance(value, dict):
        for field in _IDENTITIES:
            of = value.get(field)
            if isinstance(of, str | int):
                return field, of, value.get("protocol", "TCP") if field in ("containerPort", "port") else ""
        return _object_identity(value)
    return None


def _object_identity(value: Any) -> Hashable:
    name = get(value, ("metadata", "name"))
    if not isinstance(value, dict) or not isinstance(name, str):
        return None
    return str(value.get("kind")), str(get(value, ("metadata", "namespace"))), name


def _match_neighbours(old: Sequence[Any], new: Sequence[Any], free: dict[int, None], found: list[int | None]) -> None:
    """An unmatched item that follows a matched one, both before and now, is that item changed if it is much alike."""
    before = -1
    for index, value in enumerate(new):
        if found[index] is None and before + 1 in free and alike(old[before + 1], value):
            found[index] = before + 1
            del free[before + 1]
        if found[index] is not None:
            before = found[index]  # type: ignore[assignment]


def alike(old: Any, new: Any) -> bool:
    """Whether two values without a common identity are one value, changed: half of its fields, at least, are equal."""
    if isinstance(old, dict) and isinstance(new, dict):
        equal = sum(key in new and same(value, new[key]) for key, value in old.items())
        if not old or not new:
            return True
        if len(old) == len(new) == 1:
            return old.keys() == new.keys() or same([*old.values()], [*new.values()])
        return 2 * equal >= max(len(old), len(new))
    return isinstance(old, list) == isinstance(new, list) and isinstance(old, dict) == isinstance(new, dict)


def staying(places: Sequence[int | None]) -> set[int]:
    """The old indexes that can stay where they are while the others move: a longest increasing run of `places`."""
    tails: list[int] = []
    tops: list[int] = []
    before: dict[int, int] = {}
    for place in places:
        if place is None:
            continue
        at = bisect_left(tails, place)
        tails[at : at + 1] = [place]
        tops[at : at + 1] = [place]
        if at:
            before[place] = tops[at - 1]
    chain: set[int] = set()
    current = tops[-1] if tops else None
    while current is not None:
        chain.add(current)
        current = before.get(current)
    return chain
