"""What the inspector's forms need to know beside the fields: tabs, names to choose from, keys and their text."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from designer.manifests import pod as manifest_pod
from designer.manifests import pointer
from designer.manifests.schema import versions
from designer.manifests.types import ManifestError, Path, get
from designer.web import allfields
from designer.web.companions import CompanionScreen
from designer.web.words import FORM_TABS
from patterns.podkey import pod_key, settled

_BIGGEST_TEXT = 200_000


@dataclass(frozen=True)
class Listed:
    """A container as lists show it."""

    address: str
    name: str
    image: str
    role: str


@dataclass(frozen=True)
class MountedBy:
    container: manifest_pod.Container
    here: Path


@dataclass(frozen=True)
class DataEntry:
    """One key of a ConfigMap or Secret. `text` is what the person edits; binary content is kept but not shown. What a
    Secret holds is not here: `mark` stands for it, "" for an empty value."""

    key: str
    path: Path
    text: str
    size: int
    binary: bool
    mark: str = ""

    @property
    def rows(self) -> int:
        return min(18, self.text.count("\n") + 2)


@dataclass
class InspectorScreen(CompanionScreen):
    """A screen with the inspector's own questions answered. `inside` is the pointer of the level that All fields shows,
    and `q` what is looked for there."""

    inside: str = ""
    q: str = ""

    @cached_property
    def tabs(self) -> list[tuple[str, str, int]]:
        """(id, words, how many are inside) of each tab of the form that is open."""

        def count(name: str) -> int:
            items = self.selected.get(name)
            return len(items) if isinstance(items, (list, dict)) else 0

        labels = ("labels", "Labels", 0)
        every = ("all", "All fields", 0)
        yaml = ("yaml", "YAML", 0)
        probes = sum(bool(self.selected.get(name)) for name in ("startupProbe", "readinessProbe", "livenessProbe"))
        if self.kind in FORM_TABS:
            words, counted = FORM_TABS[self.kind]
            return [("basics", words, sum(map(count, counted))), labels, every, yaml]
        return {
            "container": [
                ("basics", "Basics", 0),
                ("ports", "Ports", count("ports")),
                ("env", "Env", count("env") + count("envFrom")),
                ("mounts", "Mounts", count("volumeMounts")),
                ("probes", "Probes", probes),
                ("resources", "Resources", 0),
                ("security", "Security", 0),
                every,
                yaml,
            ],
            "volume": [("basics", "Volume", 0), every, yaml],
            "workload": [("basics", "Workload", 0), ("pod", "Pod", 0), labels, every, yaml],
        }.get(self.kind, [("basics", "Design", 0)])

    @property
    def form(self) -> str:
        """The template of the form of what is selected."""
        return f"designs/inspect/{'data' if self.kind in ('config_map', 'secret') else self.kind}.html"

    @property
    def open_tab(self) -> str:
        return self.tab if any(self.tab == tab for tab, _, _ in self.tabs) else "basics"

    @cached_property
    def level(self) -> allfields.Level:
        """The level of All fields that is open: `inside`, if it is part of what is selected."""
        path = self.path
        if self.inside:
            try:
                path = pointer.read(self.documents, self.inside, self.schema)
            except ManifestError:
                path = self.path
        document = self.documents[int(self.path[0])]
        inside = path[: len(self.path)] == self.path and (
            path == self.path or allfields.opened(allfields.field_at(self.schema, document, path[1:]))
        )
        return allfields.level(self, path if inside else self.path)

    @property
    def versions(self) -> list[str]:
        """The Kubernetes versions a design can be for, newest first."""
        return list(reversed(versions()))

    @property
    def found_fields(self) -> list[allfields.Entry]:
        return allfields.found(self, self.q)

    @property
    def title(self) -> str:
        """What is selected, in a word."""
        found = self.selected
        return str(found.get("name") or manifest_pod.name_of(found) or found.get("kind") or "it")

    @property
    def lists_open(self) -> bool:
        """Whether command or args hold an item that does not read well on one line."""
        items = [*(self.selected.get("command") or []), *(self.selected.get("args") or [])]
        return any("\n" in str(item) for item in items)

    @cached_property
    def containers(self) -> list[Listed]:
        found = manifest_pod.containers(self.pod) if self.pod else ()
        return [
            Listed(c.address, c.name, c.image, self.roles[c.address].role if c.address in self.roles else "")
            for c in found
        ]

    @property
    def container_names(self) -> list[str]:
        return [container.name for container in self.containers]

    @cached_property
    def volumes(self) -> list[manifest_pod.Volume]:
        return list(manifest_pod.volumes(self.pod)) if self.pod else []

    @property
    def volume_names(self) -> list[str]:
        return [volume.name for volume in self.volumes]

    @cached_property
    def mounted_by(self) -> list[MountedBy]:
        if not self.pod or not self.volume:
            return []
        return [
            MountedBy(container, mount.path)
            for container in manifest_pod.containers(self.pod)
            for mount in manifest_pod.mounts(container)
            if mount.volume == self.volume.name
        ]

    @property
    def port_names(self) -> list[str]:
        return _ports(self.selected)

    @property
    def all_port_names(self) -> list[str]:
        return [name for pod in self.pods for c in manifest_pod.containers(pod) for name in _ports(c.data)]

    @property
    def label_groups(self) -> list[tuple[str, Path]]:
        document = self.path[:1]
        own = [("Labels", (*document, "metadata", "labels")), ("Annotations", (*document, "metadata", "annotations"))]
        if not self.pod or not self.pod.path:
            return own
        template = (*document, *self.pod.path, "metadata")
        selector: list[tuple[str, Path]] = []
        if isinstance(get(self.selected, ("spec", "selector", "matchLabels")), dict):
            selector = [(f"Selector of the {self.pod.kind}", (*document, "spec", "selector", "matchLabels"))]
        return [
            *selector,
            ("Labels of the pods", (*template, "labels")),
            ("Annotations of the pods", (*template, "annotations")),
            (f"Labels of the {self.pod.kind}", own[0][1]),
            (f"Annotations of the {self.pod.kind}", own[1][1]),
        ]

    @property
    def selector_group(self) -> list[tuple[str, Path]]:
        return [("Selector", (*self.path, "spec", "selector"))]

    @property
    def woven_here(self) -> list[dict[str, Any]]:
        """The presets that the selected pod wears."""
        if not self.pod:
            return []
        here = pod_key(self.documents[self.pod.document])
        worn = [one for one in self.revision.woven if settled(str(one.get("pod")), self.documents) == here]
        return [one for one in worn if one.get("number")]

    @property
    def objects(self) -> list[dict[str, str]]:
        return [
            {"address": str(i), "kind": str(d.get("kind", "object")), "name": manifest_pod.name_of(d)}
            for i, d in enumerate(self.documents)
        ]

    @property
    def data_entries(self) -> list[DataEntry]:
        found = []
        for holder in ("data", "stringData", "binaryData"):
            values = self.selected.get(holder)
            for key, value in values.items() if isinstance(values, dict) else ():
                path = (*self.path, holder, key)
                if self.kind == "secret":
                    found.append(DataEntry(key, path, "", 0, False, "" if value is None else str(value)))
                else:
                    found.append(DataEntry(key, path, *_content(value, encoded=holder == "binaryData")))
        return found


def _ports(container: dict[str, Any]) -> list[str]:
    ports = get(container, ("ports",))
    found = []
    for port in ports if isinstance(ports, list) else ():
        if isinstance(port, dict):
            found += [str(port[name]) for name in ("name", "containerPort") if port.get(name)]
    return found


def _content(value: Any, *, encoded: bool) -> tuple[str, int, bool]:
    """(text, size in bytes, whether it is binary) of a key's value, decoded where the API has it as base64."""
    text = "" if value is None else str(value)
    if not encoded:
        return text, len(text.encode()), False
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return text, len(text), False
    try:
        decoded = raw.decode()
    except UnicodeDecodeError:
        return "", len(raw), True
    return (decoded, len(raw), False) if len(raw) <= _BIGGEST_TEXT else ("", len(raw), True)
