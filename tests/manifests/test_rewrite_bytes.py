"""What an edit does not touch stands byte for byte, by PyYAML's own marks: no code of ours says where what is.

Each law is about one kind of edit of a text in any style, and says exactly which bytes may differ. An edit that could
not be made in place says so in a note; how many do is held against a bound of its own.
"""

from __future__ import annotations

import re
from random import Random
from typing import Any

import yaml
from hypothesis import assume, example, given, reject
from hypothesis import strategies as st

from designer.manifests.rewrite import Rewritten
from designer.manifests.text import Text, copy
from designer.manifests.types import ManifestError, Path, get
from designer.manifests.yamltext.same import same
from tests.manifests import pairs
from tests.manifests.yaml_edits import change, collections, put_key, scalars
from tests.manifests.yaml_marks import Marks, Place, entry_lines, nonblank
from tests.manifests.yaml_writer import KEYS, Writer
from tests.manifests.yaml_writer_odd import Odd

# Plain text that nobody would put in quotes.
_PLAIN = re.compile("[a-z]+(?: [a-z]+)*")
SEEDS = st.integers(0, 2**40)


def odd(seed: int) -> tuple[Text, Marks, Random]:
    """A text in any style, as we read it and as PyYAML does."""
    chance = Random(seed)
    try:
        text = Text.read(Odd(chance).text())
        marks = Marks(text.source)
    except (ManifestError, yaml.YAMLError):
        reject()
    assume(len(marks.roots) == len(text.documents))
    return text, marks, chance


def rewritten(text: Text, documents: Any) -> Rewritten:
    """The text of changed documents, made in place, which says them."""
    pairs.count()
    result = text.rewrite(documents)
    assert same(Text.of(result).documents, documents)
    assert same(Text.read(result.text).documents, documents)
    assume(not result.notes)
    return result


def common(one: str, other: str) -> tuple[int, int]:
    """How many characters two texts have in common at their start, and at their end."""
    size = min(len(one), len(other))
    front = next((n for n in range(size) if one[n] != other[n]), size)
    back = next((n for n in range(size) if one[-1 - n] != other[-1 - n]), size)
    return front, back


def is_cut(whole: str, rest: str) -> bool:
    """Whether a text is another one with one piece of it taken out."""
    return len(rest) <= len(whole) and sum(common(whole, rest)) >= len(rest)


def less_a_comma(whole: str, rest: str) -> str:
    """A text without its first comma that another lacks: that of a last entry in brackets, come or gone."""
    at, _ = common(whole, rest)
    return whole[:at] + whole[at:].removeprefix(",")


def pick(documents: Any, marks: Marks, chance: Random, paths: list[Path]) -> tuple[Path, Place]:
    """One of these paths, if its value is written out, and where."""
    assume(paths)
    path = chance.choice(paths)
    place = marks.at(documents, path)
    assume(place is not None)
    assert place is not None
    return path, place


def put(documents: Any, path: Path, value: Any) -> None:
    get(documents, path[:-1])[path[-1]] = value


def entries(documents: Any, flow: bool, marks: Marks, chance: Random) -> tuple[Path, list[Place]]:
    """A collection of two or more entries in block or flow style, and the places of all its entries."""
    many = [path for path in collections(documents) if path and len(get(documents, path)) > 1]
    path, place = pick(documents, marks, chance, many)
    assume(place.flow == flow)
    around = get(documents, path)
    names = list(around) if isinstance(around, dict) else range(len(around))
    found = [marks.at(documents, (*path, name)) for name in names]
    assume(all(found))
    return path, [each for each in found if each is not None]


@pairs.many
@given(SEEDS)
def test_a_scalar_is_written_over_and_nothing_else(seed: int) -> None:
    text, marks, chance = odd(seed)
    documents = text.documents
    path, place = pick(documents, marks, chance, [path for path in scalars(documents) if path])
    put(documents, path, chance.choice(["word!", 7, None, True, "8080", "two words", ""]))
    new = rewritten(text, documents).text
    source = text.source if text.source.endswith("\n") else text.source + "\n"
    assert new.startswith(text.source[: place.start].rstrip(" "))
    assert (new if new.endswith("\n") else new + "\n").endswith(source[place.end :])
    old = get(text.documents, path)
    written = text.source[place.start : place.end]
    if (
        isinstance(old, str)
        and old.isprintable()
        and (written in (f"'{old}'", f'"{old}"') or _PLAIN.fullmatch(written))
    ):
        put(documents, path, "word")
        there = rewritten(text, documents).text
        assert rewritten(Text.read(there), text.documents).text == text.source


@pairs.many
@given(SEEDS)
@example(41892395)  # a last entry in brackets, with a comma and a line of its own, and mixed line ends
def test_a_new_entry_is_put_in_and_nothing_else(seed: int) -> None:
    text, _, chance = odd(seed)
    documents = text.documents
    full = [path for path in collections(documents) if path and get(documents, path)]
    assume(full)
    path = chance.choice(full)
    target = get(documents, path)
    value = Writer(chance, False).value(2)
    at = chance.randint(0, len(target))
    if isinstance(target, list):
        target.insert(at, value)
    else:
        put_key(target, chance.choice([key for key in [*KEYS, "new"] if key not in target]), value, at)
    new = rewritten(text, documents).text
    assert is_cut(new, text.source) or is_cut(less_a_comma(new, text.source), text.source)
    documents = text.documents
    assert rewritten(Text.read(new), documents).text == text.source


@pairs.many
@given(SEEDS)
def test_a_removed_entry_takes_its_own_lines_and_no_others(seed: int) -> None:
    text, marks, chance = odd(seed)
    documents = text.documents
    path, places = entries(documents, False, marks, chance)
    number = chance.randrange(len(places))
    own = entry_lines(text.source, marks, path, places[number], places)
    assume(own is not None)
    assert own is not None
    target = get(documents, path)
    if isinstance(target, list):
        # Of two that are equal, either may go.
        assume(sum(same(each, target[number]) for each in target) == 1)
    del target[list(target)[number] if isinstance(target, dict) else number]
    new = rewritten(text, documents).text
    lines = text.source.split("\n")
    stay = "\n".join(lines[: own[0]] + lines[own[3] :])
    assert nonblank(new) == nonblank(stay)


@pairs.many
@given(SEEDS)
def test_an_entry_in_brackets_is_cut_out_and_nothing_else(seed: int) -> None:
    text, marks, chance = odd(seed)
    documents = text.documents
    path, _ = entries(documents, True, marks, chance)
    target = get(documents, path)
    del target[chance.choice(list(target)) if isinstance(target, dict) else chance.randrange(len(target))]
    new = rewritten(text, documents).text
    assert is_cut(text.source, new) or is_cut(less_a_comma(text.source, new), new)


@pairs.many
@given(SEEDS)
def test_moved_items_keep_their_lines_and_comments(seed: int) -> None:
    text, marks, chance = odd(seed)
    documents = text.documents
    path, places = entries(documents, False, marks, chance)
    target = get(documents, path)
    assume(isinstance(target, list))
    found = [entry_lines(text.source, marks, path, place, places) for place in places]
    assume(found[0])
    target.insert(chance.randrange(len(target)), target.pop(chance.randrange(len(target))))
    result = rewritten(text, documents).text
    new = nonblank(result)
    assert sorted(new) == sorted(nonblank(text.source))
    lines = text.source.split("\n")
    for own in found:
        if own is not None:
            block = nonblank("\n".join(lines[own[0] : own[3]]))
            assert any(new[n : n + len(block)] == block for n in range(len(new)))
    back = nonblank(rewritten(Text.read(result), text.documents).text)
    # A comment between blank lines is nobody's: it stays where it is.
    above = text.source.rfind("\n", 0, max(0, text.source.rfind("\n", 0, places[0].start)))
    loose = "# c" in text.source[max(0, above) : places[-1].end]
    assert sorted(back) == sorted(nonblank(text.source)) if loose else back == nonblank(text.source)


@pairs.many
@given(SEEDS)
def test_a_renamed_key_is_written_over_and_nothing_else(seed: int) -> None:
    text, marks, chance = odd(seed)
    documents = text.documents
    paths = [path for path in [*collections(documents), *scalars(documents)] if path and isinstance(path[-1], str)]
    path, place = pick(documents, marks, chance, paths)
    target = get(documents, path[:-1])
    name = chance.choice(["new", "8080", "a: b", "yes", ""])
    assume(name not in target and len(target) > 1 and len(str(path[-1])) < 200)
    others = [value for key, value in target.items() if key != path[-1]]
    assume(not any(same(value, target[path[-1]]) for value in others))
    renamed = {name if key == path[-1] else key: value for key, value in target.items()}
    put(documents, path[:-1], renamed)
    assert place.key is not None
    assume(text.source[place.key.start_mark.index + marks.shift] not in "&!")
    start, end = place.key.start_mark.index + marks.shift, place.key.end_mark.index + marks.shift
    new = rewritten(text, documents).text
    assert new.startswith(text.source[:start])
    assert new.endswith(text.source[end:])
    put(documents, path[:-1], {path[-1] if key == name else key: value for key, value in renamed.items()})
    back = rewritten(Text.read(new), documents).text
    assert back.startswith(text.source[:start])
    assert back.endswith(text.source[end:])


@pairs.many
@given(SEEDS)
def test_what_is_the_same_is_written_the_same(seed: int) -> None:
    """After any edits, several at once: every value that has its path through mappings still has its bytes."""
    text, marks, chance = odd(seed)
    documents = text.documents
    done = [change(documents, chance) for _ in range(chance.choice([1, 2, 4]))]
    # What is a document's old place where documents come and go is a matter of its own (below).
    assume(all(each.path and (len(each.path) > 1 or "item" not in each.kind) for each in done))
    assume(len(documents) == len(text.documents))
    result = rewritten(text, documents)
    try:
        after = Marks(result.text)
    except yaml.YAMLError:
        reject()
    assume(len(after.roots) == len(documents))
    for index, (old, new) in enumerate(zip(text.documents, documents, strict=True)):
        if old.get("kind") == new.get("kind"):
            _hold(marks, after, text.documents, documents, (index,), old, new)


def _hold(marks: Marks, after: Marks, olds: Any, news: Any, path: Path, old: Any, new: Any) -> None:
    if same(old, new):
        one, other = marks.at(olds, path), after.at(Text.read(after.text).documents, path)
        if one is not None and other is not None:
            assert marks.text[one.start : one.end] == after.text[other.start : other.end]
    elif isinstance(old, dict) and isinstance(new, dict):
        for key in old:
            if key in new:
                _hold(marks, after, olds, news, (*path, key), old[key], new[key])


@pairs.many
@given(SEEDS)
def test_other_documents_stand_when_one_comes_goes_or_moves(seed: int) -> None:
    text, _, chance = odd(seed)
    documents = text.documents
    assume(len(documents) > 1)
    kind = chance.choice(["insert", "remove", "move"])
    if kind == "insert":
        documents.insert(chance.randint(0, len(documents)), {"kind": "New", "metadata": {"name": "new"}})
    elif kind == "remove":
        documents.pop(chance.randrange(len(documents)))
    else:
        documents.insert(chance.randrange(len(documents)), documents.pop(chance.randrange(len(documents))))
    before = copy(documents)
    new = rewritten(text, documents).text
    old = nonblank(text.source)
    left = [line for line in nonblank(new) if not line.startswith("---")]
    was = [line for line in old if not line.startswith("---")]
    if kind == "move":
        assert sorted(left) == sorted(was)
    elif kind == "insert":
        assert is_cut("\n".join(left), "\n".join(was))
        assert rewritten(Text.read(new), text.documents).text == text.source
    else:
        assert is_cut("\n".join(was), "\n".join(left))
    assert same(before, Text.read(new).documents)
