"""The channel between two lanes: lines come in from above at given places and leave below at given places.

Two ways to route them, both with verticals at distinct x and labels that no line crosses:

- `plain`: each line turns once onto a row of its own height and goes straight to its end. Calm, for a few lines. Which
  rows are possible is a question of order: a line that comes down through another's label must have turned before it,
  one that goes down through it must turn after. There may be no such order; then the answer is None.
- `stairs`: each line turns right on its column's staircase (the rightmost first), down through the gap beside the
  column, and along a track that it shares with the other lines of its group. Always possible.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from designer.diagram.model import Point

ROW = 20
TRACK = 8
MOST_ROWS = 9
MOST_WIRES = 60
_AIR = 8
LABEL_GAP = 5


@dataclass(frozen=True)
class Wire:
    """A line through the channel. `top` is where it comes in, `label` its label's width (0: none), right of the line.

    `bottom` is where it leaves (None: it ends in nothing). For stairs: `column` and `riser`, the x of its way down
    beside the column (None for a line that comes down in a gap already, or can go straight on as no label stands left
    of it), and `group`, whose lines share a track.
    """

    top: int
    label: int
    bottom: int | None
    column: int = 0
    riser: int | None = None
    group: Hashable = None

    @property
    def label_span(self) -> tuple[int, int]:
        return self.top + LABEL_GAP, self.top + LABEL_GAP + self.label

    @property
    def span(self) -> tuple[int, int]:
        ends = [self.top, self.top if self.bottom is None else self.bottom]
        if self.label:
            ends.append(self.label_span[1])
        return min(ends), max(ends)


@dataclass(frozen=True)
class Routed:
    """`lines[i]` are the turns of wire i inside the channel, its ends left out; `labels[i]` its label's baseline.

    `height` is how tall the channel must be; `dots[i]` where a line joins one of its group.
    """

    height: int
    lines: tuple[tuple[Point, ...], ...]
    labels: tuple[int, ...]
    dots: tuple[tuple[Point, ...], ...]


def pack(spans: Sequence[tuple[int, int]], air: int = _AIR, order: Sequence[int] | None = None) -> list[int]:
    """A track for each span, so that spans on one track keep `air` between them; `order` says which choose first.

    Without an order the leftmost chooses first, which takes the fewest tracks.
    """
    taken: list[list[tuple[int, int]]] = []
    tracks = [0] * len(spans)
    for place in sorted(range(len(spans)), key=lambda i: (spans[i], i)) if order is None else order:
        low, high = spans[place]
        track = 0
        while track < len(taken) and any(low < end + air and start < high + air for start, end in taken[track]):
            track += 1
        if track == len(taken):
            taken.append([])
        taken[track].append((low, high))
        tracks[place] = track
    return tracks


def in_order(spans: Sequence[tuple[int, int]], order: Sequence[int], air: int = _AIR) -> list[int]:
    """A track for each span: of two that would meet, the one that is later in `order` is farther down."""
    tracks = [0] * len(spans)
    done: list[int] = []
    for one in order:
        low, high = spans[one]
        meets = [tracks[n] for n in done if low < spans[n][1] + air and spans[n][0] < high + air]
        tracks[one] = 1 + max(meets, default=-1)
        done.append(one)
    return tracks


def few_crossings(order: Sequence[int], crossings: Callable[[int, int], int]) -> list[int]:
    """An order from the upper track down, neighbours changed as long as that saves crossings.

    `crossings(a, b)` is how often lines cross with a above b.
    """
    found = list(order)
    for _ in range(len(found)):
        changed = False
        for n in range(len(found) - 1):
            one, other = found[n], found[n + 1]
            if crossings(other, one) < crossings(one, other):
                found[n], found[n + 1] = other, one
                changed = True
        if not changed:
            break
    return found


def _turning(down: int, bottom: int | None) -> tuple[int, int]:
    """Sorts lines so that few cross: those that go left turn from the left on, those that go right from the right."""
    if bottom is None or bottom == down:
        return 2, down
    return (0, down) if bottom < down else (1, -down)


def plain(wires: Sequence[Wire], y: int) -> Routed | None:
    """The wires in one turn each below `y`; None if there is no order for the rows, or they are too many to read."""
    if len(wires) > MOST_WIRES:
        return None
    rows = _rows(wires)
    if rows is None or max(rows, default=0) >= MOST_ROWS:
        return None
    lines: list[tuple[Point, ...]] = []
    for wire, row in zip(wires, rows, strict=True):
        at = y + ROW + row * ROW
        if wire.bottom is None:
            lines.append(((wire.top, at),))
        elif wire.bottom == wire.top:
            lines.append(())
        else:
            lines.append(((wire.top, at), (wire.bottom, at)))
    height = ROW * (max(rows) + 1) if rows else 0
    return Routed(height, tuple(lines), tuple(y + ROW + row * ROW - 4 for row in rows), ((),) * len(wires))


def _rows(wires: Sequence[Wire]) -> list[int] | None:
    """The row of each wire by the order that the labels ask for; None where they ask for a circle."""
    after: list[set[int]] = [set() for _ in wires]
    for m, labelled in enumerate(wires):
        if not labelled.label:
            continue
        low, high = labelled.label_span
        for n, wire in enumerate(wires):
            if n == m:
                continue
            if low - LABEL_GAP < wire.top <= high + LABEL_GAP:
                after[n].add(m)
            if wire.bottom is not None and low - LABEL_GAP < wire.bottom <= high + LABEL_GAP:
                after[m].add(n)
    waiting = [0] * len(wires)
    for followers in after:
        for n in followers:
            waiting[n] += 1
    ready = [(_turning(wires[n].top, wires[n].bottom), n) for n, count in enumerate(waiting) if not count]
    heapify(ready)
    rows = [0] * len(wires)
    least = [0] * len(wires)
    taken: list[list[Wire]] = []
    placed = 0
    while ready:
        _, n = heappop(ready)
        row = least[n]
        while row < len(taken) and any(_in_the_way(wires[n], other) for other in taken[row]):
            row += 1
        while len(taken) <= row:
            taken.append([])
        taken[row].append(wires[n])
        rows[n] = row
        placed += 1
        for m in sorted(after[n]):
            least[m] = max(least[m], row + 1)
            waiting[m] -= 1
            if not waiting[m]:
                heappush(ready, (_turning(wires[m].top, wires[m].bottom), m))
    return rows if placed == len(wires) else None


def _in_the_way(a: Wire, b: Wire) -> bool:
    """Whether two wires cannot be on one row. Those that lead to one end share it if their labels keep apart."""
    (low, high), (start, end) = a.span, b.span
    if a.group is not None and a.group == b.group and a.bottom == b.bottom:
        (low, high), (start, end) = (a.top, a.label_span[1]), (b.top, b.label_span[1])
    return low < end + _AIR and start < high + _AIR


def stairs(wires: Sequence[Wire], y: int) -> Routed:
    """The wires by their columns' staircases below `y` and one track for each group."""
    steps = [0] * len(wires)
    seen: dict[int, int] = {}
    for n in sorted(range(len(wires)), key=lambda i: (-wires[i].top, i)):
        if wires[n].label:
            steps[n] = seen.get(wires[n].column, 0)
            seen[wires[n].column] = steps[n] + 1
    tracks_from = y + ROW * max(seen.values(), default=0) + TRACK
    groups: dict[Hashable, list[int]] = {}
    for n, wire in enumerate(wires):
        if wire.bottom is not None and wire.bottom != _down(wire):
            groups.setdefault(wire.group, []).append(n)
    spans, turns_at = [], []
    for members in groups.values():
        ends = [x for n in members for x in (_down(wires[n]), wires[n].bottom) if x is not None]
        spans.append((min(ends), max(ends)))
        turns_at.append(_turning(_down(wires[members[0]]), wires[members[0]].bottom))
    order = sorted(range(len(spans)), key=lambda g: (turns_at[g], g))
    downs = [[_down(wires[n]) for n in members] for members in groups.values()]
    bottoms = [wires[members[0]].bottom or 0 for members in groups.values()]

    def crossings(above: int, below: int) -> int:
        (low, high), (start, end) = spans[above], spans[below]
        return sum(low < x < high for x in downs[below]) + (start < bottoms[above] < end)

    tracks = dict(zip(groups, in_order(spans, few_crossings(order, crossings)), strict=True))
    lines: list[tuple[Point, ...]] = []
    dots: list[tuple[Point, ...]] = []
    for n, wire in enumerate(wires):
        at = y + ROW + steps[n] * ROW
        turns: list[Point] = [(wire.top, at)] if wire.label and not _straight(wire) else []
        joins: tuple[Point, ...] = ()
        x = _down(wire)
        if wire.bottom is not None and wire.riser is not None:
            turns.append((x, at))
        if wire.bottom is not None and wire.bottom != x:
            track = tracks_from + tracks[wire.group] * TRACK
            turns += [(x, track), (wire.bottom, track)]
            if len(groups[wire.group]) > 1:
                joins = ((x, track),)
        lines.append(tuple(turns))
        dots.append(joins)
    height = tracks_from - y + TRACK * (max(tracks.values(), default=-1) + 1)
    return Routed(height, tuple(lines), tuple(y + ROW + step * ROW - 4 for step in steps), tuple(dots))


def _straight(wire: Wire) -> bool:
    return wire.riser is None and wire.bottom == wire.top


def _down(wire: Wire) -> int:
    return wire.top if wire.riser is None else wire.riser
