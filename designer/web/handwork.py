"""What somebody changed by hand in what a preset wove, and what became of it when the preset was taken off."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

from designer.manifests.diff import Change, diff
from designer.manifests.match import same
from designer.manifests.merge import Conflict
from designer.manifests.pod import TEMPLATE_PATHS
from designer.manifests.types import Documents, get
from designer.web.placewords import named_path, place_words

_TOLD = 4
_PODS = tuple(f"{kind} " for kind in TEMPLATE_PATHS)


@dataclass(frozen=True)
class Handwork:
    """Places in words: edits that `went` with the preset, edits that `stayed`, and what is `used` elsewhere."""

    went: list[str]
    stayed: list[str]
    used: list[str]


def handwork(before: Documents, conflicts: list[Conflict], after: Documents) -> Handwork:
    """What the conflicts of taking a preset off the documents `before`, which gave those `after`, say to a person. No
    value is told: it may be a Secret's."""
    taken = [one for one in diff(before, after) if one.op in ("remove", "replace")]
    went, stayed, used = list[str](), list[str](), list[str]()
    for conflict in conflicts:
        if same(conflict.base, conflict.ours):
            used.append(_words(named_path(before, conflict.path), conflict.ours))
        for edit in _edits(before, conflict):
            gone = any(one.named == edit.named[: len(one.named)] for one in taken)
            (went if gone else stayed).append(_words(edit.named, edit.old if edit.new is None else edit.new))
    return Handwork(*(list(dict.fromkeys(places)) for places in (went, stayed, used)))


def told(places: list[str]) -> str:
    """Places as one part of a sentence: "a", "a and b", "a, b and 3 more"."""
    shown = places if len(places) <= _TOLD else [*places[: _TOLD - 1], f"{len(places) - _TOLD + 1} more"]
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]])) if shown else ""


def _edits(before: Documents, conflict: Conflict) -> list[Change]:
    """What the hand changed at a place: from what was woven there to what stands."""
    if conflict.base is None or conflict.ours is None or not conflict.path:
        named = named_path(before, conflict.path)
        return (
            []
            if same(conflict.base, conflict.ours)
            else [Change("replace", conflict.path, conflict.base, conflict.ours, named)]
        )
    woven = deepcopy(before)
    get(woven, conflict.path[:-1])[conflict.path[-1]] = conflict.base
    return diff(woven, before)


def _words(named: tuple[str | int, ...], value: object) -> str:
    what, where = place_words(named, value)
    if not where:
        return what
    return where if what.startswith(_PODS) else f"{what}, {where}"
