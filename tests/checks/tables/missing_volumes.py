from tests.checks.rows import Found, Row, pod, thing, web

LOGS = {"name": "logs", "mountPath": "/logs"}
AT = "0 spec.containers[0].volumeMounts[0].name"
CLAIM = {"metadata": {"name": "logs"}}
TEMPLATE = {"spec": {"containers": [web(volumeMounts=[LOGS])]}}
ROWS = {
    "a volume": Row([pod(web(volumeMounts=[LOGS]), volumes=[{"name": "logs", "emptyDir": {}}])]),
    "a claim template": Row(
        [thing("StatefulSet", "db", "apps/v1", spec={"volumeClaimTemplates": [CLAIM], "template": TEMPLATE})]
    ),
    "no volume": Row(
        [pod(web(volumeMounts=[LOGS]))],
        [Found("error", "web mounts volume 'logs', which this pod does not have.", AT, "Add an emptyDir logs")],
    ),
    "a name that no volume can have": Row(
        [pod(web(volumeMounts=[{**LOGS, "name": "a_b"}]))],
        [Found("error", "web mounts volume 'a_b', which this pod does not have.", AT)],
    ),
    "no name": Row(
        [pod(web(volumeMounts=[{"mountPath": "/logs"}]))], [Found("error", "A mount of web names no volume.", AT)]
    ),
    "a device": Row(
        [pod(web(volumeDevices=[{"name": "disk", "devicePath": "/dev/x"}]))],
        [
            Found(
                "error",
                "web uses volume 'disk' as a device, which this pod does not have.",
                "0 spec.containers[0].volumeDevices[0].name",
            )
        ],
    ),
}
