"""A group of pods with all that stands beside them: layers from left to right, and the lines between.

From the left: what stands in front (Ingress), then for each layer an inlet, where lines from the left come down or go
up, the boxes that the layer's pods are reached by (Services) or that are reached there (hosts), a gutter for the lines
from Services' ports, and the pods. A line that does not lead to the next layer goes over the top, along the street.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

from designer.diagram.channel import TRACK
from designer.diagram.entry_boxes import Entry, companion_entry, front_entry, host_entry, service_entry
from designer.diagram.fact_types import Facts
from designer.diagram.grouping import Group, Key, entry_of, targets
from designer.diagram.ids import Ids
from designer.diagram.model import Edge, Point, Rect
from designer.diagram.plan import Arrivals
from designer.diagram.pod_picture import Placed, place
from designer.diagram.rows import ONE_ROW
from designer.diagram.runs import Run, clear_of, passing, route

_STUB = 20
_GAP, _LOW_GAP = 16, 8
_POD_GAP = 32
_LEAST_INLET = 32
# So many Services beside one another's pods have high boxes; more are low.
_HIGH = 6


@dataclass(frozen=True)
class Link:
    """One arrow from a Service's port to a container's: `row` of `service`, to `port` of `container` of `pod`."""

    service: int
    row: int
    pod: int
    container: int
    port: int


@dataclass
class Drawn:
    """A group's part of the picture: its pods, the boxes beside them and the lines between.

    `layers` are those of the boxes by their ids, `pod_layers` of the pods; each begins at its `inlets`. `tangled`:
    lines go over the top.
    """

    pods: dict[int, Placed] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    right: int = 0
    bottom: int = 0
    layers: dict[str, int] = field(default_factory=dict)
    pod_layers: dict[int, int] = field(default_factory=dict)
    inlets: dict[int, int] = field(default_factory=dict)
    tangled: bool = False


def draw(found: Facts, group: Group, ids: Ids, docs: Sequence[str], x: int, y: int) -> Drawn:
    """Draw a group with its upper left corner at x, y. `docs` begin the ids of each document."""
    return _Component(found, group, ids, docs, x, y).out


class _Component:
    def __init__(self, found: Facts, group: Group, ids: Ids, docs: Sequence[str], x: int, y: int) -> None:
        self.found, self.group, self.ids, self.docs = found, group, ids, docs
        self.out = Drawn()
        self.boxes: dict[Key, Entry] = {}
        self.column: dict[Key, int] = {}
        self.links = [
            Link(n, row, *target)
            for layer in sorted(group.entries)
            for kind, n in group.entries[layer]
            if kind == "service"
            for row, port in enumerate(found.services[n].ports)
            for target in port.targets
        ]
        self._make_boxes()
        self.runs = self._find_runs()
        for key, entry in self.boxes.items():
            entry.arrivals = self._most_arrivals(key)
        over = [run for run in self.runs if run.over_the_top]
        self.street: dict[Hashable, int] = {run.key: y + TRACK * n for n, run in enumerate(over)}
        self.top = y + (TRACK * len(over) + 8 if over else 0)
        self.inlets = passing(self.runs)
        self.inlet_x: dict[int, int] = {}
        self.gutter_x: dict[int, int] = {}
        self.starts: dict[Hashable, tuple[Point, ...]] = {}
        self._place(x)
        self._draw_links()
        self._draw_runs()
        self._measure()

    def _make_boxes(self) -> None:
        found = self.found
        for layer, keys in sorted(self.group.entries.items()):
            for key in keys:
                kind, n = key
                self.column[key] = layer
                if kind == "service":
                    self.boxes[key] = service_entry(found.services[n], self.docs[found.services[n].document])
                elif kind == "host":
                    self.boxes[key] = host_entry(found.hosts[n])
                else:
                    fact = found.companions[n]
                    self.boxes[key] = companion_entry(fact, self.docs[fact.document or 0])
            stacked = [self.boxes[key] for key in keys if self.boxes[key].kind == "service"]
            for entry in stacked if len(stacked) > _HIGH else ():
                entry.low = True
        for n in self.group.fronts:
            fact = found.companions[n]
            if fact.front:
                self.boxes["front", n] = front_entry(fact.front, fact.bad)
        for entry in self.boxes.values():
            entry.id = self.ids.of("box", entry.id_name)

    def _find_runs(self) -> list[Run]:
        entries = entry_of(self.found)
        runs = []
        for n in self.group.fronts:
            front = self.found.companions[n].front
            for row, way in enumerate(front.rows if front else ()):
                key = entries.get(way.service) if way.service is not None else None
                if key in self.column and not way.problem:
                    runs.append(Run(("front", n, row), key, -1, self.column[key]))
        for pod in self.group.pods:
            for nth, key in targets(self.found, pod):
                if key in self.column:
                    runs.append(Run(("reach", pod, nth), key, self.group.layer_of[pod], self.column[key]))
        return runs

    def _most_arrivals(self, key: Key) -> int:
        """How many lines may end at a box: those of one pod's role share their way, but for each row of containers."""
        coming: Counter[tuple[str, int, str]] = Counter()
        for run in self.runs:
            if run.target == key:
                kind, owner, nth = run.key
                fact = self.found.pods[owner] if kind == "reach" else None
                place = fact.reaches[nth].container if fact else nth
                coming[kind, owner, (*fact.steps, *fact.running)[place].role if fact else str(nth)] += 1
        return sum(min(n, self._most_rows(owner) if kind == "reach" else n) for (kind, owner, _), n in coming.items())

    def _most_rows(self, pod: int) -> int:
        count = len(self.found.pods[pod].steps) + len(self.found.pods[pod].running)
        return 1 if count <= ONE_ROW else -(-count // 3)

    def _place(self, x: int) -> None:
        """Give everything its place, column by column from the left."""
        fronts = [self.boxes["front", n] for n in self.group.fronts]
        if fronts:
            y = self.top
            for entry in fronts:
                entry.rect = Rect(x, y, max(other.width for other in fronts), entry.height)
                y = entry.rect.bottom + _GAP
            x = fronts[0].rect.right + (_STUB if any(entry.stubs for entry in fronts) else 0)
            for n in self.group.fronts:
                entry = self.boxes["front", n]
                for row in range(entry.docks):
                    self.starts["front", n, row] = ((entry.rect.right, entry.row_y(row)),)
        for layer in range(self.group.layers):
            self.inlet_x[layer] = x
            lanes = len(self.inlets[layer])
            x += TRACK * lanes + 20 if lanes else _LEAST_INLET if layer else 0
            x = self._place_layer(layer, x)
        self.inlet_x[self.group.layers] = x

    def _place_layer(self, layer: int, x: int) -> int:
        """Place a layer's boxes and pods from x on. Gives where its right side is."""
        keys = self.group.entries.get(layer, [])
        pods = [pod for pod in self.group.pods if self.group.layer_of[pod] == layer]
        room = max((self.boxes[key].width for key in keys), default=0)
        left = x
        x += room
        if pods and keys:
            links = [link for link in self.links if link.pod in pods]
            x += _STUB + (TRACK * len(links) + 8 if links else 12)
            self.gutter_x[layer] = x - 12
        y = self.top
        right = x
        for pod in pods:
            placed = place(
                self.found.pods[pod], self.ids, self.docs[self.found.pods[pod].pod.document], x, y, self._arrivals(pod)
            )
            self.out.pods[pod] = placed
            self.starts.update(placed.exits)
            y = placed.rect.bottom + _POD_GAP
            right = max(right, placed.rect.right)
        self._place_entries(keys, left, room)
        return right

    def _arrivals(self, pod: int) -> Arrivals:
        ports: dict[tuple[int, int], list[Hashable]] = defaultdict(list)
        for link in self.links:
            if link.pod == pod:
                ports[link.container, link.port].append(link)
        outs: dict[int, list[Hashable]] = defaultdict(list)
        going: dict[Hashable, Hashable] = {run.key: run.target for run in self.runs}
        for nth, reach in enumerate(self.found.pods[pod].reaches):
            if ("reach", pod, nth) in going:
                # What leads to those that are only counted leaves first, on the lowest lane.
                rest = reach.host is not None and bool(self.found.hosts[reach.host].hidden)
                outs[reach.container].insert(0 if rest else len(outs[reach.container]), ("reach", pod, nth))
        return Arrivals(ports, outs, going)

    def _place_entries(self, keys: Sequence[Key], left: int, room: int) -> None:
        """Stack the boxes of a layer, each as near as can be to what it belongs to."""
        stacks: dict[Hashable, list[Key]] = defaultdict(list)
        for key in keys:
            home = self.found.services[key[1]].home if key[0] == "service" else None
            stacks[("pod", home) if home in self.out.pods else key].append(key)
        wanted = []
        for order, (owner, members) in enumerate(stacks.items()):
            total = sum(self.boxes[key].height + self._gap(key) for key in members) - self._gap(members[-1])
            if isinstance(owner, tuple) and owner[0] == "pod":
                placed = self.out.pods[owner[1]]
                # Above the rows of arrows below the containers, where there is room for it.
                at = max(placed.rect.y, min(placed.containers_bottom - total, placed.rect.bottom - total))
            else:
                coming = [run.key for run in self.runs if run.target == members[0]]
                starts = [self.starts[key][-1][1] for key in coming]
                at = sum(starts) // len(starts) - total // 2 if starts else self.top
            last = any(kind == "host" and bool(self.found.hosts[n].hidden) for kind, n in members)
            wanted.append((last, at, order, members))
        y = self.top
        for _, at, _, members in sorted(wanted):
            y = max(y, at)
            for key in members:
                entry = self.boxes[key]
                entry.rect = Rect(left, y, room, entry.height)
                y += entry.height + self._gap(key)

    def _gap(self, key: Key) -> int:
        """The room below a box."""
        return _LOW_GAP if self.boxes[key].low else _GAP

    def _draw_links(self) -> None:
        """The arrow of each link: out of its row, along the gutter, in below the containers, up to the port."""
        tracks = [at for placed in self.out.pods.values() for at in placed.tracks.values()]
        rows: dict[tuple[int, int], Point] = {}
        for key, entry in self.boxes.items():
            for row in range(entry.docks) if key[0] == "service" else ():
                rows[key[1], row] = (entry.rect.right, clear_of(entry.row_y(row), tracks))
            for row, problem in entry.stubs.items():
                self._stub(key, entry, row, problem, rows.get((key[1], row)) if key[0] == "service" else None)
        for layer, gutter in self.gutter_x.items():
            own = [link for link in self.links if self.group.layer_of[link.pod] == layer]
            at = {link: (rows[link.service, link.row], self.out.pods[link.pod].tracks[link]) for link in own}
            # From the lane nearest to the pods outwards: higher rows turn in nearer.
            high = sorted((link for link in own if at[link][0][1] <= at[link][1]), key=lambda link: at[link][0][1])
            low = sorted((link for link in own if at[link][0][1] > at[link][1]), key=lambda link: -at[link][0][1])
            for nth, link in enumerate((*high, *low)):
                start, track = at[link]
                x = gutter - TRACK * nth
                end, tip = self.out.pods[link.pod].docks[link]
                self._link(link, (start, (x, start[1]), (x, track), (end, track), (end, tip)))

    def _link(self, link: Link, points: tuple[Point, ...]) -> None:
        service, fact = self.found.services[link.service], self.found.pods[link.pod]
        source = self.boxes["service", link.service].id
        container = (*fact.steps, *fact.running)[link.container].container
        port = service.ports[link.row]
        closed = fact.closed(link.container, link.port)
        why = f"; NetworkPolicy {' and '.join(closed.policies)} lets nothing in there" if closed else ""
        self.out.edges.append(
            Edge(
                self.ids.of("edge", source.removeprefix("box-"), port.text, fact.pod.name),
                "service",
                (points,),
                f"Service {service.name}: {port.title}, {container.name}{why}",
                source,
                self.out.pods[link.pod].box_ids[link.container],
                str(service.document),
                container.address,
                barred=bool(closed),
            )
        )

    def _stub(self, key: Key, entry: Entry, row: int, problem: str, start: Point | None) -> None:
        """A line that reaches nothing: it ends short of the gutter."""
        x, y = start or (entry.rect.right, entry.row_y(row))
        name = entry.rows[row][0].removesuffix(" !") if row >= 0 else "selector"
        self.out.edges.append(
            Edge(
                self.ids.of("edge", entry.id.removeprefix("box-"), name, "nowhere"),
                "front" if key[0] == "front" else "service",
                (((x, y), (x + _STUB - 8, y)),),
                f"{entry.words[0]}: {problem}",
                entry.id,
                "",
                entry.at,
                "",
                arrow=False,
                broken=True,
            )
        )

    def _draw_runs(self) -> None:
        rects = {key: entry.rect for key, entry in self.boxes.items()}
        for run, points in route(self.runs, self.starts, rects, self.inlet_x, self.street):
            self._run(run, points)

    def _run(self, run: Run, points: tuple[Point, ...]) -> None:
        target = self.boxes[run.target]
        kind, owner, nth = run.key
        if kind == "reach":
            fact = self.found.pods[owner]
            reach = fact.reaches[nth]
            container = (*fact.steps, *fact.running)[reach.container]
            source, title = self.out.pods[owner].box_ids[reach.container], reach.evidence
            at, role = container.container.address, container.role
        else:
            entry = self.boxes["front", owner]
            front = self.found.companions[owner].front
            source, at, role = entry.id, entry.at, ""
            title = f"{entry.words[0]}: {front.rows[nth].text if front else ''} leads to {target.words[0]}"
        self.out.edges.append(
            Edge(
                self.ids.of("edge", source.removeprefix("box-"), kind, target.id.removeprefix("box-")),
                "reach" if kind == "reach" else "front",
                (points,),
                title,
                source,
                target.id,
                at,
                target.at,
                role,
            )
        )

    def _measure(self) -> None:
        out = self.out
        out.entries = list(self.boxes.values())
        out.layers = {entry.id: self.column.get(key, 0) for key, entry in self.boxes.items()}
        out.pod_layers = {pod: self.group.layer_of[pod] for pod in out.pods}
        out.layers |= {name: self.group.layer_of[pod] for pod, placed in out.pods.items() for name in placed.box_ids}
        out.inlets, out.tangled = self.inlet_x, bool(self.street)
        rects = [*(placed.rect for placed in out.pods.values()), *(entry.rect for entry in out.entries)]
        corners = [point for edge in out.edges for line in edge.lines for point in line]
        out.right = max([*(rect.right for rect in rects), *(x for x, _ in corners)])
        out.bottom = max([*(rect.bottom for rect in rects), *(y for _, y in corners)])
