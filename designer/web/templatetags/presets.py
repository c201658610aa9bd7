"""Template tags about presets."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import template
from django.contrib.auth.models import User
from django.template.loader import get_template
from django.utils.safestring import SafeString

from designer.web import people
from designer.web.cards import Card, Listed
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


@register.simple_tag(takes_context=True)
def card(context: dict[str, Any], one: Listed, start: int = 0) -> SafeString:
    """The card of a preset in a list; the first of those that came after `start` can be gone on from."""
    design = context.get("design")
    return _card(one.shown, design.pk if design else 0, f"from-{start}" if start else "")


@lru_cache(maxsize=2048)
def _card(one: Card, design: int, id: str) -> SafeString:
    """The same presets are looked at over and over: each card is drawn once."""
    return SafeString(get_template("patterns/catalogue/_card.html").render({"one": one, "design": design, "id": id}))


@register.filter
def called(person: User, to: User) -> str:
    """What a person is called on a page that `to` looks at, as a sentence begins."""
    words = people.called(person, to)
    return "You" if words == "you" else words
