"""Lines find their way between two lanes."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from designer.diagram.channel import Wire, pack, plain, stairs

_SPANS = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 60)).map(lambda p: (p[0], p[0] + p[1])), max_size=20)


@given(_SPANS, st.booleans())
def test_spans_on_one_track_keep_apart(spans: list[tuple[int, int]], ordered: bool) -> None:
    tracks = pack(spans, 8, list(reversed(range(len(spans)))) if ordered else None)
    for (one, a), (two, b) in combinations(zip(spans, tracks, strict=True), 2):
        assert a != b or one[1] + 8 <= two[0] or two[1] + 8 <= one[0]
    assert set(tracks) == set(range(len(set(tracks))))


@given(_SPANS)
def test_leftmost_first_takes_as_many_tracks_as_spans_meet_at_one_point(spans: list[tuple[int, int]]) -> None:
    deepest = max((sum(1 for low, high in spans if low <= at < high + 8) for at, _ in spans), default=0)
    assert max(pack(spans, 8), default=-1) + 1 <= deepest


def test_a_line_that_comes_down_through_a_label_turns_before_it() -> None:
    routed = plain([Wire(10, 60, 300), Wire(40, 60, 200)], 0)
    assert routed is not None
    assert routed.lines == (((10, 40), (300, 40)), ((40, 20), (200, 20)))
    assert routed.labels == (36, 16)


def test_a_line_that_goes_down_through_a_label_turns_after_it() -> None:
    routed = plain([Wire(10, 60, 10), Wire(200, 0, 40)], 0)
    assert routed is not None
    assert routed.lines == ((), ((200, 40), (40, 40)))
    assert routed.labels[0] == 16


def test_labels_in_each_other_s_way_have_no_plain_way_but_stairs() -> None:
    wires = [Wire(10, 60, 240, riser=90, group="a"), Wire(200, 60, 40, riser=290, group="b")]
    assert plain(wires, 0) is None
    assert stairs(wires, 0).height > 0


def test_a_line_to_nothing_ends_on_its_row() -> None:
    routed = plain([Wire(10, 60, None)], 0)
    assert routed is not None
    assert routed.lines == (((10, 20),),)


def test_lines_of_one_group_share_a_track() -> None:
    wires = [Wire(10, 40, 300, 0, 60, "v"), Wire(110, 40, 300, 1, 160, "v"), Wire(210, 0, 250, 2, None, "w")]
    routed = stairs(wires, 0)
    (_, _, first, _), (_, _, second, _), third = routed.lines
    assert first[1] == second[1] != third[0][1]
    assert routed.dots[:2] == ((first,), (second,))
    assert not routed.dots[2]
