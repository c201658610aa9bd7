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
OBJECT_KINDS = (("add-service", "Service"), ("add-config-map", "ConfigMap"), ("add-secret", "Secret"))
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
    "env_source_names": ENV_SOURCE_NAMES,
    "env_sources": ENV_SOURCES,
    "probe_names": PROBE_NAMES,
    "probe_handlers": PROBE_HANDLERS,
}
