"""The ways of calls through the network band of a pod: which track of which row's band each takes.

A call within a row is a U through the band. A call to another row goes right along the band to the trunk that joins the
bands of all rows, up or down there, and back along the band of the row it reaches; calls that lead to one port and are
made by the same role share that way. What leaves the pod runs right along the band and out of the frame.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

from designer.diagram.calls import Call
from designer.diagram.channel import pack
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
    def out(self) -> Hashable:
        return ("out", self.caller, self.call.callee.address, self.call.port)


def ways(calls: Sequence[Call], every: Sequence[ContainerFact], row_of: Sequence[int]) -> list[CallWay]:
    """The calls with the places of their ends. Those across rows that may share a way have one key."""
    placeof = {fact.container.address: place for place, fact in enumerate(every)}
    found = []
    for number, call in enumerate(calls):
        caller, callee = placeof[call.caller.address], placeof[call.callee.address]
        port = next(n for n, known in enumerate(every[callee].ports) if known.number == call.port)
        across = row_of[caller] != row_of[callee]
        key: Hashable = ("bus", callee, port, every[caller].role) if across else ("call", number)
        found.append(CallWay(call, caller, callee, port, key, across))
    return found


@dataclass
class BandRow:
    """The tracks of one row's band: `tracks[key]` counts from its upper edge; `spans` are what each takes of it."""

    spans: dict[Hashable, tuple[int, int]] = field(default_factory=dict)
    tracks: dict[Hashable, int] = field(default_factory=dict)

    def within(self, key: Hashable, start: int, end: int) -> None:
        self.spans[key] = (min(start, end), max(start, end))

    def to_right(self, key: Hashable, start: int) -> None:
        """A way along the band to its right end, which may be shared: it begins where the first joins it."""
        low, _ = self.spans.get(key, (start, _FAR))
        self.spans[key] = (min(low, start), _FAR + start)

    def settle(self) -> int:
        """Give each its track: the shortest nearest to the containers, so that few cross. Gives the band's height."""
        keys = list(self.spans)
        spans = [self.spans[key] for key in keys]
        order = sorted(range(len(keys)), key=lambda n: (spans[n][1] - spans[n][0], spans[n]))
        # Of ways to the right end the leftmost is the longest.
        order.sort(key=lambda n: -spans[n][0] if spans[n][1] >= _FAR else -_FAR)
        self.tracks = dict(zip(keys, pack(spans, TRACK, order), strict=True))
        return LEAST + TRACK * max(self.tracks.values(), default=0)

    def clear(self, low: int, high: int) -> bool:
        return all(end < low or start > high for start, end in self.spans.values())
