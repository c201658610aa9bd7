"""What is drawn, moved: the same with all its coordinates shifted."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from designer.diagram.component import Drawn
from designer.diagram.model import Box, Edge, Point, Rect, Text
from designer.diagram.pod_picture import Placed

_Movable = TypeVar("_Movable", Box, Drawn)


def moved(thing: _Movable, dx: int, dy: int) -> _Movable:
    """A box, or a drawn group with everything in it, `dx` to the right and `dy` down."""
    if isinstance(thing, Box):
        return _moved(thing, dx, dy) if dx or dy else thing
    if not dx and not dy:
        return thing
    for placed in thing.pods.values():
        _move_pod(placed, dx, dy)
    for entry in thing.entries:
        entry.rect = _moved(entry.rect, dx, dy)
    thing.edges = [_moved(edge, dx, dy) for edge in thing.edges]
    thing.right += dx
    thing.bottom += dy
    return thing


def _move_pod(placed: Placed, dx: int, dy: int) -> None:
    placed.frames = [_moved(frame, dx, dy) for frame in placed.frames]
    placed.bands = [_moved(band, dx, dy) for band in placed.bands]
    placed.boxes = [_moved(box, dx, dy) for box in placed.boxes]
    placed.edges = [_moved(edge, dx, dy) for edge in placed.edges]
    placed.texts = [_moved(text, dx, dy) for text in placed.texts]
    placed.rect = _moved(placed.rect, dx, dy)


def _moved(thing: Any, dx: int, dy: int) -> Any:
    if isinstance(thing, Rect):
        return Rect(thing.x + dx, thing.y + dy, thing.w, thing.h)
    if isinstance(thing, Text):
        return replace(thing, x=thing.x + dx, y=thing.y + dy)
    if isinstance(thing, Edge):
        return replace(
            thing,
            lines=tuple(tuple(_point(p, dx, dy) for p in line) for line in thing.lines),
            dots=tuple(_point(p, dx, dy) for p in thing.dots),
            label=_moved(thing.label, dx, dy) if thing.label else None,
        )
    changed = {}
    for field in fields(thing):
        value = getattr(thing, field.name)
        if is_dataclass(value):
            changed[field.name] = _moved(value, dx, dy)
        elif isinstance(value, tuple) and value and is_dataclass(value[0]):
            changed[field.name] = tuple(_moved(item, dx, dy) for item in value)
    return replace(thing, **changed)


def _point(point: Point, dx: int, dy: int) -> Point:
    return point[0] + dx, point[1] + dy
