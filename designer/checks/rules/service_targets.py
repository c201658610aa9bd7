"""A Service leads to a port that a container it selects declares.

A name that no container declares leads nowhere: an error. A number does not need to be declared, so one that
is not is a warning. A number written as a string is a name to Kubernetes.

Source: ServicePort.targetPort and ContainerPort in the API reference.
"""

from __future__ import annotations

from collections.abc import Iterator

from designer.checks.facts import Facts, object_title, title, with_protocol
from designer.checks.finding import Finding, Fix, Severity, edit
from designer.manifests.edits import selection
from designer.manifests.edits.tree import put
from designer.manifests.types import get

ID = "service-target"
TITLE = "Service leads nowhere"


def check(facts: Facts) -> Iterator[Finding]:
    for index, service in facts.services:
        selected = facts.selected(service)
        if not selected or get(service, ("spec", "type")) == "ExternalName":
            continue
        ports = [port for found in selected for port in found.declared()]
        for place, target, protocol in selection.service_targets(service):
            same = [port for port in ports if port.protocol == protocol]
            if any(target in (port.name, port.number) for port in same):
                continue
            path = (index, "spec", "ports", place, "targetPort")
            pods = " and ".join(title(found.pod) for found in selected[:2]) + (" …" if len(selected) > 2 else "")
            shown = with_protocol(repr(target) if isinstance(target, str) else target, protocol)
            severity: Severity = "error" if isinstance(target, str) else "warning"
            message = f"{object_title(service)} leads to port {shown}, which no container of {pods} declares."
            only = (same[0].name or same[0].number) if len(same) == 1 else 0
            if isinstance(target, str) and selection.port_number(target):
                only = selection.port_number(target)
            fix = Fix(f"Lead it to {only}", edit(put, path, only)) if only else None
            addresses = (str(index), *(found.pod.address for found in selected))
            yield Finding(ID, severity, TITLE, message, path, addresses, fix)
