"""Template tags of the timeline and the resources: their small SVGs."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString, mark_safe

from designer.diagram import tracks
from designer.diagram.bars import Amount, Whole
from designer.diagram.lanes import Chart, Lane

register = template.Library()


@register.simple_tag
def track(lane: Lane, chart: Chart) -> SafeString:
    return mark_safe(tracks.track(lane, chart))  # noqa: S308 - the drawing escapes every text


@register.simple_tag
def scale(chart: Chart) -> SafeString:
    return mark_safe(tracks.scale(chart))  # noqa: S308


@register.simple_tag
def amount(bar: Amount) -> SafeString:
    return mark_safe(tracks.amount(bar))  # noqa: S308


@register.simple_tag
def whole(bar: Whole) -> SafeString:
    return mark_safe(tracks.whole(bar))  # noqa: S308
