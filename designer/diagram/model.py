"""What a picture is made of: rectangles, lines and texts with absolute coordinates, in pixels, y downwards.

A picture says where everything stands and what it is; `svg.py` draws it. Everything is plain and frozen, so that a test
can ask of a picture what a person would: does a line run through a box, do two labels overlap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["application", "sidecar", "ambassador", "adapter", "init"]
# Colour is never the only sign of a role: each has a letter.
GLYPHS: dict[str, str] = {"application": "•", "sidecar": "S", "ambassador": "A", "adapter": "D", "init": "I"}
Point = tuple[int, int]
BoxKind = Literal["container", "volume", "service", "companion", "front", "host"]
EdgeKind = Literal["order", "call", "mount", "service", "reach", "front"]


@dataclass(frozen=True)
class Rect:
    x: int
    y: int
    w: int
    h: int

    @property
    def right(self) -> int:
        return self.x + self.w

    @property
    def bottom(self) -> int:
        return self.y + self.h

    @property
    def middle(self) -> int:
        return self.x + self.w // 2


@dataclass(frozen=True)
class Text:
    """One line of text: `x`, `y` are the start of its baseline (the middle if `middle`), `style` names its class.

    `spans` are (text, class) pairs written one after the other; `width` is the estimate that it was laid out with.
    """

    x: int
    y: int
    style: str
    spans: tuple[tuple[str, str], ...]
    width: int
    size: float
    middle: bool = False

    @property
    def rect(self) -> Rect:
        """The space it takes: from the tops of its capitals to its descenders."""
        ascent, descent = round(self.size * 0.8), round(self.size * 0.25)
        x = self.x - self.width // 2 if self.middle else self.x
        return Rect(x, self.y - ascent, self.width, ascent + descent)

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.spans)


@dataclass(frozen=True)
class Pill:
    """A port on the lower edge of a container. `ghost`: reached, but declared by nobody."""

    id: str
    rect: Rect
    label: Text
    title: str
    port: int
    clash: bool = False
    ghost: bool = False


@dataclass(frozen=True)
class Box:
    """Something that can be selected: `at` is its address, `name` what a screen reader says, `title` all its words.

    What is not in the design has no address (""): a host, or an object that is only named (`absent`). `used` are the
    addresses of what has to do with it.
    """

    id: str
    at: str
    kind: BoxKind
    rect: Rect
    name: str
    title: str
    texts: tuple[Text, ...]
    role: str = ""
    glyph: str = ""
    bad: bool = False
    native: bool = False
    pills: tuple[Pill, ...] = ()
    absent: bool = False
    used: tuple[str, ...] = ()


@dataclass(frozen=True)
class Badge:
    """A shield on a pod's frame: it is isolated in a direction. `rect` holds the shield and its word."""

    id: str
    rect: Rect
    label: Text
    title: str


@dataclass(frozen=True)
class Frame:
    """A workload (dashed) or a Pod around its boxes. `inner`: inside another frame, which is the one to select."""

    id: str
    at: str
    kind: Literal["workload", "pod"]
    rect: Rect
    label: Text
    name: str
    title: str
    bad: bool = False
    inner: bool = False
    badges: tuple[Badge, ...] = ()


@dataclass(frozen=True)
class Band:
    """The network that the containers of a pod share: a band for each row of them, and a trunk that joins the bands."""

    rect: Rect
    label: Text | None
    title: str


@dataclass(frozen=True)
class Edge:
    """A line. `lines` are its orthogonal stretches, with gaps where it goes behind the band.

    `source` and `target` are box ids ("" where it ends in nothing, which is then `broken`); `ends` are every box
    and pill it may touch. `barred`: a policy lets nothing through. `label` belongs to the line and is drawn with it.
    """

    id: str
    kind: EdgeKind
    lines: tuple[tuple[Point, ...], ...]
    title: str
    source: str
    target: str
    source_at: str
    target_at: str
    role: str = ""
    arrow: bool = True
    broken: bool = False
    barred: bool = False
    label: Text | None = None
    dots: tuple[Point, ...] = ()


@dataclass(frozen=True)
class Picture:
    """The whole: draw in this order. A design without documents is a picture of size zero."""

    width: int
    height: int
    title: str
    frames: tuple[Frame, ...] = ()
    bands: tuple[Band, ...] = ()
    edges: tuple[Edge, ...] = ()
    boxes: tuple[Box, ...] = ()
    texts: tuple[Text, ...] = ()
