"""Containers that run at the same time do not listen on the same port and protocol, as a pod has one network.

App containers and native sidecars run side by side; a plain init container runs alone, but for the native sidecars that
stand before it (KEP-753). Source: "Pod networking" in the documentation (containers of a pod share an IP address and
port space). The API server accepts this; the second container to start fails to bind.
"""

from __future__ import annotations

from collections.abc import Iterator

from designer.checks.facts import Facts, PodFacts, called, with_protocol
from designer.checks.finding import Finding, Fix, edit
from designer.manifests.edits.ports import change_port_number, free_port
from designer.manifests.edits.selection import Port
from designer.manifests.edits.tree import take

ID = "port-clash"
TITLE = "Port clash"


def check(facts: Facts) -> Iterator[Finding]:
    for found in facts.pods:
        yield from _running(found)
        yield from _starting(found)


def _running(found: PodFacts) -> Iterator[Finding]:
    first: dict[tuple[int, str], Port] = {}
    for port in found.declared():
        other = first.setdefault((port.number, port.protocol), port)
        if port.number and other is not port:
            yield _clash(found, other, port)


def _starting(found: PodFacts) -> Iterator[Finding]:
    sidecars: dict[tuple[int, str], Port] = {}
    for container in found.containers:
        for port in found.ports[container.address]:
            other = sidecars.get((port.number, port.protocol))
            if container.kind == "init" and port.number and other:
                yield _clash(found, other, port)
        if container.kind == "sidecar":
            for port in found.ports[container.address]:
                sidecars.setdefault((port.number, port.protocol), port)


def _clash(found: PodFacts, other: Port, port: Port) -> Finding:
    container, number = port.container, with_protocol(port.number, port.protocol)
    path = (*port.path, "containerPort")
    if other.container.path == container.path:
        message = f"{called(container)} declares port {number} twice."
        once = Fix("Remove the second", edit(take, port.path))
        return Finding(ID, "warning", TITLE, message, path, (container.address,), once)
    free = free_port(found.pod, port.number + 1)
    message = (
        f"{called(other.container)} and {called(container)} both listen on port {number}: "
        "the containers of a pod share one network, so only one of them can."
    )
    move = edit(change_port_number, container.address, port.index, free)
    fix = Fix(f"Move {called(container)} to {free}", move) if free else None
    return Finding(ID, "error", TITLE, message, path, (other.container.address, container.address), fix)
