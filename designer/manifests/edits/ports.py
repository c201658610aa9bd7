"""Edits of a container's ports, which take with them what refers to a port by name or number.

That is: the container's own probes and lifecycle hooks, the targetPort of Services that select the pod, and the ingress
ports of NetworkPolicies that do. An Ingress refers to a Service's port, not to a container's, and stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from designer.manifests import names
from designer.manifests.edits.containers import container_at
from designer.manifests.edits.selection import (
    LAST_PORT,
    Port,
    items,
    matches,
    namespace,
    number,
    pods_of,
    ports,
    probe_ports,
    running,
    service_targets,
    services_of,
    text,
)
from designer.manifests.edits.tree import Edited, insert, put, put_all, take
from designer.manifests.pod import Container, Pod, containers, name_of
from designer.manifests.types import Document, Documents, ManifestError, Path, get

FIRST_PORT = 8080


def free_port(pod: Pod, start: int = FIRST_PORT) -> int:
    """The first number from `start` on (and then from 1 on) that no container of the pod declares, or 0."""
    taken = {port.number for container in containers(pod) for port in ports(container)}
    start = min(max(start, 1), LAST_PORT + 1)
    return next((free for free in chain(range(start, LAST_PORT + 1), range(1, start)) if free not in taken), 0)


def add_port(
    documents: Documents, container_address: str, *, number: int | None = None, name: str = "", protocol: str = ""
) -> Edited:
    """A new port of the container at an address, by default the pod's next free one from 8080; selects the container.

    Raises ManifestError for a number out of range and a name that is invalid or taken in the container.
    """
    container = container_at(documents, container_address)
    data: Document = {"containerPort": free_port(container.pod) if number is None else number}
    if number is None and not data["containerPort"]:
        raise ManifestError("every port of this pod is taken", container.path)
    _check_number(data["containerPort"], container.path)
    if name:
        _check_name(name, container, container.path)
        data = {"name": name, **data}
    if protocol:
        data["protocol"] = protocol
    path = (*container.path, "ports", len(items(container.data, "ports")))
    return Edited(insert(documents, path, data), container_address)


def rename_port(documents: Documents, container_address: str, index: int, name: str) -> Edited:
    """The port at `index` of a container's ports called `name`, and everything that refers to it by name.

    With "" the port loses its name, and what referred to the name refers to the number.
    """
    port = _port_at(documents, container_address, index)
    if name == port.name:
        return Edited(documents, container_address)
    if name:
        _check_name(name, port.container, port.path)
    elif not port.number:
        raise ManifestError("a port without a number needs its name", port.path)
    paths = list(_references(documents, port, port.name)) if port.name else []
    documents = put(documents, (*port.path, "name"), name) if name else take(documents, (*port.path, "name"))
    documents = put_all(documents, ((path, name or port.number) for path in paths))
    return Edited(documents, container_address, _left_out(documents, port.container.pod, paths, name) if name else ())


def change_port_number(documents: Documents, container_address: str, index: int, number: int) -> Edited:
    """The port at `index` of a container's ports with another number, and everything that refers to it by number.

    Services and NetworkPolicies stay with the old number where another running container of the pod declares it.
    """
    port = _port_at(documents, container_address, index)
    _check_number(number, port.path)
    if number == port.number:
        return Edited(documents, container_address)
    changes = [(path, number) for path in _references(documents, port, port.number)] if port.number else []
    host_network = port.container.pod.spec.get("hostNetwork") is True
    if host_network and get(documents, (*port.path, "hostPort")) == port.number:
        changes.append(((*port.path, "hostPort"), number))
    documents = put(documents, (*port.path, "containerPort"), number)
    return Edited(put_all(documents, changes), container_address)


def _references(documents: Documents, port: Port, value: int | str) -> Iterator[Path]:
    """The paths of what refers to a port as `value`, its name or number (document index first)."""
    pod = port.container.pod
    for path, used in probe_ports(port.container):
        if _same(used, value):
            yield path
    if not _answers(pod, port, value):
        return
    for index, service in services_of(documents, pod):
        for place, target, protocol in service_targets(service):
            if _same(target, value) and protocol == port.protocol:
                yield (index, "spec", "ports", place, "targetPort")
    for index, document in enumerate(documents):
        if get(document, ("kind",)) == "NetworkPolicy" and _guards(document, pod, documents):
            for rule, ingress in enumerate(items(document, "spec", "ingress")):
                for place, allowed in enumerate(items(ingress, "ports")):
                    protocol = text(get(allowed, ("protocol",)), "TCP")
                    if _same(get(allowed, ("port",)), value) and protocol == port.protocol and "endPort" not in allowed:
                        yield (index, "spec", "ingress", rule, "ports", place, "port")


def _answers(pod: Pod, port: Port, value: int | str) -> bool:
    """Whether `port` is the one that traffic from outside to `value` reaches."""
    same = [
        other
        for container in running(pod)
        for other in ports(container)
        if other.protocol == port.protocol and _same(other.name if isinstance(value, str) else other.number, value)
    ]
    if isinstance(value, str):
        return bool(same) and same[0].path == port.path
    return [other.path for other in same] == [port.path]


def _guards(policy: Document, pod: Pod, documents: Documents) -> bool:
    return namespace(policy) == namespace(documents[pod.document]) and matches(
        get(policy, ("spec", "podSelector")), pod.labels
    )


def _left_out(documents: Documents, pod: Pod, paths: list[Path], name: str) -> tuple[str, ...]:
    """Sentences about other pods behind the Services changed that have no port of the new name."""
    notes: dict[str, None] = {}
    for index in sorted({int(path[0]) for path in paths if path[0] != pod.document}):
        service = documents[index]
        for other in pods_of(documents, service) if get(service, ("kind",)) == "Service" else ():
            declared = {port.name for container in running(other) for port in ports(container)}
            if name not in declared:
                notes[
                    f"Service {name_of(service)} also selects {other.kind} {other.name}, which has no port {name!r}."
                ] = None
    return tuple(notes)


def _same(one: Any, other: int | str) -> bool:
    return one == other and isinstance(one, str) is isinstance(other, str) and not isinstance(one, bool)


def _port_at(documents: Documents, container_address: str, index: int) -> Port:
    container = container_at(documents, container_address)
    for port in ports(container):
        if port.index == index:
            return port
    raise ManifestError(
        f"{container.name or 'the container'} has no such port any more: it may have been deleted", container.path
    )


def _check_number(value: int, path: Path) -> None:
    if not 1 <= number(value) <= LAST_PORT:
        raise ManifestError(f"a port is a whole number from 1 to {LAST_PORT}: got {value!r}", path)


def _check_name(name: str, container: Container, path: Path) -> None:
    problem = names.port_problem(name)
    if problem:
        raise ManifestError(f"{name!r} cannot be a port's name: {problem}", path)
    if any(port.name == name for port in ports(container)):
        raise ManifestError(f"{container.name or 'the container'} has a port {name!r} already", path)
