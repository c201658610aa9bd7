"""A pod's effective requests and limits, and its quality of service, on the documentation's examples and as laws."""

from __future__ import annotations

from copy import deepcopy
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.manifests.pod import pods
from designer.manifests.qos import eviction, kills, qos
from designer.manifests.quantity import write
from designer.manifests.resources import Effective, effective
from designer.manifests.types import Document

NO_CPU = "No container has a request or a limit of cpu or memory."


def pod(*containers: Any, **spec: Any) -> Document:
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": [*containers], **spec}}


def box(name: str, requests: Any = None, limits: Any = None, **fields: Any) -> Document:
    resources = {key: value for key, value in (("requests", requests), ("limits", limits)) if value is not None}
    return {"name": name, "image": "i", **({"resources": resources} if resources else {}), **fields}


def sidecar(name: str, requests: Any = None, limits: Any = None) -> Document:
    return box(name, requests, limits, restartPolicy="Always")


def of(document: Document, version: str = "") -> Effective:
    return effective(pods([document])[0], version)


def shown(amounts: Any) -> dict[str, str]:
    return {name: write(value, name) for name, value in amounts.items()}


APP = box("app", {"cpu": "250m", "memory": "1Gi"}, {"memory": "2Gi"})
LOG = box("log", {"cpu": "100m"}, {"memory": "512Mi"})
# Document, requests, limits
EFFECTIVE: dict[str, tuple[Document, dict[str, str], dict[str, str]]] = {
    "app containers add up, and a limit is a request too": (
        pod(APP, LOG),
        {"cpu": "350m", "memory": "1.5Gi"},
        {"memory": "2.5Gi"},
    ),
    "the largest init container, where it needs more than those that run": (
        pod(APP, initContainers=[box("one", {"cpu": "1"}), box("two", {"cpu": "2", "memory": "64Mi"})]),
        {"cpu": "2", "memory": "1Gi"},
        {"memory": "2Gi"},
    ),
    # KEP-753: Max(Max(each InitContainerUse), Sum(Sidecars) + Sum(ContainerUse)): a sidecar counts where it stands.
    "a native sidecar runs beside the app": (
        pod(APP, initContainers=[sidecar("mesh", {"cpu": "500m"})]),
        {"cpu": "750m", "memory": "1Gi"},
        {"memory": "2Gi"},
    ),
    "an init container before a native sidecar runs without it": (
        pod(APP, initContainers=[box("one", {"cpu": "700m"}), sidecar("mesh", {"cpu": "500m"})]),
        {"cpu": "750m", "memory": "1Gi"},
        {"memory": "2Gi"},
    ),
    "an init container after a native sidecar runs beside it": (
        pod(APP, initContainers=[sidecar("mesh", {"cpu": "500m"}), box("one", {"cpu": "700m"})]),
        {"cpu": "1.2", "memory": "1Gi"},
        {"memory": "2Gi"},
    ),
    "two native sidecars add up before the init container between them and the next": (
        pod(
            box("app", {"memory": "100Mi"}),
            initContainers=[
                sidecar("a", {"memory": "100Mi"}),
                box("one", {"memory": "150Mi"}),
                sidecar("b", {"memory": "50Mi"}),
                box("two", {"memory": "120Mi"}),
            ],
        ),
        {"memory": "270Mi"},
        {},
    ),
    # "Pod Overhead": the documentation's kata-fc example.
    "overhead is added to requests, and to limits that there are": (
        pod(
            box("busybox-ctr", None, {"cpu": "500m", "memory": "100Mi"}),
            box("nginx-ctr", None, {"cpu": "1500m", "memory": "100Mi"}),
            overhead={"memory": "120Mi", "cpu": "250m"},
        ),
        {"cpu": "2.25", "memory": "320Mi"},
        {"cpu": "2.25", "memory": "320Mi"},
    ),
    "overhead makes no limit": (pod(APP, overhead={"cpu": "1"}), {"cpu": "1.25", "memory": "1Gi"}, {"memory": "2Gi"}),
    "every resource counts": (
        pod(
            box("app", {"ephemeral-storage": "1Gi"}, {"hugepages-2Mi": "4Mi", "nvidia.com/gpu": "1"}),
            box("b", None, {"nvidia.com/gpu": 2}),
        ),
        {"ephemeral-storage": "1Gi", "hugepages-2Mi": "4Mi", "nvidia.com/gpu": "3"},
        {"hugepages-2Mi": "4Mi", "nvidia.com/gpu": "3"},
    ),
    # KEP-2837: what the pod as a whole names stands for its containers' sum.
    "the pod as a whole": (
        pod(APP, resources={"requests": {"cpu": "1"}, "limits": {"cpu": "2", "memory": "4Gi"}}),
        {"cpu": "1", "memory": "1Gi"},
        {"cpu": "2", "memory": "4Gi"},
    ),
    "a limit of the pod as a whole is its request where no container has one": (
        pod(box("app"), resources={"limits": {"cpu": "2"}}),
        {"cpu": "2"},
        {"cpu": "2"},
    ),
    "what is no amount counts as none": (
        pod(box("app", {"cpu": "much", "memory": "-1"}), box("b", [], {"cpu": True}), {"name": "c", "resources": "x"}),
        {},
        {},
    ),
    "less than a thousandth is a thousandth": (pod(box("app", {"cpu": "1u"})), {"cpu": "1m"}, {}),
}


@pytest.mark.parametrize("name", EFFECTIVE)
def test_effective_requests_and_limits(name: str) -> None:
    document, requests, limits = EFFECTIVE[name]
    found = of(document)
    assert (shown(found.requests), shown(found.limits)) == (requests, limits)


def test_the_pod_as_a_whole_is_heeded_from_the_version_on_that_does() -> None:
    document = pod(APP, resources={"requests": {"cpu": "4"}})
    assert [shown(of(document, version).requests)["cpu"] for version in ("1.33", "1.34", "1.37")] == ["250m", "4", "4"]
    assert [of(document, version).unheeded for version in ("1.33", "1.34")] == [True, False]


def test_who_sets_the_request() -> None:
    found = of(pod(APP, LOG, initContainers=[sidecar("mesh", {"cpu": "500m"}), box("one", {"cpu": "700m"})]))
    peak = found.peak("cpu")
    assert peak.container
    assert (peak.container.name, [one.name for one in peak.beside]) == ("one", ["mesh"])
    assert found.peak("memory").container is None
    assert found.names == ["cpu", "memory"]


def test_resources_stand_in_their_usual_order() -> None:
    document = pod(box("app", {"b/x": "1", "a/x": "1", "ephemeral-storage": "1Gi"}))
    assert of(document).names == ["cpu", "memory", "ephemeral-storage", "a/x", "b/x"]


def test_a_missing_limit_leaves_the_pod_without_a_bound() -> None:
    document = pod(APP, LOG, box("c", None, {"cpu": "1", "memory": "1Gi", "nvidia.com/gpu": "1"}))
    found = of(document)
    assert [one.name for one in found.unbounded("cpu")] == ["app", "log"]
    assert found.unbounded("memory") == []
    assert found.unbounded("nvidia.com/gpu") == []
    bounded = of(pod(APP, LOG, resources={"limits": {"cpu": "1"}}))
    assert bounded.unbounded("cpu") == []


EQUAL = {"cpu": "1", "memory": "1Gi"}
QOS: dict[str, tuple[Document, str, str]] = {
    "nothing": (pod(box("app")), "BestEffort", NO_CPU),
    "other resources do not count": (pod(box("app", {"ephemeral-storage": "1Gi"})), "BestEffort", NO_CPU),
    "zero does not count": (pod(box("app", {"cpu": "0"})), "BestEffort", NO_CPU),
    "limits alone": (
        pod(box("app", None, EQUAL)),
        "Guaranteed",
        "Every container has cpu and memory limits, and requests that are equal to them.",
    ),
    "a request alone": (pod(box("app", {"memory": "1Gi"})), "Burstable", "app has no cpu limit."),
    "one of two": (pod(box("app", None, EQUAL), box("log")), "Burstable", "log has no cpu limit."),
    "an init container": (
        pod(box("app", None, EQUAL), initContainers=[box("one", None, {"cpu": "1"})]),
        "Burstable",
        "one has no memory limit.",
    ),
    "a native sidecar": (
        pod(box("app", None, EQUAL), initContainers=[sidecar("mesh", {"memory": "64Mi"}, EQUAL)]),
        "Burstable",
        "mesh requests 64Mi of memory, below its limit of 1Gi.",
    ),
    "the pod as a whole": (
        pod(box("app"), resources={"limits": EQUAL}),
        "Guaranteed",
        "The pod as a whole has cpu and memory limits, and requests that are equal to them.",
    ),
    "the pod as a whole, without memory": (
        pod(box("app", None, EQUAL), resources={"limits": {"cpu": "1"}}),
        "Burstable",
        "The pod as a whole has no memory limit.",
    ),
    "the pod as a whole names nothing that counts": (
        pod(box("app", None, EQUAL), resources={}),
        "BestEffort",
        "The pod as a whole names resources, which then count alone, and none of them is cpu or memory.",
    ),
}


@pytest.mark.parametrize("name", QOS)
def test_quality_of_service(name: str) -> None:
    document, klass, why = QOS[name]
    found = qos(pods([document])[0])
    assert (found.name, found.why) == (klass, why)


def test_an_older_version_tells_the_class_by_the_containers() -> None:
    template = pods([pod(box("app"), resources={"limits": EQUAL})])[0]
    assert qos(template, "1.33").name == "BestEffort"


def killed(document: Document) -> list[tuple[str, int | None]]:
    template = pods([document])[0]
    found = effective(template)
    return [(kill.container.name, kill.score) for kill in kills(template, qos(template).name, found)]


def test_who_is_killed_first() -> None:
    small, large = box("small", {"memory": "64Mi"}), box("large", {"memory": "1Gi"})
    assert killed(pod(box("a"), box("b"))) == [("a", 1000), ("b", 1000)]
    assert killed(pod(box("a", None, EQUAL))) == [("a", -997)]
    assert killed(pod(large, box("none"), small)) == [("none", 999), ("small", None), ("large", None)]
    # A native sidecar with a smaller request than every app container counts as the smallest of these.
    assert killed(pod(large, initContainers=[sidecar("mesh"), box("once")])) == [("mesh", None), ("large", None)]
    assert killed(pod(large, priorityClassName="system-node-critical")) == [("large", -997)]


def test_a_pod_without_containers_may_ask_for_memory_as_a_whole() -> None:
    assert killed(pod(resources={"requests": {"memory": "1Gi"}})) == []


def test_when_it_is_evicted() -> None:
    def told(document: Document) -> str:
        template = pods([document])[0]
        return " ".join(eviction(template, qos(template).name, effective(template)))

    assert told(pod(box("a"))).startswith("Among the first: it requests no memory")
    assert "more than the 64Mi" in told(pod(box("a", {"memory": "64Mi"}), priorityClassName="high"))
    assert "its class is high." in told(pod(box("a", {"memory": "64Mi"}), priorityClassName="high"))
    assert told(pod(box("a", None, EQUAL))).startswith("Among the last")


AMOUNTS = st.dictionaries(
    st.sampled_from(["cpu", "memory", "ephemeral-storage", "hugepages-2Mi", "x/gpu"]),
    st.sampled_from(["0", "1", "100m", "64Mi", "1.5Gi", "2"]),
    max_size=3,
)
BOXES = st.builds(box, st.just("c"), st.none() | AMOUNTS, st.none() | AMOUNTS)
INITS = st.builds(lambda one, native: {**one, **({"restartPolicy": "Always"} if native else {})}, BOXES, st.booleans())


@st.composite
def generated(draw: st.DrawFn) -> Document:
    found = pod(*draw(st.lists(BOXES, min_size=1, max_size=4)), initContainers=draw(st.lists(INITS, max_size=4)))
    if draw(st.booleans()):
        found["spec"]["overhead"] = draw(AMOUNTS)
    return found


def no_less(after: Effective, before: Effective) -> bool:
    return all(after.requests.get(name, 0) >= value for name, value in before.requests.items())


@given(generated(), BOXES, st.booleans(), st.integers(0, 4))
def test_a_container_more_never_needs_less(document: Document, more: Document, native: bool, at: int) -> None:
    before = of(document)
    for where in ("containers", "initContainers"):
        after = deepcopy(document)
        added = {**more, "restartPolicy": "Always"} if native and where == "initContainers" else more
        after["spec"][where].insert(at, added)
        assert no_less(of(after), before)


@given(generated())
def test_the_pod_needs_at_least_what_each_step_needs_and_no_more_than_all_at_once(document: Document) -> None:
    found = of(document)
    for name in found.names:
        least = max(step.needs.requests.get(name, Fraction(0)) for step in found.steps)
        most = sum((needs.requests.get(name, Fraction(0)) for _, needs in found.parts), Fraction(0))
        beyond = found.requests.get(name, Fraction(0)) - found.overhead.get(name, Fraction(0))
        assert least == beyond <= most
        assert found.peak(name).needs.requests.get(name, Fraction(0)) == least


@given(generated())
def test_making_an_init_container_native_never_needs_less(document: Document) -> None:
    before = of(document)
    for index, one in enumerate(document["spec"]["initContainers"]):
        after = deepcopy(document)
        after["spec"]["initContainers"][index] = {**one, "restartPolicy": "Always"}
        assert no_less(of(after), before)


@given(generated())
def test_the_order_of_app_containers_changes_nothing(document: Document) -> None:
    turned = deepcopy(document)
    turned["spec"]["containers"].reverse()
    assert (of(turned).requests, of(turned).limits) == (of(document).requests, of(document).limits)
    assert qos(pods([turned])[0]).name == qos(pods([document])[0]).name


@given(generated())
def test_a_guaranteed_pod_has_a_bound_of_cpu_and_memory(document: Document) -> None:
    found = of(document)
    if qos(pods([document])[0]).name == "Guaranteed":
        assert found.unbounded("cpu") == found.unbounded("memory") == []
