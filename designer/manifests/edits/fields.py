"""Edits of one field or list item, wherever it stands. A path starts with the document's index.

Every verb takes documents and gives new ones; it raises ManifestError, and changes nothing, where that cannot be done.
"""

from __future__ import annotations

import math
import re
from copy import deepcopy
from typing import Any

from designer.manifests import names, quantity, text
from designer.manifests.edits.modes import is_mode, parse_mode
from designer.manifests.edits.tree import insert, put, take
from designer.manifests.oneof import OneOf
from designer.manifests.schema import Field, schema
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

_INTEGER = re.compile(r"[+-]?\d{1,19}", re.ASCII)
# Without a sign or leading zeros, which would not come back when the number is written.
_PLAIN_INTEGER = re.compile(r"-?(0|[1-9]\d{0,9})", re.ASCII)
_WORDS = {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False}


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


def choose_one(documents: Documents, path: Path, group: OneOf, chosen: str, starts: dict[str, Any]) -> Documents:
    """`documents` with the alternative `chosen` of a group ("" for none) in the mapping at `path`, and no other.

    A field of it that is there already stays as it is. Otherwise the first takes its value from `starts`, and the place
    of what goes; the fields of an alternative that another field tells apart come by themselves where they may be
    missing.
    """
    _check(documents, path)
    mapping = get(documents, path)
    if mapping is not None and not isinstance(mapping, dict):
        raise ManifestError(f"{show(path[1:])} is not a mapping: mend it in the YAML first", path)
    mapping = mapping or {}
    kept = dict(group.alternatives).get(chosen, ())
    new = {group.by: chosen} if group.by and chosen else {}
    # A strategy's parameters may be left out; a metric's or a profile's field is what it is about.
    if kept and not any(field in mapping for field in kept) and (group.needed or not group.by):
        new[kept[0]] = starts[kept[0]]
    gone = {*(field for field in group.members if field not in kept), *([group.by] if group.by else [])}
    return put(documents, path, replaced(mapping, new, gone))


def replaced(mapping: dict[str, Any], new: dict[str, Any], gone: set[str]) -> dict[str, Any]:
    """`mapping` with the fields `new` in the place of the first that goes, but behind its name if it keeps one."""
    made: dict[str, Any] = {}
    waits = "name" in mapping and "name" not in gone
    place = False
    for key, value in mapping.items():
        if key in gone:
            place = True
        else:
            made[key] = value
            waits = waits and key != "name"
        if place and not waits:
            made, new = {**made, **new}, {}
    return {**made, **new}


def parse_value(field: Field, raw: str) -> Any:
    """What a person typed into a form, as a value of the field's type.

    A string stays as it is, and a quantity as it was written; a file mode may be octal (``0644``); data (objects,
    lists, maps) are read as YAML. Raises ManifestError with a sentence to show beside the field: "must be a whole
    number: got 'abc'".
    """
    word = raw.strip()
    match field.type:
        case "string":
            if field.enum and raw not in field.enum:
                raise ManifestError(f"must be one of {', '.join(field.enum)}: got {raw!r}")
            return raw
        case "integer":
            if is_mode(field):
                return parse_mode(field, raw)
            if not _INTEGER.fullmatch(word) or not -(2**63) <= int(word) < 2**63:
                raise ManifestError(f"must be a whole number, such as {_example(field)}: got {raw!r}")
            return int(word)
        case "number":
            try:
                number = float(word) if "_" not in word else math.nan
            except ValueError:
                number = math.nan
            if not math.isfinite(number):
                raise ManifestError(f"must be a number, such as 0.5: got {raw!r}")
            return int(word) if _INTEGER.fullmatch(word) else number
        case "boolean":
            if word.lower() not in _WORDS:
                raise ManifestError(f"must be true or false: got {raw!r}")
            return _WORDS[word.lower()]
        case "int-or-string":
            return int(word) if _PLAIN_INTEGER.fullmatch(word) else word
        case "quantity":
            quantity.parse(word)
            return word
        case _:
            return _parse_data(field, raw)


def _example(field: Field) -> str:
    if field.default.isdecimal():
        return field.default
    name = field.name.lower()
    return "8080" if name.endswith("port") else "1000" if name.startswith(("runas", "fsgroup")) else "30"


def _parse_data(field: Field, raw: str) -> Any:
    # A value is read as the only field of a document, so that it may be of any shape.
    lines = raw.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    try:
        documents = text.parse("value:\n" + "".join(f"  {line}\n" for line in lines))
    except ManifestError as error:
        where = f"line {error.line - 1}: " if error.line and error.line > 1 else ""
        raise ManifestError(f"is not YAML that can be read: {where}{error.message}") from error
    if len(documents) != 1 or list(documents[0]) != ["value"]:
        raise ManifestError("must be one YAML value")
    value = documents[0]["value"]
    if field.type == "array" and not isinstance(value, list):
        raise ManifestError("must be a list: write each item on a line that starts with '- '")
    if field.type in ("object", "map") and not isinstance(value, dict):
        raise ManifestError("must be a mapping: write each field on a line as 'name: value'")
    return value


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
