"""Dropping in the picture: presets held over containers, ports onto Services, containers beside others."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from designer.designs.models import Design
from designer.manifests.text import dump
from tests.web.conftest import POD


def test_the_ghost_of_a_preset_held_over_a_container(client: Client, make: Callable[..., Design]) -> None:
    design = make()
    url = reverse("ghost", args=[design.pk, "log-exporter"])
    over = client.get(url, {"onto": "0/containers/1"}).json()
    assert over["ready"] is True
    assert over["problem"] == ""
    assert "ghost-added" in over["picture"]
    assert min(over["anchor"]) > 0
    assert over["anchor"] != client.get(url, {"onto": "0"}).json()["anchor"]
    design.refresh_from_db()
    assert design.text == POD
    assert client.get(reverse("ghost", args=[design.pk, "nothing"])).status_code == 404


def test_a_preset_dropped_on_a_container_is_for_that_container(client: Client, make: Callable[..., Design]) -> None:
    design = make(POD.replace("image: busybox", "image: busybox\n    ports:\n    - containerPort: 9000"))
    url = reverse("weave", args=[design.pk, "tls-sidecar"])
    dialog = client.get(url, {"onto": "0/containers/1"}).content.decode()
    assert "<option selected>logs</option>" in dialog
    assert "<option selected>nginx</option>" in client.get(url, {"onto": "0"}).content.decode()
    client.post(url, {"pod": "0", "onto": "0/containers/1"})
    design.refresh_from_db()
    assert design.revision.woven[0]["parameters"]["APP"] == "logs"


def test_a_port_dropped_on_a_service_is_exposed_by_it(client: Client, make: Callable[..., Design]) -> None:
    design = make()
    client.post(reverse("edit", args=[design.pk, "add-service"]), {"at": "0"})
    second = {"service": "1", "container": "0/containers/1", "number": 9}
    assert "got the name" not in client.post(reverse("edit", args=[design.pk, "expose"]), second).content.decode()
    design.refresh_from_db()
    assert [port["targetPort"] for port in design.documents[1]["spec"]["ports"]] == ["http", 9]
    refused = {"service": "0", "container": "0/containers/1", "number": 9}
    assert client.post(reverse("edit", args=[design.pk, "expose"]), refused).status_code == 422


@pytest.mark.parametrize(
    ("verb", "fields"), [("expose", {"service": "1", "container": "0/containers/1"}), ("add-service-port", {"at": "1"})]
)
def test_a_port_that_gets_a_name_as_another_comes_is_told(
    client: Client, make: Callable[..., Design], verb: str, fields: dict[str, str]
) -> None:
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec:\n  ports:\n  - port: 80\n"
    design = make(f"{POD.rstrip()}\n---\n{service}")
    said = client.post(reverse("edit", args=[design.pk, verb]), {**fields, "number": 9}).content.decode()
    assert "Port 80 got the name port-80, as Kubernetes asks for names with several ports." in said


@pytest.mark.parametrize(
    ("at", "to", "side", "inits", "apps"),
    [
        ("0/containers/0", "0/containers/2", "before", "", "bac"),
        ("0/containers/0", "0/containers/2", "after", "", "bca"),
        ("0/containers/2", "0/containers/0", "before", "", "cab"),
        ("0/containers/2", "0/containers/0", "after", "", "acb"),
        ("0/containers/1", "0/containers/0", "after", "", "abc"),
        ("0/containers/1", "0/initContainers/0", "after", "ib", "ac"),
        ("0/initContainers/0", "0/containers/1", "before", "", "aibc"),
    ],
)
def test_a_container_dropped_beside_another(
    client: Client, make: Callable[..., Design], at: str, to: str, side: str, inits: str, apps: str
) -> None:
    init = [{"name": "i", "image": "i"}] if "initContainers" in at + to else []
    spec = {"initContainers": init, "containers": [{"name": name, "image": name} for name in "abc"]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec}
    design = make(dump([pod]))
    client.post(reverse("edit", args=[design.pk, "move-container"]), {"at": at, "to": to, "side": side})
    design.refresh_from_db()
    now = design.documents[0]["spec"]
    assert ["".join(c["name"] for c in now.get(key) or []) for key in ("initContainers", "containers")] == [inits, apps]
