"""A Job completes when all app containers of its pod have ended, so none of them runs on for ever beside the others.

Source: "Sidecar Containers", Jobs with sidecar containers, and KEP-753: a native sidecar is stopped when the app
containers have ended. Told by what is written: a command that never ends, or the probes of something that serves.
"""

from __future__ import annotations

from collections.abc import Iterator

from designer.checks.facts import Facts, called, title
from designer.checks.finding import Finding, Fix, edit
from designer.manifests.edits.containers import move_container
from designer.manifests.startup import holders

ID = "job-sidecar"
TITLE = "Job never completes"

# The first version whose native sidecars need no feature gate (KEP-753: beta).
_NATIVE_SINCE = 29


def check(facts: Facts) -> Iterator[Finding]:
    for found in facts.pods:
        last = sum(container.list == "initContainers" for container in found.containers)
        for container, why in holders(found.pod):
            message = (
                f"{called(container)} looks as if it never ends ({why}), and {title(found.pod)} is complete only when "
                "all its containers have ended: as a native sidecar it would be stopped then."
            )
            native = edit(move_container, container.address, "initContainers", last, native_sidecar=True)
            fix = Fix(f"Make {called(container)} a native sidecar", native)
            fits = int(facts.version.rpartition(".")[2]) >= _NATIVE_SINCE
            yield Finding(ID, "warning", TITLE, message, container.path, (container.address,), fix if fits else None)
