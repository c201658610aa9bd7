"""A live object as a person would have written it: without what the API server and controllers put there. Pure.

Three things go: what only a server writes (status, managedFields, uid …); what a controller or an admission plugin adds
to every object of a kind (a Service's cluster address, a Pod's node and its token volume); and fields that have the
default they would get again. The last is a table of the API reference's defaults; a test applies what is left to a real
API server, which must make the same object of it.
"""

from __future__ import annotations

import re
from typing import Any

from designer.manifests import pod as pods_in
from designer.manifests.types import Document, get

# https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/, its read-only fields.
_METADATA = (
    "managedFields", "uid", "resourceVersion", "generation", "creationTimestamp", "selfLink", "deletionTimestamp",
    "deletionGracePeriodSeconds", "ownerReferences", "generateName",
)  # fmt: skip
_ANNOTATIONS = re.compile(
    r"kubectl\.kubernetes\.io/(last-applied-configuration|restartedAt)|deployment\.kubernetes\.io/.*"
    r"|deprecated\.daemonset\.template\.generation|control-plane\.alpha\.kubernetes\.io/.*"
    r"|pv\.kubernetes\.io/.*|volume\.(beta\.)?kubernetes\.io/(storage-provisioner|selected-node)"
    r"|kubernetes\.io/limit-ranger|batch\.kubernetes\.io/(job-tracking|cronjob-.*)"
)
_FINALIZERS = ("kubernetes.io/pvc-protection", "kubernetes.io/pv-protection", "foregroundDeletion", "orphan")
# What controllers label pods and jobs with to find them again; of no use on an object of one's own.
_LABELS = re.compile(
    r"pod-template-(hash|generation)|controller-(revision-hash|uid)|(batch\.kubernetes\.io/)?(controller-uid|job-name)"
    r"|statefulset\.kubernetes\.io/pod-name|apps\.kubernetes\.io/pod-index|podpatterns\.dev/design"
)
_POD: Document = {
    "restartPolicy": "Always",
    "terminationGracePeriodSeconds": 30,
    "dnsPolicy": "ClusterFirst",
    "securityContext": {},
    "schedulerName": "default-scheduler",
}
# Of Pods only: a template leaves these to the Pods that are made of it.
_BARE: Document = {
    "enableServiceLinks": True,
    "preemptionPolicy": "PreemptLowerPriority",
    "serviceAccountName": "default",
}
_CONTAINER: Document = {
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
    "resources": {},
    "securityContext": {},
}
_PROBE: Document = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}
_VOLUMES: dict[str, Document] = {
    "secret": {"defaultMode": 420},
    "configMap": {"defaultMode": 420},
    "projected": {"defaultMode": 420},
    "downwardAPI": {"defaultMode": 420},
    "hostPath": {"type": ""},
    "iscsi": {"iscsiInterface": "default"},
    "rbd": {"pool": "rbd", "user": "admin", "keyring": "/etc/ceph/keyring"},
    "azureDisk": {"cachingMode": "ReadWrite", "fsType": "ext4", "readOnly": False, "kind": "Shared"},
}
_CPU = {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}}
_ROLLING = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": "25%"}}
_SPECS: dict[str, Document] = {
    "Deployment": {
        "replicas": 1, "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600, "strategy": _ROLLING,
    },
    "StatefulSet": {
        "replicas": 1, "revisionHistoryLimit": 10, "podManagementPolicy": "OrderedReady",
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}},
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
    },
    "DaemonSet": {
        "revisionHistoryLimit": 10,
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}},
    },
    "ReplicaSet": {"replicas": 1},
    "ReplicationController": {"replicas": 1},
    "Job": {
        "parallelism": 1, "completions": 1, "backoffLimit": 6, "completionMode": "NonIndexed", "suspend": False,
        "manualSelector": False, "podReplacementPolicy": "TerminatingOrFailed",
    },
    "CronJob": {
        "concurrencyPolicy": "Allow", "suspend": False, "successfulJobsHistoryLimit": 3, "failedJobsHistoryLimit": 1,
    },
    "Service": {
        "type": "ClusterIP", "sessionAffinity": "None", "internalTrafficPolicy": "Cluster",
        "externalTrafficPolicy": "Cluster", "allocateLoadBalancerNodePorts": True,
    },
    "PersistentVolumeClaim": {"volumeMode": "Filesystem"},
    "HorizontalPodAutoscaler": {"minReplicas": 1, "metrics": [_CPU]},
    "Namespace": {"finalizers": ["kubernetes"]},
}  # fmt: skip


def strip(live: Document) -> Document:
    """The object without what a server would put there again. `live` is not changed; odd shapes stay as they are."""
    out = {key: value for key, value in live.items() if key != "status"}
    kind = str(out.get("kind"))
    out["metadata"] = _metadata(out.get("metadata"))
    spec = out.get("spec")
    if isinstance(spec, dict):
        out["spec"] = spec = _spec(kind, _without(spec, _SPECS.get(kind, {})), live)
        if not spec:
            del out["spec"]
    for pod in pods_in.pods([out]):
        _put(out, pod.path, _template(pod.template, bare=not pod.path))
    return {key: value for key, value in out.items() if key != "metadata" or value}


def _metadata(metadata: Any) -> Any:
    if not isinstance(metadata, dict):
        return metadata
    out = {key: value for key, value in metadata.items() if key not in _METADATA}
    if isinstance(out.get("finalizers"), list):
        out["finalizers"] = [item for item in out["finalizers"] if item not in _FINALIZERS]
        if not out["finalizers"]:
            del out["finalizers"]
    for name, names in (("annotations", _ANNOTATIONS), ("labels", _LABELS)):
        if isinstance(out.get(name), dict):
            out[name] = {key: value for key, value in out[name].items() if not names.fullmatch(str(key))}
            if not out[name]:
                del out[name]
    return out


def _spec(kind: str, spec: Document, live: Document) -> Document:
    if kind == "Service":
        return _service(spec)
    if kind == "PersistentVolumeClaim":
        # The volume it was bound to is not the next one's.
        return {key: value for key, value in spec.items() if key != "volumeName"}
    if kind == "Job" and get(live, ("spec", "manualSelector")) is not True:
        # The server makes the selector, and refuses any other.
        spec = {key: value for key, value in spec.items() if key != "selector"}
    if kind == "StatefulSet" and isinstance(spec.get("volumeClaimTemplates"), list):
        return {**spec, "volumeClaimTemplates": [_claim(item) for item in spec["volumeClaimTemplates"]]}
    if kind == "CronJob" and isinstance(get(spec, ("jobTemplate", "spec")), dict):
        template = {key: value for key, value in spec["jobTemplate"].items() if key != "metadata"}
        template |= {"metadata": told} if (told := _metadata(get(spec, ("jobTemplate", "metadata")))) else {}
        # A Job's completions stay: in a template they are not filled in.
        return {**spec, "jobTemplate": template}
    return spec


def _claim(item: Any) -> Any:
    """A claim's template, whose kind goes without saying."""
    if not isinstance(item, dict):
        return item
    out = _without(item, {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "status": item.get("status")})
    out["metadata"] = _metadata(out.get("metadata"))
    if isinstance(out.get("spec"), dict):
        out["spec"] = _without(out["spec"], _SPECS["PersistentVolumeClaim"])
    return out


def _service(spec: Document) -> Document:
    headless = spec.get("clusterIP") == "None"
    server = ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "healthCheckNodePort")
    out = {key: value for key, value in spec.items() if key not in server}
    if headless:
        out["clusterIP"] = "None"
    if get(spec, ("ipFamilyPolicy",)) not in (None, "SingleStack"):
        out["ipFamilyPolicy"] = spec["ipFamilyPolicy"]
    if isinstance(out.get("ports"), list):
        out["ports"] = [_port(item, spec.get("type")) for item in out["ports"]]
    return out


def _port(item: Any, kind: Any) -> Any:
    if not isinstance(item, dict):
        return item
    # Of a LoadBalancer the node ports are an accident; of a NodePort Service they are what others may rely on.
    item = _without(item, {"protocol": "TCP"} | ({"nodePort": item.get("nodePort")} if kind == "LoadBalancer" else {}))
    return _without(item, {"targetPort": item.get("port")})


def _template(template: Document, bare: bool) -> Document:
    out = dict(template)
    out["metadata"] = _metadata(out.get("metadata"))
    if not out["metadata"]:
        del out["metadata"]
    if isinstance(template.get("spec"), dict):
        out["spec"] = _pod_spec(template["spec"], bare)
    return out


def _pod_spec(spec: Document, bare: bool) -> Document:
    out = _without(spec, _POD)
    # The old name of serviceAccountName, which the server keeps beside it.
    out.pop("serviceAccount", None)
    token = ""
    if bare:
        out = _without(out, _BARE)
        # What the scheduler and admission put there; overhead comes with the runtime class.
        for key in ("nodeName", "priority", *(["overhead"] if "runtimeClassName" in spec else [])):
            out.pop(key, None)
        out["tolerations"] = [item for item in _list(out, "tolerations") if not _given_to_every_pod(item)]
        token = next((name for v in _list(out, "volumes") if _is_token(name := str(get(v, ("name",))))), "")
    out["volumes"] = [_volume(item) for item in _list(out, "volumes") if not token or get(item, ("name",)) != token]
    for name in ("volumes", "tolerations"):
        if not out.get(name):
            out.pop(name, None)
    for name in pods_in.CONTAINER_LISTS:
        if isinstance(out.get(name), list):
            node = spec.get("hostNetwork") is True
            out[name] = [_container(item, token, node) if isinstance(item, dict) else item for item in out[name]]
    return out


def _given_to_every_pod(item: Any) -> bool:
    return (
        get(item, ("key",)) in ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
        and get(item, ("tolerationSeconds",)) == 300
    )


def _is_token(name: str) -> bool:
    return name.startswith("kube-api-access-")


def _container(container: Document, token: str, node: bool) -> Document:
    out = _without(container, _CONTAINER)
    if out.get("imagePullPolicy") == _pull_policy(container.get("image")):
        del out["imagePullPolicy"]
    if isinstance(out.get("ports"), list):
        out["ports"] = [_container_port(item, node) for item in out["ports"]]
    for name in ("livenessProbe", "readinessProbe", "startupProbe"):
        if isinstance(out.get(name), dict):
            out[name] = _probe(_without(out[name], _PROBE))
    for hook in ("postStart", "preStop"):
        if isinstance(get(out, ("lifecycle", hook)), dict):
            out["lifecycle"] = {**out["lifecycle"], hook: _probe(out["lifecycle"][hook])}
    if isinstance(out.get("env"), list):
        out["env"] = [_env(item) for item in out["env"]]
    out["volumeMounts"] = [m for m in _list(out, "volumeMounts") if not token or get(m, ("name",)) != token]
    if not out["volumeMounts"]:
        del out["volumeMounts"]
    return out


def _container_port(port: Any, node: bool) -> Any:
    if not isinstance(port, dict):
        return port
    # On the node's network the server fills in hostPort.
    return _without(port, {"protocol": "TCP"} | ({"hostPort": port.get("containerPort")} if node else {}))


def _pull_policy(image: Any) -> str:
    """https://kubernetes.io/docs/concepts/containers/images/#imagepullpolicy-defaulting"""
    text = image if isinstance(image, str) else ""
    last = text.rpartition("/")[2]
    return "IfNotPresent" if "@" in text or (":" in last and not last.endswith(":latest")) else "Always"


def _probe(probe: Document) -> Document:
    out = dict(probe)
    if isinstance(out.get("httpGet"), dict):
        out["httpGet"] = _without(out["httpGet"], {"scheme": "HTTP", "path": "/"})
    if isinstance(out.get("grpc"), dict):
        out["grpc"] = _without(out["grpc"], {"service": ""})
    return out


def _env(item: Any) -> Any:
    field = get(item, ("valueFrom", "fieldRef"))
    if isinstance(field, dict):
        return {**item, "valueFrom": {**item["valueFrom"], "fieldRef": _without(field, {"apiVersion": "v1"})}}
    return item


def _volume(volume: Any) -> Any:
    if not isinstance(volume, dict):
        return volume
    out = dict(volume)
    for source, defaults in _VOLUMES.items():
        if isinstance(out.get(source), dict):
            out[source] = _without(out[source], defaults)
    for path in (("downwardAPI", "items"), ("projected", "sources")):
        items = get(out, path)
        if isinstance(items, list):
            out[path[0]] = {**out[path[0]], path[1]: [_projected(item) for item in items]}
    return out


def _projected(item: Any) -> Any:
    if not isinstance(item, dict):
        return item
    if isinstance(item.get("fieldRef"), dict):
        return {**item, "fieldRef": _without(item["fieldRef"], {"apiVersion": "v1"})}
    if isinstance(get(item, ("downwardAPI", "items")), list):
        return {
            **item,
            "downwardAPI": {**item["downwardAPI"], "items": list(map(_projected, item["downwardAPI"]["items"]))},
        }
    if isinstance(item.get("serviceAccountToken"), dict):
        return {**item, "serviceAccountToken": _without(item["serviceAccountToken"], {"expirationSeconds": 3600})}
    return item


def _without(value: Document, defaults: Document) -> Document:
    """`value` less what it has by default."""
    return {key: each for key, each in value.items() if key not in defaults or not _same(each, defaults[key])}


def _same(value: Any, default: Any) -> bool:
    # In Python True == 1; in a manifest they are not the same.
    return value == default and isinstance(value, bool) == isinstance(default, bool)


def _list(value: Any, name: str) -> list[Any]:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []


def _put(document: Document, path: tuple[Any, ...], value: Document) -> None:
    """Put a pod template in its place, copying what leads there."""
    if not path:
        document.clear()
        document.update(value)
        return
    for part in path[:-1]:
        document[part] = dict(document[part])
        document = document[part]
    document[path[-1]] = value
