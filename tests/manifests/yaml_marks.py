"""Where things stand in a text by PyYAML's own marks: the other witness of what an edit may touch."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

from designer.manifests.types import Path, get

_ALIAS = re.compile(r"\*[^\s,\[\]{}]+")
_KEEPS = re.compile(r"(?:[&!]\S+\s+)*[|>][0-9]?\+")


@dataclass
class Place:
    """Where PyYAML says that a value stands: its key (None for an item) and itself, with its true end."""

    key: yaml.Node | None
    node: yaml.Node
    start: int
    end: int
    flow: bool


class Marks:
    """The places of a text's values, for each path that is written out (not brought by an alias or a merge)."""

    def __init__(self, text: str) -> None:
        self.shift = int(text.startswith("\ufeff"))
        self.text = text
        roots = [root for root in yaml.compose_all(text[self.shift :], Loader=yaml.CSafeLoader) if root is not None]
        self.roots = [root for root in roots if not isinstance(root, yaml.ScalarNode)]
        self.places: dict[Path, Place] = {}
        for index, root in enumerate(self.roots):
            self._visit(root, (index,), None, -1)

    def _visit(self, node: yaml.Node, path: Path, key: yaml.Node | None, after: int) -> int:
        start = node.start_mark.index + self.shift
        if start < after:
            # An alias, for which PyYAML gives the node that it stands for, written above.
            alias = _ALIAS.search(self.text, after)
            return alias.end() if alias else after
        end = node.end_mark.index + self.shift
        children: list[tuple[Any, yaml.Node | None, yaml.Node]] = []
        merging = False
        if isinstance(node, yaml.MappingNode):
            merging = any(name.value == "<<" and name.tag.endswith(":merge") for name, _ in node.value)
            children = [(number, name, child) for number, (name, child) in enumerate(node.value)]
        elif isinstance(node, yaml.SequenceNode):
            children = [(number, None, child) for number, child in enumerate(node.value)]
        flow = bool(getattr(node, "flow_style", False))
        if isinstance(node, yaml.ScalarNode):
            end = _content_end(self.text, start, end) if node.style in ("|", ">") else end
        place = Place(key, node, start, end, flow)
        self.places[path] = place
        last = start
        for part, name, child in children:
            if name is not None:
                last = max(last, name.end_mark.index + self.shift)
            if not merging:
                last = self._visit(child, (*path, part), name, last)
        if merging:
            last = max(last, start + len(self.text[start:end].rstrip()))
            self.places.pop(path)
        if children and not flow:
            place.end = last
        return max(last, place.end)

    def at(self, documents: Any, path: Path) -> Place | None:
        """The place of a value by its path in the data; keys stand in the data in the order of the text."""
        numbers: list[int] = []
        for depth, part in enumerate(path):
            around = get(documents, path[:depth])
            numbers.append(list(around).index(part) if isinstance(around, dict) else int(part))
            if tuple(numbers) not in self.places:
                return None
        return self.places.get(tuple(numbers))


def nonblank(text: str) -> list[str]:
    """The lines that are not blank, without their line breaks: which of them a text ends with depends on its last."""
    return [line.rstrip("\r") for line in text.removeprefix("\ufeff").split("\n") if line.strip()]


def entry_lines(
    text: str, marks: Marks, path: Path, place: Place, siblings: list[Place]
) -> tuple[int, int, int, int] | None:
    """The lines (0-based, the last one exclusive) of an entry of a block collection: those of its content, and those
    with its comments: deeper ones below, and those directly above that are not the entry before's deeper ones.

    None where the entry starts behind another dash, or has no place that this can say.
    """
    lines = text.split("\n")
    number = siblings.index(place)
    start = entry_start(text, marks, place)
    if start is None:
        return None
    first = text.count("\n", 0, start)
    last = text.count("\n", 0, max(place.end - 1, start)) + 1
    column = start - (text.rfind("\n", 0, start) + 1) - int(first == 0 and marks.shift)
    if lines[first].removeprefix("\ufeff")[:column].strip():
        return None
    above = first
    floor = text.count("\n", 0, siblings[number - 1].end) + 1 if number else 0
    if number:
        # What is deeper, from the entry before on, is that one's.
        floor = next((n for n in range(floor, first) if lines[n].strip() and indent(lines[n]) <= column), first)
    elif len(path) == 1:
        floor = first  # what stands above a document's first key is the document's
    while (
        above > floor and lines[above - 1].lstrip().startswith("#") and (number or indent(lines[above - 1]) <= column)
    ):
        above -= 1
    below, seen = last, last
    while seen < len(lines) and (not lines[seen].strip() or lines[seen].lstrip().startswith("#")):
        if lines[seen].strip():
            if indent(lines[seen]) <= column:
                break
            below = seen + 1
        seen += 1
    return above, first, last, below


def _content_end(text: str, start: int, end: int) -> int:
    """Where the last line of a block scalar ends: the last that is not blank, unless it keeps those (``|+``)."""
    last = start + len(text[start:end].rstrip()) - 1
    if _KEEPS.match(text, start):
        last = max(last, end - 1)
    stop = text.find("\n", last, end)
    return (stop if stop >= 0 else end) - (stop > 0 and text[stop - 1] == "\r")


def indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def entry_start(text: str, marks: Marks, place: Place) -> int | None:
    """Where the key (or the ``?`` before it) or the dash of an entry stands."""
    if place.key is not None:
        start: int = place.key.start_mark.index + marks.shift
        line = text[text.rfind("\n", 0, start) + 1 : start]
        return start - len(line) + line.rindex("?") if line.rstrip().endswith("?") else start
    before = text[: place.start].rstrip()
    while not before.endswith("-"):
        line = before[before.rfind("\n") + 1 :]
        if "#" not in line:
            return None
        before = before[: len(before) - len(line) + line.index("#")].rstrip()
    return len(before) - 1
