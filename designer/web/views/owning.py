"""What becomes of a preset that people made: moved to another space, shown to everyone, deprecated, deleted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from designer.designs.models import Design
from designer.designs.spaces import OWN, spaces
from designer.web import access
from designer.web.access import Request, Role
from designer.web.ownership import Choice, chosen
from designer.web.panes import partial
from designer.web.presetlog import log, place
from patterns import catalogue, owning
from patterns.models import Preset

_HITS = 8  # presets that a search for a successor shows
_TRIED = 60  # of those found, that are asked whether they can be one
_NAMED = 8  # designs that are named where a preset is deleted


@require_http_methods(["GET", "POST"])
@access.account
def move(request: Request, preset: str) -> HttpResponse:
    """GET: the dialog with the spaces that it can go to. POST: into the space `to`."""
    row = _changed(request, preset, Role.OWNER)
    if request.method == "GET":
        clashing = owning.clashes(row, request.user)
        there = [one for one in spaces(request.user) if one.editable and one.team != row.team]
        to = [(one, (one.team.pk if one.team else None) in clashing) for one in there]
        values = {"row": row, "to": to, "free": sum(not clash for _, clash in to)}
        return partial(request, "#dialog", "patterns/owning/_move.html", values)
    into = access.space(request, request.POST.get("to", "") or OWN, Role.EDITOR)
    if into.team == row.team:
        return _back(request, row, f"It is in {into.name if into.team else 'your own space'} already.")
    with transaction.atomic():
        origin = place(row)
        owning.move(row, into.team, request.user)
        log(request, "preset-moved", row, origin=origin)
    return _back(request, row, f"Moved to {into.name if into.team else 'your own space'}.")


@require_POST
@access.account
def show(request: Request, preset: str) -> HttpResponse:
    """Show what is published of it to everyone here (`everyone`), or to its space alone again."""
    row, everyone = _changed(request, preset, Role.OWNER), bool(request.POST.get("everyone"))
    with transaction.atomic():
        owning.show(row, everyone)
        log(request, "preset-shown" if everyone else "preset-hidden", row)
    there = row.team.name if row.team else "you"
    return _back(request, row, "Everyone here sees it now." if everyone else f"Only {there} can see it now.")


@require_http_methods(["GET", "POST"])
@access.person
def deprecate(request: Request, preset: str) -> HttpResponse:
    """GET: the dialog; with `q`, the presets that could be used instead. POST: deprecate it, because of `why`, with the
    `successor`; with `undo` take that back."""
    row = _changed(request, preset, Role.EDITOR)
    if request.method == "GET":
        words = request.GET.get("q", "").strip()[:100]
        held = request.GET.get("successor", row.successor)
        values = {"row": row, "q": words, "held": chosen(request.user, held), "hits": _hits(request, row, words, held)}
        if "q" in request.GET:
            return partial(request, "#successors", "patterns/owning/_successors.html", values)
        return partial(request, "#dialog", "patterns/owning/_deprecate.html", values)
    with transaction.atomic():
        if "undo" in request.POST:
            owning.take_up(row)
            log(request, "preset-taken-up", row)
            return _back(request, row, "It is no longer deprecated.")
        owning.deprecate(row, request.POST.get("why", ""), request.POST.get("successor", ""), request.user)
        log(request, "preset-deprecated", row)
    return _back(request, row, "It is deprecated. Those whose pods wear it are told.")


@require_http_methods(["GET", "POST"])
@access.person
def delete(request: Request, preset: str) -> HttpResponse:
    """GET: the dialog, which says who wears it. POST: delete it with its versions. Pods of it stay as they are."""
    row = _changed(request, preset, Role.OWNER)
    if request.method == "GET":
        return partial(request, "#dialog", "patterns/owning/_delete.html", deleted(request, row))
    remove(request, row)
    messages.success(request, f"“{row.title}” is deleted.")
    return redirect("catalogue")


def remove(request: Request, row: Preset) -> None:
    """Delete it, and write that down."""
    count = owning.designs(row).count()
    with transaction.atomic():
        log(request, "preset-deleted", row, count=f"{count} design{'' if count == 1 else 's'}")
        owning.remove(row)


def deleted(request: Request, row: Preset) -> dict[str, Any]:
    """What is said before a preset is deleted: how many designs wear it, by name those that the person sees."""
    worn = owning.designs(row)
    seen = Design.objects.of(request.user).filter(pk__in=worn.order_by().values("pk")).order_by("-updated")
    count, named = worn.count(), list(seen.only("pk", "name")[:_NAMED])
    return {"row": row, "worn": count, "named": named, "others": count - len(named)}


def _changed(request: Request, ref: str, role: Role) -> Preset:
    row = access.preset(request, ref, role)
    if row.read_only:
        raise PermissionDenied
    return row


def _back(request: Request, row: Preset, words: str) -> HttpResponse:
    """To the preset's page, which says what was done."""
    messages.success(request, words)
    url = reverse("preset", args=[row.ref])
    return HttpResponse(headers={"HX-Redirect": url}) if request.htmx else redirect(url)


def _hits(request: Request, row: Preset, words: str, held: str) -> list[Choice]:
    """The presets in which every word occurs and that could succeed `row`: of people first, then the catalogue's."""
    found = Preset.objects.of(request.user).published().filter(deprecated=None).exclude(pk=row.pk)
    for word in words.split()[:8]:
        found = found.filter(Q(title__icontains=word) | Q(name__icontains=word))
    rows = found.exclude(uid=held.partition("_")[2]).defer("text", "draft").select_related("team", "owner")[:_TRIED]
    people = [Choice.of(one) for one in rows if owning.may_succeed(row, one)]
    lower = [word.casefold() for word in words.split()[:8]]
    built_in = [
        Choice(one.name, one.title or one.name, one.pattern, "the catalogue's")
        for one in catalogue.presets().values()
        if one.name != held and all(word in f"{one.name} {one.title} {one.summary}".casefold() for word in lower)
    ]
    return [*people, *built_in][:_HITS]
