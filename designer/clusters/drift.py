"""Whether a cluster still is what was applied: what differs, what is gone, what others put there, and who it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from designer.clusters import compare, objects, ownership, plan, secret_values
from designer.clusters.compare import Change
from designer.clusters.errors import ClusterError
from designer.clusters.preview import before
from designer.clusters.target import LOST, Target
from designer.manifests import merge
from designer.manifests.match import MISSING
from designer.manifests.pod import name_of
from designer.manifests.schema import schema
from designer.manifests.types import Document, Documents, Path

State = Literal["same", "changed", "gone", "unknown"]
# What runs in every cluster and writes into objects as its duty.
_CONTROLLERS = frozenset({"kube-controller-manager", "kube-scheduler", "kubelet", "cloud-controller-manager"})


@dataclass(frozen=True)
class Drifted:
    """One object as it is now beside what was applied.

    `changes` lead from what was applied to what is there; those that are not `ours` were put there by others beside
    it. `who` are the managers of them. `was` and `now` are the whole object, {} where it is gone or not to be seen.
    """

    index: int
    key: str
    kind: str
    name: str
    state: State
    changes: tuple[Change, ...] = ()
    who: tuple[ownership.Owner, ...] = ()
    message: str = ""
    was: Document = field(default_factory=dict, repr=False)
    now: Document = field(default_factory=dict, repr=False)


def drift(target: Target, documents: Documents) -> Iterator[Drifted]:
    """How each of the documents that were applied stands now, in the order they were applied in.

    Nothing is written: what was applied is what the server answers to a dry run of applying it again, so that what it
    fills in of itself is no drift. Raises ClusterError where the cluster cannot be used.
    """
    for index in plan.order(documents):
        document = documents[index]
        key = objects.key_of(document, target.namespace)
        told = Drifted(index, key, str(document.get("kind")), name_of(document), "unknown")
        try:
            # A design may name what it was not let apply: that it did is no way to read it.
            outside = target.outside(document, plan.namespace_of(document, target.namespace))
            yield replace(told, message=outside) if outside else _drifted(target, told, document)
        except ClusterError as error:
            if error.kind in LOST:
                raise
            gone = error.kind in ("unknown-kind", "namespace")
            yield replace(told, state="gone" if gone else "unknown", message=str(secret_values.quiet(error, document)))


def _drifted(target: Target, told: Drifted, document: Document) -> Drifted:
    where = plan.namespace_of(document, target.namespace)
    answer, unseen = before(target.client, document, where)
    if unseen:
        return replace(told, message=unseen)
    if answer is None:
        return replace(told, state="gone", message="It is not there.")
    live, message = answer.document, ""
    body = objects.sent(document, target.design, live)
    try:
        was = target.client.apply(body, where, dry_run=True, force=True).document
    except ClusterError as error:
        if error.kind in LOST:
            raise
        definition = schema().definition_of(str(body.get("apiVersion")), str(body.get("kind")))
        was, message = (
            merge.strategic(live, body, definition),
            f"It cannot be put right by applying: {secret_values.quiet(error, document)}",
        )
    own = _without_others(was)
    found = compare.changes(own, live, body)
    who = {
        (owner.manager, owner.subresource): owner
        for change in found
        for owner in ownership.owners(live, change.path)
        if owner.manager != objects.US
    }
    state: State = "changed" if found else "same"
    return replace(
        told, state=state, changes=tuple(found), who=tuple(who.values()), message=message, was=own, now=live
    )  # fmt: skip


def _without_others(document: Document) -> Document:
    """An object without what other managers alone put into it beside what the design says; not counted are
    controllers, and what is written into a subresource."""
    held = list(ownership.managed(document))
    kept = [
        path
        for owner, fields in held
        if owner.manager == objects.US or _dutiful(owner)
        for path in ownership.leaves(document, fields)
    ]

    def own(value: Any, path: Path) -> Any:
        holders = ownership.owners(document, path) if path else []
        others = holders and not any(owner.manager == objects.US or _dutiful(owner) for owner in holders)
        if others and not any(each[: len(path)] == path for each in kept):
            return MISSING
        if isinstance(value, dict):
            inner = {key: own(each, (*path, key)) for key, each in value.items()}
            return {key: each for key, each in inner.items() if each is not MISSING}
        if isinstance(value, list):
            return [each for i, item in enumerate(value) if (each := own(item, (*path, i))) is not MISSING]
        return value

    found: Document = own(document, ())
    return found


def _dutiful(owner: ownership.Owner) -> bool:
    return bool(owner.subresource) or owner.manager in _CONTROLLERS


def taken(documents: Documents, found: Sequence[Drifted]) -> Documents:
    """The documents with what the cluster has: values that were changed there, and what others added. What is gone
    there stays in the design, and so does how the design says the rest."""
    out = list(documents)
    for each in found:
        if each.state == "changed" and each.index < len(out):
            out[each.index] = _taken(out[each.index], compare.tidy(each.was), compare.tidy(each.now))
    return out


def _taken(mine: Document, was: Document, now: Document) -> Document:
    definition = schema().definition_of(str(mine.get("apiVersion")), str(mine.get("kind")))
    ours = secret_values.converted(mine)
    merged: Document = merge.three_way(was, ours, now, definition=definition, removals_win=True).value
    # What the design says in plain text is said so again, unless it is none any more.
    return secret_values.restored(merged, mine)
