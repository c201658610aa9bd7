"""The objects behind a pod: which ConfigMaps, Secrets and claims its volumes and env name.

What is named but not in the design may well be in the cluster (a Secret is best kept out of files), so it is shown as
absent, not as wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from designer.manifests.pod import Pod, companions, containers, name_of, volumes
from designer.manifests.types import Documents, get

CLAIM = "PersistentVolumeClaim"
_KINDS = ("ConfigMap", "Secret", CLAIM)


@dataclass(frozen=True)
class Use:
    """One mention of an object by a pod: `words` say where (``env of app``), `at` is the address of what names it."""

    kind: str
    name: str
    words: str
    at: str
    env: bool
    optional: bool = False


def known(documents: Documents) -> set[tuple[str, str]]:
    """(kind, name) of each object of a design that a pod may name."""
    return {
        (str(get(document, ("kind",))), name_of(document))
        for _, document in companions(documents)
        if get(document, ("kind",)) in _KINDS
    }


def uses(pod: Pod) -> list[Use]:
    """Every object that a pod names, each mention once, volumes first."""
    found: dict[tuple[str, str, str], Use] = {}
    for volume in volumes(pod):
        for kind, name, optional in sources(volume.data):
            use = Use(kind, name, f"volume {volume.name}", volume.address, False, optional)
            found.setdefault((kind, name, use.words), use)
    for container in containers(pod):
        for kind, name, optional in _env(container.data):
            use = Use(kind, name, f"env of {container.name}", container.address, True, optional)
            found.setdefault((kind, name, use.words), use)
    return list(found.values())


def sources(volume: Any) -> Iterator[tuple[str, str, bool]]:
    """(kind, name, optional) of each object behind a volume, those of a projected one too."""
    parts = get(volume, ("projected", "sources"))
    for part in (volume, *(parts if isinstance(parts, list) else ())):
        for key, kind, field in (
            ("configMap", "ConfigMap", "name"),
            ("secret", "Secret", "secretName" if part is volume else "name"),
            ("persistentVolumeClaim", CLAIM, "claimName"),
        ):
            name = get(part, (key, field))
            if isinstance(name, str) and name:
                yield kind, name, get(part, (key, "optional")) is True


def _env(container: Any) -> Iterator[tuple[str, str, bool]]:
    for field, keys in (("env", ("configMapKeyRef", "secretKeyRef")), ("envFrom", ("configMapRef", "secretRef"))):
        items = get(container, (field,))
        for item in items if isinstance(items, list) else []:
            for key, kind in zip(keys, ("ConfigMap", "Secret"), strict=True):
                reference = get(item, ("valueFrom", key) if field == "env" else (key,))
                name = get(reference, ("name",))
                if isinstance(name, str) and name:
                    yield kind, name, get(reference, ("optional",)) is True
