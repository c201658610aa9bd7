from tests.checks.rows import Found, Row, pod, web

TMP = {"name": "tmp", "emptyDir": {}}
MESSAGE = "Two volumes are called tmp: a mount could mean either."
ROWS = {
    "different": Row([pod(web(), volumes=[TMP, {**TMP, "name": "logs"}])]),
    "the same name": Row(
        [pod(web(), volumes=[TMP, {"name": "tmp", "hostPath": {"path": "/"}}])],
        [Found("error", MESSAGE, "0 spec.volumes[1].name")],
    ),
    "the same volume": Row(
        [pod(web(), volumes=[TMP, dict(TMP)])],
        [Found("error", MESSAGE, "0 spec.volumes[1].name", "Remove the second, which is the same")],
    ),
}
