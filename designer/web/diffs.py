"""Two texts side by side: which lines went, came and stayed, and which words of a line changed.

The time it takes is bounded for any two texts of the size the designer accepts: what is common at both ends goes
first, difflib sees only what is cheap for it, and the rest is split at the lines that occur once in both (Bram Cohen's
patience diff). Where there are none, a stretch counts as replaced.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

CONTEXT = 3  # unchanged lines shown around a change, as in git
_CHEAP = 60_000  # pairs of equal lines that difflib may look at
_DEEP = 30  # how often a stretch is split again
_BLOCK = 2_500  # pairs of lines, old by new, that are tried for likeness
_LIKE = 0.4  # how like two lines must be for their words to be compared
_WORDS = 40_000  # pairs of words of two lines that difflib may look at
_ALL_WORDS = 1_000_000  # and of all lines; what comes later is compared by its ends only
_CHUNK = 200  # rows of one stretch: a browser lays out many small grids faster than one large one

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"\w+|[^\S\n]+|[^\w]")

Part = tuple[str, bool]
Run = tuple[int, int, int]


@dataclass(frozen=True)
class Line:
    """A line of one of the texts. `parts` are its stretches, its line end included, each with whether it changed."""

    number: int
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        return "".join(part for part, _ in self.parts)

    @property
    def shown(self) -> list[Part]:
        """The parts as a page shows them: without the line feed, and with a sign for a carriage return."""
        return [(part.rstrip("\n").replace("\r", "␍"), changed) for part, changed in self.parts]

    @property
    def unended(self) -> bool:
        """Whether it is a last line without a line end."""
        return not self.text.endswith("\n")


@dataclass(frozen=True)
class Row:
    """A line of the old text beside the line of the new one that it became; None where there is none."""

    old: Line | None
    new: Line | None


@dataclass(frozen=True)
class Stretch:
    """Rows that are all the same on both sides, or all changed. A `folded` one is too far from a change to be shown."""

    rows: tuple[Row, ...]
    changed: bool = False
    folded: bool = False

    @property
    def ends(self) -> tuple[Row, Row]:
        return self.rows[0], self.rows[-1]


@dataclass(frozen=True)
class TextDiff:
    """Every line of both texts in order, with how many of the old went and how many of the new came."""

    stretches: tuple[Stretch, ...]
    removed: int
    added: int


def split(text: str) -> list[str]:
    """The lines of a text, each with its line end."""
    return _LINE.findall(text)


def compare(before: str, after: str) -> TextDiff:
    """The lines of two texts, matched. Lines end at a line feed only, as YAML's editors count them."""
    old, new = split(before), split(after)
    stretches: list[Stretch] = []
    mark = _Marker()
    i = j = removed = added = 0
    for a, b, size in [*matches(old, new), (len(old), len(new), 0)]:
        if a > i or b > j:
            rows = _changed(old[i:a], new[j:b], i, j, mark)
            stretches += stretched(rows, changed=True)
            removed, added = removed + a - i, added + b - j
        same = [unchanged(line, a + n, b + n) for n, line in enumerate(old[a : a + size], 1)]
        i, j = a + size, b + size
        # Nothing changed above the first of them, or below the last: there is nothing to show a context of.
        at_end = (i, j) == (len(old), len(new))
        stretches += _folded(same, CONTEXT if stretches else 0, 0 if at_end else CONTEXT)
    return TextDiff(tuple(stretches), removed, added)


def unchanged(line: str, old: int, new: int) -> Row:
    """A line that stands in both texts, at these numbers."""
    return Row(Line(old, ((line, False),)), Line(new, ((line, False),)))


def stretched(rows: Sequence[Row], *, changed: bool = False) -> list[Stretch]:
    """Rows of one kind as stretches that a browser lays out in no time."""
    return [Stretch(tuple(rows[n : n + _CHUNK]), changed) for n in range(0, len(rows), _CHUNK)]


def diff_lines(before: str, after: str) -> list[tuple[str, str]]:
    """(class, line) of each line of a unified diff, without the file names; [] where the texts are the same."""
    out: list[tuple[str, str]] = []
    for hunk in _hunks(compare(before, after)):
        rows = [row for stretch in hunk for row in stretch.rows]
        old, new = [row.old for row in rows if row.old], [row.new for row in rows if row.new]
        out.append(("at", f"@@ -{_range(old)} +{_range(new)} @@"))
        for stretch in hunk:
            if stretch.changed:
                out += [("del", "-" + row.old.text.rstrip("\n")) for row in stretch.rows if row.old]
                out += [("add", "+" + row.new.text.rstrip("\n")) for row in stretch.rows if row.new]
            else:
                out += [("", " " + row.new.text.rstrip("\n")) for row in stretch.rows if row.new]
    return out


def _hunks(text: TextDiff) -> Iterator[list[Stretch]]:
    hunk: list[Stretch] = []
    for stretch in text.stretches:
        if not stretch.folded:
            hunk.append(stretch)
        elif hunk:
            yield hunk
            hunk = []
    if any(stretch.changed for stretch in hunk):
        yield hunk


def _range(lines: list[Line]) -> str:
    return str(lines[0].number) if len(lines) == 1 else f"{lines[0].number if lines else 0},{len(lines)}"


def matches(old: Sequence[str], new: Sequence[str]) -> list[Run]:
    """(index in old, index in new, how many) of the runs of equal lines, in rising order of both."""
    found: list[Run] = []
    work = [(0, len(old), 0, len(new), 0)]
    while work:
        i, a, j, b, depth = work.pop()
        head = _common(old[i:a], new[j:b])
        found.append((i, j, head))
        i, j = i + head, j + head
        tail = _common(old[i:a][::-1], new[j:b][::-1])
        a, b = a - tail, b - tail
        found.append((a, b, tail))
        if i == a or j == b:
            continue
        here, there = Counter(old[i:a]), Counter(new[j:b])
        if sum(count * there[line] for line, count in here.items()) <= _CHEAP:
            blocks = SequenceMatcher(None, old[i:a], new[j:b], autojunk=False).get_matching_blocks()
            found += [(i + x, j + y, size) for x, y, size in blocks]
        elif depth < _DEEP and (anchors := _anchors(old, new, (i, a, j, b), here, there)):
            for (x, y), (u, v) in zip([(i, j), *anchors], [*anchors, (a, b)], strict=True):
                work.append((x, u, y, v, depth + 1))
        elif a - i == b - j:
            # Nothing tells these lines apart: a value that changed here and there is all that can be seen.
            found += [(i + n, j + n, 1) for n in range(a - i) if old[i + n] == new[j + n]]
    return _joined(found)


def _anchors(
    old: Sequence[str], new: Sequence[str], within: tuple[int, int, int, int], here: Counter[str], there: Counter[str]
) -> list[tuple[int, int]]:
    """The lines that stand once in both stretches, as many as keep their order. At each the stretch is split."""
    i, a, j, b = within
    at = {line: index for index, line in enumerate(new[j:b], j) if there[line] == 1}
    common = [(n, at[old[n]]) for n in range(i, a) if here[old[n]] == 1 and old[n] in at]
    stay = _rising([index for _, index in common])
    return [common[position] for position in stay]


def _rising(indexes: Sequence[int]) -> list[int]:
    """The positions of a longest rising run, in order (patience sorting: n log n)."""
    tops: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for position, index in enumerate(indexes):
        pile = bisect_left(tops, index)
        before.append(ends[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [index]
        ends[pile : pile + 1] = [position]
    out: list[int] = []
    at = ends[-1] if ends else -1
    while at >= 0:
        out.append(at)
        at = before[at]
    return out[::-1]


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """How many lines (or words) are the same from the start."""
    return next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))


def _joined(runs: list[Run]) -> list[Run]:
    out: list[Run] = []
    for i, j, size in sorted(run for run in runs if run[2]):
        if out and (out[-1][0] + out[-1][2], out[-1][1] + out[-1][2]) == (i, j):
            i, j, size = *out[-1][:2], out.pop()[2] + size
        out.append((i, j, size))
    return out


def _folded(rows: list[Row], head: int, tail: int) -> list[Stretch]:
    """Unchanged rows, folded between their first and last ones. A fold that would hide less than it takes is none."""
    end = len(rows) - tail
    if end - head <= 1:
        return [Stretch(tuple(rows))] if rows else []
    parts = [(rows[:head], False), (rows[head:end], True), (rows[end:], False)]
    return [Stretch(tuple(part), folded=folded) for part, folded in parts if part]


def _changed(old: list[str], new: list[str], i: int, j: int, mark: _Marker) -> list[Row]:
    """The rows of a stretch that was replaced, like lines beside each other. `i` and `j` lines stand above it."""
    rows = []
    for a, b in _beside(old, new):
        one = two = None
        if a is not None and b is not None:
            mine, theirs = mark(old[a], new[b])
            one, two = Line(i + a + 1, mine), Line(j + b + 1, theirs)
        elif a is not None:
            one = Line(i + a + 1, ((old[a], False),))
        elif b is not None:
            two = Line(j + b + 1, ((new[b], False),))
        rows.append(Row(one, two))
    return rows


def _beside(old: list[str], new: list[str]) -> list[tuple[int | None, int | None]]:
    """Which lines stand in one row: the pairs that are most alike in all, and what is between them in its order."""
    mates = _alike(old, new) if len(old) * len(new) <= _BLOCK else []
    out: list[tuple[int | None, int | None]] = []
    i = j = 0
    for a, b in [*mates, (len(old), len(new))]:
        out += zip_longest(range(i, a), range(j, b))
        if (a, b) != (len(old), len(new)):
            out.append((a, b))
        i, j = a + 1, b + 1
    return out


def _alike(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    one, two = [_features(line) for line in old], [_features(line) for line in new]
    likeness = [[_likeness(a, b) for b in two] for a in one]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for a in range(len(old) - 1, -1, -1):
        for b in range(len(new) - 1, -1, -1):
            like = likeness[a][b]
            taken = like + best[a + 1][b + 1] if like >= _LIKE else 0.0
            best[a][b] = max(best[a + 1][b], best[a][b + 1], taken)
    out = []
    a = b = 0
    while a < len(old) and b < len(new):
        if likeness[a][b] >= _LIKE and best[a][b] == likeness[a][b] + best[a + 1][b + 1]:
            out.append((a, b))
            a, b = a + 1, b + 1
        elif best[a][b] == best[a + 1][b]:
            a += 1
        else:
            b += 1
    return out


def _features(line: str) -> tuple[str, frozenset[str]]:
    """The key that a line of YAML sets, and its words."""
    key, colon, _ = line.partition(":")
    return (key.strip(" -") if colon else ""), frozenset(_WORD.findall(line))


def _likeness(one: tuple[str, frozenset[str]], two: tuple[str, frozenset[str]]) -> float:
    """How much of two lines is the same, 0 to 1, and half as much again where they set the same key."""
    words = len(one[1]) + len(two[1])
    shared = 2 * len(one[1] & two[1]) / words if words else 0.0
    return shared + (0.5 if one[0] and one[0] == two[0] else 0.0)


class _Marker:
    """Marks what differs between two lines, word by word, as long as there is time for it."""

    def __init__(self) -> None:
        self.left = _ALL_WORDS

    def __call__(self, old: str, new: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
        """Two lines as their parts. Nothing is marked where hardly anything is common."""
        if _likeness(_features(old), _features(new)) < _LIKE:
            return ((old, False),), ((new, False),)
        one, two = _TOKEN.findall(old), _TOKEN.findall(new)
        head = _common(one, two)
        tail = _common(one[head:][::-1], two[head:][::-1])
        a, b = one[head : len(one) - tail], two[head : len(two) - tail]
        blocks: list[Run] = []
        if len(a) * len(b) <= min(_WORDS, self.left):
            self.left -= len(a) * len(b)
            matcher = SequenceMatcher(None, a, b, autojunk=False)
            blocks = [(head + x, head + y, size) for x, y, size in matcher.get_matching_blocks()]
        runs = _joined([(0, 0, head), *blocks, (len(one) - tail, len(two) - tail, tail)])
        return _parts(one, [(x, size) for x, _, size in runs]), _parts(two, [(y, size) for _, y, size in runs])


def _parts(tokens: list[str], same: list[tuple[int, int]]) -> tuple[Part, ...]:
    out: list[Part] = []
    at = 0
    for start, size in [*same, (len(tokens), 0)]:
        for part, changed in (("".join(tokens[at:start]), True), ("".join(tokens[start : start + size]), False)):
            if part:
                out.append((part, changed))
        at = start + size
    return tuple(out)
