"""What a design applied to a namespace of a cluster and, as far as we know, still has there."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from designer.clusters.models import ApplyResult, ApplyRun, Cluster
from designer.clusters.results import APPLIED
from designer.designs.models import Design


@dataclass(frozen=True)
class Held:
    """An object that a design applied: in which run it was last, and which object of its name it was (`uid`; "" for
    what was applied before we kept that)."""

    key: str
    uid: str
    run: int
    revision: int


def same(cluster: Cluster) -> QuerySet[Cluster]:
    """The clusters that are one with this: two contexts may lead to one API server, as two people of it."""
    if not cluster.server:
        return Cluster.objects.filter(pk=cluster.pk)
    return Cluster.objects.filter(server=cluster.server)


def held(design: Design, cluster: Cluster, namespace: str) -> dict[str, Held]:
    """What the design holds there by key, in the order in which it came. Runs that were tries only do not count."""
    found: dict[str, Held] = {}
    for result in _results(design, cluster, namespace):
        key = result.key
        if result.action in APPLIED:
            # Deleted and put back, it is the last to have come.
            kept = found.pop(key, None) if result.action == "recreated" else None
            uid = result.uid or (kept or found.get(key) or _NONE).uid
            found[key] = Held(key, uid, result.run_id, result.run.revision)
        elif result.action in ("pruned", "deleted", "gone"):
            found.pop(key, None)
    return found


@dataclass(frozen=True)
class Place:
    """A namespace of a cluster in which a design, as far as we know, still has `count` objects; `last` is the run that
    says what should be there."""

    cluster: Cluster
    namespace: str
    count: int
    last: ApplyRun


def places(design: Design) -> list[Place]:
    """Each place that the design holds objects in, the last it was applied to first."""
    there = ApplyRun.objects.filter(design=design, dry_run=False, cluster__isnull=False).order_by()
    clusters = Cluster.objects.in_bulk(there.values_list("cluster", flat=True).distinct())
    found = {
        (clusters[pk].server or pk, namespace): clusters[pk]
        for pk, namespace in there.values_list("cluster", "namespace").distinct()
        if pk in clusters
    }
    out = []
    for (_, namespace), cluster in found.items():
        kept, last = held(design, cluster, namespace), last_run(design, cluster, namespace)
        if kept and last:
            out.append(Place(cluster, namespace, len(kept), last))
    return sorted(out, key=lambda place: place.last.pk, reverse=True)


_NONE = Held("", "", 0, 0)


def _results(design: Design, cluster: Cluster, namespace: str) -> list[ApplyResult]:
    runs = ApplyRun.objects.filter(design=design, cluster__in=same(cluster), namespace=namespace, dry_run=False)
    return list(
        ApplyResult.objects.filter(run__in=runs)
        .select_related("run")
        .only("run__revision", "api_version", "kind", "namespace", "name", "action", "uid")
        .order_by("run__started", "run_id", "position")
    )


def elsewhere(design: Design, cluster: Cluster, namespace: str) -> set[str]:
    """The keys and uids of what the design was last applied with to other namespaces of the cluster: cluster-wide
    objects are one for all of them. By uid too, since others' kinds do not say in a key that they are cluster-wide.

    What such a namespace holds only because it was not deleted there is nobody's any more: it may go from here."""
    runs = ApplyRun.objects.filter(design=design, cluster__in=same(cluster), dry_run=False).exclude(namespace=namespace)
    found: set[str] = set()
    for each in runs.order_by().values_list("namespace", flat=True).distinct():
        kept, last = held(design, cluster, each), last_run(design, cluster, each)
        if last is not None and last.state == ApplyRun.State.DONE:
            now = {result.key for result in last.results.filter(action__in=APPLIED)}
            kept = {key: one for key, one in kept.items() if key in now}
        found |= kept.keys() | {one.uid for one in kept.values() if one.uid}
    return found


def last_run(design: Design, cluster: Cluster, namespace: str) -> ApplyRun | None:
    """The run that says what should be there: the last apply or roll back that did something."""
    runs = ApplyRun.objects.filter(design=design, cluster__in=same(cluster), namespace=namespace, dry_run=False)
    verbs = [ApplyRun.Verb.APPLY, ApplyRun.Verb.ROLL_BACK]
    return runs.filter(verb__in=verbs, results__action__in=APPLIED).distinct().first()


def leftover(design: Design, cluster: Cluster, namespace: str, wanted: set[str]) -> list[Held]:
    """What the design applied there before and has not (`wanted`, by key) now, the last to come first."""
    found = held(design, cluster, namespace)
    gone = [each for key, each in found.items() if key not in wanted]
    others = elsewhere(design, cluster, namespace) if gone else set()
    return [each for each in reversed(gone) if not {each.key, each.uid} & others]
