"""What an object of a design needs of its others before a server takes it or anything can come of it. Pure.

Where one of them failed, applying what needs it would leave pods that cannot start; everything else goes on.
"""

from __future__ import annotations

from typing import Any

from designer.clusters.plan import created_kinds, created_namespaces, namespace_of
from designer.manifests.edits.references import CLUSTER_WIDE, referred
from designer.manifests.pod import TEMPLATE_PATHS, name_of
from designer.manifests.types import Document, Documents, get

# Besides workloads: an Ingress whose Service failed, say, is taken and waits for it without harm.
_NEEDING = {*TEMPLATE_PATHS, "RoleBinding", "ClusterRoleBinding", "HorizontalPodAutoscaler", "PersistentVolumeClaim"}


def needs(documents: Documents, namespace: str) -> dict[int, set[int]]:
    """For each document the indexes of those that it needs, as far as they are in the design."""
    at = {
        (str(document.get("kind")), namespace_of(document, namespace), name_of(document)): index
        for index, document in enumerate(documents)
    }
    kinds, namespaces = created_kinds(documents), created_namespaces(documents)
    out: dict[int, set[int]] = {}
    for index, document in enumerate(documents):
        where = namespace_of(document, namespace)
        found = {
            at.get((kind, "" if kind in CLUSTER_WIDE else where, name))
            for kind, name in (referred(document, optional=False) if str(document.get("kind")) in _NEEDING else ())
        }
        if where in namespaces:
            found.add(at.get(("Namespace", "", where)))
        group = str(document.get("apiVersion") or "").rpartition("/")[0]
        if (group, str(document.get("kind"))) in kinds:
            found |= {i for i, each in enumerate(documents) if _defines(each, group, document.get("kind"))}
        out[index] = {each for each in found if each is not None and each != index}
    return out


def _defines(document: Document, group: str, kind: Any) -> bool:
    spec = document.get("spec")
    told = (get(spec, ("group",)), get(spec, ("names", "kind")))
    return document.get("kind") == "CustomResourceDefinition" and told == (group, kind)
