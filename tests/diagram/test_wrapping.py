"""A chain of workloads is no strip: it goes on in a row below, and every arrow still arrives."""

from __future__ import annotations

import pytest

from designer.diagram.layout import layout
from designer.manifests.types import Documents
from tests.diagram.designs import container, deployment, service
from tests.diagram.geometry import faults
from tests.diagram.test_layout import edges


def _chain(length: int, fan: int = 1) -> Documents:
    documents: Documents = []
    for n in range(length):
        following = [f"http://step-{n + 1}-{f}:80" if n + 1 < length else "https://example.com" for f in range(fan)]
        containers = [
            container(f"app-{n}-{f}", ports=[8080 + f], env=[{"name": "NEXT", "value": following[f]}])
            for f in range(fan)
        ]
        documents.append(deployment(f"step-{n}", {"containers": containers}))
        documents += [
            service(f"step-{n}-{f}", {"app": f"step-{n}"}, {"port": 80, "targetPort": 8080 + f}) for f in range(fan)
        ]
    return documents


@pytest.mark.parametrize("fan", [1, 2, 3])
@pytest.mark.parametrize("length", [3, 4, 6, 9])
def test_a_chain_is_wrapped_to_the_shape_of_a_canvas(length: int, fan: int) -> None:
    picture = layout(_chain(length, fan))
    assert faults(picture) == []
    assert 0.7 <= picture.width / picture.height <= 2.2
    assert len(edges(picture, "reach")) == length * fan
    assert all(edge.target for edge in edges(picture, "reach"))


def test_two_workloads_stand_side_by_side() -> None:
    picture = layout(_chain(2))
    frames = [frame.rect for frame in picture.frames if frame.kind == "workload"]
    assert frames[0].y == frames[1].y
    assert frames[0].right < frames[1].x
