"""diff: what changed, in a stable order, and the sentence it is told in."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.manifests.diff import Change, diff, line, sentence
from designer.manifests.match import same
from designer.manifests.types import Documents, get


def deployment(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {"template": {"metadata": {"labels": {"app": "web"}}, "spec": spec}},
    }


def service(name: str, port: int = 80) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": {"ports": [{"port": port}]}}


NGINX = {"name": "nginx", "image": "nginx:1.27", "ports": [{"name": "http", "containerPort": 80}]}
LOGS = {"name": "logs", "image": "alpine", "volumeMounts": [{"name": "logs", "mountPath": "/logs"}]}
CONTAINERS = (0, "spec", "template", "spec", "containers")


def told(old: Documents, new: Documents) -> list[tuple[str, tuple[str | int, ...]]]:
    return [(change.op, change.path) for change in diff(old, new)]


def test_a_container_put_in_front_is_one_add() -> None:
    old, new = [deployment(containers=[NGINX])], [deployment(containers=[LOGS, NGINX])]
    assert diff(old, new) == [
        Change(
            "add", (*CONTAINERS, 0), None, LOGS, ("Deployment/web", "spec", "template", "spec", "containers", "logs")
        )
    ]
    assert [(c.op, c.path, c.old) for c in diff(new, old)] == [("remove", (*CONTAINERS, 0), LOGS)]


def test_lists_are_matched_by_what_names_their_items() -> None:
    before = {
        "name": "a",
        "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
        "ports": [{"containerPort": 53, "protocol": "UDP"}, {"containerPort": 53}],
        "volumeMounts": [{"name": "x", "mountPath": "/a"}, {"name": "x", "mountPath": "/b"}],
    }
    after = {
        "name": "a",
        "env": [{"name": "B", "value": "3"}],
        "ports": [{"containerPort": 53, "protocol": "TCP", "name": "dns"}, {"containerPort": 53, "protocol": "UDP"}],
        "volumeMounts": [{"name": "x", "mountPath": "/b", "readOnly": True}],
    }
    changes = diff(before, after, "io.k8s.api.core.v1.Container")
    assert [(c.op, c.path, c.named[-2:]) for c in changes] == [
        ("remove", ("env", 0), ("env", "A")),
        ("replace", ("env", 0, "value"), ("B", "value")),
        ("add", ("ports", 0, "name"), ("53", "name")),
        ("add", ("ports", 0, "protocol"), ("53", "protocol")),
        ("move", ("ports", 1), ("ports", "53")),
        ("remove", ("volumeMounts", 0), ("volumeMounts", "/a")),
        ("add", ("volumeMounts", 0, "readOnly"), ("/b", "readOnly")),
    ]


def test_the_first_of_a_list_is_added_like_the_second() -> None:
    volume = {"name": "v", "emptyDir": {}}
    changes = diff([deployment(containers=[])], [deployment(containers=[], volumes=[volume])])
    assert [(c.op, c.path, c.new) for c in changes] == [("add", (*CONTAINERS[:-1], "volumes", 0), volume)]
    changes = diff([deployment(containers=[], volumes=[volume])], [deployment(containers=[], args=["a"])])
    assert [(c.op, c.path[-1]) for c in changes] == [("add", "args"), ("remove", 0)]


def test_a_half_written_document_does_not_make_the_others_nameless() -> None:
    assert told([{"kind": "Service"}, service("a"), service("b")], [service("b"), {"kind": "Service"}]) == [
        ("remove", (1,)),
        ("move", (1,)),
    ]


def test_a_moved_container_is_one_move() -> None:
    a, b, c = ({"name": n, "image": n} for n in "abc")
    changes = diff([deployment(initContainers=[a, b, c])], [deployment(initContainers=[c, a, b])])
    assert [(x.op, x.old, x.new, x.named[-1]) for x in changes] == [("move", 2, 0, "c")]


def test_a_renamed_thing_is_the_same_thing() -> None:
    new = {**NGINX, "name": "front"}
    changes = diff([deployment(containers=[NGINX, LOGS])], [deployment(containers=[new, LOGS])])
    assert [(c.op, c.path, c.old, c.new) for c in changes] == [("replace", (*CONTAINERS, 0, "name"), "nginx", "front")]
    changes = diff([service("a")], [service("b")])
    assert [(c.op, c.path) for c in changes] == [("replace", (0, "metadata", "name"))]


def test_documents_are_matched_by_kind_and_name() -> None:
    assert told([service("a"), service("b")], [service("b", 81), service("a")]) == [
        ("replace", (0, "spec", "ports", 0, "port")),
        ("move", (1,)),
    ]
    assert told([service("a")], [{**service("a"), "apiVersion": "v2"}]) == [("remove", (0,)), ("add", (0,))]


def test_nameless_items_are_aligned() -> None:
    old, new = {"args": ["a", "b", "c"]}, {"args": ["a", "x", "c", "d"]}
    assert [(c.op, c.path, c.old, c.new) for c in diff(old, new)] == [
        ("replace", ("args", 1), "b", "x"),
        ("add", ("args", 3), None, "d"),
    ]


def test_values_differ_as_json_does() -> None:
    assert [c.path for c in diff({"a": 1, "b": 1, "c": None}, {"a": True, "b": 1.0})] == [("a",), ("b",), ("c",)]


def test_repeated_names_are_matched_in_turn() -> None:
    env = [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]
    changes = diff(env, [env[0], {"name": "A", "value": "3"}])
    assert [(c.op, c.path) for c in changes] == [("replace", (1, "value"))]


TWO = {**NGINX, "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}], "args": ["-g", "x"]}
LIMITED = {**NGINX, "resources": {"limits": {"cpu": "1", "memory": "1Gi"}}}
PROBED = {**NGINX, "readinessProbe": {"httpGet": {"port": 80}}}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        # One field, one thing.
        ([NGINX], [NGINX], "changed comments or layout only"),
        ([NGINX], [{**NGINX, "image": "nginx:1.28"}], "set image of nginx to nginx:1.28"),
        ([NGINX], [{**NGINX, "image": "r.example/" + 60 * "x"}], "changed image of nginx"),
        ([NGINX], [{**NGINX, "imagePullPolicy": "Always"}], "set imagePullPolicy of nginx to Always"),
        ([NGINX], [{**NGINX, "tty": True}], "set tty of nginx to true"),
        ([{**NGINX, "tty": True}], [NGINX], "removed tty from nginx"),
        ([NGINX], [PROBED], "added readinessProbe to nginx"),
        ([PROBED], [NGINX], "removed readinessProbe from nginx"),
        ([PROBED], [{**NGINX, "readinessProbe": {"tcpSocket": {"port": 80}}}],
         "changed readinessProbe of nginx from httpGet to tcpSocket"),
        ([LIMITED], [{**NGINX, "resources": {"limits": {"cpu": "2", "memory": "1Gi"}}}], "set cpu limit of nginx to 2"),
        ([LIMITED], [{**NGINX, "resources": {"limits": {"cpu": "1"}}}], "removed memory limit from nginx"),
        ([NGINX], [{**NGINX, "ports": [*NGINX["ports"], {"containerPort": 81}]}], "added port 81 to nginx"),
        ([NGINX], [{**NGINX, "ports": [{"name": "http", "containerPort": 81}]}], "changed port 80 of nginx to 81"),
        ([NGINX], [{**NGINX, "ports": [{"name": "web", "containerPort": 80}]}], "renamed port http of nginx to web"),
        ([LOGS], [{**LOGS, "volumeMounts": []}], "removed mount /logs from logs"),
        ([LOGS], [{**LOGS, "volumeMounts": [{"name": "logs", "mountPath": "/logs", "readOnly": True}]}],
         "set readOnly of mount /logs of logs to true"),
        ([TWO], [{**TWO, "args": ["-g", "y"]}], "changed args of nginx"),
        ([TWO], [{**TWO, "args": ["a", "b", "c", "d"]}], "changed args of nginx"),
        ([TWO], [{**TWO, "env": [{"name": "A", "value": "9"}, TWO["env"][1]]}], "set variable A of nginx to 9"),
        ([TWO], [{**TWO, "env": [{"name": "C", "value": "1"}, TWO["env"][1]]}], "renamed variable A of nginx to C"),
        ([TWO], [{**TWO, "env": [{"name": "A", "valueFrom": {"fieldRef": {}}}, TWO["env"][1]]}],
         "changed variable A of nginx from value to valueFrom"),
        # Containers.
        ([NGINX], [NGINX, LOGS], "added container logs"),
        ([NGINX, LOGS], [NGINX], "removed container logs"),
        ([NGINX, LOGS], [LOGS, NGINX], "moved container nginx to place 2"),
        ([NGINX, LOGS, {"name": "c"}], [{"name": "c"}, LOGS, NGINX], "reordered containers"),
        ([NGINX], [{**NGINX, "name": "front"}], "renamed container nginx to front"),
        # Several fields of one container.
        ([LOGS], [{**LOGS, "image": "busybox", "tty": True}], "changed 2 fields of logs: image, tty"),
        ([TWO], [{**TWO, "image": "a", "env": [{"name": "A", "value": "3"}, {"name": "B", "value": "4"}],
                  "ports": [{"containerPort": 80}]}],
         "changed 4 fields of nginx: image, 2 variables, name of port 80"),
        ([TWO], [{**TWO, "env": [{"name": "A", "value": "3"}, {"name": "B", "value": "4"}]}],
         "changed 2 variables of nginx"),
        ([NGINX], [TWO | {"args": ["x"]}], "changed 3 fields of nginx: args, 2 variables"),
        ([NGINX], [{**NGINX, "env": TWO["env"]}], "added 2 variables to nginx"),
        ([NGINX], [{**NGINX, "env": TWO["env"][:1], "ports": [*NGINX["ports"], {"containerPort": 81}]}],
         "added variable A and port 81 to nginx"),
        # All over the place.
        ([NGINX], [{**NGINX, "image": "a"}, LOGS], "added container logs, changed image of nginx"),
        ([NGINX, LOGS], [{**NGINX, "image": "a"}, {**LOGS, "image": "b"}], "changed nginx and logs"),
        ([NGINX, LOGS], [{**NGINX, "tty": True}], "removed container logs, changed tty of nginx"),
    ],
)  # fmt: skip
def test_sentences(old: list[Any], new: list[Any], expected: str) -> None:
    before, after = [deployment(containers=old)], [deployment(containers=new)]
    assert sentence(diff(before, after), after) == expected


WEB, A, B = deployment(containers=[NGINX]), service("a"), service("b")
SECRET = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"key": "hunter2"}}
CONFIG: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "c"},
    "data": {"a.conf": "x\ny\n", "mode": "on"},
}
SIDECAR = {**LOGS, "restartPolicy": "Always"}
VOLUME = {"name": "v", "emptyDir": {}}
MOUNTED = {**NGINX, "volumeMounts": [{"name": "v", "mountPath": "/v"}]}
MANY = deployment(containers=[LOGS, NGINX], volumes=[VOLUME])


def labelled(**labels: str) -> dict[str, Any]:
    return {**WEB, "metadata": {"name": "web", "labels": labels}}


def listed(item: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "List", "items": [item]}


def scaled(replicas: int) -> dict[str, Any]:
    return {**WEB, "spec": {**WEB["spec"], "replicas": replicas}}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([WEB], [WEB, A], "added Service a"),
        ([WEB], [WEB, A, B], "added Service a and Service b"),
        ([WEB], [MANY, A, B], "added container logs, Service a and 2 more"),
        ([MANY, A], [WEB], "removed container logs, Service a and volume v"),
        ([WEB, A], [WEB, B], "renamed Service a to b"),
        ([WEB, A, B], [B, WEB, A], "moved Service b to place 1"),
        ([WEB, A], [{**WEB, "kind": "StatefulSet"}, A], "turned Deployment web into a StatefulSet"),
        ([WEB, SECRET], [WEB, {**SECRET, "stringData": {"key": "hunter3"}}], "changed key of Secret s"),
        ([WEB, SECRET], [WEB, {**SECRET, "stringData": {"key": "hunter2", "b": "x"}}], "added b to Secret s"),
        ([WEB, SECRET], [WEB, {**SECRET, "type": "Opaque"}], "set type of Secret s to Opaque"),
        ([WEB, SECRET], [WEB, {**SECRET, "stringdata": "hunter3"}], "added stringdata to Secret s"),
        ([WEB, listed(SECRET)], [WEB, listed({**SECRET, "data": "hunter3"})], "added items.Secret/s.data to List"),
        ([SECRET, SECRET], [SECRET, {**SECRET, "stringData": {"key": "x"}}], "changed key of Secret s"),
        ([WEB, CONFIG], [WEB, {**CONFIG, "data": {"a.conf": "z\n", "mode": "on"}}], "changed a.conf of ConfigMap c"),
        ([WEB, CONFIG], [WEB, {**CONFIG, "data": {**CONFIG["data"], "mode": "off"}}], "set mode of ConfigMap c to off"),
        ([WEB, CONFIG], [WEB, {**CONFIG, "data": {"mode": "off"}}], "changed a.conf and mode of ConfigMap c"),
        ([WEB, A], [WEB, service("a", 81)], "changed port 80 of Service a to 81"),
        ([A], [service("a", 81)], "changed port 80 to 81"),
        ([WEB, A], [scaled(3), A], "set replicas of Deployment web to 3"),
        ([scaled(3)], [WEB], "removed replicas"),
        ([WEB, A], [deployment(containers=[NGINX, LOGS]), A], "added container logs to Deployment web"),
        ([deployment(containers=[NGINX])], [deployment(containers=[NGINX], initContainers=[SIDECAR])],
         "added sidecar logs"),
        ([deployment(containers=[NGINX, LOGS])], [deployment(containers=[NGINX], initContainers=[SIDECAR])],
         "made container logs a sidecar"),
        ([deployment(containers=[NGINX, LOGS])], [deployment(containers=[NGINX], initContainers=[LOGS])],
         "made container logs an init container"),
        ([deployment(containers=[MOUNTED], volumes=[VOLUME])],
         [deployment(containers=[MOUNTED | {"volumeMounts": [{"name": "w", "mountPath": "/v"}]}],
                     volumes=[{**VOLUME, "name": "w"}])], "renamed volume v to w"),
        ([deployment(containers=[NGINX], volumes=[VOLUME])],
         [deployment(containers=[NGINX], volumes=[{"name": "v", "configMap": {"name": "c"}}])],
         "changed volume v from emptyDir to configMap"),
        ([deployment(containers=[NGINX], volumes=[VOLUME])], [deployment(containers=[MOUNTED], volumes=[VOLUME])],
         "added mount /v to nginx"),
        ([deployment(containers=[MOUNTED, {**MOUNTED, "name": "b"}], volumes=[VOLUME])],
         [deployment(containers=[NGINX, {**NGINX, "name": "b"}])], "removed volume v and 2 mounts"),
        ([WEB], [labelled(app="a")], "added labels"),
        ([labelled(app="a")], [labelled(app="b")], "set label app to b"),
        ([labelled(app="a"), A], [labelled(app="a", tier="x"), A], "set label tier of Deployment web to x"),
        ([labelled(x="1", y="2"), A], [labelled(x="2", y="3"), A], "changed 2 labels of Deployment web"),
        ([WEB, A], [deployment(containers=[LOGS]), service("a", 81)],
         "added container logs, removed container nginx, changed port 80 of Service a"),
        ([WEB, A], [WEB, {**A, "apiVersion": "v2"}], "added Service a, removed Service a"),
    ],
)  # fmt: skip
def test_sentences_about_objects(old: Documents, new: Documents, expected: str) -> None:
    assert sentence(diff(old, new), new) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([WEB], [deployment(containers=[{**NGINX, "image": "nginx:1.28"}])],
         [("Deployment web", "image of container nginx: nginx:1.27 → nginx:1.28")]),
        ([WEB], [deployment(containers=[NGINX, LOGS])], [("Deployment web", "container logs: added")]),
        ([WEB], [deployment(containers=[{**NGINX, "tty": True, "env": TWO["env"][:1]}])],
         [("Deployment web", "variable A of container nginx: added"),
          ("Deployment web", "tty of container nginx: set to true")]),
        ([{**WEB, "x": 1}], [WEB], [("Deployment web", "x: removed, was 1")]),
        ([WEB, A], [WEB], [("Service a", "Service a: removed")]),
        ([WEB, A], [A, WEB], [("Deployment web", "Deployment web: moved from place 1 to 2")]),
        ([A], [B], [("Service a", "Service a: renamed to b")]),
        ([SECRET], [{**SECRET, "stringData": {"key": "x"}}], [("Secret s", "key: changed")]),
        ([A], [service("a", 81)], [("Service a", "port 80: 80 → 81")]),
    ],
)  # fmt: skip
def test_lines_of_a_comparison(old: Documents, new: Documents, expected: list[tuple[str, str]]) -> None:
    assert [line(change) for change in diff(old, new)] == expected


def test_a_sentence_fits_into_a_line() -> None:
    long = [{"name": f"a-container-with-a-long-name-{n}{'x' * 20}", "image": "x"} for n in range(3)]
    after = [deployment(containers=[NGINX, *long])]
    said = sentence(diff([WEB], after), after)
    assert len(said) == 100
    assert said.startswith("added container a-container-with-a-long-name-0")
    assert said.endswith("…")


names = st.sampled_from(["a", "b", "c", "d"])
scalars = st.one_of(st.none(), st.booleans(), st.integers(0, 2), st.sampled_from(["", "x", "y"]))
container = st.fixed_dictionaries(
    {"name": names, "image": st.sampled_from(["x", "y"])},
    optional={"args": st.lists(st.sampled_from("pqr"), max_size=3), "env": st.lists(st.builds(dict, name=names))},
)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=8
)
designs = st.lists(st.builds(service, names, st.integers(80, 82)), max_size=2).flatmap(
    lambda services: st.builds(
        lambda containers, extra: [deployment(containers=containers, extra=extra), *services],
        st.lists(container, max_size=3),
        anything,
    )
)


@given(designs, designs)
def test_it_finds_a_change_where_there_is_one_and_only_there(old: Documents, new: Documents) -> None:
    before = deepcopy((old, new))
    changes = diff(old, new)
    assert bool(changes) is not same(old, new)
    assert (old, new) == before
    for change in changes:
        if change.op in ("add", "replace"):
            assert same(get(new, change.path), change.new)
        elif change.op == "remove":
            assert same(get(old, change.path), change.old)
        assert len(change.named) == len(change.path)
    said = sentence(changes, new)
    assert 0 < len(said) <= 100
    assert "\n" not in said
    assert all(all(line(change)) for change in changes)


@given(designs)
def test_nothing_changed_is_no_change(documents: Documents) -> None:
    assert diff(documents, deepcopy(documents)) == []
