"""What an object is called, and the labels that say whose it is. Pure.

An object's key is ``apiVersion/Kind/namespace/name`` (``apps/v1/Deployment/shop/web``, ``v1/Namespace//shop``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from designer.clusters import secret_values
from designer.clusters.plan import namespace_of
from designer.manifests.pod import name_of
from designer.manifests.types import Document, get

MANAGED_BY = "app.kubernetes.io/managed-by"
DESIGN = "podpatterns.dev/design"
US = "pod-pattern-designer"


@dataclass(frozen=True)
class Key:
    """The parts of a key; `namespace` is "" for an object that stands in none."""

    api_version: str
    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.api_version}/{self.kind}/{self.namespace}/{self.name}"

    @property
    def group(self) -> str:
        return self.api_version.rpartition("/")[0]

    @property
    def reference(self) -> Document:
        """The least document that names the object: what `Client.get` and `Client.delete` take."""
        return {"apiVersion": self.api_version, "kind": self.kind, "metadata": {"name": self.name}}


def key_of(document: Document, namespace: str) -> str:
    """The key of a document that is applied with `namespace` as the design's."""
    where = namespace_of(document, namespace)
    return str(Key(str(document.get("apiVersion") or ""), str(document.get("kind") or ""), where, name_of(document)))


def parse_key(key: str) -> Key:
    """The parts of a key. Raises ValueError for a text that is none. (Only an apiVersion holds a "/" of its own.)"""
    parts = key.rsplit("/", 3)
    if len(parts) != 4 or not (parts[0] and parts[1] and parts[3]):
        raise ValueError(f"{key!r} is no object's key")
    return Key(*parts)


def labelled(document: Document, design: int, live: Document | None = None) -> Document:
    """`document` with the labels that it is applied with: the design it is of, and that we manage it.

    Only the object's own labels: a selector or a template that is told nothing new never matches less. What the
    design says itself stands, and so does another tool's app.kubernetes.io/managed-by on the live object (Helm finds
    its own by it): https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
    """
    metadata = document.get("metadata")
    if not isinstance(metadata, dict) or not isinstance(metadata.get("labels") or {}, dict):
        return document
    labels: dict[str, Any] = {DESIGN: str(design)}
    if get(live, ("metadata", "labels", MANAGED_BY), US) == US:
        labels[MANAGED_BY] = US
    return {**document, "metadata": {**metadata, "labels": {**labels, **(metadata.get("labels") or {})}}}


def sent(document: Document, design: int, live: Document | None = None) -> Document:
    """`document` as it goes to the cluster, in a try, an apply and a comparison alike: labelled, and a Secret's values
    as the cluster keeps them. Raises ClusterError ("invalid") for a Secret's value that is no text."""
    return labelled(secret_values.as_sent(document), design, live)


def claim(key: str, design: str) -> str:
    """What stands for taking an object over from another design, beside the keys that stand for taking its fields."""
    return f"{key} of design {design}"


def design_of(live: Document) -> str:
    """The design that an object says it is of; "" where it says none."""
    said = get(live, ("metadata", "labels", DESIGN), "")
    return said if isinstance(said, str) else ""
