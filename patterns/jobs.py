"""What a preset's containers and Services are on a Job, whose pods are to end. Pure.

A Job is done when its ordinary containers have ended, so one that serves for ever keeps it from completing. From
Kubernetes 1.29 a native sidecar does not: the kubelet ends it after the others (KEP-753, "Jobs and sidecars").
"""

from __future__ import annotations

from copy import deepcopy

from designer.manifests.edits.selection import items
from designer.manifests.pod import Pod, containers, name_of
from designer.manifests.types import Document, get

JOBS = frozenset({"Job", "CronJob"})
# Services that ask for something outside the cluster.
_OUTSIDE = ("LoadBalancer", "NodePort")
# Native sidecars are on by default from here (KEP-753: beta in 1.29).
_SIDECARS = (1, 29)


def has_native_sidecars(version: str) -> bool:
    """Whether a Kubernetes version ("1.28") has native sidecars."""
    return tuple(map(int, version.split("."))) >= _SIDECARS


def fitted(patch: Document, pod: Pod, native: bool) -> tuple[Document, list[str]]:
    """The patch as it suits the pod, and a note for each container that comes otherwise than the preset has it.

    With `native`, the containers that it brings to a Job are native sidecars; without, native sidecars are ordinary
    containers. Their probes stay.
    """
    if not native:
        return _ordinary(patch, pod)
    return _native(patch, pod) if pod.kind in JOBS else (patch, [])


def brings_ordinary(patch: Document, pod: Pod) -> bool:
    """Whether the patch, with its values in, brings ordinary containers to the pod."""
    return bool(_ordinary_of(patch, pod))


def _ordinary_of(patch: Document, pod: Pod) -> list[Document]:
    there = {container.name for container in containers(pod) if container.list == "containers"}
    listed = items(patch, "spec", "containers")
    return [
        item for item in listed if isinstance(item, dict) and "$patch" not in item and item.get("name") not in there
    ]


def _native(patch: Document, pod: Pod) -> tuple[Document, list[str]]:
    moved = _ordinary_of(patch, pod)
    if not moved:
        return patch, []
    out = deepcopy(patch)
    spec, names = out["spec"], [item.get("name") for item in moved]
    spec["containers"] = [item for item in spec["containers"] if item not in moved]
    spec["initContainers"] = [*items(spec, "initContainers"), *({**item, "restartPolicy": "Always"} for item in moved)]
    if not spec["containers"]:
        del spec["containers"]
    return out, [
        f"{name} is a native sidecar here: as an ordinary container it would keep the {pod.kind} from completing"
        for name in names
    ]


def _ordinary(patch: Document, pod: Pod) -> tuple[Document, list[str]]:
    out = deepcopy(patch)
    ends = f"the {pod.kind} will not complete by itself while it runs" if pod.kind in JOBS else ""
    notes = [f"{item.get('name')} is an ordinary container: {ends}" for item in _ordinary_of(patch, pod) if ends]
    sidecars = [i for i in items(out, "spec", "initContainers") if get(i, ("restartPolicy",)) == "Always"]
    for item in sidecars:
        out["spec"]["initContainers"].remove(item)
        del item["restartPolicy"]
        out["spec"].setdefault("containers", []).append(item)
        notes.append(
            f"{item.get('name')} is an ordinary container here: it starts beside the others, not before them"
            + (f"; {ends}" if ends else "")
        )
    if sidecars and not out["spec"]["initContainers"]:
        del out["spec"]["initContainers"]
    return out, notes


def service_note(document: Document, labels: dict[str, str], kind: str) -> tuple[bool, str]:
    """Whether an object that a preset brings makes sense for a pod of the `kind` with these labels, and what to say.

    A Service inside the cluster does, while the Job runs: metrics are read through it. One that asks the cloud for an
    address, or opens a port on every node, does not: nothing answers there once the Job is done.
    """
    selector = get(document, ("spec", "selector"))
    if kind not in JOBS or document.get("kind") != "Service" or not selector or selector != labels:
        return True, ""
    how, name = get(document, ("spec", "type")), name_of(document)
    if how in _OUTSIDE:
        return False, f"Service {name} ({how}) is left out: the pods of a {kind} are gone when their work is done"
    return True, f"Service {name} leads somewhere only while the {kind} runs"
