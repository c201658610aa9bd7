"""What stands on what, in a design. Nothing here needs a cluster."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.clusters.needs import needs
from tests.cluster.documents import config_map, deployment, pod


def named(kind: str, name: str = "it", api_version: str = "v1", **more: Any) -> dict[str, Any]:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, **more}


def with_spec(**spec: Any) -> dict[str, Any]:
    found = deployment()
    found["spec"]["template"]["spec"] |= spec
    return found


def env(**value_from: Any) -> dict[str, Any]:
    return deployment(env=[{"name": "A", "valueFrom": value_from}])


@pytest.mark.parametrize(
    ("workload", "other"),
    [
        (env(configMapKeyRef={"name": "settings", "key": "a"}), config_map()),
        (env(secretKeyRef={"name": "it", "key": "a"}), named("Secret")),
        (deployment(envFrom=[{"configMapRef": {"name": "settings"}}]), config_map()),
        (with_spec(volumes=[{"name": "v", "configMap": {"name": "settings"}}]), config_map()),
        (with_spec(volumes=[{"name": "v", "secret": {"secretName": "it"}}]), named("Secret")),
        (with_spec(volumes=[{"name": "v", "projected": {"sources": [{"secret": {"name": "it"}}]}}]), named("Secret")),
        (
            with_spec(volumes=[{"name": "v", "persistentVolumeClaim": {"claimName": "it"}}]),
            named("PersistentVolumeClaim"),
        ),
        (with_spec(serviceAccountName="it"), named("ServiceAccount")),
        (with_spec(imagePullSecrets=[{"name": "it"}]), named("Secret")),
        (with_spec(priorityClassName="it"), named("PriorityClass")),
        (named("StatefulSet", "db", "apps/v1", spec={"serviceName": "it"}), named("Service")),
        (named("RoleBinding", roleRef={"kind": "Role", "name": "it"}), named("Role")),
        (named("RoleBinding", roleRef={"kind": "ClusterRole", "name": "it"}), named("ClusterRole")),
        (
            named("HorizontalPodAutoscaler", spec={"scaleTargetRef": {"kind": "Deployment", "name": "web"}}),
            deployment(),
        ),
        (config_map(), named("Namespace", "chosen")),
        (
            named("Mesh", "m", "example.org/v1"),
            named("CustomResourceDefinition", spec={"group": "example.org", "names": {"kind": "Mesh"}}),
        ),
    ],
)
def test_one_needs_the_other(workload: dict[str, Any], other: dict[str, Any]) -> None:
    found = needs([workload, other], "chosen")
    assert found == {0: {1}, 1: set()}


@pytest.mark.parametrize(
    ("workload", "other"),
    [
        (env(configMapKeyRef={"name": "settings", "key": "a", "optional": True}), config_map()),
        (with_spec(volumes=[{"name": "v", "configMap": {"name": "other"}}]), config_map()),
        (deployment(), named("Service", "web")),
        (config_map(), named("Namespace", "another")),
        (
            with_spec(serviceAccountName="it"),
            {**named("ServiceAccount"), "metadata": {"name": "it", "namespace": "elsewhere"}},
        ),
    ],
)
def test_one_does_without_the_other(workload: dict[str, Any], other: dict[str, Any]) -> None:
    assert needs([workload, other], "chosen") == {0: set(), 1: set()}


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["kind", "spec", "metadata", "roleRef", "apiVersion"]), st.sampled_from(
            ["Pod", "RoleBinding", "CustomResourceDefinition", 7, None, {}, {"volumes": [1]}, [], pod()]
        )),
        max_size=4,
    )
)  # fmt: skip
def test_any_documents_have_needs_inside_the_design(documents: list[Any]) -> None:
    found = needs(documents, "chosen")
    assert set(found) == set(range(len(documents)))
    assert all(index not in others and others <= set(found) for index, others in found.items())
