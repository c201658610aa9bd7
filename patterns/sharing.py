"""What several weavings share: an object that two presets bring stays as long as one of them needs it. Pure.

Whoever comes second finds the object there, and so changes nothing. Its seam is made to say what it would, had it come
first (`joined`); and one that is taken off leaves what the seams of others say too (`leaving`). So the order in which
they come and go does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from designer.manifests.edits.objects import SELECTING
from designer.manifests.merge import three_way
from designer.manifests.pod import TEMPLATE_PATHS
from designer.manifests.types import Document, Documents, Path, get
from patterns.objects import identity
from patterns.parts import TOP, within


def joined(
    sides: tuple[Documents, Documents], brought: Documents, others: Iterable[tuple[Documents, Documents]]
) -> tuple[Documents, Documents]:
    """The (before, after) of a seam, with all that its preset brings of what the `others` brought before it.

    `brought` is all that the preset brings beside the pod, the labels of the pod with it.
    """
    before, after = ({identity(one): one for one in side} for side in sides)
    known = [({identity(one): one for one in was}, {identity(one): one for one in now}) for was, now in others]
    for whole in brought:
        key = identity(whole)
        theirs = [(was.get(key), now[key]) for was, now in known if key in now]
        if is_workload(whole):
            # Who brought a workload brought its labels, and all that stands in it by now is not theirs.
            theirs = [(was, now) for was, now in theirs if was is not None]
        if any(was is None for was, _ in theirs):
            before.pop(key, None)
            after[key] = whole
            continue
        for was, now in theirs:
            if _says_more(part := _part(now, whole)):
                after[key] = _both(after[key], part) if key in after else part
                old = _part(was or {}, whole)
                before[key] = _both(old, before[key]) if key in before else old
    return list(before.values()), list(after.values())


def claimed(sides: Iterable[Documents]) -> Documents:
    """What the after-sides of seams need to be there: objects, and the labels that they select pods by."""
    found: dict[Any, Document] = {}
    for document in (_shareable(one) for side in sides for one in side):
        key = identity(document)
        found[key] = _both(found[key], document) if key in found else document
    return list(found.values())


def leaving(before: Documents, after: Documents, claims: Sequence[Document]) -> Documents:
    """The before-side of a seam, with as much of its after-side as `claims` need."""
    wanted = {identity(one): one for one in claims}
    brought = {identity(one): one for one in after}
    out = {identity(one): one for one in before}
    for key, document in brought.items():
        if key in wanted:
            # Of a workload that it brought itself nothing can go while another one is on it.
            whole = key not in out and is_workload(document)
            part = document if whole else _part(wanted[key], document)
            if key not in out or _says_more(part):
                out[key] = _both(part, out[key]) if key in out else part
    return list(out.values())


def is_workload(document: Document) -> bool:
    """Whether an object has pods: of one that stands already, a preset brings the labels only."""
    return str(document.get("kind")) in TEMPLATE_PATHS


def _shareable(document: Document) -> Document:
    """An object whole; of a workload its labels and selector: all else in it belongs to whoever put it there."""
    path = TEMPLATE_PATHS.get(str(document.get("kind")))
    if path is None:
        return document
    out = _head(document)
    paths: list[Path] = [(*path, "metadata", "labels")]
    paths += [("spec", "selector")] if document.get("kind") in SELECTING else []
    for where in paths:
        value = get(document, where)
        if isinstance(value, dict) and value:
            inner = out
            for name in where[:-1]:
                inner[str(name)] = dict(inner.get(str(name), {}))
                inner = inner[str(name)]
            inner[str(where[-1])] = value
    return out


def _head(document: Document) -> Document:
    metadata = document.get("metadata", {})
    name = {key: metadata[key] for key in ("name", "namespace") if key in metadata}
    return {**{key: document[key] for key in ("apiVersion", "kind") if key in document}, "metadata": name}


def _says_more(document: Document) -> bool:
    return document != _head(document)


def _part(document: Document, whole: Document) -> Document:
    """What a document says of what `whole` says something of, with its head."""
    found: Document = next(iter(within([document], [whole], [whole], TOP)), {})
    head = _head(document)
    return {**found, **head, "metadata": {**found.get("metadata", {}), **head["metadata"]}}


def _both(first: Document, second: Document) -> Document:
    """Two parts of one document in one; where they differ, the first."""
    merged: Documents = three_way([], [first], [second]).value
    return merged[0]
