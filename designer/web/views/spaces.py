"""What belongs to a space besides its list of designs: its bin, and moving a design to another space."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from designer.clusters import inventory
from designer.clusters.models import ApplyRun
from designer.designs.models import Design
from designer.designs.spaces import OWN, Space, spaces
from designer.teams import audit
from designer.web import access
from designer.web.access import Request, Role
from designer.web.panes import partial
from designer.web.views.home import listed

audit.SENTENCES |= {
    "design-moved": ("designs", "moved the design {design} from {origin} to {space}"),
    "design-deleted": ("designs", "deleted the design {design} of {space} for good"),
}
_SHOWN = 200


def place(space: Space) -> str:
    """A space in a sentence of the audit log, which others than its owner read."""
    return space.team.name if space.team else f"{space.person.get_username()}'s own space"


@require_http_methods(["GET", "POST"])
@access.person
def move(request: Request, pk: int) -> HttpResponse:
    """GET: where it can go, for its menu. POST: into the space `to`, whose people have it then, and those of the old
    one no longer."""
    design = access.design(request, pk, Role.OWNER)
    if request.method == "GET":
        targets = [one for one in spaces(request.user) if one.editable and one.team != design.team]
        return partial(request, f"#move-{pk}", "spaces/_move.html", {"design": design, "targets": targets})
    to = access.space(request, request.POST.get("to", "") or OWN, Role.EDITOR)
    origin = design.team
    if to.team == origin:
        return listed(request, f"“{design.name}” is there already.")
    design.move(to.team, request.user)
    held = Space(request.user, origin, Role.OWNER)
    audit.record(request, request.user, "design-moved", design=design, origin=place(held), space=place(to))
    return listed(request, f"Moved “{design.name}” to {to.name if to.team else 'your own'}.")


@require_GET
@access.person
def bin_(request: Request) -> HttpResponse:
    """What was deleted from the space `space`, or from all that the person owns (""), the last first."""
    key = request.GET.get("space", "")
    here = access.space(request, key, Role.READER) if key else None
    owned = [one for one in ([here] if here else spaces(request.user)) if one.role == Role.OWNER]
    teams = [one.team for one in owned if one.team]
    own = Q(team=None, owner=request.user) if len(owned) > len(teams) else Q()
    found = Design.objects.filter(own | Q(team__in=teams)) if owned else Design.objects.none()
    values: dict[str, Any] = {
        "here": here,
        "owns": bool(owned),
    }
    designs = list(found.binned().select_related("team").defer("text")[:_SHOWN])
    applied = set(ApplyRun.objects.filter(design__in=designs, dry_run=False).values_list("design", flat=True))
    values["designs"] = [(one, inventory.places(one) if one.pk in applied else []) for one in designs]
    return render(request, "spaces/bin.html", values)


@require_POST
@access.person
def unbin(request: Request, pk: int) -> HttpResponse:
    """Take a design out of the bin, and go back there."""
    design = access.design(request, pk, Role.OWNER, deleted=True)
    Design.objects.filter(pk=design.pk).update(deleted=None)
    messages.success(request, f"“{design.name}” is back.")
    return _to_bin(request)


@require_POST
@access.person
def purge(request: Request, pk: int) -> HttpResponse:
    """Delete for good what is in the bin: the design, its history and what is known of its runs."""
    design = access.design(request, pk, Role.OWNER, deleted=True)
    if design.deleted is None:
        messages.error(request, f"“{design.name}” is not in the bin: delete it first.")
        return _to_bin(request)
    with transaction.atomic():
        if not settings.LOCAL_MODE:
            held = place(Space(request.user, design.team, Role.OWNER))
            audit.record(request, request.user, "design-deleted", design=design, space=held)
        design.delete()
    messages.success(request, f"“{design.name}” is deleted for good.")
    return _to_bin(request)


def _to_bin(request: Request) -> HttpResponse:
    key = request.POST.get("space", "")
    return redirect(reverse("bin") + (f"?space={key}" if key and access.space(request, key, Role.READER) else ""))
