"""Apply a design's documents to a cluster one by one."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from dataclasses import replace

from designer.clusters import compare, objects, plan, secret_values
from designer.clusters.client import Answer, Client
from designer.clusters.errors import ClusterError
from designer.clusters.needs import needs
from designer.clusters.obstacles import ending, kept_back, other_design
from designer.clusters.preview import (
    FIXED,
    OWNERSHIP,
    TWICE,
    Coming,
    before,
    conflicts_of,
    failure,
    hands_over,
    immutable,
)
from designer.clusters.results import Action, ObjectResult, result
from designer.clusters.target import LOST, Target
from designer.manifests import pod as pods_in
from designer.manifests.types import Document, Documents, get

# How long to wait for a kind whose definition was applied just before, and for an object that was deleted to be gone.
KIND_SECONDS, GONE_SECONDS = 10.0, 60.0
# Failures after which nobody knows whether the server did it.
_UNSURE = frozenset({"timeout", "network", "answer"})


def apply_documents(
    target: Target,
    documents: Documents,
    *,
    take_over: Collection[str] = (),
    recreate: Collection[str] = (),
    done: Collection[int] = (),
) -> Iterator[ObjectResult]:
    """Apply each document in the plan's order and tell what came of it as soon as it is known.

    Fields of other managers are taken only from the objects in `take_over`, and only those in `recreate` are deleted
    and created where they cannot be changed in place (both by key); an object of another design is taken only where
    `take_over` has that claim (objects.claim). `done` are the indexes of what was applied before.
    A failure stops what needs the object (needs.py); the rest goes on. Where the cluster is lost in the middle, its
    ClusterError is raised after the object that met it.
    """
    coming, standing = Coming.of(documents), needs(documents, target.namespace)
    again = objects.twice(documents, target.namespace)
    failed: dict[int, str] = {}
    for index in plan.order(documents):
        if index in done:
            continue
        document = documents[index]
        where = plan.namespace_of(document, target.namespace)
        if index in again:
            yield result(index, document, where, "failed", TWICE)
            continue
        if missing := sorted(standing[index] & failed.keys()):
            why = f"Not applied: it needs {_words(documents, missing[0])}, which was not applied."
            failed[index] = why
            yield result(index, document, where, "skipped", why)
            continue
        key = objects.key_of(document, target.namespace)
        lost: ClusterError | None = None
        try:
            made = _apply_one(target, index, document, where, coming, take_over, key in recreate)
        except ClusterError as error:
            lost = error if error.kind in LOST else None
            made = failure(result(index, document, where, "failed"), error, document)
            if error.kind in _UNSURE:
                made = replace(made, notes=("It may have been applied all the same: going on will tell.",))
        if made.action == "failed":
            failed[index] = made.message
        yield made
        if lost:
            raise lost


def _words(documents: Documents, index: int) -> str:
    return f"{documents[index].get('kind')} {pods_in.name_of(documents[index])}"


def _apply_one(
    target: Target,
    index: int,
    document: Document,
    where: str,
    coming: Coming,
    take_over: Collection[str],
    recreate: bool,
) -> ObjectResult:
    client = target.client
    until = time.monotonic() + KIND_SECONDS
    # A kind is served a moment after its definition was taken.
    while True:
        try:
            if why := target.outside(document, where):
                raise ClusterError("forbidden", why)
            live, unseen = before(client, document, where)
            if not (why := ending(target, document, where, live.document if live else None)):
                break
            # What was deleted a moment ago may be gone in the next.
            if time.monotonic() > until or target.namespace_ends(where):
                raise ClusterError("conflict", why)
            time.sleep(0.3)
        except ClusterError as error:
            wait = error.kind == "unknown-kind" and time.monotonic() < until
            if not (wait and coming.brings(error, document, where)):
                raise
            time.sleep(0.2)
    body = objects.sent(document, target.design, live.document if live else None)
    key, made = objects.key_of(document, target.namespace), result(index, document, where, "failed")
    held = other_design(target, live.document if live else None)
    if any(objects.claim(key, each.live) not in take_over for each in held):
        why = f"It was applied by {held[0].manager}. Plan again to take it over from there."
        return replace(made, message=why, owners=held)
    action: Action | None = None
    try:
        answer = client.apply(body, where, dry_run=False, force=key in take_over)
    except ClusterError as error:
        if error.owners and live is not None:
            conflicts = conflicts_of(error, body, live.document, document)
            return replace(failure(made, error, document), owners=conflicts)
        if live is None or not immutable(client, error, body, where):
            raise
        if not recreate:
            return replace(made, message=f"{FIXED} That was not chosen: plan again.", warnings=error.warnings)
        if why := kept_back(client, live.document, where)[0]:
            raise ClusterError("conflict", f"It has to be deleted and created anew. {why}") from None
        answer, action = _anew(client, body, where, live.document), "recreated"
    found = [] if unseen else compare.changes(live.document if live else None, answer.document, body)
    action = action or _action(live, answer, bool(found))
    notes = (OWNERSHIP,) if action == "configured" and not found and not unseen else ()
    made = replace(
        result(index, document, where, action),
        warnings=secret_values.warned(answer.warnings, document),
        changes=tuple(found),
        notes=notes,
    )
    return replace(made, uid=str(get(answer.document, ("metadata", "uid"), "")))


def _anew(client: Client, body: Document, where: str, live: Document) -> Answer:
    """Delete the very object that is there, wait until it is gone, and create it as the design says."""
    uid = str(get(live, ("metadata", "uid"), ""))
    client.delete(live, where, uid=uid)
    until = time.monotonic() + GONE_SECONDS
    while (there := client.get(body, where)) and get(there.document, ("metadata", "uid")) == uid:
        if time.monotonic() > until:
            words = f"It was deleted, but is still there after {GONE_SECONDS:.0f} seconds, so it was not created anew."
            raise ClusterError("conflict", words, "Something holds it back (a finalizer, a pod that ends slowly).")
        time.sleep(0.3)
    return client.apply(body, where, dry_run=False)


def _action(live: Answer | None, after: Answer, changed: bool) -> Action:
    if after.created or live is None:
        return "created" if after.created else "configured"
    # Not by the resourceVersion: a server writes some objects anew of itself (a claim, whose status it touches).
    return "configured" if changed or hands_over(live.document, after.document) else "unchanged"
