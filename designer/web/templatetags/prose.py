"""People, and what they wrote, as pages and dialogs show them."""

from __future__ import annotations

from django import template
from django.contrib.auth.models import User
from django.utils.safestring import SafeString

from designer.web import people
from designer.web.prose import prose as written

register = template.Library()


@register.filter
def called(person: User | None, to: User) -> str:
    """Who did something, to who looks: "you", their name, or "somebody" where nobody is known (any more)."""
    return people.called(person, to) or "somebody"


@register.filter
def speaker(person: User | None, to: User) -> str:
    """Who said something: as `called`, but nobody is named who has left."""
    return called(person if person and person.is_active else None, to)


@register.filter
def prose(text: str) -> SafeString:
    return written(text)
