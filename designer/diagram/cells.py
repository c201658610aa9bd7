"""How much room each box needs, and where on its lower edge its lines and ports stand.

Lower edge of a container, from the left: one slot for each mount, then the ports, then one slot for each call it makes.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from designer.diagram.channel import LABEL_GAP
from designer.diagram.fact_types import ContainerFact, MountFact, PortFact, VolumeFact
from designer.diagram.measure import fit, width
from designer.diagram.pod_facts import NOT_HERE

NAME, DETAIL, SMALL, PILL = 12.5, 11.0, 10.5, 10.5
SLOT = 10
PAD = 12
GLYPH_ROOM = 30
STEP_OUT = 6
_MOST_TEXT = 188
_PILL_GAP = 8
# How wide a container counts at least where rows are broken; how wide one is whose mounts have long names.
_ALONE = 128
_LABELLED, _LEAST_PATH, _LEAST_PART = 160, 72, 36


@dataclass
class Port:
    """A port pill to be placed. `arrivals` are the keys of the lines that end at it, from left to right."""

    fact: PortFact
    text: str
    width: int
    arrivals: tuple[Hashable, ...] = ()


@dataclass
class Cell:
    """A container to be placed. `mounts` are in slot order with their label's spans and width.

    `alone` is how wide it would be without them.
    """

    place: int
    fact: ContainerFact
    name: str
    image: str
    words: str
    mounts: list[tuple[MountFact, tuple[tuple[str, str], ...], int]] = field(default_factory=list)
    ports: list[Port] = field(default_factory=list)
    outs: tuple[Hashable, ...] = ()
    heading: str = ""
    width: int = 0
    alone: int = 0
    x: int = 0

    def mount_x(self, slot: int) -> int:
        return self.x + PAD + SLOT * slot

    @property
    def ports_x(self) -> int:
        return self.x + PAD + (SLOT * len(self.mounts) + 2 if self.mounts else 0)

    def port_x(self, place: int) -> int:
        return self.ports_x + sum(port.width + _PILL_GAP for port in self.ports[:place])

    def arrival_x(self, place: int, key: Hashable) -> int:
        """The x at which the line `key` ends at a port."""
        port = self.ports[place]
        return self.port_x(place) + (port.arrivals.index(key) + 1) * port.width // (len(port.arrivals) + 1)

    def out_x(self, slot: int) -> int:
        return self.port_x(len(self.ports)) + (0 if self.ports else 4) + SLOT * slot + 2

    def out_of(self, key: Hashable) -> int:
        """The x at which the line `key` leaves a container."""
        return self.out_x(self.outs.index(key))

    @property
    def right(self) -> int:
        return self.x + self.width


def short_image(image: str) -> str:
    """The part of an image reference that people read: its last component with the tag; a bare digest is cut short."""
    last = image.rsplit("/", 1)[-1]
    name, _, digest = last.partition("@")
    if not digest:
        return name
    return name if ":" in name else f"{name}@{digest[:15]}"


def cell(
    place: int,
    fact: ContainerFact,
    order: Mapping[int, tuple[bool, int]],
    arrivals: Mapping[int, Sequence[Hashable]],
    outs: Sequence[Hashable],
    heading: str = "",
) -> Cell:
    """The cell of a container. `order` says which volume's slot comes first."""
    image, words = short_image(fact.container.image) or "no image", fact.words
    if fact.container.kind == "init":
        # Two lines: an init container stands in a low box.
        image, words = (f"{fit(image, DETAIL, 120)} · {words}" if words else image), ""
    made = Cell(
        place,
        fact,
        fit(fact.container.name or "(no name)", NAME, _MOST_TEXT, True),
        fit(image, DETAIL, _MOST_TEXT),
        fit(words, DETAIL, _MOST_TEXT),
        heading=heading,
        outs=tuple(outs),
    )
    # A mount of no volume ends at once: on the right, where the staircase begins.
    last = (True, len(order))
    given = sorted(fact.mounts, key=lambda m: (last if m.volume is None else order[m.volume], m.index))
    made.mounts = [(mount, (), 0) for mount in given]
    for number, port in enumerate(fact.ports):
        text = f":{port.number}" + (f"/{port.protocol.lower()}" if port.protocol != "TCP" else "")
        text = fit(text, PILL, 90, True) + (" !" if port.clash or port.bad else " ?" if port.ghost else "")
        ends = tuple(arrivals.get(number, ()))
        made.ports.append(Port(port, text, max(round(width(text, PILL, True)) + 20, SLOT * (len(ends) + 1)), ends))
    needs = [
        112,
        GLYPH_ROOM + width(made.name, NAME, True) + PAD,
        PAD + width(made.image, DETAIL) + PAD,
        PAD + width(made.words, DETAIL) + PAD,
        width(heading, SMALL) + PAD + (STEP_OUT * len(outs) if fact.container.kind == "init" else 0),
        made.out_x(len(made.outs)) - made.x + PAD - 2,
    ]
    # The last pixels stay free for the arrow that leaves an init container downwards.
    spare = 28 if fact.container.kind == "init" else 4
    own = max(_LABELLED, *needs)
    for slot, mount in enumerate(given):
        spans = mount_label(mount, own - PAD - SLOT * slot - LABEL_GAP - spare)
        made.mounts[slot] = (mount, spans, round(sum(width(text, SMALL, style != "") for text, style in spans)) + 1)
    slots = SLOT * len(given) + 2 if given else 0
    made.alone = -(-round(max(_ALONE, *needs[:-1], needs[-1] - slots)) // 8) * 8
    needs += [PAD + SLOT * n + LABEL_GAP + label + spare for n, (_, _, label) in enumerate(made.mounts)]
    made.width = -(-round(max(needs)) // 8) * 8
    return made


def mount_label(mount: MountFact, room: float) -> tuple[tuple[str, str], ...]:
    """The words on a mount line: its path, ro or rw, and the subPath or the volume that is missing.

    They are cut in the middle to stay within `room`, but never so short that one cannot tell them apart.
    """
    how = "device" if mount.device else mount.mode
    room -= width(" ", SMALL) + width(how, SMALL, True) + 2
    part = fit(mount.sub_path, SMALL, min(80, max(_LEAST_PART, 0.4 * room))) if mount.sub_path else ""
    room -= width(" · " + part, SMALL) if part else 0
    path = fit(mount.path or "(no path)", SMALL, min(132, max(_LEAST_PATH, room)))
    spans: list[tuple[str, str]] = [(path + " ", ""), (how, "strong")]
    if part:
        spans.append((" · " + part, ""))
    if mount.volume is None:
        spans.append((f" · no volume {fit(mount.volume_name, SMALL, 90)}", "bad"))
    return tuple(spans)


@dataclass
class VolumeCell:
    place: int
    fact: VolumeFact
    name: str
    type: str
    detail: str
    width: int
    height: int
    x: int = 0
    y: int = 0

    @property
    def right(self) -> int:
        return self.x + self.width


def volume_cell(place: int, fact: VolumeFact, lines: int, dense: bool = False) -> VolumeCell:
    """The cell of a volume that `lines` lines reach. A dense one says what it is in one line, as shortly as can be."""
    name = fit(fact.name or "(no name)", NAME, 160, True)
    kind, detail = fit(fact.type or "no type", DETAIL, 190), fit(fact.detail, DETAIL, 160)
    if dense:
        # How long an emptyDir lives is the same for all of them.
        kind = (fact.type or "no type").removesuffix(NOT_HERE)
        parts = [kind, "" if fact.type.startswith("emptyDir") else fact.detail, "not here" if fact.absent else ""]
        kind, detail = fit(" · ".join(part for part in parts if part), DETAIL, 190), ""
    texts = [width(name, NAME, True), width(kind, DETAIL), width(detail, DETAIL)]
    need = max(112, round(max(texts)) + 2 * PAD, SLOT * (lines + 2))
    return VolumeCell(place, fact, name, kind, detail, -(-need // 8) * 8, 48 if dense else 64)
