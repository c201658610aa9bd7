"""The nodes of one YAML document: what each value is and where it stands in the text.

libyaml (through PyYAML) finds the structure; go-yaml v2, which kubectl reads with, is a port of it. What a scalar
means, how keys become strings, how merges and aliases work is decided here and in scalars.py, as sigs.k8s.io/yaml
does it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from designer.manifests.yamltext import scalars
from designer.manifests.yamltext.limits import MAX_DEPTH, MAX_NODES

SCALAR, MAPPING, SEQUENCE, ALIAS = "scalar", "mapping", "sequence", "alias"
_MERGE_TAG = "tag:yaml.org,2002:merge"


class ProblemError(Exception):
    """Something wrong in the text: a sentence, and the offset of the character it is about."""

    def __init__(self, message: str, offset: int, other: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.other = other  # a second place: its line number is put where the message says {line}


class Node:
    """One node: `text[start:end]` is all of it, its anchor and tag included, without what follows on its last line.

    `value` is the data it stands for (a key's is its string), shared between a node and its aliases: never to be
    changed. `items` are a sequence's nodes, `pairs` a mapping's. `style` is a scalar's quote or block sign, or "flow"
    or "block". `size` and `height` count what it stands for with every alias written out.
    """

    __slots__ = (
        "anchor",
        "end",
        "height",
        "implicit",
        "items",
        "kind",
        "pairs",
        "size",
        "start",
        "style",
        "tag",
        "target",
        "value",
    )

    def __init__(self, kind: str, start: int, end: int, value: Any = None, style: str = "") -> None:
        self.kind = kind
        self.start = start
        self.end = end
        self.value = value
        self.style = style
        self.anchor: str | None = None
        self.tag: str | None = None
        self.implicit = False
        self.target: Node | None = None
        self.items: list[Node] = []
        self.pairs: list[tuple[Node, Node]] = []
        self.size = 1
        self.height = 0

    @property
    def is_merge(self) -> bool:
        """Whether this key is a merge key: an unquoted ``<<``."""
        return self.kind == SCALAR and self.value == "<<" and (self.implicit or self.tag == _MERGE_TAG)

    def walk(self) -> Iterator[Node]:
        """The node and all inside it, in no order; not what an alias stands for."""
        waiting = [self]
        for node in waiting:
            yield node
            waiting += node.items
            for pair in node.pairs:
                waiting += pair

    def __repr__(self) -> str:
        return f"<{self.kind} {self.start}:{self.end} {self.style}>"


def parser(source: str) -> Any:
    """libyaml's parser; PyYAML's own, many times slower, where PyYAML was built without libyaml."""
    return yaml.CSafeLoader(source) if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader(source)


def compose(source: str, base: int, allowed: int = MAX_NODES) -> Node | None:
    """The root node of the one document in `source`, which starts at `base` of the whole text; None if it is empty.

    Raises ProblemError, with offsets into the whole text, for what kubectl refuses, for duplicate keys, for more than
    `allowed` nodes; yaml.MarkedYAMLError and yaml.reader.ReaderError as PyYAML does.
    """
    get_event = parser(source).get_event
    anchors: dict[str, Node] = {}
    open_nodes: list[Node] = []
    keys: list[Node | None] = []  # the key that waits for its value, for each open node
    root: Node | None = None
    seen = 0
    escaped_slash = "\\/" in source
    while True:
        event = get_event()
        kind = type(event)
        if kind is ScalarEvent:
            start = event.start_mark.index + base
            is_key = bool(open_nodes) and open_nodes[-1].kind is MAPPING and keys[-1] is None
            node = _scalar(event, start, event.end_mark.index + base, is_key)
            if node.tag is None and source[event.start_mark.index : event.start_mark.index + 1] in _MARKS:
                _non_specific(source, event, node)
            if node.style == "" and "?" in event.value and open_nodes and open_nodes[-1].style == "flow":
                raise ProblemError(
                    "a ? inside [ ] or { } must be in quotes: kubectl takes it for the start of a key", start
                )
            if escaped_slash and node.style == '"':
                _refuse_escaped_slash(source, event, base)
            if node.style in ("|", ">"):
                node.end = _block_end(source, event.end_mark.index, event.value) + base
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            node = Node(
                MAPPING if kind is MappingStartEvent else SEQUENCE,
                event.start_mark.index + base,
                0,
                None,
                "flow" if event.flow_style else "block",
            )
            node.tag = event.tag
            if event.anchor is not None:
                node.anchor = event.anchor
                anchors[event.anchor] = node
            open_nodes.append(node)
            keys.append(None)
            if len(open_nodes) > MAX_DEPTH:
                raise ProblemError(f"values are nested more than {MAX_DEPTH} deep: no Kubernetes object is", node.start)
            continue
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            node = open_nodes.pop()
            keys.pop()
            _close(node, event.end_mark.index + base)
        elif kind is AliasEvent:
            node = _alias(event, base, anchors)
            seen += node.size
            if len(open_nodes) + node.height > MAX_DEPTH:
                raise ProblemError(
                    f"with its aliases written out, a value is nested more than {MAX_DEPTH} deep", node.start
                )
        elif kind is DocumentEndEvent:
            _expect_end(get_event, base)
            return root
        elif kind is DocumentStartEvent:
            if event.version or event.tags:
                raise ProblemError("kubectl reads no % directives: delete the line", base + event.start_mark.index)
            continue
        elif kind is StreamEndEvent:
            return root
        else:
            continue

        seen += 1
        if seen > allowed:
            raise ProblemError(
                f"the text holds more than {MAX_NODES:,} values once its aliases are written out: split it", node.start
            )
        if node.kind is SCALAR and node.anchor is not None:
            anchors[node.anchor] = node
        if not open_nodes:
            root = node
            continue
        parent = open_nodes[-1]
        parent.size += node.size
        if node.height >= parent.height:
            parent.height = node.height + 1
        if parent.kind is SEQUENCE:
            parent.items.append(node)
        elif (key := keys[-1]) is None:
            keys[-1] = node
        else:
            parent.pairs.append((key, node))
            keys[-1] = None


def _scalar(event: Any, start: int, end: int, is_key: bool) -> Node:
    node = Node(SCALAR, start, end, None, event.style or "")
    node.anchor = event.anchor
    node.tag = event.tag
    node.implicit = event.implicit[0]
    text: str = event.value
    try:
        if node.tag is not None:
            value = scalars.tagged(node.tag, text)
        else:
            value = scalars.plain(text) if node.implicit else text
        if is_key:
            value = scalars.key_string(value)
        elif type(value) is not str:
            value = scalars.json_value(value)
    except scalars.ScalarError as error:
        what = f'the key "{_short(text)}"' if is_key else f'"{_short(text)}"'
        raise ProblemError(f"{what} {error}", start) from None
    node.value = value
    return node


_MARKS = frozenset("!&")  # what a scalar with an anchor or a tag starts with
_NON_SPECIFIC = re.compile(r"(?:&\S+\s+)?!(?:\s|\Z)")


def _non_specific(source: str, event: Any, node: Node) -> None:
    """The tag ``!`` makes a scalar text, whatever it looks like; libyaml takes it away without a trace."""
    if _NON_SPECIFIC.match(source, event.start_mark.index):
        node.tag, node.value = "!", event.value


def _refuse_escaped_slash(source: str, event: Any, base: int) -> None:
    """JSON has the escape, go-yaml v2 does not."""
    match = re.compile(r"[^\\]*(?:\\[^/][^\\]*)*\\/").match(source, event.start_mark.index)
    if match and match.end() <= event.end_mark.index:
        raise ProblemError("\\/ is no escape that kubectl reads in YAML: write / alone", base + match.end() - 2)


def _alias(event: Any, base: int, anchors: dict[str, Node]) -> Node:
    node = Node(ALIAS, event.start_mark.index + base, event.end_mark.index + base)
    target = anchors.get(event.anchor)
    if target is None:
        raise ProblemError(
            f"*{event.anchor} refers to an anchor that is not defined above it in this document: "
            f"define &{event.anchor}, or put the value in quotes if you mean the text",
            node.start,
        )
    if target.end == 0:
        raise ProblemError(f"*{event.anchor} stands inside the value it refers to: write that part out", node.start)
    node.target, node.anchor = target, event.anchor
    node.value, node.size, node.height = target.value, target.size, target.height
    return node


def _close(node: Node, end: int) -> None:
    """Ends a collection: where its last content ends, and its data. Raises ProblemError for keys that cannot be."""
    if node.kind is SEQUENCE:
        node.end = end if node.style == "flow" else node.items[-1].end
        node.value = [item.value for item in node.items]
        return
    node.end = end if node.style == "flow" else max(node.pairs[-1][1].end, node.pairs[-1][0].end)
    value: dict[str, Any] = {}
    own: dict[str, Node] = {}
    for key, child in node.pairs:
        if key.is_merge:
            for source in merge_sources(child):
                value.update(source.value)
            continue
        name = key.value
        if key.kind is not SCALAR:
            if key.kind is not ALIAS or not isinstance(name, str | int | float):
                raise ProblemError("a key cannot be a list, a mapping or null: Kubernetes' keys are strings", key.start)
            name = scalars.key_string(name)
        if name in own:
            raise ProblemError(
                f'the key "{_short(name)}" is also on line {{line}}: keep one of the two', key.start, own[name].start
            )
        own[name] = key
        value[name] = child.value
    node.value = value


def merge_sources(node: Node) -> list[Node]:
    """The mappings that ``<<: node`` merges, in the order they are laid on (the first one named wins, so it is last).

    What a merge brings overrides the keys above it and is overridden by those below: so go-yaml v2 does it. Raises
    ProblemError for anything but a mapping, an alias of one, or a list of those.
    """
    nodes = list(reversed(node.items)) if node.kind is SEQUENCE else [node]
    for each in nodes:
        target = each.target if each.kind is ALIAS else each
        if target is None or target.kind is not MAPPING:
            raise ProblemError("<< takes a mapping, an alias of one, or a list of those", each.start)
    return nodes


def _block_end(source: str, end: int, value: str) -> int:
    """Where the content of a block scalar ends, without its last line break: libyaml adds the blank lines after it."""
    last = value.rstrip("\n").rpartition("\n")[2]
    if value and (value.endswith("\n\n") or not last.strip(" \t")):
        # Blank lines at the end, or a last line of nothing but blanks, are content here.
        if source.endswith("\r\n", 0, end):
            return end - 2
        return end - 1 if source.endswith(("\n", "\r"), 0, end) else end
    while True:
        start = max(source.rfind("\n", 0, end), source.rfind("\r", 0, end)) + 1
        if source[start:end].strip(" \t") or not start:
            return end
        end = start - (2 if source.endswith("\r\n", 0, start) else 1)


def _expect_end(get_event: Any, base: int) -> None:
    """kubectl reads one document between two ``---`` and drops what else stands there; we refuse to lose it."""
    try:
        event = get_event()
        offset = -1 if type(event) is StreamEndEvent else event.start_mark.index
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        offset = mark.index if mark else 0
    if offset >= 0:
        raise ProblemError(
            "the document has ended above, and kubectl would ignore what stands here: "
            "check the indentation, or start the next document with a line ---",
            base + offset,
        )


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"
