"""A new object beside the others of a design: which pod it is for, and a name that nobody there has."""

from __future__ import annotations

from collections.abc import Iterator

from designer.manifests import names
from designer.manifests.edits.objects import add_object
from designer.manifests.edits.references import find
from designer.manifests.edits.selection import namespace, text
from designer.manifests.edits.tree import Edited
from designer.manifests.pod import TEMPLATE_PATHS, Pod, kind_of, name_of, pods
from designer.manifests.types import Document, Documents, Path, get

RBAC = "rbac.authorization.k8s.io"


def added(documents: Documents, document: Document, base: str, notes: tuple[str, ...] = ()) -> Edited:
    """`document` behind the last, called `base` or `base-2` …; selects it. Its metadata's other fields stay."""
    kind = str(document["kind"])
    base = base if not names.object_problem(kind, base) else names.label_from(base, kind.lower())
    taken = {name_of(other) for other in documents if other.get("kind") == kind}
    name = names.free(base, taken) if base in taken else base
    metadata = {"name": name, **document.get("metadata", {})}
    edited = add_object(documents, {**document, "metadata": metadata})
    return Edited(edited.documents, edited.select, notes)


def pod_for(documents: Documents, near: int | None) -> Pod | None:
    """The pod of the document at `near`, else the design's first."""
    found = pods(documents)
    return next((pod for pod in found if pod.document == near), next(iter(found), None))


def first(documents: Documents, *kinds: str) -> Document | None:
    """The first object of one of these kinds that has a name."""
    return next((document for document in documents if document.get("kind") in kinds and name_of(document)), None)


def inside(documents: Documents, index: int | None) -> Document:
    """The metadata of what shall stand in the namespace of the document at `index`."""
    own = namespace(documents[index]) if index is not None else ""
    return {"namespace": own} if own else {}


def missing(documents: Documents, kind: str, pattern: str) -> str:
    """The first name under `pattern` of a pod's spec that no object of `kind` in the design has; "" if all are there.
    One that such an object cannot have is passed over."""
    there = {name_of(document) for document in documents if document.get("kind") == kind}
    wanted = (name for name in _in_pods(documents, pattern) if name not in there)
    return next((name for name in wanted if not names.object_problem(kind, name)), "")


def label(name: str, default: str) -> str:
    """A name made from another object's, which may have none."""
    return names.label_from(name, default)


def _in_pods(documents: Documents, pattern: str) -> Iterator[str]:
    for document in documents:
        kind = kind_of(document)
        if kind:
            start: Path = (*TEMPLATE_PATHS[kind], "spec")
            yield from (text(get(document, path)) for path in find(document, (*start, *pattern.split("."))))
