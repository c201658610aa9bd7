"""A port name is used once in a container, and once among the containers that run side by side.

Source: ContainerPort.name in the API reference ("Each named port in a pod must have a unique name"). Twice in a
container is refused by the API server; twice in a pod is accepted, and a Service that uses the name reaches the first.
"""

from __future__ import annotations

from collections.abc import Iterator

from designer.checks.facts import Facts, called
from designer.checks.finding import Finding, Fix, edit
from designer.manifests import names
from designer.manifests.edits.ports import rename_port
from designer.manifests.edits.selection import Port
from designer.manifests.edits.tree import put

ID = "duplicate-port-name"
TITLE = "Port name used twice"


def check(facts: Facts) -> Iterator[Finding]:
    for found in facts.pods:
        everywhere = {port.name for ports in found.ports.values() for port in ports}
        inside: set[tuple[str, int]] = set()
        for container in found.containers:
            first: dict[str, Port] = {}
            for port in found.ports[container.address]:
                if port.name and first.setdefault(port.name, port) is not port:
                    inside.add((container.address, port.index))
                    better = names.free(port.name, everywhere, names.PORT_NAME_LENGTH)
                    path = (*port.path, "name")
                    # References by this name mean the first port, so only the second's own name changes.
                    fix = Fix(f"Call this one {better}", edit(put, path, better))
                    message = f"{called(container)} has two ports called {port.name}."
                    yield Finding(ID, "error", TITLE, message, path, (container.address,), fix)
        across: dict[tuple[str, str], Port] = {}
        for port in found.declared():
            if not port.name or (port.container.address, port.index) in inside:
                continue
            other = across.setdefault((port.name, port.protocol), port)
            if other is not port:
                better = names.free(port.name, everywhere, names.PORT_NAME_LENGTH)
                here = port.container
                fix = Fix(
                    f"Call the port of {called(here)} {better}",
                    edit(rename_port, here.address, port.index, better),
                )
                message = (
                    f"{called(other.container)} and {called(here)} both call a port {port.name}: "
                    f"a Service that uses the name reaches {called(other.container)} only."
                )
                addresses = (other.container.address, here.address)
                yield Finding(ID, "warning", TITLE, message, (*port.path, "name"), addresses, fix)
