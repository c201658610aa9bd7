"""The order in which a pod's containers start, what each waits for, and when the pod is Ready.

Each step carries the rule it follows (startup_rules.py, with sources). Lengths that nobody can know (how long an init
container runs, how long an image takes to pull) stay unknown: no number is made up for them. The kubelet's own work
between steps, a second or two, is not counted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from designer.manifests import startup_rules as rules
from designer.manifests.pod import Container, Pod, containers
from designer.manifests.startup_restarts import pod_policy, restart_notes, restart_words, restarts
from designer.manifests.startup_rules import Rule
from designer.manifests.startup_schedule import cron_notes
from designer.manifests.startup_times import UNKNOWN, Length, Probe, hook, probe, seconds
from designer.manifests.types import Document, get

What = Literal["run", "postStart", "startup"]
JOBS = ("Job", "CronJob")


@dataclass(frozen=True)
class Step:
    """One stretch of a container's start that others may wait for."""

    what: What
    length: Length
    rule: Rule


@dataclass(frozen=True)
class Ready:
    """When a container is ready, in seconds after it began to run. `most` is None where nothing bounds it; then
    `notices` is how long it takes at most from its first good answer. Where there is a `most`, it holds for a container
    that starts in time and, with a readiness probe, answers from then on: what does neither has no latest."""

    least: int
    most: int | None
    notices: int = 0


@dataclass(frozen=True)
class Started:
    """One container's start. `steps` come one after another; `holds` says how many of them the next container waits
    for. `ready` is None for an init container, which is never ready but ended."""

    container: Container
    steps: tuple[Step, ...]
    holds: int
    rule: Rule
    startup: Probe | None = None
    readiness: Probe | None = None
    liveness: Probe | None = None
    ready: Ready | None = None
    restart: str = ""  # what its own restartPolicy says, in words
    restarts: bool = True  # whether it is started again when it is killed

    @property
    def kills_first(self) -> int:
        """When the liveness probe can kill it at the earliest, in seconds after it began to run; 0 without one."""
        if self.liveness is None:
            return 0
        return max(self.liveness.fails_first, self.startup.first if self.startup else 0)

    @property
    def gate(self) -> tuple[Step, ...]:
        """What the next container waits for."""
        return self.steps[: self.holds]


@dataclass(frozen=True)
class Start:
    """How a pod starts: its containers in the order in which they do, and when it is Ready: `most` if those that have a
    startup probe start in time and those that have a readiness probe too (`answers`) answer then."""

    containers: tuple[Started, ...]
    least: int
    most: int | None
    unknown: tuple[Started, ...]  # those whose run or hook takes nobody knows how long, before the pod is Ready
    unbounded: tuple[Started, ...]  # those that may stay unready for ever: nothing gives up on them
    notes: tuple[tuple[str, Rule], ...]

    @property
    def starts(self) -> tuple[Started, ...]:
        """Those that are killed if they have not started in time."""
        return tuple(one for one in self.containers if one.startup)

    @property
    def answers(self) -> tuple[Started, ...]:
        """Those that have started in time and may still never be ready: nothing kills them for that."""
        return tuple(one for one in self.containers if one.startup and one.readiness)


def start(pod: Pod, document: Document | None = None, version: str = "") -> Start:
    """How a pod starts. `document` is the one around it, for what a Job or Deployment adds to it; `version` the
    Kubernetes version ("1.36"; "" for the newest), for what not every one heeds."""
    found = [container for container in containers(pod) if container.kind != "ephemeral"]
    last = [container.kind for container in found].count("app")
    parts = tuple(
        replace(
            _started(container, index >= len(found) - last),
            restart=restart_words(container, version),
            restarts=restarts(pod, container, version),
        )
        for index, container in enumerate(found)
    )
    least, most = _ready(parts)
    return Start(
        parts,
        least,
        most,
        tuple(one for one in parts if any(step.length == UNKNOWN for step in one.steps)),
        tuple(one for one in parts if one.ready and one.ready.most is None),
        tuple(_notes(pod, document or {}, version)),
    )


def _started(container: Container, app: bool) -> Started:
    data = container.data
    if container.kind == "init":
        return Started(container, (Step("run", UNKNOWN, rules.INIT),), 1, rules.INIT)
    steps = []
    post = hook(data, "postStart")
    if post:
        steps.append(Step("postStart", post, rules.POST_START))
    startup, readiness = probe(data, "startupProbe"), probe(data, "readinessProbe")
    if startup:
        length = Length(startup.first, startup.gives_up)
        steps.append(Step("startup", length, rules.STARTUP if app else rules.SIDECAR_GATE))
    holds = int(post is not None) if app else len(steps)
    rule = rules.TOGETHER if app else rules.SIDECAR
    liveness = probe(data, "livenessProbe")
    return Started(container, tuple(steps), holds, rule, startup, readiness, liveness, _readiness(startup, readiness))


def _readiness(startup: Probe | None, readiness: Probe | None) -> Ready:
    """When a container is ready. With a startup probe the start is bounded, as what has not started by then is killed;
    being ready is bounded only for one that answers: a readiness probe may fail for ever, and kills nothing.

    The kubelet counts a readiness probe's delay from the container's start; the documentation says from the startup
    probe's success. The least takes the one, the most the other.
    """
    if readiness is None:
        return Ready(startup.first, startup.gives_up, startup.notices) if startup else Ready(0, 0)
    again = (readiness.success - 1) * readiness.period
    if startup is None:
        return Ready(readiness.first, None, readiness.notices)
    least = max(startup.first, readiness.delay) + again
    return Ready(least, startup.gives_up + readiness.delay + readiness.notices, startup.notices + readiness.notices)


def _ready(parts: tuple[Started, ...]) -> tuple[int, int | None]:
    """When the pod is Ready, from its first container's start: least and most, lengths that are unknown not counted."""
    begin_least = begin_most = 0
    least = most = 0
    bounded = True
    for one in parts:
        post = [step.length for step in one.steps if step.what == "postStart"]
        if one.ready:
            least = max(least, begin_least + sum(length.least for length in post) + one.ready.least)
            known = sum(length.most or 0 for length in post)
            bounded = bounded and one.ready.most is not None
            most = max(most, begin_most + known + (one.ready.most or 0))
        begin_least += sum(step.length.least for step in one.gate)
        begin_most += sum(step.length.most or 0 for step in one.gate)
    # What holds the others up holds the pod up too, though it is ready sooner itself.
    return max(least, begin_least), max(most, begin_most) if bounded else None


def _notes(pod: Pod, document: Document, version: str) -> list[tuple[str, Rule]]:
    """What else decides how a pod runs, as short words with their rule."""
    found: list[tuple[str, Rule]] = []
    if pod.kind == "CronJob":
        found += cron_notes(get(document, ("spec",)))
    found.append((f"restartPolicy {pod_policy(pod)}", rules.RESTART[pod_policy(pod)]))
    for container in containers(pod):
        if container.kind != "ephemeral":
            found += restart_notes(container, version)
    job = job_spec(pod, document)
    if pod.kind in JOBS:
        limit = job.get("backoffLimit")
        found.append((f"backoffLimit {limit if type(limit) is int else 6}", rules.BACKOFF))
    deadline = _whole(job.get("activeDeadlineSeconds"))
    if deadline:
        found.append((f"the Job ends after {seconds(deadline)}", rules.JOB_DEADLINE))
    own = _whole(pod.spec.get("activeDeadlineSeconds"))
    if own:
        found.append((f"the pod ends after {seconds(own)}", rules.POD_DEADLINE))
    available = _whole(get(document, ("spec", "minReadySeconds")))
    if available and pod.kind in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"):
        found.append((f"available {seconds(available)} after it is Ready", rules.MIN_READY))
    gates = pod.spec.get("readinessGates")
    if isinstance(gates, list) and gates:
        found.append((f"{len(gates)} readiness gate{'' if len(gates) == 1 else 's'}", rules.GATES))
    return found


def job_spec(pod: Pod, document: Document) -> Document:
    """The JobSpec around a pod, {} where it is not a Job's."""
    path = {"Job": ("spec",), "CronJob": ("spec", "jobTemplate", "spec")}.get(pod.kind)
    spec = get(document, path) if path else None
    return spec if isinstance(spec, dict) else {}


def endless(container: Container) -> str:
    """Why a container looks as if it never ends, as a few words; "" where nothing says so.

    Told by what it is written to do: probes for something that serves, and commands that wait for ever.
    """
    data = container.data
    for name in ("readinessProbe", "livenessProbe"):
        if isinstance(data.get(name), dict) and data[name]:
            return f"it has a {name}, as what serves has"
    words = [str(word) for name in ("command", "args") for word in _list(data.get(name))]
    line = f" {' '.join(words)} "
    for sign in (" tail -f ", " tail -F ", " tail -n0 -f ", " tail -n+1 -F ", " tail -n+1 -f ", " sleep infinity "):
        if sign in line:
            return f"it runs “{sign.strip()}”"
    if " while true" in line or " while :" in line:
        return "its command loops for ever"
    return ""


def holders(pod: Pod, names: frozenset[str] = frozenset()) -> list[tuple[Container, str]]:
    """The app containers that keep a Job's pod from completing, with why we think so: beside one that does the work,
    those that look endless, and those whose addresses are in `names` (as recognised). [] for other pods."""
    if pod.kind not in JOBS:
        return []
    apps = [container for container in containers(pod) if container.kind == "app"]
    found = [
        (container, endless(container) or ("it serves the others" if container.address in names else ""))
        for container in apps
    ]
    held = [(container, why) for container, why in found if why]
    return held if 0 < len(held) < len(apps) else []


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
