"""What stands in the way of applying an object that is there: another design's hold on it, and its own end."""

from __future__ import annotations

from datetime import UTC, datetime

from designer.clusters import objects
from designer.clusters.client import Client
from designer.clusters.errors import ClusterError
from designer.clusters.results import BY_DESIGN, Conflict
from designer.clusters.target import Target
from designer.manifests.types import Document, get

# Holds a claim while a pod that uses it exists:
# https://kubernetes.io/docs/concepts/storage/persistent-volumes/#storage-object-in-use-protection
_IN_USE = "kubernetes.io/pvc-protection"
_LET_GO = (_IN_USE, "kubernetes.io/pv-protection", "foregroundDeletion", "batch.kubernetes.io/job-tracking")


def other_design(target: Target, live: Document | None) -> tuple[Conflict, ...]:
    """The other design that applied a live object last, by its label, as a conflict; () where there is none."""
    other = objects.design_of(live) if live else ""
    if other in ("", target.design):
        return ()
    field = f"metadata.labels.{objects.DESIGN}"
    return (Conflict(target.called(other), field, (), other, target.design, BY_DESIGN),)


def ending(target: Target, document: Document, where: str, live: Document | None) -> str:
    """Why nothing can be applied to an object since it, or its namespace, is being deleted; "" where neither is."""
    if live and (since := get(live, ("metadata", "deletionTimestamp"))):
        return f"It is being deleted since {_time(since)}{_held(live)}. Wait until it is gone, then plan again."
    if not target.client.resource_of(str(document.get("apiVersion")), str(document.get("kind"))).namespaced:
        return ""
    if since := target.namespace_ends(where):
        return f"The namespace {where} is being deleted since {_time(since)}. Wait until it is gone, or choose another."
    return ""


def kept_back(client: Client, live: Document, where: str) -> tuple[str, tuple[str, ...]]:
    """Why an object that is deleted now would not go, "" where it would; and what else may hold it back."""
    finalizers, notes = _finalizers(live), held_back(live)
    if live.get("kind") != "PersistentVolumeClaim" or _IN_USE not in finalizers:
        return "", notes
    name = get(live, ("metadata", "name"))
    try:
        pods = client.list_pods(where, "")
    except ClusterError as error:
        if error.kind != "forbidden":
            raise
        return "", (*notes, "You may not list the pods: while one of them uses it, it does not go.")
    users = [str(get(pod, ("metadata", "name"))) for pod in pods if name in _claims(pod)]
    if not users:
        return "", notes
    more = f" and {len(users) - 3} more" if len(users) > 3 else ""
    return f"It cannot go while pods use it: {', '.join(users[:3])}{more}. Stop them first.", notes


def held_back(live: Document) -> tuple[str, ...]:
    """That something else has to let an object go before it is gone, if so. What the cluster itself lets go of with its
    last user is not worth a word."""
    others = [each for each in _finalizers(live) if each not in _LET_GO]
    return (f"It goes only when what keeps it has let it go: {', '.join(others)}.",) if others else ()


def _claims(pod: Document) -> list[object]:
    volumes = get(pod, ("spec", "volumes"))
    return [
        get(each, ("persistentVolumeClaim", "claimName")) for each in (volumes if isinstance(volumes, list) else [])
    ]


def _finalizers(live: Document) -> list[str]:
    found = get(live, ("metadata", "finalizers"))
    return [str(each) for each in found] if isinstance(found, list) else []


def _held(live: Document) -> str:
    finalizers = _finalizers(live)
    return f", and kept until it is let go by {', '.join(finalizers)}" if finalizers else ""


def _time(said: object) -> str:
    try:
        return f"{datetime.fromisoformat(str(said)).astimezone(UTC):%d %B, %H:%M} UTC"
    except ValueError:
        return str(said)
