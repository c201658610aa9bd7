"""diff: what changed, in a stable order, and the sentence it is told in."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.manifests.diff import Change, diff, sentence
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


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([NGINX], [NGINX], "no changes"),
        ([NGINX], [{**NGINX, "image": "nginx:1.28"}], "nginx: image nginx:1.27 → nginx:1.28"),
        ([NGINX], [NGINX, LOGS], "added container logs"),
        ([NGINX, LOGS], [NGINX], "removed container logs"),
        ([NGINX, LOGS], [LOGS, NGINX], "moved container nginx"),
        ([NGINX], [{**NGINX, "name": "front"}], "renamed container nginx to front"),
        ([NGINX], [{**NGINX, "livenessProbe": {"httpGet": {"port": 80}}}], "nginx: added livenessProbe"),
        ([NGINX], [{**NGINX, "imagePullPolicy": "Always"}], "nginx: imagePullPolicy set to Always"),
        ([NGINX], [{**NGINX, "tty": True}], "nginx: tty set to true"),
        ([NGINX], [{**NGINX, "ports": [*NGINX["ports"], {"containerPort": 81}]}], "nginx: added port 81"),
        ([LOGS], [{**LOGS, "image": "busybox", "tty": True}], "2 changes in logs"),
        ([NGINX], [{**NGINX, "image": "a"}, LOGS], "2 changes in web"),
    ],
)
def test_sentences(old: list[Any], new: list[Any], expected: str) -> None:
    before, after = [deployment(containers=old)], [deployment(containers=new)]
    assert sentence(diff(before, after), after) == expected


def test_sentences_about_objects() -> None:
    web, a, b = deployment(containers=[NGINX]), service("a"), service("b")
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"key": "hunter2"}}
    other = {**secret, "stringData": {"key": "hunter3"}}
    sidecar = deployment(containers=[NGINX], initContainers=[{**LOGS, "restartPolicy": "Always"}])

    def say(old: Documents, new: Documents) -> str:
        return sentence(diff(old, new), new)

    assert say([web], [web, a]) == "added Service a"
    assert say([web], [web, a, b]) == "added Service a and Service b"
    many = deployment(containers=[LOGS, NGINX], volumes=[{"name": "v", "emptyDir": {}}])
    assert say([web], [many, a, b]) == "added container logs, Service a and 2 more"
    assert say([many, a], [web]) == "removed container logs, Service a and volume v"
    assert say([web, a], [web, b]) == "renamed Service a to b"
    assert say([web, secret], [web, other]) == "Secret s: changed key"
    assert say([deployment(containers=[NGINX], initContainers=[])], [sidecar]) == "added sidecar logs"
    assert say([web, a], [web, service("a", 81)]) == "Service a: port 80 → 81"
    assert say([a], [service("a", 81)]) == "port 80 → 81"
    assert say([web, a], [deployment(containers=[LOGS]), service("a", 81)]) == "3 changes in 2 objects"
    shell = deployment(containers=[{**NGINX, "env": [{"name": "LEVEL", "value": "info"}]}])
    louder = deployment(containers=[{**NGINX, "env": [{"name": "LEVEL", "value": "debug"}]}])
    assert say([shell], [louder]) == "nginx: variable LEVEL info → debug"


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
    assert sentence(changes, new)
    assert "\n" not in sentence(changes, new)


@given(designs)
def test_nothing_changed_is_no_change(documents: Documents) -> None:
    assert diff(documents, deepcopy(documents)) == []
