from tests.checks.rows import Found, Row, pod, web

LOGS = {"name": "logs", "emptyDir": {}}
ROWS = {
    "mounted": Row([pod(web(volumeMounts=[{"name": "logs", "mountPath": "/logs"}]), volumes=[LOGS])]),
    "a device": Row([pod(web(volumeDevices=[{"name": "logs"}]), volumes=[LOGS])]),
    "mounted by an init container": Row(
        [pod(web(), initContainers=[web(name="a", volumeMounts=[{"name": "logs"}])], volumes=[LOGS])]
    ),
    "not mounted": Row(
        [pod(web(), volumes=[LOGS])],
        [Found("hint", "No container mounts logs.", "0 spec.volumes[0].name", "Remove logs")],
    ),
}
