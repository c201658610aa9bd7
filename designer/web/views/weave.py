"""Weave a preset onto a pod: choose its parameters, see what it changes, do it; change it, upgrade it, take it off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from designer.designs.models import Design
from designer.manifests import pointer
from designer.manifests.lines import merge_lines
from designer.manifests.merge import Conflict
from designer.manifests.pod import TEMPLATE_PATHS, pods
from designer.manifests.text import Text
from designer.manifests.types import Documents, ManifestError
from designer.web import access, masked
from designer.web.access import Request, Role
from designer.web.diffs import diff_lines
from designer.web.handwork import Handwork, handwork, told
from designer.web.panes import as_text, edited, partial
from designer.web.placewords import named_path, place_words
from designer.web.screen import ROLE_LETTERS, schema_of
from designer.web.verbs.data import Data
from designer.web.weaving import Plan, drawn, standing
from patterns import store
from patterns.clash import Clash
from patterns.podkey import pod_key, pod_words
from patterns.preset import Preset
from patterns.stack import Stacked, take_off
from patterns.worn import Worn

# What goes without saying in the dialog: it is about a pod.
_PODS = tuple(f"{kind} " for kind in TEMPLATE_PATHS)


@require_http_methods(["GET", "POST"])
@access.person
def weave_preset(request: Request, pk: int, preset: str) -> HttpResponse:
    """GET: the dialog, with defaults and a preview; with `again`, of what a pod wears. POST with `preview`: the preview
    anew; with `make`: the same, with that parameter made on the spot. POST: weave it."""
    design = access.design(request, pk, Role.EDITOR)
    known = store.find(request.user, preset)
    if known is None:
        raise Http404
    posted = request.method == "POST"

    def plan(documents: Documents) -> Plan:
        return Plan(design, request.user, *known, request.POST if posted else request.GET, posted, documents)

    if posted and not {"preview", "make"} & request.POST.keys():
        return _weave(request, design, plan)
    asked = plan(design.documents)
    if asked.sent.get("again") and asked.one is None:
        raise ManifestError("that preset is not on this design any more")
    made = asked.make(request.POST.get("make", "")) if posted else {}
    shown = _shown(asked, made)
    if posted:
        answer = partial(request, "#weave-form", "patterns/_weave_form.html", shown, swap="innerMorph")
        # What the button does depends on the pod that is chosen in the form.
        answer.write(partial(request, "#weave-do", "patterns/_weave_do.html", shown).content)
        return answer
    return partial(request, "#dialog", "patterns/_weave.html", shown)


def _weave(request: Request, design: Design, plan: Callable[[Documents], Plan]) -> HttpResponse:
    done: list[tuple[Plan, Stacked]] = []

    def transform(documents: Documents) -> Documents:
        design.refresh_from_db()
        asked = plan(documents)
        if asked.sent.get("again") and asked.one is None:
            raise ManifestError("that preset is not on this design any more")
        done[:] = [(asked, asked.result())]
        return done[0][1].documents

    def wear(_: list[dict[str, Any]], number: int) -> list[dict[str, Any]]:
        return [(one if one.number else replace(one, number=number)).write() for one in done[0][1].worn]

    asked = plan(design.documents)
    title = asked.preset.title or asked.preset.name
    verb = f"upgraded {title} to v{asked.version}" if asked.upgrade else f"wove {title}"
    try:
        changed = design.change(
            transform,
            by=request.user,
            woven=wear,
            window=Data(request.POST, request.FILES).window,
            summary=f"{verb} again" if asked.one and not asked.upgrade else verb,
        )
    except ManifestError as error:
        if not asked.problems:
            raise
        # What does not do is said at its field, and everything typed stays.
        shown = _shown(asked)
        answer = partial(request, "#weave-form", "patterns/_weave_form.html", shown, swap="innerMorph", status=422)
        problem = render_to_string("designs/_problem.html", {"error": error, "source": "", "where": ""}, request)
        answer.write(problem)
        return answer
    result = done[0][1]
    return edited(request, design, changed, at=str(result.pod), notes=tuple(result.notes), close=True)


@require_POST
@access.person
def unweave_preset(request: Request, pk: int, number: int) -> HttpResponse:
    """Take off what is worn under this number, and keep all that was edited elsewhere. With `ask`, a dialog first where
    edits by hand of what was woven would go with it."""
    design = access.design(request, pk, Role.EDITOR)
    done: list[tuple[Stacked, Handwork]] = []

    def transform(documents: Documents) -> Documents:
        worn = standing(design, documents)
        result = take_off(
            worn,
            _numbered(worn, number),
            documents,
            find=lambda name: store.find(request.user, name),
            using=schema_of(design),
        )
        done[:] = [(result, handwork(documents, result.conflicts, result.documents))]
        return result.documents

    one = _numbered(standing(design), number)
    title = one.title or one.preset
    if "ask" in request.POST:
        transform(design.documents)
        if went := done[0][1].went:
            values = {"design": design, "number": number, "title": title, "went": went}
            return partial(request, "#dialog", "patterns/_take_off.html", values)
    changed = design.change(
        transform,
        by=request.user,
        text=_written_before(design, number),
        woven=lambda _, __: [other.write() for other in done[0][0].worn],
        window=Data(request.POST, request.FILES).window,
        summary=f"took {title} off {pod_words(one.pod)}",
    )
    result, hand = done[0]
    answer = edited(request, design, changed, at=str(result.pod) if result.pod >= 0 else "", close=True)
    words = [f"Took {title} off."]
    words += [f"Your changes to {told(hand.went)} went with it."] if hand.went else []
    words += [f"Your changes to {told(hand.stayed)} stayed."] if hand.stayed else []
    words += [f"Still used, and so kept: {told(hand.used)}."] if hand.used else []
    shown = {"words": " ".join([*words, *result.notes, *changed.notes]), "undo": reverse("undo", args=[design.pk])}
    answer.write(partial(request, "#toast", "designs/_toast.html", shown).content)
    return answer


def _numbered(worn: list[Worn], number: int) -> Worn:
    found = next((one for one in worn if one.number == number), None)
    if found is None:
        raise ManifestError("that preset is not on this design any more")
    return found


def _written_before(design: Design, number: int) -> Callable[[str], str] | None:
    """How the text was written before this weaving, brought into the text that stands: comments and quotes of values
    that it replaced come back. None where the design has no revision that wove it."""
    after = design.revisions.filter(number=number).first()
    before = design.revisions.filter(number=after.back).first() if after and after.back else None
    if after is None or before is None or any(one.get("number") == number for one in before.woven):
        return None
    if not any(one.get("number") == number for one in after.woven):
        return None

    def restored(standing: str) -> str:
        together = merge_lines(after.text, standing, before.text).text
        try:
            Text.read(together)
        except ManifestError:
            return standing
        return together

    return restored


def _shown(plan: Plan, made: dict[str, str] | None = None) -> dict[str, Any]:
    """What the dialog shows: the form, and what would come of it as a picture and a diff, or why it cannot be done."""
    preset: Preset = plan.preset
    asked = plan.asked(made or {})
    shown: dict[str, Any] = {
        "design": plan.design,
        "plan": plan,
        "preset": preset,
        "letter": ROLE_LETTERS[preset.pattern],
        "asked": [one for one in asked if not one.parameter.advanced],
        "advanced": [one for one in asked if one.parameter.advanced],
        "advanced_open": any(one.problem for one in asked if one.parameter.advanced),
        "pods": [(pod, pod_words(pod_key(plan.documents[pod.document]))) for pod in pods(plan.documents)],
        "pod_key": plan.pod_key,
        "look": "changes" if plan.sent.get("look") == "changes" else "picture",
        "problem": "",
    }
    try:
        result = plan.result()
        after = masked.masked(plan.design, Text.read(plan.design.text).rewrite(result.documents).text)
    except ManifestError as error:
        return {**shown, "problem": error.message}
    before = plan.documents if plan.pod is not None else []
    met = plan.result(theirs=False).conflicts if plan.one else []
    return {
        **shown,
        "diff": diff_lines(masked.masked(plan.design, plan.design.text), after),
        "picture": drawn(before, result),
        "notes": result.notes,
        "clashes": [_clash(title, clash) for title, clash in result.clashes],
        "conflicts": [_conflict(plan, conflict) for conflict in met],
    }


def _clash(title: str, clash: Clash) -> dict[str, str]:
    """Where two presets meet, in words; what a Secret holds is not shown."""
    what, where = place_words(clash.named, clash.mine)
    secret = what.startswith("Secret ")
    return {
        "where": f"{what}, {where}" if where and not what.startswith(_PODS) else where or what,
        "title": title,
        "theirs": "its value" if secret else as_text(clash.theirs),
        "mine": "another" if secret else as_text(clash.mine),
    }


def _conflict(plan: Plan, conflict: Conflict) -> dict[str, Any]:
    """A field that was edited by hand and that the preset would change, in words, with both values."""
    value = conflict.theirs if conflict.ours is None else conflict.ours
    what, where = place_words(named_path(plan.documents, conflict.path), value)
    return {
        "pointer": pointer.write(conflict.path),
        "object": what,
        "path": where or "the whole object",
        "field": next((str(key) for key in reversed(conflict.path) if isinstance(key, str)), ""),
        "mine": as_text(masked.at(plan.design, conflict.path, conflict.ours)),
        "theirs": as_text(masked.at(plan.design, conflict.path, conflict.theirs)),
        "taken": plan.takes(conflict.path),
    }
