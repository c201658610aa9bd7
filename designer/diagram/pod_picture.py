"""One pod, drawn from top to bottom: its frames, the steps, the containers, the network band, the volumes.

Everything has absolute coordinates, from the upper left corner that the pod is given. Lines that come from outside (a
Service's) are drawn by `layout.py`, which is told where they can dock.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from designer.diagram import volumes
from designer.diagram.calls import Call
from designer.diagram.cells import DETAIL, GLYPH_ROOM, NAME, PAD, PILL, SMALL, Cell, VolumeCell, cell, volume_cell
from designer.diagram.channel import LABEL_GAP, MOST_WIRES, TRACK, Routed, Wire, pack, plain, stairs
from designer.diagram.columns import Columns, arrange, riser_x
from designer.diagram.facts import MountFact, PodFacts, VolumeFact
from designer.diagram.ids import Ids
from designer.diagram.measure import fit, width
from designer.diagram.model import GLYPHS, Band, Box, Edge, Frame, Pill, Point, Rect, Text

CONTAINER_HEIGHT = 88
STEP_HEIGHT = 56
PILL_HEIGHT = 20
_FRAME = 16
_TITLE = 36
_HEADING = 16
_LEAST_ROOM = 208
_LABEL = 11.5


@dataclass
class Placed:
    """A pod's part of the picture. `docks` are the ends of lines from outside: key → (x, y of the port's lower edge)."""

    frames: list[Frame] = field(default_factory=list)
    bands: list[Band] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    rect: Rect = field(default=Rect(0, 0, 0, 0))
    docks: dict[Hashable, Point] = field(default_factory=dict)
    box_ids: list[str] = field(default_factory=list)
    containers_bottom: int = 0
    tracks_y: int = 0


@dataclass
class _Line:
    """A mount on its way down. `points` are its turns so far; `top` is where it enters the channel above the volumes."""

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


def text(x: int, y: int, style: str, words: str, size: float, bold: bool = False, middle: bool = False) -> Text:
    return Text(x, y, style, ((words, ""),), round(width(words, size, bold)), size, middle)


def place(
    facts: PodFacts,
    ids: Ids,
    doc: str,
    x: int,
    y: int,
    arrivals: Mapping[tuple[int, int], Sequence[Hashable]],
    tracks: int,
) -> Placed:
    """Draw a pod with its upper left corner at x, y.

    `arrivals` are the lines from outside that end at each (container, port), `tracks` how many rows below the containers
    to keep free for them; `doc` begins the ids.
    """
    return _Builder(facts, ids, doc, arrivals, tracks).build(x, y)


class _Builder:
    def __init__(
        self,
        facts: PodFacts,
        ids: Ids,
        doc: str,
        arrivals: Mapping[tuple[int, int], Sequence[Hashable]],
        tracks: int,
    ) -> None:
        self.facts, self.ids, self.doc, self.tracks = facts, ids, doc, tracks
        self.out = Placed()
        self.band_top: int | None = None
        self.every = (*facts.steps, *facts.running)
        self.place_of = {fact.container.address: place for place, fact in enumerate(self.every)}
        self.volume_order = volumes.order(facts)
        self.private = volumes.private(facts)
        self.out.box_ids = [ids.of("box", doc, "container", fact.container.name) for fact in self.every]
        self.volume_ids = [ids.of("box", doc, "volume", fact.name) for fact in facts.volumes]
        self.steps, self.running = self._cells(arrivals)

    def build(self, x: int, y: int) -> Placed:
        facts, out = self.facts, self.out
        outer = _FRAME if facts.pod.kind != "Pod" else 0
        self.left = x + outer + _FRAME
        top = y + (_TITLE if outer else 0)
        across, routed, start, ends = self._route_all(top + _TITLE + 4)
        if across.columns or across.steps:
            self._draw_containers(across)
        else:
            words = "No containers yet"
            out.texts.append(text(self.left, self.containers_top + 16, "hint", words, DETAIL))
        self._draw_mounts(routed, start, ends)
        self._draw_volumes()
        bottom = max([self.volumes_bottom, self.content_bottom]) + 20
        labels = self._frame_labels()
        room = max([self.right - self.left, _LEAST_ROOM, *(round(label.width) for label in labels)])
        room = -(-room // 8) * 8
        if across.columns:
            self._draw_band(room)
            self._draw_calls(across)
        pod_rect = Rect(self.left - _FRAME, top, room + 2 * _FRAME, bottom - top)
        out.rect = Rect(x, y, room + 4 * _FRAME, bottom + _FRAME - y) if outer else pod_rect
        self._draw_frames(labels, pod_rect)
        return out

    # Sizes

    def _cells(self, arrivals: Mapping[tuple[int, int], Sequence[Hashable]]) -> tuple[list[Cell], list[Cell]]:
        outs: list[list[Hashable]] = [[] for _ in self.every]
        before: dict[tuple[int, int], list[Hashable]] = {}
        after: dict[tuple[int, int], list[Hashable]] = {}
        self.call_ends: list[tuple[Call, int, int, int]] = []
        for number, call in enumerate(self.facts.calls):
            caller, callee = self.place_of[call.caller.address], self.place_of[call.callee.address]
            port = next(p for p, known in enumerate(self.every[callee].ports) if known.number == call.port)
            outs[caller].append(("call", number))
            (before if caller < callee else after).setdefault((callee, port), []).append(("call", number))
            self.call_ends.append((call, caller, callee, port))
        # The slot of a volume that no other line leads to comes first: that line can go straight down.
        slots = {volume: (volume not in self.private, number) for volume, number in self.volume_order.items()}
        made = []
        for place_, fact in enumerate(self.every):
            heading = ""
            if place_ < len(self.facts.steps):
                first, keeps = place_ == 0, fact.native
                what = "starts" if keeps else "runs"
                heading = f"{place_ + 1} · {what if first else 'then ' + what}{' first' if first else ''}, "
                heading += "keeps running" if keeps else "to completion"
            ends = {
                port: [
                    *before.get((place_, port), ()),
                    *arrivals.get((place_, port), ()),
                    *after.get((place_, port), ()),
                ]
                for port in range(len(fact.ports))
            }
            made.append(cell(place_, fact, slots, ends, outs[place_], heading))
        count = len(self.facts.steps)
        return made[:count], made[count:]

    # Rows from top to bottom, and the lines between them

    def _route_all(self, y: int) -> tuple[Columns, Routed, int, list[_Line]]:
        """Place everything, calmly if there is a calm way: with one turn for each line; else with stairs."""
        risers = step_risers = False
        while True:
            across = arrange(self.steps, self.running, self.left, risers, step_risers)
            lines: list[_Line] = []
            start = self._place_rows(across, y, lines)
            if start is None:
                step_risers = True
                continue
            routed = self._route_volumes(across, lines, start)
            if routed is not None:
                return across, routed, start, lines
            # Stairs always find a way.
            risers = True

    def _place_rows(self, across: Columns, y: int, lines: list[_Line]) -> int | None:
        """Settle how far down each lane stands, and gather the mounts that go on to the volumes.

        Gives where the channel to the volumes begins, or None where the init containers' lines find no way to it.
        """
        self.right = across.right
        self.steps_top = 0
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
            self.out.tracks_y = self.containers_bottom + PILL_HEIGHT // 2 + 14
            y = self.out.tracks_y + max(12, TRACK * self.tracks + 4)
            self.band_top = y
            y += self._band_height(across)
            self.content_bottom = y
        elif not across.steps:
            y = self.content_bottom = y + 24
        self.out.containers_bottom = self.containers_bottom
        for column, made in enumerate(across.columns):
            for slot, (mount, spans, label_width) in enumerate(made.mounts):
                at = made.mount_x(slot)
                start = [(at, self.containers_bottom)]
                riser = riser_x(made, slot) if across.risers and mount.volume is not None else None
                lines.append(_Line(made, mount, spans, label_width, column, slot, start, at, True, riser))
        return y

    def _route_steps(self, across: Columns, y: int, lines: list[_Line]) -> Routed | None:
        """The mounts of init containers down to the gaps between the columns; they are added to `lines`."""
        wires, made = [], []
        for column, step in enumerate(across.inits):
            for slot, (mount, spans, label_width) in enumerate(step.mounts):
                at = step.mount_x(slot)
                bottom = across.gap_x(step, slot) if mount.volume is not None else None
                riser = riser_x(step, slot) if across.step_risers and bottom is not None else None
                wires.append(Wire(at, label_width, bottom, column, riser, len(wires)))
                top = at if bottom is None else bottom
                made.append(_Line(step, mount, spans, label_width, column, slot, [(at, y)], top, False))
        routed = stairs(wires, y) if across.step_risers else plain(wires, y)
        if routed is None:
            return None
        for line, turns, label_y in zip(made, routed.lines, routed.labels, strict=True):
            line.points += turns
            at = line.points[0][0] + LABEL_GAP
            line.label = Text(at, label_y, "mount", line.spans, line.label_width, SMALL)
        lines += made
        return routed

    def _route_volumes(self, across: Columns, lines: list[_Line], y: int) -> Routed | None:
        cells = [volume_cell(place_, fact, 0) for place_, fact in enumerate(self.facts.volumes)]
        reached = [line for line in lines if line.mount.volume is not None]
        if not across.risers:
            for made in cells:
                count = sum(1 for line in reached if line.mount.volume == made.place)
                cells[made.place] = volume_cell(made.place, made.fact, count)
        self.volume_cells = sorted(cells, key=lambda c: self.volume_order[c.place])
        room = across.right - self.left
        one_row = volumes.in_one_row(self.volume_cells, room)
        if not across.risers and (not one_row or len(lines) > MOST_WIRES):
            return None
        entries: dict[int, int] = {}
        if one_row:
            wanted: dict[int, int] = {}
            for made in self.volume_cells:
                tops = [line.top for line in reached if line.mount.volume == made.place]
                if tops:
                    shared = across.risers and made.place not in self.private
                    wanted[made.place] = sum(tops) // len(tops) - (made.width // 2 if shared else PAD)
            volumes.place_row(self.volume_cells, wanted, self.left, self.right)
        else:
            entries = volumes.place_grid(self.volume_cells, self.left, room, 0)
        by_place = {made.place: made for made in self.volume_cells}
        if across.risers:
            if one_row:
                self._straight_on(reached, by_place)
            self._shared_bottoms(reached, by_place, entries)
        else:
            self._own_bottoms(reached, by_place)
        wires = [
            Wire(
                line.top,
                line.label_width if line.labelled else 0,
                line.bottom,
                line.column,
                line.riser,
                line.mount.volume,
            )
            for line in lines
            # What ended above, an init container's mount of no volume, takes no room here.
            if line.labelled or line.mount.volume is not None
        ]
        routed = stairs(wires, y) if across.risers else plain(wires, y)
        if routed is None:
            return None
        lanes_top = y + (routed.height + 16 if wires else 24)
        for made in self.volume_cells:
            made.y += lanes_top
        self.right = max([self.right, *(made.right for made in self.volume_cells)])
        self.volumes_bottom = max([made.y + volumes.HEIGHT for made in self.volume_cells], default=y + routed.height)
        self.volumes_bottom = max(self.volumes_bottom, y + routed.height)
        return routed

    def _own_bottoms(self, reached: Sequence[_Line], by_place: Mapping[int, VolumeCell]) -> None:
        """An end of its own for each line, straight below its start where that can be."""
        tops = [line.top for line in reached]
        labels = [(line.top, line.top + LABEL_GAP + line.label_width) for line in reached if line.labelled]
        given: dict[int, list[int]] = {}
        for line in reached:
            low, high = volumes.edge_span(by_place[line.mount.volume or 0])
            taken = given.setdefault(line.mount.volume or 0, [])
            # Only the leftmost mount of a container has no other's label to its left.
            if (line.slot == 0 or not line.labelled) and low <= line.top <= high:
                line.bottom = line.top
                taken.append(line.top)
        for line in sorted(reached, key=lambda one: one.top):
            if line.bottom is None:
                low, high = volumes.edge_span(by_place[line.mount.volume or 0])
                taken = given[line.mount.volume or 0]
                line.bottom = volumes.free_x(line.top, low, high, tops, taken, labels)
                taken.append(line.bottom)

    def _straight_on(self, reached: Sequence[_Line], by_place: Mapping[int, VolumeCell]) -> None:
        """Take the lines out of the stairs that have their volume to themselves and straight below."""
        for line in reached:
            low, high = volumes.edge_span(by_place[line.mount.volume or 0])
            if line.mount.volume in self.private and (line.slot == 0 or not line.labelled) and low <= line.top <= high:
                line.riser, line.bottom = None, line.top

    def _shared_bottoms(
        self, reached: Sequence[_Line], by_place: Mapping[int, VolumeCell], entries: Mapping[int, int]
    ) -> None:
        """One end for each volume, that all its lines share."""
        downs = [line.top if line.riser is None else line.riser for line in reached]
        tops = [line.top for line in reached]
        bottoms: dict[int, int] = {}
        bent = [line for line in reached if line.bottom is None]
        for volume in dict.fromkeys(line.mount.volume for line in bent if line.mount.volume is not None):
            low, high = volumes.edge_span(by_place[volume])
            entry = entries.get(volume, (low + high) // 2)
            if not low <= entry <= high:
                low, high = entry - 4, entry + 4
            bottoms[volume] = volumes.free_x(entry, low, high, [*downs, *tops])
        for line in bent:
            line.bottom = bottoms[line.mount.volume or 0]

    def _band_height(self, across: Columns) -> int:
        """How tall the network band must be for the calls through it; gives each its track."""
        cells = {made.place: made for made in across.columns}
        spans = []
        for number, (_, caller, callee, port) in enumerate(self.call_ends):
            start = cells[caller].out_x(cells[caller].outs.index(("call", number)))
            end = self._arrival_x(cells[callee], port, ("call", number))
            spans.append((min(start, end), max(start, end)))
        self.call_spans, self.call_tracks = spans, pack(spans, 12)
        rows = max(self.call_tracks, default=0) + 1
        words = "shared network · localhost"
        room = round(width(words, SMALL))
        left, right = self.left, max(across.right, self.left + _LEAST_ROOM)
        middle = 4
        if all(high < right - room - 24 for _, high in spans):
            at, self.band_height = right - room - 14, 30 + 12 * (rows - 1)
        elif all(low > left + room + 24 for low, _ in spans):
            at, self.band_height = left + 14, 30 + 12 * (rows - 1)
        else:
            at, self.band_height = right - room - 14, 30 + 12 * (rows - 1) + 12
            middle = self.band_height // 2 - 7
        self.band_label_right = at > left + 14
        self.band_label = text(at, self.band_top + self.band_height // 2 + middle, "band", words, SMALL)
        return self.band_height

    def _arrival_x(self, made: Cell, port: int, key: Hashable) -> int:
        pill = made.ports[port]
        return made.port_x(port) + (pill.arrivals.index(key) + 1) * pill.width // (len(pill.arrivals) + 1)

    # Drawing

    def _draw_containers(self, across: Columns) -> None:
        out = self.out
        for made in across.steps:
            out.texts.append(text(made.x, self.steps_top - 6, "heading", made.heading, SMALL))
            if not made.fact.native:
                rect = Rect(made.x, self.steps_top, made.width, STEP_HEIGHT)
                out.boxes.append(self._container_box(made, rect, ()))
        apps = [made for made in across.columns if not made.fact.native]
        if apps and (across.steps or len(across.columns) > 1):
            words = f"{len(across.steps) + 1} · run together" if across.steps else "run together"
            out.texts.append(text(apps[0].x, self.running_heading, "heading", words, SMALL))
        for made in across.columns:
            top = self.steps_top if made.fact.native else self.containers_top
            rect = Rect(made.x, top, made.width, self.containers_bottom - top)
            out.boxes.append(self._container_box(made, rect, self._pills(made)))
        self._draw_order(across, apps)

    def _container_box(self, made: Cell, rect: Rect, pills: tuple[Pill, ...]) -> Box:
        fact, c = made.fact, made.fact.container
        low = c.kind == "init"
        texts = [
            text(rect.x + GLYPH_ROOM, rect.y + 21, "name", made.name, NAME, True),
            text(rect.x + (GLYPH_ROOM if low else PAD), rect.y + 41, "detail", made.image, DETAIL),
        ]
        if made.words:
            texts.append(text(rect.x + PAD, rect.y + 59, "detail", made.words, DETAIL))
        kind = {"init": "init container", "sidecar": "native sidecar", "ephemeral": "ephemeral container"}.get(
            c.kind, "container"
        )
        words = fact.words or fact.role
        ports = "; ".join(pill.title for pill in pills)
        name = (
            f"{c.name or 'no name'}, {kind}"
            + ("" if words == kind or low else f", {words}")
            + (f"; {ports}" if ports else "")
        )
        title = "\n".join(part for part in (c.name, c.image, words, *(pill.title for pill in pills)) if part)
        return Box(
            self.out.box_ids[made.place],
            c.address,
            "container",
            rect,
            name,
            title,
            tuple(texts),
            fact.role,
            GLYPHS[fact.role],
            fact.bad,
            fact.native,
            pills,
        )

    def _pills(self, made: Cell) -> tuple[Pill, ...]:
        pills = []
        base = self.out.box_ids[made.place].removeprefix("box-")
        for place_, port in enumerate(made.ports):
            fact = port.fact
            rect = Rect(made.port_x(place_), self.containers_bottom - PILL_HEIGHT // 2, port.width, PILL_HEIGHT)
            title = f"port {fact.number}" + (f" {fact.name}" if fact.name else "")
            title += f" {fact.protocol}" if fact.protocol != "TCP" else ""
            if fact.ghost:
                title += ", not declared here"
            if fact.clash:
                title += f", taken by {' and '.join(fact.clash)} too"
            for key in port.arrivals:
                self.out.docks[key] = (self._arrival_x(made, place_, key), rect.bottom)
            label = text(rect.middle, rect.y + 14, "port", port.text, PILL, True, True)
            clash = bool(fact.clash) or fact.bad
            pills.append(
                Pill(
                    self.ids.of("port", base, str(fact.number), fact.protocol),
                    rect,
                    label,
                    title,
                    fact.number,
                    clash,
                    fact.ghost,
                )
            )
        return tuple(pills)

    def _draw_order(self, across: Columns, apps: Sequence[Cell]) -> None:
        """The arrows from each step to the next, and from the last one to the containers that run together."""
        middle = self.steps_top + STEP_HEIGHT // 2
        for before, after in zip(across.steps, across.steps[1:], strict=False):
            self._order_edge(before, after, ((before.right, middle), (after.x, middle)))
        if not across.steps or not apps:
            return
        last, tip = across.steps[-1], self.running_heading - 12
        if not last.fact.native:
            avoid = {across.gap_x(step, slot) for step, slot in self._passing(across)}
            avoid |= {last.mount_x(slot) for slot in range(len(last.mounts))}
            avoid |= {
                x
                for slot, (_, _, label) in enumerate(last.mounts)
                for x in range(last.mount_x(slot), last.mount_x(slot) + label)
            }
            for clear in (8, 5, 2):
                free = [x for x in range(last.right - 8, last.x, -2) if all(abs(x - a) >= clear for a in avoid)]
                if free:
                    break
            above = [x for x in free if any(made.x + PAD <= x <= made.right - PAD for made in apps)]
            near = [x for x in free if x <= last.right - 16]
            x = (above or near or free or [last.right - 8])[0]
            self._order_edge(last, None, ((x, self.steps_top + STEP_HEIGHT), (x, tip)))
        else:
            beyond = next((made for made in apps if made.x > last.x), None)
            if beyond is not None:
                x = beyond.x + PAD
                self._order_edge(last, None, ((last.right, middle), (x, middle), (x, tip)))

    def _passing(self, across: Columns) -> list[tuple[Cell, int]]:
        if not across.columns:
            return []
        return [
            (step, slot) for step in across.inits for slot, (m, _, _) in enumerate(step.mounts) if m.volume is not None
        ]

    def _order_edge(self, before: Cell, after: Cell | None, line: tuple[Point, ...]) -> None:
        a = before.fact.container
        name = after.fact.container.name if after else "the containers that run together"
        waits = f"{name} waits until {a.name} has {'started' if before.fact.native else 'finished'}"
        source = self.out.box_ids[before.place]
        self.out.edges.append(
            Edge(
                self.ids.of("edge", source.removeprefix("box-"), "next"),
                "order",
                (line,),
                waits,
                source,
                self.out.box_ids[after.place] if after else "",
                a.address,
                after.fact.container.address if after else "",
            )
        )

    def _draw_band(self, room: int) -> None:
        title = "The containers of a pod share one network: each reaches the others on localhost."
        if self.band_label_right:
            at = self.left + room - self.band_label.width - 14
            self.band_label = text(at, self.band_label.y, "band", self.band_label.text, SMALL)
        rect = Rect(self.left, self.band_top, room, self.band_height)
        self.out.bands.append(Band(rect, self.band_label, title))

    def _draw_calls(self, across: Columns) -> None:
        cells = {made.place: made for made in across.columns}
        for number, (call, caller, callee, _) in enumerate(self.call_ends):
            start = cells[caller].out_x(cells[caller].outs.index(("call", number)))
            end, tip = self.out.docks.pop(("call", number))
            track = self.band_top + 15 + 12 * self.call_tracks[number]
            line = ((start, self.containers_bottom), (start, track), (end, track), (end, tip))
            source, target = self.out.box_ids[caller], self.out.box_ids[callee]
            self.out.edges.append(
                Edge(
                    self.ids.of("edge", source.removeprefix("box-"), "calls", call.callee.name, str(call.port)),
                    "call",
                    (line,),
                    call.evidence,
                    source,
                    target,
                    call.caller.address,
                    call.callee.address,
                    cells[caller].fact.role,
                )
            )

    def _draw_mounts(self, routed: Routed, start: int, lines: Sequence[_Line]) -> None:
        tops = {made.place: made.y for made in self.volume_cells}
        sides = {made.place: made for made in self.volume_cells}
        turned = iter(zip(routed.lines, routed.labels, routed.dots, strict=True))
        for line in lines:
            mount, volume = line.mount, line.mount.volume
            first: list[Point] = list(line.points)
            stretches = []
            dots: tuple[Point, ...] = ()
            label = line.label
            if line.labelled or volume is not None:
                turns, label_y, dots = next(turned)
                if line.labelled:
                    label = Text(line.top + LABEL_GAP, label_y, "mount", line.spans, line.label_width, SMALL)
                if self.band_top is not None:
                    # Behind the band: the line stops above it and goes on below.
                    stretches.append((*first, (line.top, self.band_top)))
                    first = [(line.top, start)]
                first += turns
            if volume is not None and line.bottom is not None:
                box = sides[volume]
                if box.x <= line.bottom <= box.right:
                    first.append((line.bottom, tops[volume]))
                else:
                    side = box.y + volumes.HEIGHT // 2
                    first += [(line.bottom, side), (box.x, side)]
            stretches.append(tuple(first))
            source = self.out.box_ids[line.cell.place]
            c = line.cell.fact.container
            self.out.edges.append(
                Edge(
                    self.ids.of("edge", source.removeprefix("box-"), "mounts", mount.path),
                    "mount",
                    tuple(stretches),
                    _mount_title(c.name, mount),
                    source,
                    self.volume_ids[volume] if volume is not None else "",
                    c.address,
                    self.facts.volumes[volume].at if volume is not None else "",
                    arrow=False,
                    broken=volume is None,
                    label=label,
                    dots=dots,
                )
            )

    def _draw_volumes(self) -> None:
        mounted = {mount.volume for fact in self.every for mount in fact.mounts}
        for made in self.volume_cells:
            fact = made.fact
            rect = Rect(made.x, made.y, made.width, volumes.HEIGHT)
            texts = (
                text(rect.x + PAD, rect.y + 21, "name", made.name, NAME, True),
                text(rect.x + PAD, rect.y + 39, "detail", made.type, DETAIL),
                text(rect.x + PAD, rect.y + 54, "detail", made.detail, DETAIL),
            )
            words = [_volume_words(fact), *([] if made.place in mounted else ["no container mounts it"])]
            self.out.boxes.append(
                Box(
                    self.volume_ids[made.place],
                    fact.at,
                    "volume",
                    rect,
                    f"Volume {fact.name or 'no name'}, {', '.join(words)}",
                    "\n".join([fact.name, *words]),
                    tuple(one for one in texts if one.text),
                    bad=fact.bad,
                )
            )

    def _frame_labels(self) -> tuple[Text, ...]:
        facts = self.facts
        pod = facts.pod
        notes = f" · {facts.notes}" if facts.notes else ""
        if pod.kind == "Pod":
            return (_label(("Pod · ", ""), (fit(pod.name or "(no name)", _LABEL, 320, True), "strong"), (notes, "")),)
        tail = f" · {fit(facts.label, _LABEL, 160)}" if facts.label else ""
        name = fit(pod.name or "(no name)", _LABEL, 320, True)
        return _label((f"{pod.kind} · ", ""), (name, "strong"), (tail, "")), _label(("Pod", ""), (notes, ""))

    def _draw_frames(self, labels: tuple[Text, ...], pod_rect: Rect) -> None:
        facts, out = self.facts, self.out
        name = f"{facts.pod.kind} {facts.pod.name or 'no name'}" + (f", {facts.label}" if facts.label else "")
        frame_id = self.ids.of("box", self.doc)
        if len(labels) == 2:
            label = _moved(labels[0], out.rect.x + _FRAME, out.rect.y + 23)
            out.frames.append(Frame(frame_id, facts.pod.address, "workload", out.rect, label, name, name, facts.bad))
            frame_id = self.ids.of("box", self.doc, "pod")
        label = _moved(labels[-1], pod_rect.x + _FRAME, pod_rect.y + 23)
        out.frames.append(Frame(frame_id, facts.pod.address, "pod", pod_rect, label, name, name, facts.bad))


def _label(*spans: tuple[str, str]) -> Text:
    room = sum(width(words, _LABEL, style != "") for words, style in spans)
    return Text(0, 0, "frame", tuple(span for span in spans if span[0]), round(room) + 1, _LABEL)


def _moved(label: Text, x: int, y: int) -> Text:
    return Text(x, y, label.style, label.spans, label.width, label.size)


def _mount_title(container: str, mount: MountFact) -> str:
    how = "reads only" if mount.mode == "ro" else "reads and writes"
    part = f", only {mount.sub_path} of it" if mount.sub_path else ""
    if mount.volume is None:
        return f"{container} mounts {mount.volume_name} at {mount.path}, but the pod has no such volume"
    return f"{container} mounts {mount.volume_name} at {mount.path}{part}, and {how}"


def _volume_words(fact: VolumeFact) -> str:
    return f"{fact.type or 'no type'} {fact.detail}".strip()
