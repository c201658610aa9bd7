from tests.checks.rows import Found, Row, log, pod, thing, web

MESSAGE = "Pod shop has no container: a pod needs at least one that is no init container."
NONE = [Found("error", MESSAGE, "0 spec.containers")]
ROWS = {
    "a container": Row([pod(web())]),
    "no pod at all": Row([thing("ConfigMap", "a")]),
    "none": Row([pod()], NONE),
    "a native sidecar is none": Row([pod(initContainers=[log(restartPolicy="Always")])], NONE),
    "containers that are no list": Row([{**pod(), "spec": {"containers": "web"}}], NONE),
}
