"""Whatever stands anywhere in a document, there is a picture of the rest."""

from __future__ import annotations

import copy
from typing import Any
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from designer.diagram.layout import layout
from designer.diagram.svg import svg
from designer.manifests.types import Documents
from tests.diagram.designs import bare_pod, config_map, container, deployment, service
from tests.diagram.geometry import faults

_EVERYTHING: Documents = [
    deployment(
        "web",
        {
            "initContainers": [
                container("init", mounts=[("all", "/all")], securityContext={"capabilities": {"add": ["NET_ADMIN"]}}),
                container("native", ports=[5000], restartPolicy="Always"),
            ],
            "containers": [
                container("app", ports=[{"containerPort": 80, "name": "http", "protocol": "TCP"}]),
                container(
                    "proxy",
                    ports=[443],
                    mounts=[("config", "/etc/a", "ro", "a"), ("all", "/all", "ro")],
                    env=[
                        {"name": "URL", "value": "http://localhost:80"},
                        {"name": "KEY", "valueFrom": {"configMapKeyRef": {"name": "c", "key": "a"}}},
                    ],
                    envFrom=[{"configMapRef": {"name": "c"}}],
                    command=["proxy", "--upstream", "http://localhost:5000"],
                ),
            ],
            "volumes": [
                {"name": "config", "configMap": {"name": "c", "items": [{"key": "a", "path": "a"}]}},
                {"name": "all", "projected": {"sources": [{"configMap": {"name": "c"}}, {"secret": {"name": "s"}}]}},
            ],
        },
        kind="StatefulSet",
    ),
    bare_pod("other", {"containers": [container("a")], "hostNetwork": True}),
    service("s", {"app": "web"}, {"name": "http", "port": 80, "targetPort": "http"}, type="NodePort"),
    config_map("c", a="server http://127.0.0.1:80;\nlisten 443;"),
]
_EVERYTHING[0]["spec"]["volumeClaimTemplates"] = [{"metadata": {"name": "d"}, "spec": {"resources": {"requests": {}}}}]


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in items for place in _places(item, (*path, key)))]


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(st.tuples(st.sampled_from(_places(_EVERYTHING)[1:]), _values), min_size=1, max_size=3))
def test_any_value_anywhere_is_drawn_around(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    documents: Any = copy.deepcopy(_EVERYTHING)
    for path, value in changes:
        parent = documents
        for key in path[:-1]:
            try:
                parent = parent[key]
            except (KeyError, IndexError, TypeError):
                break
        if isinstance(parent, dict) or (
            isinstance(parent, list) and isinstance(path[-1], int) and path[-1] < len(parent)
        ):
            parent[path[-1]] = value
    picture = layout(documents)
    assert faults(picture) == []
    assert ElementTree.fromstring(svg(picture)) is not None
