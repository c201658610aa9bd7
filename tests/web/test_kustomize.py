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
from tests.patterns.test_kustomize import ELASTIC, FAMILY, built, built_folder, plain
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


def unpacked(content: bytes) -> dict[str, str]:
    """The files of a zip by their paths below its one folder."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name.partition("/")[2]: archive.read(name).decode() for name in archive.namelist()}


@needs_kubectl
@pytest.mark.kubectl
@pytest.mark.parametrize(
    ("way", "components"),
    [
        ("kustomize-each", ["1-tls-ambassador", "2-elasticsearch-adapter", "3-log-tailing", "4-node-sysctl-init"]),
        ("kustomize-whole", ["woven"]),
    ],
)
def test_all_that_is_woven_builds_the_design(
    client: Client, make: Make, tmp_path: Path, way: str, components: list[str]
) -> None:
    design = make(ELASTIC)
    woven(client, design, *FAMILY)
    answer = client.get(reverse(way, args=[design.pk]), {"zip": "1"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="web.zip"'
    files = unpacked(answer.content)
    assert parse(files["base/design.yaml"]) == parse(ELASTIC)
    assert {name.split("/")[1] for name in files if name.startswith("components/")} == set(components)
    assert plain(built_folder(tmp_path / "web", files)) == plain(design.documents)


def test_the_menu_offers_the_component_of_one_and_both_ways_for_several(client: Client, make: Make) -> None:
    design = make()
    url = reverse("worn", args=[design.pk])
    assert "Kustomize" not in client.get(url).content.decode()
    first = woven(client, design, "redis-adapter")[0]
    assert "Kustomize component of Redis exporter…" in client.get(url).content.decode()
    woven(client, design, "log-exporter")
    html = client.get(url).content.decode()
    for way in ("kustomize-each", "kustomize-whole"):
        assert f'hx-get="{reverse(way, args=[design.pk])}"' in html
    assert "base and 2 components, in order" in html
    dialog = client.get(reverse("kustomize-each", args=[design.pk])).content.decode()
    assert "web/components/2-log-exporter/kustomization.yaml" in dialog
    assert f'hx-get="{reverse("kustomize", args=[design.pk, first])}">Redis exporter…<' in dialog
    assert "web/components/woven/" in client.get(reverse("kustomize-whole", args=[design.pk])).content.decode()


def test_what_is_not_woven_has_none(client: Client, make: Make) -> None:
    design = make()
    assert client.get(reverse("kustomize", args=[design.pk, 1])).status_code == 404
    for way in ("kustomize-each", "kustomize-whole"):
        assert client.get(reverse(way, args=[design.pk])).status_code == 404
    assert parse(design.text) == parse(POD)
