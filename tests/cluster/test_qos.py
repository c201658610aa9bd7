"""The quality of service and the pod-level requests that we reckon are those that a real API server writes."""

from __future__ import annotations

import random
from typing import Any

import pytest

from designer.clusters.client import Client, minor_version
from designer.manifests import quantity
from designer.manifests.pod import pods
from designer.manifests.qos import qos
from designer.manifests.resources import effective
from designer.manifests.types import Document, get
from tests.manifests.test_resources import EFFECTIVE, QOS, box, pod, sidecar

pytestmark = pytest.mark.cluster

# What a container may say: nothing, requests, limits, both alike, smaller requests, nothing in numbers.
_LARGE = {"cpu": "500m", "memory": "128Mi"}
_SMALL = {"cpu": "100m", "memory": "64Mi"}
_WAYS: tuple[tuple[dict[str, str], dict[str, str]], ...] = (
    ({}, {}),
    (_SMALL, {}),
    ({}, _LARGE),
    (_LARGE, _LARGE),
    (_SMALL, _LARGE),
    ({"cpu": "0", "memory": "0"}, {}),
)
# What the API server refuses, or takes as it is only for a while: other tests look at it.
_REFUSED = ("what is no amount counts as none", "every resource counts", "overhead", "other resources")


def _drawn(number: int) -> Document:
    """A pod that the API server takes, the same one for each number."""
    draw = random.Random(number)

    def container(name: str, **fields: Any) -> Document:
        requests: dict[str, str] = {}
        limits: dict[str, str] = {}
        usual = draw.choice(_WAYS)
        for name_of in ("cpu", "memory"):
            ways = usual if draw.random() < 0.7 else draw.choice(_WAYS)
            for amounts, way in ((requests, ways[0]), (limits, ways[1])):
                if name_of in way:
                    amounts[name_of] = way[name_of]
        return box(name, requests, limits, **fields)

    apps = [container(f"app-{index}") for index in range(draw.randint(1, 3))]
    inits = [
        container(f"init-{index}", **({"restartPolicy": "Always"} if draw.random() < 0.5 else {}))
        for index in range(draw.choice((0, 0, 1, 2)))
    ]
    own: dict[str, Any] = {}
    if draw.random() < 0.4:
        large = {"cpu": "8", "memory": "8Gi"}
        own["resources"] = draw.choice(
            ({}, {"limits": large}, {"requests": large, "limits": large}, {"requests": large}, {"limits": {"cpu": "8"}})
        )
    return pod(*apps, initContainers=inits, **own)


PODS: dict[str, Document] = {
    **{f"class: {name}": row[0] for name, row in QOS.items() if not name.startswith(_REFUSED)},
    **{f"sum: {name}": row[0] for name, row in EFFECTIVE.items() if not name.startswith(_REFUSED)},
    "a pod level class by requests": pod(box("app"), resources={"requests": {"cpu": "1", "memory": "1Gi"}}),
    "native sidecars alike": pod(
        box("app", None, _LARGE), initContainers=[sidecar("a", None, _LARGE), sidecar("b", None, _LARGE)]
    ),
    **{f"drawn {number}": _drawn(number) for number in range(30)},
}


@pytest.fixture(scope="module")
def numbers() -> dict[str, str]:
    return {name: f"qos-{number}" for number, name in enumerate(PODS)}


@pytest.mark.parametrize("name", PODS)
def test_the_class_is_the_api_servers(client: Client, namespace: str, numbers: dict[str, str], name: str) -> None:
    document = {**PODS[name], "metadata": {"name": numbers[name]}}
    version = minor_version(client.version())
    template = pods([document])[0]
    answer = client.apply(document, namespace, dry_run=False).document
    assert get(answer, ("status", "qosClass")) == qos(template, version).name
    own = effective(template, version).own
    written = get(answer, ("spec", "resources", "requests"), {})
    assert {resource: quantity.parse(amount) for resource, amount in written.items()} == dict(
        own.requests if own else {}
    )


def test_the_pods_are_of_every_class() -> None:
    found = [qos(pods([document])[0]).name for document in PODS.values()]
    assert len(found) >= 40
    assert min(found.count(name) for name in ("Guaranteed", "Burstable", "BestEffort")) >= 5
