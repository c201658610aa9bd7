"""Pictures that fit a canvas: labels give way, and what belongs to no pod stands where there is room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce

from designer.diagram.layout import layout
from designer.diagram.model import Point
from designer.manifests.types import Documents
from patterns import catalogue
from patterns.weave import weave
from tests.diagram.designs import bare_pod, config_map, container, service
from tests.diagram.geometry import crossings, faults
from tests.diagram.test_layout import box

CANVAS = (790, 530)


def _five() -> Documents:
    names = ("node-sysctl-init", "tls-ambassador", "elasticsearch-adapter", "log-tailing")
    start = weave(catalogue.preset("elasticsearch"), {}, [], None).documents
    return reduce(lambda made, name: weave(catalogue.preset(name), {}, made, 0).documents, names, start)


def triples(points: Sequence[Point]) -> Iterator[tuple[Point, Point, Point]]:
    yield from zip(points, points[1:], points[2:], strict=False)


def test_five_presets_on_one_pod_are_read_without_zooming() -> None:
    picture = layout(_five())
    assert min(CANVAS[0] / picture.width, CANVAS[1] / picture.height) >= 0.75
    assert faults(picture) == []


def test_a_line_that_is_alone_ends_straight_below_its_way_down() -> None:
    picture = layout(_five())
    for volume in ("logging-config", "nginx-config", "certs"):
        at = next(one.at for one in picture.boxes if one.kind == "volume" and one.name.startswith(f"Volume {volume}"))
        (edge,) = (edge for edge in picture.edges if edge.target_at == at)
        corners = [b for a, b, c in triples(edge.lines[-1]) if a[0] != b[0] or b[0] != c[0]]
        assert len(corners) in (0, 2), (volume, edge.lines)


def test_a_long_path_stretches_no_container() -> None:
    mount = [("v", "/usr/share/elasticsearch/config/log4j2.properties", "ro", "log4j2.properties")]
    spec = {"containers": [container("a", mounts=mount)], "volumes": [{"name": "v", "configMap": {"name": "c"}}]}
    picture = layout([bare_pod("p", spec)])
    assert box(picture, "0/containers/0").rect.w <= 168
    (edge,) = picture.edges
    assert edge.label is not None
    assert edge.label.text.startswith("/usr")
    assert " ro · log4" in edge.label.text
    assert "/usr/share/elasticsearch/config/log4j2.properties" in edge.title


def test_other_objects_stand_under_the_services_where_there_is_room() -> None:
    mounts = [("v", "/v"), ("w", "/w")]
    spec = {
        "containers": [container("a", ports=[80], mounts=mounts)],
        "volumes": [{"name": name, "configMap": {"name": f"a-config-{name}"}} for name in "vw"],
    }
    design = [bare_pod("p", spec), service("front", {"app": "p"}, {"port": 80}), config_map("a-config-v")]
    picture = layout(design)
    pod, front, config = picture.frames[0].rect, box(picture, "1").rect, box(picture, "2").rect
    assert config.right < pod.x
    assert front.bottom < config.y < config.bottom <= pod.bottom
    assert picture.height == pod.bottom + 16
    assert faults(picture) == []
    more = [config_map(f"another-{n}") for n in range(9)]
    crowded = layout([*design, *more])
    assert box(crowded, "2").rect.y > crowded.frames[0].rect.bottom
    alone = layout([bare_pod("p", spec), config_map("a-config-v")])
    assert box(alone, "1").rect.y > alone.frames[0].rect.bottom


def test_many_services_in_front_have_low_boxes() -> None:
    pod = bare_pod("api", {"containers": [container("api", ports=[8080])]})
    fronts = [service(f"api-{n}", {"app": "api"}, {"port": 80 + n, "targetPort": 8080}) for n in range(12)]
    few, many = layout([pod, *fronts[:6]]), layout([pod, *fronts])
    heights = [{one.rect.h for one in picture.boxes if one.kind == "service"} for picture in (few, many)]
    assert heights == [{70}, {52}]
    assert many.height <= 760
    assert "ClusterIP" in [text.text for text in box(many, "12").texts]
    assert faults(few) == faults(many) == []


def test_the_hosts_that_are_counted_stand_last_and_cross_nothing() -> None:
    env = [{"name": f"HOST_{n}", "value": f"https://host-{n}.example.com"} for n in range(14)]
    picture = layout([bare_pod("p", {"containers": [container("app", env=env)]})])
    hosts = sorted((one for one in picture.boxes if one.kind == "host"), key=lambda one: one.rect.y)
    assert hosts[-1].texts[-1].text == "and 7 more"
    assert hosts[-1].title.split("\n")[1:] == [f"host-{n}.example.com" for n in range(7, 14)]
    assert crossings(picture) == 0
