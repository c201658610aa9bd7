"""How what a cluster says is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template

from designer.web.controls import as_yaml
from designer.web.templatetags.ppd import ago

register = template.Library()
_LONGEST = 80


@register.filter
def told(value: Any) -> str:
    """A value on one line, as YAML writes it; nothing where there is none."""
    if value is None:
        return "nothing"
    text = " ".join(as_yaml(value).split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


@register.filter
def since(time: str) -> str:
    """How long ago a time was that an API server wrote (RFC 3339); the text itself where it is none."""
    try:
        return ago(datetime.fromisoformat(time))
    except (ValueError, TypeError):
        return time
