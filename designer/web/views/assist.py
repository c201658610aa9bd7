"""What the YAML editor asks while one types: what fits at the cursor, and what a word means."""

from __future__ import annotations

from dataclasses import asdict

from django.http import JsonResponse
from django.views.decorators.http import require_POST

from designer.manifests import cursor
from designer.manifests.complete import complete as completions
from designer.manifests.complete import hover as hover_at
from designer.web import access
from designer.web.access import Request, Role
from designer.web.screen import schema_of
from designer.web.verbs.data import Data


@require_POST
@access.person
def complete(request: Request, pk: int) -> JsonResponse:
    """What fits at the cursor: `text` is the object around it, `line` counts from 1, `column` from 0."""
    design = access.design(request, pk, Role.READER)
    text, (line, column) = request.POST.get("text", ""), _place(request)
    place = cursor.place(text, line, column)
    found = completions(text, line, column, schema_of(design), design.documents)
    return JsonResponse(
        {"found": [{**asdict(one), "role": place.role, "start": place.start, "end": place.end} for one in found]}
    )


@require_POST
@access.person
def hover(request: Request, pk: int) -> JsonResponse:
    """What the word at a place of the text is, in Kubernetes' own words."""
    design = access.design(request, pk, Role.READER)
    line, column = _place(request)
    found = hover_at(request.POST.get("text", ""), line, column, schema_of(design))
    return JsonResponse({"found": asdict(found) if found else None})


def _place(request: Request) -> tuple[int, int]:
    data = Data(request.POST, request.FILES)
    return max(1, data.number("line") or 1), data.number("column") or 0
