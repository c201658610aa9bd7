"""Which fields refer to an object by its name (API reference), so that a rename can take them with it.

A reference is a pattern: field names with dots between, ``*`` for every item of a list. Patterns for "pod" start at the
PodSpec of every workload. A condition on the fields beside the name says when it is of the kind that is meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from designer.manifests.edits.selection import namespace
from designer.manifests.pod import CONTAINER_LISTS, TEMPLATE_PATHS, kind_of
from designer.manifests.types import Documents, Path, get

# Objects that belong to no namespace, of those that are referred to by name.
CLUSTER_WIDE = {
    *("ClusterRole", "PriorityClass", "StorageClass", "RuntimeClass", "IngressClass", "PersistentVolume", "Namespace"),
}
SCALABLE = ("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController")


@dataclass(frozen=True)
class Reference:
    """A pattern in documents of the kind `holder`, or in those of "any" kind; the parent of the name has `kind` in its
    field ``kind``, which may be missing if `kind_optional`."""

    holder: str
    pattern: str
    kind: str = ""
    kind_optional: bool = False


def _everywhere(pattern: str) -> tuple[Reference, ...]:
    return tuple(Reference("pod", f"{name}.*.{pattern}") for name in CONTAINER_LISTS)


_CONFIG_MAP = (
    Reference("pod", "volumes.*.configMap.name"),
    Reference("pod", "volumes.*.projected.sources.*.configMap.name"),
    *_everywhere("env.*.valueFrom.configMapKeyRef.name"),
    *_everywhere("envFrom.*.configMapRef.name"),
)
_SECRET = (
    Reference("pod", "volumes.*.secret.secretName"),
    Reference("pod", "volumes.*.projected.sources.*.secret.name"),
    Reference("pod", "volumes.*.csi.nodePublishSecretRef.name"),
    Reference("pod", "volumes.*.azureFile.secretName"),
    *(Reference("pod", f"volumes.*.{kind}.secretRef.name") for kind in ("cephfs", "cinder", "flexVolume")),
    *(Reference("pod", f"volumes.*.{kind}.secretRef.name") for kind in ("iscsi", "rbd", "scaleIO", "storageos")),
    *_everywhere("env.*.valueFrom.secretKeyRef.name"),
    *_everywhere("envFrom.*.secretRef.name"),
    Reference("pod", "imagePullSecrets.*.name"),
    Reference("Ingress", "spec.tls.*.secretName"),
    Reference("ServiceAccount", "imagePullSecrets.*.name"),
    Reference("ServiceAccount", "secrets.*.name"),
    Reference("Gateway", "spec.listeners.*.tls.certificateRefs.*.name", "Secret", kind_optional=True),
)
_SERVICE = (
    Reference("Ingress", "spec.defaultBackend.service.name"),
    Reference("Ingress", "spec.rules.*.http.paths.*.backend.service.name"),
    Reference("StatefulSet", "spec.serviceName"),
    *(
        Reference(route, "spec.rules.*.backendRefs.*.name", "Service", kind_optional=True)
        for route in ("HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute")
    ),
)
_BINDINGS = ("RoleBinding", "ClusterRoleBinding")
REFERENCES: dict[str, tuple[Reference, ...]] = {
    "ConfigMap": _CONFIG_MAP,
    "Secret": _SECRET,
    "Service": _SERVICE,
    "PersistentVolumeClaim": (
        Reference("pod", "volumes.*.persistentVolumeClaim.claimName"),
        Reference("PersistentVolumeClaim", "spec.dataSource.name", "PersistentVolumeClaim"),
    ),
    "ServiceAccount": (
        Reference("pod", "serviceAccountName"),
        Reference("pod", "serviceAccount"),
        *(Reference(binding, "subjects.*.name", "ServiceAccount") for binding in _BINDINGS),
    ),
    "Role": (Reference("RoleBinding", "roleRef.name", "Role"),),
    "ClusterRole": tuple(Reference(binding, "roleRef.name", "ClusterRole") for binding in _BINDINGS),
    "Namespace": (
        Reference("any", "metadata.namespace"),
        *(Reference(binding, "subjects.*.namespace") for binding in _BINDINGS),
    ),
    "PriorityClass": (Reference("pod", "priorityClassName"),),
    "RuntimeClass": (Reference("pod", "runtimeClassName"),),
    "StorageClass": (
        Reference("PersistentVolumeClaim", "spec.storageClassName"),
        Reference("StatefulSet", "spec.volumeClaimTemplates.*.spec.storageClassName"),
        Reference("pod", "volumes.*.ephemeral.volumeClaimTemplate.spec.storageClassName"),
    ),
    "IngressClass": (Reference("Ingress", "spec.ingressClassName"),),
    "PersistentVolume": (Reference("PersistentVolumeClaim", "spec.volumeName"),),
    **{
        kind: (
            Reference("HorizontalPodAutoscaler", "spec.scaleTargetRef.name", kind),
            Reference("VerticalPodAutoscaler", "spec.targetRef.name", kind),
        )
        for kind in SCALABLE
    },
}


def references(documents: Documents, kind: str, name: str, in_namespace: str) -> Iterator[Path]:
    """The paths of the values that refer to the object of a kind, name and namespace (document index first)."""
    for index, document in enumerate(documents):
        holder = kind_of(document)
        for reference in REFERENCES.get(kind, ()):
            start: Path = ()
            if reference.holder == "pod" and holder:
                start = (*TEMPLATE_PATHS[holder], "spec")
            elif reference.holder not in ("any", get(document, ("kind",))):
                continue
            for path in find(document, (*start, *reference.pattern.split("."))):
                if get(document, path) != name:
                    continue
                beside = get(document, path[:-1])
                said = get(beside, ("kind",))
                if reference.kind and said != reference.kind and not (reference.kind_optional and said is None):
                    continue
                meant = get(beside, ("namespace",)) or namespace(document)
                if reference.holder == "ClusterRoleBinding" and not in_namespace:
                    # It must name a namespace where the object leaves it to be chosen: it means the object, unless
                    # there is one of that name in that namespace.
                    meant = meant if _stands(documents, kind, name, meant) else in_namespace
                if kind in CLUSTER_WIDE or meant == in_namespace:
                    yield (index, *path)


def _stands(documents: Documents, kind: str, name: str, in_namespace: Any) -> bool:
    return any(
        get(document, ("kind",)) == kind
        and get(document, ("metadata", "name")) == name
        and namespace(document) == in_namespace
        for document in documents
    )


def referred(document: Any, *, optional: bool = True) -> Iterator[tuple[str, str]]:
    """The (kind, name) of each object that a document refers to, in its own namespace or in none; each once.

    With `optional` False without those that need not be there (``optional: true`` beside the name).
    """
    holder = kind_of(document)
    seen = set()
    for kind, patterns in REFERENCES.items():
        for reference in patterns:
            start: Path = (*TEMPLATE_PATHS[holder], "spec") if reference.holder == "pod" and holder else ()
            if reference.pattern == "metadata.namespace" or (
                not start and reference.holder != get(document, ("kind",))
            ):
                continue
            for path in find(document, (*start, *reference.pattern.split("."))):
                name, said = get(document, path), get(document, (*path[:-1], "kind"))
                meant = not reference.kind or said == reference.kind or (reference.kind_optional and said is None)
                if not optional and get(document, (*path[:-1], "optional")) is True:
                    continue
                if isinstance(name, str) and name and meant and (kind, name) not in seen:
                    seen.add((kind, name))
                    yield kind, name


def key_references(documents: Documents, kind: str, name: str, in_namespace: str, key: str) -> Iterator[Path]:
    """The paths of the values that refer to a key of a ConfigMap or Secret (document index first).

    That is: the variables and the volume items that take it, and the subPath of a mount that takes the file by which a
    volume without items gives it (KeyToPath and VolumeMount in the API reference).
    """
    for path in references(documents, kind, name, in_namespace):
        holder = path[:-1]
        if holder[-1] in ("configMapKeyRef", "secretKeyRef"):
            if get(documents, (*holder, "key")) == key:
                yield (*holder, "key")
        elif holder[-1] in ("configMap", "secret"):
            if get(documents, (*holder, "items")) is None:
                yield from _sub_paths(documents, holder, key)
            for item in find(get(documents, holder), ("items", "*", "key")):
                if get(documents, (*holder, *item)) == key:
                    yield (*holder, *item)


def _sub_paths(documents: Documents, source: Path, key: str) -> Iterator[Path]:
    volumes = source.index("volumes")
    spec, volume = source[:volumes], get(documents, (*source[: volumes + 2], "name"))
    for name in CONTAINER_LISTS:
        for path in find(get(documents, spec), (name, "*", "volumeMounts", "*", "subPath")):
            mount = (*spec, *path[:-1])
            if volume and get(documents, (*mount, "name")) == volume and get(documents, (*spec, *path)) == key:
                yield (*spec, *path)


def find(value: Any, pattern: Path) -> Iterator[Path]:
    """The paths that a pattern leads to in a value, ``*`` standing for every index of a list."""
    yield from _find(value, pattern, ())


def _find(value: Any, pattern: Path, path: Path) -> Iterator[Path]:
    if not pattern:
        yield path
    elif pattern[0] == "*":
        for index, item in enumerate(value if isinstance(value, list) else ()):
            yield from _find(item, pattern[1:], (*path, index))
    elif isinstance(value, dict) and pattern[0] in value:
        yield from _find(value[str(pattern[0])], pattern[1:], (*path, pattern[0]))
