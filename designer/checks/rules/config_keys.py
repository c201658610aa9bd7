"""A key that a pod takes from a ConfigMap or Secret of the design is in it.

Variables (configMapKeyRef, secretKeyRef), items of volumes and projected volumes, and the subPath of a mount are looked
at; what says ``optional: true`` is not. A missing key keeps the container from starting, and a missing subPath
becomes an empty directory. Source: "ConfigMaps", "Secrets" and "Volumes" in the documentation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from designer.checks.facts import Facts, PodFacts, called
from designer.checks.finding import Finding, Fix, edit
from designer.manifests import names
from designer.manifests.edits.objects import set_config_data
from designer.manifests.edits.selection import items, namespace, text
from designer.manifests.pod import Volume, name_of
from designer.manifests.types import Path, get

ID = "missing-key"
TITLE = "No such key"

_KINDS = ("ConfigMap", "Secret")
_Objects: TypeAlias = dict[tuple[str, str], int]


@dataclass(frozen=True)
class _Used:
    """A key of a ConfigMap or Secret that is taken: `source` has the object's name and whether it is optional."""

    kind: str
    source: Any
    key: Any
    who: str
    path: Path
    address: str


def check(facts: Facts) -> Iterator[Finding]:
    for found in facts.pods:
        here = namespace(facts.documents[found.pod.document])
        objects: _Objects = {}
        for index, document in enumerate(facts.documents):
            kind = text(get(document, ("kind",)))
            if kind in _KINDS and get(document, ("apiVersion",)) == "v1" and namespace(document) == here:
                objects.setdefault((kind, name_of(document)), index)
        if objects:
            yield from _variables(facts, found, objects)
            yield from _volumes(facts, found, objects)


def _variables(facts: Facts, found: PodFacts, objects: _Objects) -> Iterator[Finding]:
    for container in found.containers:
        for index, variable in enumerate(items(container.data, "env")):
            for kind, field in zip(_KINDS, ("configMapKeyRef", "secretKeyRef"), strict=True):
                reference = get(variable, ("valueFrom", field))
                path = (*container.path, "env", index, "valueFrom", field, "key")
                used = _Used(kind, reference, get(reference, ("key",)), called(container), path, container.address)
                yield from _missing(facts, objects, used)


def _volumes(facts: Facts, found: PodFacts, objects: _Objects) -> Iterator[Finding]:
    for volume in found.volumes:
        for kind, field, name in (("ConfigMap", "configMap", "name"), ("Secret", "secret", "secretName")):
            source = volume.data.get(field)
            if isinstance(source, dict):
                source = {**source, "name": source.get(name)}
                uses = [*_items(kind, source, (*volume.path, field), volume), *_sub_paths(kind, source, volume, found)]
                for used in uses:
                    yield from _missing(facts, objects, used)
        for index, projected in enumerate(items(volume.data, "projected", "sources")):
            for kind, field in zip(_KINDS, ("configMap", "secret"), strict=True):
                path = (*volume.path, "projected", "sources", index, field)
                for used in _items(kind, get(projected, (field,)), path, volume):
                    yield from _missing(facts, objects, used)


def _items(kind: str, source: Any, path: Path, volume: Volume) -> Iterator[_Used]:
    who = f"Volume {volume.name}" if volume.name else f"Volume {volume.index + 1}"
    for index, item in enumerate(items(source, "items")):
        yield _Used(kind, source, get(item, ("key",)), who, (*path, "items", index, "key"), volume.address)


def _sub_paths(kind: str, source: Any, volume: Volume, found: PodFacts) -> Iterator[_Used]:
    # With items, a subPath is one of their paths, which may be called anything.
    for container in found.containers if source.get("items") is None else ():
        for mount in found.mounts[container.address]:
            key = mount.sub_path.strip("/")
            # A key has no slash.
            if mount.volume == volume.name and key and "/" not in key:
                yield _Used(kind, source, key, called(container), (*mount.path, "subPath"), container.address)


def _missing(facts: Facts, objects: _Objects, used: _Used) -> Iterator[Finding]:
    key, name = used.key, text(get(used.source, ("name",)))
    index = objects.get((used.kind, name))
    if index is None or not isinstance(key, str) or not key or get(used.source, ("optional",)) is True:
        return
    held = [get(facts.documents, (index, field)) for field in ("data", "binaryData", "stringData")]
    if not all(data is None or isinstance(data, dict) for data in held) or any(data and key in data for data in held):
        return
    fix = None
    if not names.config_key_problem(key):
        fix = Fix(f"Add an empty {key} to {used.kind} {name}", edit(set_config_data, index, key, ""))
    message = f"{used.who} uses key {key} of {used.kind} {name}, which has no such key."
    yield Finding(ID, "error", TITLE, message, used.path, (used.address, str(index)), fix)
