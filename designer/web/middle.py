"""What the middle of the designer shows: the diagram, the timeline or the resources, and for how many pods."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from designer.manifests.replicas import MOST

# Address, words and what it is, in the order in which they stand.
VIEWS = (
    ("diagram", "Diagram", "The pod's containers, volumes and network"),
    ("timeline", "Timeline", "What starts, waits and stops when"),
    ("resources", "Resources", "What the pod asks of a node, and how much it may use"),
)
_NAMES = tuple(name for name, _, _ in VIEWS)
COOKIE = "view"


def looks(request: HttpRequest) -> dict[str, Any]:
    """How a request looks at a design: `view` by what it asks for, else by what this browser showed last; `counts` are
    the numbers of pods that a person asked about."""
    sent = request.POST if request.method == "POST" else request.GET
    view = next((one for one in (sent.get("view"), request.COOKIES.get(COOKIE)) if one in _NAMES), _NAMES[0])
    counts = {}
    for name, value in sent.items():
        if name.startswith("pods-") and isinstance(value, str) and value.isascii() and value.isdecimal():
            counts[name] = min(int(value[:9]), MOST)
    return {"view": view, "counts": counts}
