from tests.checks.rows import Found, Row, log, pod, web

A, B = {"name": "a", "mountPath": "/data"}, {"name": "b", "mountPath": "/data"}
VOLUMES = [{"name": "a", "emptyDir": {}}, {"name": "b", "emptyDir": {}}]
AT = "0 spec.containers[0].volumeMounts[1].mountPath"
ROWS = {
    "different containers": Row([pod(web(volumeMounts=[A]), log(volumeMounts=[B]), volumes=VOLUMES)]),
    "one inside the other": Row([pod(web(volumeMounts=[A, {**B, "mountPath": "/data/b"}]), volumes=VOLUMES)]),
    "two volumes": Row(
        [pod(web(volumeMounts=[A, B]), volumes=VOLUMES)], [Found("error", "web mounts a and b at /data.", AT)]
    ),
    "a slash at the end": Row(
        [pod(web(volumeMounts=[A, {**B, "mountPath": "/data/"}]), volumes=VOLUMES)],
        [Found("error", "web mounts a and b at /data.", AT)],
    ),
    "the same mount": Row(
        [pod(web(volumeMounts=[A, A]), volumes=VOLUMES[:1])],
        [Found("error", "web mounts a at /data twice.", AT, "Remove the second")],
    ),
}
