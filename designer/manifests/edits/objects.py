"""Edits of the objects of a design: add, rename and remove them, and what ConfigMaps and Secrets hold."""

from __future__ import annotations

import base64
from typing import Any

from designer.manifests import names
from designer.manifests.edits.references import key_references, references
from designer.manifests.edits.selection import Port, namespace, ports, running, text
from designer.manifests.edits.tree import Edited, put, put_all, rename_key, take, the_pod
from designer.manifests.pod import Pod, name_of, pods
from designer.manifests.types import Document, Documents, ManifestError, Path, get

# What the API server accepts as the sum of a ConfigMap's or Secret's data (MaxSecretSize).
MOST_DATA = 1024 * 1024
# Where a ConfigMap or Secret keeps its keys; what stands in a Secret's stringData overrules its data.
DATA_FIELDS = ("data", "stringData", "binaryData")
# The workloads whose selector the person writes; Kubernetes makes a Job's own.
SELECTING = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")


def add_object(documents: Documents, document: Document) -> Edited:
    """`document` behind the last of the design; selects it.

    Raises ManifestError for a document without apiVersion or kind, and for one that the design has already.
    """
    for field in ("apiVersion", "kind"):
        if not text(document.get(field)):
            raise ManifestError(f"an object needs {field}", (len(documents), field))
    kind, name = document["kind"], name_of(document)
    if name and name in _taken(documents, document):
        raise ManifestError(f"this design has a {kind} {name!r} already", (len(documents), "metadata", "name"))
    return Edited([*documents, document], str(len(documents)))


def remove_object(documents: Documents, index: int) -> Edited:
    """The design without the document at `index`; selects nothing. The notes say who still refers to it."""
    document = _at(documents, index)
    kind, name = text(document.get("kind")), name_of(document)
    documents = take(documents, (index,))
    notes: dict[str, None] = {}
    for path in references(documents, kind, name, namespace(document)) if name else ():
        holder = documents[int(path[0])]
        notes[f"{text(holder.get('kind'))} {name_of(holder)} still refers to {kind} {name}."] = None
    return Edited(documents, "", tuple(notes))


def rename_object(documents: Documents, index: int, name: str) -> Edited:
    """The document at `index` called `name`, and everything in the design that refers to it by name.

    Raises ManifestError for a name that its kind cannot have, or that is taken.
    """
    document = _at(documents, index)
    kind, old = text(document.get("kind")), name_of(document)
    where = (index, "metadata", "name")
    if name == old:
        return Edited(documents, str(index))
    problem = names.object_problem(kind, name)
    if problem:
        raise ManifestError(f"{name!r} cannot be the name of a {kind or 'document'}: {problem}", where)
    if name in _taken(documents, document):
        raise ManifestError(f"this design has a {kind} {name!r} already", where)
    paths = list(references(documents, kind, old, namespace(document))) if old else []
    documents = put(documents, where, name)
    return Edited(put_all(documents, ((path, name) for path in paths)), str(index))


def add_service(documents: Documents, document: int, name: str | None = None) -> Edited:
    """A Service for the pod of `document`, with a port for every one that its running containers declare; selects it.

    Its selector is the workload's own, or the template's labels; a pod without labels gets ``app: NAME``, and its
    workload the selector for it. A StatefulSet whose serviceName is free gets the headless Service it asks for.
    """
    pod = the_pod(documents, document)
    documents, selector = with_labels(documents, pod)
    metadata = {"name": name, **_namespace(documents[document])}
    service: Document = {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {}}
    taken = _taken(documents, service)
    wanted = text(get(documents[document], ("spec", "serviceName"))) if pod.kind == "StatefulSet" else ""
    if name is None:
        governing = bool(wanted) and wanted not in taken
        name = wanted if governing else names.free(_service_name(pod.name), taken)
        if governing:
            service["spec"]["clusterIP"] = "None"
    problem = names.service_problem(name)
    if problem:
        raise ManifestError(f"{name!r} cannot be the name of a Service: {problem}", (document,))
    metadata["name"] = name
    service["spec"].update(selector=selector, ports=_service_ports(pod))
    notes: tuple[str, ...] = ()
    if not service["spec"]["ports"]:
        service["spec"]["ports"] = [{"port": 80, "targetPort": 80}]
        notes = ("No container declares a port, so the Service leads to port 80: set the port that is served.",)
    return Edited(*_added(documents, service), notes)


def add_config_map(documents: Documents, name: str | None = None, data: dict[str, str] | None = None) -> Edited:
    """A ConfigMap, by default called ``config`` and empty; selects it."""
    return _add_data(documents, "ConfigMap", name, "config", {"data": data or {}})


def add_secret(documents: Documents, name: str | None = None, data: dict[str, str] | None = None) -> Edited:
    """A Secret of text, by default called ``secret`` and empty; selects it."""
    return _add_data(documents, "Secret", name, "secret", {"type": "Opaque", "stringData": data or {}})


def set_config_data(documents: Documents, index: int, key: str, value: str) -> Documents:
    """The ConfigMap or Secret at `index` with a text under `key`: in ``data``, or a Secret's ``stringData``."""
    document = _data_object(documents, index, key)
    field = "stringData" if document["kind"] == "Secret" else "data"
    return _set_data(documents, index, field, key, value)


def set_config_file(documents: Documents, index: int, key: str, content: bytes) -> Documents:
    """The ConfigMap or Secret at `index` with a file's content under `key`.

    As kubectl create does it: base64 in a Secret's ``data``; in a ConfigMap ``data`` if it is UTF-8, else base64 in
    ``binaryData``.
    """
    document = _data_object(documents, index, key)
    encoded = base64.b64encode(content).decode("ascii")
    if document["kind"] == "Secret":
        return _set_data(documents, index, "data", key, encoded, len(content))
    try:
        return _set_data(documents, index, "data", key, content.decode("utf-8"))
    except UnicodeDecodeError:
        return _set_data(documents, index, "binaryData", key, encoded, len(content))


def remove_config_data(documents: Documents, index: int, key: str) -> Documents:
    """The ConfigMap or Secret at `index` without `key`. Raises ManifestError where it has no such key."""
    document = _data_object(documents, index, key)
    fields = [field for field in DATA_FIELDS if key in (document.get(field) or {})]
    if not fields:
        raise ManifestError(f"there is no key {key!r} any more: it may have been deleted", (index,))
    for field in fields:
        documents = take(documents, (index, field, key))
    return documents


def is_data_key(documents: Documents, path: Path) -> bool:
    """Whether a path leads to a key of a ConfigMap or Secret."""
    document = get(documents, path[:1])
    known = get(document, ("apiVersion",)) == "v1" and get(document, ("kind",)) in ("ConfigMap", "Secret")
    return known and len(path) == 3 and path[1] in DATA_FIELDS


def data_keys(documents: Documents, index: int) -> set[str]:
    """The keys of the ConfigMap or Secret at `index`; none where a field is no mapping."""
    held = [get(documents, (index, field)) for field in DATA_FIELDS]
    return {key for field in held if isinstance(field, dict) for key in field}


def rename_data_key(documents: Documents, index: int, key: str, new: str) -> Edited:
    """The ConfigMap or Secret at `index` with its `key` called `new`, in its place, and everything that refers to it.

    The notes say how many references followed, and which containers now have a variable of another name: those that
    take every key as one. Raises ManifestError for a key that is invalid or taken, or not there (any more).
    """
    document = _data_object(documents, index, new)
    held = [field for field in DATA_FIELDS if key in (document.get(field) or {})]
    if not held:
        raise ManifestError(f"there is no key {key!r} any more: it may have been deleted", (index,))
    if key == new:
        return Edited(documents, str(index))
    if new in data_keys(documents, index):
        raise ManifestError(f"there is a key {new!r} here already", (index, held[0], key))
    kind, name, where = document["kind"], name_of(document), namespace(document)
    paths = list(key_references(documents, kind, name, where, key)) if name else []
    notes = []
    if paths:
        notes.append(f"{len(paths)} references follow." if len(paths) > 1 else "1 reference follows.")
    for path in references(documents, kind, name, where) if name else ():
        if len(path) > 4 and path[-4] == "envFrom":
            prefix = text(get(documents, (*path[:-2], "prefix")))
            container = text(get(documents, (*path[:-4], "name")), "a container")
            notes.append(f"The variable {prefix}{key} of {container} is now {prefix}{new}.")
    for field in held:
        documents = rename_key(documents, (index, field, key), new)
    return Edited(put_all(documents, ((path, new) for path in paths)), str(index), tuple(dict.fromkeys(notes)))


def with_labels(documents: Documents, pod: Pod) -> tuple[Documents, dict[str, str]]:
    """Documents in which the pod has labels and its workload a selector for them, and the labels to select it by."""
    selector: Path = (pod.document, "spec", "selector", "matchLabels")
    selecting = pod.kind in SELECTING
    found = get(documents, selector) if selecting else None
    own: dict[str, str] = dict(found) if isinstance(found, dict) else {}
    labels = pod.labels
    if not labels:
        labels = own or {"app": names.label_from(pod.name, "app")}
        documents = put(documents, (pod.document, *pod.path, "metadata", "labels"), dict(labels))
    if selecting and not own:
        documents = put(documents, selector, dict(labels))
    return documents, own if own and own.items() <= labels.items() else dict(labels)


def _service_ports(pod: Pod) -> list[Document]:
    found: list[Document] = []
    declared: dict[tuple[int, str], Port] = {}
    for container in running(pod):
        for port in ports(container):
            if port.number:
                declared.setdefault((port.number, port.protocol), port)
    taken: set[str] = set()
    for port in declared.values():
        data: Document = {"port": port.number, "targetPort": port.name or port.number}
        if port.protocol != "TCP":
            data["protocol"] = port.protocol
        # A Service with more than one port needs a name for each of them.
        if port.name or len(declared) > 1:
            label = names.free(port.name or f"port-{port.number}", taken, names.PORT_NAME_LENGTH)
            taken.add(label)
            data = {"name": label, **data}
        found.append(data)
    return found


def _service_name(name: str) -> str:
    label = names.label_from(name, "app")
    return label if not names.service_problem(label) else f"app-{label}"[: names.LABEL_LENGTH].rstrip("-")


def _add_data(documents: Documents, kind: str, name: str | None, default: str, fields: dict[str, Any]) -> Edited:
    first = next(iter(pods(documents)), None)
    metadata = {"name": name or default, **(_namespace(documents[first.document]) if first else {})}
    document: Document = {"apiVersion": "v1", "kind": kind, "metadata": metadata, **fields}
    if name is None:
        metadata["name"] = names.free(default, _taken(documents, document))
    problem = names.object_problem(kind, metadata["name"])
    if problem:
        raise ManifestError(f"{name!r} cannot be the name of a {kind}: {problem}", (len(documents), "metadata", "name"))
    return Edited(*_added(documents, document))


def _added(documents: Documents, document: Document) -> tuple[Documents, str]:
    edited = add_object(documents, document)
    return edited.documents, edited.select


def _set_data(documents: Documents, index: int, field: str, key: str, value: str, size: int | None = None) -> Documents:
    for other in DATA_FIELDS:
        if other != field and key in (get(documents, (index, other)) or {}):
            documents = take(documents, (index, other, key))
            if other == "binaryData" and not documents[index][other]:
                documents = take(documents, (index, other))
    size = len(value.encode("utf-8", "surrogatepass")) if size is None else size
    if size > MOST_DATA:
        raise ManifestError(f"{key} is larger than the 1 MiB that Kubernetes keeps: put it in a volume", (index, field))
    return put(documents, (index, field, key), value)


def _data_object(documents: Documents, index: int, key: str) -> Document:
    document = _at(documents, index)
    if document.get("apiVersion") != "v1" or document.get("kind") not in ("ConfigMap", "Secret"):
        raise ManifestError(f"document {index + 1} is not a ConfigMap or Secret", (index,))
    problem = names.config_key_problem(key)
    if problem:
        raise ManifestError(f"{key!r} cannot be a key: {problem}", (index,))
    for field in DATA_FIELDS:
        if not isinstance(document.get(field) or {}, dict):
            raise ManifestError(f"{field} is not a mapping: mend it in the YAML first", (index, field))
    return document


def _at(documents: Documents, index: int) -> Document:
    if not 0 <= index < len(documents) or not isinstance(documents[index], dict):
        raise ManifestError("there is no such document any more: it may have been deleted", (index,))
    return documents[index]


def _namespace(document: Document) -> dict[str, str]:
    return {"namespace": namespace(document)} if namespace(document) else {}


def _taken(documents: Documents, document: Document) -> set[str]:
    """The names of the other objects of a document's group, kind and namespace."""
    same = [other for other in documents if other is not document and _identity(other) == _identity(document)]
    return {name_of(other) for other in same}


def _identity(document: Any) -> tuple[str, str, str]:
    group = text(get(document, ("apiVersion",))).rpartition("/")[0]
    return group, text(get(document, ("kind",))), namespace(document)
