"""What an editor offers in a preset's text, and what it tells about a word there. Pure.

Inside `pod`, `objects` and `example` it is what Kubernetes' schema says, as in a design; elsewhere the fields of the
format itself (patterns/preset.py); behind ``${`` the parameters that the text declares. The text may be half typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from designer.manifests import complete as manifests
from designer.manifests import cursor
from designer.manifests.complete import Completion, Hover
from designer.manifests.cursor import Place
from designer.manifests.schema import Schema
from patterns.parameters import BUILT_IN, LINES, NUMBERS, POINTERS, WHEN
from patterns.words import FIELDS, METADATA, PARAMETER, VALUES, Word

_TOP = re.compile(r"([A-Za-z]\w*):(?:\s|$)")
_DASH = re.compile(r"( *)- ")
_CONTENT = re.compile(r" *[^\s#]")
_PLACEHOLDER = re.compile(r"(?<!\$)\$(?:\{\{?[A-Za-z0-9_]*)?$")
_REST = re.compile(r"[A-Za-z0-9_]*\}{0,2}")
_DECLARED = re.compile(r"\s*(?:- +)?(name|type): *[\"']?([\w.-]+)")
_HEAD = "apiVersion: v1\nkind: Pod\n"
_WHEN = Word(WHEN, "condition", "It is there only if this holds: NAME (has a value), !NAME, NAME=text, NAME!=text.")


@dataclass(frozen=True)
class _Inner:
    """A Kubernetes object inside a preset, as a text of its own: `line` and `indent` lead from there to here."""

    text: str
    line: int
    indent: int
    pod: bool


def complete(text: str, line: int, column: int, schema: Schema) -> tuple[str, int, int, list[Completion]]:
    """(role, start, end, choices) at a place: `line` counts from 1, `column` from 0; a choice's value replaces the
    columns start..end. Role is "key" or "value", "" where nothing fits. Never raises."""
    lines = text.split("\n")
    if not 1 <= line <= len(lines):
        return "", column, column, []
    before = lines[line - 1][:column]
    inner = _inner(lines, line - 1, column)
    if inner and (match := _PLACEHOLDER.search(before)):
        rest = _REST.match(lines[line - 1], column)
        # The start of a name is no value yet: what is offered first is taken, as a key is.
        return "key", match.start(), rest.end() if rest else column, list(_names(lines, before[: match.start()]))
    if inner:
        place = cursor.place(inner.text, inner.line, column - inner.indent)
        found = manifests.complete(inner.text, inner.line, column - inner.indent, schema)
        if inner.pod and not place.path:
            found = [one for one in found if one.label in ("metadata", "spec")]
        if place.path and place.path[-1] == WHEN:
            found = [Completion(name, name, type_) for name, type_ in _declared(lines).items()]
        elif place.role == "key" and place.prefix.startswith("$"):
            found = [*found, Completion(f"{WHEN}: ", WHEN, _WHEN.detail, _WHEN.words)]
        deeper = [replace(one, value=one.value.replace("\n", "\n" + " " * inner.indent)) for one in found]
        return place.role, place.start + inner.indent, place.end + inner.indent, deeper
    place = cursor.place(text, line, column)
    wanted = place.prefix.strip().lower()
    own = [one for one in _own(place, lines[line - 1], lines) if wanted in one.label.lower()]
    return place.role, place.start, place.end, sorted(own, key=lambda one: not one.label.lower().startswith(wanted))


def hover(text: str, line: int, column: int, schema: Schema) -> Hover | None:
    """What the key or value at a place is; None where nothing is known of it. Never raises."""
    lines = text.split("\n")
    if not 1 <= line <= len(lines):
        return None
    inner = _inner(lines, line - 1, column)
    if inner:
        told = manifests.hover(inner.text, inner.line, column - inner.indent, schema)
        return replace(told, start=told.start + inner.indent, end=told.end + inner.indent) if told else None
    place = cursor.place(text, line, column)
    key = place.key or (place.start, place.end)
    name = lines[line - 1][key[0] : key[1]].strip("\"'")
    path = place.path[:-1] if place.role == "value" else place.path
    word = next((one for one in _fields(path) if one.name == name), None)
    return Hover((*path, name), name, word.detail, word.words, *key) if word and place.role else None


# --- Kubernetes' objects -------------------------------------------------------------------------------------------


def _inner(lines: list[str], row: int, column: int) -> _Inner | None:
    """The object around a row, if it stands in one."""
    head = next((n for n in range(row - 1, -1, -1) if _TOP.match(lines[n])), -1)
    part = _TOP.match(lines[head]) if head >= 0 else None
    if part is None or _TOP.match(lines[row]) or part[1] not in ("pod", "objects", "example"):
        return None
    last = next((n for n in range(row + 1, len(lines)) if _TOP.match(lines[n])), len(lines))
    first = next((n for n in range(head + 1, last) if _CONTENT.match(lines[n])), row)
    if part[1] == "pod":
        indent = _indent(lines[first]) or 2
        body = [line[indent:] if not line[:indent].strip() else line for line in lines[head + 1 : last]]
        inside = _Inner(_HEAD + "\n".join(body), row - head + 2, indent, True)
        return inside if column >= indent else None
    dash = _DASH.match(lines[first] + " ")
    if dash is None:
        return None
    item = re.compile(rf" {{{len(dash[1])}}}-(?: |$)")
    start = next((n for n in range(row, head, -1) if item.match(lines[n])), -1)
    indent = len(dash[1]) + 2
    if start < 0 or column < indent:
        return None
    end = next((n for n in range(start + 1, last) if item.match(lines[n])), last)
    # The dash is where the first line's indentation ends.
    own = [lines[start][indent:], *(line[indent:] for line in lines[start + 1 : end])]
    return _Inner("\n".join(own), row - start + 1, indent, False)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


# --- The format itself ---------------------------------------------------------------------------------------------


def _fields(path: tuple[str | int, ...]) -> tuple[Word, ...]:
    """The fields of the mapping at a path of a preset."""
    if not path:
        return FIELDS
    if path == ("metadata",):
        return METADATA
    return PARAMETER if path[0] == "parameters" and len(path) <= 2 else ()


def _own(place: Place, line: str, lines: list[str]) -> Iterator[Completion]:
    gap = " " if line[: place.start].endswith((":", "-")) else ""
    if place.role == "value":
        for one in _values(place, lines):
            yield replace(one, value=gap + one.value)
        return
    lead = "- " if place.path == ("parameters",) else ""
    given = line[place.end :].lstrip().startswith(":")
    for word in _fields((*place.path, 0) if lead else place.path) if place.role == "key" else ():
        if lead or word.name not in place.keys:
            indent = " " * (place.indent + len(lead))
            follows = {"list": f":\n{indent}- ", "map": f":\n{indent}  "}.get(word.shape, ": ")
            yield Completion(gap + lead + word.name + ("" if given else follows), word.name, word.detail, word.words)


def _values(place: Place, lines: list[str]) -> Iterator[Completion]:
    field = str(place.path[-1]) if place.path else ""
    inside = place.path[0] if place.path else ""
    # The pattern of metadata is a role, that of a parameter a regular expression.
    for value, words in VALUES.get(field, ()) if (field, inside) != ("pattern", "parameters") else ():
        yield Completion(value, value, "", words)
    if len(place.path) != 3 or inside != "parameters":
        return
    declared = _declared(lines)
    pointer = POINTERS.get(place.said.get((*place.path[:2], "type"), ""))
    if field == "default" and pointer:
        yield Completion(pointer, pointer, "", "It is looked up in the pod that the preset is woven onto.")
    if field in ("of", "key"):
        wanted = {"container"} if field == "of" else LINES
        yield from (Completion(name, name, type_) for name, type_ in declared.items() if type_ in wanted)


def _names(lines: list[str], before: str) -> Iterator[Completion]:
    """The parameters, as they are put in: as a whole value where that is a number or yes and no."""
    whole = before.rstrip().endswith((":", "-"))
    for name, type_ in {**_declared(lines), **dict.fromkeys(BUILT_IN, "in every preset")}.items():
        bare = whole and (type_ in NUMBERS or type_ == "boolean" or name == "POD_LABELS")
        written = f"${{{{{name}}}}}" if bare else f"${{{name}}}"
        yield Completion(written, written, type_)


def _declared(lines: list[str]) -> dict[str, str]:
    """The names of the parameters that a text declares, with their types."""
    found: dict[str, str] = {}
    inside, last = False, ""
    for line in lines:
        if top := _TOP.match(line):
            inside = top[1] == "parameters"
        elif inside and (match := _DECLARED.match(line)):
            if match[1] == "name":
                last = match[2]
                found[last] = "string"
            elif last:
                found[last] = match[2]
    return found
