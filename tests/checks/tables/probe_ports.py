from tests.checks.rows import Found, Row, log, pod, port, web

PROBE = {"httpGet": {"path": "/", "port": "http"}}
AT = "0 spec.containers[0].livenessProbe.httpGet.port"
MESSAGE = "The livenessProbe of web uses port 'http', which this container does not have."
ROWS = {
    "declared": Row([pod(web(livenessProbe=PROBE, ports=[port(80, "http")]))]),
    "a number": Row([pod(web(livenessProbe={"tcpSocket": {"port": 80}}))]),
    "no port": Row([pod(web(livenessProbe=PROBE))], [Found("error", MESSAGE, AT)]),
    "another container's port": Row(
        [pod(web(livenessProbe=PROBE), log(ports=[port(80, "http")]))], [Found("error", MESSAGE, AT)]
    ),
    "one port, named": Row(
        [pod(web(livenessProbe=PROBE, ports=[port(80, "web")]))], [Found("error", MESSAGE, AT, "Use port web")]
    ),
    "one port, without a name": Row(
        [pod(web(livenessProbe=PROBE, ports=[port(80)]))], [Found("error", MESSAGE, AT, "Use port 80")]
    ),
    "a number as a string": Row(
        [pod(web(livenessProbe={"httpGet": {"port": "80"}}))],
        [Found("error", "The livenessProbe of web has port 80 as a string: a number is needed.", AT, "Use port 80")],
    ),
    "a lifecycle hook": Row(
        [pod(web(lifecycle={"preStop": PROBE}))],
        [
            Found(
                "error",
                "The lifecycle.preStop of web uses port 'http', which this container does not have.",
                "0 spec.containers[0].lifecycle.preStop.httpGet.port",
            )
        ],
    ),
    "a gRPC probe": Row(
        [pod(web(livenessProbe={"grpc": {"port": "rpc"}}, ports=[port(80, "http"), port(9000, "rpc")]))],
        [
            Found(
                "error",
                "The livenessProbe of web names port 'rpc': a gRPC probe needs a number.",
                "0 spec.containers[0].livenessProbe.grpc.port",
                "Use port 9000",
            )
        ],
    ),
}
