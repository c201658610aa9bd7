"""The choices that the designer's menus and forms offer, with the words they are shown in."""

from __future__ import annotations

from typing import Any

CONTAINER_KINDS = (
    ("app", "Container", "runs with the others"),
    ("sidecar", "Native sidecar", "starts before them, runs beside them"),
    ("init", "Init container", "runs first, to completion"),
)
VOLUME_KINDS = (
    ("emptyDir", "emptyDir: lives as long as the pod"),
    ("configMap", "ConfigMap as files"),
    ("secret", "Secret as files"),
    ("persistentVolumeClaim", "Persistent volume claim"),
    ("projected", "Projected: several sources in one"),
    ("downwardAPI", "Downward API: facts about the pod"),
    ("hostPath", "hostPath: a folder of the node"),
    ("nfs", "NFS share"),
    ("csi", "CSI driver, inline"),
    ("ephemeral", "Ephemeral claim"),
    ("image", "Image as files"),
)
# (verb, kind, words), in groups.
OBJECT_KINDS = (
    (
        ("add-service", "Service", "a name and port for pods"),
        ("add-object", "Ingress", "HTTP from outside, by host and path"),
        ("add-object", "NetworkPolicy", "who may speak with whom"),
    ),
    (
        ("add-config-map", "ConfigMap", "settings and files"),
        ("add-secret", "Secret", "passwords, keys, certificates"),
        ("add-object", "PersistentVolumeClaim", "storage that outlives pods"),
    ),
    (
        ("add-object", "HorizontalPodAutoscaler", "more pods under load"),
        ("add-object", "PodDisruptionBudget", "how many pods must stay"),
    ),
    (
        ("add-object", "ServiceAccount", "who a pod is to the API"),
        ("add-object", "Role", "rights in a namespace"),
        ("add-object", "RoleBinding", "gives them to someone"),
        ("add-object", "ClusterRole", "rights in the cluster"),
        ("add-object", "ClusterRoleBinding", "gives them everywhere"),
        ("add-object", "Namespace", "a room for objects"),
    ),
)
# The form of each kind of object that has one of its own. Another API version of a kind has other fields, and so only
# the general form.
FORMS = {
    ("v1", "Service"): "service",
    ("v1", "ConfigMap"): "config_map",
    ("v1", "Secret"): "secret",
    ("v1", "PersistentVolumeClaim"): "claim",
    ("v1", "ServiceAccount"): "service_account",
    ("v1", "Namespace"): "namespace",
    ("networking.k8s.io/v1", "Ingress"): "ingress",
    ("networking.k8s.io/v1", "NetworkPolicy"): "network_policy",
    ("autoscaling/v2", "HorizontalPodAutoscaler"): "autoscaler",
    ("policy/v1", "PodDisruptionBudget"): "budget",
    ("rbac.authorization.k8s.io/v1", "Role"): "role",
    ("rbac.authorization.k8s.io/v1", "ClusterRole"): "role",
    ("rbac.authorization.k8s.io/v1", "RoleBinding"): "binding",
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"): "binding",
}
# The first tab of a form: its words, and the fields whose entries it counts.
FORM_TABS: dict[str, tuple[str, tuple[str, ...]]] = {
    "service": ("Service", ()),
    "config_map": ("Data", ("data", "binaryData")),
    "secret": ("Data", ("data", "stringData")),
    "claim": ("Claim", ()),
    "service_account": ("Account", ()),
    "namespace": ("Namespace", ()),
    "ingress": ("Ingress", ()),
    "network_policy": ("Policy", ()),
    "autoscaler": ("Autoscaler", ()),
    "budget": ("Budget", ()),
    "role": ("Rules", ("rules",)),
    "binding": ("Binding", ("subjects",)),
    "object": ("Object", ()),
}
# Usual lists, as the forms write them: words with spaces between, '' for the core group.
USUAL_VERBS = (
    "get list watch",
    "get list watch create update patch delete",
    "create",
    "get",
    "get update patch",
    "*",
)
USUAL_GROUPS = ("''", "apps", "batch", "networking.k8s.io", "autoscaling", "policy", "rbac.authorization.k8s.io", "*")
USUAL_RESOURCES = (
    *("pods", "pods pods/log", "pods/exec", "configmaps", "secrets", "services", "endpoints", "events", "nodes"),
    *("persistentvolumeclaims", "serviceaccounts", "namespaces", "deployments", "deployments/scale", "statefulsets"),
    *("replicasets", "daemonsets", "jobs cronjobs", "ingresses", "networkpolicies", "leases", "*"),
)
ACCESS_MODES = ("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod")
SUBJECT_KINDS = {"ServiceAccount": "ServiceAccount", "User": "User", "Group": "Group"}
PATH_TYPES = {"Prefix": "Prefix", "Exact": "Exact", "ImplementationSpecific": "ImplementationSpecific"}
ROLE_KINDS = {"Role": "Role", "ClusterRole": "ClusterRole"}
SCALE_KINDS = {"Deployment": "Deployment", "StatefulSet": "StatefulSet", "ReplicaSet": "ReplicaSet"}
METRIC_TARGETS = {"Utilization": "% of requests", "AverageValue": "value a pod"}
BUDGETS = {"minAvailable": "at least so many stay", "maxUnavailable": "at most so many go"}
POLICY_TYPES = {
    "": "what it has rules for",
    "[Ingress]": "incoming traffic",
    "[Egress]": "outgoing traffic",
    "[Ingress, Egress]": "both",
}
WORKLOAD_KINDS = ("Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob")
ENV_SOURCE_NAMES = (
    ("value", "value"),
    ("configMapKeyRef", "ConfigMap key"),
    ("secretKeyRef", "Secret key"),
    ("fieldRef", "pod field"),
    ("resourceFieldRef", "resource"),
)
ENV_SOURCES = (
    ("value", "+ Variable"),
    ("configMapKeyRef", "+ from ConfigMap"),
    ("secretKeyRef", "+ from Secret"),
    ("fieldRef", "+ from field"),
    ("resourceFieldRef", "+ from resource"),
)
PROBE_NAMES = (
    ("startupProbe", "Startup probe"),
    ("readinessProbe", "Readiness probe"),
    ("livenessProbe", "Liveness probe"),
)
PROBE_HANDLERS = (
    ("", "no probe"),
    ("httpGet", "HTTP request"),
    ("tcpSocket", "TCP connection"),
    ("exec", "command"),
    ("grpc", "gRPC health"),
)

CONTEXT: dict[str, Any] = {
    "container_kinds": CONTAINER_KINDS,
    "volume_kinds": VOLUME_KINDS,
    "known_sources": [source for source, _ in VOLUME_KINDS],
    "object_kinds": OBJECT_KINDS,
    "workload_kinds": WORKLOAD_KINDS,
    "usual_verbs": USUAL_VERBS,
    "usual_groups": USUAL_GROUPS,
    "usual_resources": USUAL_RESOURCES,
    "access_modes": ACCESS_MODES,
    "subject_kinds": SUBJECT_KINDS,
    "path_types": PATH_TYPES,
    "role_kinds": ROLE_KINDS,
    "scale_kinds": SCALE_KINDS,
    "metric_targets": METRIC_TARGETS,
    "budgets": BUDGETS,
    "policy_types": POLICY_TYPES,
    "env_source_names": ENV_SOURCE_NAMES,
    "env_sources": ENV_SOURCES,
    "probe_names": PROBE_NAMES,
    "probe_handlers": PROBE_HANDLERS,
}
