"""Whether the values given for a preset suit each other and the pod: names, and certificates with their keys. Pure.

Weaving merges by name, so a name that the pod or the preset itself has for something else would overwrite that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from designer.manifests.edits.selection import items
from designer.manifests.edits.volumes import claim_templates
from designer.manifests.pod import Pod, containers, volumes
from designer.manifests.types import Document, Documents
from patterns import pem
from patterns.objects import brought, identity
from patterns.parameters import Parameter, fill

if TYPE_CHECKING:
    from patterns.preset import Preset

_NAMES = ("containerName", "volumeName", "objectName")
_PUT_IN = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")


def taken_in(pod: Pod, documents: Documents, parameter: Parameter, value: Any) -> str:
    """Why a name for a new container or volume cannot be given in this pod, or ""."""
    if parameter.type == "containerName" and any(one.name == value for one in containers(pod)):
        return f"the pod has a container {value}: choose another name"
    if parameter.type == "volumeName":
        if any(one.name == value for one in volumes(pod)):
            return f"the pod has a volume {value}: choose another name"
        if value in claim_templates(documents, pod.document):
            return f"the pod has a volume claim {value}: choose another name"
    return ""


def no_container(pod: Pod) -> str:
    """Why a pod has no container to choose, with where."""
    listed = pod.spec.get("containers")
    where = f"{pod.kind} {pod.name}" if pod.name else f"the {pod.kind} without a name"
    if listed is None:
        return f"{where} has no spec.containers: give it a container first"
    if not isinstance(listed, list):
        return f"spec.containers of {where} is no list: write each container as an item with a name and an image"
    if not listed:
        return f"{where} has no container: spec.containers is empty"
    return f"no container of {where} has a name: give the one to choose a name first"


def named_twice(preset: Preset, values: Mapping[str, Any], home: str) -> dict[str, str]:
    """What is wrong, by the parameter's name, where two containers, volumes or objects that the preset brings would
    have one name. `values` are all, those that every preset has with them; `home` is the namespace of the workload."""
    declared = {p.name: p for p in preset.parameters if p.type in _NAMES}
    order = list(declared)
    groups: dict[tuple[Any, ...], list[str]] = {}
    for key, written in _named(preset, values, home):
        found = groups.setdefault(key, [])
        if written not in found:
            found.append(written)
    wrong: dict[str, str] = {}
    for key, ways in groups.items():
        asked = sorted({name for one in ways for name in _PUT_IN.findall(one) if name in declared}, key=order.index)
        if len(ways) > 1 and asked:
            other = f"“{declared[asked[-2]].label}”" if len(asked) > 1 else "another of the preset's own"
            wrong[asked[-1]] = f"{other} is called {key[-1]} too: choose another name for one of them"
    return wrong


def _named(preset: Preset, values: Mapping[str, Any], home: str) -> Iterator[tuple[tuple[Any, ...], str]]:
    """What would go by a name in the cluster or the pod, and how the preset writes that name."""
    listed: list[tuple[str, Document]] = [
        ("volume" if key == "volumes" else "container", item)
        for key in ("initContainers", "containers", "volumes")
        for item in items(preset.pod, "spec", key)
        if isinstance(item, dict) and "$patch" not in item
    ]
    for what, item in listed:
        for filled in fill([item], values):
            if isinstance(filled.get("name"), str) and filled["name"]:
                yield (what, filled["name"]), str(item["name"])
    for written in preset.objects:
        for document in brought([written], values, home):
            yield identity(document), str(written["metadata"]["name"])


def certificates(preset: Preset, values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with certificates and their keys, by the parameter's name."""
    wrong: dict[str, str] = {}
    for parameter in preset.parameters:
        if parameter.make == "certificate":
            found = pem.problems(*(str(values.get(name) or "") for name in (parameter.name, parameter.key)))
            wrong |= {name: said for name, said in zip((parameter.name, parameter.key), found, strict=True) if said}
    return wrong
