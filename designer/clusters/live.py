"""How a design's workloads are in a cluster now: their rollouts, pods, containers and events, in words. Pure.

Live objects go in as plain data, what a person looks at comes out; each container is told under its address in the
design, so that the diagram can show it there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from designer.clusters import advice
from designer.clusters.advice import Advice
from designer.clusters.plan import namespace_of
from designer.clusters.rollout import Rollout, rollout
from designer.manifests import pod as pods_in
from designer.manifests.edits.selection import matches
from designer.manifests.types import Document, Documents, get

# How something is: as it should be, on its way, in need of a person, over, or not begun.
Tone = Literal["ok", "busy", "bad", "done", "idle"]
_WORST: Sequence[Tone] = ("bad", "busy", "idle", "done", "ok")
_SIGNS = {"bad": "!", "busy": "…", "idle": "–", "done": "✓", "ok": "●"}
_MOST_PODS, _MOST_EVENTS = 60, 40
_LISTS = {
    "initContainers": "initContainerStatuses",
    "containers": "containerStatuses",
    "ephemeralContainers": "ephemeralContainerStatuses",
}


@dataclass(frozen=True)
class LiveContainer:
    """A container of a live pod. `at` is its address in the design, "" where the design has none of that name."""

    name: str
    at: str
    kind: pods_in.Kind
    tone: Tone
    words: str
    advice: Advice | None = None
    restarts: int = 0
    started: bool = False
    ended_before: bool = False

    @property
    def sign(self) -> str:
        return _SIGNS[self.tone]


@dataclass(frozen=True)
class LivePod:
    """A live pod of the workload in document `document`."""

    document: int
    namespace: str
    name: str
    tone: Tone
    words: str
    advice: Advice | None
    containers: tuple[LiveContainer, ...]

    @property
    def sign(self) -> str:
        return _SIGNS[self.tone]


@dataclass(frozen=True)
class LiveEvent:
    """Something that happened. `about` is "Pod web-1"; `count` is how often; `at` is when last, RFC 3339."""

    about: str
    tone: Tone
    words: str
    do: str
    count: int
    at: str


@dataclass(frozen=True)
class LiveWorkload:
    """A workload of the design: document `document`, its rollout, and its pods."""

    document: int
    kind: str
    name: str
    rollout: Rollout
    pods: tuple[LivePod, ...]


@dataclass(frozen=True)
class Live:
    """All of it. `boxes` says for each address in the design how what stands there is: (tone, words)."""

    workloads: tuple[LiveWorkload, ...]
    events: tuple[LiveEvent, ...]
    boxes: Mapping[str, tuple[Tone, str]]

    @property
    def done(self) -> bool:
        return all(one.rollout.done for one in self.workloads)

    @property
    def tone(self) -> Tone:
        tones = [one.rollout.tone for one in self.workloads] + [pod.tone for one in self.workloads for pod in one.pods]
        return "bad" if "bad" in tones else "busy" if "busy" in tones else "ok"


def live(documents: Documents, namespace: str, objects: Iterable[Document], since: str = "") -> Live:
    """How the workloads of `documents`, applied with `namespace`, are.

    `objects` are live workloads, ReplicaSets, Jobs, Pods and Events of the namespaces in question; others are passed
    over. Events from before `since` (RFC 3339) are left out.
    """
    found = list(objects)
    pods = [each for each in found if each.get("kind") == "Pod"]
    workloads, boxes = [], dict[str, list[tuple[Tone, str]]]()
    ours: set[tuple[str, str, str]] = set()
    for pod in pods_in.pods(documents):
        document = documents[pod.document]
        where = namespace_of(document, namespace)
        here = next((each for each in found if _is(each, pod.kind, where, pod.name)), None)
        mine = sorted((each for each in pods if _of(each, pod, document, where)), key=_newest)[:_MOST_PODS]
        told = tuple(_pod(each, pod) for each in mine)
        workloads.append(LiveWorkload(pod.document, pod.kind, pod.name, rollout(here), told))
        ours.add((pod.kind, where, pod.name))
        ours |= {("Pod", where, one.name) for one in told}
        for one in told:
            for container in one.containers:
                if container.at:
                    boxes.setdefault(container.at, []).append((container.tone, container.words))
    events = tuple(_events(found, ours, documents, namespace, since))
    return Live(tuple(workloads), events, {at: _together(all_) for at, all_ in boxes.items()})


def _together(told: Sequence[tuple[Tone, str]]) -> tuple[Tone, str]:
    """The worst tone, and how many are how: "2 running and ready, 1 waits: …"."""
    tone = min((each[0] for each in told), key=_WORST.index)
    counts: dict[str, int] = {}
    for _, words in sorted(told, key=lambda each: _WORST.index(each[0])):
        counts[words] = counts.get(words, 0) + 1
    return tone, ", ".join(f"{count} {words}" if len(told) > 1 else words for words, count in counts.items())


def _is(live: Document, kind: str, where: str, name: str) -> bool:
    return live.get("kind") == kind and pods_in.name_of(live) == name and _namespace(live) == where


def _namespace(live: Document) -> str:
    return str(get(live, ("metadata", "namespace")) or "")


def _newest(live: Document) -> tuple[bool, str]:
    """Those that end come last, else by name: a row does not jump."""
    return bool(get(live, ("metadata", "deletionTimestamp"))), pods_in.name_of(live)


def _of(live: Document, pod: pods_in.Pod, document: Document, where: str) -> bool:
    """Whether a live pod is one of the workload's."""
    if _namespace(live) != where:
        return False
    if pod.kind == "Pod":
        return pods_in.name_of(live) == pod.name
    labels = get(live, ("metadata", "labels"))
    labels = labels if isinstance(labels, dict) else {}
    owner = next((one for one in get(live, ("metadata", "ownerReferences")) or [] if get(one, ("controller",))), None)
    job = labels.get("batch.kubernetes.io/job-name") or labels.get("job-name")
    if pod.kind == "Job":
        return bool(job == pod.name)
    if pod.kind == "CronJob":
        # The controller names Jobs after their minute.
        return isinstance(job, str) and job.rpartition("-")[0] == pod.name and job.rpartition("-")[2].isdigit()
    if owner is not None and owner.get("kind") in ("StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController"):
        made_by = str(owner.get("name"))
        if pod.kind == "Deployment":
            return owner["kind"] == "ReplicaSet" and made_by.rpartition("-")[0] == pod.name
        return bool(owner["kind"] == pod.kind and made_by == pod.name)
    given = get(document, ("spec", "selector"))
    selector = {"matchLabels": given} if pod.kind == "ReplicationController" else given
    return isinstance(selector, dict) and bool(selector) and owner is None and matches(selector, labels)


def _pod(live: Document, pod: pods_in.Pod) -> LivePod:
    status = live.get("status")
    status = status if isinstance(status, dict) else {}
    own = pods_in.Pod(0, "Pod", pods_in.name_of(live), (), live)
    addresses = {(each.list, each.name): each.address for each in pods_in.containers(pod)}
    told = {
        (place, item.get("name")): item
        for place, listed in _LISTS.items()
        for item in status.get(listed) or []
        if isinstance(item, dict)
    }
    containers = tuple(
        _container(each, told.get((each.list, each.name), {}), addresses.get((each.list, each.name), ""))
        for each in pods_in.containers(own)
    )
    tone, words, said = _whole(live, status, containers)
    return LivePod(pod.document, _namespace(live), own.name, tone, words, said, containers)


def _whole(live: Document, status: Document, containers: Sequence[LiveContainer]) -> tuple[Tone, str, Advice | None]:
    phase = str(status.get("phase") or "Pending")
    if get(live, ("metadata", "deletionTimestamp")):
        return "busy", "ending", None
    reason, message = _reason(status)
    if phase == "Failed":
        return "bad", f"failed{f': {reason}' if reason else ''}", advice.pod(reason, message) if reason else None
    if reason:
        said = advice.pod(reason, message)
        return "bad", "not scheduled" if reason == "Unschedulable" else reason, said
    if phase == "Succeeded":
        return "done", "complete", None
    tones = [each.tone for each in containers]
    if "bad" in tones:
        bad = [each.name for each in containers if each.tone == "bad"]
        return "bad", f"{' and '.join(bad)} {'needs' if len(bad) == 1 else 'need'} help", None
    running = [each for each in containers if each.kind in ("app", "sidecar")]
    ready = sum(each.tone == "ok" for each in running)
    if phase == "Running" and ready == len(running):
        return "ok", "ready", None
    steps = [each for each in containers if each.kind == "init"]
    if phase == "Pending" and steps and any(each.tone != "done" for each in steps):
        done = sum(each.tone == "done" for each in steps)
        return "busy", f"init {done} of {len(steps)} done", None
    return "busy", f"{ready} of {len(running)} ready" if phase == "Running" else phase.lower(), None


def _reason(status: Document) -> tuple[str, str]:
    """The pod's own reason (Evicted …), else why it could not be scheduled."""
    conditions = status.get("conditions")
    for each in [status, *(conditions if isinstance(conditions, list) else [])]:
        unscheduled = get(each, ("type",)) == "PodScheduled" and get(each, ("status",)) == "False"
        if (each is status or unscheduled) and get(each, ("reason",)):
            return str(each["reason"]), str(get(each, ("message",), ""))
    return "", ""


def _container(container: pods_in.Container, told: Document, at: str) -> LiveContainer:
    states = told.get("state")
    # Nothing is told before the kubelet has seen the pod.
    state, detail = next(iter(states.items())) if isinstance(states, dict) and states else ("", {})
    detail = detail if isinstance(detail, dict) else {}
    restarts = _number(told.get("restartCount"))
    before = get(told, ("lastState", "terminated"))
    tone, words, said = _state(container, state, detail, told, before)
    if restarts and tone in ("ok", "busy"):
        words += f", restarted {restarts} {'time' if restarts == 1 else 'times'}"
        if isinstance(before, dict) and said is None:
            said = advice.ended(str(before.get("reason") or ""), _number(before.get("exitCode")))
            said = Advice(f"Before its last restart {said.words}", said.do)
            # What took too much memory once does so again: that it runs right now is not the whole of it.
            tone = "busy" if before.get("reason") == "OOMKilled" else tone
    started = state in ("running", "terminated") or restarts > 0
    return LiveContainer(container.name, at, container.kind, tone, words, said, restarts, started, bool(before))


def _state(
    container: pods_in.Container, state: str, detail: Document, told: Document, before: Any
) -> tuple[Tone, str, Advice | None]:
    reason, message = str(detail.get("reason") or ""), str(detail.get("message") or "")
    if state == "running":
        if container.kind == "init":
            return "busy", "running", None
        if told.get("started") is False and "startupProbe" in container.data:
            return "busy", "running, its startup probe has not passed yet", None
        if told.get("ready") is True or container.kind == "ephemeral":
            return "ok", "running and ready" if container.kind != "ephemeral" else "running", None
        return "busy", "running, not ready", None
    if state == "terminated":
        code = _number(detail.get("exitCode"))
        if reason == "Completed" or code == 0:
            return "done", "done", None
        return "bad", f"ended with {reason or 'exit code'} {code}".strip(), advice.ended(reason, code, message)
    if state == "waiting" and reason and reason not in ("ContainerCreating", "PodInitializing"):
        said = advice.waiting(reason, message, container.image)
        if reason == "CrashLoopBackOff" and isinstance(before, dict):
            last = advice.ended(str(before.get("reason") or ""), _number(before.get("exitCode")))
            said = Advice(f"{said.words}; last time: {last.words}", last.do or said.do)
        return "bad", f"waits: {reason}", said
    if state == "waiting" and reason == "ContainerCreating":
        return "busy", "being created", None
    return "idle", "not started yet", None


def _events(
    found: Iterable[Document], ours: set[tuple[str, str, str]], documents: Documents, namespace: str, since: str
) -> list[LiveEvent]:
    """What happened to our objects, the last first: what needs a person, and the rest in the cluster's own words."""
    named = {
        (str(document.get("kind")), namespace_of(document, namespace), pods_in.name_of(document))
        for document in documents
    }
    out = []
    for each in found:
        about = each.get("involvedObject")
        if each.get("kind") != "Event" or not isinstance(about, dict):
            continue
        kind, where, name = (str(about.get(key) or "") for key in ("kind", "namespace", "name"))
        made = any(w == where and n and _made_for(kind, name, k, n) for k, w, n in ours)
        at = _time(each)
        if not ({(kind, where, name)} & (ours | named) or made) or (since and at and at < since):
            continue
        reason, message = str(each.get("reason") or ""), " ".join(str(each.get("message") or "").split())
        said = advice.event(reason, message)
        warns = each.get("type") == "Warning"
        words = said.sentence if said else Advice(f"{reason}: {message}".strip(": ")).sentence
        count = _number(each.get("count")) or _number(get(each, ("series", "count"))) or 1
        tone: Tone = "bad" if warns else "ok"
        out.append(LiveEvent(f"{kind} {name}", tone, words, said.do if said else "", count, at))
    out.sort(key=lambda event: event.at, reverse=True)
    return out[:_MOST_EVENTS]


# How controllers name what they make (apimachinery, util/rand: no vowels, and none of 0, 1 and 3).
_RANDOM, _HASH = "[bcdfghjklmnpqrstvwxz2456789]{5}", "[bcdfghjklmnpqrstvwxz2456789]{1,10}"
_MADE = {
    ("Deployment", "ReplicaSet"): _HASH,
    ("Deployment", "Pod"): f"{_HASH}-{_RANDOM}",
    ("ReplicaSet", "Pod"): _RANDOM,
    ("StatefulSet", "Pod"): r"\d+",
    ("DaemonSet", "Pod"): _RANDOM,
    ("Job", "Pod"): rf"(?:\d+-)?{_RANDOM}",
    ("CronJob", "Job"): r"\d+",
    ("CronJob", "Pod"): rf"\d+-(?:\d+-)?{_RANDOM}",
}


def _made_for(kind: str, name: str, owner: str, owner_name: str) -> bool:
    """Whether an object has the name of one that a workload's controller makes; it may be gone by now."""
    form = _MADE.get((owner, kind))
    return form is not None and re.fullmatch(re.escape(owner_name) + "-" + form, name) is not None


def _time(event: Document) -> str:
    """When it happened last. Of new events (events.k8s.io) only eventTime is set."""
    series = get(event, ("series", "lastObservedTime"))
    created = get(event, ("metadata", "creationTimestamp"))
    found = event.get("lastTimestamp") or series or event.get("eventTime") or created
    # Fractions of a second would sort "…05.1Z" before "…05Z".
    return f"{str(found)[:19]}Z" if found else ""


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
