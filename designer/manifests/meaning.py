"""What a value of a field means, in a person's words, and what is valid but seldom meant."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from designer.manifests import quantity
from designer.manifests.schema import Field
from designer.manifests.types import ManifestError, Path

_UNITS = ((86400, "day"), (3600, "h"), (60, "min"), (1, "s"))
# A number or a percentage of the pods that are wanted (API reference, of each field).
_SHARES = {
    "maxSurge": "may run beyond what is wanted, during an update",
    "maxUnavailable": "may be missing",
    "minAvailable": "must stay available",
}
_PERCENT = re.compile(r"(\d{1,3})%", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)")


def meaning(field: Field | None, path: Path, value: Any) -> str:
    """What a value of a field means: "90" of timeoutSeconds is "1 min 30 s". "" where there is nothing to say."""
    if field is None or value is None or isinstance(value, (dict, list, bool)):
        return ""
    if field.type == "quantity":
        return quantity.meaning(str(value), resource_of(path))
    if field.type == "integer" and field.name.endswith("Seconds") and isinstance(value, int):
        return seconds(value)
    if field.type == "int-or-string":
        return _share(field, value) or _port(field, value)
    return ""


def caution(field: Field | None, path: Path, value: Any) -> str:
    """What is valid and seldom meant, as a sentence; "" mostly."""
    if field is None or value is None or field.type != "quantity" or isinstance(value, (dict, list, bool)):
        return ""
    return quantity.caution(str(value), resource_of(path))


def check(field: Field, raw: str) -> None:
    """Raises ManifestError for a text that is no time where the field holds one (metav1.Time: RFC 3339)."""
    if field.type == "string" and field.format == "date-time" and not _is_time(raw.strip()):
        raise ManifestError(f"must be a time as RFC 3339 has it, such as 2026-01-31T12:00:00Z: got {raw[:40]!r}")


def seconds(count: int) -> str:
    """A number of seconds in larger units, "" for less than a minute: 90 is "1 min 30 s"."""
    if count < 60:
        return ""
    parts, left = [], count
    for size, unit in _UNITS:
        amount, left = divmod(left, size)
        if amount:
            parts.append(f"{amount} {unit}{'s' if unit == 'day' and amount > 1 else ''}")
    return " ".join(parts)


def resource_of(path: Path) -> str:
    """The resource that a quantity is an amount of: its key in limits or requests, or its field's own name."""
    return str(path[-1]) if path else ""


def _share(field: Field, value: Any) -> str:
    if field.name not in _SHARES:
        return ""
    words = _SHARES[field.name]
    if percent := _PERCENT.fullmatch(str(value)):
        rounded = "down" if "by rounding down" in field.description else "up"
        return f"{percent[1]}% of the pods, rounded {rounded}, {words}"
    if isinstance(value, int):
        return f"{value} pod{'' if value == 1 else 's'} {words}"
    return ""


def _port(field: Field, value: Any) -> str:
    if field.name not in ("port", "targetPort") or isinstance(value, int) or not value:
        return ""
    return "the container's port of this name"


def _is_time(word: str) -> bool:
    if not _TIME.fullmatch(word):
        return False
    try:
        datetime.fromisoformat(word.upper().replace("Z", "+00:00"))
    except ValueError:
        return False
    return True
