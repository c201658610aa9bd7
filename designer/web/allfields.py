"""Every field of what is selected, from Kubernetes' own schema: level by level, or found by a word.

A field that holds one value has a control; one that holds a mapping, or a list of them, is opened. Nothing has to exist
before it can be set, and what the schema does not know is shown and kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from designer.manifests.schema import Field, Schema
from designer.manifests.types import Document, Path, get
from designer.web.controls import Control, control
from designer.web.screen import Screen

# No fields to fill in: nothing that is put there stays.
WRITTEN_BY_THE_SERVER = frozenset({"status", "managedFields"})
_MOST_FOUND = 40
_DEEPEST = 12


@dataclass(frozen=True)
class Entry:
    """One field of a level. `control` edits it here; without one it is opened. `count` is how many items or keys it
    has, `known` whether the schema has it, `items` whether it is a list of mappings."""

    name: str
    path: Path
    control: Control | None
    required: bool = False
    known: bool = True
    count: int = 0
    items: bool = False
    where: str = ""


@dataclass(frozen=True)
class Level:
    """What stands at `path`: its fields, or its items if it is a list. `trail` leads to it from what is selected."""

    path: Path
    entries: list[Entry]
    trail: list[tuple[str, Path]]
    is_list: bool
    description: str


def level(screen: Screen, path: Path) -> Level:
    """The fields of the mapping, or the items of the list of mappings, at `path` (document index first)."""
    root = screen.path
    trail = [(_title(path[: end + 1]), path[: end + 1]) for end in range(len(root) - 1, len(path))]
    field = field_at(screen.schema, screen.documents[int(path[0])], path[1:])
    if field is not None and field.type == "array":
        items = get(screen.documents, path)
        entries = [
            Entry(_item_name(item, index), (*path, index), None, count=len(item) if isinstance(item, dict) else 0)
            for index, item in enumerate(items if isinstance(items, list) else [])
        ]
        return Level(path, entries, trail, True, field.description)
    fields = _fields(screen.schema, field)
    value = get(screen.documents, path)
    unknown = [key for key in value if key not in fields] if isinstance(value, dict) else []
    entries = [_entry(screen, (*path, name), one) for name, one in sorted(fields.items(), key=_order(value))]
    entries += [Entry(key, (*path, key), control(screen, (*path, key), kind="yaml"), known=False) for key in unknown]
    description = screen.schema.description(field.of) if field and field.of else ""
    return Level(path, entries, trail, False, description)


def found(screen: Screen, words: str) -> list[Entry]:
    """The fields under what is selected in whose names every word occurs, the shortest paths first."""
    wanted = words.lower().split()[:6]
    if not wanted:
        return []
    document = screen.documents[int(screen.path[0])]
    start = field_at(screen.schema, document, screen.path[1:])
    hits = [
        (path, field)
        for path, field in _walk(screen, screen.path, start, 0)
        if all(word in ".".join(map(str, path[len(screen.path) :])).lower() for word in wanted)
        and wanted[-1] in str(path[-1]).lower()
    ]
    hits.sort(key=lambda hit: (len(hit[0]), str(hit[0][-1])))
    first = len(screen.path)
    return [_entry(screen, path, field, _dotted(path[first:-1])) for path, field in hits[:_MOST_FOUND]]


def field_at(schema: Schema, document: Document, path: Path) -> Field | None:
    """As Schema.document_field, with the document itself as a field of its own kind."""
    if path:
        return schema.document_field(document, path)
    definition = schema.definition_of(str(document.get("apiVersion")), str(document.get("kind")))
    return Field("", "object", schema.description(definition), of=definition) if definition else None


def opened(field: Field | None) -> bool:
    """Whether a field is opened, a level of its own, rather than edited in one control."""
    return field is not None and field.type in ("object", "array") and bool(field.of)


def _fields(schema: Schema, field: Field | None) -> dict[str, Field]:
    fields = schema.fields(field.of) if field and field.of else {}
    return {name: one for name, one in fields.items() if name not in WRITTEN_BY_THE_SERVER}


def _entry(screen: Screen, path: Path, field: Field, where: str = "") -> Entry:
    value = get(screen.documents, path)
    count = len(value) if isinstance(value, (dict, list)) else 0
    if opened(field):
        return Entry(field.name, path, None, field.required, True, count, field.type == "array", where)
    kind = {"array": "lines", "map": "yaml", "any": "yaml"}.get(field.type, "")
    if kind == "lines" and (field.item != "string" or not _all_text(value)):
        kind = "yaml"
    made = control(screen, path, label=field.name, kind=kind, verb="set-lines" if kind == "lines" else "set")
    return Entry(field.name, path, made, field.required, True, count, False, where)


def _walk(screen: Screen, path: Path, field: Field | None, depth: int) -> Iterator[tuple[Path, Field]]:
    """Every field under `path`; lists are entered where they have items, as there is nothing to set without one."""
    if depth > _DEEPEST or field is None:
        return
    for name, one in _fields(screen.schema, field).items():
        here = (*path, name)
        yield here, one
        if one.type == "object":
            yield from _walk(screen, here, one, depth + 1)
        elif one.type == "array" and one.of:
            items = get(screen.documents, here)
            for index in range(len(items) if isinstance(items, list) else 0):
                item = Field(name, "object", "", of=one.of)
                yield from _walk(screen, (*here, index), item, depth + 1)


def _order(value: object) -> Callable[[tuple[str, Field]], tuple[bool, bool, str]]:
    """What is set comes first, then what is required, then the alphabet."""
    present = value if isinstance(value, dict) else {}
    return lambda item: (item[0] not in present, not item[1].required, item[0])


def _all_text(value: object) -> bool:
    if not isinstance(value, list):
        return value is None
    return all(isinstance(item, str) and "\n" not in item for item in value)


def _item_name(item: object, index: int) -> str:
    names = ("name", "mountPath", "containerPort", "port", "key", "topologyKey", "operator", "ip")
    found = next((item[name] for name in names if item.get(name)), "") if isinstance(item, dict) else ""
    return f"{index}: {found}" if found != "" else str(index)


def _title(path: Path) -> str:
    return f"item {path[-1]}" if isinstance(path[-1], int) and len(path) > 1 else str(path[-1])


def _dotted(path: Path) -> str:
    return ".".join(map(str, path))
