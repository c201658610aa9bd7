"""A design's revisions: what changed when and by whom, as a diff, and going back to one."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from designer.designs.models import Design, Revision
from designer.manifests import text as manifest_text
from designer.web import access
from designer.web.access import Request, Role
from designer.web.diffs import diff_lines
from designer.web.panes import edited, partial
from designer.web.verbs.data import Data

_SHOWN = 200


@require_GET
@access.person
def history(request: Request, pk: int) -> HttpResponse:
    """The dialog with the newest revisions."""
    design = access.design(request, pk, Role.READER)
    revisions = design.revisions.select_related("by").defer("text", "woven")[:_SHOWN]
    more = max(0, design.number - _SHOWN)
    return partial(
        request, "#dialog", "designs/_history.html", {"design": design, "revisions": revisions, "more": more}
    )


@require_GET
@access.person
def change(request: Request, pk: int, number: int) -> HttpResponse:
    """What a revision changed in the text, against the one before it."""
    design = access.design(request, pk, Role.READER)
    revision = _revision(design, number)
    before = design.revisions.filter(number=number - 1).first()
    lines = diff_lines(before.text if before else "", revision.text)
    return partial(request, f"#change-{number}", "designs/_change.html", {"diff": lines})


@require_POST
@access.person
def restore(request: Request, pk: int, number: int) -> HttpResponse:
    """Make the design what it was at a revision: an edit like any other, which undo takes back."""
    design = access.design(request, pk, Role.EDITOR)
    revision = _revision(design, number)
    documents = manifest_text.parse(revision.text)
    changed = design.change(
        lambda _: documents,
        by=request.user,
        text=revision.text,
        woven=revision.woven,
        summary=f"went back to r{number}",
        window=Data(request.POST, request.FILES).window,
    )
    return edited(request, design, changed, at="", close=True)


def _revision(design: Design, number: int) -> Revision:
    found = design.revisions.filter(number=number).first()
    if found is None:
        raise Http404
    return found
