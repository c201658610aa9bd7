"""How a pod stops: hooks, TERM in its order, and KILL when the grace period is over.

Sources: "Termination of Pods" in the Kubernetes documentation and KEP-753, "Termination of containers".
"""

from __future__ import annotations

from dataclasses import dataclass

from designer.manifests import startup_rules as rules
from designer.manifests.pod import Container, Pod, containers
from designer.manifests.startup_rules import Rule
from designer.manifests.startup_times import Length, grace, hook


@dataclass(frozen=True)
class Stopped:
    """One container's stop. `turn` is 0 for app containers, which get TERM together, then 1, 2 … for native sidecars,
    the last one started first. `hook` is its preStop, which begins when the pod is deleted."""

    container: Container
    turn: int
    hook: Length | None
    rule: Rule
    cut: bool  # its hook takes longer than the grace period


@dataclass(frozen=True)
class Stop:
    """How a pod stops within `grace` seconds: its containers in the order in which they stand in the pod."""

    containers: tuple[Stopped, ...]
    grace: int
    turns: int


def stop(pod: Pod) -> Stop:
    running = [container for container in containers(pod) if container.kind in ("sidecar", "app")]
    limit = grace(pod.spec)
    sidecars = [container for container in running if container.kind == "sidecar"]
    found = []
    for container in running:
        turn = len(sidecars) - sidecars.index(container) if container in sidecars else 0
        before = hook(container.data, "preStop")
        cut = before is not None and before.least > limit
        found.append(Stopped(container, turn, before, rules.SIDECAR_TERM if turn else rules.TERM, cut))
    return Stop(tuple(found), limit, len(sidecars) + 1)
