from typing import Any

from tests.checks.rows import Found, Row, pod, port, service, web, workload

LABELS = {"matchLabels": {"app": "shop"}}


def _row(documents: list, message: str, at: str) -> Row:
    return Row(documents, [Found("error", message, at)])


def _workload(**spec: Any) -> dict:
    return workload(labels={"app": "shop"}, selector=LABELS, **spec)


def _probe(**fields: object) -> dict:
    return pod(web(livenessProbe={"exec": {"command": ["true"]}, **fields}))


ROWS = {
    "in range": Row([_workload(replicas=0), pod(web(ports=[port(65535)])), service({"port": 1, "targetPort": 65535})]),
    "zero, where it means that none is set": Row([
        _probe(periodSeconds=0, timeoutSeconds=0),
        pod(web(ports=[port(80, hostPort=0)])),
        service({"port": 80, "targetPort": 0}),
    ]),
    "a grace period that the API server mends": Row([pod(web(), terminationGracePeriodSeconds=-1)]),
    "in a status": Row([{**_workload(), "status": {"replicas": -1}}]),
    "below zero": _row(
        [_workload(replicas=-1)],
        "spec.replicas of Deployment shop must be 0 or more, not -1.",
        "0 spec.replicas",
    ),
    "more than 32 bits": _row(
        [_workload(replicas=99999999999)],
        "spec.replicas of Deployment shop must be at most 2147483647, not 99999999999.",
        "0 spec.replicas",
    ),
    "more than 64 bits": _row(
        [pod(web(), terminationGracePeriodSeconds=2**63)],
        "spec.terminationGracePeriodSeconds of Pod shop must be at most 9223372036854775807, not 9223372036854775808.",
        "0 spec.terminationGracePeriodSeconds",
    ),
    "very much": _row(
        [_workload(replicas=10**30)],
        "spec.replicas of Deployment shop must be at most 2147483647, not so long a number.",
        "0 spec.replicas",
    ),
    "a port": _row(
        [pod(web(ports=[port(99999)]))],
        "ports[0].containerPort of web must be from 1 to 65535, not 99999.",
        "0 spec.containers[0].ports[0].containerPort",
    ),
    "a probe's port": _row(
        [pod(web(livenessProbe={"httpGet": {"port": 0}}))],
        "livenessProbe.httpGet.port of web must be from 1 to 65535, not 0.",
        "0 spec.containers[0].livenessProbe.httpGet.port",
    ),
    "a probe": _row(
        [_probe(periodSeconds=-5)],
        "livenessProbe.periodSeconds of web must be 0 or more, not -5.",
        "0 spec.containers[0].livenessProbe.periodSeconds",
    ),
    "an amount": _row(
        [pod(web(resources={"limits": {"memory": "-5"}}))],
        "resources.limits.memory of web must be 0 or more, not -5.",
        "0 spec.containers[0].resources.limits.memory",
    ),
    "the items of a list": _row(
        [pod(web(), securityContext={"supplementalGroups": [0, -1]})],
        "spec.securityContext.supplementalGroups[1] of Pod shop must be 0 or more, not -1.",
        "0 spec.securityContext.supplementalGroups[1]",
    ),
    "a weight": _row(
        [pod(web(), affinity={"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [
            {"weight": 101, "preference": {"matchFields": [{"key": "metadata.name", "operator": "Exists"}]}},
        ]}})],
        "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight of Pod shop "
        "must be from 1 to 100, not 101.",
        "0 spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight",
    ),
}  # fmt: skip
