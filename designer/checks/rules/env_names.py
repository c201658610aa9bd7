"""A container sets an environment variable once; of two with the same name the last one wins.

Source: Container.env in the API reference, and the API server's warning "hides previous definition".
"""

from __future__ import annotations

from collections.abc import Iterator

from designer.checks.facts import Facts, called
from designer.checks.finding import Finding, Fix, edit
from designer.manifests.edits.selection import items, text
from designer.manifests.edits.tree import take
from designer.manifests.types import get

ID = "duplicate-env"
TITLE = "Variable set twice"


def check(facts: Facts) -> Iterator[Finding]:
    for found in facts.pods:
        for container in found.containers:
            variables = [text(get(item, ("name",))) for item in items(container.data, "env")]
            if len(set(variables)) == len(variables):
                continue
            for index, name in enumerate(variables):
                if name and name in variables[index + 1 :]:
                    path = (*container.path, "env", index)
                    message = f"{called(container)} sets {name} more than once: only the last one has an effect."
                    fix = Fix(f"Remove this {name}", edit(take, path))
                    yield Finding(ID, "warning", TITLE, message, (*path, "name"), (container.address,), fix)
