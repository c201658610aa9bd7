"""Probes and hooks ask in one way: what a preset says takes the place of another way that is there. Pure.

A strategic merge would leave both ``exec`` and ``httpGet`` in one probe, which the API server refuses ("may not specify
more than 1 handler type").
"""

from __future__ import annotations

from designer.manifests.edits.selection import items
from designer.manifests.pod import Pod, containers
from designer.manifests.types import Document, get

_WAYS = frozenset({"exec", "httpGet", "tcpSocket", "grpc", "sleep"})
_ASKED = (
    ("startupProbe",),
    ("readinessProbe",),
    ("livenessProbe",),
    ("lifecycle", "postStart"),
    ("lifecycle", "preStop"),
)


def one_way(patch: Document, pod: Pod) -> None:
    """Have the patch, in place, take away the ways in which the pod's containers are asked otherwise than it says."""
    there = {container.name: container.data for container in containers(pod)}
    for key in ("initContainers", "containers"):
        for container in items(patch, "spec", key):
            for path in _ASKED:
                said, old = get(container, path), get(there.get(get(container, ("name",)), {}), path)
                if isinstance(said, dict) and isinstance(old, dict) and _WAYS & said.keys():
                    said.update(dict.fromkeys(sorted(_WAYS & old.keys() - said.keys())))
