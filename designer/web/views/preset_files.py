"""Presets as files: given out one, several or all together, and taken in after a look at what would come of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from designer.designs.spaces import OWN, Space, spaces
from designer.manifests.types import ManifestError
from designer.web import access
from designer.web.access import Request, Role
from designer.web.authored import LONGEST, Said, exported, free, said
from designer.web.diffs import diff_lines
from designer.web.into import choice, into
from designer.web.presetlog import log
from designer.web.screen import ROLE_LETTERS
from designer.web.verbs.data import BIGGEST_FILE
from patterns import catalogue, models, store
from patterns.preset import PATTERNS, Preset, read

_BEGIN = re.compile(r"^---(?:[ \t].*)?$", re.M)
_PASTED = "pasted text"


@dataclass(frozen=True)
class Coming:
    """A preset that was sent. `before` is the version of the space's that it would follow, 0 if there is none, and
    `ref` what that is called; `same` says that it is that version, byte for byte; `diff` is what it changes in it."""

    made: Preset
    text: str
    before: int = 0
    same: bool = False
    diff: list[tuple[str, str]] = field(default_factory=list)
    ref: str = ""


@dataclass
class Sent:
    """What was sent under one name: a file, or what was pasted. Its text is shown to be mended where it has problems;
    where it could not be read as text there is none."""

    name: str
    text: str = ""
    problems: list[Said] = field(default_factory=list)
    presets: list[Coming] = field(default_factory=list)


@require_GET
@access.person
def download(request: Request, preset: str) -> HttpResponse:
    """A preset as a file: as it was written, with the version that it has."""
    text = _written(request, preset)
    if text is None:
        raise Http404
    return _file(text, f"{preset.partition('_')[0]}.yaml")


@require_GET
@access.person
def export(request: Request) -> HttpResponse:
    """The page on which presets are chosen; with each `name` chosen, or with all of a space (`space`; `mine`: one's
    own), the one file that holds them, as `import_` takes it. Drafts are left out, and names that nobody has."""
    asked = OWN if "mine" in request.GET else request.GET.get("space", "")
    if asked:
        whole = access.space(request, asked, Role.READER)
        names = [row.ref for row in models.Preset.objects.within(request.user, whole.team).published().order_by("name")]
    else:
        names = list(dict.fromkeys(request.GET.getlist("name")))
    found = [(name, text) for name in names if (text := _written(request, name)) is not None]
    if found:
        name = f"{found[0][0].partition('_')[0]}.yaml" if len(found) == 1 else "presets.yaml"
        return _file("---\n".join(_ended(text) for _, text in found), name)
    shelves = [
        (pattern, [one for one in catalogue.presets().values() if one.pattern == pattern]) for pattern in PATTERNS
    ]
    values = {"held": _held(request), "shelves": shelves, "letters": ROLE_LETTERS, "asked": bool(request.GET)}
    return render(request, "patterns/authoring/export.html", values, status=422 if request.GET else 200)


def _held(request: Request) -> list[tuple[Space, list[models.Preset]]]:
    """The person's spaces in which something is published, with that; in local mode there is one."""
    there = [Space(request.user, None, Role.OWNER)] if settings.LOCAL_MODE else spaces(request.user)
    mine = Q(team=None, owner=request.user) | Q(team__in=[one.team.pk for one in there if one.team])
    rows = models.Preset.objects.filter(mine).published().only("name", "uid", "title", "pattern", "version", "team")
    by_team: dict[int | None, list[models.Preset]] = {}
    for row in rows:
        by_team.setdefault(row.team_id, []).append(row)
    return [(one, by_team[key]) for one in there if (key := one.team.pk if one.team else None) in by_team]


@require_http_methods(["GET", "POST"])
@access.person
def import_(request: Request) -> HttpResponse:
    """GET: the page that takes presets in. POST: take those in files and pasted text (`text`, each under its `name`)
    into the space that the form names. All are taken or none. Where one is wrong, or would follow one that the space
    has and `replace` is not said, the page shows each with what it is, and keeps the texts so that they can be mended
    there."""
    if request.method == "GET":
        return render(request, "patterns/authoring/import.html", {"sent": [], **choice(request)})
    space = into(request)
    sent = _sent(request)
    for one in sent:
        _look(request, space, one, sent)
    coming = [preset for one in sent for preset in one.presets]
    wrong = [one for one in sent if one.problems]
    newer = [one for one in coming if one.before and not one.same]
    if wrong or not coming or (newer and "replace" not in request.POST):
        values: dict[str, Any] = {"sent": sent, "wrong": wrong, "coming": coming, "newer": newer, "posted": True}
        values |= {"into_team": space.team, **choice(request)}
        return render(request, "patterns/authoring/import.html", values, status=422)
    rows = _taken(request, space, [one for one in coming if not one.same])
    if len(coming) == 1:
        return redirect("preset", rows[-1].ref if rows else coming[0].ref)
    where = space.name if space.team else "your own space"
    messages.success(request, f"Imported {len(rows)} of {len(coming)} presets into {where}.")
    return redirect(f"{reverse('catalogue')}?space={space.key}")


@transaction.atomic
def _taken(request: Request, space: Space, coming: list[Coming]) -> list[models.Preset]:
    rows = []
    for one in coming:
        text = one.text.lstrip("\n")
        rows.append(models.Preset.keep(request.user, one.made, text, by=request.user, note="imported", team=space.team))
    models.Preset.succeeded(rows)
    if rows:
        what = f"{len(rows)} preset{'s' if len(rows) > 1 else ''}"
        log(request, "presets-imported", rows[0], presets=what)
    return rows


# --- Given out -----------------------------------------------------------------------------------------------------


def _written(request: Request, name: str) -> str | None:
    """The text of a preset that the person may use, with its version; None if there is none of the name."""
    row = store.row(request.user, name)
    if row and row.version:
        return exported(row)
    return catalogue.source(name) if name in catalogue.presets() else None


def _ended(text: str) -> str:
    """A document as one of several: what begins it stands between it and the one before, and its last line is ended."""
    text = re.sub(r"\A\ufeff?(?:---[ \t]*\n)?", "", text)
    return text if text.endswith("\n") else f"{text}\n"


def _file(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# --- Taken in ------------------------------------------------------------------------------------------------------


def _sent(request: Request) -> list[Sent]:
    """What was sent, in its order; files that cannot be read as text with that problem."""
    texts, names = request.POST.getlist("text"), request.POST.getlist("name")
    sent = [
        Sent(names[index] if index < len(names) else _PASTED, text.replace("\r\n", "\n"))
        for index, text in enumerate(texts)
        if text.strip()
    ]
    for file in request.FILES.getlist("files"):
        one = Sent(str(file.name))
        sent.append(one)
        if (file.size or 0) > 2 * BIGGEST_FILE:
            one.problems.append(Said("it is larger than 2 MB, more than a preset should be: leave out what is not one"))
            continue
        try:
            one.text = file.read().decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            one.problems.append(Said("it is not UTF-8 text: save it as UTF-8, and choose it again"))
    return sent


def _look(request: Request, space: Space, one: Sent, sent: list[Sent]) -> None:
    """Find the presets in what was sent, and what is wrong with each."""
    if one.problems:
        return
    parts = _apart(one.text)
    if not parts:
        one.problems.append(Said("there is no preset in it: choose another file"))
    for text in parts:
        try:
            if len(text) > LONGEST:
                raise ManifestError("one of them is larger than 1 MB, more than a preset should be")
            made = read(text)
            free(request.user, made.name, replace=True, team=space.team)
            if made.name in [other.made.name for each in sent for other in each.presets]:
                raise ManifestError(f"two of them are called {made.name}: keep one", ("metadata", "name"))
            row = models.Preset.objects.within(request.user, space.team).filter(name=made.name).first()
            if row and row.read_only:
                what = f"the preset {made.name} there is only read here: change it where it comes from"
                raise ManifestError(what, ("metadata", "name"))
        except ManifestError as error:
            one.problems.append(said(error, text))
            continue
        if row is None or not row.version:
            one.presets.append(Coming(made, text))
            continue
        # A file that was exported says its version, which says nothing of what the preset is.
        given_out, theirs = exported(row), text.lstrip("\n")
        ours = given_out if made.version > 1 else row.text
        one.presets.append(
            Coming(made, text, row.version, theirs in (row.text, given_out), diff_lines(ours, theirs), row.ref)
        )


def _apart(text: str) -> list[str]:
    """The documents of a text, each with the blank lines above it that keep its line numbers."""
    out, line = [], 0
    for part in _BEGIN.split(text):
        if any(each.strip() and not each.lstrip().startswith("#") for each in part.splitlines()):
            out.append("\n" * line + part)
        line += part.count("\n")
    return out if len(out) > 1 else [text for _ in out]
