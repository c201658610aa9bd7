"""Apply a design to a cluster: choose a context and namespace, try it on the server, apply it, watch the pods."""

from __future__ import annotations

import logging
import re
import threading
from collections import Counter
from typing import Any

from django.db import close_old_connections, connection
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from designer.clusters import kubeconfig
from designer.clusters.apply import apply_documents, pod_status
from designer.clusters.client import connect, minor_version
from designer.clusters.errors import ClusterError
from designer.clusters.models import ApplyRun, Cluster
from designer.designs.change import keep
from designer.designs.models import Design
from designer.manifests import pod as manifest_pod
from designer.manifests import text as manifest_text
from designer.manifests.schema import versions
from designer.manifests.types import Documents, Path
from designer.web import access
from designer.web.access import Request, Role
from designer.web.panes import partial

_NAMESPACE = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_WATCHED_RUNS = 600  # how long, in seconds, a run may take before it counts as broken off
_log = logging.getLogger(__name__)


@require_http_methods(["GET", "POST"])
@access.person
def apply(request: Request, pk: int) -> HttpResponse:
    """GET: the dialog. POST: start a run, a dry one if `dry` is sent; the answer asks for more by itself."""
    design = access.design(request, pk, Role.EDITOR)
    if request.method == "GET":
        return partial(request, "#dialog", "clusters/_apply.html", _dialog(design))
    chosen, namespace = request.POST.get("context", ""), request.POST.get("namespace", "").strip() or "default"
    problem = ""
    if not design.documents:
        problem = "This design is empty: there is nothing to apply."
    elif not _NAMESPACE.fullmatch(namespace):
        problem = f"“{namespace}” is not a namespace's name: lower-case letters, digits and “-”, at most 63."
    if problem:
        return partial(request, "#apply-results", "clusters/_apply_problem.html", {"message": problem}, status=422)
    dry_run = "dry" in request.POST
    keep(design.revision)
    run = ApplyRun.objects.create(
        design=design,
        revision=design.number,
        context=chosen[:500],
        namespace=namespace,
        dry_run=dry_run,
        by=request.user,
    )
    if not dry_run:
        Cluster.objects.update_or_create(
            context=run.context,
            defaults={"name": run.context[:200], "namespace": namespace, "last_used": timezone.now()},
        )
    threading.Thread(target=_carry_out, args=(run.pk,), name=f"apply-{run.pk}", daemon=True).start()
    return _results(request, design, run)


@require_GET
@access.person
def run(request: Request, pk: int, run: int) -> HttpResponse:
    """How a run stands: each object's result as it comes, then the pods."""
    design = access.design(request, pk, Role.READER)
    found = ApplyRun.objects.filter(design=design, pk=run).first()
    if found is None:
        raise Http404
    return _results(request, design, found)


@require_GET
@access.person
def namespaces(request: Request, pk: int) -> HttpResponse:
    """The namespaces of a context, for the namespace field to suggest; what is wrong with the cluster, if it is."""
    design = access.design(request, pk, Role.READER)
    try:
        context = kubeconfig.context(request.GET.get("context", ""))
        client = connect(context, connect_seconds=3, read_seconds=5)
        said = client.version()
        minor = minor_version(said)
        Cluster.objects.update_or_create(
            context=context.name,
            defaults={"version": minor},
            create_defaults={"name": context.name[:200], "version": minor},
        )
        values: dict[str, Any] = {"version": said, "server": context.server, "minor": minor}
        values["other"] = minor in versions() and minor != (design.version or versions()[-1])
        values["current"] = design.version or versions()[-1]
        try:
            values["namespaces"] = client.namespaces()
        except ClusterError as error:
            values["note"] = str(error)
    except ClusterError as error:
        values = {"problem": str(error)}
    return partial(request, "#apply-cluster", "clusters/_cluster.html", {**values, "design": design})


def _dialog(design: Design) -> dict[str, Any]:
    try:
        contexts, problem = kubeconfig.contexts(), ""
    except ClusterError as error:
        contexts, problem = [], str(error)
    used = Cluster.objects.filter(last_used__isnull=False)
    last = used.filter(context__in=[context.name for context in contexts]).first()
    current = next((context for context in contexts if context.current), contexts[0] if contexts else None)
    chosen = next((context for context in contexts if last and context.name == last.context), current)
    namespace = (last.namespace if last and chosen and last.context == chosen.name else "") or (
        chosen.namespace if chosen else ""
    )
    kinds = Counter(str(document.get("kind")) for document in design.documents)
    return {
        "design": design,
        "contexts": contexts,
        "chosen": chosen,
        "namespace": namespace or "default",
        "problem": problem,
        "kinds": sorted(kinds.items()),
    }


def _carry_out(pk: int) -> None:
    """A run, from beginning to end, in a thread of its own."""
    run = ApplyRun.objects.select_related("design").get(pk=pk)
    try:
        documents = _documents(run)
        client = connect(kubeconfig.context(run.context))
        for result in apply_documents(client, documents, run.namespace, run.dry_run):
            run.record(result)
        run.finish()
    except ClusterError as error:
        run.finish(str(error))
    except Exception:
        _log.exception("apply run %s failed", pk)
        run.finish("The designer failed at this; what is shown as done was done. Try again.")
    finally:
        close_old_connections()
        connection.close()


def _documents(run: ApplyRun) -> Documents:
    return manifest_text.parse(run.design.revisions.get(number=run.revision).text)


def _results(request: Request, design: Design, run: ApplyRun) -> HttpResponse:
    if run.state == run.State.RUNNING and (timezone.now() - run.started).total_seconds() > _WATCHED_RUNS:
        run.finish("This run was broken off: the designer was stopped in the middle of it. Apply again to complete it.")
    documents = _documents(run)
    results = [
        {
            "result": result,
            "causes": [
                {
                    **cause,
                    "address": manifest_pod.address_of(documents, _whole(result.document, cause["path"])),
                    "full": _whole(result.document, cause["path"]),
                }
                for cause in result.causes
            ],
        }
        for result in run.results.all()
    ]
    values: dict[str, Any] = {"run": run, "results": results, "design": design, "total": len(documents)}
    if run.state == run.State.DONE and not run.dry_run:
        values.update(_pods(run, documents))
    return partial(request, "#apply-results", "clusters/_results.html", values, swap="innerMorph")


def _pods(run: ApplyRun, documents: Documents) -> dict[str, Any]:
    try:
        client = connect(kubeconfig.context(run.context), connect_seconds=3, read_seconds=5)
        return {"pods": pod_status(client, documents, run.namespace), "watching": True}
    except ClusterError as error:
        return {"pods_problem": str(error), "watching": True}


def _whole(document: int, path: list[str | int]) -> Path:
    return (document, *path)
