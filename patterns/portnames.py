"""Names of ports, which all containers of a pod share: a preset's give way to those that are there. Pure.

A Service and a probe find a port by its name, and a Service takes the first of two that have it (the API server warns
of that: k8s.io/kubernetes/pkg/api/pod, "duplicate port name"). So where the pod has a port of the name that a preset's
container would bring, the preset's is numbered, in its probes and in the objects that come along too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from designer.manifests import names
from designer.manifests.edits.selection import items, ports, running
from designer.manifests.pod import Pod
from designer.manifests.types import Document

# The objects in which a port of the pod stands under other fields than a Service's targetPort.
_BY_PORT = frozenset({"NetworkPolicy", "PodMonitor"})
_PROBES = ("startupProbe", "readinessProbe", "livenessProbe", "lifecycle")


def giving_way(pod: Pod, own: Collection[str], patch: Document) -> dict[str, str]:
    """The names of ports in the patch's `own` containers that others have in the pod it makes, and what they are called
    instead."""
    taken = {port.name for c in running(pod) if c.name not in own for port in ports(c) if port.name}
    brought = [str(port["name"]) for one in _own(patch, own) for port in items(one, "ports") if _has_name(port)]
    out: dict[str, str] = {}
    for name in brought:
        if name in taken and name not in out:
            out[name] = names.free(name, taken | {*brought} | {*out.values()}, names.PORT_NAME_LENGTH)
    return out


def rename(renamed: Mapping[str, str], own: Collection[str], patch: Document, coming: list[Document]) -> None:
    """Call the ports otherwise, in place: in the patch's `own` containers and in the objects that come along."""
    for container in _own(patch, own):
        for port in items(container, "ports"):
            if _has_name(port):
                port["name"] = renamed.get(str(port["name"]), port["name"])
        for probe in _PROBES:
            _put(container.get(probe), ("port",), renamed)
    for document in coming:
        fields = ("port", "targetPort") if document.get("kind") in _BY_PORT else ("targetPort",)
        _put(document.get("spec"), fields, renamed)


def _own(patch: Document, own: Collection[str]) -> Iterator[Document]:
    for key in ("initContainers", "containers"):
        yield from (one for one in items(patch, "spec", key) if isinstance(one, dict) and one.get("name") in own)


def _has_name(port: Any) -> bool:
    return isinstance(port, dict) and isinstance(port.get("name"), str) and "$patch" not in port


def _put(value: Any, fields: Collection[str], renamed: Mapping[str, str]) -> None:
    """Every one of these fields that says an old name says the new one."""
    if isinstance(value, list):
        for item in value:
            _put(item, fields, renamed)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key in fields and isinstance(inner, str):
                value[key] = renamed.get(inner, inner)
            else:
                _put(inner, fields, renamed)
