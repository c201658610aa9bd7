"""Apply a design's documents to a cluster one by one, and look at the pods that come of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from designer.clusters import plan
from designer.clusters.client import Answer, Client
from designer.clusters.errors import ClusterError, Owner
from designer.manifests import pod as pods_in
from designer.manifests.types import Document, Documents, Path, get

Action = Literal["created", "configured", "unchanged", "failed", "skipped"]
# How long to wait for a kind whose definition was applied just before.
KIND_SECONDS = 10.0
# What a server writes by itself each time it is asked, which is no change of the object.
_BOOKKEEPING = ("managedFields", "resourceVersion", "generation")


@dataclass(frozen=True)
class FieldProblem:
    """What the API server says about a field. `path` is where it stands in the document, () for the whole of it."""

    field: str
    path: Path
    message: str


@dataclass(frozen=True)
class ObjectResult:
    """What came of one document. `index` is its place in the design; `message` is for people, "" when all is well."""

    index: int
    api_version: str
    kind: str
    name: str
    namespace: str
    action: Action
    message: str = ""
    warnings: tuple[str, ...] = ()
    causes: tuple[FieldProblem, ...] = ()
    owners: tuple[Owner, ...] = ()


def apply_documents(
    client: Client, documents: Documents, namespace: str, dry_run: bool, force: bool = False
) -> Iterator[ObjectResult]:
    """Apply each document in the plan's order and tell what came of it as soon as it is known.

    A dry run goes on after a failure, so that all problems are seen at once; what goes into a namespace or is of a
    kind that the design itself brings cannot be tried before that is there, and is skipped. Otherwise the first
    failure is the last thing done: what follows may stand on it, and is skipped.
    """
    coming = _Coming(plan.created_namespaces(documents), plan.created_kinds(documents))
    failed: ObjectResult | None = None
    for index in plan.order(documents):
        if failed is not None:
            why = f"Not applied, because {failed.kind} {failed.name} failed before it."
            yield _result(index, documents[index], namespace, "skipped", why)
            continue
        result = _apply_one(client, index, documents[index], namespace, dry_run, force, coming)
        if result.action == "failed" and not dry_run:
            failed = result
        yield result


@dataclass(frozen=True)
class _Coming:
    """What a design brings along for its other objects to stand on."""

    namespaces: set[str]
    kinds: set[tuple[str, str]]

    def brings(self, error: ClusterError, document: Document, namespace: str) -> str:
        """What is missing only because it was not applied yet, in words; "" where the design does not bring it."""
        kind = str(document.get("kind"))
        if error.kind == "namespace" and namespace in self.namespaces:
            return f"the namespace {namespace}"
        if error.kind == "unknown-kind" and (str(document.get("apiVersion")).rpartition("/")[0], kind) in self.kinds:
            return f"the kind {kind}"
        return ""


def _apply_one(
    client: Client, index: int, document: Document, namespace: str, dry_run: bool, force: bool, coming: _Coming
) -> ObjectResult:
    where = plan.namespace_of(document, namespace)
    until = time.monotonic() + KIND_SECONDS
    try:
        # A kind is served a moment after its definition was taken.
        while True:
            try:
                before = _before(client, document, where)
                answer = client.apply(document, where, dry_run, force)
                break
            except ClusterError as error:
                wait = not dry_run and error.kind == "unknown-kind" and time.monotonic() < until
                if not (wait and coming.brings(error, document, where)):
                    raise
                time.sleep(0.2)
    except ClusterError as error:
        if dry_run and (brought := coming.brings(error, document, where)):
            why = f"Not tried: {brought} comes with the design and is not there before it is applied."
            return _result(index, document, namespace, "skipped", why)
        causes = tuple(FieldProblem(c.field, plan.field_path(c.field, document), c.message) for c in error.causes)
        return _result(index, document, namespace, "failed", str(error), error.warnings, causes, error.owners)
    return _result(index, document, namespace, _action(before, answer, dry_run), "", answer.warnings)


def _before(client: Client, document: Document, namespace: str) -> Answer | None:
    """The live object; None where there is none or we may not look, which is no reason not to apply."""
    try:
        return client.get(document, namespace)
    except ClusterError as error:
        if error.kind == "forbidden":
            return None
        raise


def _action(before: Answer | None, after: Answer, dry_run: bool) -> Action:
    if after.created or before is None:
        return "created" if after.created else "configured"
    if dry_run:
        # A dry run answers with the resourceVersion that is stored, changed or not.
        same = _content(before.document) == _content(after.document)
    else:
        versions = [get(each.document, ("metadata", "resourceVersion")) for each in (before, after)]
        same = versions[0] == versions[1]
    return "unchanged" if same else "configured"


def _content(document: Document) -> Document:
    metadata = document.get("metadata")
    kept = {k: v for k, v in metadata.items() if k not in _BOOKKEEPING} if isinstance(metadata, dict) else metadata
    return {**document, "metadata": kept}


def _result(index: int, document: Document, namespace: str, action: Action, message: str, *more: Any) -> ObjectResult:
    names = (str(document.get("apiVersion") or ""), str(document.get("kind") or ""), pods_in.name_of(document))
    return ObjectResult(index, *names, plan.namespace_of(document, namespace), action, message, *more)


@dataclass(frozen=True)
class ContainerStatus:
    """How a container is. `state` is Kubernetes' own word: "waiting", "running" or "terminated"."""

    name: str
    kind: pods_in.Kind
    state: str
    reason: str
    message: str
    ready: bool
    restarts: int


@dataclass(frozen=True)
class PodStatus:
    """How a pod of the workload in document `index` is. `phase` is Kubernetes' own word; reason and message say why."""

    index: int
    name: str
    namespace: str
    phase: str
    reason: str
    message: str
    containers: tuple[ContainerStatus, ...]


def pod_status(client: Client, documents: Documents, namespace: str) -> list[PodStatus]:
    """The pods of each workload of a design that there are now, in the design's order. Raises ClusterError.

    A bare Pod is found by its name; the pods of a workload by the labels its selector asks for, else its template's.
    """
    found = []
    for pod in pods_in.pods(documents):
        document = documents[pod.document]
        where = plan.namespace_of(document, namespace)
        if pod.kind == "Pod":
            answer = client.get(document, where) if pod.name else None
            live = [answer.document] if answer else []
        else:
            selector = _selector(document, pod)
            live = client.list_pods(where, selector) if selector else []
        found += [_pod(pod.document, each) for each in live]
    return found


def _selector(document: Document, pod: pods_in.Pod) -> str:
    """The pods of a workload as a label selector in kubectl's writing; "" where nothing tells its pods from others'.

    A Job's selector is made by the API server, which labels its pods with the Job's name. A CronJob's pods are found by
    the labels of their template, if it has any.
    """
    if pod.kind == "Job":
        return f"batch.kubernetes.io/job-name={pod.name}" if pod.name else ""
    given = get(document, ("spec", "selector"))
    labels = given if pod.kind == "ReplicationController" else get(given, ("matchLabels",))
    if not isinstance(labels, dict) or not labels:
        labels = pod.labels
    expressions = get(given, ("matchExpressions",), [])
    parts = (
        [_requirement(item) for item in expressions if isinstance(item, dict)] if isinstance(expressions, list) else []
    )
    return ",".join([f"{key}={value}" for key, value in labels.items()] + parts)


def _requirement(item: Document) -> str:
    key, operator, values = item.get("key"), item.get("operator"), item.get("values")
    if operator in ("In", "NotIn"):
        listed = ",".join(map(str, values if isinstance(values, list) else []))
        return f"{key} {operator.lower()} ({listed})"
    return f"!{key}" if operator == "DoesNotExist" else str(key)


_STATUS_LISTS = (
    ("initContainers", "initContainerStatuses"),
    ("containers", "containerStatuses"),
    ("ephemeralContainers", "ephemeralContainerStatuses"),
)


def _pod(index: int, document: Document) -> PodStatus:
    status = document.get("status")
    status = status if isinstance(status, dict) else {}
    live = pods_in.Pod(0, "Pod", pods_in.name_of(document), (), document)
    told = {
        (place, item.get("name")): item
        for place, listed in _STATUS_LISTS
        for item in status.get(listed) or []
        if isinstance(item, dict)
    }
    containers = tuple(_container(each, told.get((each.list, each.name), {})) for each in pods_in.containers(live))
    reason, message = _why(status)
    phase = "Terminating" if get(document, ("metadata", "deletionTimestamp")) else str(status.get("phase") or "Unknown")
    return PodStatus(
        index, live.name, str(get(document, ("metadata", "namespace"), "")), phase, reason, message, containers
    )


def _why(status: Document) -> tuple[str, str]:
    """The pod's own reason (Evicted …), else why it could not be scheduled."""
    conditions = status.get("conditions")
    for each in [status, *(conditions if isinstance(conditions, list) else [])]:
        unscheduled = get(each, ("type",)) == "PodScheduled" and get(each, ("status",)) == "False"
        if (each is status or unscheduled) and get(each, ("reason",)):
            return str(each["reason"]), str(get(each, ("message",), ""))
    return "", ""


def _container(container: pods_in.Container, told: Document) -> ContainerStatus:
    states = told.get("state")
    # Nothing is told before the kubelet has seen the pod.
    state, detail = next(iter(states.items())) if isinstance(states, dict) and states else ("waiting", {})
    detail = detail if isinstance(detail, dict) else {}
    return ContainerStatus(
        container.name,
        container.kind,
        state,
        str(detail.get("reason") or ""),
        str(detail.get("message") or ""),
        told.get("ready") is True,
        int(told.get("restartCount") or 0),
    )
