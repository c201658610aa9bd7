"""What a pod asks of a node and how much it may use: the effective requests and limits, resource by resource.

Sources: "Effective Pod requests and limits" in the Kubernetes documentation; KEP-753, "Exposing Pod Resource
requirements"; KEP-2837 for resources of the pod as a whole; "Pod Overhead". Amounts are exact (Fraction); what is no
quantity, or below zero, counts as not written: saying so is the checks' task.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import Any

from designer.manifests import quantity
from designer.manifests.pod import Container, Pod, containers
from designer.manifests.types import ManifestError

Amounts = Mapping[str, Fraction]

# Resources that a container may use without end where no limit is written. The others (huge pages, a device plugin's)
# cannot be overcommitted: a container without a limit gets none ("Extended resources", "Manage HugePages").
SHARED = ("cpu", "memory", "ephemeral-storage")
# The first version that heeds resources of the pod as a whole unless told otherwise (KEP-2837: beta, on by default).
POD_LEVEL_SINCE = "1.34"


@dataclass(frozen=True)
class Needs:
    """Requests and limits of one container, or of a pod as a whole."""

    requests: Amounts = field(default_factory=dict)
    limits: Amounts = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """A time in a pod's life and what it needs then: an init container beside the native sidecars started before it,
    or, where `container` is None, everything that runs once the pod is initialised."""

    container: Container | None
    beside: tuple[Container, ...]
    needs: Needs


@dataclass(frozen=True)
class Effective:
    """What a pod needs. `parts` are its containers with what is written at each, in the order they start; `steps` end
    with the running pod. `own` is what the pod as a whole names, where the version heeds it."""

    parts: tuple[tuple[Container, Needs], ...]
    steps: tuple[Step, ...]
    own: Needs | None
    overhead: Amounts
    requests: Amounts
    limits: Amounts
    unheeded: bool = False  # resources of the pod as a whole are written, but the version does not heed them

    @cached_property
    def names(self) -> list[str]:
        """The resources that are named anywhere: cpu and memory always, first; then ephemeral-storage, then by name."""
        found = {name for _, needs in self.parts for name in (*needs.requests, *needs.limits)}
        found |= {*self.requests, *self.limits, *self.overhead}
        return ["cpu", "memory", *sorted(found - {"cpu", "memory"}, key=lambda name: (name not in SHARED, name))]

    def peak(self, resource: str) -> Step:
        """The step that needs most of a resource by its requests; the running pod where an init container needs no
        more than that."""
        return max(reversed(self.steps), key=lambda step: step.needs.requests.get(resource, Fraction(0)))

    def unbounded(self, resource: str) -> list[Container]:
        """The containers that keep the pod's use of a resource without a bound, as they have no limit of it; none where
        the pod as a whole has one. Source: the kubelet sets a limit on a pod's cgroup only if all containers have one.
        """
        if resource not in SHARED or (self.own and self.own.limits.get(resource)):
            return []
        return [container for container, needs in self.parts if not needs.limits.get(resource)]


def effective(pod: Pod, version: str = "") -> Effective:
    """What a pod of a Kubernetes version ("1.36"; "" for the newest) needs.

    `max(most that initialisation needs at one time, app containers + native sidecars)`, which a request or limit of the
    pod as a whole replaces, plus the overhead of its runtime class.
    """
    parts = tuple(
        (container, needs_of(container.data)) for container in containers(pod) if container.kind != "ephemeral"
    )
    steps = tuple(_steps(parts))
    requests = _most(step.needs.requests for step in steps)
    limits = _most(step.needs.limits for step in steps)
    written, heeded = pod.spec.get("resources"), heeds_pod_level(version)
    own = _own(written, requests, limits) if isinstance(written, dict) and heeded else None
    if own:
        requests |= {name: value for name, value in own.requests.items() if pod_level(name)}
        limits |= {name: value for name, value in own.limits.items() if pod_level(name)}
    overhead = _amounts(pod.spec.get("overhead"))
    for name, value in overhead.items():
        requests[name] = requests.get(name, Fraction(0)) + value
        # "Pod Overhead": added to limits that there are, never making one.
        if limits.get(name):
            limits[name] += value
    return Effective(parts, steps, own, overhead, requests, limits, bool(written) and not heeded)


def needs_of(data: Mapping[str, Any]) -> Needs:
    """What is written under ``resources``, with a request for each limit that has none: it is the limit ("Resource
    Management for Pods and Containers")."""
    written = data.get("resources")
    if not isinstance(written, dict):
        return Needs()
    limits = _amounts(written.get("limits"))
    return Needs({**limits, **_amounts(written.get("requests"))}, limits)


def heeds_pod_level(version: str) -> bool:
    """Whether a Kubernetes version ("" for the newest) heeds ``spec.resources`` without a feature gate being set."""
    minor = version.rpartition(".")[2]
    return not minor.isdecimal() or int(minor) >= int(POD_LEVEL_SINCE.rpartition(".")[2])


def pod_level(resource: str) -> bool:
    """Whether a pod as a whole can name a resource: cpu, memory and huge pages (KEP-2837)."""
    return resource in ("cpu", "memory") or resource.startswith("hugepages-")


def _steps(parts: Iterable[tuple[Container, Needs]]) -> Iterable[Step]:
    sidecars: list[tuple[Container, Needs]] = []
    apps: list[tuple[Container, Needs]] = []
    for container, needs in parts:
        if container.kind == "app":
            apps.append((container, needs))
            continue
        beside = tuple(sidecar for sidecar, _ in sidecars)
        yield Step(container, beside, _sum([*(needs for _, needs in sidecars), needs]))
        if container.kind == "sidecar":
            sidecars.append((container, needs))
    yield Step(None, tuple(sidecar for sidecar, _ in sidecars), _sum([needs for _, needs in (*sidecars, *apps)]))


def _own(written: Mapping[str, Any], requests: Amounts, limits: Amounts) -> Needs:
    """What the pod as a whole names, with what the API server fills in: where it names limits, a request that is
    missing is that of the containers together, else the limit; a limit of huge pages is that of the containers."""
    own_requests, own_limits = _amounts(written.get("requests")), _amounts(written.get("limits"))
    if own_requests or own_limits:
        huge = {name: value for name, value in limits.items() if name.startswith("hugepages-")}
        own_limits = {**{name: value for name, value in huge.items() if name not in own_requests}, **own_limits}
    if own_limits:
        together = {name: value for name, value in requests.items() if name in ("cpu", "memory")}
        own_requests = {
            **{name: value for name, value in own_limits.items() if pod_level(name)},
            **together,
            **own_requests,
        }
    return Needs(own_requests, own_limits)


def _amounts(written: Any) -> dict[str, Fraction]:
    """A ResourceList. The API server rounds up to thousandths."""
    found = {}
    for name, value in written.items() if isinstance(written, dict) else ():
        try:
            amount = quantity.parse(value)
        except ManifestError:
            continue
        if isinstance(name, str) and amount >= 0:
            found[name] = Fraction(ceil(amount * 1000), 1000)
    return found


def _sum(needs: list[Needs]) -> Needs:
    requests: dict[str, Fraction] = {}
    limits: dict[str, Fraction] = {}
    for each in needs:
        for total, amounts in ((requests, each.requests), (limits, each.limits)):
            for name, value in amounts.items():
                total[name] = total.get(name, Fraction(0)) + value
    return Needs(requests, limits)


def _most(amounts: Iterable[Amounts]) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {}
    for each in amounts:
        for name, value in each.items():
            found[name] = max(value, found.get(name, value))
    return found
