"""Two texts as the lines of a unified diff."""

from __future__ import annotations

import difflib

_CLASSES = {"+": "add", "-": "del", "@": "at"}


def diff_lines(before: str, after: str) -> list[tuple[str, str]]:
    """(class, line) of each line, without the file names; [] where the texts are the same."""
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), n=3, lineterm=""))[2:]
    return [(_CLASSES.get(line[:1], ""), line) for line in lines]
