"""Texts fit the room they are given."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from designer.diagram.measure import ELLIPSIS, fit, width

_TEXTS = st.text(max_size=60) | st.text(alphabet="abcim/.-0", min_size=300, max_size=500)


@given(_TEXTS, st.floats(min_value=40, max_value=300), st.booleans())
def test_a_fitted_text_has_room_and_keeps_both_ends(text: str, room: float, bold: bool) -> None:
    fitted = fit(text, 12.5, room, bold)
    assert width(fitted, 12.5, bold) <= room
    if ELLIPSIS in fitted and ELLIPSIS not in text and text.isprintable():
        start, _, end = fitted.partition(ELLIPSIS)
        assert text.startswith(start)
        assert text.endswith(end)
        assert 0 <= len(start) - len(end) <= 1


@given(_TEXTS, _TEXTS)
def test_width_adds_up_and_bold_is_wider(one: str, other: str) -> None:
    assert abs(width(one + other, 11) - width(one, 11) - width(other, 11)) < 0.001
    assert width(one, 11, True) >= width(one, 11)


def test_a_short_text_stays_whole_and_a_control_character_goes() -> None:
    assert fit("nginx-proxy", 12.5, 100) == "nginx-proxy"
    assert fit("a\x00b\nc", 12.5, 100) == "a b c"


def test_a_long_path_is_cut_in_the_middle() -> None:
    assert fit("/etc/nginx/conf.d/sites-enabled/default.conf", 10.5, 132) == "/etc/nginx/c…efault.conf"
