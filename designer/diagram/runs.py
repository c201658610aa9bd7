"""The ways of lines between pods and the boxes beside them: through the inlets between layers, or over the top."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from designer.diagram.channel import TRACK
from designer.diagram.grouping import Key
from designer.diagram.model import Point, Rect

# ("reach", pod, place in its reaches) or ("front", companion, row).
RunKey = tuple[str, int, int]


@dataclass(frozen=True)
class Run:
    """A line from a pod, or from something in front, to a box. `layer` is where it starts (-1: in front of all)."""

    key: RunKey
    target: Key
    layer: int
    to: int

    @property
    def over_the_top(self) -> bool:
        return self.to != self.layer + 1


def route(
    runs: Sequence[Run],
    starts: Mapping[Hashable, tuple[Point, ...]],
    boxes: Mapping[Key, Rect],
    inlet_x: Mapping[int, int],
    street: Mapping[Hashable, int],
) -> Iterator[tuple[Run, tuple[Point, ...]]]:
    """The way of each run: out of its pod, through the inlets to its box. Those that left as one go on as one.

    `starts` are the ways as far as the inlet, by the runs' keys; `street` the heights of those that go over the top.
    """
    yield from _Routes(starts, boxes, inlet_x, street).all(runs)


def passing(runs: Sequence[Run]) -> dict[int, list[tuple[Run, str]]]:
    """The runs that pass each inlet: "all" of their way up or down is there, or only the part "up" or "down"."""
    inlets: dict[int, list[tuple[Run, str]]] = defaultdict(list)
    for run in runs:
        inlets[run.layer + 1].append((run, "up" if run.over_the_top else "all"))
        if run.over_the_top:
            inlets[run.to].append((run, "down"))
    return inlets


@dataclass
class _Routes:
    starts: Mapping[Hashable, tuple[Point, ...]]
    boxes: Mapping[Key, Rect]
    inlet_x: Mapping[int, int]
    street: Mapping[Hashable, int]

    def all(self, runs: Sequence[Run]) -> Iterator[tuple[Run, tuple[Point, ...]]]:
        # Pods of two layers may stand at one height: only what starts in one layer can leave as one.
        leaders: dict[tuple[Key, int, int], Run] = {}
        for run in runs:
            leaders.setdefault((run.target, run.layer, self._start(run)), run)
        leads = {run.key for run in leaders.values()}
        inlets = {inlet: [one for one in members if one[0].key in leads] for inlet, members in passing(runs).items()}
        ends = self._ends(inlets)
        lanes = self._lanes(inlets, ends)
        for run in runs:
            points = [*self.starts[run.key]]
            y = points[-1][1]
            leader = leaders[run.target, run.layer, y].key
            end = ends[leader]
            if run.over_the_top:
                first, last, street = lanes[leader, "up"], lanes[leader, "down"], self.street[leader]
                points += [(first, y), (first, street), (last, street), (last, end[1]), end]
            else:
                x = lanes[leader, "all"]
                # One that goes straight on passes its lane all the same: there it turns where its row ends (wrapping).
                points += [(x, y), end] if y == end[1] else [(x, y), (x, end[1]), end]
            yield run, tuple(points)

    def _start(self, run: Run) -> int:
        """The height at which a run leaves its pod, or what it starts at."""
        return self.starts[run.key][-1][1]

    def _lanes(
        self, inlets: Mapping[int, Sequence[tuple[Run, str]]], ends: Mapping[Hashable, Point]
    ) -> dict[tuple[Hashable, str], int]:
        """The x of each run in each inlet that it passes."""
        lanes: dict[tuple[Hashable, str], int] = {}
        for inlet, members in inlets.items():
            spans = {
                (run.key, part): (
                    self.street[run.key] if part == "down" else self._start(run),
                    self.street[run.key] if part == "up" else ends[run.key][1],
                )
                for run, part in members
            }
            # From the left: what goes up, the highest first, then what goes down, the lowest first.
            up = sorted((one for one in spans if spans[one][1] < spans[one][0]), key=lambda one: spans[one][0])
            down = sorted((one for one in spans if one not in up), key=lambda one: -spans[one][0])
            for nth, one in enumerate((*up, *down)):
                lanes[one] = self.inlet_x[inlet] + 8 + TRACK * nth
        return lanes

    def _ends(self, inlets: Mapping[int, Sequence[tuple[Run, str]]]) -> dict[Hashable, Point]:
        """Where on the left side of its box each line ends: straight on if it can, and beside no other line."""
        ends: dict[Hashable, Point] = {}
        for members in inlets.values():
            taken = [self._start(run) for run, part in members if part != "down"]
            coming = {run.key: self.street[run.key] if part == "down" else self._start(run) for run, part in members}
            arriving = [run for run, part in members if part != "up"]
            for target in dict.fromkeys(run.target for run in arriving):
                rect = self.boxes[target]
                own = sorted((run for run in arriving if run.target == target), key=lambda run: coming[run.key])
                low = rect.y + 14
                for nth, run in enumerate(own):
                    start = coming[run.key]
                    high = rect.bottom - 14 - 10 * (len(own) - 1 - nth)
                    mine = [at for at in taken if at != start or run.over_the_top]
                    y = clear_of(min(max(start, low), high), mine, 3, low, high)
                    taken.append(y)
                    ends[run.key] = (rect.x, y)
                    low = y + 8
        return ends


def clear_of(y: int, taken: Sequence[int], room: int = 2, low: int = -(10**9), high: int = 10**9) -> int:
    """The height nearest to `y`, within low and high, that keeps `room` from every height of `taken`."""
    for least in range(room, 1, -1):
        for off in range(64):
            for at in (y + off, y - off):
                if low <= at <= high and all(abs(at - other) >= least for other in taken):
                    return at
    return y
