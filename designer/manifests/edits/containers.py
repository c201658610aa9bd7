"""Edits of a pod's containers: add, rename, copy, move and remove them.

A native sidecar is an init container with ``restartPolicy: Always`` (KEP-753). A plain init container may have no
probes and no lifecycle; moving one there keeps those fields, so that nothing is lost, and a check says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

from designer.manifests import names
from designer.manifests.edits.fields import pruned
from designer.manifests.edits.selection import items, namespace, neighbour
from designer.manifests.edits.tree import (
    Edited,
    insert,
    put,
    put_all,
    rename_key,
    spec_path,
    take,
    the_pod,
    with_key_after,
)
from designer.manifests.pod import Container, ContainerList, Pod, containers, name_of, pod_at, resolve, volumes
from designer.manifests.types import Document, Documents, ManifestError, Path, get

# The container that kubectl logs and exec choose; the second name is kubectl's older one.
DEFAULT_CONTAINER = ("kubectl.kubernetes.io/default-container", "kubectl.kubernetes.io/default-logs-container")
_APPARMOR = "container.apparmor.security.beta.kubernetes.io/"


def container_at(documents: Documents, address: str) -> Container:
    """The container at an address ("0/containers/1"). Raises ManifestError where no container stands there."""
    path = resolve(documents, address)
    for container in containers(the_pod(documents, int(address.split("/")[0]))):
        if container.path == path:
            return container
    raise ManifestError(f"{address!r} is not a container", path)


def container_names(pod: Pod) -> set[str]:
    """The names taken in a pod: init, app and ephemeral containers share one namespace."""
    return {container.name for container in containers(pod)}


def add_container(
    documents: Documents,
    document: int,
    list: ContainerList,
    *,
    name: str | None = None,
    image: str = "",
    native_sidecar: bool = False,
    at: int | None = None,
) -> Edited:
    """A new container in `list` of the pod of `document`, before the item `at` or at the end; selects it.

    Without a name it is called ``container``, ``container-2`` …. Raises ManifestError for a name that is taken or
    invalid, for a native sidecar outside initContainers, and for ephemeral containers, which no template can have.
    """
    path = spec_path(documents, document)
    _check_list(list, native_sidecar, path)
    pod = pod_at(documents, document)
    taken = container_names(pod) if pod else set()
    if name is None:
        name = names.free("container", taken)
    _check_name(name, taken, path)
    data: Document = {"name": name}
    if image:
        data["image"] = image
    if native_sidecar:
        data["restartPolicy"] = "Always"
    index = at if at is not None else len(items(documents, *path, list))
    return Edited(insert(documents, (*path, list, index), data), f"{document}/{list}/{index}")


def rename_container(documents: Documents, address: str, name: str) -> Edited:
    """The container at `address` called `name`, and everything that refers to it by name.

    That is: resourceFieldRefs in the pod, kubectl's default container, AppArmor annotations, targetContainerName of
    ephemeral containers, and the container metrics of HorizontalPodAutoscalers that scale this workload.
    """
    container = container_at(documents, address)
    old, pod = container.name, container.pod
    if name == old:
        return Edited(documents, address)
    _check_name(name, container_names(pod), container.path)
    documents = put(documents, (*container.path, "name"), name)
    if old:
        documents = put_all(documents, ((path, name) for path in references(documents, pod, old)))
        apparmor = (pod.document, *pod.path, "metadata", "annotations", _APPARMOR + old)
        if get(documents, apparmor) is not None:
            documents = rename_key(documents, apparmor, _APPARMOR + name)
    return Edited(documents, address)


def duplicate_container(documents: Documents, address: str) -> Edited:
    """A faithful copy of the container at `address` behind it, under a free name (``web-2``); selects the copy.

    Its ports are copied too, although they clash with the original's: the check offers to move them.
    """
    container = container_at(documents, address)
    copy = deepcopy(container.data)
    copy["name"] = names.free(container.name or "container", container_names(container.pod))
    index = container.index + 1
    path = (*container.path[:-1], index)
    return Edited(insert(documents, path, copy), f"{container.pod.document}/{container.list}/{index}")


def remove_container(documents: Documents, address: str) -> Edited:
    """The pod without the container at `address`; selects its neighbour in the same list, or the pod.

    An annotation that makes it kubectl's default container goes too. A pod may be left without containers: a check
    says so.
    """
    container = container_at(documents, address)
    pod = container.pod
    documents = take(documents, container.path)
    if container.list != "containers":
        documents = pruned(documents, container.path[:-1])
    annotations = (pod.document, *pod.path, "metadata", "annotations")
    for key in DEFAULT_CONTAINER:
        if container.name and get(documents, (*annotations, key)) == container.name:
            documents = pruned(take(documents, (*annotations, key)), annotations)
    return Edited(documents, neighbour(documents, container.path))


def move_container(
    documents: Documents, address: str, to_list: ContainerList, to_index: int, native_sidecar: bool = False
) -> Edited:
    """The container at `address` at `to_index` of `to_list`, counted without it; selects it there.

    As a native sidecar it gets ``restartPolicy: Always``, as anything else it loses that value; every other field is
    kept. Raises ManifestError for an index that the list has not, and for ephemeral containers.
    """
    container = container_at(documents, address)
    if container.list == "ephemeralContainers":
        raise ManifestError("an ephemeral container cannot become another kind of container", container.path)
    _check_list(to_list, native_sidecar, container.path)
    data = container.data
    if native_sidecar:
        data = with_key_after(data, "restartPolicy", "Always", ("name", "image"))
    elif data.get("restartPolicy") == "Always":
        data = {key: value for key, value in data.items() if key != "restartPolicy"}
    documents = take(documents, container.path)
    if container.list == "initContainers" and to_list == "containers":
        documents = pruned(documents, container.path[:-1])
    documents = insert(documents, (*container.pod.spec_path, to_list, to_index), data)
    return Edited(documents, f"{container.pod.document}/{to_list}/{to_index}")


def references(documents: Documents, pod: Pod, name: str) -> Iterator[Path]:
    """The paths of the values that refer to a pod's container by its name (document index first)."""
    for container in containers(pod):
        for index, variable in enumerate(items(container.data, "env")):
            path: Path = ("valueFrom", "resourceFieldRef", "containerName")
            if get(variable, path) == name:
                yield (*container.path, "env", index, *path)
        if container.data.get("targetContainerName") == name:
            yield (*container.path, "targetContainerName")
    for volume in volumes(pod):
        sources: list[Path] = [("downwardAPI", "items")]
        for index, _ in enumerate(items(volume.data, "projected", "sources")):
            sources.append(("projected", "sources", index, "downwardAPI", "items"))
        for source in sources:
            for index, item in enumerate(items(volume.data, *source)):
                if get(item, ("resourceFieldRef", "containerName")) == name:
                    yield (*volume.path, *source, index, "resourceFieldRef", "containerName")
    for key in DEFAULT_CONTAINER:
        path = ("metadata", "annotations", key)
        if get(pod.template, path) == name:
            yield (pod.document, *pod.path, *path)
    yield from _autoscaled(documents, pod, name)


def _autoscaled(documents: Documents, pod: Pod, name: str) -> Iterator[Path]:
    workload = documents[pod.document]
    for number, document in enumerate(documents):
        if get(document, ("kind",)) != "HorizontalPodAutoscaler" or namespace(document) != namespace(workload):
            continue
        target = get(document, ("spec", "scaleTargetRef"))
        if get(target, ("kind",)) != pod.kind or get(target, ("name",)) != name_of(workload):
            continue
        for index, metric in enumerate(items(document, "spec", "metrics")):
            if get(metric, ("containerResource", "container")) == name:
                yield (number, "spec", "metrics", index, "containerResource", "container")


def _check_list(list: ContainerList, native_sidecar: bool, path: Path) -> None:
    if list == "ephemeralContainers":
        raise ManifestError("ephemeral containers are added to a running pod, with kubectl debug", path)
    if native_sidecar and list != "initContainers":
        raise ManifestError("a native sidecar is one of the pod's initContainers", path)


def _check_name(name: str, taken: set[str], path: Path) -> None:
    problem = names.label_problem(name)
    if problem:
        raise ManifestError(f"{name!r} cannot be a container's name: {problem}", path)
    if name in taken:
        raise ManifestError(f"this pod has a container {name!r} already", path)
