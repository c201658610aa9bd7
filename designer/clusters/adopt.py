"""Take a workload that runs in a cluster into a design, with what it refers to and what refers to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from designer.clusters.client import Client, Resource
from designer.clusters.errors import ClusterError
from designer.clusters.strip import strip
from designer.manifests.edits.references import referred
from designer.manifests.edits.selection import matches, service_selects
from designer.manifests.pod import GROUPS, TEMPLATE_PATHS, name_of, pods
from designer.manifests.types import Document, Documents, get

# In the order to list them: what a person looks for first.
KINDS = {
    "Deployment": Resource("apps", "v1", "deployments", "Deployment", True),
    "StatefulSet": Resource("apps", "v1", "statefulsets", "StatefulSet", True),
    "DaemonSet": Resource("apps", "v1", "daemonsets", "DaemonSet", True),
    "CronJob": Resource("batch", "v1", "cronjobs", "CronJob", True),
    "Job": Resource("batch", "v1", "jobs", "Job", True),
    "ReplicaSet": Resource("apps", "v1", "replicasets", "ReplicaSet", True),
    "Pod": Resource("", "v1", "pods", "Pod", True),
}
_SERVICES = Resource("", "v1", "services", "Service", True)
_INGRESSES = Resource("networking.k8s.io", "v1", "ingresses", "Ingress", True)
_POLICIES = Resource("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", True)
_BUDGETS = Resource("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", True)
_SCALERS = Resource("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", True)
# What a workload or an Ingress names, that is its own and not the whole cluster's.
_NAMED = {"ConfigMap": "v1", "Secret": "v1", "PersistentVolumeClaim": "v1", "ServiceAccount": "v1", "Service": "v1"}
# Every namespace has these, and nobody wrote them.
_EVERYWHERE = {("ConfigMap", "kube-root-ca.crt"), ("ServiceAccount", "default")}
_MOST = 200


@dataclass(frozen=True)
class Workload:
    """A workload as it is listed. `containers` are its containers' names, `ready` its own count ("2 of 3"), or ""."""

    kind: str
    name: str
    containers: tuple[str, ...]
    ready: str = ""

    @property
    def id(self) -> str:
        return f"{self.kind}/{self.name}"


@dataclass
class Adopted:
    """The objects as a person would have written them, and in words what was left where it is."""

    documents: Documents = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def workloads(client: Client, namespace: str) -> tuple[list[Workload], list[str]]:
    """The workloads of a namespace that no other workload made, and in words what could not be listed."""
    found, problems = [], []
    for kind, resource in KINDS.items():
        try:
            listed = client.list_objects(resource, namespace).items
        except ClusterError as error:
            if error.kind not in ("forbidden", "unknown-kind"):
                raise
            problems.append(str(error))
            continue
        found += [_workload(kind, each) for each in listed if not _made_by_another(each)]
    return found, problems


def adopt(client: Client, namespace: str, chosen: list[tuple[str, str]], *, secrets: bool = False) -> Adopted:
    """The chosen workloads (kind and name) of a namespace and their companions, stripped (see strip.py).

    With them come ConfigMaps, claims, accounts and Services that they name, and the Services, Ingresses, policies,
    budgets and autoscalers that are about them. Secrets stay where they are unless `secrets`: a design that refers to
    them works as well. Objects lose their namespace: where they go is chosen when they are applied.

    Raises ClusterError where a workload is not there or the cluster does not answer; what else may not be read is told
    in `left`.
    """
    taken = Adopted()
    for kind, name in dict.fromkeys(chosen):
        api_version = f"{GROUPS[kind]}/v1".lstrip("/")
        answer = client.get({"apiVersion": api_version, "kind": kind, "metadata": {"name": name}}, namespace)
        if answer is None:
            raise ClusterError("not-found", f"There is no {kind} {name} in {namespace} any more.", "Choose again.")
        if release := get(answer.document, ("metadata", "annotations", "meta.helm.sh/release-name")):
            taken.left.append(
                f"{kind} {name} is of the Helm release {release}, which will not know of changes made here: its marks "
                "are not in the design."
            )
        taken.documents.append(_own(answer.document))
    _about(client, namespace, taken)
    _named(client, namespace, taken, secrets)
    return taken


def _about(client: Client, namespace: str, taken: Adopted) -> None:
    """What is about the workloads without being named by them: found among all of its kind."""
    mine = pods(taken.documents)
    names = {(document["kind"], name_of(document)) for document in taken.documents}

    def selected(selector: object) -> bool:
        return any(matches(selector, pod.labels) for pod in mine)

    services: set[str] = set()
    for service in _listed(client, _SERVICES, namespace, taken):
        if any(service_selects(_own(service), pod, taken.documents) for pod in mine):
            services.add(name_of(service))
            taken.documents.append(_own(service))
    for ingress in _listed(client, _INGRESSES, namespace, taken):
        if services & {name for kind, name in referred(ingress) if kind == "Service"}:
            taken.documents.append(_own(ingress))
    for resource, path in ((_POLICIES, ("spec", "podSelector")), (_BUDGETS, ("spec", "selector"))):
        for each in _listed(client, resource, namespace, taken):
            # One that selects every pod is the namespace's, and not this workload's.
            if get(each, path) and selected(get(each, path)):
                taken.documents.append(_own(each))
    for scaler in _listed(client, _SCALERS, namespace, taken):
        target = get(scaler, ("spec", "scaleTargetRef"))
        if (get(target, ("kind",)), get(target, ("name",))) in names:
            taken.documents.append(_own(scaler))


def _named(client: Client, namespace: str, taken: Adopted, secrets: bool) -> None:
    """What the objects name, and what that names in turn."""
    seen = {(document["kind"], name_of(document)) for document in taken.documents} | _EVERYWHERE
    at = 0
    while at < len(taken.documents):
        for kind, name in referred(taken.documents[at]):
            if kind not in _NAMED or (kind, name) in seen:
                continue
            seen.add((kind, name))
            if kind == "Secret" and not secrets:
                taken.left.append(f"Secret {name} stays where it is: the design refers to it.")
            elif len(taken.documents) >= _MOST:
                taken.left.append(f"{kind} {name} was left: {_MOST} objects is as much as one design takes in.")
            else:
                _fetch(client, namespace, kind, name, taken)
        at += 1


def _fetch(client: Client, namespace: str, kind: str, name: str, taken: Adopted) -> None:
    try:
        answer = client.get({"apiVersion": _NAMED[kind], "kind": kind, "metadata": {"name": name}}, namespace)
    except ClusterError as error:
        if error.kind != "forbidden":
            raise
        taken.left.append(f"{kind} {name} could not be read: {error}")
        return
    if answer is None:
        taken.left.append(f"{kind} {name} is referred to, and is not there.")
    elif not _made_by_another(answer.document):
        taken.documents.append(_own(answer.document))


def _listed(client: Client, resource: Resource, namespace: str, taken: Adopted) -> Iterator[Document]:
    try:
        yield from client.list_objects(resource, namespace).items
    except ClusterError as error:
        if error.kind not in ("forbidden", "unknown-kind"):
            raise
        taken.left.append(f"Which {resource.kind}s there are could not be read: {error}")


def _own(live: Document) -> Document:
    """The object as it stands in a design: apiVersion, kind and metadata first, without its namespace."""
    out = strip(live)
    metadata = {key: value for key, value in (out.get("metadata") or {}).items() if key != "namespace"}
    for place in ("labels", "annotations"):
        if isinstance(metadata.get(place), dict):
            kept = {key: value for key, value in metadata[place].items() if not _of_helm(str(key), value)}
            metadata = {**metadata, place: kept} if kept else {k: v for k, v in metadata.items() if k != place}
    first = {"apiVersion": out.get("apiVersion"), "kind": out.get("kind"), "metadata": metadata}
    return first | {key: value for key, value in out.items() if key not in first}


def _of_helm(key: str, value: object) -> bool:
    """Whether a label or annotation says that Helm manages the object (https://helm.sh/docs/chart_best_practices/)."""
    return key.startswith(("meta.helm.sh/", "helm.sh/")) or (key == "app.kubernetes.io/managed-by" and value == "Helm")


def _made_by_another(live: Document) -> bool:
    owners = get(live, ("metadata", "ownerReferences"))
    return isinstance(owners, list) and any(get(owner, ("controller",)) is True for owner in owners)


def _workload(kind: str, live: Document) -> Workload:
    spec = get(live, (*TEMPLATE_PATHS[kind], "spec"))
    names = [get(each, ("name",)) for part in ("initContainers", "containers") for each in get(spec, (part,)) or []]
    wanted, ready = get(live, ("spec", "replicas")), get(live, ("status", "readyReplicas"), 0)
    return Workload(kind, name_of(live), tuple(map(str, names)), f"{ready} of {wanted}" if wanted is not None else "")
