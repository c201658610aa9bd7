"""Who may do what. A view declares its rule; fetching an object is asking for it.

Every view carries one of the decorators below, and a test walks all routes against a table (tests/web/rights_table.py).
An object is fetched through `design`, `preset`, `cluster` (and their kind), which answers 404 to a stranger: that it
exists is already too much to say. What may be done to a cluster is another question than what may be done to a design:
clusters/reach.py answers it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django_htmx.middleware import HtmxDetails

from designer.clusters import reach
from designer.clusters.errors import ClusterError
from designer.clusters.models import Cluster
from designer.designs import spaces
from designer.designs.models import Design, Role
from designer.designs.spaces import Space
from designer.teams import rights
from designer.teams.models import Team
from designer.web import reading
from patterns import store
from patterns.models import Preset


class Request(HttpRequest):
    """A request as views see it: with a person, and what htmx says of itself. `only_reads` is set where it fetched a
    design that the person may look at and no more."""

    user: User
    htmx: HtmxDetails
    only_reads: bool


__all__ = [
    "Request",
    "Role",
    "account",
    "administrator",
    "cluster",
    "design",
    "everyone",
    "link",
    "person",
    "preset",
    "space",
    "team",
]

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)


def person(view: Callable[Concatenate[Request, P], R]) -> Callable[Concatenate[Request, P], R]:
    """The view is for a person who is signed in (in local mode: anyone on this machine); others are asked to.

    To who may only look at the design that it fetches, its answer offers no change (reading.py)."""

    @wraps(view)
    def inner(request: Request, *args: P.args, **kwargs: P.kwargs) -> R:
        if not request.user.is_authenticated:
            return _sign_in_first(request)
        answer = view(request, *args, **kwargs)
        if getattr(request, "only_reads", False):
            reading.offer_no_change(answer)
        return answer

    inner.access = "person"  # type: ignore[attr-defined]
    return inner  # type: ignore[return-value]


def account(view: Callable[Concatenate[Request, P], R]) -> Callable[Concatenate[Request, P], R]:
    """As `person`, for what only accounts have: in local mode it is not there."""

    @wraps(view)
    def inner(request: Request, *args: P.args, **kwargs: P.kwargs) -> R:
        if settings.LOCAL_MODE:
            raise Http404
        return view(request, *args, **kwargs)

    made = person(inner)  # type: ignore[arg-type]
    made.access = "account"  # type: ignore[attr-defined]
    return made


def administrator(view: Callable[Concatenate[Request, P], R]) -> Callable[Concatenate[Request, P], R]:
    """The view is for who looks after this designer (a superuser; nobody in local mode); to others it is not there."""

    @wraps(view)
    def inner(request: Request, *args: P.args, **kwargs: P.kwargs) -> R:
        if not request.user.is_authenticated:
            return _sign_in_first(request)
        if not request.user.is_superuser:
            raise Http404
        return view(request, *args, **kwargs)

    inner.access = "administrator"  # type: ignore[attr-defined]
    return inner  # type: ignore[return-value]


def everyone(view: Callable[P, R]) -> Callable[P, R]:
    """The view asks for no person: signing in and up, and what leads there. In local mode it is not there."""

    @wraps(view)
    def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        if settings.LOCAL_MODE:
            raise Http404
        return view(*args, **kwargs)

    inner.access = "everyone"  # type: ignore[attr-defined]
    return inner


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    """The same for what is there and for what is not. An answer to a script says so and leads there; what was to be
    changed is not changed after signing in, so that only opening a page is come back to."""
    if request.headers.get("HX-Request"):
        back = request.headers.get("HX-Current-URL", "")
        leads = redirect_to_login(urlsplit(back).path or "/").url
        return HttpResponse("Sign in first.\n", status=401, headers={"HX-Redirect": leads}, content_type="text/plain")
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")


def link(view: Callable[P, R]) -> Callable[P, R]:
    """The view is for whoever has its address: a random token in it stands for the right to see this one thing. It
    asks for no person, and pages of other sites may show it, in local mode too (local.py)."""
    view.access = "link"  # type: ignore[attr-defined]
    return view


def design(request: Request, pk: int, role: Role, *, deleted: bool = False) -> Design:
    """The design, if the person has at least `role` on it. To a stranger it is not there (Http404); to a person who may
    do less than that it is forbidden (PermissionDenied). `deleted` also looks in the bin."""
    found = Design.objects.select_related("team").filter(pk=pk).first()
    held = found.role_of(request.user) if found else None
    if found is None or held is None or (found.deleted and not deleted):
        raise Http404
    if held < role:
        raise PermissionDenied
    found.held = held
    request.only_reads = found.only_read
    return found


def preset(request: Request, ref: str, role: Role) -> Preset:
    """The preset that people made and that an address calls `ref`, if the person has at least `role` on it. To a
    stranger it is not there (Http404); to a person who may do less than that it is forbidden (PermissionDenied)."""
    found = store.row(request.user, ref)
    held = found.role_of(request.user) if found else None
    if found is None or held is None:
        raise Http404
    if held < role:
        raise PermissionDenied
    return found


def space(request: Request, key: str, role: Role) -> Space:
    """The space that an address calls `key` (designs/spaces.py), if the person has at least `role` there. To a stranger
    it is not there (Http404); to a person who may do less than that it is forbidden (PermissionDenied)."""
    found = spaces.space(request.user, key)
    if found is None:
        raise Http404
    if found.role < role:
        raise PermissionDenied
    return found


def cluster(request: Request, pk: int) -> Cluster:
    """The cluster, if the person may look into it (clusters/reach.py). To all others it is not there (Http404)."""
    try:
        found = reach.cluster(request.user, pk)
    except ClusterError:
        found = None
    if found is None:
        raise Http404
    return found


def team(request: Request, slug: str, verb: rights.Verb) -> Team:
    """The team, if the person may do `verb` to it (teams/rights.py). To a stranger it is not there (Http404); to a
    person who may see it and not do this it is forbidden (PermissionDenied)."""
    found = Team.objects.filter(slug=slug).first()
    if found is None or not rights.may(request.user, "see", found):
        raise Http404
    if not rights.may(request.user, verb, found):
        raise PermissionDenied
    return found
