from typing import Any

from designer.manifests.types import Document
from tests.checks.rows import Found, Row, log, pod, port, web


def mesh(asked: Any, **fields: Any) -> Document:
    probe = {"httpGet": {"path": "/", "port": asked}}
    return {"name": "mesh", "image": "envoy", "restartPolicy": "Always", "startupProbe": probe, **fields}


SERVES = web(ports=[port(80)])
WORDS = (
    "The startup probe of mesh asks port 80, which is {0}'s, and {0} starts only when that probe has succeeded: "
    "the pod never starts."
)
AT = "0 spec.initContainers[{}].startupProbe"
MEND = "Make it a readiness probe"
ROWS = {
    "its own port": Row([pod(web(), initContainers=[mesh(80, ports=[port(80)])])]),
    "a port that nobody declares": Row([pod(web(), initContainers=[mesh(15021)])]),
    "of an earlier one": Row([pod(web(), initContainers=[log(restartPolicy="Always", ports=[port(80)]), mesh(80)])]),
    "another address": Row(
        [pod(SERVES, initContainers=[mesh(80, startupProbe={"tcpSocket": {"port": 80, "host": "db"}})])]
    ),
    "an app container's own startup probe": Row([pod(SERVES, log(startupProbe={"tcpSocket": {"port": 80}}))]),
    "another protocol": Row([pod(web(ports=[port(80, protocol="UDP")]), initContainers=[mesh(80)])]),
    "the app's port": Row(
        [pod(SERVES, initContainers=[mesh(80)])], [Found("error", WORDS.format("web"), AT.format(0), MEND)]
    ),
    "a later native sidecar's port": Row(
        [pod(web(), initContainers=[mesh(80), log(restartPolicy="Always", ports=[port(80)])])],
        [Found("error", WORDS.format("log"), AT.format(0), MEND)],
    ),
    "with a readiness probe of its own": Row(
        [pod(SERVES, initContainers=[mesh(80, readinessProbe={"exec": {"command": ["true"]}})])],
        [Found("error", WORDS.format("web"), AT.format(0), None)],
    ),
}
