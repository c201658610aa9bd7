"""What nodes, controllers and the scheduler say, told in plain words with what to do; from answers of a real server."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from designer.clusters.client import Client
from designer.clusters.live import Live, live
from designer.clusters.readdress import addresses, readdressed
from designer.manifests.types import Document, get
from tests.cluster.cases import EVENTS, PODS, ROLLOUTS, workload
from tests.cluster.control_plane import ControlPlane
from tests.cluster.documents import pod

ANSWERS = Path(__file__).parent / "answers"
# What is another each time that a server is asked.
_NEW = ("uid", "resourceVersion", "creationTimestamp", "managedFields", "namespace")


def kept(name: str) -> Document:
    document: Document = json.loads((ANSWERS / f"{name}.json").read_text())
    return document


def plain(answer: Document) -> Document:
    """An answer without what is new each time."""
    metadata = {key: value for key, value in answer["metadata"].items() if key not in _NEW}
    return {**answer, "metadata": {**metadata, "namespace": "shop"}}


def hold(name: str, answer: Document) -> None:
    """The kept answer is what a real server says today; PPD_WRITE_ANSWERS=1 keeps it anew."""
    if os.environ.get("PPD_WRITE_ANSWERS"):
        (ANSWERS / f"{name}.json").write_text(json.dumps(plain(answer), indent=1, sort_keys=True) + "\n")
    assert plain(answer) == kept(name)


def told(documents: list[Document], *objects: Document) -> Live:
    return live(documents, "shop", objects)


@pytest.mark.parametrize("case", PODS)
def test_how_a_pod_is_and_what_to_do(case: str) -> None:
    _, whole, words, advised = PODS[case]
    seen = told([pod()], kept(f"pod-{case}"))
    (found,) = seen.workloads[0].pods
    (app,) = found.containers
    assert (found.words, app.words, app.at) == (whole, words, "0/containers/0")
    said = " ".join(f"{one.words} {one.do}" for one in (found.advice, app.advice) if one)
    assert advised in said
    assert bool(said) or found.tone != "bad"
    assert seen.boxes == {"0/containers/0": (app.tone, words)}


@pytest.mark.parametrize("case", EVENTS)
def test_what_an_event_means(case: str) -> None:
    seen = told([pod()], kept(f"event-{case}"))
    (found,) = seen.events
    assert EVENTS[case][2] in f"{found.words} {found.do}"
    assert (found.about, found.count, found.at) == ("Pod web", 3, "2026-01-01T00:10:00Z")


@pytest.mark.parametrize("case", ROLLOUTS)
def test_how_far_a_rollout_is(case: str) -> None:
    kind, spec, _, words, tone = ROLLOUTS[case]
    seen = told([workload(kind, spec)], kept(f"rollout-{case}"))
    assert (seen.workloads[0].rollout.words, seen.workloads[0].rollout.tone) == (words, tone)


# The answers themselves


@pytest.mark.cluster
@pytest.mark.parametrize("case", PODS)
def test_a_server_answers_so_of_a_pod(case: str, client: Client, control_plane: ControlPlane, namespace: str) -> None:
    client.apply(pod(), namespace, dry_run=False)
    hold(f"pod-{case}", _with_status(control_plane, "pod", namespace, PODS[case][0]))


@pytest.mark.cluster
@pytest.mark.parametrize("case", ROLLOUTS)
def test_a_server_answers_so_of_a_rollout(
    case: str, client: Client, control_plane: ControlPlane, namespace: str
) -> None:
    kind, spec, status, _, _ = ROLLOUTS[case]
    client.apply(workload(kind, spec), namespace, dry_run=False)
    answer = _with_status(control_plane, kind, namespace, status)
    if kind == "Job":
        # The server labels and selects a Job's pods by its uid.
        uid = answer["metadata"]["uid"]
        answer = json.loads(json.dumps(answer).replace(uid, "a-uid"))
    hold(f"rollout-{case}", answer)


@pytest.mark.cluster
def test_a_server_answers_so_of_events(client: Client, control_plane: ControlPlane, namespace: str) -> None:
    for case, (reason, message, _) in EVENTS.items():
        event = {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": f"web.{case}"},
            "involvedObject": {"apiVersion": "v1", "kind": "Pod", "name": "web", "namespace": namespace},
            "type": "Warning",
            "reason": reason,
            "message": message,
            "source": {"component": "kubelet", "host": "n1"},
            "firstTimestamp": "2026-01-01T00:00:00Z",
            "lastTimestamp": "2026-01-01T00:10:00Z",
            "count": 3,
        }
        control_plane.kubectl("create", "-n", namespace, "-f", "-", stdin=json.dumps(event))
        answer = control_plane.json("get", "event", f"web.{case}", "-n", namespace)
        answer["involvedObject"]["namespace"] = "shop"
        hold(f"event-{case}", answer)


def _with_status(plane: ControlPlane, kind: str, namespace: str, status: dict[str, Any]) -> Document:
    if status:
        patch = json.dumps({"status": status})
        plane.kubectl("patch", kind, "web", "-n", namespace, "--subresource=status", "--type=merge", "-p", patch)
    answer: Document = plane.json("get", kind, "web", "-n", namespace)
    return answer


# Which pods are whose, and what many of them say together


def _live_pod(name: str, tone: str = "ready", **metadata: Any) -> Document:
    found = kept(f"pod-{tone}")
    return {**found, "metadata": {**found["metadata"], "name": name, **metadata}}


def owner(kind: str, name: str) -> dict[str, Any]:
    return {"ownerReferences": [{"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": "1", "controller": True}]}


@pytest.mark.parametrize(
    ("kind", "metadata", "mine"),
    [
        ("Deployment", owner("ReplicaSet", "web-5d4f"), True),
        ("Deployment", owner("ReplicaSet", "web-admin-5d4f"), False),
        ("Deployment", owner("StatefulSet", "web"), False),
        ("StatefulSet", owner("StatefulSet", "web"), True),
        ("DaemonSet", owner("DaemonSet", "web"), True),
        ("DaemonSet", owner("DaemonSet", "other"), False),
        ("Job", {"labels": {"batch.kubernetes.io/job-name": "web"}, **owner("Job", "web")}, True),
        ("Job", {"labels": {"batch.kubernetes.io/job-name": "web-2"}, **owner("Job", "web-2")}, False),
        ("CronJob", {"labels": {"batch.kubernetes.io/job-name": "web-2945"}, **owner("Job", "web-2945")}, True),
        ("CronJob", {"labels": {"batch.kubernetes.io/job-name": "web-x-2945"}, **owner("Job", "web-x-2945")}, False),
        ("Deployment", {"labels": {"app": "web"}}, True),
        ("Deployment", {"labels": {"app": "web"}, "namespace": "other"}, False),
    ],
)
def test_a_pod_is_its_workloads(kind: str, metadata: dict[str, Any], mine: bool) -> None:
    seen = told([workload(kind, {})], _live_pod("web-1", **metadata))
    assert len(seen.workloads[0].pods) == mine


def test_a_box_says_of_all_pods_the_worst_first() -> None:
    pods = [
        _live_pod("web-1", **owner("ReplicaSet", "web-1")),
        _live_pod("web-2", **owner("ReplicaSet", "web-1")),
        _live_pod("web-3", "crash-loop", **owner("ReplicaSet", "web-1")),
    ]
    seen = told([workload("Deployment", {})], *pods)
    assert seen.boxes["0/containers/0"] == ("bad", "1 waits: CrashLoopBackOff, 2 running and ready")
    assert (seen.tone, seen.done) == ("bad", True)


def test_events_of_others_and_of_before_are_not_told() -> None:
    event = kept("event-scheduling")
    documents = [pod()]
    assert live(documents, "shop", [event], "2026-01-01T00:10:01Z").events == ()
    for part in ({"name": "other"}, {"namespace": "other"}, {"kind": "Node"}):
        other = {**event, "involvedObject": {**event["involvedObject"], **part}}
        assert told(documents, other).events == ()


@pytest.mark.parametrize(
    ("kind", "of", "name", "ours"),
    [
        ("Deployment", "ReplicaSet", "web-5d4f8", True),
        ("Deployment", "ReplicaSet", "web-admin", False),
        ("Deployment", "Pod", "web-5d4f8-x7k2p", True),
        ("Deployment", "Pod", "web-other", False),
        ("Deployment", "Pod", "web-admin-5d4f8-x7k2p", False),
        ("StatefulSet", "Pod", "web-12", True),
        ("StatefulSet", "Pod", "web-2-1", False),
        ("DaemonSet", "Pod", "web-x7k2p", True),
        ("Job", "Pod", "web-x7k2p", True),
        ("Job", "Pod", "web-0-x7k2p", True),
        ("CronJob", "Job", "web-29451200", True),
        ("CronJob", "Pod", "web-29451200-x7k2p", True),
        ("CronJob", "Pod", "web-admin-29451200-x7k2p", False),
    ],
)
def test_events_of_what_a_controller_made_are_told_though_it_be_gone(kind: str, of: str, name: str, ours: bool) -> None:
    event = kept("event-scheduling")
    about = {**event["involvedObject"], "kind": of, "name": name}
    assert len(told([workload(kind, {})], {**event, "involvedObject": about}).events) == ours


def test_odd_answers_are_told_as_far_as_they_can_be() -> None:
    odd: list[Document] = [
        {"kind": "Pod", "metadata": {"name": "web", "namespace": "shop"}, "status": 7, "spec": {"containers": "x"}},
        {"kind": "Pod", "metadata": 3},
        {"kind": "Event", "involvedObject": "x"},
        {"kind": "Deployment", "metadata": {"name": "web", "namespace": "shop"}, "status": {"conditions": 5}},
        {},
    ]
    for documents in ([pod()], [workload("Deployment", {})]):
        assert len(told(documents, *odd).workloads) == 1
    assert get(told([], *odd).boxes, ()) == {}


def test_a_picture_of_what_was_applied_is_told_where_the_design_has_it_now() -> None:
    then = pod()
    then["spec"]["containers"].append({"name": "logs", "image": "b"})
    then["spec"]["initContainers"] = [{"name": "gone", "image": "c"}]
    now = pod()
    now["spec"]["containers"] = [{"name": "first", "image": "a"}, then["spec"]["containers"][1], {"name": "app"}]
    elsewhere = {**pod(), "metadata": {"name": "web", "namespace": "other"}}
    moved = addresses([then], [elsewhere, now], "shop")
    assert moved == {"0/containers/0": "1/containers/2", "0/containers/1": "1/containers/1"}
    there = {**then, "metadata": {"name": "web", "namespace": "shop"}}
    picture = readdressed(live([then], "shop", [there]), moved)
    assert set(picture.boxes) == {"1/containers/2", "1/containers/1"}
    assert {one.name: one.at for one in picture.workloads[0].pods[0].containers} == {
        "gone": "",
        "app": "1/containers/2",
        "logs": "1/containers/1",
    }
