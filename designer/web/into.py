"""The space that something new goes into: those there are to choose from, and the one that a form chose."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from designer.designs.models import Design
from designer.designs.spaces import OWN, Space, spaces
from designer.web import access
from designer.web.access import Request, Role


def into(request: Request) -> Space:
    """The space that the form names, else the person's own. Raises Http404 for one that the person is not in, and
    PermissionDenied for one in which they make nothing."""
    return access.space(request, request.POST.get("space", "") or OWN, Role.EDITOR)


def choice(request: Request, design: Design | None = None) -> dict[str, Any]:
    """What spaces/_into.html shows: the spaces in which the person may make things, and the key of the one to begin
    with: what was sent, else where `design` is, else their own. One query in team mode, else none."""
    if settings.LOCAL_MODE:
        return {"spaces_into": [], "space_into": OWN}
    there = [one for one in spaces(request.user) if one.editable]
    asked = request.POST.get("space") or request.GET.get("space", "")
    beside = design.team.slug if design and design.team else OWN
    keys = [one.key for one in there]
    return {"spaces_into": there, "space_into": next(key for key in (asked, beside, OWN) if key in keys)}
