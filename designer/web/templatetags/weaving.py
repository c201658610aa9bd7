"""What the inspector shows of the presets that a pod wears."""

from __future__ import annotations

from typing import Any

from django import template

from designer.web.inspector import InspectorScreen
from patterns import store

register = template.Library()


@register.simple_tag
def worn(screen: InspectorScreen) -> list[dict[str, Any]]:
    """The records of what the selected pod wears, each with whether its preset is known still, and the version that it
    can be upgraded to (0: none)."""
    found = []
    for record in screen.woven_here:
        known = store.find(screen.design.owner, record["preset"])
        newer = known[1] if known and known[1] > record.get("version", 1) else 0
        found.append({"record": record, "known": known is not None, "upgrade": newer})
    return found
