"""How many pods a workload makes: what its fields and an autoscaler of the design say.

Sources: API reference of Deployment (maxSurge), StatefulSet, DaemonSet, Job, CronJob and HorizontalPodAutoscaler.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

from designer.manifests.pod import Pod, kind_of, name_of
from designer.manifests.types import Document, Documents, get

MOST = 100_000


@dataclass(frozen=True)
class Replicas:
    """How many pods there are. `unit` says of what the number is ("pods", "nodes"); `least` and `most` are an
    autoscaler's, 0 where there is none; `surge` is how many more a rollout may make; `note` says where it is from."""

    count: int
    unit: str
    note: str
    least: int = 0
    most: int = 0
    surge: int = 0

    @property
    def units(self) -> str:
        """`unit` as a sentence has it after the number: "pod" for one."""
        return self.unit.removesuffix("s") if self.count == 1 else self.unit


def replicas(documents: Documents, pod: Pod, count: int | None = None) -> Replicas:
    """How many pods the workload around `pod` makes, or what it would be with `count` of them."""
    document = documents[pod.document]
    kind = kind_of(document)
    spec = get(document, ("spec",))
    spec = spec if isinstance(spec, dict) else {}
    if kind in ("Pod", "PodTemplate"):
        return Replicas(1 if count is None else count, "pods", "one, as nothing makes more of it")
    if kind == "DaemonSet":
        return Replicas(1 if count is None else count, "nodes", "one on every node that it may run on")
    if kind == "CronJob":
        spec = get(spec, ("jobTemplate", "spec"))
        spec = spec if isinstance(spec, dict) else {}
    if kind in ("Job", "CronJob"):
        return _of_job(spec, kind, count)
    written = _whole(spec.get("replicas"), 1)
    scaler = _scaler(documents, document)
    found = written if count is None else count
    surge = _surge(spec, found) if kind == "Deployment" else 0
    if scaler is None:
        note = "spec.replicas" if "replicas" in spec else "spec.replicas is not set: 1"
        return Replicas(found, "pods", note, surge=surge)
    least, most = _whole(get(scaler, ("spec", "minReplicas")), 1), _whole(get(scaler, ("spec", "maxReplicas")), 1)
    if count is None and not least <= written <= most:
        found = min(max(written, least), most)
        surge = _surge(spec, found) if kind == "Deployment" else 0
    note = f"{least} to {most}, by HorizontalPodAutoscaler {name_of(scaler)}".strip()
    return Replicas(found, "pods", note, least, most, surge)


def _of_job(spec: Document, kind: str, count: int | None) -> Replicas:
    parallel = _whole(spec.get("parallelism"), 1)
    completions = spec.get("completions")
    if isinstance(completions, int) and not isinstance(completions, bool) and completions > 0:
        parallel = min(parallel, completions)
    note = "spec.parallelism" if "parallelism" in spec else "spec.parallelism is not set: 1"
    if kind == "CronJob":
        note += " of each run; runs may overlap unless concurrencyPolicy forbids it"
    return Replicas(parallel if count is None else count, "pods", note)


def _scaler(documents: Documents, document: Document) -> Document | None:
    """The autoscaler of the design that scales a workload."""
    for one in documents:
        if one.get("kind") != "HorizontalPodAutoscaler":
            continue
        target = get(one, ("spec", "scaleTargetRef"))
        same = isinstance(target, dict) and target.get("kind") == document.get("kind")
        namespaces = get(one, ("metadata", "namespace")), get(document, ("metadata", "namespace"))
        if same and target.get("name") == name_of(document) and namespaces[0] == namespaces[1]:
            return one
    return None


def _surge(spec: Document, count: int) -> int:
    """How many pods more than wanted a rollout of a Deployment may make: 25% where nothing is said, rounded up."""
    if get(spec, ("strategy", "type")) == "Recreate":
        return 0
    written = get(spec, ("strategy", "rollingUpdate", "maxSurge"), "25%")
    if isinstance(written, str) and written.endswith("%") and written[:-1].isascii() and written[:-1].isdecimal():
        return ceil(Fraction(int(written[:-1][:6]), 100) * count)
    return _whole(written, 0)


def _whole(value: Any, otherwise: int) -> int:
    fits = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return min(value, MOST) if fits else otherwise
