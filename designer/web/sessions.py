"""The browsers a person is signed in with: when each was last seen, and what it is called on the screen."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse

# A list of sessions needs no better time than this, and a write for every request would be a high price for one.
_SECONDS = 300
_BROWSERS = [("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari")]
_SYSTEMS = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
]


def seen(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: note every five minutes, at most, that a signed-in browser is in use. Nothing in local mode."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not settings.LOCAL_MODE and request.session.session_key and request.user.is_authenticated:
            now = int(time.time())
            if now - request.session.get("seen", 0) >= _SECONDS:
                request.session["seen"] = now
                UserSession.objects.create_from_request(request)
        return get_response(request)

    return middleware


def sessions(person: User) -> list[UserSession]:
    """A person's sessions that still hold, the one seen last first."""
    return sorted(UserSession.objects.purge_and_list(person), key=lambda one: one.last_seen_at, reverse=True)


def browser(agent: str) -> str:
    """A browser as a person calls it, from how it names itself: "Firefox on Linux"."""
    name = next((words for mark, words in _BROWSERS if re.search(rf"{mark}\w*/", agent)), "")
    system = next((words for mark, words in _SYSTEMS if mark in agent), "")
    return " on ".join(filter(None, [name, system])) or "An unknown browser"
