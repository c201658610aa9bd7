"""The rules of the schema against a real API server: what it refuses for its shape is an error, and nothing else is.

Everything is a dry run in the namespace `default`, so that nothing is left there.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from designer.checks import run
from designer.clusters.client import Client, minor_version
from designer.clusters.errors import ClusterError
from designer.manifests.edits.tree import put, take
from designer.manifests.schema import versions
from designer.manifests.types import Document, Path, get
from tests.cluster.conftest import client_of
from tests.cluster.control_plane import ControlPlane

pytestmark = pytest.mark.cluster

LABELS = {"app": "web"}
CONTAINER: Document = {
    "name": "app",
    "image": "nginx:1",
    "args": ["-v"],
    "env": [{"name": "A", "value": "x"}, {"name": "B", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}],
    "ports": [{"containerPort": 80, "name": "http", "hostPort": 8080}],
    "resources": {"limits": {"cpu": 1, "memory": "128Mi"}, "requests": {"memory": "64Mi"}},
    "livenessProbe": {"httpGet": {"path": "/", "port": "http"}, "periodSeconds": 5},
    "lifecycle": {"preStop": {"sleep": {"seconds": 0}}},
    "securityContext": {"runAsUser": 1000},
    "tty": False,
    "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],
}
SPEC: Document = {
    "containers": [CONTAINER],
    "securityContext": {"supplementalGroups": [1000]},
    "topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway"}],
    "volumes": [
        {"name": "tmp", "emptyDir": {"sizeLimit": "1Gi"}},
        {"name": "settings", "configMap": {"name": "a", "defaultMode": 0o644, "items": [{"key": "a", "path": "b"}]}},
    ],
}


def thing(kind: str, api_version: str = "v1", **fields: Any) -> Document:
    return {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": {"name": "ppd-schema-check", "labels": LABELS},
        **fields,
    }


TEMPLATE = {"metadata": {"labels": LABELS}, "spec": SPEC}
BATCH = {"template": {"spec": {**SPEC, "restartPolicy": "Never"}}}
BACKEND = {"service": {"name": "web", "port": {"number": 80}}}
RULE = {"http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": BACKEND}]}}
WEBHOOK = {
    "name": "a.example.org",
    "clientConfig": {"url": "https://a.example.org/"},
    "sideEffects": "None",
    "admissionReviewVersions": ["v1"],
}
SCALED = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
SOUND = {
    "pod": thing("Pod", spec=SPEC),
    "deployment": thing(
        "Deployment", "apps/v1", spec={"replicas": 2, "selector": {"matchLabels": LABELS}, "template": TEMPLATE}
    ),
    "stateful": thing("StatefulSet", "apps/v1", spec={"selector": {"matchLabels": LABELS}, "template": TEMPLATE}),
    "job": thing("Job", "batch/v1", spec={**BATCH, "backoffLimit": 2}),
    "cron": thing("CronJob", "batch/v1", spec={"schedule": "0 * * * *", "jobTemplate": {"spec": BATCH}}),
    "service": thing("Service", spec={"selector": LABELS, "ports": [{"port": 80, "targetPort": "http"}]}),
    "config": thing("ConfigMap", data={"a": "b"}),
    "ingress": thing("Ingress", "networking.k8s.io/v1", spec={"rules": [RULE]}),
    "policy": thing("NetworkPolicy", "networking.k8s.io/v1", spec={"ingress": [{"ports": [{"port": 80}]}]}),
    "scaler": thing("HorizontalPodAutoscaler", "autoscaling/v2", spec={"scaleTargetRef": SCALED, "maxReplicas": 3}),
    "budget": thing("PodDisruptionBudget", "policy/v1", spec={"minAvailable": 1, "selector": {"matchLabels": LABELS}}),
    "role": thing(
        "Role", "rbac.authorization.k8s.io/v1", rules=[{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]
    ),
    "webhook": thing("ValidatingWebhookConfiguration", "admissionregistration.k8s.io/v1", webhooks=[WEBHOOK]),
    "claim": thing(
        "PersistentVolumeClaim",
        spec={"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    ),
}

GONE = object()
C = "spec.containers.0."
# Of which document, where, and what stands there instead (GONE: nothing).
REFUSED: list[tuple[str, str, Any]] = [
    # Unknown fields.
    ("pod", "foo", 1),
    ("pod", "metadata.label", {}),
    ("pod", "spec.foo", None),
    ("pod", C + "imagee", "x"),
    ("pod", C + "ports.0.containerport", 80),
    ("pod", C + "env.1.valueFrom.fieldRef.foo", "x"),
    ("pod", "status.foo", 1),
    ("deployment", "spec.containers", []),
    ("deployment", "spec.template.spec.volumes.0.emptyDir.size", "1Gi"),
    ("service", "spec.ports.0.containerPort", 80),
    # Missing ones.
    ("pod", C + "ports.0.containerPort", GONE),
    ("pod", C + "ports.0", {}),
    ("pod", C + "env.0.name", GONE),
    ("pod", C + "env.1.valueFrom.fieldRef.fieldPath", GONE),
    ("pod", C + "volumeMounts.0.mountPath", GONE),
    ("pod", C + "livenessProbe.httpGet.port", GONE),
    ("pod", "spec.volumes.1.configMap.items.0.key", GONE),
    ("pod", "spec.topologySpreadConstraints.0.topologyKey", GONE),
    ("deployment", "spec.selector", GONE),
    ("deployment", "spec.template", GONE),
    ("cron", "spec.schedule", GONE),
    ("service", "spec.ports.0.port", None),
    ("ingress", "spec.rules.0.http.paths.0.pathType", GONE),
    ("scaler", "spec.scaleTargetRef", GONE),
    ("role", "rules.0.verbs", GONE),
    # Of another type.
    ("pod", "spec", "x"),
    ("pod", "spec.containers", {"name": "app"}),
    ("pod", C + "image", 5),
    ("pod", C + "env.0.value", 8080),
    ("pod", C + "env.0.value", True),
    ("pod", C + "env", [None]),
    ("pod", C + "tty", "true"),
    ("pod", C + "ports.0.containerPort", "80"),
    ("pod", C + "livenessProbe.httpGet.port", True),
    ("pod", C + "livenessProbe.httpGet.port", 80.5),
    ("pod", C + "resources.limits.memory", "5x"),
    ("pod", C + "resources.limits.memory", ""),
    ("pod", C + "resources.limits.cpu", True),
    ("pod", "spec.volumes.1.configMap.defaultMode", "0644"),
    ("pod", "status.phase", 1),
    ("deployment", "spec.replicas", 1.5),
    ("deployment", "spec.replicas", "1"),
    ("deployment", "metadata.labels.app", 1),
    ("config", "data.a", True),
    ("config", "data.a", {"b": "c"}),
    # Out of range.
    ("pod", C + "ports.0.containerPort", 0),
    ("pod", C + "ports.0.hostPort", -1),
    ("pod", C + "livenessProbe.httpGet.port", 70000),
    ("pod", C + "livenessProbe.periodSeconds", -1),
    ("pod", C + "livenessProbe.terminationGracePeriodSeconds", 0),
    ("pod", C + "resources.limits.memory", "-5"),
    ("pod", C + "securityContext.runAsUser", -1),
    ("pod", "spec.securityContext.supplementalGroups.0", -1),
    ("pod", C + "lifecycle.preStop.sleep.seconds", 31),
    ("pod", "spec.activeDeadlineSeconds", 0),
    ("pod", "spec.topologySpreadConstraints.0.maxSkew", 0),
    ("pod", "spec.volumes.0.emptyDir.sizeLimit", "-1"),
    ("pod", "spec.volumes.1.configMap.defaultMode", 512),
    ("deployment", "spec.replicas", -1),
    ("deployment", "spec.minReadySeconds", -1),
    ("deployment", "spec.strategy", {"rollingUpdate": {"maxSurge": -1}}),
    ("stateful", "spec.ordinals", {"start": -1}),
    ("stateful", "spec.updateStrategy", {"rollingUpdate": {"partition": -1}}),
    ("job", "spec.backoffLimit", -1),
    ("job", "spec.ttlSecondsAfterFinished", -1),
    ("webhook", "webhooks.0.timeoutSeconds", 31),
    ("cron", "spec.failedJobsHistoryLimit", -1),
    ("service", "spec.ports.0.targetPort", 70000),
    ("policy", "spec.ingress.0.ports.0.port", 70000),
    ("scaler", "spec.maxReplicas", 0),
    ("budget", "spec.minAvailable", -1),
    ("claim", "spec.resources.requests.storage", "-1"),
]
ACCEPTED: list[tuple[str, str, Any]] = [
    ("pod", C + "args", [None]),
    ("pod", C + "env", None),
    ("pod", C + "ports.0.hostPort", 0),
    ("pod", C + "livenessProbe.periodSeconds", 0),
    ("pod", C + "livenessProbe.httpGet.port", 80),
    ("pod", C + "livenessProbe.httpGet.httpHeaders", [{"name": "A"}]),
    ("pod", C + "lifecycle.preStop.sleep.seconds", GONE),
    ("pod", C + "lifecycle.preStop.sleep.seconds", 30),
    ("pod", C + "resources.limits.cpu", 0.5),
    ("pod", C + "resources.limits.cpu", None),
    ("pod", "metadata.creationTimestamp", None),
    ("pod", "metadata.labels.app", None),
    ("pod", "spec.terminationGracePeriodSeconds", -1),
    ("pod", "spec.volumes.0.emptyDir", None),
    ("pod", "status.containerStatuses", [{"name": "app"}]),
    ("deployment", "spec.replicas", 1.0),
    ("deployment", "spec.replicas", None),
    ("deployment", "status.replicas", -1),
    ("service", "spec.ports.0.targetPort", 0),
]


@pytest.fixture
def client(control_plane: ControlPlane) -> Client:
    return client_of(control_plane, control_plane.admin)


def path_of(dotted: str) -> Path:
    return tuple(int(part) if part.isdecimal() else part for part in dotted.split("."))


def mutated(name: str, dotted: str, value: Any) -> Document:
    path = path_of(dotted)
    document = deepcopy(SOUND[name])
    made: Document = take(document, path) if value is GONE else put(document, path, value)
    return made


def refusal(client: Client, document: Document) -> str:
    """Why the API server refuses a document, "" if it does not."""
    try:
        client.apply(document, "default", dry_run=True)
    except ClusterError as error:
        return f"{error.kind}: {error.message}"
    return ""


def errors(client: Client, document: Document) -> list[Path]:
    version = minor_version(client.version())
    assert version in versions()
    return [finding.path[1:] for finding in run([document], version) if finding.severity == "error"]


def named(rows: list[tuple[str, str, Any]]) -> list[Any]:
    return [pytest.param(*row, id=f"{row[0]} {row[1]} {'gone' if row[2] is GONE else row[2]!r}") for row in rows]


@pytest.mark.parametrize("name", SOUND)
def test_what_is_sound_neither_complains_of(client: Client, name: str) -> None:
    assert refusal(client, SOUND[name]) == ""
    assert errors(client, SOUND[name]) == []


@pytest.mark.parametrize(("name", "dotted", "value"), named(REFUSED))
def test_what_the_api_server_refuses_is_an_error(client: Client, name: str, dotted: str, value: Any) -> None:
    document = mutated(name, dotted, value)
    assert refusal(client, document).startswith("invalid: ")
    # The error stands at the field, or at what is missing or wrong right below it.
    path = path_of(dotted)
    assert any(found[: len(path)] == path for found in errors(client, document)), errors(client, document)


@pytest.mark.parametrize(("name", "dotted", "value"), named(ACCEPTED))
def test_what_the_api_server_tolerates_is_no_finding(client: Client, name: str, dotted: str, value: Any) -> None:
    document = mutated(name, dotted, value)
    assert refusal(client, document) == ""
    assert errors(client, document) == []


def test_a_number_of_more_than_32_bits_becomes_another_so_it_is_an_error(client: Client) -> None:
    document = mutated("deployment", "spec.replicas", 99999999999)
    answer = client.apply(document, "default", dry_run=True)
    assert get(answer.document, ("spec", "replicas")) != 99999999999
    assert errors(client, document) == [("spec", "replicas")]
