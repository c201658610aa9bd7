"""What a picture shows of a design."""

from __future__ import annotations

from typing import Any

import pytest

from designer.diagram.layout import layout
from designer.diagram.model import Box, Edge, Picture
from designer.manifests.types import Documents
from tests.diagram.designs import bare_pod, config_map, container, deployment, service
from tests.diagram.geometry import faults

ELASTICSEARCH: Documents = [
    deployment(
        "elasticsearch",
        {
            "initContainers": [container("update-sysctl", "alpine:3.12", securityContext={"privileged": True})],
            "containers": [
                container(
                    "nginx-proxy",
                    "nginx:1.19.5",
                    [{"containerPort": 9200, "name": "https"}],
                    [("certs", "/certs", "ro"), ("config", "/etc/nginx/conf.d", "ro")],
                    env=[{"name": "UPSTREAM", "value": "http://localhost:9200"}],
                ),
                container("elasticsearch", "elasticsearch:7.9.3", [9200], [("logs", "/var/log/elasticsearch")]),
                container(
                    "exporter",
                    "quay.io/example/es_exporter:1.1.0",
                    [{"containerPort": 9114, "name": "metrics"}],
                    args=["--es.uri=http://localhost:9200"],
                ),
                container("logs", "alpine:3.12", mounts=[("logs", "/logs", "ro")]),
            ],
            "volumes": [
                {"name": "certs", "secret": {"secretName": "elasticsearch-tls"}},
                {"name": "config", "configMap": {"name": "elasticsearch-nginx"}},
                {"name": "logs", "emptyDir": {}},
            ],
        },
    ),
    service(
        "elasticsearch",
        {"app": "elasticsearch"},
        {"name": "https", "port": 9200, "targetPort": "https"},
        {"name": "metrics", "port": 9114, "targetPort": 9114},
    ),
    config_map("elasticsearch-nginx"),
]
ROLES = {"0/containers/0": "ambassador", "0/containers/1": "application", "0/containers/2": "adapter"}


def box(picture: Picture, at: str) -> Box:
    return next(box for box in picture.boxes if box.at == at)


def edges(picture: Picture, kind: str) -> list[Edge]:
    return [edge for edge in picture.edges if edge.kind == kind]


def ends(picture: Picture, kind: str) -> list[tuple[str, str]]:
    return [(edge.source_at, edge.target_at) for edge in edges(picture, kind)]


def words(box: Box) -> list[str]:
    return [text.text for text in box.texts]


def test_the_whole_picture() -> None:
    picture = layout(ELASTICSEARCH, ROLES)
    assert {b.at: (b.kind, b.role, b.glyph) for b in picture.boxes} == {
        "0/initContainers/0": ("container", "init", "I"),
        "0/containers/0": ("container", "ambassador", "A"),
        "0/containers/1": ("container", "application", "•"),
        "0/containers/2": ("container", "adapter", "D"),
        "0/containers/3": ("container", "sidecar", "S"),
        "0/volumes/0": ("volume", "", ""),
        "0/volumes/1": ("volume", "", ""),
        "0/volumes/2": ("volume", "", ""),
        "1": ("service", "", ""),
        "2": ("companion", "", ""),
    }
    assert [(frame.kind, frame.label.text, frame.inner) for frame in picture.frames] == [
        ("workload", "Deployment · elasticsearch · 1 replica", False),
        ("pod", "Pod", True),
    ]
    assert [text.text for text in picture.texts] == [
        "1 · runs first, to completion",
        "2 · run together",
        "traffic enters through nginx-proxy and exporter · elasticsearch writes logs, logs reads it",
    ]
    assert words(box(picture, "0/initContainers/0")) == ["update-sysctl", "alpine:3.12 · privileged"]
    assert words(box(picture, "0/containers/2")) == ["exporter", "es_exporter:1.1.0", "adapter"]
    assert words(box(picture, "0/volumes/0")) == ["certs", "Secret · not in this design", "elasticsearch-tls"]
    assert ends(picture, "call") == [("0/containers/0", "0/containers/1"), ("0/containers/2", "0/containers/1")]
    assert ends(picture, "service") == [("1", "0/containers/0"), ("1", "0/containers/2")]
    assert sorted(ends(picture, "mount")) == [
        ("0/containers/0", "0/volumes/0"),
        ("0/containers/0", "0/volumes/1"),
        ("0/containers/1", "0/volumes/2"),
        ("0/containers/3", "0/volumes/2"),
    ]
    assert {edge.label.text for edge in edges(picture, "mount") if edge.label} == {
        "/certs ro",
        "/etc/nginx/conf.d ro",
        "/var/log/elasticsearch rw",
        "/logs ro",
    }
    assert edges(picture, "call")[0].role == "ambassador"


def test_containers_that_take_the_same_port_are_marked_on_both() -> None:
    picture = layout(ELASTICSEARCH, ROLES)
    pills = {pill.label.text: pill for b in picture.boxes for pill in b.pills}
    assert set(pills) == {":9200 !", ":9114"}
    assert [pill.clash for b in picture.boxes for pill in b.pills] == [True, True, False]
    assert box(picture, "0/containers/1").pills[0].title == "port 9200, taken by nginx-proxy too"
    assert "taken by nginx-proxy too" in box(picture, "0/containers/1").name


@pytest.mark.parametrize(
    ("other", "clashes"),
    [
        (container("b", ports=[80]), True),
        (container("b", ports=[{"containerPort": 80, "protocol": "TCP"}]), True),
        (container("b", ports=[{"containerPort": 80, "protocol": "UDP"}]), False),
        (container("b", ports=[81]), False),
        (container("b", ports=["80", {"containerPort": True}, None, {}]), False),
    ],
)
def test_a_port_clashes_by_number_and_protocol(other: Any, clashes: bool) -> None:
    picture = layout([bare_pod("p", {"containers": [container("a", ports=[80]), other]})])
    assert box(picture, "0/containers/0").pills[0].clash is clashes


def test_an_init_container_ends_before_the_others_take_its_port_a_native_sidecar_does_not() -> None:
    step = container("step", ports=[80])
    app = container("app", ports=[80])
    picture = layout([bare_pod("p", {"initContainers": [step], "containers": [app]})])
    assert not box(picture, "0/containers/0").pills[0].clash
    picture = layout([bare_pod("p", {"initContainers": [step | {"restartPolicy": "Always"}], "containers": [app]})])
    assert box(picture, "0/containers/0").pills[0].clash


def test_a_native_sidecar_starts_in_the_top_lane_and_reaches_down_to_the_containers() -> None:
    steps = [container("first"), container("proxy", restartPolicy="Always"), container("last")]
    picture = layout([bare_pod("p", {"initContainers": steps, "containers": [container("app")]})])
    first, proxy, last, app = (
        box(picture, f"0/{at}") for at in ("initContainers/0", "initContainers/1", "initContainers/2", "containers/0")
    )
    assert first.rect.y == proxy.rect.y == last.rect.y < app.rect.y
    assert proxy.rect.bottom == app.rect.bottom > first.rect.bottom
    assert first.rect.right < proxy.rect.x < proxy.rect.right < last.rect.x
    assert (first.native, proxy.native) == (False, True)
    assert words(proxy)[-1] == "native sidecar"
    assert [text.text for text in picture.texts] == [
        "1 · runs first, to completion",
        "2 · starts, keeps running",
        "3 · then runs, to completion",
        "4 · run together",
    ]
    assert [edge.title for edge in edges(picture, "order")] == [
        "proxy waits until first has finished",
        "last waits until proxy has started",
        "the containers that run together wait until last has finished",
    ]


def test_roles_fall_back_on_where_a_container_stands() -> None:
    spec = {
        "initContainers": [container("i"), container("n", restartPolicy="Always")],
        "containers": [container("a"), container("b")],
        "ephemeralContainers": [container("e")],
    }
    picture = layout([bare_pod("p", spec)], {"0/containers/1": "no such role"})
    assert {b.at: b.role for b in picture.boxes} == {
        "0/initContainers/0": "init",
        "0/initContainers/1": "sidecar",
        "0/containers/0": "application",
        "0/containers/1": "sidecar",
        "0/ephemeralContainers/0": "sidecar",
    }


def test_a_mount_of_no_volume_is_broken_and_says_which() -> None:
    picture = layout([bare_pod("p", {"containers": [container("a", mounts=[("gone", "/data")])]})])
    (edge,) = edges(picture, "mount")
    assert edge.broken
    assert not edge.target
    assert edge.label is not None
    assert edge.label.text == "/data rw · no volume gone"
    assert edge.title == "a mounts gone at /data, but the pod has no such volume"


def test_a_claim_template_of_a_stateful_set_is_a_volume() -> None:
    workload = deployment("db", {"containers": [container("db", mounts=[("data", "/data")])]}, kind="StatefulSet")
    claim = {"metadata": {"name": "data"}, "spec": {"resources": {"requests": {"storage": "1Gi"}}}}
    workload["spec"]["volumeClaimTemplates"] = [claim]
    picture = layout([workload])
    assert ends(picture, "mount") == [("0/containers/0", "0")]
    volume = next(b for b in picture.boxes if b.kind == "volume")
    assert words(volume) == ["data", "volumeClaimTemplate · 1Gi", "each replica has its own"]


def test_a_sub_path_stands_on_the_line() -> None:
    spec = {"containers": [container("a", mounts=[("v", "/etc/a.conf", "ro", "a.conf")])], "volumes": [{"name": "v"}]}
    (edge,) = edges(layout([bare_pod("p", spec)]), "mount")
    assert edge.label is not None
    assert edge.label.text == "/etc/a.conf ro · a.conf"
    assert edge.title == "a mounts v at /etc/a.conf, only a.conf of it, and reads only"


@pytest.mark.parametrize(
    ("port", "reached", "problem"),
    [
        ({"port": 80}, True, ""),
        ({"port": 81, "targetPort": 80}, True, ""),
        ({"port": 81, "targetPort": "http"}, True, ""),
        ({"port": 80, "targetPort": 81}, False, "no container declares port 81"),
        ({"port": 80, "targetPort": "web"}, False, "no port is named web"),
        ({"port": 80, "protocol": "UDP"}, False, "no container declares port 80"),
    ],
)
def test_a_service_reaches_a_port_by_number_or_name(port: Any, reached: bool, problem: str) -> None:
    app = container("app", ports=[{"containerPort": 80, "name": "http"}])
    picture = layout([bare_pod("p", {"containers": [app]}), service("s", {"app": "p"}, port)])
    (edge,) = edges(picture, "service")
    assert edge.broken is not reached
    assert edge.target_at == ("0/containers/0" if reached else "")
    assert box(picture, "1").bad is not reached
    assert not problem or problem in words(box(picture, "1"))


def test_a_service_that_selects_nothing_is_broken_one_without_a_selector_stands_below() -> None:
    pod = bare_pod("p", {"containers": [container("app", ports=[80])]})
    picture = layout([pod, service("lost", {"app": "other"}, {"port": 80}), service("by-hand", {}, {"port": 80})])
    assert box(picture, "1").kind == "service"
    assert "selects no pod of this design" in words(box(picture, "1"))
    assert [edge.broken for edge in edges(picture, "service")] == [True]
    assert box(picture, "2").kind == "companion"
    assert not box(picture, "2").bad


def test_a_service_reaches_every_pod_it_selects_but_none_of_another_namespace() -> None:
    pods = [bare_pod(name, {"containers": [container("app", ports=[80])]}, {"app": "web"}) for name in ("a", "b", "c")]
    pods[2]["metadata"]["namespace"] = "elsewhere"
    own = service("s", {"app": "web"}, {"port": 80})
    own["metadata"]["namespace"] = "here"
    assert ends(layout([*pods, own]), "service") == [("3", "0/containers/0"), ("3", "1/containers/0")]


def test_what_is_wrong_is_marked() -> None:
    bad = ["0", "0/containers/0", "0/volumes/0", "0/containers/0/ports/0", "1"]
    spec = {"containers": [container("a", ports=[80])], "volumes": [{"name": "v"}]}
    picture = layout([bare_pod("p", spec), config_map("c")], bad=bad)
    assert [b.bad for b in picture.boxes] == [True, True, True]
    assert picture.frames[0].bad
    assert picture.boxes[0].pills[0].label.text == ":80 !"


@pytest.mark.parametrize(
    ("kind", "fields", "label"),
    [
        ("Deployment", {"replicas": 3}, "Deployment · w · 3 replicas"),
        ("DaemonSet", {}, "DaemonSet · w · one on each node"),
        ("StatefulSet", {}, "StatefulSet · w · 1 replica"),
    ],
)
def test_the_outer_frame_says_how_many(kind: str, fields: Any, label: str) -> None:
    workload = deployment("w", {"containers": [container("a")]}, kind=kind)
    del workload["spec"]["replicas"]
    workload["spec"] |= fields
    assert layout([workload]).frames[0].label.text == label


def test_an_empty_pod_says_so_and_an_empty_design_has_no_size() -> None:
    picture = layout([bare_pod("p", {"containers": []})])
    assert [text.text for text in picture.texts] == ["No containers yet"]
    assert (layout([]).width, layout([]).height) == (0, 0)


def test_ids_follow_the_thing_when_others_come_and_go() -> None:
    app, helper = container("app", ports=[80]), container("helper", ports=[81])
    before = layout([bare_pod("p", {"containers": [app, helper]})])
    after = layout([config_map("c"), bare_pod("p", {"containers": [container("new"), helper, app]})])
    for name in ("app", "helper"):
        assert {b.id for b in before.boxes if name in b.id} == {b.id for b in after.boxes if name in b.id} != set()


@pytest.mark.parametrize(
    "document",
    [
        None,
        {},
        {"kind": "Pod"},
        {"kind": "Pod", "spec": {"containers": "none", "volumes": 3, "initContainers": {"a": 1}}},
        {
            "kind": "Pod",
            "spec": {"containers": [None, 1, {}, {"name": 3, "image": [], "ports": {}, "volumeMounts": [0]}]},
        },
        {
            "kind": "Pod",
            "spec": {"containers": [{"volumeMounts": [{}, {"name": 1, "mountPath": 2}]}], "volumes": [{}, {"name": 1}]},
        },
        {"kind": "Service", "spec": {"selector": {"a": 1}, "ports": [None, {}, {"port": "x", "targetPort": {}}]}},
        {"kind": "Service", "spec": {"selector": ["a"], "ports": 3}},
        {"kind": {"a": 1}, "metadata": {"name": {}}},
    ],
)
def test_odd_shapes_are_drawn_as_far_as_they_can_be(document: Any) -> None:
    pod = bare_pod("p", {"containers": [container("a", ports=[80])]}, {"a": "1"})
    assert layout([document]).boxes is not None
    assert any(b.at == "1/containers/0" for b in layout([document, pod]).boxes)


@pytest.mark.parametrize("natives", [1, 2, 3])
@pytest.mark.parametrize("inits", [0, 1, 2, 4])
@pytest.mark.parametrize("apps", [1, 2, 3])
@pytest.mark.parametrize("mounted", [False, True])
def test_the_last_step_always_leads_to_those_that_run_together(
    natives: int, inits: int, apps: int, mounted: bool
) -> None:
    mounts = [("v", "/a-directory"), ("w", "/another")] if mounted else []
    steps = [container(f"init-{n}", mounts=mounts) for n in range(inits)]
    steps += [container(f"native-{n}", mounts=mounts, restartPolicy="Always") for n in range(natives)]
    spec = {
        "initContainers": steps,
        "containers": [container(f"app-{n}", mounts=mounts) for n in range(apps)],
        "volumes": [{"name": "v", "emptyDir": {}}, {"name": "w", "emptyDir": {}}],
    }
    picture = layout([bare_pod("p", spec)])
    assert len(edges(picture, "order")) == inits + natives
    assert edges(picture, "order")[-1].title.startswith("the containers that run together wait until native-")
    assert faults(picture) == []
