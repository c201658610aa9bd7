"""The values that a field may have where its schema is a plain string.

The OpenAPI leaves most of Kubernetes' enumerations out; they stand in the words of the API reference
(https://kubernetes.io/docs/reference/kubernetes-api/) and in the constants of k8s.io/api. `CHOICES` are closed lists: a
server refuses other values. `SUGGESTIONS` are usual values of fields that take others too.
"""

from __future__ import annotations

from designer.manifests.schema import Field

_PROTOCOLS = ("TCP", "UDP", "SCTP")
_PULL = ("Always", "IfNotPresent", "Never")
_ROLLING = ("RollingUpdate", "OnDelete")
_SELECTOR = ("In", "NotIn", "Exists", "DoesNotExist")
_SIZES = ("ext4", "xfs", "ntfs")
# The constants of core/v1 Signal that containers are usually stopped by.
_SIGNALS = ("SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGKILL")

Key = str | tuple[str, str]

# By field name, or by (definition, field name) where the name alone means different things.
CHOICES: dict[Key, tuple[str, ...]] = {
    # Containers
    "imagePullPolicy": _PULL,
    "pullPolicy": _PULL,
    ("PodSpec", "restartPolicy"): ("Always", "OnFailure", "Never"),
    ("Container", "restartPolicy"): ("Always", "OnFailure", "Never"),
    ("ContainerResizePolicy", "restartPolicy"): ("NotRequired", "RestartContainer"),
    ("ContainerResizePolicy", "resourceName"): ("cpu", "memory"),
    ("ContainerRestartRule", "action"): ("Restart", "RestartAllContainers"),
    ("ContainerRestartRuleOnExitCodes", "operator"): ("In", "NotIn"),
    "terminationMessagePolicy": ("File", "FallbackToLogsOnError"),
    "scheme": ("HTTP", "HTTPS"),
    ("ContainerPort", "protocol"): _PROTOCOLS,
    ("ServicePort", "protocol"): _PROTOCOLS,
    ("NetworkPolicyPort", "protocol"): _PROTOCOLS,
    "mountPropagation": ("None", "HostToContainer", "Bidirectional"),
    "recursiveReadOnly": ("Disabled", "IfPossible", "Enabled"),
    "bindMountOptions": ("noexec", "nodev", "nosuid"),
    "procMount": ("Default", "Unmasked"),
    ("SeccompProfile", "type"): ("RuntimeDefault", "Unconfined", "Localhost"),
    ("AppArmorProfile", "type"): ("RuntimeDefault", "Unconfined", "Localhost"),
    # Pods
    "dnsPolicy": ("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"),
    "preemptionPolicy": ("PreemptLowerPriority", "Never"),
    "fsGroupChangePolicy": ("OnRootMismatch", "Always"),
    "seLinuxChangePolicy": ("MountOption", "Recursive"),
    "supplementalGroupsPolicy": ("Merge", "Strict"),
    ("PodOS", "name"): ("linux", "windows"),
    ("Toleration", "operator"): ("Exists", "Equal", "Lt", "Gt"),
    "effect": ("NoSchedule", "PreferNoSchedule", "NoExecute"),
    "whenUnsatisfiable": ("DoNotSchedule", "ScheduleAnyway"),
    "nodeAffinityPolicy": ("Honor", "Ignore"),
    "nodeTaintsPolicy": ("Honor", "Ignore"),
    ("NodeSelectorRequirement", "operator"): (*_SELECTOR, "Gt", "Lt"),
    ("LabelSelectorRequirement", "operator"): _SELECTOR,
    # Volumes
    "medium": ("", "Memory"),
    ("HostPathVolumeSource", "type"): (
        *("", "DirectoryOrCreate", "Directory", "FileOrCreate", "File"),
        *("Socket", "CharDevice", "BlockDevice"),
    ),
    "volumeMode": ("Filesystem", "Block"),
    "accessModes": ("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"),
    "keyType": ("RSA3072", "RSA4096", "ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519"),
    "cachingMode": ("None", "ReadOnly", "ReadWrite"),
    ("AzureDiskVolumeSource", "kind"): ("Shared", "Dedicated", "Managed"),
    "storageMode": ("ThickProvisioned", "ThinProvisioned"),
    # Workloads
    ("DeploymentStrategy", "type"): ("RollingUpdate", "Recreate"),
    ("StatefulSetUpdateStrategy", "type"): _ROLLING,
    ("DaemonSetUpdateStrategy", "type"): _ROLLING,
    "podManagementPolicy": ("OrderedReady", "Parallel"),
    "whenDeleted": ("Retain", "Delete"),
    "whenScaled": ("Retain", "Delete"),
    "concurrencyPolicy": ("Allow", "Forbid", "Replace"),
    "completionMode": ("NonIndexed", "Indexed"),
    "podReplacementPolicy": ("TerminatingOrFailed", "Failed"),
    ("PodFailurePolicyRule", "action"): ("FailJob", "FailIndex", "Ignore", "Count"),
    ("PodFailurePolicyOnExitCodesRequirement", "operator"): ("In", "NotIn"),
    ("PodFailurePolicyOnPodConditionsPattern", "status"): ("True", "False", "Unknown"),
    # Objects around them
    ("ServiceSpec", "type"): ("ClusterIP", "NodePort", "LoadBalancer", "ExternalName"),
    "externalTrafficPolicy": ("Cluster", "Local"),
    "internalTrafficPolicy": ("Cluster", "Local"),
    "sessionAffinity": ("None", "ClientIP"),
    "ipFamilyPolicy": ("SingleStack", "PreferDualStack", "RequireDualStack"),
    "ipFamilies": ("IPv4", "IPv6"),
    "policyTypes": ("Ingress", "Egress"),
    "pathType": ("Prefix", "Exact", "ImplementationSpecific"),
    "unhealthyPodEvictionPolicy": ("IfHealthyBudget", "AlwaysAllow"),
    ("MetricSpec", "type"): ("Resource", "ContainerResource", "Pods", "Object", "External"),
    ("MetricTarget", "type"): ("Utilization", "AverageValue", "Value"),
    ("HPAScalingPolicy", "type"): ("Pods", "Percent"),
    "selectPolicy": ("Max", "Min", "Disabled"),
    ("Subject", "kind"): ("ServiceAccount", "User", "Group"),
    ("RoleRef", "kind"): ("Role", "ClusterRole"),
}

SUGGESTIONS: dict[Key, tuple[str, ...]] = {
    "fsType": _SIZES,
    "stopSignal": _SIGNALS,
    "appProtocol": ("http", "https", "grpc", "kubernetes.io/h2c", "kubernetes.io/ws", "kubernetes.io/wss"),
    "topologyKey": ("kubernetes.io/hostname", "topology.kubernetes.io/zone", "topology.kubernetes.io/region"),
    "priorityClassName": ("system-cluster-critical", "system-node-critical"),
    "verbs": ("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "*"),
    ("RoleRef", "apiGroup"): ("rbac.authorization.k8s.io",),
    ("Subject", "apiGroup"): ("", "rbac.authorization.k8s.io"),
    ("Secret", "type"): (
        *("Opaque", "kubernetes.io/tls", "kubernetes.io/dockerconfigjson", "kubernetes.io/basic-auth"),
        *("kubernetes.io/ssh-auth", "kubernetes.io/service-account-token"),
    ),
    ("ObjectFieldSelector", "fieldPath"): (
        *("metadata.name", "metadata.namespace", "metadata.uid", "metadata.labels['app']", "metadata.annotations['a']"),
        *("spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP"),
        "status.podIPs",
    ),
    ("ResourceFieldSelector", "resource"): (
        *("limits.cpu", "limits.memory", "limits.ephemeral-storage"),
        *("requests.cpu", "requests.memory", "requests.ephemeral-storage"),
    ),
    "resources": ("pods", "services", "configmaps", "secrets", "deployments", "jobs", "*"),
}


def choices(field: Field) -> tuple[str, ...]:
    """All values that a string field, or each item of a list of strings, may have; () where it is free. What the
    schema itself enumerates comes first; an empty string among them is a value too."""
    return field.enum or _look_up(CHOICES, field)


def suggestions(field: Field) -> tuple[str, ...]:
    """Usual values of a string field, or of the items of a list of strings, that takes others too."""
    return _look_up(SUGGESTIONS, field)


def _look_up(table: dict[Key, tuple[str, ...]], field: Field) -> tuple[str, ...]:
    if field.type != "string" and (field.type, field.item) != ("array", "string"):
        return ()
    return table.get((field.owner.rpartition(".")[2], field.name)) or table.get(field.name, ())
