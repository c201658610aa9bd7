"""The records of what pods wear: carried along when an edit gives a pod or container another name, or another kind, and
written into an annotation of the workload if a person wants to take them elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from copy import deepcopy
from typing import Any
from zlib import crc32

from designer.manifests.match import DOCUMENT, pair
from designer.manifests.pod import Pod, name_in, pods
from designer.manifests.types import Document, Documents, get

ANNOTATION = "podpatterns.dev/woven"
# What the API server takes as all annotations of an object (TotalAnnotationSizeLimitB).
_LARGEST = 256 * 1024
_TEXTS = ("preset", "title", "pattern", "pod")
_NAMES = ("containers", "volumes", "objects", "chosen", "secrets")
_SIDES = ("before", "after")


def carried(woven: list[dict[str, Any]], before: Documents, after: Documents) -> list[dict[str, Any]]:
    """The records of `before` as they read for `after`. One whose pod is gone stays as it is: it may come back.

    A pod that is not there by its name is the one that has all else the same, else one of another kind by the same
    name, else the one in its place, as long as that is not another pod's. What an annotation that was not there before
    says of a pod without records is taken over.
    """
    return [*_moved(woven, before, after), *_read(woven, before, after)] if woven or _any(after) else woven


def annotated(documents: Documents, woven: Iterable[dict[str, Any]]) -> Documents:
    """The documents with the records of each pod in an annotation of its workload, as JSON and without any secret. One
    that a pod wears nothing of any more goes, and so does one that no API server would take."""
    out = deepcopy(documents)
    records = list(woven)
    for pod in pods(out):
        mine = [_shown(one) for one in records if one.get("pod") == f"{pod.kind}/{pod.name}" and one.get("preset")]
        metadata = out[pod.document].setdefault("metadata", {})
        text = json.dumps(mine, separators=(",", ":"), ensure_ascii=False)
        if mine and len(text.encode()) <= _LARGEST:
            annotations = metadata.get("annotations")
            metadata["annotations"] = {**(annotations if isinstance(annotations, dict) else {}), ANNOTATION: text}
        elif ANNOTATION in (metadata.get("annotations") or {}):
            del metadata["annotations"][ANNOTATION]
            if not metadata["annotations"]:
                del metadata["annotations"]
    return out


def _shown(record: dict[str, Any]) -> dict[str, Any]:
    """A record without its number, which is this design's, and without what Secrets held before."""
    out = {key: value for key, value in record.items() if key not in ("number", "pod")}
    out["before"] = [
        {key: value for key, value in one.items() if one.get("kind") != "Secret" or key not in ("data", "stringData")}
        for one in record.get("before", [])
    ]
    return out


def _any(documents: Documents) -> bool:
    return any(_annotation(document) for document in documents)


def _annotation(document: Document) -> str:
    found = get(document, ("metadata", "annotations", ANNOTATION))
    return found if isinstance(found, str) else ""


def _read(woven: list[dict[str, Any]], before: Documents, after: Documents) -> list[dict[str, Any]]:
    known = {_annotation(document) for document in before}
    found: list[dict[str, Any]] = []
    for pod in pods(after):
        text, key = _annotation(after[pod.document]), f"{pod.kind}/{pod.name}"
        if not text or text in known or any(one.get("pod") == key for one in woven):
            continue
        try:
            records = json.loads(text)
        except ValueError:
            continue
        for place, record in enumerate(records if isinstance(records, list) else []):
            # Above every number of a revision, so that no later weaving has the same.
            number = 2**32 + crc32(f"{key}/{place}".encode())
            if isinstance(record, dict) and _sound(record := {**record, "pod": key, "number": number}):
                found.append(record)
    return found


def _sound(record: dict[str, Any]) -> bool:
    """Whether a record that came from elsewhere has the shape of one."""
    sides = [record.get(side, []) for side in _SIDES]
    return (
        all(isinstance(record.get(key), str) for key in _TEXTS)
        and isinstance(record.get("parameters"), dict)
        and isinstance(record.get("version"), int)
        and isinstance(record.get("native", True), bool)
        and all(_all(record.get(key, []), str) for key in _NAMES)
        and all(
            _all(side, dict) and all(isinstance(get(one, ("metadata",), {}), dict) for one in side) for side in sides
        )
    )


def _all(value: Any, kind: type) -> bool:
    return isinstance(value, list) and all(isinstance(item, kind) for item in value)


def _moved(woven: list[dict[str, Any]], before: Documents, after: Documents) -> list[dict[str, Any]]:
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
