"""Verbs on whole objects: workloads and companions; and on the keys of ConfigMaps and Secrets."""

from __future__ import annotations

import base64
from collections.abc import Callable

from designer.manifests import names
from designer.manifests import pod as manifest_pod
from designer.manifests import text as manifest_text
from designer.manifests.edits import (
    access,
    companions,
    containers,
    copies,
    fields,
    kinds,
    lists,
    network,
    objects,
    policies,
    starter,
    volumes,
)
from designer.manifests.edits.references import references
from designer.manifests.edits.selection import namespace
from designer.manifests.edits.tree import Edited
from designer.manifests.kindtext import with_kind
from designer.manifests.types import Documents, ManifestError
from designer.web.verbs.data import Data, Verb


def add_workload(documents: Documents, data: Data) -> Edited:
    kind = data.word("kind", "Pod")
    taken = {manifest_pod.name_of(document) for document in documents if document.get("kind") == kind}
    return objects.add_object(documents, starter.new_workload(kind, names.free("web", taken), "nginx:1.29"))


def add_service(documents: Documents, data: Data) -> Edited:
    return objects.add_service(documents, data.pod(documents))


def add_config_map(documents: Documents, data: Data) -> Edited:
    return objects.add_config_map(documents)


def add_secret(documents: Documents, data: Data) -> Edited:
    return objects.add_secret(documents)


def add_companion(documents: Documents, data: Data) -> Edited:
    """A new object of the kind `kind`, for what is selected."""
    near = int(manifest_pod.resolve(documents, data.at)[0]) if data.at else None
    return companions.add_companion(documents, data.word("kind"), near)


def add_row(documents: Documents, data: Data) -> Edited:
    """A new item of a list of the selected object, of the sort `what` where there are several."""
    edited = companions.add_row(documents, data.path(documents), data.word("what"))
    return Edited(edited.documents, data.at, edited.notes)


def add_backend(documents: Documents, data: Data) -> Edited:
    """An Ingress' default backend: the first port of the design's first Service."""
    path = (data.document(documents), "spec", "defaultBackend")
    return Edited(fields.set_field(documents, path, network.new_backend(documents)), data.at)


def backend_port(documents: Documents, data: Data) -> Edited:
    """The port of a backend, by number or name; `path` leads to either."""
    return Edited(network.set_backend_port(documents, data.path(documents)[:-1], data.word("value")), data.at)


def subject_kind(documents: Documents, data: Data) -> Edited:
    return Edited(access.set_subject_kind(documents, data.path(documents), data.word("value")), data.at)


def metric_target(documents: Documents, data: Data) -> Edited:
    return Edited(policies.set_metric_target(documents, data.path(documents), data.word("value")), data.at)


def scale_kind(documents: Documents, data: Data) -> Edited:
    return Edited(policies.set_scale_target(documents, data.document(documents), data.word("value")), data.at)


def budget(documents: Documents, data: Data) -> Edited:
    return Edited(policies.set_budget(documents, data.document(documents), data.word("value")), data.at)


def claim_volume(documents: Documents, data: Data) -> Edited:
    """A volume of the selected claim, in the pod at the address `pod`; the claim stays selected."""
    claim = manifest_pod.name_of(documents[data.document(documents)])
    pod = int(manifest_pod.resolve(documents, data.word("pod"))[0])
    edited = volumes.add_volume(documents, pod, "persistentVolumeClaim", object_name=claim)
    return Edited(edited.documents, data.at, edited.notes)


def rename(documents: Documents, data: Data) -> Edited:
    return objects.rename_object(documents, data.document(documents), data.word("value"))


def duplicate(documents: Documents, data: Data) -> Edited:
    """A copy of the selected object behind the last, under a free name; a workload's has labels of its own."""
    return copies.duplicate(documents, data.document(documents))


def remove(documents: Documents, data: Data) -> Edited:
    """Delete what is selected: a container, a volume with its mounts, or an object."""
    path = manifest_pod.resolve(documents, data.at)
    if len(path) == 1:
        return objects.remove_object(documents, int(path[0]))
    if path[-2] == "volumes":
        return volumes.remove_volume(documents, data.at)
    return containers.remove_container(documents, data.at)


def keep_values(documents: Documents, data: Data) -> Edited:
    """Where the values of the selected Secret are: "cluster" takes it out of the design, which goes on to use it by its
    name. Raises ManifestError where nothing does."""
    index = data.document(documents)
    secret = documents[index]
    if data.word("value") != "cluster":
        return Edited(documents, data.at)
    name = manifest_pod.name_of(secret)
    used = references(documents, "Secret", name, namespace(secret)) if name else ()
    if secret.get("kind") != "Secret" or not any(used):
        words = f"nothing in this design uses Secret {name}: name it in a variable or a volume first, or delete it"
        raise ManifestError(words, (index,))
    note = f"Secret {name} is expected in the cluster now. What it held stays, encrypted, in the history."
    return Edited(objects.remove_object(documents, index).documents, "", (note,))


def unpack(documents: Documents, data: Data) -> Edited:
    return lists.unpack(documents, data.document(documents))


def change_kind(documents: Documents, data: Data) -> Edited:
    return kinds.change_kind(documents, data.document(documents), data.word("kind"))


def kind_text(data: Data) -> Callable[[str], str]:
    """The text of `change_kind`, from the one that stands: the pod's lines moved, with their comments."""
    return lambda text: with_kind(text, data.document(manifest_text.parse(text)), data.word("kind"))


def add_key(documents: Documents, data: Data) -> Edited:
    """A new empty key of a ConfigMap or Secret."""
    index = data.document(documents)
    key = names.free("key", objects.data_keys(documents, index))
    return Edited(objects.set_config_data(documents, index, key, ""), data.at)


def set_data(documents: Documents, data: Data) -> Edited:
    """Set the text under a key of a ConfigMap or Secret; a Secret's ``data`` keeps its base64."""
    path, value = data.path(documents), data.text("value")
    kind = documents[int(path[0])].get("kind")
    if len(path) != 3 or kind not in ("ConfigMap", "Secret"):
        raise ManifestError("that is no key of a ConfigMap or Secret: select the object again", path)
    if path[1] == "binaryData" or (path[1] == "data" and kind == "Secret"):
        value = base64.b64encode(value.encode()).decode()
    return Edited(fields.set_field(documents, path, value), data.at)


def upload(documents: Documents, data: Data) -> Edited:
    """Files as keys of a ConfigMap or Secret, as ``kubectl create configmap --from-file`` has them."""
    sent = data.uploads()
    if not sent:
        raise ManifestError("choose at least one file")
    index = data.document(documents)
    for name, content in sent:
        documents = objects.set_config_file(documents, index, name, content)
    return Edited(documents, data.at)


VERBS: dict[str, Verb] = {
    "add-workload": add_workload,
    "add-service": add_service,
    "add-config-map": add_config_map,
    "add-secret": add_secret,
    "add-object": add_companion,
    "add-row": add_row,
    "add-backend": add_backend,
    "backend-port": backend_port,
    "subject-kind": subject_kind,
    "metric-target": metric_target,
    "scale-kind": scale_kind,
    "budget": budget,
    "claim-volume": claim_volume,
    "rename-object": rename,
    "duplicate-object": duplicate,
    "remove": remove,
    "keep-values": keep_values,
    "unpack": unpack,
    "change-kind": change_kind,
    "add-key": add_key,
    "set-data": set_data,
    "upload-data": upload,
}
