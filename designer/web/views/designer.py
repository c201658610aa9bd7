"""The designer's screen, and the edits that its forms, menus and keys make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from designer import checks
from designer.designs import change
from designer.designs.models import Design, Revision
from designer.manifests import pod as manifest_pod
from designer.manifests import pointer
from designer.manifests import text as manifest_text
from designer.manifests.edits.tree import Edited
from designer.manifests.schema import versions
from designer.manifests.types import Documents, ManifestError
from designer.web import access, fieldfacts, masked
from designer.web.access import Request, Role
from designer.web.panes import context, edited, panes, partial, screen
from designer.web.presets import groups
from designer.web.starters import begin
from designer.web.verbs import TEXTS, VERBS, Data
from designer.web.views.home import listed


@require_GET
@access.person
def design(request: Request, pk: int) -> HttpResponse:
    found = access.design(request, pk, Role.READER)
    shown = screen(request, found)
    shown.draft = found.drafts.filter(by=request.user).first()
    return render(request, "designs/designer.html", {**context(shown), "preset_groups": groups(request.user, found)})


@require_GET
@access.person
def inspect(request: Request, pk: int) -> HttpResponse:
    """The form of what is selected. Where the page shows an older revision, all of it is brought up to date, and what
    was selected is looked for by its name."""
    found = access.design(request, pk, Role.READER)
    sent = Data(request.GET, request.FILES)
    base = sent.number("base")
    if base and base != found.number:
        documents = found.documents
        at = manifest_pod.follow(_documents_at(found, base), sent.at, documents)
        return panes(request, screen(request, found, documents=documents, at=at))
    shown = screen(request, found)
    state = partial(request, "#state", "designs/_state.html", {"screen": shown})
    form = partial(request, "#inspector", "designs/_inspector.html", context(shown), swap="innerMorph")
    return HttpResponse(state.content + form.content)


@require_POST
@access.person
def edit(request: Request, pk: int, verb: str) -> HttpResponse:
    """One edit by one verb. Answers with every pane."""
    found = access.design(request, pk, Role.EDITOR)
    if verb == "start":
        return _start(request, found)
    if verb not in VERBS:
        raise Http404
    data = Data(request.POST, request.FILES)
    done: list[Edited] = []

    said = [*map(str, request.POST.values()), *(content.decode(errors="replace") for _, content in data.uploads())]

    def transform(documents: Documents) -> Documents:
        edit = VERBS[verb](documents, data)
        done[:] = [replace(edit, documents=masked.given_back(found, edit.documents, documents, said))]
        return done[0].documents

    base = data.number("base") or None
    # Written on what stands only: an edit of an older revision is carried over as data.
    written = TEXTS[verb](data) if verb in TEXTS and base in (None, found.number) else None
    changed = found.change(
        transform,
        by=request.user,
        base=base,
        over=data.side,
        window=data.window,
        text=written,
    )
    # What is selected next stands elsewhere if the edit was carried over to a newer revision.
    at = manifest_pod.follow(done[0].documents, done[0].select, changed.documents)
    return edited(request, found, changed, at=at, notes=done[0].notes)


def _documents_at(design: Design, number: int) -> Documents:
    return manifest_text.parse(design.text_at(number) or "")


def _window(request: Request) -> str:
    return Data(request.POST, request.FILES).window


def _start(request: Request, found: Design) -> HttpResponse:
    _, documents, woven = begin(request.POST.get("starter", ""))
    changed = found.change(
        lambda now: [*now, *documents], by=request.user, woven=lambda worn, _: [*worn, *woven], window=_window(request)
    )
    return edited(request, found, changed, at="0")


@require_POST
@access.person
def undo(request: Request, pk: int) -> HttpResponse:
    return _step(request, pk, change.undo, "undo")


@require_POST
@access.person
def redo(request: Request, pk: int) -> HttpResponse:
    return _step(request, pk, change.redo, "redo")


def _step(request: Request, pk: int, go: Callable[..., Revision | None], word: str) -> HttpResponse:
    """Undo or redo; where another window changed the design since, that is shown first: no unseen work is undone."""
    found = access.design(request, pk, Role.EDITOR)
    data = Data(request.POST, request.FILES)
    base = data.number("base")
    if base and base < found.number and change.changed_elsewhere(found, base, data.window):
        last = found.revision
        note = f"This was changed elsewhere meanwhile, and is shown now. Press again to {word} “{last.summary}”."
        return panes(request, screen(request, found, revision=last, notes=(note,)))
    revision = go(found, by=request.user, window=data.window)
    return panes(request, screen(request, found, revision=revision))


@require_POST
@access.person
def fix(request: Request, pk: int) -> HttpResponse:
    """Mend what a check found."""
    found = access.design(request, pk, Role.EDITOR)
    rule, where = request.POST.get("rule", ""), request.POST.get("path", "")

    def transform(documents: Documents) -> Documents:
        finding = checks.find(documents, rule, pointer.read(documents, where), found.version)
        if finding is None or finding.fix is None:
            raise ManifestError("that is not wrong any more, or there is no mend for it: look at the findings again")
        return finding.fix.transform(documents)

    changed = found.change(transform, by=request.user, window=_window(request))
    return edited(request, found, changed)


@require_POST
@access.person
def rename(request: Request, pk: int) -> HttpResponse:
    found = access.design(request, pk, Role.EDITOR)
    name = request.POST.get("name", "").strip()
    if name:
        found.name = name[:200]
        found.save(update_fields=["name"])
    if "listed" in request.POST:
        if not name:
            raise ManifestError("a design needs a name; the old one was kept")
        return listed(request, f"Renamed to “{found.name}”.")
    note = "" if name else "A design needs a name; the old one was kept."
    answer = panes(request, screen(request, found, notes=(note,) if note else ()))
    answer.content += partial(request, "#design-name", "designs/_name.html", {"design": found}).content
    return answer


@require_POST
@access.person
def version(request: Request, pk: int) -> HttpResponse:
    """Choose the Kubernetes version that the design is for: whose fields the forms offer. Nothing of it is dropped."""
    found = access.design(request, pk, Role.EDITOR)
    wanted = request.POST.get("version", "")
    if wanted and wanted not in versions():
        raise ManifestError(f"there is no schema for Kubernetes {wanted[:20]}: choose one of {', '.join(versions())}")
    found.version = wanted
    found.save(update_fields=["version"])
    notes = (f"This design is for Kubernetes {wanted} now.",) if "said" in request.POST else ()
    return panes(request, screen(request, found, notes=notes))


@require_GET
@access.person
def describe(request: Request, pk: int) -> HttpResponse:
    """Kubernetes' own description of a field, with what it takes, its default and the version that brought it."""
    shown = screen(request, access.design(request, pk, Role.READER))
    path = pointer.read(shown.documents, request.GET.get("path", ""))
    return partial(request, "#doc", "designs/_describe.html", {"path": path, **fieldfacts.facts(shown, path)})


@require_GET
@access.person
def help_(request: Request) -> HttpResponse:
    return partial(request, "#dialog", "designs/_help.html", {})
