"""What an apply changes, leaf by leaf. Nothing here needs a cluster."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.clusters.compare import Change, asked_for, changes, masked
from designer.manifests.match import same
from designer.manifests.text import copy
from designer.manifests.types import get
from tests.cluster.documents import config_map, deployment, pod

Row = tuple[str, str, Any, Any]


def told(live: Any, predicted: Any, wanted: Any = None) -> list[Row]:
    return [(c.op, ".".join(map(str, c.named)), c.old, c.new) for c in changes(live, predicted, wanted)]


def container(**fields: Any) -> dict[str, Any]:
    return {"name": "app", "image": "nginx:1", **fields}


def of(*containers: Any) -> dict[str, Any]:
    return {**pod(), "spec": {"containers": list(containers)}}


@pytest.mark.parametrize(
    ("live", "predicted", "expected"),
    [
        (pod(), pod(), []),
        (pod(), pod(image="nginx:2"), [("replace", "spec.containers.app.image", "nginx:1", "nginx:2")]),
        (pod(), pod(stdin=True), [("add", "spec.containers.app.stdin", None, True)]),
        (pod(stdin=True), pod(), [("remove", "spec.containers.app.stdin", True, None)]),
        (
            of(container()),
            of({"name": "log", "image": "l"}, container()),
            [("add", "spec.containers.log.name", None, "log"), ("add", "spec.containers.log.image", None, "l")],
        ),
        (
            of(container(), {"name": "log", "image": "l"}),
            of({"name": "log", "image": "l"}, container()),
            [("move", "spec.containers.app", 0, 1)],
        ),
        (
            of(container()),
            of(container(name="web")),
            [
                ("remove", "spec.containers.app.name", "app", None),
                ("remove", "spec.containers.app.image", "nginx:1", None),
                ("add", "spec.containers.web.name", None, "web"),
                ("add", "spec.containers.web.image", None, "nginx:1"),
            ],
        ),
        (
            pod(args=["-v", "a", "b"]),
            pod(args=["-v", "c", "b", "d"]),
            [("replace", "spec.containers.app.args.1", "a", "c"), ("add", "spec.containers.app.args.3", None, "d")],
        ),
        (
            pod(ports=[{"containerPort": 80, "protocol": "TCP"}]),
            pod(ports=[{"containerPort": 80}, {"containerPort": 80, "protocol": "UDP"}]),
            [
                ("remove", "spec.containers.app.ports.80.protocol", "TCP", None),
                ("add", "spec.containers.app.ports.80/UDP.containerPort", None, 80),
                ("add", "spec.containers.app.ports.80/UDP.protocol", None, "UDP"),
            ],
        ),
        (pod(env=[]), pod(env=None), [("replace", "spec.containers.app.env", [], None)]),
        (config_map(a="1"), config_map(a="1", b=""), [("add", "data.b", None, "")]),
        (config_map(a=1), config_map(a=True), [("replace", "data.a", 1, True)]),
    ],
)  # fmt: skip
def test_what_changes(live: Any, predicted: Any, expected: list[Row]) -> None:
    # The design's order is the order of the rows.
    assert told(live, predicted, predicted) == expected


def test_noise_is_no_change() -> None:
    live, after = deployment(), deployment()
    for version, document in enumerate((live, after)):
        document["metadata"] |= {
            "uid": "u", "resourceVersion": str(version), "generation": version, "managedFields": [{"time": version}],
            "creationTimestamp": "x", "selfLink": "/x",
        }  # fmt: skip
        document["status"] = {"replicas": version}
    live["metadata"]["annotations"] = {"deployment.kubernetes.io/revision": "3"}
    live["spec"]["template"]["metadata"]["creationTimestamp"] = None
    assert told(live, after) == []
    live["metadata"]["annotations"]["example.org/x"] = "1"
    assert told(live, after) == [("remove", "metadata.annotations.example.org/x", "1", None)]


def test_what_the_server_fills_in_is_not_ours() -> None:
    wanted = pod(ports=[{"containerPort": 80}])
    live = copy(wanted)
    live["spec"]["dnsPolicy"] = "ClusterFirst"
    live["spec"]["containers"][0]["ports"][0]["protocol"] = "TCP"
    found = changes(None, live, wanted)
    assert {".".join(map(str, c.named)) for c in found if not c.ours} == {
        "spec.dnsPolicy", "spec.containers.app.ports.80.protocol",
    }  # fmt: skip
    assert [c.named[-1] for c in asked_for(found)][:3] == ["apiVersion", "kind", "name"]


def test_an_object_is_told_as_people_write_it_and_not_as_a_server_does() -> None:
    live = {"kind": "ConfigMap", "data": {"a": "1"}, "metadata": {"name": "c"}, "apiVersion": "v1"}
    assert [change.path for change in changes(live, None)] == [
        ("apiVersion",), ("kind",), ("metadata", "name"), ("data", "a"),
    ]  # fmt: skip


def test_an_object_that_goes_is_told_whole() -> None:
    assert [(op, name) for op, name, _, _ in told(config_map(a="1"), None)] == [
        ("remove", "apiVersion"), ("remove", "kind"), ("remove", "metadata.name"), ("remove", "data.a"),
    ]  # fmt: skip


def secret(field: str = "data", **values: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, field: values}


def test_a_secrets_values_are_masked_and_still_differ() -> None:
    one, two = (base64.b64encode(value).decode() for value in (b"hunter2hunter", b"x"))
    found = changes(secret(password=one, same=one), secret(password=two, same=one), secret("stringData", password="x"))
    assert [(c.op, c.named, c.old, c.new, c.ours) for c in found] == [
        ("replace", ("data", "password"), "••••", "••••", True)
    ]
    whole = changes({**secret(), "data": {}}, secret(password=one))
    assert [c.new for c in whole] == [{"password": "••••"}]


@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), st.binary(min_size=9, max_size=40), min_size=1))
def test_no_secret_value_is_ever_in_what_is_kept(values: dict[str, bytes]) -> None:
    held = {key: base64.b64encode(value).decode() for key, value in values.items()}
    for live, after in ((None, secret(**held)), (secret(**held), None), (secret(**held), {**secret(), "data": None})):
        kept = json.dumps([c.as_json for c in changes(live, after, after)])
        assert not [value for value in held.values() if value in kept]


@pytest.mark.parametrize("value", ["aGk=", "", "not base64!", "eA=="])
def test_a_masked_value_tells_nothing(value: str) -> None:
    assert masked(value) == "••••"


def test_what_is_too_long_to_read_is_cut() -> None:
    (change,) = changes(config_map(a="x"), config_map(a="y" * 100_000))
    assert len(change.new) < 70_000
    assert change.new.endswith("(100000 characters)")


NAMES = st.sampled_from(["app", "log", "web", "db"])
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["a", "b", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3),
    max_leaves=8,
)
CONTAINERS = st.lists(
    st.builds(
        lambda name, more: {"name": name, **more}, NAMES, st.dictionaries(st.sampled_from(["image", "args"]), VALUES)
    ),
    max_size=4,
    unique_by=lambda each: each["name"],
)
PODS = st.builds(
    lambda spec, containers: {**pod(), "spec": {**spec, "containers": containers}},
    st.dictionaries(st.sampled_from("xyz"), VALUES),
    CONTAINERS,
)


@given(PODS, PODS)
def test_there_are_changes_where_and_only_where_they_differ(live: Any, after: Any) -> None:
    found = changes(live, after, after)
    assert (found == []) == same(live, after)
    for change in found:
        # A path leads to what it says, in the version that has it.
        if change.op in ("add", "replace"):
            assert same(get(after, change.path), change.new)
        if change.op == "remove":
            assert change.old is None or not same(change.old, change.new)


@given(PODS, PODS)
def test_changes_are_kept_as_json_and_come_back(live: Any, after: Any) -> None:
    for change in changes(live, after):
        assert Change.from_json(json.loads(json.dumps(change.as_json))) == change


@given(PODS)
def test_a_new_object_is_the_sum_of_its_leaves(after: Any) -> None:
    out: dict[str, Any] = {}
    for change in changes(None, after, after):
        assert (change.op, change.ours) == ("add", True)
        place: Any = out
        for part in change.path[:-1]:
            place = place.setdefault(part, {})
        place[change.path[-1]] = change.new
    assert same(_lists(out), after)


def _lists(value: Any) -> Any:
    """Maps of indexes as the lists they were."""
    if not isinstance(value, dict):
        return value
    if value and all(isinstance(key, int) for key in value):
        return [_lists(value[index]) for index in range(len(value))]
    return {key: _lists(each) for key, each in value.items()}
