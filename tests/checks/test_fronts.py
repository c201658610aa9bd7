"""What the picture marks on an Ingress or HTTPRoute has its finding, and only that has."""

from __future__ import annotations

import pytest

from designer.checks.facts import facts_of
from designer.checks.rules import front_backends
from designer.diagram.fronts import front
from tests.checks.rows import Row
from tests.checks.tables.front_backends import ROWS


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_mark_has_its_finding(row: Row) -> None:
    fronts = [fact for index in range(len(row.documents)) if (fact := front(index, row.documents))]
    marked = {fact.document for fact in fronts if any(way.problem for way in fact.rows)}
    told = {int(finding.path[0]) for finding in front_backends.check(facts_of(row.documents))}
    # A route says which namespace it means, which the picture does not ask for.
    assert marked <= told
