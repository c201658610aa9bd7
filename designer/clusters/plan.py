"""In which order objects are applied, to which namespace, and which field an API server's complaint is about. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from designer.manifests.types import Document, Documents, Path, get

# What others stand on comes first; the order within a rank is the design's own. Kinds that are not here come last:
# custom resources, and everything that only takes effect on what is there already (HorizontalPodAutoscaler …).
_RANKS: tuple[tuple[str, ...], ...] = (
    ("Namespace",),
    ("CustomResourceDefinition",),
    ("PriorityClass", "RuntimeClass", "ResourceQuota", "LimitRange", "NetworkPolicy", "PodDisruptionBudget"),
    ("ServiceAccount", "ClusterRole", "Role"),
    ("ClusterRoleBinding", "RoleBinding"),
    ("ConfigMap", "Secret"),
    ("StorageClass", "PersistentVolume"),
    ("PersistentVolumeClaim",),
    # Before the workloads, so that the environment variables of a Service are there when its pods start.
    ("Service",),
    ("Pod", "ReplicationController", "ReplicaSet", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"),
)
_RANK = {kind: rank for rank, kinds in enumerate(_RANKS) for kind in kinds}
# Kubernetes' own groups: "" and those without a dot (apps, batch), or under k8s.io.
_OWN_GROUP = re.compile(r"[a-z]*|.*\.k8s\.io")


def order(documents: Documents) -> list[int]:
    """The indexes of the documents in the order to apply them."""
    return sorted(range(len(documents)), key=lambda index: _rank(documents[index]))


def _rank(document: Document) -> int:
    kind = document.get("kind")
    return _RANK.get(kind, len(_RANKS)) if isinstance(kind, str) and _own_group(document) else len(_RANKS)


def _own_group(document: Document) -> bool:
    return _OWN_GROUP.fullmatch(str(document.get("apiVersion") or "").rpartition("/")[0]) is not None


# Of Kubernetes' own kinds. Others' are only told by discovery, which is what the client goes by.
_CLUSTER_SCOPED = frozenset({
    "APIService", "CSIDriver", "ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition", "DeviceClass",
    "IngressClass", "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "MutatingWebhookConfiguration",
    "Namespace", "Node", "PersistentVolume", "PriorityClass", "RuntimeClass", "StorageClass",
    "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration",
    "VolumeAttributesClass",
})  # fmt: skip


def namespace_of(document: Document, namespace: str) -> str:
    """The namespace an object goes to: its own, else the one chosen for the design; "" where it stands in none."""
    if _own_group(document) and str(document.get("kind")) in _CLUSTER_SCOPED:
        return ""
    own = get(document, ("metadata", "namespace"))
    return own if isinstance(own, str) and own else namespace


def own_namespace(documents: Documents) -> str:
    """The namespace that all objects say of themselves, so that none has to be chosen; "" where one has to be."""
    said = {namespace_of(document, " ") for document in documents} - {""}
    return said.pop() if len(said) == 1 and " " not in said else ""


def created_namespaces(documents: Documents) -> set[str]:
    """The namespaces that the design brings along."""
    named = (
        get(d, ("metadata", "name")) for d in documents if (d.get("apiVersion"), d.get("kind")) == ("v1", "Namespace")
    )
    return {name for name in named if isinstance(name, str)}


def created_kinds(documents: Documents) -> set[tuple[str, str]]:
    """The (group, kind) of each custom resource definition that the design brings along."""
    specs = [d.get("spec") for d in documents if d.get("kind") == "CustomResourceDefinition" and _own_group(d)]
    return {(str(get(spec, ("group",))), str(get(spec, ("names", "kind")))) for spec in specs}


_BRACKET = re.compile(r'\[((?:"(?:\\.|[^"\\])*"|[^\]"])*)\]')
_SELECTOR = re.compile(r'([\w.-]*)=("(?:\\.|[^"\\])*"|[^,"]+)(?:,|$)')
_SEGMENT = re.compile(r"[^.\[]+")


def field_path(field: str, document: Document) -> Path:
    """The path in a document of a field as an API server writes it; () for the object as a whole.

    Understands ``spec.containers[0].image`` (a Status' causes), ``.spec.containers[name="web"].image`` (server-side
    apply, structured-merge-diff) and ``data[a.b]``. A key may hold dots (``metadata.annotations.example.org/x``): the
    longest key that the document has is taken. A field that is not there (a required one, say) is still named; an
    item that a selector does not find ends the path before it.
    """
    rest = field.strip()
    value: Any = document
    path: list[str | int] = []
    while rest:
        if rest.startswith("["):
            match = _BRACKET.match(rest)
            part = _inside(match[1], value) if match else None
            if match is None or part is None:
                break
            rest = rest[match.end() :]
        else:
            rest = rest.removeprefix(".")
            known = [key for key in value if _starts(rest, key)] if isinstance(value, dict) else []
            segment = _SEGMENT.match(rest)
            if not known and segment is None:
                break
            part = max(known, key=len) if known else segment[0] if segment else ""
            rest = rest[len(part) :]
        path.append(part)
        value = get(value, (part,))
    return tuple(path)


def _starts(rest: str, key: object) -> bool:
    return (
        isinstance(key, str) and key != "" and rest.startswith(key) and rest[len(key) : len(key) + 1] in ("", ".", "[")
    )


def _inside(text: str, value: Any) -> str | int | None:
    """What stands between brackets, as a step from `value`: an index, a key, or a selector of a list's item."""
    if isinstance(value, dict):
        return _unquoted(text)
    if text.isascii() and text.isdecimal():
        return int(text)
    items = value if isinstance(value, list) else []
    wanted = [(key, _json(raw)) for key, raw in _SELECTOR.findall(text)]
    # Of several that fit, the last: two of one name are told as "duplicate entries", and the later one is too many.
    return next((index for index in range(len(items) - 1, -1, -1) if wanted and _fits(items[index], wanted)), None)


def _fits(item: Any, wanted: Sequence[tuple[str, Any]]) -> bool:
    """Whether an item has these keys' values. A key it leaves out fits: the server fills in defaults (protocol)."""
    if wanted[0][0] == "":  # [="x"] is an item of a set of plain values
        return bool(item == wanted[0][1])
    return isinstance(item, dict) and wanted[0][0] in item and all(item.get(k, v) == v for k, v in wanted)


def _unquoted(text: str) -> str:
    value = _json(text) if text.startswith('"') else text
    return value if isinstance(value, str) else text


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text.strip('"')
