from typing import Any

from designer.manifests.types import Document
from tests.checks.rows import Found, Row, pod, thing, web

SITE = thing("ConfigMap", "site", data={"a.conf": ""}, binaryData={"b": ""})
LOGIN = thing("Secret", "login", data={"user": ""}, stringData={"password": ""})


def env(field: str, name: str, key: str, **more: Any) -> Document:
    return web(env=[{"name": "A", "valueFrom": {field: {"name": name, "key": key, **more}}}])


def mounted(sub_path: str, **source: Any) -> Document:
    mount = {"name": "site", "mountPath": "/x", "subPath": sub_path}
    return pod(web(volumeMounts=[mount]), volumes=[{"name": "site", "configMap": {"name": "site", **source}}])


def projected(key: str) -> Document:
    sources = [{"secret": {"name": "login", "items": [{"key": key, "path": "x"}]}}]
    return pod(web(), volumes=[{"name": "all", "projected": {"sources": sources}}])


ROWS = {
    "there": Row(
        [
            pod(env("configMapKeyRef", "site", "b"), env("secretKeyRef", "login", "password")["env"] and web(name="c")),
            SITE,
            LOGIN,
        ]
    ),
    "not this design's ConfigMap": Row([pod(env("configMapKeyRef", "other", "x")), SITE]),
    "optional": Row([pod(env("configMapKeyRef", "site", "x", optional=True)), SITE]),
    "a subPath": Row([mounted("a.conf"), SITE]),
    "a subPath of items": Row([mounted("x/y", items=[{"key": "a.conf", "path": "x/y"}]), SITE]),
    "a variable": Row(
        [pod(env("configMapKeyRef", "site", "x")), SITE],
        [
            Found(
                "error",
                "web uses key x of ConfigMap site, which has no such key.",
                "0 spec.containers[0].env[0].valueFrom.configMapKeyRef.key",
                "Add an empty x to ConfigMap site",
            )
        ],
    ),
    "a Secret's variable": Row(
        [pod(env("secretKeyRef", "login", "x")), LOGIN],
        [
            Found(
                "error",
                "web uses key x of Secret login, which has no such key.",
                "0 spec.containers[0].env[0].valueFrom.secretKeyRef.key",
                "Add an empty x to Secret login",
            )
        ],
    ),
    "a mount": Row(
        [mounted("nginx.conf"), SITE],
        [
            Found(
                "error",
                "web uses key nginx.conf of ConfigMap site, which has no such key.",
                "0 spec.containers[0].volumeMounts[0].subPath",
                "Add an empty nginx.conf to ConfigMap site",
            )
        ],
    ),
    "an item of a volume": Row(
        [mounted("y", items=[{"key": "x", "path": "y"}]), SITE],
        [
            Found(
                "error",
                "Volume site uses key x of ConfigMap site, which has no such key.",
                "0 spec.volumes[0].configMap.items[0].key",
                "Add an empty x to ConfigMap site",
            )
        ],
    ),
    "a projected Secret": Row(
        [projected("x"), LOGIN],
        [
            Found(
                "error",
                "Volume all uses key x of Secret login, which has no such key.",
                "0 spec.volumes[0].projected.sources[0].secret.items[0].key",
                "Add an empty x to Secret login",
            )
        ],
    ),
    "a projected Secret that has it": Row([projected("user"), LOGIN]),
}
