"""The laws of the place at a cursor.

1. In a text that can be read, each key stands in its mapping and each value is its field, as the composer has them; the
   line on which a scalar field stands has the same path.
2. A key that is cut short in such a text, its value gone, stands where it stood, and an empty line below a field is a
   place for another key of its mapping.
3. No text and no place raises, and the word found is around the cursor.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path as FilePath
from random import Random
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from designer.manifests.cursor import place
from designer.manifests.text import Text, dump
from designer.manifests.types import Path, get
from designer.manifests.yamltext.layout import content_start
from designer.manifests.yamltext.nodes import SCALAR, Node
from tests.manifests.test_rewrite_laws import SEEDS, written
from tests.manifests.test_text import DOCUMENTS

CORPUS = sorted(
    path for path in (FilePath(__file__).parents[1] / "corpus").glob("*/*") if path.suffix in (".yaml", ".json")
)
BLOCK = [path for path in CORPUS if path.suffix == ".yaml"]


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_every_place_of_a_file(path: FilePath) -> None:
    _check(path.read_bytes().decode())


@given(SEEDS)
def test_every_place_of_any_style(seed: int) -> None:
    _check(written(seed)[0])


@given(DOCUMENTS)
@example([{"": [], "a- :a": None}])
def test_every_place_of_what_we_write(documents: Any) -> None:
    _check(dump(documents))


@pytest.mark.parametrize("path", BLOCK, ids=lambda path: path.name)
def test_every_key_of_a_file_half_typed(path: FilePath) -> None:
    _check_typing(path.read_bytes().decode())


@given(DOCUMENTS)
def test_every_key_of_what_we_write_half_typed(documents: Any) -> None:
    _check_typing(dump(documents))


@given(st.text(), st.integers(-2, 9), st.integers(-2, 99))
def test_no_text_is_too_strange(text: str, line: int, column: int) -> None:
    _sane(text, line, column)


@given(st.text("ab: -#'\"{}[],|>\n\r\t&*!?%@`~.<\\\ufeff"), st.data())
def test_no_marks_are_too_strange(text: str, data: st.DataObject) -> None:
    line = data.draw(st.integers(1, text.count("\n") + 1))
    _sane(text, line, data.draw(st.integers(0, len(text.split("\n")[line - 1]))))


@given(SEEDS)
def test_no_text_is_too_broken(seed: int) -> None:
    text, chance = written(seed)
    text = mangled(text, chance)
    for line, content in enumerate(text.split("\n"), 1):
        for column in {0, len(content), chance.randint(0, len(content))}:
            _sane(text, line, column)


def mangled(text: str, chance: Random) -> str:
    """A text with parts cut out, put in twice, or marks strewn in."""
    for _ in range(chance.randint(1, 4)):
        start = chance.randint(0, len(text))
        end = min(len(text), start + chance.choice([0, 1, 1, 5, 40]))
        text = text[:start] + chance.choice(["", "", text[start:end] * 2, *"\n:-{}[]'\"#|\t,"]) + text[end:]
    return text


def _sane(text: str, line: int, column: int) -> None:
    found = place(text, line, column)
    if 0 < line <= text.count("\n") + 1:
        content = text.split("\n")[line - 1].removesuffix("\r")
        column = min(max(column, 0), len(content))
        assert 0 <= found.start <= column <= found.end <= len(content)
        assert content[found.start : column].endswith(found.prefix)
    assert found.role or not (found.path or found.prefix or found.keys)


@pytest.mark.parametrize(
    "line",
    [
        "- name: c\n  image: nginx # c\n  ports: [{containerPort: 1}]\n  env:\n",
        "{",
        "a: {\n",
        "a: '\n",
        "- ",
        'a: "\n\n',
    ],
)
def test_the_work_grows_as_the_text_does(line: str) -> None:
    """What costs most: each line a bracket, a quote or a dash of its own. Calls are counted, not seconds."""
    few, many = (_calls_for(line * count) for count in (400, 1600))
    assert many < 8 * few


def _calls_for(text: str) -> int:
    """How many functions are called to place a cursor at the end of a text and near its beginning."""
    count = 0

    def called(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(called)
    try:
        place(text + "\n", text.count("\n") + 1, 3)
        place(text + "\n", 2, 3)
    finally:
        sys.setprofile(None)
    return count


def _check(text: str) -> None:
    """At the middle of each key stands its mapping, at the start of each value its field, as the composer has them; and
    the path of a line on which a scalar field begins is that of the place at its value."""
    read = Text.read(text)
    documents = read.documents
    for index, chunk in enumerate(chunk for chunk in read._chunks if chunk.root is not None):
        assert chunk.root is not None
        for key, value, around, own, keys in _pairs(chunk.root, ()):
            line, column = _line(text, (key.start + key.end) // 2)
            found = place(text, line, column)
            assert (found.role, found.at + found.path, found.document) == ("key", around, index)
            assert {*found.keys, key.value} == keys
            start = content_start(text, value)
            if value.kind != SCALAR or "\n" in text[key.start : max(start, key.end)]:
                continue
            if value.start == value.end:
                start = key.end + text[key.end :].index(":") + 1
            line, column = _line(text, start)
            found = place(text, line, column)
            assert (found.role, found.at + found.path) == ("value", own)
            there = read.where.path(line)
            if not isinstance(get(documents, there), dict | list):
                assert (index, *own) == there


def _check_typing(text: str) -> None:
    read = Text.read(text)
    lines = text.split("\n")
    for index, chunk in enumerate(chunk for chunk in read._chunks if chunk.root is not None):
        assert chunk.root is not None
        for key, _, around, own, keys in _pairs(chunk.root, ()):
            line, column = _line(text, key.start)
            before, word = lines[line - 1][:column], text[key.start : key.end]
            ends = read.where.lines((index, *own))
            if ends is None or before.strip(" -") or not re.fullmatch(r"[a-zA-Z]\w+", word):
                continue  # in brackets or in quotes
            typed = word[: len(word) // 2]
            half = [*lines[: line - 1], before + typed, *lines[ends[1] :]]
            found = place("\n".join(half), line, len(before + typed))
            assert (found.role, found.at + found.path, found.prefix) == ("key", around, typed)
            assert {*found.keys} == keys - {key.value}
            below = [*lines[: ends[1]], " " * column, *lines[ends[1] :]]
            found = place("\n".join(below), ends[1] + 1, column)
            assert (found.role, found.at + found.path, found.indent) == ("key", around, column)
            assert {*found.keys} == keys


def _pairs(node: Node, path: Path) -> Iterator[tuple[Node, Node, Path, Path, set[str]]]:
    keys = {"<<" if key.is_merge else key.value for key, _ in node.pairs}
    for key, value in node.pairs:
        own = path if key.is_merge else (*path, key.value)
        if not key.is_merge:
            yield key, value, path, own, keys
        yield from _pairs(value, own)
    for index, item in enumerate(node.items):
        yield from _pairs(item, (*path, index))


def _line(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset) - 1
