"""Who selects whom by labels, which ports a pod declares, who stands beside whom: what edits need to know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from designer.manifests.pod import Container, Pod, address_of, containers, pods
from designer.manifests.types import Document, Documents, Path, get

LAST_PORT = 65535


@dataclass(frozen=True)
class Port:
    """One item of a container's ports. `number` is 0, `name` "" where there is none; `protocol` is TCP by default."""

    container: Container = field(repr=False)
    index: int
    number: int
    name: str
    protocol: str

    @property
    def path(self) -> Path:
        return (*self.container.path, "ports", self.index)


def items(data: Any, *path: str | int) -> list[Any]:
    """The list at `path`, or an empty one where there is none."""
    found = get(data, path)
    return found if isinstance(found, list) else []


def number(value: Any) -> int:
    """`value` if it is a whole number that Kubernetes can hold (a boolean is none), else 0."""
    return value if isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63 else 0


def port_number(word: str) -> int:
    """The port that a string writes in digits, or 0: to Kubernetes such a string is a name, and one that cannot be."""
    found = int(word) if word.isascii() and word.isdecimal() and len(word) < 6 else 0
    return found if found <= LAST_PORT else 0


def text(value: Any, default: str = "") -> str:
    return value if isinstance(value, str) else default


def neighbour(documents: Documents, gone: Path) -> str:
    """The address to select where the list item at `gone` was removed: the item that took its place, else the one
    before it, else the document."""
    for index in (int(gone[-1]), int(gone[-1]) - 1):
        path = (*gone[:-1], index)
        if isinstance(get(documents, path), dict):
            return address_of(documents, path)
    return str(gone[0])


def namespace(document: Any) -> str:
    return text(get(document, ("metadata", "namespace")))


def ports(container: Container) -> Iterator[Port]:
    for index, data in enumerate(items(container.data, "ports")):
        if isinstance(data, dict):
            protocol = text(data.get("protocol"), "TCP")
            yield Port(container, index, number(data.get("containerPort")), text(data.get("name")), protocol)


def running(pod: Pod) -> list[Container]:
    """The containers that run side by side, in the order in which a Service looks for a named port: app containers,
    then native sidecars (FindPort in Kubernetes' pkg/api/v1/pod)."""
    found = list(containers(pod))
    return [c for c in found if c.kind == "app"] + [c for c in found if c.kind == "sidecar"]


def probe_ports(container: Container) -> Iterator[tuple[Path, Any]]:
    """The ports of a container's probes and lifecycle hooks: the path of each (document index first), and its value."""
    places: list[Path] = [("livenessProbe",), ("readinessProbe",), ("startupProbe",)]
    places += [("lifecycle", "postStart"), ("lifecycle", "preStop")]
    for place in places:
        for action in ("httpGet", "tcpSocket", "grpc"):
            path = (*place, action, "port")
            port = get(container.data, path)
            if port is not None:
                yield (*container.path, *path), port


def matches(selector: Any, labels: Mapping[str, str]) -> bool:
    """Whether a LabelSelector (matchLabels, matchExpressions) selects a pod with these labels; an empty one does."""
    wanted = get(selector, ("matchLabels",), {})
    if isinstance(wanted, dict) and any(labels.get(key) != value for key, value in wanted.items()):
        return False
    return all(_fulfils(expression, labels) for expression in items(selector, "matchExpressions"))


def _fulfils(expression: Any, labels: Mapping[str, str]) -> bool:
    operator, key = get(expression, ("operator",)), get(expression, ("key",))
    label = labels.get(key) if isinstance(key, str) else None
    values = items(expression, "values")
    if operator == "In":
        return label is not None and label in values
    if operator == "NotIn":
        return label is None or label not in values
    return (label is not None) is (operator == "Exists") if operator in ("Exists", "DoesNotExist") else False


def is_service(document: Any) -> bool:
    return get(document, ("apiVersion",)) == "v1" and get(document, ("kind",)) == "Service"


def service_selects(service: Document, pod: Pod, documents: Documents) -> bool:
    """Whether a Service selects a pod: by a selector that is not empty, in the same namespace."""
    selector = get(service, ("spec", "selector"))
    if not isinstance(selector, dict) or not selector or namespace(service) != namespace(documents[pod.document]):
        return False
    labels = pod.labels
    return all(labels.get(key) == value for key, value in selector.items())


def services_of(documents: Documents, pod: Pod) -> Iterator[tuple[int, Document]]:
    """The Services of the design that select a pod, with their indexes."""
    for index, document in enumerate(documents):
        if is_service(document) and service_selects(document, pod, documents):
            yield index, document


def pods_of(documents: Documents, service: Document) -> list[Pod]:
    """The pods of the design that a Service selects."""
    return [pod for pod in pods(documents) if service_selects(service, pod, documents)]


def service_targets(service: Document) -> Iterator[tuple[int, int | str, str]]:
    """Of each port of a Service: its index, the port of the pod it leads to (`port` where there is no targetPort), and
    the protocol."""
    for index, port in enumerate(items(service, "spec", "ports")):
        if not isinstance(port, dict):
            continue
        target = port.get("targetPort")
        if target is None or target == 0 or target == "":
            target = port.get("port")
        if target and (isinstance(target, str) or number(target)):
            yield index, target, text(port.get("protocol"), "TCP")
