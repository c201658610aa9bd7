"""An axis of time in percent, so that a picture on it is as wide as the page lets it be.

It is made of stretches, known ones to scale and unknown ones of one width, with a break: nothing on it claims a length
that nobody knows.
"""

from __future__ import annotations

from dataclasses import dataclass

_UNKNOWN = 13.0  # percent of the axis that an unknown stretch takes, if there is room
_MOST_UNKNOWN = 62.0  # percent that all of them take at most
_LEAST = 2.5  # percent that a known stretch takes at least
_APART = 9.0  # percent between two ticks
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400)


@dataclass(frozen=True)
class Tick:
    """A place on the axis with the seconds since the last unknown stretch before it; `after` says there is one."""

    x: float
    seconds: int
    after: bool


class Axis:
    """Stretches in seconds, None for an unknown one; `tail` percent, or more, are left for what goes on."""

    def __init__(self, stretches: list[int | None], tail: float = 8.0, fill: bool = False) -> None:
        """`fill`: unknown stretches take all the room where there is no known one."""
        self.stretches = stretches
        room = 100.0 - tail
        unknown = stretches.count(None)
        each = min(_UNKNOWN, _MOST_UNKNOWN * room / 100 / unknown) if unknown else 0.0
        total = sum(stretch or 0 for stretch in stretches)
        if not total and unknown:
            each = room / unknown if fill else min(room / unknown, 30.0)
        least = min(_LEAST, room / (4 * len(stretches))) if stretches else 0.0
        wide = [each if stretch is None else 0.0 if stretch == 0 else max(least, 1e-9) for stretch in stretches]
        left = room - sum(wide)
        self._edges = [0.0]
        for stretch, width in zip(stretches, wide, strict=True):
            self._edges.append(self._edges[-1] + width + (left * stretch / total if stretch and total else 0.0))

    def x(self, edge: int, seconds: int = 0) -> float:
        """The place of an edge between stretches (0: the beginning), or so many seconds after it. Unknown stretches on
        the way take none of these seconds; what is beyond the last stretch is at its end."""
        while seconds > 0 and edge < len(self.stretches):
            stretch = self.stretches[edge]
            if stretch is not None and stretch > seconds:
                start, end = self._edges[edge], self._edges[edge + 1]
                return round(start + (end - start) * seconds / stretch, 2)
            seconds -= stretch or 0
            edge += 1
        return round(self._edges[edge], 2)

    @property
    def end(self) -> float:
        return round(self._edges[-1], 2)

    def breaks(self) -> list[float]:
        """The middles of the unknown stretches."""
        pairs = zip(self.stretches, self._edges, self._edges[1:], strict=False)
        return [round((start + end) / 2, 2) for stretch, start, end in pairs if stretch is None]

    def ticks(self) -> list[Tick]:
        """Round times in each known run of stretches, with its beginning and its end, far enough apart to be read."""
        found: list[Tick] = []
        edge, after = 0, False
        while edge < len(self.stretches):
            if self.stretches[edge] is None:
                after, edge = True, edge + 1
                continue
            begin = edge
            while edge < len(self.stretches) and self.stretches[edge] is not None:
                edge += 1
            total = sum(stretch or 0 for stretch in self.stretches[begin:edge])
            if total:
                found += self._run(begin, edge, total, after)
        return found

    def _run(self, begin: int, edge: int, total: int, after: bool) -> list[Tick]:
        width = self._edges[edge] - self._edges[begin]
        step = next((step for step in _STEPS if step * width / total >= _APART), 0)
        wanted = [*range(step, total, step)] if step else []
        found = [Tick(self.x(begin), 0, after)]
        last = self._edges[edge]
        for seconds in wanted:
            x = self.x(begin, seconds)
            if x - found[-1].x >= _APART and last - x >= _APART:
                found.append(Tick(x, seconds, after))
        if last - found[-1].x >= _APART / 2:
            found.append(Tick(round(last, 2), total, after))
        return found
