"""How many pairs of a text and an edit the laws of rewriting were held against, in this process."""

from __future__ import annotations

seen = 0


def count() -> None:
    global seen
    seen += 1
