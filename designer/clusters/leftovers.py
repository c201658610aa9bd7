"""What a design applied before and has no more: what of it is still there and its own, and what goes with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from designer.clusters import compare, objects, ownership
from designer.clusters.errors import ClusterError
from designer.clusters.inventory import Held
from designer.clusters.obstacles import held_back
from designer.clusters.results import ObjectResult, result
from designer.clusters.target import LOST, Target
from designer.manifests.edits.references import references
from designer.manifests.types import Document, Documents, get


def left(target: Target, found: Iterable[Held], documents: Documents) -> Iterator[ObjectResult]:
    """Of what the design applied before and has no more, what is still there and still its own: to be offered, and
    never deleted by itself. `documents` are the design's now, which may use it by its name, as a Secret that is to be
    in the cluster alone. Raises ClusterError where the cluster cannot be used."""
    for each in found:
        key = objects.parse_key(each.key)
        try:
            live = target.client.get(key.reference, key.namespace)
        except ClusterError as error:
            if error.kind in LOST:
                raise
            continue  # its kind is gone, or we may not see it: not to be deleted by us
        if live is None or not ours(live.document, target.design, each.uid):
            continue
        refused = target.refusal(key.reference, key.namespace, ["delete"])
        made = result(None, key.reference, key.namespace, "left", refused)
        uid = str(get(live.document, ("metadata", "uid"), ""))
        notes = (*_used(documents, key, target.namespace), *with_it(live.document), *held_back(live.document))
        yield replace(made, changes=tuple(compare.changes(live.document, None)), notes=notes, uid=uid)


def _used(documents: Documents, key: objects.Key, namespace: str) -> Iterator[str]:
    """That the design still uses an object by its name."""
    spaces = {key.namespace, "" if key.namespace == namespace else key.namespace}
    if any(path for space in spaces for path in references(documents, key.kind, key.name, space)):
        yield f"The design uses this {key.kind} by its name: leave it, or what uses it cannot start."


def ours(live: Document, design: str, uid: str) -> bool:
    """Whether an object is still the one that the design applied: by its label, and its uid where we know it."""
    same = not uid or get(live, ("metadata", "uid")) == uid
    return same and objects.design_of(live) == design


def with_it(live: Document) -> tuple[str, ...]:
    """What goes, or stays, with an object that is deleted."""
    notes = []
    kind = live.get("kind")
    if kind == "Namespace":
        notes.append("Everything in this namespace is deleted with it, whoever put it there.")
    elif kind == "CustomResourceDefinition":
        names = get(live, ("spec", "names", "kind"), "its kind")
        notes.append(f"Every {names} of the cluster is deleted with it.")
    elif kind == "PersistentVolumeClaim":
        notes.append("Its data may be deleted with it: the volume's reclaim policy says.")
    elif kind == "StatefulSet" and get(live, ("spec", "volumeClaimTemplates")):
        notes.append("Its claims and their data stay, unless its retention policy says otherwise.")
    others = [owner for owner, _ in ownership.managed(live) if owner.manager != objects.US and not owner.subresource]
    if others:
        notes.append(f"Fields of it are managed by {', '.join(sorted({each.manager for each in others}))} too.")
    return tuple(notes)


def skipped(key: str, why: str) -> ObjectResult:
    """An object that is left as it is."""
    parts = objects.parse_key(key)
    return result(None, parts.reference, parts.namespace, "skipped", why)


def remove(target: Target, held: Held) -> ObjectResult:
    """Delete an object that the design applied, if it is still the one. Raises ClusterError where the cluster is
    lost."""
    key = objects.parse_key(held.key)
    made = result(None, key.reference, key.namespace, "pruned")
    try:
        if why := target.outside(key.reference, key.namespace):
            return replace(made, action="failed", message=why)
        live = target.client.get(key.reference, key.namespace)
        if live is None:
            return replace(made, action="gone", message="It was not there any more.")
        if not ours(live.document, target.design, held.uid):
            return replace(made, action="gone", message="Left alone: this is not the one that the design applied.")
        uid = str(get(live.document, ("metadata", "uid"), ""))
        target.client.delete(key.reference, key.namespace, uid=uid)
        made = replace(made, notes=held_back(live.document))
    except ClusterError as error:
        if error.kind in LOST:
            raise
        return replace(made, action="failed", message=str(error), warnings=error.warnings)
    return replace(made, changes=tuple(compare.changes(live.document, None)), uid=uid)
