"""Edits of a pod's volumes, and of where its containers mount them."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

from designer.manifests import names
from designer.manifests.edits.containers import container_at
from designer.manifests.edits.fields import pruned, replaced
from designer.manifests.edits.selection import namespace, neighbour
from designer.manifests.edits.tree import Edited, insert, put, put_all, spec_path, take, the_pod, with_key_after
from designer.manifests.pod import Pod, Volume, containers, mounts, name_of, pod_at, resolve, volumes
from designer.manifests.schema import VOLUME, schema
from designer.manifests.types import Document, Documents, ManifestError, Path, get

# The sources that the menus offer, in the order in which they offer them.
SOURCES: tuple[str, ...] = (
    "emptyDir",
    "configMap",
    "secret",
    "persistentVolumeClaim",
    "hostPath",
    "projected",
    "downwardAPI",
    "nfs",
    "csi",
    "ephemeral",
    "image",
)
# The kind of object that a source takes its content from.
_OBJECTS = {"configMap": "ConfigMap", "secret": "Secret", "persistentVolumeClaim": "PersistentVolumeClaim"}
# A volume of these holds what its object says; writing into it fails (kubernetes/kubernetes, since 1.9.6).
READ_ONLY = ("configMap", "secret", "downwardAPI", "projected", "image")


def source(kind: str, name: str, object_name: str = "") -> Document:
    """The smallest valid source of a kind, for a volume called `name`.

    `object_name` is what stands behind it: the ConfigMap, Secret or claim; the path of a hostPath; the server, driver
    or image reference. Raises ManifestError for a kind that SOURCES has not.
    """
    behind = object_name or name
    if kind == "emptyDir":
        return {}
    if kind == "configMap":
        return {"name": behind}
    if kind == "secret":
        return {"secretName": behind}
    if kind == "persistentVolumeClaim":
        return {"claimName": behind}
    if kind == "hostPath":
        return {"path": object_name or f"/mnt/{name}"}
    if kind == "projected":
        if object_name:
            return {"sources": [{"configMap": {"name": object_name}}]}
        return {"sources": [{"serviceAccountToken": {"path": "token"}}]}
    if kind == "downwardAPI":
        return {"items": [{"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}}]}
    if kind == "nfs":
        return {"server": object_name or "nfs.example.com", "path": "/"}
    if kind == "csi":
        return {"driver": object_name or "csi.example.com"}
    if kind == "ephemeral":
        claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
        return {"volumeClaimTemplate": {"spec": claim}}
    if kind == "image":
        return {"reference": object_name or "registry.example.com/files:latest"}
    raise ManifestError(f"there is no volume of the kind {kind!r} to choose: choose one of {', '.join(SOURCES)}")


def volume_at(documents: Documents, address: str) -> Volume:
    """The volume at an address ("0/volumes/1"). Raises ManifestError where no volume stands there."""
    path = resolve(documents, address)
    for volume in volumes(the_pod(documents, int(address.split("/")[0]))):
        if volume.path == path:
            return volume
    raise ManifestError(f"{address!r} is not a volume", path)


def claim_templates(documents: Documents, document: int) -> list[str]:
    """The names of a StatefulSet's volumeClaimTemplates, which its containers mount like volumes."""
    items = get(documents, (document, "spec", "volumeClaimTemplates"))
    found = [get(item, ("metadata", "name")) for item in items] if isinstance(items, list) else []
    return [name for name in found if isinstance(name, str)]


def add_volume(
    documents: Documents, document: int, source_kind: str, name: str | None = None, object_name: str = ""
) -> Edited:
    """A new volume of the pod of `document`; selects it.

    Without a name it is called after its object, or ``data``. Raises ManifestError for a name that is taken or invalid.
    """
    path = (*spec_path(documents, document), "volumes")
    taken = _taken(documents, document)
    if name is None:
        name = names.free(names.label_from(object_name.rpartition("/")[2], "data"), taken)
    _check_name(name, taken, path)
    items = get(documents, path)
    index = len(items) if isinstance(items, list) else 0
    volume = {"name": name, source_kind: source(source_kind, name, object_name)}
    return Edited(insert(documents, (*path, index), volume), f"{document}/volumes/{index}")


def rename_volume(documents: Documents, address: str, name: str) -> Edited:
    """The volume at `address` called `name`, with the mounts and devices of every container of its pod."""
    volume = volume_at(documents, address)
    if name == volume.name:
        return Edited(documents, address)
    _check_name(name, _taken(documents, volume.pod.document), volume.path)
    uses = list(_uses(volume.pod, volume.name)) if volume.name else []
    documents = put(documents, (*volume.path, "name"), name)
    return Edited(put_all(documents, (((*path, "name"), name) for path in uses)), address)


def duplicate_volume(documents: Documents, address: str) -> Edited:
    """A copy of the volume at `address` behind it, under a free name (``logs-2``); selects the copy.

    Nothing mounts the copy. A copy of an emptyDir is another directory; one of a claim or ConfigMap is the same again.
    """
    volume = volume_at(documents, address)
    name = names.free(volume.name or "data", _taken(documents, volume.pod.document))
    copy = with_key_after(deepcopy(volume.data), "name", name, ())
    path = (*volume.path[:-1], volume.index + 1)
    return Edited(insert(documents, path, copy), f"{volume.pod.document}/volumes/{volume.index + 1}")


def set_volume_source(documents: Documents, address: str, source_kind: str, object_name: str = "") -> Edited:
    """The volume at `address` with another source in the place of the old, behind its name; its mounts are kept. The
    same source with no object named stays as it is, with all its fields.

    A source of an object takes that of the design which is called as the volume is, or else the first; where there is
    none, the notes say that one is needed.
    """
    volume = volume_at(documents, address)
    if source_kind == volume.source and not object_name:
        return Edited(documents, address)
    notes: tuple[str, ...] = ()
    name, kind = volume.name or "data", _OBJECTS.get(source_kind, "")
    if kind and not object_name:
        object_name = _object(documents, volume.pod.document, kind, name)
        if not object_name:
            notes = (f"This design has no {kind}: the volume takes one called {name}, which must be there.",)
    # A source that the schema does not have is one too, where no other stands.
    sources = {field for field in schema().fields(VOLUME) if field in volume.data and field != "name"}
    sources = sources or {volume.source}
    made = replaced(volume.data, {source_kind: source(source_kind, name, object_name)}, sources)
    return Edited(put(documents, volume.path, made), address, notes)


def _object(documents: Documents, document: int, kind: str, name: str) -> str:
    """The object of a kind that a new source of the pod of `document` most likely means: its namesake, or the first."""
    home = namespace(documents[document])
    there = [name_of(one) for one in documents if one.get("kind") == kind and namespace(one) == home]
    return name if name in there else next(filter(None, there), "")


def remove_volume(documents: Documents, address: str) -> Edited:
    """The pod without the volume at `address` and without its mounts and devices; selects its neighbour, or the pod."""
    volume = volume_at(documents, address)
    documents = pruned(take(documents, volume.path), volume.path[:-1])
    others = {other.name for other in volumes(the_pod(documents, volume.pod.document))}
    if volume.name and volume.name not in others:
        documents = _without(documents, list(_uses(volume.pod, volume.name)))
    return Edited(documents, neighbour(documents, volume.path))


def mount(
    documents: Documents,
    container_address: str,
    volume_name: str,
    mount_path: str | None = None,
    read_only: bool | None = None,
    sub_path: str = "",
) -> Edited:
    """A mount of a volume of the same pod in the container at `container_address`; selects the container.

    Without a path it is the volume's name at the root, ``/logs``, or the next that is free. Volumes that cannot be
    written to are mounted read-only unless `read_only` says otherwise. Raises ManifestError for a volume that the pod
    has not, and for a path that is taken. The notes say so if the container mounts the volume already.
    """
    container = container_at(documents, container_address)
    found = next((volume for volume in volumes(container.pod) if volume.name == volume_name), None)
    if not volume_name or (not found and volume_name not in claim_templates(documents, container.pod.document)):
        raise ManifestError(f"this pod has no volume {volume_name!r} to mount", container.path)
    items = container.data.get("volumeMounts")
    taken = {get(item, ("mountPath",)) for item in items} if isinstance(items, list) else set()
    if mount_path is None:
        mount_path = names.free(f"/{volume_name.removesuffix('-volume') or volume_name}", taken, 4096)
    if not mount_path or ":" in mount_path:
        raise ManifestError("a mount path is needed, and it has no ':' in it", container.path)
    if mount_path in taken:
        raise ManifestError(f"{container.name or 'the container'} has a mount at {mount_path} already", container.path)
    data: Document = {"name": volume_name, "mountPath": mount_path}
    if sub_path:
        data["subPath"] = sub_path
    if read_only if read_only is not None else found is not None and found.source in READ_ONLY:
        data["readOnly"] = True
    mounted = sum(each.volume == volume_name for each in mounts(container))
    notes: tuple[str, ...] = ()
    if mounted:
        ordinal = "a second" if mounted == 1 else "another"
        who = container.name or "the container"
        notes = (f"{volume_name} is mounted in {who} already; this is {ordinal} mount, at {mount_path}.",)
    index = len(items) if isinstance(items, list) else 0
    return Edited(insert(documents, (*container.path, "volumeMounts", index), data), container_address, notes)


def unmount(documents: Documents, container_address: str, volume_name: str, mount_path: str | None = None) -> Edited:
    """The container without its mounts of a volume, or without the one at `mount_path`; selects the container.

    Raises ManifestError where there is no such mount.
    """
    container = container_at(documents, container_address)
    items = container.data.get("volumeMounts")
    gone = [
        (*container.path, "volumeMounts", index)
        for index, item in enumerate(items if isinstance(items, list) else [])
        if get(item, ("name",)) == volume_name and mount_path in (None, get(item, ("mountPath",)))
    ]
    if not gone:
        raise ManifestError(f"{container.name or 'the container'} does not mount {volume_name!r} there", container.path)
    return Edited(_without(documents, gone), container_address)


def _uses(pod: Pod, name: str) -> Iterator[Path]:
    for container in containers(pod):
        for field in ("volumeMounts", "volumeDevices"):
            items = container.data.get(field)
            for index, item in enumerate(items if isinstance(items, list) else []):
                if get(item, ("name",)) == name:
                    yield (*container.path, field, index)


def _without(documents: Documents, paths: list[Path]) -> Documents:
    # From the last to the first, so that an index still holds when its turn comes.
    for path in reversed(paths):
        documents = pruned(take(documents, path), path[:-1])
    return documents


def _taken(documents: Documents, document: int) -> set[str]:
    pod = pod_at(documents, document)
    return {volume.name for volume in (volumes(pod) if pod else ())} | set(claim_templates(documents, document))


def _check_name(name: str, taken: set[str], path: Path) -> None:
    problem = names.label_problem(name)
    if problem:
        raise ManifestError(f"{name!r} cannot be a volume's name: {problem}", path)
    if name in taken:
        raise ManifestError(f"this pod has a volume {name!r} already", path)
