from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from designer.manifests.command import join_line, split_line
from designer.manifests.types import ManifestError


@given(st.lists(st.text(max_size=8)))
@example(["", "\n", "a\nb", "it's", '"', "\\", "#", "\u2028", "\x85", "\x00"])
def test_a_joined_line_is_split_into_the_same_words(words: list[str]) -> None:
    assert split_line(join_line(words)) == words


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", []),
        ("nginx -g 'daemon off;'", ["nginx", "-g", "daemon off;"]),
        ("sh -c \"echo $(HOME) | tee 'a b'\"", ["sh", "-c", "echo $(HOME) | tee 'a b'"]),
        ("a # b", ["a", "#", "b"]),
        ("one\n two", ["one", "two"]),
        ("x ''", ["x", ""]),
    ],
)
def test_a_line_is_read_as_a_shell_reads_it(line: str, words: list[str]) -> None:
    assert split_line(line) == words


@pytest.mark.parametrize("line", ["echo 'a", 'echo "a'])
def test_an_open_quote_is_told(line: str) -> None:
    with pytest.raises(ManifestError, match="a quote is opened and not closed"):
        split_line(line)


def test_a_backslash_at_the_end_is_told() -> None:
    with pytest.raises(ManifestError, match="the line ends in a backslash"):
        split_line("a \\")
