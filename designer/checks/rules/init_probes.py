"""A plain init container has no probes and no lifecycle hooks; a native sidecar may have them.

Source: KEP-753 and the API server's validation of initContainers ("may not be set for init containers without
restartPolicy=Always").
"""

from __future__ import annotations

from collections.abc import Iterator

from designer.checks.facts import Facts, called
from designer.checks.finding import Finding, Fix, edit
from designer.manifests.edits.containers import move_container

ID = "init-probes"
TITLE = "Probes on an init container"

_FIELDS = ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")


def check(facts: Facts) -> Iterator[Finding]:
    for found in facts.pods:
        for container in found.containers:
            present = [name for name in _FIELDS if container.data.get(name) is not None]
            if container.kind != "init" or not present:
                continue
            listed = present[0] if len(present) == 1 else f"{', '.join(present[:-1])} and {present[-1]}"
            message = (
                f"{called(container)} is an init container, which runs once and cannot have {listed}: "
                "make it a native sidecar, or remove this."
            )
            fix = Fix(
                f"Make {called(container)} a native sidecar",
                edit(move_container, container.address, "initContainers", container.index, native_sidecar=True),
            )
            path = (*container.path, present[0])
            yield Finding(ID, "error", TITLE, message, path, (container.address,), fix)
