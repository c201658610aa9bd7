from __future__ import annotations

from fractions import Fraction

import pytest

from designer.manifests import quantity
from designer.manifests.types import ManifestError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        (2, 2),
        ("500m", Fraction(1, 2)),
        ("100u", Fraction(1, 10_000)),
        ("1n", Fraction(1, 10**9)),
        ("1.5Gi", 3 * 2**29),
        (".5k", 500),
        ("5.", 5),
        ("+1Ki", 1024),
        ("-1M", -(10**6)),
        ("1e3", 1000),
        ("1E-3", Fraction(1, 1000)),
        ("1E", 10**18),
        ("1Ei", 2**60),
    ],
)
def test_a_quantity_is_read_exactly(text: str | int, value: Fraction) -> None:
    assert quantity.parse(text) == value


@pytest.mark.parametrize("text", ["", " 1", "1 Gi", "1gi", "1K", "1mi", "one", "1e", ".", "1.2.3", "٣", "1ki"])
def test_what_is_no_quantity_is_told(text: str) -> None:
    with pytest.raises(ManifestError) as error:
        quantity.parse(text)
    assert error.value.message == f"must be a quantity such as 500m, 2, 1.5 or 128Mi: got {text!r}"


def test_a_boolean_is_no_quantity() -> None:
    with pytest.raises(ManifestError):
        quantity.parse(True)
