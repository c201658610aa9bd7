"""Fields of which one may be set: volume sources, probe handlers, where a variable comes from …

The OpenAPI does not say which fields exclude each other; the API reference does, in the descriptions of the fields and
of the types (https://kubernetes.io/docs/reference/kubernetes-api/), and k8s.io/kubernetes/pkg/apis/*/validation holds
it. Each group below gives the words it comes from.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from designer.manifests.schema import Schema


@dataclass(frozen=True)
class OneOf:
    """A group of a definition. `alternatives` are (name, the fields that may then be set), each at most once; the name
    is the value of the field `by` that tells them apart, if there is one, and else the first of the fields.

    `needed` says whether one must be chosen; `why` gives the rule in the reference's words.
    """

    title: str
    alternatives: tuple[tuple[str, tuple[str, ...]], ...]
    why: str
    needed: bool = True
    by: str = ""

    @property
    def members(self) -> tuple[str, ...]:
        """Every field of the group, but for the one that tells them apart."""
        return tuple(field for _, fields in self.alternatives for field in fields)

    def chosen(self, value: Any) -> str:
        """The name of the alternative that a mapping has; "" for none. Of several that are set, the first."""
        if not isinstance(value, dict):
            return ""
        if self.by:
            return str(value.get(self.by) or "")
        return next((name for name, fields in self.alternatives if any(field in value for field in fields)), "")

    def problem(self, value: Any) -> str:
        """What is wrong with a mapping, as a sentence; "" for nothing. That one is still to be chosen is no problem."""
        if not isinstance(value, dict):
            return ""
        present = [name for name, fields in self.alternatives if any(value.get(field) is not None for field in fields)]
        if self.by:
            chosen = self.chosen(value)
            wrong = [
                f for name, fields in self.alternatives if name != chosen for f in fields if value.get(f) is not None
            ]
            if chosen and wrong:
                return f"{' and '.join(wrong)} must not be set when {self.by} is {chosen}: remove it, or choose another"
            return ""
        if len(present) > 1:
            return f"only one of {' and '.join(present)} may be set: choose which to keep"
        return ""


def _plain(title: str, *fields: str, why: str, needed: bool = True) -> OneOf:
    return OneOf(title, tuple((field, (field,)) for field in fields), why, needed)


_ROLLING = "rollingUpdate: present only if the type is RollingUpdate"
_LOCALHOST = "localhostProfile: must be set if and only if the type is Localhost"
_PROFILES = (("RuntimeDefault", ()), ("Unconfined", ()), ("Localhost", ("localhostProfile",)))
_CLAIM = _plain(
    "Claim",
    *("resourceClaimName", "resourceClaimTemplateName"),
    why="exactly one of resourceClaimName and resourceClaimTemplateName must be set",
)

_GROUPS: dict[str, tuple[OneOf, ...]] = {
    "Probe": (
        _plain("Asks by", "httpGet", "tcpSocket", "exec", "grpc", why="ProbeHandler: one and only one must be given"),
    ),
    "LifecycleHandler": (
        _plain("Does", "exec", "httpGet", "sleep", "tcpSocket", why="one and only one of the fields must be specified"),
    ),
    "EnvVar": (
        _plain("Value from", "value", "valueFrom", why="valueFrom cannot be used if value is not empty", needed=False),
    ),
    "EnvVarSource": (
        _plain(
            "Source",
            *("configMapKeyRef", "secretKeyRef", "fieldRef", "resourceFieldRef", "fileKeyRef"),
            why="validateEnvVarValueFrom: may not have more than one field specified at a time",
        ),
    ),
    "EnvFromSource": (_plain("Source", "configMapRef", "secretRef", why="validateEnvFrom: not more than one"),),
    "PodResourceClaim": (_CLAIM,),
    "WorkloadPodGroupResourceClaim": (_CLAIM,),
    "ClaimSource": (_CLAIM,),
    "VolumeMount": (
        _plain("Sub-path", "subPath", "subPathExpr", why="subPathExpr and subPath: mutually exclusive", needed=False),
    ),
    "ClusterTrustBundleProjection": (
        _plain("Bundle", "name", "signerName", why="name and signerName are mutually exclusive"),
    ),
    "FlockerVolumeSource": (
        _plain("Dataset", "datasetName", "datasetUUID", why="one and only one of datasetName and datasetUUID"),
    ),
    "FCVolumeSource": (
        OneOf(
            "Target",
            (("wwids", ("wwids",)), ("targetWWNs", ("targetWWNs", "lun"))),
            "either wwids or the combination of targetWWNs and lun must be set, but not both",
        ),
    ),
    "SeccompProfile": (OneOf("Profile", _PROFILES, _LOCALHOST, by="type"),),
    "AppArmorProfile": (OneOf("Profile", _PROFILES, _LOCALHOST, by="type"),),
    "DeploymentStrategy": (
        OneOf("Strategy", (("RollingUpdate", ("rollingUpdate",)), ("Recreate", ())), _ROLLING, False, "type"),
    ),
    "StatefulSetUpdateStrategy": (
        OneOf("Strategy", (("RollingUpdate", ("rollingUpdate",)), ("OnDelete", ())), _ROLLING, False, "type"),
    ),
    "DaemonSetUpdateStrategy": (
        OneOf("Strategy", (("RollingUpdate", ("rollingUpdate",)), ("OnDelete", ())), _ROLLING, False, "type"),
    ),
    "PodFailurePolicyRule": (
        _plain(
            "Matches",
            *("onExitCodes", "onPodConditions"),
            why="one of onExitCodes and onPodConditions, but not both, can be used in each rule",
        ),
    ),
    "WorkloadPodGroupSchedulingPolicy": (_plain("Policy", "basic", "gang", why="exactly one of basic or gang"),),
    "WorkloadPodGroupDisruptionMode": (_plain("Mode", "single", "all", why="exactly one of single or all"),),
    "NetworkPolicyPeer": (
        OneOf(
            "Peer",
            (("podSelector", ("podSelector", "namespaceSelector")), ("ipBlock", ("ipBlock",))),
            "if ipBlock is set then neither of the other fields can be",
        ),
    ),
    "IngressBackend": (
        _plain("Backend", "service", "resource", why="resource is a mutually exclusive setting with service"),
    ),
    "ServiceBackendPort": (_plain("Port", "name", "number", why="name and number are mutually exclusive"),),
    "PodDisruptionBudgetSpec": (
        _plain(
            "Budget",
            *("minAvailable", "maxUnavailable"),
            why="maxUnavailable is a mutually exclusive setting with minAvailable",
            needed=False,
        ),
    ),
    "PolicyRule": (
        OneOf(
            "Rule for",
            (("resources", ("resources", "apiGroups", "resourceNames")), ("nonResourceURLs", ("nonResourceURLs",))),
            "rules can apply to API resources or to non-resource URL paths, but not both",
        ),
    ),
    "MetricSpec": (
        OneOf(
            "Metric",
            tuple(
                (name, (name[0].lower() + name[1:],))
                for name in ("Resource", "ContainerResource", "Pods", "Object", "External")
            ),
            "type: each mapping to a matching field in the object",
            by="type",
        ),
    ),
    "MetricTarget": (
        OneOf(
            "Target",
            (
                ("Utilization", ("averageUtilization",)),
                ("AverageValue", ("averageValue",)),
                ("Value", ("value",)),
            ),
            "type: whether the metric is Utilization, Value or AverageValue",
            by="type",
        ),
    ),
}
# Every field of these but for the named ones is a member.
_ALL_BUT: dict[str, tuple[str, tuple[str, ...], str]] = {
    "Volume": ("Source", ("name",), "validateVolumeSource: may not specify more than 1 volume type"),
    "VolumeProjection": ("Source", (), "exactly one of these fields must be set"),
}


def groups(schema: Schema, definition: str) -> tuple[OneOf, ...]:
    """The groups of a definition in a version, each with those of its fields that this version has."""
    return _groups(schema.version, definition, tuple(schema.fields(definition)))


def group_of(schema: Schema, definition: str, field: str) -> OneOf | None:
    """The group that a field is a member of, or tells the members of apart."""
    return next((one for one in groups(schema, definition) if field in one.members or field == one.by), None)


@cache
def _groups(version: str, definition: str, fields: tuple[str, ...]) -> tuple[OneOf, ...]:
    short = definition.rpartition(".")[2]
    if short in _ALL_BUT:
        title, but, why = _ALL_BUT[short]
        return (_plain(title, *(field for field in fields if field not in but), why=why),) if fields else ()
    found = []
    for one in _GROUPS.get(short, ()):
        there = [(name, tuple(f for f in members if f in fields)) for name, members in one.alternatives]
        kept = tuple((name, members) for name, members in there if members or one.by)
        if len(kept) > 1:
            found.append(OneOf(one.title, kept, one.why, one.needed, one.by))
    return tuple(found)


def names() -> frozenset[str]:
    """The definitions, by their short names, that have groups."""
    return frozenset(_GROUPS) | frozenset(_ALL_BUT)
