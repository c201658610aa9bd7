"""The boxes beside pods: Services, what stands in front of them, and what pods reach outside the design."""

from __future__ import annotations

from dataclasses import dataclass, field

from designer.diagram.cells import DETAIL, NAME, PAD, SMALL
from designer.diagram.fact_types import CompanionFact, HostFact, ServiceFact
from designer.diagram.fronts import FrontFact
from designer.diagram.measure import fit, width
from designer.diagram.model import Box, BoxKind, Rect, Text

_HEAD, _LOW_HEAD = 48, 30
_LINE = 18
_LEAST = 112
_BESIDE = 8


@dataclass
class Entry:
    """A box to be placed. `rows` are (words, class) below its name, the first `docks` of which lines may start at.

    `stubs` are the rows, and -1 for the box itself, that lead to nothing, with the reason. A `low` one has its heading
    beside its name: one of many that stand one below the other.
    """

    kind: BoxKind
    at: str
    id_name: str
    heading: str
    name: str
    words: tuple[str, ...]
    rows: tuple[tuple[str, str], ...] = ()
    docks: int = 0
    stubs: dict[int, str] = field(default_factory=dict)
    bad: bool = False
    arrivals: int = 0
    low: bool = False
    rect: Rect = field(default=Rect(0, 0, 0, 0))
    id: str = ""

    @property
    def width(self) -> int:
        texts = [width(words, SMALL if style == "problem" else DETAIL, style == "bad") for words, style in self.rows]
        name, heading = width(self.name, NAME, True), width(self.heading, SMALL)
        texts += [name + _BESIDE + width(self.beside, SMALL) if self.low else max(name, heading)]
        return max(_LEAST, -(-(round(max(texts)) + 2 * PAD) // 8) * 8)

    @property
    def beside(self) -> str:
        """What a low one says of its kind."""
        return self.heading.removeprefix("Service · ")

    @property
    def _head(self) -> int:
        return _LOW_HEAD if self.low else _HEAD

    @property
    def height(self) -> int:
        return max(self._head + (_LINE * len(self.rows) + 4 if self.rows else 0), 36 + 10 * self.arrivals)

    def row_y(self, row: int) -> int:
        """The height of the middle of a row, where a line may start; -1 is the name."""
        return self.rect.y + (self._head - 16 if row < 0 else self._head + 6 + _LINE * row)

    def box(self) -> Box:
        x, y = self.rect.x + PAD, self.rect.y + self._head - 10
        texts = [_text(x, y - 18, "kind", self.heading, SMALL), _text(x, y, "name", self.name, NAME, True)]
        if self.low:
            texts[0] = _text(self.rect.right - PAD - round(width(self.beside, SMALL)), y, "kind", self.beside, SMALL)
        for row, (words, style) in enumerate(self.rows):
            size = SMALL if style == "problem" else DETAIL
            texts.append(_text(self.rect.x + PAD, self.row_y(row) + 4, style, words, size, style == "bad"))
        return Box(
            self.id,
            self.at,
            self.kind,
            self.rect,
            ", ".join(self.words),
            "\n".join(self.words),
            tuple(one for one in texts if one.text),
            bad=self.bad,
        )


def _text(x: int, y: int, style: str, words: str, size: float, bold: bool = False) -> Text:
    return Text(x, y, style, ((words, ""),), round(width(words, size, bold)), size)


def service_entry(service: ServiceFact, id_name: str) -> Entry:
    """A Service with a row for each port, and a line for each thing that is wrong with it, said once."""
    problems = [words for words in dict.fromkeys([service.problem, *(p.problem for p in service.ports)]) if words]
    rows = [
        (fit(port.text, DETAIL, 150) + (" !" if port.problem else ""), "bad" if port.problem else "detail")
        for port in service.ports
    ]
    stubs = {n: p.problem or service.problem for n, p in enumerate(service.ports) if p.problem or service.problem}
    if service.problem and not service.ports:
        stubs = {-1: service.problem}
    return Entry(
        "service",
        str(service.document),
        id_name,
        f"Service · {fit(service.type, SMALL, 90)}",
        fit(service.name or "(no name)", NAME, 168, True),
        (f"Service {service.name or 'no name'}", service.type, *(port.title for port in service.ports), *problems),
        (*rows, *((fit(problem, SMALL, 180), "problem") for problem in problems)),
        len(rows),
        stubs,
        service.bad or bool(problems),
    )


def companion_entry(fact: CompanionFact, id_name: str) -> Entry:
    """A Service that selects no pod of the design: one whose endpoints are somebody else's, or a name for a host."""
    leads = (("→ " + fit(fact.leads, DETAIL, 180), "detail"),) if fact.leads else ()
    what = f"stands for {fact.leads}" if fact.leads else "selects no pod by itself"
    words = (f"Service {fact.name or 'no name'}", what)
    heading = "Service · ExternalName" if fact.leads else "Service · no selector"
    name = fit(fact.name or "(no name)", NAME, 168, True)
    return Entry("service", str(fact.document), id_name, heading, name, words, leads, 0, {}, fact.bad)


def host_entry(fact: HostFact) -> Entry:
    """Something outside the design, as small as can be: what it is and its name."""
    heading = fit(fact.detail or "outside", SMALL, 160)
    words = (f"{fact.name}, outside this design", *(fact.hidden or fact.evidence[:6]))
    return Entry("host", "", f"host-{fact.name}", heading, fit(fact.name, NAME, 190, True), words)


def front_entry(front: FrontFact, bad: bool) -> Entry:
    """An Ingress or HTTPRoute with a row for each host and path."""
    problems = [words for words in dict.fromkeys(row.problem for row in front.rows) if words]
    rows = [
        (fit(row.text, DETAIL, 180) + (" !" if row.problem else ""), "bad" if row.problem else "detail")
        for row in front.rows
    ]
    shown = len(rows)
    if front.more:
        rows.append((f"and {front.more} more", "detail"))
    rows += [(fit(problem, SMALL, 190), "problem") for problem in problems]
    return Entry(
        "front",
        str(front.document),
        f"{front.kind}-{front.name or 'no-name'}",
        front.kind,
        fit(front.name or "(no name)", NAME, 180, True),
        (f"{front.kind} {front.name or 'no name'}", *(row.text for row in front.rows), *problems),
        tuple(rows),
        shown,
        {n: row.problem for n, row in enumerate(front.rows) if row.problem},
        bad or bool(problems),
    )
