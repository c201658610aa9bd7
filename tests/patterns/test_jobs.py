"""Weaving onto what is to end: a Job's helpers are native sidecars, and its Services stay inside the cluster."""

from __future__ import annotations

from typing import Any

import pytest

from designer.manifests.types import Document
from patterns import catalogue
from patterns.stack import Stacked, put_on, take_off
from patterns.weave import weave
from tests.patterns.test_stack import EXPORTER
from tests.patterns.test_weave import deployment, pod


def job(kind: str = "Job") -> Document:
    template: dict[str, Any] = {"spec": {**pod()["spec"], "restartPolicy": "Never"}}
    spec: dict[str, Any] = {"template": template}
    spec = spec if kind == "Job" else {"schedule": "@daily", "jobTemplate": {"spec": spec}}
    return {"apiVersion": "batch/v1", "kind": kind, "metadata": {"name": "nightly"}, "spec": spec}


@pytest.mark.parametrize("kind", ["Job", "CronJob"])
def test_on_a_job_a_plain_helper_is_a_native_sidecar(kind: str) -> None:
    before = [job(kind)]
    result = put_on([], EXPORTER, {}, before, 0, find=lambda _: None, number=1)
    spec = result.documents[0]["spec"]
    spec = (spec if kind == "Job" else spec["jobTemplate"]["spec"])["template"]["spec"]
    assert [c["name"] for c in spec["containers"]] == ["app"]
    assert [(c["name"], c["restartPolicy"]) for c in spec["initContainers"]] == [("exporter", "Always")]
    assert result.notes == [
        f"exporter is a native sidecar here: as an ordinary container it would keep the {kind} from completing"
    ]
    assert weave(EXPORTER, {}, result.documents, 0).documents == result.documents
    assert take_off(result.worn, result.worn[0], result.documents, find=lambda _: None).documents == before


def test_without_native_sidecars_it_is_said_that_the_job_will_not_complete() -> None:
    made = weave(EXPORTER, {}, [job()], 0, native=False)
    spec = made.documents[0]["spec"]["template"]["spec"]
    assert [c["name"] for c in spec["containers"]] == ["app", "exporter"]
    assert made.notes == ["exporter is an ordinary container: the Job will not complete by itself while it runs"]
    assert weave(EXPORTER, {}, [deployment()], 0, native=False).notes == []


def test_a_service_that_asks_for_an_address_is_left_out_and_one_inside_is_kept() -> None:
    tls = catalogue.preset("tls-sidecar")
    outside = weave(tls, {}, [job()], 0)
    assert [one["kind"] for one in outside.documents] == ["Job", "ConfigMap"]
    left = "Service port-443-service (LoadBalancer) is left out: the pods of a Job are gone when their work is done"
    assert left in outside.notes
    assert "labels" not in outside.documents[0]["spec"]["template"].get("metadata", {})
    inside = weave(tls, {"SERVICE_TYPE": "ClusterIP"}, [job()], 0)
    assert [one["kind"] for one in inside.documents] == ["Job", "Service", "ConfigMap"]
    assert "Service port-443-service leads somewhere only while the Job runs" in inside.notes
    served = weave(tls, {}, [deployment({"app": "web"})], 0)
    assert [one["kind"] for one in served.documents] == ["Deployment", "Service", "ConfigMap"]


def test_on_a_native_sidecar_nothing_is_left_of_the_stack() -> None:
    result = Stacked([job()], [], 0)
    for number, name in enumerate(("tls-sidecar", "log-exporter", "varnish-cache"), 1):
        made = catalogue.preset(name)
        result = put_on(result.worn, made, {}, result.documents, 0, find=lambda _: None, number=number)
    while result.worn:
        result = take_off(result.worn, result.worn[0], result.documents, find=lambda _: None)
    assert result.documents == [job()]
