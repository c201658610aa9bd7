"""What was kept of a preset: its versions, looked at and used again, and its draft, discarded."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from designer.web import access
from designer.web.access import Request, Role
from designer.web.diffs import diff_lines
from designer.web.panes import partial
from designer.web.presetlog import log
from designer.web.views.authoring import VERSIONS
from patterns import models
from patterns.preset import read


@require_POST
@access.person
def discard(request: Request, preset: str) -> HttpResponse:
    """Discard the draft that is shared, if it is the one that was looked at (`base`). A preset of which nothing was
    published goes with it."""
    row = access.preset(request, preset, Role.EDITOR)
    with transaction.atomic():
        log(request, "preset-draft-discarded", row)
        row.discard_draft(request.POST.get("base", ""))
    models.PresetDraft.objects.filter(by=request.user, name=row.ref).delete()
    messages.success(request, "The draft is discarded.")
    return redirect("preset", row.ref) if row.version else redirect("catalogue")


@require_GET
@access.person
def version(request: Request, preset: str, number: int) -> HttpResponse:
    """The dialog with a version: its text, and how it differs from another (`with`; the one that is used, else the one
    before it)."""
    row = access.preset(request, preset, Role.READER)
    one = get_object_or_404(row.versions, number=number)
    chosen = request.GET.get("with", "")
    usual = row.version if number != row.version else number - 1
    other = row.versions.filter(number=int(chosen) if chosen.isdecimal() and len(chosen) < 10 else usual).first()
    old, new = sorted((one, other or one), key=lambda each: each.number)
    values = {
        "row": row,
        "one": one,
        "other": other,
        "old": old,
        "new": new,
        "versions": row.versions.all()[:VERSIONS],
        "diff": diff_lines(old.text, new.text),
        "editable": (row.role_of(request.user) or 0) >= Role.EDITOR and not row.read_only,
    }
    return partial(request, "#dialog", "patterns/authoring/_version.html", values)


@require_POST
@access.person
def make_current(request: Request, preset: str, number: int) -> HttpResponse:
    """Use an older version again: its text becomes the next version. A draft stays as it is."""
    row = access.preset(request, preset, Role.EDITOR)
    old = get_object_or_404(row.versions, number=number)
    if old.text != row.text:
        row.publish(read(old.text, kept=True), old.text, by=request.user, note=f"version {number} again")
        log(request, "preset-published", row, number=row.version)
    models.PresetDraft.objects.filter(by=request.user, name=row.ref).delete()
    return redirect("edit-preset", row.ref)
