"""The ways of calls through the network band of a pod: which track of which row's band each takes.

A call within a row is a U through the band. A call to another row goes right along the band to the trunk that joins the
bands of all rows, up or down there, and back along the band of the row it reaches. In a pod of several rows the calls
that lead to one port and are made by the same role share their way. What leaves the pod runs right along the band and
out of the frame; what the same role reaches in one place shares that way too.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

from designer.diagram.calls import Call
from designer.diagram.channel import few_crossings, in_order
from designer.diagram.facts import ContainerFact

TRACK = 12
LEAST = 30
_FAR = 1_000_000


@dataclass(frozen=True)
class CallWay:
    """A call between two containers by place, `port` being the callee's. `key` is that of its arrival at the port."""

    call: Call
    caller: int
    callee: int
    port: int
    key: Hashable
    across: bool

    @property
    def alone(self) -> bool:
        """Whether no other call can share its way."""
        return isinstance(self.key, tuple) and self.key[0] == "call"

    @property
    def out(self) -> Hashable:
        return ("out", self.caller, self.call.callee.address, self.call.port)


def ways(calls: Sequence[Call], every: Sequence[ContainerFact], row_of: Sequence[int]) -> list[CallWay]:
    """The calls with the places of their ends. Those that share a way have one key."""
    placeof = {fact.container.address: place for place, fact in enumerate(every)}
    found = []
    for number, call in enumerate(calls):
        caller, callee = placeof[call.caller.address], placeof[call.callee.address]
        port = next(n for n, known in enumerate(every[callee].ports) if known.number == call.port)
        across = row_of[caller] != row_of[callee]
        key: Hashable = ("bus", callee, port, every[caller].role) if any(row_of) else ("call", number)
        found.append(CallWay(call, caller, callee, port, key, across))
    return found


@dataclass
class BandRow:
    """The tracks of one row's band: `tracks[key]` counts from its upper edge. `ends` are the x at which each way comes
    in or goes out at the containers; those of `far` run on to the right end."""

    ends: dict[Hashable, list[int]] = field(default_factory=dict)
    far: set[Hashable] = field(default_factory=set)
    tracks: dict[Hashable, int] = field(default_factory=dict)

    def within(self, key: Hashable, start: int, end: int) -> None:
        self.ends.setdefault(key, []).extend((start, end))

    def to_right(self, key: Hashable, start: int) -> None:
        self.ends.setdefault(key, []).append(start)
        self.far.add(key)

    def span(self, key: Hashable) -> tuple[int, int]:
        return min(self.ends[key]), _FAR if key in self.far else max(self.ends[key])

    def settle(self) -> int:
        """Give each its track so that few cross, the short above the long. Gives the band's height."""
        keys = list(self.ends)
        spans = [self.span(key) for key in keys]

        def crossings(above: int, below: int) -> int:
            low, high = spans[above]
            return sum(low < x < high for x in self.ends[keys[below]])

        order = sorted(range(len(keys)), key=lambda n: (spans[n][1] - spans[n][0], spans[n]))
        self.tracks = dict(zip(keys, in_order(spans, few_crossings(order, crossings), TRACK), strict=True))
        return LEAST + TRACK * max(self.tracks.values(), default=0)

    def clear(self, low: int, high: int) -> bool:
        return all(end < low or start > high for start, end in map(self.span, self.ends))
