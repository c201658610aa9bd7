"""Texts as lines: two edits of one text brought together, and line ends that an editor does not keep put back.

Bounded: what the texts have in common at head and tail is set aside first; long middles are compared by difflib's
quicker heuristic.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, TypeAlias

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_LONG = 2000

Side = Literal["ours", "theirs"]
Edit: TypeAlias = tuple[int, int, tuple[str, ...]]


@dataclass(frozen=True)
class Together:
    """Two edits of a text in one. `met` is whether both rewrote the same lines, so that one side's are left out."""

    text: str
    met: bool


def split(text: str) -> list[str]:
    """The lines of a text with their ends (LF, CRLF or CR), which joined are the text."""
    return _LINE.findall(text)


def merge_lines(base: str, ours: str, theirs: str, *, prefer: Side = "ours") -> Together:
    """Both edits of `base` in one text, by lines, as diff3 does. Lines that both put at one place stand one after the
    other; where both rewrote the same lines, those of the preferred side stand, and `met` says so."""
    if ours == base or theirs in (base, ours):
        return Together(theirs if ours == base else ours, False)
    lines = split(base)
    mine, other = _edits(lines, split(ours)), _edits(lines, split(theirs))
    first, second = (mine, other) if prefer == "ours" else (other, mine)
    # Edits of lines come before what is only put between lines, which may be a part of them.
    ranked = [*first, *(edit for edit in second if edit not in first)]
    ranked.sort(key=lambda edit: edit[0] == edit[1])
    chosen: list[Edit] = []
    met = False
    for edit in ranked:
        if any(_overlap(edit, one) for one in chosen):
            met = True
            if edit[0] == edit[1]:
                chosen.append(edit)  # behind the lines that were rewritten around it
        elif not any(_says(one, edit) for one in chosen):
            chosen.append(edit)
    out: list[str] = []
    at = 0
    # Of what is put at one place, ours comes first; an edit of lines comes after what was put before them.
    for start, end, new in sorted(chosen, key=lambda edit: (edit[0], edit[1], edit not in mine)):
        out += [*lines[at:start], *new]
        at = max(at, end)
    out += lines[at:]
    # What was the last line of one text, and so may have no end, is not the last any more.
    ended = [line if line.endswith(("\n", "\r")) else line + "\n" for line in out[:-1]]
    return Together("".join([*ended, *out[-1:]]), met)


def differing(one: str, other: str) -> int:
    """How many lines lie between the first and the last that differ, in the text with more of them."""
    a, b = split(one), split(other)
    head = _head(a, b)
    return max(len(a), len(b)) - head - _tail(a, b, head)


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


def _edits(old: list[str], new: list[str]) -> list[Edit]:
    """What makes `old` into `new`: lines first..last (not included) become others."""
    found: list[Edit] = []
    at_old = at_new = 0
    for here, there in [*_matched(old, new).items(), (len(old), len(new))]:
        if here > at_old or there > at_new:
            found.append((at_old, here, tuple(new[at_new:there])))
        at_old, at_new = here + 1, there + 1
    return found


def _overlap(one: Edit, other: Edit) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _says(one: Edit, put: Edit) -> bool:
    """Whether lines that are put at a place stand in another edit beside it already."""
    first, last, new = put
    if first != last or not new:
        return False
    return (one[1] == first and one[2][-len(new) :] == new) or (one[0] == first and one[2][: len(new)] == new)


def _matched(old: list[str], new: list[str]) -> dict[int, int]:
    """The index in `new` of each line of `old` that stands there too, both in order."""
    head = _head(old, new)
    tail = _tail(old, new, head)
    found = {index: index for index in range(head)}
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    matcher = SequenceMatcher(None, middle_old, middle_new, autojunk=max(len(middle_old), len(middle_new)) > _LONG)
    for block in matcher.get_matching_blocks():
        for step in range(block.size):
            found[head + block.a + step] = head + block.b + step
    for step in range(tail, 0, -1):
        found[len(old) - step] = len(new) - step
    return found


def _head(old: list[str], new: list[str]) -> int:
    """How many lines are the same from the start."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    return head


def _tail(old: list[str], new: list[str], head: int) -> int:
    """How many lines are the same from the end, those of the head apart."""
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return tail
