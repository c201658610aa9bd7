"""What the designer shows of the presets that pods wear: the inspector of a pod, and the news of all of them."""

from __future__ import annotations

from typing import Any, cast
from weakref import WeakKeyDictionary

from django import template
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.template import Context

from designer.web.inspector import InspectorScreen
from designer.web.updates import Known, News, known, newer, news
from designer.web.weaving import can_sidecars, has_sidecars
from patterns.jobs import JOBS

register = template.Library()
# What was asked for an answer that is being made: a request makes one screen of one design.
_KEPT: WeakKeyDictionary[HttpRequest, dict[str, Known]] = WeakKeyDictionary()


@register.simple_tag(takes_context=True)
def worn(context: Context, screen: InspectorScreen) -> list[dict[str, Any]]:
    """The records of what the selected pod wears, each with how its preset stands for who looks (None: they may not see
    it, or it is gone), the version that it can be upgraded to (0: none), and whether what was woven as an ordinary
    container could be a native sidecar by now."""
    found = []
    by_ref = _known(context, screen)
    for record in screen.woven_here:
        now = by_ref.get(str(record["preset"]))
        ends = screen.pod is not None and screen.pod.kind in JOBS and bool(record.get("containers"))
        native = (
            now is not None
            and not record.get("native", True)
            and can_sidecars(screen.design)
            and (ends or has_sidecars(now.made))
        )
        found.append({"record": record, "now": now, "upgrade": newer(record, now), "native": native})
    return found


@register.simple_tag(takes_context=True)
def updates(context: Context, screen: InspectorScreen) -> News | None:
    """What there is to say of the design's presets; None where all are up to date."""
    return news(screen.revision.woven, _known(context, screen)) if screen.revision.woven else None


def _known(context: Context, screen: InspectorScreen) -> dict[str, Known]:
    """How all that the design wears stands, asked once for an answer: one query, none where it wears nothing."""
    request: HttpRequest = context["request"]
    records = screen.revision.woven
    if request not in _KEPT:
        # What presets say is needed of those alone that might become native sidecars.
        ordinary = can_sidecars(screen.design) and any(not one.get("native", True) for one in records)
        refs = {str(one.get("preset")) for one in records}
        _KEPT[request] = known(cast(User, request.user), refs, texts=ordinary)
    return _KEPT[request]
