"""Which numbers a field takes, beside what its format holds.

Source: the fields' descriptions ("Number must be in the range 1 to 65535"), and k8s.io/kubernetes/pkg/apis/*/validation
for those that do not say. Only what the API server refuses stands here. It takes a zero as "not set" for some fields
(a probe's seconds, hostPort, a Service's targetPort), and mends a negative terminationGracePeriodSeconds of a pod.
"""

from __future__ import annotations

from designer.manifests.schema import Field

INT32, INT64 = 2**31 - 1, 2**63 - 1
_PORT, _PORT_OR_ZERO, _MODE, _ID = (1, 65535), (0, 65535), (0, 0o777), (0, INT32)
_FROM_0, _FROM_1 = (0, INT32), (1, INT32)

# By the name of the definition and of the field; "" for every definition.
RANGES: dict[str, dict[str, tuple[int, int]]] = {
    "": {
        "replicas": _FROM_0,
        "minReadySeconds": _FROM_0,
        "revisionHistoryLimit": _FROM_0,
        "runAsUser": _ID,
        "runAsGroup": _ID,
        "fsGroup": _ID,
        "supplementalGroups": _ID,
        "defaultMode": _MODE,
    },
    "ContainerPort": {"containerPort": _PORT, "hostPort": _PORT_OR_ZERO},
    "HTTPGetAction": {"port": _PORT},
    "TCPSocketAction": {"port": _PORT},
    "GRPCAction": {"port": _PORT},
    "Probe": {
        "failureThreshold": _FROM_0,
        "initialDelaySeconds": _FROM_0,
        "periodSeconds": _FROM_0,
        "successThreshold": _FROM_0,
        "timeoutSeconds": _FROM_0,
        "terminationGracePeriodSeconds": (1, INT64),
    },
    "SleepAction": {"seconds": (0, INT64)},
    "KeyToPath": {"mode": _MODE},
    "DownwardAPIVolumeFile": {"mode": _MODE},
    "ServiceAccountTokenProjection": {"expirationSeconds": (600, 2**32)},
    "PodSpec": {"activeDeadlineSeconds": _FROM_1},
    "PreferredSchedulingTerm": {"weight": (1, 100)},
    "WeightedPodAffinityTerm": {"weight": (1, 100)},
    "TopologySpreadConstraint": {"maxSkew": _FROM_1, "minDomains": _FROM_1},
    "DeploymentSpec": {"progressDeadlineSeconds": _FROM_1},
    "RollingUpdateDeployment": {"maxSurge": _FROM_0, "maxUnavailable": _FROM_0},
    "RollingUpdateDaemonSet": {"maxSurge": _FROM_0, "maxUnavailable": _FROM_0},
    "RollingUpdateStatefulSetStrategy": {"partition": _FROM_0},
    "StatefulSetOrdinals": {"start": _FROM_0},
    "JobSpec": {
        "activeDeadlineSeconds": (0, INT64),
        "backoffLimit": _FROM_0,
        "backoffLimitPerIndex": _FROM_0,
        "completions": _FROM_0,
        "maxFailedIndexes": _FROM_0,
        "parallelism": _FROM_0,
        "ttlSecondsAfterFinished": _FROM_0,
    },
    "CronJobSpec": {
        "failedJobsHistoryLimit": _FROM_0,
        "startingDeadlineSeconds": (0, INT64),
        "successfulJobsHistoryLimit": _FROM_0,
    },
    "ServicePort": {"port": _PORT, "targetPort": _PORT_OR_ZERO},
    "ServiceBackendPort": {"number": _PORT_OR_ZERO},
    "ClientIPConfig": {"timeoutSeconds": (1, 86400)},
    "NetworkPolicyPort": {"port": _PORT, "endPort": _PORT},
    "HorizontalPodAutoscalerSpec": {"maxReplicas": _FROM_1, "minReplicas": _FROM_0},
    "HPAScalingRules": {"stabilizationWindowSeconds": (0, 3600)},
    "HPAScalingPolicy": {"periodSeconds": (1, 1800), "value": _FROM_1},
    "MetricTarget": {"averageUtilization": _FROM_1},
    "MutatingWebhook": {"timeoutSeconds": (1, 30)},
    "ValidatingWebhook": {"timeoutSeconds": (1, 30)},
    "PodDisruptionBudgetSpec": {"maxUnavailable": _FROM_0, "minAvailable": _FROM_0},
}
# Whose quantities are amounts of something: none of it is the least there can be.
AMOUNTS = {
    "ResourceRequirements": ("limits", "requests"),
    "VolumeResourceRequirements": ("limits", "requests"),
    "PodSpec": ("overhead",),
    "EmptyDirVolumeSource": ("sizeLimit",),
    "ResourceQuotaSpec": ("hard",),
    "PersistentVolumeSpec": ("capacity",),
}


def range_of(field: Field) -> tuple[int, int]:
    """The least and the greatest whole number that a field takes; of an integer list, that its items are."""
    owner = field.owner.rpartition(".")[2]
    found = RANGES.get(owner, {}).get(field.name) or RANGES[""].get(field.name)
    most = INT64 if field.format == "int64" or field.type == "array" else INT32
    return found or (-most - 1, most)


def is_amount(field: Field) -> bool:
    """Whether the API server refuses quantities below zero in a field."""
    return field.name in AMOUNTS.get(field.owner.rpartition(".")[2], ())
