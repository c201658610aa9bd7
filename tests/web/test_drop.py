"""Dropping in the picture: what a preset would make of what it is held over, ports onto Services, places of containers."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from designer.designs.models import Design
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
