"""The startup probe of a native sidecar asks nothing that starts only after it: that would wait for ever.

Source: "Sidecar Containers", Sidecar containers and Pod lifecycle, and KEP-753: what comes after a native sidecar
starts when its startup probe has succeeded. The containers of a pod share one network, so a port that only a later
container declares is that container's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from designer.checks.facts import Facts, PodFacts, called
from designer.checks.finding import Finding, Fix, edit
from designer.manifests.edits.tree import put, take
from designer.manifests.pod import Container
from designer.manifests.types import Documents, Path, get

ID = "startup-deadlock"
TITLE = "Pod can never start"


def check(facts: Facts) -> Iterator[Finding]:
    for found in facts.pods:
        for index, container in enumerate(found.containers):
            number = _asked(container)
            if container.kind != "sidecar" or not number or _declares(found, container, number):
                continue
            later = [one for one in found.containers[index + 1 :] if one.kind != "ephemeral"]
            other = next((one for one in later if _declares(found, one, number)), None)
            if other is None:
                continue
            message = (
                f"The startup probe of {called(container)} asks port {number}, which is {called(other)}'s, and "
                f"{called(other)} starts only when that probe has succeeded: the pod never starts."
            )
            path = (*container.path, "startupProbe")
            free = container.data.get("readinessProbe") is None
            fix = Fix("Make it a readiness probe", edit(_to_readiness, path)) if free else None
            yield Finding(ID, "error", TITLE, message, path, (container.address, other.address), fix)


def _asked(container: Container) -> int:
    """The port that a container's startup probe asks on the pod's own address; 0 where there is none."""
    for kind in ("httpGet", "tcpSocket", "grpc"):
        handler = get(container.data, ("startupProbe", kind))
        if isinstance(handler, dict) and not handler.get("host"):
            port = handler.get("port")
            return port if isinstance(port, int) and not isinstance(port, bool) else 0
    return 0


def _declares(found: PodFacts, container: Container, number: int) -> bool:
    return any(port.number == number and port.protocol == "TCP" for port in found.ports[container.address])


def _to_readiness(documents: Documents, path: Path) -> Documents:
    value: Any = get(documents, path)
    moved: Documents = put(take(documents, path), (*path[:-1], "readinessProbe"), value)
    return moved
