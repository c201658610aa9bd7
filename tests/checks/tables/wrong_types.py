from tests.checks.rows import Found, Row, pod, port, service, thing, web, workload

LABELS = {"matchLabels": {"app": "shop"}}


def _row(documents: list, message: str, at: str, fix: str | None = None) -> Row:
    return Row(documents, [Found("error", message, at, fix)])


def _limits(**limits: object) -> dict:
    return pod(web(resources={"limits": limits}))


ROWS = {
    "right": Row([
        pod(web(tty=True, args=["-v"], ports=[port(80)], livenessProbe={"tcpSocket": {"port": "http"}})),
        service({"port": 80, "targetPort": 80}),
        _limits(cpu=0.5, memory=500000000, **{"ephemeral-storage": "1Gi"}),
    ]),
    "what the API server takes as well": Row([
        pod(web(args=[None], env=None, tty=None, resources={"limits": {"cpu": None}})),
        workload(labels={"app": "shop"}, selector=LABELS, replicas=1.0),
        {**thing("ConfigMap", "shop", data=None), "metadata": {"name": "shop", "creationTimestamp": None}},
    ]),
    "a custom resource": Row([thing("Mesh", "shop", "example.org/v1", metadata=5)]),
    "a number as a variable": _row(
        [pod(web(env=[{"name": "PORT", "value": 8080}]))],
        "env[0].value of web must be text, not the number 8080: write it in quotes.",
        "0 spec.containers[0].env[0].value",
        'Write "8080"',
    ),
    "a fraction, of which nobody knows how it was written": _row(
        [thing("ConfigMap", "shop", data={"version": 1.1})],
        "data.version of ConfigMap shop must be text, not the number 1.1: write it in quotes.",
        "0 data.version",
    ),
    "a boolean as a label": _row(
        [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "shop", "labels": {"canary": True}}}],
        "metadata.labels.canary of ConfigMap shop must be text, not true: write it in quotes.",
        "0 metadata.labels.canary",
        'Write "true"',
    ),
    "digits in quotes": _row(
        [pod(web(ports=[{"containerPort": "80"}]))],
        "ports[0].containerPort of web must be a whole number, not the text '80'.",
        "0 spec.containers[0].ports[0].containerPort",
        "Write 80",
    ),
    "octal in quotes": _row(
        [pod(web(), volumes=[{"name": "tmp", "secret": {"secretName": "a", "defaultMode": "0644"}}])],
        "secret.defaultMode of tmp must be a whole number, not the text '0644'.",
        "0 spec.volumes[0].secret.defaultMode",
    ),
    "a fraction": _row(
        [workload(labels={"app": "shop"}, selector=LABELS, replicas=1.5)],
        "spec.replicas of Deployment shop must be a whole number, not the number 1.5.",
        "0 spec.replicas",
    ),
    "a boolean in quotes": _row(
        [pod(web(tty="true"))],
        "tty of web must be true or false, not the text 'true'.",
        "0 spec.containers[0].tty",
        "Write true",
    ),
    "a number or text": _row(
        [service({"port": 80, "targetPort": True})],
        "spec.ports[0].targetPort of Service shop must be a whole number or text, not true.",
        "0 spec.ports[0].targetPort",
    ),
    "a mapping for a list": _row(
        [pod(web(env={"A": "b"}))],
        "env of web must be a list, not a mapping.",
        "0 spec.containers[0].env",
    ),
    "a list for a mapping": _row(
        [pod(web(resources=[{"limits": {}}]))],
        "resources of web must be a mapping, not a list.",
        "0 spec.containers[0].resources",
    ),
    "null in a list with keys": _row(
        [pod(web(env=[None]))],
        "env[0] of web must be a mapping, not null.",
        "0 spec.containers[0].env[0]",
    ),
    "no quantity": _row(
        [_limits(memory="5x")],
        "resources.limits.memory of web must be a quantity such as 500m or 128Mi, not the text '5x'.",
        "0 spec.containers[0].resources.limits.memory",
    ),
    "in a status": _row(
        [{**pod(web()), "status": {"phase": ["Running"]}}],
        "status.phase of Pod shop must be text, not a list.",
        "0 status.phase",
    ),
}  # fmt: skip
