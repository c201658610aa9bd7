"""What the inspector shows of the presets that a pod wears."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from designer.web.inspector import InspectorScreen
from designer.web.weaving import can_sidecars, has_sidecars
from patterns import store
from patterns.jobs import JOBS

register = template.Library()


@register.simple_tag(takes_context=True)
def worn(context: Context, screen: InspectorScreen) -> list[dict[str, Any]]:
    """The records of what the selected pod wears, each with whether its preset is known still, the version that it can
    be upgraded to (0: none), and whether what was woven as an ordinary container could be a native sidecar by now. It
    is looked up for the person who looks: another may see other presets."""
    person = context["request"].user
    found = []
    for record in screen.woven_here:
        known = store.find(person, record["preset"])
        newer = known[1] if known and known[1] > record.get("version", 1) else 0
        ends = screen.pod is not None and screen.pod.kind in JOBS and bool(record.get("containers"))
        native = (
            known is not None
            and not record.get("native", True)
            and can_sidecars(screen.design)
            and (ends or has_sidecars(known[0]))
        )
        found.append({"record": record, "known": known is not None, "upgrade": newer, "native": native})
    return found
