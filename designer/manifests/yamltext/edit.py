"""The edits that turn one document's text into the text of a changed document, touching only what changed.

Each value is compared with the node it stands in. A changed scalar is written over, in its own style; entries of block
collections are inserted, taken out and moved with their own comments. What cannot be edited in its place (a merge that
brings a value no longer wanted, an alias whose value is no longer its anchor's) is written anew, and a note says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from designer.manifests.types import Path, show
from designer.manifests.yamltext import emit, layout, order, strings
from designer.manifests.yamltext.edit_flow import FlowEditor
from designer.manifests.yamltext.edit_scalar import rewritten_scalar, shared_quote
from designer.manifests.yamltext.edits import Edit, Slot, apply
from designer.manifests.yamltext.layout import LayoutError
from designer.manifests.yamltext.match import match, staying
from designer.manifests.yamltext.merges import can_say, merged
from designer.manifests.yamltext.moves import Moves
from designer.manifests.yamltext.nodes import ALIAS, MAPPING, SCALAR, SEQUENCE, Node
from designer.manifests.yamltext.restructure import restructure
from designer.manifests.yamltext.same import identical, same

# Beyond this many pairs of an old and a new key, none is looked at for a rename.
_MOST_RENAMES = 10_000


class _Gone:
    """The value of an anchor that is no longer in the text."""


GONE = _Gone()


@dataclass
class Editor(FlowEditor):
    """Collects the edits of one document. `limit` is where its text ends; `forced` holds the nodes to write anew."""

    text: str
    limit: int
    eol: str
    style: emit.Style
    json: bool = False
    # No alias can be in the text: what is the same needs no look inside.
    plain: bool = False
    forced: set[int] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    anchored: dict[int, Any] = field(default_factory=dict)
    # Aliases that a move puts above their anchor.
    unbound: set[int] = field(default_factory=set)
    # The document's root and the data it is to say.
    whole: tuple[Node, Any] | None = None

    def update(self, node: Node, value: Any, slot: Slot, path: Path) -> list[Edit]:
        """The edits that make `node`, which stands in `slot`, say `value`."""
        if id(node) in self.forced:
            return self.replace(node, value, slot)
        if self.plain and not self.forced and identical(node.value, value):
            return []
        if node.kind is ALIAS:
            return self._update_alias(node, value, slot, path)
        if node.anchor is not None:
            self.anchored[id(node)] = value
        try:
            if node.kind is SCALAR:
                return self._update_scalar(node, value, slot)
            if type(value) is not type(node.value):
                return self.replace(node, value, slot)
            if not value or not node.value:
                return [] if same(value, node.value) else self.replace(node, value, slot)
            if node.style == "flow":
                return self.update_flow(node, value, slot.context, path)
            if node.kind is MAPPING:
                return self._update_mapping(node, value, slot, path)
            return self._update_sequence(node, value, slot, path)
        except LayoutError:
            if node.style == "block":
                self.notes.append(f"{show(path[1:]) or 'the document'} was written anew: its layout cannot be edited")
            return self.replace(node, value, slot)

    def _update_alias(self, node: Node, value: Any, slot: Slot, path: Path) -> list[Edit]:
        current = self.anchored.get(id(node.target), node.value)
        if current is not GONE and id(node) not in self.unbound and same(current, value):
            return []
        why = f"its value is no longer that of &{node.anchor}"
        if current is GONE:
            why = f"&{node.anchor} is no longer there"
        elif id(node) in self.unbound:
            why = f"&{node.anchor} stands below it now"
        self.notes.append(f"{show(path[1:])}: *{node.anchor} was written out, because {why}")
        return self.replace(node, value, slot)

    def _update_scalar(self, node: Node, value: Any, slot: Slot) -> list[Edit]:
        if same(node.value, value):
            return []
        written = rewritten_scalar(self.text, node, value, self.style, slot.kind == "flow", self.json, self.eol)
        if written is None:
            return self.replace(node, value, slot)
        return [(layout.content_start(self.text, node) if node.tag is None else node.start, node.end, written)]

    @cached_property
    def origins(self) -> dict[int, tuple[Node, int]]:
        """For each mapping that came to a list from another, by its id: that list and its index there."""
        moves = Moves()
        if self.whole is not None:
            moves.compare(*self.whole)
        return moves.origins()

    # Writing anew -----------------------------------------------------------------------------------------------------

    def replace(self, node: Node, value: Any, slot: Slot) -> list[Edit]:
        """Writes a node anew in its slot. Its anchor stays, and so does a comment beside it."""
        self.forget(node)
        anchor = ""
        if node.anchor is not None and node.kind is not ALIAS:
            self.anchored[id(node)] = value
            anchor = f"&{node.anchor} "
        if slot.kind == "flow" or self.json:
            return [(node.start, node.end, anchor + self.flow_text(value, slot.context, node.start))]
        if slot.kind == "root":
            lines = emit.node_lines(value, 0, self.style, slot.context)
            end = layout.line_end(self.text, node.end)
            put = "".join(line + self.eol for line in ([anchor.strip()] if anchor else []) + lines)
            return [(node.start, end, put)]
        lines = self._value_lines(value, slot, anchor)
        end = max(node.end, slot.marker)
        comment, end = self._comment(node, slot, end, several=len(lines) > 1)
        return [(slot.marker, end, self.eol.join([lines[0] + comment, *lines[1:]]))]

    def _value_lines(self, value: Any, slot: Slot, anchor: str) -> list[str]:
        """The lines of a value after its key's colon or its dash; the first one continues that line."""
        if slot.kind == "pair":
            if value and isinstance(value, list | dict):
                step = self.style.sequence if isinstance(value, list) else self.style.indent
                lines = emit.node_lines(value, slot.column + step, self.style, slot.context)
                return [" " + anchor.strip() if anchor else "", *lines]
            lines = emit.pair_lines("k", value, slot.column, self.style, "")
            return [" " + anchor + lines[0][slot.column + 3 :], *lines[1:]]
        lines = emit.item_lines(value, slot.column, self.style, slot.context)
        if anchor and value and isinstance(value, list | dict):
            inner = slot.column + self.style.dash
            return [" " + anchor.strip(), " " * inner + lines[0][inner:], *lines[1:]]
        first = lines[0][slot.column + 1 :]
        return [" " * (len(first) - len(first.lstrip(" "))) + anchor + first.lstrip(" "), *lines[1:]]

    def _comment(self, node: Node, slot: Slot, end: int, several: bool) -> tuple[str, int]:
        """The comment that goes on the first line of a value written anew, and where the text it replaces ends."""
        content = layout.content_start(self.text, node) if node.end > node.start else node.start
        line_end = layout.line_end(self.text, slot.marker)
        if content >= line_end or node.style in ("|", ">"):
            if node.kind is not SCALAR:
                # The comment beside its last line and the deeper ones below were those of what is gone.
                end = layout.own_end(self.text, end, self.limit, slot.column)
            head = self.text[slot.marker : line_end].rstrip()
            comment = re.search(r"[ \t]+#.*", head)
            return (comment[0] if comment else ""), end
        rest = self.text[end : layout.line_end(self.text, end)].rstrip()
        if several:
            return rest, layout.line_stop(self.text, end)
        return "", end

    def forget(self, node: Node) -> None:
        """Marks the anchors inside a node that is taken out or written anew: their aliases lose what they stand for."""
        for each in node.walk():
            if each.anchor is not None and each.kind is not ALIAS:
                self.anchored[id(each)] = GONE

    # Mappings ---------------------------------------------------------------------------------------------------------

    def _update_mapping(self, node: Node, value: dict[str, Any], slot: Slot, path: Path) -> list[Edit]:
        if any(key.is_merge for key, _ in node.pairs):
            return self._update_merging(node, value, slot, path)
        own = {key.value: index for index, (key, _) in enumerate(node.pairs)}
        removed = [key for key in own if key not in value]
        added = [key for key in value if key not in own]
        renamed = self.renames(node, value, own, removed, added)
        if own and len(removed) == len(own):
            return self.replace(node, value, slot)
        for key in removed:
            self.forget(node.pairs[own[key]][1])
        gone = {own[key] for key in removed}
        edits: list[Edit] = []
        for key, index in own.items():
            if index not in gone:
                edits += self._update_pair(node, index, renamed.get(key, key), value, path)
        if not removed and not added:
            return edits
        keys = [renamed.get(key.value, key.value) for key, _ in node.pairs]
        places = order.places(added, value, keys, gone, slot.context)
        return edits + self._edit_entries(node, value, slot, gone, places)

    def _update_merging(self, node: Node, value: dict[str, Any], slot: Slot, path: Path) -> list[Edit]:
        """As `_update_mapping`, for one with merge keys: they stay if what they bring is still wanted."""
        before = merged(node, {})
        if before is None:
            raise LayoutError
        written = before.own | before.silent
        gone = {index for key, index in written.items() if key not in value}
        # What goes and what changes comes first: a merge below may bring it.
        for index in gone:
            self.forget(node.pairs[index][1])
        edits: list[Edit] = []
        for key, index in before.own.items():
            if index not in gone:
                edits += self._update_pair(node, index, key, value, path)
        now = merged(node, self.anchored, self.unbound)
        last = len(node.pairs) - 1
        if now is not None and can_say(now, before, value):
            added = [
                key
                for key in value
                if key not in now.data or (key not in now.own and not same(now.data[key], value[key]))
            ]
            for key in added:
                if key in now.data or key in before.data:
                    why = "brings another value for it" if key in now.data else "no longer brings it"
                    self.notes.append(f"{show((*path[1:], key))}: written below <<, which {why}")
            places = dict.fromkeys(added, max((i for i in range(last + 1) if i not in gone), default=-1))
        else:
            self.notes.append(
                f"{show(path[1:]) or 'the document'}: << was written out, because what it brings was changed or moved"
            )
            merges = [index for index, (key, _) in enumerate(node.pairs) if key.is_merge]
            for index in merges:
                self.forget(node.pairs[index][1])
            for key, index in before.silent.items():
                if index not in gone:
                    edits += self._update_pair(node, index, key, value, path)
            gone.update(merges)
            added = [key for key in value if key not in written]
            places = order.ranked(added, [key.value for key, _ in node.pairs], gone, slot.context)
        if not gone and not places:
            return edits
        if len(gone) > last:
            return self.replace(node, value, slot)
        return edits + self._edit_entries(node, value, slot, gone, places)

    def _edit_entries(
        self, node: Node, value: dict[str, Any], slot: Slot, gone: set[int], places: dict[str, int]
    ) -> list[Edit]:
        """The edits that take out the entries `gone` of a mapping and put each new key after the entry of its place."""
        found = layout.entries(self.text, node, self.limit, slot.kind == "root")
        at_column = layout.column(self.text, found[0].start)
        quote = shared_quote(child for index, (_, child) in enumerate(node.pairs) if index not in gone)
        inserts: dict[int, list[list[str]]] = {}
        for key, after in places.items():
            lines = self._moved_list(key, value[key], at_column)
            lines = lines or emit.pair_lines(key, value[key], at_column, self.style, slot.context, quote)
            inserts.setdefault(after, []).append(lines)
        return restructure(self.text, self.eol, found, gone, inserts, at_column)

    def _update_pair(self, node: Node, index: int, name: str, value: dict[str, Any], path: Path) -> list[Edit]:
        key, child = node.pairs[index]
        edits: list[Edit] = []
        if name != key.value:
            quote = key.style if key.style in ("'", '"') else ""
            edits.append((layout.content_start(self.text, key), key.end, strings.string(name, quote)))
        slot = Slot("pair", layout.pair_column(self.text, key), layout.colon(self.text, key), name)
        return edits + self.update(child, value[name], slot, (*path, name))

    def renames(
        self, node: Node, value: dict[str, Any], own: dict[str, int], removed: list[str], added: list[str]
    ) -> dict[str, str]:
        """Old keys whose value stands under a new key now; they are taken from `removed` and `added`."""
        renamed: dict[str, str] = {}
        if len(removed) * len(added) > _MOST_RENAMES:
            return renamed
        for old in list(removed):
            key, _ = node.pairs[own[old]]
            new = next((name for name in added if same(node.value[old], value[name])), None)
            if (
                new is not None
                and key.tag is None
                and key.anchor is None
                and len(new) < 200
                and key.style in ("", "'", '"')
            ):
                renamed[old] = new
                removed.remove(old)
                added.remove(new)
        return renamed

    # Sequences --------------------------------------------------------------------------------------------------------

    def _update_sequence(self, node: Node, value: list[Any], slot: Slot, path: Path) -> list[Edit]:
        places = match(node.value, value)
        found = layout.entries(self.text, node, self.limit, slot.kind == "root")
        at_column = layout.column(self.text, found[0].start)
        stay = staying(places)
        if not stay:
            return self.replace(node, value, slot)
        new_index = {place: index for index, place in enumerate(places) if place is not None}
        if not self.plain and len(stay) < len(new_index):
            self._unbind(node, new_index)
        edits: list[Edit] = []
        moved: dict[int, str] = {}
        for index, entry in enumerate(found):
            item = node.items[index]
            if index not in new_index:
                self.forget(item)
                continue
            inner = Slot("item", at_column, entry.marker, slot.context)
            to = new_index[index]
            changes = self.update(item, value[to], inner, (*path, to))
            if index in stay:
                edits += changes
            elif entry.inline:
                raise LayoutError
            else:
                moved[to] = apply(self.text, changes, entry.lead, entry.tail)
        quote = shared_quote(item for index, item in enumerate(node.items) if index in new_index)
        inserts: dict[int, list[list[str]]] = {}
        after = -1
        for index, place in enumerate(places):
            if place is not None and place in stay:
                after = place
            elif place is not None:
                inserts.setdefault(after, []).append(moved[index].removesuffix("\n").removesuffix("\r").split(self.eol))
            else:
                lines = self._item_lines(node, value[index], at_column, slot.context, quote)
                inserts.setdefault(after, []).append(lines)
        gone = set(range(len(found))) - stay
        return edits + restructure(self.text, self.eol, found, gone, inserts, at_column)

    def _unbind(self, node: Node, new_index: dict[int, int]) -> None:
        """Finds the aliases that come to stand above their anchor when the items of a list move."""
        homes: dict[int, int] = {}
        for index, item in enumerate(node.items):
            for each in item.walk():
                if each.kind is not ALIAS:
                    homes[id(each)] = index
                    continue
                home = homes.get(id(each.target), index)
                if new_index.get(index, -1) < new_index.get(home, -1):
                    self.unbound.add(id(each))

    def _moved_list(self, key: str, value: Any, at_column: int) -> list[str] | None:
        """A new list with an item that came from another; None for any other value."""
        if not isinstance(value, list) or not any(isinstance(item, dict) and "name" in item for item in value):
            return None
        if not any(id(item) in self.origins for item in value):
            return None
        column = at_column + self.style.sequence
        out = [f"{' ' * at_column}{strings.string(key)}:"]
        for item in value:
            out += self._moved_lines(item, column, key) or emit.item_lines(item, column, self.style, key)
        return out

    def _moved_lines(self, value: Any, at_column: int, context: str) -> list[str] | None:
        """An item that came from another list, with its text and comments; None for one that is new."""
        if not isinstance(value, dict) or not isinstance(value.get("name"), str) or id(value) not in self.origins:
            return None
        old, index = self.origins[id(value)]
        try:
            entry = layout.entries(self.text, old, self.limit)[index]
            column = layout.column(self.text, entry.start)
            changes = self.update(old.items[index], value, Slot("item", column, entry.marker, context), ())
            text = apply(self.text, changes, entry.lead, entry.tail)
        except LayoutError:
            return None
        lines = text.removesuffix("\n").removesuffix("\r").split(self.eol)
        pad = " " * max(0, at_column - column)
        cut = max(0, column - at_column)
        if entry.inline or any(line[:cut].strip() for line in lines):
            return None
        return [pad + line[cut:] if line.strip() else line for line in lines]

    def _item_lines(self, node: Node, value: Any, at_column: int, context: str, quote: str) -> list[str]:
        """A new item of a sequence: in flow style where all mappings and lists beside it are."""
        if (moved := self._moved_lines(value, at_column, context)) is not None:
            return moved
        styles = {item.style for item in node.items if item.kind in (MAPPING, SEQUENCE) and item.value}
        if value and isinstance(value, dict | list) and styles == {"flow"}:
            beside = next(item for item in node.items if item.style == "flow" and item.value)
            written = self.spaced(emit.flow(value, context, False), beside)
            return [" " * at_column + "-" + " " * (self.style.dash - 1) + written]
        if not value or not isinstance(value, dict | list):
            return emit.item_lines(value, at_column, self.style, context, quote)
        dash = layout.dash_width(self.text, node) or self.style.dash
        lines = emit.node_lines(value, at_column + dash, self.style, context)
        return [" " * at_column + "-" + " " * (dash - 1) + lines[0][at_column + dash :], *lines[1:]]
