from tests.checks.rows import Found, Row, log, pod, port, web

ROWS = {
    "different": Row([pod(web(ports=[port(80, "http"), port(81, "admin")]), log(ports=[port(82)]))]),
    "an init container": Row([pod(web(ports=[port(80, "http")]), initContainers=[log(ports=[port(81, "http")])])]),
    "another protocol": Row(
        [pod(web(ports=[port(53, "dns")]), log(ports=[port(53, "dns", protocol="UDP")]))],
    ),
    "one container": Row(
        [pod(web(ports=[port(80, "http"), port(81, "http")]))],
        [
            Found(
                "error",
                "web has two ports called http.",
                "0 spec.containers[0].ports[1].name",
                "Call this one http-2",
            )
        ],
    ),
    "two containers": Row(
        [pod(web(ports=[port(80, "http")]), log(ports=[port(81, "http")]))],
        [
            Found(
                "warning",
                "web and log both call a port http: a Service that uses the name reaches web only.",
                "0 spec.containers[1].ports[0].name",
                "Call the port of log http-2",
            )
        ],
    ),
}
