"""The clusters that designs can be applied to: which there are, whether they answer, and in team mode adding them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from designer.clusters import given, reach
from designer.clusters.errors import ClusterError
from designer.clusters.kubeconfig import Context
from designer.clusters.models import Cluster, Grant
from designer.clusters.trial import try_out
from designer.teams import audit
from designer.teams.models import Team
from designer.web import access
from designer.web.access import Request
from designer.web.panes import partial

_MOST_NAMESPACES = 200


@dataclass(frozen=True)
class Row:
    """A cluster as somebody sees it: the `grants` of it that are theirs to know of, and in which namespaces they may
    apply (`anywhere`: in all that it may be used for)."""

    cluster: Cluster
    grants: list[Grant]
    applies: list[str]
    anywhere: bool


def _row(held: reach.Reach, cluster: Cluster) -> Row:
    # Whom else a cluster is given to is told to administrators only.
    theirs = {one.pk for one, _ in held.grants.get(cluster.pk, [])}
    only = held.namespaces("apply", cluster)
    grants = [one for one in cluster.grants.all() if held.all or one.pk in theirs]
    return Row(cluster, grants, only or [], only is None)


@require_GET
@access.person
def index(request: Request) -> HttpResponse:
    """Every cluster that the person may look into."""
    problem = ""
    held = reach.reach(request.user)
    try:
        found = reach.clusters(request.user).prefetch_related("grants__team", "grants__people")
        rows = [_row(held, one) for one in found]
    except ClusterError as error:
        rows, problem = [], str(error)
    values = {
        "rows": rows,
        "problem": problem,
        "current": reach.current(),
        "local": settings.LOCAL_MODE,
        "mends": settings.LOCAL_MODE or request.user.is_superuser,
        "stages": Cluster.Stage.choices,
    }
    return render(request, "clusters/index.html", values)


@require_POST
@access.person
def test(request: Request, cluster: int) -> HttpResponse:
    """Try the connection, and say what came of it under the cluster."""
    found = access.cluster(request, cluster)
    only = reach.reach(request.user).namespaces("look", found)
    namespace = request.POST.get("namespace", "").strip()[:63]
    if only is not None and namespace not in only:
        namespace = next(iter(only), "")
    return partial(
        request, f"#trial-{found.pk}", "clusters/_trial.html", {"cluster": found, "trial": try_out(found, namespace)}
    )


@require_http_methods(["GET", "POST"])
@access.person
def edit(request: Request, cluster: int) -> HttpResponse:
    """GET: a cluster and who may use it. POST: what it is called, its stage, how it is reached, which is for
    administrators. In local mode only the stage is ours."""
    found = access.cluster(request, cluster)
    if request.method == "GET":
        return page(request, found)
    if not (settings.LOCAL_MODE or request.user.is_superuser):
        raise Http404
    if request.POST.get("stage") in Cluster.Stage.values:
        found.stage = request.POST["stage"]
    if not settings.LOCAL_MODE:
        return _save(request, found)
    found.save(update_fields=["stage"])
    if not request.htmx:
        return redirect("clusters")
    asks = ": applying to it asks for the namespace's name" if found.stage == Cluster.Stage.PRODUCTION else ""
    said = {"words": f"{found.name} is marked {found.get_stage_display()}{asks}."}
    return partial(request, "#toast", "clusters/_said.html", said)


@require_http_methods(["GET", "POST"])
@access.administrator
def add(request: Request) -> HttpResponse:
    """A new cluster from a kubeconfig, a token with an authority, or the designer's own service account."""
    if settings.LOCAL_MODE:
        raise Http404
    made = Cluster(source=Cluster.Source.KUBECONFIG)
    return _save(request, made) if request.method == "POST" else page(request, made)


@require_POST
@access.administrator
def delete(request: Request, cluster: int) -> HttpResponse:
    """Forget a cluster and its credential. What was applied to it stays there, and in the history of the designs."""
    found = access.cluster(request, cluster)
    if found.source != Cluster.Source.CONTEXT:
        audit.record(request, request.user, "cluster-removed", cluster=found)
        found.delete()
    return redirect("clusters")


def page(request: Request, cluster: Cluster, status: int = 200, **more: Any) -> HttpResponse:
    """A cluster's page; one that is not stored is about to be added. `more` is what was sent and why it was refused."""
    mends = not settings.LOCAL_MODE and request.user.is_superuser
    values: dict[str, Any] = {
        "cluster": cluster,
        "mends": mends,
        "local": settings.LOCAL_MODE,
        "sources": [choice for choice in Cluster.Source.choices if choice[0] != Cluster.Source.CONTEXT],
        "stages": Cluster.Stage.choices,
        "namespaces": "\n".join(cluster.namespaces),
        "least": Grant.Least.choices,
        "who": reach.WHO,
    }
    if cluster.pk:
        values["row"] = _row(reach.reach(request.user), cluster)
        if mends:
            values["teams"] = Team.objects.exclude(grants__cluster=cluster)
    return render(request, "clusters/edit.html", {**values, **more}, status=status)


def _save(request: Request, cluster: Cluster) -> HttpResponse:
    """Check what was sent and store it. A credential that is not sent again stays; one that is refused is never kept,
    and never shown again either."""
    post = request.POST
    cluster.name = post.get("name", "").strip()[:200]
    if post.get("stage") in Cluster.Stage.values:
        cluster.stage = post["stage"]
    cluster.namespaces = list(dict.fromkeys(post.get("namespaces", "").replace(",", " ").split()))[:_MOST_NAMESPACES]
    try:
        if post.get("source") in Cluster.Source.values and post["source"] != Cluster.Source.CONTEXT:
            cluster.source = post["source"]
        if not cluster.name:
            raise ClusterError("credential", "The cluster has no name.", "Give it one that your teams know it by.")
        bare = Cluster(name=cluster.name)
        for name in cluster.namespaces:
            if said := reach.namespace_problem(bare, name):
                raise ClusterError("credential", said)
        context = _given(request, cluster)
    except ClusterError as error:
        return page(request, cluster, 422, problem=str(error), server=post.get("server", ""))
    if context is not None:
        try:
            cluster.sealed = "" if cluster.source == Cluster.Source.IN_CLUSTER else given.sealed(context)
        except ClusterError as error:
            return page(request, cluster, 422, problem=str(error), server=post.get("server", ""))
        cluster.server, cluster.namespace = context.server, cluster.namespace or context.namespace
    before = Cluster.objects.filter(pk=cluster.pk).first()
    with transaction.atomic():
        cluster.save()
        if before is None:
            audit.record(request, request.user, "cluster-added", cluster=cluster, how=cluster.get_source_display())
        elif changed := _changed(before, cluster):
            audit.record(request, request.user, "cluster-changed", cluster=cluster, fields=", ".join(changed))
    return redirect("cluster", cluster.pk)


def _changed(before: Cluster, after: Cluster) -> list[str]:
    """What is another than it was, in words; of the credential only that it is."""
    words = {"name": "its name", "stage": "its stage", "namespaces": "its namespaces", "sealed": "its credential"}
    return [words[name] for name in words if getattr(before, name) != getattr(after, name)]


def _given(request: Request, cluster: Cluster) -> Context | None:
    """What was sent to reach the cluster; None where the one that is stored stays. Raises ClusterError."""
    post = request.POST
    if cluster.source == Cluster.Source.IN_CLUSTER:
        return given.in_cluster(cluster.name)
    if cluster.source == Cluster.Source.TOKEN and (post.get("token", "").strip() or not cluster.sealed):
        return given.from_token(cluster.name, post.get("server", ""), post.get("token", ""), post.get("authority", ""))
    if cluster.source == Cluster.Source.KUBECONFIG:
        file = request.FILES.get("file")
        text = post.get("kubeconfig", "")
        if file is not None:
            text = file.read(given.MOST_BYTES + 1).decode(errors="replace")
        if text.strip() or not cluster.sealed:
            return given.from_kubeconfig(text, post.get("context", "").strip())
    return None
