"""Where the volumes of a pod stand, and at which x each line ends on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from designer.diagram.cells import PAD, SLOT, VolumeCell
from designer.diagram.facts import PodFacts

GAP = 16
_ROW_GAP = 16
_ROWS_AT_MOST = 4
_LEAST_ROOM = 720
_CLEAR = 4


def order(facts: PodFacts) -> dict[int, int]:
    """Volume → its place from left to right, by the middle one of the containers that mount it; unmounted ones last.

    The middle one, not their mean: a container that comes or goes elsewhere then leaves the order as it is.
    """
    places: dict[int, list[int]] = {volume: [] for volume in range(len(facts.volumes))}
    for containers, weight in ((facts.running, len(facts.steps)), (facts.steps, 0)):
        fresh = {volume for volume, found in places.items() if not found}
        for place, container in enumerate(containers, weight):
            for mount in container.mounts:
                # What an init container fills stands under those that use it.
                if mount.volume is not None and (container.container.kind != "init" or mount.volume in fresh):
                    places[mount.volume].append(place)
    for found in places.values():
        found.sort()
    ranked = sorted(places, key=lambda v: (not places[v], *places[v][(len(places[v]) - 1) // 2 :][:1], v))
    return {volume: number for number, volume in enumerate(ranked)}


def private(facts: PodFacts) -> set[int]:
    """The volumes that one line leads to."""
    lines = Counter(m.volume for fact in (*facts.steps, *facts.running) for m in fact.mounts if m.volume is not None)
    return {volume for volume, count in lines.items() if count == 1}


def in_one_row(cells: Sequence[VolumeCell], room: int) -> bool:
    return sum(cell.width + GAP for cell in cells) - GAP <= max(round(room * 1.25), _LEAST_ROOM)


def place_row(cells: Sequence[VolumeCell], wanted: Mapping[int, int], left: int, right: int) -> None:
    """One row, each as near as can be to the x `wanted` for it (by place), within left and right if they fit."""
    ends = left
    for cell in cells:
        cell.x = max(ends, min(wanted.get(cell.place, ends), right - cell.width))
        ends = cell.right + GAP
    limit = max(right, left + sum(cell.width + GAP for cell in cells) - GAP)
    for cell in reversed(cells):
        cell.x = min(cell.x, limit - cell.width)
        limit = cell.x - GAP


def place_grid(cells: Sequence[VolumeCell], left: int, room: int, y: int) -> dict[int, int]:
    """Several rows below `y`. Gives the x at which the line to each volume comes down: left of it below the first."""
    total = sum(cell.width + GAP for cell in cells)
    room = max(room, _LEAST_ROOM, total // _ROWS_AT_MOST)
    rows = -(-total // room)
    count = -(-len(cells) // rows)
    rows = -(-len(cells) // count)
    entries: dict[int, int] = {}
    x = left
    for column in range(count):
        members = cells[column::count]
        # Lines to lower rows run farther left, so that none crosses another on its way into a box.
        x += GAP * (rows - 1)
        for row, cell in enumerate(members):
            cell.x, cell.y = x, y + row * (cell.height + _ROW_GAP)
            cell.width = max(member.width for member in members)
            entries[cell.place] = cell.x + cell.width // 2 if row == 0 else x - GAP * row
        x += members[0].width + GAP
    return entries


def free_x(
    wanted: int,
    low: int,
    high: int,
    taken: Sequence[int],
    own: Sequence[int] = (),
    labels: Sequence[tuple[int, int]] = (),
) -> int:
    """The x nearest to `wanted` within low and high, clear of the lines `taken` and well clear of one's `own`.

    Better still if it is also outside the spans of `labels`, which then need not make way for it.
    """
    wanted = min(max(wanted, low), high)
    lines, words = bytearray(high - low + 1), bytearray(high - low + 1)
    for x in taken:
        _mark(lines, x - _CLEAR + 1 - low, x + _CLEAR - low)
    for start, end in labels:
        _mark(words, start - _CLEAR - low, end + _CLEAR + 1 - low)
    for in_words in (False, True):
        for room in (SLOT, 2 * _CLEAR, _CLEAR):
            mine = bytearray(lines)
            for x in own:
                _mark(mine, x - room + 1 - low, x + room - low)
            for off in range(high - low + 1):
                for x in (wanted - off, wanted + off):
                    if low <= x <= high and not mine[x - low] and (in_words or not words[x - low]):
                        return x
    return wanted


def _mark(row: bytearray, start: int, end: int) -> None:
    start, end = max(start, 0), min(end, len(row))
    if start < end:
        row[start:end] = b"\x01" * (end - start)


def edge_span(cell: VolumeCell) -> tuple[int, int]:
    """The stretch of a volume's upper edge that lines may end on."""
    return cell.x + PAD, cell.right - PAD
