"""Which kinds and API versions there are to write, those that people write most first."""

from __future__ import annotations

import re
from functools import cache

from designer.manifests.edits.kinds import KINDS
from designer.manifests.schema import Schema

# After the workloads: what stands beside them in most designs.
_COMPANIONS = (
    *("Service", "ConfigMap", "Secret", "PersistentVolumeClaim", "ServiceAccount", "Ingress"),
    *("HorizontalPodAutoscaler", "NetworkPolicy", "PodDisruptionBudget", "Role", "RoleBinding"),
    *("ClusterRole", "ClusterRoleBinding", "Namespace", "ResourceQuota", "LimitRange", "PriorityClass", "StorageClass"),
)
_USUAL = {kind: rank for rank, kind in enumerate((*KINDS, *_COMPANIONS))}
# What is sent to the API server and never stored: nobody applies one.
_REQUESTS = re.compile("(Review|Request)$|^(Binding|Eviction|Scale|Status)$")
_VERSION = re.compile(r"v(\d+)(?:(alpha|beta)(\d+))?")


def kinds(schema: Schema, api_version: str = "") -> list[tuple[str, str]]:
    """The (apiVersion, kind) that a person may mean, the usual first: each kind once, in its best version, or those of
    `api_version`. Lists, and requests that the API server does not store, are left out."""
    best: dict[str, str] = {}
    for version, kind in schema.kinds():
        listed = kind.endswith("List") and schema.definition_of(version, kind.removesuffix("List"))
        if listed or _REQUESTS.search(kind) or (api_version and version != api_version):
            continue
        if kind not in best or _rank(version) < _rank(best[kind]):
            best[kind] = version
    return sorted(((version, kind) for kind, version in best.items()), key=lambda pair: (usual(pair[1]), pair[1]))


def api_versions(schema: Schema, kind: str = "") -> list[tuple[str, list[str]]]:
    """The API versions, best first, with their kinds (usual ones first); those that have `kind`, if one is given."""
    found: dict[str, list[str]] = {}
    for version, name in schema.kinds():
        if kind in ("", name):
            found.setdefault(version, [])
    for version in found:
        found[version] = [kind] if kind else [name for _, name in kinds(schema, version)]
    order = {version: (_rank(version), min(map(usual, names), default=len(_USUAL))) for version, names in found.items()}
    ordered = sorted(found.items(), key=lambda pair: (order[pair[0]][0][0], order[pair[0]][1], order[pair[0]][0]))
    return [(version, names) for version, names in ordered if names]


def usual(kind: str) -> int:
    """The rank of a kind among those that people use daily."""
    return _USUAL.get(kind, len(_USUAL))


@cache
def _rank(api_version: str) -> tuple[int, int, str]:
    """Stable versions before beta and alpha, newer before older: Kubernetes' version priority."""
    group, _, version = api_version.rpartition("/")
    match = _VERSION.fullmatch(version)
    if not match:
        return 9, 0, api_version
    stage = {None: 0, "beta": 1, "alpha": 2}[match[2]]
    return stage, -int(match[1]) * 100 - int(match[3] or 0), group
