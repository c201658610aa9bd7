"""Two texts compared: no line is lost, what changed inside a line is marked, and it never takes long."""

from __future__ import annotations

import difflib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.web.diffs import CONTEXT, Stretch, TextDiff, compare, diff_lines, matches

texts = st.lists(st.sampled_from(["a\n", "b\n", "  image: x:1\n", "  image: x:2\n", "\n", "c\r\n", "d\u2028e\n"])).map(
    "".join
) | st.text(alphabet="ab:\n \r", max_size=60)


def rebuilt(text: TextDiff) -> tuple[str, str]:
    rows = [row for stretch in text.stretches for row in stretch.rows]
    return "".join(row.old.text for row in rows if row.old), "".join(row.new.text for row in rows if row.new)


@given(texts, texts)
def test_the_rows_are_both_texts_exactly(before: str, after: str) -> None:
    text = compare(before, after)
    assert rebuilt(text) == (before, after)
    for side in ("old", "new"):
        lines = [getattr(row, side) for stretch in text.stretches for row in stretch.rows]
        numbers = [line.number for line in lines if line]
        assert numbers == list(range(1, len(numbers) + 1))


@given(texts, texts)
def test_what_is_said_to_be_the_same_is_and_the_counts_agree(before: str, after: str) -> None:
    text = compare(before, after)
    changed = [row for stretch in text.stretches if stretch.changed for row in stretch.rows]
    assert text.removed == sum(row.old is not None for row in changed)
    assert text.added == sum(row.new is not None for row in changed)
    assert bool(changed) is (before != after)
    for stretch in text.stretches:
        for row in stretch.rows:
            assert row.old or row.new
            if not stretch.changed:
                assert row.old
                assert row.new
                assert row.old.text == row.new.text
    assert not any(stretch.folded and stretch.changed for stretch in text.stretches)


@given(st.lists(st.sampled_from("abcdefgh")), st.lists(st.sampled_from("abcdefgh")))
def test_matches_rise_and_are_equal(old: list[str], new: list[str]) -> None:
    i = j = 0
    for a, b, size in matches(old, new):
        assert (a, b, size) >= (i, j, 1)
        assert old[a : a + size] == new[b : b + size]
        i, j = a + size, b + size


def words(stretch: Stretch) -> tuple[list[str], list[str]]:
    """The marked words of a stretch, old and new."""
    old = [part for row in stretch.rows if row.old for part, changed in row.old.parts if changed]
    new = [part for row in stretch.rows if row.new for part, changed in row.new.parts if changed]
    return old, new


@pytest.mark.parametrize(
    ("old", "new", "gone", "come"),
    [
        ("image: nginx:1.25\n", "image: nginx:1.27\n", ["25"], ["27"]),
        ("- name: a\n", "- name: a-b\n", [], ["-b"]),
        ("args: [one, two, three]\n", "args: [one, three]\n", ["two, "], []),
        ("key: aaa\n", "nothing alike\n", [], []),
        ("a: 1\n", "a: 1", ["\n"], []),
    ],
)
def test_changed_words_of_a_line_are_marked(old: str, new: str, gone: list[str], come: list[str]) -> None:
    assert words(compare(old, new).stretches[0]) == (gone, come)


def test_like_lines_stand_beside_each_other() -> None:
    text = compare("image: a\nport: 80\n", "name: web\nimage: b\nport: 81\n")
    pairs = [(row.old and row.old.text, row.new and row.new.text) for row in text.stretches[0].rows]
    assert pairs == [(None, "name: web\n"), ("image: a\n", "image: b\n"), ("port: 80\n", "port: 81\n")]


def test_what_is_far_from_a_change_is_folded() -> None:
    lines = [f"line {n}\n" for n in range(40)]
    other = [*lines[:20], "new\n", *lines[20:]]
    kinds = [(len(s.rows), s.changed, s.folded) for s in compare("".join(lines), "".join(other)).stretches]
    near = (CONTEXT, False, False)
    assert kinds == [(17, False, True), near, (1, True, False), near, (17, False, True)]
    same = compare("".join(lines), "".join(lines))
    assert (same.removed, same.added, [s.folded for s in same.stretches]) == (0, 0, [True])


def test_a_fold_of_one_line_is_none() -> None:
    lines = [f"line {n}\n" for n in range(CONTEXT * 2 + 1)]
    text = compare("".join(["a\n", *lines, "b\n"]), "".join(["c\n", *lines, "d\n"]))
    assert [stretch.folded for stretch in text.stretches] == [False, False, False]


def test_the_unified_diff_is_as_difflibs() -> None:
    old = [f"line {n}" for n in range(40)]
    new = [*old[:3], "three", *old[4:30], *old[32:]]
    ours = [line for _, line in diff_lines("\n".join(old) + "\n", "\n".join(new) + "\n")]
    assert ours == list(difflib.unified_diff(old, new, lineterm=""))[2:]
    assert diff_lines("a\n", "a\n") == []
    assert diff_lines("", "a\n") == [("at", "@@ -0,0 +1 @@"), ("add", "+a")]


chance = random.Random(7)
KEYS = [f"    key{n}: value-{n % 50}\n" for n in range(10_000)]
LETTERS = [[chance.choice("ab") + "\n" for _ in range(10_000 - n)] for n in range(2)]
NUMBERS = [" ".join(str(chance.randrange(99)) for _ in range(90)) + "\n" for _ in range(3_000)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (KEYS, [key.replace("value", "other") for key in KEYS]),
        (KEYS, [f"{chance.random()}\n" for _ in KEYS]),
        (KEYS, chance.sample(KEYS, len(KEYS))),
        (KEYS, [key.replace("-7", "-x") for key in KEYS]),
        (LETTERS[0], LETTERS[1]),
        (NUMBERS, [line.replace("7", "8") for line in NUMBERS]),
        ([" ".join(NUMBERS).replace("\n", "")], [" ".join(NUMBERS).replace("\n", "").replace("7", "8")]),
    ],
    ids=["alike", "unlike", "shuffled", "here and there", "two letters", "long lines", "one line"],
)
def test_ten_thousand_lines_are_compared_whole(old: list[str], new: list[str]) -> None:
    # difflib alone needs minutes for some of these; what they take here, `make bench` says.
    text = compare("".join(old), "".join(new))
    assert rebuilt(text) == ("".join(old), "".join(new))
