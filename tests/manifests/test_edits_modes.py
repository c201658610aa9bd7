from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.manifests.edits.fields import parse_value
from designer.manifests.edits.modes import is_mode, show_value
from designer.manifests.schema import VOLUME, Field, schema
from designer.manifests.types import ManifestError, Path, show

# Every file mode that a volume has (API reference, Volume).
MODES: list[Path] = [
    ("configMap", "defaultMode"),
    ("configMap", "items", 0, "mode"),
    ("secret", "defaultMode"),
    ("secret", "items", 0, "mode"),
    ("downwardAPI", "defaultMode"),
    ("downwardAPI", "items", 0, "mode"),
    ("projected", "defaultMode"),
    ("projected", "sources", 0, "configMap", "items", 0, "mode"),
    ("projected", "sources", 0, "secret", "items", 0, "mode"),
    ("projected", "sources", 0, "downwardAPI", "items", 0, "mode"),
]


def field(*path: str | int) -> Field:
    found = schema().field(VOLUME, path)
    assert found
    return found


@pytest.mark.parametrize("path", MODES, ids=show)
def test_every_mode_of_a_volume_is_read_and_shown_in_octal(path: Path) -> None:
    assert parse_value(field(*path), "0644") == 0o644
    assert show_value(field(*path), 0o644) == "0644"


@pytest.mark.parametrize(
    ("raw", "value", "shown"),
    [
        ("0644", 420, "0644"),
        ("0o400", 256, "0400"),
        (" 0O777 ", 511, "0777"),
        ("00755", 493, "0755"),
        ("420", 420, "0644"),
        ("511", 511, "0777"),
        ("0", 0, "0000"),
        ("0000", 0, "0000"),
    ],
)
def test_a_leading_zero_is_octal_and_anything_else_decimal(raw: str, value: int, shown: str) -> None:
    parsed = parse_value(field("secret", "defaultMode"), raw)
    assert (parsed, show_value(field("secret", "defaultMode"), parsed)) == (value, shown)


@pytest.mark.parametrize(
    ("raw", "ending"),
    [
        ("644", "got '644'; in octal it starts with a zero: 0644"),
        ("512", "got '512'; in octal it starts with a zero: 0512"),
        ("01000", "got '01000'"),
        ("0800", "got '0800'"),
        ("-1", "got '-1'"),
        ("rw-r--r--", "got 'rw-r--r--'"),
        ("", "got ''"),
        ("9" * 5000, f"got '{'9' * 40}'"),
        ("٠644", "got '٠644'"),
    ],
)
def test_what_is_no_mode_is_told(raw: str, ending: str) -> None:
    with pytest.raises(ManifestError) as error:
        parse_value(field("configMap", "defaultMode"), raw)
    assert error.value.message == f"must be a file mode from 0000 to 0777, such as 0644: {ending}"


def test_an_empty_dir_may_have_the_sticky_bit() -> None:
    mode = field("emptyDir", "mode")
    assert parse_value(mode, "01777") == 0o1777
    assert show_value(mode, 0o1777) == "01777"
    with pytest.raises(ManifestError, match="from 0000 to 01777"):
        parse_value(mode, "02000")


def test_other_integers_and_other_modes_stay_as_they_are() -> None:
    assert parse_value(Field("replicas", "integer", ""), "010") == 10
    assert show_value(Field("replicas", "integer", ""), 420) == "420"
    assert parse_value(Field("mode", "string", ""), "0644") == "0644"
    assert show_value(Field("mode", "string", ""), "fast") == "fast"
    assert not is_mode(None)
    assert [show_value(field("secret", "defaultMode"), odd) for odd in (-1, True, "x")] == ["-1", "True", "x"]


@given(st.integers(0, 0o777))
def test_what_is_shown_is_read_back(mode: int) -> None:
    assert parse_value(field("secret", "defaultMode"), show_value(field("secret", "defaultMode"), mode)) == mode
