from tests.checks.rows import Found, Row, log, pod, web

PROBE = {"exec": {"command": ["true"]}}
RULE = "make it a native sidecar, or remove this."
ROWS = {
    "an app container": Row([pod(web(livenessProbe=PROBE))]),
    "a native sidecar": Row([pod(web(), initContainers=[log(restartPolicy="Always", startupProbe=PROBE)])]),
    "a plain init container": Row([pod(web(), initContainers=[log(livenessProbe=None)])]),
    "a probe": Row(
        [pod(web(), initContainers=[log(readinessProbe=PROBE)])],
        [
            Found(
                "error",
                f"log is an init container, which runs once and cannot have readinessProbe: {RULE}",
                "0 spec.initContainers[0].readinessProbe",
                "Make log a native sidecar",
            )
        ],
    ),
    "all of them": Row(
        [pod(web(), initContainers=[log(startupProbe=PROBE, livenessProbe=PROBE, lifecycle={})])],
        [
            Found(
                "error",
                "log is an init container, which runs once and cannot have lifecycle, livenessProbe and startupProbe: "
                + RULE,
                "0 spec.initContainers[0].lifecycle",
                "Make log a native sidecar",
            )
        ],
    ),
}
