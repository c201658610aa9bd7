"""A pod has at least one container in ``containers``; init containers and native sidecars do not count.

Source: PodSpec.containers in the API reference ("There must be at least one container in a Pod").
"""

from __future__ import annotations

from collections.abc import Iterator

from designer.checks.facts import Facts, title
from designer.checks.finding import Finding

ID = "no-containers"
TITLE = "No container"


def check(facts: Facts) -> Iterator[Finding]:
    for found in facts.pods:
        if not any(container.kind == "app" for container in found.containers):
            message = f"{title(found.pod)} has no container: a pod needs at least one that is no init container."
            path = (*found.pod.spec_path, "containers")
            yield Finding(ID, "error", TITLE, message, path, (found.pod.address,))
