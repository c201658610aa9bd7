"""A pod's lines moved to where another kind has them."""

from __future__ import annotations

import pytest

from designer.manifests.kindtext import with_kind
from designer.manifests.pod import TEMPLATE_PATHS
from designer.manifests.text import parse
from designer.manifests.types import get

POD = """\
# the shop
apiVersion: v1
kind: Pod
metadata:
  name: web # a name
spec: # of the pod
  containers:
  # the web server
  - name: web
    image: 'nginx:1.27'   # pinned

    ports: [{containerPort: 80}]
    args:
    - |
      a
        b

  volumes: []
# behind
---
kind: Other
"""


@pytest.mark.parametrize("kind", [kind for kind in TEMPLATE_PATHS if kind != "Pod"])
def test_a_pods_lines_go_deeper_and_come_back(kind: str) -> None:
    moved = with_kind(POD, 0, kind)
    spec = get(parse(POD), (0, "spec"))
    assert get(parse(moved), (0, *TEMPLATE_PATHS[kind], "spec")) == spec
    assert [line.strip() for line in moved.split("\n") if "#" in line] == [
        line.strip() for line in POD.split("\n") if "#" in line
    ]
    if kind != "PodTemplate":
        assert (
            with_kind(
                moved.replace("kind: Pod\n", f"kind: {kind}\napiVersion: x\n".replace("x", GROUP[kind]), 1).replace(
                    "apiVersion: v1\n", "", 1
                ),
                0,
                "Pod",
            ).count("# pinned")
            == 1
        )


GROUP = {
    "Deployment": "apps/v1",
    "StatefulSet": "apps/v1",
    "DaemonSet": "apps/v1",
    "ReplicaSet": "apps/v1",
    "Job": "batch/v1",
    "CronJob": "batch/v1",
    "ReplicationController": "v1",
}


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a}]}\n",
        '{"apiVersion": "v1", "kind": "Pod", "spec": {"containers": []}}',
        "apiVersion: v1\nkind: Pod\n",
        "apiVersion: v1\nkind: ConfigMap\nspec: {}\n",
    ],
)
def test_what_cannot_be_moved_stays_readable(text: str) -> None:
    assert parse(with_kind(text, 0, "Deployment"))
