"""Applying whole designs to a real API server, and looking at the pods that come of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from designer.clusters.apply import ContainerStatus, FieldProblem, ObjectResult, apply_documents, pod_status
from designer.clusters.client import Client
from designer.manifests.types import Documents
from tests.cluster.control_plane import ControlPlane
from tests.cluster.documents import config_map, deployment, pod

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("cluster")]

SERVICE = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}}


def run(client: Client, documents: Documents, namespace: str, dry_run: bool = False, **more: Any) -> list[ObjectResult]:
    return list(apply_documents(client, documents, namespace, dry_run, **more))


def actions(results: list[ObjectResult]) -> list[tuple[str, str]]:
    return [(result.kind, result.action) for result in results]


def test_created_then_unchanged_then_configured(client: Client, namespace: str) -> None:
    documents = [deployment(), SERVICE, config_map(colour="red")]
    new = [("ConfigMap", "created"), ("Service", "created"), ("Deployment", "created")]
    assert actions(run(client, documents, namespace, dry_run=True)) == new
    results = run(client, documents, namespace)
    assert actions(results) == new
    assert [result.index for result in results] == [2, 1, 0]
    assert {result.namespace for result in results} == {namespace}

    same = [("ConfigMap", "unchanged"), ("Service", "unchanged"), ("Deployment", "unchanged")]
    assert actions(run(client, documents, namespace, dry_run=True)) == same
    assert actions(run(client, documents, namespace)) == same

    documents = [deployment(image="nginx:2"), SERVICE, config_map(colour="red")]
    changed = [("ConfigMap", "unchanged"), ("Service", "unchanged"), ("Deployment", "configured")]
    assert actions(run(client, documents, namespace, dry_run=True)) == changed
    assert actions(run(client, documents, namespace)) == changed
    assert actions(run(client, documents, namespace)) == same


def test_a_field_taken_out_of_the_design_goes_from_the_cluster(client: Client, namespace: str) -> None:
    run(client, [config_map(colour="red", size="9")], namespace)
    assert actions(run(client, [config_map(colour="red")], namespace)) == [("ConfigMap", "configured")]
    live = client.get(config_map(), namespace)
    assert live is not None
    assert live.document["data"] == {"colour": "red"}


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (pod(imagee="x"), ("spec", "containers", 0, "imagee")),
        (deployment(imagee="x"), ("spec", "template", "spec", "containers", 0, "imagee")),
        (pod(ports=[{"containerPort": 99999}]), ("spec", "containers", 0, "ports", 0, "containerPort")),
        (pod(ports=[{"containerPort": "x"}]), ("spec", "containers", 0, "ports", 0, "containerPort")),
        (pod(image=""), ("spec", "containers", 0, "image")),
        (pod(volumeMounts=[{"name": "gone", "mountPath": "/x"}]), ("spec", "containers", 0, "volumeMounts", 0, "name")),
        (config_map(**{"a b": "x"}), ("data", "a b")),
        (config_map(n=5), ("data", "n")),
    ],
)  # fmt: skip
def test_a_refusal_points_into_the_document(client: Client, namespace: str, document: dict, path: tuple) -> None:
    (result,) = run(client, [document], namespace, dry_run=True)
    assert result.action == "failed"
    assert [cause.path for cause in result.causes] == [path]
    assert result.causes[0].message in result.message


def test_two_containers_of_one_name_point_at_the_second(client: Client, namespace: str) -> None:
    document = pod()
    document["spec"]["containers"].append({"name": "app", "image": "other"})
    (result,) = run(client, [document], namespace, dry_run=True)
    field = '.spec.containers[name="app"]'
    problem = FieldProblem(field, ("spec", "containers", 1), 'duplicate entries for key [name="app"]')
    assert result.causes == (problem,)


def test_all_problems_of_an_object_are_told(client: Client, namespace: str) -> None:
    document = deployment(ports=[{"containerPort": 80}, {"containerPort": 0}], image="")
    document["spec"]["template"]["metadata"]["labels"] = {"app": "another"}
    (result,) = run(client, [document], namespace, dry_run=True)
    container = ("spec", "template", "spec", "containers", 0)
    assert [cause.path for cause in result.causes] == [
        ("spec", "template", "metadata", "labels"),
        (*container, "image"),
        (*container, "ports", 1, "containerPort"),
    ]


def test_a_dry_run_goes_on_and_an_apply_stops(client: Client, namespace: str) -> None:
    documents = [pod(image=""), config_map(n=5), deployment()]
    assert actions(run(client, documents, namespace, dry_run=True)) == [
        ("ConfigMap", "failed"),
        ("Pod", "failed"),
        ("Deployment", "created"),
    ]
    results = run(client, documents, namespace)
    assert actions(results) == [("ConfigMap", "failed"), ("Pod", "skipped"), ("Deployment", "skipped")]
    assert results[1].message == "Not applied, because ConfigMap settings failed before it."
    assert client.get(deployment(), namespace) is None


def test_a_namespace_that_comes_with_the_design(client: Client, namespace: str) -> None:
    name = f"{namespace}-own"
    own = config_map(colour="red")
    own["metadata"]["namespace"] = name
    documents = [own, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}]
    tried = run(client, documents, namespace, dry_run=True)
    assert actions(tried) == [("Namespace", "created"), ("ConfigMap", "skipped")]
    assert (
        tried[1].message
        == f"Not tried: the namespace {name} comes with the design and is not there before it is applied."
    )
    done = run(client, documents, namespace)
    assert actions(done) == [("Namespace", "created"), ("ConfigMap", "created")]
    assert [result.namespace for result in done] == ["", name]
    client.delete(documents[1], "")


def test_a_kind_that_comes_with_the_design(client: Client, namespace: str) -> None:
    group = f"{namespace}.example.org"
    schema = {"type": "object", "properties": {"spec": {"type": "object", "properties": {"size": {"type": "integer"}}}}}
    names = {"kind": "Mesh", "plural": "meshes", "singular": "mesh"}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"meshes.{group}"},
        "spec": {"group": group, "names": names, "scope": "Namespaced", "versions": [version]},
    }
    mesh = {"apiVersion": f"{group}/v1", "kind": "Mesh", "metadata": {"name": "m"}, "spec": {"size": 3}}
    tried = run(client, [mesh, definition], namespace, dry_run=True)
    assert actions(tried) == [("CustomResourceDefinition", "created"), ("Mesh", "skipped")]
    assert actions(run(client, [mesh, definition], namespace)) == [
        ("CustomResourceDefinition", "created"),
        ("Mesh", "created"),
    ]
    # Strict validation holds for custom resources too, and their unknown fields are kept up to there.
    (refused,) = run(client, [{**mesh, "spec": {"size": 3, "colour": "red"}}], namespace, dry_run=True)
    assert [cause.path for cause in refused.causes] == [("spec", "colour")]
    client.delete(definition, "")


def test_a_conflict_names_the_owner_until_it_is_forced(
    client: Client, control_plane: ControlPlane, namespace: str
) -> None:
    theirs = json.dumps(deployment(image="theirs"))
    control_plane.kubectl("apply", "--server-side", "--field-manager=team-b", "-n", namespace, "-f", "-", stdin=theirs)
    (result,) = run(client, [deployment(image="ours")], namespace)
    assert result.action == "failed"
    assert [owner.manager for owner in result.owners] == ["team-b"]
    assert [cause.path for cause in result.causes] == [("spec", "template", "spec", "containers", 0, "image")]
    assert actions(run(client, [deployment(image="ours")], namespace, force=True)) == [("Deployment", "configured")]


def test_warnings_stay_with_their_object(client: Client, namespace: str) -> None:
    old = pod()
    old["spec"]["nodeSelector"] = {"beta.kubernetes.io/os": "linux"}
    results = run(client, [old, config_map()], namespace, dry_run=True)
    assert [len(result.warnings) for result in results] == [0, 1]


def test_who_may_not_look_is_told_what_they_may_not_do(reader: Client, namespace: str) -> None:
    (result,) = run(reader, [pod()], namespace, dry_run=True)
    assert result.action == "failed"
    assert result.message.startswith(f"You may not patch pods in the namespace {namespace}")


def write_status(plane: ControlPlane, namespace: str, name: str, status: dict[str, Any]) -> None:
    patch = json.dumps({"status": status})
    plane.kubectl("patch", "pod", name, "-n", namespace, "--subresource=status", "--type=merge", "-p", patch)


def test_pod_status_tells_of_every_container(client: Client, control_plane: ControlPlane, namespace: str) -> None:
    if not control_plane.own:
        pytest.skip("writes a status, which a real kubelet would overwrite")
    document = pod()
    document["spec"]["initContainers"] = [
        {"name": "migrate", "image": "m"},
        {"name": "proxy", "image": "p", "restartPolicy": "Always"},
    ]
    run(client, [document], namespace)
    (fresh,) = pod_status(client, [document], namespace)
    assert (fresh.name, fresh.namespace, fresh.phase) == ("web", namespace, "Pending")
    assert [c.state for c in fresh.containers] == ["waiting"] * 3

    told = {"image": "x", "imageID": "", "restartCount": 0, "ready": False}
    ended = {"terminated": {"exitCode": 0, "reason": "Completed"}}
    waits = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 5m0s"}}
    write_status(control_plane, namespace, "web", {
        "phase": "Running",
        "initContainerStatuses": [
            {**told, "name": "migrate", "state": ended, "ready": True},
            {**told, "name": "proxy", "state": {"running": {}}, "ready": True, "restartCount": 1},
        ],
        "containerStatuses": [{**told, "name": "app", "state": waits, "restartCount": 7}],
    })  # fmt: skip
    (status,) = pod_status(client, [document], namespace)
    assert status.phase == "Running"
    assert status.containers == (
        ContainerStatus("migrate", "init", "terminated", "Completed", "", True, 0),
        ContainerStatus("proxy", "sidecar", "running", "", "", True, 1),
        ContainerStatus("app", "app", "waiting", "CrashLoopBackOff", "back-off 5m0s", False, 7),
    )


def test_pod_status_finds_a_workloads_own_pods(client: Client, control_plane: ControlPlane, namespace: str) -> None:
    if not control_plane.own:
        pytest.skip("makes pods that a real controller would take over")
    for name, labels in (("web-1", {"app": "web"}), ("web-2", {"app": "web"}), ("other", {"app": "other"})):
        each = pod(name)
        each["metadata"]["labels"] = labels
        run(client, [each], namespace)
    unscheduled = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes"}
    write_status(control_plane, namespace, "web-2", {"phase": "Pending", "conditions": [unscheduled]})
    documents = [config_map(), deployment()]
    found = pod_status(client, documents, namespace)
    assert [(status.index, status.name) for status in found] == [(1, "web-1"), (1, "web-2")]
    assert (found[1].reason, found[1].message) == ("Unschedulable", "0/3 nodes")
    chosen = deployment()
    chosen["spec"]["selector"] = {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]}
    chosen["spec"]["template"]["metadata"]["labels"] = {}
    assert [status.name for status in pod_status(client, [chosen], namespace)] == ["other"]
    assert pod_status(client, [pod("absent")], namespace) == []
