"""A pod's resources as bars: plain data in percent and words, for a page to draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from designer.diagram.wording import called, listed, part_of
from designer.manifests import pointer
from designer.manifests.pod import Container, Pod
from designer.manifests.qos import Qos, eviction, kills, qos
from designer.manifests.quantity import write
from designer.manifests.replicas import Replicas, replicas
from designer.manifests.resources import POD_LEVEL_SINCE, SHARED, Effective, Needs, effective
from designer.manifests.types import Documents

_NONE = Fraction(0)
_OPEN = Fraction(10, 8)  # room right of a request that nothing bounds


@dataclass(frozen=True)
class Amount:
    """What a container writes of one resource: lengths in percent of the largest in its column, and words."""

    resource: str
    field: str  # a pointer to the field of its form
    request: float
    limit: float
    unbounded: bool
    words: str
    title: str


@dataclass(frozen=True)
class Row:
    at: str
    name: str
    role: str
    native: bool
    amounts: tuple[Amount, ...]

    @property
    def bare(self) -> bool:
        """Whether it neither requests nor limits anything: BestEffort, were it alone."""
        return not any(amount.request or amount.limit for amount in self.amounts)


@dataclass(frozen=True)
class Part:
    """A container's share of what the pod requests."""

    role: str
    x: float
    w: float
    title: str


@dataclass(frozen=True)
class Whole:
    """The pod's own request and limit of one resource. `why` says what sets the request, `open` what leaves it without
    a limit; `times` are the amounts at several counts of pods."""

    resource: str
    request: float
    limit: float
    unbounded: bool
    request_words: str
    limit_words: str
    why: str
    open: str
    parts: tuple[Part, ...]
    times: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Bars:
    """`sums` shows how the request comes about, a line a step of the pod's life."""

    at: str
    kind: str
    name: str
    qos: Qos
    qos_field: str
    replicas: Replicas
    replicas_name: str  # what the number's field is called when it is sent
    fixed: bool
    wholes: tuple[Whole, ...]
    rows: tuple[Row, ...]
    sums: tuple[tuple[str, tuple[str, ...]], ...]
    eviction: tuple[str, ...]
    kills: tuple[tuple[str, str, str], ...]  # address, name, how its score comes about
    notes: tuple[str, ...]

    @property
    def bare(self) -> tuple[Row, ...]:
        """The containers that say nothing of resources."""
        return tuple(row for row in self.rows if row.bare)


def bars(
    documents: Documents, pod: Pod, roles: Mapping[str, str], version: str = "", counts: Mapping[str, int] | None = None
) -> Bars:
    """The resources of one pod of the documents for a Kubernetes version. `counts` are numbers of pods that a person
    asked about, by `replicas_name`."""
    found = effective(pod, version)
    klass = qos(pod, version, found)
    name, scale = _asked(documents, pod, counts or {})
    where = klass.container.path if klass.container else pod.spec_path
    return Bars(
        pod.address,
        pod.kind,
        pod.name,
        klass,
        pointer.write((*where, "resources")) if klass.resource else "",
        scale,
        name,
        pod.kind in ("Pod", "PodTemplate"),
        tuple(_whole(found, resource, roles, scale) for resource in found.names),
        tuple(_rows(found, roles)),
        tuple(_sums(found)),
        tuple(eviction(pod, klass.name, found)),
        tuple(
            (kill.container.address, called(kill.container), _score(kill.score, kill.request))
            for kill in kills(pod, klass.name, found)
        ),
        tuple(_notes(found)),
    )


def together(documents: Documents, pods: list[Pod], version: str, counts: Mapping[str, int]) -> tuple[str, ...]:
    """What all pods of a design request, each as often as its workload makes it: "cpu 1.5", "memory 3Gi"."""
    total: dict[str, Fraction] = {"cpu": _NONE, "memory": _NONE}
    for pod in pods:
        _, scale = _asked(documents, pod, counts)
        for resource, amount in effective(pod, version).requests.items():
            total[resource] = total.get(resource, _NONE) + amount * scale.count
    return tuple(f"{resource} {write(amount, resource)}" for resource, amount in total.items() if amount)


def _asked(documents: Documents, pod: Pod, counts: Mapping[str, int]) -> tuple[str, Replicas]:
    """What the number of pods is called when it is sent, and how many there are.

    The number that stands there without being asked about is part of the name: when it changes in the design, what was
    asked about is no longer meant.
    """
    usual = replicas(documents, pod)
    name = f"pods-{pod.document}-{usual.count}"
    count = counts.get(name)
    return name, usual if count is None or count == usual.count else replicas(documents, pod, count)


def _whole(found: Effective, resource: str, roles: Mapping[str, str], scale: Replicas) -> Whole:
    request, limit = found.requests.get(resource, _NONE), found.limits.get(resource, _NONE)
    missing = found.unbounded(resource)
    unbounded = bool(missing)
    full = max(request, _NONE if unbounded else limit) * (_OPEN if unbounded else 1)
    return Whole(
        resource,
        _percent(request, full),
        0.0 if unbounded else _percent(limit, full),
        unbounded,
        f"request {write(request, resource)}" if request else "no request",
        "no limit" if unbounded else f"limit {write(limit, resource)}" if limit else "no limit",
        _why(found, resource),
        _open(missing, resource),
        tuple(_parts(found, resource, roles, full)),
        tuple(_times(request, resource, scale)),
    )


def _why(found: Effective, resource: str) -> str:
    """What sets a pod's request of a resource, where that is not the sum of what runs."""
    if found.own and resource in found.own.requests:
        return "named for the pod as a whole"
    peak = found.peak(resource)
    if peak.container is None:
        return ""
    most, running = peak.needs.requests[resource], found.steps[-1].needs.requests.get(resource, _NONE)
    beside = f" beside {listed([called(one) for one in peak.beside])}" if peak.beside else ""
    than = f"what runs later needs {write(running, resource) if running else 'none'}"
    return f"set by init container {called(peak.container)}{beside}: {write(most, resource)}; {than}"


def _open(missing: list[Container], resource: str) -> str:
    if not missing:
        return ""
    return f"{listed([called(one) for one in missing])} ha{'s' if len(missing) == 1 else 've'} no {resource} limit"


def _parts(found: Effective, resource: str, roles: Mapping[str, str], full: Fraction) -> list[Part]:
    """Who asks for how much, at the time when the pod asks for most."""
    if not full:
        return []
    request, overhead = found.requests.get(resource, _NONE), found.overhead.get(resource, _NONE)
    peak = found.peak(resource)
    at = {container.address: needs for container, needs in found.parts}
    if peak.container:
        asking = [*peak.beside, peak.container]
    else:
        asking = [container for container, _ in found.parts if container.kind != "init"]
    shares = [(c, at[c.address].requests.get(resource, _NONE)) for c in asking]
    together = sum((share for _, share in shares), _NONE)
    # What the pod as a whole names may be more than its containers ask for, never less.
    rest = request - overhead - together
    out: list[Part] = []
    x = _NONE
    named = [(part_of(c, roles), f"{called(c)}: {write(share, resource)}", share) for c, share in shares if share]
    if rest > 0:
        named.append(("pod", f"the pod as a whole: {write(rest, resource)} more", rest))
    if overhead:
        named.append(("pod", f"overhead of its runtime class: {write(overhead, resource)}", overhead))
    for role, title, share in named:
        out.append(Part(role, _percent(x, full), _percent(share, full), title))
        x += share
    return out


def _times(request: Fraction, resource: str, scale: Replicas) -> list[tuple[str, str]]:
    """What several pods ask for together."""
    counts = {f"for {scale.count} {scale.units}": scale.count}
    if scale.surge:
        counts[f"{scale.count + scale.surge} while it rolls out"] = scale.count + scale.surge
    if scale.most:
        counts |= {f"{scale.least} at least": scale.least, f"{scale.most} at most": scale.most}
    return [(words, write(request * count, resource)) for words, count in counts.items()] if request else []


def _rows(found: Effective, roles: Mapping[str, str]) -> list[Row]:
    full = {}
    for resource in found.names:
        amounts = [
            max(needs.requests.get(resource, _NONE), needs.limits.get(resource, _NONE)) for _, needs in found.parts
        ]
        full[resource] = max(amounts, default=_NONE) * (_OPEN if resource in SHARED else 1)
    return [
        Row(
            container.address,
            called(container),
            part_of(container, roles),
            container.kind == "sidecar",
            tuple(_amount(container, needs, resource, full[resource]) for resource in found.names),
        )
        for container, needs in found.parts
    ]


def _amount(container: Container, needs: Needs, resource: str, full: Fraction) -> Amount:
    request, limit = needs.requests.get(resource, _NONE), needs.limits.get(resource, _NONE)
    unbounded = resource in SHARED and not limit
    asked = write(request, resource) if request else "–"
    bound = "no limit" if unbounded else write(limit, resource) if limit else "–"
    words = asked if asked == bound else f"{asked} → {bound}"
    if not request:
        words = "not set" if unbounded else words
    path = (*container.path, "resources")
    if resource in SHARED:
        path = (*path, "requests", resource)
    title = f"{resource}: requests {asked if request else 'none'}, {'no limit' if unbounded else f'limit {bound}'}"
    return Amount(
        resource, pointer.write(path), _percent(request, full), _percent(limit, full), unbounded, words, title
    )


def _sums(found: Effective) -> list[tuple[str, tuple[str, ...]]]:
    """How the request comes about: what each step of the pod's life needs of each resource."""
    lines = []
    for step in found.steps:
        if step.container is None:
            name = "running: app containers and native sidecars" if step.beside else "running: app containers"
        elif step.container.kind == "sidecar":
            name = f"native sidecar {called(step.container)} starts"
        else:
            name = f"init container {called(step.container)}"
        if step.container and step.beside:
            name += f", beside {listed([called(one) for one in step.beside])}"
        lines.append((name, _line(found, step.needs.requests)))
    if found.own:
        lines.append(("the pod as a whole", _line(found, found.own.requests)))
    if found.overhead:
        lines.append(("+ overhead", _line(found, found.overhead)))
    lines.append(("effective request", _line(found, found.requests)))
    return lines


def _line(found: Effective, amounts: Mapping[str, Fraction]) -> tuple[str, ...]:
    return tuple(write(amounts[name], name) if amounts.get(name) else "–" for name in found.names)


def _notes(found: Effective) -> list[str]:
    if not found.unheeded:
        return []
    return [
        f"spec.resources, for the pod as a whole, counts from Kubernetes {POD_LEVEL_SINCE} on: it is left out here."
    ]


def _score(score: int | None, request: Fraction) -> str:
    if score is not None:
        return str(score)
    return f"1000 − 1000 × {write(request, 'memory')} ÷ the node's memory"


def _percent(value: Fraction, full: Fraction) -> float:
    return round(float(value / full * 100), 2) if full else 0.0
