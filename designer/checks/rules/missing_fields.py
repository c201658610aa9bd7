"""A field that Kubernetes requires is there, and not null.

Looked at are the fields that the schema calls required and that the API server asks for ("Required value"); what only
the server requires, a container's image say, has rules of its own. A field that is there but misspelt is told as that.
Source: `required` in the API reference.
"""

from __future__ import annotations

from collections.abc import Iterator

from designer.checks.facts import Facts
from designer.checks.finding import Finding
from designer.checks.misfits import Misfit
from designer.manifests import slips
from designer.manifests.types import get

ID = "missing-required"
TITLE = "Required field missing"


def check(facts: Facts) -> Iterator[Finding]:
    for misfit in facts.misfits:
        if misfit.why == "missing" and not _misspelt(facts, misfit):
            path = misfit.path
            message = f"{facts.place(path[:-1])} needs {path[-1]}, which is missing."
            yield Finding(ID, "error", TITLE, message, path, (facts.around(path),))


def _misspelt(facts: Facts, misfit: Misfit) -> bool:
    """Whether a field that nobody knows beside it is told to be the one that is missing."""
    fields = facts.schema.fields(misfit.definition)
    unknown = [name for name in get(facts.documents, misfit.path[:-1]) if name not in fields]
    return any(misfit.path[-1] in slips.meant(name, fields) for name in unknown)
