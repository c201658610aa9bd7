"""The three ways in which documents change: a value is put, taken or inserted at a path.

Every function gives a new value and leaves the old one as it was. New lists and mappings are made along the path only;
everything beside it is shared between old and new.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from designer.manifests.pod import TEMPLATE_PATHS, Pod, kind_of, pod_at
from designer.manifests.types import Documents, ManifestError, Path, get, show


@dataclass(frozen=True)
class Edited:
    """What an edit gives: the new documents, the address to select next, and sentences the person should be told."""

    documents: Documents
    select: str
    notes: tuple[str, ...] = ()


def put(root: Any, path: Path, value: Any) -> Any:
    """`root` with `value` at `path`.

    Mappings and lists missing (or null) on the way are made; the index after a list's last item appends. Raises
    ManifestError where a list item is further away, or where something that is no mapping or list is in the way.
    """
    return _put(root, path, value, 0)


def _put(node: Any, path: Path, value: Any, depth: int) -> Any:
    if depth == len(path):
        return value
    part = path[depth]
    if isinstance(part, int):
        items = _list(node, path, depth)
        if not 0 <= part <= len(items):
            raise ManifestError(_gone(path[: depth + 1]), path)
        old = items[part] if part < len(items) else None
        return [*items[:part], _put(old, path, value, depth + 1), *items[part + 1 :]]
    mapping = _mapping(node, path, depth)
    return {**mapping, part: _put(mapping.get(part), path, value, depth + 1)}


def put_all(root: Any, changes: Iterable[tuple[Path, Any]]) -> Any:
    for path, value in changes:
        root = put(root, path, value)
    return root


def take(root: Any, path: Path) -> Any:
    """`root` without the key or list item at `path`. Raises ManifestError where nothing stands there."""
    if not path:
        raise ManifestError("there is nothing to remove", path)
    parent, last = get(root, path[:-1]), path[-1]
    if isinstance(parent, list) and isinstance(last, int) and 0 <= last < len(parent):
        return put(root, path[:-1], [*parent[:last], *parent[last + 1 :]])
    if isinstance(parent, dict) and last in parent:
        return put(root, path[:-1], {key: value for key, value in parent.items() if key != last})
    raise ManifestError(_gone(path), path)


def insert(root: Any, path: Path, value: Any) -> Any:
    """`root` with `value` inserted before the list item that `path` leads to; the index after the last one appends."""
    *head, index = path
    items = _list(get(root, head), path, len(head))
    if not isinstance(index, int) or not 0 <= index <= len(items):
        raise ManifestError(_gone(path), path)
    return put(root, tuple(head), [*items[:index], value, *items[index:]])


def rename_key(root: Any, path: Path, key: str) -> Any:
    """`root` with the last key of `path` called `key`, its value and its place kept."""
    parent = get(root, path[:-1])
    if not isinstance(parent, dict) or path[-1] not in parent:
        raise ManifestError(_gone(path), path)
    return put(root, path[:-1], {key if old == path[-1] else old: value for old, value in parent.items()})


def with_key_after(mapping: dict[str, Any], key: str, value: Any, after: tuple[str, ...]) -> dict[str, Any]:
    """`mapping` with `key`, which if new stands behind the last of the keys `after` (first if it has none of them)."""
    if key in mapping:
        return {**mapping, key: value}
    place = max((index for index, old in enumerate(mapping, start=1) if old in after), default=0)
    items = list(mapping.items())
    return dict([*items[:place], (key, value), *items[place:]])


def spec_path(documents: Documents, document: int) -> Path:
    """Where the PodSpec of a document is, or would be (document index first). Raises ManifestError for a companion."""
    kind = kind_of(documents[document]) if 0 <= document < len(documents) else ""
    if not kind:
        raise ManifestError(f"document {document + 1} holds no pod: choose a Pod or a workload", (document,))
    return (document, *TEMPLATE_PATHS[kind], "spec")


def the_pod(documents: Documents, document: int) -> Pod:
    """The pod template of a document. Raises ManifestError for a companion, or a workload without a template."""
    path = spec_path(documents, document)
    pod = pod_at(documents, document)
    if pod is None:
        raise ManifestError(f"{show(path[1:-1])} is not a pod template", path[:-1])
    return pod


def _gone(path: Path) -> str:
    return f"nothing stands at {show(path[1:]) or f'document {path[0]}'} any more: it may have been deleted or moved"


def _mapping(node: Any, path: Path, depth: int) -> dict[str, Any]:
    if node is None:
        return {}
    if not isinstance(node, dict):
        raise ManifestError(
            f"{show(path[1:depth]) or 'the document'} is not a mapping: mend it in the YAML first", path
        )
    return node


def _list(node: Any, path: Path, depth: int) -> list[Any]:
    if node is None:
        return []
    if not isinstance(node, list):
        raise ManifestError(f"{show(path[1:depth]) or 'the document'} is not a list: mend it in the YAML first", path)
    return node
