"""The order in which Kubernetes people write the keys of a mapping: who it is first, what it does next, bulk last.

It follows the examples of the Kubernetes documentation, which agree on little more than this. A mapping is known by the
key it stands under (a list's mappings by the list's key); "" is a document itself. Other mappings keep their own order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_CONTAINER = (
    "name image imagePullPolicy restartPolicy command args workingDir ports envFrom env resources volumeMounts "
    "volumeDevices startupProbe livenessProbe readinessProbe lifecycle securityContext"
)
# For each context: the keys that come first, and after the bar those that come last. All others stand between.
_WRITTEN: dict[str, str] = {
    "": "apiVersion kind metadata type spec | binaryData data stringData status",
    "metadata": "name generateName namespace labels annotations",
    "spec": (
        "schedule timeZone concurrencyPolicy suspend completions parallelism backoffLimit replicas "
        "revisionHistoryLimit minReadySeconds type selector serviceName podManagementPolicy strategy updateStrategy "
        "serviceAccountName automountServiceAccountToken securityContext initContainers containers ephemeralContainers "
        "restartPolicy terminationGracePeriodSeconds | ports volumes template volumeClaimTemplates jobTemplate"
    ),
    "template": "metadata spec",
    "jobTemplate": "metadata spec",
    "volumeClaimTemplates": "apiVersion kind metadata spec",
    "containers": _CONTAINER,
    "initContainers": _CONTAINER,
    "ephemeralContainers": _CONTAINER,
    "ports": "name containerPort port targetPort nodePort protocol",
    "env": "name value valueFrom",
    "volumes": "name",
    "volumeMounts": "name mountPath subPath subPathExpr readOnly",
    "volumeDevices": "name devicePath",
    "resources": "requests limits claims",
    "selector": "matchLabels matchExpressions",
    "labelSelector": "matchLabels matchExpressions",
    "matchExpressions": "key operator values",
    "tolerations": "key operator value effect",
    "httpGet": "path port host scheme httpHeaders",
    "httpHeaders": "name value",
    "livenessProbe": "exec grpc httpGet tcpSocket",
    "readinessProbe": "exec grpc httpGet tcpSocket",
    "startupProbe": "exec grpc httpGet tcpSocket",
    "configMapKeyRef": "name key optional",
    "secretKeyRef": "name key optional",
    "items": "apiVersion kind metadata type spec key path | binaryData data stringData status",
}
_MIDDLE = 100


def _ranks(written: str) -> dict[str, int]:
    first, _, last = written.partition("|")
    ranks = {key: rank for rank, key in enumerate(first.split())}
    ranks.update({key: _MIDDLE + 1 + rank for rank, key in enumerate(last.split())})
    return ranks


_RANKS: dict[str, dict[str, int]] = {context: _ranks(written) for context, written in _WRITTEN.items()}
_NONE: dict[str, int] = {}


def rank(key: str, context: str) -> int:
    """The place of a key among those of its mapping: keys are written in ascending order of it."""
    return _RANKS.get(context, _NONE).get(key, _MIDDLE)


def known(key: str, context: str) -> bool:
    """Whether there is a custom about where this key stands."""
    return key in _RANKS.get(context, _NONE)


def ordered(mapping: dict[str, Any], context: str) -> list[tuple[str, Any]]:
    """The pairs of a mapping in the order they are written; keys of the same rank stay as they are."""
    ranks = _RANKS.get(context)
    if ranks is None:
        return list(mapping.items())
    return sorted(mapping.items(), key=lambda pair: ranks.get(pair[0], _MIDDLE))


def places(
    added: Sequence[str], value: dict[str, Any], keys: Sequence[str], gone: set[int], context: str
) -> dict[str, int]:
    """After which of a mapping's old keys each new one goes; -1 for before the first.

    Where the new data have it in front of old keys, after the one they have it after. At their end it was only put in:
    then where Kubernetes people write it.
    """
    old = {name: index for index, name in enumerate(keys) if index not in gone}
    order = list(value)
    last = max((index for index, name in enumerate(order) if name in old), default=-1)
    found = ranked(added, keys, gone, context)
    before = -1
    for name in order[: last + 1]:
        if name in old:
            before = old[name]
        elif name in found:
            found[name] = before
    return found


def ranked(added: Sequence[str], keys: Sequence[str], gone: set[int], context: str) -> dict[str, int]:
    """After which of a mapping's old keys each new one goes by custom alone; -1 for before the first."""
    highest: dict[int, int] = {}
    for index, name in enumerate(keys):
        if index not in gone:
            highest[rank(name, context)] = max(index, highest.get(rank(name, context), -1))
    return {
        name: max((place for of, place in highest.items() if of <= rank(name, context)), default=-1) for name in added
    }
