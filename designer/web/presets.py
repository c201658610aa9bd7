"""The list of presets on the designer's left."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User

from designer.web.screen import ROLE_LETTERS
from patterns import catalogue, store
from patterns.preset import Preset


@dataclass(frozen=True)
class Shown:
    """A preset as the list shows it. `words` is what the search looks in."""

    id: str
    title: str
    summary: str
    role: str
    letter: str
    words: str
    own: bool


@dataclass(frozen=True)
class Group:
    title: str
    presets: list[Shown]


_TITLES = {
    "sidecar": "Sidecar",
    "ambassador": "Ambassador",
    "adapter": "Adapter",
    "init": "Init container",
    "application": "Application",
}


def groups(person: User) -> list[Group]:
    """The catalogue by pattern, then the person's own presets."""
    built_in = catalogue.presets().values()
    found = [
        Group(title, [_shown(preset, False) for preset in built_in if preset.pattern == pattern])
        for pattern, title in _TITLES.items()
    ]
    found.append(Group("Your presets", [_shown(preset, True) for preset in store.own(person).values()]))
    return [group for group in found if group.presets]


def _shown(preset: Preset, own: bool) -> Shown:
    images = " ".join(str(p.default) for p in preset.parameters if p.type == "image")
    words = f"{preset.name} {preset.title} {preset.summary} {preset.pattern} {' '.join(preset.tags)} {images}".lower()
    return Shown(
        preset.ref,
        preset.title or preset.name,
        preset.summary,
        preset.pattern,
        ROLE_LETTERS[preset.pattern],
        words,
        own,
    )
