"""JSON read into the same nodes as YAML: a flow style with double quotes everywhere.

kubectl reads a text that starts with ``{`` as JSON, which allows what YAML does not (tabs, surrogate pairs as escapes).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from designer.manifests.yamltext.limits import MAX_DEPTH, MAX_NODES
from designer.manifests.yamltext.nodes import MAPPING, SCALAR, SEQUENCE, Node, ProblemError
from designer.manifests.yamltext.scalars import INT64_MAX, INT64_MIN, json_value

_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORDS = {"true": True, "false": False, "null": None}
_WORD = re.compile("true|false|null")
_scan_string: Callable[[str, int, bool], tuple[str, int]] = json.decoder.scanstring  # type: ignore[attr-defined]
# json.scanstring leaves half of a surrogate pair as it is; Go puts U+FFFD in its place.
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class NotJSONError(Exception):
    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


def skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def read(text: str, begin: int) -> tuple[Node, int]:
    """The value at `begin` and where it ends. Raises NotJSONError, and ProblemError where no reading helps."""
    node = _value(text, begin, 0)
    if node.size > MAX_NODES:
        raise ProblemError(f"the text holds more than {MAX_NODES:,} values: split it", begin)
    return node, node.end


def _value(text: str, at: int, depth: int) -> Node:
    char = text[at : at + 1]
    if depth > MAX_DEPTH:
        raise ProblemError(f"values are nested more than {MAX_DEPTH} deep: no Kubernetes object is", at)
    if char == "{":
        return _mapping(text, at, depth)
    if char == "[":
        return _sequence(text, at, depth)
    if char == '"':
        return _string(text, at)
    if match := _WORD.match(text, at):
        return Node(SCALAR, at, match.end(), _WORDS[match[0]])
    if match := _NUMBER.match(text, at):
        return Node(SCALAR, at, match.end(), _number(match, at))
    raise NotJSONError("a value is missing here" if char else "the text ends too early", at)


def _number(match: re.Match[str], at: int) -> Any:
    if match[1] is None and match[2] is None:
        whole = int(match[0]) if len(match[0]) < 400 else 10**400
        if INT64_MIN <= whole <= INT64_MAX:
            return whole
    value = float(match[0])
    if value in (float("inf"), float("-inf")):
        raise NotJSONError("this number is too large", at)
    return json_value(value)


def _string(text: str, at: int) -> Node:
    try:
        value, end = _scan_string(text, at + 1, True)
    except json.JSONDecodeError as error:
        raise NotJSONError("this string is not closed or holds a wrong escape", error.pos) from None
    if _LONE_SURROGATE.search(value):
        value = _LONE_SURROGATE.sub("\ufffd", value)
    return Node(SCALAR, at, end, value, '"')


def _mapping(text: str, at: int, depth: int) -> Node:
    node = Node(MAPPING, at, at, {}, "flow")
    own: dict[str, Node] = {}
    position = skip(text, at + 1)
    if text[position : position + 1] == "}":
        node.end = position + 1
        return node
    while True:
        if text[position : position + 1] != '"':
            raise NotJSONError("a key in double quotes is missing here", position)
        key = _string(text, position)
        if key.value in own:
            raise ProblemError(
                f'the key "{key.value}" is also on line {{line}}: keep one of the two', position, own[key.value].start
            )
        own[key.value] = key
        position = skip(text, key.end)
        if text[position : position + 1] != ":":
            raise NotJSONError("a colon is missing after this key", position)
        child = _value(text, skip(text, position + 1), depth + 1)
        node.pairs.append((key, child))
        node.value[key.value] = child.value
        _count(node, child)
        position = skip(text, child.end)
        char = text[position : position + 1]
        if char == "}":
            node.end = position + 1
            return node
        if char != ",":
            raise NotJSONError("a comma or } is missing here", position)
        position = skip(text, position + 1)


def _sequence(text: str, at: int, depth: int) -> Node:
    node = Node(SEQUENCE, at, at, [], "flow")
    position = skip(text, at + 1)
    if text[position : position + 1] == "]":
        node.end = position + 1
        return node
    while True:
        child = _value(text, position, depth + 1)
        node.items.append(child)
        node.value.append(child.value)
        _count(node, child)
        position = skip(text, child.end)
        char = text[position : position + 1]
        if char == "]":
            node.end = position + 1
            return node
        if char != ",":
            raise NotJSONError("a comma or ] is missing here", position)
        position = skip(text, position + 1)


def _count(parent: Node, child: Node) -> None:
    parent.size += child.size
    parent.height = max(parent.height, child.height + 1)
