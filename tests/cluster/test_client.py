"""The client's verbs against a real API server."""

from __future__ import annotations

import json

import pytest

from designer.clusters.client import Client, Resource
from designer.clusters.errors import Cause, ClusterError, Owner
from designer.clusters.transport import FIELD_MANAGER
from tests.cluster.control_plane import ControlPlane
from tests.cluster.documents import config_map, deployment, pod

WRONG_TYPE = "expected string"
OUT_OF_RANGE = "Invalid value: 99999: must be between 1 and 65535, inclusive"
pytestmark = pytest.mark.cluster


def test_says_its_version_and_namespaces(client: Client, namespace: str) -> None:
    assert client.version().startswith("v1.")
    assert {"default", namespace} <= set(client.namespaces())


def test_discovers_how_the_api_calls_a_kind(client: Client) -> None:
    assert client.resource_of("v1", "Pod") == Resource("", "v1", "pods", "Pod", True)
    assert client.resource_of("v1", "Namespace") == Resource("", "v1", "namespaces", "Namespace", False)
    assert client.resource_of("apps/v1", "Deployment") == Resource("apps", "v1", "deployments", "Deployment", True)


@pytest.mark.parametrize(
    ("api_version", "kind"), [("v1", "Pood"), ("apps/v7", "Deployment"), ("example.org/v1", "Mesh")]
)
def test_a_kind_the_cluster_does_not_know(client: Client, namespace: str, api_version: str, kind: str) -> None:
    with pytest.raises(ClusterError) as caught:
        client.apply({"apiVersion": api_version, "kind": kind, "metadata": {"name": "x"}}, namespace, dry_run=True)
    assert caught.value.kind == "unknown-kind"
    assert caught.value.message == f"The cluster knows no kind {kind} in {api_version}."


def test_a_dry_run_is_accepted_and_leaves_nothing(client: Client, namespace: str) -> None:
    answer = client.apply(pod(), namespace, dry_run=True)
    assert answer.created
    assert answer.document["spec"]["dnsPolicy"] == "ClusterFirst"  # the server's defaults are in what comes back
    assert client.get(pod(), namespace) is None


def test_applies_as_its_own_field_manager(client: Client, control_plane: ControlPlane, namespace: str) -> None:
    assert client.apply(pod(), namespace, dry_run=False).created
    live = control_plane.json("get", "pod", "web", "-n", namespace, "--show-managed-fields")
    assert [(m["manager"], m["operation"]) for m in live["metadata"]["managedFields"]] == [(FIELD_MANAGER, "Apply")]
    assert FIELD_MANAGER == "pod-pattern-designer"


def test_an_object_read_from_the_cluster_can_be_applied_back(client: Client, namespace: str) -> None:
    client.apply(config_map(colour="red"), namespace, dry_run=False)
    live = client.get(config_map(), namespace)
    assert live is not None
    assert "managedFields" in live.document["metadata"]
    again = client.apply(live.document, namespace, dry_run=False)
    assert not again.created
    assert again.document["data"] == {"colour": "red"}


def test_deletes_once(client: Client, namespace: str) -> None:
    client.apply(config_map(), namespace, dry_run=False)
    assert client.delete(config_map(), namespace, dry_run=True)
    assert client.delete(config_map(), namespace)
    assert not client.delete(config_map(), namespace)


def test_another_managers_field_is_a_conflict_that_names_it(
    client: Client, control_plane: ControlPlane, namespace: str
) -> None:
    theirs = json.dumps(config_map(colour="red"))
    control_plane.kubectl("apply", "--server-side", "--field-manager=other", "-n", namespace, "-f", "-", stdin=theirs)
    with pytest.raises(ClusterError) as caught:
        client.apply(config_map(colour="blue"), namespace, dry_run=True)
    assert caught.value.kind == "conflict"
    assert caught.value.owners == (Owner("other", ".data.colour"),)
    assert "data.colour (other)" in caught.value.message
    taken = client.apply(config_map(colour="blue"), namespace, dry_run=False, force=True)
    assert taken.document["data"] == {"colour": "blue"}


def test_says_who_may_not_do_what(reader: Client, client: Client, namespace: str) -> None:
    assert client.can("patch", "apps", "deployments", namespace)
    assert not reader.can("patch", "apps", "deployments", namespace)
    with pytest.raises(ClusterError) as caught:
        reader.apply(deployment(), namespace, dry_run=True)
    assert (caught.value.kind, caught.value.status) == ("forbidden", 403)
    assert caught.value.message == (
        f"You may not patch deployments.apps in the namespace {namespace}; the cluster knows you as designer-reader."
    )
    with pytest.raises(ClusterError, match="You may not list namespaces in the whole cluster"):
        reader.namespaces()


def test_a_namespace_that_is_not_there(client: Client) -> None:
    with pytest.raises(ClusterError) as caught:
        client.apply(pod(), "nowhere", dry_run=True)
    assert (caught.value.kind, caught.value.message) == ("namespace", "The cluster has no namespace 'nowhere'.")


def test_a_policy_that_forbids_is_not_taken_for_missing_rights(
    client: Client, control_plane: ControlPlane, namespace: str
) -> None:
    control_plane.kubectl("label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted")
    with pytest.raises(ClusterError) as caught:
        client.apply(pod(), namespace, dry_run=True)
    assert caught.value.kind == "forbidden"
    assert "policy refuses Pod web" in caught.value.message
    assert 'violates PodSecurity "restricted:latest"' in caught.value.message


def test_hands_on_the_servers_warnings(client: Client, control_plane: ControlPlane, namespace: str) -> None:
    control_plane.kubectl("label", "namespace", namespace, "pod-security.kubernetes.io/warn=restricted")
    old = pod()
    old["spec"]["nodeSelector"] = {"beta.kubernetes.io/os": "linux"}
    warnings = client.apply(old, namespace, dry_run=True).warnings
    # The second holds quotes, commas and backslashes of its own.
    assert any(
        w == 'spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead'
        for w in warnings
    )
    assert any(
        w.startswith('would violate PodSecurity "restricted:latest": allowPrivilegeEscalation') for w in warnings
    )
    assert client.apply(config_map(), namespace, dry_run=True).warnings == ()


@pytest.mark.parametrize(
    ("document", "cause"),
    [
        (pod(imagee="x"), Cause('.spec.containers[name="app"].imagee', "field not declared in schema")),
        (pod(image=5), Cause('.spec.containers[name="app"].image', WRONG_TYPE)),
        (
            pod(env=[{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]),
            Cause('.spec.containers[name="app"].env[name="A"]', 'duplicate entries for key [name="A"]'),
        ),
        (
            pod(ports=[{"containerPort": 99999}]),
            Cause("spec.containers[0].ports[0].containerPort", OUT_OF_RANGE),
        ),
    ],
    ids=["unknown field", "wrong type", "double name", "out of range"],
)  # fmt: skip
def test_what_is_invalid_names_the_field(client: Client, namespace: str, document: dict, cause: Cause) -> None:
    with pytest.raises(ClusterError) as caught:
        client.apply(document, namespace, dry_run=True)
    assert caught.value.kind == "invalid"
    assert caught.value.causes == (cause,)
    assert cause.message in caught.value.message


@pytest.mark.parametrize(
    "document", [{}, {"apiVersion": "v1", "kind": "Pod", "metadata": {}}, {"apiVersion": 1, "kind": []}]
)
def test_a_document_that_is_no_object(client: Client, namespace: str, document: dict) -> None:
    with pytest.raises(ClusterError, match="needs an apiVersion, a kind and a name"):
        client.apply(document, namespace, dry_run=True)


def test_a_name_cannot_reach_another_url(client: Client, namespace: str) -> None:
    for name in ("../../../nodes", "a/b", "x%2fy", ".", ".."):
        with pytest.raises(ClusterError, match="cannot be a name") as caught:
            client.apply(config_map(name), namespace, dry_run=True)
        assert caught.value.causes[0].field == "metadata.name"
    assert client.get(config_map("a?watch=true#"), namespace) is None
