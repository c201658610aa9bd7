"""One string as a YAML scalar that kubectl reads back as the same string, with no more quoting than it needs.

As kubectl prints: plain where that is read as the same text, double quotes where a plain scalar would be something else
("true", "8080"), single quotes where its characters would mean something, and a literal block for several lines.
"""

from __future__ import annotations

import json
import re
from typing import Any

from designer.manifests.yamltext import scalars

# Characters that no reader of YAML takes as they are, that it takes for line breaks or a byte order mark, or that turn
# the direction of the text around them: only double quotes can say them, as escapes.
_ESCAPED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_PLAIN = re.compile(
    r"""(?!---|\.\.\.)                       # not a document marker
        (?: [^\s\-?:,\[\]{}\#&*!|>'"%@`=<]   # a first character that means nothing in YAML
          | -(?=[^\s\-,\[\]{}]) | --(?=[^\s\-,\[\]{}]) | [=<](?=[^=<\s]) )
        (?: [^\s:\#] | :(?!\s|\Z) | (?<!\s)\# | [ ](?![\#\s]|\Z) )* \Z""",
    re.VERBOSE,
)
_PLAIN_IN_FLOW = re.compile(r"(?!---)[A-Za-z0-9_./$+-](?:[A-Za-z0-9_./@%$+=*-]|[ ](?=[A-Za-z0-9]))*\Z")
# What other readers of YAML 1.1 take for numbers and dates. kubectl does not, but it quotes them, and so do we.
_MISREAD = re.compile(
    r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?"
    r"|[-+.0-9][-+0-9_.]*|0o?[0-9_]+"
)
_NUMBER_START = frozenset("0123456789+-.")


def string(value: str, quote: str = "", flow: bool = False) -> str:
    """A string on one line: in the quotes asked for (`'` or `"`) where they can say it, else as briefly as can be."""
    if _ESCAPED.search(value) or "\n" in value or "\t" in value:
        return double(value)
    if quote == '"':
        return double(value)
    if quote == "'":
        return single(value)
    if not _resolves_to_itself(value):
        return double(value)
    if (_PLAIN_IN_FLOW if flow else _PLAIN).match(value):
        return value
    return double(value) if "'" in value and not ('"' in value or "\\" in value) else single(value)


def _resolves_to_itself(value: str) -> bool:
    if value[:1] in _NUMBER_START:
        return bool(value) and isinstance(scalars.plain(value), str) and not _MISREAD.fullmatch(value)
    return isinstance(scalars.plain(value), str)


def single(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def double(value: str) -> str:
    """In double quotes, with JSON's escapes: valid in YAML and in JSON alike."""
    return _ESCAPED.sub(_escape, json.dumps(value, ensure_ascii=False))


def json_lines(value: Any, step: int | str) -> str:
    """A value as JSON over several lines, each level indented by `step`."""
    return _ESCAPED.sub(_escape, json.dumps(value, ensure_ascii=False, indent=step))


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def literal(value: str, indent: int, keep: bool = True) -> list[str] | None:
    """The header and the unindented content lines of a literal block (``|``); None where a block cannot say the value.

    `indent` is by how much the content will be indented below its parent: it is written into the header where the
    content starts with a blank. `keep` allows the block that keeps its last empty lines.
    """
    body = value.rstrip("\n")
    if not body.strip(" \t\n") or _ESCAPED.search(value) or "\n" not in value or indent > 9:
        return None
    hint = str(indent) if value[0] in " \t\n" else ""
    chomp = {0: "-", 1: ""}.get(len(value) - len(body), "+")
    if chomp == "+" and not keep:
        return None
    lines = body.split("\n")
    if chomp == "+":
        lines += [""] * (len(value) - len(body) - 1)
    return ["|" + hint + chomp, *lines]
