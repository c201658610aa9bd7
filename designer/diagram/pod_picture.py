"""One pod, drawn from top to bottom: its frames, the steps, then row by row the containers, the network, the volumes.

`plan.py` says where everything stands; here and in pod_lines.py it becomes boxes, lines and words. Lines that come from
outside (a Service's) are drawn by `layout.py`, which is told where they can dock.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, field

from designer.diagram import pod_frames, pod_lines
from designer.diagram.cells import DETAIL, GLYPH_ROOM, NAME, PAD, PILL, SMALL, Cell
from designer.diagram.channel import LABEL_GAP
from designer.diagram.facts import PodFacts, VolumeFact
from designer.diagram.ids import Ids
from designer.diagram.measure import width
from designer.diagram.model import GLYPHS, Band, Box, Edge, Frame, Pill, Point, Rect, Text
from designer.diagram.plan import LEAST_ROOM, PILL_HEIGHT, STEP_HEIGHT, Arrivals, Plan, Row
from designer.diagram.pod_frames import FRAME, TITLE, spans_width
from designer.diagram.summary import Spans, summary

# So many sentences about whom a container calls are read in one breath.
_EVIDENCE = 4


@dataclass
class Placed:
    """A pod's part of the picture.

    `docks` are the ends of lines from outside: key → (x, y below the port), `tracks` the heights at which they come in,
    `exits` where lines leave the pod at its right edge, `tops` the lower edge of its first row of containers.
    """

    frames: list[Frame] = field(default_factory=list)
    bands: list[Band] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    rect: Rect = field(default=Rect(0, 0, 0, 0))
    docks: dict[Hashable, Point] = field(default_factory=dict)
    tracks: dict[Hashable, int] = field(default_factory=dict)
    exits: dict[Hashable, tuple[Point, ...]] = field(default_factory=dict)
    box_ids: list[str] = field(default_factory=list)
    containers_bottom: int = 0


def text(x: int, y: int, style: str, words: str, size: float, bold: bool = False, middle: bool = False) -> Text:
    return Text(x, y, style, ((words, ""),), round(width(words, size, bold)), size, middle)


def place(facts: PodFacts, ids: Ids, doc: str, x: int, y: int, arrivals: Arrivals) -> Placed:
    """Draw a pod with its upper left corner at x, y. `arrivals` are the lines from outside; `doc` begins the ids."""
    outer = 0 if facts.pod.kind == "Pod" else FRAME
    left, top = x + outer + FRAME, y + (TITLE if outer else 0) + TITLE + 4
    entered = {end[0] for end, lines in arrivals.ports.items() if lines and not facts.closed(*end)}
    return _Builder(facts, ids, doc, Plan(facts, arrivals, left, top), entered, x, y).out


class _Builder:
    def __init__(
        self, facts: PodFacts, ids: Ids, doc: str, plan: Plan, entered: Collection[int], x: int, y: int
    ) -> None:
        self.facts, self.ids, self.doc, self.plan = facts, ids, doc, plan
        self.out = Placed(containers_bottom=plan.rows[0].bottom)
        self.out.tracks = {key: at for row in plan.rows for key, at in row.tracks.items()}
        self.out.box_ids = [ids.of("box", doc, "container", fact.container.name) for fact in plan.every]
        self.volume_ids = [ids.of("box", doc, "volume", "and more" if v.hidden else v.name) for v in facts.volumes]
        if plan.every:
            self._draw_containers()
        else:
            self.out.texts.append(text(plan.left, plan.rows[0].top + 16, "hint", "No containers yet", DETAIL))
        room = max(plan.right - plan.left, LEAST_ROOM, pod_frames.room(facts))
        room = -(-room // 8) * 8
        lines = pod_lines.Lines(plan, ids, self.out.box_ids, self.volume_ids, plan.left + room)
        self.out.edges += lines.mounts()
        self._draw_volumes()
        if plan.rows[0].across.columns:
            self.out.bands += lines.bands()
        self.out.edges += lines.calls(self.out.docks)
        framed = facts.pod.kind != "Pod"
        top = y + (TITLE if framed else 0)
        bottom = plan.bottom + (40 if self._draw_summary(entered, room) else 20)
        pod_rect = Rect(plan.left - FRAME, top, room + 2 * FRAME, bottom - top)
        outer = Rect(x, y, room + 4 * FRAME, pod_rect.bottom + FRAME - y)
        self.out.rect = outer if framed else pod_rect
        self.out.exits = lines.exits(self.out.rect.right)
        self.out.frames += pod_frames.frames(facts, ids, doc, outer, pod_rect)

    def _draw_containers(self) -> None:
        out, plan = self.out, self.plan
        for made in plan.steps:
            out.texts.append(text(made.x, plan.steps_top - 6, "heading", made.heading, SMALL))
            if not made.fact.native:
                rect = Rect(made.x, plan.steps_top, made.width, STEP_HEIGHT)
                out.boxes.append(self._container_box(made, rect, ()))
        apps = [made for made in plan.rows[0].across.columns if not made.fact.native]
        if apps and (plan.steps or len(plan.every) > 1):
            words = f"{len(plan.steps) + 1} · run together" if plan.steps else "run together"
            out.texts.append(text(apps[0].x, plan.heading, "heading", words, SMALL))
        for row in plan.rows:
            for made in row.across.columns:
                top = plan.steps_top if made.fact.native else row.top
                rect = Rect(made.x, top, made.width, row.bottom - top)
                out.boxes.append(self._container_box(made, rect, self._pills(made, row)))
        self._draw_order(apps)

    def _container_box(self, made: Cell, rect: Rect, pills: tuple[Pill, ...]) -> Box:
        fact, c = made.fact, made.fact.container
        low = c.kind == "init"
        texts = [
            text(rect.x + GLYPH_ROOM, rect.y + 21, "name", made.name, NAME, True),
            text(rect.x + PAD, rect.y + 41, "detail", made.image, DETAIL),
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
        lines = (c.name, c.image, words, *(pill.title for pill in pills), *self._evidence(made.place))
        title = "\n".join(part for part in lines if part)
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

    def _evidence(self, place_: int) -> list[str]:
        """Whom a container calls and reaches, and what says so: its lines have it too, for those who point at them."""
        at = self.plan.every[place_].container.address
        found = [call.evidence for call in self.facts.calls if call.caller.address == at]
        found += [reach.evidence for reach in self.facts.reaches if reach.container == place_]
        rest = len(found) - _EVIDENCE
        return found if rest <= 1 else [*found[:_EVIDENCE], f"and {rest} more"]

    def _pills(self, made: Cell, row: Row) -> tuple[Pill, ...]:
        pills = []
        base = self.out.box_ids[made.place].removeprefix("box-")
        for place_, port in enumerate(made.ports):
            fact = port.fact
            rect = Rect(made.port_x(place_), row.bottom - PILL_HEIGHT // 2, port.width, PILL_HEIGHT)
            title = f"port {fact.number}" + (f" {fact.name}" if fact.name else "")
            title += f" {fact.protocol}" if fact.protocol != "TCP" else ""
            if fact.ghost:
                title += ", not declared here"
            if fact.clash:
                title += f", taken by {' and '.join(fact.clash)} too"
            elif fact.bad:
                title += ", has an error"
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
        for before, after in zip(self.plan.steps, self.plan.steps[1:], strict=False):
            self._order_edge(before, after, ((before.right, middle), (after.x, middle)))
        if not self.plan.steps or not apps:
            return
        last, tip = self.plan.steps[-1], self.plan.heading - 12
        if not last.fact.native:
            x = self._way_out(last, apps)
            self._order_edge(last, None, ((x, self.plan.steps_top + STEP_HEIGHT), (x, tip)))
        else:
            back = self.plan.rows[0].across.leads_back
            beyond = next((made for made in apps if made.x > last.x), None)
            if back is not None:
                x = back.right - PAD
                self._order_edge(last, None, ((last.x, tip - 12), (x, tip - 12), (x, tip)))
            elif beyond is not None:
                x = beyond.x + PAD
                self._order_edge(last, None, ((last.right, middle), (x, middle), (x, tip)))

    def _way_out(self, last: Cell, apps: Sequence[Cell]) -> int:
        """The x at which an arrow leaves the last init container: right of the words on its mounts."""
        across = self.plan.rows[0].across
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

    def _draw_volumes(self) -> None:
        mounted = {mount.volume for fact in self.plan.every for mount in fact.mounts}
        for made in (made for row in self.plan.rows for made in row.lane.cells):
            fact = made.fact
            rect = Rect(made.x, made.y, made.width, made.height)
            texts = (
                text(rect.x + PAD, rect.y + 21, "name", made.name, NAME, True),
                text(rect.x + PAD, rect.y + 38, "detail", made.type, DETAIL),
                text(rect.x + PAD, rect.y + 54, "detail", made.detail, DETAIL),
            )
            words = [
                _volume_words(fact),
                *([fact.words] if fact.words else []),
                *([] if made.place in mounted else ["no container mounts it"]),
            ]
            hidden = [", ".join(fact.hidden)] if fact.hidden else []
            self.out.boxes.append(
                Box(
                    self.volume_ids[made.place],
                    fact.at,
                    "volume",
                    rect,
                    f"Volume {fact.name or 'no name'}, {', '.join(words)}",
                    "\n".join([fact.name, *words, *hidden]),
                    tuple(one for one in texts if one.text),
                    bad=fact.bad,
                    absent=fact.absent,
                )
            )

    def _draw_summary(self, entered: Collection[int], room: int) -> bool:
        """The sentences about the pod that there is room for, in a line below everything, and how many more there are.

        The words on the lines and boxes say the same: what is left out here is nowhere lost.
        """
        line: Spans = ()
        used = 0
        sentences = summary(self.facts, entered, DETAIL)
        for number, sentence in enumerate(sentences):
            spans = ((" · ", ""), *sentence) if line else sentence
            need, left = spans_width(spans, DETAIL), len(sentences) - number - 1
            more: Spans = ((f" · and {left} more", ""),) if left else ()
            if used + need + (spans_width(more, DETAIL) if more else 0) > room:
                if line:
                    more = ((f" · and {left + 1} more", ""),)
                    line, used = line + more, used + spans_width(more, DETAIL)
                break
            line, used = line + spans, used + need
        if line:
            self.out.texts.append(Text(self.plan.left, self.plan.bottom + 26, "summary", line, used, DETAIL))
        return bool(line)


def _volume_words(fact: VolumeFact) -> str:
    return f"{fact.type or 'no type'} {fact.detail}".strip()
