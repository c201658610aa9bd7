"""A new design from workloads that run in a cluster."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from designer.clusters import adopt, reach
from designer.clusters.errors import ClusterError
from designer.clusters.models import Cluster
from designer.clusters.open import client_of
from designer.designs.models import Design
from designer.designs.spaces import Space
from designer.manifests import text as manifest_text
from designer.manifests.schema import versions
from designer.web import access, into
from designer.web.access import Request
from designer.web.applied import note_taken
from designer.web.panes import partial
from designer.web.views.home import free_name

_MOST_CHOSEN = 50


@require_http_methods(["GET", "POST"])
@access.person
def choose(request: Request) -> HttpResponse:
    """GET: the page, which asks for the workloads by itself. POST: the chosen ones become a design."""
    values = {**_values(request), **into.choice(request)}
    if request.method == "POST":
        space = into.into(request)
        chosen = [
            (kind, name)
            for kind, _, name in (one.partition("/") for one in request.POST.getlist("workload")[:_MOST_CHOSEN])
            if kind in adopt.KINDS and name
        ]
        try:
            if not chosen:
                raise ClusterError("invalid", "No workload is chosen.", "Tick at least one.")
            cluster = _cluster(request, request.POST.get("cluster", ""))
            namespace = request.POST.get("namespace", "")
            secrets = "secrets" in request.POST
            # Who may apply can read a Secret by a pod that mounts it; who may look cannot.
            _refuse(request, "apply" if secrets else "look", cluster, namespace)
            taken = adopt.adopt(client_of(cluster), namespace, chosen, secrets=secrets)
        except ClusterError as error:
            return render(request, "clusters/from_cluster.html", {**values, "problem": str(error)}, status=422)
        return _begun(request, space, cluster, namespace, chosen, taken, secrets=secrets)
    return render(request, "clusters/from_cluster.html", values)


@require_GET
@access.person
def workloads(request: Request) -> HttpResponse:
    """The namespaces of a cluster to choose from, and the workloads of the one that is chosen."""
    values: dict[str, Any] = {"namespace": request.GET.get("namespace", "").strip()[:63]}
    try:
        cluster = _cluster(request, request.GET.get("cluster", ""))
        client = client_of(cluster, connect_seconds=3, read_seconds=10)
        held = reach.reach(request.user)
        only = held.namespaces("look", cluster)
        usual = cluster.namespace or client.context.namespace
        values["namespace"] = values["namespace"] or (usual if only is None or usual in only else next(iter(only), ""))
        values["cluster"] = cluster
        _refuse(request, "look", cluster, values["namespace"])
        values["may_apply"] = not held.refusal("apply", cluster, values["namespace"])
        try:
            values["namespaces"] = client.namespaces() if only is None else only
        except ClusterError as error:
            if error.kind != "forbidden":
                raise
        values["found"], values["notes"] = adopt.workloads(client, values["namespace"])
    except ClusterError as error:
        values["problem"] = str(error)
    return partial(request, "#workloads", "clusters/_workloads.html", values)


def _begun(
    request: Request,
    space: Space,
    cluster: Cluster,
    namespace: str,
    chosen: list[tuple[str, str]],
    taken: adopt.Adopted,
    *,
    secrets: bool,
) -> HttpResponse:
    name = chosen[0][1] + (f" and {len(chosen) - 1} more" if len(chosen) > 1 else "")
    version = {"version": cluster.version} if cluster.version in versions() else {}
    design = Design.objects.create(owner=request.user, team=space.team, name=free_name(request, name), **version)
    design.change(
        lambda _: taken.documents,
        by=request.user,
        text=manifest_text.dump(taken.documents),
        summary=f"taken from {cluster.name}, namespace {namespace}",
    )
    note_taken(request, request.user, design, f"{cluster.name}/{namespace}", secrets=secrets)
    if taken.left:
        return render(request, "clusters/taken.html", {"design": design, "left": taken.left, "cluster": cluster})
    return redirect(reverse("design", args=[design.pk]))


def _values(request: Request) -> dict[str, Any]:
    try:
        clusters, problem = list(reach.clusters(request.user)), ""
    except ClusterError as error:
        clusters, problem = [], str(error)
    current = reach.current()
    asked = request.POST.get("cluster") or request.GET.get("cluster", "")
    chosen = next((one for one in clusters if str(one.pk) == asked), None) or next(
        (one for one in clusters if one.context and one.context == current), clusters[0] if clusters else None
    )
    return {"clusters": clusters, "chosen": chosen, "problem": problem}


def _cluster(request: Request, pk: str) -> Cluster:
    found = reach.cluster(request.user, int(pk)) if pk.isascii() and pk.isdecimal() and len(pk) < 10 else None
    if found is None:
        raise ClusterError("kubeconfig", "This cluster is not there any more.", "Choose another.")
    return found


def _refuse(request: Request, verb: reach.Verb, cluster: Cluster, namespace: str) -> None:
    if said := reach.reach(request.user).refusal(verb, cluster, namespace):
        raise ClusterError("namespace", said)
