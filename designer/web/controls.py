"""One form control for one field: what it is from the schema, what it holds from the documents, what is wrong from the
checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from designer.manifests import command, pointer
from designer.manifests.choices import choices as choices_of
from designer.manifests.edits import modes
from designer.manifests.text import dump
from designer.manifests.types import Path, get
from designer.web.screen import Screen

_SLUG = {byte: chr(byte) for byte in (*range(48, 58), *range(65, 91), *range(97, 123))} | {ord("/"): "-"}


@dataclass(frozen=True)
class Control:
    """A control and all that its template needs. `kind` is text, number, boolean, choice, lines, list or yaml."""

    id: str
    pointer: str
    label: str
    kind: str
    value: str
    verb: str = "set"
    choices: tuple[str, ...] = ()
    suggest: tuple[str, ...] = ()
    placeholder: str = ""
    problem: str = ""
    described: bool = False
    required: bool = False


def control(
    screen: Screen,
    path: Path,
    *,
    label: str = "",
    kind: str = "",
    verb: str = "set",
    choices: Sequence[str] = (),
    suggest: Sequence[str] = (),
    placeholder: str = "",
) -> Control:
    """The control for the field at `path` (document index first). `kind` and `choices` overrule the schema."""
    field = screen.schema.document_field(screen.documents[int(path[0])], path[1:])
    value = get(screen.documents, path)
    name = str(path[-1])
    if not choices and field:
        choices = choices_of(field) if field.type == "string" else ()
    if not kind:
        kind = _kind(field.type if field else "string", bool(choices))
    where = pointer.write(path)
    return Control(
        # A list has two controls, on one line and with a line each.
        id=f"f{slug(where)}{'-lines' if kind == 'lines' else ''}",
        pointer=where,
        label=label or name,
        kind=kind,
        value=modes.show_value(field, value) if modes.is_mode(field) else shown(value, kind),
        verb=verb,
        choices=tuple(choices),
        suggest=tuple(suggest),
        placeholder=placeholder,
        problem=screen.problems.get(path, ""),
        described=field is not None and bool(field.description),
        required=field is not None and field.required,
    )


def slug(pointer: str) -> str:
    """A pointer as a part of an element's id that needs no quoting in a selector: a slash as ``-``, letters and digits
    as they are, the bytes of all else as ``_`` and two hex digits. Two pointers never share one. select.js has it too.
    """
    return "".join(_SLUG.get(byte) or f"_{byte:02x}" for byte in pointer.encode("utf-8", "surrogatepass"))


def _kind(kind: str, choices: bool) -> str:
    if choices:
        return "choice"
    return {
        "integer": "number",
        "boolean": "boolean",
        "object": "yaml",
        "map": "yaml",
        "array": "yaml",
        "any": "yaml",
    }.get(kind, "text")


def shown(value: Any, kind: str) -> str:
    """A value as its control shows it: a boolean as true or false, a list of words as a shell line, data as YAML."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if kind == "list" and isinstance(value, list):
        return command.join_line([str(item) for item in value])
    if kind == "lines" and isinstance(value, list):
        return "\n".join(str(item) for item in value)
    if isinstance(value, (dict, list)):
        return as_yaml(value)
    return str(value)


def as_yaml(value: Any) -> str:
    """Any value as YAML text. `dump` writes documents, so a list is written inside one and taken out again."""
    if isinstance(value, dict):
        return dump([value]) if value else "{}\n"
    text = dump([{"v": value}])
    return text.removeprefix("v:").lstrip("\n") if "\n" in text.strip() else text.removeprefix("v: ")
