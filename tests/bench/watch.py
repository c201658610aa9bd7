"""How long after a change in a cluster the designer's watch has seen it, on a real API server started for this."""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from pathlib import Path

from designer.clusters import kubeconfig
from designer.clusters.client import connect
from designer.clusters.watching import Watching
from tests.cluster.cases import running, status, waiting
from tests.cluster.control_plane import ControlPlane, start
from tests.cluster.documents import pod

_CHANGES = 20


def watch() -> None:
    """Print median and longest in ms, from when the API server has answered that it took a pod's new status."""
    with tempfile.TemporaryDirectory() as folder, start(Path(folder)) as plane:
        client = connect(kubeconfig.context(plane.admin, {"KUBECONFIG": str(plane.kubeconfig)}))
        client.apply(pod(), "default", dry_run=False)
        watching = Watching(client, [pod()], "default")

        def wake() -> None: ...

        watching.join(wake)
        lags = [_change(plane, watching, number) for number in range(_CHANGES + 1)][1:]
        watching.leave(wake)
    seen = f"seen after {statistics.median(lags):.0f} ms, {max(lags):.0f} at most"
    print(f"watch: {_CHANGES} changes of a pod's status {seen}")


def _change(plane: ControlPlane, watching: Watching, number: int) -> float:
    words, state = ("waits", waiting("CrashLoopBackOff", "x")) if number % 2 else ("running", running())
    patch = json.dumps({"status": status(state)})
    plane.kubectl("patch", "pod", "web", "-n", "default", "--subresource=status", "--type=merge", "-p", patch)
    answered = time.perf_counter()
    while not (watching.seen.live and watching.seen.live.boxes.get("0/containers/0", ("", ""))[1].startswith(words)):
        time.sleep(0.005)
    return (time.perf_counter() - answered) * 1000
