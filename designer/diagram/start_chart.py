"""A pod's start as lanes: drawn at its slowest, so that what has a bound takes all of it."""

from __future__ import annotations

from collections.abc import Mapping

from designer.diagram.axis import Axis
from designer.diagram.lanes import Bar, BarKind, Chart, Lane, Mark, between, named, step_words
from designer.manifests import startup_rules as rules
from designer.manifests.pod import Pod
from designer.manifests.startup import JOBS, Start, Started
from designer.manifests.startup_rules import Rule
from designer.manifests.startup_times import seconds


def start_chart(pod: Pod, found: Start, roles: Mapping[str, str], held: Mapping[str, str]) -> tuple[Chart, list[Rule]]:
    stretches: list[int | None] = []
    begins: list[int] = []  # the edge at which each container starts
    for one in found.containers:
        begins.append(len(stretches))
        stretches += [step.length.most for step in one.gate]
    job = pod.kind in JOBS
    # After the last container has begun: as long as it takes until each of them is ready, and until liveness may kill.
    last, ready, kills = len(stretches), 0, 0
    for one, begin in zip(found.containers, begins, strict=True):
        over = sum(stretch or 0 for stretch in stretches[begin + one.holds :])
        over += sum(step.length.most or 0 for step in one.gate if step.what == "startup")
        if one.ready:
            ready = max(ready, (one.ready.least if one.ready.most is None else one.ready.most) - over)
        kills = max(kills, one.kills_first - over)
    stretches.append(max(ready, kills))
    endless = job or bool(found.unbounded)
    if endless:
        stretches.append(None)
    axis = Axis(stretches)
    lanes, used = [], []
    for one, begin in zip(found.containers, begins, strict=True):
        lanes.append(_start_lane(one, begin, axis, roles, held, job))
        used += [one.rule, *(step.rule for step in one.steps)]
        used += [rule for probe, rule in ((one.readiness, rules.READINESS), (one.liveness, rules.LIVENESS)) if probe]
    if job:
        used.append(rules.JOB_HELD if held else rules.JOB_RUN)
    line = None if held else axis.end if endless else axis.x(last, ready)
    words = "Complete" if job else "Ready"
    return Chart(tuple(lanes), tuple(axis.ticks()), tuple(axis.breaks()), line, words), used


def _start_lane(
    one: Started, begin: int, axis: Axis, roles: Mapping[str, str], held: Mapping[str, str], job: bool
) -> Lane:
    container = one.container
    bars: list[Bar] = []
    marks: list[Mark] = []
    x = axis.x(begin)
    if x:
        bars.append(Bar("wait", 0.0, x, "It waits for what is before it."))
    edge = begin
    for step in one.steps:
        if step.what == "startup":
            continue
        end = axis.x(edge + 1)
        title = f"{step_words(step.what, step.length)}. {step.rule.words}"
        kind: BarKind = "run" if step.what == "run" else "hook"
        bars.append(Bar(kind, x, between(x, end), title, broken=not step.length.known))
        x, edge = end, edge + 1
    running = edge  # the edge at which it runs, and probes begin
    ready = one.ready
    why = held.get(container.address, "")
    if ready is None:
        words = ", ".join(part for part in ("runs to its end", one.restart) if part)
        return Lane(*named(container, roles), words, _why(one), tuple(bars))
    if one.startup:
        first, end = axis.x(running, one.startup.first), axis.x(running, one.startup.gives_up)
        rule = rules.STARTUP if container.kind == "app" else rules.SIDECAR_GATE
        title = f"Startup probe: {one.startup.words}. {rule.words}"
        bars.append(Bar("startup", x, between(x, end), title, sure=between(x, first)))
        x = end
    if one.readiness:
        first = axis.x(running, ready.least)
        end = axis.end if ready.most is None else axis.x(running, ready.most)
        open_end = " Nothing bounds how long it may fail."
        title = f"Readiness probe: {one.readiness.words}. {rules.READINESS.words}{open_end}"
        bars.append(
            Bar("readiness", x, between(x, end), title, broken=ready.most is None, sure=max(0.0, between(x, first)))
        )
        x = end
    ends = job and container.kind == "app" and not why
    until = axis.end if ends else 100.0
    stopped = job and container.kind == "sidecar" and not held
    title = (
        "It runs to its end: nobody knows how long."
        if ends
        else "It runs until the work beside it has ended: nobody knows how long."
        if stopped
        else "It runs, and is ready."
        if one.readiness
        else rules.READY_AT_ONCE.words
    )
    if stopped:
        until = axis.end
    bars.append(Bar("on", x, between(x, until), title, broken=ends or stopped))
    if stopped:
        bars.append(Bar("stopping", until, min(10.0, between(until, 100.0)), rules.JOB_RUN.words, broken=True))
    if one.liveness:
        since = seconds(one.kills_first)
        told = f"Liveness probe: {one.liveness.words}. It can kill from {since} on. {rules.LIVENESS.words}"
        marks.append(Mark("L", axis.x(running, one.kills_first), told))
    words = f"keeps the Job from completing: {why}" if why else _lane_words(one, job, stopped)
    return Lane(*named(container, roles), words, _why(one), tuple(bars), tuple(marks), bad=bool(why))


def _lane_words(one: Started, job: bool, stopped: bool) -> str:
    """What a lane says beside its name: when its probes are through."""
    told = []
    post = next((step for step in one.steps if step.what == "postStart"), None)
    if post:
        told.append("postStart" + (f" {seconds(post.length.least)}" if post.length.known else ""))
    if one.startup:
        late = "else killed and restarted" if one.restarts else "else killed"
        told.append(f"started in {_range(one.startup.first, one.startup.gives_up)}, {late}")
    if one.readiness and one.ready:
        if one.ready.most is None:
            told.append(f"ready within {seconds(one.ready.notices)} of its first answer")
        else:
            told.append(f"ready in {_range(one.ready.least, one.ready.most)} if it answers once started")
    if one.liveness and not one.startup:
        told.append(f"has {seconds(one.liveness.fails_first)} to answer")
    if not told and one.container.kind == "app":
        told.append("runs to its end" if job else "ready at once")
    if stopped:
        told.append("stopped when the work ends")
    return ", ".join([*(told or ["starts, and runs on"]), *([one.restart] if one.restart else [])])


def _range(least: int, most: int) -> str:
    return (
        seconds(most)
        if least == most
        else f"{least}–{seconds(most)}"
        if most < 120
        else f"{seconds(least)} to {seconds(most)}"
    )


def _why(one: Started) -> str:
    return f"{one.rule.words} ({one.rule.source})"
