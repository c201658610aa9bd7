"""How a pod starts and stops: times of probes and hooks, order, and what is never known."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.manifests import startup_rules
from designer.manifests.pod import Pod, pods
from designer.manifests.replicas import Replicas, replicas
from designer.manifests.shutdown import stop
from designer.manifests.startup import endless, holders, start
from designer.manifests.startup_rules import Rule
from designer.manifests.startup_schedule import cron_notes, schedule_words
from designer.manifests.startup_times import UNKNOWN, Length, grace, hook, probe, seconds
from designer.manifests.types import Document

HTTP = {"httpGet": {"path": "/", "port": 80}}


def box(name: str = "app", **fields: Any) -> Document:
    return {"name": name, "image": "i", **fields}


def sidecar(name: str, **fields: Any) -> Document:
    return box(name, restartPolicy="Always", **fields)


def pod(*containers: Any, kind: str = "Pod", **spec: Any) -> Pod:
    inner = {"containers": [*containers], **spec}
    template: Document = {"metadata": {"name": "p"}, "spec": inner}
    if kind == "Pod":
        return pods([{"apiVersion": "v1", "kind": "Pod", **template}])[0]
    return pods([{"apiVersion": "batch/v1", "kind": kind, "metadata": {"name": "p"}, "spec": {"template": template}}])[
        0
    ]


def after(**timing: int) -> Document:
    return {**HTTP, **timing}


# The timing fields; when it can succeed first, when it has failed for good at the latest and at the earliest.
PROBES: dict[str, tuple[Document, int, int, int]] = {
    "defaults": ({}, 0, 31, 20),
    # "Configure Liveness, Readiness and Startup Probes": 30 × 10 = 300 s to start up, and the time of one try.
    "the documentation's slow start": ({"failureThreshold": 30, "periodSeconds": 10}, 0, 301, 290),
    "a delay": ({"initialDelaySeconds": 5, "periodSeconds": 5, "failureThreshold": 1}, 5, 11, 5),
    "a timeout longer than the period": ({"periodSeconds": 2, "timeoutSeconds": 5, "failureThreshold": 2}, 0, 15, 2),
    "several successes": ({"successThreshold": 3, "periodSeconds": 4}, 8, 13, 8),
    "zero and nonsense are the defaults": (
        {"periodSeconds": 0, "failureThreshold": "x", "timeoutSeconds": -1},
        0,
        31,
        20,
    ),
}


@pytest.mark.parametrize("name", PROBES)
def test_the_window_of_a_probe(name: str) -> None:
    timing, first, gives_up, fails = PROBES[name]
    found = probe(box(startupProbe={**HTTP, **timing}), "startupProbe")
    assert found
    assert (found.first, found.gives_up, found.fails_first) == (first, gives_up, fails)


def test_what_is_no_probe_is_none() -> None:
    values: list[Any] = [None, {}, "x", []]
    for value in values:
        assert probe({"livenessProbe": value}, "livenessProbe") is None


@pytest.mark.parametrize(
    ("handler", "length"),
    [
        ({"sleep": {"seconds": 15}}, Length(15, 15)),
        ({"sleep": {}}, Length(0, 0)),
        ({"exec": {"command": ["sleep", "15"]}}, Length(15, 15)),
        ({"exec": {"command": ["/bin/sh", "-c", "sleep 15"]}}, Length(15, 15)),
        ({"exec": {"command": ["bash", "-c", " sleep 5s; "]}}, Length(5, 5)),
        ({"exec": {"command": ["sh", "-c", "sleep 5 && nginx -s quit"]}}, UNKNOWN),
        ({"exec": {"command": ["sleep", "infinity"]}}, UNKNOWN),
        ({"exec": {"command": "sleep 5"}}, UNKNOWN),
        ({"httpGet": {"path": "/drain", "port": 80}}, UNKNOWN),
        ({}, None),
        ("x", None),
    ],
)
def test_how_long_a_hook_takes(handler: Any, length: Length | None) -> None:
    assert hook({"lifecycle": {"preStop": handler}}, "preStop") == length
    assert hook({"lifecycle": {"preStop": handler}}, "postStart") is None


def test_seconds_as_words() -> None:
    found = [seconds(count) for count in (0, 45, 60, 90, 119, 120, 131, 3600, 3660, 86400)]
    assert found == ["0 s", "45 s", "1 min", "90 s", "119 s", "2 min", "2 min 11 s", "1 h", "1 h 1 min", "24 h"]


STARTUP: Document = {"startupProbe": after(periodSeconds=2, failureThreshold=5)}  # 0 to 11 s
READINESS: Document = {"readinessProbe": after(periodSeconds=5, initialDelaySeconds=3)}  # from 3 s on, 6 to notice
SLEEPS: Document = {"lifecycle": {"postStart": {"sleep": {"seconds": 4}}}}
ASKS: Document = {"lifecycle": {"postStart": {"httpGet": {"port": 80}}}}
# A pod, when it is Ready at the earliest and at the latest, and what nobody knows the length of.
READY: dict[str, tuple[Pod, int, int | None, list[str]]] = {
    "no probes": (pod(box()), 0, 0, []),
    "a startup probe": (pod(box(**STARTUP)), 0, 11, []),
    "a readiness probe has no latest": (pod(box(**READINESS)), 3, None, []),
    # 11 s to start, then the delay as the documentation counts it, then 5 + 1 s to notice.
    "both": (pod(box(**STARTUP, **READINESS)), 3, 20, []),
    "the slowest of several": (pod(box("a", **STARTUP), box("b", startupProbe=after(failureThreshold=6))), 0, 61, []),
    "an init container": (pod(box(**STARTUP), initContainers=[box("one"), box("two")]), 0, 11, ["one", "two"]),
    "a native sidecar holds the app up": (
        pod(box(**STARTUP), initContainers=[sidecar("mesh", startupProbe=after(initialDelaySeconds=1))]),
        1,
        43,
        [],
    ),
    "a native sidecar's readiness is the pod's too": (
        pod(box(), initContainers=[sidecar("mesh", **READINESS)]),
        3,
        None,
        [],
    ),
    "a native sidecar without a startup probe holds nothing up": (
        pod(box(**STARTUP), initContainers=[sidecar("mesh", livenessProbe=HTTP)]),
        0,
        11,
        [],
    ),
    "postStart comes before probes": (pod(box(**STARTUP, **SLEEPS)), 4, 15, []),
    "postStart holds the next container up": (pod(box("a", **SLEEPS), box("b", **STARTUP)), 4, 15, []),
    "postStart of the last one": (pod(box("a"), box("b", **SLEEPS)), 4, 4, []),
    "a postStart of unknown length": (pod(box("a", **ASKS), box("b")), 0, 0, ["a"]),
}


@pytest.mark.parametrize("name", READY)
def test_when_a_pod_is_ready(name: str) -> None:
    template, least, most, unknown = READY[name]
    found = start(template)
    assert (found.least, found.most, [one.container.name for one in found.unknown]) == (least, most, unknown)


def test_what_waits_for_what() -> None:
    found = start(
        pod(box("a", **ASKS, **STARTUP), initContainers=[box("one"), sidecar("mesh", **STARTUP), sidecar("log")])
    )
    assert [(one.container.name, [step.what for step in one.gate]) for one in found.containers] == [
        ("one", ["run"]),
        ("mesh", ["startup"]),
        ("log", []),
        ("a", ["postStart"]),
    ]
    assert [one.rule for one in found.containers] == [
        startup_rules.INIT,
        startup_rules.SIDECAR,
        startup_rules.SIDECAR,
        startup_rules.TOGETHER,
    ]


def test_what_else_decides() -> None:
    def notes(template: Pod, document: Document | None = None) -> list[str]:
        return [words for words, _ in start(template, document).notes]

    assert notes(pod(box())) == ["restartPolicy Always"]
    assert notes(pod(box(), restartPolicy="Never", activeDeadlineSeconds=90)) == [
        "restartPolicy Never",
        "the pod ends after 90 s",
    ]
    assert notes(pod(box(), readinessGates=[{"conditionType": "a/b"}]))[1:] == ["1 readiness gate"]
    job = {"kind": "Job", "spec": {"activeDeadlineSeconds": 600}}
    assert notes(pod(box(), kind="Job", restartPolicy="OnFailure"), job)[1:] == [
        "backoffLimit 6",
        "the Job ends after 10 min",
    ]
    slow = workload("Deployment", minReadySeconds=10)
    assert notes(pods([slow])[0], slow)[1:] == ["available 10 s after it is Ready"]


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        ("* * * * *", "every minute"),
        ("*/15 * * * *", "every 15 minutes"),
        ("*/7 * * * *", "schedule */7 * * * *"),  # every seven, but then four: no short words
        ("0 * * * *", "every hour"),
        ("30 */6 * * *", "every 6 hours, at minute 30"),
        ("30 2 * * *", "at 02:30 every day"),
        ("0 6,18 * * *", "at 06:00 and 18:00 every day"),
        ("0 9 * * 1-5", "at 09:00 on Monday to Friday"),
        ("0 9 * * mon,7", "at 09:00 on Monday and Sunday"),
        ("0 0 1 * *", "at 00:00 on day 1 of each month"),
        ("0 0 24 dec *", "at 00:00 on 24 Dec"),
        ("@daily", "at 00:00 every day"),
        ("0 4 8-14 * 6", "schedule 0 4 8-14 * 6"),
        ("61 25 * * *", "schedule 61 25 * * *"),
        ("nonsense", "schedule nonsense"),
        ("", "schedule not set"),
    ],
)
def test_a_schedule_in_words(schedule: str, words: str) -> None:
    assert schedule_words(schedule) == words


def test_what_a_cron_job_says_of_its_jobs() -> None:
    spec = {"schedule": "30 2 * * *", "timeZone": "Europe/Berlin", "suspend": True, "startingDeadlineSeconds": 200}
    assert [words for words, _ in cron_notes({**spec, "concurrencyPolicy": "Forbid"})] == [
        "at 02:30 every day, Europe/Berlin",
        "suspended",
        "concurrencyPolicy Forbid: skipped while the last Job runs",
        "not started more than 3 min 20 s late",
    ]
    assert [words for words, _ in cron_notes({"schedule": 5, "concurrencyPolicy": []})] == [
        "schedule not set",
        "concurrencyPolicy Allow: Jobs may run side by side",
    ]
    document = {"kind": "CronJob", "spec": {**spec, "jobTemplate": {}}}
    template = replace(pod(box(), kind="Job"), kind="CronJob")
    assert start(template, document).notes[0][0] == "at 02:30 every day, Europe/Berlin"


def test_every_rule_says_where_it_is_from() -> None:
    found = [value for value in vars(startup_rules).values() if isinstance(value, Rule)]
    for several in (startup_rules.RESTART, startup_rules.OWN_RESTART, startup_rules.CONCURRENCY):
        found += several.values()
    assert len(found) > 15
    assert all(rule.words.endswith(".") and len(rule.source) > 8 for rule in found)


@pytest.mark.parametrize(
    ("container", "why"),
    [
        (box(), ""),
        (box(command=["tail", "-f", "/logs/a"]), "it runs “tail -f”"),
        (box(args=["sh", "-c", "while true; do date; done"]), "its command loops for ever"),
        (box(command=["sleep", "infinity"]), "it runs “sleep infinity”"),
        (box(readinessProbe=HTTP), "it has a readinessProbe, as what serves has"),
        (box(command=["sh", "-c", "echo tail"]), ""),
    ],
)
def test_what_never_ends(container: Document, why: str) -> None:
    assert [w for _, w in holders(pod(box("work"), container, kind="Job"))] == ([why] if why else [])
    assert endless(holders(pod(box("work"), box(command=["tail", "-f", "x"]), kind="Job"))[0][0])


def test_who_keeps_a_job_from_completing() -> None:
    tail = box("tail", command=["tail", "-f", "x"])
    assert holders(pod(box("work"), tail)) == []
    assert holders(pod(tail, kind="Job")) == []  # it is the work
    assert holders(pod(box("work"), kind="Job", initContainers=[sidecar("tail", command=tail["command"])])) == []
    (found,) = holders(pod(box("work"), box("proxy"), kind="Job"), frozenset({"0/containers/1"}))
    assert (found[0].name, found[1]) == ("proxy", "it serves the others")


def test_the_order_in_which_a_pod_stops() -> None:
    hooked = {"lifecycle": {"preStop": {"sleep": {"seconds": 40}}}}
    found = stop(pod(box("a", **hooked), box("b"), initContainers=[box("one"), sidecar("mesh"), sidecar("log")]))
    assert [(one.container.name, one.turn, one.cut) for one in found.containers] == [
        ("mesh", 2, False),
        ("log", 1, False),
        ("a", 0, True),
        ("b", 0, False),
    ]
    assert (found.grace, found.turns) == (30, 3)
    assert found.containers[2].hook == Length(40, 40)


def test_the_grace_period() -> None:
    values = (None, 0, 5, -1, "x", True)
    assert [grace({"terminationGracePeriodSeconds": value}) for value in values] == [30, 0, 5, 1, 30, 30]


def workload(kind: str, api: str = "apps/v1", **spec: Any) -> Document:
    inner: Document = {**spec, "template": {"spec": {"containers": [box()]}}}
    if kind == "CronJob":
        inner = {"schedule": "@daily", "jobTemplate": {"spec": inner}}
    return {"apiVersion": api, "kind": kind, "metadata": {"name": "w"}, "spec": inner}


SCALER = {
    "apiVersion": "autoscaling/v2",
    "kind": "HorizontalPodAutoscaler",
    "metadata": {"name": "h"},
    "spec": {"scaleTargetRef": {"kind": "Deployment", "name": "w"}, "minReplicas": 2, "maxReplicas": 9},
}


def many(*documents: Document, count: int | None = None) -> Replicas:
    return replicas([*documents], pods([*documents])[0], count)


def test_how_many_pods_there_are() -> None:
    recreate: Document = {"strategy": {"type": "Recreate"}}
    assert [(found.count, found.surge) for found in (
        many(workload("Deployment")),
        many(workload("Deployment", replicas=4)),
        many(workload("Deployment", replicas=5)),
        many(workload("Deployment", replicas=5, **recreate)),
        many(workload("Deployment", replicas=4, strategy={"rollingUpdate": {"maxSurge": 3}})),
        many(workload("StatefulSet", replicas=3)),
        many(workload("DaemonSet")),
        many(workload("Job", "batch/v1", parallelism=4, completions=2)),
        many(workload("CronJob", "batch/v1", parallelism=3)),
        many(workload("Deployment", replicas="x")),
    )] == [(1, 1), (4, 1), (5, 2), (5, 0), (4, 3), (3, 0), (1, 0), (2, 0), (3, 0), (1, 1)]  # fmt: skip
    assert many(workload("DaemonSet")).unit == "nodes"
    assert many(workload("Deployment", replicas=4), count=10).surge == 3


def test_an_autoscaler_bounds_how_many() -> None:
    found = many(workload("Deployment"), SCALER)
    assert (found.count, found.least, found.most) == (2, 2, 9)
    assert many(workload("Deployment", replicas=5), SCALER).count == 5
    elsewhere = {**SCALER, "metadata": {"name": "h", "namespace": "other"}}
    assert many(workload("Deployment"), elsewhere).most == 0


TIMES = st.integers(0, 40)
MADE_PROBES = st.builds(
    lambda delay, period, timeout, success, failure: after(
        initialDelaySeconds=delay,
        periodSeconds=period,
        timeoutSeconds=timeout,
        successThreshold=success,
        failureThreshold=failure,
    ),
    TIMES,
    TIMES,
    TIMES,
    st.integers(1, 3),
    TIMES,
)


@st.composite
def made(draw: st.DrawFn) -> Pod:
    def one(name: str, init: bool) -> Document:
        fields: Document = {}
        for kind in ("startupProbe", "readinessProbe"):
            if draw(st.booleans()):
                fields[kind] = draw(MADE_PROBES)
        if draw(st.booleans()):
            fields["lifecycle"] = {"postStart": {"sleep": {"seconds": draw(TIMES)}}}
        return sidecar(name, **fields) if init and draw(st.booleans()) else box(name, **({} if init else fields))

    apps = [one(f"a{index}", False) for index in range(draw(st.integers(1, 4)))]
    return pod(*apps, initContainers=[one(f"i{index}", True) for index in range(draw(st.integers(0, 4)))])


@given(made())
def test_the_latest_is_never_before_the_earliest(template: Pod) -> None:
    found = start(template)
    assert found.least >= 0
    if found.most is not None:
        assert found.most >= found.least
    for one in found.containers:
        assert one.ready is None or one.ready.most is None or one.ready.most >= one.ready.least


@given(made(), MADE_PROBES)
def test_a_container_more_makes_no_pod_ready_sooner(template: Pod, more: Document) -> None:
    before = start(template)
    after_ = deepcopy(template)
    after_.spec["containers"].append(box("more", startupProbe=more))
    found = start(after_)
    assert found.least >= before.least
    assert before.most is None or (found.most is not None and found.most >= before.most)
