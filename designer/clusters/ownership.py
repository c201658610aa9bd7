"""Who owns a field of a live object, by its managedFields. Pure.

FieldsV1 is a tree whose keys are ``f:name`` (a field), ``k:{"name":"web"}`` (a list's item by its keys), ``v:"x"`` (an
item of a set) and ``.`` (the thing itself); a leaf is ``{}``.
https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management and
https://pkg.go.dev/sigs.k8s.io/structured-merge-diff/v6/fieldpath
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from designer.manifests.match import same
from designer.manifests.types import Document, Path, get


@dataclass(frozen=True)
class Owner:
    """One manager's hold on a field. `operation` is "Apply" or "Update", `time` RFC 3339 or "", `subresource` the one
    it was written through ("status", "scale") or ""."""

    manager: str
    operation: str = ""
    time: str = ""
    subresource: str = ""


def managed(live: Document) -> Iterator[tuple[Owner, dict[str, Any]]]:
    """Each manager of an object with the tree of the fields it owns; entries that are none are passed over."""
    entries = get(live, ("metadata", "managedFields"))
    for entry in entries if isinstance(entries, list) else []:
        fields = get(entry, ("fieldsV1",))
        if isinstance(fields, dict):
            told = (str(get(entry, (name,)) or "") for name in ("manager", "operation", "time", "subresource"))
            yield Owner(*told), fields


def applied(live: Document, manager: str) -> dict[str, Any]:
    """The fields that a manager applied (not those it wrote by updates), as a tree; {} where there are none."""
    return next(
        (fields for owner, fields in managed(live) if (owner.manager, owner.operation) == (manager, "Apply")), {}
    )


def owners(live: Document, path: Path) -> list[Owner]:
    """The managers that own the field at `path` of a live object: it, or something it is an inseparable part of.

    A manager of nothing but fields inside of it does not own it. `path` uses the indexes that `live` has.
    """
    return [owner for owner, fields in managed(live) if _owns(fields, live, path)]


def _owns(fields: dict[str, Any], value: Any, path: Path) -> bool:
    if not path:
        return not fields or "." in fields
    inner = _step(fields, value, path[0])
    if inner is None:
        return False
    # What a leaf says is owned as a whole: an atomic list, a map that is no map.
    return not inner or _owns(inner, get(value, path[:1]), path[1:])


def _step(fields: dict[str, Any], value: Any, part: str | int) -> dict[str, Any] | None:
    if isinstance(part, str):
        found = fields.get(f"f:{part}")
        return found if isinstance(found, dict) else None
    item = get(value, (part,))
    for key, inner in fields.items():
        if _names(key, item, part) and isinstance(inner, dict):
            return inner
    return None


def _names(key: str, item: Any, index: int) -> bool:
    """Whether a key of the tree means this item of a list."""
    kind, _, raw = key.partition(":")
    try:
        said = json.loads(raw) if raw else None
    except ValueError:
        return False
    if kind == "k" and isinstance(said, dict) and isinstance(item, dict):
        return all(same(item.get(name), wanted) for name, wanted in said.items())
    if kind == "i":
        return bool(said == index)
    return kind == "v" and same(said, item)


def leaves(live: Document, fields: dict[str, Any]) -> Iterator[Path]:
    """The paths in `live` of what a tree owns, as deep as the tree goes; what is not there (any more) is left out."""
    yield from _leaves(fields, live, ())


def _leaves(fields: dict[str, Any], value: Any, at: Path) -> Iterator[Path]:
    inner = {key: each for key, each in fields.items() if key != "."}
    if not inner:
        if at:
            yield at
        return
    steps: Iterator[tuple[str | int, Any]] = iter(())
    if isinstance(value, dict):
        steps = iter(value.items())
    elif isinstance(value, list):
        steps = iter(enumerate(value))
    for part, each in steps:
        below = _step(inner, value, part)
        if below is not None:
            yield from _leaves(below, each, (*at, part))
