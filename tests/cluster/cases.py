"""What nodes and controllers say of pods, workloads and events: put into a real API server and read back from it.

Nothing runs the pods of the test's API server, so the words are written here as the kubelet, the scheduler and the
controllers write them (kubernetes/kubernetes v1.36), and go through the status subresource and the events API. The
answers are kept under answers/, and a test holds them to what a real server answers today.
"""

from __future__ import annotations

from typing import Any

from designer.manifests.types import Document

STARTED = {"startedAt": "2026-01-01T00:00:05Z"}
ENDED = {"startedAt": "2026-01-01T00:00:05Z", "finishedAt": "2026-01-01T00:00:09Z", "containerID": "containerd://1"}


def container(name: str, state: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A containerStatus as a node writes it."""
    return {"name": name, "image": "nginx:1", "imageID": "", "ready": False, "restartCount": 0, "state": state} | more


def running(name: str = "app", **more: Any) -> dict[str, Any]:
    return container(name, {"running": STARTED}, ready=True, started=True) | more


def waiting(reason: str, message: str = "", **more: Any) -> dict[str, Any]:
    return container("app", {"waiting": {"reason": reason} | ({"message": message} if message else {})}, **more)


def ended(code: int, reason: str, **more: Any) -> dict[str, Any]:
    return container("app", {"terminated": {"exitCode": code, "reason": reason, **ENDED}}, **more)


def status(*containers: dict[str, Any], phase: str = "Running", **more: Any) -> dict[str, Any]:
    return {"phase": phase, "containerStatuses": list(containers), **more}


def unscheduled(message: str) -> dict[str, Any]:
    told = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}
    return {"phase": "Pending", "conditions": [told]}


_READY = {"type": "Ready", "status": "True"}
_KILLED = {"terminated": {"exitCode": 137, "reason": "OOMKilled", **ENDED}}
_BACK_OFF = "back-off 20s restarting failed container=app pod=web_shop(1)"
_CPU = (
    "0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found."
)
_TAINT = "0/3 nodes are available: 3 node(s) had untolerated taint {dedicated: gpu}."
_CLAIM = '0/3 nodes are available: persistentvolumeclaim "data" not found.'
_AFFINITY = "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector."
# Of the pod `web` with the container `app`: (status, how the pod is, how the container is, what the advice must name).
PODS: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "not-seen": ({}, "pending", "not started yet", ""),
    "creating": (status(waiting("ContainerCreating"), phase="Pending"), "pending", "being created", ""),
    "ready": (status(running(), conditions=[_READY]), "ready", "running and ready", ""),
    "not-ready": (status(running(ready=False)), "0 of 1 ready", "running, not ready", ""),
    "restarted": (
        status(running(ready=False, restartCount=2, lastState=_KILLED)),
        "0 of 1 ready", "running, not ready, restarted 2 times", "more memory than its limit",
    ),
    "out-of-memory-again": (
        status(running(restartCount=3, lastState=_KILLED), conditions=[_READY]),
        "0 of 1 ready",
        "running and ready, restarted 3 times",
        "more memory than its limit",
    ),
    "ended-before": (
        status(
            running(restartCount=1, lastState={"terminated": {"exitCode": 1, "reason": "Error", **ENDED}}),
            conditions=[_READY],
        ),
        "ready",
        "running and ready, restarted 1 time",
        "Its log says why",
    ),
    "image-missing": (
        status(waiting("ErrImagePull", 'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/'
               'nginx:1": failed to resolve reference: docker.io/library/nginx:1: not found'), phase="Pending"),
        "app needs help", "waits: ErrImagePull", "nginx:1 is not in its registry",
    ),
    "image-back-off": (
        status(waiting("ImagePullBackOff", 'Back-off pulling image "nginx:1": ErrImagePull: failed to authorize: failed to '
               "fetch oauth token: 401 Unauthorized"), phase="Pending"),
        "app needs help", "waits: ImagePullBackOff", "imagePullSecrets",
    ),
    "image-name": (
        status(waiting("InvalidImageName", 'Failed to apply default image tag "NGINX:": couldn\'t parse image name'),
               phase="Pending"),
        "app needs help", "waits: InvalidImageName", "registry/name:tag",
    ),
    "crash-loop": (
        status(waiting("CrashLoopBackOff", _BACK_OFF, restartCount=3,
                       lastState={"terminated": {"exitCode": 127, "reason": "Error", **ENDED}})),
        "app needs help", "waits: CrashLoopBackOff", "the command is not in the image",
    ),
    "crash-loop-memory": (
        status(waiting("CrashLoopBackOff", _BACK_OFF, restartCount=5, lastState=_KILLED)),
        "app needs help", "waits: CrashLoopBackOff", "Raise limits.memory",
    ),
    "config-key": (
        status(waiting("CreateContainerConfigError", "couldn't find key LEVEL in ConfigMap shop/settings"), phase="Pending"),
        "app needs help", "waits: CreateContainerConfigError", "ConfigMap settings has no key LEVEL",
    ),
    "config-secret-key": (
        status(waiting("CreateContainerConfigError", "couldn't find key PASSWORD in Secret shop/db"), phase="Pending"),
        "app needs help", "waits: CreateContainerConfigError", "Secret db has no key PASSWORD",
    ),
    "config-map": (
        status(waiting("CreateContainerConfigError", 'configmap "settings" not found'), phase="Pending"),
        "app needs help", "waits: CreateContainerConfigError", "there is no ConfigMap settings",
    ),
    "config-root": (
        status(waiting("CreateContainerConfigError", 'container has runAsNonRoot and image will run as root (pod: "web_shop'
               '(1)", container: app)'), phase="Pending"),
        "app needs help", "waits: CreateContainerConfigError", "Set runAsUser",
    ),
    "cannot-start": (
        status(ended(128, "StartError") | {"state": {"terminated": {
            "exitCode": 128, "reason": "StartError", "message": 'exec: "serve": executable file not found in $PATH', **ENDED
        }}}, phase="Failed"),
        "failed", "ended with StartError 128", "executable file not found",
    ),
    "out-of-memory": (status(ended(137, "OOMKilled"), phase="Failed"), "failed", "ended with OOMKilled 137", "limits.memory"),
    "error": (status(ended(1, "Error"), phase="Failed"), "failed", "ended with Error 1", "Its log says why"),
    "signal": (status(ended(139, "Error"), phase="Failed"), "failed", "ended with Error 139", "SIGSEGV"),
    "complete": (status(ended(0, "Completed"), phase="Succeeded"), "complete", "done", ""),
    "evicted": (
        {"phase": "Failed", "reason": "Evicted",
         "message": "The node was low on resource: memory. Threshold quantity: 100Mi, available: 80Mi."},
        "failed: Evicted", "not started yet", "low on resource: memory",
    ),
    "no-cpu": (unscheduled(_CPU), "not scheduled", "not started yet", "no node has enough cpu left"),
    "taint": (unscheduled(_TAINT), "not scheduled", "not started yet", "Give the pod a toleration"),
    "claim": (unscheduled(_CLAIM), "not scheduled", "not started yet", "there is no PersistentVolumeClaim data"),
    "affinity": (unscheduled(_AFFINITY), "not scheduled", "not started yet", "no node fits its nodeSelector"),
}  # fmt: skip

# (reason, message, what it must be told as); all about the pod `web` but where it says otherwise.
EVENTS: dict[str, tuple[str, str, str]] = {
    "scheduling": ("FailedScheduling", _CPU, "enough cpu left"),
    "pull": (
        "Failed",
        'Failed to pull image "shop/app:2": rpc error: code = NotFound desc = not found',
        "hop/app:2 is not in",
    ),
    "pull-back-off": ("BackOff", 'Back-off pulling image "shop/app:2"', "hop/app:2 cannot be pulled"),
    "back-off": (
        "BackOff",
        "Back-off restarting failed container app in pod web_shop(1)",
        "ended and is started again",
    ),
    "error": ("Failed", 'Error: secret "db" not found', "here is no Secret db"),
    "readiness": (
        "Unhealthy",
        'Readiness probe failed: Get "http://10.0.0.5:8080/ready": dial tcp 10.0.0.5:8080: connect: connection refused',
        "no Service sends anything here",
    ),
    "liveness": (
        "Unhealthy",
        "Liveness probe failed: HTTP probe failed with statuscode: 404",
        "The program answers with 404: is the path right?",
    ),
    "startup": (
        "Unhealthy",
        'Startup probe failed: Get "http://10.0.0.5:80/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
        "Raise timeoutSeconds",
    ),
    "mount-object": (
        "FailedMount",
        'MountVolume.SetUp failed for volume "config" : configmap "nginx-config" not found',
        "here is no ConfigMap nginx-config",
    ),
    "mount-key": (
        "FailedMount",
        'MountVolume.SetUp failed for volume "config" : references non-existent config key: nginx.conf',
        "key nginx.conf of volume config is not there",
    ),
    "quota": (
        "FailedCreate",
        'Error creating: pods "web-1" is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2',
        "quota small has no room for pods=1",
    ),
    "security": (
        "FailedCreate",
        'Error creating: pods "web-1" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false',
        "Pod Security level does not allow it",
    ),
    "account": (
        "FailedCreate",
        'Error creating: pods "web-1" is forbidden: error looking up service account shop/web: serviceaccount "web" not found',
        "here is no ServiceAccount web",
    ),
    "hook": ("FailedPostStartHook", "PostStartHook failed", "postStart hook failed"),
    "job": ("BackoffLimitExceeded", "Job has reached the specified backoff limit", "Job gave up"),
    "other": ("Rebooted", "Node n1 has been rebooted", "Rebooted: Node n1 has been rebooted"),
}

# Of a workload `web`: (kind, fields of its spec, its status, what is said, the tone).
ROLLOUTS: dict[str, tuple[str, dict[str, Any], dict[str, Any], str, str]] = {
    "deployment-unseen": ("Deployment", {}, {}, "waiting for the controller to see it", "busy"),
    "deployment-updating": (
        "Deployment", {"replicas": 3}, {"observedGeneration": 1, "replicas": 3, "updatedReplicas": 1},
        "1 of 3 new pods made", "busy",
    ),
    "deployment-ending": (
        "Deployment", {"replicas": 2}, {"observedGeneration": 1, "replicas": 3, "updatedReplicas": 2},
        "1 old pod still to end", "busy",
    ),
    "deployment-available": (
        "Deployment", {"replicas": 2},
        {"observedGeneration": 1, "replicas": 2, "updatedReplicas": 2, "readyReplicas": 1, "availableReplicas": 1},
        "1 of 2 available", "busy",
    ),
    "deployment-done": (
        "Deployment", {"replicas": 2},
        {"observedGeneration": 1, "replicas": 2, "updatedReplicas": 2, "readyReplicas": 2, "availableReplicas": 2},
        "2 of 2 available", "ok",
    ),
    "deployment-late": (
        "Deployment", {},
        {"observedGeneration": 1, "conditions": [
            {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded", "message": "late"}]},
        "the rollout took longer than progressDeadlineSeconds", "bad",
    ),
    "deployment-refused": (
        "Deployment", {},
        {"observedGeneration": 1, "conditions": [
            {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "quota"}]},
        "its pods are refused", "bad",
    ),
    "deployment-zero": ("Deployment", {"replicas": 0}, {"observedGeneration": 1}, "scaled to 0", "idle"),
    "stateful-set": (
        "StatefulSet", {"replicas": 3, "serviceName": "web"},
        {"observedGeneration": 1, "replicas": 3, "readyReplicas": 1, "currentRevision": "a", "updateRevision": "a"},
        "1 of 3 ready", "busy",
    ),
    "stateful-set-updating": (
        "StatefulSet", {"replicas": 3, "serviceName": "web"},
        {"observedGeneration": 1, "replicas": 3, "readyReplicas": 3, "updatedReplicas": 1,
         "currentRevision": "a", "updateRevision": "b"},
        "1 of 3 pods updated", "busy",
    ),
    "daemon-set": (
        "DaemonSet", {},
        {"observedGeneration": 1, "currentNumberScheduled": 4, "numberMisscheduled": 0, "desiredNumberScheduled": 4,
         "numberReady": 3, "updatedNumberScheduled": 4, "numberAvailable": 3},
        "3 of 4 nodes available", "busy",
    ),
    "job-running": ("Job", {"completions": 3}, {"active": 1, "succeeded": 1, "failed": 1, "startTime": STARTED["startedAt"]},
                    "1 of 3 complete, 1 running, 1 failed", "busy"),
    "cron-job": ("CronJob", {}, {"lastScheduleTime": "2026-01-01T03:00:00Z"}, "last started 2026-01-01 03:00 UTC", "ok"),
}  # fmt: skip


def workload(kind: str, spec: dict[str, Any]) -> Document:
    """A workload `web` of a kind with one container `app`."""
    labels = {"app": "web"}
    pod_spec: dict[str, Any] = {"containers": [{"name": "app", "image": "nginx:1"}]}
    template: dict[str, Any] = {"metadata": {"labels": labels}, "spec": pod_spec}
    if kind in ("Job", "CronJob"):
        pod_spec["restartPolicy"] = "Never"
    group = "batch/v1" if kind in ("Job", "CronJob") else "apps/v1"
    full: dict[str, Any] = {"template": template, **spec}
    if kind == "CronJob":
        full = {"schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": template}}, **spec}
    elif kind != "Job":
        full["selector"] = {"matchLabels": labels}
    return {"apiVersion": group, "kind": kind, "metadata": {"name": "web"}, "spec": full}
