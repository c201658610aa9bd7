"""Where the entries of a block collection stand in the text, and which comments are whose.

An entry is a ``key: value`` or a ``- item``. The comment on its lines and the deeper ones below it are its own, and so
are those directly above it, at no blank line's distance. A comment between blank lines belongs to nobody and stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from designer.manifests.yamltext.emit import Style
from designer.manifests.yamltext.nodes import ALIAS, MAPPING, SCALAR, SEQUENCE, Node

_GAP = re.compile(r"(?:\s+|#[^\n]*)*")
# A key after "? " has its colon on a later line, and comments may stand between.
_COLON = re.compile(r"(?:[^\S\n]*(?:#[^\n]*)?\n)*[^\S\n]*:")
_QUESTION = re.compile(r"\?\s+(?:#[^\n]*\s+)*")
_PROPERTY = re.compile(r"(?:&[^\s,\[\]{}]+|!\S*)(?:\s+(?:#[^\n]*)?)*")
_DISABLED = re.compile(r"^[ \t]*#( *)- .*\n(?:[ \t]*#\1  .*\n)*", re.MULTILINE)


class LayoutError(Exception):
    """The text is laid out in a way that this module cannot edit: what holds it must be written anew."""


@dataclass(slots=True)
class Entry:
    """One entry: `text[start]` is the first character of its key (or of the ``?`` before it) or its dash, `marker` the
    offset after its colon or dash.

    `lead` is where the first line of its comments above starts (its own line, if none), `tail` where the line after its
    own lines starts. `inline` says that it does not start its line: the first key after a dash.
    """

    start: int
    marker: int
    end: int
    lead: int
    tail: int
    inline: bool


def line_start(text: str, offset: int) -> int:
    start = text.rfind("\n", 0, offset) + 1
    return start + text.startswith("\ufeff", start)  # a byte order mark takes no column


def line_end(text: str, offset: int) -> int:
    """The start of the line after the one of `offset`."""
    end = text.find("\n", offset)
    return len(text) if end < 0 else end + 1


def line_stop(text: str, offset: int) -> int:
    """Where the line of `offset` ends, without its line break."""
    end = line_end(text, offset)
    return end - (2 if text.endswith("\r\n", 0, end) else 1 if text.endswith("\n", 0, end) else 0)


def column(text: str, offset: int) -> int:
    return offset - line_start(text, offset)


def content_start(text: str, node: Node) -> int:
    """Where a node starts after its anchor and tag."""
    position = node.start
    # A mapping without any starts where its first key does, with that key's own.
    for _ in range((node.anchor is not None and node.kind is not ALIAS) + (node.tag is not None)):
        match = _PROPERTY.match(text, position, node.end)
        position = match.end() if match else position
    return position


def colon(text: str, key: Node) -> int:
    """The offset after the colon of a key."""
    match = _COLON.match(text, key.end)
    if match is None:
        raise LayoutError
    return match.end()


def pair_column(text: str, key: Node) -> int:
    """The column of a key, or of the ``?`` in front of it on its line."""
    begin = line_start(text, key.start)
    before = text[begin : key.start].rstrip(" \t")
    return len(before) - 1 if before.endswith("?") else key.start - begin


def gap_end(text: str, offset: int) -> int:
    """The first character at or after the end of a value that is neither blank nor in a comment."""
    match = _GAP.match(text, offset)
    return match.end() if match else offset


def entries(text: str, node: Node, limit: int, is_root: bool = False) -> list[Entry]:
    """The entries of a non-empty block mapping or sequence; `limit` is where its document ends. Raises LayoutError."""
    position = content_start(text, node)
    at_column = column(text, position)
    found: list[Entry] = []
    children = [(key, value) for key, value in node.pairs] if node.kind is MAPPING else [(None, n) for n in node.items]
    for key, value in children:
        start = _GAP.match(text, position).end()  # type: ignore[union-attr]
        if key is None:
            if text[start : start + 1] != "-":
                raise LayoutError
            marker = start + 1
        else:
            asked = _QUESTION.match(text, start, key.start) if start < key.start else None
            if (asked.end() if asked else start) != key.start:
                raise LayoutError
            marker = colon(text, key)
        end = max(value.end, marker)
        begin = line_start(text, start)
        inline = bool(text[begin:start].strip(" "))
        if (inline and found) or column(text, start) != at_column:
            raise LayoutError
        entry = Entry(start, marker, end, begin, line_end(text, end), inline)
        if not found:
            if not is_root and not inline:
                entry.lead = lead(text, begin, at_column=at_column)
        else:
            before = found[-1]
            before.tail, entry.lead = _share(text, before.tail, begin, at_column)
        if key is None and entry.lead < begin:
            entry.lead = _after_disabled(text, entry.lead, begin)
        found.append(entry)
        position = end
    last = found[-1]
    last.tail, _ = _share(text, last.tail, line_start(text, _GAP.match(text, last.end, limit).end()), at_column)  # type: ignore[union-attr]
    return found


def own_end(text: str, end: int, limit: int, at_column: int) -> int:
    """Where a value and its own comments beside and below it end, without the last line break."""
    after = line_end(text, end)
    tail, _ = _share(
        text, after, line_start(text, gap_end(text, end) if gap_end(text, end) < limit else limit), at_column
    )
    return line_stop(text, tail - 1) if tail else tail


def lead(text: str, begin: int, floor: int = 0, at_column: int | None = None) -> int:
    """The start of the comment lines directly above the line at `begin`, none of them above `floor`.

    With a column, a deeper comment is none of them: it belongs to what stands above it.
    """
    while begin > floor:
        above = line_start(text, begin - 1)
        line = text[above:begin]
        comment = line.lstrip(" \t")
        if not comment.startswith("#") or (at_column is not None and len(line) - len(comment) > at_column):
            return begin
        begin = above
    return begin


def _after_disabled(text: str, start: int, end: int) -> int:
    """Where the comment lines begin that stand below the last item that was made a comment (``# - name: old``): it is
    no comment of the item under it."""
    for match in _DISABLED.finditer(text, start, end):
        start = match.end()
    return start


def _share(text: str, start: int, end: int, at_column: int) -> tuple[int, int]:
    """Splits the lines `text[start:end]` between two entries: where the upper one's end and the lower one's start."""
    tail = lead = start
    position, in_tail, unbroken = start, True, False
    while position < end:
        after = line_end(text, position)
        line = text[position:after].lstrip(" \t")
        if not line.startswith("#"):
            unbroken = False
        else:
            indent = after - position - len(line)
            if in_tail and indent > at_column:
                tail = after
                unbroken = False
            else:
                in_tail = False
                if not unbroken:
                    lead, unbroken = position, True
        position = after
    return tail, lead if unbroken else max(end, start)


def blank(text: str, start: int, end: int) -> bool:
    """Whether there is something between two offsets, and only blank lines."""
    return start < end and not text[start:end].strip()


def dash_width(text: str, node: Node) -> int:
    """From a sequence's first dash to the mapping or list after it; 0 where that stands on a line of its own."""
    dash, first = content_start(text, node), node.items[0]
    return 0 if first.kind is SCALAR or "\n" in text[dash : first.start] else first.start - dash


def style_of(text: str, roots: list[Node]) -> Style:
    """How a text is laid out, as most of its collections are; Kubernetes' own style where nothing tells."""
    mappings: dict[int, int] = {}
    sequences: dict[int, int] = {}
    dashes: dict[int, int] = {}
    for key, value in _block_pairs(roots):
        at = column(text, key.start)
        inner = content_start(text, value)
        if value.kind is MAPPING:
            _count(mappings, column(text, inner) - at)
        else:
            _count(sequences, column(text, inner) - at)
            if width := dash_width(text, value):
                _count(dashes, width)
    indent = _most(mappings, 2)
    return Style(indent if indent > 0 else 2, max(0, _most(sequences, 0)), max(2, _most(dashes, 2)), keep=False)


def _block_pairs(roots: list[Node]) -> Iterator[tuple[Node, Node]]:
    waiting, seen = list(roots), 0
    for node in waiting:
        for key, value in node.pairs:
            seen += 1
            if value.style == "block" and value.kind in (MAPPING, SEQUENCE):
                yield key, value
                waiting.append(value)
        waiting += [item for item in node.items if item.style == "block"]
        if seen > 2000:
            return


def _count(counts: dict[int, int], value: int) -> None:
    counts[value] = counts.get(value, 0) + 1


def _most(counts: dict[int, int], default: int) -> int:
    return max(counts, key=lambda value: (counts[value], -value)) if counts else default
