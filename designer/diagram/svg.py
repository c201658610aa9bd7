"""A picture as an `<svg>`: for a page, coloured by its style sheet, or standing alone, with the colours inside.

No inline style and no script, so that the strictest Content-Security-Policy serves it. What a page may count on:

- What can be selected is a link ``a#ID[data-at=ADDRESS][href="#at=ADDRESS"]`` with a name for screen readers, which is
  also how the keyboard reaches it: ``.frame.workload``, ``.frame.pod`` (of a bare Pod), ``.box.container`` (``.native``
  for a native sidecar, ``.role-…``), ``.box.volume``, ``.box.service``, ``.box.front`` (Ingress, HTTPRoute) and
  ``.box.companion``. Its first ``rect.shape`` is its outline.
- What is not in the design has no address: ``g.box.host`` (outside the design) and ``g.box.companion.is-absent``
  (named, not there) take the keyboard's focus and have names, but open nothing.
- ``data-used`` of a companion: the addresses, with spaces between, of the volumes and containers that name it.
- Lines are ``g.edge#ID`` of a kind (``order call mount service reach front``) with the addresses of their ends in
  ``data-from`` and ``data-to`` (none where they lead to nothing or outside), so that a page can light what belongs to
  the thing selected, and a wider ``path.hit`` to be pointed at.
- Ports are ``g.pill#ID[data-port=NUMBER]`` inside their container.
- ``is-bad``, ``is-broken``, ``is-barred``, ``is-clash``, ``is-ghost``, ``is-absent`` say what is wrong or not there.
- An `id` is made of kinds and names (ids.py) and stays from edit to edit, so that a change can be animated. Bands have
  none: there is one for each row of containers, and one that joins them.
- `viewBox`, `width` and `height` are the picture's own size in pixels; every coordinate is a whole number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from designer.diagram.model import Badge, Band, Box, Edge, Frame, Picture, Pill, Point, Rect, Text
from designer.diagram.themes import Theme, sheet

_ADDRESSED = re.compile(
    r'<g class="(?P<classes>[^"]*)" id="[^"]*"(?: data-at="(?P<at>[^"]*)")?(?: data-used="[^"]*")?'
    r'(?: data-from="(?P<from>[^"]*)")?(?: data-to="(?P<to>[^"]*)")?>'
)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})
_MAX_TEXT = 2_000
_ROUND = {"call": 8, "service": 6, "order": 6, "mount": 4, "reach": 6, "front": 6}


def svg(
    picture: Picture,
    standalone: bool = False,
    ghost: Mapping[str, str] | None = None,
    *,
    theme: Theme = "light",
    background: bool = True,
) -> str:
    """The picture as one `<svg>` element. `standalone`: a file of its own, with its style sheet and colours.

    Of a file only: `theme` says which colours ("auto": both, as its reader prefers), `background` whether it has
    paper behind it or lets through what it lies on.

    `ghost` makes it a picture of what is not there yet, to be looked at only: no links and no ids, which the page has
    already. It says of addresses whether they are "added" or "changed".
    """
    links = not standalone and ghost is None
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="diagram" role="group" aria-label="{_text(picture.title)}" '
        f'width="{picture.width}" height="{picture.height}" viewBox="0 0 {picture.width} {picture.height}">',
        f"<title>{_text(picture.title)}</title>",
    ]
    if standalone:
        out.append(f"<style>{sheet(theme)}</style>")
        if background:
            out.append(f'<rect class="paper" width="{picture.width}" height="{picture.height}"/>')
    out += [_frame(frame, links) for frame in picture.frames]
    out += [_edge(edge, links) for edge in picture.edges if edge.kind == "mount"]
    out += [_band(band) for band in picture.bands]
    out += [_edge(edge, links) for edge in picture.edges if edge.kind != "mount"]
    out += [_words(text) for text in picture.texts]
    out += [_box(box, links) for box in picture.boxes]
    out.append("</svg>")
    return "".join(out) if ghost is None else _ghostly("".join(out), ghost)


def _ghostly(drawn: str, ghost: Mapping[str, str]) -> str:
    """A drawing without ids, and with what is added or changed marked."""

    def marked(match: re.Match[str]) -> str:
        how = ghost.get(match["at"] or "", "")
        edge = next((ghost[at] for at in (match["from"], match["to"]) if ghost.get(at or "") == "added"), "")
        how = how or edge
        return f'<g class="{match["classes"]}{f" ghost-{how}" if how else ""}">'

    return re.sub(r' (id|data-port)="[^"]*"', "", _ADDRESSED.sub(marked, drawn))


def _text(value: Any) -> str:
    """Any text as XML can carry it, in an element or an attribute. No name that Kubernetes takes is cut."""
    return _NOT_XML.sub("�", str(value)[:_MAX_TEXT]).translate(_ESCAPES)


def _selectable(thing: Frame | Box, classes: str, inside: str, links: bool) -> str:
    """A link with a name, or a plain group where there is no page to link to."""
    at, title = _text(thing.at), f"<title>{_text(thing.title)}</title>"
    start = f'class="{classes}{" is-bad" if thing.bad else ""}" id="{thing.id}"'
    if thing.at:
        start += f' data-at="{at}"'
    if isinstance(thing, Box) and thing.used:
        start += f' data-used="{_text(" ".join(thing.used))}"'
    if not links:
        return f"<g {start}>{title}{inside}</g>"
    if not thing.at:
        # Outside the design: nothing to open, but the keyboard and a screen reader come by.
        return f'<g {start} role="img" tabindex="0" aria-label="{_text(thing.name)}">{title}{inside}</g>'
    return f'<a {start} href="#at={at}" aria-label="{_text(thing.name)}">{title}{inside}</a>'


def _frame(frame: Frame, links: bool) -> str:
    inside = _rect(frame.rect, "shape", 14 if frame.kind == "workload" else 12) + _words(frame.label)
    inside += "".join(_badge(badge) for badge in frame.badges)
    if frame.inner:
        return f'<g class="frame {frame.kind}" id="{frame.id}">{inside}</g>'
    return _selectable(frame, f"frame {frame.kind}", inside, links)


def _badge(badge: Badge) -> str:
    """A shield and its word."""
    x, y = badge.rect.x, badge.rect.y + 2
    shield = f'<path class="shield" d="M{x + 5} {y}l5 2v4q0 4-5 6q-5-2-5-6v-4z"/>'
    return f'<g class="badge" id="{badge.id}"><title>{_text(badge.title)}</title>{shield}{_words(badge.label)}</g>'


def _band(band: Band) -> str:
    shape = _rect(band.rect, "shape", min(15, band.rect.h // 2))
    return f'<g class="band"><title>{_text(band.title)}</title>{shape}{_words(band.label) if band.label else ""}</g>'


def _box(box: Box, links: bool) -> str:
    classes = f"box {box.kind}" + (f" role-{box.role}" if box.role else "") + (" native" if box.native else "")
    classes += " is-absent" if box.absent else ""
    inside = _rect(box.rect, "shape", 9)
    if box.glyph:
        x, y = box.rect.x + 8, box.rect.y + 8
        inside += f'<rect class="glyph" x="{x}" y="{y}" width="16" height="16" rx="4"/>'
        inside += f'<text class="letter" x="{x + 8}" y="{y + 12}">{_text(box.glyph)}</text>'
    inside += "".join(_words(text) for text in box.texts)
    if box.bad:
        # Wrong by a sign too, not by colour alone.
        x, y = box.rect.right - 2, box.rect.y + 2
        inside += (
            f'<circle class="sign" cx="{x}" cy="{y}" r="7"/><text class="sign-letter" x="{x}" y="{y + 4}">!</text>'
        )
    inside += "".join(_pill(pill) for pill in box.pills)
    return _selectable(box, classes, inside, links)


def _pill(pill: Pill) -> str:
    classes = "pill" + (" is-clash" if pill.clash else "") + (" is-ghost" if pill.ghost else "")
    inside = f"<title>{_text(pill.title)}</title>{_rect(pill.rect, 'shape', pill.rect.h // 2)}{_words(pill.label)}"
    return f'<g class="{classes}" id="{pill.id}" data-port="{pill.port}">{inside}</g>'


def _edge(edge: Edge, links: bool) -> str:
    classes = f"edge {edge.kind}"
    if edge.role:
        classes += f" role-{edge.role}"
    if edge.broken:
        classes += " is-broken"
    if edge.barred:
        classes += " is-barred"
    line = "".join(_path(points, _ROUND[edge.kind]) for points in edge.lines)
    # What is pointed at on a page is wider than what is seen.
    inside = (f'<path class="hit" d="{line}"/>' if links else "") + f'<path class="line" d="{line}"/>'
    end, before = edge.lines[-1][-1], edge.lines[-1][-2]
    if edge.arrow:
        inside += f'<path class="head" d="{_head(before, end)}"/>'
    elif edge.broken:
        x, y = end
        inside += f'<path class="cross" d="M{x - 3} {y - 1}l6 6m0-6l-6 6"/>'
    if edge.barred:
        x, y = end[0], end[1] + 12 * _sign(before[1] - end[1])
        inside += f'<path class="bar" d="M{x - 5} {y}h10"/>'
    inside += "".join(f'<circle class="dot" cx="{x}" cy="{y}" r="2"/>' for x, y in edge.dots)
    if edge.label:
        inside += _words(edge.label)
    ends = f' data-from="{_text(edge.source_at)}"' + (f' data-to="{_text(edge.target_at)}"' if edge.target_at else "")
    return f'<g class="{classes}" id="{edge.id}"{ends}><title>{_text(edge.title)}</title>{inside}</g>'


def _path(points: tuple[Point, ...], radius: int) -> str:
    """An orthogonal line with rounded corners."""
    points = _without_repeats(points)
    x, y = points[0]
    out = [f"M{x} {y}"]
    for (ax, ay), (bx, by), (cx, cy) in zip(points, points[1:], points[2:], strict=False):
        r = min(radius, (abs(bx - ax) + abs(by - ay)) // 2, (abs(cx - bx) + abs(cy - by)) // 2)
        out.append(_to(bx - r * _sign(bx - ax), by - r * _sign(by - ay), ax))
        if r and (bx - ax) * (cy - by) - (by - ay) * (cx - bx):
            out.append(f"Q{bx} {by} {bx + r * _sign(cx - bx)} {by + r * _sign(cy - by)}")
    if len(points) > 1:
        out.append(_to(*points[-1], points[-2][0]))
    return "".join(out)


def _to(x: int, y: int, from_x: int) -> str:
    return f"V{y}" if x == from_x else f"H{x}"


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)


def _without_repeats(points: tuple[Point, ...]) -> tuple[Point, ...]:
    return tuple(point for place, point in enumerate(points) if place == 0 or point != points[place - 1])


def _head(before: Point, end: Point) -> str:
    """An arrowhead whose tip is the end of a line."""
    (ax, ay), (x, y) = before, end
    if x == ax:
        back = 8 * _sign(y - ay)
        return f"M{x} {y}l-4 {-back}h8z"
    back = 8 * _sign(x - ax)
    return f"M{x} {y}l{-back}-4v8z"


def _words(text: Text) -> str:
    anchor = ' text-anchor="middle"' if text.middle else ""
    start = f'<text class="{text.style}" x="{text.x}" y="{text.y}"{anchor}>'
    if len(text.spans) == 1 and not text.spans[0][1]:
        return f"{start}{_text(text.spans[0][0])}</text>"
    inside = "".join(
        f'<tspan class="{style}">{_text(part)}</tspan>' if style else _text(part) for part, style in text.spans
    )
    return f"{start}{inside}</text>"


def _rect(rect: Rect, style: str, radius: int) -> str:
    return f'<rect class="{style}" x="{rect.x}" y="{rect.y}" width="{rect.w}" height="{rect.h}" rx="{radius}"/>'
