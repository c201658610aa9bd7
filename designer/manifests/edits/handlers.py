"""What a probe or a lifecycle hook does: how each way begins, so that an API server takes it."""

from __future__ import annotations

from typing import Any

from designer.manifests.types import Document, Documents, Path, get

# The types that hold a handler, and the ways that have a form to begin with.
OWNERS = ("Probe", "LifecycleHandler")
KINDS = ("httpGet", "tcpSocket", "exec", "grpc", "sleep")


def start(documents: Documents, path: Path, kind: str) -> Document:
    """The smallest valid handler of a kind of KINDS, for a probe or hook at `path` (document index first).

    It asks the first port that the container declares, by its name where the kind takes one, else 8080.
    """
    if kind == "exec":
        return {"command": ["true"]}
    if kind == "sleep":
        return {"seconds": 5}
    port = _first_port(documents, path)
    named = port.get("name") if kind != "grpc" else None
    made: Document = {"path": "/"} if kind == "httpGet" else {}
    return {**made, "port": named or port.get("containerPort") or 8080}


def _first_port(documents: Documents, path: Path) -> dict[str, Any]:
    """The first port of the container that `path` leads into; {} where it declares none."""
    inside = max((end for end, part in enumerate(path, 1) if isinstance(part, int)), default=0)
    port = get(documents, (*path[:inside], "ports", 0))
    return port if isinstance(port, dict) else {}
