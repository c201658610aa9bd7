from tests.checks.rows import Found, Row, log, pod, port, service, web

AT = "1 spec.ports[0].targetPort"
ROWS = {
    "a name": Row([pod(web(ports=[port(8080, "http")])), service({"port": 80, "targetPort": "http"})]),
    "a number": Row([pod(web(ports=[port(8080)])), service({"port": 80, "targetPort": 8080})]),
    "no target is the port": Row([pod(web(ports=[port(80)])), service({"port": 80})]),
    "a native sidecar's": Row(
        [pod(web(), initContainers=[log(restartPolicy="Always", ports=[port(80)])]), service({"port": 80})]
    ),
    "nothing selected": Row([service({"port": 80, "targetPort": "http"})]),
    "a name that nobody has": Row(
        [pod(web(ports=[port(80), port(81)])), service({"port": 80, "targetPort": "http"})],
        [Found("error", "Service shop leads to port 'http', which no container of Pod shop declares.", AT)],
    ),
    "a name, and one port there is": Row(
        [pod(web(ports=[port(80, "web")])), service({"port": 80, "targetPort": "http"})],
        [
            Found(
                "error",
                "Service shop leads to port 'http', which no container of Pod shop declares.",
                AT,
                "Lead it to web",
            )
        ],
    ),
    "a number that nobody declares": Row(
        [pod(web()), service({"port": 80})],
        [Found("warning", "Service shop leads to port 80, which no container of Pod shop declares.", AT)],
    ),
    "an init container's": Row(
        [pod(web(), initContainers=[log(ports=[port(80)])]), service({"port": 80})],
        [Found("warning", "Service shop leads to port 80, which no container of Pod shop declares.", AT)],
    ),
    "another protocol": Row(
        [pod(web(ports=[port(53)])), service({"port": 53, "protocol": "UDP"})],
        [Found("warning", "Service shop leads to port 53/UDP, which no container of Pod shop declares.", AT)],
    ),
    "a number as a string": Row(
        [pod(web(ports=[port(80), port(81)])), service({"port": 80, "targetPort": "80"})],
        [
            Found(
                "error",
                "Service shop leads to port '80', which no container of Pod shop declares.",
                AT,
                "Lead it to 80",
            )
        ],
    ),
}
