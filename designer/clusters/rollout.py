"""How far a workload's rollout is, as `kubectl rollout status` has it, in words. Pure.

Rules: kubectl, pkg/polymorphichelpers/rollout_status.go; for Jobs the conditions of
https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/job-v1/
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from designer.manifests.types import Document, get

Tone = Literal["ok", "busy", "bad", "idle"]


@dataclass(frozen=True)
class Rollout:
    """`tone`: ok (it is done), busy (it goes on), bad (it cannot go on by itself), idle (there is nothing to do)."""

    words: str
    tone: Tone

    @property
    def done(self) -> bool:
        return self.tone in ("ok", "idle")


def rollout(live: Document | None) -> Rollout:
    """How far a live workload is; None: it is not there."""
    if live is None:
        return Rollout("not there", "idle")
    status = live.get("status")
    status = status if isinstance(status, dict) else {}
    by_kind = {
        "Deployment": _deployment,
        "StatefulSet": _stateful_set,
        "DaemonSet": _daemon_set,
        "ReplicaSet": _replica_set,
        "ReplicationController": _replica_set,
        "Job": _job,
        "CronJob": _cron_job,
        "Pod": _pod,
    }.get(str(live.get("kind")))
    if by_kind is None:
        return Rollout("applied", "ok")
    return by_kind(live, status)


def _deployment(live: Document, status: Document) -> Rollout:
    stuck = _condition(status, "Progressing")
    if get(stuck, ("reason",)) == "ProgressDeadlineExceeded":
        return Rollout("the rollout took longer than progressDeadlineSeconds", "bad")
    failure = _condition(status, "ReplicaFailure")
    if get(failure, ("status",)) == "True":
        return Rollout("its pods are refused", "bad")
    if _unseen(live, status):
        return Rollout("waiting for the controller to see it", "busy")
    wanted, updated = _number(live, "spec", "replicas", other=1), _number(status, "updatedReplicas")
    every, available = _number(status, "replicas"), _number(status, "availableReplicas")
    if not wanted and not every:
        return Rollout("scaled to 0", "idle")
    if updated < wanted:
        return Rollout(f"{updated} of {wanted} new pods made", "busy")
    if every > updated:
        return Rollout(f"{every - updated} old {_pods(every - updated)} still to end", "busy")
    if available < updated:
        return Rollout(f"{available} of {updated} available", "busy")
    return Rollout(f"{available} of {wanted} available", "ok")


def _stateful_set(live: Document, status: Document) -> Rollout:
    if _unseen(live, status) or not status.get("observedGeneration"):
        return Rollout("waiting for the controller to see it", "busy")
    wanted, ready = _number(live, "spec", "replicas", other=1), _number(status, "readyReplicas")
    if not wanted:
        return Rollout("scaled to 0", "idle")
    if ready < wanted:
        return Rollout(f"{ready} of {wanted} ready", "busy")
    partition = _number(live, "spec", "updateStrategy", "rollingUpdate", "partition")
    updated = _number(status, "updatedReplicas")
    if partition:
        words = f"{updated} of {max(wanted - partition, 0)} pods above the partition updated"
        return Rollout(words, "ok" if updated >= wanted - partition else "busy")
    if status.get("updateRevision") != status.get("currentRevision"):
        return Rollout(f"{updated} of {wanted} pods updated", "busy")
    return Rollout(f"{ready} of {wanted} ready", "ok")


def _daemon_set(live: Document, status: Document) -> Rollout:
    if _unseen(live, status):
        return Rollout("waiting for the controller to see it", "busy")
    wanted, updated = _number(status, "desiredNumberScheduled"), _number(status, "updatedNumberScheduled")
    available = _number(status, "numberAvailable")
    if not wanted:
        return Rollout("no node asks for it", "idle")
    if updated < wanted:
        return Rollout(f"{updated} of {wanted} nodes updated", "busy")
    return Rollout(f"{available} of {wanted} nodes available", "ok" if available >= wanted else "busy")


def _replica_set(live: Document, status: Document) -> Rollout:
    wanted, ready = _number(live, "spec", "replicas", other=1), _number(status, "readyReplicas")
    if not wanted:
        return Rollout("scaled to 0", "idle")
    return Rollout(f"{ready} of {wanted} ready", "ok" if ready >= wanted else "busy")


def _job(live: Document, status: Document) -> Rollout:
    failed = _condition(status, "Failed")
    if get(failed, ("status",)) == "True":
        said = str(get(failed, ("message",)) or get(failed, ("reason",)) or "")
        return Rollout(f"failed: {said}".rstrip(": "), "bad")
    wanted = _number(live, "spec", "completions", other=1)
    succeeded = _number(status, "succeeded")
    if get(_condition(status, "Complete"), ("status",)) == "True":
        return Rollout(f"complete: {succeeded} of {wanted}", "ok")
    if get(live, ("spec", "suspend")) is True:
        return Rollout("suspended", "idle")
    active, lost = _number(status, "active"), _number(status, "failed")
    return Rollout(f"{succeeded} of {wanted} complete, {active} running" + (f", {lost} failed" if lost else ""), "busy")


def _cron_job(live: Document, status: Document) -> Rollout:
    if get(live, ("spec", "suspend")) is True:
        return Rollout("suspended", "idle")
    running = len(status.get("active") or [])
    last = str(status.get("lastScheduleTime") or "")
    words = f"last started {last[:16].replace('T', ' ')} UTC" if last else "waits for its time"
    return Rollout(f"{running} running; {words}" if running else words, "busy" if running else "ok")


def _pod(live: Document, status: Document) -> Rollout:
    phase = str(status.get("phase") or "Pending")
    if phase == "Running":
        ready = get(_condition(status, "Ready"), ("status",)) == "True"
        return Rollout("running and ready" if ready else "running, not ready", "ok" if ready else "busy")
    tones: dict[str, Tone] = {"Succeeded": "ok", "Failed": "bad"}
    return Rollout(phase.lower(), tones.get(phase, "busy"))


def _unseen(live: Document, status: Document) -> bool:
    return _number(live, "metadata", "generation") > _number(status, "observedGeneration")


def _condition(status: Document, kind: str) -> Any:
    conditions = status.get("conditions")
    return next((c for c in (conditions if isinstance(conditions, list) else []) if get(c, ("type",)) == kind), None)


def _number(value: Any, *path: str, other: int = 0) -> int:
    found = get(value, path)
    return found if isinstance(found, int) and not isinstance(found, bool) else other


def _pods(count: int) -> str:
    return "pod" if count == 1 else "pods"
