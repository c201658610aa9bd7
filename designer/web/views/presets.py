"""Presets of one's own: saved from a design, deleted."""

from __future__ import annotations

from typing import get_args

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_POST

from designer.designs.models import Design
from designer.manifests import names
from designer.manifests import pod as manifest_pod
from designer.manifests.types import ManifestError
from designer.web import access
from designer.web.access import Request, Role
from designer.web.panes import partial, screen
from designer.web.presets import groups
from patterns import models, store
from patterns.compose import preset_from
from patterns.preset import Pattern

_PATTERNS = get_args(Pattern)


@require_http_methods(["GET", "POST"])
@access.person
def save_preset(request: Request, pk: int) -> HttpResponse:
    """GET: the dialog. POST: save the chosen containers, with their volumes and what they refer to, as a preset."""
    design = access.design(request, pk, Role.READER)
    if request.method == "GET":
        return _dialog(request, design)
    title = request.POST.get("title", "").strip()
    if not title:
        raise ManifestError("give the preset a title")
    pattern: Pattern | None = next((one for one in _PATTERNS if one == request.POST.get("pattern")), None)
    if pattern is None:
        raise ManifestError("choose which pattern it is: sidecar, ambassador, adapter or init")
    addresses = request.POST.getlist("address")
    if not addresses:
        raise ManifestError("choose at least one container")
    name = names.label_from(title, "preset")
    made = preset_from(
        design.documents,
        addresses,
        name=name,
        title=title[:200],
        pattern=pattern,
        summary=request.POST.get("summary", "").strip()[:300],
    )
    row = store.save(request.user, made, replace="replace" in request.POST)
    return HttpResponse(
        _list(request, design)
        + '<hx-partial hx-target="#dialog" hx-swap="innerHTML"></hx-partial>'
        + partial(
            request,
            "#toast",
            "designs/_toast.html",
            {"words": f"Saved “{row.title}”. It is on the left, under Your presets."},
        ).content.decode()
    )


@require_POST
@access.person
def delete_preset(request: Request, pk: int, preset: str) -> HttpResponse:
    """Delete a preset of one's own. Pods that wear it stay as they are."""
    design = access.design(request, pk, Role.READER)
    models.Preset.objects.filter(owner=request.user, name=preset).delete()
    return HttpResponse(_list(request, design))


def _dialog(request: Request, design: Design) -> HttpResponse:
    shown = screen(request, design)
    containers = [
        {
            "container": container,
            "role": shown.roles[container.address].role if container.address in shown.roles else "",
        }
        for pod in shown.pods
        for container in manifest_pod.containers(pod)
    ]
    if not containers:
        raise ManifestError("there is no container to save yet")
    role = shown.role.role if shown.role else ""
    values = {
        "screen": shown,
        "containers": containers,
        "patterns": _PATTERNS,
        "pattern": role if role in _PATTERNS else "sidecar",
        "title": shown.container.name if shown.container else design.name,
    }
    return partial(request, "#dialog", "patterns/_save.html", values)


def _list(request: Request, design: Design) -> str:
    values = {"preset_groups": groups(request.user), "screen": {"design": design}}
    html = render_to_string("patterns/_list.html", values, request)
    return f'<hx-partial hx-target="#pattern-list" hx-swap="innerMorph">{html}</hx-partial>'
