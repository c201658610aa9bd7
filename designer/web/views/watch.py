"""What became of a run: its workloads, pods and events as they change, and the logs of a container."""

from __future__ import annotations

import threading
from functools import partial as bound
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.http import Http404
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from designer.clusters import reach, readdress, runs
from designer.clusters.errors import ClusterError
from designer.clusters.models import ApplyRun, Cluster
from designer.clusters.open import client_of
from designer.clusters.plan import namespace_of
from designer.clusters.streams import Stream
from designer.clusters.watching import Seen, Watching, hub
from designer.designs.models import Design
from designer.web import access
from designer.web.access import Request, Role
from designer.web.sse import Mailbox, response

_LINE = 4000
_TAIL = 500


@require_GET
@access.person
def watch(request: Request, pk: int, run: int) -> HttpResponseBase:
    """Server-sent events: `seen` with the panel's HTML and how each box of the diagram is, as the design stands now:
    whoever edits it asks anew."""
    found = _run(request, pk, run)
    moved = _moved(found)
    only = None if found.cluster is None else reach.reach(request.user).namespaces("look", found.cluster)
    key = (found.cluster_id, found.namespace, found.pk, None if only is None else tuple(only))

    def news() -> None:
        box.put("seen", _told(watching.seen, found, moved), newest=True)

    box = Mailbox(lambda: hub.leave(key, watching, news), bound(_may, request, found, found.namespace))
    try:
        _cluster(request, found)
        watching = hub.join(key, lambda: _begin(request, found, only), news)
    except ClusterError as error:
        box = Mailbox(lambda: None)
        box.put("seen", _told(Seen(None, (str(error),)), found))
        box.end()
        return response(request, box)
    if watching.seen.live is not None or watching.seen.problems:
        news()
    return response(request, box)


@require_GET
@access.person
def logs(request: Request, pk: int, run: int) -> HttpResponseBase:
    """Server-sent events: `lines` of a container's log, live or, with `previous`, of before its last restart."""
    found = _run(request, pk, run)
    asked = {name: request.GET.get(name, "")[:253] for name in ("namespace", "pod", "container")}
    previous = "previous" in request.GET
    opened: list[Stream] = []
    over = threading.Event()

    def leave() -> None:
        over.set()
        for stream in opened:
            stream.close()

    box = Mailbox(leave, bound(_may, request, found, asked["namespace"]))
    try:
        if not _of_the_run(found, asked["namespace"]):
            raise ClusterError("namespace", f"This run was not for the namespace {asked['namespace']}.")
        client = client_of(_cluster(request, found, asked["namespace"]))
        stream = client.logs(
            asked["namespace"], asked["pod"], asked["container"], previous=previous, follow=not previous, tail=_TAIL
        )
    except ClusterError as error:
        box.put("end", str(error))
        box.end()
        return response(request, box)
    opened.append(stream)
    threading.Thread(target=_read, args=(stream, box, over), name="log-reader", daemon=True).start()
    return response(request, box)


def _read(stream: Stream, box: Mailbox, over: threading.Event) -> None:
    said = "No node has this pod yet: there is no log." if stream.nothing else "This is the end of the log."
    try:
        for line in stream:
            box.put("line", line[:_LINE].decode(errors="replace"))
            if over.is_set():
                return
    except ClusterError as error:
        said = str(error)
    box.put("end", said)
    box.end()


def _begin(request: Request, run: ApplyRun, only: list[str] | None) -> Watching:
    """Watch what the run applied, less what is in a namespace beyond those that the person may look into (`only`)."""
    since = f"{run.started:%Y-%m-%dT%H:%M:%SZ}"
    renew = bound(client_of, _cluster(request, run), connect_seconds=3, read_seconds=8)
    documents = runs.documents_of(run)
    # Nothing stands in their place: the others keep theirs, by which the diagram knows them.
    seen = [one if only is None or namespace_of(one, run.namespace) in only else {} for one in documents]
    return Watching(renew(), seen, run.namespace, since, renew)


def _moved(run: ApplyRun) -> dict[str, str] | None:
    """Where the containers that a run applied stand in the design now; None: where they did."""
    if run.design.number == run.revision:
        return None
    try:
        return readdress.addresses(runs.documents_of(run), run.design.documents, run.namespace)
    except ClusterError:
        return None  # its revision is not kept, which watching it tells


def _told(seen: Seen, run: ApplyRun, moved: dict[str, str] | None = None) -> dict[str, Any]:
    if seen.live is not None and moved is not None:
        seen = Seen(readdress.readdressed(seen.live, moved), seen.problems)
    html = render_to_string("clusters/_live.html", {"live": seen.live, "problems": seen.problems, "run": run})
    boxes = seen.live.boxes if seen.live else {}
    tone = "bad" if seen.problems and seen.live is None else seen.live.tone if seen.live else "busy"
    return {"html": html, "boxes": boxes, "tone": tone}


def _run(request: Request, pk: int, run: int) -> ApplyRun:
    design = access.design(request, pk, Role.READER)
    found = ApplyRun.objects.select_related("cluster", "design").filter(design=design, pk=run, dry_run=False).first()
    if found is None:
        raise Http404
    return found


def _may(request: Request, run: ApplyRun, namespace: str) -> bool:
    """Whether who looks still is signed in, and may look at the design and into this namespace of the run's cluster."""
    if settings.LOCAL_MODE:
        return True
    key = request.session.session_key
    person = User.objects.filter(pk=request.user.pk, is_active=True).first()
    if person is None or (key and not request.session.exists(key)):
        return False
    design = Design.objects.kept().filter(pk=run.design_id).first()
    cluster = reach.cluster(person, run.cluster_id) if run.cluster_id else None
    if design is None or design.role_of(person) is None or cluster is None:
        return False
    return not reach.reach(person).refusal("look", cluster, namespace)


def _cluster(request: Request, run: ApplyRun, namespace: str = "") -> Cluster:
    """The run's cluster, if the person may look into a namespace of it (the run's own if none is said): who may read a
    design may not therefore look into a cluster."""
    found = reach.cluster(request.user, run.cluster_id) if run.cluster_id else None
    if found is None or reach.reach(request.user).refusal("look", found, namespace or run.namespace):
        raise ClusterError(
            "kubeconfig",
            f"The cluster of this run, {run.context}, is not one that you may use now.",
            "Ask whoever looks after the designer's clusters." if not settings.LOCAL_MODE else "Is its context gone?",
        )
    return found


def _of_the_run(run: ApplyRun, namespace: str) -> bool:
    """Logs are read only where the run went: a link is no way into other namespaces."""
    return namespace == run.namespace or run.results.filter(namespace=namespace).exists()
