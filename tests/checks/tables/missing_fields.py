from tests.checks.rows import Found, Row, pod, port, service, thing, web, workload


def _row(documents: list, message: str, at: str, version: str = "1.37") -> Row:
    return Row(documents, [Found("error", message, at)], version)


GET = {"port": 80, "httpHeaders": [{"name": "A"}]}
ROWS = {
    "all there": Row([pod(web(ports=[port(80)], env=[{"name": "A"}])), service({"port": 80})]),
    "what the API server does not ask for": Row(
        [
            pod(web(lifecycle={"preStop": {"sleep": {}}}, livenessProbe={"httpGet": GET})),
            workload("StatefulSet", labels={"app": "shop"}, selector={"matchLabels": {"app": "shop"}}),
        ],
        version="1.25",
    ),
    "in a status": Row([{**pod(web()), "status": {"containerStatuses": [{"name": "web"}]}}]),
    "misspelt": Row([pod(web(ports=[{"containerport": 80}]))]),
    "an item that says nothing": _row(
        [pod(web(ports=[{}]))],
        "ports[0] of web needs containerPort, which is missing.",
        "0 spec.containers[0].ports[0].containerPort",
    ),
    "null": _row(
        [pod(web(ports=[port(80), {"name": "admin", "containerPort": None}]))],
        "ports[1] of web needs containerPort, which is missing.",
        "0 spec.containers[0].ports[1].containerPort",
    ),
    "a mount": _row(
        [pod(web(volumeMounts=[{"name": "tmp"}]), volumes=[{"name": "tmp", "emptyDir": {}}])],
        "volumeMounts[0] of web needs mountPath, which is missing.",
        "0 spec.containers[0].volumeMounts[0].mountPath",
    ),
    "in a volume": _row(
        [pod(web(), volumes=[{"name": "logs", "hostPath": {}}])],
        "hostPath of logs needs path, which is missing.",
        "0 spec.volumes[0].hostPath.path",
    ),
    "of an object": _row(
        [thing("RoleBinding", "shop", "rbac.authorization.k8s.io/v1")],
        "RoleBinding shop needs roleRef, which is missing.",
        "0 roleRef",
    ),
    "of a Service": _row(
        [service({"name": "web"})],
        "spec.ports[0] of Service shop needs port, which is missing.",
        "0 spec.ports[0].port",
    ),
}  # fmt: skip
