"""Weaving by the dialog: what it asks and shows, what it makes, and taking it off again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from designer.designs.models import Design
from designer.manifests.text import parse
from patterns import catalogue
from tests.people import owner
from tests.web.conftest import POD

Make = Callable[..., Design]


@pytest.mark.parametrize("name", sorted(catalogue.presets()))
@pytest.mark.parametrize("text", [POD, ""], ids=["onto a pod", "onto nothing"])
def test_every_preset_can_be_looked_at_woven_and_taken_off(client: Client, make: Make, name: str, text: str) -> None:
    design = make(text)
    url = reverse("weave", args=[design.pk, name])
    preset = catalogue.preset(name)
    page = client.get(url).content.decode()
    assert escape(preset.title) in page
    assert "What it changes" in page
    assert all(f'name="p.{parameter.name}"' in page for parameter in preset.parameters)
    design.refresh_from_db()
    assert design.text == text, "looking changes nothing"
    answer = client.post(url, {"pod": "0" if text else "example"})
    assert answer.status_code == 200, answer.content.decode()
    design.refresh_from_db()
    record = design.revision.woven[-1]
    assert (record["preset"], record["number"]) == (name, design.number)
    assert {c["name"] for c in _containers(design)} >= set(record["containers"])
    if text:
        assert "# the front door" in design.text
        client.post(reverse("unweave", args=[design.pk, record["number"]]))
        design.refresh_from_db()
        assert design.documents == parse(POD)
        assert design.revision.woven == []


def test_what_was_edited_since_stays_when_a_preset_is_taken_off(client: Client, make: Make) -> None:
    design = make()
    client.post(reverse("weave", args=[design.pk, "log-exporter"]), {"pod": "0"})
    edit = {"path": "/0/spec/containers/0/image", "value": "nginx:mine"}
    client.post(reverse("edit", args=[design.pk, "set"]), {"base": design.number + 1, "at": "0", **edit})
    client.post(reverse("unweave", args=[design.pk, 2]))
    design.refresh_from_db()
    assert design.text == POD.replace("nginx:1.29", "nginx:mine")


def test_a_parameter_that_does_not_do_is_said_and_nothing_is_woven(client: Client, make: Make) -> None:
    design = make()
    url = reverse("weave", args=[design.pk, "tls-sidecar"])
    name = next(p.name for p in catalogue.preset("tls-sidecar").parameters if p.type in ("port", "freePort"))
    sent = {"pod": "0", "for": "0", f"p.{name}": "99999"}
    preview = client.post(url, {**sent, "preview": "1"}).content.decode()
    assert "65535" in preview
    assert client.post(url, sent).status_code == 422
    design.refresh_from_db()
    assert design.text == POD


def test_an_unknown_preset_is_not_there(client: Client, make: Make) -> None:
    assert client.get(reverse("weave", args=[make().pk, "nothing"])).status_code == 404


def test_a_design_saved_as_a_preset_serves_another(client: Client, make: Make) -> None:
    design = make()
    url = reverse("save-preset", args=[design.pk])
    assert "nginx" in client.get(url).content.decode()
    sent = {"title": "Log follower", "pattern": "sidecar", "address": ["0/containers/1"]}
    assert client.post(url, sent).status_code == 200
    again = client.post(url, sent)
    assert again.status_code == 422
    assert "already" in again.content.decode()
    assert client.post(url, {**sent, "replace": "1"}).status_code == 200
    other = make(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: a, image: b}]}\n", name="other"
    )
    assert client.post(reverse("weave", args=[other.pk, "log-follower"]), {"pod": "0"}).status_code == 200
    other.refresh_from_db()
    assert [c["name"] for c in _containers(other)] == ["a", "logs"]
    client.post(reverse("delete-preset", args=[design.pk, "log-follower"]))
    assert not owner().presets.exists()
    other.refresh_from_db()
    assert len(_containers(other)) == 2


def _containers(design: Design) -> list[dict[str, str]]:
    spec = design.documents[0]["spec"]
    spec = spec.get("template", {}).get("spec", spec)
    found: list[dict[str, str]] = [*spec.get("initContainers", []), *spec["containers"]]
    return found
