"""The lines from containers to volumes: where each ends, and the way it takes through the channel between the lanes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from designer.diagram import volumes
from designer.diagram.cells import PAD, Cell, VolumeCell, volume_cell
from designer.diagram.channel import LABEL_GAP, MOST_WIRES, Routed, Wire, plain, stairs
from designer.diagram.columns import Columns
from designer.diagram.facts import MountFact, PodFacts
from designer.diagram.model import Point, Text


@dataclass
class Line:
    """A mount on its way down. `points` are its turns so far, `top` where it enters the channel above the volumes."""

    cell: Cell
    mount: MountFact
    spans: tuple[tuple[str, str], ...]
    label_width: int
    column: int
    slot: int
    points: list[Point]
    top: int
    labelled: bool
    riser: int | None = None
    bottom: int | None = None
    label: Text | None = None


@dataclass
class Incoming:
    """What comes down to a volume from the rows above, in its lane at the left: all its lines there are one."""

    volume: int
    top: int
    slot: int = 0
    labelled: bool = False
    label_width: int = 0
    column: int = -1
    riser: int | None = None
    bottom: int | None = None


@dataclass(frozen=True)
class Way:
    """The turns of a line in the channel, the baseline of its label, and where it joins another."""

    turns: tuple[Point, ...]
    label_y: int
    dots: tuple[Point, ...]


@dataclass
class VolumeLane:
    """The volumes of a row from left to right, placed, and the ways to them.

    `ways` are those of lines by their place in the row, `incoming` the turns from a volume's lane into it.
    """

    cells: list[VolumeCell]
    ways: dict[int, Way]
    incoming: dict[int, tuple[tuple[Point, ...], int]]
    right: int
    bottom: int


@dataclass(frozen=True)
class Here:
    """What a row has to do with volumes: `own` stand in it; `lanes` are the x of those that lines leave it for.

    `dense`: volumes are drawn low, as in a pod of several rows.
    """

    own: frozenset[int]
    lanes: Mapping[int, int]
    incoming: frozenset[int]
    room: int
    dense: bool


def route(facts: PodFacts, across: Columns, lines: Sequence[Line], y: int, here: Here) -> VolumeLane | None:
    """Place a row's volumes below `y` and lead the lines to them: with one turn each, or by stairs if `across` says so.

    None if there is no way with one turn each.
    """
    order, private = volumes.order(facts), volumes.private(facts) - here.incoming
    reached: list[Line | Incoming] = [line for line in lines if line.mount.volume in here.own]
    reached += [Incoming(volume, here.lanes[volume]) for volume in sorted(here.incoming, key=lambda v: order[v])]
    for line in lines:
        if line.mount.volume is not None and line.mount.volume not in here.own:
            line.bottom = here.lanes[line.mount.volume]
    # By stairs, all lines of a volume end in one.
    counts = Counter(_volume(line) for line in reached) if not across.risers else Counter[int]()
    cells = [
        volume_cell(place, fact, counts[place], here.dense)
        for place, fact in enumerate(facts.volumes)
        if place in here.own
    ]
    cells.sort(key=lambda c: order[c.place])
    one_row = volumes.in_one_row(cells, here.room)
    if not across.risers and (not one_row or len(lines) > MOST_WIRES):
        return None
    by_place = {made.place: made for made in cells}
    if one_row:
        volumes.place_row(cells, _wanted(cells, reached, across.risers, private), across.left, across.left + here.room)
    entries = {} if one_row else volumes.place_grid(cells, across.left, here.room, 0)
    # What ended above, an init container's mount of no volume, takes no room here.
    wired: list[Line | Incoming] = [line for line in lines if line.labelled or line.mount.volume is not None]
    wired += [line for line in reached if isinstance(line, Incoming)]
    if across.risers:
        if one_row:
            _straight_on(reached, by_place, private)
        _shared_bottoms(reached, wired, by_place, entries)
    else:
        _own_bottoms(reached, wired, by_place)
    wires = [
        Wire(
            line.top,
            line.label_width if line.labelled else 0,
            line.bottom,
            line.column,
            line.riser,
            line.volume if isinstance(line, Incoming) else line.mount.volume,
        )
        for line in wired
    ]
    routed = stairs(wires, y) if across.risers else plain(wires, y)
    if routed is None:
        return None
    for made in cells:
        made.y += y + (routed.height + 16 if wires else 24)
    return _lane(cells, lines, wired, routed, across.right, y)


def _lane(
    cells: list[VolumeCell],
    lines: Sequence[Line],
    wired: Sequence[Line | Incoming],
    routed: Routed,
    right: int,
    y: int,
) -> VolumeLane:
    ways: dict[int, Way] = {}
    incoming: dict[int, tuple[tuple[Point, ...], int]] = {}
    places = {id(line): place for place, line in enumerate(lines)}
    for line, turns, label_y, dots in zip(wired, routed.lines, routed.labels, routed.dots, strict=True):
        if isinstance(line, Incoming):
            incoming[line.volume] = (turns, line.bottom or 0)
        else:
            ways[places[id(line)]] = Way(turns, label_y, dots)
    return VolumeLane(
        cells,
        ways,
        incoming,
        max([right, *(made.right for made in cells)]),
        max([y + routed.height, *(made.y + made.height for made in cells)]),
    )


def _volume(line: Line | Incoming) -> int:
    """The volume of a line that has one."""
    return line.volume if isinstance(line, Incoming) else line.mount.volume or 0


def _wanted(
    cells: Sequence[VolumeCell], reached: Sequence[Line | Incoming], risers: bool, private: set[int]
) -> dict[int, int]:
    """The x at which each volume would best stand: its edge below its line, its middle below those of its lines."""
    wanted = {}
    for made in cells:
        tops = [line.top for line in reached if _volume(line) == made.place]
        if tops:
            middle = made.width // 2 if risers and made.place not in private else PAD
            wanted[made.place] = sum(tops) // len(tops) - middle
    return wanted


def _own_bottoms(
    reached: Sequence[Line | Incoming], wired: Sequence[Line | Incoming], by_place: Mapping[int, VolumeCell]
) -> None:
    """An end of its own for each line, straight below its start where that can be."""
    tops = [line.top for line in wired]
    labels = [(line.top, line.top + LABEL_GAP + line.label_width) for line in wired if line.labelled]
    given: dict[int, list[int]] = {}
    for line in reached:
        low, high = volumes.edge_span(by_place[_volume(line)])
        taken = given.setdefault(_volume(line), [])
        # Only the leftmost mount of a container has no other's label to its left.
        if (line.slot == 0 or not line.labelled) and low <= line.top <= high:
            line.bottom = line.top
            taken.append(line.top)
    for line in sorted(reached, key=lambda one: one.top):
        if line.bottom is None:
            low, high = volumes.edge_span(by_place[_volume(line)])
            taken = given[_volume(line)]
            line.bottom = volumes.free_x(line.top, low, high, tops, taken, labels)
            taken.append(line.bottom)


def _straight_on(reached: Sequence[Line | Incoming], by_place: Mapping[int, VolumeCell], private: set[int]) -> None:
    """Take the lines out of the stairs that have their volume to themselves and straight below."""
    for line in reached:
        low, high = volumes.edge_span(by_place[_volume(line)])
        if _volume(line) in private and (line.slot == 0 or not line.labelled) and low <= line.top <= high:
            line.riser, line.bottom = None, line.top


def _shared_bottoms(
    reached: Sequence[Line | Incoming],
    wired: Sequence[Line | Incoming],
    by_place: Mapping[int, VolumeCell],
    entries: Mapping[int, int],
) -> None:
    """One end for each volume, that all its lines share: straight below the way down of a line that is alone."""
    downs = [_down(line) for line in wired]
    tops = [line.top for line in wired]
    bottoms: dict[int, int] = {}
    bent: dict[int, list[Line | Incoming]] = defaultdict(list)
    for line in reached:
        if line.bottom is None:
            bent[_volume(line)].append(line)
    for volume, lines in bent.items():
        low, high = volumes.edge_span(by_place[volume])
        entry = entries.get(volume, (low + high) // 2)
        if not low <= entry <= high:
            low, high = entry - 4, entry + 4
        elif len(lines) == 1 and low <= _down(lines[0]) <= high:
            bottoms[volume] = _down(lines[0])
            continue
        bottoms[volume] = volumes.free_x(entry, low, high, [*downs, *tops])
    for volume, lines in bent.items():
        for line in lines:
            line.bottom = bottoms[volume]


def _down(line: Line | Incoming) -> int:
    """The x at which a line goes down by the stairs."""
    return line.top if line.riser is None else line.riser
