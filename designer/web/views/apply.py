"""The dialog to apply a design: where to, and the button that does what the plan said."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from designer.clusters import reach, results, runs
from designer.clusters.client import minor_version
from designer.clusters.errors import ClusterError
from designer.clusters.models import ApplyRun, Cluster
from designer.clusters.open import client_of, context_of
from designer.clusters.plan import own_namespace
from designer.designs.models import Design
from designer.manifests.schema import versions
from designer.web import access
from designer.web.access import Request, Role
from designer.web.applied import note
from designer.web.panes import partial
from designer.web.views.runs import found_run, told, why_not


@require_http_methods(["GET", "POST"])
@access.person
def apply(request: Request, pk: int) -> HttpResponse:
    """GET: the dialog, which asks for a plan by itself. POST: carry out the plan `plan`, with what was chosen in it.

    Who may look at a design may apply it as it stands, where they may apply to the cluster: these are two rights. What
    its Secrets hold they may send only where the design's own team lets them apply (secret_rights.py)."""
    design = access.design(request, pk, Role.READER)
    if request.method == "GET":
        return partial(request, "#dialog", "clusters/_apply.html", dialog(request, design))
    plan = found_run(request, design, request.POST.get("plan", ""))
    if plan is None or not plan.dry_run or plan.cluster is None or plan.state == ApplyRun.State.RUNNING:
        return refused(request, "There is no plan for this any more. Close this and open it again.")
    if why := unusable(request, "apply", plan.cluster_id, plan.namespace):
        return refused(request, why, 422 if reach.namespace_problem(plan.cluster, plan.namespace) else 403)
    if why := why_not(request, plan):
        return refused(request, why, 403)
    if plan.cluster.stage == Cluster.Stage.PRODUCTION and request.POST.get("confirm", "").strip() != plan.namespace:
        return refused(request, f"This is production: type the namespace's name, {plan.namespace}, to go on.")
    # Only what the plan showed can be chosen.
    shown = {action: set[str]() for action in ("take over", "immutable", "left")}
    for result in plan.results.all():
        shown.get(result.action, set()).add(result.key)
        shown["take over"].update(results.choices(result.key, result.owners))
    order = runs.Order(
        cluster=plan.cluster,
        namespace=plan.namespace,
        revision=plan.revision,
        verb=plan.verb,
        of=plan.of,
        take_over=shown["take over"].intersection(request.POST.getlist("take_over")),
        recreate=shown["immutable"].intersection(request.POST.getlist("recreate")),
        prune=shown["left"].intersection(request.POST.getlist("prune")),
    )
    if plan.verb == ApplyRun.Verb.DELETE and not order.prune:
        return refused(request, "Nothing is ticked: there is nothing to delete.")
    try:
        run = runs.start(design, order, request.user)
    except runs.BusyError as error:
        return refused(request, str(error))
    note(request, request.user, run)
    return told(request, design, run)


@require_GET
@access.person
def namespaces(request: Request, pk: int) -> HttpResponse:
    """The namespaces of a cluster, for the namespace field to suggest; what is wrong with the cluster, if it is."""
    design = access.design(request, pk, Role.READER)
    try:
        cluster = reach.cluster(request.user, _number(request.GET.get("cluster", "")))
        if cluster is None:
            raise ClusterError("kubeconfig", "This cluster is not here (any more).", "Choose another.")
        client = client_of(cluster, connect_seconds=3, read_seconds=5)
        said = client.version()
        minor = minor_version(said)
        Cluster.objects.filter(pk=cluster.pk).update(version=minor)
        values: dict[str, Any] = {"version": said, "server": client.context.server, "minor": minor}
        values["other"] = minor in versions() and minor != (design.version or versions()[-1])
        values["current"] = design.version or versions()[-1]
        try:
            only = reach.reach(request.user).namespaces("look", cluster)
            values["namespaces"] = client.namespaces() if only is None else only
        except ClusterError as error:
            values["note"] = str(error)
    except ClusterError as error:
        values = {"problem": str(error)}
    return partial(request, "#apply-cluster", "clusters/_cluster.html", {**values, "design": design})


def dialog(
    request: Request, design: Design, *, verb: str = ApplyRun.Verb.APPLY, of: ApplyRun | None = None
) -> dict[str, Any]:
    """What the dialog shows. `of` fixes where to: a roll back or a deletion is of a run."""
    try:
        found, problem = list(reach.clusters(request.user)), ""
    except ClusterError as error:
        found, problem = [], str(error)
    current = reach.current()
    chosen = next((each for each in found if each.last_used), None)
    chosen = chosen or next((each for each in found if each.context == current), None) or next(iter(found), None)
    last = None
    if chosen and of is None:
        there = ApplyRun.objects.filter(design=design, dry_run=False, cluster__in=found)
        last = there.select_related("cluster").first()
        # Where this design went last, else where anything did.
        chosen = last.cluster if last and last.cluster else chosen
    before = of or last
    namespace = before.namespace if before else _usual(design, chosen)
    only = reach.reach(request.user).namespaces("look", chosen) if chosen else None
    if not before and only is not None and namespace not in only:
        namespace = next(iter(only), namespace)
    return {
        "design": design,
        "clusters": found,
        "chosen": of.cluster if of else chosen,
        "namespace": namespace,
        "problem": problem,
        "verb": verb,
        "of": of,
        "number": of.revision if of and verb == ApplyRun.Verb.ROLL_BACK else design.number,
        "current": current,
    }


def _usual(design: Design, cluster: Cluster | None) -> str:
    """The namespace to begin with: the one that all of the design's objects say, the one chosen there last, or the
    context's own, which kubectl would take."""
    if own := own_namespace(design.documents):
        return own
    if cluster is None or cluster.namespace:
        return cluster.namespace if cluster else "default"
    try:
        return context_of(cluster).namespace or "default"
    except ClusterError:
        return "default"


def unusable(request: Request, verb: reach.Verb, cluster: int | None, namespace: str) -> str:
    """Why this person may not do `verb` in this place, in words; "" where they may."""
    try:
        found = reach.cluster(request.user, cluster or 0)
    except ClusterError as error:
        return str(error)
    return reach.reach(request.user).refusal(verb, found, namespace)


def refused(request: Request, message: str, status: int = 422) -> HttpResponse:
    return partial(request, "#dialog-problem", "clusters/_apply_problem.html", {"message": message}, status=status)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() else 0
