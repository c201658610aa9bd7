"""Who may do what. A view declares its rule; fetching an object is asking for it.

Every view carries one of the decorators below; a test walks all routes and fails where one does not. An object is
fetched through `design` (and its kind), which answers 404 to a stranger: that it exists is already too much to say.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django_htmx.middleware import HtmxDetails

from designer.designs.models import Design


class Request(HttpRequest):
    """A request as views see it: with a person, and what htmx says of itself."""

    user: User
    htmx: HtmxDetails


class Role(IntEnum):
    """What a person may do with an object; each includes the ones before it."""

    READER = 1
    EDITOR = 2
    OWNER = 3


P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponse)


def person(view: Callable[Concatenate[Request, P], R]) -> Callable[Concatenate[Request, P], R]:
    """The view is for a person who is signed in (in local mode: anyone on this machine)."""

    @wraps(view)
    def inner(request: Request, *args: P.args, **kwargs: P.kwargs) -> R:
        if not request.user.is_authenticated:
            raise Http404
        return view(request, *args, **kwargs)

    inner.access = "person"  # type: ignore[attr-defined]
    return inner  # type: ignore[return-value]


def design(request: Request, pk: int, role: Role, *, deleted: bool = False) -> Design:
    """The design, if the person has at least `role` on it; else Http404. `deleted` also looks in the bin."""
    designs: Any = Design.objects.all()
    designs = designs.of(request.user) if deleted else designs.of(request.user).kept()
    found: Design | None = designs.filter(pk=pk).first()
    if found is None or role > Role.OWNER:
        raise Http404
    return found
