"""Where everything in a pod stands, lane by lane from the top, before anything is drawn."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

from designer.diagram import mount_lines, volumes
from designer.diagram.calls import Call
from designer.diagram.cells import SMALL, Cell, cell
from designer.diagram.channel import LABEL_GAP, TRACK, Routed, Wire, pack, plain, stairs
from designer.diagram.columns import Columns, arrange, riser_x
from designer.diagram.facts import ContainerFact, PodFacts
from designer.diagram.measure import width
from designer.diagram.model import Text
from designer.diagram.mount_lines import Line, VolumeLane

CONTAINER_HEIGHT = 88
STEP_HEIGHT = 56
PILL_HEIGHT = 20
LEAST_ROOM = 208
_HEADING = 16
BAND_WORDS = "shared network · localhost"


class Plan:
    """The places of a pod's parts, with the upper left corner of its lanes at `left`, `top`."""

    def __init__(
        self, facts: PodFacts, arrivals: Mapping[tuple[int, int], Sequence[Hashable]], tracks: int, left: int, top: int
    ) -> None:
        self.facts, self.left, self.tracks = facts, left, tracks
        self.every = (*facts.steps, *facts.running)
        placeof = {fact.container.address: place for place, fact in enumerate(self.every)}
        # Of each call: itself, the places of its caller and callee, and of the callee's port.
        self.call_ends: list[tuple[Call, int, int, int]] = []
        for call in facts.calls:
            callee = placeof[call.callee.address]
            port = next(n for n, known in enumerate(self.every[callee].ports) if known.number == call.port)
            self.call_ends.append((call, placeof[call.caller.address], callee, port))
        cells = self._cells(arrivals)
        self.steps, self.running = cells[: len(facts.steps)], cells[len(facts.steps) :]
        self.steps_top = self.tracks_y = self.band_top = self.band_height = self.band_words_y = 0
        self.across, self.lines, self.volumes_top, self.lane = self._route_all(top)
        self.right, self.bottom = self.lane.right, max(self.lane.bottom, self.content_bottom)

    def call_x(self, number: int) -> tuple[int, int]:
        """The x at which a call leaves its caller and the x at which it reaches its callee."""
        _, caller, callee, port = self.call_ends[number]
        cells = {made.place: made for made in self.across.columns}
        start = cells[caller].out_x(cells[caller].outs.index(("call", number)))
        return start, cells[callee].arrival_x(port, ("call", number))

    def _cells(self, arrivals: Mapping[tuple[int, int], Sequence[Hashable]]) -> list[Cell]:
        outs: list[list[Hashable]] = [[] for _ in self.every]
        before: dict[tuple[int, int], list[Hashable]] = {}
        after: dict[tuple[int, int], list[Hashable]] = {}
        for number, (_, caller, callee, port) in enumerate(self.call_ends):
            outs[caller].append(("call", number))
            (before if caller < callee else after).setdefault((callee, port), []).append(("call", number))
        # The slot of a volume that no other line leads to comes first: that line can go straight down.
        private, order = volumes.private(self.facts), volumes.order(self.facts)
        slots = {volume: (volume not in private, number) for volume, number in order.items()}
        made = []
        for place, fact in enumerate(self.every):
            ends = {
                port: [
                    *before.get((place, port), ()),
                    *arrivals.get((place, port), ()),
                    *after.get((place, port), ()),
                ]
                for port in range(len(fact.ports))
            }
            made.append(cell(place, fact, slots, ends, outs[place], _heading(place, fact)))
        return made

    def _route_all(self, y: int) -> tuple[Columns, list[Line], int, VolumeLane]:
        """Place everything, calmly if there is a calm way: with one turn for each line; else with stairs."""
        risers = step_risers = False
        while True:
            across = arrange(self.steps, self.running, self.left, risers, step_risers)
            lines: list[Line] = []
            start = self._placerows(across, y, lines)
            if start is None:
                step_risers = True
                continue
            lane = mount_lines.route(self.facts, across, lines, start)
            if lane is not None:
                return across, lines, start, lane
            # Stairs always find a way.
            risers = True

    def _placerows(self, across: Columns, y: int, lines: list[Line]) -> int | None:
        """Settle how far down each lane stands, and gather the mounts that go on to the volumes.

        Gives where the channel to the volumes begins, or None where the init containers' lines find no way to it.
        """
        self.across = across
        if across.steps:
            self.steps_top = y + _HEADING
            y = self.steps_top + STEP_HEIGHT
            channel = self._route_steps(across, y, lines)
            if channel is None:
                return None
            y += max(28, channel.height + 12) if across.columns else channel.height
        self.running_heading = y + 10
        if across.columns and (across.steps or len(across.columns) > 1):
            y += _HEADING
        self.containers_top = y
        self.containers_bottom = y + CONTAINER_HEIGHT if across.columns else y
        self.content_bottom = self.containers_bottom
        if across.columns:
            self.tracks_y = self.containers_bottom + PILL_HEIGHT // 2 + 14
            y = self.tracks_y + max(12, TRACK * self.tracks + 4)
            self.band_top = y
            y += self._band_height(across)
            self.content_bottom = y
        elif not across.steps:
            y = self.content_bottom = y + 24
        for column, made in enumerate(across.columns):
            for slot, (mount, spans, label_width) in enumerate(made.mounts):
                at = made.mount_x(slot)
                start = [(at, self.containers_bottom)]
                riser = riser_x(made, slot) if across.risers and mount.volume is not None else None
                lines.append(Line(made, mount, spans, label_width, column, slot, start, at, True, riser))
        return y

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

    def _band_height(self, across: Columns) -> int:
        """How tall the network band must be for the calls through it; gives each its track."""
        ends = [self.call_x(number) for number in range(len(self.call_ends))]
        spans = [(min(pair), max(pair)) for pair in ends]
        self.call_tracks = pack(spans, 12)
        rows = max(self.call_tracks, default=0) + 1
        self.band_height = 30 + 12 * (rows - 1)
        room = round(width(BAND_WORDS, SMALL)) + 24
        right = max(across.right, self.left + LEAST_ROOM)
        # Its words stand at the right end where no call comes, else at the left end, else on a line of their own.
        clear_right, clear_left = (
            all(high < right - room for _, high in spans),
            all(low > self.left + room for low, _ in spans),
        )
        self.band_words_right = clear_right or not clear_left
        self.band_words_y = self.band_height // 2 + 4
        if not clear_right and not clear_left:
            self.band_height += 12
            self.band_words_y = self.band_height - 7
        return self.band_height


def _heading(place: int, fact: ContainerFact) -> str:
    """The words above a step: ``1 · runs first, to completion``; none for a container of the lane below."""
    if fact.container.list != "initContainers":
        return ""
    what = "starts" if fact.native else "runs"
    when = f"{what} first" if place == 0 else f"then {what}"
    return f"{place + 1} · {when}, {'keeps running' if fact.native else 'to completion'}"
