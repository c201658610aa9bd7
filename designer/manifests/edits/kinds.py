"""A pod under another kind of workload: Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, Job or CronJob.

The pod template moves as it is. Fields of the workload stay where the new kind has the same field in the schema; what
has no place is dropped and told in a note. Only what Kubernetes makes itself (a Job's selector and its labels) goes in
silence.
"""

from __future__ import annotations

from typing import Any

from designer.manifests import names
from designer.manifests.edits.objects import SELECTING, with_labels
from designer.manifests.edits.references import SCALABLE, references
from designer.manifests.edits.selection import items, namespace, services_of, text
from designer.manifests.edits.tree import Edited, put, take, the_pod, with_key_after
from designer.manifests.pod import GROUPS, kind_of, name_of
from designer.manifests.schema import schema
from designer.manifests.types import Document, Documents, ManifestError, get

KINDS: tuple[str, ...] = ("Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob")
API_VERSIONS = {"": "v1", "apps": "apps/v1", "batch": "batch/v1"}
DEFAULT_SCHEDULE = "*/5 * * * *"
# Labels that the Job controller puts on its pods: on any other kind's they would say something false.
_JOB_LABELS = ("controller-uid", "job-name", "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name")
# What of a bare Pod's metadata names the object, and so goes to the workload.
_NAMING = ("name", "generateName", "namespace")


def change_kind(documents: Documents, index: int, kind: str) -> Edited:
    """The workload at `index` as another kind, its pod kept; selects it. The notes say what was dropped or set.

    A kind that needs a selector gets one from the template's labels (``app: NAME`` where there are none), a CronJob a
    schedule, a StatefulSet a serviceName, a Job's pod a restartPolicy that a Job may have. Raises ManifestError for a
    kind that KINDS has not, and where the design has an object of that kind and name already.
    """
    if kind not in KINDS:
        raise ManifestError(f"there is no workload of the kind {kind!r}: choose one of {', '.join(KINDS)}", (index,))
    pod = the_pod(documents, index)
    old = documents[index]
    if pod.kind == kind:
        return Edited(documents, str(index))
    _check_free(documents, index, kind)
    notes: list[str] = []
    template, metadata = _unpacked(old, pod.kind, pod.template)
    fields = dict(_job_spec(old) if pod.kind == "CronJob" else _spec(old, pod.kind))
    template = _for_kind(template, pod.kind, kind, notes)
    if pod.kind in ("Job", "CronJob") and kind not in ("Job", "CronJob") and fields.get("manualSelector") is not True:
        fields.pop("selector", None)  # made by the controller, for labels that go too
    if pod.kind == "CronJob":
        _tell_dropped([name for name in _spec(old, "CronJob") if name != "jobTemplate"], kind, notes)
    template = _claims_as_volumes(fields, template, kind, notes)
    new = _packed(kind, metadata, template, fields, notes)
    left = [key for key in old if key not in ("apiVersion", "kind", "metadata", "spec", "template", "status")]
    _tell_dropped([*left, *(["status"] if "status" in old else [])], kind, notes)
    after = [*documents[:index], new, *documents[index + 1 :]]
    after = _completed(after, index, kind)
    after = _followed(after, pod.kind, old, kind, notes)
    return Edited(after, str(index), tuple(notes))


def _unpacked(old: Document, kind: str, template: Document) -> tuple[Document, Document]:
    """The pod template and the workload's metadata. A bare Pod's name and namespace are the workload's, the rest of its
    metadata the template's."""
    metadata = _mapping(old.get("metadata"))
    if kind == "Pod":
        inside = {key: value for key, value in metadata.items() if key not in _NAMING}
        template = {**({"metadata": inside} if inside else {}), "spec": _mapping(old.get("spec"))}
        return template, {key: value for key, value in metadata.items() if key in _NAMING}
    if kind == "CronJob":
        of_job = _mapping(get(old, ("spec", "jobTemplate", "metadata")))
        metadata = _merged(of_job, metadata)
    return template, metadata


def _packed(kind: str, metadata: Document, template: Document, fields: Document, notes: list[str]) -> Document:
    new: Document = {"apiVersion": API_VERSIONS[GROUPS[kind]], "kind": kind}
    if kind == "Pod":
        inside = {key: value for key, value in _mapping(template.get("metadata")).items() if key not in _NAMING}
        _tell_dropped([name for name in fields if name != "selector" or not _made(fields, template)], kind, notes)
        return {**new, "metadata": _merged(metadata, inside), "spec": _mapping(template.get("spec"))}
    spec_of = {"CronJob": "Job"}.get(kind, kind)
    definition = schema().fields(schema().definition_of(API_VERSIONS[GROUPS[kind]], spec_of))["spec"].of
    dropped: list[str] = []
    if spec_of == "Job" and "selector" in fields and fields.get("manualSelector") is not True:
        dropped = [] if _made(fields, template) else ["selector"]
        fields = {name: value for name, value in fields.items() if name != "selector"}
    kept = {**_fitting(fields, definition, "", dropped), "template": template}
    _tell_dropped(dropped, kind, notes)
    spec: Document = kept if kind != "CronJob" else {"schedule": DEFAULT_SCHEDULE, "jobTemplate": {"spec": kept}}
    return {**new, "metadata": metadata, "spec": spec}


def _made(fields: Document, template: Document) -> bool:
    """Whether the selector says no more than the template's labels, from which it is made anew when it is needed."""
    selector, labels = _mapping(fields.get("selector")), _mapping(get(template, ("metadata", "labels")))
    return selector.keys() <= {"matchLabels"} and _mapping(selector.get("matchLabels")).items() <= labels.items()


def _fitting(fields: Document, definition: str, where: str, dropped: list[str]) -> Document:
    """The fields that a definition has, and of those that are objects again the fields that theirs has."""
    known = schema().fields(definition)
    kept: Document = {}
    for name, value in fields.items():
        field = known.get(name)
        if field is None:
            dropped.append(where + name)
        elif name == "selector" or field.type != "object" or not isinstance(value, dict):
            kept[name] = value
        else:
            inner = _fitting(value, field.of, f"{where}{name}.", dropped)
            if inner or not value:
                kept[name] = inner
    return kept


def _for_kind(template: Document, old: str, kind: str, notes: list[str]) -> Document:
    """The template without what a pod of the new kind cannot have."""
    if old in ("Job", "CronJob"):
        for label in _JOB_LABELS:
            if label in (get(template, ("metadata", "labels")) or {}):
                template = take(template, ("metadata", "labels", label))
    spec = _mapping(template.get("spec"))
    policy = spec.get("restartPolicy")
    if kind in ("Job", "CronJob") and policy not in ("OnFailure", "Never"):
        spec = with_key_after(spec, "restartPolicy", "OnFailure", ())
        notes.append(f"Set restartPolicy to OnFailure: the pod of a {kind} cannot restart always.")
    elif kind in SELECTING and policy not in (None, "Always"):
        spec = {key: value for key, value in spec.items() if key != "restartPolicy"}
        notes.append(f"Dropped restartPolicy {policy}: the pods of a {kind} always restart.")
    if kind != "Pod" and "ephemeralContainers" in spec:
        spec = {key: value for key, value in spec.items() if key != "ephemeralContainers"}
        notes.append("Dropped ephemeralContainers: only a running Pod has them.")
    return template if spec == template.get("spec") else {**template, "spec": spec}


def _claims_as_volumes(fields: Document, template: Document, kind: str, notes: list[str]) -> Document:
    """The template with a StatefulSet's volumeClaimTemplates as ephemeral volumes, so that every mount keeps its volume
    and the claim its size and class."""
    claims = [claim for claim in items(fields, "volumeClaimTemplates") if isinstance(claim, dict)]
    if "volumeClaimTemplates" not in fields or kind == "StatefulSet":
        return template
    fields.pop("volumeClaimTemplates")
    taken = {get(volume, ("name",)) for volume in items(template, "spec", "volumes")}
    for claim in claims:
        name = name_of(claim)
        inside: Document = {"spec": claim.get("spec") or {}}
        metadata = {key: value for key, value in _mapping(claim.get("metadata")).items() if key not in _NAMING}
        if metadata:
            inside = {"metadata": metadata, **inside}
        volume = {"name": name, "ephemeral": {"volumeClaimTemplate": inside}}
        kept = [v for v in items(template, "spec", "volumes") if name not in taken or get(v, ("name",)) != name]
        template = put(template, ("spec", "volumes"), [*kept, volume])
        notes.append(f"Made the claim {name} an ephemeral volume, as a {kind} has no volumeClaimTemplates.")
    return template


def _completed(documents: Documents, index: int, kind: str) -> Documents:
    """Documents in which the workload has what its kind requires."""
    pod = the_pod(documents, index)
    if kind in SELECTING:
        selector = get(documents, (index, "spec", "selector"))
        # A ReplicationController's selector is a plain map of labels.
        if isinstance(selector, dict) and selector and not selector.keys() & {"matchLabels", "matchExpressions"}:
            documents = put(documents, (index, "spec", "selector"), {"matchLabels": selector})
        if not get(documents, (index, "spec", "selector", "matchExpressions")):
            documents, _ = with_labels(documents, pod)
    if kind == "StatefulSet" and not get(documents, (index, "spec", "serviceName")):
        service = next((name_of(service) for _, service in services_of(documents, the_pod(documents, index))), "")
        name = service or name_of(documents[index])
        if name:
            documents = put(documents, (index, "spec", "serviceName"), name)
    spec = documents[index].get("spec", {})
    if "template" in spec:
        ordered = {key: value for key, value in spec.items() if key != "template"}
        documents = put(documents, (index, "spec"), {**ordered, "template": spec["template"]})
    return documents


def _followed(documents: Documents, old_kind: str, old: Document, kind: str, notes: list[str]) -> Documents:
    """Documents in which what scales the workload refers to its new kind."""
    for path in references(documents, old_kind, name_of(old), namespace(old)) if old_kind in SCALABLE else ():
        target, scaler = path[:-1], documents[int(path[0])]
        if kind in SCALABLE:
            documents = put(documents, (*target, "kind"), kind)
            documents = put(documents, (*target, "apiVersion"), API_VERSIONS[GROUPS[kind]])
        else:
            notes.append(f"{text(scaler.get('kind'))} {name_of(scaler)} cannot scale a {kind}: remove it.")
    return documents


def _check_free(documents: Documents, index: int, kind: str) -> None:
    old = documents[index]
    name = name_of(old)
    problem = names.object_problem(kind, name) if name and not names.object_problem(kind_of(old), name) else ""
    if problem:
        raise ManifestError(f"{name!r} cannot be the name of a {kind}: {problem}", (index, "metadata", "name"))
    same = [other for other in documents if kind_of(other) == kind and namespace(other) == namespace(old)]
    if name and any(name_of(other) == name for other in same):
        raise ManifestError(f"this design has a {kind} {name!r} already", (index,))


def _tell_dropped(fields: list[str], kind: str, notes: list[str]) -> None:
    if fields:
        listed = fields[0] if len(fields) == 1 else f"{', '.join(fields[:-1])} and {fields[-1]}"
        notes.append(f"Dropped {listed}, which a {kind} does not have.")


def _spec(document: Document, kind: str) -> Document:
    """The workload's own fields, without the pod template."""
    if kind in ("Pod", "PodTemplate"):
        return {}
    return {key: value for key, value in _mapping(document.get("spec")).items() if key != "template"}


def _job_spec(cron_job: Document) -> Document:
    spec = _mapping(get(cron_job, ("spec", "jobTemplate", "spec")))
    return {key: value for key, value in spec.items() if key != "template"}


def _merged(under: Document, over: Document) -> Document:
    """Two metadata as one; `over` wins, labels and annotations of both stay."""
    merged = {**under, **over}
    for key in ("labels", "annotations"):
        if isinstance(under.get(key), dict) and isinstance(over.get(key), dict):
            merged[key] = {**under[key], **over[key]}
    return merged


def _mapping(value: Any) -> Document:
    return value if isinstance(value, dict) else {}
