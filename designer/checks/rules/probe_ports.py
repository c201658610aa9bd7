"""A probe or lifecycle hook that names a port names one of its own container's ports; a gRPC probe takes a number.

Source: HTTPGetAction.port, TCPSocketAction.port and GRPCAction.port in the API reference: the kubelet looks a name up
among the ports of the container that has the probe, and the probe fails where there is none.
"""

from __future__ import annotations

from collections.abc import Iterator

from designer.checks.facts import Facts, called
from designer.checks.finding import Finding, Fix, edit
from designer.manifests.edits.selection import port_number, probe_ports
from designer.manifests.edits.tree import put

ID = "probe-port"
TITLE = "Unknown port"


def check(facts: Facts) -> Iterator[Finding]:
    for found in facts.pods:
        for container in found.containers:
            ports = found.ports[container.address]
            known = {port.name for port in ports}
            for path, used in probe_ports(container):
                if not isinstance(used, str) or (used in known and path[-2] != "grpc"):
                    continue
                place = ".".join(str(part) for part in path[len(container.path) : -2])
                message = f"The {place} of {called(container)} uses port {used!r}, which this container does not have."
                only = (ports[0].name or ports[0].number) if len(ports) == 1 else 0
                if path[-2] == "grpc":
                    message = f"The {place} of {called(container)} names port {used!r}: a gRPC probe needs a number."
                    only = next((port.number for port in ports if port.name == used), ports[0].number if only else 0)
                if port_number(used):
                    message = f"The {place} of {called(container)} has port {used} as a string: a number is needed."
                    only = port_number(used)
                fix = Fix(f"Use port {only}", edit(put, path, only)) if only else None
                yield Finding(ID, "error", TITLE, message, path, (container.address,), fix)
