"""A field is one that Kubernetes has: no slip of the pen, and not one of another kind.

No Kubernetes version that there is a schema for has it; one that another version has is another rule's. Only kinds that
the schema knows are looked at. Source: the API reference, and strict field validation ("field not declared in schema").
"""

from __future__ import annotations

from collections.abc import Iterator

from designer.checks.facts import Facts
from designer.checks.finding import Finding, Fix, edit
from designer.checks.history import history
from designer.manifests import slips
from designer.manifests.edits.tree import rename_key
from designer.manifests.types import get

ID = "unknown-field"
TITLE = "Unknown field"


def check(facts: Facts) -> Iterator[Finding]:
    for misfit in facts.misfits:
        path, name = misfit.path, str(misfit.path[-1])
        if misfit.why != "unknown" or history(misfit.definition, name):
            continue
        there = get(facts.documents, path[:-1])
        near = slips.meant(name, facts.schema.fields(misfit.definition))
        free = [one for one in near if one not in there]
        message = f"{facts.place(path[:-1])} has a field {name!r}"
        message += f", which Kubernetes {facts.version} does not have"
        message += f": did you mean {' or '.join(near)}?" if near else "."
        fix = Fix(f"Rename to {free[0]}", edit(rename_key, path, free[0])) if len(free) == 1 else None
        yield Finding(ID, "error", TITLE, message, path, (facts.around(path),), fix)
