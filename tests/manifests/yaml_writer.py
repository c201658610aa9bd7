"""Writes random data as YAML in the styles people use: indentation, quotes, flow style, comments and blank lines."""

from __future__ import annotations

from random import Random
from typing import Any

from designer.manifests.yamltext import emit, strings

WORDS = ["a", "b", "web", "image", "k8s", "x y", "8080", "true", "it: s", "# no", "", " lead", "é😀", "-", "1.0", "~"]
WORDS += [
    "multi\nline\n",
    "multi\nline",
    "\n\nx\n",
    "  ind\n a\n",
    "keep\n\n\n",
    "t\tab",
    "long " * 30,
    "trail \nend  \n",
]
KEYS = [
    "a b",
    *WORDS[2:5],
    "name",
    "ports",
    "env",
    "metadata",
    "spec",
    "labels",
    "args",
    "data",
    "containers",
    "x",
    "y",
    "1",
    "yes",
]


class Writer:
    """Every choice is the given source's, so that one seed is one text. Comments are numbered: no two are the same."""

    def __init__(self, chance: Random, comments: bool = True) -> None:
        self.chance = chance
        self.comments = chance.choice([0, 0.15, 0.4]) if comments else 0
        self.blanks = chance.choice([0, 0.1, 0.4])
        self.flow = chance.choice([0, 0.2, 0.5])
        self.indent = chance.choice([2, 2, 2, 4])
        self.sequence = chance.choice([0, 2])
        self.dash = chance.choice([2, 2, 2, 4])
        self.count = 0

    # Data

    def value(self, depth: int) -> Any:
        kind = self.chance.random()
        if depth and kind < 0.35:
            return self.mapping(depth - 1)
        if depth and kind < 0.6:
            if self.chance.random() < 0.4:
                return [self.value(depth - 1) for _ in range(self.chance.randint(0, 3))]
            names = self.chance.sample("abcd", self.chance.randint(0, 3))
            return [self.mapping(depth - 1) | {"name": name} for name in names]
        return self.scalar()

    def mapping(self, depth: int) -> dict[str, Any]:
        return {key: self.value(depth) for key in self.chance.sample(KEYS, self.chance.randint(0, 4))}

    def scalar(self) -> Any:
        if self.chance.random() < 0.6:
            return self.chance.choice(WORDS)
        return self.chance.choice([True, False, None, 1.5, 0, 1, 42])

    # Text

    def text(self) -> str:
        parts = []
        for _ in range(self.chance.randint(1, 3)):
            lines: list[str] = []
            document = self.mapping(3)
            self._mapping(lines, document, 0, False)
            parts.append("\n".join(lines or ["{}"]) + "\n")
        text = self.chance.choice(["", "---\n", "# top\n\n"]) + "---\n".join(parts)
        if self.chance.random() < 0.3:
            text = text.rstrip("\n")
        if self.chance.random() < 0.2:
            text = text.replace("\n", "\r\n")
        return "\ufeff" + text if self.chance.random() < 0.1 else text

    def _quoted(self, value: Any, flow: bool = False) -> str:
        if isinstance(value, str) and ("\n" in value or self.chance.random() < 0.3):
            single = "\n" not in value and "\t" not in value and self.chance.random() < 0.5
            return strings.single(value) if single else strings.double(value)
        return emit.scalar(value, flow=flow)

    def _flow(self, value: Any) -> str:
        if isinstance(value, dict):
            return "{" + ", ".join(f"{self._quoted(k, True)}: {self._flow(v)}" for k, v in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(map(self._flow, value)) + "]"
        return self._quoted(value, True)

    def _above(self, out: list[str], column: int) -> None:
        if self.chance.random() < self.comments:
            self.count += 1
            out.append(" " * column + f"# c{self.count}")
        if self.chance.random() < self.blanks:
            out.append("")

    def _beside(self) -> str:
        if self.chance.random() >= self.comments:
            return ""
        self.count += 1
        return f"  # t{self.count}"

    def _entry(self, out: list[str], head: str, value: Any, column: int, item: bool) -> None:
        if isinstance(value, dict | list) and value and self.chance.random() >= self.flow:
            write: Any = self._mapping if isinstance(value, dict) else self._sequence
            if item:
                inner, lines = column + self.dash, list[str]()
                write(lines, value, inner, True)
                out += [head + " " * (self.dash - 1) + lines[0][inner:], *lines[1:]]
            else:
                out.append(head + self._beside())
                write(out, value, column + (self.indent if isinstance(value, dict) else self.sequence), False)
        elif isinstance(value, str) and self.chance.random() < 0.8 and (block := strings.literal(value, 2)):
            out.append(f"{head} {block[0]}{self._beside()}")
            out += [" " * (column + 2) + line if line else "" for line in block[1:]]
        elif value is None and self.chance.random() < 0.5:
            out.append(head + self._beside())
        else:
            out.append(f"{head} {self._flow(value)}{self._beside()}")

    def _mapping(self, out: list[str], value: dict[str, Any], column: int, inline: bool) -> None:
        for index, (key, child) in enumerate(value.items()):
            if index or not inline:
                self._above(out, column)
            self._entry(out, " " * column + self._quoted(key) + ":", child, column, item=False)
        if self.chance.random() < 0.2:
            self._above(out, column)

    def _sequence(self, out: list[str], value: list[Any], column: int, inline: bool) -> None:
        for index, child in enumerate(value):
            if index or not inline:
                self._above(out, column)
            self._entry(out, " " * column + "-", child, column, item=True)
