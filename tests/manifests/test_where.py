"""Where fields stand in a text, and what stands on a line."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.manifests.text import Text
from designer.manifests.types import Path, get
from tests.manifests.test_rewrite_laws import odd, written
from tests.manifests.yaml_edits import collections, scalars

STYLES = FilePath(__file__).parents[1] / "corpus" / "styles"

TEXT = """\
# shop
kind: Pod          # 2
spec:
  containers:
    # app
    - name: app    # 6
      args: ["a", "b"]
      env: [
        a, b,
        c          # 10
      ]

    # log
    -
      name: log    # 15
    # none
  script: |
    one

    two            # 20

  last:
--- # 23
# second
base: &b {k: 1}
own:               # 26
  <<: *b
  l: 2
copy: *b
- x
""".replace("- x\n", "")

LINES: list[tuple[Path, tuple[int, int] | None]] = [
    ((0,), (2, 22)),
    ((0, "kind"), (2, 2)),
    ((0, "spec"), (3, 22)),
    ((0, "spec", "containers"), (4, 15)),
    ((0, "spec", "containers", 0), (6, 11)),
    ((0, "spec", "containers", 0, "args", 1), (7, 7)),
    ((0, "spec", "containers", 0, "env"), (8, 11)),
    ((0, "spec", "containers", 0, "env", 2), (10, 10)),
    ((0, "spec", "containers", 1), (14, 15)),
    ((0, "spec", "containers", 1, "name"), (15, 15)),
    ((0, "spec", "script"), (17, 20)),
    ((0, "spec", "last"), (22, 22)),
    ((1,), (25, 29)),
    ((1, "own", "k"), (27, 27)),
    ((1, "own", "l"), (28, 28)),
    ((1, "copy", "k"), (29, 29)),
    ((1, "base", "k"), (25, 25)),
    ((0, "spec", "containers", 2), None),
    ((0, "spec", "nothing"), None),
    ((1, "copy", "nothing"), None),
    ((2,), None),
    ((), None),
]


@pytest.mark.parametrize(("path", "lines"), LINES)
def test_lines(path: Path, lines: tuple[int, int] | None) -> None:
    assert Text.read(TEXT).where.lines(path) == lines


PATHS: list[tuple[int, Path]] = [
    (0, ()),
    (1, (0,)),
    (2, (0, "kind")),
    (4, (0, "spec", "containers")),
    (5, (0, "spec", "containers")),
    (6, (0, "spec", "containers", 0, "name")),
    (7, (0, "spec", "containers", 0, "args")),
    (9, (0, "spec", "containers", 0, "env")),
    (10, (0, "spec", "containers", 0, "env", 2)),
    (12, (0, "spec", "containers")),
    (14, (0, "spec", "containers", 1)),
    (15, (0, "spec", "containers", 1, "name")),
    (16, (0, "spec")),
    (19, (0, "spec", "script")),
    (23, (1,)),
    (24, (1,)),
    (25, (1, "base")),
    (27, (1, "own")),
    (29, (1, "copy")),
    (99, ()),
]


@pytest.mark.parametrize(("line", "path"), PATHS)
def test_paths(line: int, path: Path) -> None:
    assert Text.read(TEXT).where.path(line) == path


def test_json() -> None:
    where = Text.read('{"a": 1,\n "b": {\n  "c": 2}\n}\n{"d": 3}\n').where
    assert where.lines((0, "b", "c")) == (3, 3)
    assert where.lines((1, "d")) == (5, 5)
    assert where.path(3) == (0, "b", "c")
    assert where.path(5) == (1,)


@pytest.mark.parametrize("name", sorted(path.name for path in STYLES.iterdir()))
def test_every_field_has_lines(name: str) -> None:
    _check((STYLES / name).read_bytes().decode())


@given(st.integers(0, 2**32 - 1))
def test_every_field_of_any_text_has_lines(seed: int) -> None:
    _check(written(seed)[0])


@given(st.integers(0, 2**32 - 1))
def test_every_field_of_odd_texts_has_lines(seed: int) -> None:
    _check(odd(seed)[0].source)


def _check(text: str) -> None:
    """Every path has lines, inside those of what is around it; the path of a line leads to something around it."""
    read = Text.read(text)
    documents: Any = read.documents
    for path in collections(documents) + scalars(documents):
        if not path:
            continue
        lines = read.where.lines(path)
        assert lines is not None
        around = read.where.lines(path[:-1]) if len(path) > 1 else (1, text.count("\n") + 1)
        assert around is not None
        assert around[0] <= lines[0] <= lines[1] <= around[1]
    for line in range(1, text.count("\n") + 1):
        path = read.where.path(line)
        assert get(documents, path, documents) is not documents or path == ()
        if len(path) > 1:
            lines = read.where.lines(path)
            assert lines is not None
            assert lines[0] <= line <= lines[1]
