"""A value is of its field's type: text, a whole number, true or false, a list, a mapping, a quantity.

YAML reads 8080 and true without quotes as a number and a boolean, which is why texts such as the value of a variable or
a label need quotes; a number in quotes is text, and fits only where text does. Source: the types in the API reference,
and the API server's words ("expected string, got"). Null is "not set"; in a list that is merged by keys it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from designer.checks.facts import Facts
from designer.checks.finding import Finding, Fix, edit
from designer.checks.misfits import Misfit
from designer.manifests.edits.tree import put
from designer.manifests.schema import Type

ID = "wrong-type"
TITLE = "Wrong type"

_WORDS: dict[Type, str] = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "a mapping",
    "map": "a mapping",
    "array": "a list",
    "quantity": "a quantity such as 500m or 128Mi",
    "int-or-string": "a whole number or text",
}
_DIGITS = re.compile(r"-?(0|[1-9]\d{0,9})", re.ASCII)
_LONGEST = 60


def check(facts: Facts) -> Iterator[Finding]:
    for misfit in facts.misfits:
        if misfit.why == "type":
            wanted = _WORDS[misfit.wanted]
            message = f"{facts.place(misfit.path)} must be {wanted}, not {_shown(misfit.value)}"
            message += ": write it in quotes." if misfit.wanted == "string" and _plain(misfit.value) else "."
            address = facts.around(misfit.path)
            yield Finding(ID, "error", TITLE, message, misfit.path, (address,), _fix(misfit))


def _fix(misfit: Misfit) -> Fix | None:
    """The same value as the right type, where there is but one way to write it."""
    value = misfit.value
    meant: str | int | None = None
    if misfit.wanted == "string" and isinstance(value, bool):
        meant = str(value).lower()
    elif misfit.wanted == "string" and _plain(value) and isinstance(value, int):
        meant = str(value)
    elif misfit.wanted == "integer" and isinstance(value, str) and _DIGITS.fullmatch(value):
        meant = int(value)
    elif misfit.wanted == "boolean" and value in ("true", "false"):
        meant = value == "true"
    if meant is None:
        return None
    shown = f'"{meant}"' if isinstance(meant, str) else str(meant).lower()
    return Fix(f"Write {shown}", edit(put, misfit.path, meant))


def _plain(value: Any) -> bool:
    return isinstance(value, bool | float) or (isinstance(value, int) and abs(value) < 10**20)


def _shown(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"the number {value}" if _plain(value) else "so long a number"
    if isinstance(value, str):
        return f"the text {value!r}" if len(value) <= _LONGEST else f"the text {value[:_LONGEST]!r} …"
    return "a list" if isinstance(value, list) else "a mapping"
