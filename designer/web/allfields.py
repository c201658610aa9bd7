"""Every field of what is selected, from Kubernetes' own schema: level by level, or found by a word.

A field that holds one value has a control; one that holds a mapping, or a list of them, is opened. Nothing has to exist
before it can be set, and what the schema does not know is shown and kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from designer.manifests import oneof, pointer, slips
from designer.manifests.oneof import OneOf
from designer.manifests.schema import Field, Schema, schema
from designer.manifests.types import Document, Path, get
from designer.web.controls import Control, control, missing, slug
from designer.web.screen import Screen

_MOST_FOUND = 40
_DEEPEST = 12
_PLAIN = ("string", "integer", "number", "boolean", "int-or-string")


@dataclass(frozen=True)
class Entry:
    """One field of a level. `control` edits it here; without one it is opened. `count` is how many items or keys it
    has, `known` whether the schema has it, `items` whether it is a list of mappings. `note` is what to know about it:
    that the version does not have it, which name may be meant, which others it excludes; `empty` says that it is set,
    with nothing in it."""

    name: str
    path: Path
    control: Control | None
    required: bool = False
    known: bool = True
    count: int = 0
    items: bool = False
    where: str = ""
    note: str = ""
    empty: bool = False


@dataclass(frozen=True)
class Level:
    """What stands at `path`: its fields, or its items if it is a list. `trail` leads to it from what is selected.

    `choosers` each set one of several fields that exclude each other; those of them that are not set are not among
    the entries. `newer` are (name, version) of the fields that the design's version does not have yet. `of_map` says
    that the entries are the keys of a map, `state` whether what stands here is "missing", "set" or "fixed" (what is
    selected itself, an item, a document).
    """

    path: Path
    entries: list[Entry]
    trail: list[tuple[str, Path]]
    is_list: bool
    description: str
    choosers: tuple[Control, ...] = ()
    newer: tuple[tuple[str, str], ...] = ()
    of_map: bool = False
    state: str = "fixed"


def hidden(field: Field) -> bool:
    """Whether a field is none to fill in: what is put there, the server overwrites."""
    return field.name == "managedFields" or (field.name == "status" and bool(field.of))


def level(screen: Screen, path: Path) -> Level:
    """The fields of the mapping, or the items of the list of mappings, at `path` (document index first)."""
    root = screen.path
    trail = [(_title(path[: end + 1]), path[: end + 1]) for end in range(len(root) - 1, len(path))]
    field = field_at(screen.schema, screen.documents[int(path[0])], path[1:])
    value = get(screen.documents, path)
    if field is not None and field.type == "array":
        entries = [
            Entry(_item_name(item, index), (*path, index), None, count=len(item) if isinstance(item, dict) else 0)
            for index, item in enumerate(value if isinstance(value, list) else [])
        ]
        return Level(path, entries, trail, True, field.description)
    if field is not None and field.type == "map":
        items = {key: Field(key, field.item, "", of=field.of) for key in value} if isinstance(value, dict) else {}
        entries = [_entry(screen, (*path, key), item) for key, item in items.items()]
        return Level(path, entries, trail, False, field.description, of_map=True)
    fields = _fields(screen.schema, field)
    definition = field.of if field else ""
    present = value if isinstance(value, dict) else {}
    groups = oneof.groups(screen.schema, definition)
    choosers = [group for group in groups if _has_chooser(group, fields)]
    folded = {
        name for group in choosers for name in (*group.members, group.by) if name == group.by or name not in present
    }
    plain = [group for group in groups if group not in choosers]
    listed = {name: one for name, one in fields.items() if name not in folded}
    entries = [
        _entry(screen, (*path, name), one, note=_excludes(plain, name, present))
        for name, one in sorted(listed.items(), key=_order(value))
    ]
    # What the version does not know stands with what is set, before all that may be.
    count = sum(name in present for name in listed)
    entries[count:count] = [_unknown(screen, (*path, key), fields) for key in present if key not in fields]
    inside = path != root and not isinstance(path[-1], int)
    return Level(
        path,
        entries,
        trail,
        False,
        screen.schema.description(definition) if definition else "",
        tuple(_chooser(screen, path, group, value) for group in choosers),
        _newer(screen, definition, fields),
        state=("missing" if value is None else "set") if inside and field is not None else "fixed",
    )


def _has_chooser(group: OneOf, fields: dict[str, Field]) -> bool:
    """A choice is shown where it opens something; of plain fields each stands for itself."""
    return bool(group.by) or any(fields[name].type not in (*_PLAIN, "array") for name in group.members)


def _chooser(screen: Screen, path: Path, group: OneOf, value: Any) -> Control:
    where = pointer.write(path)
    return Control(
        id=f"one{slug(where)}-{group.title.replace(' ', '')}",
        pointer=where,
        label=group.title,
        kind="choice",
        value=group.chosen(value),
        verb="choose-one",
        choices=tuple(name for name, _ in group.alternatives),
        problem=group.problem(value) or screen.problems.get(path, ""),
        default="none" if not group.by else "",
        sent=(("group", group.title),),
        path=path,
    )


def _excludes(groups: list[OneOf], name: str, present: dict[str, Any]) -> str:
    """What to know of a plain field that excludes others: which, or that they are set at once."""
    group = next((one for one in groups if name in one.members), None)
    if group is None:
        return ""
    if name in present and (problem := group.problem(present)):
        return problem
    others = [alternative for alternative, members in group.alternatives if name not in members]
    return f"excludes {' and '.join(others)}" if name not in present else ""


def _unknown(screen: Screen, path: Path, fields: dict[str, Field]) -> Entry:
    """A field that the version does not have: one of another version, a slip of the pen, or somebody's own."""
    name = str(path[-1])
    made = control(screen, path, kind="")
    version = screen.schema.version
    if made.note:
        # A level of its own is not opened: the version has no fields for it.
        if made.kind not in ("text", "number", "boolean", "choice", "map"):
            made = control(screen, path, kind="yaml")
        return Entry(name, path, made, known=False)
    made = control(screen, path, kind="yaml")
    if not fields:
        return Entry(name, path, made, known=False)
    near = slips.meant(name, fields)
    hint = f"; did you mean {near[0]}?" if near else "."
    return Entry(name, path, made, known=False, note=f"Kubernetes {version} does not know this field{hint} It is kept.")


def _newer(screen: Screen, definition: str, fields: dict[str, Field]) -> tuple[tuple[str, str], ...]:
    """(name, version) of what a later version added to a definition, the earliest first."""
    newest = schema()
    if newest.version == screen.schema.version or not definition:
        return ()
    names = [name for name, one in newest.fields(definition).items() if name not in fields and not hidden(one)]
    return tuple(sorted(((name, newest.since(definition, name)) for name in names), key=lambda one: (one[1], one[0])))


def found(screen: Screen, words: str) -> list[Entry]:
    """The fields under what is selected in whose names every word occurs, the shortest paths first."""
    first = len(screen.path)
    return [_entry(screen, path, field, _dotted(path[first:-1])) for path, field in _hits(screen, screen.schema, words)]


def found_newer(screen: Screen, words: str) -> list[tuple[str, str]]:
    """(dotted name, what to know) of the fields that are found so in the newest version and not in the design's."""
    newest = schema()
    if newest.version == screen.schema.version:
        return []
    document = screen.documents[int(screen.path[0])]
    return [
        (_dotted(path[len(screen.path) :]), missing(screen.schema.version, field, newest.version))
        for path, field in _hits(screen, newest, words)
        if screen.schema.document_field(document, path[1:]) is None
    ]


def _hits(screen: Screen, using: Schema, words: str) -> list[tuple[Path, Field]]:
    wanted = words.lower().split()[:6]
    if not wanted:
        return []
    start = field_at(using, screen.documents[int(screen.path[0])], screen.path[1:])
    hits = [
        (path, field)
        for path, field in _walk(screen, using, screen.path, start, 0)
        if wanted[-1] in str(path[-1]).lower()
        and all(word in ".".join(map(str, path[len(screen.path) :])).lower() for word in wanted)
    ]
    hits.sort(key=lambda hit: (_by_the_system(hit[1]), len(hit[0]), str(hit[0][-1])))
    return hits[:_MOST_FOUND]


def field_at(schema: Schema, document: Document, path: Path) -> Field | None:
    """As Schema.document_field, with the document itself as a field of its own kind."""
    if path:
        return schema.document_field(document, path)
    definition = schema.definition_of(str(document.get("apiVersion")), str(document.get("kind")))
    return Field("", "object", schema.description(definition), of=definition) if definition else None


def opened(field: Field | None) -> bool:
    """Whether a field is opened, a level of its own, rather than edited in one control."""
    if field is None:
        return False
    return field.type in ("object", "array", "map") and (bool(field.of) or (field.type, field.item) == ("map", "array"))


def _fields(schema: Schema, field: Field | None) -> dict[str, Field]:
    fields = schema.fields(field.of) if field and field.of else {}
    return {name: one for name, one in fields.items() if not hidden(one)}


def _entry(screen: Screen, path: Path, field: Field, where: str = "", note: str = "") -> Entry:
    value = get(screen.documents, path)
    count = len(value) if isinstance(value, (dict, list)) else 0
    if opened(field):
        items = field.type == "array"
        return Entry(field.name, path, None, field.required, True, count, items, where, note, value == {})
    kind = "lines" if field.type == "array" and field.item in _PLAIN and _all_plain(field, value) else ""
    made = control(screen, path, label=field.name, kind=kind, verb="set-lines" if kind == "lines" else "set")
    return Entry(field.name, path, made, field.required, True, count, False, where, note)


def _walk(screen: Screen, using: Schema, path: Path, field: Field | None, depth: int) -> Iterator[tuple[Path, Field]]:
    """Every field under `path`, and the keys that maps have; lists are entered where they have items, as there is
    nothing to set without one."""
    if depth > _DEEPEST or field is None:
        return
    for name, one in _fields(using, field).items():
        here = (*path, name)
        yield here, one
        if one.type == "map":
            held = get(screen.documents, here)
            for key in held if isinstance(held, dict) else ():
                yield (*here, key), Field(key, one.item, "", of=one.of)
        elif one.type == "object":
            yield from _walk(screen, using, here, one, depth + 1)
        elif one.type == "array" and one.of:
            items = get(screen.documents, here)
            for index in range(len(items) if isinstance(items, list) else 0):
                item = Field(name, "object", "", of=one.of)
                yield from _walk(screen, using, (*here, index), item, depth + 1)


def _order(value: object) -> Callable[[tuple[str, Field]], tuple[bool, bool, bool, str]]:
    """What is set comes first, then what is required, then the alphabet; last what the system fills in."""
    present = value if isinstance(value, dict) else {}
    return lambda item: (item[0] not in present, _by_the_system(item[1]), not item[1].required, item[0])


def _by_the_system(field: Field) -> bool:
    return "Read-only" in field.description or "read-only field" in field.description


def _all_plain(field: Field, value: object) -> bool:
    """Whether a line each shows the items of a list: texts of one line, or numbers where the schema has numbers."""
    if not isinstance(value, list):
        return value is None
    if field.item == "string":
        return all(isinstance(item, str) and "\n" not in item for item in value)
    return not any(isinstance(item, (dict, list, str)) or item is None for item in value)


def _item_name(item: object, index: int) -> str:
    names = ("name", "mountPath", "containerPort", "port", "key", "topologyKey", "operator", "ip")
    found = next((item[name] for name in names if item.get(name)), "") if isinstance(item, dict) else ""
    return f"{index}: {found}" if found != "" else str(index)


def _title(path: Path) -> str:
    return f"item {path[-1]}" if isinstance(path[-1], int) and len(path) > 1 else str(path[-1])


def _dotted(path: Path) -> str:
    return ".".join(map(str, path))
