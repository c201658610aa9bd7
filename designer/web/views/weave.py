"""Weave a preset onto a pod: choose its parameters, see what it changes, do it; and take it off again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from designer.designs.models import Design
from designer.manifests import pod as manifest_pod
from designer.manifests import text as manifest_text
from designer.manifests.text import Text
from designer.manifests.types import Documents, ManifestError
from designer.web import access
from designer.web.access import Request, Role
from designer.web.diffs import diff_lines
from designer.web.panes import edited, partial
from designer.web.screen import ROLE_LETTERS
from designer.web.verbs.data import Data
from patterns import store
from patterns.parameters import Parameter, Values
from patterns.preset import Preset, check, defaults, parse_values
from patterns.weave import Woven, unweave, weave


@dataclass(frozen=True)
class Asked:
    """A parameter as its form shows it."""

    parameter: Parameter
    value: str
    problem: str
    choices: list[str]


@require_http_methods(["GET", "POST"])
@access.person
def weave_preset(request: Request, pk: int, preset: str) -> HttpResponse:
    """GET: the dialog, with defaults and a preview. POST with `preview`: the preview anew. POST: weave it."""
    design = access.design(request, pk, Role.EDITOR)
    known = store.find(request.user, preset)
    if known is None:
        raise Http404
    made, version = known
    if request.method == "POST" and "preview" not in request.POST:
        return _weave(request, design, made, version)
    documents = design.documents
    pod = _pod(request, documents)
    values = _values(request, made, documents, pod)
    shown = {**_preview(design, made, values, documents, pod), **_form(made, values, documents, pod), "design": design}
    if request.method == "POST":
        return partial(request, "#weave-form", "patterns/_weave_form.html", shown, swap="innerMorph")
    return partial(request, "#dialog", "patterns/_weave.html", shown)


def _weave(request: Request, design: Design, preset: Preset, version: int) -> HttpResponse:
    done: list[Woven] = []

    def transform(documents: Documents) -> Documents:
        pod = _pod(request, documents)
        values = _values(request, preset, documents, pod)
        done[:] = [weave(preset, values, documents, pod)]
        return done[0].documents

    def wear(worn: list[dict[str, Any]], number: int) -> list[dict[str, Any]]:
        return [*worn, {**store.record(preset, done[0], version), "number": number}]

    changed = design.change(
        transform,
        by=request.user,
        woven=wear,
        window=Data(request.POST, request.FILES).window,
        summary=f"wove {preset.title or preset.name}",
    )
    return edited(request, design, changed, at=str(done[0].pod), notes=tuple(done[0].notes), close=True)


@require_POST
@access.person
def unweave_preset(request: Request, pk: int, number: int) -> HttpResponse:
    """Take off what revision `number` wove, and keep all that was edited since."""
    design = access.design(request, pk, Role.EDITOR)
    records = design.revision.woven
    record = next((one for one in records if one.get("number") == number), None)
    after = design.revisions.filter(number=number).first()
    before = design.revisions.filter(number=after.back).first() if after and after.back else None
    if record is None or after is None:
        raise ManifestError("that preset is not on this design any more")
    old: Documents = manifest_text.parse(before.text) if before else []
    notes: list[str] = []

    def transform(documents: Documents) -> Documents:
        merged = unweave(old, manifest_text.parse(after.text), documents)
        notes[:] = (
            [f"{len(merged.conflicts)} of its parts were changed since: look at what stayed."]
            if merged.conflicts
            else []
        )
        result: Documents = merged.value
        return result

    changed = design.change(
        transform,
        by=request.user,
        woven=lambda worn, _: [one for one in worn if one.get("number") != number],
        window=Data(request.POST, request.FILES).window,
        summary=f"took {record['title'] or record['preset']} off {record['pod']}",
    )
    return edited(request, design, changed, at="", notes=tuple(notes))


def _pod(request: Request, documents: Documents) -> int | None:
    """The pod to weave onto: the one chosen in the form, else the selected one, else the first; None: the example."""
    sent = request.POST if request.method == "POST" else request.GET
    pods = [pod.document for pod in manifest_pod.pods(documents)]
    chosen = sent.get("pod", "")
    if chosen == "example" or not pods:
        return None
    if chosen in map(str, pods):
        return int(chosen)
    selected = sent.get("at", "").partition("/")[0]
    return int(selected) if selected in map(str, pods) else pods[0]


def _values(request: Request, preset: Preset, documents: Documents, pod: int | None) -> Values:
    """What the form says, with defaults that fit the pod for what it does not say; a container of another pod counts as
    not said."""
    sent: Values = {}
    if request.method == "POST" and request.POST.get("for", "") == _pod_key(pod):
        sent = parse_values(
            preset, {key.removeprefix("p."): value for key, value in request.POST.items() if key.startswith("p.")}
        )
    return {**defaults(preset, documents, pod, sent), **sent}


def _pod_key(pod: int | None) -> str:
    return "example" if pod is None else str(pod)


def _form(preset: Preset, values: Values, documents: Documents, pod: int | None) -> dict[str, Any]:
    problems = check(preset, values, documents, pod)
    base = list(preset.example) if pod is None else documents
    pods = manifest_pod.pods(base)
    chosen = pods[0] if pod is None else next(one for one in pods if one.document == pod)
    names = [container.name for container in manifest_pod.containers(chosen)]
    ports = [
        str(port.get("containerPort"))
        for container in manifest_pod.containers(chosen)
        for port in container.data.get("ports") or []
        if isinstance(port, dict)
    ]
    choices = {"container": names, "containerPort": ports, "boolean": ["true", "false"]}
    asked = [
        Asked(
            parameter,
            _written(values.get(parameter.name)),
            problems.get(parameter.name, ""),
            list(parameter.choices) or choices.get(parameter.type, []),
        )
        for parameter in preset.parameters
    ]
    return {
        "asked": [one for one in asked if not one.parameter.advanced],
        "advanced": [one for one in asked if one.parameter.advanced],
        "pods": manifest_pod.pods(documents),
        "pod_key": _pod_key(pod),
    }


def _preview(design: Design, preset: Preset, values: Values, documents: Documents, pod: int | None) -> dict[str, Any]:
    """The change as a diff of the YAML, or why it cannot be made."""
    shown: dict[str, Any] = {
        "preset": preset,
        "letter": ROLE_LETTERS[preset.pattern],
        "problem": "",
        "diff": [],
        "notes": [],
    }
    try:
        woven = weave(preset, values, documents, pod)
        after = Text.read(design.text).rewrite(woven.documents).text
    except ManifestError as error:
        return {**shown, "problem": error.message}
    return {**shown, "diff": diff_lines(design.text, after), "notes": woven.notes}


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
