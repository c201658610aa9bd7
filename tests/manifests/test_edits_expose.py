"""A Service made to lead to a container's port."""

from __future__ import annotations

from typing import Any

import pytest

from designer.manifests.edits.expose import expose
from designer.manifests.types import Document, Documents, ManifestError

APP: list[Document] = [{"name": "http", "containerPort": 8080}]
DNS: list[Document] = [{"containerPort": 53}, {"containerPort": 53, "protocol": "UDP"}]


def pod(ports: list[Document], name: str = "web", **metadata: Any) -> Document:
    containers = [{"name": "app", "image": "app", **({"ports": ports} if ports else {})}]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": {"app": name}, **metadata},
        "spec": {"containers": containers},
    }


def service(selector: dict[str, str] | None, ports: list[Document], **spec: Any) -> Document:
    made = {**({} if selector is None else {"selector": selector}), **({"ports": ports} if ports else {}), **spec}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "front"}, "spec": made}


WEB = {"app": "web"}


@pytest.mark.parametrize(
    ("documents", "value", "selector", "ports", "note"),
    [
        pytest.param(
            [pod(APP), service(WEB, [])],
            8080,
            WEB,
            [{"port": 8080, "targetPort": "http"}],
            "",
            id="by its name where it has one",
        ),
        pytest.param(
            [pod(APP), service(WEB, [])], 0, WEB, [{"port": 8080, "targetPort": "http"}], "", id="its only port"
        ),
        pytest.param(
            [pod(APP), service(WEB, [])],
            9000,
            WEB,
            [{"port": 9000, "targetPort": 9000}],
            "",
            id="one that is not declared",
        ),
        pytest.param(
            [pod(DNS), service(WEB, [])],
            53,
            WEB,
            [
                {"name": "port-53", "port": 53, "targetPort": 53},
                {"name": "port-53-udp", "port": 53, "targetPort": 53, "protocol": "UDP"},
            ],
            "",
            id="both protocols, each with a name",
        ),
        pytest.param(
            [pod(APP), service(WEB, [{"port": 8080, "targetPort": 9}])],
            8080,
            WEB,
            [
                {"port": 8080, "targetPort": 9, "name": "port-8080"},
                {"name": "port-80", "port": 80, "targetPort": "http"},
            ],
            "",
            id="at a free number of the Service",
        ),
        pytest.param(
            [pod(APP), service(WEB, [{"port": 80, "targetPort": "http"}])],
            8080,
            WEB,
            [{"port": 80, "targetPort": "http"}],
            "front leads to 8080 already.",
            id="nothing where it leads there already",
        ),
        pytest.param(
            [pod(APP), service(None, [])],
            8080,
            WEB,
            [{"port": 8080, "targetPort": "http"}],
            "",
            id="a selector where there is none",
        ),
        pytest.param(
            [pod(APP), service({"app": "gone"}, [])],
            8080,
            WEB,
            [{"port": 8080, "targetPort": "http"}],
            "front selected no pod of this design; it selects web now.",
            id="a selector in the place of a dangling one",
        ),
    ],
)
def test_a_service_leads_to_a_port(
    documents: Documents, value: int, selector: dict[str, str], ports: list[Document], note: str
) -> None:
    edited = expose(documents, 1, "0/containers/0", value)
    spec = edited.documents[1]["spec"]
    assert (spec["selector"], spec["ports"]) == (selector, ports)
    assert edited.select == "1"
    assert " ".join(edited.notes) == note
    assert edited.documents[0] == documents[0]


@pytest.mark.parametrize(
    ("documents", "service_at", "value", "words"),
    [
        ([pod(APP), pod(APP, "db"), service({"app": "db"}, [])], 2, 8080, "front leads to Pod db: give web a Service"),
        ([pod(APP), service(WEB, [], type="ExternalName", externalName="a.b")], 1, 8080, "outside the cluster"),
        ([pod(APP, namespace="shop"), service(WEB, [])], 1, 8080, "another namespace"),
        ([pod([]), service(WEB, [])], 1, 0, "declares no port"),
        ([pod([*APP, {"containerPort": 9000}]), service(WEB, [])], 1, 0, "declares several ports"),
        ([pod(APP), service(WEB, [])], 1, 70000, "from 1 to 65535"),
        ([pod(APP), pod(APP, "db")], 1, 8080, "only a Service"),
    ],
)
def test_what_cannot_be_exposed_is_said(documents: Documents, service_at: int, value: int, words: str) -> None:
    with pytest.raises(ManifestError, match=words):
        expose(documents, service_at, "0/containers/0", value)
