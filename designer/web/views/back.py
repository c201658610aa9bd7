"""Back: to what an earlier run applied, to nothing of it, or to what was applied where the cluster has drifted."""

from __future__ import annotations

from functools import partial as bound
from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from designer.clusters import inventory, objects, reach, secret_rights
from designer.clusters.drift import Drifted, drift, taken
from designer.clusters.errors import ClusterError
from designer.clusters.models import ApplyRun, Cluster
from designer.clusters.open import client_of
from designer.clusters.plan import namespace_of
from designer.clusters.runs import documents_of
from designer.clusters.target import Target
from designer.designs.models import Design
from designer.web import access, changes
from designer.web.access import Request, Role
from designer.web.applied import note_taken
from designer.web.panes import edited, partial
from designer.web.views.apply import dialog, refused
from designer.web.views.runs import found_run, may_edit, why_not


@require_GET
@access.person
def roll_back(request: Request, pk: int, run: int) -> HttpResponse:
    """The dialog that plans to apply again what this run applied."""
    return _planned(request, pk, run, ApplyRun.Verb.ROLL_BACK)


@require_GET
@access.person
def remove(request: Request, pk: int, run: int) -> HttpResponse:
    """The dialog that plans to delete what the design has where this run went."""
    return _planned(request, pk, run, ApplyRun.Verb.DELETE)


def _planned(request: Request, pk: int, run: int, verb: str) -> HttpResponse:
    design = access.design(request, pk, Role.READER)
    of, _ = _reachable(request, design, run)
    return partial(request, "#dialog", "clusters/_apply.html", dialog(request, design, verb=verb, of=of))


def _reachable(request: Request, design: Design, run: int) -> tuple[ApplyRun, Cluster]:
    """A run that did something, and its cluster, into which the person may look; Http404."""
    found = found_run(request, design, str(run))
    if found is None or found.dry_run or found.cluster is None:
        raise Http404
    try:
        cluster = reach.cluster(request.user, found.cluster.pk)
    except ClusterError:
        cluster = None
    if cluster is None or reach.reach(request.user).refusal("look", cluster, found.namespace):
        raise Http404
    return found, cluster


@require_http_methods(["GET", "POST"])
@access.person
def drifted(request: Request, pk: int, run: int) -> HttpResponse:
    """GET: the dialog that asks; with `ask`, how the cluster stands where this run went. POST: take the cluster's
    version of the objects in `take` (indexes) into the design as a revision; what a Secret holds only by who may apply
    there."""
    design = access.design(request, pk, Role.EDITOR if request.method == "POST" else Role.READER)
    of, cluster = _reachable(request, design, run)
    last = inventory.last_run(design, cluster, of.namespace) or of
    values: dict[str, Any] = {"design": design, "run": last, "may_edit": may_edit(request, design)}
    values["may_apply"] = not why_not(request, last)
    if request.method == "GET" and "ask" not in request.GET:
        return partial(request, "#dialog", "clusters/_drift.html", values)
    try:
        found = _found(request, cluster, last)
    except ClusterError as error:
        values["problem"] = str(error)
        return partial(request, "#drift", "clusters/_drift_found.html", values, status=422 if request.POST else 200)
    if request.method == "POST":
        wanted = set(request.POST.getlist("take"))
        chosen = [each for each in found if str(each.index) in wanted and each.state == "changed"]
        if why := next(filter(None, (_unread(request, cluster, last, each) for each in chosen)), ""):
            return refused(request, why, 403)
        names = ", ".join(f"{each.kind} {each.name}" for each in chosen[:3])
        changed = design.change(
            lambda documents: taken(documents, chosen),
            by=request.user,
            base=last.revision,
            summary=f"took {names or 'nothing'} from {last.context}",
        )
        if any(secret_rights.held(each.was, each.now) for each in chosen):
            note_taken(request, request.user, design, f"{last.context}/{last.namespace}", secrets=True)
        return edited(request, design, changed, close=True)
    order = {"changed": 0, "gone": 1, "unknown": 2, "same": 3}
    listed = sorted(found, key=lambda one: order[one.state])
    values["rows"] = [(each, changes.shown(each.changes), _unread(request, cluster, last, each)) for each in listed]
    values["differs"] = any(each.state in ("changed", "gone") for each in found)
    values["takeable"] = any(each.state == "changed" and not why for each, _, why in values["rows"])
    return partial(request, "#drift", "clusters/_drift_found.html", values)


def _unread(request: Request, cluster: Cluster, last: ApplyRun, each: Drifted) -> str:
    """Why the person may not take the cluster's version of an object, in words; "" where they may, or there is none."""
    if each.state != "changed":
        return ""
    where = namespace_of(each.now, last.namespace) or last.namespace
    return secret_rights.unread(request.user, cluster, where, each.was, each.now)


def _found(request: Request, cluster: Cluster, last: ApplyRun) -> list[Drifted]:
    client = client_of(cluster, read_seconds=15)
    only = reach.reach(request.user).namespaces("look", cluster) or []
    withheld = bound(secret_rights.sending(request.user, last.design).why_not, "look", cluster)
    mark = objects.mark(last.design_id, last.design.created)
    target = Target(client, last.namespace, mark, only, withheld=withheld)
    return list(drift(target, documents_of(last)))
