"""The designer's screen, and the edits that its forms, menus and keys make."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from designer import checks
from designer.designs import change
from designer.designs.models import Design
from designer.manifests import pointer
from designer.manifests.edits.tree import Edited
from designer.manifests.types import Documents, ManifestError
from designer.web import access
from designer.web.access import Request, Role
from designer.web.panes import context, edited, panes, partial, screen
from designer.web.presets import groups
from designer.web.starters import begin
from designer.web.verbs import VERBS, Data
from designer.web.views.home import listed


@require_GET
@access.person
def design(request: Request, pk: int) -> HttpResponse:
    found = access.design(request, pk, Role.READER)
    shown = screen(request, found)
    return render(request, "designs/designer.html", {**context(shown), "preset_groups": groups(request.user)})


@require_GET
@access.person
def inspect(request: Request, pk: int) -> HttpResponse:
    """The form of what is selected."""
    shown = screen(request, access.design(request, pk, Role.READER))
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

    def transform(documents: Documents) -> Documents:
        done[:] = [VERBS[verb](documents, data)]
        return done[0].documents

    changed = found.change(transform, by=request.user, base=data.number("base") or None, over=data.flag("over"))
    return edited(request, found, changed, at=done[0].select, notes=done[0].notes)


def _start(request: Request, found: Design) -> HttpResponse:
    _, documents, woven = begin(request.POST.get("starter", ""))
    changed = found.change(lambda now: [*now, *documents], by=request.user, woven=[*found.revision.woven, *woven])
    return edited(request, found, changed, at="0")


@require_POST
@access.person
def undo(request: Request, pk: int) -> HttpResponse:
    found = access.design(request, pk, Role.EDITOR)
    revision = change.undo(found, by=request.user)
    return panes(request, screen(request, found, revision=revision))


@require_POST
@access.person
def redo(request: Request, pk: int) -> HttpResponse:
    found = access.design(request, pk, Role.EDITOR)
    revision = change.redo(found, by=request.user)
    return panes(request, screen(request, found, revision=revision))


@require_POST
@access.person
def fix(request: Request, pk: int) -> HttpResponse:
    """Mend what a check found."""
    found = access.design(request, pk, Role.EDITOR)
    rule, where = request.POST.get("rule", ""), request.POST.get("path", "")

    def transform(documents: Documents) -> Documents:
        finding = checks.find(documents, rule, pointer.read(documents, where))
        if finding is None or finding.fix is None:
            raise ManifestError("that is not wrong any more, or there is no mend for it: look at the findings again")
        return finding.fix.transform(documents)

    changed = found.change(transform, by=request.user)
    return edited(request, found, changed)


@require_POST
@access.person
def rename(request: Request, pk: int) -> HttpResponse:
    found = access.design(request, pk, Role.EDITOR)
    name = request.POST.get("name", "").strip()
    if not name:
        raise ManifestError("a design needs a name; the old one was kept")
    found.name = name[:200]
    found.save(update_fields=["name"])
    if "listed" in request.POST:
        return listed(request, f"Renamed to “{found.name}”.")
    return panes(request, screen(request, found))


@require_GET
@access.person
def describe(request: Request, pk: int) -> HttpResponse:
    """Kubernetes' own description of a field."""
    shown = screen(request, access.design(request, pk, Role.READER))
    path = pointer.read(shown.documents, request.GET.get("path", ""))
    field = shown.schema.document_field(shown.documents[int(path[0])], path[1:])
    values = {"field": field, "path": path, "version": shown.schema.version}
    return partial(request, "#doc", "designs/_describe.html", values)


@require_GET
@access.person
def help_(request: Request) -> HttpResponse:
    return partial(request, "#dialog", "designs/_help.html", {})
