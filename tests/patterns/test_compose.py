"""compose: a design, or a container of it, saved as a preset that fits elsewhere."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from designer.manifests.diff import diff
from designer.manifests.pod import containers, pod_at, pods
from designer.manifests.types import Document, Documents, ManifestError, get
from patterns import catalogue
from patterns.compose import preset_from
from patterns.preset import read, write
from patterns.weave import weave
from tests.patterns.test_catalogue import article, objects
from tests.patterns.test_weave import pod

LABELS = {"app": "shop"}
LOGS = {"name": "logs", "emptyDir": {}}
SECRET: Document = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "keys", "namespace": "prod"},
    "stringData": {"key": "hunter2"},
}
SCRIPT = "echo ${IMAGE} ${POD_NAME} $${HOME} ${{POD_LABELS}}"


def design() -> Documents:
    def config(name: str, **data: str) -> Document:
        metadata = {"name": name, "namespace": "prod", "uid": "1", "managedFields": []}
        return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}

    def mount(name: str, path: str) -> Document:
        return {"name": name, "mountPath": path}

    spec = {
        "containers": [
            {
                "name": "shop",
                "image": "shop:1",
                "volumeMounts": [mount("logs", "/var/log"), mount("settings", "/etc/shop")],
            },
            {
                "name": "tail",
                "image": "alpine:3.20",
                "command": ["/bin/sh", "-c", SCRIPT],
                "ports": [{"name": "web", "containerPort": 9000}],
                "volumeMounts": [mount("logs", "/logs"), mount("script", "/script"), mount("keys", "/keys")],
            },
        ],
        "volumes": [
            LOGS,
            {"name": "settings", "configMap": {"name": "settings"}},
            {"name": "script", "configMap": {"name": "script"}},
            {"name": "keys", "secret": {"secretName": "keys"}},
        ],
    }
    workload: Document = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "shop", "namespace": "prod", "resourceVersion": "7"},
        "spec": {"selector": {"matchLabels": LABELS}, "template": {"metadata": {"labels": LABELS}, "spec": spec}},
        "status": {"replicas": 1},
    }
    ports = [{"name": "shop", "port": 80, "targetPort": 8000}, {"name": "tail", "port": 90, "targetPort": "web"}]
    service: Document = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "shop", "namespace": "prod"},
        "spec": {"selector": LABELS, "ports": ports, "clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.1"]},
    }
    return [workload, service, config("settings", a="1"), config("script", run=SCRIPT), SECRET]


def composed(*addresses: str, documents: Documents | None = None, **words: Any) -> Any:
    before = design() if documents is None else documents
    after = deepcopy(before)
    made = preset_from(after, addresses, "mine", "Mine", "sidecar", **words)
    assert after == before
    assert read(write(made)) == made
    return made


def test_a_container_brings_what_it_needs_and_the_applications_end_of_the_volume() -> None:
    made = composed("0/containers/1", summary="Follows a log.", tags=["logs"])
    assert [(p.name, p.type, p.default) for p in made.parameters] == [
        ("APP", "container", "application"),
        ("IMAGE", "image", "alpine:3.20"),
        ("CONTAINER", "containerName", "tail"),
        ("LOGS_VOLUME", "volumeName", "logs"),
        ("SCRIPT_VOLUME", "volumeName", "script"),
        ("KEYS_VOLUME", "volumeName", "keys"),
    ]
    assert (made.summary, made.tags, made.source, made.example) == ("Follows a log.", ("logs",), "Deployment shop", ())
    assert "hunter2" not in write(made)


def test_it_can_be_woven_onto_another_pod() -> None:
    other = pod(volumes=[{"name": "logs", "configMap": {"name": "old"}}])
    woven = weave(composed("0/containers/1"), {"IMAGE": "alpine:3.21"}, [other], 0)
    spec = woven.documents[0]["spec"]
    assert spec["containers"][0]["volumeMounts"] == [{"name": "logs-2", "mountPath": "/var/log"}]
    tail = design()[0]["spec"]["template"]["spec"]["containers"][1]
    tail["volumeMounts"][0]["name"] = "logs-2"
    assert spec["containers"][1] == {**tail, "image": "alpine:3.21"}
    assert [volume["name"] for volume in spec["volumes"]] == ["logs", "logs-2", "script", "keys"]
    found = objects(woven.documents)
    assert sorted(found) == [("ConfigMap", "script"), ("Pod", "web"), ("Service", "shop")]
    assert found["ConfigMap", "script"] == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "script"},
        "data": {"run": SCRIPT},
    }
    assert found["Service", "shop"]["spec"] == {
        "selector": {"app": "web"},
        "ports": [{"name": "tail", "port": 90, "targetPort": "web"}],
    }
    hides, missing = woven.notes
    assert hides.startswith("volume logs-2 is empty and hides what the image of app has at /var/log")
    assert missing == "Secret keys is not part of this design: it must be in the cluster before the pod can start"
    assert weave(composed("0/containers/1"), woven.values, woven.documents, 0).documents == woven.documents


def test_a_statefulsets_claim_becomes_an_ephemeral_volume() -> None:
    claim: Document = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    mounted = {"volumeMounts": [{"name": "data", "mountPath": "/data"}]}
    template = {"spec": {"containers": [{"name": "db", "image": "db", **mounted}, {"name": "backup", **mounted}]}}
    workload: Document = {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": "db"},
        "spec": {"template": template, "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": claim}]},
    }
    woven = weave(composed("0/containers/1", documents=[workload]), {}, [pod()], 0)
    spec = woven.documents[0]["spec"]
    assert spec["volumes"] == [{"name": "data", "ephemeral": {"volumeClaimTemplate": {"spec": claim}}}]
    assert [c["volumeMounts"] for c in spec["containers"]] == [mounted["volumeMounts"]] * 2
    assert [c["name"] for c in spec["containers"]] == ["app", "backup"]


def test_a_whole_design_is_its_own_example() -> None:
    made = composed("0")
    assert [(p.name, p.default) for p in made.parameters] == [("SHOP_IMAGE", "shop:1"), ("TAIL_IMAGE", "alpine:3.20")]
    woven = weave(made, {}, [], None)
    expected = design()[:-1]
    for document in expected:
        document.pop("status", None)
        document["metadata"] = {"name": document["metadata"]["name"]}
    del expected[1]["spec"]["clusterIP"], expected[1]["spec"]["clusterIPs"]
    assert diff(expected, woven.documents) == []
    upgraded = weave(made, {"SHOP_IMAGE": "shop:2"}, [], None).documents[0]
    assert get(upgraded, ("spec", "template", "spec", "containers", 0, "image")) == "shop:2"
    assert [c["name"] for c in weave(made, {}, [pod()], 0).documents[0]["spec"]["containers"]] == [
        "app",
        "shop",
        "tail",
    ]


@pytest.mark.parametrize(
    "manifest", ["000-sidecar-after", "000-ambassador", "000-init", "004-sidecar", "004-ambassador"]
)
def test_the_articles_systems_can_be_saved_and_started_again(manifest: str) -> None:
    documents = article(manifest)
    made = composed("0", documents=documents)
    assert diff(documents, weave(made, {}, [], None).documents) == []


@pytest.mark.parametrize("name", sorted(catalogue.presets()))
def test_what_a_preset_brought_can_be_saved_as_another(name: str) -> None:
    woven = weave(catalogue.preset(name), {}, [], None)
    target = pod_at(woven.documents, woven.pod)
    assert target
    brought = [c.address for c in containers(target) if c.name in woven.added]
    if not brought:
        with pytest.raises(ManifestError, match="choose a container"):
            composed(documents=woven.documents)
        return
    made = composed(*brought, documents=woven.documents)
    again = weave(made, {}, [pod()], 0)
    assert again.added == woven.added
    there = {c.name: c.data for c in containers(pods(again.documents)[0])}
    assert all(there[c.name] == c.data for c in containers(target) if c.name in woven.added)


@pytest.mark.parametrize(
    ("addresses", "message"),
    [
        ([], "choose a container"),
        (["1"], "there is no pod at '1'"),
        (["x/containers/0"], "there is no pod"),
        (["0/containers/7"], "there is no container at '0/containers/7'"),
        (["0/volumes/0"], "there is no container"),
        (["0/containers/0", "1/containers/0"], "different pods"),
    ],
)
def test_what_cannot_be_saved_is_told(addresses: list[str], message: str) -> None:
    with pytest.raises(ManifestError, match=message):
        preset_from(design(), addresses, "mine", "Mine", "sidecar")
    with pytest.raises(ManifestError, match=r"metadata\.name"):
        preset_from(design(), ["0"], "My Own", "Mine", "sidecar")
