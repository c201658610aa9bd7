"""New HorizontalPodAutoscalers, PodDisruptionBudgets, claims and Namespaces, and what their forms switch over."""

from __future__ import annotations

from designer.manifests.edits import fresh
from designer.manifests.edits.kinds import API_VERSIONS
from designer.manifests.edits.network import policy_pods
from designer.manifests.edits.objects import with_labels
from designer.manifests.edits.references import SCALABLE
from designer.manifests.edits.selection import items, namespace, number, running, text
from designer.manifests.edits.tree import Edited, put, rename_key, take
from designer.manifests.pod import GROUPS, Pod, name_of
from designer.manifests.types import Document, Documents, ManifestError, Path, get

# How a target of a metric is counted, and the field that holds it (autoscaling/v2 MetricTarget).
METRIC_VALUES = {"Utilization": "averageUtilization", "AverageValue": "averageValue"}
BUDGETS = ("minAvailable", "maxUnavailable")


def add_autoscaler(documents: Documents, near: int | None) -> Edited:
    """A HorizontalPodAutoscaler of the selected workload, else of the first that can be scaled, at 80 % of its CPU
    requests. At the least it runs as many pods as the workload says now. Raises ManifestError where there is nothing
    to scale."""
    chosen = documents[near] if near is not None else {}
    target = chosen if chosen.get("kind") in SCALABLE and name_of(chosen) else None
    target = target or fresh.first(documents, "Deployment", "StatefulSet") or fresh.first(documents, *SCALABLE)
    if target is None:
        raise ManifestError(
            "an autoscaler needs a workload that scales, and this design has none: "
            "add a Deployment, or make one of the Pod by the Kind in its form"
        )
    kind, name = str(target["kind"]), name_of(target)
    least = max(1, min(number(get(target, ("spec", "replicas"))), 1000))
    document: Document = {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"namespace": namespace(target)} if namespace(target) else {},
        "spec": {
            "scaleTargetRef": {"apiVersion": API_VERSIONS[GROUPS[kind]], "kind": kind, "name": name},
            "minReplicas": least,
            "maxReplicas": max(5, 2 * least),
            "metrics": [new_metric()],
        },
    }
    return fresh.added(documents, document, fresh.label(name, "web"))


def new_metric(resource: str = "cpu") -> Document:
    """A share of what the containers request of a resource."""
    target = {"type": "Utilization", "averageUtilization": 80}
    return {"type": "Resource", "resource": {"name": resource or "cpu", "target": target}}


def set_metric_target(documents: Documents, path: Path, kind: str) -> Documents:
    """The target of a resource metric at `path` counted another way: of the old value nothing can be kept."""
    if kind not in METRIC_VALUES:
        raise ManifestError(f"the target of a resource is one of {', '.join(METRIC_VALUES)}: got {kind[:40]!r}", path)
    old = get(documents, path)
    if path[-1] != "target" or not isinstance(old, dict):
        raise ManifestError("there is no such metric any more: it may have been deleted", path)
    field = METRIC_VALUES[kind]
    memory = get(documents, (*path[:-1], "name")) == "memory"
    usual = 80 if field == "averageUtilization" else "200Mi" if memory else "500m"
    kept = {key: value for key, value in old.items() if key not in (*METRIC_VALUES.values(), "value")}
    return put(documents, path, {**kept, "type": kind, field: old.get(field, usual)})


def metric_words(metric: Document) -> str:
    """What a metric that is not of a pod's resource goes by; "" for one that is."""
    kind = text(get(metric, ("type",)), "?")
    if kind == "Resource":
        return ""
    field = kind[:1].lower() + kind[1:]
    name = get(metric, (field, "metric", "name")) or get(metric, (field, "name"))
    return f"{kind}: {name}" if name else kind


def unrequested(autoscaler: Document, target: Pod | None) -> list[tuple[str, str]]:
    """(container, resource) for each container of the target that requests none of a resource whose utilisation the
    autoscaler goes by: it then cannot tell how much is used of it. A limit stands in for a missing request."""
    found = []
    for metric in items(autoscaler, "spec", "metrics"):
        resource = text(get(metric, ("resource", "name")))
        if not resource or get(metric, ("resource", "target", "type")) != "Utilization":
            continue
        for container in running(target) if target else ():
            asked = [get(container.data, ("resources", field, resource)) for field in ("requests", "limits")]
            if asked == [None, None]:
                found.append((container.name, resource))
    return found


def set_scale_target(documents: Documents, index: int, kind: str) -> Documents:
    """The autoscaler at `index` for a workload of another kind: of its apiVersion, and where the design has none of
    that kind by the name that stands there, its first."""
    if kind not in SCALABLE:
        raise ManifestError(f"an autoscaler scales one of {', '.join(SCALABLE)}: got {kind[:40]!r}", (index,))
    path: Path = (index, "spec", "scaleTargetRef")
    documents = put(documents, (*path, "kind"), kind)
    documents = put(documents, (*path, "apiVersion"), API_VERSIONS[GROUPS[kind]])
    names = [name_of(document) for document in documents if document.get("kind") == kind and name_of(document)]
    if names and get(documents, (*path, "name")) not in names:
        documents = put(documents, (*path, "name"), names[0])
    return documents


def add_budget(documents: Documents, near: int | None) -> Edited:
    """A PodDisruptionBudget for the pod's labels: one pod at a time may be taken away."""
    pod = fresh.pod_for(documents, near)
    labels = {"app": "web"}
    if pod:
        documents, labels = with_labels(documents, pod)
    document: Document = {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": fresh.inside(documents, pod.document if pod else None),
        "spec": {"maxUnavailable": 1, "selector": {"matchLabels": labels}},
    }
    return fresh.added(documents, document, fresh.label(pod.name if pod else "", "web"))


def set_budget(documents: Documents, index: int, field: str) -> Documents:
    """The budget at `index` counted the other way, its number kept: the API takes one of the two."""
    if field not in BUDGETS:
        raise ManifestError(f"a budget says one of {', '.join(BUDGETS)}", (index,))
    other = BUDGETS[1 - BUDGETS.index(field)]
    spec = get(documents, (index, "spec")) or {}
    if not isinstance(spec, dict):
        raise ManifestError("spec is not a mapping: mend it in the YAML first", (index, "spec"))
    if field in spec:
        return take(documents, (index, "spec", other)) if other in spec else documents
    if other in spec:
        return rename_key(documents, (index, "spec", other), field)
    return put(documents, (index, "spec", field), 1)


def drains_never(documents: Documents, index: int) -> bool:
    """Whether the budget at `index` forbids that any of the design's pods is taken away, so that no node of theirs can
    be drained."""
    spec = get(documents, (index, "spec"))
    least, most = get(spec, ("minAvailable",)), get(spec, ("maxUnavailable",))
    if least == "100%" or most in (0, "0", "0%"):
        return True
    pods = policy_pods(documents, index)
    counts = [get(documents, (pod.document, "spec", "replicas")) for pod in pods]
    running_at_once = sum(number(count) if count is not None else 1 for count in counts)
    return bool(pods) and number(least) >= max(1, running_at_once)


def add_claim(documents: Documents, near: int | None) -> Edited:
    """A PersistentVolumeClaim of 1 GiB for one node: the one that a volume asks for and the design has not, else
    called after the pod. Its storage class is the cluster's default."""
    pod = fresh.pod_for(documents, near)
    base = fresh.missing(documents, "PersistentVolumeClaim", "volumes.*.persistentVolumeClaim.claimName")
    document: Document = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": fresh.inside(documents, pod.document if pod else None),
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    }
    notes = () if base else ("No volume is made of it yet: choose a pod below.",)
    return fresh.added(documents, document, base or f"{fresh.label(pod.name if pod else '', 'web')}-data", notes)


def add_namespace(documents: Documents, near: int | None) -> Edited:
    """A Namespace: the first that an object stands in and the design has not, else called after the pod."""
    there = {name_of(document) for document in documents if document.get("kind") == "Namespace"}
    used = [text(get(document, ("metadata", "namespace"))) for document in documents]
    pod = fresh.pod_for(documents, near)
    wanted = next((name for name in used if name and name not in there), "")
    base = wanted or fresh.label(pod.name if pod else "", "web")
    notes = () if wanted else (f"Objects go into it when their namespace says so: {base}.",)
    return fresh.added(documents, {"apiVersion": "v1", "kind": "Namespace"}, base, notes)
