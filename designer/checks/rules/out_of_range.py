"""A number is one that its field takes: no port above 65535, no replicas below 0, no amount of memory below none.

A number that does not fit into 32 bits is not always refused, but cut to some other number. Source: the descriptions in
the API reference, and the API server's validation; see designer/checks/ranges.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from designer.checks.facts import Facts
from designer.checks.finding import Finding
from designer.checks.misfits import Misfit
from designer.checks.ranges import INT32, INT64

ID = "out-of-range"
TITLE = "Out of range"


def check(facts: Facts) -> Iterator[Finding]:
    for misfit in facts.misfits:
        if misfit.why == "range":
            message = f"{facts.place(misfit.path)} must be {_bounds(misfit)}, not {_shown(misfit.value)}."
            yield Finding(ID, "error", TITLE, message, misfit.path, (facts.around(misfit.path),))


def _bounds(misfit: Misfit) -> str:
    least, most = misfit.least, misfit.most
    if most is None or (misfit.value < least and most in (INT32, INT64)):
        return f"{least} or more"
    if misfit.value > most and (least < 0 or most in (INT32, INT64)):
        return f"at most {most}"
    return f"from {least} to {most}"


def _shown(value: Any) -> str:
    return str(value) if isinstance(value, str) or abs(value) < 10**20 else "so long a number"
