"""Two hundred volumes are a picture: beyond a dozen of the same containers they are counted in one box."""

from __future__ import annotations

from typing import Any

from designer.diagram.layout import layout
from designer.diagram.mermaid import mermaid
from designer.diagram.model import Box, Picture
from designer.manifests.types import Documents
from tests.diagram.designs import bare_pod, container
from tests.diagram.geometry import faults


def _design(count: int, sharing: int = 0) -> Documents:
    mounts = [(f"volume-{n}", f"/data/{n}") for n in range(count)]
    volumes: list[Any] = [{"name": f"volume-{n}", "emptyDir": {}} for n in range(count)]
    containers = [container("app", mounts=mounts), container("side", mounts=mounts[:sharing])]
    return [bare_pod("p", {"containers": containers, "volumes": volumes})]


def _volumes(picture: Picture) -> list[Box]:
    return [box for box in picture.boxes if box.kind == "volume"]


def test_two_hundred_volumes_are_a_picture() -> None:
    picture = layout(_design(200, 3))
    assert faults(picture) == []
    assert picture.width <= 1_200
    assert picture.height <= 1_200
    volumes = _volumes(picture)
    # Three that both mount, twelve of the other's own, and one for the rest.
    assert len(volumes) == 16
    rest = volumes[-1]
    assert rest.texts[0].text == "and 185 more volumes"
    assert rest.texts[1].text == "185 emptyDir"
    assert rest.at == "0"
    assert "volume-15, volume-16" in rest.title
    assert rest.title.endswith("volume-199")
    assert "volume-199" not in rest.name
    (edge,) = [edge for edge in picture.edges if edge.target == rest.id]
    assert edge.label is not None
    assert edge.label.text == "185 more rw"
    assert edge.title.startswith("app mounts 185 more at /data/15, /data/16")


def test_a_dozen_and_one_are_drawn_and_the_box_keeps_its_id() -> None:
    assert len(_volumes(layout(_design(13)))) == 13
    assert len(_volumes(layout(_design(14)))) == 13
    ids = [[box.id for box in _volumes(layout(_design(count)))][-1] for count in (14, 40)]
    assert ids[0] == ids[1]


def test_what_is_wrong_with_a_volume_is_never_among_the_counted() -> None:
    drawn = layout(_design(40), bad=["0/volumes/35"])
    assert "0/volumes/35" in {box.at for box in _volumes(drawn)}
    assert len(_volumes(drawn)) == 13


def test_volumes_that_both_mount_are_counted_with_a_line_from_each() -> None:
    picture = layout(_design(30, 30))
    assert faults(picture) == []
    rest = _volumes(picture)[-1]
    assert rest.texts[0].text == "and 18 more volumes"
    assert len([edge for edge in picture.edges if edge.target == rest.id]) == 2


def test_mermaid_counts_them_too() -> None:
    text = mermaid(_design(200))
    assert "and 188 more volumes" in text
    assert text.count("---|") == 13
