"""A field is one that the Kubernetes version has which the design is for: not one that came later, or was removed.

Source: Kubernetes' own schemas from 1.25 on, and strict field validation ("field not declared in schema"). A field is
taken out only where nothing depends on it: not a choice among several (a volume's source, say), which would leave
none, nor the restartPolicy that makes an init container a native sidecar.
"""

from __future__ import annotations

from collections.abc import Iterator

from designer.checks.facts import Facts
from designer.checks.finding import Finding, Fix, edit
from designer.checks.history import history
from designer.manifests.edits.tree import take
from designer.manifests.oneof import group_of
from designer.manifests.schema import CONTAINER, Field, schema, versions

ID = "field-not-in-version"
TITLE = "Not in this version"


def check(facts: Facts) -> Iterator[Finding]:
    for misfit in facts.misfits:
        path, name = misfit.path, str(misfit.path[-1])
        known = history(misfit.definition, name) if misfit.why == "unknown" else None
        if known is None:
            continue
        field, first, last = known
        message = f"Kubernetes {facts.version} has no {name}: "
        later = first and versions().index(first) > versions().index(facts.version)
        message += f"it came with {first}." if later else f"it was removed, and {last} was the last to have it."
        fix = None if _matters(field, last) else Fix(f"Remove {name}", edit(take, path))
        yield Finding(ID, "error", TITLE, message, path, (facts.around(path),), fix)


def _matters(field: Field, last: str) -> bool:
    sidecar = (field.owner, field.name) == (CONTAINER, "restartPolicy")
    return sidecar or field.required or group_of(schema(last), field.owner, field.name) is not None
