"""Presets of one's own: saved from a design, deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

from django.db import transaction
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_POST

from designer.designs.models import Design
from designer.manifests import pod as manifest_pod
from designer.manifests.pod import Container
from designer.manifests.types import Documents, ManifestError
from designer.web import access
from designer.web.access import Request, Role
from designer.web.into import choice, into
from designer.web.panes import partial, screen
from designer.web.presetlog import log
from designer.web.presets import groups
from designer.web.screen import Screen
from designer.web.views.owning import remove
from patterns import store
from patterns.preset import Pattern
from patterns.selection import NAMES, Candidate, called, candidates, choices, selected

_PATTERNS = get_args(Pattern)


@dataclass(frozen=True)
class Row:
    """A value that could be asked for, as the dialog lists it: whether it is chosen, and the name that was typed."""

    candidate: Candidate
    chosen: bool
    name: str


@require_http_methods(["GET", "POST"])
@access.person
def save_preset(request: Request, pk: int) -> HttpResponse:
    """GET: the dialog. POST with `preview`: what can come along with the chosen containers anew. POST: publish them as
    a preset of the space that the form names, with the chosen volumes and objects, and the chosen values as parameters;
    with `act` "draft", save that as its draft."""
    design = access.design(request, pk, Role.READER)
    if request.method == "GET":
        return _dialog(request, design)
    if "preview" in request.POST:
        addresses = request.POST.getlist("address")
        values = {"screen": {"design": design}, **_more(request, design.documents, addresses)}
        return partial(request, "#save-more", "patterns/_save_more.html", values, swap="innerMorph")
    title = request.POST.get("title", "").strip()
    if not title:
        raise ManifestError("give the preset a title")
    pattern = _pattern(request)
    if pattern is None:
        raise ManifestError("choose which pattern it is: sidecar, ambassador, adapter, init or application")
    addresses = request.POST.getlist("address")
    if not addresses:
        raise ManifestError("choose at least one container")
    space = into(request)
    # A form that does not list them (a script's) means what the containers need.
    listed = "for" in request.POST
    made = selected(
        design.documents,
        addresses,
        name=store.name_for(request.user, title, space.team),
        title=title,
        pattern=pattern,
        summary=request.POST.get("summary", "").strip(),
        volumes=request.POST.getlist("volume") if listed else None,
        objects=request.POST.getlist("object") if listed else None,
        asked=dict(_asked(request)) if listed else None,
    )
    draft = request.POST.get("act") == "draft"
    with transaction.atomic():
        row = store.save(request.user, made, replace="replace" in request.POST, team=space.team, draft=draft)
        log(
            request,
            "preset-drafted" if draft else "preset-published",
            row,
            **({} if draft else {"number": row.version}),
        )
    return HttpResponse(
        _list(request, design)
        + '<hx-partial hx-target="#dialog" hx-swap="innerHTML"></hx-partial>'
        + partial(request, "#toast", "patterns/_saved.html", {"row": row, "drafted": draft}).content.decode()
    )


def _asked(request: Request) -> Iterator[tuple[str, str]]:
    """The values that were chosen, by id, with the names that were typed for them."""
    for id in request.POST.getlist("ask"):
        yield id, request.POST.get(f"name.{id}", "").strip()


@require_POST
@access.person
def delete_preset(request: Request, pk: int, preset: str) -> HttpResponse:
    """Delete a preset of one's own. Pods that wear it stay as they are."""
    design = access.design(request, pk, Role.READER)
    remove(request, access.preset(request, preset, Role.OWNER))
    return HttpResponse(_list(request, design))


def _dialog(request: Request, design: Design) -> HttpResponse:
    shown = screen(request, design)
    found = [container for pod in shown.pods for container in manifest_pod.containers(pod)]
    containers = [
        {"container": one, "role": shown.roles[one.address].role if one.address in shown.roles else ""} for one in found
    ]
    if not found:
        raise ManifestError("there is no container to save yet")
    chosen = [shown.container.address] if shown.container else _helpers(shown, found)
    role = shown.roles[chosen[0]].role if chosen[0] in shown.roles else ""
    only = next((one for one in found if [one.address] == chosen), None)
    values = {
        "screen": shown,
        "containers": containers,
        "chosen": chosen,
        "patterns": _PATTERNS,
        "pattern": role if role in _PATTERNS else "sidecar",
        "title": only.name if only else design.name,
        **choice(request, design),
        **_more(request, shown.documents, chosen),
    }
    return partial(request, "#dialog", "patterns/_save.html", values)


def _helpers(shown: Screen, found: list[Container]) -> list[str]:
    """What a preset is likely to be made of: the containers that help the application of the selected pod, or of the
    first; where it has none, all of that pod."""
    pod = shown.pod or found[0].pod
    mine = [one.address for one in found if one.address.partition("/")[0] == pod.address]
    helping = [each for each in mine if each in shown.roles and shown.roles[each].role != "application"]
    return helping or mine or [found[0].address]


def _pattern(request: Request) -> Pattern | None:
    return next((one for one in _PATTERNS if one == request.POST.get("pattern")), None)


def _more(request: Request, documents: Documents, addresses: list[str]) -> dict[str, Any]:
    """What can come along with the containers at `addresses`, and what of it could be asked for. What they need is
    chosen, until the person chose otherwise for the same containers."""
    sent = request.POST
    same = sent.get("for", "") == " ".join(addresses)
    values: dict[str, Any] = {"for": " ".join(addresses), "volumes": [], "objects": [], "rows": [], "problem": ""}
    try:
        first = selected(documents, addresses, name="preset", title="", pattern="sidecar", asked={})
        pod = manifest_pod.pod_at(documents, int(addresses[0].partition("/")[0]))
        if pod is None:
            return values
        volumes, objects = choices(documents, first, pod)
        picked = [{one.id for one in listed if one.needed} for listed in (volumes, objects)]
        if same:
            picked = [set(sent.getlist("volume")), set(sent.getlist("object"))]
        made = selected(
            documents,
            addresses,
            name="preset",
            title="",
            pattern="sidecar",
            volumes=picked[0],
            objects=picked[1],
            asked={},
        )
    except ManifestError as error:
        return {**values, "problem": error.message}
    listed = [one for one in candidates(made, called(pod, addresses)) if not one.id.startswith(NAMES)]
    asked = set(sent.getlist("ask")) if same else {one.id for one in listed if one.usual}
    return {
        **values,
        "volumes": [(one, one.id in picked[0]) for one in volumes],
        "objects": [(one, one.id in picked[1]) for one in objects],
        "rows": [Row(one, one.id in asked, sent.get(f"name.{one.id}", one.name)) for one in listed],
        "always": [parameter for parameter in made.parameters if not parameter.advanced],
    }


def _list(request: Request, design: Design) -> str:
    values = {"preset_groups": groups(request.user), "screen": {"design": design}}
    html = render_to_string("patterns/_list.html", values, request)
    return f'<hx-partial hx-target="#pattern-list" hx-swap="innerMorph">{html}</hx-partial>'
