from tests.checks.rows import Found, Row, log, pod, port, web

NETWORK = "the containers of a pod share one network, so only one of them can."
SIDECAR = log(restartPolicy="Always", ports=[port(80)])
ROWS = {
    "different ports": Row([pod(web(ports=[port(80)]), log(ports=[port(81)]))]),
    "different protocols": Row([pod(web(ports=[port(53)]), log(ports=[port(53, protocol="UDP")]))]),
    "init containers run one after the other": Row(
        [pod(web(ports=[port(80)]), initContainers=[log(ports=[port(80)]), log(name="b", ports=[port(80)])])]
    ),
    "two containers": Row(
        [pod(web(ports=[port(80)]), log(ports=[port(81), port(80, protocol="TCP")]))],
        [
            Found(
                "error",
                f"web and log both listen on port 80: {NETWORK}",
                "0 spec.containers[1].ports[1].containerPort",
                "Move log to 82",
            )
        ],
    ),
    "a native sidecar moves, not the app": Row(
        [pod(web(ports=[port(80)]), initContainers=[SIDECAR])],
        [
            Found(
                "error",
                f"web and log both listen on port 80: {NETWORK}",
                "0 spec.initContainers[0].ports[0].containerPort",
                "Move log to 81",
            )
        ],
    ),
    "an init container behind a native sidecar": Row(
        [pod(web(), initContainers=[web(name="a", ports=[port(80)]), SIDECAR, web(name="b", ports=[port(80)])])],
        [
            Found(
                "error",
                f"log and b both listen on port 80: {NETWORK}",
                "0 spec.initContainers[2].ports[0].containerPort",
                "Move b to 81",
            )
        ],
    ),
    "UDP is said": Row(
        [pod(web(ports=[port(53, protocol="UDP")]), log(ports=[port(53, protocol="UDP")]))],
        [
            Found(
                "error",
                f"web and log both listen on port 53/UDP: {NETWORK}",
                "0 spec.containers[1].ports[0].containerPort",
                "Move log to 54",
            )
        ],
    ),
    "twice in a container": Row(
        [pod(web(ports=[port(80), port(80)]))],
        [
            Found(
                "warning",
                "web declares port 80 twice.",
                "0 spec.containers[0].ports[1].containerPort",
                "Remove the second",
            )
        ],
    ),
}
