"""The design as YAML: shown, edited, downloaded, and other YAML taken in."""

from __future__ import annotations

import re

from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from designer.manifests import text as manifest_text
from designer.manifests.bundle import join
from designer.manifests.types import ManifestError
from designer.web import access
from designer.web.access import Request, Role
from designer.web.panes import edited, partial, screen
from designer.web.verbs.data import Data
from designer.web.views.home import read_sent


@require_http_methods(["GET", "POST"])
@access.person
def yaml(request: Request, pk: int) -> HttpResponse:
    """GET: the YAML in an editable box. POST: take what was typed; where it does not parse, say at which line."""
    design = access.design(request, pk, Role.EDITOR)
    if request.method == "GET":
        if request.GET.get("cancel"):
            return partial(request, "#yaml", "designs/_yaml.html", {"screen": screen(request, design)})
        return partial(request, "#yaml", "designs/_yaml_edit.html", {"screen": screen(request, design)})
    text = request.POST.get("text", "").replace("\r\n", "\n")
    try:
        documents = manifest_text.parse(text)
    except ManifestError as error:
        return partial(request, "#yaml-problem", "designs/_yaml_problem.html", {"error": error}, status=422)
    data = Data(request.POST, request.FILES)
    changed = design.change(
        lambda _: documents,
        by=request.user,
        base=data.number("from") or None,
        text=text,
        over=data.side,
        window=data.window,
    )
    return edited(request, design, changed)


@require_GET
@access.person
def download(request: Request, pk: int) -> HttpResponse:
    design = access.design(request, pk, Role.READER)
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", design.name).strip("-.") or "design"
    response = HttpResponse(design.text, content_type="application/yaml; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.yaml"'
    return response


@require_GET
@access.person
def paste(request: Request, pk: int) -> HttpResponse:
    """The dialog that takes any object as YAML."""
    return partial(
        request, "#dialog", "designs/_paste.html", {"screen": screen(request, access.design(request, pk, Role.EDITOR))}
    )


@require_POST
@access.person
def import_into(request: Request, pk: int) -> HttpResponse:
    """Add pasted YAML and files to an open design, behind what it has."""
    design = access.design(request, pk, Role.EDITOR)
    text, _ = read_sent(request)
    added = manifest_text.parse(text)
    if not added:
        raise ManifestError("there is nothing in it: paste at least one manifest, or choose a file")
    # Joined as text, so that the comments of what is added come along.
    changed = design.change(
        lambda documents: [*documents, *added],
        by=request.user,
        text=lambda standing: join([standing, text]),
        summary=f"added {len(added)} object{'s' * (len(added) > 1)}",
        window=Data(request.POST, request.FILES).window,
    )
    at = str(len(changed.documents) - len(added))
    return edited(request, design, changed, at=at, close=True)
