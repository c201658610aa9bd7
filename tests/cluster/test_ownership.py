"""Who owns which field. The tables need no cluster; one test asks a real API server for its managedFields."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.clusters.client import Client
from designer.clusters.ownership import Owner, leaves, managed, owners
from designer.manifests.types import Path, get
from tests.cluster.control_plane import ControlPlane
from tests.cluster.documents import deployment, pod

LIVE: dict[str, Any] = {
    **pod(ports=[{"containerPort": 80, "protocol": "TCP"}], args=["a", "b"]),
    "metadata": {
        "name": "web",
        "labels": {"app": "web", "example.org/x": "1"},
        "finalizers": ["a/b", "c"],
        "managedFields": [
            {
                "manager": "us", "operation": "Apply", "time": "2026-01-01T00:00:00Z",
                "fieldsV1": {
                    "f:metadata": {"f:labels": {"f:app": {}}, "f:finalizers": {'v:"c"': {}}},
                    "f:spec": {"f:containers": {'k:{"name":"app"}': {
                        ".": {}, "f:name": {}, "f:args": {},
                        "f:ports": {'k:{"containerPort":80,"protocol":"TCP"}': {".": {}, "f:containerPort": {}}},
                    }}},
                },
            },
            {
                "manager": "them", "operation": "Update",
                "fieldsV1": {"f:spec": {"f:containers": {'k:{"name":"app"}': {"f:image": {}}}}},
            },
            {
                "manager": "kubelet", "operation": "Update", "subresource": "status",
                "fieldsV1": {"f:status": {"f:phase": {}}},
            },
            {"manager": "odd", "fieldsV1": "x"},
            "odd",
        ],
    },
    "status": {"phase": "Running"},
}  # fmt: skip
APP: Path = ("spec", "containers", 0)


@pytest.mark.parametrize(
    ("path", "names"),
    [
        (("metadata", "labels", "app"), ["us"]),
        (("metadata", "labels", "example.org/x"), []),
        (("metadata", "labels"), []),
        (("metadata", "finalizers", 1), ["us"]),
        (("metadata", "finalizers", 0), []),
        ((*APP, "image"), ["them"]),
        ((*APP, "name"), ["us"]),
        (APP, ["us"]),
        ((*APP, "args"), ["us"]),
        ((*APP, "args", 1), ["us"]),  # owned as a whole
        ((*APP, "ports", 0), ["us"]),
        ((*APP, "ports", 0, "containerPort"), ["us"]),
        ((*APP, "ports", 0, "protocol"), []),
        (("spec", "containers", 7, "image"), []),
        (("status", "phase"), ["kubelet"]),
        (("nothing",), []),
        ((), []),
    ],
)
def test_the_owners_of_a_field(path: Path, names: list[str]) -> None:
    assert [owner.manager for owner in owners(LIVE, path)] == names


def test_an_owner_says_how_and_when() -> None:
    assert owners(LIVE, ("metadata", "labels", "app")) == [Owner("us", "Apply", "2026-01-01T00:00:00Z")]
    assert owners(LIVE, ("status", "phase"))[0].subresource == "status"


def test_leaves_are_the_paths_that_a_manager_owns() -> None:
    (_, ours), (_, theirs), _ = managed(LIVE)
    assert set(leaves(LIVE, ours)) == {
        ("metadata", "labels", "app"),
        ("metadata", "finalizers", 1),
        (*APP, "name"),
        (*APP, "args"),
        (*APP, "ports", 0, "containerPort"),
    }
    assert list(leaves(LIVE, theirs)) == [(*APP, "image")]


TREES: st.SearchStrategy[Any] = st.recursive(
    st.just({}) | st.none() | st.text(max_size=3),
    lambda inner: st.dictionaries(
        st.sampled_from(["f:a", "f:spec", ".", 'k:{"name":"app"}', "k:{", "v:1", "i:0", "x"]), inner, max_size=3
    ),
    max_leaves=8,
)


@given(st.lists(st.fixed_dictionaries({"manager": st.text(max_size=3), "fieldsV1": TREES}) | st.integers(), max_size=3))
def test_any_tree_is_read(entries: list[Any]) -> None:
    live = {**LIVE, "metadata": {"managedFields": entries}}
    for owner, fields in managed(live):
        for path in leaves(live, fields):
            assert get(live, path, "gone") != "gone"
            assert owner in owners(live, path)


@pytest.mark.cluster
def test_a_servers_own_words(client: Client, control_plane: ControlPlane, namespace: str) -> None:
    theirs = json.dumps(deployment(image="theirs", ports=[{"containerPort": 80}]))
    control_plane.kubectl("apply", "--server-side", "--field-manager=team-b", "-n", namespace, "-f", "-", stdin=theirs)
    ours = deployment(args=["-v"])
    del ours["spec"]["template"]["spec"]["containers"][0]["image"]
    live = client.apply(ours, namespace, False).document
    app = ("spec", "template", "spec", "containers", 0)

    def named(*path: str | int) -> list[str]:
        return sorted(owner.manager for owner in owners(live, (*app, *path)))

    assert named("image") == ["team-b"]
    assert named("args", 0) == ["pod-pattern-designer"]
    assert named("name") == ["pod-pattern-designer", "team-b"]
    assert named("ports", 0, "containerPort") == ["team-b"]
    assert named("imagePullPolicy") == []  # a default is nobody's
