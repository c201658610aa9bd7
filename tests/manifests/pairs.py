"""How many pairs of a text and an edit the laws of rewriting were held against, in this process."""

from __future__ import annotations

from hypothesis import settings

seen = 0


def count() -> None:
    global seen
    seen += 1


# A long run gives the laws of rewriting three times the examples of other properties: well over 100,000 pairs.
DEFAULT = settings().max_examples
many = settings(max_examples=DEFAULT * (3 if DEFAULT > 1000 else 1))
