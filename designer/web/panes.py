"""The fragments that an edit answers with: every part of the screen that may have changed, morphed in place."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from designer.designs.change import Changed
from designer.designs.models import Design, Revision
from designer.manifests.types import Documents, ManifestError, show
from designer.web.access import Request
from designer.web.inspector import InspectorScreen
from designer.web.starters import starters
from designer.web.words import CONTEXT


def screen(
    request: Request,
    design: Design,
    *,
    documents: Documents | None = None,
    revision: Revision | None = None,
    at: str | None = None,
    notes: tuple[str, ...] = (),
) -> InspectorScreen:
    """The design as this request looks at it: selection and tab come with the request."""
    sent = request.POST if request.method == "POST" else request.GET
    return InspectorScreen(
        design,
        revision or design.revision,
        design.documents if documents is None else documents,
        at=sent.get("at", "") if at is None else at,
        tab=sent.get("tab", ""),
        notes=notes,
        reveal=sent.get("reveal", ""),
    )


def context(shown: InspectorScreen) -> dict[str, Any]:
    return {**CONTEXT, "screen": shown, "starters": starters()}


def panes(request: Request, shown: InspectorScreen, *, close: bool = False) -> HttpResponse:
    """All panes. With `close`, the open dialog is emptied, which closes it."""
    html = render_to_string("designs/_panes.html", context(shown), request)
    if close:
        html += '<hx-partial hx-target="#dialog" hx-swap="innerHTML"></hx-partial>'
    return HttpResponse(html)


def edited(
    request: Request,
    design: Design,
    changed: Changed,
    *,
    at: str | None = None,
    notes: tuple[str, ...] = (),
    close: bool = False,
) -> HttpResponse:
    shown = screen(
        request, design, documents=changed.documents, revision=changed.revision, at=at, notes=(*notes, *changed.notes)
    )
    return panes(request, shown, close=close)


def partial(
    request: Request, target: str, template: str, values: dict[str, Any], *, status: int = 200, swap: str = "innerHTML"
) -> HttpResponse:
    """One fragment into the element `target`."""
    html = render_to_string(template, values, request)
    return HttpResponse(f'<hx-partial hx-target="{target}" hx-swap="{swap}">{html}</hx-partial>', status=status)


def problem(request: Any, error: ManifestError, *, status: int = 422) -> HttpResponse:
    """A sentence about what could not be done: in the corner, and under the field that asked for it."""
    tag, _, source = request.headers.get("HX-Source", "").partition("#")
    field = source if tag in ("input", "select", "textarea") and source.isprintable() and '"' not in source else ""
    where = show(error.path[1:]) if len(error.path) > 1 else ""
    return render(request, "designs/_problem.html", {"error": error, "source": field, "where": where}, status=status)
