"""Documents to a picture: pods side by side, their Services on their left, everything else in a row below."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass

from designer.diagram.cells import DETAIL, NAME, PAD, SMALL
from designer.diagram.channel import TRACK
from designer.diagram.facts import CompanionFact, Facts, ServiceFact, facts
from designer.diagram.ids import Ids
from designer.diagram.measure import fit, width
from designer.diagram.model import Box, Edge, Picture, Point, Rect, Text
from designer.diagram.plan import Arrivals
from designer.diagram.pod_picture import Placed, place, text
from designer.manifests.types import Documents

_MARGIN = 16
_POD_GAP = 48
_STUB = 20
_SERVICE_HEAD = 48
_SERVICE_ROW = 18
_COMPANION_HEIGHT = 48
_COMPANION_GAP = 16
_LEAST_WIDTH = 720
_NO_ROLES: Mapping[str, str] = {}


@dataclass(frozen=True)
class _Link:
    """One arrow from a Service's port to a container's port: `row` of `service`, to `port` of `container` of `pod`."""

    service: int
    row: int
    pod: int
    container: int
    port: int


def layout(documents: Documents, roles: Mapping[str, str] = _NO_ROLES, bad: Collection[str] = ()) -> Picture:
    """The picture of a design.

    `roles`: a container's address → application, sidecar, ambassador, adapter or init (what a missing one plays is
    read off where it stands). `bad`: addresses with errors, of containers, volumes, documents or ports
    (``0/containers/1/ports/0``). Documents of odd shapes are drawn as far as they can be, never an error.
    """
    found = facts(documents, roles, bad)
    if not found.pods and not found.companions:
        return Picture(0, 0, "An empty design")
    ids = Ids()
    docs = [_doc(document) for document in documents]
    links = _links(found)
    across = sum(1 for link in links if link.pod != found.services[link.service].home)
    top = _MARGIN + (TRACK * across + _MARGIN if across else 0)
    picture = _Parts()
    x = _MARGIN
    for number, pod in enumerate(found.pods):
        x = _block(picture, found, links, ids, docs, number, docs[pod.pod.document], x, top)
    picture.connect(found, links, ids)
    bottom = max([placed.rect.bottom for placed in picture.pods], default=0)
    bottom = max([bottom, *(box.rect.bottom for box in picture.boxes)])
    right = max([placed.rect.right for placed in picture.pods], default=0)
    if found.companions:
        start = bottom + 32 if bottom else _MARGIN
        right, bottom = _companions(picture, found.companions, ids, docs, start, max(right, _LEAST_WIDTH))
    names = [f"{pod.pod.kind} {pod.pod.name or 'no name'}" for pod in found.pods]
    title = "Diagram of " + (
        ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "") or "a design"
    )
    pods = picture.pods
    return Picture(
        right + _MARGIN,
        bottom + _MARGIN,
        title,
        tuple(frame for placed in pods for frame in placed.frames),
        tuple(band for placed in pods for band in placed.bands),
        (*(edge for placed in pods for edge in placed.edges), *picture.edges),
        (*(box for placed in pods for box in placed.boxes), *picture.boxes),
        tuple(words for placed in pods for words in placed.texts),
    )


def _doc(document: object) -> str:
    """How ids of a document begin: its kind and name."""
    data = document if isinstance(document, dict) else {}
    metadata = data.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    return f"{data.get('kind') or 'document'}-{name if isinstance(name, str) else 'no-name'}"


def _links(found: Facts) -> list[_Link]:
    return [
        _Link(number, row, *target)
        for number, service in enumerate(found.services)
        for row, port in enumerate(service.ports)
        for target in port.targets
    ]


class _Parts:
    """What has been placed so far, and where the lines of Services begin and go down."""

    def __init__(self) -> None:
        self.pods: list[Placed] = []
        self.boxes: list[Box] = []
        self.edges: list[Edge] = []
        self.rows: dict[tuple[int, int], Point] = {}
        self.service_ids: dict[int, str] = {}
        self.gutters: list[int] = []

    def connect(self, found: Facts, links: Sequence[_Link], ids: Ids) -> None:
        """Draw the arrow of each link: out of its row, down the gutter by its pod, along a track, up to the port."""
        lanes: dict[tuple[int, _Link], int] = {}
        for pod in range(len(self.pods)):
            for nth, link in enumerate(_gutter_order(self, links, pod, found)):
                lanes[pod, link] = self.gutters[pod] - TRACK * nth
        tracks: dict[int, list[_Link]] = defaultdict(list)
        for link in links:
            tracks[link.pod].append(link)
        sky = _MARGIN
        for link in links:
            service = found.services[link.service]
            placed = self.pods[link.pod]
            start = self.rows[link.service, link.row]
            end, tip = placed.docks[link]
            track = placed.tracks[link]
            x = lanes[service.home, link]
            points = [start, (x, start[1])]
            if link.pod != service.home:
                away = lanes[link.pod, link]
                points += [(x, sky), (away, sky)]
                x = away
                sky += TRACK
            points += [(x, track), (end, track), (end, tip)]
            source = self.service_ids[link.service]
            fact = found.pods[link.pod]
            container = (*fact.steps, *fact.running)[link.container]
            port = service.ports[link.row]
            self.edges.append(
                Edge(
                    ids.of("edge", source.removeprefix("box-"), port.text, fact.pod.name),
                    "service",
                    (tuple(points),),
                    f"Service {service.name}: {port.title}, {container.container.name}",
                    source,
                    placed.box_ids[link.container],
                    str(service.document),
                    container.container.address,
                )
            )


def _gutter_order(parts: _Parts, links: Sequence[_Link], pod: int, found: Facts) -> list[_Link]:
    """The links that pass the gutter of a pod, from the lane nearest to it outwards: higher rows turn in nearer."""
    own = [link for link in links if found.services[link.service].home == pod]
    guests = [link for link in links if link.pod == pod and found.services[link.service].home != pod]
    tracks = {link: parts.pods[link.pod].tracks[link] for link in own}
    high = [link for link in own if parts.rows[link.service, link.row][1] <= tracks[link]]
    low = [link for link in own if parts.rows[link.service, link.row][1] > tracks[link]]
    return [*guests, *high, *reversed(low)]


def _block(
    parts: _Parts,
    found: Facts,
    links: Sequence[_Link],
    ids: Ids,
    docs: Sequence[str],
    pod: int,
    doc: str,
    x: int,
    top: int,
) -> int:
    """One pod and the Services on its left, from x on. Gives the x from which the next block starts."""
    own = [(number, service) for number, service in enumerate(found.services) if service.home == pod]
    arriving = [link for link in links if link.pod == pod]
    passing = [link for link in links if link.pod == pod or found.services[link.service].home == pod]
    arrivals: dict[tuple[int, int], list[Hashable]] = defaultdict(list)
    for link in arriving:
        arrivals[link.container, link.port].append(link)
    room = max((_service_width(service) for _, service in own), default=0)
    start = x
    if own:
        x += room + _STUB
    if passing:
        x += TRACK * len(passing) + 8
    elif own:
        x += 12
    parts.gutters.append(x - 12)
    placed = place(found.pods[pod], ids, doc, x, top, Arrivals(arrivals))
    parts.pods.append(placed)
    if own:
        heights = [_service_height(service) for _, service in own]
        total = sum(heights) + _COMPANION_GAP * (len(own) - 1)
        # Above the rows of arrows below the containers, where there is room for it.
        y = max(top, min(placed.containers_bottom - total, placed.rect.bottom - total))
        for (number, service), height in zip(own, heights, strict=True):
            _draw_service(parts, number, service, ids, docs, Rect(start, y, room, height), list(placed.tracks.values()))
            y += height + _COMPANION_GAP
    return placed.rect.right + _POD_GAP


def _problems(service: ServiceFact) -> list[str]:
    """What is wrong with a Service, a line each, and each thing said once."""
    return [words for words in dict.fromkeys([service.problem, *(port.problem for port in service.ports)]) if words]


def _service_lines(service: ServiceFact) -> list[tuple[str, str]]:
    lines = [
        (fit(port.text, DETAIL, 150) + (" !" if port.problem else ""), "bad" if port.problem else "detail")
        for port in service.ports
    ]
    return lines + [(fit(problem, SMALL, 180), "problem") for problem in _problems(service)]


def _service_width(service: ServiceFact) -> int:
    texts = [width(line, DETAIL, style == "bad") for line, style in _service_lines(service)]
    texts += [width(_service_name(service), NAME, True), width(_service_kind(service), SMALL)]
    return max(112, -(-(round(max(texts)) + 2 * PAD) // 8) * 8)


def _service_height(service: ServiceFact) -> int:
    return _SERVICE_HEAD + _SERVICE_ROW * len(_service_lines(service)) + 4


def _service_kind(service: ServiceFact) -> str:
    return f"Service · {fit(service.type, SMALL, 90)}"


def _service_name(service: ServiceFact) -> str:
    return fit(service.name or "(no name)", NAME, 168, True)


def _beside_tracks(y: int, tracks: Sequence[int]) -> int:
    """The height nearest to `y` at which a line lies on no track."""
    near = sorted(range(-12, 13), key=lambda off: (abs(off), -off))
    return next((y + off for off in near if all(abs(y + off - track) >= 2 for track in tracks)), y)


def _draw_service(
    parts: _Parts, number: int, service: ServiceFact, ids: Ids, docs: Sequence[str], rect: Rect, tracks: Sequence[int]
) -> None:
    box_id = ids.of("box", docs[service.document])
    parts.service_ids[number] = box_id
    texts = [
        text(rect.x + PAD, rect.y + 20, "kind", _service_kind(service), SMALL),
        text(rect.x + PAD, rect.y + 38, "name", _service_name(service), NAME, True),
    ]
    for row, (line, style) in enumerate(_service_lines(service)):
        y = rect.y + _SERVICE_HEAD + 10 + _SERVICE_ROW * row
        texts.append(text(rect.x + PAD, y, style, line, SMALL if style == "problem" else DETAIL, style == "bad"))
        if row < len(service.ports):
            port = service.ports[row]
            parts.rows[number, row] = start = (rect.right, _beside_tracks(y - 4, tracks))
            if port.problem or service.problem:
                parts.edges.append(_stub(ids, box_id, service, port.text, port.problem or service.problem, start))
    if service.problem and not service.ports:
        parts.edges.append(_stub(ids, box_id, service, "", service.problem, (rect.right, rect.y + 32)))
    problems = _problems(service)
    words = [f"Service {service.name or 'no name'}", service.type, *(port.title for port in service.ports), *problems]
    box = Box(
        box_id,
        str(service.document),
        "service",
        rect,
        ", ".join(words),
        "\n".join(words),
        tuple(texts),
        bad=service.bad or bool(problems),
    )
    parts.boxes.append(box)


def _stub(ids: Ids, box_id: str, service: ServiceFact, port: str, problem: str, start: Point) -> Edge:
    """A line that reaches nothing: it ends short of the gutter."""
    line = (start, (start[0] + _STUB - 8, start[1]))
    edge_id = ids.of("edge", box_id.removeprefix("box-"), port or "selector", "nowhere")
    title = f"Service {service.name}: {problem}"
    return Edge(edge_id, "service", (line,), title, box_id, "", str(service.document), "", arrow=False, broken=True)


def _companions(
    parts: _Parts, companions: Sequence[CompanionFact], ids: Ids, docs: Sequence[str], y: int, right: int
) -> tuple[int, int]:
    """The documents that belong to no pod, in rows from y down. Gives the right and the bottom of them all."""
    x, widest = _MARGIN, 0
    for fact in companions:
        kind, name = fit(fact.kind, SMALL, 168), fit(fact.name or "(no name)", NAME, 168, True)
        problem = fit(fact.problem, SMALL, 168)
        need = max(width(kind, SMALL), width(name, NAME, True), width(problem, SMALL)) + 2 * PAD
        room = max(96, -(-round(need) // 8) * 8)
        if x > _MARGIN and x + room > right:
            x, y = (
                _MARGIN,
                y + _COMPANION_HEIGHT + (_SERVICE_ROW if any(c.problem for c in companions) else 0) + _COMPANION_GAP,
            )
        rect = Rect(x, y, room, _COMPANION_HEIGHT + (_SERVICE_ROW if problem else 0))
        texts: list[Text] = [
            text(x + PAD, y + 19, "kind", kind, SMALL),
            text(x + PAD, y + 36, "name", name, NAME, True),
        ]
        if problem:
            texts.append(text(x + PAD, y + 54, "problem", problem, SMALL))
        words = [fact.kind, fact.name or "no name", *([fact.problem] if fact.problem else [])]
        parts.boxes.append(
            Box(
                ids.of("box", docs[fact.document]),
                str(fact.document),
                "companion",
                rect,
                " ".join(words[:2]) + "".join(f", {word}" for word in words[2:]),
                "\n".join(words),
                tuple(texts),
                bad=fact.bad or bool(problem),
            )
        )
        widest = max(widest, x + room)
        x += room + _COMPANION_GAP
    bottom = max(box.rect.bottom for box in parts.boxes)
    placed = max([placed.rect.right for placed in parts.pods], default=0)
    return max(widest, placed), bottom
