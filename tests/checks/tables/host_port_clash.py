from tests.checks.rows import Found, Row, log, pod, port, web

FIRST = port(80, hostPort=8080)
ROWS = {
    "different": Row([pod(web(ports=[FIRST]), log(ports=[port(81, hostPort=8081)]))]),
    "another protocol or address": Row(
        [
            pod(
                web(ports=[FIRST]),
                log(ports=[port(81, hostPort=8080, protocol="UDP"), port(82, hostPort=8080, hostIP="127.0.0.1")]),
            )
        ]
    ),
    "an init container": Row([pod(web(ports=[FIRST]), initContainers=[log(ports=[port(81, hostPort=8080)])])]),
    "two containers": Row(
        [pod(web(ports=[FIRST]), log(ports=[port(81, hostPort=8080)]))],
        [
            Found(
                "error",
                "web and log both take port 8080 of the node.",
                "0 spec.containers[1].ports[0].hostPort",
                "Remove the hostPort of log",
            )
        ],
    ),
    "one container": Row(
        [pod(web(ports=[FIRST, port(81, hostPort=8080)]))],
        [
            Found(
                "error",
                "web takes port 8080 of the node twice.",
                "0 spec.containers[0].ports[1].hostPort",
                "Remove the hostPort of web",
            )
        ],
    ),
}
