"""No two objects of a design are the same one: the same API group, kind, namespace and name.

Source: "Object Names and IDs" in the documentation (names are unique per resource across all its API versions). Applied
one after the other, the second would overwrite the first.
"""

from __future__ import annotations

from collections.abc import Iterator

from designer.checks.facts import Facts
from designer.checks.finding import Finding, Fix, edit
from designer.manifests.edits.selection import namespace, text
from designer.manifests.edits.tree import take
from designer.manifests.pod import name_of
from designer.manifests.types import get

ID = "duplicate-object"
TITLE = "Object defined twice"


def check(facts: Facts) -> Iterator[Finding]:
    first: dict[tuple[str, str, str, str], int] = {}
    for index, document in enumerate(facts.documents):
        kind, name = text(get(document, ("kind",))), name_of(document)
        if not kind or not name:
            continue
        group = text(get(document, ("apiVersion",))).rpartition("/")[0]
        before = first.setdefault((group, kind, namespace(document), name), index)
        if before != index:
            message = f"This design has {kind} {name} twice: the second would overwrite the first."
            same = facts.documents[before] == document
            fix = Fix("Remove the second, which is the same", edit(take, (index,)))
            addresses = (str(before), str(index))
            yield Finding(ID, "error", TITLE, message, (index, "metadata", "name"), addresses, fix if same else None)
