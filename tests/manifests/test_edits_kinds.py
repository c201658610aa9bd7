from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.manifests.edits.kinds import KINDS, change_kind
from designer.manifests.edits.starter import new_workload
from designer.manifests.pod import kind_of, pod_at, pods
from designer.manifests.schema import schema
from designer.manifests.types import Document, ManifestError, get

POD_SPEC = {"containers": [{"name": "web", "image": "nginx"}]}


def pod(**spec: Any) -> Document:
    metadata = {"name": "shop", "namespace": "prod", "labels": {"app": "web"}, "annotations": {"a": "b"}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {**spec, **POD_SPEC}}


def workload(kind: str, api_version: str = "apps/v1", **spec: Any) -> Document:
    template = {"metadata": {"labels": {"app": "web"}}, "spec": POD_SPEC}
    metadata = {"name": "shop", "labels": {"team": "a"}}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": {**spec, "template": template}}


def test_a_pods_labels_go_to_the_template_and_its_name_to_the_workload() -> None:
    edited = change_kind([pod()], 0, "Deployment")
    assert edited.documents == [
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "shop", "namespace": "prod"},
            "spec": {
                "selector": {"matchLabels": {"app": "web"}},
                "template": {"metadata": {"labels": {"app": "web"}, "annotations": {"a": "b"}}, "spec": POD_SPEC},
            },
        }
    ]
    assert list(edited.documents[0]["spec"]) == ["selector", "template"]
    assert (edited.select, edited.notes) == ("0", ())


@pytest.mark.parametrize("kind", KINDS)
def test_there_and_back_gives_the_same_pod(kind: str) -> None:
    before = [pod(restartPolicy="OnFailure" if "Job" in kind else "Always")]
    kept = deepcopy(before)
    there = change_kind(before, 0, kind)
    back = change_kind(there.documents, 0, "Pod")
    assert back.documents == kept == before
    assert there.notes == ()


def test_a_pod_without_labels_gets_the_one_that_a_selector_needs() -> None:
    document = pod()
    del document["metadata"]["labels"]
    (after,) = change_kind([document], 0, "DaemonSet").documents
    assert after["spec"]["selector"] == {"matchLabels": {"app": "shop"}}
    assert after["spec"]["template"]["metadata"]["labels"] == {"app": "shop"}


def test_a_pod_that_is_hardly_there_becomes_a_workload() -> None:
    (after,) = change_kind([{"apiVersion": "v1", "kind": "Pod"}], 0, "Deployment").documents
    assert after["spec"] == {
        "selector": {"matchLabels": {"app": "app"}},
        "template": {"spec": {}, "metadata": {"labels": {"app": "app"}}},
    }


def test_fields_that_both_kinds_have_stay_and_the_others_are_told() -> None:
    update = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "partition": 2}}
    before = workload(
        "StatefulSet", replicas=3, minReadySeconds=5, updateStrategy=update, podManagementPolicy="Parallel"
    )
    edited = change_kind([before], 0, "DaemonSet")
    assert edited.documents[0]["spec"] == {
        "minReadySeconds": 5,
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1}},
        "selector": {"matchLabels": {"app": "web"}},
        "template": before["spec"]["template"],
    }
    assert edited.documents[0]["metadata"] == before["metadata"]
    assert edited.notes == (
        "Dropped replicas, updateStrategy.rollingUpdate.partition and podManagementPolicy, "
        "which a DaemonSet does not have.",
    )


def test_the_labels_of_a_workload_that_becomes_a_pod_are_kept_under_the_templates() -> None:
    edited = change_kind([workload("Deployment", replicas=2)], 0, "Pod")
    assert edited.documents[0]["metadata"] == {"name": "shop", "labels": {"team": "a", "app": "web"}}
    assert edited.notes == ("Dropped replicas, which a Pod does not have.",)


@pytest.mark.parametrize(
    ("kind", "policy", "expected", "note"),
    [
        ("Job", None, "OnFailure", "Set restartPolicy to OnFailure: the pod of a Job cannot restart always."),
        (
            "Job",
            "Always",
            "OnFailure",
            "Set restartPolicy to OnFailure: the pod of a Job cannot restart always.",
        ),
        ("CronJob", "Never", "Never", ""),
        ("Deployment", "Never", None, "Dropped restartPolicy Never: the pods of a Deployment always restart."),
        ("Deployment", "Always", "Always", ""),
    ],
)
def test_the_restart_policy_is_one_that_the_kind_allows(kind: str, policy: Any, expected: Any, note: str) -> None:
    edited = change_kind([pod(**({"restartPolicy": policy} if policy else {}))], 0, kind)
    (found,) = pods(edited.documents)
    assert found.spec.get("restartPolicy") == expected
    assert edited.notes == ((note,) if note else ())


def test_a_job_goes_into_a_cron_job_and_out_again() -> None:
    job = workload("Job", "batch/v1", backoffLimit=2, parallelism=3)
    job["spec"]["template"]["spec"] = {**POD_SPEC, "restartPolicy": "Never"}
    there = change_kind([job], 0, "CronJob")
    assert there.documents[0]["spec"] == {"schedule": "*/5 * * * *", "jobTemplate": {"spec": job["spec"]}}
    back = change_kind(there.documents, 0, "Job")
    assert back.documents == [job]
    assert back.notes == ("Dropped schedule, which a Job does not have.",)


def test_what_the_job_controller_wrote_does_not_follow_into_a_deployment() -> None:
    job = workload("Job", "batch/v1", selector={"matchLabels": {"batch.kubernetes.io/controller-uid": "x"}})
    job["spec"]["template"]["metadata"]["labels"]["batch.kubernetes.io/controller-uid"] = "x"
    edited = change_kind([job], 0, "Deployment")
    assert edited.documents[0]["spec"]["template"]["metadata"]["labels"] == {"app": "web"}
    assert edited.documents[0]["spec"]["selector"] == {"matchLabels": {"app": "web"}}


def test_claim_templates_become_ephemeral_volumes_so_that_mounts_hold() -> None:
    claim = {"metadata": {"name": "data", "labels": {"x": "y"}}, "spec": {"accessModes": ["ReadWriteOnce"]}}
    edited = change_kind([workload("StatefulSet", volumeClaimTemplates=[claim])], 0, "Deployment")
    (found,) = pods(edited.documents)
    template = {"metadata": {"labels": {"x": "y"}}, "spec": {"accessModes": ["ReadWriteOnce"]}}
    assert found.spec["volumes"] == [{"name": "data", "ephemeral": {"volumeClaimTemplate": template}}]
    assert edited.notes == ("Made the claim data an ephemeral volume, as a Deployment has no volumeClaimTemplates.",)


def test_a_stateful_set_takes_the_service_that_selects_it() -> None:
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"selector": {"app": "web"}}}
    assert change_kind([workload("Deployment"), service], 0, "StatefulSet").documents[0]["spec"]["serviceName"] == "web"
    assert change_kind([workload("Deployment")], 0, "StatefulSet").documents[0]["spec"]["serviceName"] == "shop"


def test_an_autoscaler_follows_or_is_told() -> None:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "shop"}
    scaler = {"kind": "HorizontalPodAutoscaler", "metadata": {"name": "h"}, "spec": {"scaleTargetRef": target}}
    edited = change_kind([workload("Deployment"), scaler], 0, "StatefulSet")
    assert edited.documents[1]["spec"]["scaleTargetRef"] == {**target, "kind": "StatefulSet"}
    edited = change_kind([workload("Deployment"), scaler], 0, "Job")
    assert "HorizontalPodAutoscaler h cannot scale a Job: remove it." in edited.notes


def test_a_selector_that_says_more_than_the_labels_is_not_dropped_in_silence() -> None:
    expression = {"key": "app", "operator": "Exists"}
    edited = change_kind([workload("Deployment", selector={"matchExpressions": [expression]})], 0, "Pod")
    assert edited.notes == ("Dropped selector, which a Pod does not have.",)


def test_a_replication_controllers_selector_is_kept() -> None:
    before = workload("ReplicationController", "v1", replicas=2, selector={"app": "web"})
    edited = change_kind([before], 0, "Deployment")
    assert edited.documents[0]["spec"]["selector"] == {"matchLabels": {"app": "web"}}
    assert edited.notes == ()


def test_what_cannot_be_done_is_told() -> None:
    with pytest.raises(ManifestError, match="there is no workload of the kind 'Gateway'"):
        change_kind([pod()], 0, "Gateway")
    with pytest.raises(ManifestError, match="this design has a Deployment 'shop' already"):
        change_kind([workload("StatefulSet"), workload("Deployment")], 0, "Deployment")
    with pytest.raises(ManifestError, match="document 1 holds no pod"):
        change_kind([{"kind": "Service"}], 0, "Deployment")
    dotted = {**pod(), "metadata": {"name": "a.b"}}
    with pytest.raises(ManifestError, match=r"'a\.b' cannot be the name of a StatefulSet"):
        change_kind([dotted], 0, "StatefulSet")


@given(st.lists(st.sampled_from(KINDS), min_size=1, max_size=5), st.sampled_from(["", "nginx:1", "a/b@sha256:0"]))
def test_any_walk_through_the_kinds_keeps_the_containers_and_fits_the_schema(kinds: list[str], image: str) -> None:
    documents = [new_workload("Pod", "shop", image)]
    container = documents[0]["spec"]["containers"][0]
    for kind in kinds:
        documents = change_kind(documents, 0, kind).documents
        found = pod_at(documents, 0)
        assert found
        assert kind_of(documents[0]) == kind
        assert found.spec["containers"] == [container]
        assert found.labels == {"app": "shop"}
        known = schema()
        definition = known.definition_of(documents[0]["apiVersion"], kind)
        spec = known.fields(known.fields(definition)["spec"].of)
        assert set(documents[0]["spec"]) <= set(spec)
        assert {name for name, field in spec.items() if field.required} <= set(documents[0]["spec"])


@pytest.mark.parametrize(
    ("image", "name"),
    [("", "shop"), ("ghcr.io:443/org/Nginx_x:1@sha256:00", "nginx-x"), ("redis", "redis")],
)
def test_a_new_workload_calls_its_container_after_the_image(image: str, name: str) -> None:
    document = new_workload("CronJob", "shop", image)
    container = get(document, ("spec", "jobTemplate", "spec", "template", "spec", "containers", 0))
    assert container == ({"name": name, "image": image} if image else {"name": name})
    with pytest.raises(ManifestError, match="'Shop' cannot be the name of a Pod"):
        new_workload("Pod", "Shop")
