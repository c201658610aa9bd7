"""weave: a preset onto a pod and off again, and what it leaves alone."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.manifests.diff import diff
from designer.manifests.match import same
from designer.manifests.pod import pods
from designer.manifests.types import Document, Documents, ManifestError, get
from patterns import catalogue
from patterns.preset import Preset, defaults, from_document
from patterns.weave import unweave, weave


def pod(name: str = "web", **spec: Any) -> Document:
    containers = [{"name": "app", "image": "app:1", "ports": [{"containerPort": 8000}]}]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {"containers": containers, **spec}}


def deployment(labels: dict[str, str] | None = None, **spec: Any) -> Document:
    template = {"metadata": {"labels": labels} if labels else {}, "spec": pod(**spec)["spec"]}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"template": template}}


def preset(patch: Document, parameters: list[Document] | None = None, objects: list[Document] | None = None) -> Preset:
    return from_document(
        {
            "apiVersion": "podpatterns.dev/v1alpha1",
            "kind": "Preset",
            "metadata": {"name": "mine", "pattern": "sidecar"},
            "parameters": parameters or [],
            "pod": patch,
            "objects": objects or [],
        }
    )


APP: Document = {"name": "APP", "type": "container", "default": "application"}
LOGS = preset(
    {
        "spec": {
            "containers": [
                {"name": "${APP}", "volumeMounts": [{"name": "${VOLUME}", "mountPath": "/var/log"}]},
                {"name": "tail", "image": "alpine", "volumeMounts": [{"name": "${VOLUME}", "mountPath": "/logs"}]},
            ],
            "volumes": [{"name": "${VOLUME}", "emptyDir": {}}],
        }
    },
    [APP, {"name": "VOLUME", "type": "volumeName", "default": "logs"}],
)

# The same, but for a volume that may be there.
USED = replace(LOGS, parameters=(LOGS.parameters[0], replace(LOGS.parameters[1], type="volume")))


def test_additions_follow_what_is_there_and_the_application_is_changed_in_place() -> None:
    woven = weave(LOGS, {}, [pod(volumes=[{"name": "data", "emptyDir": {}}])], 0)
    spec = woven.documents[0]["spec"]
    assert spec["containers"] == [
        {
            "name": "app",
            "image": "app:1",
            "ports": [{"containerPort": 8000}],
            "volumeMounts": [{"name": "logs", "mountPath": "/var/log"}],
        },
        {"name": "tail", "image": "alpine", "volumeMounts": [{"name": "logs", "mountPath": "/logs"}]},
    ]
    assert [volume["name"] for volume in spec["volumes"]] == ["data", "logs"]
    assert (woven.containers, woven.volumes, woven.objects) == (["app", "tail"], ["logs"], [])
    assert woven.values == {"APP": "app", "VOLUME": "logs"}


def test_a_taken_name_is_numbered_and_a_second_weaving_changes_nothing() -> None:
    woven = weave(LOGS, {}, [pod(volumes=[{"name": "logs", "configMap": {"name": "c"}}])], 0)
    assert [volume["name"] for volume in woven.documents[0]["spec"]["volumes"]] == ["logs", "logs-2"]
    again = weave(LOGS, woven.values, woven.documents, 0)
    assert same(again.documents, woven.documents)
    assert (again.containers, again.volumes, again.objects) == ([], [], [])


@pytest.mark.parametrize("name", sorted(catalogue.presets()))
def test_where_every_name_is_taken_a_second_weaving_changes_nothing(name: str) -> None:
    """Others have what the preset would call its containers, volumes and objects, and its ports."""
    made = catalogue.preset(name)
    start: Documents = [deployment({"app": "web"})]
    first = weave(made, {}, start, 0)
    # The design has all that by now, and it is somebody's: it says something else.
    taken = deepcopy(first.documents)
    spec = taken[0]["spec"]["template"]["spec"]
    for container in [*spec.get("initContainers", []), *spec["containers"]]:
        if container["name"] in first.added:
            container.update(image="other:1", env=[{"name": "OTHER", "value": "1"}])
    spec["volumes"] = [{"name": volume["name"], "hostPath": {"path": "/x"}} for volume in spec.get("volumes", [])]
    for document in taken[1:]:
        document.get("metadata", {}).setdefault("annotations", {})["other"] = "1"
        for key in ("data", "stringData", "spec", "rules"):
            if isinstance(document.get(key), dict):
                document[key]["other"] = "other"
    once = weave(made, {}, taken, 0)
    twice = weave(made, {}, once.documents, 0)
    assert same(twice.documents, once.documents)


def test_an_object_of_the_cluster_that_the_pod_itself_uses_is_not_written_over() -> None:
    config: Document = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "${MAP}"}, "data": {"a": "1"}}
    mine = preset({"spec": {"hostname": "x"}}, [{"name": "MAP", "type": "objectName", "default": "settings"}], [config])
    start: Documents = [pod(volumes=[{"name": "v", "configMap": {"name": "settings"}}])]
    assert weave(mine, {}, start, 0).objects == ["ConfigMap/settings-2"]
    assert weave(mine, {"MAP": "settings"}, start, 0).objects == ["ConfigMap/settings"], "who insists on it gets it"


def test_a_probe_asks_in_one_way() -> None:
    old = {"httpGet": {"path": "/", "port": 8000}, "periodSeconds": 3}
    start: Documents = [pod()]
    start[0]["spec"]["containers"][0] |= {"readinessProbe": old, "lifecycle": {"preStop": {"sleep": {"seconds": 3}}}}
    asks: Document = {"readinessProbe": {"exec": {"command": ["true"]}}, "lifecycle": {"preStop": {"exec": {}}}}
    woven = weave(preset({"spec": {"containers": [{"name": "${APP}", **asks}]}}, [APP]), {}, start, 0)
    app = woven.documents[0]["spec"]["containers"][0]
    assert app["readinessProbe"] == {"exec": {"command": ["true"]}, "periodSeconds": 3}
    assert app["lifecycle"] == {"preStop": {"exec": {}}}
    assert unweave(start, woven.documents, woven.documents).value == start


def test_names_are_made_to_fit_their_kinds() -> None:
    head: Document = {"apiVersion": "v1", "metadata": {"name": "${NAME}"}}
    service: Document = {**head, "kind": "Service", "spec": {"ports": [{"port": 80}]}}
    config: Document = {**head, "kind": "ConfigMap", "data": {}}
    named = {"name": "NAME", "type": "objectName", "default": "${POD_NAME}-login"}
    long: Documents = [{**pod(), "metadata": {"name": f"{'web' * 22}.v1"}}]
    [name] = (
        one["metadata"]["name"] for one in weave(preset({"spec": {}}, [named], [service]), {}, long, 0).documents[1:]
    )
    assert (len(name), name) == (63, ("web" * 22)[:63])
    [name] = (
        one["metadata"]["name"] for one in weave(preset({"spec": {}}, [named], [config]), {}, long, 0).documents[1:]
    )
    assert name == f"{'web' * 22}.v1-login"
    with pytest.raises(ManifestError, match="a Service's name starts with a letter"):
        weave(preset({"spec": {}}, [named], [service]), {"NAME": "9web"}, long, 0)


@pytest.mark.parametrize(
    ("metadata", "called"),
    [({"generateName": "import-"}, "import"), ({}, "app"), ({"name": "web", "generateName": "x-"}, "web")],
)
def test_a_pod_that_the_server_names_has_names_made_of_what_it_says(metadata: Document, called: str) -> None:
    start: Documents = [{**pod(), "metadata": metadata}]
    assert defaults(catalogue.preset("bucket-sync"), start, 0)["SECRET"] == f"{called}-bucket"
    for name in sorted(catalogue.presets()):
        weave(catalogue.preset(name), {}, start, 0)


def test_a_volume_that_is_there_is_used_and_keeps_its_source() -> None:
    claim = {"name": "data", "persistentVolumeClaim": {"claimName": "data"}}
    woven = weave(USED, {"VOLUME": "data"}, [pod(volumes=[claim])], 0)
    assert woven.documents[0]["spec"]["volumes"] == [claim]
    assert woven.notes == ["volume data was there already and is used as it is"]


def test_a_mount_that_is_replaced_is_told() -> None:
    documents = [pod(volumes=[{"name": "old", "emptyDir": {}}])]
    documents[0]["spec"]["containers"][0]["volumeMounts"] = [{"name": "old", "mountPath": "/var/log"}]
    assert "app now has volume logs at /var/log, instead of old" in weave(LOGS, {}, documents, 0).notes


SERVICE: Document = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "${NAME}"},
    "spec": {"selector": "${{POD_LABELS}}", "ports": [{"port": 80, "targetPort": "${{PORT}}"}]},
}
SERVED = preset(
    {"metadata": {"annotations": {"served-by": "${NAME}.${POD_NAMESPACE}"}}},
    [
        APP,
        {"name": "PORT", "type": "containerPort", "default": "port", "of": "APP"},
        {"name": "NAME", "type": "objectName", "default": "${POD_NAME}"},
    ],
    [SERVICE],
)


def test_a_pod_without_labels_gets_one_that_the_service_selects() -> None:
    woven = weave(SERVED, {}, [deployment()], 0)
    workload, service = woven.documents
    assert workload["spec"]["selector"] == {"matchLabels": {"app": "web"}}
    assert workload["spec"]["template"]["metadata"] == {
        "labels": {"app": "web"},
        "annotations": {"served-by": "web.default"},
    }
    assert service["spec"] == {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": 8000}]}
    assert woven.objects == ["Service/web"]


def test_the_service_selects_by_what_the_workload_selects_by() -> None:
    workload = deployment({"app": "web", "version": "2"})
    workload["spec"]["selector"] = {"matchLabels": {"app": "web"}}
    assert weave(SERVED, {}, [workload], 0).documents[1]["spec"]["selector"] == {"app": "web"}


def test_companions_go_to_the_namespace_of_the_workload() -> None:
    workload = deployment({"app": "web"})
    workload["metadata"]["namespace"] = "shop"
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "r"}}
    woven = weave(
        preset({"spec": {"hostname": "h"}}, [], [SERVICE | {"metadata": {"name": "s"}}, role]), {}, [workload], 0
    )
    assert [document["metadata"].get("namespace") for document in woven.documents] == ["shop", "shop", None]


def test_a_companion_of_the_same_name_is_merged() -> None:
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": "1"}}
    other = {**config, "data": {"b": "2"}}
    woven = weave(preset({"spec": {"hostname": "h"}}, [], [other]), {}, [pod(), config], 0)
    assert woven.documents[1:] == [{**config, "data": {"a": "1", "b": "2"}}]
    assert woven.objects == ["ConfigMap/c"]


def test_what_the_cluster_must_have_is_told() -> None:
    patch = {"spec": {"volumes": [{"name": "v", "secret": {"secretName": "s"}}]}}
    monitor = {"apiVersion": "monitoring.coreos.com/v1", "kind": "ServiceMonitor", "metadata": {"name": "m"}}
    assert weave(preset(patch, [], [monitor]), {}, [pod()], 0).notes == [
        "Secret s is not part of this design: it must be in the cluster before the pod can start",
        "ServiceMonitor of monitoring.coreos.com: the cluster needs the operator or definitions that bring this API",
    ]


def test_ports_are_those_of_the_shared_network() -> None:
    documents = [pod(initContainers=[{"name": "i", "image": "i", "ports": [{"containerPort": 443}]}])]
    assert weave(catalogue.preset("tls-sidecar"), {}, documents, 0).values["TLS_PORT"] == 443
    documents[0]["spec"]["initContainers"][0]["restartPolicy"] = "Always"
    woven = weave(catalogue.preset("tls-sidecar"), {}, documents, 0)
    assert woven.values["TLS_PORT"] == 8443
    assert get(woven.documents[1], ("spec", "ports", 0)) == {"protocol": "TCP", "port": 443, "targetPort": 8443}
    assert "listen 8443 ssl" in woven.documents[2]["data"]["default.conf"]
    with pytest.raises(ManifestError, match="port 8000 is taken in web"):
        weave(catalogue.preset("tls-sidecar"), {"TLS_PORT": 8000}, documents, 0)


def test_values_are_data_and_never_yaml() -> None:
    bad = "x\n    privileged: true # ${APP} {{ }}"
    mine = preset(
        {"spec": {"containers": [{"name": "${APP}", "env": [{"name": "A", "value": "<${TEXT}> ${HOME}"}]}]}},
        [APP, {"name": "TEXT", "type": "text"}],
    )
    woven = weave(mine, {"TEXT": bad}, [pod()], 0)
    assert woven.documents[0]["spec"]["containers"][0]["env"] == [{"name": "A", "value": f"<{bad}> ${{HOME}}"}]


def test_a_missing_pod_and_a_doubled_example_are_refused() -> None:
    tls = catalogue.preset("tls-sidecar")
    with pytest.raises(ManifestError, match="choose another"):
        weave(LOGS, {}, [SERVICE], 0)
    with pytest.raises(ManifestError, match="no example"):
        weave(LOGS, {}, [], None)
    with pytest.raises(ManifestError, match="a Pod called sidecar already"):
        weave(tls, {}, weave(tls, {}, [], None).documents, None)
    with pytest.raises(ManifestError, match="Web server: web has no container nobody"):
        weave(tls, {"APP": "nobody"}, [pod()], 0)


@pytest.mark.parametrize("name", sorted(catalogue.presets()))
def test_weaving_is_pure_idempotent_and_undone(name: str) -> None:
    mine = catalogue.preset(name)
    example = list(mine.example)
    for documents, at in (
        ([pod(), SERVICE | {"metadata": {"name": "other"}}], 0),
        (example, pods(example)[0].document),
    ):
        before = deepcopy(documents)
        woven = weave(mine, {}, documents, at)
        assert documents == before
        assert not same(woven.documents, documents)
        for values in ({}, woven.values):
            again = weave(mine, values, woven.documents, at)
            assert diff(woven.documents, again.documents) == []
        off = unweave(before, woven.documents, woven.documents)
        assert (off.value, off.conflicts) == (before, [])


def test_unweaving_keeps_what_was_done_since() -> None:
    before: Documents = [pod()]
    after = weave(LOGS, {}, before, 0).documents
    now = deepcopy(after)
    spec = now[0]["spec"]
    spec["containers"][0]["image"] = "app:2"
    spec["containers"][1]["image"] = "alpine:3.20"
    spec["containers"].append({"name": "new", "image": "new", "volumeMounts": [{"name": "logs", "mountPath": "/l"}]})
    now.append(SERVICE | {"metadata": {"name": "s"}})
    off = unweave(before, after, now)
    assert [c["name"] for c in off.value[0]["spec"]["containers"]] == ["app", "new"]
    assert off.value[0]["spec"]["containers"][0] == {**before[0]["spec"]["containers"][0], "image": "app:2"}
    assert off.value[0]["spec"]["volumes"] == [{"name": "logs", "emptyDir": {}}]
    assert off.value[1:] == now[1:]
    assert [conflict.path[:4] for conflict in off.conflicts] == [
        (0, "spec", "containers", 1),
        (0, "spec", "volumes", 0),
    ]


def test_unweaving_keeps_an_object_that_is_still_used() -> None:
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": "1"}}
    before: Documents = [pod()]
    after = weave(preset({"spec": {"hostname": "h"}}, [], [config]), {}, before, 0).documents
    now = deepcopy(after)
    now[0]["spec"]["containers"][0]["envFrom"] = [{"configMapRef": {"name": "c"}}]
    off = unweave(before, after, now)
    assert off.value[1:] == [config]
    assert [conflict.path for conflict in off.conflicts] == [(1,)]
    assert unweave(before, after, after).value == before


edits = st.lists(st.sampled_from(["image", "env", "volume", "service", "label"]), unique=True)


@given(edits, st.sampled_from(sorted(catalogue.presets())))
def test_unweaving_commutes_with_edits_elsewhere(chosen: list[str], name: str) -> None:
    def edited(documents: Documents) -> Documents:
        out = deepcopy(documents)
        app = out[0]["spec"]["containers"][0]
        if "image" in chosen:
            app["image"] = "app:2"
        if "env" in chosen:
            app["env"] = [{"name": "EXTRA", "value": "1"}]
        if "volume" in chosen:
            out[0]["spec"].setdefault("volumes", []).append({"name": "extra", "emptyDir": {}})
        if "label" in chosen:
            out[0]["metadata"].setdefault("labels", {})["tier"] = "front"
        if "service" in chosen:
            out.append(SERVICE | {"metadata": {"name": "extra"}})
        return out

    before: Documents = [pod()]
    after = weave(catalogue.preset(name), {}, before, 0).documents
    off = unweave(before, after, edited(after))
    assert (off.value, off.conflicts) == (edited(before), [])
