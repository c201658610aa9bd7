"""What a record calls a pod: ``Deployment/web``, or ``Deployment/shop/web`` in the namespace ``shop``. Pure."""

from __future__ import annotations

from designer.manifests.edits.selection import namespace
from designer.manifests.pod import name_of, pods
from designer.manifests.types import Document, Documents


def pod_key(document: Document) -> str:
    """The key of the pod of a document; without a namespace where the document says none."""
    return "/".join(filter(None, (str(document.get("kind")), namespace(document)))) + f"/{name_of(document)}"


def settled(key: str, documents: Documents) -> str:
    """A key as it is in these documents. Those of records from before keys had a namespace, and of pods that have come
    to another, are that of the only pod of the kind and name; of what is not there they stay."""
    keys = [pod_key(documents[pod.document]) for pod in pods(documents)]
    if key in keys:
        return key
    kind, name = key.partition("/")[0], key.rpartition("/")[2]
    like = [other for other in keys if other.startswith(f"{kind}/") and other.rpartition("/")[2] == name]
    return like[0] if like and (key.count("/") == 1 or len(like) == 1) else key


def pod_words(key: str) -> str:
    """A key as a person reads it: ``Deployment web``, ``Deployment web in shop``."""
    kind, *rest = key.split("/")
    return f"{kind} {rest[-1]}{f' in {rest[0]}' if len(rest) > 1 else ''}" if rest else key
