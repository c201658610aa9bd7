"""A preStop hook ends before the grace period does, so that the container gets TERM and has time to stop.

Source: "Container Lifecycle Hooks", Hook handler execution (the grace period counts from before the hook), and
"Termination of Pods"; the API server refuses a sleep action that is longer (validation of preStop.sleep.seconds).
Only hooks whose length is written are looked at: a sleep action, or a command that is nothing but sleep.
"""

from __future__ import annotations

from collections.abc import Iterator

from designer.checks.facts import Facts, called
from designer.checks.finding import Finding, Fix, Severity, edit
from designer.manifests.edits.tree import put
from designer.manifests.shutdown import stop
from designer.manifests.startup_times import GRACE, seconds
from designer.manifests.types import get

ID = "grace-period"
TITLE = "Grace period too short"


def check(facts: Facts) -> Iterator[Finding]:
    for found in facts.pods:
        limit = stop(found.pod)
        needed = max((one.hook.least for one in limit.containers if one.hook), default=0) + GRACE
        for one in limit.containers:
            if one.hook is None or not one.hook.known or one.hook.least < limit.grace or not one.hook.least:
                continue
            hook = ("lifecycle", "preStop")
            action = isinstance(get(one.container.data, (*hook, "sleep")), dict)
            refused = one.cut and action
            over = "longer than" if one.cut else "all of"
            message = (
                f"The preStop hook of {called(one.container)} sleeps {seconds(one.hook.least)}, {over} the "
                f"{seconds(limit.grace)} that the pod has to stop: "
                + ("the API server refuses that." if refused else "no time is left between TERM and KILL.")
            )
            path = (*found.pod.spec_path, "terminationGracePeriodSeconds")
            fix = Fix(f"Give the pod {seconds(needed)} to stop", edit(put, path, needed))
            severity: Severity = "error" if refused else "warning"
            at = (*one.container.path, *hook, *(("sleep", "seconds") if action else ()))
            yield Finding(ID, severity, TITLE, message, at, (one.container.address,), fix)
