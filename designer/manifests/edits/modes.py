"""File modes, which people read and write in octal, and which JSON can only hold as a number: ``0644`` is 420.

The fields are ``defaultMode`` of the volumes that make files, ``mode`` of their items, and ``emptyDir.mode``. Source:
their descriptions in the API reference ("an octal value between 0000 and 0777 or a decimal value between 0 and 511";
for an emptyDir up to 01777, KEP-5502).
"""

from __future__ import annotations

import re
from typing import Any

from designer.manifests.schema import Field
from designer.manifests.types import ManifestError

_NAMES = ("defaultMode", "mode")
_OCTAL = re.compile(r"0[oO]?([0-7]{1,6})", re.ASCII)
_DECIMAL = re.compile(r"0|[1-9]\d{0,5}", re.ASCII)


def is_mode(field: Field | None) -> bool:
    """Whether a field holds a file mode: by its name, and as an integer (elsewhere a ``mode`` may be a word)."""
    return field is not None and field.type == "integer" and field.name in _NAMES


def parse_mode(field: Field, raw: str) -> int:
    """The number of a mode that was typed: octal with a leading zero or ``0o``, else decimal, as in a manifest.

    Raises ManifestError for what is no mode, and for one that the field cannot have.
    """
    word = raw.strip()
    octal = _OCTAL.fullmatch(word)
    mode = int(octal[1], 8) if octal else int(word) if _DECIMAL.fullmatch(word) else -1
    # Only the description says that an emptyDir's may have the sticky bit too.
    most = 0o1777 if "01777" in field.description else 0o777
    if 0 <= mode <= most:
        return mode
    meant = ""
    if re.fullmatch("[0-7]{3,4}", word) and not word.startswith("0") and int(word, 8) <= most:
        meant = f"; in octal it starts with a zero: 0{word}"
    raise ManifestError(f"must be a file mode from 0000 to 0{most:o}, such as 0644: got {raw[:40]!r}{meant}")


def show_value(field: Field | None, value: Any) -> str:
    """A plain value as a form shows it and `parse_value` reads it back: a file mode in octal, else as it is."""
    if is_mode(field) and isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return f"0{value:03o}"
    return str(value)
