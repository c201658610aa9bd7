"""People as screens call them."""

from __future__ import annotations

from django.contrib.auth.models import User


def called(person: User | None, to: User | None = None) -> str:
    """What a person is called on a screen that `to` looks at: "you", their full name, else their user name. "" where
    nobody is known."""
    if person is None:
        return ""
    if to is not None and person.pk == to.pk:
        return "you"
    return person.get_full_name() or person.get_username()


def initials(person: User) -> str:
    """One or two letters that stand for a person: of their first and last name, else of their user name."""
    names = called(person).replace(".", " ").replace("_", " ").replace("-", " ").split()
    return "".join(name[0] for name in (names[:1] + names[-1:] if len(names) > 1 else names)).upper()
