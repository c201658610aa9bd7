"""Names for the elements of a picture that stay from edit to edit, so that a page can tell what is still there.

They are made of kinds and names, not of list indexes: a container that moves or gets a neighbour keeps its id.
"""

from __future__ import annotations

import re

_ODD = re.compile(r"[^a-z0-9]+")


class Ids:
    """Hands out each id once; a second thing of the same name gets ``-2``."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def of(self, *parts: str) -> str:
        name = "-".join(slug(part) for part in parts)
        while True:
            count = self._given.get(name, 0) + 1
            self._given[name] = count
            if count == 1:
                return name
            name = f"{name}-{count}"


def slug(text: str) -> str:
    """Lower-case letters, digits and dashes, at most 63 of them (as long as a Kubernetes label value)."""
    return _ODD.sub("-", text[:200].lower()).strip("-")[:63] or "x"
