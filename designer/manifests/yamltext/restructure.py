"""Entries of a block collection put in and taken out, with the blank lines that set them apart."""

from __future__ import annotations

import re
from itertools import pairwise

from designer.manifests.yamltext import layout
from designer.manifests.yamltext.edits import Edit, runs
from designer.manifests.yamltext.layout import Entry

_KEEPS = re.compile(r"[|>][0-9]?\+")
_BLANK_LINES = re.compile(r"(?:[ \t]*\r?\n)*")
_BLANK_LINE = re.compile(r"[ \t]*\r?\n")


def restructure(
    text: str, eol: str, found: list[Entry], gone: set[int], inserts: dict[int, list[list[str]]], at_column: int
) -> list[Edit]:
    """The edits that take out the entries `gone` and put in others after the given ones (-1: before the first).

    An insert is a list of entries, each a list of lines. At least one entry must stay.
    """
    gaps = [layout.blank(text, one.tail, two.lead) for one, two in pairwise(found)]
    apart = bool(found[1:]) and all(_BLANK_LINE.match(text, one.tail, two.lead) for one, two in pairwise(found))
    # A block that keeps its last empty lines (|+) would take in one that sets an entry apart.
    separator = [""] if apart and not _KEEPS.search(text, found[0].start, found[-1].end) else []
    first = next(index for index in range(len(found)) if index not in gone)
    edits: list[Edit] = []
    for start, end in runs(gone):
        if not found[start].inline:
            edits += _taken_out(text, found, gaps, start, end)
    head: list[str] = []
    for after, blocks in inserts.items():
        if after < 0:
            for lines in blocks:
                head += [*lines, *separator]
        else:
            lines = [line for block in blocks for line in [*separator, *block]]
            edits.append((found[after].tail, found[after].tail, "".join(line + eol for line in lines)))
    if found[0].inline and (first > 0 or head):
        # The first line goes on after the dash: with what is put in first, or with what comes next.
        start = stop = found[0].start
        if first > 0:
            stop = found[first - 1].tail
            stop += len(text[stop : found[first].start]) - len(text[stop : found[first].start].lstrip())
        put = "".join(line + eol for line in head)[at_column:] + " " * at_column if head else ""
        edits.append((start, stop, put))
    elif head:
        at = found[first].lead
        edits.append((at, at, "".join(line + eol for line in head)))
    return edits


def _taken_out(text: str, found: list[Entry], gaps: list[bool], start: int, end: int) -> list[Edit]:
    """The edits for a run of entries: their lines, the blank ones between them, and those on one side."""
    edits = [(found[i].lead, found[i].tail, "") for i in range(start, end + 1)]
    edits += [(found[i].tail, found[i + 1].lead, "") for i in range(start, end) if gaps[i]]
    is_last = end == len(found) - 1
    if start and gaps[start - 1] and (is_last or _BLANK_LINE.match(text, found[end].tail, found[end + 1].lead)):
        edits.append((found[start - 1].tail, found[start].lead, ""))
    elif start == 0 and not is_last:
        # The next one, or a comment that stands alone, follows the key directly then.
        blank = _BLANK_LINES.match(text, found[end].tail, found[end + 1].lead)
        if blank and blank.end() > found[end].tail:
            edits.append((found[end].tail, blank.end(), ""))
    return edits
