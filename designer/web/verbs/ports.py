"""Verbs on ports, of containers and of Services."""

from __future__ import annotations

from designer.manifests import pod as manifest_pod
from designer.manifests.edits import expose, ports, selection
from designer.manifests.edits.tree import Edited
from designer.manifests.types import Document, Documents, ManifestError
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
    service = documents[index]
    if not selection.is_service(service):
        raise ManifestError("only a Service has ports of this kind: select a Service", (index,))
    led_to = {(target, protocol) for _, target, protocol in selection.service_targets(service)}
    declared = (
        port
        for pod in selection.pods_of(documents, service)
        for container in selection.running(pod)
        for port in selection.ports(container)
        if port.number and not {(port.number, port.protocol), (port.name, port.protocol)} & led_to
    )
    found = next((p for p in declared if expose.free_service_port(service, p.number, p.protocol) == p.number), None)
    made: Document = {"port": expose.free_service_port(service, 80)}
    if found:
        made = {"port": found.number, "targetPort": found.name or found.number}
        if found.protocol != "TCP":
            made["protocol"] = found.protocol
    added = expose.add_to_service(documents, index, made)
    return Edited(added, data.at, tuple(_named(service, added[index])))


def expose_port(documents: Documents, data: Data) -> Edited:
    """Lead the Service at `service` to the port `number` of the container at `container`, or to its only one."""
    service = int(manifest_pod.resolve(documents, data.word("service"))[0])
    edited = expose.expose(documents, service, data.word("container"), data.number("number"))
    return Edited(
        edited.documents, edited.select, (*edited.notes, *_named(documents[service], edited.documents[service]))
    )


def _named(before: Document, after: Document) -> list[str]:
    """What is to be said of ports that stood in a Service and got a name, as one more came (ServicePort.name)."""
    pairs = zip(selection.items(before, "spec", "ports"), selection.items(after, "spec", "ports"), strict=False)
    return [
        f"Port {new.get('port')} got the name {new['name']}, as Kubernetes asks for names with several ports."
        for old, new in pairs
        if isinstance(old, dict) and not old.get("name") and isinstance(new, dict) and new.get("name")
    ]


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
    "expose": expose_port,
}
