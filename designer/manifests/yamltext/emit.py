"""Data written as YAML lines: block style by default, flow and JSON where the text around asks for it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from designer.manifests.types import ManifestError, Path, show
from designer.manifests.yamltext import strings
from designer.manifests.yamltext.limits import MAX_DEPTH
from designer.manifests.yamltext.order import ordered
from designer.manifests.yamltext.scalars import INT64_MAX, INT64_MIN, json_value

# libyaml takes a key on one line with its value up to 1,024 characters; a longer one needs "? ".
_LONGEST_KEY = 1000


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is laid out: by how much mappings and dashes are indented below their key, and what follows a dash.

    `keep` allows blocks that keep their last empty lines (``|+``): among other lines they would take in those too.
    """

    indent: int = 2
    sequence: int = 0
    dash: int = 2
    keep: bool = True


KUBERNETES = Style()


def write_document(document: Any, path: Path = ()) -> str:
    """One document, with a line feed at its end. Raises ManifestError with a path for what JSON cannot say."""
    check(document, path)
    return "\n".join(node_lines(document, 0, KUBERNETES, "")) + "\n"


def check(value: Any, path: Path) -> None:
    """Raises ManifestError, with the path, for data that is not JSON's or that no text can hold."""
    if len(path) > MAX_DEPTH + 1:
        raise ManifestError(f"values are nested more than {MAX_DEPTH} deep: no Kubernetes object is", path)
    kind = type(value)
    if kind is str:
        _check_string(value, path)
    elif kind is dict:
        for key, child in value.items():
            if type(key) is not str:
                raise ManifestError(f"{show(path[1:]) or 'the document'} has the key {key!r}: keys are strings", path)
            _check_string(key, path)
            check(child, (*path, key))
    elif kind is list:
        for index, child in enumerate(value):
            check(child, (*path, index))
    elif kind is int:
        if not INT64_MIN <= value <= INT64_MAX and (abs(value) > 10**300 or int(float(value)) != value):
            raise ManifestError(f"{show(path[1:])} is a larger number than JSON readers keep: make it a string", path)
    elif kind is float:
        if not math.isfinite(value):
            raise ManifestError(f"{show(path[1:])} is not a finite number, and JSON has none other", path)
    elif value is not None and kind is not bool:
        raise ManifestError(f"{show(path[1:]) or 'the document'} is a {kind.__name__}, which JSON does not have", path)


def _check_string(value: str, path: Path) -> None:
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ManifestError(
                f"{show(path[1:])} holds half of a surrogate pair: delete that character", path
            ) from None


def node_lines(value: Any, column: int, style: Style, context: str) -> list[str]:
    """The lines of a value at a column: of a scalar or empty collection, one line without indentation (or a block)."""
    out: list[str] = []
    if value and type(value) is dict:
        _mapping(out, value, column, style, context)
    elif value and type(value) is list:
        _sequence(out, value, column, style, context)
    else:
        _scalar(out, " " * column, value, column - style.indent, style.indent, "", style.keep)
    return out


def pair_lines(key: str, value: Any, column: int, style: Style, context: str, quote: str = "") -> list[str]:
    """The lines of ``key: value`` with the key at a column; `context` is what the mapping stands under."""
    out: list[str] = []
    _pair(out, key, value, column, style, quote)
    return out


def item_lines(value: Any, column: int, style: Style, context: str, quote: str = "") -> list[str]:
    """The lines of ``- value`` with the dash at a column; `context` is the key that the list stands under."""
    out: list[str] = []
    _item(out, value, column, style, context, quote)
    return out


def _mapping(out: list[str], value: dict[str, Any], column: int, style: Style, context: str) -> None:
    for key, child in ordered(value, context):
        _pair(out, key, child, column, style, "")


def _pair(out: list[str], key: str, value: Any, column: int, style: Style, quote: str) -> None:
    pad = " " * column
    text = strings.string(key)
    head = f"{pad}{text}:" if len(text) < _LONGEST_KEY else f"{pad}? {text}\n{pad}:"
    if value and type(value) is dict:
        out += head.split("\n")
        _mapping(out, value, column + style.indent, style, key)
    elif value and type(value) is list:
        out += head.split("\n")
        _sequence(out, value, column + style.sequence, style, key)
    else:
        _scalar(out, head + " ", value, column, style.indent, quote, style.keep)


def _sequence(out: list[str], value: list[Any], column: int, style: Style, context: str) -> None:
    for child in value:
        _item(out, child, column, style, context, "")


def _item(out: list[str], value: Any, column: int, style: Style, context: str, quote: str) -> None:
    dash = " " * column + "-" + " " * (style.dash - 1)
    inner = column + style.dash
    if value and type(value) in (dict, list):
        first = len(out)
        if type(value) is dict:
            _mapping(out, value, inner, style, context)
        else:
            _sequence(out, value, inner, style, context)
        out[first] = dash + out[first][inner:]
    else:
        _scalar(out, dash, value, column, style.dash, quote, style.keep)


def _scalar(out: list[str], head: str, value: Any, column: int, indent: int, quote: str, keep: bool = True) -> None:
    """Appends `head` and a scalar; the lines of a literal block are indented by `indent` below `column`."""
    if type(value) is str and "\n" in value and (block := strings.literal(value, indent, keep)):
        pad = " " * (column + indent)
        out += (head + block[0]).split("\n")
        out += [pad + line if line else "" for line in block[1:]]
    else:
        out += (head + scalar(value, quote)).split("\n")


def scalar(value: Any, quote: str = "", flow: bool = False) -> str:
    """A scalar or an empty collection on one line."""
    if type(value) is str:
        return strings.string(value, quote, flow)
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if type(value) is float:
        return repr(json_value(value))
    return "{}" if value == {} and type(value) is dict else "[]" if value == [] else repr(value)


def flow(value: Any, context: str, as_json: bool, quote: str = "", tight: bool = False) -> str:
    """A value in flow style on one line; `as_json` quotes every string, keys too; `tight` puts no blanks in."""
    if as_json and not isinstance(value, dict | list):
        return strings.double(value) if type(value) is str else scalar(value)
    comma, colon = (",", ":") if tight else (", ", ": ")
    if value and type(value) is dict:
        inner = (
            (strings.double(key) if as_json else strings.string(key, flow=True))
            + colon
            + flow(child, key, as_json, quote, tight)
            for key, child in ordered(value, context)
        )
        return "{" + comma.join(inner) + "}"
    if value and type(value) is list:
        return "[" + comma.join(flow(child, context, as_json, quote, tight) for child in value) + "]"
    return scalar(value, quote, flow=True)
