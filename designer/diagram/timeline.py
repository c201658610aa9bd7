"""How a pod starts and stops, as lanes over time: plain data in percent of the width, for a page to draw.

Lengths that nobody knows are broken bars: no number is made up for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from designer.diagram.lanes import Chart
from designer.diagram.start_chart import start_chart
from designer.diagram.stop_chart import stop_chart, stop_words
from designer.diagram.wording import called, listed
from designer.manifests.pod import Pod
from designer.manifests.shutdown import stop
from designer.manifests.startup import JOBS, Start, holders, start
from designer.manifests.startup_rules import Rule
from designer.manifests.startup_times import seconds
from designer.manifests.types import Documents


@dataclass(frozen=True)
class Timeline:
    """A pod's start and stop. `ready` and `ends` are sentences; `rules` those that were applied, each once."""

    at: str
    kind: str
    name: str
    ready: str
    start: Chart
    ends: str
    stop: Chart
    notes: tuple[tuple[str, Rule], ...]
    rules: tuple[Rule, ...]


def timeline(documents: Documents, pod: Pod, roles: Mapping[str, str], version: str = "") -> Timeline:
    """The timeline of one pod of the documents for a Kubernetes version ("" for the newest); `roles` says which part
    each container (by address) plays."""
    found, ended = start(pod, documents[pod.document], version), stop(pod)
    helpers = frozenset(at for at, role in roles.items() if role in ("sidecar", "ambassador", "adapter"))
    held = {container.address: why for container, why in holders(pod, helpers)}
    begun, first = start_chart(pod, found, roles, held)
    stopped, then = stop_chart(ended, roles)
    listed = tuple(dict.fromkeys([*first, *then, *(rule for _, rule in found.notes)]))
    ready = _ready_words(pod, found, [lane.name for lane in begun.lanes if lane.at in held])
    return Timeline(pod.address, pod.kind, pod.name, ready, begun, stop_words(ended), stopped, found.notes, listed)


def _ready_words(pod: Pod, found: Start, held: list[str]) -> str:
    """When the pod is Ready, as a sentence."""
    names = [called(one.container) for one in found.unknown]
    plus = f", plus however long {listed(names)} take{'s' if len(names) == 1 else ''}" if names else ""
    if pod.kind in JOBS:
        begin = f"after {seconds(found.least)} at the earliest{plus}" if found.least else f"at once{plus}"
        done = "complete when all of them have ended"
        if held:
            done = f"not complete as long as {listed(held)} run{'s' if len(held) == 1 else ''}"
        return f"Its app containers run {begin}. The Job is {done}."
    least = f"after {seconds(found.least)}" if found.least else "at once"
    if found.most is None:
        waits = listed([called(one.container) for one in found.unbounded])
        first = f"Ready {least} at the earliest{plus}"
        return f"{first}; no latest, as {waits} may stay unready for ever."
    if found.most == 0:
        return f"Ready as soon as its containers run{plus}."
    if found.least == found.most:
        return f"Ready after {seconds(found.most)}{plus}."
    most = f"after {seconds(found.most)} at the latest{plus}"
    if not found.starts:
        return f"Ready {least} at the earliest, and {most}."
    most += f", if {listed(_conditions(found))}"
    return f"Ready {least} at the earliest, and {most}. {_otherwise(found)}"


def _conditions(found: Start) -> list[str]:
    """What "at the latest" takes for granted: no probe bounds what does not answer."""
    starts, answers = [[called(one.container) for one in part] for part in (found.starts, found.answers)]
    told = [f"{listed(starts)} start{'s' if len(starts) == 1 else ''} in time"] if starts else []
    if answers:
        them = "it" if answers == starts and len(starts) == 1 else listed(answers)
        them = "they" if answers == starts and len(starts) > 1 else them
        told.append(f"{them} answer{'s' if len(answers) == 1 else ''} once started")
    return told


def _otherwise(found: Start) -> str:
    again = all(one.restarts for one in found.starts)
    words = "killed and started again, after a growing wait" if again else "killed"
    ready = " One that does not answer stays unready for ever." if found.answers else ""
    return f"What has not started by then is {words}.{ready}"
