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
    """Who somebody is to who looks: "you", their name, or "somebody" where nobody is known (any more), or has left."""
    return people.called(person, to) if person and person.is_active else "somebody"


@register.filter
def prose(text: str) -> SafeString:
    return written(text)
