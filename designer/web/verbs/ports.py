"""Verbs on ports, of containers and of Services."""

from __future__ import annotations

from designer.manifests import pod as manifest_pod
from designer.manifests.edits import fields, ports
from designer.manifests.edits.tree import Edited
from designer.manifests.types import Document, Documents, ManifestError, Path, get
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
    """A port of the selected Service: the first declared one of its pods that it does not have yet, or 80."""
    path: Path = (*manifest_pod.resolve(documents, data.at), "spec", "ports")
    items = get(documents, path)
    taken = {get(item, ("port",)) for item in items} if isinstance(items, list) else set()
    selector = get(documents, (path[0], "spec", "selector"))
    declared = [
        port
        for pod in manifest_pod.pods(documents)
        if isinstance(selector, dict) and selector and selector.items() <= pod.labels.items()
        for container in manifest_pod.containers(pod)
        for port in container.data.get("ports") or []
        if isinstance(port, dict) and port.get("containerPort") not in taken
    ]
    made: Document = {"port": next(n for n in (80, *range(8080, 65536)) if n not in taken)}
    if declared:
        made = {
            "port": declared[0]["containerPort"],
            "targetPort": declared[0].get("name") or declared[0]["containerPort"],
        }
    if isinstance(items, list) and items:
        # A Service with several ports must name each of them (API reference, ServicePort.name).
        made = {"name": f"port-{made['port']}", **made}
        if len(items) == 1 and isinstance(items[0], dict) and not items[0].get("name"):
            documents = fields.set_field(documents, (*path, 0, "name"), f"port-{items[0].get('port')}")
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
