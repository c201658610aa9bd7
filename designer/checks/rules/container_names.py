"""No two containers of a pod have the same name; init, app and ephemeral containers share one set of names.

Source: Container.name in the API reference ("Each container in a pod must have a unique name").
"""

from __future__ import annotations

from collections.abc import Iterator

from designer.checks.facts import Facts
from designer.checks.finding import Finding, Fix, edit
from designer.manifests import names
from designer.manifests.edits.tree import put
from designer.manifests.pod import Container

ID = "duplicate-container-name"
TITLE = "Name used twice"


def check(facts: Facts) -> Iterator[Finding]:
    for found in facts.pods:
        first: dict[str, Container] = {}
        taken = {container.name for container in found.containers}
        for container in found.containers:
            if container.name and first.setdefault(container.name, container) is not container:
                path = (*container.path, "name")
                better = names.free(container.name, taken)
                # References by this name mean the first container, so only the second's own name changes.
                fix = Fix(f"Call this one {better}", edit(put, path, better))
                message = f"Two containers are called {container.name}: a name is used once in a pod."
                addresses = (first[container.name].address, container.address)
                yield Finding(ID, "error", TITLE, message, path, addresses, fix)
