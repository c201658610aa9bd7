"""A copy of an object under a name of its own; a workload's selects its own pods and nobody else's."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from designer.manifests import names
from designer.manifests.edits.objects import SELECTING, add_object
from designer.manifests.edits.selection import is_service, service_selects
from designer.manifests.edits.tree import Edited
from designer.manifests.pod import Pod, name_of, pod_at, pods
from designer.manifests.types import Document, Documents, Path, get

# Labels that say which app or which of its instances a pod is, the best first to be told apart by.
_TELLING = ("app.kubernetes.io/instance", "app", "app.kubernetes.io/name", "name", "k8s-app")


def duplicate(documents: Documents, index: int) -> Edited:
    """A copy of the document at `index` behind the last, under a free name; selects it.

    Two workloads with one selector would each take the other's pods for their own, and a bare pod's labels would put it
    behind the first one's Services: one label is the copy's own, in its pods and its selector. The notes say which, and
    which Services lead to the first only.
    """
    document = deepcopy(documents[index])
    kind, name = document.get("kind"), name_of(document)
    taken = {name_of(other) for other in documents if other.get("kind") == kind}
    if not isinstance(document.get("metadata"), dict):
        document["metadata"] = {}
    document["metadata"]["name"] = names.free(name or "copy", taken)
    pod = pod_at(documents, index)
    notes = _apart(document, pod, documents) if pod else ()
    edited = add_object(documents, document)
    return Edited(edited.documents, edited.select, (*edited.notes, *notes))


def _apart(document: Document, pod: Pod, documents: Documents) -> tuple[str, ...]:
    """Give the copy of a pod's document a label of its own; what to say of it."""
    selector = get(document, ("spec", "selector", "matchLabels")) if pod.kind in SELECTING else None
    # A Job's selector is made by Kubernetes; its labels matter to Services only.
    told = selector if isinstance(selector, dict) and selector else pod.labels
    label = _telling(told, pod.name)
    if not label:
        return ()
    used = {other.labels.get(label, "") for other in pods(documents)}
    value = names.free(names.label_from(name_of(document), "copy"), used)
    old = told[label]
    places: list[Path] = [
        (*pod.path, "metadata", "labels"),
        ("spec", "selector", "matchLabels"),
        ("metadata", "labels"),
    ]
    for where in places:
        labels: Any = get(document, where)
        if isinstance(labels, dict) and labels.get(label) == old:
            labels[label] = value
    behind = [name_of(one) for one in documents if is_service(one) and service_selects(one, pod, documents)]
    notes = [f"Its pods are told apart by the label {label}: {value}."]
    if behind:
        led = f"Service {behind[0]} leads" if len(behind) == 1 else f"Services {' and '.join(behind)} lead"
        notes.append(f"{led} to {pod.name} only: add a Service if the copy needs one.")
    return tuple(notes)


def _telling(labels: dict[str, Any], name: str) -> str:
    """The label to tell a copy apart by: one that has the workload's name, else the most telling, else the first."""
    usual = [label for label in _TELLING if label in labels]
    return next((label for label in (*usual, *labels) if labels[label] == name), next(iter((*usual, *labels)), ""))
