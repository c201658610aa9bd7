"""Writing presets of one's own: as YAML, checked as it is typed and tried out beside it; their versions."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from designer.designs.models import Design, Weaving
from designer.manifests.schema import schema
from designer.manifests.types import ManifestError
from designer.web import access, tryout
from designer.web.access import Request, Role
from designer.web.authored import LONGEST, free, of_woven, said
from designer.web.diffs import diff_lines
from designer.web.panes import partial
from designer.web.tryout import Tried
from designer.web.verbs.data import Data
from designer.web.views.preset_files import with_metadata
from patterns import assist, catalogue, models, store
from patterns.advice import advice
from patterns.preset import Preset, parse_values, read

_DESIGNS = 50  # of a person's designs that a preset can be tried on
_VERSIONS = 100  # of a preset, the newest, that are listed

STARTER = """\
apiVersion: podpatterns.dev/v1alpha1
kind: Preset
metadata:
  name: my-sidecar
  title: My sidecar
  pattern: sidecar # or ambassador, adapter, init
  summary: What it is good for, in a line
  when: When somebody should use it.
  tags: []
parameters: # put in as ${NAME} inside text, ${{NAME}} for a whole value
- name: IMAGE
  type: image
  default: busybox:1.37
  required: true
pod: # merged into the pod
  spec:
    containers:
    - name: my-sidecar
      image: ${IMAGE}
      args: [sleep, infinity]
objects: [] # Services, ConfigMaps … that come along
example: # what it is tried on, and what a new design starts with
- apiVersion: v1
  kind: Pod
  metadata:
    name: web
    labels: {app: web}
  spec:
    containers:
    - name: web
      image: nginx:1.29
      ports:
      - containerPort: 80
"""


@require_http_methods(["GET", "POST"])
@access.person
def new(request: Request) -> HttpResponse:
    """GET: the page with a preset to begin with, or a copy of another (`from`). POST: save it as version 1."""
    if request.method == "POST":
        return _save(request, "")
    other = request.GET.get("from", "")
    of = f"+{other}" if other and store.find(request.user, other) else ""
    return _page(request, "", _began(request, of), of)


@require_http_methods(["GET", "POST"])
@access.person
def edit(request: Request, preset: str) -> HttpResponse:
    """GET: the page with a preset of one's own. POST: save what it is now as its next version."""
    row = access.preset(request, preset, Role.EDITOR)
    return _save(request, row.ref) if request.method == "POST" else _page(request, row.ref, row.text, row.ref)


@require_POST
@access.person
def check(request: Request) -> HttpResponse:
    """Look at what is typed: what is wrong with it, and what comes of it on the example or a chosen design. It is kept
    as a draft, whether it can be read or not; with `discard` the draft goes. `of` is the preset's name, nothing for a
    new one, or "+" and the name of the one that it is a copy of."""
    of = _of(request)
    name = "" if of.startswith("+") else of
    drafts = models.PresetDraft.objects.filter(by=request.user, name=of)
    if "discard" in request.POST:
        drafts.delete()
        query = f"?from={of[1:]}" if of.startswith("+") else ""
        return redirect("edit-preset", name) if name else redirect(reverse("new-preset") + query)
    text = _typed(request)
    if text == _began(request, of):
        drafts.delete()
    else:
        found = {"text": text, "at": timezone.now()}
        models.PresetDraft.objects.update_or_create(by=request.user, name=of, defaults=found)
    values = _looked_at(request, text, name)
    seen = partial(request, "#checked", "patterns/authoring/_checked.html", values)
    shown = partial(request, "#tried", "patterns/authoring/_tried.html", values, swap="innerMorph")
    # Where the text cannot be read, the last picture of it stands.
    return HttpResponse(seen.content + (shown.content if values["tried"] else b""))


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
        "versions": row.versions.all()[:_VERSIONS],
        "diff": diff_lines(old.text, new.text),
    }
    return partial(request, "#dialog", "patterns/authoring/_version.html", values)


@require_POST
@access.person
def make_current(request: Request, preset: str, number: int) -> HttpResponse:
    """Use an older version again: its text becomes the next version."""
    row = access.preset(request, preset, Role.EDITOR)
    old = get_object_or_404(row.versions, number=number)
    if old.text != row.text:
        row.publish(read(old.text, kept=True), old.text, by=request.user, note=f"version {number} again")
    models.PresetDraft.objects.filter(by=request.user, name=row.ref).delete()
    return redirect("edit-preset", row.ref)


@require_POST
@access.person
def delete(request: Request, preset: str) -> HttpResponse:
    """Delete a preset of one's own with its versions. Pods that wear it stay as they are."""
    row = access.preset(request, preset, Role.OWNER)
    models.PresetDraft.objects.filter(name__in=(row.ref, f"+{row.ref}")).delete()
    row.delete()
    return redirect("catalogue")


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


def _page(request: Request, name: str, text: str, of: str = "", *, status: int = 200, **more: Any) -> HttpResponse:
    draft = models.PresetDraft.objects.filter(by=request.user, name=of).first()
    row = store.row(request.user, name) if name else None
    if draft and "typed" not in more:
        text = draft.text
    looked = _looked_at(request, text, name)
    if looked["tried"] is None and (last := _last(request, of, name)):
        # What is typed cannot be read: what it was last is shown, and said to be that.
        looked |= {"tried": last, "stale": True}
    values = {
        "name": name,
        "of": of,
        "row": row,
        "draft": draft,
        "versions": row.versions.all()[:_VERSIONS] if row else [],
        "designs": Design.objects.of(request.user).kept().filter(pods__isnull=False).distinct()[:_DESIGNS],
        "wearing": wearing(request, name) if row else [],
        "text": text,
        **looked,
        **more,
    }
    return render(request, "patterns/authoring/page.html", values, status=status)


def _last(request: Request, of: str, name: str) -> Tried | None:
    """What comes of the text that somebody began with: of the saved version, say."""
    try:
        return tryout.shown(_began(request, of or name))
    except ManifestError:
        return None


def _looked_at(request: Request, text: str, name: str) -> dict[str, Any]:
    """What the page says of a text: `problem` or None, `advice`, and the preset with what came of trying it out."""
    values: dict[str, Any] = {"problem": None, "advice": [], "made": None, "tried": None, "asked": [], "name": name}
    try:
        if len(text) > LONGEST:
            raise ManifestError("it is larger than 1 MB, more than a preset should be: leave out what is not needed")
        made = read(text)
        if name and made.name != name.partition("_")[0]:
            rename = f"its name is {made.name}, and that of this preset {name.partition('_')[0]}: to have both, "
            rename += "copy it as a new one"
            raise ManifestError(rename, ("metadata", "name"))
        if not name:
            free(request.user, made.name)
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
        onto = access.design(request, int(chosen), Role.READER).text
    return tryout.tried(made, parse_values(made, sent), onto)


def _save(request: Request, name: str) -> HttpResponse:
    text, note = _typed(request), request.POST.get("note", "").strip()
    looked = _looked_at(request, text, name)
    if looked["problem"]:
        return _page(request, name, text, _of(request), typed=True, note=note, status=422)
    row = store.row(request.user, name) if name else None
    if row is None:
        row = models.Preset.keep(request.user, looked["made"], text, by=request.user, note=note)
    elif row.text != text:
        row.publish(looked["made"], text, by=request.user, note=note)
    models.PresetDraft.objects.filter(by=request.user, name=name or _of(request)).delete()
    return redirect("edit-preset", row.ref)


def wearing(request: Request, name: str) -> list[Design]:
    """The designs of a person in which a pod wears the preset by now, the ones changed last first."""
    worn = Weaving.objects.filter(preset__in=(name, name.partition("_")[0])).values("design")
    return list(Design.objects.of(request.user).kept().filter(pk__in=worn).order_by("-updated"))


def _of(request: Request) -> str:
    """What the editor is open on: see `check`. A bare name is that of one of one's own."""
    of = request.POST.get("of", "")[:80]
    copy, name = ("+", of[1:]) if of.startswith("+") else ("", of)
    row = store.row(request.user, name) if name else None
    return copy + (row.ref if row else name)


def _began(request: Request, of: str) -> str:
    """The text that somebody begins with: see `check` for `of`."""
    if of.startswith("+") and store.find(request.user, of[1:]):
        return _copied(request, of[1:])
    row = store.row(request.user, of) if of else None
    return (row.draft or row.text) if row else STARTER


def _typed(request: Request) -> str:
    return request.POST.get("text", "").replace("\r\n", "\n")


def _copied(request: Request, name: str) -> str:
    row = store.row(request.user, name)
    text, name = (row.text, row.name) if row else (catalogue.source(name), name)
    taken = {*catalogue.presets(), *models.Preset.objects.filter(owner=request.user).values_list("name", flat=True)}
    wanted = f"my-{name}"[:60]
    unused = next(each for each in (wanted, *(f"{wanted}-{n}" for n in range(2, 1000))) if each not in taken)
    return with_metadata(text, name=unused)


def _cursor(request: Request) -> tuple[str, int, int]:
    data = Data(request.POST, request.FILES)
    return _typed(request), max(1, data.number("line") or 1), data.number("column") or 0
