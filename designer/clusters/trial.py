"""Try a connection: what the server says it is, how long it takes to answer, and what we may do."""

from __future__ import annotations

import time
from dataclasses import dataclass

from designer.clusters.client import minor_version
from designer.clusters.errors import ClusterError
from designer.clusters.models import Cluster
from designer.clusters.open import client_of

# What a design needs most often: the verbs that an apply, a watch and a clean-up stand on.
_WANTED = (
    ("apply workloads", "patch", "apps", "deployments"),
    ("apply pods", "patch", "", "pods"),
    ("apply Services", "patch", "", "services"),
    ("apply ConfigMaps", "patch", "", "configmaps"),
    ("apply Secrets", "patch", "", "secrets"),
    ("watch pods", "watch", "", "pods"),
    ("read logs", "get", "", "pods/log"),
    ("see events", "list", "", "events"),
    ("delete workloads", "delete", "apps", "deployments"),
)


@dataclass(frozen=True)
class Trial:
    """What came of it. `seconds` is the time of one answer; `may` is (what, whether) in `namespace`."""

    server: str
    version: str = ""
    seconds: float = 0.0
    namespace: str = ""
    may: tuple[tuple[str, bool], ...] = ()
    problem: str = ""

    @property
    def took(self) -> str:
        """`seconds` as a person reads it: "7 ms", "1.2 s"."""
        return f"{self.seconds:.1f} s" if self.seconds >= 1 else f"{max(round(self.seconds * 1000), 1)} ms"


def try_out(cluster: Cluster, namespace: str = "") -> Trial:
    """Ask the cluster for its version, twice, and for our rights in a namespace. Never raises; keeps the version."""
    namespace = namespace or cluster.namespace or next(iter(cluster.namespaces), "") or "default"
    server = cluster.server
    try:
        client = client_of(cluster, connect_seconds=3, read_seconds=5)
        server = client.context.server
        version = client.version()
        # Once more, on the connection that is there: the first answer also paid for TLS and the credential.
        began = time.perf_counter()
        client.version()
        seconds = time.perf_counter() - began
        cluster.version = minor_version(version)
        cluster.save(update_fields=["version"])
        may = tuple((words, client.can(verb, group, name, namespace)) for words, verb, group, name in _WANTED)
    except ClusterError as error:
        return Trial(server, problem=str(error))
    return Trial(server, version, seconds, namespace, may)
