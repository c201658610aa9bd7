"""The plan: what applying a design would change on a cluster, object by object, before anything is changed.

For each object: may we do it (SelfSubjectAccessReview), what is there now, and what would the server make of it (a dry
run of the very apply, with strict field validation), compared leaf by leaf. Nothing here writes to the cluster.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from designer.clusters import compare, objects, ownership, plan, secret_values
from designer.clusters.client import Answer, Client
from designer.clusters.errors import ClusterError
from designer.clusters.inventory import Held
from designer.clusters.leftovers import left, with_it
from designer.clusters.obstacles import ending, kept_back, other_design
from designer.clusters.results import Action, Conflict, FieldProblem, ObjectResult, result
from designer.clusters.target import LOST, Target
from designer.manifests import merge
from designer.manifests.pod import containers, name_of, pods
from designer.manifests.schema import schema
from designer.manifests.types import Document, Documents, ManifestError, Path, get

NO_NAMESPACE = "The namespace {} is not there. Create it, or choose another."
TWICE = "The design has this object twice. Keep one of the two: each would undo the other."
ELSEWHERE = "Its namespace comes with this design, so it was tried in the namespace default."
FIXED = "What changes cannot be changed in place: it has to be deleted and created anew."
OWNERSHIP = "No value changes, only which fields the design owns: it says more or fewer of them than before."
# How validation words a change of what cannot change (read off a kube-apiserver 1.36).
_IMMUTABLE = re.compile(r"immutable|may not change|updates to .+ are forbidden|cannot change roleRef|cannot be changed")


@dataclass(frozen=True)
class Coming:
    """What a design brings along for its other objects to stand on."""

    namespaces: set[str]
    kinds: set[tuple[str, str]]

    @staticmethod
    def of(documents: Documents) -> Coming:
        return Coming(plan.created_namespaces(documents), plan.created_kinds(documents))

    def brings(self, error: ClusterError, document: Document, namespace: str) -> str:
        """What is missing only because it was not applied yet, in words; "" where the design does not bring it."""
        kind = str(document.get("kind"))
        if error.kind == "namespace" and namespace in self.namespaces:
            return f"the namespace {namespace}"
        if error.kind == "unknown-kind" and (str(document.get("apiVersion")).rpartition("/")[0], kind) in self.kinds:
            return f"the kind {kind}"
        return ""


def foresee(target: Target, documents: Documents) -> Iterator[ObjectResult]:
    """What would come of each document, in the order to apply them, as soon as it is known.

    It goes on after a refusal, so that all of them are seen at once. Raises ClusterError where the cluster as a whole
    cannot be used (LOST).
    """
    coming, again = Coming.of(documents), objects.twice(documents, target.namespace)
    for index in plan.order(documents):
        document = documents[index]
        where = plan.namespace_of(document, target.namespace)
        if index in again:
            yield result(index, document, where, "refused", TWICE)
            continue
        try:
            yield _foreseen(target, index, document, where)
        except ClusterError as error:
            if error.kind in LOST:
                raise
            if brought := coming.brings(error, document, where):
                why = f"It comes after {brought}, which this design brings and is not there yet."
                made = result(index, document, where, "waits", why)
                body = objects.sent(document, target.design)
                if error.kind == "namespace" and (wrong := _wrong_anywhere(target, body)):
                    yield failure(replace(made, action="refused", notes=(ELSEWHERE,)), wrong, document)
                    continue
                yield replace(made, changes=tuple(compare.changes(None, body, body)))
                continue
            made = failure(result(index, document, where, "refused"), error, document)
            yield replace(made, message=NO_NAMESPACE.format(where)) if error.kind == "namespace" else made


def _wrong_anywhere(target: Target, body: Document) -> ClusterError | None:
    """What is wrong with the fields of an object whose namespace is not there yet: tried in one that every cluster has,
    if we may. What quotas and policies say of it there is that namespace's own, and no matter."""
    if target.allowed or target.missing(body, "default", ["patch", "create"]):
        return None
    own, name = name_of(body), _unused(body)
    other = {**body, "metadata": {**body["metadata"], "name": name, "namespace": "default"}}
    try:
        target.client.apply(other, "default", dry_run=True)
    except ClusterError as error:
        if error.kind in LOST:
            raise
        error.message = error.message.replace(name, own)
        if error.kind == "invalid" and any(cause.field for cause in error.causes):
            return error
    return None


def failure(one: ObjectResult, error: ClusterError, document: Document) -> ObjectResult:
    """A result with what the server said."""
    error = secret_values.quiet(error, document)
    causes = tuple(FieldProblem(c.field, secret_values.place(c.field, document), c.message) for c in error.causes)
    return replace(one, message=str(error), warnings=error.warnings, causes=causes)


def _foreseen(target: Target, index: int, document: Document, where: str) -> ObjectResult:
    client = target.client
    # First, since it knows whether there is such a kind.
    if why := target.outside(document, where):
        return result(index, document, where, "refused", why)
    live, unseen = before(client, document, where)
    verbs = ["patch"] if live else ["patch", "create"]
    if why := target.refusal(document, where, verbs):
        return result(index, document, where, "refused", why)
    if why := ending(target, document, where, live.document if live else None):
        return result(index, document, where, "refused", why)
    body = objects.sent(document, target.design, live.document if live else None)
    notes = [unseen] if unseen else []
    conflicts = other_design(target, live.document if live else None)
    try:
        try:
            answer = client.apply(body, where, dry_run=True)
        except ClusterError as error:
            if not error.owners or live is None:
                raise
            conflicts += conflicts_of(error, body, live.document, document)
            answer = client.apply(body, where, dry_run=True, force=True)
    except ClusterError as error:
        if live is None or not immutable(client, error, body, where):
            raise
        return replace(_fixed(target, index, body, where, live.document, notes), owners=conflicts)
    changes = compare.changes(live.document if live else None, answer.document, body)
    action: Action = "conflict" if conflicts else "new" if answer.created else "changed" if changes else "unchanged"
    if action == "unchanged" and live and hands_over(live.document, answer.document):
        action = "changed"
        notes.append(OWNERSHIP)
    if unseen and action == "changed":
        # Without having seen it, what there is now is not to be told from what would be new.
        changes = []
    notes += sidecars(client, document, answer.document)
    made = result(index, document, where, action)
    return replace(
        made,
        warnings=secret_values.warned(answer.warnings, document),
        owners=conflicts,
        changes=tuple(changes),
        notes=tuple(notes),
    )


def hands_over(live: Document, after: Document) -> bool:
    """Whether the fields that we own are others than before."""
    return ownership.applied(live, objects.US) != ownership.applied(after, objects.US)


def before(client: Client, document: Document, where: str) -> tuple[Answer | None, str]:
    """The live object, if there is one, and why we could not look ("" if we could: no reason not to apply)."""
    try:
        return client.get(document, where), ""
    except ClusterError as error:
        if error.kind == "forbidden":
            return None, "You may not read it, so that what there is now cannot be shown."
        raise


def conflicts_of(
    error: ClusterError, body: Document, live: Document, document: Document
) -> tuple[Conflict, ...]:  # fmt: skip
    """The fields that a refused apply of `body` would have changed under another manager, with both values, and where
    they stand in the design's `document`."""
    found = []
    for owner in error.owners:
        path, there = plan.field_path(owner.field, body), plan.field_path(owner.field, live)
        holds = [each for each in ownership.owners(live, there) if each.manager == owner.manager]
        hold = next(iter(holds), ownership.Owner(owner.manager))
        now, then = _shown(body, get(live, there)), _shown(body, get(body, path))
        stands = secret_values.place(owner.field, document)
        found.append(Conflict(owner.manager, owner.field, stands, now, then, hold.operation, hold.time))
    return tuple(found)


def _shown(body: Document, value: object) -> object:
    secret = body.get("kind") == "Secret" and value is not None
    return compare.masked(value) if secret else value


def immutable(client: Client, error: ClusterError, body: Document, where: str) -> bool:
    """Whether what is refused is only that this object changes: a new one of the same content would be taken."""
    if error.kind != "invalid":
        return False
    if any(_IMMUTABLE.search(cause.message) for cause in error.causes) or _IMMUTABLE.search(error.message):
        return True
    # The words may stand behind a value that is too long to be quoted.
    return _made_anew(client, body, where) is not None


def _made_anew(client: Client, body: Document, where: str) -> Document | None:
    """What the server would make of an object that is not there yet, tried under a name that nothing has; None where it
    takes none such (a port of the node that the one which is there holds, say)."""
    own, name = name_of(body), _unused(body)
    other = {**body, "metadata": {**body["metadata"], "name": name}}
    try:
        answer = client.apply(other, where, dry_run=True)
    except ClusterError:
        return None
    found: Document = _renamed(answer.document, name, own)
    return found if answer.created else None


def _unused(body: Document) -> str:
    """A name that nothing has, to try what a new object would be."""
    return f"ppd-{sha256(name_of(body).encode()).hexdigest()[:12]}"


def _renamed(value: Any, old: str, new: str) -> Any:
    """A value with the name wherever it stands: a Job labels its pods with it."""
    if isinstance(value, dict):
        return {key: _renamed(each, old, new) for key, each in value.items()}
    if isinstance(value, list):
        return [_renamed(each, old, new) for each in value]
    return new if value == old else value


def _fixed(
    target: Target, index: int, body: Document, where: str, live: Document, notes: list[str]
) -> ObjectResult:  # fmt: skip
    """An object that would have to be deleted and created: what it then is, and so what others put into it and goes.
    Where the server does not foresee that, what changes is our own guess."""
    after = _made_anew(target.client, body, where)
    try:
        definition = schema().definition_of(str(body.get("apiVersion")), str(body.get("kind")))
        after = after or merge.strategic(live, body, definition)
    except ManifestError:
        after = body
    changes = tuple(compare.changes(live, after, body))
    held, more = kept_back(target.client, live, where)
    if held:
        held = f"What changes cannot be changed in place. {held} Or change it back in the design."
        return replace(result(index, body, where, "refused", held), changes=changes, notes=tuple(notes))
    why = FIXED
    if refused := target.refusal(body, where, ["delete", "create"]):
        why += f" {refused}"
    return replace(result(index, body, where, "immutable", why), changes=changes, notes=(*notes, *with_it(live), *more))


def sidecars(client: Client, document: Document, predicted: Document) -> list[str]:
    """What to say of native sidecars that the server would take for plain init containers: it drops a restartPolicy
    that it does not know (KEP-753: alpha in 1.28, on by default from 1.29, always on from 1.33)."""
    asked = {_place(c): c.name for pod in pods([document]) for c in containers(pod) if c.kind == "sidecar"}
    kept = {_place(c) for pod in pods([predicted]) for c in containers(pod) if c.kind == "sidecar"}
    return [
        f"{name} would not be a native sidecar: this server ({client.version()}) drops restartPolicy: Always from init "
        "containers, and waits for it to end. Native sidecars need Kubernetes 1.29, or the feature gate "
        "SidecarContainers."
        for place, name in asked.items()
        if place not in kept
    ]


def _place(container: object) -> Path:
    return getattr(container, "list", ""), getattr(container, "name", "")


@dataclass(frozen=True)
class Preview:
    """A whole plan: the design's objects in the order to apply them, and what it left behind."""

    objects: tuple[ObjectResult, ...]
    left: tuple[ObjectResult, ...]

    @property
    def differs(self) -> bool:
        return any(each.action != "unchanged" for each in self.objects) or bool(self.left)


def preview(target: Target, documents: Documents, applied: Iterable[Held] = ()) -> Preview:
    """The plan at once. `applied` is what the design applied there before and has no more (inventory.leftover)."""
    return Preview(tuple(foresee(target, documents)), tuple(left(target, applied, documents)))
