"""The one place that finds pod templates in documents and visits what is inside them.

Everything here reads; nothing changes a document. A document of the wrong shape (containers that are not a list, a
volume that is a string) is skipped, never an error: saying so is the checks' and the API server's task.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from designer.manifests.types import Document, Documents, ManifestError, Path, get, get_text

# Where each kind keeps its pod template (API reference, workload resources). A bare Pod is its own template.
TEMPLATE_PATHS: dict[str, Path] = {
    "Pod": (),
    "Deployment": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "ReplicaSet": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "ReplicationController": ("spec", "template"),
    "PodTemplate": ("template",),
}
# The group that a kind must be of, so that another API's "Job" is not taken for Kubernetes' own.
GROUPS: dict[str, str] = {
    "Pod": "",
    "ReplicationController": "",
    "PodTemplate": "",
    "Deployment": "apps",
    "StatefulSet": "apps",
    "DaemonSet": "apps",
    "ReplicaSet": "apps",
    "Job": "batch",
    "CronJob": "batch",
}

ContainerList = Literal["initContainers", "containers", "ephemeralContainers"]
CONTAINER_LISTS: tuple[ContainerList, ...] = ("initContainers", "containers", "ephemeralContainers")
# What a container is to the kubelet. A native sidecar is an init container with restartPolicy: Always (KEP-753).
Kind = Literal["init", "sidecar", "app", "ephemeral"]


@dataclass(frozen=True)
class Pod:
    """A pod template in a list of documents. `path` leads from the document to the mapping with metadata and spec.
    `begins` is the generateName of a document without a name: the server makes one that begins so."""

    document: int
    kind: str
    name: str
    path: Path
    template: Document = field(repr=False)
    begins: str = ""

    @property
    def called(self) -> str:
        """Its name, or ``import-*`` where the server makes one of it; "" for neither."""
        return self.name or (f"{self.begins}*" if self.begins else "")

    @property
    def spec(self) -> Document:
        """The PodSpec; an empty mapping where there is none."""
        spec = self.template.get("spec")
        return spec if isinstance(spec, dict) else {}

    @property
    def spec_path(self) -> Path:
        """Document index first: ``(0, "spec", "template", "spec")``."""
        return (self.document, *self.path, "spec")

    @property
    def labels(self) -> dict[str, str]:
        """The labels that the pods will have, which Services and selectors look at."""
        labels = get(self.template, ("metadata", "labels"))
        return {k: v for k, v in labels.items() if isinstance(v, str)} if isinstance(labels, dict) else {}

    @property
    def address(self) -> str:
        return str(self.document)


@dataclass(frozen=True)
class Container:
    """One container of a pod. `index` is its place in the list `list`, which may hold odd items too."""

    pod: Pod = field(repr=False)
    list: ContainerList
    index: int
    data: Document = field(repr=False)

    @property
    def name(self) -> str:
        return get_text(self.data, ("name",))

    @property
    def image(self) -> str:
        return get_text(self.data, ("image",))

    @property
    def kind(self) -> Kind:
        if self.list == "initContainers":
            return "sidecar" if self.data.get("restartPolicy") == "Always" else "init"
        return "app" if self.list == "containers" else "ephemeral"

    @property
    def path(self) -> Path:
        return (*self.pod.spec_path, self.list, self.index)

    @property
    def address(self) -> str:
        return f"{self.pod.document}/{self.list}/{self.index}"


@dataclass(frozen=True)
class Volume:
    """One volume of a pod. `source` is the field that says what it is (``emptyDir``, ``configMap`` …), "" if none."""

    pod: Pod = field(repr=False)
    index: int
    data: Document = field(repr=False)

    @property
    def name(self) -> str:
        return get_text(self.data, ("name",))

    @property
    def source(self) -> str:
        return next((key for key in self.data if key != "name"), "")

    @property
    def object_name(self) -> str:
        """The ConfigMap, Secret or claim behind it, by name; "" for the kinds that name none."""
        fields = {"configMap": "name", "secret": "secretName", "persistentVolumeClaim": "claimName"}
        return get_text(self.data, (self.source, fields.get(self.source, "")))

    @property
    def path(self) -> Path:
        return (*self.pod.spec_path, "volumes", self.index)

    @property
    def address(self) -> str:
        return f"{self.pod.document}/volumes/{self.index}"


@dataclass(frozen=True)
class Mount:
    """One item of a container's volumeMounts."""

    container: Container = field(repr=False)
    index: int
    data: Document = field(repr=False)

    @property
    def volume(self) -> str:
        return get_text(self.data, ("name",))

    @property
    def mount_path(self) -> str:
        return get_text(self.data, ("mountPath",))

    @property
    def sub_path(self) -> str:
        return get_text(self.data, ("subPath",))

    @property
    def read_only(self) -> bool:
        return self.data.get("readOnly") is True

    @property
    def path(self) -> Path:
        return (*self.container.path, "volumeMounts", self.index)


def kind_of(document: Any) -> str:
    """The kind of a document whose pod template we know how to find; "" for any other."""
    if not isinstance(document, dict):
        return ""
    kind, version = document.get("kind"), document.get("apiVersion")
    if not isinstance(kind, str) or kind not in TEMPLATE_PATHS:
        return ""
    group = version.rpartition("/")[0] if isinstance(version, str) else GROUPS[kind]
    return kind if group == GROUPS[kind] else ""


def name_of(document: Any) -> str:
    return get_text(document, ("metadata", "name"))


def pods(documents: Documents) -> list[Pod]:
    """The pod templates of a design, in the order of its documents."""
    found = []
    for index, document in enumerate(documents):
        kind = kind_of(document)
        if not kind:
            continue
        template = get(document, TEMPLATE_PATHS[kind])
        if isinstance(template, dict):
            begins = get_text(document, ("metadata", "generateName"))
            found.append(Pod(index, kind, name_of(document), TEMPLATE_PATHS[kind], template, begins))
    return found


def pod_at(documents: Documents, document: int) -> Pod | None:
    return next((pod for pod in pods(documents) if pod.document == document), None)


def containers(pod: Pod) -> Iterator[Container]:
    """Every container: init containers and native sidecars in their order, then app, then ephemeral containers."""
    for name in CONTAINER_LISTS:
        items = pod.spec.get(name)
        for index, data in enumerate(items if isinstance(items, list) else []):
            if isinstance(data, dict):
                yield Container(pod, name, index, data)


def volumes(pod: Pod) -> Iterator[Volume]:
    items = pod.spec.get("volumes")
    for index, data in enumerate(items if isinstance(items, list) else []):
        if isinstance(data, dict):
            yield Volume(pod, index, data)


def mounts(container: Container) -> Iterator[Mount]:
    items = container.data.get("volumeMounts")
    for index, data in enumerate(items if isinstance(items, list) else []):
        if isinstance(data, dict):
            yield Mount(container, index, data)


def companions(documents: Documents) -> Iterator[tuple[int, Document]]:
    """The documents that hold no pod template, with their indexes."""
    inside = {pod.document for pod in pods(documents)}
    for index, document in enumerate(documents):
        if index not in inside:
            yield index, document


# An address names a thing on the screen: a document ("0"), or a container or volume of its pod ("0/containers/1").
# It is what diagram boxes, YAML lines and forms share, and it survives a rename.
_ADDRESS = re.compile(r"(\d{1,4})(?:/(initContainers|containers|ephemeralContainers|volumes)/(\d{1,4}))?")


def resolve(documents: Documents, address: str) -> Path:
    """The path of what an address names, document index first. Raises ManifestError where nothing stands there."""
    match = _ADDRESS.fullmatch(address)
    if match and int(match[1]) < len(documents):
        document = int(match[1])
        if match[2] is None:
            return (document,)
        pod = pod_at(documents, document)
        path: Path = (*pod.spec_path, match[2], int(match[3])) if pod else ()
        if pod and isinstance(get(documents, path), dict):
            return path
    raise ManifestError(f"nothing stands at {address!r} any more: it may have been deleted or moved; select it again")


def address_of(documents: Documents, path: Path) -> str:
    """The address of the smallest addressable thing around `path` (document index first)."""
    if not path or not isinstance(path[0], int):
        return ""
    pod = pod_at(documents, path[0])
    if pod:
        rest = path[len(pod.spec_path) :]
        if path[: len(pod.spec_path)] == pod.spec_path and len(rest) >= 2 and rest[0] in (*CONTAINER_LISTS, "volumes"):
            return f"{pod.document}/{rest[0]}/{rest[1]}"
    return str(path[0])


def follow(old: Documents, address: str, new: Documents) -> str:
    """Where what stood at `address` in `old` stands in `new`, told by its kind and name; "" where it is gone.

    A thing without a name, or whose name is there twice, is taken to stand where it stood.
    """
    try:
        path = resolve(old, address)
    except ManifestError:
        return ""
    document = _same_name([_identity(d) for d in old], int(path[0]), [_identity(d) for d in new])
    if len(path) == 1 or document is None:
        return "" if document is None else str(document)
    were = [name_in(item) for item in _items(old, path[0], path)]
    index = _same_name(were, int(path[-1]), [name_in(item) for item in _items(new, document, path)])
    found = "" if index is None else f"{document}/{path[-2]}/{index}"
    try:
        resolve(new, found)
    except ManifestError:
        return ""
    return found


def name_in(item: Any) -> str:
    return get_text(item, ("name",))


def _identity(document: Any) -> str:
    name = name_of(document)
    return f"{document.get('kind')}/{name}" if name else ""


def _items(documents: Documents, document: Any, path: Path) -> list[Any]:
    """The list of the pod of `document` that `path` leads into."""
    pod = pod_at(documents, document)
    items = pod.spec.get(str(path[-2])) if pod else None
    return items if isinstance(items, list) else []


def _same_name(old: list[str], index: int, new: list[str]) -> int | None:
    """The index in `new` of the name that stands at `index` of `old`."""
    name = old[index]
    if name and old.count(name) == 1:
        return new.index(name) if name in new else None
    return index if index < len(new) else None
