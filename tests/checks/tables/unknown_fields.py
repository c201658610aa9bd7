from tests.checks.rows import Found, Row, pod, port, thing, web, workload

LABELS = {"matchLabels": {"app": "shop"}}


def _row(documents: list, message: str, at: str, fix: str | None = None, version: str = "1.37") -> Row:
    return Row(documents, [Found("error", message, at, fix)], version)


ROWS = {
    "known": Row([pod(web(imagePullPolicy="Always", ports=[port(80)])), workload(selector=LABELS)]),
    "a custom resource": Row([thing("Mesh", "shop", "example.org/v1", spec={"imagee": 1}, foo=1)]),
    "a kind of no version": Row([thing("Pood", "shop", spec={"imagee": 1})]),
    "what maps hold": Row([thing("ConfigMap", "shop", data={"imagee": "x"})]),
    "any YAML": Row([thing("ControllerRevision", "shop", "apps/v1", data={"imagee": "x"}, revision=1)]),
    "another version's": Row([pod(web(resizePolicy=[]))], version="1.25"),
    "like one that is free": _row(
        [pod(web(comand=["sh"]))],
        "web has a field 'comand', which Kubernetes 1.37 does not have: did you mean command?",
        "0 spec.containers[0].comand",
        "Rename to command",
    ),
    "other capitals": _row(
        [pod(web(ports=[{"containerport": 80}]))],
        "ports[0] of web has a field 'containerport', which Kubernetes 1.37 does not have: did you mean containerPort?",
        "0 spec.containers[0].ports[0].containerport",
        "Rename to containerPort",
    ),
    "like one that is set": _row(
        [pod(web(imagee="nginx:1"))],
        "web has a field 'imagee', which Kubernetes 1.37 does not have: did you mean image?",
        "0 spec.containers[0].imagee",
    ),
    "like several": _row(
        [pod(web(), hostIP=True)],
        "spec of Pod shop has a field 'hostIP', which Kubernetes 1.37 does not have: did you mean hostIPC or hostPID?",
        "0 spec.hostIP",
    ),
    "like none": _row(
        [workload(selector=LABELS, labels={"app": "shop"}, frobnicate=1)],
        "spec of Deployment shop has a field 'frobnicate', which Kubernetes 1.37 does not have.",
        "0 spec.frobnicate",
    ),
    "null, which the API server refuses as well": _row(
        [pod(web(frobnicate=None))],
        "web has a field 'frobnicate', which Kubernetes 1.37 does not have.",
        "0 spec.containers[0].frobnicate",
    ),
    "in the metadata": _row(
        [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "shop", "label": {"app": "shop"}}}],
        "metadata of ConfigMap shop has a field 'label', which Kubernetes 1.37 does not have: did you mean labels?",
        "0 metadata.label",
        "Rename to labels",
    ),
    "in a volume, of an older version": _row(
        [pod(web(), volumes=[{"name": "tmp", "emptyDir": {"size": "1Gi"}}])],
        "emptyDir of tmp has a field 'size', which Kubernetes 1.30 does not have.",
        "0 spec.volumes[0].emptyDir.size",
        None,
        "1.30",
    ),
    "in the status": _row(
        [{**pod(web()), "status": {"phse": "Running"}}],
        "status of Pod shop has a field 'phse', which Kubernetes 1.37 does not have: did you mean phase?",
        "0 status.phse",
        "Rename to phase",
    ),
}  # fmt: skip
