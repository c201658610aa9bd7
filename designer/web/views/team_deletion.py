"""Deleting a team: what is in the way, what goes with it, and then the deed.

What a team made is never deleted with it unseen: designs are moved or put into the bin first, presets moved or deleted.
What is in the team's bin goes with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from designer.designs.models import Design
from designer.teams import audit
from designer.teams.errors import TeamError
from designer.teams.models import Team
from designer.web import access
from designer.web.access import Request
from patterns.models import CatalogueSource, Preset

audit.SENTENCES |= {"team-deleted": ("team", "deleted the team {team}{binned}")}
_SHOWN = 20


@require_http_methods(["GET", "POST"])
@access.account
def delete(request: Request, slug: str) -> HttpResponse:
    """The page; a POST takes the team's name typed."""
    team = access.team(request, slug, "delete")
    if request.method == "GET":
        return _page(request, team)
    try:
        if request.POST.get("name", "").strip() != team.name:
            raise TeamError(f"Nothing is deleted: type the team’s name, {team.name}, to confirm.")
        _delete(request, team)
    except TeamError as error:
        return _page(request, team, str(error), 422)
    messages.success(request, f"The team {team.name} is deleted.")
    return redirect("teams")


def _delete(request: Request, team: Team) -> None:
    """Raises TeamError where something is in the way."""
    with transaction.atomic():
        # Whoever moves something into the team has to wait for its row, and finds that it is gone.
        held = Team.objects.select_for_update().get(pk=team.pk)
        if _designs(held).exists() or _presets(held).exists():
            raise TeamError(f"{held.name} still has designs or presets. Move or delete them first.")
        binned = Design.objects.filter(team=held)
        count = binned.count()
        words = f", with the {count} design{'' if count == 1 else 's'} in its bin" if count else ""
        audit.record(request, request.user, "team-deleted", team=held, binned=words)
        binned.delete()
        held.delete()


def _designs(team: Team) -> Any:
    return Design.objects.filter(team=team).kept().order_by("name", "pk")


def _presets(team: Team) -> Any:
    return Preset.objects.filter(team=team).order_by("title", "pk")


def _page(request: Request, team: Team, problem: str = "", status: int = 200) -> HttpResponse:
    designs, presets = _designs(team), _presets(team)
    values = {
        "team": team,
        "designs": designs.only("pk", "name")[:_SHOWN],
        "designs_count": designs.count(),
        "presets": presets.only("pk", "name", "uid", "title")[:_SHOWN],
        "presets_count": presets.count(),
        "binned": Design.objects.filter(team=team).exclude(deleted=None).count(),
        "people": team.memberships.count(),
        "clusters": team.clusters.count(),
        "sources": CatalogueSource.objects.filter(team=team).count(),
        "shown": _SHOWN,
        "problem": problem,
    }
    return render(request, "teams/delete.html", values, status=status)
