"""Making a Service lead to a container's port (API reference, ServiceSpec and ServicePort)."""

from __future__ import annotations

from designer.manifests import names
from designer.manifests.edits import fields
from designer.manifests.edits.containers import container_at
from designer.manifests.edits.objects import with_labels
from designer.manifests.edits.selection import (
    LAST_PORT,
    Port,
    is_service,
    items,
    namespace,
    number,
    pods_of,
    ports,
    service_targets,
    text,
)
from designer.manifests.edits.tree import Edited
from designer.manifests.pod import Container, name_of
from designer.manifests.types import Document, Documents, ManifestError, get


def expose(documents: Documents, service: int, container_address: str, value: int = 0) -> Edited:
    """The Service of document `service` with a port for each protocol in which a container has the port `value`; 0
    means its only port. Selects the Service.

    A number that the container does not declare is led to over TCP. A Service that selects no pod of the design gets
    this pod's labels as its selector. Raises ManifestError for one that is no Service, is an ExternalName, lives in
    another namespace or leads to other pods, and for a container of which no single port is meant.
    """
    container, target = container_at(documents, container_address), documents[service]
    pod, name = container.pod, name_of(target) or "the Service"
    if not is_service(target):
        raise ManifestError("only a Service leads to a port: choose a Service", (service,))
    if get(target, ("spec", "type")) == "ExternalName":
        raise ManifestError(f"{name} is an ExternalName: it stands for a name outside the cluster", (service,))
    if namespace(target) != namespace(documents[pod.document]):
        raise ManifestError(f"{name} is in another namespace than {pod.name}, which it cannot lead to", (service,))
    wanted = _ports(container, value)
    notes: list[str] = []
    selected = pods_of(documents, target)
    if all(one.document != pod.document for one in selected):
        if selected:
            others = " and ".join(f"{one.kind} {one.name}" for one in selected)
            raise ManifestError(f"{name} leads to {others}: give {pod.name} a Service of its own", (service,))
        documents, labels = with_labels(documents, pod)
        if get(target, ("spec", "selector")):
            notes.append(f"{name} selected no pod of this design; it selects {pod.name} now.")
        documents = fields.set_field(documents, (service, "spec", "selector"), labels)
    for port in wanted:
        led = {(to, protocol) for _, to, protocol in service_targets(documents[service])}
        if led & {(port.number, port.protocol), (port.name, port.protocol)}:
            notes.append(f"{name} leads to {port.number} already.")
        else:
            documents = add_to_service(documents, service, _leading(documents, service, port))
    return Edited(documents, str(service), tuple(notes))


def add_to_service(documents: Documents, service: int, made: Document) -> Documents:
    """A Service with one port more. A Service with several must name each of them (ServicePort.name): `made`, and the
    only one that stood there before, get a name if they have none."""
    path = (service, "spec", "ports")
    standing = items(documents[service], "spec", "ports")
    if not standing:
        return fields.add_item(documents, path, made)
    taken = {text(get(item, ("name",))) for item in standing}
    if len(standing) == 1 and isinstance(standing[0], dict) and not standing[0].get("name"):
        first = f"port-{number(standing[0].get('port')) or 1}"
        documents = fields.set_field(documents, (*path, 0, "name"), first)
        taken.add(first)
    label = f"port-{made['port']}"
    if label in taken:
        label = names.free(f"{label}-{made.get('protocol', 'TCP').lower()}", taken)
    return fields.add_item(documents, path, {"name": label, **made})


def free_service_port(service: Document, wanted: int, protocol: str = "TCP") -> int:
    """`wanted` as the port of a Service, or where it has that already 80, or the first free one from 8080."""
    taken = {
        (number(get(item, ("port",))), text(get(item, ("protocol",)), "TCP"))
        for item in items(service, "spec", "ports")
    }
    return next(n for n in (wanted, 80, *range(8080, LAST_PORT + 1)) if (n, protocol) not in taken)


def _ports(container: Container, value: int) -> list[Port]:
    declared = [port for port in ports(container) if port.number]
    if not value:
        numbers = {port.number for port in declared}
        if len(numbers) != 1:
            what = "declares several ports: choose one" if numbers else "declares no port: give it one first"
            raise ManifestError(f"{container.name or 'the container'} {what}", container.path)
        return declared
    if not 1 <= value <= LAST_PORT:
        raise ManifestError(f"a port is a whole number from 1 to {LAST_PORT}: got {value}", container.path)
    return [port for port in declared if port.number == value] or [Port(container, -1, value, "", "TCP")]


def _leading(documents: Documents, service: int, port: Port) -> Document:
    made: Document = {"port": free_service_port(documents[service], port.number, port.protocol)}
    made["targetPort"] = port.name or port.number
    if port.protocol != "TCP":
        made["protocol"] = port.protocol
    return made
