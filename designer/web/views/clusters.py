"""The clusters that designs can be applied to: which there are, whether they answer, and in team mode adding them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from designer.clusters import given, reach
from designer.clusters.errors import ClusterError
from designer.clusters.kubeconfig import Context
from designer.clusters.models import Cluster
from designer.clusters.trial import try_out
from designer.teams import audit
from designer.teams.models import Team
from designer.web import access
from designer.web.access import Request
from designer.web.panes import partial

_MOST_NAMESPACES = 200


@require_GET
@access.person
def index(request: Request) -> HttpResponse:
    """Every cluster the person may use."""
    problem = ""
    try:
        clusters = list(reach.clusters(request.user).prefetch_related("teams"))
    except ClusterError as error:
        clusters, problem = [], str(error)
    values = {
        "clusters": clusters,
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
    found = _cluster(request, cluster)
    values = {"cluster": found, "trial": try_out(found, request.POST.get("namespace", "").strip()[:63])}
    return partial(request, f"#trial-{found.pk}", "clusters/_trial.html", values)


@require_http_methods(["GET", "POST"])
@access.person
def edit(request: Request, cluster: int) -> HttpResponse:
    """What a cluster is called, its stage, and in team mode whom it is for. In local mode only the stage is ours."""
    found = _cluster(request, cluster)
    if not (settings.LOCAL_MODE or request.user.is_superuser):
        raise Http404
    if request.method == "POST":
        if request.POST.get("stage") in Cluster.Stage.values:
            found.stage = request.POST["stage"]
        if settings.LOCAL_MODE:
            found.save(update_fields=["stage"])
            if not request.htmx:
                return redirect("clusters")
            asks = ": applying to it asks for the namespace's name" if found.stage == Cluster.Stage.PRODUCTION else ""
            said = {"words": f"{found.name} is marked {found.get_stage_display()}{asks}."}
            return partial(request, "#toast", "clusters/_said.html", said)
        return _save(request, found)
    return _form(request, found)


@require_http_methods(["GET", "POST"])
@access.administrator
def add(request: Request) -> HttpResponse:
    """A new cluster from a kubeconfig, a token with an authority, or the designer's own service account."""
    if settings.LOCAL_MODE:
        raise Http404
    made = Cluster(source=Cluster.Source.KUBECONFIG)
    return _save(request, made) if request.method == "POST" else _form(request, made)


@require_POST
@access.administrator
def delete(request: Request, cluster: int) -> HttpResponse:
    """Forget a cluster and its credential. What was applied to it stays there, and in the history of the designs."""
    found = _cluster(request, cluster)
    if found.source != Cluster.Source.CONTEXT:
        audit.record(request, request.user, "cluster-removed", cluster=found)
        found.delete()
    return redirect("clusters")


def _cluster(request: Request, pk: int) -> Cluster:
    try:
        found = reach.cluster(request.user, pk)
    except ClusterError:
        found = None
    if found is None:
        raise Http404
    return found


def _form(request: Request, cluster: Cluster, problem: str = "", status: int = 200, **sent: Any) -> HttpResponse:
    values = {
        "cluster": cluster,
        "sources": [choice for choice in Cluster.Source.choices if choice[0] != Cluster.Source.CONTEXT],
        "stages": Cluster.Stage.choices,
        "teams": Team.objects.all(),
        "chosen": sent.pop("teams", None) or ([] if cluster.pk is None else list(cluster.teams.all())),
        "problem": problem,
        "namespaces": "\n".join(cluster.namespaces),
        **sent,
    }
    return render(request, "clusters/edit.html", values, status=status)


def _save(request: Request, cluster: Cluster) -> HttpResponse:
    """Check what was sent and store it. A credential that is not sent again stays; one that is refused is never kept,
    and never shown again either."""
    post = request.POST
    teams = list(Team.objects.filter(pk__in=[pk for pk in post.getlist("teams") if pk.isdigit()]))
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
        return _form(request, cluster, str(error), 422, teams=teams, server=post.get("server", ""))
    if context is not None:
        try:
            cluster.sealed = "" if cluster.source == Cluster.Source.IN_CLUSTER else given.sealed(context)
        except ClusterError as error:
            return _form(request, cluster, str(error), 422, teams=teams, server=post.get("server", ""))
        cluster.server, cluster.namespace = context.server, cluster.namespace or context.namespace
    before = Cluster.objects.filter(pk=cluster.pk).first()
    with transaction.atomic():
        cluster.save()
        were = set(cluster.teams.all())
        cluster.teams.set(teams)
        if before is None:
            audit.record(request, request.user, "cluster-added", cluster=cluster, how=cluster.get_source_display())
        elif changed := _changed(before, cluster, were != set(teams)):
            audit.record(request, request.user, "cluster-changed", cluster=cluster, fields=", ".join(changed))
    return redirect("clusters")


def _changed(before: Cluster, after: Cluster, teams: bool) -> list[str]:
    """What is another than it was, in words; of the credential only that it is."""
    words = {"name": "its name", "stage": "its stage", "namespaces": "its namespaces", "sealed": "its credential"}
    changed = [words[name] for name in words if getattr(before, name) != getattr(after, name)]
    return [*changed, "its teams"] if teams else changed


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
