"""Verbs on one field, list item or key, wherever it stands."""

from __future__ import annotations

import textwrap
from typing import Any

from designer.manifests import command, meaning, names, oneof, quantity
from designer.manifests import pod as manifest_pod
from designer.manifests import text as manifest_text
from designer.manifests.edits import access, containers, fields, handlers, modes, objects, ports, volumes
from designer.manifests.edits.tree import Edited, rename_key
from designer.manifests.schema import VOLUME, Field, newest_with, schema
from designer.manifests.types import Documents, ManifestError, Path, get
from designer.web.verbs.data import Data, Verb


def set_(documents: Documents, data: Data) -> Edited:
    """Set a field to what was typed; an emptied one is removed."""
    path, raw, kind = data.path(documents), data.text("value"), data.word("kind")
    notes: tuple[str, ...] = ()
    if not raw.strip():
        if path[1:] in (("apiVersion",), ("kind",)) and get(documents, path):
            raise ManifestError(f"an object needs its {path[1]}; the old one was kept", path)
        return Edited(fields.remove_field(documents, path), data.at)
    if renamed := renaming(documents, path, raw.strip()):
        return Edited(renamed.documents, data.at, renamed.notes)
    if kind == "list":
        value: Any = command.split_line(raw.replace(",", " ") if access.is_words(documents, path) else raw)
    elif kind == "lines":
        value = raw.rstrip("\n").split("\n")
    elif kind == "yaml":
        value = read_yaml(raw)
    else:
        field = _field(documents, path)
        value = fields.parse_value(field, raw)
        meaning.check(field, raw)
        if modes.is_mode(field) and value and not raw.strip().startswith("0"):
            notes = (f"{raw.strip()} without a leading zero is decimal: the mode is {modes.show_value(field, value)}.",)
    return Edited(fields.set_field(documents, path, value), data.at, notes)


def renaming(documents: Documents, path: Path, value: str) -> Edited | None:
    """The edit for a field whose value others refer to: a name, or a port's number. None for any other field, and for
    one that had no value, which nobody can refer to."""
    old = get(documents, path)
    if old in (None, "") or len(path) < 3:
        return None
    if path[1:] == ("metadata", "name"):
        return objects.rename_object(documents, int(path[0]), value)
    address = manifest_pod.address_of(documents, path)
    inside = path[len(manifest_pod.resolve(documents, address)) :] if "/" in address else ()
    if inside == ("name",):
        rename = volumes.rename_volume if "/volumes/" in address else containers.rename_container
        return rename(documents, address, value)
    if len(inside) == 3 and inside[0] == "ports" and isinstance(inside[1], int) and "/volumes/" not in address:
        if inside[2] == "name":
            return ports.rename_port(documents, address, inside[1], value)
        if inside[2] == "containerPort" and value.isdecimal() and len(value) < 6:
            return ports.change_port_number(documents, address, inside[1], int(value))
    return None


def set_text(documents: Documents, data: Data) -> Edited:
    """Set a string to exactly what was typed, the empty string too (an env value, a label)."""
    path = data.path(documents)
    return Edited(fields.set_field(documents, path, data.text("value")), data.at)


def set_lines(documents: Documents, data: Data) -> Edited:
    """Set a list of plain values, one a line; none removes the field."""
    path, raw = data.path(documents), data.text("value")
    if not raw:
        return Edited(fields.remove_field(documents, path), data.at)
    field = _field(documents, path)
    lines = raw.rstrip("\n").split("\n")
    if access.is_words(documents, path):
        lines = [word for line in lines for word in access.words(line)]
    if field.type == "array" and field.item != "string":
        item = Field(field.name, field.item, field.description)
        return Edited(fields.set_field(documents, path, [fields.parse_value(item, line) for line in lines]), data.at)
    return Edited(fields.set_field(documents, path, lines), data.at)


def set_yaml(documents: Documents, data: Data) -> Edited:
    """Replace a whole mapping, such as a container, with the YAML that was typed."""
    path, value = data.path(documents), read_yaml(data.text("value"))
    if not isinstance(value, dict):
        raise ManifestError("this must be a mapping: lines such as `name: value`", path)
    return Edited(fields.set_field(documents, path, value), data.at)


def unset(documents: Documents, data: Data) -> Edited:
    return Edited(fields.remove_field(documents, data.path(documents)), data.at)


def add_item(documents: Documents, data: Data) -> Edited:
    """A new item of a list of mappings, with what the schema requires of it still to be filled in."""
    return Edited(fields.add_item(documents, data.path(documents), {}), data.at)


def add_pair(documents: Documents, data: Data) -> Edited:
    """A new key in a map: the one that is sent, or a free name; with the value that is sent, or one to start from: of a
    map of texts an empty one, of a map of amounts what is usual."""
    path = data.path(documents)
    holder, field = get(documents, path), _field(documents, path)
    taken = set(holder) if isinstance(holder, dict) else set()
    key = data.word("key") or names.free("key", taken)
    if key in taken:
        raise ManifestError(f"there is a key {key!r} here already", path)
    starts: dict[str, Any] = {"quantity": quantity.USUAL.get(key, "1"), "array": [], "object": {}, "map": {}}
    starts |= {"integer": 0, "number": 0, "boolean": False, "int-or-string": 0}
    start = starts.get(field.item, "") if field.type == "map" else ""
    if "value" in data.fields:
        item, raw = Field(key, field.item if field.type == "map" else "string", ""), data.text("value")
        start = fields.parse_value(item, raw)
        meaning.check(item, raw)
    return Edited(fields.set_field(documents, (*path, key), start), data.at)


def choose_one(documents: Documents, data: Data) -> Edited:
    """Set one of the fields that exclude each other, empty or as small as it may be, and take the others away."""
    path, chosen, title = data.path(documents), data.word("value"), data.word("group")
    found = newest_with(documents[int(path[0])], path[1:]) if len(path) > 1 else None
    groups = oneof.groups(schema(found[1]), found[0].of) if found else ()
    group = next((one for one in groups if one.title == title), None)
    if found is None or group is None or (chosen and chosen not in dict(group.alternatives)):
        raise ManifestError("there is nothing to choose here any more: look at the form again", path)
    there = get(documents, path) or {}
    if chosen in volumes.SOURCES and chosen not in there and found[0].of == VOLUME:
        edited = volumes.set_volume_source(documents, manifest_pod.address_of(documents, path), chosen)
        return Edited(edited.documents, data.at, edited.notes)
    starts: dict[str, Any] = {}
    for name in dict(group.alternatives).get(chosen, ())[:1]:
        field = schema(found[1]).fields(found[0].of).get(name)
        starts[name] = _start(documents, path, field) if field else {}
    after = fields.choose_one(documents, path, group, chosen, starts)
    # What is about nothing but the choice says nothing without one: a probe that asks in no way.
    if not chosen and group.needed and not found[0].required and isinstance(path[-1], str) and get(after, path) == {}:
        after = fields.remove_field(after, path)
    return Edited(after, data.at)


def _start(documents: Documents, path: Path, field: Field) -> Any:
    """The smallest value to begin a field with: of a way to ask a container, what it cannot be without."""
    if field.owner.rpartition(".")[2] in handlers.OWNERS and field.name in handlers.KINDS:
        return handlers.start(documents, path, field.name)
    return {"string": "", "array": [], "integer": 80, "quantity": "1"}.get(field.type, {})


def rename(documents: Documents, data: Data) -> Edited:
    """Give a key of a mapping another name, in its place; what refers to a ConfigMap's or Secret's key follows."""
    path, key = data.path(documents), data.word("value")
    if not key:
        raise ManifestError("a key must not be empty; use × to remove it", path)
    if objects.is_data_key(documents, path):
        edited = objects.rename_data_key(documents, int(path[0]), str(path[-1]), key)
        return Edited(edited.documents, data.at, edited.notes)
    if key == path[-1]:
        return Edited(documents, data.at)
    holder = get(documents, path[:-1])
    if isinstance(holder, dict) and key in holder:
        raise ManifestError(f"there is a key {key!r} here already", path)
    return Edited(rename_key(documents, path, key), data.at)


def read_yaml(raw: str) -> Any:
    """Any value written as YAML; its lines and columns are those of what was typed."""
    try:
        return manifest_text.parse("v:\n" + textwrap.indent(raw, "  "))[0]["v"]
    except ManifestError as error:
        raise ManifestError(
            error.message, line=(error.line or 2) - 1, column=max(1, (error.column or 3) - 2)
        ) from error


def _field(documents: Documents, path: Path) -> Field:
    """The field as the newest version has it that has it: a design may be for any. One that none has takes text."""
    found = newest_with(documents[int(path[0])], path[1:])
    return found[0] if found else Field(str(path[-1]), "string", "")


VERBS: dict[str, Verb] = {
    "set": set_,
    "set-text": set_text,
    "set-lines": set_lines,
    "set-yaml": set_yaml,
    "unset": unset,
    "add-item": add_item,
    "add-pair": add_pair,
    "choose-one": choose_one,
    "rename-key": rename,
}
