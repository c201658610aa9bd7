"""The records of what pods wear, carried along when an edit gives a pod or container another name, or another kind."""

from __future__ import annotations

from typing import Any

from designer.manifests.match import DOCUMENT, pair
from designer.manifests.pod import Pod, name_in, pods
from designer.manifests.types import Documents


def carried(woven: list[dict[str, Any]], before: Documents, after: Documents) -> list[dict[str, Any]]:
    """The records of `before` as they read for `after`. One whose pod is gone stays as it is: it may come back.

    A pod that is not there by its name is the one that has all else the same, else one of another kind by the same
    name, else the one in its place, as long as that is not another pod's.
    """
    if not woven:
        return woven
    old, new = _keyed(before), _keyed(after)
    mates = pair(before, after, DOCUMENT)
    places = {pod.document: key for key, pod in new.items()}
    came = [key for key in new if key not in old]
    out = []
    for record in woven:
        key = str(record.get("pod"))
        here = old.get(key)
        if here and key not in new:
            named = [other for other in came if new[other].name == here.name]
            moved = [places.get(mates.get(here.document, -1)), *named, places.get(here.document)]
            record = {**record, "pod": next((other for other in moved if other in came), key)}
        now = new.get(str(record["pod"])) if here else None
        if here and now and record.get("containers"):
            renamed = _renamed(here, now)
            record = {**record, "containers": [renamed.get(name, name) for name in record["containers"]]}
        out.append(record)
    return out


def _keyed(documents: Documents) -> dict[str, Pod]:
    return {f"{pod.kind}/{pod.name}": pod for pod in reversed(pods(documents))}


def _renamed(old: Pod, new: Pod) -> dict[str, str]:
    """The containers that have another name now, by the one they had."""
    found: dict[str, str] = {}
    for field in ("initContainers", "containers"):
        was, now = old.spec.get(field), new.spec.get(field)
        if isinstance(was, list) and isinstance(now, list) and all(isinstance(item, dict) for item in (*was, *now)):
            for a, b in pair(was, now, (("name",),)).items():
                if name_in(was[a]) != name_in(now[b]):
                    found[name_in(was[a])] = name_in(now[b])
    return found
