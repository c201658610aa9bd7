"""Controls: their element ids, as told by their pointers and safe in a selector, and what they are without a schema."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from designer.designs.models import Design, Revision
from designer.manifests import pointer
from designer.web.controls import control, slug
from designer.web.screen import Screen

paths = st.lists(st.integers(0, 30) | st.text(max_size=8), max_size=4).map(tuple)


@given(paths, paths)
def test_two_places_never_share_an_id(one: tuple[int | str, ...], two: tuple[int | str, ...]) -> None:
    first, second = pointer.write(one), pointer.write(two)
    assert (slug(first) == slug(second)) is (first == second)


@given(paths)
def test_an_id_needs_no_quoting(path: tuple[int | str, ...]) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]*", slug(pointer.write(path)))


def test_plain_places_read_plainly() -> None:
    assert slug("/0/spec/containers/1/image") == "-0-spec-containers-1-image"


def test_the_labels_of_a_custom_resource_are_rows() -> None:
    documents = [{"apiVersion": "x.io/v1", "kind": "Thing", "metadata": {"name": "t", "labels": {"a": "b"}}}]
    screen = Screen(Design(), Revision(), documents, at="0")
    made = control(screen, (0, "metadata", "labels"), kind="map")
    assert made.kind == "map"
    assert [(pair.key, pair.value) for pair in made.pairs] == [("a", "b")]
