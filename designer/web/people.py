"""People as screens call them."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import QuerySet


def called(person: User | None, to: User | None = None) -> str:
    """What a person is called on a screen that `to` looks at: "you", their full name, else their user name. "" where
    nobody is known."""
    if person is None:
        return ""
    if to is not None and person.pk == to.pk:
        return "you"
    return person.get_full_name() or person.get_username()


def names(people: QuerySet[User], to: User | None = None) -> dict[int, str]:
    """What each of many people is `called`, by id. One query, which makes no objects of them."""
    rows = people.order_by().values_list("pk", "username", "first_name", "last_name")
    me = to.pk if to else None
    return {pk: "you" if pk == me else f"{first} {last}".strip() or name for pk, name, first, last in rows}


def initials(person: User) -> str:
    """One or two letters that stand for a person: of their first and last name, else of their user name."""
    names = called(person).replace(".", " ").replace("_", " ").replace("-", " ").split()
    return "".join(name[0] for name in (names[:1] + names[-1:] if len(names) > 1 else names)).upper()
