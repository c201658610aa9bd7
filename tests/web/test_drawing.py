"""A picture that fails takes nothing else away."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from designer.designs.models import Design
from designer.web import drawing, pictures
from tests.diagram.designs import bare_pod, container


def test_a_design_that_cannot_be_drawn_can_still_be_edited(
    client: Client, make: Callable[..., Design], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("no way")

    design = make()
    monkeypatch.setattr(drawing, "layout", broken)
    with caplog.at_level(logging.ERROR, "designer.web.drawing"):
        page = client.get(reverse("design", args=[design.pk]))
    assert page.status_code == 200
    body = page.content.decode()
    assert "This picture cannot be drawn" in body
    assert 'id="yaml' in body
    assert "no way" in caplog.text
    image = {"base": design.number, "at": "0/containers/0", "path": "/0/spec/containers/0/image", "value": "nginx:1.29"}
    answer = client.post(reverse("edit", args=[design.pk, "set"]), image)
    assert answer.status_code == 200
    assert "nginx:1.29" in Design.objects.get(pk=design.pk).revision.text


def test_a_port_that_cannot_be_is_marked_on_its_own() -> None:
    ports = [{"containerPort": 8080}, {"containerPort": 99999}]
    drawn = pictures.picture([bare_pod("shop", {"containers": [container("web", ports=ports), container("logs")]})])
    pills = {pill.label.text: pill.clash for one in drawn.boxes for pill in one.pills}
    assert pills == {":8080": False, ":99999 !": True}
