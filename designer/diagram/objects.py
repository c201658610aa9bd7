"""The objects behind a pod: which ConfigMaps, Secrets and claims its volumes and env name, and which policies guard it.

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


@dataclass(frozen=True)
class Guard:
    """Policies that isolate a pod in one direction: nothing passes but what one of them allows."""

    direction: str
    policies: tuple[str, ...]


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


def guards(documents: Documents, labels: dict[str, str], namespace: str) -> list[Guard]:
    """How NetworkPolicies isolate a pod with these labels (Network Policies, "The two sorts of pod isolation")."""
    found: dict[str, list[str]] = {}
    for document in documents:
        if get(document, ("kind",)) != "NetworkPolicy" or not _guards(document, labels, namespace):
            continue
        for direction in _directions(get(document, ("spec",))):
            found.setdefault(direction, []).append(name_of(document))
    return [Guard(direction, tuple(found[direction])) for direction in ("ingress", "egress") if direction in found]


def _directions(spec: Any) -> list[str]:
    """policyTypes, or what stands for them: Ingress always, Egress where there are rules for it."""
    types = get(spec, ("policyTypes",))
    if isinstance(types, list) and types:
        return [kind.lower() for kind in types if isinstance(kind, str)]
    return ["ingress", "egress"] if get(spec, ("egress",)) else ["ingress"]


def _guards(policy: Any, labels: dict[str, str], namespace: str) -> bool:
    space = get(policy, ("metadata", "namespace"))
    if isinstance(space, str) and space and namespace and space != namespace:
        return False
    selector = get(policy, ("spec", "podSelector"))
    if not isinstance(selector, dict):
        return False
    wanted, rules = selector.get("matchLabels"), selector.get("matchExpressions")
    if isinstance(wanted, dict) and any(labels.get(key) != value for key, value in wanted.items()):
        return False
    return all(_holds(rule, labels) for rule in (rules if isinstance(rules, list) else []))


def _holds(rule: Any, labels: dict[str, str]) -> bool:
    """A requirement of a label selector (LabelSelectorRequirement)."""
    key, how, values = (get(rule, (part,)) for part in ("key", "operator", "values"))
    given = labels.get(key) if isinstance(key, str) else None
    among = given in values if isinstance(values, list) else False
    return {"In": among, "NotIn": not among, "Exists": given is not None, "DoesNotExist": given is None}.get(
        how if isinstance(how, str) else "", False
    )
