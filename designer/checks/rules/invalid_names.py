"""Containers, volumes, ports and objects have names that Kubernetes allows.

Containers and volumes: an RFC 1123 label. Ports: IANA_SVC_NAME (RFC 6335). Objects: a DNS subdomain, or what their
kind asks for. Source: "Object Names and IDs" in the documentation, and the API reference. An object may have
generateName instead of a name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import partial

from designer.checks.facts import Facts, PodFacts
from designer.checks.finding import Finding, Fix, edit
from designer.manifests import names
from designer.manifests.edits.containers import rename_container
from designer.manifests.edits.objects import rename_object
from designer.manifests.edits.ports import rename_port
from designer.manifests.edits.selection import text
from designer.manifests.edits.tree import Edited
from designer.manifests.edits.volumes import rename_volume
from designer.manifests.pod import name_of
from designer.manifests.types import get

ID = "invalid-name"
TITLE = "Name not allowed"


def check(facts: Facts) -> Iterator[Finding]:
    for found in facts.pods:
        yield from _in_pod(found)
    taken = {name_of(document) for document in facts.documents}
    for index, document in enumerate(facts.documents):
        kind, name = text(get(document, ("kind",))), name_of(document)
        # A List has no name of its own; a document without a kind is no object yet.
        if not kind or kind.endswith("List") or (not name and get(document, ("metadata", "generateName"))):
            continue
        problem = names.object_problem(kind, name)
        if problem:
            message = f"{name!r} cannot be the name of a {kind}: {problem}." if name else f"This {kind} has no name."
            better = _free(name, kind.lower(), taken, partial(names.object_problem, kind))
            fix = _fix(better, rename_object, index)
            yield Finding(ID, "error", TITLE, message, (index, "metadata", "name"), (str(index),), fix)


def _in_pod(found: PodFacts) -> Iterator[Finding]:
    taken = {container.name for container in found.containers}
    for container in found.containers:
        problem = names.label_problem(container.name)
        if problem:
            message = f"{container.name!r} cannot be a container's name: {problem}."
            if not container.name:
                message = "This container has no name."
            better = _free(container.name, "container", taken, names.label_problem)
            fix = _fix(better, rename_container, container.address)
            yield Finding(ID, "error", TITLE, message, (*container.path, "name"), (container.address,), fix)
        port_names = {port.name for port in found.ports[container.address]}
        for port in found.ports[container.address]:
            problem = names.port_problem(port.name) if port.name else ""
            if problem:
                message = f"{port.name!r} cannot be a port's name: {problem}."
                better = _free(port.name, "port", port_names, names.port_problem, names.PORT_NAME_LENGTH)
                fix = _fix(better, rename_port, container.address, port.index)
                yield Finding(ID, "error", TITLE, message, (*port.path, "name"), (container.address,), fix)
    taken = {volume.name for volume in found.volumes} | set(found.claims)
    for volume in found.volumes:
        problem = names.label_problem(volume.name)
        if problem:
            message = f"{volume.name!r} cannot be a volume's name: {problem}."
            if not volume.name:
                message = "This volume has no name."
            better = _free(volume.name, "data", taken, names.label_problem)
            fix = _fix(better, rename_volume, volume.address)
            yield Finding(ID, "error", TITLE, message, (*volume.path, "name"), (volume.address,), fix)


def _free(
    name: str,
    default: str,
    taken: Collection[str],
    problem: Callable[[str], str],
    limit: int = names.LABEL_LENGTH,
) -> str:
    """A name that is allowed, free and like the one there is; "" where none can be made."""
    label = names.free(names.label_from(name, default), taken, limit)
    return "" if problem(label) else label


def _fix(name: str, rename: Callable[..., Edited], *place: int | str) -> Fix | None:
    return Fix(f"Call it {name}", edit(rename, *place, name)) if name else None
