"""What an object is called, and the labels that say whose it is. Pure.

An object's key is ``apiVersion/Kind/namespace/name`` (``apps/v1/Deployment/shop/web``, ``v1/Namespace//shop``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from designer.clusters import secret_values
from designer.clusters.plan import namespace_of
from designer.manifests.pod import name_of
from designer.manifests.types import Document, Documents, get

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


def twice(documents: Documents, namespace: str) -> set[int]:
    """The indexes of documents that say once more what one before them is: applied, each would undo the other. In which
    of its group's versions an object is written makes it no other one."""
    seen: set[tuple[str, ...]] = set()
    found = set()
    for index, document in enumerate(documents):
        group = str(document.get("apiVersion") or "").rpartition("/")[0]
        named = (group, str(document.get("kind")), namespace_of(document, namespace), name_of(document))
        if named[-1] and named in seen:
            found.add(index)
        seen.add(named)
    return found


def parse_key(key: str) -> Key:
    """The parts of a key. Raises ValueError for a text that is none. (Only an apiVersion holds a "/" of its own.)"""
    parts = key.rsplit("/", 3)
    if len(parts) != 4 or not (parts[0] and parts[1] and parts[3]):
        raise ValueError(f"{key!r} is no object's key")
    return Key(*parts)


def mark(number: int, made: datetime) -> str:
    """What a design is called in a cluster: its number, and from when it is ("12-5f0c2b91aa").

    Several designers, one on each laptop, apply to one cluster, and each has a design 1. They are one field manager to
    it, so that without more than the number each would change and empty the other's objects without a conflict. Of the
    time only milliseconds count: a database that is written out as JSON keeps no more.
    """
    return f"{number}-{sha256(f'{number} {made.timestamp():.3f}'.encode()).hexdigest()[:10]}"


def number_of(mark: str) -> int:
    """The number of the design in a mark; 0 where it has none."""
    number = mark.partition("-")[0]
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 19 else 0


def labelled(document: Document, design: str, live: Document | None = None) -> Document:
    """`document` with the labels that it is applied with: the design it is of (its mark), and that we manage it.

    Only the object's own labels: a selector or a template that is told nothing new never matches less. What the
    design says itself stands, and so does another tool's app.kubernetes.io/managed-by on the live object (Helm finds
    its own by it): https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
    But for whose it is: text that was copied out of a cluster says of itself that it is another design's.
    """
    metadata = document.get("metadata")
    if not isinstance(metadata, dict) or not isinstance(metadata.get("labels") or {}, dict):
        return document
    labels: dict[str, Any] = {DESIGN: design}
    if get(live, ("metadata", "labels", MANAGED_BY), US) == US:
        labels[MANAGED_BY] = US
    return {
        **document,
        "metadata": {**metadata, "labels": {**labels, **(metadata.get("labels") or {}), DESIGN: design}},
    }


def sent(document: Document, design: str, live: Document | None = None) -> Document:
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
