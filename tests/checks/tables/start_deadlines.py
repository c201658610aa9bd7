from typing import Any

from designer.manifests.types import Document
from tests.checks.rows import Found, Row, thing, web

SLOW = {"readinessProbe": {"tcpSocket": {"port": 80}, "initialDelaySeconds": 90}}
LABELS = {"app": "shop"}


def deployment(container: Document, **spec: Any) -> Document:
    template = {"metadata": {"labels": LABELS}, "spec": {"containers": [container]}}
    return thing(
        "Deployment", "shop", "apps/v1", spec={"selector": {"matchLabels": LABELS}, "template": template, **spec}
    )


def job(*inits: Document, **spec: Any) -> Document:
    template = {"spec": {"containers": [web()], "initContainers": list(inits), "restartPolicy": "Never"}}
    return thing("Job", "load", "batch/v1", spec={"template": template, **spec})


MESH = {
    "name": "mesh",
    "image": "envoy",
    "restartPolicy": "Always",
    "startupProbe": {"tcpSocket": {"port": 80}, "initialDelaySeconds": 40},
}
ROWS = {
    "ready at once": Row([deployment(web())]),
    "the default of ten minutes": Row([deployment(web(**SLOW))]),
    "long enough": Row([deployment(web(**SLOW), progressDeadlineSeconds=120)]),
    "a Job in time": Row([job(MESH, activeDeadlineSeconds=41)]),
    "a Job without a deadline": Row([job(MESH)]),
    "a rollout that always fails": Row(
        [deployment(web(**SLOW), progressDeadlineSeconds=60)],
        [
            Found(
                "warning",
                "Deployment shop is given up after 1 min (progressDeadlineSeconds), and by its probes and hooks its "
                "pod can be Ready after 90 s at the earliest.",
                "0 spec.progressDeadlineSeconds",
                "Set progressDeadlineSeconds to 180",
            )
        ],
    ),
    "a Job that always fails": Row(
        [job(MESH, activeDeadlineSeconds=30)],
        [
            Found(
                "warning",
                "Job load is given up after 30 s (activeDeadlineSeconds), and by its probes and hooks its pod can "
                "run after 40 s at the earliest.",
                "0 spec.activeDeadlineSeconds",
                "Set activeDeadlineSeconds to 80",
            )
        ],
    ),
}
