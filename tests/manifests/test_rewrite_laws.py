"""The laws of rewriting, on generated texts in many styles and generated edits.

1. The rewritten text says exactly the new documents.
2. Nothing changed, nothing written: the text comes back byte for byte.
3. What an edit does not touch stands as it stood: every comment, and every line of an unchanged value, in its order
   (test_rewrite_bytes.py holds this byte by byte against another reader of YAML).
4. An edit undone gives the first data back; and the first text, byte for byte, where an entry or a document was put in
   anywhere, a key renamed, an item or a document moved, or a scalar written over that stood in its plainest form. What
   was taken out or written over is not in the text that is left (a comment, 0x10, a folded line), nor is a blank line
   between items of which only some are set apart: only the data, in this project's own style, comes back there.
"""

from __future__ import annotations

import re
from random import Random
from typing import Any

from hypothesis import assume, event, example, given, reject
from hypothesis import strategies as st

from designer.manifests.rewrite import Rewritten, rewrite
from designer.manifests.text import Text, copy, dump, parse
from designer.manifests.types import ManifestError, get
from designer.manifests.yamltext.same import same
from tests.manifests import pairs
from tests.manifests.test_text import DOCUMENTS, VALUES
from tests.manifests.yaml_edits import change, collections, scalars
from tests.manifests.yaml_writer import WORDS, Writer
from tests.manifests.yaml_writer_odd import Odd

SEEDS = st.integers(0, 2**32 - 1)


def written(seed: int, comments: bool = True) -> tuple[str, Random]:
    """A text of one to three documents in a style of its own, and the source of chance it was made with."""
    chance = Random(seed)
    return Writer(chance, comments).text(), chance


def odd(seed: int) -> tuple[Text, Random]:
    """A text with a few of YAML's stranger constructs."""
    chance = Random(seed)
    try:
        return Text.read(Odd(chance).text()), chance
    except ManifestError:
        reject()


def say(text: str | Text, documents: Any) -> Rewritten:
    """The rewritten text, which says what it was asked to."""
    pairs.count()
    read = Text.read(text) if isinstance(text, str) else text
    result = read.rewrite(documents)
    assert same(parse(result.text), documents)
    return result


@pairs.many
@given(SEEDS)
def test_the_content_is_what_was_asked(seed: int) -> None:
    text, chance = written(seed)
    documents = parse(text)
    for _ in range(chance.choice([1, 1, 2, 5])):
        event(change(documents, chance).kind)
    say(text, documents)


@pairs.many
@given(SEEDS)
def test_the_content_of_odd_texts_is_what_was_asked(seed: int) -> None:
    text, chance = odd(seed)
    assert text.rewrite(text.documents).text == text.source
    assert text.rewrite(text.documents).notes == ()
    for _ in range(3):
        documents = text.documents
        for _ in range(chance.choice([1, 1, 2, 5])):
            event(change(documents, chance).kind)
        result = say(text, documents)
        # And once more, from there: nothing asked, nothing written; all asked back, all back.
        assert rewrite(result.text, documents).text == result.text
        say(result.text, text.documents)


@pairs.many
@given(SEEDS)
def test_nothing_changed_nothing_written(seed: int) -> None:
    text, _ = written(seed)
    assert rewrite(text, parse(text)).text == text


@pairs.many
@given(DOCUMENTS, DOCUMENTS)
def test_any_documents_into_any_other(old: list[Any], new: list[Any]) -> None:
    text = dump(old)
    assert rewrite(text, parse(text)).text == text
    say(text, new)


@pairs.many
@given(SEEDS, SEEDS)
def test_any_text_into_any_other(one: int, other: int) -> None:
    text, _ = written(one)
    documents = parse(written(other)[0])
    say(text, documents)


def comments(text: str) -> list[str]:
    return re.findall(r"# [ct]\d+", text)


@pairs.many
@given(SEEDS)
def test_no_comment_is_lost_when_nothing_is_taken_out(seed: int) -> None:
    text, chance = written(seed)
    documents = parse(text)
    target = get(documents, chance.choice(collections(documents)))
    value = Writer(chance, False).mapping(2)
    if isinstance(target, list):
        at = chance.randint(0, len(target))
        target.insert(at, value)
    else:
        target["a new key"] = value
    result = say(text, documents)
    assert not result.notes
    assert comments(result.text) == comments(text)


@pairs.many
@given(SEEDS)
def test_moved_items_take_their_comments_along(seed: int) -> None:
    text, chance = written(seed)
    documents = parse(text)
    lists = [path for path in collections(documents) if isinstance(get(documents, path), list)]
    chance.shuffle(get(documents, chance.choice(lists)))
    result = say(text, documents)
    assume(not result.notes)
    assert sorted(comments(result.text)) == sorted(comments(text))


@pairs.many
@given(SEEDS)
def test_the_lines_of_other_values_stand(seed: int) -> None:
    text, chance = written(seed)
    documents = parse(text)
    paths = [path for path in scalars(documents) if path]
    assume(paths)
    path = chance.choice(paths)
    before = copy(documents)
    _set(documents, path, chance.choice([word for word in WORDS if "\n" not in word]) + "!")
    first, last = _lines(text, path)
    new = say(text, documents).text.splitlines(keepends=True)
    old = text.splitlines(keepends=True)
    assert new[: first - 1] == old[: first - 1]
    assert new[len(new) - (len(old) - last) :] == old[last:]
    _set(documents, path, get(before, path))
    say("".join(new), documents)


def _set(documents: Any, path: tuple[Any, ...], value: Any) -> None:
    get(documents, path[:-1])[path[-1]] = value


def _lines(text: str, path: tuple[Any, ...]) -> tuple[int, int]:
    lines = Text.read(text).where.lines(path)
    assert lines is not None
    return lines


@pairs.many
@given(SEEDS)
def test_a_word_set_and_set_back_gives_the_first_text(seed: int) -> None:
    text, chance = written(seed)
    documents = parse(text)
    before = copy(documents)
    words = [path for path in scalars(documents) if re.fullmatch(r"[a-z]+", str(get(documents, path)))]
    words = [path for path in words if isinstance(get(documents, path), str)]
    assume(words)
    path = chance.choice(words)
    _set(documents, path, "other")
    assert say(say(text, documents).text, before).text == text


@pairs.many
@given(SEEDS)
@example(4632)  # a text of nothing but a byte order mark
def test_an_entry_put_at_the_end_and_taken_away_gives_the_first_text(seed: int) -> None:
    text, chance = written(seed)
    documents = parse(text)
    before = copy(documents)
    full = [path for path in collections(documents) if get(documents, path)]
    target = get(documents, chance.choice(full)) if full else documents
    if isinstance(target, list):
        target.append(Writer(chance, False).mapping(2) | {"name": "the last"})
    else:
        target["the last"] = Writer(chance, False).value(2)
    result = say(text, documents)
    assert not result.notes
    assert say(result.text, before).text == text


@pairs.many
@given(VALUES, SEEDS)
def test_any_value_anywhere(value: Any, seed: int) -> None:
    text, chance = written(seed)
    documents = parse(text)
    paths = [path for path in collections(documents) if len(path) > 1] + [path for path in scalars(documents) if path]
    assume(paths)
    _set(documents, chance.choice(paths), value)
    say(text, documents)


ODD = [
    "b: &b\n  i: n # i\n  e: &e\n"
    "  - name: A\n    value: &v x\n  - name: B\n    value: *v\nc:\n- <<: *b\n  name: a\n# two\n"
    "- name: b\n  <<: [*b, {k: [x]}]\n  args: *e\n- *b\n",
    '{"a": {"b": [1, 2, {"c": "d"}]}, "metadata": {"name": "x"}}{"k": []}',
    '{\n  "a": {\n    "b": [\n      1,\n      "x"\n    ]\n  }\n}\n',
    "? a\n: b\n? |\n  k\n: v\n"
    "'q' : !!str 1\nt: !foo x\nu: &x !!int '3'\nn: &n\nw: *n\n"
    "f: {a, b: , 'c': [x, y], ? d : e}\n",
    'a: >-\n  folded\n  text\n\n  para\nb: >\n   more\nc: |+\n  keep\n\nd: plain\n  two\ne: "dq\n  two"\n... # end\n',
    "# only\n---\n# c\n---\na: 1\n---\n\n---\nb: 2 # x\n...\n",
    "{a: 1, b: [1, 2,\n 3 # c\n ], # d\n c: {x: y}}\n",
    'a: [\n  "x",\n  "y"\n]\nb: {\n  k: v\n}\nc: [a,\n  b]\n',
]


@pairs.many
@given(st.sampled_from(ODD), st.booleans(), st.booleans(), SEEDS)
def test_odd_texts(text: str, crlf: bool, ended: bool, seed: int) -> None:
    chance = Random(seed)
    text = text if ended else text.removesuffix("\n")
    text = text.replace("\n", "\r\n") if crlf else text
    documents = parse(text)
    assert rewrite(text, documents).text == text
    for _ in range(chance.choice([1, 1, 3])):
        change(documents, chance)
    say(text, documents)
