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


@pytest.mark.parametrize(
    ("text", "resource", "meaning"),
    [
        ("500m", "cpu", "half a CPU core"),
        ("250m", "cpu", "a quarter of a CPU core"),
        ("1", "cpu", "one CPU core"),
        ("1500m", "cpu", "1.5 CPU cores"),
        ("330m", "cpu", "0.33 of a CPU core"),
        ("2", "cpu", "2 CPU cores"),
        ("128Mi", "memory", "134,217,728 bytes"),
        ("1024M", "memory", "1,024,000,000 bytes, about 976.6Mi"),
        ("1Gi", "storage", "1,073,741,824 bytes"),
        ("1073741824", "ephemeral-storage", "1,073,741,824 bytes, 1Gi"),
        ("2Mi", "hugepages-2Mi", "2,097,152 bytes"),
        ("1", "memory", "1 byte"),
        ("100m", "memory", ""),
        ("64Mi", "sizeLimit", "67,108,864 bytes"),
        ("1", "nvidia.com/gpu", ""),
        ("much", "memory", ""),
    ],
)
def test_what_an_amount_means(text: str, resource: str, meaning: str) -> None:
    assert quantity.meaning(text, resource) == meaning


@pytest.mark.parametrize(
    ("text", "resource", "part"),
    [
        ("100m", "memory", "m is a thousandth: this is less than one byte. Mebibytes are Mi, as in 100Mi."),
        ("1500m", "memory", "m is a thousandth: this is 1.5 bytes."),
        ("1024M", "memory", "M counts in thousands; 1024Mi, in steps of 1,024, would be 1,073,741,824 bytes."),
        ("128", "memory", "Only 128 bytes: no container starts with so little. Mebibytes are Mi, as in 128Mi."),
        ("2000", "cpu", "2,000 whole CPU cores: for a part of a core write m, as in 500m."),
        ("0.1m", "cpu", "Less than 1m"),
        ("-1", "cpu", "An amount below zero is refused."),
        ("500M", "memory", ""),
        ("1G", "storage", ""),
        ("128Mi", "memory", ""),
        ("0", "memory", ""),
        ("500m", "cpu", ""),
        ("100m", "nvidia.com/gpu", ""),
        ("much", "memory", ""),
    ],
)
def test_what_is_seldom_meant_is_told(text: str, resource: str, part: str) -> None:
    found = quantity.caution(text, resource)
    assert found.startswith(part)
    assert bool(found) is bool(part)


def test_the_usual_amounts_mean_something_and_need_no_caution() -> None:
    for resource, amount in quantity.USUAL.items():
        assert quantity.meaning(amount, resource)
        assert not quantity.caution(amount, resource)


@pytest.mark.parametrize(
    ("text", "resource", "written"),
    [
        ("1500m", "cpu", "1.5"),
        ("0.25", "cpu", "250m"),
        ("2000m", "cpu", "2"),
        ("0", "cpu", "0"),
        ("1u", "cpu", "≈1m"),
        ("655360Ki", "memory", "640Mi"),
        ("1536Mi", "memory", "1.5Gi"),
        ("1920Mi", "memory", "1920Mi"),
        ("500M", "memory", "500M"),
        ("128974848", "memory", "123Mi"),
        ("634217728", "memory", "≈604.8Mi"),
        ("100", "memory", "100"),
        ("-1Gi", "memory", "-1Gi"),
        ("4", "nvidia.com/gpu", "4"),
    ],
)
def test_an_amount_is_written_as_people_do(text: str, resource: str, written: str) -> None:
    assert quantity.write(quantity.parse(text), resource) == written
    if "≈" not in written:
        assert quantity.parse(written) == quantity.parse(text)
