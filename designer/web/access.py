"""Who may do what. A view declares its rule; fetching an object is asking for it.

Every view carries one of the decorators below; a test walks all routes and fails where one does not. An object is
fetched through `design` (and its kind), which answers 404 to a stranger: that it exists is already too much to say.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django_htmx.middleware import HtmxDetails

from designer.designs.models import Design, Role


class Request(HttpRequest):
    """A request as views see it: with a person, and what htmx says of itself."""

    user: User
    htmx: HtmxDetails


__all__ = ["Request", "Role", "administrator", "design", "link", "person"]

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)


def person(view: Callable[Concatenate[Request, P], R]) -> Callable[Concatenate[Request, P], R]:
    """The view is for a person who is signed in (in local mode: anyone on this machine)."""

    @wraps(view)
    def inner(request: Request, *args: P.args, **kwargs: P.kwargs) -> R:
        if not request.user.is_authenticated:
            raise Http404
        return view(request, *args, **kwargs)

    inner.access = "person"  # type: ignore[attr-defined]
    return inner  # type: ignore[return-value]


def administrator(view: Callable[Concatenate[Request, P], R]) -> Callable[Concatenate[Request, P], R]:
    """The view is for who looks after this designer (a superuser; nobody in local mode); to others it is not there."""

    @wraps(view)
    def inner(request: Request, *args: P.args, **kwargs: P.kwargs) -> R:
        if not (request.user.is_authenticated and request.user.is_superuser):
            raise Http404
        return view(request, *args, **kwargs)

    inner.access = "administrator"  # type: ignore[attr-defined]
    return inner  # type: ignore[return-value]


def link(view: Callable[P, R]) -> Callable[P, R]:
    """The view is for whoever has its address: a random token in it stands for the right to see this one thing. It
    asks for no person, and pages of other sites may show it, in local mode too (local.py)."""
    view.access = "link"  # type: ignore[attr-defined]
    return view


def design(request: Request, pk: int, role: Role, *, deleted: bool = False) -> Design:
    """The design, if the person has at least `role` on it. To a stranger it is not there (Http404); to a person who may
    do less than that it is forbidden (PermissionDenied). `deleted` also looks in the bin."""
    found = Design.objects.filter(pk=pk).first()
    held = found.role_of(request.user) if found else None
    if found is None or held is None or (found.deleted and not deleted):
        raise Http404
    if held < role:
        raise PermissionDenied
    return found
