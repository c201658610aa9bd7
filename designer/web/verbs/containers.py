"""Verbs on containers: add, rename, duplicate, move between the lists, reorder; and on their env and probes."""

from __future__ import annotations

from dataclasses import replace

from designer.manifests import names
from designer.manifests import pod as manifest_pod
from designer.manifests.edits import containers, fields, handlers
from designer.manifests.edits.tree import Edited
from designer.manifests.pod import ContainerList
from designer.manifests.types import Document, Documents, ManifestError, get
from designer.web.verbs.data import Data, Verb
from patterns.detect import by_hand

_LISTS: dict[str, ContainerList] = {"app": "containers", "sidecar": "initContainers", "init": "initContainers"}


def add(documents: Documents, data: Data) -> Edited:
    kind = data.word("kind", "app")
    return containers.add_container(
        documents, data.pod(documents), _list(kind), image=data.word("image"), native_sidecar=kind == "sidecar"
    )


def rename(documents: Documents, data: Data) -> Edited:
    """A role that was chosen for it by hand goes along."""
    old = containers.container_at(documents, data.at).name
    edited = containers.rename_container(documents, data.at, data.word("value"))
    return replace(edited, documents=by_hand.renamed(edited.documents, data.at, old))


def role(documents: Documents, data: Data) -> Edited:
    """Say by hand which role a container plays; "" takes that back, and what is recognised shows again."""
    return Edited(by_hand.choose(documents, data.at, data.word("value")), data.at)


def duplicate(documents: Documents, data: Data) -> Edited:
    return containers.duplicate_container(documents, data.at)


def move(documents: Documents, data: Data) -> Edited:
    """Between app, native sidecar and init; or, with `to`, to the place of another container: with `side`, "before" or
    "after" it."""
    container = containers.container_at(documents, data.at)
    if data.word("to"):
        other = containers.container_at(documents, data.word("to"))
        if other.pod.document != container.pod.document:
            raise ManifestError("a container can be moved only inside its own pod", container.path)
        index = other.index
        if data.word("side"):
            # Counted without the container that moves.
            gone = other.list == container.list and container.index < other.index
            index += (data.word("side") == "after") - gone
        return containers.move_container(
            documents,
            data.at,
            other.list,
            index,
            other.kind == "sidecar" if other.list != container.list else container.kind == "sidecar",
        )
    kind = data.word("kind")
    target = _list(kind)
    if target == container.list:
        index = container.index
    else:
        items = get(documents, (*container.pod.spec_path, target))
        index = len(items) if isinstance(items, list) else 0
    return containers.move_container(documents, data.at, target, index, kind == "sidecar")


def step(documents: Documents, data: Data) -> Edited:
    """One place earlier or later in its own list; at the end nothing happens."""
    container = containers.container_at(documents, data.at)
    items = get(documents, container.path[:-1])
    index = container.index + (1 if data.number("by") > 0 else -1)
    if not 0 <= index < len(items):
        return Edited(documents, data.at)
    return containers.move_container(documents, data.at, container.list, index, container.kind == "sidecar")


_ENV: dict[str, Document] = {
    "configMapKeyRef": {"name": "", "key": ""},
    "secretKeyRef": {"name": "", "key": ""},
    "fieldRef": {"fieldPath": "metadata.name"},
    "resourceFieldRef": {"resource": "limits.memory"},
}


def add_env(documents: Documents, data: Data) -> Edited:
    container = containers.container_at(documents, data.at)
    items = container.data.get("env")
    taken = {str(get(item, ("name",))) for item in items} if isinstance(items, list) else set()
    name = names.free("NAME", taken, separator="_")
    return Edited(
        fields.add_item(documents, (*container.path, "env"), _env(documents, name, data.word("source", "value"))),
        data.at,
    )


def env_source(documents: Documents, data: Data) -> Edited:
    """Take a variable's value from somewhere else; its name stays."""
    path = data.path(documents)
    name = str(get(documents, (*path, "name")) or "")
    return Edited(fields.set_field(documents, path, _env(documents, name, data.word("source", "value"))), data.at)


def add_env_from(documents: Documents, data: Data) -> Edited:
    container = containers.container_at(documents, data.at)
    source = "secretRef" if data.word("source") == "secretRef" else "configMapRef"
    kind = "Secret" if source == "secretRef" else "ConfigMap"
    return Edited(
        fields.add_item(documents, (*container.path, "envFrom"), {source: {"name": _first(documents, kind)}}), data.at
    )


_PROBES = ("httpGet", "tcpSocket", "exec", "grpc")


def probe_handler(documents: Documents, data: Data) -> Edited:
    """Make a probe ask in another way, or take it away; its timings stay. A new one asks the first declared port."""
    path, handler = data.path(documents), data.word("handler")
    if not handler:
        return Edited(fields.remove_field(documents, path), data.at)
    if handler not in _PROBES:
        raise ManifestError(f"{handler!r} is not a way to probe: httpGet, tcpSocket, exec or grpc", path)
    old = get(documents, path)
    kept = {key: value for key, value in old.items() if key not in _PROBES} if isinstance(old, dict) else {}
    made = handlers.start(documents, path, handler)
    return Edited(fields.set_field(documents, path, {handler: made, **kept}), data.at)


def _env(documents: Documents, name: str, source: str) -> Document:
    if source == "value":
        return {"name": name, "value": ""}
    if source not in _ENV:
        raise ManifestError(f"{source[:40]!r} is not a source of a variable")
    made = dict(_ENV[source])
    kind = {"configMapKeyRef": "ConfigMap", "secretKeyRef": "Secret"}.get(source)
    if kind:
        made = {"name": _first(documents, kind), "key": _first_key(documents, kind)}
    return {"name": name, "valueFrom": {source: made}}


def _first(documents: Documents, kind: str) -> str:
    """The design's first object of a kind, which a new reference points at."""
    return next((manifest_pod.name_of(d) for d in documents if d.get("kind") == kind), kind.lower())


def _first_key(documents: Documents, kind: str) -> str:
    found = next((d for d in documents if d.get("kind") == kind), {})
    keys = [key for holder in ("data", "stringData") for key in (found.get(holder) or {})]
    return keys[0] if keys else "key"


def _list(kind: str) -> ContainerList:
    if kind not in _LISTS:
        raise ManifestError(f"{kind[:40]!r} is not a kind of container: app, sidecar or init")
    return _LISTS[kind]


VERBS: dict[str, Verb] = {
    "add-container": add,
    "rename-container": rename,
    "role": role,
    "duplicate-container": duplicate,
    "move-container": move,
    "step": step,
    "add-env": add_env,
    "env-source": env_source,
    "add-env-from": add_env_from,
    "probe-handler": probe_handler,
}
