"""Fields that exclude each other are known as groups, and what breaks one is told."""

from __future__ import annotations

import re
from typing import Any

import pytest

from designer.manifests import oneof
from designer.manifests.schema import VOLUME, schema, versions
from tests.manifests.test_schema_choices import fields, key

EXCLUDES = re.compile(
    r"[Ee]xactly one of|mutually.exclusive|but not both|neither of the other|[Oo]ne and only one|[Pp]resent only if"
)
# JobSchedulingConfiguration says it of the fields of the type of its field, which has the group.
ELSEWHERE = {("JobSchedulingConfiguration", "schedulingPolicy"), ("JobSchedulingConfiguration", "disruptionMode")}


def definition(short: str, version: str = "") -> str:
    return next(name for name in schema(version).definitions() if name.rpartition(".")[2] == short)


def group(short: str, version: str = "") -> oneof.OneOf:
    return oneof.groups(schema(version), definition(short, version))[0]


@pytest.mark.parametrize("version", versions())
def test_fields_whose_description_says_it_are_in_a_group(version: str) -> None:
    found = schema(version)
    owners = {field.owner for field in fields(found)}
    spoken = [field for field in fields(found) if EXCLUDES.search(field.description)]
    assert len(spoken) > 5
    wrong = [key(field) for field in spoken if oneof.group_of(found, field.owner, field.name) is None]
    assert set(wrong) <= ELSEWHERE
    assert [o for o in owners if EXCLUDES.search(found.description(o)) and not oneof.groups(found, o)] == []


def test_every_group_is_of_a_definition_that_there_is() -> None:
    owners = {field.owner.rpartition(".")[2] for version in versions() for field in fields(schema(version))}
    assert oneof.names() <= owners


def test_every_member_is_a_field() -> None:
    for field in fields(schema()):
        for one in oneof.groups(schema(), field.owner):
            assert {*one.members, *([one.by] if one.by else [])} <= set(schema().fields(field.owner))


def test_a_version_has_its_own_members() -> None:
    assert "image" in group("Volume").members
    assert "image" not in group("Volume", "1.25").members
    assert "name" not in group("Volume").members
    assert "sleep" not in group("LifecycleHandler", "1.25").members
    assert oneof.groups(schema("1.25"), "io.k8s.api.core.v1.Nothing") == ()
    assert oneof.group_of(schema(), VOLUME, "name") is None


@pytest.mark.parametrize(
    ("short", "value", "chosen", "problem"),
    [
        ("Volume", {"name": "v"}, "", ""),
        ("Volume", {"name": "v", "emptyDir": {}}, "emptyDir", ""),
        (
            "Volume",
            {"name": "v", "secret": {}, "emptyDir": {}},
            "emptyDir",
            "only one of emptyDir and secret may be set: choose which to keep",
        ),
        ("NetworkPolicyPeer", {"podSelector": {}, "namespaceSelector": {}}, "podSelector", ""),
        (
            "NetworkPolicyPeer",
            {"namespaceSelector": {}, "ipBlock": {}},
            "podSelector",
            "only one of podSelector and ipBlock may be set: choose which to keep",
        ),
        ("DeploymentStrategy", {"type": "Recreate"}, "Recreate", ""),
        (
            "DeploymentStrategy",
            {"type": "Recreate", "rollingUpdate": {}},
            "Recreate",
            "rollingUpdate must not be set when type is Recreate: remove it, or choose another",
        ),
        ("MetricSpec", {"type": "Pods", "pods": {}}, "Pods", ""),
        ("MetricSpec", "text", "", ""),
    ],
)
def test_what_is_chosen_and_what_is_wrong(short: str, value: Any, chosen: str, problem: str) -> None:
    assert group(short).chosen(value) == chosen
    assert group(short).problem(value) == problem
