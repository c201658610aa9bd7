"""What the designer's forms show, for every kind of thing that can be selected."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from designer.designs.models import Design
from tests.web.conftest import POD
from tests.web.test_edit import C0, SPEC, V0, send

Make = Callable[..., Design]


def test_a_secret_is_masked_until_it_is_asked_for(client: Client, make: Make) -> None:
    design = make(POD + "---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {password: aHVudGVyMg==}\n")
    url = reverse("inspect", args=[design.pk])
    assert b"hunter2" not in client.get(url, {"at": "1"}).content
    asked = client.post(reverse("show-secret", args=[design.pk]), {"path": "/1/data/password"})
    assert b"hunter2" in asked.content
    assert asked.headers["Cache-Control"] == "no-store"
    send(client, design, "set-data", at="1", path="/1/data/password", value="new")
    assert design.documents[1]["data"] == {"password": "bmV3"}


def test_kubernetes_own_description_is_one_request_away(client: Client, make: Make) -> None:
    answer = client.get(reverse("describe", args=[make().pk]), {"path": SPEC + "containers/0/image"})
    assert "Container image name" in answer.content.decode()


def test_what_is_wrong_with_a_whole_is_said_in_its_form(client: Client, make: Make) -> None:
    text = POD.replace("  containers:", "  initContainers:")
    probe = "    image: busybox\n    readinessProbe: {tcpSocket: {port: 1}}"
    design = make(text.replace("    image: busybox", probe))
    findings = client.get(reverse("design", args=[design.pk])).context["screen"].findings
    message = next(finding.message for finding in findings if finding.rule == "init-probes")
    answer = client.get(reverse("inspect", args=[design.pk]), {"at": "0/initContainers/1", "tab": "probes"})
    assert message in answer.content.decode()


def test_a_file_mode_is_typed_and_shown_in_octal(client: Client, make: Make) -> None:
    design = make()
    send(client, design, "volume-source", at=V0, source="configMap")
    send(client, design, "set", at=V0, path=SPEC + "volumes/0/configMap/defaultMode", value="0640")
    assert design.documents[0]["spec"]["volumes"][0]["configMap"]["defaultMode"] == 0o640
    assert 'value="0640"' in client.get(reverse("inspect", args=[design.pk]), {"at": V0}).content.decode()


@pytest.mark.parametrize("at", ["", "0", C0, V0, "0/containers/77", "99", "x"])
@pytest.mark.parametrize(
    "tab", ["", "ports", "env", "mounts", "probes", "resources", "security", "yaml", "pod", "labels", "nonsense"]
)
def test_every_form_opens(client: Client, make: Make, at: str, tab: str) -> None:
    answer = client.get(reverse("inspect", args=[make().pk]), {"at": at, "tab": tab})
    assert answer.status_code == 200
    assert 'hx-target="#inspector"' in answer.content.decode()


def test_a_design_of_odd_shapes_still_opens(client: Client, make: Make) -> None:
    odd = json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": None,
            "spec": {"containers": [1, {"name": 5, "ports": "x", "env": [{}], "volumeMounts": {}}], "volumes": "none"},
        }
    )
    design = make(odd)
    assert client.get(reverse("design", args=[design.pk])).status_code == 200
    for at in ("0", "0/containers/1"):
        for tab in ("", "ports", "env", "mounts", "probes", "labels"):
            assert client.get(reverse("inspect", args=[design.pk]), {"at": at, "tab": tab}).status_code == 200


def test_the_version_a_design_is_for_is_chosen(client: Client, make: Make) -> None:
    design = make()
    url = reverse("version", args=[design.pk])
    assert client.post(url, {"version": "1.30"}).status_code == 200
    design.refresh_from_db()
    assert design.version == "1.30"
    assert (
        "1.30"
        in client.get(reverse("describe", args=[design.pk]), {"path": SPEC + "containers/0/image"}).content.decode()
    )
    assert client.post(url, {"version": "1.7"}).status_code == 422
    assert client.post(url, {"version": ""}).status_code == 200
