"""The outline of one document that may be broken: which collections stand around a place, and with which keys.

Read from indentation and brackets alone, line by line, so that a line half typed spoils nothing but itself: the
composer of nodes.py, which gives values, needs a text that is right. Nothing here raises, whatever the text.
"""

from __future__ import annotations

import re
from functools import cache

from designer.manifests.types import Path
from designer.manifests.yamltext.outline_flow import read_flow
from designer.manifests.yamltext.outline_parts import Frame, Spot, decode, key_word

# Most lines of a manifest: a plain key with a plain or quoted value on its line, brackets on it, or nothing behind it.
_BRACKETS = r"""(?:[^\[\]{}"'\#\n]++|"[^"\\\n]*+"|'[^'\n]*+')*+"""
_COMMON = re.compile(
    rf"""([ ]*+)((?:-[ ]++)*+)([A-Za-z_][\w./-]*+):
        (?:[ ]++(?:([^\s"'\[{{|>&!*\#%@`,?\-][^\n\#]*+|"[^"\\\n]*+")|(\[{_BRACKETS}\]|\{{{_BRACKETS}\}})))?
        [ ]*+(?:(?<=[ ])\#[^\n]*+)?\r?\n""",
    re.VERBOSE,
)
# Items of a list that hold words or brackets.
_ITEM = re.compile(
    rf"""([ ]*+)((?:-[ ]++)++)(?:[\w./][^\n\#:]*+ | "[^"\\\n]*+"(?!:) | \[{_BRACKETS}\] | \{{{_BRACKETS}\}})
        [ ]*+(?:(?<=[ ])\#[^\n]*+)?\r?\n""",
    re.VERBOSE,
)
_KEY = re.compile(
    r"""( "(?:[^"\\\n]++|\\.)*+" | '(?:[^'\n]++|'')*+'
        | (?:[^\s\-?:,\[\]{}\#&*!|>'"%@`]|[-?:](?=\S)) (?:[^\s:\#]++|:(?=\S)|(?<=\S)\#|[ \t]++(?=[^\s:\#]|:\S))*+
        | \* [^\s:,\[\]{}]++ )
        [ \t]*:(?=\s|\Z)""",
    re.VERBOSE,
)
_BLANKS = re.compile(r"[ \t\r]*")
_PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*(?:[ \t\r]+|(?=\n)|\Z))*")
_BLOCK = re.compile(r"([|>][-+0-9]{0,2})(?=\s|\Z)")
_WORD = re.compile(r"[\w./-]+")
_STRINGS = {'"': re.compile(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL), "'": re.compile(r"'(?:[^']++|'')*+'")}
_SPACE = " \t\r\n"
_SAYING = ("metadata", "items")


class Outline:
    """Reads a document as far as the spot at `target` needs: up to it, to the end of the mapping around it, and on
    until the object's apiVersion and kind are known."""

    def __init__(self, doc: str, target: int) -> None:
        self.doc = doc
        self.target = target
        self.line = doc.rfind("\n", 0, target) + 1
        self.spot: Spot | None = None
        self.stack: list[Frame] = []
        # The mappings that say what object this is: the document, its metadata, and those of a List's items.
        self.heads: dict[Path, Frame] = {}
        # JSON objects that stand in a row without --- between them are documents, too.
        self.document = 0
        # By how much mappings and dashes are indented below their key, -1 where none was seen.
        self.step = self.sequence = -1
        self._run()

    def _run(self) -> None:
        pos, size, doc, common = 0, len(self.doc), self.doc, _COMMON.match
        while pos < size or pos == size == self.line:
            if self.spot is not None and self._enough(self.spot):
                break
            match = common(doc, pos) if pos != self.line else None
            # What brackets say matters where they say what object this is.
            if match is not None and not (match[5] and match[3] in _SAYING):
                self._common(match)
                pos = match.end()
            elif match is None and pos != self.line and (match := _ITEM.match(doc, pos)) and self._simple(match):
                pos = match.end()
            else:
                pos = self._line(pos)
            if self.spot is None and pos > self.target:
                self.spot = Spot()
        self.spot = self.spot or Spot()

    def _enough(self, spot: Spot) -> bool:
        root = self.heads.get(())
        known = root is not None and "kind" in root.values and "apiVersion" in root.values
        return known and (spot.frame is None or spot.frame not in self.stack)

    # Collections

    def _dash(self, column: int) -> None:
        stack = self.stack
        while stack and (stack[-1].column > column or (stack[-1].is_map and not stack[-1].keys)):
            stack.pop()
        top = stack[-1] if stack else None
        if top is None or top.is_map or top.column < column:
            if top is not None:
                top.open = False
                if top.is_map:
                    self.sequence = column - top.column
            stack.append(Frame(top.inside() if top else (), column, False, top is not None and top.merging()))
        stack[-1].count += 1
        stack[-1].open = True

    def _map(self, column: int) -> Frame:
        """The mapping whose keys stand at a column, begun there if need be."""
        stack = self.stack
        while stack and (stack[-1].column > column or (stack[-1].column == column and not stack[-1].is_map)):
            stack.pop()
        top = stack[-1] if stack else None
        if top is not None and top.is_map and (top.column == column or not top.keys):
            top.column = column
            return top
        if top is None and () in self.heads:
            frame = self.heads[()]
            frame.column = column
        else:
            frame = self.begin(top.inside() if top else (), column)
        if top is not None:
            if top.is_map and top.open:
                self.step = column - top.column
            top.open = False
        stack.append(frame)
        return frame

    def begin(self, path: Path, column: int, is_map: bool = True, merged: bool = False) -> Frame:
        frame = Frame(path, column, is_map, merged)
        if is_map and len(path) < 4 and (not path or path[0] in ("metadata", "items")):
            self.heads.setdefault(path, frame)
        return frame

    def _key(self, column: int, name: str, offset: int) -> Frame:
        frame = self._map(column)
        frame.keys.append((name, offset))
        frame.open = True
        if name == "<<" and self.doc[offset] == "<":
            frame.merge = offset
        return frame

    def _dashes(self, column: int, dashes: str) -> None:
        self._dash(column)
        at = dashes.find("-", 1)
        while at > 0:
            self._dash(column + at)
            at = dashes.find("-", at + 1)

    # Lines

    def _simple(self, match: re.Match[str]) -> bool:
        """Takes an item without keys of its own, unless it says what object this is."""
        if self.stack and self.stack[-1].inside()[:1] == ("items",) and len(self.stack) < 3:
            return False
        self._dashes(len(match[1]), match[2])
        self.stack[-1].open = False
        return True

    def _common(self, match: re.Match[str]) -> None:
        indent, dashes, name, value, brackets = match.groups()
        column = len(indent)
        if dashes:
            self._dashes(column, dashes)
            column += len(dashes)
        if len(name) < 6:
            name = key_word(name)
        stack = self.stack
        if stack and (frame := stack[-1]).column == column and frame.is_map:
            frame.keys.append((name, match.start(3)))
        else:
            frame = self._key(column, name, match.start(3))
        if value:
            frame.values[name] = value[1:-1] if value[0] == '"' else value.rstrip()
        frame.open = not (value or brackets)

    def _line(self, pos: int) -> int:
        """Reads a line, and the lines that its value goes on to; the offset of the line behind."""
        doc = self.doc
        target = self.target if pos == self.line else -1
        end = doc.find("\n", pos)
        end = len(doc) if end < 0 else end
        at = self._skip(pos, end)
        if at == end:
            if target >= 0:
                self._hold(target - pos, end + 1)
            return end + 1
        if doc[at] == "#" or 0 <= target < at:
            self._nowhere(target)
            target = -1
        if doc[at] == "#":
            return end + 1
        item = False
        while doc[at] == "-" and (at + 1 == end or doc[at + 1] in _SPACE):
            dash = at
            self._dash(dash - pos)
            at = self._skip(dash + 1, end)
            if at == end or doc[at] == "#":
                if target > dash and (at == end or target < at):
                    self._item(dash - pos, target, max(target - pos, dash - pos + 2), end + 1)
                self._nowhere(target)
                return end + 1
            if 0 <= target < at:
                self._nowhere(target)
                target = -1
            item = True
        return self._entry(at, at - pos, end, target, item)

    def _entry(self, at: int, column: int, end: int, target: int, item: bool) -> int:
        doc = self.doc
        word = _PROPERTIES.match(doc, at, end).end()  # type: ignore[union-attr]  # it matches nothing, too
        if word == end or doc[word] == "#" or at <= target < word:
            self._nowhere(target)
            target = -1
        if word == end or doc[word] == "#":
            return end + 1
        marked = word + 1 == end or doc[word + 1] in _SPACE
        if doc[word] == "?" and marked:
            word = self._skip(word + 1, end)
            stop = self._trim(word, end)
            frame = self._key(column, decode(doc[word:stop], key=True), word)
            if word <= target <= stop:
                self._found("key", frame, frame.path, word, stop, key=(word, stop))
            self._nowhere(target)
            return end + 1
        if doc[word] == ":" and marked and self.stack:
            frame = self._map(column)
            frame.open = True
            return self._value(word + 1, column, end, target, frame, None)
        if match := _KEY.match(doc, word, end):
            frame = self._key(column, decode(match[1], key=True), word)
            if word <= target < match.end():
                self._found("key", frame, frame.path, word, match.end(1), key=match.span(1), item=item)
                target = -1
            return self._value(match.end(), column, end, target, frame, match.span(1))
        return self._node(word, column, end, target, item)

    def _value(self, colon: int, column: int, end: int, target: int, frame: Frame, key: tuple[int, int] | None) -> int:
        """Reads what stands behind a colon; the offset of the line behind."""
        doc = self.doc
        name = frame.keys[-1][0] if frame.keys else ""
        path = (*frame.path, name)
        at = self._skip(colon, end)
        word = _PROPERTIES.match(doc, at, end).end()  # type: ignore[union-attr]
        nothing = word == end or doc[word] == "#"
        if (colon <= target <= at and (target < word or nothing)) or (nothing and word <= target == end):
            self._found("value", frame, path, target, target, key=key)
        if nothing or target < word:
            self._nowhere(target)
            target = -1
        if nothing:
            return end + 1
        frame.open = False
        if doc[word] in "{[":
            return self._flow(word, frame.inside(), column, frame.merging())
        block = _BLOCK.match(doc, word, end)
        stop = block.end() if block else self.scalar(word, end, column)
        if word <= target <= stop:
            self._found("value", frame, path, word, min(stop, self._trim(word, end, False)), key=key)
        self._nowhere(target)
        if block:
            return self._block(end + 1, column)
        frame.values[name] = decode(doc[word:stop])
        return self._after(stop)

    def _node(self, word: int, column: int, end: int, target: int, item: bool) -> int:
        """Reads a line, or what stands behind its dash, that has no key: a value, or a key that is being typed."""
        doc, stack = self.doc, self.stack
        while stack and (stack[-1].column > column or (stack[-1].column == column and not stack[-1].is_map)):
            stack.pop()
        top = stack[-1] if stack else None
        floor = top.column if top is not None else -1
        fresh = top is None or top.open or top.column == column
        if doc[word] in "{[":
            if top is None and () in self.heads:
                self.heads.clear()
                self.document += 1
            path, merged = (top.inside(), top.merging()) if top is not None else ((), False)
            if top is not None:
                top.open = False
            return self._flow(word, path, floor, merged)
        if block := _BLOCK.match(doc, word, end):
            self._nowhere(target)
            if top is not None:
                top.open = False
            return self._block(end + 1, floor) if block else end + 1
        stop = self.scalar(word, end, floor)
        if not fresh or target > stop:
            self._nowhere(target)
        elif word <= target:
            frame = self._key(column, decode(doc[word:stop], key=True), word)
            stop = min(stop, self._trim(word, end, False))
            self._found("key", frame, frame.path, word, stop, key=(word, stop), item=item)
        elif (top is None or (top.is_map and top.column == column)) and _WORD.fullmatch(doc, word, stop):
            self._key(column, doc[word:stop], word)  # its colon is missing
        elif top is not None:
            top.open = False
        return self._after(stop)

    # Parts of lines

    def _skip(self, at: int, end: int) -> int:
        return _BLANKS.match(self.doc, at, end).end()  # type: ignore[union-attr]

    def _trim(self, at: int, end: int, comment: bool = True) -> int:
        """Where the line's content ends: before its comment and the blanks there."""
        doc = self.doc
        stops = [stop for mark in (" #", "\t#") if comment and (stop := doc.find(mark, at, end)) >= 0]
        end = min(stops, default=end)
        while end > at and doc[end - 1] in _SPACE:
            end -= 1
        return end

    def scalar(self, at: int, end: int, floor: int) -> int:
        """Where a scalar in a line that ends at `end` is over. A quote that nobody closes is over with its line: what
        it goes on to stands to the right of `floor`."""
        doc = self.doc
        if doc[at] not in _STRINGS:
            return self._trim(at, end)
        match = _STRINGS[doc[at]].match(doc, at)
        if match and match.end() > end:
            for line in doc[end + 1 : match.end()].split("\n"):
                inner = line.strip()
                if inner and len(line) - len(line.lstrip(" \t")) <= floor:
                    return self._trim(at, end)
        return match.end() if match else self._trim(at, end)

    def _after(self, stop: int) -> int:
        end = self.doc.find("\n", stop)
        return len(self.doc) + 1 if end < 0 else end + 1

    def _block(self, pos: int, floor: int) -> int:
        """The end of a block scalar whose parent's keys or dashes stand at the column `floor`."""
        doc = self.doc
        match = _below(floor).search(doc, pos) if floor >= 0 else None
        stop = match.start() if match else len(doc)
        if pos <= self.line < stop:
            # Empty lines under a block are its own only as far as the cursor stands in it.
            if self.target - self.line <= floor and not doc[self.line : stop].strip():
                self._hold(self.target - self.line, stop)
            self._nowhere(self.target)
        return stop

    def _flow(self, at: int, path: Path, floor: int, merged: bool) -> int:
        stop = read_flow(self, at, path, floor, merged)
        if not self.stack and self.doc[(rest := self._skip(stop, len(self.doc))) : rest + 1] == "{":
            if self.spot is not None:
                return len(self.doc) + 1
            self.heads.clear()
            self.document += 1
            return self._flow(rest, (), -1, False)
        return stop if self.doc[stop - 1 : stop] == "\n" else self._after(stop)

    # The spot

    def _nowhere(self, target: int) -> None:
        if target >= 0 and self.spot is None:
            self.spot = Spot()

    def _found(
        self,
        role: str,
        frame: Frame,
        path: Path,
        start: int,
        end: int,
        *,
        key: tuple[int, int] | None = None,
        item: bool = False,
    ) -> None:
        if self.spot is None:
            self.spot = Spot(role, path, start, end, frame, [*self.stack], key, frame.column, item)

    def _hold(self, column: int, behind: int) -> None:
        """Finds the mapping that an empty line would be a part of, were something typed at `column`."""
        count = len(self.stack)
        while count:
            top = self.stack[count - 1]
            if top.column < column and top.open:
                del self.stack[count:]
                return self._item(top.column, self.target, column, behind, item=False)
            if top.is_map and top.column <= column:
                return self._found("key", top, top.path, self.target, self.target)
            count -= 1
        if () not in self.heads:
            return self._item(-1, self.target, column, behind, item=False)
        root = self.heads[()]
        return self._found("key", root, root.path, self.target, self.target)

    def _item(self, floor: int, target: int, column: int, behind: int, *, item: bool = True) -> None:
        """Begins the mapping that would stand behind the last key or dash, where its first key below does."""
        following = _CONTENT.search(self.doc, behind) if behind < len(self.doc) else None
        if following and len(following[1]) > floor and following[2] != "-":
            column = len(following[1])
        top = self.stack[-1] if self.stack else None
        frame = self.begin(top.inside() if top else (), column)
        self.stack.append(frame)
        self._found("key", frame, frame.path, target, target, item=item)


_CONTENT = re.compile(r"^([ \t]*)([^\s#])", re.MULTILINE)


@cache
def _below(floor: int) -> re.Pattern[str]:
    return re.compile(rf"^ {{0,{min(floor, 999)}}}\S", re.MULTILINE)
