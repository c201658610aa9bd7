"""Links for reading only: making, listing and taking them back, and what who has one sees."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from designer.designs.models import Design
from designer.designs.sharing import MOST, ReadingLink, vouched
from designer.manifests.types import ManifestError
from designer.teams import audit
from designer.web import access
from designer.web.access import Request, Role
from designer.web.panes import partial
from designer.web.screen import Screen
from designer.web.signin import absolute

audit.SENTENCES |= {
    "design-shared": ("designs", "made an address to read {design} without an account, {terms}"),
    "design-unshared": ("designs", "took back an address to read {design} without an account"),
}
TERMS = {"1": "for a day", "7": "for a week", "30": "for 30 days", "": "until it is taken back"}
# No script at all, nothing from elsewhere; the address, which is the right to look, is told to nobody.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_TAGS = re.compile(r"<(/?)(?:a|button)\b")
_LEADS = re.compile(r'\s(?:href|type|data-go|data-field|data-at|tabindex|hx-[a-z-]+)="[^"]*"')
_COUNT = re.compile(r'<input[^>]*?\svalue="([^"]*)"[^>]*>')


@require_http_methods(["GET", "POST"])
@access.person
def share(request: Request, pk: int) -> HttpResponse:
    """GET: the dialog. POST: make a link; the answer shows it, once."""
    design = access.design(request, pk, Role.EDITOR)
    if request.method == "GET":
        return partial(request, "#dialog", "shared/_dialog.html", _values(design))
    if design.reading_links.count() >= MOST:
        raise ManifestError(f"a design has at most {MOST} links for reading: take one back that nobody uses")
    days = request.POST.get("days", "7")
    if days not in TERMS:
        raise ManifestError("choose for how long the link is to work: a day, a week, 30 days, or until taken back")
    yaml = "yaml" in request.POST
    _, token = ReadingLink.objects.make(design, request.user, yaml=yaml, days=int(days) if days else None)
    _note(request, "design-shared", design, terms=TERMS[days] + ("" if yaml else ", without its YAML"))
    link = absolute(request, reverse("shared-design", args=[token]))
    return partial(request, "#reading-links", "shared/_links.html", {**_values(design), "new": link})


@require_POST
@access.person
def unshare(request: Request, pk: int, number: int) -> HttpResponse:
    """Take a link back: it opens nothing any more."""
    design = access.design(request, pk, Role.EDITOR)
    if design.reading_links.filter(pk=number).delete()[0]:
        _note(request, "design-unshared", design)
    return partial(request, "#reading-links", "shared/_links.html", _values(design))


@require_safe
@access.link
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """The design as it is now: diagram, timeline, resources and, if the link says so, YAML. What its Secrets hold is
    taken out before anything is made of it. One answer for a link that expired, was taken back, rests or never was."""
    link = ReadingLink.objects.found(token)
    if link is None:
        answer = render(request, "shared/gone.html", status=404)
    else:
        answer = render(request, "shared/design.html", _read(link))
    for name, value in _HEADERS.items():
        answer.headers[name] = value
    return answer


def _read(link: ReadingLink) -> dict[str, Any]:
    design = link.design
    screen = Screen(design, design.revision, design.documents)
    return {
        "screen": screen,
        "yaml": screen.source.source if link.yaml else "",
        "shows_yaml": link.yaml,
        "diagram": _inert(screen.diagram, "g") if screen.documents else "",
        "timeline": _inert(render_to_string("designs/_timeline.html", {"screen": screen}), "span"),
        "resources": _inert(render_to_string("designs/_resources.html", {"screen": screen}), "span"),
    }


def _inert(html: str, tag: str) -> SafeString:
    """A fragment of the designer as it is read: its links, buttons and fields, which lead nowhere here, are text."""
    html = _COUNT.sub(r"<b>\1</b>", _LEADS.sub("", html))
    return mark_safe(_TAGS.sub(rf"<\1{tag}", html))  # noqa: S308 - of our own templates, which escape every text


def _values(design: Design) -> dict[str, Any]:
    links = list(design.reading_links.select_related("by").annotate(vouched=vouched()))
    return {
        "design": design,
        "links": links,
        "terms": TERMS,
        "local": settings.LOCAL_MODE,
        "full": len(links) >= MOST,
    }


def _note(request: Request, what: str, design: Design, **about: str) -> None:
    """Into the audit log, which only team mode shows."""
    if not settings.LOCAL_MODE:
        audit.record(request, request.user, what, design=design, **about)
