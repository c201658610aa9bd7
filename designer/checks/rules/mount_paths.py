"""A container mounts one volume at a path.

Source: the API server's validation of volumeMounts ("must be unique"). A slash at the end makes no other path: the API
server lets it pass, and one mount hides the other.
"""

from __future__ import annotations

from collections.abc import Iterator

from designer.checks.facts import Facts, called
from designer.checks.finding import Finding, Fix, edit
from designer.manifests.edits.tree import take
from designer.manifests.pod import Mount

ID = "mount-path"
TITLE = "Path used twice"


def check(facts: Facts) -> Iterator[Finding]:
    for found in facts.pods:
        for container in found.containers:
            first: dict[str, Mount] = {}
            for mount in found.mounts[container.address]:
                if not mount.mount_path:
                    continue
                where = mount.mount_path.rstrip("/") or "/"
                other = first.setdefault(where, mount)
                if other is not mount:
                    message = f"{called(container)} mounts {other.volume} and {mount.volume} at {where}."
                    fix = None
                    if other.data == mount.data:
                        message = f"{called(container)} mounts {mount.volume} at {where} twice."
                        fix = Fix("Remove the second", edit(take, mount.path))
                    yield Finding(ID, "error", TITLE, message, (*mount.path, "mountPath"), (container.address,), fix)
