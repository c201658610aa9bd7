"""May this person do this to this cluster? The one place that answers: views and screens ask here.

| verb | lets one | who may |
|---|---|---|
| look | plan, compare, watch runs, read logs, take workloads over | everybody in a team that has the cluster |
| apply | apply, roll back, delete what was applied, take Secrets' values over | whom the team's Grant names |

Rights on clusters and on designs are separate: who may look at a design and apply to a cluster may apply it as it
stands, and who may edit it may not therefore apply it; secret_rights.py says what becomes of Secrets' values then. A
grant may be for some namespaces only; what somebody may do is the sum of their teams' grants. An administrator, who
holds the credentials, may do all. In local mode the clusters are the contexts of the kubeconfig that kubectl would use,
and the one person may do what the API server lets them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from designer.clusters import kubeconfig
from designer.clusters.errors import ClusterError
from designer.clusters.grants import Grant
from designer.clusters.models import Cluster

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Verb = Literal["look", "apply"]

_NAMESPACE = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_ORDER = ["viewer", "editor", "owner"]
_GONE = "This cluster is not here (any more), or not for you. Choose another."
# Who of a team may apply, as a sentence says it.
WHO = {
    Grant.Least.NOBODY: "only who is named",
    Grant.Least.OWNER: "its owners",
    Grant.Least.EDITOR: "its editors and owners",
    Grant.Least.VIEWER: "everybody",
}


def clusters(person: User) -> QuerySet[Cluster]:
    """Those the person may look into, the last used first.

    In local mode the kubeconfig is read, and a context that was not there before is taken in. Raises ClusterError
    ("kubeconfig") where there is no kubeconfig or it is broken.
    """
    if settings.LOCAL_MODE:
        servers = {context.name: context.server[:500] for context in kubeconfig.contexts()}
        found = Cluster.objects.filter(source=Cluster.Source.CONTEXT, context__in=servers)
        known = dict(found.values_list("context", "server"))
        new = sorted(set(servers) - set(known))
        Cluster.objects.bulk_create(
            [Cluster(name=name[:200], context=name[:500], server=servers[name]) for name in new], ignore_conflicts=True
        )
        for name in known:
            if known[name] != servers[name]:
                Cluster.objects.filter(context=name).update(server=servers[name])
        return found
    given = Cluster.objects.exclude(source=Cluster.Source.CONTEXT)
    return given if person.is_superuser else given.filter(teams__members=person).distinct()


def cluster(person: User, pk: int) -> Cluster | None:
    """The cluster, if the person may look into it. Raises ClusterError as `clusters`."""
    return clusters(person).filter(pk=pk).first()


def current() -> str:
    """The context that kubectl would use when none is said; "" in team mode and where there is none."""
    if not settings.LOCAL_MODE:
        return ""
    try:
        return next((context.name for context in kubeconfig.contexts() if context.current), "")
    except ClusterError:
        return ""


@dataclass(frozen=True)
class Reach:
    """What a person may do with clusters; asking it costs no query. `grants` are those of their teams by cluster, each
    with whether it lets them apply; `all` is the person of local mode's, and an administrator's."""

    all: bool
    grants: dict[int, list[tuple[Grant, bool]]] = field(default_factory=dict)

    def namespaces(self, verb: Verb, cluster: Cluster) -> list[str] | None:
        """The only namespaces in which they may do `verb`, none of them where they may not; None: any."""
        if self.all:
            return list(cluster.namespaces) or None
        only = [grant.only for grant, applies in self.grants.get(cluster.pk, []) if applies or verb == "look"]
        return None if None in only else list(dict.fromkeys(name for names in only for name in names or []))

    def refusal(self, verb: Verb, cluster: Cluster | None, namespace: str) -> str:
        """Why they may not do `verb` in a namespace, in words; "" where they may."""
        if cluster is None or not (self.all or self.grants.get(cluster.pk)):
            return _GONE
        if why := namespace_problem(cluster, namespace):
            return why
        only = self.namespaces(verb, cluster)
        if only is None or namespace in only:
            return ""
        if verb == "look":
            return f"Your teams have {cluster.name} for {_listed(only)} only, and not for {namespace}."
        if only:
            return f"You may apply to {cluster.name} in {_listed(only)} only, and not in {namespace}."
        who = "; ".join(f"in {grant.team.name} {WHO[Grant.Least(grant.least)]}" for grant, _ in self.grants[cluster.pk])
        return f"You may look into {cluster.name}, and not apply to it. Who may: {who}."


def reach(person: User | None) -> Reach:
    """What a person (None: an account that was erased) may do with every cluster. One query in team mode."""
    if settings.LOCAL_MODE:
        return Reach(all=True)
    if person is None or not person.is_active:
        return Reach(all=False)
    if person.is_superuser:
        return Reach(all=True)
    return Reach(all=False, grants=_grants(person))


def by_team(person: User | None, team: int | None) -> Reach:
    """What a person may do by what is given to this team (its number) alone, in which they are; an administrator may do
    all in what it has. One query in team mode."""
    if settings.LOCAL_MODE:
        return Reach(all=True)
    if person is None or not person.is_active or team is None:
        return Reach(all=False)
    return Reach(all=False, grants=_grants(person, Q(team=team)))


def _grants(person: User, among: Q | None = None) -> dict[int, list[tuple[Grant, bool]]]:
    """The grants of a person's teams by cluster, each with whether it lets them apply."""
    named = Grant.people.through.objects.filter(grant=OuterRef("pk"), user=person)
    found = Grant.objects.filter(among or Q(), team__memberships__person=person).select_related("team", "cluster")
    grants: dict[int, list[tuple[Grant, bool]]] = {}
    for one in found.annotate(held=F("team__memberships__role"), named=Exists(named)):
        enough = one.least in _ORDER and _ORDER.index(one.held) >= _ORDER.index(one.least)
        grants.setdefault(one.cluster_id, []).append((one, one.named or enough or person.is_superuser))
    return grants


def _listed(names: list[str]) -> str:
    return ", ".join(names) if names else "no namespace"


def namespace_problem(cluster: Cluster, namespace: str) -> str:
    """Why a namespace cannot be used on a cluster, in words; "" where it can."""
    if not _NAMESPACE.fullmatch(namespace):
        return f"“{namespace}” is not a namespace's name: lower-case letters, digits and “-”, at most 63."
    if cluster.namespaces and namespace not in cluster.namespaces:
        return f"{cluster.name} may be used for {', '.join(cluster.namespaces)} only, and not for {namespace}."
    return ""
