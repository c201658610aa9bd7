"""The changes of an object as the lines of a diff: YAML as it becomes, with the way to it above each stretch.

Where all of a part comes or goes, it is written out like YAML; where something in it changes, the way there is one
line (``spec.template.spec.containers[nginx]``), as folders that hold one folder are in a list of files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from designer.clusters.compare import Change
from designer.manifests.types import show
from designer.web.controls import as_yaml
from designer.web.diffs import diff_lines

_SIGNS = {"add": "+", "remove": "-"}


@dataclass(frozen=True)
class Line:
    """A line of a diff. `sign` is "+", "-", "~" (moved), "@" (the way to what follows) or "" (unchanged); `depth` is in
    steps of two spaces; `ours` is False for what the server fills in."""

    sign: str
    depth: int
    text: str
    ours: bool = True

    @property
    def css(self) -> str:
        names = {"+": "add", "-": "del", "~": "moved", "@": "at"}
        return f"{names.get(self.sign, '')}{'' if self.ours else ' defaulted'}".strip()

    @property
    def shown(self) -> str:
        """The line after its sign."""
        return "  " * self.depth + self.text


@dataclass(frozen=True)
class Shown:
    """The changes of an object for a screen. `defaulted` counts the lines that the server fills in."""

    lines: tuple[Line, ...]

    @property
    def defaulted(self) -> int:
        return sum(not line.ours for line in self.lines)

    @property
    def added(self) -> int:
        return sum(line.sign == "+" and line.ours for line in self.lines)

    @property
    def removed(self) -> int:
        return sum(line.sign == "-" and line.ours for line in self.lines)


@dataclass
class _Node:
    item: bool = False
    depth: int = 0
    inner: dict[str | int, _Node] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)

    @property
    def leaves(self) -> Iterator[Change]:
        yield from self.changes
        for node in self.inner.values():
            yield from node.leaves

    @property
    def whole(self) -> str:
        """ "add" or "remove" where this comes or goes as a whole, else ""."""
        ops = {change.op if 0 <= change.whole <= self.depth else "" for change in self.leaves}
        return ops.pop() if len(ops) == 1 else ""

    @property
    def ours(self) -> bool:
        return any(change.ours for change in self.leaves)


def shown(changes: Iterable[Change]) -> Shown:
    """The lines of an object's changes."""
    root = _Node()
    for change in changes:
        node = root
        for depth, (part, name) in enumerate(zip(change.path, change.named, strict=True), 1):
            node = node.inner.setdefault(name, _Node(isinstance(part, int), depth))
        node.changes.append(change)
    return Shown(tuple(_inside(root, 0)))


def _inside(node: _Node, depth: int) -> Iterator[Line]:
    for name, inner in node.inner.items():
        yield from _part(name, inner, depth)


def _part(name: str | int, node: _Node, depth: int) -> Iterator[Line]:
    if node.changes:
        moved = [change for change in node.changes if change.op == "move"]
        for change in moved:
            words = f"[{name}] moves from place {change.old + 1} to {change.new + 1}"
            yield Line("~", depth, words, change.ours)
        for change in node.changes:
            if change.op != "move":
                yield from _leaf(_prefix(name, node), change, depth)
        if node.inner:
            yield from _way([name], node, depth)
    elif op := node.whole:
        yield from _written(_SIGNS[op], name, node, depth)
    else:
        yield from _way([name], node, depth)


def _way(path: list[str | int], node: _Node, depth: int) -> Iterator[Line]:
    """The way to what changes, in one line as long as nothing branches off."""
    steps = [_step(path[0], node.item)]
    while len(node.inner) == 1:
        name, inner = next(iter(node.inner.items()))
        if inner.changes or inner.whole:
            break
        steps.append(_step(name, inner.item))
        node = inner
    yield Line("@", depth, "".join(steps).lstrip("."), node.ours)
    yield from _inside(node, depth + 1)


def _step(name: str | int, item: bool) -> str:
    return f"[{name}]" if item else f".{show([name])}" if "." not in str(name) else show([name])


def _prefix(name: str | int, node: _Node) -> str:
    return "- " if node.item else f"{as_yaml(str(name)).strip()}: "


def _written(sign: str, name: str | int, node: _Node, depth: int) -> Iterator[Line]:
    """A part that comes or goes as a whole, as YAML."""
    if node.changes and not node.inner:
        yield from _leaf(_prefix(name, node), node.changes[0], depth)
        return
    if not node.item:
        yield Line(sign, depth, _prefix(name, node).rstrip(), node.ours)
        for inner_name, inner in node.inner.items():
            yield from _written(sign, inner_name, inner, depth if inner.item else depth + 1)
        return
    # The first line of an item carries its dash.
    first = True
    for inner_name, inner in node.inner.items():
        for line in _written(sign, inner_name, inner, depth + 1):
            yield Line(line.sign, depth, f"- {line.text}", line.ours) if first else line
            first = False


def _leaf(prefix: str, change: Change, depth: int) -> Iterator[Line]:
    old, new = change.old, change.new
    if change.op == "replace" and isinstance(old, str) and isinstance(new, str) and ("\n" in old or "\n" in new):
        yield Line("@", depth, prefix.rstrip(), change.ours)
        for css, text in diff_lines(old, new):
            sign = {"add": "+", "del": "-", "at": "@"}.get(css, "")
            yield Line(sign, depth + 1, text if css == "at" else text[1:], change.ours)
        return
    if change.op in ("replace", "remove"):
        yield from _value("-", prefix, old, depth, change.ours)
    if change.op in ("replace", "add"):
        yield from _value("+", prefix, new, depth, change.ours)


def _value(sign: str, prefix: str, value: Any, depth: int, ours: bool) -> Iterator[Line]:
    if isinstance(value, str) and "\n" in value:
        yield Line(sign, depth, f"{prefix}|", ours)
        yield from (Line(sign, depth + 1, line, ours) for line in value.removesuffix("\n").split("\n"))
    elif isinstance(value, (dict, list)) and value:
        yield Line(sign, depth, prefix.rstrip(), ours)
        yield from (Line(sign, depth + 1, line, ours) for line in as_yaml(value).rstrip("\n").split("\n"))
    else:
        yield Line(sign, depth, prefix + as_yaml(value).strip(), ours)
