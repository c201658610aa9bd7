"""Where everything in a pod stands, row by row from the top, before anything is drawn."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from designer.diagram import mount_lines, network, volumes
from designer.diagram.cells import SMALL, STEP_OUT, Cell, cell
from designer.diagram.channel import LABEL_GAP, TRACK, Routed, Wire, pack, plain, stairs
from designer.diagram.columns import LINE, Columns, arrange, riser_x
from designer.diagram.facts import ContainerFact, PodFacts
from designer.diagram.measure import width
from designer.diagram.model import Text
from designer.diagram.mount_lines import Here, Line, VolumeLane
from designer.diagram.network import BandRow, CallWay
from designer.diagram.rows import split, volume_rows

# Low in a pod of several rows, so that more of it can be seen at once.
CONTAINER_HEIGHT, DENSE_HEIGHT = 88, 78
STEP_HEIGHT = 56
PILL_HEIGHT = 20
LEAST_ROOM = 208
_HEADING = 16
_ROW_GAP = 24
BAND_WORDS = "shared network · localhost"


@dataclass
class Row:
    """Containers that stand side by side, from their upper edge (`top`, `bottom`) down to their volumes.

    `tracks` are the heights at which lines from outside come in; `volumes_top` is where the lines to volumes leave
    the band.
    """

    across: Columns
    band: BandRow
    top: int = 0
    bottom: int = 0
    tracks: dict[Hashable, int] = field(default_factory=dict)
    band_top: int = 0
    band_height: int = 0
    volumes_top: int = 0
    lines: list[Line] = field(default_factory=list)
    lane: VolumeLane = field(default_factory=lambda: VolumeLane([], {}, {}, 0, 0))


@dataclass(frozen=True)
class Arrivals:
    """The lines from outside: `ports` are those that end at each (container, port), `outs` those that leave each
    container for something outside the pod; keys in their order from left to right. `targets` say where those lead."""

    ports: Mapping[tuple[int, int], Sequence[Hashable]] = field(default_factory=dict)
    outs: Mapping[int, Sequence[Hashable]] = field(default_factory=dict)
    targets: Mapping[Hashable, Hashable] = field(default_factory=dict)


class Plan:
    """The places of a pod's parts, with the upper left corner of its lanes at `left`, `top`.

    `content` is where its boxes begin: right of the lines that go down past rows. `trunk` is the width of what joins
    the bands of several rows.
    """

    def __init__(self, facts: PodFacts, arrivals: Arrivals, left: int, top: int) -> None:
        self.facts, self.left, self.arrivals = facts, left, arrivals
        self.every = (*facts.steps, *facts.running)
        steps, running = range(len(facts.steps)), range(len(facts.steps), len(self.every))
        # Widths do not depend on the rows but for how many calls share a way, so the rows are settled by a first guess.
        row_of = [0] * len(self.every)
        cells = self._cells(network.ways(facts.calls, self.every, row_of))
        self.rows_of_running = split([cells[n] for n in steps], [cells[n] for n in running])
        self.dense = len(self.rows_of_running) > 1
        for number, members in enumerate(self.rows_of_running):
            for made in members:
                row_of[made.place] = number
        self.row_of = row_of
        self.call_ways = network.ways(facts.calls, self.every, row_of)
        if self.dense:
            cells = self._cells(self.call_ways)
            self.rows_of_running = [[cells[made.place] for made in members] for members in self.rows_of_running]
        self.cells = cells
        self.steps = [cells[n] for n in steps]
        last = len(self.rows_of_running) - 1
        self.volume_row, lanes = volume_rows(facts, dict(enumerate(row_of)), last)
        # Half a line's room more than they need: nothing else stands there.
        self.content = left + (LINE * len(lanes) + LINE if lanes else 0)
        self.lanes = {volume: self.content - LINE - LINE * lane for volume, lane in lanes.items()}
        self.steps_top = self.heading = self.bands_top = 0
        first = [arrange(self.steps if n == 0 else [], row, self.content) for n, row in enumerate(self.rows_of_running)]
        self.room = max(across.right for across in first) - self.content
        # What init containers reach outside the pod leaves it above them: the first of them farthest up.
        self.step_outs = [
            (made, key) for made in self.steps if not made.fact.native for key in arrivals.outs.get(made.place, ())
        ]
        self.step_outs_top = top
        self.rows: list[Row] = []
        y = top + (TRACK * len(self.step_outs) + 6 if self.step_outs else 0)
        for number in range(len(self.rows_of_running)):
            self.rows.append(self._row(number, y))
            y = self._bottom(self.rows[-1]) + _ROW_GAP
        self._join_rows()
        self.right = max(row.lane.right for row in self.rows) + (self.trunk + 16 if self.trunk else 0)
        self.bottom = max(self._bottom(row) for row in self.rows)

    def _bottom(self, row: Row) -> int:
        return max(row.lane.bottom, row.volumes_top)

    def _cells(self, ways: Sequence[CallWay]) -> list[Cell]:
        outs: list[list[Hashable]] = [[*self.arrivals.outs.get(place, ())] for place in range(len(self.every))]
        before: dict[tuple[int, int], list[Hashable]] = {}
        after: dict[tuple[int, int], list[Hashable]] = {}
        for way in ways:
            outs[way.caller].append(way.out)
            ends = (before if way.caller < way.callee and way.alone else after).setdefault((way.callee, way.port), [])
            if way.key not in ends:
                ends.append(way.key)
        # The slot of a volume that no other line leads to comes first: that line can go straight down.
        private, order = volumes.private(self.facts), volumes.order(self.facts)
        slots = {volume: (volume not in private, number) for volume, number in order.items()}
        made = []
        for place, fact in enumerate(self.every):
            ports = {
                port: [
                    *before.get((place, port), ()),
                    *self.arrivals.ports.get((place, port), ()),
                    *after.get((place, port), ()),
                ]
                for port in range(len(fact.ports))
            }
            made.append(cell(place, fact, slots, ports, outs[place], _heading(place, fact)))
        return made

    def _row(self, number: int, y: int) -> Row:
        """Place a row, calmly if there is a calm way: with one turn for each line; else with stairs."""
        risers = step_risers = False
        steps = self.steps if number == 0 else []
        own = frozenset(volume for volume, row in self.volume_row.items() if row == number)
        incoming = frozenset(own & self.lanes.keys())
        while True:
            across = arrange(steps, self.rows_of_running[number], self.content, risers, step_risers)
            row = Row(across, BandRow())
            start = self._down(number, row, y)
            if start is None:
                step_risers = True
                continue
            room = max(self.room, across.right - self.content) if self.dense else 0
            here = Here(own, self.lanes, incoming, room or across.right - across.left, self.dense)
            lane = mount_lines.route(self.facts, across, row.lines, start, here)
            if lane is not None:
                row.lane = lane
                return row
            # Stairs always find a way.
            risers = True

    def _down(self, number: int, row: Row, y: int) -> int | None:
        """Settle how far down each part of a row stands, and gather the mounts that go on to the volumes.

        Gives where the channel to the volumes begins, or None where the init containers' lines find no way to it.
        """
        across = row.across
        if across.steps:
            self.steps_top = y + _HEADING
            y = self.steps_top + STEP_HEIGHT
            channel = self._route_steps(across, y, row.lines)
            if channel is None:
                return None
            # An arrow back to the containers that run together has a height of its own.
            y += (
                max(28, channel.height + (24 if across.leads_back is not None else 12))
                if across.columns
                else channel.height
            )
        if number == 0:
            self.heading = y + 10
            if across.columns and (across.steps or len(self.cells) > 1):
                y += _HEADING
        row.top = y
        row.bottom = y + (DENSE_HEIGHT if self.dense else CONTAINER_HEIGHT) if across.columns else y
        if across.columns:
            y = row.bottom + PILL_HEIGHT // 2 + 14
            arriving = [key for made in across.columns for key in self._arriving(made)]
            row.tracks = {key: y + TRACK * nth for nth, key in enumerate(self._in_order(arriving))}
            y += max(12, TRACK * len(arriving) + 4)
            row.band_top = y
            row.band_height = self._band(number, row)
            y += row.band_height
        elif not across.steps:
            y += 24
        row.volumes_top = y
        for column, made in enumerate(across.columns):
            for slot, (mount, spans, label_width) in enumerate(made.mounts):
                at = made.mount_x(slot)
                riser = riser_x(made, slot) if across.risers and mount.volume is not None else None
                start = [(at, row.bottom)]
                row.lines.append(Line(made, mount, spans, label_width, column, slot, start, at, True, riser))
        return y

    def _arriving(self, made: Cell) -> list[Hashable]:
        return [key for port in range(len(made.ports)) for key in self.arrivals.ports.get((made.place, port), ())]

    def _in_order(self, keys: Sequence[Hashable]) -> list[Hashable]:
        """As they were given: in the order of the boxes that they come from."""
        given = [key for ends in self.arrivals.ports.values() for key in ends]
        rank = {key: n for n, key in enumerate(given)}
        return sorted(keys, key=lambda key: rank[key])

    def _route_steps(self, across: Columns, y: int, lines: list[Line]) -> Routed | None:
        """The mounts of init containers down to the gaps between the columns; they are added to `lines`."""
        wires: list[Wire] = []
        made: list[Line] = []
        for column, step in enumerate(across.inits):
            for slot, (mount, spans, label_width) in enumerate(step.mounts):
                at = step.mount_x(slot)
                bottom = across.gap_x(step, slot) if mount.volume is not None else None
                riser = riser_x(step, slot) if across.step_risers and bottom is not None else None
                wires.append(Wire(at, label_width, bottom, column, riser, len(wires)))
                top = at if bottom is None else bottom
                made.append(Line(step, mount, spans, label_width, column, slot, [(at, y)], top, False))
        routed = stairs(wires, y) if across.step_risers else plain(wires, y)
        if routed is None:
            return None
        for line, turns, label_y in zip(made, routed.lines, routed.labels, strict=True):
            line.points += turns
            at = line.points[0][0] + LABEL_GAP
            line.label = Text(at, label_y, "mount", line.spans, line.label_width, SMALL)
        lines += made
        return routed

    def _band(self, number: int, row: Row) -> int:
        """Lead the calls of a row through its band, and give the band's height."""
        placed = {made.place: made for made in row.across.columns}
        for way in self.call_ways:
            if way.caller in placed:
                start = placed[way.caller].out_of(way.out)
                if way.across:
                    row.band.to_right(way.key, start)
                else:
                    row.band.within(way.key, start, placed[way.callee].arrival_x(way.port, way.key))
            elif way.callee in placed:
                row.band.to_right(way.key, placed[way.callee].arrival_x(way.port, way.key))
        for made in row.across.columns:
            for key in self.arrivals.outs.get(made.place, ()):
                row.band.to_right(self.out_way(made.place, key), made.out_of(key))
        height = row.band.settle()
        if number == 0:
            height = self._band_words(row, height)
        return height

    def _band_words(self, row: Row, height: int) -> int:
        """Its words stand at the right end where no call comes, else at the left end, else on a line of their own."""
        room = round(width(BAND_WORDS, SMALL)) + 24
        right = max(row.across.right, self.left + LEAST_ROOM)
        clear_right, clear_left = (
            row.band.clear(right - room, 10**9),
            row.band.clear(-(10**9), self.content + room),
        )
        self.words_right = clear_right or not clear_left
        self.words_y = height // 2 + 4
        if not clear_right and not clear_left:
            height += 12
            self.words_y = height - 7
            self.words_right = False
        return height

    def _join_rows(self) -> None:
        """Give each way between rows its track in the trunk."""
        self.trunk, self.trunk_tracks = 0, dict[Hashable, int]()
        if len(self.rows) < 2:
            return
        reach: dict[Hashable, list[int]] = defaultdict(list)
        for way in self.call_ways:
            if way.across:
                reach[way.key] += [self.track_y(self.row_of[place], way.key) for place in (way.caller, way.callee)]
        keys = list(reach)
        tracks = pack([(min(reach[key]), max(reach[key])) for key in keys], network.TRACK)
        self.trunk_tracks = dict(zip(keys, tracks, strict=True))
        self.trunk = network.LEAST + network.TRACK * max(tracks, default=0)

    def out_way(self, place: int, key: Hashable) -> Hashable:
        """The way out that a line shares with what the same role reaches in the same place."""
        return ("way", self.arrivals.targets.get(key, key), self.every[place].role)

    def step_out(self, number: int) -> tuple[int, int]:
        """The x at which a line leaves an init container upwards, right of the words above it, and how far it goes."""
        made, key = self.step_outs[number]
        keys = self.arrivals.outs[made.place]
        return made.right - STEP_OUT * (len(keys) - keys.index(key)), self.step_outs_top + TRACK * number

    def track_y(self, row: int, key: Hashable) -> int:
        """The height at which a call, or what leaves the pod, runs along the band of a row."""
        return self.rows[row].band_top + 15 + network.TRACK * self.rows[row].band.tracks[key]

    @property
    def lines_in_lane(self) -> Counter[int]:
        """How many lines come down the lane of each volume."""
        return Counter(
            line.mount.volume
            for number, row in enumerate(self.rows)
            for line in row.lines
            if line.mount.volume is not None and self.volume_row[line.mount.volume] != number
        )


def _heading(place: int, fact: ContainerFact) -> str:
    """The words above a step: ``1 · runs first, to completion``; none for a container of the lane below."""
    if fact.container.list != "initContainers":
        return ""
    what = "starts" if fact.native else "runs"
    when = f"{what} first" if place == 0 else what if fact.native else f"then {what}"
    return f"{place + 1} · {when}, {'keeps running' if fact.native else 'to completion'}"
