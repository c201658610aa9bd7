"""A hostPort is used once in a pod: the same number and protocol on the same address of the node.

Source: the API server's validation of Pods (duplicate hostPort). App containers, and init containers with native
sidecars, are looked at apart, as the API server does.
"""

from __future__ import annotations

from collections.abc import Iterator

from designer.checks.facts import Facts, called, with_protocol
from designer.checks.finding import Finding, Fix, edit
from designer.manifests.edits.selection import Port, number, text
from designer.manifests.edits.tree import take
from designer.manifests.types import get

ID = "host-port-clash"
TITLE = "Host port clash"


def check(facts: Facts) -> Iterator[Finding]:
    for found in facts.pods:
        first: dict[tuple[str, int, str, str], Port] = {}
        for container in found.containers:
            for port in found.ports[container.address]:
                data = get(facts.documents, port.path)
                host = number(get(data, ("hostPort",)))
                if not host:
                    continue
                key = (container.list, host, port.protocol, text(get(data, ("hostIP",))))
                other = first.setdefault(key, port)
                if other is port:
                    continue
                shown = with_protocol(host, port.protocol)
                message = f"{called(other.container)} and {called(container)} both take port {shown} of the node."
                if other.container.path == container.path:
                    message = f"{called(container)} takes port {shown} of the node twice."
                path = (*port.path, "hostPort")
                fix = Fix(f"Remove the hostPort of {called(container)}", edit(take, path))
                addresses = tuple(dict.fromkeys((other.container.address, container.address)))
                yield Finding(ID, "error", TITLE, message, path, addresses, fix)
