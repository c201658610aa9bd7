"""Writing presets of one's own: as YAML, checked as it is typed and tried out beside it; their versions; files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from designer.designs.models import Design
from designer.manifests.text import Text
from designer.manifests.types import ManifestError, Path, show
from designer.web import access, tryout
from designer.web.access import Request, Role
from designer.web.diffs import diff_lines
from designer.web.panes import partial
from designer.web.tryout import Tried
from designer.web.verbs.data import BIGGEST_FILE
from patterns import catalogue, models, store
from patterns.advice import advice
from patterns.preset import Preset, parse_values, read

_DESIGNS = 50  # of a person's designs that a preset can be tried on
_BEGIN = re.compile(r"^---(?:[ \t].*)?$", re.M)

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


@dataclass(frozen=True)
class Said:
    """Something about the text: what, at which line (0: of no line), and where in the preset."""

    message: str
    line: int = 0
    where: str = ""


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
    row = get_object_or_404(models.Preset, owner=request.user, name=preset)
    return _save(request, preset) if request.method == "POST" else _page(request, preset, row.text, preset)


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
    """The dialog with an older version: its text, and how it differs from what is used."""
    row = get_object_or_404(models.Preset, owner=request.user, name=preset)
    old = get_object_or_404(row.versions, number=number)
    values = {"row": row, "old": old, "diff": diff_lines(old.text, row.text)}
    return partial(request, "#dialog", "patterns/authoring/_version.html", values)


@require_POST
@access.person
def make_current(request: Request, preset: str, number: int) -> HttpResponse:
    """Use an older version again: its text becomes the next version."""
    row = get_object_or_404(models.Preset, owner=request.user, name=preset)
    old = get_object_or_404(row.versions, number=number)
    models.Preset.keep(request.user, read(old.text), old.text, by=request.user, note=f"version {number} again")
    models.PresetDraft.objects.filter(by=request.user, name=preset).delete()
    return redirect("edit-preset", preset)


@require_POST
@access.person
def delete(request: Request, preset: str) -> HttpResponse:
    """Delete a preset of one's own with its versions. Pods that wear it stay as they are."""
    get_object_or_404(models.Preset, owner=request.user, name=preset).delete()
    models.PresetDraft.objects.filter(by=request.user, name=preset).delete()
    return redirect("catalogue")


@require_GET
@access.person
def download(request: Request, preset: str) -> HttpResponse:
    """A preset as a file: as it was written, with the version that it has."""
    row = models.Preset.objects.filter(owner=request.user, name=preset).first()
    if row is None and preset not in catalogue.presets():
        raise Http404
    text = _with(row.text, version=row.version) if row else catalogue.source(preset)
    response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{preset}.yaml"'
    return response


@require_POST
@access.person
def import_(request: Request) -> HttpResponse:
    """Take in presets from files and pasted text. All of them are taken, or none, with what is wrong with each."""
    taken: list[tuple[Preset, str]] = []
    problems: list[tuple[str, Said]] = []
    for source, text in _sent(request):
        try:
            made = read(text)
            _free(request, made.name, replace="replace" in request.POST)
            if made.name in [other.name for other, _ in taken]:
                raise ManifestError(f"two of them are called {made.name}: keep one", ("metadata", "name"))
            taken.append((made, text))
        except ManifestError as error:
            problems.append((source, _said(error, text)))
    if not taken and not problems:
        problems.append(("", Said("there is nothing in it: choose a file, or paste a preset")))
    if problems:
        values: dict[str, Any] = {"problems": problems, "pasted": request.POST.get("text", "")}
        return _page(request, "", STARTER, **values, status=422)
    for made, text in taken:
        models.Preset.keep(request.user, made, text.lstrip("\n"), by=request.user, note="imported")
    return redirect("preset", taken[0][0].name) if len(taken) == 1 else redirect(f"{reverse('catalogue')}#found")


# --- The page ------------------------------------------------------------------------------------------------------


def _page(request: Request, name: str, text: str, of: str = "", *, status: int = 200, **more: Any) -> HttpResponse:
    draft = models.PresetDraft.objects.filter(by=request.user, name=of).first()
    row = models.Preset.objects.filter(owner=request.user, name=name).first() if name else None
    if draft and "typed" not in more:
        text = draft.text
    values = {
        "name": name,
        "of": of,
        "row": row,
        "draft": draft,
        "versions": row.versions.all()[:100] if row else [],
        "designs": Design.objects.of(request.user).kept().filter(pods__isnull=False).distinct()[:_DESIGNS],
        "text": text,
        **_looked_at(request, text, name),
        **more,
    }
    return render(request, "patterns/authoring/page.html", values, status=status)


def _looked_at(request: Request, text: str, name: str) -> dict[str, Any]:
    """What the page says of a text: `problem` or None, `advice`, and the preset with what came of trying it out."""
    values: dict[str, Any] = {"problem": None, "advice": [], "made": None, "tried": None, "asked": [], "name": name}
    try:
        made = read(text)
        if name and made.name != name:
            rename = f"its name is {made.name}, and that of this preset {name}: to have both, copy it as a new one"
            raise ManifestError(rename, ("metadata", "name"))
        if not name:
            _free(request, made.name)
    except ManifestError as error:
        return {**values, "problem": _said(error, text)}
    tried = _tried(request, made)
    asked = [(one, request.POST.get(f"p.{one.name}", ""), tried.problems.get(one.name, "")) for one in made.parameters]
    said = [_said(ManifestError(message, path), text) for path, message in advice(made)]
    return {**values, "made": made, "advice": said, "tried": tried, "asked": asked}


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
    row = models.Preset.keep(request.user, looked["made"], text, by=request.user, note=note)
    models.PresetDraft.objects.filter(by=request.user, name=name or _of(request)).delete()
    return redirect("edit-preset", row.name)


def _free(request: Request, name: str, *, replace: bool = False) -> None:
    if name in catalogue.presets():
        raise ManifestError(f"the catalogue has a preset {name}: choose another name", ("metadata", "name"))
    if not replace and models.Preset.objects.filter(owner=request.user, name=name).exists():
        what = f"you have a preset {name} already: choose another name, or edit that one"
        raise ManifestError(what, ("metadata", "name"))


def _said(error: ManifestError, text: str) -> Said:
    """An error with the line it is at: that of its path in the preset, or of the nearest thing around it."""
    if error.line or not error.path:
        return Said(error.message, error.line or 0, show(error.path))
    try:
        where = Text.read(text).where
    except ManifestError:
        return Said(error.message, 0, show(error.path))
    path: Path = (0, *error.path)
    lines = where.lines(path)
    while lines is None and len(path) > 1:
        path = path[:-1]
        lines = where.lines(path)
    return Said(error.message, lines[0] if lines else 0, show(error.path))


def _of(request: Request) -> str:
    return request.POST.get("of", "")[:64]


def _began(request: Request, of: str) -> str:
    """The text that somebody begins with: see `check` for `of`."""
    if of.startswith("+") and store.find(request.user, of[1:]):
        return _copied(request, of[1:])
    row = models.Preset.objects.filter(owner=request.user, name=of).first()
    return row.text if row else STARTER


def _typed(request: Request) -> str:
    return request.POST.get("text", "").replace("\r\n", "\n")


def _copied(request: Request, name: str) -> str:
    row = models.Preset.objects.filter(owner=request.user, name=name).first()
    text = row.text if row else catalogue.source(name)
    taken = {*catalogue.presets(), *models.Preset.objects.filter(owner=request.user).values_list("name", flat=True)}
    wanted = f"my-{name}"[:60]
    free = next(each for each in (wanted, *(f"{wanted}-{n}" for n in range(2, 1000))) if each not in taken)
    return _with(text, name=free)


def _with(text: str, **metadata: Any) -> str:
    """The text of a preset with these fields of its metadata, and not a byte of the rest changed."""
    source = Text.read(text)
    (document,) = source.documents
    return source.rewrite([{**document, "metadata": {**document["metadata"], **metadata}}]).text


def _sent(request: Request) -> list[tuple[str, str]]:
    """(where from, text) of each preset in what was sent: pasted, and in files, each of which may hold several."""
    sources = [("pasted text", _typed(request))]
    for file in request.FILES.getlist("files"):
        name = str(file.name)
        if (file.size or 0) > 2 * BIGGEST_FILE:
            raise ManifestError(f"{name} is larger than 2 MB, more than a preset should be")
        try:
            sources.append((name, file.read().decode("utf-8-sig").replace("\r\n", "\n")))
        except UnicodeDecodeError:
            raise ManifestError(f"{name} is not UTF-8 text: save it as UTF-8 and try again") from None
    return [(name, part) for name, text in sources for part in _apart(text)]


def _apart(text: str) -> list[str]:
    """The documents of a text, each with the blank lines above it that keep its line numbers."""
    out, line = [], 0
    for part in _BEGIN.split(text):
        if any(each.strip() and not each.lstrip().startswith("#") for each in part.splitlines()):
            out.append("\n" * line + part)
        line += part.count("\n")
    return out if len(out) > 1 else [text for _ in out]
