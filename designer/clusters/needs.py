"""What an object of a design needs of its others before a server takes it or anything can come of it. Pure.

Where one of them failed, applying what needs it would leave pods that cannot start; everything else goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from designer.clusters.plan import created_kinds, created_namespaces, namespace_of
from designer.manifests.pod import CONTAINER_LISTS, name_of, pods
from designer.manifests.types import Document, Documents, get

# (kind, name) of what is referred to; the namespace is that of the object that refers, or "" for these kinds.
Reference = tuple[str, str]
_CLUSTER_WIDE = frozenset({"ClusterRole", "StorageClass", "PriorityClass", "RuntimeClass", "PersistentVolume"})
# Fields of a PodSpec that name an object: (path, kind).
_POD_FIELDS = (
    (("serviceAccountName",), "ServiceAccount"),
    (("priorityClassName",), "PriorityClass"),
    (("runtimeClassName",), "RuntimeClass"),
)
_SOURCES = (("configMap", "name", "ConfigMap"), ("secret", "secretName", "Secret"), ("secret", "name", "Secret"))
_KEYS = (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret"))
_FROM = (("configMapRef", "ConfigMap"), ("secretRef", "Secret"))


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
            at.get((kind, "" if kind in _CLUSTER_WIDE else where, name))
            for kind, name in _references(documents, index)
        }  # fmt: skip
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


def _references(documents: Documents, index: int) -> Iterator[Reference]:
    document = documents[index]
    for pod in pods(documents):
        if pod.document == index:
            yield from _of_pod(pod.spec)
    spec = document.get("spec")
    kind = document.get("kind")
    if kind in ("RoleBinding", "ClusterRoleBinding"):
        yield from _named(str(get(document, ("roleRef", "kind"))), get(document, ("roleRef", "name")))
    elif kind == "HorizontalPodAutoscaler":
        yield from _named(str(get(spec, ("scaleTargetRef", "kind"))), get(spec, ("scaleTargetRef", "name")))
    elif kind == "PersistentVolumeClaim":
        yield from _named("StorageClass", get(spec, ("storageClassName",)))
    elif kind == "StatefulSet":
        yield from _named("Service", get(spec, ("serviceName",)))


def _of_pod(spec: Document) -> Iterator[Reference]:
    for path, kind in _POD_FIELDS:
        yield from _named(kind, get(spec, path))
    for item in _items(spec.get("imagePullSecrets")):
        yield from _named("Secret", item.get("name"))
    for volume in _items(spec.get("volumes")):
        yield from _named("PersistentVolumeClaim", get(volume, ("persistentVolumeClaim", "claimName")))
        for source in [volume, *_items(get(volume, ("projected", "sources")))]:
            for field, name, kind in _SOURCES:
                yield from _unless_optional(kind, source.get(field), name)
    for listed in CONTAINER_LISTS:
        for container in _items(spec.get(listed)):
            for item in _items(container.get("env")):
                for field, kind in _KEYS:
                    yield from _unless_optional(kind, get(item, ("valueFrom", field)), "name")
            for item in _items(container.get("envFrom")):
                for field, kind in _FROM:
                    yield from _unless_optional(kind, item.get(field), "name")


def _unless_optional(kind: str, source: Any, name: str) -> Iterator[Reference]:
    if isinstance(source, dict) and source.get("optional") is not True:
        yield from _named(kind, source.get(name))


def _named(kind: str, name: Any) -> Iterator[Reference]:
    if isinstance(name, str) and name:
        yield kind, name


def _items(value: Any) -> list[Document]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
