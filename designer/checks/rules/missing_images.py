"""Every container says which image it runs.

Source: Container.image in the API reference. The schema leaves it optional for tools that fill it in; the API server's
validation requires it in Pods and in the templates of workloads.
"""

from __future__ import annotations

from collections.abc import Iterator

from designer.checks.facts import Facts, called
from designer.checks.finding import Finding

ID = "missing-image"
TITLE = "No image"


def check(facts: Facts) -> Iterator[Finding]:
    for found in facts.pods:
        for container in found.containers:
            if not container.image:
                message = f"{called(container)} has no image: write one, such as nginx:1.29."
                yield Finding(ID, "error", TITLE, message, (*container.path, "image"), (container.address,))
