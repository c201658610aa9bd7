"""The lanes of a timeline and the bars of amounts as small SVGs, as wide as the page lets them be.

Places are percent, heights pixels, so that a narrow page shortens the bars and not the words beside them. No inline
style; colours are the style sheet's.
"""

from __future__ import annotations

from html import escape

from designer.diagram.axis import Tick
from designer.diagram.bars import Amount, Whole
from designer.diagram.lanes import Bar, Chart, Lane
from designer.manifests.startup_times import seconds

_BAR = 14  # the height of a lane's bar, which stands in the middle of its row


def track(lane: Lane, chart: Chart) -> str:
    """One lane over a chart's axis, as high as its row."""
    out = ['<svg class="track" aria-hidden="true" height="100%" width="100%">']
    out += [f'<line class="tick" x1="{tick.x}%" x2="{tick.x}%" y1="0" y2="100%"/>' for tick in chart.ticks]
    out.append(f'<g transform="translate(0 {-_BAR // 2})">')
    out += [_bar(bar, chart.breaks) for bar in lane.bars]
    out.append("</g>")
    if chart.line is not None:
        out.append(f'<line class="line" x1="{chart.line}%" x2="{chart.line}%" y1="0" y2="100%"/>')
    out += [
        f'<g class="mark"><title>{escape(mark.title)}</title><circle cx="{mark.x}%" cy="50%" r="7"/>'
        f'<text x="{mark.x}%" y="50%" dy="3.5">{escape(mark.letter)}</text></g>'
        for mark in lane.marks
    ]
    return "".join([*out, "</svg>"])


def _bar(bar: Bar, breaks: tuple[float, ...]) -> str:
    title = f"<title>{escape(bar.title)}</title>"
    if bar.kind == "wait":
        line = (
            f'<line x1="{bar.x}%" x2="{_end(bar.x, bar.w)}%" y1="50%" y2="50%" transform="translate(0 {_BAR // 2})"/>'
        )
        return f'<g class="wait">{title}{line}</g>'
    inside = f'<rect class="shape" x="{bar.x}%" y="50%" width="{bar.w}%" height="{_BAR}" rx="3"/>'
    if bar.sure:
        inside += f'<rect class="sure" x="{bar.x}%" y="50%" width="{bar.sure}%" height="{_BAR}" rx="3"/>'
    if bar.broken:
        # A bar may cover known stretches of the axis too: it is broken where the axis is.
        inner = [place for place in breaks if bar.x < place < bar.x + bar.w]
        place = inner[-1] if inner else round(bar.x + bar.w / 2, 2)
        inside += f'<text class="break" x="{place}%" y="50%" dy="11">//</text>'
    return f'<g class="{bar.kind}{" is-broken" if bar.broken else ""}">{title}{inside}</g>'


def scale(chart: Chart) -> str:
    """The axis above a chart's lanes."""
    out = ['<svg class="scale" aria-hidden="true" height="20" width="100%">']
    # The words of the line stand left of it; what would run into them on a narrow page is left out. After a break the
    # clock begins anew, which the first line after it says.
    room = 101.0 if chart.line is None else chart.line - 2 * len(chart.line_words) - 6
    shown = [tick for tick in chart.ticks if tick.x <= room and (tick.seconds or not tick.after)]
    out += [f'<text x="{tick.x}%" y="13"{_anchor(tick.x)}>{_time(tick)}</text>' for tick in shown]
    if chart.line is not None:
        side = ' dx="4"' if chart.line < 25 else _anchor(99.0)
        out.append(f'<text class="end" x="{chart.line}%" y="13"{side}>{escape(chart.line_words)}</text>')
        out.append(f'<line class="line" x1="{chart.line}%" x2="{chart.line}%" y1="0" y2="20"/>')
    return "".join([*out, "</svg>"])


def _time(tick: Tick) -> str:
    return f"{'+' if tick.after else ''}{seconds(tick.seconds)}"


def _anchor(x: float) -> str:
    return "" if x < 3 else ' text-anchor="end" dx="-4"' if x > 97 else ' text-anchor="middle"'


def _end(x: float, w: float) -> float:
    return round(x + w, 2)


def amount(bar: Amount) -> str:
    """A container's request and limit of one resource."""
    out = ['<svg class="amount" aria-hidden="true" height="10" width="100%">']
    if bar.unbounded:
        out.append(f'<line class="unbounded" x1="{bar.request}%" x2="100%" y1="5" y2="5"/>')
    elif bar.limit:
        out.append(f'<rect class="limit" x="0" y="1" width="{bar.limit}%" height="8" rx="2"/>')
    if bar.request:
        out.append(f'<rect class="request" x="0" y="1" width="{bar.request}%" height="8" rx="2"/>')
    return "".join([*out, "</svg>"])


def whole(bar: Whole) -> str:
    """What a pod requests of one resource, stacked by who asks for it, on the way to its limit."""
    out = ['<svg class="amount whole" aria-hidden="true" height="18" width="100%">']
    if bar.unbounded:
        out.append(f'<line class="unbounded" x1="{bar.request}%" x2="100%" y1="9" y2="9"/>')
    elif bar.limit:
        out.append(f'<rect class="limit" x="0" y="1" width="{bar.limit}%" height="16" rx="3"/>')
    out += [
        f'<g class="part role-{escape(part.role)}"><title>{escape(part.title)}</title>'
        f'<rect x="{part.x}%" y="1" width="{part.w}%" height="16"/></g>'
        for part in bar.parts
    ]
    return "".join([*out, "</svg>"])
