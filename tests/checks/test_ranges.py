"""The tables that are written by hand name fields that some Kubernetes version has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from designer.checks.misfits import NOT_ASKED_FOR
from designer.checks.ranges import AMOUNTS, INT32, RANGES, is_amount, range_of
from designer.manifests.schema import CONTAINER, Field, schema, versions


def fields(owner: str, name: str) -> Iterator[Field]:
    """The fields of a name, in definitions of a name ("" for all), of the oldest and the newest version."""
    for version in (versions()[0], versions()[-1]):
        for definition in schema(version).definitions():
            if not owner or definition.rpartition(".")[2] == owner:
                found = schema(version).fields(definition).get(name)
                if found:
                    yield found


@pytest.mark.parametrize(("owner", "name"), [(owner, name) for owner, names in RANGES.items() for name in names])
def test_a_range_is_of_whole_numbers(owner: str, name: str) -> None:
    found = list(fields(owner, name))
    assert found
    # "replicas" and the like are of many definitions, and mean the same in all of them.
    assert all(field.type in ("integer", "int-or-string") or field.item == "integer" for field in found)
    least, most = RANGES[owner][name]
    assert 0 <= least < most


@pytest.mark.parametrize(("owner", "name"), [(owner, name) for owner, names in AMOUNTS.items() for name in names])
def test_an_amount_is_a_quantity(owner: str, name: str) -> None:
    found = list(fields(owner, name))
    assert found
    assert all("quantity" in (field.type, field.item) and is_amount(field) for field in found)


@pytest.mark.parametrize(("owner", "names"), NOT_ASKED_FOR.items())
def test_what_is_not_asked_for_is_required_by_some_schema(owner: str, names: tuple[str, ...]) -> None:
    for name in names:
        assert any(field.required for field in fields(owner, name)), name


def test_a_field_of_no_table_takes_what_its_format_holds() -> None:
    pod = schema().fields("io.k8s.api.core.v1.PodSpec")
    assert range_of(pod["priority"]) == (-INT32 - 1, INT32)
    assert range_of(pod["terminationGracePeriodSeconds"]) == (-(2**63), 2**63 - 1)
    assert not is_amount(schema().fields(CONTAINER)["image"])
