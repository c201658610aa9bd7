"""Edits of a text, and the slots that values stand in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from designer.manifests.yamltext.layout import LayoutError

# Replace text[start:end] by the string. Two edits never overlap; of several at one place the first comes first.
Edit = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a node stands: after a key's colon, after a dash, inside flow style, or as a whole document.

    `column` is that of the key or dash, `marker` the offset after the colon or dash, `context` see order.py.
    """

    kind: Literal["pair", "item", "flow", "root"]
    column: int
    marker: int
    context: str


def runs(indexes: set[int]) -> list[tuple[int, int]]:
    """The unbroken runs of indexes, first and last, in their order."""
    found: list[tuple[int, int]] = []
    for index in sorted(indexes):
        if found and found[-1][1] == index - 1:
            found[-1] = (found[-1][0], index)
        else:
            found.append((index, index))
    return found


def apply(text: str, edits: list[Edit], start: int = 0, end: int | None = None) -> str:
    """`text[start:end]` with its edits done. Raises LayoutError where two overlap or one leads out of it."""
    out: list[str] = []
    position = start
    stop = len(text) if end is None else end
    for begin, until, put in sorted(edits, key=lambda edit: (edit[0], edit[1] > edit[0])):
        if begin < position or until > stop:
            raise LayoutError
        out += (text[position:begin], put)
        position = until
    out.append(text[position:stop])
    return "".join(out)
