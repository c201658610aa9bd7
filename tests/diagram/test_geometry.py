"""Nothing overlaps and no line runs through anything, whatever is drawn."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given

from designer.diagram.layout import layout
from designer.diagram.svg import svg
from designer.manifests.types import Document
from tests.diagram.designs import bare_pod, container, deployment, designs, generated, service
from tests.diagram.geometry import crossings, faults

pytestmark = pytest.mark.broad


# 7979: a row of a Service at the height of a track that another of its rows takes.
# 31025: a line straight on, from a pod narrower than the one below it, in a chain that goes on in a row below.
@pytest.mark.parametrize("seed", [*range(120), 7979, 31025])
def test_generated_designs_read_well(seed: int) -> None:
    assert faults(layout(generated(seed))) == []


def test_lines_seldom_cross() -> None:
    """A hundred designs of 1 to 30 containers and 0 to 40 volumes, more tangled than people's: about as many crossings
    as lines. Without the orders that save crossings (of tracks, slots and volumes) it is half as many again."""
    drawn = [layout(generated(seed)) for seed in range(100)]
    found = sorted(crossings(picture) for picture in drawn)
    assert sum(found) / len(found) <= 52
    assert found[len(found) // 2] <= 14
    assert found[-1] <= 380


@given(designs)
def test_any_design_reads_well_and_is_xml(documents: list[Document]) -> None:
    picture = layout(documents)
    assert faults(picture) == []
    for standalone in (False, True):
        root = ElementTree.fromstring(svg(picture, standalone=standalone))
        assert root.tag == "{http://www.w3.org/2000/svg}svg"


@pytest.mark.parametrize("count", [1, 2, 8, 20, 30])
@pytest.mark.parametrize("shared", [0, 1, 3])
def test_rows_of_containers_with_own_and_shared_volumes_read_well(count: int, shared: int) -> None:
    containers = [
        container(
            f"service-{n}",
            ports=[8000 + n],
            mounts=[
                (f"own-{n}", f"/etc/service-{n}/conf.d", "ro"),
                *((f"shared-{s}", f"/var/{s}") for s in range(shared)),
            ],
            args=[f"--next=http://localhost:{8000 + (n + 1) % count}"],
        )
        for n in range(count)
    ]
    volumes = [{"name": f"own-{n}", "configMap": {"name": "c"}} for n in range(count)]
    volumes += [{"name": f"shared-{s}", "emptyDir": {}} for s in range(shared)]
    ports = [{"port": 80 + n, "targetPort": 8000 + n} for n in range(count)]
    documents = [
        deployment("row", {"containers": containers, "volumes": volumes}),
        service("row", {"app": "row"}, *ports),
    ]
    assert faults(layout(documents)) == []


@pytest.mark.parametrize("count", [1, 5, 40])
def test_one_container_with_many_volumes_reads_well(count: int) -> None:
    volumes = [{"name": f"v{n}", "emptyDir": {}} for n in range(count)]
    mounts = [(f"v{n}", f"/data/{n}") for n in range(count)]
    assert faults(layout([bare_pod("p", {"containers": [container("c", mounts=mounts)], "volumes": volumes})])) == []


def test_init_containers_without_containers_read_well() -> None:
    steps = [container(f"step-{n}", mounts=[("v", "/one"), ("v", "/two"), ("gone", "/three")]) for n in range(3)]
    assert (
        faults(layout([bare_pod("p", {"initContainers": steps, "containers": [], "volumes": [{"name": "v"}]})])) == []
    )


@given(designs)
def test_the_same_design_is_the_same_picture_whatever_the_order_of_keys(documents: list[Document]) -> None:
    assert svg(layout(documents)) == svg(layout(_shuffled(json.loads(json.dumps(documents)))))


def _shuffled(value: Any) -> Any:
    if isinstance(value, list):
        return [_shuffled(item) for item in value]
    if isinstance(value, dict):
        keys = list(value)
        random.Random(len(keys)).shuffle(keys)
        return {key: _shuffled(value[key]) for key in keys}
    return value


def test_crossings_are_counted() -> None:
    spec = {
        "containers": [container("a", mounts=[("v", "/v"), ("w", "/w")])],
        "volumes": [{"name": "v"}, {"name": "w"}],
    }
    picture = layout([bare_pod("p", spec)])
    one, other = picture.edges
    upright, level = (((50, 0), (50, 100)),), (((0, 50), (100, 50)),)
    assert crossings(replace(picture, edges=(replace(one, lines=upright), replace(other, lines=level)))) == 1
    same = replace(other, lines=level, target=one.target)
    assert crossings(replace(picture, edges=(replace(one, lines=upright), same))) == 0


def test_the_questions_find_what_is_wrong() -> None:
    spec = {
        "containers": [container("a", ports=[80], mounts=[("v", "/v")]), container("b")],
        "volumes": [{"name": "v"}],
    }
    picture = layout([bare_pod("p", spec)])
    a, b, volume = picture.boxes
    (mount,) = picture.edges
    (title,) = picture.frames
    moved = replace(b, rect=replace(b.rect, x=a.rect.x + 8))
    assert any("overlaps" in fault for fault in faults(replace(picture, boxes=(a, moved, volume))))
    through = replace(mount, lines=(((a.rect.x + 8, a.rect.y - 4), (a.rect.x + 8, volume.rect.y)),))
    found = faults(replace(picture, edges=(through,)))
    assert any(f"runs through {a.id}" in fault for fault in found)
    assert any("over the band" in fault for fault in found)
    askew = replace(mount, lines=(((a.rect.x + 8, a.rect.bottom), (a.rect.x + 40, volume.rect.y)),))
    assert any("askew" in fault for fault in faults(replace(picture, edges=(askew,))))
    twin = replace(mount, id="twin", target=b.id)
    assert any("lie on each other" in fault for fault in faults(replace(picture, edges=(mount, twin))))
    label = replace(title.label, x=a.rect.x, y=a.rect.y + 20)
    assert any("lies on" in fault for fault in faults(replace(picture, frames=(replace(title, label=label),))))
