"""Where each field stands in the text of its documents, and what stands on each line."""

from __future__ import annotations

from bisect import bisect_right

from designer.manifests.types import Path, get
from designer.manifests.yamltext.chunks import Chunk
from designer.manifests.yamltext.layout import gap_end
from designer.manifests.yamltext.nodes import ALIAS, MAPPING, SEQUENCE, Node, merge_sources

_MISSING = object()


class Where:
    """Paths (document index first) and lines (1-based) of a text that was read.

    Lines are what an editor shows: they end at LF or CRLF. Built when first asked.
    """

    def __init__(self, text: str, chunks: list[Chunk]) -> None:
        self._text = text
        self._chunks = chunks
        self._roots = [chunk.root for chunk in chunks if chunk.root is not None]
        self._starts: list[int] = []
        self._lines: dict[Path, tuple[int, int]] = {}
        # What is written elsewhere, at an alias or a merge key: its own node has no place of its own.
        self._elsewhere: dict[Path, tuple[int, int]] = {}
        self._paths: list[Path] = []

    def lines(self, path: Path) -> tuple[int, int] | None:
        """The first and last line of a field, None where the documents have none at `path`.

        From the line of its key or dash to the last line of its content: comments and blank lines below are not
        counted. A value that an alias or merge key brings stands where that alias or merge key does.
        """
        self._build()
        if path in self._lines:
            return self._lines[path]
        index = path[0] if path else None
        if not isinstance(index, int) or not 0 <= index < len(self._roots):
            return None
        if get(self._roots[index].value, path[1:], _MISSING) is _MISSING:
            return None
        for length in range(len(path), 0, -1):
            if path[:length] in self._elsewhere:
                return self._elsewhere[path[:length]]
        return None

    def path(self, line: int) -> Path:
        """The deepest path around a line; () outside of every document. Comments belong to what they stand in."""
        self._build()
        return self._paths[line] if 0 < line < len(self._paths) else ()

    def _build(self) -> None:
        if self._starts:
            return
        text = self._text
        self._starts = [0]
        at = text.find("\n")
        while at >= 0:
            self._starts.append(at + 1)
            at = text.find("\n", at + 1)
        self._paths = [()] * (len(self._starts) + 1)
        index = 0
        for chunk in self._chunks:
            if chunk.root is None:
                continue
            first = self._line(chunk.start if chunk.marker < 0 else chunk.marker)
            # A chunk's end is the next line's start, unless the text ends there or JSON goes on in the line.
            last = self._line(max(chunk.start, chunk.end - 1))
            self._cover((index,), first, last)
            self._lines[(index,)] = (self._line(chunk.root.start), self._line(chunk.root.end))
            self._visit(chunk.root, (index,))
            index += 1

    def _visit(self, root: Node, path: Path) -> None:
        waiting: list[tuple[Node, Path]] = [(root, path)]
        while waiting:
            node, path = waiting.pop()
            children: list[tuple[Node, Path]] = []
            before = node.start
            shared = 0
            overridden = _overridden(node)
            for key, value, part in _children(node):
                own = (*path, part)
                if key is not None:
                    start = key.start
                elif node.style == "block":
                    start = gap_end(self._text, before)
                else:
                    start = value.start
                first, last = self._line(start), self._line(max(value.end, start))
                if id(value) in overridden:
                    self._cover(path, first, last)
                    before = max(value.end, start)
                    continue
                self._lines[own] = (first, last)
                self._cover(own, first, last)
                if node.style == "flow" and first == shared:
                    self._cover(path, first, first)
                shared, before = last, max(value.end, start)
                if value.kind == ALIAS:
                    self._elsewhere[own] = (first, last)
                elif value.kind in (MAPPING, SEQUENCE):
                    children.append((value, own))
            for key, value in node.pairs:
                if key.is_merge:
                    self._merge(node, path, (self._line(key.start), self._line(value.end)))
            one_line = node.style == "flow" and self._line(node.start) == self._line(node.end)
            if one_line:
                self._cover(path, self._line(node.start), self._line(node.end))
            waiting += reversed(children)

    def _merge(self, node: Node, path: Path, lines: tuple[int, int]) -> None:
        self._cover(path, *lines)
        for name in node.value:
            if (*path, name) not in self._lines:
                self._elsewhere[(*path, name)] = lines

    def _cover(self, path: Path, first: int, last: int) -> None:
        for line in range(first, min(last, len(self._paths) - 1) + 1):
            self._paths[line] = path

    def _line(self, offset: int) -> int:
        return bisect_right(self._starts, offset)


def _overridden(node: Node) -> set[int]:
    """The ids of the values that say nothing, because a merge below them brings another."""
    found: set[int] = set()
    brought: set[str] = set()
    if any(key.is_merge for key, _ in node.pairs):
        for key, value in reversed(node.pairs):
            if key.is_merge:
                for source in merge_sources(value):
                    brought.update(source.value)
            elif key.value in brought:
                found.add(id(value))
    return found


def _children(node: Node) -> list[tuple[Node | None, Node, str | int]]:
    if node.kind == SEQUENCE:
        return [(None, item, index) for index, item in enumerate(node.items)]
    return [(key, value, key.value) for key, value in node.pairs if not key.is_merge]
