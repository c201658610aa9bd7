"""The line of words below a pod."""

from __future__ import annotations

import pytest

from designer.diagram.layout import layout
from designer.manifests.types import Document
from tests.diagram.designs import bare_pod, container, service
from tests.diagram.geometry import faults


def _summary(containers: list[Document], *others: Document) -> str:
    spec = {"containers": containers, "volumes": [{"name": "v", "emptyDir": {}}]}
    texts = layout([bare_pod("p", spec), *others]).texts
    return next((text.text for text in texts if text.style == "summary"), "")


def _mounting(**modes: str) -> list[Document]:
    return [container(name, ports=[80 + n], mounts=[("v", "/v", mode)]) for n, (name, mode) in enumerate(modes.items())]


@pytest.mark.parametrize(
    ("containers", "words"),
    [
        (_mounting(a="rw", b="ro"), "a writes v, b reads it"),
        (_mounting(a="rw", b="ro", c="ro"), "a writes v, b and c read it"),
        (_mounting(a="rw", b="rw", c="ro"), "a and b write v, c reads it"),
        (_mounting(a="rw", b="rw"), "a and b share v"),
        (_mounting(a="ro", b="ro"), ""),
        (_mounting(a="rw"), ""),
        (_mounting(a="rw", b="rw", c="rw", d="rw"), "4 containers share v"),
    ],
)
def test_who_shares_a_volume(containers: list[Document], words: str) -> None:
    assert _summary(containers) == words


def test_through_whom_traffic_comes_in() -> None:
    two = [container("front", ports=[443]), container("app", ports=[80])]
    front = service("s", {"app": "p"}, {"port": 443})
    assert _summary(two, front) == "traffic enters only through front"
    both = service("s", {"app": "p"}, {"port": 443}, {"port": 80})
    assert _summary(two, both) == "traffic enters through front and app"
    assert _summary(two[:1], front) == ""
    assert _summary(two) == ""
    isolated = {"podSelector": {}, "policyTypes": ["Ingress"]}
    policy = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "n"}}
    assert _summary(two, front, policy | {"spec": isolated}) == ""
    https = isolated | {"ingress": [{"ports": [{"port": 443}]}]}
    assert _summary(two, both, policy | {"spec": https}) == "traffic enters only through front"


def test_what_there_is_no_room_for_is_counted_and_traffic_comes_first() -> None:
    names = [f"volume-{n}" for n in range(9)]
    mounts = [(name, f"/{n}") for n, name in enumerate(names)]
    pair = [container("a", ports=[80], mounts=mounts), container("b", mounts=mounts)]
    spec = {"containers": pair, "volumes": [{"name": name, "emptyDir": {}} for name in names]}
    picture = layout([bare_pod("p", spec), service("s", {"app": "p"}, {"port": 80})])
    (line,) = [text.text for text in picture.texts if text.style == "summary"]
    said, _, more = line.rpartition(" · ")
    assert said.startswith("traffic enters only through a · a and b share volume-0 · ")
    assert more == f"and {10 - len(said.split(' · '))} more"
    assert faults(picture) == []


@pytest.mark.parametrize(
    "source",
    [
        {"configMap": {"name": "c"}},
        {"secret": {"secretName": "s"}},
        {"downwardAPI": {"items": []}},
        {"projected": {"sources": []}},
        {"image": {"reference": "models:1"}},
    ],
)
def test_what_is_always_read_only_is_written_by_nobody(source: Document) -> None:
    spec = {"containers": _mounting(a="rw", b="ro"), "volumes": [{"name": "v"} | source]}
    picture = layout([bare_pod("p", spec)])
    assert [edge.label.text for edge in picture.edges if edge.label] == ["/v ro", "/v ro"]
    assert not [text for text in picture.texts if text.style == "summary"]
