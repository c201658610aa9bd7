"""Verbs on volumes and mounts."""

from __future__ import annotations

from designer.manifests import pod as manifest_pod
from designer.manifests.edits import volumes
from designer.manifests.edits.tree import Edited
from designer.manifests.types import Documents, ManifestError
from designer.web.verbs.data import Data, Verb


def add(documents: Documents, data: Data) -> Edited:
    source = data.word("source", "emptyDir")
    kind = {"configMap": "ConfigMap", "secret": "Secret", "persistentVolumeClaim": "PersistentVolumeClaim"}.get(source)
    behind = next((manifest_pod.name_of(d) for d in documents if d.get("kind") == kind), "") if kind else ""
    return volumes.add_volume(documents, data.pod(documents), source, object_name=behind)


def rename(documents: Documents, data: Data) -> Edited:
    return volumes.rename_volume(documents, data.at, data.word("value"))


def duplicate(documents: Documents, data: Data) -> Edited:
    return volumes.duplicate_volume(documents, data.at)


def source(documents: Documents, data: Data) -> Edited:
    return volumes.set_volume_source(documents, data.at, data.word("source"))


def mount(documents: Documents, data: Data) -> Edited:
    """Mount a volume (by name, or by its address in `volume_at`) in the container at `container`, or the selected one.
    With `keep` the volume stays selected."""
    container, name = data.word("container") or data.at, data.word("volume")
    if data.word("volume_at"):
        name = volumes.volume_at(documents, data.word("volume_at")).name
    if not name:
        raise ManifestError("give the volume a name first")
    edited = volumes.mount(documents, container, name)
    return Edited(edited.documents, data.at if data.word("keep") else edited.select, edited.notes)


def mount_new(documents: Documents, data: Data) -> Edited:
    """A new emptyDir, mounted in the selected container."""
    added = volumes.add_volume(documents, data.pod(documents), "emptyDir")
    name = volumes.volume_at(added.documents, added.select).name
    return volumes.mount(added.documents, data.at, name)


VERBS: dict[str, Verb] = {
    "add-volume": add,
    "rename-volume": rename,
    "duplicate-volume": duplicate,
    "volume-source": source,
    "mount": mount,
    "mount-new": mount_new,
}
