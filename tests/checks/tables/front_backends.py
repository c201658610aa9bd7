from typing import Any

from designer.manifests.types import Document
from tests.checks.rows import Found, Row, pod, port, service, thing, web

SHOP = [pod(web(ports=[port(80)])), service({"port": 80, "name": "http"})]


def ingress(name: str = "shop", ways: int = 1, **of_port: Any) -> Document:
    path = {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": name, "port": of_port}}}
    paths = [path] * ways
    return thing("Ingress", "front", "networking.k8s.io/v1", spec={"rules": [{"http": {"paths": paths}}]})


def route(name: str = "shop", **fields: Any) -> Document:
    spec = {"rules": [{"backendRefs": [{"name": name, **fields}]}]}
    return thing("HTTPRoute", "front", "gateway.networking.k8s.io/v1", spec=spec)


BACKEND = "2 spec.rules[0].http.paths[0].backend.service"
REF = "2 spec.rules[0].backendRefs[0]"
ROWS = {
    "a number": Row([*SHOP, ingress(number=80)]),
    "a port by name": Row(
        [
            *SHOP,
            thing(
                "Ingress",
                "front",
                "networking.k8s.io/v1",
                spec={
                    "defaultBackend": {"service": {"name": "shop", "port": {"name": "http"}}},
                },
            ),
        ]
    ),
    "a route": Row([*SHOP, route(port=80)]),
    "a route elsewhere than to a Service": Row([*SHOP, route("bucket", kind="Bucket")]),
    "a Service that is not there, twice": Row(
        [*SHOP, ingress("shoop", 2, number=80)],
        [Found("warning", "Ingress front leads to Service shoop, which is not in this design.", f"{BACKEND}.name")],
    ),
    "a Service that may be in the cluster": Row(
        [pod(web()), route("shop", port=80)],
        [
            Found(
                "hint",
                "HTTPRoute front leads to Service shop, which is not in this design. It has to be in the cluster.",
                "1 spec.rules[0].backendRefs[0].name",
            )
        ],
    ),
    "a Service of another namespace": Row(
        [SHOP[0], {**SHOP[1], "metadata": {"name": "shop", "namespace": "a"}}, route(port=80, namespace="b")],
        [
            Found(
                "hint",
                "HTTPRoute front leads to Service shop, which is not in this design. It has to be in the cluster.",
                f"{REF}.name",
            )
        ],
    ),
    "a port that it has not": Row(
        [*SHOP, ingress(number=8080)],
        [
            Found(
                "warning",
                "Ingress front leads to port 8080 of Service shop, which has no such port.",
                f"{BACKEND}.port",
                "Lead it to port 80",
            )
        ],
    ),
    "a route's port that it has not": Row(
        [*SHOP, route(port=8080)],
        [
            Found(
                "warning",
                "HTTPRoute front leads to port 8080 of Service shop, which has no such port.",
                f"{REF}.port",
                "Lead it to port 80",
            )
        ],
    ),
    "a port that it has not, of several": Row(
        [SHOP[0], service({"port": 80, "name": "a"}, {"port": 81, "name": "b"}), route(port=8080)],
        [
            Found(
                "warning",
                "HTTPRoute front leads to port 8080 of Service shop, which has no such port.",
                f"{REF}.port",
            )
        ],
    ),
}
