"""Texts brought together by lines, and line ends put back."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from designer.manifests.lines import Together, differing, merge_lines, restore_ends, split

TEXTS = st.lists(st.sampled_from(["a", "b", "c", "- x", "", "  k: v"]), max_size=12).map(lambda lines: "\n".join(lines))
ENDED = st.tuples(st.sampled_from(["a", "b", "", "  k: v"]), st.sampled_from(["\n", "\r\n", "\r"]))


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "both"),
    [
        ("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n", "A\nb\nC\n"),
        ("a\nb\nc\n", "a\nc\n", "a\nb\nc\nd\n", "a\nc\nd\n"),
        ("a\nb\n", "# mine\na\nb\n", "a\nb # theirs\n", "# mine\na\nb # theirs\n"),
        ("a\n", "b\n", "c\n", "b\n"),
        ("a\nb\nc\n", "a\nB\nc\n", "a\nb\n# new\nc\n", "a\nB\n# new\nc\n"),
        ("a\nb\n", "a\n# mine\nb\n", "a\n# theirs\nb\n", "a\n# mine\n# theirs\nb\n"),
        ("a\nb\n", "a\n# same\nb\n", "A\n# same\nb\n", "A\n# same\nb\n"),
        ("a\nb\nc", "a\nb\nc\n", "A\nb\nc", "A\nb\nc\n"),
        ("", "a\n", "", "a\n"),
        ("a\nb\nc\n", "", "a\nb\nc\n", ""),
    ],
    ids=[
        "ends",
        "removed and added",
        "comments",
        "the same line",
        "side by side",
        "at one place",
        "the same lines twice",
        "last line's end",
        "from nothing",
        "all removed",
    ],
)
def test_both_edits_stand(base: str, ours: str, theirs: str, both: str) -> None:
    assert merge_lines(base, ours, theirs).text == both


def test_the_preferred_side_stands_where_edits_meet() -> None:
    assert merge_lines("a\nb\n", "x\nb\n", "y\nb\n", prefer="theirs") == Together("y\nb\n", met=True)
    assert merge_lines("a\nb\n", "x\ny\n", "a\n# new\nb\n") == Together("x\ny\n# new\n", met=True)
    assert merge_lines("a\nb\n", "x\nb\n", "a\ny\n") == Together("x\ny\n", met=False)


@given(TEXTS, TEXTS)
def test_an_edit_alone_stands_as_it_is(base: str, other: str) -> None:
    assert merge_lines(base, other, base).text == other
    assert merge_lines(base, base, other).text == other
    assert merge_lines(base, other, other).text == other


@given(TEXTS, TEXTS, TEXTS)
@example("a\na", "b", "a\na\na")
def test_no_line_comes_from_nowhere(base: str, ours: str, theirs: str) -> None:
    merged = merge_lines(base, ours, theirs).text
    # An end that the last line of one text lacks is given to it when another line comes behind.
    assert set(merged.split("\n")) <= {"", *base.split("\n"), *ours.split("\n"), *theirs.split("\n")}


@given(st.text("ab\r\n\x85\u2028", max_size=30))
def test_the_lines_are_the_text(text: str) -> None:
    assert "".join(split(text)) == text


@given(st.lists(ENDED.map("".join), max_size=10))
def test_line_ends_come_back(lines: list[str]) -> None:
    text = "".join(lines)
    typed = "".join(line.rstrip("\r\n") + "\n" for line in split(text))
    assert restore_ends(text, typed) == text


def test_a_new_line_ends_as_most_do() -> None:
    assert restore_ends("a\r\nb\r\nc\n", "a\nnew\nb\nc\n") == "a\r\nnew\r\nb\r\nc\n"
    assert restore_ends("a\r\nb", "a\nb\nc") == "a\r\nb\r\nc"
    assert restore_ends("a\nb\n", "b\nx\n") == "b\nx\n"


def test_how_much_differs() -> None:
    assert differing("a\nb\nc\n", "a\nb\nc\n") == 0
    assert differing("a\nb\nc\n", "a\nx\nc\n") == 1
    assert differing("a\nc\n", "a\nx\ny\nc\n") == 2
    assert differing("a\nb\nc\nd\n", "x\nb\nc\ny\n") == 4
    assert differing("a\na\n", "a\na\na\n") == 1
