from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from designer.manifests.edits.containers import (
    add_container,
    duplicate_container,
    move_container,
    remove_container,
    rename_container,
)
from designer.manifests.types import Documents, ManifestError, get

SPEC = ("spec", "template", "spec")


def deployment(**spec: Any) -> Documents:
    spec = {"containers": [{"name": "web", "image": "nginx"}], **spec}
    return [
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "shop"},
            "spec": {"template": {"metadata": {"annotations": {"a": "b"}}, "spec": spec}},
        }
    ]


def spec_of(documents: Documents) -> Any:
    return get(documents[0], SPEC)


def test_a_container_is_added_at_the_end_under_a_free_name() -> None:
    once = add_container(deployment(), 0, "containers", image="busybox")
    twice = add_container(once.documents, 0, "containers")
    assert spec_of(twice.documents)["containers"][1:] == [
        {"name": "container", "image": "busybox"},
        {"name": "container-2"},
    ]
    assert (once.select, twice.select) == ("0/containers/1", "0/containers/2")


def test_a_native_sidecar_is_an_init_container_that_restarts_always() -> None:
    before = deployment(initContainers=[{"name": "setup"}])
    edited = add_container(before, 0, "initContainers", name="proxy", native_sidecar=True, at=0)
    assert spec_of(edited.documents)["initContainers"] == [
        {"name": "proxy", "restartPolicy": "Always"},
        {"name": "setup"},
    ]
    assert edited.select == "0/initContainers/0"


def test_a_workload_without_a_template_gets_one() -> None:
    documents: Documents = [{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "shop"}}]
    assert spec_of(add_container(documents, 0, "containers", name="web").documents) == {"containers": [{"name": "web"}]}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"list": "containers", "name": "web"}, "this pod has a container 'web' already"),
        ({"list": "initContainers", "name": "web"}, "this pod has a container 'web' already"),
        (
            {"list": "containers", "name": "Web"},
            "'Web' cannot be a container's name: only lowercase letters, digits and '-' are allowed, with a letter or "
            "digit at both ends",
        ),
        ({"list": "containers", "native_sidecar": True}, "a native sidecar is one of the pod's initContainers"),
        ({"list": "ephemeralContainers"}, "ephemeral containers are added to a running pod, with kubectl debug"),
    ],
)
def test_what_cannot_be_added_is_told(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ManifestError) as error:
        add_container(deployment(), 0, **arguments)
    assert error.value.message == message


def test_a_companion_has_no_containers() -> None:
    with pytest.raises(ManifestError, match="document 1 holds no pod"):
        add_container([{"apiVersion": "v1", "kind": "Secret"}], 0, "containers")


def test_a_rename_takes_every_reference_with_it() -> None:
    reference = {"containerName": "web", "resource": "limits.cpu"}
    before = deployment(
        containers=[
            {"name": "web", "env": [{"name": "A", "value": "web"}, None]},
            {"name": "log", "env": [{"name": "CPU", "valueFrom": {"resourceFieldRef": reference}}]},
        ],
        ephemeralContainers=[{"name": "debug", "targetContainerName": "web"}],
        volumes=[
            {"name": "web", "downwardAPI": {"items": [{"path": "cpu", "resourceFieldRef": reference}]}},
            {"name": "all", "projected": {"sources": [{"downwardAPI": {"items": [{"resourceFieldRef": reference}]}}]}},
        ],
    )
    annotations = {
        "kubectl.kubernetes.io/default-container": "web",
        "container.apparmor.security.beta.kubernetes.io/web": "unconfined",
        "owner": "web",
    }
    before[0]["spec"]["template"]["metadata"]["annotations"] = annotations
    metric = {"type": "ContainerResource", "containerResource": {"name": "cpu", "container": "web"}}
    for target in ("shop", "other"):
        reference_to = {"kind": "Deployment", "name": target}
        scaler = {"scaleTargetRef": reference_to, "metrics": [{"type": "Resource"}, deepcopy(metric)]}
        before.append({"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "spec": scaler})
    kept = deepcopy(before)

    after = rename_container(before, "0/containers/0", "app").documents

    assert before == kept
    expected = deepcopy(before)
    spec = spec_of(expected)
    spec["containers"][0]["name"] = "app"
    spec["ephemeralContainers"][0]["targetContainerName"] = "app"
    for path in (
        ("containers", 1, "env", 0, "valueFrom"),
        ("volumes", 0, "downwardAPI", "items", 0),
        ("volumes", 1, "projected", "sources", 0, "downwardAPI", "items", 0),
    ):
        get(spec, path)["resourceFieldRef"] = {**reference, "containerName": "app"}
    expected[0]["spec"]["template"]["metadata"]["annotations"] = {
        "kubectl.kubernetes.io/default-container": "app",
        "container.apparmor.security.beta.kubernetes.io/app": "unconfined",
        "owner": "web",
    }
    expected[1]["spec"]["metrics"][1]["containerResource"]["container"] = "app"
    assert after == expected


def test_a_rename_to_a_taken_name_is_refused_and_to_its_own_changes_nothing() -> None:
    before = deployment(initContainers=[{"name": "setup"}])
    with pytest.raises(ManifestError, match="already"):
        rename_container(before, "0/containers/0", "setup")
    assert rename_container(before, "0/containers/0", "web").documents is before


def test_a_copy_is_faithful_and_stands_behind_its_original() -> None:
    web = {"name": "web", "image": "nginx", "ports": [{"containerPort": 80}]}
    edited = duplicate_container(deployment(containers=[web, {"name": "web-2"}]), "0/containers/0")
    assert spec_of(edited.documents)["containers"] == [web, {**web, "name": "web-3"}, {"name": "web-2"}]
    assert edited.select == "0/containers/1"
    assert spec_of(edited.documents)["containers"][1]["ports"] is not web["ports"]


def test_removing_a_container_takes_its_default_annotation_and_an_empty_list_of_init_containers() -> None:
    before = deployment(initContainers=[{"name": "setup"}])
    before[0]["spec"]["template"]["metadata"]["annotations"] = {"kubectl.kubernetes.io/default-container": "web"}
    without_init = remove_container(before, "0/initContainers/0").documents
    assert "initContainers" not in spec_of(without_init)
    empty = remove_container(without_init, "0/containers/0")
    assert empty.documents[0]["spec"]["template"] == {"metadata": {}, "spec": {"containers": []}}
    assert empty.select == "0"


@pytest.mark.parametrize(
    ("address", "select"),
    [
        ("0/containers/0", "0/containers/0"),
        ("0/containers/1", "0/containers/1"),
        ("0/containers/2", "0/containers/1"),
        ("0/initContainers/0", "0"),
    ],
)
def test_where_a_container_was_its_neighbour_is_selected(address: str, select: str) -> None:
    web, log, proxy = {"name": "web"}, {"name": "log"}, {"name": "proxy"}
    before = deployment(containers=[web, log, proxy], initContainers=[{"name": "setup"}])
    assert remove_container(before, address).select == select


def test_what_is_no_container_is_not_selected() -> None:
    assert remove_container(deployment(containers=["odd", {"name": "web"}, None]), "0/containers/1").select == "0"


PROBE = {"tcpSocket": {"port": 80}}


@pytest.mark.parametrize(
    ("address", "arguments", "init", "app", "select"),
    [
        pytest.param(
            "0/containers/0",
            ("initContainers", 1, True),
            [{"name": "setup"}, {"name": "web", "image": "i", "restartPolicy": "Always", "livenessProbe": PROBE}],
            [{"name": "log"}],
            "0/initContainers/1",
            id="app to native sidecar",
        ),
        pytest.param(
            "0/containers/0",
            ("initContainers", 0, False),
            [{"name": "web", "image": "i", "livenessProbe": PROBE}, {"name": "setup"}],
            [{"name": "log"}],
            "0/initContainers/0",
            id="app to init keeps its probe",
        ),
        pytest.param(
            "0/containers/0",
            ("containers", 1, False),
            [{"name": "setup"}],
            [{"name": "log"}, {"name": "web", "image": "i", "livenessProbe": PROBE}],
            "0/containers/1",
            id="within its list",
        ),
        pytest.param(
            "0/initContainers/0",
            ("containers", 2, False),
            None,
            [{"name": "web", "image": "i", "livenessProbe": PROBE}, {"name": "log"}, {"name": "setup"}],
            "0/containers/2",
            id="init to app leaves no empty list",
        ),
    ],
)
def test_a_container_moves(address: str, arguments: Any, init: Any, app: Any, select: str) -> None:
    web = {"name": "web", "image": "i", "livenessProbe": PROBE}
    before = deployment(initContainers=[{"name": "setup"}], containers=[web, {"name": "log"}])
    edited = move_container(before, address, *arguments)
    assert spec_of(edited.documents).get("initContainers") == init
    assert spec_of(edited.documents)["containers"] == app
    assert edited.select == select
    for container in spec_of(edited.documents).get("initContainers") or []:
        assert list(container)[:1] == ["name"]


@pytest.mark.parametrize("to", [("containers", 0, False), ("initContainers", 0, False)])
def test_a_native_sidecar_that_becomes_something_else_loses_its_restart_policy(to: Any) -> None:
    before = deployment(initContainers=[{"name": "proxy", "restartPolicy": "Always", "startupProbe": PROBE}])
    edited = move_container(before, "0/initContainers/0", *to)
    assert get(edited.documents[0], (*SPEC, to[0], 0)) == {"name": "proxy", "startupProbe": PROBE}


def test_a_move_there_and_back_changes_nothing() -> None:
    before = deployment(containers=[{"name": "web"}, {"name": "log", "env": []}], initContainers=[{"name": "setup"}])
    there = move_container(before, "0/containers/1", "initContainers", 0, True)
    assert move_container(there.documents, there.select, "containers", 1).documents == before


def test_moves_that_cannot_be_made_are_told() -> None:
    before = deployment(ephemeralContainers=[{"name": "debug"}])
    with pytest.raises(ManifestError, match="an ephemeral container cannot become another kind"):
        move_container(before, "0/ephemeralContainers/0", "containers", 0)
    with pytest.raises(ManifestError, match="nothing stands at"):
        move_container(before, "0/containers/0", "containers", 1)
    with pytest.raises(ManifestError, match="nothing stands at '0/containers/7' any more"):
        move_container(before, "0/containers/7", "containers", 0)
