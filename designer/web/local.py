"""Local mode: no accounts, one person, served on loopback only.

Four things keep it to this machine and person: the server commands refuse any other address (`loopback`), a request
that comes from another machine is refused, ALLOWED_HOSTS holds loopback names only, so that a page elsewhere cannot
reach it by pointing a name of its own at 127.0.0.1 (DNS rebinding), and a request that a browser says another site's
page makes is refused unless it only opens a page (Fetch Metadata: the Sec-Fetch-Site header) or shows a picture whose
address holds a token (access.link). CSRF tokens guard every edit besides.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.management.base import CommandError
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.urls import Resolver404, resolve
from django.utils.functional import SimpleLazyObject


def loopback(host: str) -> bool:
    """Whether an address is one that only this machine can reach."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0]).is_loopback
    except ValueError:
        return False


def refusal(host: str) -> str:
    """Why local mode does not serve on `host`; "" if it does."""
    if not settings.LOCAL_MODE or loopback(host):
        return ""
    return (
        f"The designer runs in local mode: it has no accounts, so it serves on this machine only and will not listen "
        f"on {host!r}. Use 127.0.0.1, [::1] or localhost."
    )


def foreign(request: HttpRequest) -> bool:
    """Whether a page of another site makes the request, other than by a link that opens a page of ours.

    Another port of this machine counts as another site's too: the browser calls it same-site, not same-origin.
    """
    site = request.headers.get("Sec-Fetch-Site", "none")
    opens = request.method == "GET" and request.headers.get("Sec-Fetch-Mode") == "navigate"
    return site in ("cross-site", "same-site") and not opens


def by_link(request: HttpRequest) -> bool:
    """Whether the request reads what is open to whoever has its address (access.link)."""
    try:
        return request.method in ("GET", "HEAD") and getattr(resolve(request.path_info).func, "access", "") == "link"
    except Resolver404:
        return False


def person() -> User:
    """The one person of local mode; made on first use. Raises CommandError in team mode: what was made for them there
    would be nobody's to see."""
    if not settings.LOCAL_MODE:
        raise CommandError("there is no local person in team mode")
    user, _ = get_user_model().objects.get_or_create(
        username="local", defaults={"first_name": "Local", "password": "!", "is_active": True}
    )
    return user


def mode(request: HttpRequest) -> dict[str, bool]:
    """Context processor: whether a page is one of local mode, which has no accounts to show."""
    return {"local_mode": settings.LOCAL_MODE}


def local_mode(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: the person is the local one, and whoever is not on this machine is turned away."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.LOCAL_MODE:
            # A Unix socket has no address; only this machine can have opened it.
            address = request.META.get("REMOTE_ADDR") or "127.0.0.1"
            if not loopback(address):
                return HttpResponseForbidden("This designer runs in local mode and answers only to its own machine.\n")
            if foreign(request) and not by_link(request):
                return HttpResponseForbidden("This designer does not answer to the pages of other sites.\n")
            request.user = SimpleLazyObject(person)  # type: ignore[assignment]
        return get_response(request)

    return middleware
