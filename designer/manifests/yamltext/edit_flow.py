"""Edits inside flow style (``[a, b]``, ``{a: 1}``), which is also JSON."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from designer.manifests.types import Path
from designer.manifests.yamltext import emit, layout, strings
from designer.manifests.yamltext.edits import Edit, Slot, apply
from designer.manifests.yamltext.layout import LayoutError
from designer.manifests.yamltext.match import match, staying
from designer.manifests.yamltext.nodes import MAPPING, Node
from designer.manifests.yamltext.order import rank

_SEPARATOR = re.compile(r"\s*,(\s*)")
_TIGHT = re.compile(r'\s*\{"(?:[^"\\]|\\.)*":\S')
_REST_OF_ROW = re.compile(r"[ \t]*(,?)[ \t]*(?:#[^\n]*)?\r?\n")


@dataclass(frozen=True, slots=True)
class Row:
    """An entry with lines of its own: from the comments directly above it, at `lead`, to the start of the next line.

    `comma` is the offset of the comma after it, -1 for a last one without.
    """

    lead: int
    comma: int
    tail: int


@dataclass(frozen=True, slots=True)
class Put:
    """An entry put in: its text, and the old index of a moved one, whose comments it takes along."""

    text: str
    place: int = -1


class FlowEditor(ABC):
    """The part of the Editor that works inside brackets. New entries take the separators and quotes beside them."""

    text: str
    eol: str
    json: bool

    @abstractmethod
    def update(self, node: Node, value: Any, slot: Slot, path: Path) -> list[Edit]:
        """The edits that make a node say `value`; see Editor."""

    @abstractmethod
    def forget(self, node: Node) -> None:
        """A node goes, and its anchor with it; see Editor."""

    @abstractmethod
    def renames(
        self, node: Node, value: dict[str, Any], own: dict[str, int], removed: list[str], added: list[str]
    ) -> dict[str, str]:
        """Old keys whose value stands under a new key now; see Editor."""

    def update_flow(self, node: Node, value: Any, context: str, path: Path) -> list[Edit]:
        """The edits inside a non-empty flow collection for a non-empty value of its kind. Raises LayoutError."""
        if node.kind is MAPPING:
            return self._update_flow_mapping(node, value, context, path)
        return self._update_flow_sequence(node, value, context, path)

    def _update_flow_mapping(self, node: Node, value: dict[str, Any], context: str, path: Path) -> list[Edit]:
        if any(key.is_merge or key.anchor is not None for key, _ in node.pairs):
            if all(key in value and value[key] == child for key, child in node.value.items()) and len(value) == len(
                node.value
            ):
                return []
            raise LayoutError
        own = {key.value: index for index, (key, _) in enumerate(node.pairs)}
        removed = [key for key in own if key not in value]
        added = [key for key in value if key not in own]
        renamed = self.renames(node, value, own, removed, added)
        quoted = self.json or all(key.style == '"' for key, _ in node.pairs)
        edits: list[Edit] = []
        for key, index in own.items():
            name, child = renamed.get(key, key), node.pairs[index][1]
            if name != key:
                at = node.pairs[index][0]
                quote = at.style if at.style in ("'", '"') else ""
                edits.append((at.start, at.end, strings.string(name, quote, flow=True)))
            if name in value:
                edits += self.update(child, value[name], Slot("flow", 0, 0, name), (*path, name))
            else:
                self.forget(child)
        if not removed and not added:
            return edits
        gone = {own[key] for key in removed}
        if len(gone) == len(own):
            raise LayoutError
        spans = [(key.start, max(key.end, child.end)) for key, child in node.pairs]
        puts: dict[int, list[Put]] = {}
        highest: dict[int, int] = {}
        for key, index in own.items():
            if index not in gone:
                of = rank(renamed.get(key, key), context)
                highest[of] = max(index, highest.get(of, -1))
        for key in added:
            own_rank = rank(key, context)
            after = max((place for of, place in highest.items() if of <= own_rank), default=-1)
            name = strings.double(key) if quoted else strings.string(key, flow=True)
            colon = ":" if self.tight else ": "
            text = name + colon + self.flow_text(value[key], key, spans[0][0], quoted)
            puts.setdefault(after, []).append(Put(text))
        return edits + self._restructure_flow(node, spans, gone, puts)

    def _update_flow_sequence(self, node: Node, value: list[Any], context: str, path: Path) -> list[Edit]:
        places = match(node.value, value)
        stay = staying(places)
        if not stay:
            raise LayoutError
        edits: list[Edit] = []
        puts: dict[int, list[Put]] = {}
        beside = next((item for item in node.items if item.style == "flow" and item.value), None)
        words = [key for key, _ in beside.pairs] if beside is not None and beside.kind is MAPPING else node.items
        quoted = self.json or all(word.style == '"' for word in words)
        after = -1
        for index, place in enumerate(places):
            item = node.items[place] if place is not None else None
            if item is not None and place in stay:
                edits += self.update(item, value[index], Slot("flow", 0, 0, context), (*path, index))
                after = place
            elif item is not None and place is not None and not any(each.anchor is not None for each in item.walk()):
                changes = self.update(item, value[index], Slot("flow", 0, 0, context), (*path, index))
                puts.setdefault(after, []).append(Put(apply(self.text, changes, item.start, item.end), place))
            else:
                text = self._flow_item(node, beside, value[index], context, quoted)
                puts.setdefault(after, []).append(Put(text))
        gone = set(range(len(node.items))) - stay
        for index in gone:
            self.forget(node.items[index])
        return edits + self._restructure_flow(node, [(item.start, item.end) for item in node.items], gone, puts)

    def _flow_item(self, node: Node, beside: Node | None, value: Any, context: str, quoted: bool) -> str:
        if beside is None or "\n" in self.text[beside.start : beside.end]:
            return self.flow_text(value, context, node.items[0].start, quoted)
        return self.spaced(emit.flow(value, context, quoted, tight=self.tight), beside)

    def spaced(self, written: str, beside: Node) -> str:
        """A collection with blanks inside its brackets if the one beside it has them."""
        if written[0] in "{[" and len(written) > 2 and self.text[beside.start + 1] == " ":
            return f"{written[0]} {written[1:-1]} {written[-1]}"
        return written

    @cached_property
    def tight(self) -> bool:
        """Whether this is JSON without blanks, as machines write it."""
        return self.json and _TIGHT.match(self.text) is not None

    def _restructure_flow(
        self, node: Node, spans: list[tuple[int, int]], gone: set[int], puts: dict[int, list[Put]]
    ) -> list[Edit]:
        if (rows := self._rows(node, spans)) is not None:
            return self._edit_rows(spans, rows, gone, puts)
        separator = self._separator(node, spans)
        edits: list[Edit] = []
        last = max(index for index in range(len(spans)) if index not in gone)
        for index in gone:
            if index < last:
                edits.append((spans[index][0], spans[index + 1][0], ""))
            else:
                edits.append((spans[index - 1][1], spans[index][1], ""))
        for after, values in puts.items():
            if after < 0:
                first = min(index for index in range(len(spans)) if index not in gone)
                at = spans[first][0]
                edits.append((at, at, "".join(each.text + separator for each in values)))
            else:
                at = spans[after][1]
                edits.append((at, at, "".join(separator + each.text for each in values)))
        return edits

    def _rows(self, node: Node, spans: list[tuple[int, int]]) -> list[Row] | None:
        """The rows of a collection whose entries all have lines of their own; None for any other."""
        rows: list[Row] = []
        floor = layout.line_end(self.text, node.start)
        for start, end in spans:
            begin = layout.line_start(self.text, start)
            rest = _REST_OF_ROW.match(self.text, end)
            if rest is None or begin < floor or self.text[begin:start].strip() or (rows and rows[-1].comma < 0):
                return None
            rows.append(Row(layout.lead(self.text, begin, floor), rest.start(1) if rest[1] else -1, rest.end()))
            floor = rest.end()
        return rows

    def _edit_rows(
        self, spans: list[tuple[int, int]], rows: list[Row], gone: set[int], puts: dict[int, list[Put]]
    ) -> list[Edit]:
        """As `_restructure_flow`, by lines: each entry goes with its own comments, and a new one gets its own line."""
        edits: list[Edit] = [(rows[index].lead, rows[index].tail, "") for index in gone]
        kept = [index for index in range(len(rows)) if index not in gone]
        ends_in_comma = rows[-1].comma >= 0
        pad = self.text[layout.line_start(self.text, spans[0][0]) : spans[0][0]]
        last = kept[-1]
        if last in puts and rows[last].comma < 0:
            edits.append((spans[last][1], spans[last][1], ","))
        elif last not in puts and rows[last].comma >= 0 and not ends_in_comma:
            edits.append((rows[last].comma, rows[last].comma + 1, ""))
        for after, values in puts.items():
            at = rows[after].tail if after >= 0 else rows[kept[0]].lead
            bare = after == last and not ends_in_comma
            for number, each in enumerate(values, 1):
                above, beside = self._comments(spans[each.place], rows[each.place]) if each.place >= 0 else ("", "")
                comma = "" if bare and number == len(values) else ","
                edits.append((at, at, f"{above}{pad}{each.text}{comma}{beside}{self.eol}"))
        return edits

    def _comments(self, span: tuple[int, int], row: Row) -> tuple[str, str]:
        """The lines of comments above an entry with lines of its own, and the comment beside it."""
        above = self.text[row.lead : layout.line_start(self.text, span[0])]
        return above, self.text[max(span[1], row.comma + 1) : row.tail].rstrip()

    def _separator(self, node: Node, spans: list[tuple[int, int]]) -> str:
        """What stands between two entries: a comma, and the space or line break that this collection has there."""
        if len(spans) > 1:
            found = _SEPARATOR.fullmatch(self.text, spans[0][1], spans[1][0])
            return "," + found[1] if found else ", "
        if self.tight:
            return ","
        inner = self.text[node.start + 1 : spans[0][0]]
        return "," + inner if "\n" in inner and not inner.strip() else ", "

    def flow_text(self, value: Any, context: str, start: int, quoted: bool = False) -> str:
        """A value for flow style; in JSON that is laid out over lines, laid out so too."""
        if not self.json:
            return emit.flow(value, context, quoted)
        begin = layout.line_start(self.text, start)
        line = self.text[begin:start]
        if not (isinstance(value, dict | list) and value and "\n" in self.text.strip()):
            return emit.flow(value, context, True, tight=self.tight)
        pad = line[: len(line) - len(line.lstrip())]
        indented = re.search(r"\n([ \t]+)\S", self.text)
        step = indented[1] if indented else "  "
        return strings.json_lines(value, step).replace("\n", self.eol + pad)
