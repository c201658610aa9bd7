"""A pod's quality of service: its class and why, and who goes first when a node runs out of memory.

Sources: "Pod Quality of Service Classes" and "Node-pressure Eviction" in the Kubernetes documentation; KEP-2837 for
resources of the pod as a whole; KEP-753 for native sidecars. The class agrees with the API server's, which writes it
into `status.qosClass` (tests/cluster/test_qos.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from designer.manifests.pod import Container, Pod
from designer.manifests.quantity import write
from designer.manifests.resources import Effective, Needs, effective

QosClass = Literal["Guaranteed", "Burstable", "BestEffort"]
_COUNTED = ("cpu", "memory")  # the resources that a class is told by
NODE_CRITICAL = "system-node-critical"


@dataclass(frozen=True)
class Qos:
    """A class and why it is not a better one, as a sentence. `container` and `resource` say where that is decided."""

    name: QosClass
    why: str
    container: Container | None = None
    resource: str = ""


@dataclass(frozen=True)
class Kill:
    """How soon the kernel kills a container when a node is out of memory. `score` is its oom_score_adj (-1000 to 1000,
    the higher the sooner), None where that depends on the node's memory: then `request` is what it is reckoned by."""

    container: Container
    score: int | None
    request: Fraction


def qos(pod: Pod, version: str = "", found: Effective | None = None) -> Qos:
    """The class of a pod of a Kubernetes version ("" for the newest)."""
    found = found or effective(pod, version)
    if found.own is not None:
        return _of_pod(found.own)
    asked = [
        (container, name)
        for container, needs in found.parts
        for name in _COUNTED
        if needs.requests.get(name) or needs.limits.get(name)
    ]
    if not asked:
        return Qos("BestEffort", "No container has a request or a limit of cpu or memory.")
    for container, needs in found.parts:
        for name in _COUNTED:
            if not needs.limits.get(name):
                return Qos("Burstable", f"{_called(container)} has no {name} limit.", container, name)
    for container, needs in found.parts:
        for name in _COUNTED:
            request, limit = needs.requests[name], needs.limits[name]
            if request != limit:
                words = f"{_called(container)} requests {write(request, name)} of {name}, below its limit of "
                return Qos("Burstable", f"{words}{write(limit, name)}.", container, name)
    return Qos("Guaranteed", "Every container has cpu and memory limits, and requests that are equal to them.")


def _of_pod(own: Needs) -> Qos:
    if not any(own.requests.get(name) or own.limits.get(name) for name in _COUNTED):
        words = "The pod as a whole names resources, which then count alone, and none of them is cpu or memory."
        return Qos("BestEffort", words)
    for name in _COUNTED:
        if not own.limits.get(name):
            return Qos("Burstable", f"The pod as a whole has no {name} limit.", None, name)
    for name in _COUNTED:
        request, limit = own.requests.get(name, Fraction(0)), own.limits[name]
        if request != limit:
            words = f"The pod as a whole requests {write(request, name)} of {name}, below its limit of "
            return Qos("Burstable", f"{words}{write(limit, name)}.", None, name)
    return Qos("Guaranteed", "The pod as a whole has cpu and memory limits, and requests that are equal to them.")


def eviction(pod: Pod, klass: QosClass, found: Effective) -> list[str]:
    """When the kubelet evicts the pod from a node that runs short of memory, as sentences.

    Source: "Node-pressure Eviction", pod selection: first those that use more than they request, then by priority, then
    by how much more they use. The class itself is not looked at.
    """
    request = found.requests.get("memory", Fraction(0))
    priority = pod.spec.get("priorityClassName")
    if klass == "Guaranteed":
        words = "Among the last: its limit keeps it from using more memory than it requests."
    elif request:
        words = f"Among the first as soon as it uses more than the {write(request, 'memory')} of memory it requests."
    else:
        words = "Among the first: it requests no memory, so whatever it uses is more."
    own = f"its class is {priority}" if priority else "it names no priorityClassName"
    return [words, f"Among pods like it, those of a lower priority go first; {own}."]


def kills(pod: Pod, klass: QosClass, found: Effective) -> list[Kill]:
    """The containers that run, in the order in which the kernel would rather kill them when a node is out of memory.

    Source: "Node-pressure Eviction", node out of memory behavior: oom_score_adj is -997 for Guaranteed, 1000 for
    BestEffort, and for Burstable min(max(3, 1000 - 1000 × request / the node's memory), 999). A native sidecar is never
    likelier to be killed than the app container with the smallest request (KEP-753, and the kubelet).
    """
    running = [(container, needs.requests.get("memory", Fraction(0))) for container, needs in found.parts]
    running = [(container, request) for container, request in running if container.kind != "init"]
    if pod.spec.get("priorityClassName") == NODE_CRITICAL or klass == "Guaranteed":
        return [Kill(container, -997, request) for container, request in running]
    if klass == "BestEffort":
        return [Kill(container, 1000, request) for container, request in running]
    extra = _extra(found)
    least = min((request for container, request in running if container.kind == "app"), default=Fraction(0))
    told = []
    for container, request in running:
        counted = (max(request, least) if container.kind == "sidecar" else request) + extra
        told.append(Kill(container, None if counted else 999, counted))
    return sorted(told, key=lambda kill: kill.request)


def _extra(found: Effective) -> Fraction:
    """Each container's share of what the pod as a whole requests beyond its containers (KEP-2837, OOM score)."""
    if found.own is None or not found.own.requests.get("memory") or not found.parts:
        return Fraction(0)
    together = found.peak("memory").needs.requests.get("memory", Fraction(0))
    return (found.own.requests["memory"] - together) / len(found.parts)


def _called(container: Container) -> str:
    return container.name or f"Container {container.index + 1}"
