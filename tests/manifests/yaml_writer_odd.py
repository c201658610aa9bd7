"""Writes every construct of YAML that kubectl reads, a few in each text: the odd ones that people meet now and then."""

from __future__ import annotations

import json
from random import Random

from designer.manifests.yamltext import strings
from tests.manifests.yaml_writer import KEYS, Writer

PLAIN = [*"abxyz", "web", "nginx:1.27", "two words", "three of them", "1", "08", "1.0", "0x10", "1_000", "1e3", "true"]
PLAIN += ["Yes", "off", "null", "~", "12:30", "2001-01-01", "http://a/?b#c", "a-b", "it's", "é😀", "漢字 かな", "ö́"]
PLAIN += ["עברית"]
ODD_KEYS = ["1", "true", "0x10", "1.5", "off", "é", "漢", "a.b/c-d", "two words", "'q'", '"d"', '"\\u00e9\\n"']
QUOTED = ["", "x", "# no", "a: b", " lead", "8080", "yes", "é😀", "tab\there", "a\\b", "it's", "{{ .V }}", "a\u200db"]
QUOTED += ["\x85", "\u2028x", "a\u2029b"]  # line breaks to YAML 1.1, and none to JSON and to editors
FEATURES = [
    "flow",
    "lines",
    "anchors",
    "merges",
    "blocks",
    "plain",
    "quoted",
    "tags",
    "keys",
    "odd_comments",
    "tabs",
    "trailing",
    "aligned",
    "breaks",
    "long",
    "questions",
    "ends",
    "nothing",
    "indented",
    "json",
    "own_line",
]


class Odd(Writer):
    """Writes every construct of YAML that kubectl reads, a few in each text. The data are what reading finds.

    A small part of what comes out is refused in reading: such texts are to be left out.
    """

    def __init__(self, chance: Random) -> None:
        super().__init__(chance)
        self.features = {each for each in FEATURES if chance.random() < 0.3}
        self.indent = chance.choice([1, 2, 2, 2, 3, 4, 8])
        self.sequence = chance.choice([0, 0, 1, 2, 4])
        self.dash = chance.choice([2, 2, 2, 3, 4])
        self.anchors: list[tuple[str, bool]] = []
        self.open_block = False

    def has(self, feature: str, share: float = 0.3) -> bool:
        return feature in self.features and self.chance.random() < share

    def text(self) -> str:
        """The text, with all its choices; made once."""
        if self.has("json", 0.25):
            return self._json_text()
        parts = [self._document() for _ in range(self.chance.choice([1, 1, 2, 3]))]
        text = self.chance.choice(["", "", "---\n", "--- # first\n", "# top\n\n", "# top\n---\n"]) + parts[0]
        for part in parts[1:]:
            if self.has("ends"):
                text += self.chance.choice(["...\n", "... # end\n", "...\n# after\n"])
            text += self.chance.choice(["---\n", "---\n", "--- # next\n", "---  \n"]) + part
        if self.has("ends"):
            text += self.chance.choice(["...\n", "---\n", "# the end\n", "\n\n", "...\n\n# c0\n", "---\n# nothing\n"])
        if self.chance.random() < 0.25:
            text = text.rstrip("\n") if self.chance.random() < 0.7 else text.removesuffix("\n")
        if self.has("breaks", 0.6):
            share = self.chance.choice([1, 1, 0.5])
            text = "".join(
                line[:-1] + "\r\n" if line.endswith("\n") and self.chance.random() < share else line
                for line in text.splitlines(keepends=True)
            )
        return "\ufeff" + text if self.has("breaks", 0.3) else text

    def _json_text(self) -> str:
        step = self.chance.choice([None, 2, 4, "\t"])
        between = self.chance.choice(["", "\n", " "])
        documents = [self.mapping(3) for _ in range(self.chance.choice([1, 1, 2]))]
        separators = (",", ":") if step is None and self.chance.random() < 0.5 else None
        return between.join(json.dumps(each, indent=step, separators=separators) for each in documents) + "\n"

    def _document(self) -> str:
        self.anchors, self.open_block = [], False
        out: list[str] = []
        if self.has("nothing"):
            return self.chance.choice(["", "# nothing\n", "\n", "null\n", "~ # c\n"])
        column = self.chance.choice([1, 2, 4]) if self.has("indented") else 0
        if self.has("flow", 0.1):
            out += self._flow_lines(column, 3, mapping=True)
        else:
            if self.has("anchors", 0.2):
                out.append(" " * column + "&root")
            self._odd_mapping(out, column, 3, inline=False)
        return "".join(line + "\n" for line in out)

    # Between the entries

    def _above(self, out: list[str], column: int) -> None:
        if self.chance.random() < self.comments:
            self.count += 1
            if self.has("odd_comments", 0.6):
                column = self.chance.randint(0, column if self.open_block else column + 6)
            out.append(" " * column + f"# c{self.count}" + self.chance.choice(["", "", "", "  ", " 😀", ": x"]))
        if self.chance.random() < self.blanks:
            out.append("   " if self.has("trailing") and not self.open_block else "")

    def _beside(self) -> str:
        found = super()._beside()
        if found and self.has("tabs"):
            return "\t" + found.strip()
        return found or (self.chance.choice(["  ", "\t"]) if self.has("trailing") else "")

    # Values: what goes on after the colon or dash, and the lines below

    def _odd_mapping(self, out: list[str], column: int, depth: int, inline: bool) -> None:
        names = self.chance.sample(KEYS[2:] + (ODD_KEYS if "keys" in self.features else []), self.chance.randint(1, 4))
        for index, name in enumerate(names):
            if index or not inline:
                self._above(out, column)
            pad = " " * column
            mappings = [anchor for anchor, is_mapping in self.anchors if is_mapping]
            if mappings and self.has("merges", 0.5):
                merge = self.chance.choice([f"*{mappings[-1]}", f"[*{mappings[-1]}]", f"[*{mappings[0]}, {{z: 1}}]"])
                out.append(f"{pad}<<: {merge}{self._beside()}")
                self.open_block = False
                continue
            if self.has("long", 0.1):
                name = "long-key-" * 130 + str(index)
            key = self._quoted(name) if name in KEYS else name
            if self.has("anchors", 0.05):
                key = f"&k{len(self.anchors)} {key}"
            if self.has("questions") or len(key) > 1000:
                comment = self._beside()
                value = self._odd_value(column, depth, self.chance.choice(["pair", "item"]))
                out.append(f"{pad}? {key}{comment}")
                out.append(f"{pad}:{value[0]}")
            else:
                value = self._odd_value(column, depth, "pair")
                out.append(f"{pad}{key}{' ' if self.has('aligned', 0.1) else ''}:{value[0]}")
            out += value[1:]
        if self.chance.random() < 0.2:
            self._above(out, column)

    def _odd_sequence(self, out: list[str], column: int, depth: int, inline: bool) -> None:
        for index in range(self.chance.randint(1, 4)):
            if index or not inline:
                self._above(out, column)
            value = self._odd_value(column, depth, "item")
            out += [" " * column + "-" + value[0], *value[1:]]

    def _odd_value(self, column: int, depth: int, slot: str) -> list[str]:
        """The lines of a value below a key or dash at `column`; the first goes on after the colon or dash."""
        self.open_block = False
        space = " " * self.chance.randint(1, 5) if self.has("aligned") else " "
        if self.anchors and self.has("anchors", 0.2):
            return [f"{space}*{self.chance.choice(self.anchors)[0]}{self._beside()}"]
        anchor = f"a{self.chance.randint(1, 9)}" if self.has("anchors", 0.25) else ""
        kind = self.chance.random()
        if not depth or kind < 0.45:
            lines = self._odd_scalar(column, space + (f"&{anchor} " if anchor else ""))
        elif self.has("flow", 0.5) or self.flow > kind:
            lines = self._flow_lines(column, depth - 1, mapping=kind < 0.7)
            lines[0] = space + (f"&{anchor} " if anchor else "") + lines[0].lstrip()
        else:
            lines = self._collection(column, depth - 1, slot, kind < 0.75, anchor)
        if anchor:
            is_mapping = depth > 0 and 0.45 <= kind < 0.7 and lines[0].lstrip().startswith(f"&{anchor}")
            self.anchors = [pair for pair in self.anchors if pair[0] != anchor] + [(anchor, is_mapping)]
        return lines

    def _collection(self, column: int, depth: int, slot: str, mapping: bool, anchor: str) -> list[str]:
        write = self._odd_mapping if mapping else self._odd_sequence
        out: list[str] = []
        tag = self.chance.choice([" !!map", " !foo"]) if mapping and self.has("tags", 0.1) else ""
        if slot == "item" and not anchor and not tag and not self.has("own_line"):
            inner = column + self.dash
            write(out, inner, depth, True)
            return [" " * (self.dash - 1) + out[0][inner:], *out[1:]]
        step = self.indent if mapping else self.sequence
        head = f"{f' &{anchor}' if anchor else ''}{tag}{self._beside()}"
        write(out, column + (step or int(slot == "item")), depth, False)
        return [head, *out]

    def _flow_lines(self, column: int, depth: int, mapping: bool) -> list[str]:
        """A flow collection, on one line or over several."""
        several = "lines" in self.features and self.chance.random() < 0.5
        parts = []
        for number in range(self.chance.randint(0, 4)):
            inner = (
                self._flow_lines(column + 2, depth - 1, self.chance.random() < 0.5)
                if depth > 0 and (self.chance.random() < 0.3)
                else [self._flow_scalar()]
            )
            key = f"{self._flow_key(number)}: " if mapping else ""
            parts.append([key + inner[0].lstrip(), *inner[1:]])
        left, right = "{}" if mapping else "[]"
        if not parts:
            return [left + self.chance.choice(["", " "]) + right]
        end = self.chance.choice(["", "", ","])
        if not several:
            space = self.chance.choice(["", " "])
            lines = [left + space]
            for number, part in enumerate(parts):
                lines[-1] += part[0]
                lines += part[1:]
                lines[-1] += ", " if number < len(parts) - 1 else end + space + right
            return lines
        pad = " " * (column + 2)
        out = [left + self._beside()]
        for number, part in enumerate(parts):
            out += [pad + part[0], *part[1:]]
            out[-1] += "," + self._beside() if number < len(parts) - 1 else end
            if self.chance.random() < self.comments / 2:
                self.count += 1
                out.append(f"{pad}# c{self.count}")
        return [*out, " " * (column + self.chance.choice([1, 2])) + right]

    def _flow_key(self, number: int) -> str:
        return self.chance.choice([f"k{number}", f'"q{number}"', f"'s{number}'", f"{number}"])

    def _flow_scalar(self) -> str:
        word = self.chance.choice(["a", "b-c", "1", "true", "x y", "null", "8080", "é", "nginx:1"])
        return self.chance.choice([word, word, f"'{word}'", f'"{word}"', "''"])

    def _odd_scalar(self, column: int, head: str) -> list[str]:
        pad = " " * (column + self.chance.choice([1, 2, 2, 3]))
        if self.has("blocks", 0.5):
            return self._block_scalar(column, head)
        if self.has("plain"):
            words = self.chance.sample(["one", "two", "three", "four", "5", "é"], 3)
            gap = [""] if self.chance.random() < 0.3 else []
            return [head + words[0], *gap, pad + words[1], pad + words[2] + self._beside()]
        if self.has("quoted"):
            quote = self.chance.choice("'\"")
            middles = ["it''s", "b # no"] if quote == "'" else ["b\\", '\\"c\\"', "\\ttab", "# no"]
            middle = self.chance.choice(middles)
            gap = [""] if self.chance.random() < 0.3 else []
            return [
                f"{head}{quote}one{self.chance.choice(['', ' '])}",
                *gap,
                pad + middle,
                f"{pad}end{quote}{self._beside()}",
            ]
        if self.has("tags"):
            return [
                head
                + self.chance.choice(["!!str 1", '!!int "3"', "!foo x", "! 1", "!!str", "!!binary aGk=", "!!float 3"])
            ]
        if self.has("own_line", 0.2):
            return [head.rstrip() + self._beside(), pad + self.chance.choice(["below", "'below'", "1"])]
        if self.has("long", 0.2):
            return [head + "very long " * self.chance.choice([30, 300]) + "line"]
        if self.chance.random() < 0.3:
            word = self.chance.choice(QUOTED)
            single = self.chance.random() < 0.5 and word.isprintable()
            return [head + (strings.single(word) if single else json.dumps(word, ensure_ascii=False)) + self._beside()]
        if self.chance.random() < 0.08:
            return [head.rstrip() + self._beside()]
        return [head + self.chance.choice(PLAIN) + self._beside()]

    def _block_scalar(self, column: int, head: str) -> list[str]:
        step = self.chance.choice([1, 2, 2, 4])
        pad = " " * (column + step)
        lead = self.chance.choice(["", "", "", "  "])
        hint = str(step) if lead or self.chance.random() < 0.15 else ""
        sign = self.chance.choice("|>") + "".join(self.chance.sample([hint, self.chance.choice(["", "", "-", "+"])], 2))
        words = ["#!/bin/sh", "text", "  more", "# not a comment", "trail ", "é😀", "a: b", "\ttab", "", "- x", "---"]
        lines = [lead + "first", *self.chance.choices(words, k=self.chance.randint(0, 4))]
        lines += [""] * self.chance.choice([0, 0, 0, 1, 2])
        comment = self._beside()
        self.open_block = True
        return [head + sign + comment, *(pad + line if line else "" for line in lines)]
