"""A chain of pods in rows: a strip of layers that is far wider than high goes on below, as lines of text do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from designer.diagram.channel import TRACK
from designer.diagram.component import Drawn
from designer.diagram.model import Edge
from designer.diagram.moving import moved

_LONG = 2.2
_GAP = 16
# About the shape of a canvas.
_WIDE, _HIGH = 3, 2


def wrapped(drawn: Drawn) -> Drawn:
    """A drawn group, its layers in rows if it is a long strip. Calls lead left to right, and down where a row ends.

    One whose lines pass over the top stays as it is: they lead from everywhere to everywhere.
    """
    layers = sorted({*drawn.layers.values(), *drawn.pod_layers.values()})
    left = min((entry.rect.x for entry in drawn.entries), default=0)
    left = min([left, *(placed.rect.x for placed in drawn.pods.values())])
    top = min([entry.rect.y for entry in drawn.entries] + [placed.rect.y for placed in drawn.pods.values()])
    width, height = drawn.right - left, drawn.bottom - top
    if len(drawn.pods) < 3 or drawn.tangled or width <= _LONG * height:
        return drawn
    ends = {layer: drawn.inlets[after] for layer, after in pairwise(layers)}
    ends[layers[-1]] = drawn.right
    starts = {layer: drawn.inlets[layer] for layer in layers} | {layers[0]: left}
    best, most = [layers], 0.0
    for room in sorted({ends[last] - starts[first] for first in layers for last in layers if first <= last}):
        rows = _rows(layers, starts, ends, room)
        wide = max(ends[row[-1]] - starts[row[0]] for row in rows)
        scale = min(_WIDE / wide, _HIGH / (len(rows) * (height + _GAP)))
        if scale > most:
            best, most = rows, scale
    return _in_rows(drawn, best, left, top) if len(best) > 1 else drawn


def _rows(layers: Sequence[int], starts: Mapping[int, int], ends: Mapping[int, int], room: int) -> list[list[int]]:
    """The layers in rows, each as long as there is room."""
    rows: list[list[int]] = []
    for layer in layers:
        if not rows or ends[layer] - starts[rows[-1][0]] > room:
            rows.append([])
        rows[-1].append(layer)
    return rows


def _in_rows(drawn: Drawn, rows: list[list[int]], left: int, top: int) -> Drawn:
    row_of = {layer: row for row, members in enumerate(rows) for layer in members}
    ids = {name: row_of[layer] for name, layer in drawn.layers.items()}
    made = Drawn()
    coming: list[Edge] = []
    y, shift = top, (0, 0)
    for row, members in enumerate(rows):
        dx = left - drawn.inlets[members[0]] if row else 0
        part = Drawn(
            {n: placed for n, placed in drawn.pods.items() if row_of[drawn.pod_layers[n]] == row},
            [entry for entry in drawn.entries if ids[entry.id] == row],
            [edge for edge in drawn.edges if ids[edge.source] == row and ids.get(edge.target, row) == row],
        )
        lowest = max(
            [placed.rect.bottom for placed in part.pods.values()]
            + [entry.rect.bottom for entry in part.entries]
            + [at for edge in part.edges for line in edge.lines for _, at in line]
        )
        dy = y - top
        # Each lane between the rows has a height of its own; those that left as one go on as one.
        lanes = sorted({_lane(edge) for edge in coming})
        for edge in coming:
            x, start = _lane(edge), edge.lines[0][-3 if _turns(edge) else -2][1]
            street = y - _GAP - TRACK * (len(lanes) - lanes.index(x) - 1)
            before = edge.lines[0][: -3 if _turns(edge) else -2]
            tip, end = edge.lines[0][-1]
            went = [(at + shift[0], height + shift[1]) for at, height in (*before, (x, start))]
            points = (*went, (x + shift[0], street), (x + dx, street), (x + dx, end + dy), (tip + dx, end + dy))
            made.edges.append(replace(edge, lines=(points,)))
        coming = [edge for edge in drawn.edges if ids[edge.source] == row and ids.get(edge.target, row) > row]
        part, shift = moved(part, dx, dy), (dx, dy)
        made.pods |= part.pods
        made.entries += part.entries
        made.edges += part.edges
        y = lowest + dy + 2 * _GAP + TRACK * len({_lane(edge) for edge in coming})
    rects = [*(placed.rect for placed in made.pods.values()), *(entry.rect for entry in made.entries)]
    corners = [point for edge in made.edges for line in edge.lines for point in line]
    made.right = max([*(rect.right for rect in rects), *(x for x, _ in corners)])
    made.bottom = max([*(rect.bottom for rect in rects), *(at for _, at in corners)])
    return made


def _lane(edge: Edge) -> int:
    """The x at which a line goes up or down between two layers, or would if it did not go straight on."""
    return edge.lines[0][-2][0]


def _turns(edge: Edge) -> bool:
    points = edge.lines[0]
    return len(points) > 2 and points[-3][0] == points[-2][0]
