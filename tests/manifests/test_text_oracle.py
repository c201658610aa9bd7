"""That we read each text as kubectl reads it, and that kubectl reads what we write as what we meant."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.manifests.text import dump, parse
from designer.manifests.types import ManifestError
from designer.manifests.yamltext.same import same
from tests.manifests.kubectl_oracle import needs_kubectl, read, read_fields
from tests.manifests.test_text import VALUES

pytestmark = [pytest.mark.kubectl, needs_kubectl]

WORDS = (Path(__file__).parents[1] / "corpus" / "scalars.txt").read_text(encoding="utf-8").split()

LINES = [
    *(f"v: {word}" for word in WORDS),
    *(f"{word}: v" for word in WORDS),
    *(f"v: [{word}]" for word in WORDS),
    *(f"v: !!{tag} {word}" for tag in ("str", "int", "float", "bool", "null", "timestamp") for word in WORDS[::3]),
    *(f'v: !!{tag} "1"' for tag in ("str", "int", "float", "bool", "null", "binary", "set", "x")),
    *(
        f"v: {head}\n{body}"
        for head in ("|", "|-", "|+", ">", ">-", ">+", "|2", "|1-", ">2+")
        for body in (
            "  a\n",
            "  a\n\n",
            "  a\n  b\n\n\n",
            "   a\n  b\n",
            "  a\n   b\n  c\n",
            "\n  a\n",
            "  a\n\n  b",
            "",
            "\n\n",
            "  a\n# c\n",
            "  \ta\n",
            "  a \n",
            "  a\n  \n   \n",
            "  # a\n",
            "    a\n  b\nw: 1\n",
            "  é\n  😀\n",
        )
    ),
    "v: &a 1\nw: *a",
    "v: &a [1]\nw: *a\nx: *a",
    "v: *a",
    "v: &a\n  k: *a",
    "v: &a 1\nw: &a 2\nx: *a",
    "? &a k\n: *a",
    "v: &a {k: 1, l: 2}\nw: {<<: *a, k: 3}",
    "v: &a {k: 1}\nw: {k: 3, <<: *a}",
    "<<: {v: 1}",
    "<<: [{v: 1}, {v: 2}]",
    "v: &a {k: 1}\nw: &b {k: 2, l: 1}\nx: {<<: [*a, *b]}\ny: {<<: [*b, *a]}",
    "<<: 1",
    "<<: [1]",
    "<<: []",
    '"<<": 1',
    "v: &a [1]\nw: {<<: *a}",
    "v: &a {<<: {k: 1}, l: 2}\nw: {k: 3, <<: *a, m: 1}",
    "!!merge <<: {v: 1}",
    "v: <<",
    "v: {<<: }",
    "? v\n: w",
    "? v",
    "? [a]\n: v",
    "? {a: b}\n: v",
    "? |\n  v\n: w",
    "? >-\n  v\n  w\n: x",
    "&k v: *k",
    "!!str 1: v",
    "~: v",
    "'': v",
    '"": v',
    ": v",
    "null: v",
    '"null": v',
    "1: v",
    "1.5: v",
    "0.1: v",
    "1e10: v",
    ".inf: v",
    "0x10: v",
    "v: 'a''b'",
    'v: "a\\tb\\x41\\u00e9\\U0001F600\\N\\_\\L\\P\\e\\0"',
    'v: "a\\\n  b"',
    'v: "a\n  b\n\n  c"',
    "v: 'a\n  b'",
    'v: "\\/"',
    'v: "\\ud83d\\ude00"',
    'v: "\\q"',
    'v: "',
    "v: '",
    "v: a\n  b\n\n  c",
    "v: a: b",
    "v: a :b",
    "v: a #b",
    "v: a#b",
    "v:\n- 1\n- 2",
    "v:\n  - 1\n  - 2",
    "v:\n- - 1\n  - 2\n- 3",
    "v:\n-\n  - 1",
    "v:\n- a: 1\n  b: 2",
    "v:\n-   a: 1\n    b: 2",
    "v:\n- 1\n - 2",
    "v:\n  - 1\n - 2",
    "v:\n  a: 1\n b: 2",
    "v:\n\ta: 1",
    "v:\t1",
    "v: 1\t",
    "v: 1 \t# c",
    "v: [1,\t2]",
    "v:\n-\t1",
    "v: [1, 2,]",
    "v: [,]",
    "v: [a: 1]",
    "v: [a: 1, b]",
    "v: {a, b: 1}",
    "v: {a: 1,}",
    "v: {a: }",
    "v: [a b, c]",
    "v: {}",
    "v: []",
    "v: [\n1,\n2\n]",
    "v: {a: 1\n}",
    "v: {a: [b, {c: d}]}",
    "v: [1",
    "v: {a: 1",
    "v: [a?b]",
    "v: [a ?b]",
    "v: {'a':1}",
    'v: {"a":1}',
    "v: [http://x/y]",
    "v: {a: http://x}",
    "v: [-a, - b]",
    "v: [a:b]",
    "v: {a#b: 1}",
    "v: [a #b\n]",
    "v: ! 1",
    "v: ! ~",
    "v: !",
    "v: !!binary aGk=",
    "v: !!binary |\n  aGk=\n  aGk=",
    "v: !!binary '%'",
    "v: !!binary /w==",
    "v: !foo {a: 1}",
    "v: !foo [1]",
    "v: !<tag:yaml.org,2002:int> 3",
    "v: !foo bar",
    "v: !!set {a}",
    "v: !x!y z",
    "v: 1 # a\n# b\nw: 2",
    "v:\nw:",
    "v: # c\n  1",
    "v: a\r\nw: |\r\n  b\r\n  c\r\n",
    "v: a\u2028b",
    "v: |\n  a\u2028  b\n  c",
    "v: a\x85b",
    "v: a\xa0b",
    "v: \ufeffa",
    "v: a\x07",
    "v: @a",
    "v: `a`",
    "v: %a",
    "v: a%b",
    "v: -",
    "v: - a",
    "v: ?",
    "v: ? a",
    "v: |x",
    "v: |\n a\n  b\n",
    "v: |\n   a\n  b\n",
    "k" * 1000 + ": v",
    "k" * 1030 + ": v",
    "? " + "k" * 1030 + "\n: v",
    "v: " + "x" * 3000,
    "v: 1\n...\n",
    "v: 1\n...\n# c\n",
    "v: {a: 1}\n---\n",
    "v: 1\n--- # c\n",
    "v: 1\n--- x\n",
    "v: 1\n---x: 1\n",
    "v: 1\n%x\n",
    "v: *",
    "v: &",
    "v: &a",
    "v: !!str",
]

# We refuse these and kubectl does not: it takes the last of two equal keys, and drops what follows a document's end.
STRICTER = [
    "v: 1\nv: 2",
    "v: {a: 1, a: 2}",
    '1: v\n"1": w',
    "v: 1\n...\nw: 2\n",
    # libyaml wants the space that go-yaml does without.
    "v: {a:}",
]


def _fields(text: str) -> dict[str, Any] | None:
    try:
        (document,) = parse("apiVersion: v1\n" + text)
    except (ManifestError, ValueError):
        return None
    return {key: value for key, value in document.items() if key != "apiVersion"}


def test_reads_as_kubectl_does() -> None:
    for text, theirs in zip(LINES, read_fields(LINES), strict=True):
        assert same(_fields(text), theirs), text


def test_is_stricter_only_where_kubectl_loses_something() -> None:
    for text, theirs in zip(STRICTER, read_fields(STRICTER), strict=True):
        assert theirs is not None
        assert _fields(text) is None, text


HEADER = '{"apiVersion": "v1", "kind": "Case", "metadata": {"name": "%s"}, "v": %s}'
WHOLE = [
    HEADER % ("a", '"\\ud83d\\ude00\\/"') + HEADER % ("b", "[1.0, 1e3, -0, 0.5, 9223372036854775808]"),
    "\t" + HEADER % ("a", "\n\t[true,\tnull]") + "\n---\n" + HEADER % ("b", "y"),
    "\ufeff" + HEADER % ("a", "y") + "\n---\n\n---\n# c\n--- # c\n" + HEADER % ("b", "n"),
    "---\n---\n" + HEADER % ("a", "y") + "\n...\n---\n...\n" + HEADER % ("b", "n"),
    HEADER % ("a", '"\\ud800"'),
    "apiVersion: v1\r\nkind: Case\r\nmetadata: {name: a}\r\nv: |\r\n  a\r\n---\r\n~\r\n",
]


@pytest.mark.parametrize("text", WHOLE)
def test_cuts_a_text_as_kubectl_does(text: str) -> None:
    try:
        ours = parse(text)
    except ManifestError:
        ours = []
    assert same(ours, read(text))


SIGNS = [
    "a",
    "b",
    "1",
    "yes",
    '"x"',
    "'y'",
    "- ",
    ": ",
    "\\n",
    "\\n  ",
    "\\n- ",
    "\\n  - ",
    "#c",
    " #c",
    "&a ",
    "*a",
    "<<: ",
    "{",
    "}",
    "[",
    "]",
    ",",
    ", ",
    " ",
    "",
    "k: ",
    "k2:",
    '"',
    "'",
    "\\\\",
    "@",
    "%",
    "-",
    ":",
    "é",
    "? ",
    "!!str ",
    "!!int ",
    "~",
]
BLOCKS = ["|\n  t\n", ">-\n  u\n  v\n", "|+\n\n", "|2\n", "\t", "v: ", "v:\n- ", "v: {", "v: ["]


def test_random_texts_are_never_read_otherwise() -> None:
    """Whatever we read, kubectl reads as the same data."""
    chance = random.Random(20)
    pieces = SIGNS + BLOCKS
    texts = ["v: " + "".join(chance.choices(pieces, k=chance.randint(1, 8))) for _ in range(1500)]
    for text, theirs in zip(texts, read_fields(texts), strict=True):
        ours = _fields(text)
        assert ours is None or same(ours, theirs), text


@settings(max_examples=8)
@given(st.lists(VALUES, min_size=20, max_size=60))
def test_kubectl_reads_what_we_write(values: list[Any]) -> None:
    texts = [dump([{"v": value}]) for value in values]
    for value, text, theirs in zip(values, texts, read_fields(texts), strict=True):
        assert theirs is not None, text
        assert same(theirs, {"v": value}), text


def test_kubectl_reads_our_strings() -> None:
    words = sorted({*WORDS, *LINES, *(word + end for word in WORDS for end in (" ", ":", "\n", "\n\n", " #"))})
    value = [[word, {word: word}] for word in words]
    assert same(read_fields([dump([{"v": value}])]), [{"v": value}])
