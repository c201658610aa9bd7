"""Edits of one field or list item, wherever it stands. A path starts with the document's index.

Every verb takes documents and gives new ones; it raises ManifestError, and changes nothing, where that cannot be done.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from designer.manifests import names
from designer.manifests.edits.tree import insert, put, take
from designer.manifests.schema import schema
from designer.manifests.types import Documents, ManifestError, Path, get, show

# Parents that say nothing when they are empty, so that removing their last field removes them too. An empty emptyDir,
# podSelector or spec says something, and is never pruned; nor is a list item, or what the schema requires.
_PRUNED = {
    *("labels", "annotations", "nodeSelector", "tolerations", "topologySpreadConstraints", "hostAliases"),
    *("securityContext", "capabilities", "add", "drop", "sysctls", "supplementalGroups", "imagePullSecrets"),
    *("initContainers", "ephemeralContainers", "volumes", "volumeClaimTemplates", "volumeMounts", "volumeDevices"),
    *("command", "args", "env", "envFrom", "ports", "lifecycle", "options", "searches"),
    *("resources", "requests", "limits", "claims"),
}
# Lists whose items have names of their own (elsewhere, as in volumeMounts, `name` refers to something), and how a
# number is joined to such a name.
_NAMED = {"env": "_", "ports": "-", "volumes": "-", "containers": "-", "initContainers": "-"}


def set_field(documents: Documents, path: Path, value: Any) -> Documents:
    """`documents` with `value` at `path`.

    Missing mappings on the way are made, and the index after a list's last item appends. Raises ManifestError where a
    document or list item is not there, or a value of another shape is in the way.
    """
    _check(documents, path)
    if len(path) == 1 and not isinstance(value, dict):
        raise ManifestError("a document is a mapping", path)
    return put(documents, path, value)


def remove_field(documents: Documents, path: Path, prune: bool = True) -> Documents:
    """`documents` without the key or list item at `path`.

    A key that is not there is no error (an emptied form field was empty before); a list item that is not there is.
    With `prune`, optional parents that this removal leaves empty (``resources``, ``env`` …) go too.
    """
    _check(documents, path)
    parent = get(documents, path[:-1])
    if isinstance(path[-1], str) and (parent is None or (isinstance(parent, dict) and path[-1] not in parent)):
        return documents
    documents = take(documents, path)
    return pruned(documents, path[:-1]) if prune else documents


def pruned(documents: Documents, path: Path) -> Documents:
    """`documents` without the parent at `path`, and without its own parents, as far as they are empty and optional."""
    while path and get(documents, path) in ({}, []) and _prunable(documents, path):
        documents, path = take(documents, path), path[:-1]
    return documents


def add_item(documents: Documents, path: Path, value: Any) -> Documents:
    """`documents` with `value` behind the last item of the list at `path`, which is made if it is not there."""
    _check(documents, path)
    items = get(documents, path)
    return insert(documents, (*path, len(items) if isinstance(items, list) else 0), value)


def move_item(documents: Documents, path: Path, to_index: int) -> Documents:
    """`documents` with the list item at `path` at `to_index` of the same list."""
    item = _item(documents, path)
    return insert(take(documents, path), (*path[:-1], to_index), item)


def duplicate_item(documents: Documents, path: Path) -> Documents:
    """`documents` with a copy of the list item at `path` behind it. An item with a name of its own gets a free one."""
    item = deepcopy(_item(documents, path))
    *head, index = path
    separator = _NAMED.get(str(head[-1]))
    if separator and isinstance(item, dict) and isinstance(item.get("name"), str):
        taken = {get(other, ("name",)) for other in get(documents, head)}
        limit = names.PORT_NAME_LENGTH if head[-1] == "ports" else names.LABEL_LENGTH
        item["name"] = names.free(item["name"], taken, names.SUBDOMAIN_LENGTH if separator == "_" else limit, separator)
    return insert(documents, (*head, int(index) + 1), item)


def _check(documents: Documents, path: Path) -> None:
    if not path or not isinstance(path[0], int) or not 0 <= path[0] < len(documents):
        raise ManifestError("there is no such document any more: it may have been deleted", path)


def _item(documents: Documents, path: Path) -> Any:
    _check(documents, path)
    if len(path) < 2 or not isinstance(path[-1], int):
        raise ManifestError(f"{show(path[1:]) or 'a document'} is not an item of a list", path)
    items = get(documents, path[:-1])
    if not isinstance(items, list) or not 0 <= path[-1] < len(items):
        raise ManifestError(f"nothing stands at {show(path[1:])} any more: it may have been deleted or moved", path)
    return items[path[-1]]


def _prunable(documents: Documents, path: Path) -> bool:
    if len(path) < 2 or path[-1] not in _PRUNED:
        return False
    if path[1:] in (("metadata", "labels"), ("metadata", "annotations")):
        return True
    field = schema().document_field(documents[int(path[0])], path[1:])
    return field is not None and not field.required
