"""Verbs on ports, of containers and of Services."""

from __future__ import annotations

from designer.manifests import names
from designer.manifests import pod as manifest_pod
from designer.manifests.edits import fields, ports, selection
from designer.manifests.edits.tree import Edited
from designer.manifests.types import Document, Documents, ManifestError, get
from designer.web.verbs.data import Data, Verb


def add(documents: Documents, data: Data) -> Edited:
    return ports.add_port(documents, data.at)


def rename(documents: Documents, data: Data) -> Edited:
    container, index = _place(documents, data)
    edited = ports.rename_port(documents, container, index, data.word("value"))
    return Edited(edited.documents, data.at, edited.notes)


def number(documents: Documents, data: Data) -> Edited:
    container, index = _place(documents, data)
    edited = ports.change_port_number(documents, container, index, data.number("value"))
    return Edited(edited.documents, data.at, edited.notes)


def add_service_port(documents: Documents, data: Data) -> Edited:
    """A port of the selected Service: the first declared one of its pods that it does not lead to yet, else 80 or the
    first free one from 8080."""
    index = data.document(documents)
    service, path = documents[index], (index, "spec", "ports")
    if not selection.is_service(service):
        raise ManifestError("only a Service has ports of this kind: select a Service", (index,))
    items = selection.items(service, "spec", "ports")
    taken = {(selection.number(get(item, ("port",))), str(get(item, ("protocol",), "TCP"))) for item in items}
    led_to = {(target, protocol) for _, target, protocol in selection.service_targets(service)}
    declared = (
        port
        for pod in selection.pods_of(documents, service)
        for container in selection.running(pod)
        for port in selection.ports(container)
        if port.number and not {(port.number, port.protocol), (port.name, port.protocol)} & led_to
    )
    found = next((port for port in declared if (port.number, port.protocol) not in taken), None)
    made: Document = {"port": next(n for n in (80, *range(8080, selection.LAST_PORT + 1)) if (n, "TCP") not in taken)}
    if found:
        made = {"port": found.number, "targetPort": found.name or found.number}
        if found.protocol != "TCP":
            made["protocol"] = found.protocol
    if items:
        # A Service with several ports must name each of them (API reference, ServicePort.name).
        names_taken = {selection.text(get(item, ("name",))) for item in items}
        if len(items) == 1 and isinstance(items[0], dict) and not items[0].get("name"):
            first = f"port-{selection.number(items[0].get('port')) or 1}"
            documents = fields.set_field(documents, (*path, 0, "name"), first)
            names_taken.add(first)
        label = f"port-{made['port']}"
        if label in names_taken:
            label = names.free(f"{label}-{made.get('protocol', 'TCP').lower()}", names_taken)
        made = {"name": label, **made}
    return Edited(fields.add_item(documents, path, made), data.at)


def _place(documents: Documents, data: Data) -> tuple[str, int]:
    """(the container's address, the port's index) of a pointer to one of a port's fields."""
    path = data.path(documents)
    if len(path) < 3 or path[-3] != "ports" or not isinstance(path[-2], int):
        raise ManifestError("that is not a port any more: select the container again", path)
    return manifest_pod.address_of(documents, path), path[-2]


VERBS: dict[str, Verb] = {
    "add-port": add,
    "rename-port": rename,
    "port-number": number,
    "add-service-port": add_service_port,
}
