"""The middle of the designer alone: what a person chose to look at, or for another number of pods."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from designer.web import access
from designer.web.access import Request, Role
from designer.web.panes import context, partial, screen
from designer.web.verbs import Data
from designer.web.views.designer import inspect


@require_GET
@access.person
def middle(request: Request, pk: int) -> HttpResponse:
    """Where the page shows an older revision, all of it is brought up to date."""
    found = access.design(request, pk, Role.READER)
    if Data(request.GET, request.FILES).number("base") not in (None, 0, found.number):
        return inspect(request, pk)
    return partial(request, "#canvas", "designs/_middle.html", context(screen(request, found)), swap="innerMorph")
