"""Applying whole designs to a real API server."""

from __future__ import annotations

import json
from typing import Any

import pytest

from designer.clusters.apply import apply_documents
from designer.clusters.client import Client
from designer.clusters.objects import key_of
from designer.clusters.preview import foresee
from designer.clusters.results import ObjectResult
from designer.clusters.target import Target
from designer.manifests.types import Document, Documents
from tests.cluster.control_plane import ControlPlane
from tests.cluster.documents import config_map, deployment, pod

pytestmark = pytest.mark.cluster

SERVICE = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}}


def run(client: Client, documents: Documents, namespace: str, **more: Any) -> list[ObjectResult]:
    return list(apply_documents(Target(client, namespace, "7"), documents, **more))


def actions(results: list[ObjectResult]) -> list[tuple[str, str]]:
    return [(result.kind, result.action) for result in results]


def test_created_then_unchanged_then_configured(client: Client, namespace: str) -> None:
    documents = [deployment(), SERVICE, config_map(colour="red")]
    results = run(client, documents, namespace)
    assert actions(results) == [("ConfigMap", "created"), ("Service", "created"), ("Deployment", "created")]
    assert [result.index for result in results] == [2, 1, 0]
    assert {result.namespace for result in results} == {namespace}

    same = [("ConfigMap", "unchanged"), ("Service", "unchanged"), ("Deployment", "unchanged")]
    versions = [version(client, document, namespace) for document in documents]
    assert actions(run(client, documents, namespace)) == same
    assert [version(client, document, namespace) for document in documents] == versions

    documents = [deployment(image="nginx:2"), SERVICE, config_map(colour="red")]
    results = run(client, documents, namespace)
    assert actions(results) == [("ConfigMap", "unchanged"), ("Service", "unchanged"), ("Deployment", "configured")]
    (change,) = results[2].changes
    assert (change.op, change.named[-2:], change.old, change.new) == ("replace", ("app", "image"), "nginx:1", "nginx:2")
    assert actions(run(client, documents, namespace)) == same


def version(client: Client, document: Any, namespace: str) -> str:
    live = client.get(document, namespace)
    assert live is not None
    return str(live.document["metadata"]["resourceVersion"])


def test_objects_carry_whose_they_are_and_their_pods_do_not(client: Client, namespace: str) -> None:
    theirs = config_map(colour="red")
    theirs["metadata"]["labels"] = {"app.kubernetes.io/managed-by": "Helm"}
    run(client, [deployment(), theirs], namespace)
    live = [client.get(document, namespace) for document in (deployment(), theirs)]
    labels = [each.document["metadata"]["labels"] for each in live if each]
    assert labels[0] == {"app.kubernetes.io/managed-by": "pod-pattern-designer", "podpatterns.dev/design": "7"}
    assert labels[1] == {"app.kubernetes.io/managed-by": "Helm", "podpatterns.dev/design": "7"}
    assert live[0]
    spec = live[0].document["spec"]
    assert (spec["selector"], spec["template"]["metadata"]["labels"]) == (
        {"matchLabels": {"app": "web"}},
        {"app": "web"},
    )


def test_a_field_taken_out_of_the_design_goes_from_the_cluster(client: Client, namespace: str) -> None:
    run(client, [config_map(colour="red", size="9")], namespace)
    assert actions(run(client, [config_map(colour="red")], namespace)) == [("ConfigMap", "configured")]
    live = client.get(config_map(), namespace)
    assert live is not None
    assert live.document["data"] == {"colour": "red"}


def test_a_failure_stops_only_what_needs_it(client: Client, namespace: str) -> None:
    needy = deployment("needy", envFrom=[{"configMapRef": {"name": "settings"}}])
    scaler: dict[str, Any] = {
        "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "needy"}
    }  # fmt: skip
    reference = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "needy"}
    scaler["spec"] = {"scaleTargetRef": reference, "maxReplicas": 2}
    documents = [scaler, pod(image=""), config_map(n=5), needy, deployment()]
    results = run(client, documents, namespace)
    assert actions(results) == [
        ("ConfigMap", "failed"),
        ("Pod", "failed"),
        ("Deployment", "skipped"),
        ("Deployment", "created"),
        ("HorizontalPodAutoscaler", "skipped"),
    ]
    assert results[2].message == "Not applied: it needs ConfigMap settings, which was not applied."
    assert results[4].message == "Not applied: it needs Deployment needy, which was not applied."
    assert client.get(needy, namespace) is None


def test_a_namespace_that_comes_with_the_design(client: Client, namespace: str) -> None:
    name = f"{namespace}-own"
    own = config_map(colour="red")
    own["metadata"]["namespace"] = name
    documents = [own, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}]
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
    tried = list(foresee(Target(client, namespace), [mesh, definition]))
    assert actions(tried) == [("CustomResourceDefinition", "new"), ("Mesh", "waits")]
    assert actions(run(client, [mesh, definition], namespace)) == [
        ("CustomResourceDefinition", "created"),
        ("Mesh", "created"),
    ]
    # Strict validation holds for custom resources too, and their unknown fields are kept up to there.
    (refused,) = foresee(Target(client, namespace), [{**mesh, "spec": {"size": 3, "colour": "red"}}])
    assert [cause.path for cause in refused.causes] == [("spec", "colour")]
    client.delete(definition, "")


def test_a_conflict_is_not_forced_until_it_is_chosen(
    client: Client, control_plane: ControlPlane, namespace: str
) -> None:
    theirs = json.dumps(deployment(image="theirs"))
    control_plane.kubectl("apply", "--server-side", "--field-manager=team-b", "-n", namespace, "-f", "-", stdin=theirs)
    ours = deployment(image="ours")
    (result,) = run(client, [ours], namespace)
    assert result.action == "failed"
    assert [(o.manager, o.live, o.wanted, o.operation) for o in result.owners] == [
        ("team-b", "theirs", "ours", "Apply")
    ]
    assert [cause.path for cause in result.causes] == [("spec", "template", "spec", "containers", 0, "image")]
    (taken,) = run(client, [ours], namespace, take_over=[key_of(ours, namespace)])
    assert (taken.action, taken.changes[-1].new) == ("configured", "ours")


def test_what_cannot_change_is_created_anew_only_where_that_is_chosen(client: Client, namespace: str) -> None:
    run(client, [pod()], namespace)
    moved = pod(args=["-v"])
    (failed,) = run(client, [moved], namespace)
    assert failed.action == "failed"
    assert "has to be deleted and created anew" in failed.message
    assert "{" not in repr([failed.message, failed.causes])
    (anew,) = run(client, [moved], namespace, recreate=[key_of(moved, namespace)])
    assert anew.action == "recreated"
    live = client.get(moved, namespace)
    assert live is not None
    assert live.document["spec"]["containers"][0]["args"] == ["-v"]
    assert live.document["metadata"]["uid"] == anew.uid
    # One that could be changed in place is.
    (same,) = run(client, [moved], namespace, recreate=[key_of(moved, namespace)])
    assert same.action == "unchanged"


def test_an_object_that_the_design_has_twice_is_applied_once(client: Client, namespace: str) -> None:
    documents = [config_map("a", x="1"), config_map("b"), config_map("a", y="1")]
    elsewhere = {**config_map("a"), "metadata": {"name": "a", "namespace": "default"}}
    target = Target(client, namespace, "7")
    assert [each.action for each in foresee(target, [*documents, elsewhere])] == ["new", "new", "refused", "new"]
    first, _, second = apply_documents(target, documents)
    assert (first.action, second.action) == ("created", "failed")
    assert second.message.startswith("The design has this object twice.")
    assert [action for _, action in actions(run(client, documents, namespace))] == ["unchanged", "unchanged", "failed"]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"apiVersion": "v1", "kind": "List", "items": []}, "Unpack it in the design"),
        ({"apiVersion": "v1", "kind": "Pod", "metadata": {"generateName": "p-"}}, "Give it a name"),
    ],
)
def test_what_has_no_name_says_what_to_do(client: Client, namespace: str, document: Document, words: str) -> None:
    (refused,) = foresee(Target(client, namespace, "7"), [document])
    assert (refused.action, words in refused.message) == ("refused", True)
