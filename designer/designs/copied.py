"""The records of pods that are copies of others: they wear the same presets, under labels of their own."""

from __future__ import annotations

from copy import deepcopy
from typing import Any
from zlib import crc32

from designer.manifests.match import same
from designer.manifests.pod import Pod, name_of, pods
from designer.manifests.types import Document, Documents, get
from patterns.podkey import pod_key


def copies(woven: list[dict[str, Any]], before: Documents, after: Documents) -> list[dict[str, Any]]:
    """The records of the pods of `after` that came as copies of others that are still there."""
    old = {pod_key(before[pod.document]) for pod in pods(before)}
    here = {pod_key(after[pod.document]): pod for pod in pods(after)}
    worn = {str(one.get("pod")) for one in woven}
    found: list[dict[str, Any]] = []
    for key, pod in here.items():
        if key in old or key in worn:
            continue
        like = next(
            (o for o in here if o in old & worn and here[o].kind == pod.kind and same(here[o].spec, pod.spec)), ""
        )
        if like:
            mine = [one for one in woven if one.get("pod") == like]
            found += [copied(one, place, here[like], pod, key) for place, one in enumerate(mine)]
    return found


def copied(record: dict[str, Any], place: int, was: Pod, now: Pod, key: str) -> dict[str, Any]:
    """A record as it reads for the copy of a pod. What Services lead to stays the first one's."""
    number = 2**32 + crc32(f"copy of {record.get('number')} as {key}/{place}".encode())
    sides = {side: _turned(record.get(side) or [], was.labels, now.labels) for side in ("before", "after")}
    gone = {f"Service/{name_of(one)}" for one in record.get("after") or [] if _selects(one, was.labels)}
    objects = [name for name in record.get("objects", []) if name not in gone]
    return {**deepcopy(record), **sides, "pod": key, "number": number, "objects": objects}


def renumbered(woven: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The records for another design, whose revisions have other numbers."""
    return [
        {**one, "number": 2**32 + crc32(f"copy of {one.get('number')}/{place}".encode())}
        for place, one in enumerate(woven)
    ]


def _selects(document: Document, labels: dict[str, str]) -> bool:
    selector = get(document, ("spec", "selector"))
    return document.get("kind") == "Service" and isinstance(selector, dict) and selector.items() <= labels.items()


def _turned(side: Documents, was: dict[str, str], now: dict[str, str]) -> Documents:
    """One side of a seam with the labels of the copy, and without the Services that do not lead to it."""
    out = [deepcopy(one) for one in side if not _selects(one, was)]
    for pod in pods(out):
        document = out[pod.document]
        for where in ((*pod.path, "metadata", "labels"), ("spec", "selector", "matchLabels")):
            labels = get(document, where)
            if isinstance(labels, dict):
                for name, value in labels.items():
                    if name in now and was.get(name) == value:
                        labels[name] = now[name]
    return out
