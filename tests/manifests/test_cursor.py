"""What stands at the cursor, in texts as people type them."""

from __future__ import annotations

import pytest

from designer.manifests.cursor import Place, place
from designer.manifests.types import Path


def at(marked: str) -> Place:
    """The place at the bar in a text."""
    above = marked.partition("|")[0]
    assert marked.count("|") == 1
    return place(marked.replace("|", ""), above.count("\n") + 1, len(above) - above.rfind("\n") - 1)


def also(marked: str) -> Place:
    """As `at`, with ``‸`` for the cursor: for texts with block scalars."""
    above = marked.partition("‸")[0]
    return place(marked.replace("‸", ""), above.count("\n") + 1, len(above) - above.rfind("\n") - 1)


# name, text, role, path, prefix, other keys of the mapping
KEYS: list[tuple[str, str, Path, str, tuple[str, ...]]] = [
    ("an empty text", "|", (), "", ()),
    ("the first key", "ap|", (), "ap", ()),
    ("a key with a value", "a: 1\nna|me: x\nb: 2", (), "na", ("a", "b")),
    ("right before a key", "|name: x", (), "", ()),
    ("right behind a key", "name|: x", (), "name", ()),
    ("a blank before the colon", "name |: x", (), "name ", ()),
    (
        "no colon yet",
        "spec:\n  containers: []\n  volu|\n  replicas: 1\n",
        ("spec",),
        "volu",
        ("containers", "replicas"),
    ),
    ("inside an empty key", "spec:\n  |\n", ("spec",), "", ()),
    ("inside an empty key, something below", "spec:\n  |\n  a: 1\n", ("spec",), "", ("a",)),
    ("inside an empty key, a comment behind it", "spec: # c\n  |\n", ("spec",), "", ()),
    ("deeper than the keys below", "spec:\n      |\n  a: 1\n", ("spec",), "", ("a",)),
    ("an empty line decides by its column: deep", "a:\n  b:\n    c: 1\n    |\nd: 1", ("a", "b"), "", ("c",)),
    ("an empty line decides by its column: middle", "a:\n  b:\n    c: 1\n  |\nd: 1", ("a",), "", ("b",)),
    ("an empty line decides by its column: top", "a:\n  b:\n    c: 1\n|\nd: 1", (), "", ("a", "d")),
    ("an empty line between two columns", "a:\n  b:\n      c: 1\n    |\n", ("a",), "", ("b",)),
    ("an empty line at the column of its key", "a:\n|\n", (), "", ("a",)),
    ("deeper than a scalar", "a:\n  b: 1\n      |", ("a",), "", ("b",)),
    ("several empty lines", "a:\n  b: 1\n\n\n  |", ("a",), "", ("b",)),
    ("unindented list", "ports:\n- na|", ("ports", 0), "na", ()),
    ("indented list", "ports:\n  - a: 1\n  - na|", ("ports", 1), "na", ()),
    ("second key of an item", "ports:\n- name: x\n  |", ("ports", 0), "", ("name",)),
    ("second key of an indented item", "ports:\n  - name: x\n    p|", ("ports", 0), "p", ("name",)),
    ("first key of an item", "ports:\n- na|me: x\n  port: 1\n", ("ports", 0), "na", ("port",)),
    ("at the column of an unindented list", "spec:\n  ports:\n  - name: x\n  |", ("spec",), "", ("ports",)),
    ("at the column of an indented list", "spec:\n  ports:\n    - name: x\n    |", ("spec",), "", ("ports",)),
    ("a dash alone", "ports:\n-|", ("ports", 0), "", ()),
    ("a dash and a blank", "ports:\n- |", ("ports", 0), "", ()),
    ("a dash, more of its item below", "ports:\n- |\n  name: x\n", ("ports", 0), "", ("name",)),
    ("a dash between items", "ports:\n- a: 1\n- |\n- b: 1\n", ("ports", 1), "", ()),
    ("below a dash alone", "ports:\n-\n  |", ("ports", 0), "", ()),
    ("list in list", "a:\n- - |", ("a", 0, 0), "", ()),
    ("list in list, second", "a:\n- - x: 1\n  - y|", ("a", 0, 1), "y", ()),
    ("list in item", "c:\n- name: a\n  env:\n  - name: A\n  - |", ("c", 0, "env", 1), "", ()),
    ("key whose list comes below", "containers:\n  |\n  - name: a\n", ("containers",), "", ()),
    ("wide dashes", "c:\n  -   name: a\n      |", ("c", 0), "", ("name",)),
    ("keys in quotes", "'a b':\n  \"na|me\": x\n  c: 1", ("a b",), "na", ("c",)),
    ("a quote not closed", 'a:\n  "na|\n  b: 1\n', ("a",), "na", ("b",)),
    ("keys that are no strings", "1:\n  true:\n    |", ("1", "true"), "", ()),
    ("second document", "a:\n  b: 1\n---\nc: 1\n|", (), "", ("c",)),
    ("right behind a marker", "a: 1\n---\n|", (), "", ()),
    ("behind the end of a document", "a: 1\n...\n---\nb: 2\n|", (), "", ("b",)),
    ("CRLF", "a:\r\n  b: 1\r\n  c|\r\n  d: 1\r\n", ("a",), "c", ("b", "d")),
    ("CRLF, an empty line", "a:\r\n  b: 1\r\n  |\r\nd: 1\r\n", ("a",), "", ("b",)),
    ("byte order mark", "\ufeffa|: 1\nb: 1", (), "a", ("b",)),
    ("byte order mark alone", "\ufeff|", (), "", ()),
    ("under a merge", "a: &x {k: 1}\nb:\n  <<: *x\n  |", ("b",), "", ("<<",)),
    ("inside a merge", "b:\n  <<:\n    k: 1\n    |", ("b",), "", ("k",)),
    ("behind an anchor", "spec: &s\n  |", ("spec",), "", ()),
    ("behind a tag and an anchor", "spec: !!map &s\n  a: 1\n  |", ("spec",), "", ("a",)),
    ("an item with an anchor", "a:\n- &x\n  b: 1\n  |", ("a", 0), "", ("b",)),
    ("flow mapping", "m: {name: a, ima|}", ("m",), "ima", ("name",)),
    ("flow mapping, nothing yet", "m: {|}", ("m",), "", ()),
    ("flow mapping, behind a comma", "m: {a: 1, |, c: 1}", ("m",), "", ("a", "c")),
    ("flow mapping in a flow list", "m: [{a: 1}, {b: 1, c|}]", ("m", 1), "c", ("b",)),
    ("flow mapping in an item", "m:\n- {a: 1}\n- {b|: 1, d: 1}", ("m", 1), "b", ("d",)),
    ("flow over lines", "m: {\n  a: [1,\n   2],\n  |\n}\nz: 1", ("m",), "", ("a",)),
    ("flow not closed", "m: {a: 1, b|\nz: 1", ("m",), "b", ("a",)),
    ("below flow not closed", "m: {a: [1, 2\nz|: 1", (), "z", ("m",)),
    ("below an item's flow not closed", "c:\n- args: [a, b\n  im|\n- name: x\n", ("c", 0), "im", ("args",)),
    ("JSON", '{"a": 1, "b|": {"c": 2}}', (), "b", ("a",)),
    ("JSON inside", '{"a": 1,\n "b": {"c": 2,\n  |}}', ("b",), "", ("c",)),
    ("JSON without a comma", '{"a": 1\n "b|"}', (), "b", ("a",)),
    ("JSON objects in a row", '{"a": 1}\n{"b": {"c|": 1}}', ("b",), "c", ()),
    ("a line above has no colon", "spec:\n  a: 1\n  ports\n  na|", ("spec",), "na", ("a", "ports")),
    ("a line above is broken", "a: [}\nb: ]\n'c: 1\nd:\n  e|", ("d",), "e", ()),
    ("a quote above is not closed", 'a:\n  b: "x\n  c: "y"\n  d|', ("a",), "d", ("b", "c")),
    ("an apostrophe not closed", "a: 'it\nb:\n  |\n", ("b",), "", ()),
    ("another document is broken", "a: {\n---\nb:\n  |\n---\n]", ("b",), "", ()),
    ("behind a tab", "a:\n\tb|", ("a",), "b", ()),
    ("longhand", "? a\n:\n  c: 1\n  |", ("a",), "", ("c",)),
    ("a List's item", "kind: List\nitems:\n- kind: Pod\n  spec:\n    |", ("spec",), "", ()),
    ("its kind below", "items:\n- metadata:\n    |\n  kind: Pod\nkind: List\n", ("metadata",), "", ()),
]


@pytest.mark.parametrize(("text", "path", "prefix", "keys"), [row[1:] for row in KEYS], ids=[row[0] for row in KEYS])
def test_keys(text: str, path: Path, prefix: str, keys: tuple[str, ...]) -> None:
    found = at(text)
    assert (found.role, found.path, found.prefix, found.keys) == ("key", path, prefix, keys)


VALUES: list[tuple[str, str, Path, str]] = [
    ("behind the colon", "a:|", ("a",), ""),
    ("behind the blank", "a: |", ("a",), ""),
    ("before a comment", "a: | # c", ("a",), ""),
    ("begun", "spec:\n  image: ngi|", ("spec", "image"), "ngi"),
    ("in the middle", "image: nginx:1|.27", ("image",), "nginx:1"),
    ("at its start", "image: |nginx", ("image",), ""),
    ("at its end, a comment behind", "image: nginx| # c", ("image",), "nginx"),
    ("several words", "a: x y|", ("a",), "x y"),
    ("in quotes", 'a: "ng|inx"', ("a",), "ng"),
    ("in quotes that are not closed", "a:\n  b: 'ng|\n  c: 1\n", ("a", "b"), "ng"),
    ("in an item", "c:\n- name: a\n- name: |", ("c", 1, "name"), ""),
    ("behind an anchor", "a: &x ngi|", ("a",), "ngi"),
    ("behind a tag", "a: !!str 1|", ("a",), "1"),
    ("in flow", "c: {a: 1, b: x|}", ("c", "b"), "x"),
    ("in flow, nothing yet", "c: {a: 1, b: |}", ("c", "b"), ""),
    ("in a flow list", "c: [a, b|]", ("c", 1), "b"),
    ("in a flow list, nothing yet", "c: [a, |]", ("c", 1), ""),
    ("in an empty flow list", "c: [|]", ("c", 0), ""),
    ("in flow on another line", "c: {a:\n  |}", ("c", "a"), ""),
    ("in JSON", '{"a": {"b":"x|"}}', ("a", "b"), "x"),
    ("in JSON, nothing yet", '{"a": {"b":|}}', ("a", "b"), ""),
    ("in a List", "kind: List\nitems:\n- metadata:\n    name: x|", ("metadata", "name"), "x"),
    ("a key that a mapping follows", "a: |\n  b: 1", ("a",), ""),
    ("longhand", "? a\n: x|", ("a",), "x"),
    ("CRLF", "a: x|\r\n", ("a",), "x"),
    ("CRLF, nothing yet", "a: |\r\nb: 1\r\n", ("a",), ""),
    ("a colon in the value", "a: b:c|", ("a",), "b:c"),
]


@pytest.mark.parametrize(("text", "path", "prefix"), [row[1:] for row in VALUES], ids=[row[0] for row in VALUES])
def test_values(text: str, path: Path, prefix: str) -> None:
    found = at(text)
    assert (found.role, found.path, found.prefix) == ("value", path, prefix)


NOWHERE: list[tuple[str, str]] = [
    ("in a comment", "a: 1\n# b‸\n"),
    ("in a comment behind a value", "a: 1 # b‸"),
    ("at a comment", "a: ‸# b".replace("‸# b", "# ‸b")),
    ("in a block", "a: |\n  x‸\n"),
    ("in a block with a key in it", "a: |-\n  b: ‸\nc: 1"),
    ("in a block that keeps", "a: >+\n\n  b\n ‸\n\n"),
    ("on an empty line of a block", "a: |2-\n   x\n‸\n  y\n"),
    ("in a block of an item", "a:\n- |\n x‸"),
    ("in a block of an item's key", "a:\n- b: |\n    x: ‸\n"),
    ("on a marker", "a: 1\n---‸\nb: 1"),
    ("on a marker with a comment", "--- # x‸\nb: 1"),
    ("on an end", "a: 1\n...‸\n"),
    ("before a key", "a:\n ‸ b: 1"),
    ("between dash and key", "a:\n- ‸ b: 1"),
    ("behind a closed quote", 'a: "x" ‸'),
    ("behind a bracket", "a: {b: 1} ‸"),
    ("second line of a plain scalar", "a: x\n  y‸"),
    ("second line of a quoted scalar", 'a: "x\n  y‸"'),
    ("in an anchor", "a: &x‸y z"),
]


@pytest.mark.parametrize("text", [row[1] for row in NOWHERE], ids=[row[0] for row in NOWHERE])
def test_nowhere(text: str) -> None:
    found = also(text)
    assert (found.role, found.path) == ("", ())
    assert found.start == found.end


BLOCKS: list[tuple[str, str, Path, tuple[str, ...]]] = [
    ("below a block", "a: |\n  x\n‸", (), ("a",)),
    ("below a block, empty lines", "a:\n  b: |\n    x\n\n  ‸", ("a",), ("b",)),
    ("below a block, a key", "a: >-\n  x\nb‸: 1\n", (), ("a",)),
    ("below a block with deeper lines", "a:\n  b: |2\n      x\n    y\n  ‸\n  c: 1", ("a",), ("b", "c")),
    ("below an item's block", "a:\n- |\n  x\n- ‸", ("a", 1), ()),
]


@pytest.mark.parametrize(("text", "path", "keys"), [row[1:] for row in BLOCKS], ids=[row[0] for row in BLOCKS])
def test_blocks(text: str, path: Path, keys: tuple[str, ...]) -> None:
    found = also(text)
    assert (found.role, found.path, found.keys) == ("key", path, keys)


def test_the_word_and_its_columns() -> None:
    found = at("spec:\n  containers:\n  - im|age: nginx\n")
    assert (found.start, found.end, found.indent, found.item, found.key) == (4, 9, 4, True, (4, 9))
    found = at("spec:\n  containers:\n  - image: ngi|nx  # c\n")
    assert (found.start, found.end, found.indent, found.item, found.key) == (11, 16, 4, False, (4, 9))
    found = at('a:\n  "na|me": x\n')
    assert (found.start, found.end, found.indent) == (2, 8, 2)
    found = at("a:\n-|")
    assert (found.start, found.end, found.indent, found.item) == (1, 1, 2, True)
    found = at("\ufeffab|c: 1")
    assert (found.start, found.end, found.indent) == (1, 4, 0)
    assert at("a:\n      |\n  b: 1").indent == 2


def test_the_object() -> None:
    text = "# none\n---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n---\nspec:\n  |\napiVersion: apps/v1\n"
    found = at(text + "kind: Deployment\nmetadata: {name: b}\n")
    assert (found.api_version, found.kind, found.document, found.name) == ("apps/v1", "Deployment", 1, "")
    found = at("kind: Pod\nmetadata: {name: b}\nspec: |")
    assert (found.api_version, found.kind, found.name, found.at) == ("", "Pod", "b", ())
    found = at(
        "apiVersion: v1\nkind: List\nitems:\n- kind: Service\n- apiVersion: apps/v1\n  kind: Deployment\n"
        "  metadata:\n    name: web\n  spec:\n    |\n- kind: Secret\n"
    )
    assert (found.api_version, found.kind, found.name, found.at) == ("apps/v1", "Deployment", "web", ("items", 1))
    assert [at(text).document for text in ("\ufeff# a\n---\nb|: 1", "\ufeffa: 1\n---\n---\n# c\nb|: 1")] == [0, 1]
    assert at('{"kind": "Pod", "metadata": {"name": "a|"}}').kind == "Pod"


def test_what_is_said_around_it() -> None:
    found = at("spec:\n  containers:\n  - env:\n    - valueFrom: {secretKeyRef: {name: db, key: |}}\n    name: 'app'\n")
    reference: Path = ("spec", "containers", 0, "env", 0, "valueFrom", "secretKeyRef")
    assert found.said[(*reference, "name")] == "db"
    assert at("a:\n- b: |\n  name: 'x y'\n").said == {("a", 0, "name"): "x y"}


def test_the_style_around_it() -> None:
    assert [(p.step, p.sequence) for p in (at("a:\n    b:\n      - c: 1\n|"), at("|"))] == [(4, 2), (2, 0)]
    assert at("a:\n  b:\n    - c\n---\n|").sequence == 2
    assert at("- a:\n  - c\n|").sequence == 0
