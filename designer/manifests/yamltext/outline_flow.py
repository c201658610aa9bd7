"""Brackets in a text that may be broken: ``{name: a, ports: [``, on one line or several, and JSON."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from designer.manifests.types import Path
from designer.manifests.yamltext.outline_parts import Frame, Spot, decode

if TYPE_CHECKING:
    from designer.manifests.yamltext.outline import Outline

_UNIT = r"(?:[^\s,\[\]{}:\#]|:(?=[^\s,\[\]{}])|(?<=\S)\#)"
_TOKEN = re.compile(
    rf"""(?P<space>[ \t\r]*\n[ \t\r\n]*|[ \t\r]+) | (?P<comment>(?<!\S)\#[^\n]*)
        | (?P<mark>[\[\]{{}},]|:(?=[\s,\[\]{{}}]|\Z)) | (?P<quoted>["']) | (?P<property>[&!][^\s,\[\]{{}}]*)
        | (?P<plain>{_UNIT}++(?:[ \t]++{_UNIT}++)*+) | (?P<odd>.)""",
    re.VERBOSE,
)
# What most of a JSON object is.
_PAIR = re.compile(r"""[ \r\n]*+"([^"\\\n]*+)":[ ]?("[^"\\\n]*+"|[\w.+-]++)(,?)""")
# A line that starts an entry of a block: brackets above it that it does not stand in were never closed.
_BLOCK_ENTRY = re.compile(r"""- |-$|["']?[\w./-]+["']?:(?:\s|\Z)""")
_TYPED = re.compile(r"""["']?[\w./-]""")


def read_flow(outline: Outline, begin: int, path: Path, floor: int, merged: bool) -> int:
    """Reads what opens at `begin`, below a block that stands at the column `floor`; the offset behind it."""
    doc, target = outline.doc, outline.target
    at, size = begin, len(doc)
    stack: list[Frame] = []
    while at < size:
        plain = floor < 0 and stack and stack[-1].state == "key"
        if plain and (pair := _PAIR.match(doc, at)) and not at <= target <= pair.end():
            frame = stack[-1]
            frame.keys.append((pair[1], pair.start(1) - 1))
            frame.values[pair[1]] = decode(pair[2])
            frame.state = "key" if pair[3] else ","
            at = pair.end()
            continue
        if doc[at] == ":" and stack and stack[-1].state == ":":
            kind, end = "mark", at + 1  # behind a key in quotes no space is needed
        else:
            match = _TOKEN.match(doc, at)
            kind, end = (match.lastgroup or "odd", match.end()) if match else ("odd", at + 1)
        if kind == "quoted":
            line_end = doc.find("\n", at)
            end = max(at + 1, outline.scalar(at, size if line_end < 0 else line_end, floor))
        if kind == "space" and floor >= 0 and (broken := _broken(outline, at, end, floor)):
            if at <= target < broken:
                _empty(outline, stack, "\n" in doc[at:target])
            return broken
        if kind in ("quoted", "plain", "odd"):
            _scalar(outline, stack, at, end)
        elif outline.spot is None and (at <= target < end or (at == target and kind == "mark")) and stack:
            if kind == "space" or target == at:
                _empty(outline, stack, "\n" in doc[at:target])
            else:
                outline.spot = Spot()
        if kind == "mark" and _mark(outline, stack, doc[at], at, path, merged):
            return end
        at = end
    if outline.spot is None and target >= size and stack:
        _empty(outline, stack, doc[doc.rfind("\n") + 1 :].isspace() or doc.endswith("\n"))
    return size


def _broken(outline: Outline, at: int, end: int, floor: int) -> int:
    """The start of the line after this space if it goes on with the block around the brackets, else 0."""
    line = outline.doc.rfind("\n", at, end) + 1
    if not line or end - line > floor:
        return 0
    # At the cursor a key may have no colon yet.
    entry = _TYPED if line == outline.line else _BLOCK_ENTRY
    return line if entry.match(outline.doc, end) else 0


def _mark(outline: Outline, stack: list[Frame], char: str, at: int, path: Path, merged: bool) -> bool:
    """Takes a bracket, comma or colon; whether it closes the outermost bracket."""
    top = stack[-1] if stack else None
    if char in "{[":
        if top is not None:
            path, merged = _next(top), top.merging()
        frame = outline.begin(path, at - outline.doc.rfind("\n", 0, at) - 1, char == "{", merged and char == "[")
        frame.state = "key" if char == "{" else "value"
        stack.append(frame)
    elif char in "}]":
        stack.pop()
        return not stack
    elif top is not None and char == ",":
        if top.state == "value" and not top.is_map:
            top.count += 1
        top.state = "key" if top.is_map else "value"
    elif top is not None and top.is_map:
        if top.state == "key":
            top.keys.append(("", at))
        top.state = "value"
    return False


def _next(frame: Frame) -> Path:
    """Begins the next value of a collection; its path."""
    frame.state = ","
    frame.count += not frame.is_map
    return frame.inside()


def _scalar(outline: Outline, stack: list[Frame], start: int, end: int) -> None:
    frame = stack[-1]
    here = outline.spot is None and start <= outline.target <= end
    raw = outline.doc[start:end]
    if frame.is_map and frame.state != "value":
        frame.keys.append((decode(raw, key=True), start))
        frame.state = ":"
        if raw == "<<":
            frame.merge = start
        if here:
            outline.spot = _spot(outline, stack, "key", frame.path, start, end, (start, end))
    elif frame.is_map:
        name, offset = frame.keys[-1]
        frame.values[name] = decode(raw)
        frame.state = ","
        if here:
            outline.spot = _spot(outline, stack, "value", (*frame.path, name), start, end, _key(outline, offset))
    else:
        path = _next(frame)
        if here:
            outline.spot = _spot(outline, stack, "value", path, start, end)


def _empty(outline: Outline, stack: list[Frame], on_new_line: bool) -> None:
    """The spot where nothing is written yet: what it is follows from what is expected."""
    frame, at = stack[-1], outline.target
    if outline.spot is not None:
        return
    if frame.state == "key" or (frame.is_map and on_new_line and frame.state == ","):
        outline.spot = _spot(outline, stack, "key", frame.path, at, at)
    elif frame.state == "value" and frame.is_map:
        name, offset = frame.keys[-1]
        outline.spot = _spot(outline, stack, "value", (*frame.path, name), at, at, _key(outline, offset))
    elif frame.state == "value":
        path = frame.path if frame.merged else (*frame.path, frame.count)
        outline.spot = _spot(outline, stack, "value", path, at, at)
    else:
        outline.spot = Spot()


def _key(outline: Outline, offset: int) -> tuple[int, int]:
    match = _TOKEN.match(outline.doc, offset)
    end = match.end() if match else offset
    if match and match.lastgroup == "quoted":
        line_end = outline.doc.find("\n", offset)
        end = outline.scalar(offset, len(outline.doc) if line_end < 0 else line_end, -1)
    return offset, end


def _spot(
    outline: Outline,
    stack: list[Frame],
    role: str,
    path: Path,
    start: int,
    end: int,
    key: tuple[int, int] | None = None,
) -> Spot:
    frame = stack[-1]
    doc = outline.doc
    first = frame.keys[0][1] if frame.keys else start
    indent = first - doc.rfind("\n", 0, first) - 1
    return Spot(role, path, start, end, frame, [*outline.stack, *stack], key, indent, False, True)
