"""Which clusters a person may use, and which namespaces of them.

In local mode: the contexts of the kubeconfig that kubectl would use. In team mode: those an administrator gave to a
team that the person is in; an administrator sees all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import QuerySet

from designer.clusters import kubeconfig
from designer.clusters.errors import ClusterError
from designer.clusters.models import Cluster

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_NAMESPACE = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")


def clusters(person: User) -> QuerySet[Cluster]:
    """Those the person may use, the last used first.

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
    """The cluster, if the person may use it. Raises ClusterError as `clusters`."""
    return clusters(person).filter(pk=pk).first()


def current() -> str:
    """The context that kubectl would use when none is said; "" in team mode and where there is none."""
    if not settings.LOCAL_MODE:
        return ""
    try:
        return next((context.name for context in kubeconfig.contexts() if context.current), "")
    except ClusterError:
        return ""


def namespace_problem(cluster: Cluster, namespace: str) -> str:
    """Why a namespace cannot be used on a cluster, in words; "" where it can."""
    if not _NAMESPACE.fullmatch(namespace):
        return f"“{namespace}” is not a namespace's name: lower-case letters, digits and “-”, at most 63."
    if cluster.namespaces and namespace not in cluster.namespaces:
        return f"{cluster.name} may be used for {', '.join(cluster.namespaces)} only, and not for {namespace}."
    return ""
