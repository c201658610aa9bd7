"""The records of what pods wear: carried along when an edit gives a pod or container another name, or another kind, and
written into an annotation of the workload if a person wants to take them elsewhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from copy import deepcopy
from typing import Any
from zlib import crc32

from designer.designs.copied import copies
from designer.manifests import secrets
from designer.manifests.edits.selection import items
from designer.manifests.edits.volumes import claim_templates
from designer.manifests.match import DOCUMENT, pair
from designer.manifests.pod import Pod, containers, name_in, pods, volumes
from designer.manifests.types import Document, Documents, get
from patterns.podkey import pod_key, pod_words, settled
from patterns.seam import Seam, is_marked, mark

ANNOTATION = "podpatterns.dev/woven"
# What the API server takes as all annotations of an object (TotalAnnotationSizeLimitB).
_LARGEST = 256 * 1024
_TEXTS = ("preset", "title", "pattern", "pod")
_NAMES = ("containers", "volumes", "objects", "chosen", "secrets")
_SIDES = ("before", "after")
# A shorter value turns up in others by chance.
_TELLING = 3
_MOUNTING = ("volumeMounts", "volumeDevices")


def carried(woven: list[dict[str, Any]], before: Documents, after: Documents) -> list[dict[str, Any]]:
    """The records of `before` as they read for `after`. One whose pod is gone stays as it is: it may come back.

    A pod that is not there by its name is the one that has all else the same, else one of another kind by the same
    name, else the one in its place, as long as that is not another pod's. A copy of a pod wears what that does. What an
    annotation that was not there before says of a pod without records is taken over, if it holds (see `unbelieved`).
    """
    if not woven and not _any(after):
        return woven
    woven = [{**one, "pod": settled(str(one.get("pod")), before)} for one in woven]
    out = _moved(woven, before, after)
    out += copies(out, before, after)
    return [*out, *(record for record, wrong in _read(out, before, after) if not wrong)]


def unbelieved(woven: list[dict[str, Any]], before: Documents, after: Documents) -> list[str]:
    """A note for each record in an annotation that came with this edit, and that names what the pod does not have. The
    preset may have been taken off by hand since: such a record is not taken over."""
    if not _any(after):
        return []
    return [
        f"“{record['title'] or record['preset']}” is not on {pod_words(record['pod'])}, although its annotation "
        f"{ANNOTATION} says so: {wrong}. That record was dropped."
        for record, wrong in _read(woven, before, after)
        if wrong
    ]


def followed(documents: Documents, woven: Iterable[dict[str, Any]]) -> Documents:
    """The documents with the annotations that are there already brought up to the records; one that has nothing to say
    any more goes. What somebody else wrote under that name stays."""
    standing = [index for index, document in enumerate(documents) if _records(_annotation(document)) is not None]
    if not standing:
        return documents
    told = annotated(documents, woven)
    return [
        told[index]
        if index in standing and _records(_annotation(document)) != _records(_annotation(told[index]))
        else document
        for index, document in enumerate(documents)
    ]


def annotated(documents: Documents, woven: Iterable[dict[str, Any]]) -> Documents:
    """The documents with the records of each pod in an annotation of its workload, as JSON and without any secret. One
    that a pod wears nothing of any more goes, and so does one that no API server would take."""
    out = deepcopy(documents)
    records = list(woven)
    for pod in pods(out):
        key = pod_key(out[pod.document])
        mine = [_shown(one) for one in records if one.get("pod") == key and one.get("preset")]
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
    """A record without its number, which is this design's, and without what Secrets hold: in their slots stand the
    marks of parameters, whose values are not told then, or nothing."""
    out = {key: value for key, value in record.items() if key not in ("number", "pod")}
    told = {str(value): name for name, value in record.get("parameters", {}).items()}
    hidden: set[str] = set()

    def marked(found: re.Match[str]) -> str:
        hidden.add(told[found[0]])
        return mark(told[found[0]])

    long = sorted((value for value in told if len(value) >= _TELLING), key=len, reverse=True)
    any_of_them = re.compile("|".join(map(re.escape, long)) or "(?!)")
    after = deepcopy(record.get("after", []))
    for path, slot in secrets.slots(after).items():
        text, parent = str(slot.value), get(after, path[:-1])
        if is_marked(text):
            continue
        new = re.sub(re.escape(text), marked, text) if text in told else any_of_them.sub(marked, text)
        if is_marked(new) or isinstance(parent, list):
            parent[path[-1]] = new if is_marked(new) else ""
        else:
            del parent[path[-1]]
    out["before"] = Seam("", record.get("before", []), after).veiled().before
    if "after" in record:
        out["after"] = after
    if hidden:
        out["parameters"] = {name: value for name, value in record["parameters"].items() if name not in hidden}
        out["chosen"] = [name for name in record.get("chosen", out["parameters"]) if name not in hidden]
        out["secrets"] = sorted({*record.get("secrets", []), *hidden})
    return out


def _any(documents: Documents) -> bool:
    return any(_annotation(document) for document in documents)


def _annotation(document: Document) -> str:
    found = get(document, ("metadata", "annotations", ANNOTATION))
    return found if isinstance(found, str) else ""


def _records(text: str) -> list[dict[str, Any]] | None:
    """The records in an annotation; None where it holds anything else."""
    try:
        found = json.loads(text) if text else None
    except ValueError:
        return None
    placed = [{**one, "pod": "", "number": 0} for one in found] if isinstance(found, list) and _all(found, dict) else []
    return placed if placed and all(_sound(one) for one in placed) else None


def _read(woven: list[dict[str, Any]], before: Documents, after: Documents) -> list[tuple[dict[str, Any], str]]:
    """(record, what is wrong with it) of each in an annotation that was not there before, of pods without records."""
    known = {_annotation(document) for document in before}
    found = []
    for pod in pods(after):
        text, key = _annotation(after[pod.document]), pod_key(after[pod.document])
        if not text or text in known or any(one.get("pod") == key for one in woven):
            continue
        for place, record in enumerate(_records(text) or []):
            # Above every number of a revision, so that no later weaving has the same.
            number = 2**32 + crc32(f"{key}/{place}".encode())
            found.append(({**record, "pod": key, "number": number}, _gone(record, pod, after)))
    return found


def _gone(record: dict[str, Any], pod: Pod, documents: Documents) -> str:
    """What a record names that the pod does not have, in words, or ""."""
    there = {
        "container": {container.name for container in containers(pod)},
        "volume": {volume.name for volume in volumes(pod)} | set(claim_templates(documents, pod.document)),
    }
    wanted = {"container": record.get("containers", []), "volume": record.get("volumes", [])}
    if not any(wanted.values()):  # it only changed what the pod had
        wanted["container"] = [c.name for one in pods(record.get("after", [])) for c in containers(one)]
    missing = [f"{what} {name}" for what, names in wanted.items() for name in names if name not in there[what]]
    if not missing:
        return ""
    return f"there is no {' and no '.join(missing[:3])}"


def _sound(record: dict[str, Any]) -> bool:
    """Whether a record that came from elsewhere has the shape of one."""
    sides = [record.get(side, []) for side in _SIDES]
    return (
        all(isinstance(record.get(key), str) for key in _TEXTS)
        and isinstance(record.get("parameters"), dict)
        and type(record.get("version")) is int
        and 1 <= record["version"] < 2**31
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
        for what, lists in (("containers", ("initContainers", "containers")), ("volumes", ("volumes",))):
            if here and now and record.get(what):
                renamed = _renamed(here, now, lists)
                record = {**record, what: [renamed.get(name, name) for name in record[what]]}
                if renamed:
                    record = {**record, **{side: _called(record.get(side) or [], what, renamed) for side in _SIDES}}
        out.append(record)
    return out


def _called(side: Documents, what: str, names: dict[str, str]) -> Documents:
    """One side of a seam with these containers or volumes of its pod under other names."""
    out = deepcopy(side)
    for pod in pods(out):
        if what == "volumes":
            mounts = [item for c in containers(pod) for key in _MOUNTING for item in items(c.data, key)]
            things = [*items(pod.spec, "volumes"), *mounts]
        else:
            things = [*items(pod.spec, "initContainers"), *items(pod.spec, "containers")]
        for thing in things:
            if isinstance(thing, dict) and thing.get("name") in names:
                thing["name"] = names[thing["name"]]
    return out


def _keyed(documents: Documents) -> dict[str, Pod]:
    return {pod_key(documents[pod.document]): pod for pod in reversed(pods(documents))}


def _renamed(old: Pod, new: Pod, lists: Iterable[str]) -> dict[str, str]:
    """What of these lists of a pod has another name now, by the one it had."""
    found: dict[str, str] = {}
    for field in lists:
        was, now = old.spec.get(field), new.spec.get(field)
        if isinstance(was, list) and isinstance(now, list) and all(isinstance(item, dict) for item in (*was, *now)):
            for a, b in pair(was, now, (("name",),)).items():
                if name_in(was[a]) != name_in(now[b]):
                    found[name_in(was[a])] = name_in(now[b])
    return found
