"""Template tags about presets."""

from __future__ import annotations

from typing import Any

from django import template
from django.contrib.auth.models import User

from designer.web import people
from designer.web.ownership import Ownership, ownership

register = template.Library()


@register.simple_tag(takes_context=True)
def preset_ownership(context: dict[str, Any], ref: str) -> Ownership:
    """How a preset stands to the person who looks at the page, asked once for it."""
    request = context["request"]
    known: dict[str, Ownership] = request.__dict__.setdefault("ownership", {})
    if ref not in known:
        known[ref] = ownership(request.user, ref)
    return known[ref]


@register.filter
def called(person: User, to: User) -> str:
    """What a person is called on a page that `to` looks at, as a sentence begins."""
    words = people.called(person, to)
    return "You" if words == "you" else words
