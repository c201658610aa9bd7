"""Writing presets as YAML: checked as it is typed and tried out beside it; saved as a draft, published as versions."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from designer.designs.models import Design
from designer.designs.spaces import Space
from designer.manifests.schema import schema
from designer.manifests.types import ManifestError
from designer.web import access, masked, tryout
from designer.web.access import Request, Role
from designer.web.authored import LONGEST, free, of_woven, said
from designer.web.diffs import diff_lines
from designer.web.into import choice, into
from designer.web.panes import partial
from designer.web.presetlog import log
from designer.web.tryout import Tried
from designer.web.verbs.data import Data
from designer.web.writing import STARTER as STARTER  # named here too
from designer.web.writing import Editing, Together, brought, late, origin_of, together
from patterns import assist, models, owning, store
from patterns.advice import advice
from patterns.models import BehindError
from patterns.preset import Preset, parse_values, read

_DESIGNS = 50  # of a person's designs that a preset can be tried on, and of those that wear it
VERSIONS = 100  # of a preset, the newest, that are listed


@require_http_methods(["GET", "POST"])
@access.person
def new(request: Request) -> HttpResponse:
    """GET: the page with a preset to begin with, or a fork of another (`from`). POST: save it in the space that the
    form names, as a draft or as version 1."""
    if request.method == "POST":
        it = _sent(request)
        return _save(request, Editing(it.person, it.space, None, it.origin))
    space = access.space(request, choice(request)["space_into"], Role.EDITOR)
    return _page(request, Editing(request.user, space, None, _origin(request, request.GET.get("from", ""))))


@require_http_methods(["GET", "POST"])
@access.person
def edit(request: Request, preset: str) -> HttpResponse:
    """GET: the page with what is worked on; with `merge`, with what came to the origin since in it. POST: with `act`
    "draft" save it as a draft, with "merge" bring it together with what others saved meanwhile, else publish it."""
    it = editing(request, preset)
    if request.method == "POST":
        return _save(request, it)
    return _merged(request, it) if "merge" in request.GET else _page(request, it)


@require_POST
@access.person
def check(request: Request) -> HttpResponse:
    """Look at what is typed: what is wrong with it, and what comes of it on the example or a chosen design. It is kept
    as the person's own draft, whether it can be read or not; with `discard` that draft goes. `of` is the preset's ref,
    nothing for a new one, or "+" and the ref of the one that it is a fork of. Where somebody else saved that preset
    meanwhile, the answer says so."""
    it = _sent(request)
    if "discard" in request.POST:
        it.drafts.delete()
        query = f"?from={it.origin}" if it.origin else ""
        return redirect("edit-preset", it.ref) if it.row else redirect(reverse("new-preset") + query)
    text = _typed(request)
    _keep(request, it, text)
    values = _looked_at(request, it, text)
    seen = partial(request, "#checked", "patterns/authoring/_checked.html", values)
    shown = partial(request, "#tried", "patterns/authoring/_tried.html", values, swap="innerMorph")
    # Where the text cannot be read, the last picture of it stands.
    answer = HttpResponse(seen.content + (shown.content if values["tried"] else b""))
    if found := late(it, request.POST.get("base", ""), text):
        told = {"it": it, "late": found}
        answer.write(partial(request, "#late", "patterns/authoring/_late.html", told, swap="innerMorph").content)
    return answer


@require_POST
@access.person
def complete(request: Request) -> JsonResponse:
    """What fits at the cursor of a preset's text: `line` counts from 1, `column` from 0."""
    text, line, column = _cursor(request)
    role, start, end, found = assist.complete(text, line, column, schema())
    return JsonResponse({"found": [{**asdict(one), "role": role, "start": start, "end": end} for one in found]})


@require_POST
@access.person
def hover(request: Request) -> JsonResponse:
    """What the word at a place of a preset's text is."""
    found = assist.hover(*_cursor(request), schema())
    return JsonResponse({"found": asdict(found) if found else None})


# --- The page ------------------------------------------------------------------------------------------------------


def _page(
    request: Request, it: Editing, text: str | None = None, base: str = "", *, status: int = 200, **more: Any
) -> HttpResponse:
    """The page with a text that was written on `base`; without one, with what the person typed last, else with what is
    worked on."""
    draft, row = it.drafts.first(), it.row
    if text is None:
        text, base = (draft.text, draft.base) if draft else (it.began, it.mark)
    base = base or it.mark
    looked = _looked_at(request, it, text)
    if looked["tried"] is None and (last := _last(it)):
        # What is typed cannot be read: what it was last is shown, and said to be that.
        looked |= {"tried": last, "stale": True}
    values = {
        "it": it,
        "name": it.ref,
        "row": row,
        "base": base,
        "late": late(it, base, text),
        "draft": draft,
        "shared": diff_lines(row.text, row.draft) if row and row.draft and row.version else [],
        "versions": row.versions.select_related("by")[:VERSIONS] if row else [],
        "designs": Design.objects.of(request.user).kept().filter(pods__isnull=False).distinct()[:_DESIGNS],
        "wearing": wearing(request, row) if row else [],
        "origin": origin_of(row, request.user) if row else None,
        "text": text,
        **looked,
        **(choice(request) if row is None else {}),
        **more,
    }
    return render(request, "patterns/authoring/page.html", values, status=status)


def _merged(request: Request, it: Editing) -> HttpResponse:
    """The page with what came to the preset's origin in what is typed, else in what is worked on; not saved yet."""
    origin = origin_of(it.row, request.user) if it.row else None
    if it.row is None or origin is None:
        raise Http404
    draft = it.drafts.first()
    text, base = (draft.text, draft.base) if draft else (it.began, it.mark)
    found = brought(it.row, origin, text)
    came = diff_lines(text, found.text) if found else diff_lines(it.row.newest, origin.text)
    return _page(request, it, found.text if found else text, base, brought=found, came=came, bringing=True)


def _last(it: Editing) -> Tried | None:
    """What comes of the text that somebody began with: of the saved version, say."""
    try:
        return tryout.shown(it.began)
    except ManifestError:
        return None


def _looked_at(request: Request, it: Editing, text: str) -> dict[str, Any]:
    """What the page says of a text: `problem` or None, `advice`, and the preset with what came of trying it out."""
    values: dict[str, Any] = {"problem": None, "advice": [], "made": None, "tried": None, "asked": [], "name": it.ref}
    try:
        if len(text) > LONGEST:
            raise ManifestError("it is larger than 1 MB, more than a preset should be: leave out what is not needed")
        made = read(text)
        if it.row and made.name != it.row.name:
            rename = f"its name is {made.name}, and that of this preset {it.row.name}: to have both, "
            rename += "copy it as a new one"
            raise ManifestError(rename, ("metadata", "name"))
        if it.row is None:
            free(request.user, made.name, team=it.space.team)
    except ManifestError as error:
        return {**values, "problem": said(error, text)}
    tried = _tried(request, made)
    asked = [(one, request.POST.get(f"p.{one.name}", ""), tried.problems.get(one.name, "")) for one in made.parameters]
    better = of_woven(made, tried, text)
    better += [said(ManifestError(message, path), text, "hint") for path, message in advice(made)]
    return {**values, "made": made, "advice": better, "tried": tried, "asked": asked}


def _tried(request: Request, made: Preset) -> Tried:
    sent = {key[2:]: value for key, value in request.POST.items() if key.startswith("p.") and str(value).strip()}
    onto, chosen = "", request.POST.get("onto", "")
    if chosen.isdecimal() and len(chosen) < 19:
        design = access.design(request, int(chosen), Role.READER)
        onto = masked.masked(design, design.text)
    return tryout.tried(made, parse_values(made, sent), onto)


def wearing(request: Request, row: models.Preset) -> list[Design]:
    """Designs that the person sees in which a pod wears the preset by now, the ones changed last first."""
    worn = owning.designs(row).order_by().values("pk")
    return list(Design.objects.of(request.user).filter(pk__in=worn).order_by("-updated").only("pk", "name")[:_DESIGNS])


# --- Saving --------------------------------------------------------------------------------------------------------


def _save(request: Request, it: Editing) -> HttpResponse:
    """Keep what is typed as a draft or as the next version. What cannot be read, or was written on what does not stand
    any more, stays in the box and is kept as the person's own draft."""
    text, note = _typed(request), request.POST.get("note", "").strip()
    base = request.POST.get("over") or request.POST.get("base", "")
    act = request.POST.get("act", "publish")
    if act == "merge" and (found := _together(it, base, text)):
        _keep(request, it, found.text, it.mark)
        return _page(request, it, found.text, it.mark, together=found, note=note)
    looked = _looked_at(request, it, text)
    if looked["problem"]:
        return _page(request, it, text, base, note=note, status=422)
    try:
        row, what = _saved(request, it, looked["made"], text, base if it.row else "", note, draft=act == "draft")
    except BehindError:
        _keep(request, it, text, base)
        again = Editing(it.person, it.space, access.preset(request, it.ref, Role.EDITOR))
        return _page(request, again, text, base, note=note, posted=True, status=409)
    it.drafts.delete()
    messages.success(request, what)
    return redirect("edit-preset", row.ref)


@transaction.atomic
def _saved(
    request: Request, it: Editing, made: Preset, text: str, base: str, note: str, *, draft: bool
) -> tuple[models.Preset, str]:
    """Save it, and say what was done. What is as the version that stands is no version, and no draft."""
    space, origin = it.space, it.origin
    row = it.row or models.Preset(
        owner=request.user,
        team=space.team,
        name=made.name,
        version=0,
        origin=origin,
        origin_version=min(_number(request.POST.get("base", "") or it.mark), _number(it.mark)) if origin else 0,
    )
    if row.version and text == row.text:
        what = "Nothing changed: it is as version {} is."
        if row.draft:
            row.discard_draft(base)
            log(request, "preset-draft-discarded", row)
            what = "It is as version {} is: the draft is done with."
    elif draft:
        row.keep_draft(made, text, by=request.user, base=base)
        log(request, "preset-drafted", row)
        what = "The draft is saved. It is woven once it is published."
    else:
        row.publish(made, text, by=request.user, note=note, base=base)
        log(request, "preset-published", row, number=row.version)
        what = "Version {} is published."
    if origin and it.row is None:
        log(request, "preset-forked", row, origin=origin.partition("_")[0])
    brought_in = _number(request.POST.get("origin_version", ""))
    if brought_in and (known := origin_of(row, request.user)) and row.origin_version < brought_in <= known.version:
        row.origin_version = brought_in
        row.save(update_fields=["origin_version"])
    return row, what.format(row.version)


def _together(it: Editing, base: str, text: str) -> Together | None:
    found = late(it, base, text)
    return together(found.ancestor, text, it.row.newest) if it.row and found and found.ancestor is not None else None


def _keep(request: Request, it: Editing, text: str, base: str = "") -> None:
    """Keep what is typed for the person themself, unless it is what they began with, or far too long."""
    if text == it.began:
        it.drafts.delete()
    elif len(text) <= LONGEST:
        found = {"text": text, "at": timezone.now(), "base": (base or request.POST.get("base", "") or it.mark)[:40]}
        models.PresetDraft.objects.update_or_create(by=request.user, name=it.of, defaults=found)


# --- What is sent --------------------------------------------------------------------------------------------------


def editing(request: Request, ref: str) -> Editing:
    """The editor, open on a preset that the person may change."""
    row = access.preset(request, ref, Role.EDITOR)
    if row.read_only:
        raise PermissionDenied
    return Editing(request.user, Space(request.user, row.team, row.role_of(request.user) or Role.EDITOR), row)


def _sent(request: Request) -> Editing:
    """What the form's editor is open on: see `check`. A bare name is that of one of one's own."""
    of = request.POST.get("of", "")[:80]
    if of and not of.startswith("+"):
        return editing(request, of)
    return Editing(request.user, into(request), None, _origin(request, of[1:]))


def _origin(request: Request, ref: str) -> str:
    """The ref of a preset that the person may fork; "" where there is none."""
    found = store.find(request.user, ref[:80]) if ref else None
    return found[0].ref if found else ""


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _typed(request: Request) -> str:
    return request.POST.get("text", "").replace("\r\n", "\n")


def _cursor(request: Request) -> tuple[str, int, int]:
    data = Data(request.POST, request.FILES)
    return _typed(request), max(1, data.number("line") or 1), data.number("column") or 0
