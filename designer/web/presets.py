"""The list of presets on the designer's left: the built-in ones, and the first of each space's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.contrib.auth.models import User

from designer.designs.models import Design
from designer.designs.spaces import Space, spaces
from designer.web.access import Role
from designer.web.screen import ROLE_LETTERS
from patterns import catalogue, shelves
from patterns.preset import Preset

_SPACES = 6  # whose presets are listed; the search finds the others'
_OF_EACH = 12


@dataclass(frozen=True)
class Shown:
    """A preset as the list shows it. `words` is what narrows the list while the search is on its way."""

    id: str
    title: str
    summary: str
    role: str
    letter: str
    words: str
    editable: bool = False
    deletable: bool = False


@dataclass(frozen=True)
class Group:
    """`key` is what addresses call the space that it is of, "" for the built-in ones; it has `total` presets."""

    title: str
    presets: list[Shown]
    key: str = ""
    total: int = 0

    @property
    def more(self) -> bool:
        return self.total > len(self.presets)


_TITLES = {
    "sidecar": "Sidecar",
    "ambassador": "Ambassador",
    "adapter": "Adapter",
    "init": "Init container",
    "application": "Application",
}


def groups(person: User, design: Design | None = None) -> list[Group]:
    """The catalogue by pattern, then the most used presets of the person's spaces: that of the design, their own, and
    those of their teams. Three queries, two in local mode."""
    mine = [Space(person, None, Role.OWNER)] if settings.LOCAL_MODE else spaces(person)
    here = design.team_id if design else None
    mine.sort(key=lambda one: 1 if one.team is None else 0 if one.team.pk == here else 2)
    mine = mine[:_SPACES]
    found = shelves.firsts(person, [one.team for one in mine if one.team], _OF_EACH)
    made = [
        Group(
            f"{one.name}’s presets" if one.team else "Your presets",
            [
                _shown(shelves.light(row), one.role >= Role.EDITOR and not row.read_only, one.role == Role.OWNER)
                for row in rows
            ],
            one.key,
            total,
        )
        for one in mine
        for rows, total in [found.get(one.team.pk if one.team else None, ([], 0))]
    ]
    return [*_built_in(), *(group for group in made if group.presets)]


@cache
def _built_in() -> tuple[Group, ...]:
    ours = catalogue.presets().values()
    found = (
        Group(title, [_shown(preset) for preset in ours if preset.pattern == pattern])
        for pattern, title in _TITLES.items()
    )
    return tuple(group for group in found if group.presets)


def _shown(preset: Preset, editable: bool = False, deletable: bool = False) -> Shown:
    images = " ".join(str(p.default) for p in preset.parameters if p.type == "image")
    words = f"{preset.name} {preset.title} {preset.summary} {preset.pattern} {' '.join(preset.tags)} {images}".lower()
    return Shown(
        preset.ref,
        preset.title or preset.name,
        preset.summary,
        preset.pattern,
        ROLE_LETTERS[preset.pattern],
        words,
        editable,
        deletable,
    )
