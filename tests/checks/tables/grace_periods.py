from designer.manifests.types import Document
from tests.checks.rows import Found, Row, pod, web


def sleeps(count: int) -> Document:
    return web(lifecycle={"preStop": {"sleep": {"seconds": count}}})


def commands(count: int) -> Document:
    return web(lifecycle={"preStop": {"exec": {"command": ["sh", "-c", f"sleep {count}"]}}})


AT = "0 spec.containers[0].lifecycle.preStop"
NONE_LEFT = "that the pod has to stop: no time is left between TERM and KILL."
ROWS = {
    "shorter than the default": Row([pod(sleeps(15))]),
    "shorter than what is set": Row([pod(commands(60), terminationGracePeriodSeconds=90)]),
    "of unknown length": Row([pod(web(lifecycle={"preStop": {"exec": {"command": ["drain"]}}}))]),
    "no sleep at all": Row([pod(sleeps(0), terminationGracePeriodSeconds=0)]),
    "a sleep action that is longer": Row(
        [pod(sleeps(45))],
        [
            Found(
                "error",
                "The preStop hook of web sleeps 45 s, longer than the 30 s that the pod has to stop: "
                "the API server refuses that.",
                f"{AT}.sleep.seconds",
                "Give the pod 75 s to stop",
            )
        ],
    ),
    "a sleep action of the same length": Row(
        [pod(sleeps(30))],
        [
            Found(
                "warning",
                f"The preStop hook of web sleeps 30 s, all of the 30 s {NONE_LEFT}",
                f"{AT}.sleep.seconds",
                "Give the pod 1 min to stop",
            )
        ],
    ),
    "a command that is longer": Row(
        [pod(commands(120), terminationGracePeriodSeconds=60)],
        [
            Found(
                "warning",
                f"The preStop hook of web sleeps 2 min, longer than the 1 min {NONE_LEFT}",
                AT,
                "Give the pod 2 min 30 s to stop",
            )
        ],
    ),
}
