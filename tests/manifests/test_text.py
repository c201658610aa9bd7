"""Reading and writing YAML: what comes out, what is refused with which words, and that writing loses nothing."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from designer.manifests.text import dump, parse
from designer.manifests.types import ManifestError
from designer.manifests.yamltext.same import same

READ: list[tuple[str, str, list[Any]]] = [
    ("nothing", "", []),
    ("only comments", "# a\n---\n# b\n", []),
    ("null documents", "~\n---\nnull\n---\na: 1\n", [{"a": 1}]),
    ("several documents", "a: 1\n---\nb: 2\n--- # c\nc: 3\n", [{"a": 1}, {"b": 2}, {"c": 3}]),
    ("document end", "a: 1\n...\n---\nb: 2\n...\n", [{"a": 1}, {"b": 2}]),
    ("byte order mark", "\ufeffa: 1\n---\n\ufeffb: 2\n", [{"a": 1}, {"b": 2}]),
    ("CRLF", "a: |\r\n  x\r\n  y\r\nb: z\r\n", [{"a": "x\ny\n", "b": "z"}]),
    ("no line feed at the end of a block", "a: |\n  x", [{"a": "x\n"}]),
    ("JSON", '{"a": "\\ud83d\\ude00",\n\t"b": [1.0, 1e3]}', [{"a": "😀", "b": [1, 1000]}]),
    ("JSON objects in a row", '{"a": 1}{"b": 2}\n{"c": 3}', [{"a": 1}, {"b": 2}, {"c": 3}]),
    ("JSON, then YAML", '{"a": 1}\n---\nb: 2\n', [{"a": 1}, {"b": 2}]),
    ("YAML that starts like JSON", "{a: 1}\n---\nb: 2\n", [{"a": 1}, {"b": 2}]),
    ("a List stays one", "kind: List\nitems:\n- kind: Pod\n", [{"kind": "List", "items": [{"kind": "Pod"}]}]),
    ("booleans", "a: [y, Yes, on, no, OFF, yEs]", [{"a": [True, True, True, False, False, "yEs"]}]),
    ("integers", "a: [010, 0o10, 0x1F, 0b11, 1_000, +5, -0]", [{"a": [8, 8, 31, 3, 1000, 5, 0]}]),
    ("floats", "a: [1.0, 1e3, .5, 1.5e-3, 1e400]", [{"a": [1, 1000, 0.5, 0.0015, "1e400"]}]),
    ("large integers", f"a: [{2**63 - 1}, {2**63}]", [{"a": [2**63 - 1, float(2**63)]}]),
    ("times are text", "a: [2001-01-01, 12:30, 2001-1-1T0:0:0Z]", [{"a": ["2001-01-01", "12:30", "2001-1-1T0:0:0Z"]}]),
    ("keys become text", "1: a\ntrue: b\n1.5: c\n0x10: d\n", [{"1": "a", "true": "b", "1.5": "c", "16": "d"}]),
    ("aliases", "a: &x [1]\nb: *x\n", [{"a": [1], "b": [1]}]),
    ("merge", "a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  l: 3\n", [{"a": {"k": 1, "l": 2}, "b": {"k": 1, "l": 3}}]),
    ("a merge overrides what stands above it", "l: 3\n<<: {k: 1, l: 2}\n", [{"k": 1, "l": 2}]),
    ("merge of several", "<<: [{a: 1}, {a: 2, b: 2}]\n", [{"a": 1, "b": 2}]),
    ("tags", 'a: !!str 1\nb: !!int "3"\nc: !!binary aGk=\nd: !Ref x\n', [{"a": "1", "b": 3, "c": "hi", "d": "x"}]),
    ("the tag of nothing", "a: ! 1\nb: !!float 3\n", [{"a": "1", "b": 3}]),
    ("block scalars", "a: |+\n  x\n\nb: >-\n  y\n  z\nc: |2\n   w\n", [{"a": "x\n\n", "b": "y z", "c": " w\n"}]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "documents"), [row[1:] for row in READ], ids=[row[0] for row in READ])
def test_reads(text: str, documents: list[Any]) -> None:
    assert parse(text) == documents
    assert repr(parse(text.encode())) == repr(parse(text))


REFUSED: list[tuple[str, str | bytes, int | None, int | None, str]] = [
    ("tab", "a:\n\tb: 1\n", 2, 1, "a tab indents this line, and YAML takes only spaces: replace the tab with spaces"),
    ("single quote", "a: 1\nb: 'x\nc: 2\n", 2, 4, "the quote ' opened here is never closed"),
    ("double quote", 'a: "x\n', 1, 4, 'the quote " opened here is never closed'),
    ("duplicate key", "a: 1\nb: 2\na: 3\n", 3, 1, 'the key "a" is also on line 1: keep one of the two'),
    ("duplicate key as text", 'a: {1: x, "1": y}\n', 1, 11, 'the key "1" is also on line 1'),
    ("duplicate key in JSON", '{"a": 1,\n "a": 2}', 2, 2, 'the key "a" is also on line 1'),
    ("alias", "a: *b\n", 1, 4, "*b refers to an anchor that is not defined above it"),
    ("alias across documents", "a: &x 1\n---\nb: *x\n", 3, 4, "*x refers to an anchor"),
    ("alias in itself", "a: &x [*x]\n", 1, 8, "*x stands inside the value it refers to"),
    ("list", "a: 1\n---\n- b\n", 3, 1, "document 2 is a list, and a Kubernetes object is a mapping"),
    ("text", "hello", 1, 1, "document 1 is a text"),
    ("number", "3", 1, 1, "document 1 is a number"),
    ("infinity", "a: -.inf\n", 1, 4, '"-.inf" is not a finite number'),
    ("null key", "~: 1\n", 1, 1, 'the key "~" is empty or null'),
    ("list as a key", "? [a]\n: 1\n", 1, 3, "a key cannot be a list, a mapping or null"),
    ("merge of a number", "<<: 1\n", 1, 5, "<< takes a mapping, an alias of one, or a list of those"),
    ("lost document", "a: 1\n...\nb: 2\n", 3, 1, "the document has ended above, and kubectl would ignore"),
    ("content beside ---", "a: 1\n--- b: 2\n", 2, 4, "kubectl takes nothing but a comment after ---"),
    ("directive", "%YAML 1.1\n---\na: 1\n", 2, 1, "kubectl reads no % directives: delete the line"),
    ("colon in a value", "a: b: c\n", 1, 5, "a colon and a space cannot stand here"),
    ("no colon", "a: 1\nb\nc: 2\n", 2, 1, "this line is neither `key: value` nor a list item"),
    ("keys out of line", "a:\n    b: 1\n  c: 2\n", 3, 3, "this does not line up with the keys of its mapping, which"),
    ("items out of line", "a:\n  - 1\n - 2\n", 3, 2, "this does not line up with the"),
    ("bracket", "a: [1,\n  2\nb: 1\n", 1, 4, "the [ opened here is not closed"),
    ("at sign", "a: @x\n", 1, 4, "a value cannot start with @: put it in quotes"),
    ("escape", 'a: "\\q"\n', 1, 5, "\\q is no escape in double quotes"),
    ("JSON's escape", 'a: "x\\/"\n', 1, 6, "\\/ is no escape that kubectl reads"),
    ("question mark in flow", "a: [b?c]\n", 1, 5, "a ? inside [ ] or { } must be in quotes"),
    ("tag", "a: !!int x\n", 1, 4, '"x" cannot be read as the tag !!int asks'),
    ("base64", "a: !!binary '%'\n", 1, 4, '"%" is not valid base64'),
    ("control character", "a: b\nc: \x01\n", 2, 4, "the character U+0001 cannot stand in a manifest"),
    ("UTF-16", "a: 1".encode("utf-16"), None, None, "the text is in UTF-16: save it as UTF-8"),
    ("Latin-1", "a: 1\nb: \xe9".encode("latin-1"), 2, 1, "the text is not UTF-8 here"),
    ("JSON, broken later", '{"a":1}\n{"b":2}\n{"c":', 3, 6, "this is not JSON, and what stands above it is"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "column", "message"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_refuses(text: str | bytes, line: int | None, column: int | None, message: str) -> None:
    with pytest.raises(ManifestError) as error:
        parse(text)
    assert error.value.message.startswith(message)
    assert (error.value.line, error.value.column) == (line, column)


def _laughs() -> str:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    return "\n".join(levels)


LIMITS: list[tuple[str, str, str]] = [
    ("billion laughs", _laughs(), "the text holds more than 200,000 values once its aliases are written out"),
    ("many values", "a: [" + "1," * 200_001 + "]", "the text holds more than 200,000 values"),
    (
        "many values over documents",
        ("a: [" + "1," * 150_000 + "]\n---\n") * 2,
        "the text holds more than 200,000 values",
    ),
    ("many values in JSON", '{"a": [' + "1," * 200_001 + "1]}", "the text holds more than 200,000 values"),
    ("depth", "a: " + "[" * 2000, "values are nested more than 100 deep"),
    ("depth in JSON", '{"a":' * 5000, "values are nested more than 100 deep"),
    ("depth of blocks", "- " * 2000, "values are nested more than 100 deep"),
    (
        "depth by aliases",
        "a0: &a0 [x]\n" + "\n".join(f"a{n}: &a{n} {'[' * 20}*a{n - 1}{']' * 20}" for n in range(1, 9)),
        "with its aliases written out, a value is nested more than 100 deep",
    ),
    ("documents", "a: 1\n---\n" * 501, "the text holds more than 500 documents"),
    ("size", "a: " + "x" * 2_000_000, "the text is larger than 2 MB"),
    ("size in bytes", "a: " + "é" * 1_000_000, "the text is larger than 2 MB"),
]


@pytest.mark.parametrize(("text", "message"), [r[1:] for r in LIMITS], ids=[r[0] for r in LIMITS])
def test_limits(text: str, message: str) -> None:
    with pytest.raises(ManifestError) as error:
        parse(text)
    assert error.value.message.startswith(message)


def test_reads_the_same_without_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(yaml, "CSafeLoader")
    for name, text, documents in READ:
        assert parse(text) == documents, name
    with pytest.raises(ManifestError, match="is also on line 1"):
        parse("a: 1\na: 2\n")


def test_parsed_data_share_nothing() -> None:
    (document,) = parse("a: &x [1]\nb: *x\n")
    document["a"].append(2)
    assert document["b"] == [1]


POD = {
    "spec": {
        "volumes": [{"emptyDir": {}, "name": "v"}],
        "containers": [
            {
                "resources": {},
                "args": ["-c", "--flag", "8080", "true", "a: b", "it's", ""],
                "image": "nginx:1.27",
                "env": [{"value": "12:30", "name": "T"}, {"value": "2024-01-01", "name": "D"}],
                "name": "app",
            }
        ],
    },
    "metadata": {"labels": {"b": "yes", "a": "é 😀"}, "name": "p"},
    "kind": "Pod",
    "apiVersion": "v1",
}
POD_TEXT = """\
apiVersion: v1
kind: Pod
metadata:
  name: p
  labels:
    b: "yes"
    a: é 😀
spec:
  containers:
  - name: app
    image: nginx:1.27
    args:
    - -c
    - --flag
    - "8080"
    - "true"
    - 'a: b'
    - it's
    - ""
    env:
    - name: T
      value: "12:30"
    - name: D
      value: "2024-01-01"
    resources: {}
  volumes:
  - name: v
    emptyDir: {}
"""


def test_writes_as_kubernetes_people_do() -> None:
    assert dump([POD]) == POD_TEXT
    assert parse(POD_TEXT) == [POD]


WRITTEN: list[tuple[str, Any, str]] = [
    ("several lines", "a\nb\n", "|\n  a\n  b\n"),
    ("no line feed at the end", "a\n\n b", "|-\n  a\n\n   b\n"),
    ("many line feeds at the end", "a\n\n\n", "|+\n  a\n\n\n"),
    ("a blank at the start", " a\nb\n", "|2\n   a\n  b\n"),
    ("an empty line at the start", "\na\n", "|2\n\n  a\n"),
    ("only line feeds", "\n\n", '"\\n\\n"\n'),
    ("carriage return", "a\r\nb\n", '"a\\r\\nb\\n"\n'),
    ("line separator", "a\u2028b\n", '"a\\u2028b\\n"\n'),
    ("null", None, "null\n"),
    ("float", 1.5, "1.5\n"),
    ("whole float", 3.0, "3\n"),
    ("large float", 1e22, "1e+22\n"),
    ("empty", [], "[]\n"),
    ("lists in lists", [[1, 2], [], [{"b": 1, "c": [3]}]], "\n- - 1\n  - 2\n- []\n- - b: 1\n    c:\n    - 3\n"),
    ("hash", "a #b", "'a #b'\n"),
    ("hash inside", "a#b", "a#b\n"),
    ("both quotes", "'a' \"b\": c", "'''a'' \"b\": c'\n"),
    ("URL", "http://a/?b=c&d", "http://a/?b=c&d\n"),
    ("trailing colon", "a:", "'a:'\n"),
    ("equals", "=", "'='\n"),
]


@pytest.mark.parametrize(("value", "text"), [r[1:] for r in WRITTEN], ids=[r[0] for r in WRITTEN])
def test_writes(value: Any, text: str) -> None:
    assert dump([{"x": value}]) == f"x: {text}".replace(": \n", ":\n")
    assert parse(dump([{"x": value}])) == [{"x": value}]


def test_documents_are_separated() -> None:
    assert dump([{"a": 1}, {}, {"b": 2}]) == "a: 1\n---\n{}\n---\nb: 2\n"
    assert dump([]) == ""


UNWRITABLE: list[tuple[str, Any, tuple[Any, ...], str]] = [
    ("infinity", {"a": [float("inf")]}, (0, "a", 0), "a[0] is not a finite number"),
    ("key", {"a": {1: 2}}, (0, "a"), "a has the key 1: keys are strings"),
    ("tuple", {"a": (1,)}, (0, "a"), "a is a tuple, which JSON does not have"),
    ("surrogate", {"a": "\ud800"}, (0, "a"), "a holds half of a surrogate pair"),
    ("large integer", {"a": 2**63 + 1}, (0, "a"), "a is a larger number than JSON readers keep"),
]


@pytest.mark.parametrize(("document", "path", "message"), [r[1:] for r in UNWRITABLE], ids=[r[0] for r in UNWRITABLE])
def test_refuses_to_write(document: Any, path: tuple[Any, ...], message: str) -> None:
    with pytest.raises(ManifestError) as error:
        dump([document])
    assert error.value.path == path
    assert error.value.message.startswith(message)


def test_long_keys_are_written_as_explicit_ones() -> None:
    document = {"k" * 2000: 1, "a": [{"l" * 2000: {"b": 2}}]}
    assert parse(dump([document])) == [document]


# Pieces that YAML gives a meaning to, so that generated strings are the hard ones.
SIGNS = list("ab019 .-_/:#,[]{}&*!|>'\"%@`=<?~+$\\\n\t\u2028\x85\xa0\ufeff\x7f\x01\r\u200dé😀")
WORDS = ["yes", "null", "0x", "---", "...", "<<", "1e3", "12:30", "- ", ": ", " #", "2001-01-01"]
PIECES = st.sampled_from(SIGNS + WORDS)
STRINGS = st.one_of(st.lists(PIECES, max_size=6).map("".join), st.text(max_size=8))
SCALARS = st.one_of(
    STRINGS,
    st.booleans(),
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(STRINGS, inner, max_size=3),
    max_leaves=12,
)
DOCUMENTS = st.lists(st.dictionaries(STRINGS, VALUES, max_size=4), max_size=3)


@given(DOCUMENTS)
def test_what_is_written_is_read_back(documents: list[Any]) -> None:
    text = dump(documents)
    assert same(parse(text), documents)
    assert dump(parse(text)) == text


@given(st.text(max_size=60) | st.lists(PIECES, max_size=20).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        documents = parse(text)
    except ManifestError:
        return
    assert same(parse(dump(documents)), documents)
