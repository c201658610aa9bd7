"""A text without its Secrets' values, and a text that was typed on it with the values put back.

Only the bytes of the values are replaced (a block scalar of twenty lines becomes one line): comments and layout stay.
Both ways are read again and compared with what they have to say; where that fails, the text is rewritten (rewrite.py).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from designer.manifests import secrets
from designer.manifests.secrets import PLACEHOLDER, Marks, Slot
from designer.manifests.text import Text, dump
from designer.manifests.types import Documents, ManifestError, Path, get
from designer.manifests.yamltext import errors
from designer.manifests.yamltext.chunks import Chunk
from designer.manifests.yamltext.edits import Edit, apply
from designer.manifests.yamltext.layout import LayoutError, content_start, line_start, line_stop
from designer.manifests.yamltext.nodes import ALIAS, MAPPING, SCALAR, SEQUENCE, Node
from designer.manifests.yamltext.same import same

_HEADER = re.compile(r"[|>][-+0-9]*")
Clear: TypeAlias = Collection[tuple[Path, str]]


@dataclass(frozen=True)
class _Written:
    """How a value is written: `head` stands where the value does, `body` (a block's lines, each with the line break
    before it) at the end of that line, whose indentation is `indent`. `json` says that it was read as JSON."""

    slot: Slot
    head: str
    body: str
    indent: int
    json: bool


# The values of texts by their placeholders, those of the first text first.
_Held: TypeAlias = dict[str, list[tuple[Path, _Written]]]


def masked(read: Text, marks: Marks, clear: Clear = ()) -> Text:
    """The text with a placeholder for every hidden value; the very same where there is none.

    `clear` are values that stay, each by its path and its placeholder: what the reader has typed in just now.
    """
    if not secrets.may_hold(read.source):
        return read
    documents = read.documents
    hidden = {path: marks.of(slot.value) for path, slot in secrets.slots(documents).items()}
    hidden = {path: mark for path, mark in hidden.items() if (path, mark) not in clear}
    if not hidden:
        return read
    edits: list[Edit] = []
    seen: set[int] = set()
    said, nodes = _said(read), _nodes(read, hidden)
    for path, mark in hidden.items():
        node = nodes.get(path)
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        start, end, stop = _span(read.source, node)
        json = said[int(path[0])].json
        anchor = f"&{node.anchor} " if _is_tagged_anchor(node) else ""
        edits.append((start, end, f'"{mark}"' if json else anchor + mark))
        if node.end > stop:
            edits.append((stop, node.end, ""))
    aliases = {path: hidden[at] for path, (at, _) in through_aliases(read).items() if at in hidden}
    wanted = secrets.put(documents, {**hidden, **aliases})
    if made := _reading(read.source, edits, wanted):
        return made
    try:
        return Text.of(read.rewrite(wanted))
    except ManifestError:  # a value that stands in two places at once and is hidden in one of them
        return Text.read(dump(wanted))


def restored(typed: Text, marks: Marks, known: Iterable[Text], *, more: Iterable[Text] = ()) -> Text:
    """What was typed on a masked text, with the values that its placeholders stand for: those of the texts `known`,
    and of `more`, which are looked into only while something is not found.

    Raises ManifestError, with line and column, for a placeholder of no known value, or of several, and for one that
    stands outside of a Secret's data or amid other text.
    """
    if not secrets.may_hold(typed.source) and not PLACEHOLDER.search(typed.source):
        return typed
    documents = typed.documents
    found = secrets.slots(documents)
    places = {path: slot for path, slot in found.items() if secrets.is_marked(slot.value)}
    texts = list(known)
    nodes = _nodes(typed, found)
    _check_outside(typed, {id(nodes[path]) for path in places if path in nodes}, texts)
    aliases = {path: (at, node) for path, (at, node) in through_aliases(typed).items() if at in places}
    _check_aliases(typed, {path: (places[at].value, node) for path, (at, node) in aliases.items()}, marks, texts)
    held: _Held = {}
    for text in texts:
        _hold(held, marks, text)
    for path, slot in found.items():
        if path in nodes and secrets.is_left(slot.value, held):
            raise errors.at(typed.source, f"{slot.value} {secrets.LEFT}", nodes[path].start, path)
    if not places:
        return typed
    for text in more:
        if all(slot.value in held for slot in places.values()):
            break
        _hold(held, marks, text)
    values: dict[Path, Any] = {}
    edits: list[Edit] = []
    done: set[int] = set()
    said = _said(typed)
    slots = {
        mark: list({(repr(way.slot.value), way.slot.field): way.slot for _, way in ways}.values())
        for mark, ways in held.items()
    }
    for path, slot in places.items():
        node = nodes.get(path)
        try:
            values[path] = marks.value(slot, path, slots)
        except ManifestError as error:
            raise errors.at(typed.source, error.message, node.start if node else 0, path) from None
        if node is not None and id(node) not in done:
            done.add(id(node))
            way = _way(held[slot.value], path, slot.field)
            # A value that is written otherwise now is not put there, and the text is rewritten.
            if way.json == said[int(path[0])].json and same(way.slot.value, values[path]):
                edits += _put_back(typed.source, node, way)
    wanted = secrets.put(documents, {**values, **{path: values[at] for path, (at, _) in aliases.items()}})
    return _reading(typed.source, edits, wanted) or Text.of(typed.rewrite(wanted))


def typed_clear(typed: Text, marks: Marks) -> frozenset[tuple[Path, str]]:
    """The values that a typed text has in clear, as `masked` takes them."""
    if not secrets.may_hold(typed.source):
        return frozenset()
    found = secrets.slots(typed.documents).items()
    return frozenset((path, marks.of(slot.value)) for path, slot in found if not secrets.is_marked(slot.value))


def through_aliases(read: Text) -> dict[Path, tuple[Path, Node]]:
    """Where a hidden value stands outside of a Secret's data as well, since an alias there stands for it or for what it
    is part of: each such path, with that of the hidden value, and the alias."""
    if "*" not in read.source or not secrets.may_hold(read.source):
        return {}
    documents, said = read.documents, _said(read)
    found = secrets.slots(documents)
    inside: dict[int, Path] = {}
    for path in found:
        node, alias = _reached(said[int(path[0])].root, path)
        if node is not None and alias is None:
            inside[id(node)] = path
    shared: dict[Path, tuple[Path, Node]] = {}
    for index in {path[0] for path in inside.values()}:
        for path in _scalars(documents[int(index)], (index,)):
            node, alias = _reached(said[int(index)].root, path)
            if alias is not None and id(node) in inside and path not in found:
                shared[path] = inside[id(node)], alias
    return shared


def shown_documents(read: Text, marks: Marks, documents: Documents | None = None) -> Documents:
    """The documents of a text, or those given that it says, with a placeholder for every hidden value, also where an
    alias says it again outside of its Secret; those without any are the same objects."""
    standing = read.documents if documents is None else documents
    found = secrets.slots(standing)
    aliases = {path: at for path, (at, _) in through_aliases(read).items()} if found else {}
    again = {
        path: marks.of(found[at].value)
        for path, at in aliases.items()
        if at in found and same(get(standing, path), found[at].value)
    }
    return secrets.put(standing, {path: marks.of(slot.value) for path, slot in found.items()} | again)


def _scalars(value: Any, path: Path) -> Iterator[Path]:
    if isinstance(value, dict | list):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _scalars(child, (*path, key))
    else:
        yield path


def _reading(source: str, edits: list[Edit], wanted: Documents) -> Text | None:
    """The text with its edits done, if it says what is wanted."""
    try:
        made = Text.read(apply(source, edits))
    except (ManifestError, LayoutError):
        return None
    return made if same(made.documents, wanted) else None


def _hold(held: _Held, marks: Marks, text: Text) -> None:
    """Adds the values of a text to those held, with the way each is written."""
    if not secrets.may_hold(text.source):
        return
    found = secrets.slots(text.documents)
    said, nodes = _said(text), _nodes(text, found)
    for path, slot in found.items():
        node = nodes.get(path)
        if node is not None and not secrets.is_marked(slot.value):
            written = _written(text.source, node, slot, said[int(path[0])].json)
            held.setdefault(marks.of(slot.value), []).append((path, written))


def _way(ways: list[tuple[Path, _Written]], path: Path, field: str) -> _Written:
    """How a value is written that comes back at a path: as it stood there, or under the same key, or anywhere."""

    def likeness(at: Path, way: _Written) -> tuple[bool, ...]:
        return at[1:] == path[1:], at[-1] == path[-1], way.slot.field == field

    exact = next((way for at, way in ways if at == path), None)
    return exact or max(ways, key=lambda way: likeness(*way))[1]


def _written(source: str, node: Node, slot: Slot, json: bool) -> _Written:
    start, end, stop = _span(source, node)
    head, body = source[start:end], source[stop : node.end] if node.end > stop else ""
    if _is_tagged_anchor(node):  # its tag is part of how it is written, its anchor is not
        head = re.sub(rf"^((?:!\S*\s+)?)&{re.escape(str(node.anchor))}\s+", r"\1", head)
    return _Written(slot, head, body, _indent(source, start), json)


def _put_back(source: str, node: Node, way: _Written) -> Iterator[Edit]:
    """The edits that put a value in the place of its placeholder, written as it was."""
    start, end, stop = _span(source, node)
    yield start, end, way.head
    if node.end > stop:
        yield stop, node.end, ""
    if way.body:
        stop = line_stop(source, end)
        yield stop, stop, _indented(way.body, _indent(source, start) - way.indent)


def _indented(body: str, more: int) -> str:
    if more >= 0:
        return re.sub(r"\n(?=[^\r\n])", "\n" + " " * more, body)
    return re.sub(rf"\n {{0,{-more}}}", "\n", body)


def _indent(source: str, offset: int) -> int:
    line = source[line_start(source, offset) : offset]
    return len(line) - len(line.lstrip(" "))


def _span(source: str, node: Node) -> tuple[int, int, int]:
    """Where a scalar starts (after its anchor) and ends, and where the line of that end stops. Of a block scalar it is
    the header that ends there: its content goes from the stop to the node's end."""
    begin = content_start(source, node)
    start = begin if node.tag is None else node.start
    if node.style not in ("|", ">"):
        return start, node.end, node.end
    header = _HEADER.match(source, begin)
    end = header.end() if header else node.end
    return start, end, min(line_stop(source, end), node.end) if header else node.end


def _check_outside(typed: Text, inside: set[int], known: list[Text]) -> None:
    """No placeholder where there is nothing hidden; a text that has always said so may go on."""
    for chunk in typed.chunks:
        for node in chunk.root.walk() if chunk.root is not None else ():
            for key, _ in node.pairs:
                if key.kind is ALIAS and secrets.is_marked(key.value):
                    raise errors.at(typed.source, f"{_mark(key.value)} {secrets.ONLY_THERE}", key.start)
            if node.kind is not SCALAR or id(node) in inside or not secrets.is_marked(node.value):
                continue
            if not any(_mark(node.value) in text.source for text in known):
                raise errors.at(typed.source, f"{_mark(node.value)} {secrets.ONLY_THERE}", node.start)


def _check_aliases(typed: Text, outside: Mapping[Path, tuple[str, Node]], marks: Marks, known: list[Text]) -> None:
    """No alias that brings a hidden value out of its Secret; a text in which one always did may go on."""
    if not outside:
        return
    out = {marks.of(get(text.documents, path)) for text in known for path in through_aliases(text)}
    for path, (value, alias) in outside.items():
        if value not in out:
            raise errors.at(typed.source, f"{_mark(value)} {secrets.ONLY_THERE}", alias.start, path)


def _mark(value: str) -> str:
    return str(PLACEHOLDER.findall(value)[0])


def _is_tagged_anchor(node: Node) -> bool:
    return node.kind is SCALAR and node.anchor is not None and node.tag is not None


def _nodes(read: Text, paths: Iterable[Path]) -> dict[Path, Node]:
    """The nodes that say what stands at hidden places: an alias is the value that it stands for, if that is hidden."""
    said = _said(read)
    found = {path: node for path in paths if (node := _node(said[int(path[0])].root, path)) is not None}
    hidden = {id(node) for node in found.values()}
    return {path: node.target if node.target and id(node.target) in hidden else node for path, node in found.items()}


def _said(read: Text) -> list[Chunk]:
    """The parts of a text that say a document, in the order of the documents."""
    return [chunk for chunk in read.chunks if chunk.root is not None]


def _node(node: Node | None, path: Path) -> Node | None:
    """The scalar, or alias of one, that stands at a path of a document, also in a mapping that is merged."""
    for part in path[1:]:
        if node is None:
            return None
        node, _ = _child(node.target if node.kind is ALIAS and node.target else node, part)
    return node if node is not None and node.kind in (SCALAR, ALIAS) else None


def _reached(node: Node | None, path: Path) -> tuple[Node | None, Node | None]:
    """The node that stands at a path of a document, no alias itself, and the first alias on the way to it."""
    by: Node | None = None
    for part in path[1:]:
        if node is not None and node.kind is ALIAS:
            node, by = node.target, by or node
        if node is None:
            return None, by
        node, merged = _child(node, part)
        by = by or merged
    return (node.target, by or node) if node is not None and node.kind is ALIAS else (node, by)


def _child(node: Node, part: str | int) -> tuple[Node | None, Node | None]:
    """What a node holds under a key or index, and the alias that it was merged from, if it was."""
    if node.kind is SEQUENCE:
        return node.items[int(part)], None
    if node.kind is not MAPPING:
        return None, None
    found: tuple[Node | None, Node | None] = None, None
    for key, value in node.pairs:
        if key.is_merge:
            for each in value.items if value.kind is SEQUENCE else [value]:
                alias = each if each.kind is ALIAS else None
                source = each.target if each.kind is ALIAS and each.target else each
                if part in source.value:
                    child, by = _child(source, part)
                    found = child, alias or by
                    if value.kind is SEQUENCE:
                        break
        elif key.value == part or str(key.value) == part:
            found = value, None
    return found
