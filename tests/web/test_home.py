"""The list of designs: start, bring in, search, duplicate, delete and take back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from designer.designs.models import Design
from designer.web.starters import starters
from tests.web.conftest import POD


@pytest.mark.parametrize("starter", [starter.id for starter in starters()] + [""])
def test_every_starter_starts(client: Client, starter: str) -> None:
    answer = client.post("/new/", {"starter": starter})
    design = Design.objects.get()
    assert answer.status_code == 302
    assert answer.headers["Location"] == reverse("design", args=[design.pk])
    assert bool(design.documents) == bool(starter)
    assert client.get(answer.headers["Location"]).status_code == 200


def test_there_are_six_starters() -> None:
    assert len(starters()) == 6


def test_pasted_yaml_is_kept_to_the_byte(client: Client) -> None:
    client.post("/import/", {"text": POD.replace("\n", "\r\n")})
    design = Design.objects.get()
    assert design.text == POD
    assert design.name == "web"


def test_several_files_become_one_design(client: Client) -> None:
    files = [SimpleUploadedFile(f"{name}.yaml", POD.replace("web", name).encode()) for name in ("one", "two")]
    client.post("/import/", {"files": files})
    design = Design.objects.get()
    assert [document["metadata"]["name"] for document in design.documents] == ["one", "two"]
    assert design.text.count("# the front door") == 2


@pytest.mark.parametrize("head", ["", "\ufeff", "\ufeff# above\r\n"])
def test_a_single_file_comes_back_to_the_byte(client: Client, head: str) -> None:
    sent = (head + POD).encode()
    client.post("/import/", {"text": "", "files": SimpleUploadedFile("web.yaml", sent)})
    design = Design.objects.get()
    assert design.text.encode() == sent
    assert client.get(reverse("download", args=[design.pk])).content == sent


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: [1\n", "line"),
        ("kind: Pod\nkind: Pod\n", "kind"),
        ("- a list\n", "list"),
        ("", "nothing"),
    ],
)
def test_yaml_that_cannot_be_read_comes_back_with_the_reason(client: Client, text: str, words: str) -> None:
    answer = client.post("/import/", {"text": text})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Design.objects.exists()
    if text:
        assert text.split("\n")[0] in answer.content.decode()


def test_a_file_that_is_not_text_is_refused_by_name(client: Client) -> None:
    answer = client.post("/import/", {"files": [SimpleUploadedFile("photo.yaml", b"\xff\xfe\x00\x81")]})
    assert answer.status_code == 422
    assert "photo.yaml" in answer.content.decode()


@pytest.mark.parametrize(("words", "found"), [("web", True), ("NGINX", True), ("busy pod", True), ("redis", False)])
def test_search_looks_at_names_images_and_kinds(
    client: Client, make: Callable[..., Design], words: str, found: bool
) -> None:
    make()
    assert ("/designs/" in client.get("/", {"q": words}).content.decode()) is found


def test_a_list_of_designs_takes_a_constant_number_of_queries(
    client: Client, make: Callable[..., Design], django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for number in range(12):
        make(name=f"web {number}")
    with django_assert_max_num_queries(5):  # type: ignore[attr-defined]
        assert client.get("/").status_code == 200


def test_delete_can_be_taken_back(client: Client, make: Callable[..., Design]) -> None:
    design = make()
    answer = client.post(reverse("delete", args=[design.pk]))
    assert reverse("restore", args=[design.pk]) in answer.content.decode()
    assert client.get(reverse("design", args=[design.pk])).status_code == 404
    client.post(reverse("restore", args=[design.pk]))
    assert client.get(reverse("design", args=[design.pk])).status_code == 200


def test_a_design_is_renamed_in_the_list(client: Client, make: Callable[..., Design]) -> None:
    design = make()
    url = reverse("rename", args=[design.pk])
    answer = client.post(url, {"name": "  Front door ", "listed": "1"})
    assert 'hx-target="#designs"' in answer.content.decode()
    assert client.post(url, {"name": " ", "listed": "1"}).status_code == 422
    design.refresh_from_db()
    assert design.name == "Front door"


def test_duplicate_is_a_design_of_its_own(client: Client, make: Callable[..., Design]) -> None:
    design = make()
    client.post(reverse("duplicate", args=[design.pk]))
    copy = Design.objects.exclude(pk=design.pk).get()
    assert (copy.name, copy.text) == ("web 2", design.text)
    copy.change(lambda _: [], by=None)
    design.refresh_from_db()
    assert design.text == POD


def test_the_name_is_shown_and_never_markup(client: Client, make: Callable[..., Design]) -> None:
    design = make(name="<script>alert(1)</script>")
    for url in ("/", reverse("design", args=[design.pk])):
        assert b"<script>alert" not in client.get(url).content
