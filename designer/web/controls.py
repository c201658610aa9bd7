"""One form control for one field: what it is from the schema, what it holds and means from the documents, what is wrong
from the checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from designer.manifests import command, meaning, pointer, quantity
from designer.manifests.choices import choices as choices_of
from designer.manifests.choices import suggestions
from designer.manifests.edits import modes
from designer.manifests.pod import GROUPS
from designer.manifests.schema import Field, newest_with
from designer.manifests.text import dump
from designer.manifests.types import Path, get
from designer.web.screen import Screen

_SLUG = {byte: chr(byte) for byte in (*range(48, 58), *range(65, 91), *range(97, 123))} | {ord("/"): "-"}


@dataclass(frozen=True)
class Pair:
    """One key of a map of plain values: its row. `verb` sets its value."""

    key: str
    value: str
    path: Path
    verb: str
    help: str = ""
    caution: str = ""
    problem: str = ""

    @property
    def has_lines(self) -> bool:
        return "\n" in self.value


@dataclass(frozen=True)
class Control:
    """A control and all that its template needs. `kind` is text, area, number, boolean, choice, lines, list, map or
    yaml.

    `help` says what the value means, `caution` that it is seldom meant, `note` that the version has no such field;
    `sent` are words that go with an edit; `pairs` are the rows of a map, `starts` the keys it is offered. What is
    `fixed` is shown and not edited here.
    """

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
    default: str = ""
    help: str = ""
    caution: str = ""
    note: str = ""
    sent: tuple[tuple[str, str], ...] = ()
    pairs: tuple[Pair, ...] = ()
    starts: tuple[str, ...] = ()
    path: Path = ()
    fixed: bool = False


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
    value, note = get(screen.documents, path), ""
    if field is None and value is not None:
        field, note = _from_another_version(screen, path)
    name = str(path[-1])
    if field is None and kind == "map":
        field = Field(name, "map", "", item="string")  # the labels of a custom resource
    if not choices and field:
        choices = choices_of(field) if field.type == "string" else ()
    if not kind:
        kind = _kind(field.type if field else "string", bool(choices))
    if kind == "map" and not (field and _plain_map(field, value)):
        kind = "yaml"
    # A one-line input would drop the line ends of what it shows.
    if kind == "text" and isinstance(value, str) and "\n" in value:
        kind = "area"
    where = pointer.write(path)
    fixed = _says_what_it_is(screen, path)
    default = field.default if field else ""
    says = meaning.meaning(field, path, value)
    return Control(
        # A list has two controls, on one line and with a line each.
        id=f"f{slug(where)}{'-lines' if kind == 'lines' else ''}",
        pointer=where,
        label=label or name,
        kind=kind,
        value=modes.show_value(field, value) if modes.is_mode(field) else shown(value, kind),
        verb=verb,
        choices=tuple(choices),
        suggest=tuple(suggest) or (suggestions(field) if field and kind == "text" else ()),
        placeholder=placeholder or _placeholder(field, kind, default),
        problem=screen.problems.get(path, ""),
        described=field is not None and bool(field.description),
        required=field is not None and field.required,
        default=default,
        help="The Workload tab changes it." if fixed and name == "kind" and value in GROUPS else says,
        caution=meaning.caution(field, path, value),
        note=note,
        pairs=_pairs(screen, path, field, value) if kind == "map" and field else (),
        starts=_starts(path, value) if kind == "map" and field and field.item == "quantity" else (),
        path=path,
        fixed=fixed,
    )


def _says_what_it_is(screen: Screen, path: Path) -> bool:
    """Whether a field says what a document is, of a kind that is known: another would make all its fields unknown."""
    if path[1:] not in (("apiVersion",), ("kind",)):
        return False
    document = screen.documents[int(path[0])]
    return bool(screen.schema.definition_of(str(document.get("apiVersion")), str(document.get("kind"))))


def _from_another_version(screen: Screen, path: Path) -> tuple[Field | None, str]:
    """The field that the design's version does not have, and a sentence about that."""
    found = newest_with(screen.documents[int(path[0])], path[1:])
    if found is None:
        return None, ""
    field, version = found
    return field, f"{missing(screen.schema.version, field, version)} It is kept."


def missing(version: str, field: Field, last: str) -> str:
    """That `version` has not a field which `last` was the newest to have."""
    since = field.since
    if since and _minor(since) > _minor(version):
        return f"Kubernetes {version} does not have this field; it came with {since}."
    return f"Kubernetes {version} does not have this field any more; {last} was the last with it."


def _minor(version: str) -> int:
    return int(version.partition(".")[2])


def _placeholder(field: Field | None, kind: str, default: str) -> str:
    if field and kind == "lines" and (values := choices_of(field) or suggestions(field)):
        return f"one a line: {', '.join(values)}"
    return f"default: {default}" if default else ""


def _plain_map(field: Field, value: Any) -> bool:
    """Whether rows of key and value can show a map: one of plain values, that holds no others."""
    if field.of or field.item in ("array", "map", "any", "object"):
        return False
    return value is None or (isinstance(value, dict) and not any(isinstance(v, (dict, list)) for v in value.values()))


def _pairs(screen: Screen, path: Path, field: Field, value: Any) -> tuple[Pair, ...]:
    item = Field("", field.item, "")
    verb = "set-text" if field.item == "string" else "set"
    return tuple(
        Pair(
            key,
            shown(one, "text"),
            (*path, key),
            verb,
            meaning.meaning(item, (*path, key), one),
            meaning.caution(item, (*path, key), one),
            screen.problems.get((*path, key), ""),
        )
        for key, one in (value or {}).items()
    )


def _starts(path: Path, value: Any) -> tuple[str, ...]:
    """The usual resources that a map of amounts does not have yet: those of a claim where it stands in one."""
    claim = "volumeClaimTemplates" in path or "volumeClaimTemplate" in path or path[1:3] == ("spec", "resources")
    names = ("storage",) if claim else tuple(name for name in quantity.USUAL if name != "storage")
    return tuple(name for name in names if name not in (value or {}))


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
        "map": "map",
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
