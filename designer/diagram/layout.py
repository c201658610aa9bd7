"""Documents to a picture: groups of pods on shelves, everything else in rows below."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import isqrt

from designer.diagram import component
from designer.diagram.cells import NAME, PAD, SMALL
from designer.diagram.component import Drawn
from designer.diagram.fact_types import CompanionFact, Facts
from designer.diagram.facts import facts
from designer.diagram.grouping import groups
from designer.diagram.ids import Ids
from designer.diagram.measure import fit, width
from designer.diagram.model import Box, Picture, Rect
from designer.diagram.moving import moved
from designer.diagram.pod_picture import text
from designer.diagram.wrapping import wrapped
from designer.manifests.types import Documents

_MARGIN = 16
_GROUP_GAP = 48
_COMPANION_HEIGHT = 48
_COMPANION_LINE = 17
_COMPANION_GAP = 16
_LEAST_WIDTH = 720
_SHELF = 1_280
_NO_ROLES: Mapping[str, str] = {}


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
    made = groups(found)
    drawn = _shelved([wrapped(component.draw(found, group, ids, docs, _MARGIN, _MARGIN)) for group in made])
    right = max([one.right for one in drawn], default=0)
    bottom = max([one.bottom for one in drawn], default=0)
    beside = {key for group in made for keys in group.entries.values() for key in keys}
    beside |= {("companion", n) for group in made for n in group.fronts}
    rest = [fact for n, fact in enumerate(found.companions) if ("companion", n) not in beside]
    top = bottom + 32 if bottom else _MARGIN
    boxes = [_companion(fact, ids, docs, _MARGIN, _MARGIN) for fact in (*rest, *found.missing)]
    below = _under_services(boxes, drawn) or _in_rows(boxes, top, max(right, _LEAST_WIDTH))
    right = max([right, *(box.rect.right for box in below)])
    bottom = max([bottom, *(box.rect.bottom for box in below)])
    pods = [one.pods[n] for n in range(len(found.pods)) for one in drawn if n in one.pods]
    return Picture(
        right + _MARGIN,
        bottom + _MARGIN,
        _title(found),
        tuple(frame for placed in pods for frame in placed.frames),
        tuple(band for placed in pods for band in placed.bands),
        (*(edge for placed in pods for edge in placed.edges), *(edge for one in drawn for edge in one.edges)),
        (
            *(box for placed in pods for box in placed.boxes),
            *(entry.box() for one in drawn for entry in one.entries),
            *below,
        ),
        tuple(words for placed in pods for words in placed.texts),
    )


def _title(found: Facts) -> str:
    names = [f"{pod.pod.kind} {pod.pod.called or 'no name'}" for pod in found.pods]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return "Diagram of " + (", ".join(names[:3]) + more or "a design")


def _doc(document: object) -> str:
    """How ids of a document begin: its kind and name."""
    data = document if isinstance(document, dict) else {}
    metadata = data.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    return f"{data.get('kind') or 'document'}-{name if isinstance(name, str) else 'no-name'}"


def _shelved(drawn: list[Drawn]) -> list[Drawn]:
    """The groups beside each other, on as many shelves as make the picture about twice as wide as it is high."""
    if len(drawn) < 2:
        return drawn
    area = sum((one.right + _GROUP_GAP) * (one.bottom + _GROUP_GAP) for one in drawn)
    # In steps, so that a group that grows a little seldom moves the others to another shelf.
    room = max(_SHELF, *(one.right for one in drawn), -(-isqrt(2 * area) // 320) * 320)
    made: list[Drawn] = []
    x, y, bottom = _MARGIN, _MARGIN, 0
    for one in drawn:
        if x > _MARGIN and x + one.right - _MARGIN > room:
            x, y = _MARGIN, bottom + _GROUP_GAP
        made.append(moved(one, x - _MARGIN, y - _MARGIN))
        x = made[-1].right + _GROUP_GAP
        bottom = max(bottom, made[-1].bottom)
    return made


def _under_services(boxes: Sequence[Box], drawn: Sequence[Drawn]) -> list[Box]:
    """The objects that stand beside no pod, below what stands left of the pods, where there is room for all of them."""
    if len(drawn) != 1 or not boxes:
        return []
    (group,) = drawn
    left = min(placed.rect.x for placed in group.pods.values())
    lowest = max(placed.rect.bottom for placed in group.pods.values() if placed.rect.x == left)
    taken = [entry.rect.bottom for entry in group.entries if entry.rect.x < left]
    taken += [y for edge in group.edges for line in edge.lines for x, y in line if x < left]
    y = max(taken, default=lowest) + _COMPANION_GAP
    made = []
    for box in boxes:
        made.append(moved(box, 0, y - box.rect.y))
        y = made[-1].rect.bottom + _COMPANION_GAP
    fits = all(box.rect.right <= left - 12 for box in made) and made[-1].rect.bottom <= lowest
    return made if fits else []


def _in_rows(boxes: Sequence[Box], y: int, right: int) -> list[Box]:
    """The objects that stand beside no pod, in rows from y down."""
    made: list[Box] = []
    x, lowest = _MARGIN, 0
    for box in boxes:
        if x > _MARGIN and x + box.rect.w > right:
            x, y = _MARGIN, lowest + _COMPANION_GAP
        made.append(moved(box, x - box.rect.x, y - box.rect.y))
        x = made[-1].rect.right + _COMPANION_GAP
        lowest = max(lowest, made[-1].rect.bottom)
    return made


def _companion(fact: CompanionFact, ids: Ids, docs: Sequence[str], x: int, y: int) -> Box:
    kind, name = fit(fact.kind, SMALL, 168), fit(fact.name or "(no name)", NAME, 168, True)
    absent = fact.document is None
    uses = fact.uses if len(fact.uses) < 3 else (fact.uses[0], f"and {len(fact.uses) - 1} more")
    notes = [(fact.problem, "problem"), ("not in this design" if absent else "", "kind")]
    lines = [*notes, *((use, "kind") for use in uses)]
    below = [(fit(words, SMALL, 168), style) for words, style in lines if words]
    need = max(width(kind, SMALL), width(name, NAME, True), *(width(words, SMALL) for words, _ in below), 0) + 2 * PAD
    rect = Rect(x, y, max(96, -(-round(need) // 8) * 8), _COMPANION_HEIGHT + _COMPANION_LINE * len(below))
    texts = [text(x + PAD, y + 19, "kind", kind, SMALL), text(x + PAD, y + 36, "name", name, NAME, True)]
    texts += [
        text(x + PAD, y + 54 + _COMPANION_LINE * n, style, words, SMALL) for n, (words, style) in enumerate(below)
    ]
    words = [fact.kind, fact.name or "no name", *(line for line, _ in notes if line), *fact.uses]
    return Box(
        ids.of("box", docs[fact.document] if fact.document is not None else f"{fact.kind}-{fact.name}"),
        "" if fact.document is None else str(fact.document),
        "companion",
        rect,
        " ".join(words[:2]) + "".join(f", {word}" for word in words[2:]),
        "\n".join(words),
        tuple(texts),
        bad=fact.bad or bool(fact.problem),
        absent=absent,
        used=fact.used,
    )
