from tests.checks.rows import Found, Row, log, pod, thing, web

RESIZE = [{"resourceName": "cpu", "restartPolicy": "NotRequired"}]


def _row(documents: list, message: str, at: str, fix: str | None = None, version: str = "1.25") -> Row:
    return Row(documents, [Found("error", message, at, fix)], version)


ROWS = {
    "the version has it": Row([pod(web(resizePolicy=RESIZE))], version="1.27"),
    "a version we do not know is taken for the newest": Row([pod(web(resizePolicy=RESIZE))], version="1.99"),
    "no version has it": Row([pod(web(frobnicate=1))], version="1.25"),
    "came later": _row(
        [pod(web(resizePolicy=RESIZE))],
        "Kubernetes 1.25 has no resizePolicy: it came with 1.27.",
        "0 spec.containers[0].resizePolicy",
        "Remove resizePolicy",
    ),
    "what lies below it is not told as well": _row(
        [pod(web(resizePolicy=[{"resource": 1}]))],
        "Kubernetes 1.26 has no resizePolicy: it came with 1.27.",
        "0 spec.containers[0].resizePolicy",
        "Remove resizePolicy",
        "1.26",
    ),
    "a native sidecar is not made a plain init container": _row(
        [pod(web(), initContainers=[log(restartPolicy="Always")])],
        "Kubernetes 1.27 has no restartPolicy: it came with 1.28.",
        "0 spec.initContainers[0].restartPolicy",
        None,
        "1.27",
    ),
    "a volume keeps its source": _row(
        [pod(web(), volumes=[{"name": "model", "image": {"reference": "example.org/model:1"}}])],
        "Kubernetes 1.30 has no image: it came with 1.31.",
        "0 spec.volumes[0].image",
        None,
        "1.30",
    ),
    "was removed": _row(
        [thing("NetworkPolicy", "shop", "networking.k8s.io/v1", spec={"podSelector": {}}, status={})],
        "Kubernetes 1.28 has no status: it was removed, and 1.27 was the last to have it.",
        "0 status",
        "Remove status",
        "1.28",
    ),
    "came and went": _row(
        [pod(web(), workloadRef={"name": "a"})],
        "Kubernetes 1.34 has no workloadRef: it came with 1.35.",
        "0 spec.workloadRef",
        "Remove workloadRef",
        "1.34",
    ),
}
