"""Runs of a design: how one stands, what was applied where and when, going on, going back, deleting and drift."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from designer.clusters import inventory, reach, runs, secret_rights
from designer.clusters.compare import Change
from designer.clusters.errors import ClusterError
from designer.clusters.models import ApplyResult, ApplyRun, Cluster
from designer.clusters.needs import needs
from designer.clusters.objects import claim
from designer.clusters.preview import FIXED, NO_NAMESPACE
from designer.clusters.results import BY_DESIGN, CHANGES
from designer.designs.models import Design
from designer.manifests import pod as manifest_pod
from designer.manifests.types import Documents, Path
from designer.web import access, changes
from designer.web.access import Request, Role
from designer.web.applied import note
from designer.web.panes import partial

_PAGE = 40
# What each action is called, with the sign that stands before it.
WORDS = {
    "new": ("+", "new"), "changed": ("~", "changed"), "unchanged": ("=", "unchanged"), "waits": ("+", "new, waits"),
    "immutable": ("!", "cannot change in place"), "conflict": ("!", "conflict"), "refused": ("×", "refused"),
    "left": ("?", "left over"), "created": ("+", "created"), "configured": ("~", "changed"),
    "recreated": ("±", "created anew"), "failed": ("×", "failed"), "skipped": ("–", "not done"),
    "pruned": ("−", "deleted"), "deleted": ("−", "deleted"), "gone": ("=", "left alone"),
}  # fmt: skip

_CLOSED = ("unchanged", "left", "gone", "new", "created", "configured", "pruned", "deleted")
_STOPPED = (ApplyRun.State.FAILED, ApplyRun.State.BROKEN_OFF)
# What data, or what others put into it, goes with.
WITH_DATA = ("Namespace", "CustomResourceDefinition", "PersistentVolumeClaim")


@dataclass(frozen=True)
class Row:
    """One object of a plan or run, as it is shown."""

    result: ApplyResult
    sign: str
    word: str
    shown: changes.Shown
    causes: list[dict[str, Any]]
    unread: str = ""  # why the person may not take what it holds there, in words

    @property
    def open(self) -> bool:
        """Whether it is worth reading without being asked for."""
        return (self.result.action not in _CLOSED or bool(self.result.notes)) and not self.homeless

    @property
    def homeless(self) -> bool:
        """Whether it is refused for nothing but its namespace, which is told once for all."""
        return homeless(self.result)

    @property
    def fields(self) -> list[dict[str, Any]]:
        """The fields of other managers that it would change."""
        return [each for each in self.result.owners if each["operation"] != BY_DESIGN]

    @property
    def holders(self) -> list[tuple[str, str]]:
        """The other design that applied it, and what stands for taking it over from there."""
        held = [each for each in self.result.owners if each["operation"] == BY_DESIGN]
        return [(each["manager"], claim(self.result.key, each["live"])) for each in held]

    @property
    def safe(self) -> bool:
        """Whether deleting it takes nothing along that others put there, nor data."""
        return self.result.kind not in WITH_DATA and not self.result.message


def homeless(result: ApplyResult) -> bool:
    """Whether a plan refused an object for nothing but its namespace, which is not there."""
    return result.action == "refused" and result.message == NO_NAMESPACE.format(result.namespace)


def found_run(request: Request, design: Design, number: str) -> ApplyRun | None:
    """The run of a design; None where there is none of that number."""
    if not (number.isascii() and number.isdecimal()):
        return None
    return ApplyRun.objects.select_related("cluster", "by", "of").filter(design=design, pk=int(number)).first()


def _run(request: Request, pk: int, run: int, role: Role) -> tuple[Design, ApplyRun]:
    design = access.design(request, pk, role)
    found = found_run(request, design, str(run))
    if found is None:
        raise Http404
    return design, found


@require_GET
@access.person
def run(request: Request, pk: int, run: int) -> HttpResponse:
    """How a run stands: each object's result as it comes, then the pods."""
    return told(request, *_run(request, pk, run, Role.READER))


@require_POST
@access.person
def resume(request: Request, pk: int, run: int) -> HttpResponse:
    """Go on with a run that was broken off or failed."""
    design, found = _run(request, pk, run, Role.READER)
    if found.cluster is None or _out_of_reach(request, found):
        raise Http404
    if why_not(request, found):
        raise PermissionDenied
    if runs.resume(found):
        note(request, request.user, found, again=True)
    found.refresh_from_db()
    return told(request, design, found)


def _out_of_reach(request: Request, run: ApplyRun) -> bool:
    try:
        return run.cluster_id is None or reach.cluster(request.user, run.cluster_id) is None
    except ClusterError:
        return True


@require_GET
@access.person
def opened(request: Request, pk: int, run: int) -> HttpResponse:
    """A run of the past in the dialog."""
    design, found = _run(request, pk, run, Role.READER)
    return partial(request, "#dialog", "clusters/_run_opened.html", _values(request, design, found))


@require_GET
@access.person
def history(request: Request, pk: int) -> HttpResponse:
    """Where the design is, and its runs, newest first; `before` goes on with older ones."""
    design = access.design(request, pk, Role.READER)
    before = request.GET.get("before", "")
    listed = ApplyRun.objects.filter(design=design, dry_run=False).select_related("cluster", "by", "of")
    if before.isascii() and before.isdecimal():
        listed = listed.filter(pk__lt=int(before))
    page = list(listed.order_by("-pk").prefetch_related("results")[: _PAGE + 1])
    held, sends = reach.reach(request.user), secret_rights.sending(request.user, design)
    values = {
        "design": design,
        "rows": [(runs.look(one), _counted(one.results.all()), not _why_not(held, sends, one)) for one in page[:_PAGE]],
        "more": page[_PAGE - 1].pk if len(page) > _PAGE else 0,
        # What may be done there is to delete it, which sends nothing.
        "places": [(one, _may_apply(held, one.last)) for one in inventory.places(design)],
    }
    if before:
        return partial(request, "#run-list", "clusters/_run_list.html", values, swap="beforeend")
    return partial(request, "#dialog", "clusters/_runs.html", values)


def may_edit(request: Request, design: Design) -> bool:
    """Whether to offer what only editors may do."""
    held = design.role_of(request.user)
    return held is not None and held >= Role.EDITOR


def why_not(request: Request, run: ApplyRun) -> str:
    """Why the person may not apply what a run does to where it goes, in words; "" where they may."""
    return _why_not(reach.reach(request.user), secret_rights.sending(request.user, run.design), run)


def _may_apply(held: reach.Reach, run: ApplyRun) -> bool:
    return run.cluster is not None and not held.refusal("apply", run.cluster, run.namespace)


def _why_not(held: reach.Reach, sends: secret_rights.Sending, run: ApplyRun) -> str:
    why = held.refusal("apply", run.cluster, run.namespace)
    if why or run.cluster is None:
        return why
    return sends.refusal(run.cluster, run.namespace, lambda: runs.documents_of(run))


def told(request: Request, design: Design, run: ApplyRun) -> HttpResponse:
    """How a run stands, into the dialog: the objects, and the buttons under them."""
    values = _values(request, design, runs.look(run))
    body = partial(request, "#apply-results", f"clusters/_{values['template']}.html", values, swap="innerMorph")
    body.write(partial(request, "#apply-foot", f"clusters/_{values['template']}_foot.html", values).content.decode())
    return body


def _values(request: Request, design: Design, run: ApplyRun) -> dict[str, Any]:
    try:
        documents = runs.documents_of(run)
    except ClusterError:
        documents = []
    results = list(run.results.all())
    refusal = why_not(request, run)
    rows = [replace(_row(each, documents), unread=_unread(request, run, each, documents)) for each in results]
    values: dict[str, Any] = {
        "run": run,
        "design": design,
        "template": "plan" if run.dry_run else "run",
        "rows": [row for row in rows if row.result.action != "left"],
        "left": [row for row in rows if row.result.action == "left"],
        "total": len(documents) + len(run.prune),
        "counts": _counted(results),
        "production": run.cluster is not None and run.cluster.stage == Cluster.Stage.PRODUCTION,
        "over": run.state != ApplyRun.State.RUNNING,
        "changes": sum(result.action in ("new", "changed", "waits") for result in results),
        "open_choices": sum(result.action in ("conflict", "immutable") for result in results),
        "claims": sum(len(row.holders) for row in rows),
        "waits_on": _waits_on(run, results, documents),
        "refused": sum(result.action == "refused" and not homeless(result) for result in results),
        "missing": Counter(result.namespace for result in results if homeless(result)).items(),
        "may_edit": may_edit(request, design),
        "differs": any(result.action in CHANGES for result in results),
        "refusal": refusal,
        "replan": any(one.action == "failed" and (one.owners or FIXED in one.message) for one in results),
        "can_resume": not refusal and not run.dry_run and run.state in _STOPPED,
    }
    if run.state == ApplyRun.State.DONE and not run.dry_run and run.verb != ApplyRun.Verb.DELETE:
        values["watching"] = run.cluster is not None
    return values


def _waits_on(run: ApplyRun, results: list[ApplyResult], documents: Documents) -> bool:
    """Whether something in a plan needs an object that waits for a choice: without one, neither is applied."""
    open_ = {result.document for result in results if result.action in ("conflict", "immutable")}
    return bool(open_) and any(each & open_ for each in needs(documents, run.namespace).values())


def _unread(request: Request, run: ApplyRun, result: ApplyResult, documents: Documents) -> str:
    at = result.document
    if run.cluster is None or result.action != "conflict" or at is None or at >= len(documents):
        return ""
    return secret_rights.unread(request.user, run.cluster, result.namespace or run.namespace, documents[at])


def _counted(results: QuerySet[ApplyResult] | list[ApplyResult]) -> list[tuple[str, str, int]]:
    """How many objects each thing came of: (sign, word, how many), in the order of WORDS."""
    found = Counter(WORDS.get(result.action, ("", result.action)) for result in results)
    return [(*words, found.pop(words)) for words in dict.fromkeys(WORDS.values()) if words in found]


def _row(result: ApplyResult, documents: Documents) -> Row:
    sign, word = WORDS.get(result.action, ("", result.action))
    shown = changes.shown(Change.from_json(each) for each in result.changes)
    return Row(result, sign, word, shown, [_cause(result, cause, documents) for cause in result.causes])


def _cause(result: ApplyResult, cause: dict[str, Any], documents: Documents) -> dict[str, Any]:
    """What the server says of a field, with where to go to mend it."""
    cause = {**cause, "field": cause["field"].removeprefix(".")}
    if result.document is None or result.document >= len(documents):
        return cause
    full: Path = (result.document, *cause["path"])
    return {**cause, "address": manifest_pod.address_of(documents, full), "full": full}
