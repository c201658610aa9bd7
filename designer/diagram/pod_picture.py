"""One pod, drawn from top to bottom: its frames, the steps, the containers, the network band, the volumes.

`plan.py` says where everything stands; here it becomes boxes, lines and words. Lines that come from outside (a
Service's) are drawn by `layout.py`, which is told where they can dock.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from designer.diagram import volumes
from designer.diagram.cells import DETAIL, GLYPH_ROOM, NAME, PAD, PILL, SMALL, Cell, VolumeCell
from designer.diagram.channel import LABEL_GAP
from designer.diagram.facts import MountFact, PodFacts, VolumeFact
from designer.diagram.ids import Ids
from designer.diagram.measure import fit, width
from designer.diagram.model import GLYPHS, Band, Box, Edge, Frame, Pill, Point, Rect, Text
from designer.diagram.plan import BAND_WORDS, LEAST_ROOM, PILL_HEIGHT, STEP_HEIGHT, Plan
from designer.diagram.summary import Spans, summary

FRAME = 16
TITLE = 36
_LABEL = 11.5


@dataclass
class Placed:
    """A pod's part of the picture. `docks` are the ends of lines from outside: key → (x, y below the port)."""

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

    `arrivals` are the lines from outside that end at each (container, port), `tracks` how many rows below the
    containers to keep free for them; `doc` begins the ids.
    """
    outer = 0 if facts.pod.kind == "Pod" else FRAME
    left, top = x + outer + FRAME, y + (TITLE if outer else 0) + TITLE + 4
    entered = {container for (container, _), lines in arrivals.items() if lines}
    return _Builder(facts, ids, doc, Plan(facts, arrivals, tracks, left, top), entered, x, y).out


class _Builder:
    def __init__(
        self, facts: PodFacts, ids: Ids, doc: str, plan: Plan, entered: Collection[int], x: int, y: int
    ) -> None:
        self.facts, self.ids, self.doc, self.plan = facts, ids, doc, plan
        self.out = Placed(containers_bottom=plan.containers_bottom, tracks_y=plan.tracks_y)
        self.out.box_ids = [ids.of("box", doc, "container", fact.container.name) for fact in plan.every]
        self.volume_ids = [ids.of("box", doc, "volume", fact.name) for fact in facts.volumes]
        if plan.across.columns or plan.across.steps:
            self._draw_containers()
        else:
            self.out.texts.append(text(plan.left, plan.containers_top + 16, "hint", "No containers yet", DETAIL))
        self._draw_mounts()
        self._draw_volumes()
        labels = self._frame_labels()
        room = max([plan.right - plan.left, LEAST_ROOM, *(label.width for label in labels)])
        room = -(-room // 8) * 8
        if plan.across.columns:
            self._draw_band(room)
            self._draw_calls()
        top = y + (TITLE if len(labels) == 2 else 0)
        bottom = plan.bottom + (40 if self._draw_summary(entered, room) else 20)
        pod_rect = Rect(plan.left - FRAME, top, room + 2 * FRAME, bottom - top)
        outer = Rect(x, y, room + 4 * FRAME, pod_rect.bottom + FRAME - y)
        self.out.rect = outer if len(labels) == 2 else pod_rect
        self._draw_frames(labels, pod_rect)

    def _draw_containers(self) -> None:
        out = self.out
        for made in self.plan.across.steps:
            out.texts.append(text(made.x, self.plan.steps_top - 6, "heading", made.heading, SMALL))
            if not made.fact.native:
                rect = Rect(made.x, self.plan.steps_top, made.width, STEP_HEIGHT)
                out.boxes.append(self._container_box(made, rect, ()))
        apps = [made for made in self.plan.across.columns if not made.fact.native]
        if apps and (self.plan.across.steps or len(self.plan.across.columns) > 1):
            words = f"{len(self.plan.across.steps) + 1} · run together" if self.plan.across.steps else "run together"
            out.texts.append(text(apps[0].x, self.plan.running_heading, "heading", words, SMALL))
        for made in self.plan.across.columns:
            top = self.plan.steps_top if made.fact.native else self.plan.containers_top
            rect = Rect(made.x, top, made.width, self.plan.containers_bottom - top)
            out.boxes.append(self._container_box(made, rect, self._pills(made)))
        self._draw_order(apps)

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
            rect = Rect(made.port_x(place_), self.plan.containers_bottom - PILL_HEIGHT // 2, port.width, PILL_HEIGHT)
            title = f"port {fact.number}" + (f" {fact.name}" if fact.name else "")
            title += f" {fact.protocol}" if fact.protocol != "TCP" else ""
            if fact.ghost:
                title += ", not declared here"
            if fact.clash:
                title += f", taken by {' and '.join(fact.clash)} too"
            for key in port.arrivals:
                self.out.docks[key] = (made.arrival_x(place_, key), rect.bottom)
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

    def _draw_order(self, apps: Sequence[Cell]) -> None:
        """The arrows from each step to the next, and from the last one to the containers that run together."""
        middle = self.plan.steps_top + STEP_HEIGHT // 2
        for before, after in zip(self.plan.across.steps, self.plan.across.steps[1:], strict=False):
            self._order_edge(before, after, ((before.right, middle), (after.x, middle)))
        if not self.plan.across.steps or not apps:
            return
        last, tip = self.plan.across.steps[-1], self.plan.running_heading - 12
        if not last.fact.native:
            x = self._way_out(last, apps)
            self._order_edge(last, None, ((x, self.plan.steps_top + STEP_HEIGHT), (x, tip)))
        else:
            beyond = next((made for made in apps if made.x > last.x), None)
            if beyond is not None:
                x = beyond.x + PAD
                self._order_edge(last, None, ((last.right, middle), (x, middle), (x, tip)))

    def _way_out(self, last: Cell, apps: Sequence[Cell]) -> int:
        """The x at which an arrow leaves the last init container: right of the words on its mounts."""
        across = self.plan.across
        lines = [
            across.gap_x(step, slot)
            for step in across.inits
            for slot, (mount, _, _) in enumerate(step.mounts)
            if mount.volume is not None
        ]
        start = max(
            [last.x + PAD, *(last.mount_x(n) + LABEL_GAP + label + 4 for n, (_, _, label) in enumerate(last.mounts))]
        )
        for clear in (8, 5, 2):
            free = [x for x in range(last.right - 8, start, -2) if all(abs(x - line) >= clear for line in lines)]
            if free:
                break
        above = [
            x for x in free if x <= last.right - 16 and any(made.x + PAD <= x <= made.right - PAD for made in apps)
        ]
        return (above or [x for x in free if x <= last.right - 16] or free or [last.right - 8])[0]

    def _order_edge(self, before: Cell, after: Cell | None, line: tuple[Point, ...]) -> None:
        a = before.fact.container
        who = f"{after.fact.container.name} waits" if after else "the containers that run together wait"
        waits = f"{who} until {a.name} has {'started' if before.fact.native else 'finished'}"
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
        plan = self.plan
        label = text(plan.left + 14, plan.band_top + plan.band_words_y, "band", BAND_WORDS, SMALL)
        if plan.band_words_right:
            label = replace(label, x=plan.left + room - label.width - 14)
        title = "The containers of a pod share one network: each reaches the others on localhost."
        self.out.bands.append(Band(Rect(plan.left, plan.band_top, room, plan.band_height), label, title))

    def _draw_calls(self) -> None:
        plan = self.plan
        for number, (call, caller, callee, _) in enumerate(plan.call_ends):
            start, _ = plan.call_x(number)
            end, tip = self.out.docks.pop(("call", number))
            track = plan.band_top + 15 + 12 * plan.call_tracks[number]
            line = ((start, plan.containers_bottom), (start, track), (end, track), (end, tip))
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
                    plan.every[caller].role,
                )
            )

    def _draw_mounts(self) -> None:
        plan, lane = self.plan, self.plan.lane
        cells = {made.place: made for made in lane.cells}
        ways = dict(
            zip(
                map(id, lane.wired),
                zip(lane.routed.lines, lane.routed.labels, lane.routed.dots, strict=True),
                strict=True,
            )
        )
        for line in plan.lines:
            mount, volume = line.mount, line.mount.volume
            points = list(line.points)
            stretches: list[tuple[Point, ...]] = []
            turns, label_y, dots = ways.get(id(line), ((), 0, ()))
            label = line.label or Text(line.top + LABEL_GAP, label_y, "mount", line.spans, line.label_width, SMALL)
            if id(line) in ways and plan.across.columns:
                # Behind the band: the line stops above it and goes on below.
                stretches.append((*points, (line.top, plan.band_top)))
                points = [(line.top, plan.volumes_top)]
            points += turns
            if volume is not None and line.bottom is not None:
                points += _last_points(line.bottom, cells[volume])
            stretches.append(tuple(points))
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
        mounted = {mount.volume for fact in self.plan.every for mount in fact.mounts}
        for made in self.plan.lane.cells:
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

    def _draw_summary(self, entered: Collection[int], room: int) -> bool:
        """The sentences about the pod that there is room for, in a line below everything."""
        line: Spans = ()
        used = 0
        for sentence in summary(self.facts, entered, DETAIL):
            spans = ((" · ", ""), *sentence) if line else sentence
            need = _spans_width(spans, DETAIL)
            if used + need <= room:
                line, used = line + spans, used + need
        if line:
            self.out.texts.append(Text(self.plan.left, self.plan.bottom + 26, "summary", line, used, DETAIL))
        return bool(line)

    def _frame_labels(self) -> tuple[Text, ...]:
        facts = self.facts
        pod = facts.pod
        notes = f" · {facts.notes}" if facts.notes else ""
        sign = (" !" if facts.bad else "", "bad")
        name = (fit(pod.name or "(no name)", _LABEL, 320, True), "strong")
        if pod.kind == "Pod":
            return (_label(("Pod · ", ""), name, (notes, ""), sign),)
        tail = f" · {fit(facts.label, _LABEL, 160)}" if facts.label else ""
        return _label((f"{pod.kind} · ", ""), name, (tail, ""), sign), _label(("Pod", ""), (notes, ""))

    def _draw_frames(self, labels: tuple[Text, ...], pod_rect: Rect) -> None:
        facts, out = self.facts, self.out
        name = f"{facts.pod.kind} {facts.pod.name or 'no name'}" + (f", {facts.label}" if facts.label else "")
        frame_id = self.ids.of("box", self.doc)
        if len(labels) == 2:
            label = _moved(labels[0], out.rect.x + FRAME, out.rect.y + 23)
            out.frames.append(Frame(frame_id, facts.pod.address, "workload", out.rect, label, name, name, facts.bad))
            frame_id = self.ids.of("box", self.doc, "pod")
        label = _moved(labels[-1], pod_rect.x + FRAME, pod_rect.y + 23)
        out.frames.append(
            Frame(frame_id, facts.pod.address, "pod", pod_rect, label, name, name, facts.bad, len(labels) == 2)
        )


def _last_points(x: int, cell: VolumeCell) -> list[Point]:
    """The end of a line that comes down at x: on the volume's upper edge, or its side if it comes down beside it."""
    if cell.x <= x <= cell.right:
        return [(x, cell.y)]
    side = cell.y + volumes.HEIGHT // 2
    return [(x, side), (cell.x, side)]


def _label(*spans: tuple[str, str]) -> Text:
    return Text(0, 0, "frame", tuple(span for span in spans if span[0]), _spans_width(spans, _LABEL), _LABEL)


def _spans_width(spans: Spans, size: float) -> int:
    return round(sum(width(words, size, style != "") for words, style in spans)) + 1


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
