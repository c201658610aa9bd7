"""Names that a field can take because the design has them: its volumes, ConfigMaps and their keys, ports, labels.

Which field refers to which kind is edits/references.py's to say; what is here beside it are ports, labels, and the
volumes and containers of one pod.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from designer.manifests.cursor import Place
from designer.manifests.edits.references import CLUSTER_WIDE, REFERENCES, SCALABLE
from designer.manifests.edits.selection import is_service, items, namespace, number, pods_of, ports, running
from designer.manifests.pod import CONTAINER_LISTS, TEMPLATE_PATHS, Container, Pod, containers, name_of, pods, volumes
from designer.manifests.types import Document, Documents, Path, get

# Kubernetes documentation, "Downward API": what both ways give, and what only variables or only volumes do.
_FIELD_PATHS = ("metadata.name", "metadata.namespace", "metadata.uid")
_VARIABLE_PATHS = (
    *("spec.nodeName", "spec.serviceAccountName"),
    *("status.podIP", "status.podIPs", "status.hostIP", "status.hostIPs"),
)
_VOLUME_PATHS = ("metadata.labels", "metadata.annotations")
# Kubernetes documentation, "Recommended Labels".
_RECOMMENDED = tuple(
    f"app.kubernetes.io/{name}" for name in ("name", "instance", "version", "component", "part-of", "managed-by")
)


@dataclass(frozen=True)
class Known:
    """A value that the design knows, and what it is the name of."""

    value: str | int
    detail: str


@dataclass
class Design:
    """The last good documents as a cursor sees them: a List's items are objects of their own, `here` is the one that
    the cursor stands in, found by its kind and name, or else by its place (-1 where there is none)."""

    place: Place
    documents: Documents = field(repr=False)
    here: int = -1

    @classmethod
    def around(cls, place: Place, documents: Sequence[Document]) -> Design:
        flat: Documents = []
        index = -1
        for number_, document in enumerate(documents):
            listed = document.get("kind") == "List" and isinstance(document.get("items"), list)
            if number_ == place.document:
                index = len(flat) + (int(place.at[1]) if place.at else 0)
            flat += [item for item in document["items"] if isinstance(item, dict)] if listed else [document]
        same = [i for i, document in enumerate(flat) if document.get("kind") == place.kind]
        named = [i for i in same if place.name and name_of(flat[i]) == place.name]
        if index not in named:
            index = named[0] if named else index if index in same else -1
        return cls(place, flat, index)

    @property
    def pod(self) -> Pod | None:
        return next((pod for pod in pods(self.documents) if pod.document == self.here), None)

    @property
    def spec(self) -> Path | None:
        """Where this kind keeps its PodSpec."""
        template = TEMPLATE_PATHS.get(self.place.kind)
        return None if template is None else (*template, "spec")

    def of_kind(self, *kinds: str) -> Iterator[Document]:
        """The objects of some kinds that can be referred to from here: those of the same namespace."""
        here = namespace(self.documents[self.here]) if self.here >= 0 and "Binding" not in self.place.kind else None
        for document in self.documents:
            kind = document.get("kind")
            if kind in kinds and (here is None or kind in CLUSTER_WIDE or namespace(document) == here):
                yield document

    def container(self, path: Path) -> Container | None:
        """The container of the pod that a path leads into: by its name in the text, else by its index."""
        spec = self.spec
        if spec is None or self.pod is None or path[: len(spec)] != spec or len(path) < len(spec) + 2:
            return None
        around = path[: len(spec) + 2]
        name = self.place.said.get((*around, "name"))
        listed = [container for container in containers(self.pod) if container.list == around[-2]]
        named = [container for container in listed if name and container.name == name]
        return next(iter(named or [container for container in listed if container.index == around[-1]]), None)


def values(design: Design, path: Path) -> list[Known]:
    """What the design knows for the field at `path` of the object that the cursor stands in; each value once."""
    found: dict[str | int, Known] = {}
    for known in _values(design, path):
        if known.value not in ("", 0):
            found.setdefault(known.value, known)
    return list(found.values())


def _values(design: Design, path: Path) -> Iterator[Known]:
    place, spec = design.place, design.spec
    names = tuple("*" if isinstance(part, int) else part for part in path)
    inner = names[len(spec) :] if spec is not None and names[: len(spec)] == spec else ()
    yield from _references(design, path, names, inner)
    if inner[:1] and inner[0] in CONTAINER_LISTS:
        if inner[2:] in (("volumeMounts", "*", "name"), ("volumeDevices", "*", "name")):
            yield from _volumes(design)
        elif inner[-1] == "port" and inner[-2] in ("httpGet", "tcpSocket", "grpc"):
            container = design.container(path)
            yield from _ports([container] if container else [], names=inner[-2] != "grpc")
    if inner[-2:] == ("resourceFieldRef", "containerName") and design.pod:
        yield from (Known(container.name, "container") for container in containers(design.pod))
    elif inner[-2:] == ("fieldRef", "fieldPath"):
        yield from _field_paths(design, inner[0] == "volumes")
    elif inner and inner[-1] == "key":
        yield from _object_keys(design, path)
    elif place.kind == "Service" and names[:-1] == ("spec", "ports", "*"):
        if names[-1] in ("targetPort", "port"):
            yield from _ports(_serving(design), names=names[-1] == "targetPort")
    elif place.kind == "Ingress" and names[-3:-1] == ("service", "port"):
        yield from _service_ports(design, path)
    elif names[-2:] in (("scaleTargetRef", "kind"), ("scaleTargetRef", "apiVersion")):
        yield from (Known(document[str(names[-1])], name_of(document)) for document in design.of_kind(*SCALABLE)
                    if isinstance(document.get(str(names[-1])), str))  # fmt: skip
    elif names[-2:-1] == ("matchLabels",) or (place.kind == "Service" and names[:-1] == ("spec", "selector")):
        for name, value, detail in pairs(design, path[:-1]):
            if name == path[-1]:
                yield Known(value, detail)


def _references(design: Design, path: Path, names: Path, inner: Path) -> Iterator[Known]:
    said = design.place.said
    for kind, patterns in REFERENCES.items():
        for reference in patterns:
            pattern = tuple(reference.pattern.split("."))
            held = inner if reference.holder == "pod" else names
            if held != pattern or reference.holder not in ("pod", "any", design.place.kind):
                continue
            wanted = said.get((*path[:-1], "kind"))
            if not reference.kind or wanted is None or wanted == reference.kind:
                yield from (Known(name_of(document), kind) for document in design.of_kind(kind))


def _volumes(design: Design) -> Iterator[Known]:
    if design.pod:
        yield from (Known(volume.name, f"volume · {volume.source}") for volume in volumes(design.pod))
        for claim in items(design.documents[design.here], "spec", "volumeClaimTemplates"):
            yield Known(name_of(claim), "volume · claim template")


def _field_paths(design: Design, volume: bool) -> Iterator[Known]:
    for name in (*_FIELD_PATHS, *(_VOLUME_PATHS if volume else _VARIABLE_PATHS)):
        yield Known(name, "downward API")
    for kind in ("labels", "annotations"):
        said = get(design.pod.template, ("metadata", kind)) if design.pod else None
        for key in said if isinstance(said, dict) else ():
            yield Known(f"metadata.{kind}['{key}']", "downward API")


def _object_keys(design: Design, path: Path) -> Iterator[Known]:
    """The keys of the ConfigMap or Secret that is named beside a ``key``, or above a volume's ``items``."""
    holder = path[:-3] if path[-3:-2] == ("items",) else path[:-1]
    kind = {"configMapKeyRef": "ConfigMap", "configMap": "ConfigMap", "secretKeyRef": "Secret", "secret": "Secret"}.get(
        str(holder[-1])
    )
    said = design.place.said
    name = said.get((*holder, "name")) or said.get((*holder, "secretName"))
    for document in design.of_kind(kind) if kind else ():
        if name in (None, "", name_of(document)):
            for part in ("data", "stringData", "binaryData"):
                data = document.get(part)
                for key in data if isinstance(data, dict) else ():
                    yield Known(key, f"key of {name_of(document)}")


def _serving(design: Design) -> list[Container]:
    """The containers that a Service can lead to: those of the pods that it selects, or of all pods if it has none."""
    service = design.documents[design.here] if design.here >= 0 else {}
    selected = pods_of(design.documents, service) if is_service(service) else []
    return [container for pod in selected or pods(design.documents) for container in running(pod)]


def _ports(found: Sequence[Container], *, names: bool) -> Iterator[Known]:
    """The named ports first, then the numbers."""
    known = [(port, container) for container in found for port in ports(container)]
    if names:
        yield from (
            Known(port.name, f"port {port.number} of {container.name}") for port, container in known if port.name
        )
    for port, container in known:
        called = f"{port.name} of" if port.name else "port of"
        yield Known(port.number, f"{called} {container.name}")


def _service_ports(design: Design, path: Path) -> Iterator[Known]:
    name = design.place.said.get((*path[:-2], "name"))
    for service in design.of_kind("Service"):
        for port in items(service, "spec", "ports") if name in (None, "", name_of(service)) else ():
            said = get(port, (path[-1] if path[-1] == "name" else "port",))
            if isinstance(said, str) or number(said):
                yield Known(said, f"port of {name_of(service)}")


def pairs(design: Design, path: Path) -> list[tuple[str, str, str]]:
    """Labels that the map at `path` would do well to have: key, value ("" where it is free), and whose they are."""
    place, pod = design.place, design.pod
    template = TEMPLATE_PATHS.get(place.kind)
    found: list[tuple[str, str, str]] = []
    if path[-1:] == ("matchLabels",) or (place.kind == "Service" and path == ("spec", "selector")):
        # A workload's selectors mean its own pods, but for whom it would stand beside or keep away from.
        chosen = [pod] if pod and "affinity" not in path else pods(design.documents)
        found = [
            (key, value, f"label of {one.name or one.kind}") for one in chosen for key, value in one.labels.items()
        ]
    elif path[-2:] == ("metadata", "labels"):
        if template and path == (*template, "metadata", "labels") and design.here >= 0:
            selector: Any = get(design.documents[design.here], ("spec", "selector"))
            selected = get(selector, ("matchLabels",), selector if place.kind == "ReplicationController" else None)
            if isinstance(selected, dict):
                found = [(key, str(value), "the selector asks for it") for key, value in selected.items()]
        found += [(key, "", "recommended label") for key in _RECOMMENDED]
    return list(dict.fromkeys(found))
