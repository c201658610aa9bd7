"""The lines inside a pod: mounts down to the volumes, calls through the network, and the bands of the network."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from designer.diagram.cells import SMALL, VolumeCell
from designer.diagram.channel import LABEL_GAP
from designer.diagram.facts import MountFact
from designer.diagram.ids import Ids
from designer.diagram.measure import width
from designer.diagram.model import Band, Edge, Point, Rect, Text
from designer.diagram.mount_lines import Line
from designer.diagram.network import CallWay
from designer.diagram.plan import BAND_WORDS, Plan, Row

_PATHS = 40
_NETWORK = "The containers of a pod share one network: each reaches the others on localhost."


class Lines:
    """Draws the lines of a pod that is placed; `right` is where its bands end."""

    def __init__(self, plan: Plan, ids: Ids, box_ids: list[str], volume_ids: list[str], right: int) -> None:
        self.plan, self.ids, self.box_ids, self.volume_ids, self.right = plan, ids, box_ids, volume_ids, right
        self.cells = {made.place: made for row in plan.rows for made in row.across.columns}

    def bands(self) -> Iterator[Band]:
        """The band of each row, and the trunk that joins them."""
        plan = self.plan
        for number, row in enumerate(plan.rows):
            label = None
            if number == 0:
                need = round(width(BAND_WORDS, SMALL))
                x = self.right - plan.trunk - need - 14 if plan.words_right else plan.content + 14
                label = Text(x, row.band_top + plan.words_y, "band", ((BAND_WORDS, ""),), need, SMALL)
            yield Band(Rect(plan.content, row.band_top, self.right - plan.content, row.band_height), label, _NETWORK)
        if plan.trunk:
            top, last = plan.rows[0].band_top, plan.rows[-1]
            rect = Rect(self.right - plan.trunk, top, plan.trunk, last.band_top + last.band_height - top)
            yield Band(rect, None, _NETWORK)

    def calls(self, docks: dict[Hashable, Point]) -> Iterator[Edge]:
        """The calls between containers. Takes where they end out of `docks`, by the keys of their ways."""
        ends = {way.key: docks[way.key] for way in self.plan.call_ways}
        for key in ends:
            del docks[key]
        for way in self.plan.call_ways:
            source, target = self.box_ids[way.caller], self.box_ids[way.callee]
            yield Edge(
                self.ids.of("edge", source.removeprefix("box-"), "calls", way.call.callee.name, str(way.call.port)),
                "call",
                (self._call(way, ends[way.key]),),
                way.call.evidence,
                source,
                target,
                way.call.caller.address,
                way.call.callee.address,
                self.plan.every[way.caller].role,
            )

    def _call(self, way: CallWay, dock: Point) -> tuple[Point, ...]:
        plan = self.plan
        (x, bottom), (end, tip) = self._leaves(way.caller, way.out), dock
        track = plan.track_y(plan.row_of[way.caller], way.key)
        if not way.across:
            return (x, bottom), (x, track), (end, track), (end, tip)
        trunk = self.right - plan.trunk + 15 + 12 * plan.trunk_tracks[way.key]
        back = plan.track_y(plan.row_of[way.callee], way.key)
        return (x, bottom), (x, track), (trunk, track), (trunk, back), (end, back), (end, tip)

    def _leaves(self, place: int, key: Hashable) -> Point:
        return self.cells[place].out_of(key), self.plan.rows[self.plan.row_of[place]].bottom

    def exits(self, edge: int) -> dict[Hashable, tuple[Point, ...]]:
        """The way of each line that leaves the pod: from its container along the band, or above the
        init containers, to the pod's right edge."""
        found: dict[Hashable, tuple[Point, ...]] = {}
        for place, keys in self.plan.arrivals.outs.items():
            for key in keys if place in self.cells else ():
                x, bottom = self._leaves(place, key)
                track = self.plan.track_y(self.plan.row_of[place], self.plan.out_way(place, key))
                found[key] = ((x, bottom), (x, track), (edge, track))
        for number, (_, key) in enumerate(self.plan.step_outs):
            x, track = self.plan.step_out(number)
            found[key] = ((x, self.plan.steps_top), (x, track), (edge, track))
        return found

    def mounts(self) -> Iterator[Edge]:
        """The mount lines of all rows, with their labels."""
        several = self.plan.lines_in_lane
        opened: set[int] = set()
        for number, row in enumerate(self.plan.rows):
            for place, line in enumerate(row.lines):
                volume = line.mount.volume
                stretches, label, dots = self._mount(row, place, line)
                if volume is not None and self.plan.volume_row[volume] != number:
                    end = stretches[-1]
                    if volume in opened and several[volume] > 1:
                        dots = (*dots, end[-1])
                    opened.add(volume)
                    stretches[-1] = (*end, *self._down_the_lane(volume))
                source = self.box_ids[line.cell.place]
                container = line.cell.fact.container
                yield Edge(
                    self.ids.of(
                        "edge", source.removeprefix("box-"), "mounts", "more" if line.mount.paths else line.mount.path
                    ),
                    "mount",
                    tuple(stretches),
                    _mount_title(container.name, line.mount),
                    source,
                    self.volume_ids[volume] if volume is not None else "",
                    container.address,
                    self.plan.facts.volumes[volume].at if volume is not None else "",
                    arrow=False,
                    broken=volume is None,
                    label=label,
                    dots=dots,
                )

    def _mount(self, row: Row, place: int, line: Line) -> tuple[list[tuple[Point, ...]], Text, tuple[Point, ...]]:
        """The stretches of a line as far as its volume, or its volume's lane at the left."""
        way = row.lane.ways.get(place)
        points = list(line.points)
        stretches: list[tuple[Point, ...]] = []
        if way is None:
            return [tuple(points)], line.label or Text(0, 0, "mount", (), 0, SMALL), ()
        label = line.label or Text(line.top + LABEL_GAP, way.label_y, "mount", line.spans, line.label_width, SMALL)
        if row.across.columns:
            # Behind the band: the line stops above it and goes on below.
            stretches.append((*points, (line.top, row.band_top)))
            points = [(line.top, row.volumes_top)]
        points += way.turns
        cell = next((made for made in row.lane.cells if made.place == line.mount.volume), None)
        if cell is not None and line.bottom is not None:
            points += _last_points(line.bottom, cell)
        stretches.append(tuple(points))
        return stretches, label, way.dots

    def _down_the_lane(self, volume: int) -> list[Point]:
        """From where a line has come to its volume's lane, down past the rows and into the volume."""
        row = self.plan.rows[self.plan.volume_row[volume]]
        turns, bottom = row.lane.incoming[volume]
        cell = next(made for made in row.lane.cells if made.place == volume)
        return [*turns, *_last_points(bottom, cell)]


def _last_points(x: int, cell: VolumeCell) -> list[Point]:
    """The end of a line that comes down at x: on the volume's upper edge, or its side if it comes down beside it."""
    if cell.x <= x <= cell.right:
        return [(x, cell.y)]
    side = cell.y + cell.height // 2
    return [(x, side), (cell.x, side)]


def _mount_title(container: str, mount: MountFact) -> str:
    how = "reads only" if mount.mode == "ro" else "reads and writes"
    part = f", only {mount.sub_path} of it" if mount.sub_path else ""
    if mount.paths:
        shown = ", ".join(mount.paths[:_PATHS]) + (" …" if len(mount.paths) > _PATHS else "")
        return f"{container} mounts {len(mount.paths)} more at {shown}"
    if mount.volume is None:
        return f"{container} mounts {mount.volume_name} at {mount.path}, but the pod has no such volume"
    if mount.device:
        return f"{container} has {mount.volume_name} as a block device at {mount.path}"
    return f"{container} mounts {mount.volume_name} at {mount.path}{part}, and {how}"
