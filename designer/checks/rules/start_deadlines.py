"""A pod can become Ready before the deadline that is set for it.

Source: "Deployments", Progress Deadline Seconds (a rollout without progress for so long has failed; 600 s where it is
not set); "Jobs", Job termination and cleanup. The earliest that a pod can be Ready is reckoned from its probes and
hooks; what nobody knows the length of counts as nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from designer.checks.facts import Facts, title
from designer.checks.finding import Finding, Fix, edit
from designer.manifests.edits.tree import put
from designer.manifests.startup import JOBS, start
from designer.manifests.startup_times import seconds
from designer.manifests.types import Path, get

ID = "start-deadline"
TITLE = "Deadline before it can be ready"

_PROGRESS = 600
_PLACES: dict[str, Path] = {
    "Deployment": ("spec", "progressDeadlineSeconds"),
    "Job": ("spec", "activeDeadlineSeconds"),
    "CronJob": ("spec", "jobTemplate", "spec", "activeDeadlineSeconds"),
}


def check(facts: Facts) -> Iterator[Finding]:
    for found in facts.pods:
        pod, document = found.pod, facts.documents[found.pod.document]
        place = _PLACES.get(pod.kind)
        if place is None:
            continue
        deadline = get(document, place, _PROGRESS if pod.kind == "Deployment" else None)
        least = start(pod).least
        if not isinstance(deadline, int) or isinstance(deadline, bool) or not 0 < deadline <= least:
            continue
        ready = "run" if pod.kind in JOBS else "be Ready"
        message = (
            f"{title(pod)} is given up after {seconds(deadline)} ({place[-1]}), and by its probes and hooks its pod "
            f"can {ready} after {seconds(least)} at the earliest."
        )
        path = (pod.document, *place)
        fix = Fix(f"Set {place[-1]} to {2 * least}", edit(put, path, 2 * least))
        yield Finding(ID, "warning", TITLE, message, path, (pod.address,), fix)
