from __future__ import annotations

import pytest

from designer.manifests.bundle import join
from designer.manifests.text import parse


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([], ""),
        (["a: 1\n"], "a: 1\n"),
        (["a: 1", "b: 2"], "a: 1\n---\nb: 2"),
        (["a: 1\n", "---\nb: 2\n"], "a: 1\n---\nb: 2\n"),
        (["# one\na: 1\n", "", "  \n", "# two\nb: 2\n"], "# one\na: 1\n---\n# two\nb: 2\n"),
        (["\ufeffa: 1\r\n"], "\ufeffa: 1\r\n"),
        (["\ufeffa: 1\n", "\ufeffb: 2\n"], "\ufeffa: 1\n---\nb: 2\n"),
        (["\ufeff\n", "\ufeff---\nb: 2\n"], "\ufeff---\nb: 2\n"),
        (["a: 1\n", "\ufeff---\nb: 2\n"], "a: 1\n---\nb: 2\n"),
    ],
)
def test_texts_are_kept_and_parted(texts: list[str], expected: str) -> None:
    assert join(texts) == expected
    assert parse(join(texts)) == [document for text in texts for document in parse(text)]
