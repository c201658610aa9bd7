"""A changed scalar in the style of the old one: quoted stays quoted with the same quote, a block stays a block."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from designer.manifests.yamltext import emit, layout, strings
from designer.manifests.yamltext.nodes import SCALAR, Node

_HEADER = re.compile(r"[|>][-+0-9]*")


def rewritten_scalar(
    text: str, node: Node, value: Any, style: emit.Style, in_flow: bool, as_json: bool, eol: str
) -> str | None:
    """The text that takes the place of a scalar, without its anchor; None where its slot must be written anew."""
    if isinstance(value, dict | list) and value:
        return None
    anchor = f"&{node.anchor} " if node.anchor is not None and node.tag is not None else ""
    if as_json:
        return emit.flow(value, "", True)
    if node.style in ("|", ">"):
        return _block(text, node, value, eol) if isinstance(value, str) and value and node.tag is None else None
    if node.end <= layout.content_start(text, node):
        return None
    if isinstance(value, str) and "\n" in value and not in_flow:
        keeps = node.style == '"' and isinstance(node.value, str) and "\n" in node.value
        return strings.double(value) if keeps else None
    quote = node.style if node.style in ("'", '"') and isinstance(node.value, str) else ""
    return anchor + emit.scalar(value, quote, flow=in_flow)


def _block(text: str, node: Node, value: str, eol: str) -> str | None:
    """A block scalar's header and content for a new value, at the indentation of the old one."""
    start = layout.content_start(text, node)
    lines = text[start : node.end].split("\n")
    match = _HEADER.match(lines[0])
    body = [line for line in lines[1:] if line.strip()]
    if match is None or not body:
        return None
    # By how much the content is indented: its first line in the text has that much more than in the value.
    first = next((line for line in str(node.value).split("\n") if line.strip()), "")
    indent = _leading(body[0]) - _leading(first)
    hint = re.sub(r"\D", "", match[0])
    if not hint and value[0] in " \t\n":
        return None
    written = strings.literal(value if "\n" in value else value + "\n", int(hint or 2))
    if written is None:
        return None
    head, content = written[0], written[1:]
    chomp = ("+" if "+" in head else "-" if "-" in head else "") if "\n" in value else "-"
    sign = match[0][0]
    if sign == ">":
        if any(line[:1] in " \t" for line in content if line) or "" in content[:1] or chomp == "+":
            sign = "|"
        else:
            content = _unfolded(content)
    rest = lines[0][match.end() :].removesuffix("\r")
    pad = " " * indent
    return eol.join([sign + hint + chomp + rest, *(pad + line if line else "" for line in content)])


def _unfolded(lines: list[str]) -> list[str]:
    """Lines as a folded block holds them: a line break is an empty line there, n empty lines are n + 1."""
    out: list[str] = []
    for index, line in enumerate(lines):
        out += ["", line] if index and line else [line]
    return out


def _leading(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def shared_quote(siblings: Iterable[Node]) -> str:
    """The quote that all strings beside a new one stand in by choice, "" where they differ or need it."""
    quotes = {
        node.style
        for node in siblings
        if node.kind is SCALAR and isinstance(node.value, str) and strings.string(node.value) == node.value
    }
    return quotes.pop() if quotes in ({"'"}, {'"'}) else ""
