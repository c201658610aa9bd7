"""merge: the strategic merge patch against kubectl's own, and the laws of the three-way merge."""

from __future__ import annotations

import json
import subprocess
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.manifests.match import same
from designer.manifests.merge import Conflict, strategic, three_way
from designer.manifests.schema import schema
from designer.manifests.types import ManifestError
from tests.binaries import kubectl
from tests.manifests.test_diff import LOGS, NGINX, deployment, designs, service

POD = "io.k8s.api.core.v1.Pod"


def pod(**spec: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec}


def by_kubectl(target: dict[str, Any], patch: dict[str, Any], directory: Path) -> dict[str, Any] | None:
    """What kubectl makes of it; None where it refuses."""
    program = kubectl()
    if program is None:
        pytest.skip("no kubectl: run make control-plane, set KUBEBUILDER_ASSETS or put it on the PATH")
    file = directory / "target.json"
    file.write_text(json.dumps(target))
    command = [program, "patch", "--local", "--type=strategic", "-f", str(file), "-o", "json", "-p", json.dumps(patch)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else None


A, B, C = ({"name": name, "image": name} for name in "abc")
CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a new container goes first": ({"containers": [A, B]}, {"containers": [C]}),
    "an order puts it last": (
        {"containers": [A, B]},
        {"containers": [C], "$setElementOrder/containers": [{"name": "a"}, {"name": "b"}, {"name": "c"}]},
    ),
    "an order alone reorders": (
        {"containers": [A, B, C]},
        {"$setElementOrder/containers": [{"name": "c"}, {"name": "a"}]},
    ),
    "a field of a container": ({"containers": [A, B]}, {"containers": [{"name": "b", "image": "x"}]}),
    "merging reorders as the patch has it": (
        {"containers": [A, B, C]},
        {"containers": [{"name": "c", "image": "x"}, {"name": "a", "image": "y"}]},
    ),
    "null deletes": ({"containers": [A], "nodeName": "n"}, {"nodeName": None, "hostname": None}),
    "$patch delete in a list": ({"containers": [A, B]}, {"containers": [{"name": "a", "$patch": "delete"}]}),
    "$patch replace in a list": ({"containers": [A, B]}, {"containers": [C, {"$patch": "replace"}]}),
    "$patch replace of a mapping": (
        {"containers": [A], "securityContext": {"runAsUser": 1, "fsGroup": 2}},
        {"securityContext": {"$patch": "replace", "runAsUser": 3}},
    ),
    "$patch delete of a mapping": (
        {"containers": [A], "securityContext": {"runAsUser": 1}},
        {"securityContext": {"$patch": "delete"}},
    ),
    "$retainKeys changes a volume's source": (
        {"volumes": [{"name": "v", "emptyDir": {"medium": "Memory"}}]},
        {"volumes": [{"name": "v", "$retainKeys": ["name", "secret"], "secret": {"secretName": "s"}}]},
    ),
    "without $retainKeys both sources stay": (
        {"volumes": [{"name": "v", "emptyDir": {}}]},
        {"volumes": [{"name": "v", "secret": {"secretName": "s"}}]},
    ),
    "a list without a merge key is replaced": (
        {"containers": [{**A, "args": ["1", "2"]}], "tolerations": [{"key": "a"}]},
        {"containers": [{"name": "a", "args": ["3"]}], "tolerations": [{"key": "b"}]},
    ),
    "mounts by path, ports by number": (
        {"containers": [{**A, "volumeMounts": [{"name": "v", "mountPath": "/a"}], "ports": [{"containerPort": 80}]}]},
        {
            "containers": [
                {
                    "name": "a",
                    "volumeMounts": [{"name": "v", "mountPath": "/b"}, {"mountPath": "/a", "readOnly": True}],
                    "ports": [{"containerPort": 80, "name": "http"}, {"containerPort": 81}],
                }
            ]
        },
    ),
    "variables": (
        {"containers": [{**A, "env": [{"name": "X", "value": "1"}, {"name": "Y", "value": "2"}]}]},
        {"containers": [{"name": "a", "env": [{"name": "Y", "value": "3"}, {"name": "Z", "value": "4"}]}]},
    ),
    "init containers": ({"initContainers": [A, B]}, {"initContainers": [{"name": "b", "restartPolicy": "Always"}]}),
    "a map": ({"containers": [A], "nodeSelector": {"a": "1", "b": "2"}}, {"nodeSelector": {"b": None, "c": "3"}}),
    "another type": ({"containers": [A], "hostname": "h"}, {"hostname": {"odd": True}}),
    "what was not there": ({}, {"containers": [C, A], "nodeSelector": {"a": "1"}}),
}


@pytest.mark.kubectl
@pytest.mark.parametrize("case", CASES)
def test_hand_picked_patches_as_kubectl(case: str, tmp_path: Path) -> None:
    target, patch = pod(**CASES[case][0]), {"spec": CASES[case][1]}
    before = deepcopy((target, patch))
    expected = by_kubectl(target, patch, tmp_path)
    assert expected is not None
    assert strategic(target, patch, POD) == expected
    assert (target, patch) == before


@pytest.mark.kubectl
def test_finalizers_are_a_set(tmp_path: Path) -> None:
    target = pod(containers=[A])
    target["metadata"]["finalizers"] = ["x/a", "x/b", "x/c"]
    for patch in (
        {"metadata": {"finalizers": ["x/d", "x/b"]}},
        {"metadata": {"$deleteFromPrimitiveList/finalizers": ["x/b"]}},
        {"metadata": {"$setElementOrder/finalizers": ["x/c", "x/e", "x/a"], "finalizers": ["x/e"]}},
    ):
        assert strategic(target, patch, POD) == by_kubectl(target, patch, tmp_path)


names = st.sampled_from("abcd")
ports = st.sampled_from([80, 81, 82])
text = st.sampled_from(["x", "y"])


def _unique(items: st.SearchStrategy[dict[str, Any]], key: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(items, max_size=3, unique_by=lambda item: item[key])


_env = st.fixed_dictionaries({"name": names}, optional={"value": text})
_port = st.fixed_dictionaries({"containerPort": ports}, optional={"name": text})
_mount = st.fixed_dictionaries({"mountPath": text, "name": names}, optional={"readOnly": st.booleans()})
_container = st.fixed_dictionaries(
    {"name": names},
    optional={
        "image": text,
        "args": st.lists(text, max_size=2),
        "env": _unique(_env, "name"),
        "ports": _unique(_port, "containerPort"),
        "volumeMounts": _unique(_mount, "mountPath"),
        "resources": st.fixed_dictionaries({}, optional={"limits": st.dictionaries(text, text, max_size=2)}),
    },
)
_volume = st.one_of(
    st.fixed_dictionaries({"name": names, "emptyDir": st.just({})}),
    st.fixed_dictionaries({"name": names, "configMap": st.fixed_dictionaries({"name": names})}),
)
_spec = st.fixed_dictionaries(
    {"containers": _unique(_container, "name")},
    optional={
        "initContainers": _unique(_container, "name"),
        "volumes": _unique(_volume, "name"),
        "nodeSelector": st.dictionaries(names, text, max_size=2),
        "hostname": text,
    },
)


@st.composite
def patches(draw: st.DrawFn, target: dict[str, Any]) -> dict[str, Any]:
    """A spec, with directives that Kubernetes would take for this target."""
    patch: dict[str, Any] = dict(draw(_spec))
    for name, key in (("containers", "name"), ("volumes", "name")):
        there = [item[key] for item in target.get(name, [])]
        how = draw(st.sampled_from(["delete", "order", "neither"])) if there else "neither"
        if how == "delete":
            patch[name] = [item for item in patch.get(name, []) if item[key] != there[0]]
            patch[name].append({key: there[0], "$patch": "delete"})
        elif how == "order":
            kept = [item[key] for item in patch.get(name, [])]
            others = [value for value in there if value not in kept]
            patch[f"$setElementOrder/{name}"] = [{key: value} for value in [*others, *kept]]
    for field in ("hostname", "nodeSelector"):
        if draw(st.integers(0, 4)) == 0:
            patch[field] = None
    return patch


@pytest.mark.kubectl
@given(st.data())
def test_generated_patches_as_kubectl(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    target = pod(**data.draw(_spec))
    patch = {"spec": data.draw(patches(target["spec"]))}
    before = deepcopy((target, patch))
    assert strategic(target, patch, POD) == by_kubectl(target, patch, tmp_path_factory.getbasetemp())
    assert (target, patch) == before


@given(_spec, _spec)
def test_a_patch_twice_is_the_patch_once(target: dict[str, Any], patch: dict[str, Any]) -> None:
    once = strategic(target, patch, "io.k8s.api.core.v1.PodSpec")
    assert strategic(once, patch, "io.k8s.api.core.v1.PodSpec") == once


def test_directives_leave_nothing_behind() -> None:
    patch = {
        "livenessProbe": {"$patch": "delete"},
        "env": [{"name": "A", "$patch": "delete"}, {"name": "B", "value": None}],
        "resources": {"$patch": "replace", "limits": {"cpu": "1"}},
    }
    assert strategic({"name": "a"}, patch, "io.k8s.api.core.v1.Container") == {
        "name": "a",
        "env": [{"name": "B"}],
        "resources": {"limits": {"cpu": "1"}},
    }


def test_where_the_schema_knows_nothing_it_is_a_json_merge_patch() -> None:
    target = {"spec": {"a": 1, "list": [{"name": "x"}], "inner": {"b": 2}}}
    patch = {"spec": {"a": None, "list": [{"name": "y"}], "inner": {"c": 3}}}
    assert strategic(target, patch, "") == {"spec": {"list": [{"name": "y"}], "inner": {"b": 2, "c": 3}}}


@pytest.mark.parametrize(
    ("patch", "message", "path"),
    [
        ({"containers": [{"image": "x"}]}, "has no name", ("containers", 0)),
        ({"containers": ["x"]}, "a mapping with name is needed", ("containers", 0)),
        ({"containers": [{"name": "a", "$patch": "drop"}]}, "'drop'", ("containers", 0, "$patch")),
        ({"$patch": "keep"}, "'keep'", ("$patch",)),
        ({"$setElementOrder/containers": "a"}, "a list is needed", ("$setElementOrder/containers",)),
        ({"$retainKeys": ["containers"], "hostname": "h"}, "which its $retainKeys leaves out", ("hostname",)),
    ],
)
def test_what_cannot_be_followed_is_refused(patch: dict[str, Any], message: str, path: tuple[str | int, ...]) -> None:
    with pytest.raises(ManifestError, match=message.replace("$", r"\$")) as caught:
        strategic({"containers": [A]}, patch, "io.k8s.api.core.v1.PodSpec", schema())
    assert caught.value.path == path


# --- Three-way ---------------------------------------------------------------------------------------------------


@given(designs, designs)
def test_one_sided_edits_win(base: Any, edited: Any) -> None:
    before = deepcopy((base, edited))
    for ours, theirs in ((base, edited), (edited, base), (edited, edited)):
        merged = three_way(base, ours, theirs)
        assert same(merged.value, edited)
        assert merged.conflicts == []
    assert (base, edited) == before


@given(designs, designs, designs)
def test_it_says_every_conflict_and_never_breaks(base: Any, ours: Any, theirs: Any) -> None:
    merged, mirrored = three_way(base, ours, theirs), three_way(base, theirs, ours)
    assert bool(merged.conflicts) is bool(mirrored.conflicts)
    for conflict in merged.conflicts:
        assert not same(conflict.ours, conflict.theirs)
        assert not same(conflict.base, conflict.ours)
        assert not same(conflict.base, conflict.theirs)


def spec(containers: list[Any], **more: Any) -> list[dict[str, Any]]:
    return [deployment(containers=containers, **more)]


def test_edits_of_two_containers_and_an_addition_each() -> None:
    ours_volumes = [{"name": "v", "emptyDir": {}}]
    ours = spec([{**NGINX, "image": "nginx:1.28"}, LOGS, A], volumes=ours_volumes)
    theirs = [*spec([B, NGINX, C, {**LOGS, "tty": True}]), service("s")]
    merged = three_way(spec([NGINX, LOGS]), ours, theirs)
    assert merged.conflicts == []
    assert merged.value == [
        *spec(
            [B, {**NGINX, "image": "nginx:1.28"}, C, {**LOGS, "tty": True}, A], volumes=[{"name": "v", "emptyDir": {}}]
        ),
        service("s"),
    ]


def test_the_same_field_otherwise_is_a_conflict_and_ours_stays() -> None:
    ours, theirs = spec([{**NGINX, "image": "a"}]), spec([{**NGINX, "image": "b", "tty": True}])
    merged = three_way(spec([NGINX]), ours, theirs)
    path = (0, "spec", "template", "spec", "containers", 0, "image")
    assert merged.conflicts == [Conflict(path, "nginx:1.27", "a", "b")]
    assert merged.value == spec([{**NGINX, "image": "a", "tty": True}])


def test_a_removal_against_an_edit() -> None:
    base, edited, without = spec([NGINX, LOGS]), spec([NGINX, {**LOGS, "image": "x"}]), spec([NGINX])
    kept = three_way(base, edited, without)
    assert (kept.value, len(kept.conflicts)) == (edited, 1)
    gone = three_way(base, edited, without, removals_win=True)
    assert (gone.value, gone.conflicts) == (without, kept.conflicts)
    assert three_way(base, without, edited).value == without


def test_a_renamed_container_takes_the_others_edits() -> None:
    renamed, edited = spec([{**NGINX, "name": "front"}]), spec([{**NGINX, "image": "x"}])
    merged = three_way(spec([NGINX]), renamed, edited)
    assert (merged.value, merged.conflicts) == (spec([{**NGINX, "name": "front", "image": "x"}]), [])


def test_the_order_that_one_side_changed_is_kept() -> None:
    base, moved = spec([A, B, C]), spec([C, A, B])
    edited = spec([A, {**B, "tty": True}, LOGS, C])
    expected = spec([C, A, {**B, "tty": True}, LOGS])
    assert three_way(base, moved, edited).value == expected
    assert three_way(base, edited, moved).value == expected
    both = three_way(base, moved, spec([B, A, C]))
    assert both.value == moved
    assert [conflict.path for conflict in both.conflicts] == [(0, "spec", "template", "spec", "containers")]


def test_commands_are_merged_by_runs() -> None:
    def args(*values: str) -> dict[str, Any]:
        return {"args": list(values)}

    merged = three_way(args("a", "b", "c", "d"), args("A", "b", "c", "d"), args("a", "b", "c", "D", "e"))
    assert (merged.value, merged.conflicts) == (args("A", "b", "c", "D", "e"), [])
    clash = three_way(args("--port", "80"), args("--port", "81"), args("--port", "82"))
    assert clash.value == args("--port", "81")
    assert clash.conflicts == [Conflict(("args",), ["--port", "80"], ["--port", "81"], ["--port", "82"])]


def test_a_volume_never_gets_two_sources() -> None:
    def volume(**source: Any) -> list[dict[str, Any]]:
        return spec([A], volumes=[{"name": "v", **source}])

    merged = three_way(volume(emptyDir={}), volume(configMap={"name": "c"}), volume(secret={"secretName": "s"}))
    assert merged.value == volume(configMap={"name": "c"})
    assert len(merged.conflicts) == 1


def test_what_was_added_to_a_list_or_map_that_the_other_side_removed_stays() -> None:
    base = spec([A], initContainers=[B])
    base[0]["metadata"]["labels"] = {"app": "web"}
    ours = deepcopy(base)
    ours[0]["spec"]["template"]["spec"]["initContainers"].append(C)
    ours[0]["metadata"]["labels"]["tier"] = "front"
    merged = three_way(base, ours, spec([A]))
    expected = spec([A], initContainers=[C])
    expected[0]["metadata"]["labels"] = {"tier": "front"}
    assert (merged.value, merged.conflicts) == (expected, [])
    assert three_way(base, spec([A]), ours) == merged


def test_additions_can_follow_what_is_there() -> None:
    target = {"containers": [A, {**B, "env": [{"name": "X", "value": "1"}]}]}
    patch = {"containers": [C, {"name": "b", "env": [{"name": "Y", "value": "2"}, {"name": "X", "value": "3"}]}]}
    env = [{"name": "X", "value": "3"}, {"name": "Y", "value": "2"}]
    expected = {"containers": [A, {**B, "env": env}, C]}
    assert strategic(target, patch, "io.k8s.api.core.v1.PodSpec", additions="last") == expected


def test_what_follows_is_told_apart_as_by_server_side_apply() -> None:
    """One number, two protocols: to a patch of kubectl they are one port, and the second would be lost."""
    tcp, udp = {"containerPort": 53, "name": "tcp"}, {"containerPort": 53, "protocol": "UDP"}
    dns = {"containers": [{"name": "dns", "ports": [udp, tcp]}]}
    assert strategic(dns, dns, "io.k8s.api.core.v1.PodSpec", additions="last") == dns
    patch = {"containers": [{"name": "dns", "ports": [{"containerPort": 53, "protocol": "TCP", "name": "other"}]}]}
    ports = [udp, {"containerPort": 53, "protocol": "TCP", "name": "other"}]
    expected = {"containers": [{"name": "dns", "ports": ports}]}
    assert strategic(dns, patch, "io.k8s.api.core.v1.PodSpec", additions="last") == expected
    served = {"ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]}
    assert strategic(served, served, "io.k8s.api.core.v1.ServiceSpec", additions="last") == served
