"""Which pods belong together, and how they stand: who calls left of whom he calls.

Pods that reach each other through Services, share a Service, or reach one host make a group. In it a pod stands one
layer right of those that call it; pods of one Service stand in one layer, one above the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field

from designer.diagram.fact_types import Facts
from designer.diagram.fronts import FrontRow

# A box beside pods: ("service", place in Facts.services), ("companion", place in Facts.companions) for a Service that
# selects nothing here, or ("host", place in Facts.hosts).
Key = tuple[str, int]


@dataclass
class Group:
    """`layers` of pods from left to right; `entries` the boxes left of each layer's pods (one layer more than pods at
    most); `fronts` the companions that stand left of all."""

    pods: list[int] = field(default_factory=list)
    layer_of: dict[int, int] = field(default_factory=dict)
    entries: dict[int, list[Key]] = field(default_factory=lambda: defaultdict(list))
    fronts: list[int] = field(default_factory=list)

    @property
    def layers(self) -> int:
        return 1 + max([*self.layer_of.values(), *self.entries], default=0)


class _Union:
    def __init__(self) -> None:
        self._up: dict[Hashable, Hashable] = {}

    def find(self, node: Hashable) -> Hashable:
        while node in self._up:
            node = self._up[node]
        return node

    def join(self, a: Hashable, b: Hashable) -> None:
        a, b = self.find(a), self.find(b)
        if a != b:
            self._up[b] = a


def entry_of(found: Facts) -> dict[int, Key]:
    """Document → the box of the Service in it."""
    entries: dict[int, Key] = {service.document: ("service", n) for n, service in enumerate(found.services)}
    for n, companion in enumerate(found.companions):
        if companion.kind == "Service" and companion.document is not None:
            entries[companion.document] = ("companion", n)
    return entries


def targets(found: Facts, pod: int) -> list[tuple[int, Key]]:
    """(place in the pod's reaches, box) of all that a pod reaches but itself."""
    entries, result = entry_of(found), []
    for n, reach in enumerate(found.pods[pod].reaches):
        key = ("host", reach.host) if reach.host is not None else entries.get(reach.document or 0)
        if key is None or (key[0] == "service" and pod in found.services[key[1]].selects):
            continue
        result.append((n, key))
    return result


def groups(found: Facts) -> list[Group]:
    """The groups of a design in the order of their first pods. A design without pods has none."""
    if not found.pods:
        return []
    entries = entry_of(found)
    every, same = _Union(), _Union()
    callers: dict[Key, list[int]] = defaultdict(list)
    for n, service in enumerate(found.services):
        for pod in service.selects:
            same.join(("pod", service.home), ("pod", pod))
        for pod in (service.home, *service.selects):
            every.join(("pod", pod), ("service", n))
    for pod in range(len(found.pods)):
        for _, key in targets(found, pod):
            every.join(("pod", pod), key)
            callers[key].append(pod)
    fronts: list[int] = []
    for n, companion in enumerate(found.companions):
        if companion.front is None:
            continue
        fronts.append(n)
        led = [entries[row.service] for row in companion.front.rows if row.service in entries]
        for key in led or [("pod", 0)]:
            every.join(key, ("front", n))
    layer = _layers(found, same, callers)
    made: dict[Hashable, Group] = {}
    for pod in range(len(found.pods)):
        group = made.setdefault(every.find(("pod", pod)), Group())
        group.pods.append(pod)
        group.layer_of[pod] = layer[pod]
    for n, service in enumerate(found.services):
        made[every.find(("service", n))].entries[layer[service.home]].append(("service", n))
    led_to = {entries[row.service] for n in fronts for row in _rows(found, n) if row.service in entries}
    others = [key for key in entries.values() if key[0] == "companion"]
    others += [("host", n) for n in range(len(found.hosts))]
    for key in others:
        group_of = made.get(every.find(key))
        if group_of is None and key in led_to:
            group_of = made[every.find(("pod", 0))]
        if group_of is not None and (key in led_to or callers[key]):
            group_of.entries[1 + max((layer[pod] for pod in callers[key]), default=-1)].append(key)
    for n in fronts:
        made.get(every.find(("front", n)), made[every.find(("pod", 0))]).fronts.append(n)
    return list(made.values())


def _rows(found: Facts, companion: int) -> tuple[FrontRow, ...]:
    front = found.companions[companion].front
    return front.rows if front else ()


def _layers(found: Facts, same: _Union, callers: dict[Key, list[int]]) -> dict[int, int]:
    """The layer of each pod: one more than that of the last who calls it; in a circle the first pod comes first."""
    clusters = {pod: same.find(("pod", pod)) for pod in range(len(found.pods))}
    called: dict[Hashable, list[Hashable]] = {cluster: [] for cluster in clusters.values()}
    for (kind, n), pods in callers.items():
        if kind == "service" and found.services[n].selects:
            target = clusters[found.services[n].home]
            for pod in pods:
                if clusters[pod] != target:
                    called[clusters[pod]].append(target)
    depth = _depths(called)
    return {pod: depth[cluster] for pod, cluster in clusters.items()}


def _depths(called: dict[Hashable, list[Hashable]]) -> dict[Hashable, int]:
    """How far each node stands behind those that call it, where a call back to one on the way to it does not count.

    The ways begin at those that nobody calls, then at the first of each circle. No recursion: a chain may be long.
    """
    targets = {one for members in called.values() for one in members}
    before: dict[Hashable, list[Hashable]] = {node: [] for node in called}
    done: list[Hashable] = []
    open_: dict[Hashable, int] = {}  # those on the way, and how many of whom they call have been seen
    seen: set[Hashable] = set()
    for root in sorted(called, key=lambda node: node in targets):
        if root in seen:
            continue
        seen.add(root)
        open_[root] = 0
        while open_:
            node = next(reversed(open_))
            if open_[node] == len(called[node]):
                del open_[node]
                done.append(node)
                continue
            following = called[node][open_[node]]
            open_[node] += 1
            if following in open_:
                continue
            before[following].append(node)
            if following not in seen:
                seen.add(following)
                open_[following] = 0
    depth: dict[Hashable, int] = {}
    for node in reversed(done):
        depth[node] = 1 + max((depth[caller] for caller in before[node]), default=-1)
    return depth
