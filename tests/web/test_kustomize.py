"""A woven preset is exported as a folder that Kustomize takes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from designer.designs.models import Design
from designer.manifests.text import parse
from tests.manifests.kubectl_oracle import needs_kubectl
from tests.patterns.test_kustomize import built, plain
from tests.web.conftest import POD

Make = Callable[..., Design]


def woven(client: Client, design: Design, *presets: str) -> list[int]:
    for preset in presets:
        answer = client.post(reverse("weave", args=[design.pk, preset]), {"pod": "0"})
        assert answer.status_code == 200, answer.content.decode()
    design.refresh_from_db()
    return [one["number"] for one in design.revision.woven]


@needs_kubectl
@pytest.mark.kubectl
def test_the_folder_built_onto_the_rest_is_the_design(client: Client, make: Make, tmp_path: Path) -> None:
    design = make()
    first, _ = woven(client, design, "redis-adapter", "log-exporter")
    answer = client.get(reverse("kustomize", args=[design.pk, first]), {"zip": "1"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="redis-adapter.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as folder:
        files = {name.removeprefix("redis-adapter/"): folder.read(name).decode() for name in folder.namelist()}
    whole = design.documents
    client.post(reverse("unweave", args=[design.pk, first]))
    design.refresh_from_db()
    rest = design.documents
    assert rest != whole
    assert plain(built(tmp_path, rest, files)) == plain(whole)


def test_the_dialog_shows_the_files(client: Client, make: Make) -> None:
    design = make()
    (number,) = woven(client, design, "redis-adapter")
    html = client.get(reverse("kustomize", args=[design.pk, number])).content.decode()
    assert "redis-adapter/kustomization.yaml" in html
    assert "kind: Component" in html
    assert f"{reverse('kustomize', args=[design.pk, number])}?zip=1" in html
    design.refresh_from_db()
    assert len(design.revision.woven) == 1, "looking takes nothing off"


def test_the_menu_names_what_the_pods_wear(client: Client, make: Make) -> None:
    design = make()
    url = reverse("worn", args=[design.pk])
    assert "Kustomize" not in client.get(url).content.decode()
    woven(client, design, "redis-adapter", "log-exporter")
    html = client.get(url).content.decode()
    assert html.index("Kustomize component of Redis exporter…") < html.index(
        "Kustomize component of Log files over HTTP…"
    )


def test_what_is_not_woven_has_none(client: Client, make: Make) -> None:
    design = make()
    assert client.get(reverse("kustomize", args=[design.pk, 1])).status_code == 404
    assert parse(design.text) == parse(POD)
