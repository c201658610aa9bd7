"""What somebody typed to find a preset: words, and qualifiers that each look in one place. Pure.

    redis metrics image:nginx parameter:PORT pattern:sidecar team:payments team:"Web shop"

All of it has to hold. A word with a colon that is no qualifier ("localhost:9121") is a plain word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from patterns.finding import Indexed

QUALIFIERS = ("image", "parameter", "pattern", "team")
_ONE = re.compile(rf'(?:(?P<kind>{"|".join(QUALIFIERS)}):(?:"(?P<quoted>[^"]*)"?|(?P<plain>\S*)))|(?P<word>\S+)', re.I)
_MOST = 8  # qualifiers that are looked at

Reason = tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Query:
    """`words` are the plain ones, the rest the values of each qualifier, lowered."""

    words: str = ""
    image: tuple[str, ...] = ()
    parameter: tuple[str, ...] = ()
    pattern: tuple[str, ...] = ()
    team: tuple[str, ...] = ()
    asked: bool = field(default=False)

    @property
    def qualified(self) -> bool:
        return bool(self.image or self.parameter or self.pattern or self.team)


def parse(text: str) -> Query:
    """A query read. A qualifier without a value is not there yet."""
    words: list[str] = []
    values: dict[str, list[str]] = {kind: [] for kind in QUALIFIERS}
    for found in _ONE.finditer(text):
        if found["word"]:
            words.append(found["word"])
        elif (value := (found["quoted"] or found["plain"] or "").strip().lower()) and sum(
            map(len, values.values())
        ) < _MOST:
            values[found["kind"].lower()].append(value)
    held = {kind: tuple(each) for kind, each in values.items()}
    return Query(" ".join(words), **held, asked=bool(words or any(held.values())))


def holds(query: Query, one: Indexed) -> bool:
    """Whether a built-in preset is what the qualifiers say. It is no team's."""
    images = [part.text.lower() for part in one.parts if part.field == "image"]
    asks = [f"{each.name}\n{each.title}".lower() for each in one.preset.parameters]
    return (
        not query.team
        and all(any(value in image for image in images) for value in query.image)
        and all(any(value in each for each in asks) for value in query.parameter)
        and all(one.preset.pattern.startswith(value) for value in query.pattern)
    )


def reason(query: Query, told: Iterable[Iterable[str]]) -> Reason:
    """Where the qualifiers were found, as a search tells it (finding.py), in a preset with these texts, each with the
    field that it is of."""
    texts = [(field, text) for field, text in told]
    out: list[tuple[str, bool]] = []
    for said, values in (("image", query.image), ("asks for", query.parameter)):
        for value in values:
            # A parameter's help stands after its name and is not what was asked for.
            named = (text.partition(": ")[0] for field, text in texts if field == said)
            text = next((each for each in named if value in each.lower()), "")
            at = text.lower().find(value)
            if at >= 0:
                end = at + len(value)
                out += [(f"{' · ' if out else ''}{said} ", False), (text[:at], False), (text[at:end], True)]
                out.append((text[end:], False))
    return tuple(pair for pair in out if pair[0])
