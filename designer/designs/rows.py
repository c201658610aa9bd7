"""Documents to rows and back.

A row's columns hold what people search and join by; `rest` holds every other field as it was found. A column takes a
value only if it is a string that is not empty, so a row always says exactly what the document said: the law is
``assemble(take_apart(documents)) == documents``, whatever the documents look like.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import ForeignKey, Model

from designer.designs.models import Companion, Container, Design, Mount, Pod, Volume
from designer.manifests import pod as manifest_pod
from designer.manifests.match import same
from designer.manifests.types import Document, Documents, get

_Row = TypeVar("_Row", bound=Model)

# Column → field, for each kind of row.
_Columns = dict[str, tuple[str, ...]]
_OBJECT: _Columns = {"api_version": ("apiVersion",), "kind": ("kind",), "name": ("metadata", "name")}
_CONTAINER: _Columns = {"name": ("name",), "image": ("image",)}
_VOLUME: _Columns = {"name": ("name",)}
_MOUNT: _Columns = {"volume": ("name",), "mount_path": ("mountPath",), "sub_path": ("subPath",)}


@dataclass
class Rows:
    """The unsaved rows of some documents, each list in the order of the documents."""

    pods: list[Pod] = field(default_factory=list)
    containers: list[Container] = field(default_factory=list)
    volumes: list[Volume] = field(default_factory=list)
    mounts: list[Mount] = field(default_factory=list)
    companions: list[Companion] = field(default_factory=list)


def take_apart(design: Design, documents: Documents) -> Rows:
    """The rows that say what `documents` say. They point at each other but are not saved."""
    rows = Rows()
    pods = {pod.document: pod for pod in manifest_pod.pods(documents)}
    for position, document in enumerate(documents):
        template = pods.get(position)
        columns, rest = _split(document, _OBJECT)
        if template is None:
            rows.companions.append(Companion(design=design, position=position, rest=rest, **columns))
            continue
        row = Pod(design=design, position=position, rest=rest, **columns)
        rows.pods.append(row)
        spec = get(rest, (*template.path, "spec"))
        for name in manifest_pod.CONTAINER_LISTS:
            for index, item in enumerate(_take_list(spec, name)):
                columns, item_rest = _split(item, _CONTAINER)
                container = Container(pod=row, list=name, position=index, rest=item_rest, **columns)
                rows.containers.append(container)
                for place, mount in enumerate(_take_list(item_rest, "volumeMounts")):
                    columns, mount_rest = _split(mount, _MOUNT)
                    rows.mounts.append(Mount(container=container, position=place, rest=mount_rest, **columns))
        for index, item in enumerate(_take_list(spec, "volumes")):
            columns, item_rest = _split(item, _VOLUME)
            rows.volumes.append(
                Volume(pod=row, position=index, source=next(iter(item_rest), ""), rest=item_rest, **columns)
            )
    return rows


def assemble(rows: Rows) -> Documents:
    """The documents that the rows say, in their order. The rows' lists may be in any order."""
    mounts: dict[int, list[Mount]] = defaultdict(list)
    for mount in sorted(rows.mounts, key=lambda row: row.position):
        mounts[id(mount.container)].append(mount)
    documents: dict[int, Document] = {}
    templates: dict[int, Document] = {}
    for pod in rows.pods:
        document = _join(pod, _OBJECT)
        documents[pod.position] = document
        path = manifest_pod.TEMPLATE_PATHS[pod.kind]
        spec = get(document, (*path, "spec"))
        templates[id(pod)] = spec if isinstance(spec, dict) else {}
    for container in sorted(rows.containers, key=lambda row: row.position):
        item = _join(container, _CONTAINER)
        if mounts[id(container)]:
            item["volumeMounts"] = [_join(mount, _MOUNT) for mount in mounts[id(container)]]
        templates[id(container.pod)].setdefault(container.list, []).append(item)
    for volume in sorted(rows.volumes, key=lambda row: row.position):
        templates[id(volume.pod)].setdefault("volumes", []).append(_join(volume, _VOLUME))
    for companion in rows.companions:
        documents[companion.position] = _join(companion, _OBJECT)
    return [documents[position] for position in sorted(documents)]


def load(design: Design) -> Rows:
    """The design's rows: one query a table. Parents are linked by hand, so that no join repeats them."""
    pods = {pod.pk: pod for pod in Pod.objects.filter(design=design)}
    rows = Rows(list(pods.values()))
    containers = {row.pk: row for row in Container.objects.filter(pod__design=design)}
    rows.containers = list(containers.values())
    rows.volumes = list(Volume.objects.filter(pod__design=design))
    rows.mounts = list(Mount.objects.filter(container__pod__design=design))
    rows.companions = list(Companion.objects.filter(design=design))
    for container in rows.containers:
        container.pod = pods[container.pod_id]
    for volume in rows.volumes:
        volume.pod = pods[volume.pod_id]
    for mount in rows.mounts:
        mount.container = containers[mount.container_id]
    return rows


def documents(design: Design) -> Documents:
    return assemble(load(design))


def save(old: Rows, new: Rows) -> None:
    """Make the saved rows `old` say what `new` say. Rows that stand at the same place are kept and updated where they
    differ; the number of queries does not depend on the number of rows."""
    _save(Pod, old.pods, new.pods, ("position",), ("api_version", "kind", "name", "rest"))
    _save(Companion, old.companions, new.companions, ("position",), ("api_version", "kind", "name", "rest"))
    _save(Container, old.containers, new.containers, ("pod_id", "list", "position"), ("name", "image", "rest"))
    _save(Volume, old.volumes, new.volumes, ("pod_id", "position"), ("name", "source", "rest"))
    _save(Mount, old.mounts, new.mounts, ("container_id", "position"), ("volume", "mount_path", "sub_path", "rest"))


def _save(
    model: type[_Row], old: Sequence[_Row], new: Sequence[_Row], place: tuple[str, ...], columns: tuple[str, ...]
) -> None:
    for row in new:
        _follow_parents(row)
    standing = {tuple(getattr(row, name) for name in place): row for row in old}
    create, update = [], []
    for row in new:
        match = standing.pop(tuple(getattr(row, name) for name in place), None)
        if match is None:
            create.append(row)
            continue
        row.pk = match.pk
        row._state.adding = False
        if not all(same(getattr(row, name), getattr(match, name)) for name in columns):
            update.append(row)
    manager = model._default_manager
    if standing:
        manager.filter(pk__in=[row.pk for row in standing.values()]).delete()
    if create:
        manager.bulk_create(create)
    if update:
        manager.bulk_update(update, columns)


def _follow_parents(row: Model) -> None:
    """A row built before its parent was saved learns the parent's key."""
    for column in row._meta.concrete_fields:
        if isinstance(column, ForeignKey):
            setattr(row, column.attname, getattr(row, column.name).pk)


def _take_list(holder: Any, name: str) -> list[Document]:
    """Take a list of mappings out of its holder; any other value, an empty list too, stays where it is."""
    if not isinstance(holder, dict):
        return []
    items = holder.get(name)
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        return []
    taken: list[Document] = holder.pop(name)
    return taken


def _split(document: Document, columns: _Columns) -> tuple[dict[str, str], Document]:
    rest = copy.deepcopy(document)
    values = {}
    for column, path in columns.items():
        holder = get(rest, path[:-1])
        value = holder.get(path[-1]) if isinstance(holder, dict) else None
        values[column] = value if isinstance(value, str) else ""
        if isinstance(value, str) and value:
            del holder[path[-1]]
    return values, rest


def _join(row: Any, columns: _Columns) -> Document:
    document: Document = copy.deepcopy(row.rest)
    for column, path in columns.items():
        value = getattr(row, column)
        if value:
            holder = document
            for part in path[:-1]:
                holder = holder[part]
            holder[path[-1]] = value
    return document
