"""What others did to what was applied, on a real API server, and taking it into the design."""

from __future__ import annotations

import json
from typing import Any

import pytest

from designer.clusters.apply import apply_documents
from designer.clusters.client import Client
from designer.clusters.drift import Drifted, drift, taken
from designer.clusters.target import Target
from designer.manifests.types import Documents
from tests.cluster.control_plane import ControlPlane
from tests.cluster.documents import config_map, deployment

pytestmark = pytest.mark.cluster


@pytest.fixture
def target(client: Client, namespace: str) -> Target:
    return Target(client, namespace, "7")


def told(found: list[Drifted]) -> dict[str, tuple[str, list[tuple[str, Any, Any, bool]]]]:
    return {
        each.kind: (each.state, [(".".join(map(str, c.named)), c.old, c.new, c.ours) for c in each.changes])
        for each in found
    }


def documents() -> Documents:
    web = deployment(env=[{"name": "A", "value": "1"}])
    web["spec"]["replicas"] = 1
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"password": "hunter2"}}
    return [web, config_map(colour="red"), secret]


def test_there_is_no_drift_after_an_apply(target: Target) -> None:
    list(apply_documents(target, documents()))
    assert {state for state, _ in told(list(drift(target, documents()))).values()} == {"same"}


def test_what_others_changed_added_and_deleted(target: Target, control_plane: ControlPlane) -> None:
    list(apply_documents(target, documents()))
    kubectl, there = control_plane.kubectl, ("-n", target.namespace)
    kubectl("scale", "deployment/web", "--replicas=3", *there)
    kubectl("set", "env", "deployment/web", "A=2", "B=3", *there)
    kubectl("annotate", "deployment/web", "example.org/why=because", *there)
    kubectl("delete", "configmap", "settings", *there)
    kubectl("patch", "secret", "s", "-p", json.dumps({"stringData": {"password": "changed!!"}}), *there)
    found = list(drift(target, documents()))
    env = "spec.template.spec.containers.app.env"
    assert told(found) == {
        "ConfigMap": ("gone", []),
        "Secret": ("changed", [("data.password", "••••", "••••", True)]),
        "Deployment": ("changed", [
            ("metadata.annotations.example.org/why", None, "because", False),
            ("spec.template.spec.containers.app.env.A.value", "1", "2", True),
            (f"{env}.B.name", None, "B", False),
            (f"{env}.B.value", None, "3", False),
            ("spec.replicas", 1, 3, True),
        ]),
    }  # fmt: skip
    by_kind = {each.kind: each for each in found}
    assert {owner.manager for owner in by_kind["Deployment"].who} >= {"kubectl-set", "kubectl-annotate", "kubectl"}

    out = taken(documents(), found)
    web = documents()[0]
    web["spec"]["replicas"] = 3
    web["metadata"]["annotations"] = {"example.org/why": "because"}
    web["spec"]["template"]["spec"]["containers"][0]["env"] = [
        {"name": "A", "value": "2"}, {"name": "B", "value": "3"},
    ]  # fmt: skip
    assert out[0] == web
    assert out[1] == config_map(colour="red")
    assert out[2]["stringData"] == {"password": "changed!!"}
    # What was taken is what there is: applied again, it changes nothing of it.
    list(apply_documents(target, out, take_over=[each.key for each in found]))
    assert {state for state, _ in told(list(drift(target, out))).values()} == {"same"}


def test_a_scale_of_what_the_design_does_not_say_is_no_drift(target: Target, control_plane: ControlPlane) -> None:
    web = deployment()
    list(apply_documents(target, [web]))
    control_plane.kubectl("scale", "deployment/web", "--replicas=3", "-n", target.namespace)
    control_plane.kubectl(
        "patch", "deployment", "web", "-n", target.namespace, "--subresource=status", "--type=merge",
        "-p", json.dumps({"status": {"replicas": 3}}),
    )  # fmt: skip
    assert told(list(drift(target, [web]))) == {"Deployment": ("same", [])}


def test_what_we_may_not_see_is_said_to_be_unknown(reader: Client, namespace: str) -> None:
    (one,) = drift(Target(reader, namespace, "7"), [config_map()])
    assert (one.state, one.changes) == ("unknown", ())
    assert "may not read" in one.message
