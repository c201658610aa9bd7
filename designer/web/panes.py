"""The fragments that an edit answers with: every part of the screen that may have changed, morphed in place."""

from __future__ import annotations

import json
import re
import secrets
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from designer.designs.change import Changed, ConflictError, keep
from designer.designs.models import Design, Revision
from designer.manifests.masking import Clear
from designer.manifests.text import Text
from designer.manifests.types import Documents, ManifestError, Path, show
from designer.web import access, masked
from designer.web.access import Request, Role
from designer.web.controls import as_yaml
from designer.web.inspector import InspectorScreen
from designer.web.middle import VIEWS, looks
from designer.web.starters import starters
from designer.web.words import CONTEXT

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


def screen(
    request: Request,
    design: Design,
    *,
    documents: Documents | None = None,
    revision: Revision | None = None,
    at: str | None = None,
    notes: tuple[str, ...] = (),
    read: Text | None = None,
    typed: str | None = None,
    clear: Clear = (),
) -> InspectorScreen:
    """The design as this request looks at it: selection and tab come with the request."""
    sent = request.POST if request.method == "POST" else request.GET
    window = sent.get("window", "")[:40]
    revision = revision or design.revision
    if revision.window != window:
        keep(revision)
    return InspectorScreen(
        design,
        revision,
        design.documents if documents is None else documents,
        at=sent.get("at", "") if at is None else at,
        tab=sent.get("tab", ""),
        notes=notes,
        read=read,
        asked=read is None,
        typed=typed,
        clear=clear,
        window=window or secrets.token_hex(8),
        inside=sent.get("in", ""),
        q=sent.get("q", "").strip()[:100],
        **looks(request),
    )


def context(shown: InspectorScreen) -> dict[str, Any]:
    return {**CONTEXT, "screen": shown, "starters": starters(), "views": VIEWS}


def panes(request: Request, shown: InspectorScreen, *, close: bool = False) -> HttpResponse:
    """All panes. With `close`, the open dialog is emptied, which closes it."""
    html: str = render_to_string("designs/_panes.html", context(shown), request)
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
    typed: str | None = None,
    clear: Clear = (),
) -> HttpResponse:
    """The panes after an edit. `typed` is what the editor sent, `clear` the values of Secrets that it had in clear."""
    shown = screen(
        request,
        design,
        documents=changed.documents,
        revision=changed.revision,
        at=at,
        notes=(*notes, *changed.notes),
        read=changed.source,
        typed=typed,
        clear=clear,
    )
    return panes(request, shown, close=close or "over" in request.POST)


def partial(
    request: Request, target: str, template: str, values: dict[str, Any], *, status: int = 200, swap: str = "innerHTML"
) -> HttpResponse:
    """One fragment into the element `target`."""
    html = render_to_string(template, values, request)
    return HttpResponse(f'<hx-partial hx-target="{target}" hx-swap="{swap}">{html}</hx-partial>', status=status)


def conflict(request: Request, error: ConflictError) -> HttpResponse:
    """An edit that someone else's edit stands against: both versions, and the choice, which sends it again
    with `over`: where the two do not meet, both are kept either way."""
    again = {key: value for key, value in request.POST.items() if key not in ("csrfmiddlewaretoken", "over")}
    design = access.design(request, request.resolver_match.kwargs["pk"], Role.EDITOR)  # type: ignore[union-attr]
    rows = [
        {
            "path": shown_named(one.path),
            "base": as_text(masked.at(design, one.path, one.base)),
            "mine": as_text(masked.at(design, one.path, one.ours)),
            "theirs": as_text(masked.at(design, one.path, one.theirs)),
        }
        for one in error.conflicts
    ]
    values = {
        "rows": rows,
        "url": request.path,
        "mine": json.dumps({**again, "over": "mine"}),
        "theirs": json.dumps({**again, "over": "theirs"}),
    }
    answer = partial(request, "#dialog", "designs/_conflict.html", values, status=409)
    if field := _field_of(request):
        words = "Not saved: this was changed elsewhere meanwhile."
        answer.content += (
            f'<hx-partial hx-target="#{field}-problem" hx-swap="textContent">{words}</hx-partial>'.encode()
        )
    return answer


def _field_of(request: Any) -> str:
    """The id of the form's field that a request came from, "" if none."""
    tag, _, source = request.headers.get("HX-Source", "").partition("#")
    return source if tag in ("input", "select", "textarea") and _ID.fullmatch(source) else ""


def shown_named(path: Path) -> str:
    return show(path[1:]) or "the whole object"


def as_text(value: Any) -> str:
    """A value as the conflict shows it: nothing, a word, or YAML."""
    if value is None:
        return "(nothing)"
    return as_yaml(value) if isinstance(value, (dict, list)) else str(value)


def problem(request: Any, error: ManifestError, *, status: int = 422) -> HttpResponse:
    """A sentence about what could not be done: in the corner, and under the field that asked for it."""
    field = _field_of(request)
    where = show(error.path[1:]) if len(error.path) > 1 else ""
    return render(request, "designs/_problem.html", {"error": error, "source": field, "where": where}, status=status)
