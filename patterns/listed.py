"""What a preset that people made is listed and searched by, repeated beside its YAML, which no list reads again. Pure.

There may be ten thousand of them, in hundreds of teams. So the database finds those that have what was typed, and only
what a page shows is taken apart to say where it was found (finding.py), as every built-in preset is.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import chain
from typing import Any, TypedDict

from patterns.finding import Indexed, Part, indexed, words_of
from patterns.preset import Preset

# Bounds of what a row repeats, in characters; of `told` in items.
_WORDS, _TEXT, _TOLD = 2000, 240, 60
# What a preset suits, and what is said at length, is told; it is found by the rest.
_UNSOUGHT = ("for image", "for port", "source", "when", "asks for")
_UNTOLD = _UNSOUGHT[:3]


class Words(TypedDict):
    """The columns of PresetWords (models.py)."""

    heading: str
    words: str
    images: str
    asks: str


def words(made: Preset, apart: Indexed | None = None) -> Words:
    """What a preset is searched by. `apart` is the preset taken apart, where it is at hand."""
    parts = (apart or indexed(made)).parts
    asks = [text.lower() for one in made.parameters for text in (one.name, one.title) if text]
    found = chain.from_iterable(sorted(part.words) for part in parts if part.field not in _UNSOUGHT)
    asked = chain.from_iterable(sorted(words_of(text)) for text in asks)
    return {
        "heading": f"{made.title} {made.name}".lower(),
        "words": f" {_cut(dict.fromkeys([*found, *asked]), ' ', _WORDS)} ",
        "images": _cut((part.text.lower() for part in parts if part.field == "image"), "\n", _WORDS),
        "asks": _cut(dict.fromkeys(asks), "\n", _WORDS),
    }


def told(made: Preset, apart: Indexed | None = None) -> list[tuple[str, str]]:
    """The texts of a preset in which a search says that it found something, each with the field that it is of. `apart`
    as for `words`."""
    parts = [part for part in (apart or indexed(made)).parts if part.field not in _UNTOLD]
    return [(part.field, part.text[:_TEXT]) for part in parts[:_TOLD]]


def taken_apart(preset: Preset, told: Iterable[Iterable[str]]) -> Indexed:
    """A preset as a search takes it, from the `told` of its columns."""
    parts = tuple(_part(field, text) for field, text in told) or (_part("title", preset.title or preset.name),)
    return Indexed(preset, parts, frozenset(chain.from_iterable(part.words for part in parts)))


def tags(told: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """The preset's tags, from the `told` of its columns."""
    return tuple(text for field, text in told if field == "tag")


@lru_cache(maxsize=16384)
def _part(field: str, text: str) -> Part:
    return Part(field, text, frozenset(words_of(text)))


def _cut(items: Iterable[str], between: str, most: int) -> str:
    """As many of the items as fit."""
    kept: list[Any] = []
    room = most
    for item in items:
        room -= len(item) + len(between)
        if room < 0:
            break
        kept.append(item)
    return between.join(kept)
