"""A preset is for others, so that what its Secrets hold is no part of it: it is asked for when it is woven. Pure."""

from __future__ import annotations

import re

from designer.manifests import secrets
from designer.manifests.types import Document, Documents, ManifestError, get

_REFERENCE = re.compile(r"\$\{\{?([A-Za-z_][A-Za-z0-9_]*)\}\}?")
_PARTS = ("objects", "example")


def check(document: Document) -> None:
    """Raise ManifestError, with the path in a preset's document, where a Secret among its objects or in its example has
    a value that no parameter gives."""
    asked = {one.get("name") for one in document.get("parameters") or [] if isinstance(one, dict)}
    for part in _PARTS:
        listed = document.get(part)
        held: Documents = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
        for path, slot in secrets.slots(held).items():
            if not asked & set(_REFERENCE.findall(str(slot.value))):
                name = get(held[int(path[0])], ("metadata", "name")) or "without a name"
                raise ManifestError(
                    f"{path[-1]} of Secret {name} would be told to everybody who has this preset: write ${{PASSWORD}} "
                    "in its place and declare that parameter with secret: true, or leave it empty",
                    (part, *path),
                )
