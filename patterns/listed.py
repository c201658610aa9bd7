"""What a preset that people made is listed and searched by, as columns of its row: no list reads its YAML again. Pure.

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
_WORDS, _TEXT, _TOLD = 6000, 240, 60
# What a preset suits is no answer to what it brings: these parts are told for the built-in ones only.
_UNTOLD = ("for image", "for port", "source")


class Columns(TypedDict):
    """`words` are all words that it is found by, lowered and stemmed, each between spaces; `images` and `asks` those of
    its images and of its parameters' names and titles, a line each; `told` the texts with the field that each is of."""

    summary: str
    words: str
    images: str
    asks: str
    told: list[tuple[str, str]]


def columns(made: Preset) -> Columns:
    """What a preset's row says of it, beside its name, title and pattern."""
    parts = [part for part in indexed(made).parts if part.field not in _UNTOLD]
    asks = [text for one in made.parameters for text in (one.name, one.title) if text]
    kept = [part for part in parts if part.field != "when"]  # before the one that may be long
    found = dict.fromkeys(chain.from_iterable(sorted(part.words) for part in kept))
    found |= dict.fromkeys(chain.from_iterable(sorted(words_of(text)) for text in asks))
    found |= dict.fromkeys(chain.from_iterable(sorted(part.words) for part in parts))
    return {
        "summary": made.summary[:300],
        "words": f" {_cut(found, ' ', _WORDS)} ",
        "images": _cut((part.text.lower() for part in parts if part.field == "image"), "\n", _WORDS),
        "asks": _cut((text.lower() for text in dict.fromkeys(asks)), "\n", _WORDS),
        "told": [(part.field, part.text[:_TEXT]) for part in parts[:_TOLD]],
    }


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
