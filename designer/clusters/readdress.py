"""What was applied is an earlier revision than the design on the screen: where what it has stands there now. Pure.

A live picture tells each container under its address in the documents that were applied; one that was put before it
since would otherwise be shown in its state.
"""

from __future__ import annotations

from dataclasses import replace

from designer.clusters.live import Live
from designer.clusters.plan import namespace_of
from designer.manifests import pod as pods_in
from designer.manifests.types import Documents

# The workload's kind, namespace and name, the list in its pod, and the container's name.
_Named = tuple[str, str, str, str, str]


def addresses(then: Documents, now: Documents, namespace: str) -> dict[str, str]:
    """For each container of `then` by its address the one that it has in `now`; those that are gone are not in it."""
    current = {name: address for address, name in _named(now, namespace).items()}
    return {address: current[name] for address, name in _named(then, namespace).items() if name in current}


def _named(documents: Documents, namespace: str) -> dict[str, _Named]:
    return {
        each.address: (pod.kind, namespace_of(documents[pod.document], namespace), pod.name, each.list, each.name)
        for pod in pods_in.pods(documents)
        for each in pods_in.containers(pod)
    }


def readdressed(live: Live, moved: dict[str, str]) -> Live:
    """The picture with the addresses that `moved` leads to; what is not in it has none."""
    workloads = tuple(
        replace(
            one,
            pods=tuple(
                replace(pod, containers=tuple(replace(c, at=moved.get(c.at, "")) for c in pod.containers))
                for pod in one.pods
            ),
        )
        for one in live.workloads
    )
    return replace(live, workloads=workloads, boxes={moved[at]: told for at, told in live.boxes.items() if at in moved})
