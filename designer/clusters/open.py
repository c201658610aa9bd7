"""The way to a client: every other module asks here, with a Cluster, and never by the name of a context."""

from __future__ import annotations

from designer.clusters import given, kubeconfig
from designer.clusters.client import CONNECT_SECONDS, READ_SECONDS, Client, connect
from designer.clusters.models import Cluster


def context_of(cluster: Cluster) -> kubeconfig.Context:
    """How to reach a cluster and as whom. Raises ClusterError ("kubeconfig", "credential")."""
    if cluster.source == Cluster.Source.CONTEXT:
        return kubeconfig.context(cluster.context)
    if cluster.source == Cluster.Source.IN_CLUSTER:
        return given.in_cluster(cluster.name)
    return given.unsealed(cluster.name, cluster.sealed)


def client_of(
    cluster: Cluster, *, connect_seconds: float = CONNECT_SECONDS, read_seconds: float = READ_SECONDS
) -> Client:
    """A client of the cluster; nothing is sent yet. Raises ClusterError."""
    return connect(context_of(cluster), connect_seconds=connect_seconds, read_seconds=read_seconds)
