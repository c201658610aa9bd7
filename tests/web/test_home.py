"""The list of designs: start, bring in, search, duplicate, delete and take back."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from designer.designs.models import Design
from designer.teams.models import Team
from designer.web.starters import starters
from tests.web.conftest import POD
from tests.web.crew import Crew


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
    assert Design.objects.search(words, most=True).exists() is found, "the same, looked for the other way round"


def test_a_line_names_the_first_of_many(client: Client, make: Callable[..., Design]) -> None:
    many = ", ".join(f"{{name: c{number}, image: i}}" for number in range(9))
    text = "---\n".join(
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p{number}}}\nspec: {{containers: [{many}]}}\n"
        for number in range(6)
    )
    make(text, name="many")
    page = client.get("/").content.decode()
    assert "Pod p0: c0, c1, c2, c3, c4, c5, and 3 more · " in page
    assert "Pod p2: c0, c1, c2, c3, c4, c5, and 3 more · and 3 more ·" in page


@pytest.mark.parametrize("count", [3, 30])
@pytest.mark.parametrize("words", ["", "nginx"])
def test_a_list_of_designs_takes_a_constant_number_of_queries(
    client: Client, make: Callable[..., Design], django_assert_num_queries: Any, count: int, words: str
) -> None:
    for number in range(count):
        make(name=f"web {number}")
    with django_assert_num_queries(3):
        assert client.get("/", {"q": words}).status_code == 200


@pytest.mark.parametrize("count", [3, 30])
@pytest.mark.parametrize(("words", "htmx", "queries"), [("", False, 8), ("nginx", True, 7)])
def test_so_does_one_of_several_spaces(
    crew: Crew, django_assert_num_queries: Any, count: int, words: str, htmx: bool, queries: int
) -> None:
    for number in range(count):
        crew.design(("own", "team")[number % 2], name=f"web {number}")
    client = crew.client("owner", **({"hx-request": "true"} if htmx else {}))
    client.get("/")
    with django_assert_num_queries(queries):
        page = client.get("/", {"q": words})
    assert page.content.decode().count('id="design-') == count


# Team mode


def listed(crew: Crew, who: str, **asked: str) -> list[str]:
    page = crew.client(who).get("/", asked)
    assert page.status_code == 200
    return re.findall(r'<a class="name" href="[^"]*">([^<]*)</a>', page.content.decode())


def test_the_home_page_lists_by_space(crew: Crew) -> None:
    for space in ("own", "team", "other team"):
        crew.design(space, name=space)
    assert listed(crew, "owner") == ["team", "own"]
    assert listed(crew, "owner", space="-") == ["own"]
    assert listed(crew, "owner", space="shop") == ["team"]
    assert listed(crew, "viewer") == ["team"]
    assert listed(crew, "stranger") == ["other team"]
    assert listed(crew, "administrator") == []
    assert crew.client("owner").get("/", {"space": "elsewhere"}).status_code == 404


def test_who_is_in_many_teams_finds_them_in_a_menu(crew: Crew) -> None:
    owner = crew.client("owner")
    assert "all-teams" not in owner.get("/").content.decode(), "a few stand beside each other"
    for number in range(12):
        Team.create(f"Crew {number}", crew.people["owner"])
    crew.design("team")
    page = owner.get("/", {"space": "shop"}).content.decode()
    assert "All 13 teams" in page
    assert "Crew 3" not in page
    assert '<a href="/?space=shop" aria-current="page">Shop <small>1</small></a>' in page
    hx = {"hx-request": "true"}
    menu = owner.get("/", {"teams": ""}, headers=hx).content.decode()
    assert menu.count("<small>") == 13
    assert '<a href="/?space=shop">Shop <small>1</small></a>' in menu
    found = owner.get("/", {"teams": "crew 3"}, headers=hx).content.decode()
    assert re.findall(r"space=([^\"]+)", found) == ["crew-3"]
    assert "no team that is called so" in crew.client("viewer").get("/", {"teams": "crew"}, headers=hx).content.decode()


def test_search_goes_across_spaces_or_stays_in_one(crew: Crew) -> None:
    crew.design("own", name="front door")
    crew.design("team", name="front office")
    crew.design("team", name="cellar")
    assert listed(crew, "owner", q="front") == ["front office", "front door"]
    assert listed(crew, "owner", q="front", space="shop") == ["front office"]
    assert listed(crew, "editor", q="front") == ["front office"]
    nothing = crew.client("owner").get("/", {"q": "attic", "space": "shop"}).content.decode()
    assert "Look in all your spaces" in nothing


def test_a_list_says_who_changed_a_design_last(crew: Crew) -> None:
    design = crew.design("team")
    design.change(lambda documents: documents[:0], by=crew.people["editor"])
    page = crew.client("owner").get("/").content.decode()
    assert "Bob Kahn, just now" in page
    assert "you, just now" in crew.client("editor").get("/").content.decode()


@pytest.mark.parametrize(
    ("who", "offered"),
    [
        ("owner", {"rename", "duplicate", "download", "move", "delete"}),
        ("editor", {"rename", "duplicate", "download"}),
        ("viewer", {"duplicate", "download"}),
    ],
)
def test_a_list_offers_what_one_may_do(crew: Crew, who: str, offered: set[str]) -> None:
    design = crew.design("team")
    page = crew.client(who).get("/").content.decode()
    names = {"rename", "duplicate", "download", "move", "delete"}
    assert {name for name in names if f'"{reverse(name, args=[design.pk])}"' in page} == offered


def test_a_viewer_is_offered_nothing_new_in_the_teams_space(crew: Crew) -> None:
    page = crew.client("viewer").get("/", {"space": "shop"}).content.decode()
    assert reverse("new") not in page
    assert "You are a viewer here" in page
    assert reverse("new") in crew.client("viewer").get("/").content.decode()


def test_an_empty_space_says_what_to_do(crew: Crew) -> None:
    words = {who: crew.client(who).get("/", {"space": "shop"}).content.decode() for who in ("editor", "viewer")}
    assert "Shop has no design yet. Start one above" in words["editor"]
    assert "when its editors make one" in words["viewer"]


def test_local_mode_has_no_spaces_to_choose_from(client: Client, make: Callable[..., Design]) -> None:
    make()
    page = Client(SERVER_NAME="127.0.0.1").get("/").content.decode()
    assert 'class="spaces"' not in page
    assert "Move to" not in page


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
