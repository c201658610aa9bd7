"""Texts as lines: two edits of one text brought together, and line ends that an editor does not keep put back.

Bounded: what the texts have in common at head and tail is set aside first; long middles are compared by difflib's
quicker heuristic.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Literal

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_LONG = 2000


def split(text: str) -> list[str]:
    """The lines of a text with their ends (LF, CRLF or CR), which joined are the text."""
    return _LINE.findall(text)


def merge_lines(base: str, ours: str, theirs: str, *, prefer: Literal["ours", "theirs"] = "ours") -> str:
    """Both edits of `base` in one text, as diff3 does it by lines; where they meet, those of the preferred side."""
    if ours == base:
        return theirs
    if theirs in (base, ours):
        return ours
    a, b, c = split(base), split(ours), split(theirs)
    in_b, in_c = _matched(a, b), _matched(a, c)
    out: list[str] = []
    at_a = at_b = at_c = 0
    for line in [*(index for index in range(len(a)) if index in in_b and index in in_c), len(a)]:
        end_b, end_c = in_b.get(line, len(b)), in_c.get(line, len(c))
        out += _chosen(a[at_a:line], b[at_b:end_b], c[at_c:end_c], prefer)
        out += a[line : line + 1]
        at_a, at_b, at_c = line + 1, end_b + 1, end_c + 1
    return "".join(out)


def restore_ends(base: str, typed: str) -> str:
    """`typed`, whose lines all end in LF as browsers send them, with the line ends that its lines have in `base`.

    Lines that are new end as most of the lines of `base` do.
    """
    if "\r" not in base:
        return typed
    old = split(base)
    ends = [line[len(line.rstrip("\r\n")) :] for line in old]
    usual = max(("\n", "\r\n", "\r"), key=ends.count)
    new = split(typed)
    known = {
        there: here for here, there in _matched([_bare(line) for line in old], [_bare(line) for line in new]).items()
    }
    out = []
    for index, line in enumerate(new):
        end = (ends[known[index]] if index in known else usual) or usual
        out.append(_bare(line) + (end if line.endswith("\n") else ""))
    return "".join(out)


def _bare(line: str) -> str:
    return line.rstrip("\r\n")


def _chosen(base: list[str], ours: list[str], theirs: list[str], prefer: str) -> list[str]:
    if ours == base:
        return theirs
    if theirs == base:
        return ours
    return ours if prefer == "ours" else theirs


def _matched(old: list[str], new: list[str]) -> dict[int, int]:
    """The index in `new` of each line of `old` that stands there too, both in order."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    found = {index: index for index in range(head)}
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    matcher = SequenceMatcher(None, middle_old, middle_new, autojunk=max(len(middle_old), len(middle_new)) > _LONG)
    for block in matcher.get_matching_blocks():
        for step in range(block.size):
            found[head + block.a + step] = head + block.b + step
    for step in range(tail, 0, -1):
        found[len(old) - step] = len(new) - step
    return found
