"""What must hold in every picture, asked of its coordinates: nothing overlaps, and no line runs through anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from designer.diagram.model import Edge, Picture, Point, Rect, Text

Segment = tuple[Point, Point]


def overlap(a: Rect, b: Rect) -> bool:
    return a.x < b.right and b.x < a.right and a.y < b.bottom and b.y < a.bottom


def inside(inner: Rect, outer: Rect) -> bool:
    return outer.x <= inner.x and outer.y <= inner.y and inner.right <= outer.right and inner.bottom <= outer.bottom


def segments(edge: Edge) -> Iterator[Segment]:
    for line in edge.lines:
        yield from pairwise(line)


def runs_through(segment: Segment, rect: Rect) -> bool:
    """Whether a segment has a point inside a rectangle; along or up to its border is outside."""
    (ax, ay), (bx, by) = segment
    return min(ax, bx) < rect.right and max(ax, bx) > rect.x and min(ay, by) < rect.bottom and max(ay, by) > rect.y


def labels(picture: Picture) -> list[tuple[str, Text]]:
    """Every text that stands free, with a word for it. Those in boxes and pills are looked at with their boxes."""
    found = [("text", text) for text in picture.texts]
    found += [(edge.id, edge.label) for edge in picture.edges if edge.label]
    found += [(frame.id, frame.label) for frame in picture.frames]
    found += [(badge.id, badge.label) for frame in picture.frames for badge in frame.badges]
    return found + [("band", band.label) for band in picture.bands if band.label]


def crossings(picture: Picture) -> int:
    """How often lines cross. Lines that are one in a stretch (they may share it) cross another there once."""
    upright: dict[tuple[int, int, int, str], None] = {}
    level: dict[tuple[int, int, int, str], None] = {}
    for edge in picture.edges:
        family = f"{edge.kind} {edge.target or edge.id}"
        for (ax, ay), (bx, by) in segments(edge):
            if ax == bx and ay != by:
                upright[ax, min(ay, by), max(ay, by), family] = None
            elif ax != bx:
                level[ay, min(ax, bx), max(ax, bx), family] = None
    found: set[Point] = set()
    for y, left, right, one in level:
        found |= {(x, y) for x, top, bottom, other in upright if left < x < right and top < y < bottom and one != other}
    return len(found)


def faults(picture: Picture) -> list[str]:
    """All that is wrong with a picture, in words; [] for one that reads well."""
    return [
        *_box_faults(picture),
        *_label_faults(picture),
        *_line_faults(picture),
        *_shared_line_faults(picture),
        *_id_faults(picture),
    ]


def _box_faults(picture: Picture) -> Iterator[str]:
    paper = Rect(0, 0, picture.width, picture.height)
    frames = {frame.at: frame.rect for frame in picture.frames}
    for box in picture.boxes:
        if not inside(box.rect, paper):
            yield f"{box.id} leaves the paper"
        if box.kind in ("container", "volume") and not inside(box.rect, frames[box.at.split("/")[0]]):
            yield f"{box.id} leaves its pod"
        for text in box.texts:
            if not inside(text.rect, box.rect):
                yield f"{text.text!r} runs out of {box.id}"
        for pill in box.pills:
            if not box.rect.x <= pill.rect.x < pill.rect.right <= box.rect.right:
                yield f"{pill.id} leaves {box.id}"
            if not inside(pill.label.rect, pill.rect):
                yield f"{pill.label.text!r} runs out of {pill.id}"
            if any(overlap(pill.rect, text.rect) for text in box.texts):
                yield f"{pill.id} covers words of {box.id}"
        for one, other in combinations(box.pills, 2):
            if overlap(one.rect, other.rect):
                yield f"{one.id} overlaps {other.id}"
    for a, b in combinations(picture.boxes, 2):
        if overlap(a.rect, b.rect):
            yield f"{a.id} overlaps {b.id}"
        if any(overlap(pill.rect, b.rect) for pill in a.pills) or any(overlap(pill.rect, a.rect) for pill in b.pills):
            yield f"a port of {a.id} or {b.id} lies on the other"
    for frame, next_frame in combinations(picture.frames, 2):
        if frame.at != next_frame.at and overlap(frame.rect, next_frame.rect):
            yield f"{frame.id} overlaps {next_frame.id}"


def _label_faults(picture: Picture) -> Iterator[str]:
    found = labels(picture)
    paper = Rect(0, 0, picture.width, picture.height)
    for name, text in found:
        if not inside(text.rect, paper):
            yield f"label {text.text!r} of {name} leaves the paper"
        for box in picture.boxes:
            if overlap(text.rect, box.rect) or any(overlap(text.rect, pill.rect) for pill in box.pills):
                yield f"label {text.text!r} of {name} lies on {box.id}"
        for band in picture.bands:
            if name != "band" and overlap(text.rect, band.rect):
                yield f"label {text.text!r} of {name} lies on the band"
    for (one, a), (two, b) in combinations(found, 2):
        if overlap(a.rect, b.rect):
            yield f"labels {a.text!r} of {one} and {b.text!r} of {two} overlap"


def _line_faults(picture: Picture) -> Iterator[str]:
    free = [(name, text, text.rect) for name, text in labels(picture)]
    boxes = {box.id: box.rect for box in picture.boxes}
    for edge in picture.edges:
        for segment in segments(edge):
            (ax, ay), (bx, by) = segment
            if ax != bx and ay != by:
                yield f"{edge.id} runs askew"
            for box_id, rect in boxes.items():
                if runs_through(segment, rect):
                    yield f"{edge.id} runs through {box_id}"
            for box in picture.boxes:
                if any(runs_through(segment, pill.rect) for pill in box.pills):
                    yield f"{edge.id} runs through a port of {box.id}"
            for name, text, rect in free:
                if runs_through(segment, rect):
                    yield f"{edge.id} runs through label {text.text!r} of {name}"
            if edge.kind == "mount" and any(runs_through(segment, band.rect) for band in picture.bands):
                yield f"{edge.id} is drawn over the band"
        for end, box_id in ((edge.lines[0][0], edge.source), (edge.lines[-1][-1], edge.target)):
            if box_id and not _touches(end, boxes[box_id], picture, box_id):
                yield f"{edge.id} does not reach {box_id}"


def _touches(point: Point, rect: Rect, picture: Picture, box_id: str) -> bool:
    pills = next(box.pills for box in picture.boxes if box.id == box_id)
    return any(
        area.x <= point[0] <= area.right and area.y <= point[1] <= area.bottom
        for area in (rect, *(p.rect for p in pills))
    )


def _shared_line_faults(picture: Picture) -> Iterator[str]:
    """Two lines may cross, but lie on each other only if they lead to one volume or leave one port row."""
    found: list[tuple[Edge, Segment]] = [(edge, s) for edge in picture.edges for s in segments(edge) if s[0] != s[1]]
    upright = sorted(
        (s[0][0], min(s[0][1], s[1][1]), max(s[0][1], s[1][1]), n)
        for n, (_, s) in enumerate(found)
        if s[0][0] == s[1][0]
    )
    level = sorted(
        (s[0][1], min(s[0][0], s[1][0]), max(s[0][0], s[1][0]), n)
        for n, (_, s) in enumerate(found)
        if s[0][1] == s[1][1]
    )
    for group in (upright, level):
        for n, (at, low, high, a) in enumerate(group):
            for other_at, other_low, other_high, b in group[n + 1 :]:
                if other_at - at >= 2:
                    break
                one, two = found[a][0], found[b][0]
                if min(high, other_high) > max(low, other_low) and one.id != two.id and not _may_share(one, two):
                    yield f"{one.id} and {two.id} lie on each other at {at}"


def _may_share(a: Edge, b: Edge) -> bool:
    if a.kind != b.kind:
        return False
    if a.kind == "front":
        return False
    if a.kind in ("call", "reach"):
        # One way to one end, in the colour of one role.
        return a.lines[-1][-1] == b.lines[-1][-1] and a.role == b.role
    return (a.kind == "mount" and a.target == b.target) or (a.kind == "service" and a.lines[0][0] == b.lines[0][0])


def _id_faults(picture: Picture) -> Iterator[str]:
    ids: Sequence[str] = [
        *(frame.id for frame in picture.frames),
        *(badge.id for frame in picture.frames for badge in frame.badges),
        *(box.id for box in picture.boxes),
        *(pill.id for box in picture.boxes for pill in box.pills),
        *(edge.id for edge in picture.edges),
    ]
    for name in {name for name in ids if ids.count(name) > 1}:
        yield f"the id {name} is there twice"
