from typing import Any

from designer.manifests.types import Document
from tests.checks.rows import Found, Row, log, pod, thing, web

TAIL = log(command=["tail", "-f", "/logs/a"])
WORDS = "complete only when all its containers have ended: as a native sidecar it would be stopped then."


def job(*containers: Any, kind: str = "Job", **spec: Any) -> Document:
    template = {"spec": {"containers": list(containers), "restartPolicy": "Never", **spec}}
    if kind == "Job":
        return thing("Job", "load", "batch/v1", spec={"template": template})
    return thing(
        "CronJob", "load", "batch/v1", spec={"schedule": "@daily", "jobTemplate": {"spec": {"template": template}}}
    )


def found(kind: str, why: str, path: str, fix: str | None = "Make log a native sidecar") -> Found:
    return Found("warning", f"log looks as if it never ends ({why}), and {kind} load is {WORDS}", path, fix)


ROWS = {
    "one that works": Row([job(web())]),
    "one that may be meant to run on": Row([job(TAIL)]),
    "two that end": Row([job(web(), log(command=["sh", "-c", "echo done"]))]),
    "a native sidecar": Row([job(web(), initContainers=[{**TAIL, "restartPolicy": "Always"}])]),
    "a pod that is no Job's": Row([pod(web(), TAIL)]),
    "a command that never ends": Row(
        [job(web(), TAIL)], [found("Job", "it runs “tail -f”", "0 spec.template.spec.containers[1]")]
    ),
    "a server, in a CronJob": Row(
        [job(log(readinessProbe={"tcpSocket": {"port": 80}}), web(), kind="CronJob")],
        [
            found(
                "CronJob",
                "it has a readinessProbe, as what serves has",
                "0 spec.jobTemplate.spec.template.spec.containers[0]",
            )
        ],
    ),
    "a version that has no native sidecars by itself": Row(
        [job(web(), TAIL)],
        [found("Job", "it runs “tail -f”", "0 spec.template.spec.containers[1]", None)],
        "1.28",
    ),
}
