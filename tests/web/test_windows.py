"""Edits from windows that show an older revision: carried over, merged, or shown side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from designer.designs.models import Design
from tests.web.conftest import POD
from tests.web.test_edit import C0, C1, SPEC, send

Make = Callable[..., Design]


def test_edits_of_the_same_field_from_two_windows_show_both(client: Client, make: Make) -> None:
    design = make()
    url = reverse("edit", args=[design.pk, "set"])
    sent = {"base": 1, "at": C0, "path": SPEC + "containers/0/image", "kind": "text"}
    assert client.post(url, {**sent, "value": "nginx:theirs"}).status_code == 200
    answer = client.post(url, {**sent, "value": "nginx:mine"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert 'hx-target="#dialog"' in page
    assert all(word in page for word in ("nginx:1.29", "nginx:theirs", "nginx:mine", "spec.containers[0].image"))
    design.refresh_from_db()
    assert design.documents[0]["spec"]["containers"][0]["image"] == "nginx:theirs"
    assert client.post(url, {**sent, "value": "nginx:mine", "over": "mine"}).status_code == 200
    design.refresh_from_db()
    assert design.documents[0]["spec"]["containers"][0]["image"] == "nginx:mine"


def test_taking_ones_own_yaml_keeps_what_others_did_elsewhere(client: Client, make: Make) -> None:
    design = make()
    send(client, design, "set", path=SPEC + "containers/0/image", value="nginx:theirs")
    send(client, design, "set", path=SPEC + "containers/1/image", value="busybox:theirs")
    url = reverse("yaml", args=[design.pk])
    mine = {"text": POD.replace("nginx:1.29", "nginx:mine"), "from": 1, "ask": 1}
    assert client.post(url, mine).status_code == 409
    assert client.post(url, {**mine, "over": "mine"}).status_code == 200
    design.refresh_from_db()
    assert [c["image"] for c in design.documents[0]["spec"]["containers"]] == ["nginx:mine", "busybox:theirs"]


def stale(client: Client, design: Design, window: str, **data: Any) -> HttpResponse:
    """What a window sends that still shows the first revision."""
    answer: HttpResponse = client.post(  # type: ignore[assignment]
        reverse("edit", args=[design.pk, data.pop("verb", "set")]), {"base": 1, "window": window, **data}
    )
    design.refresh_from_db()
    return answer


def test_quick_edits_from_one_window_all_count(client: Client, make: Make) -> None:
    """Each is based on what the window showed; the second × must not take a third port away."""
    ports = "".join(f"    - name: p{n}\n      containerPort: {n}\n" for n in (81, 82, 83))
    design = make(POD.replace("    - name: http\n      containerPort: 80\n", ports))
    for index in (0, 1):
        answer = stale(client, design, "w", verb="unset", at=C0, path=f"{SPEC}containers/0/ports/{index}")
        assert answer.status_code == 200
    assert [port["name"] for port in design.documents[0]["spec"]["containers"][0]["ports"]] == ["p83"]
    for value in ("nginx:1", "nginx:2"):
        assert stale(client, design, "w", path=SPEC + "containers/0/image", value=value).status_code == 200
    assert design.documents[0]["spec"]["containers"][0]["image"] == "nginx:2"


def test_theirs_can_stand_and_the_rest_of_mine_too(client: Client, make: Make) -> None:
    design = make()
    stale(client, design, "theirs", path=SPEC + "containers/0/image", value="nginx:theirs")
    mine = {"text": POD.replace("nginx:1.29", "nginx:mine").replace("/logs/access", "/logs/error"), "from": 1, "ask": 1}
    url = reverse("yaml", args=[design.pk])
    assert client.post(url, {**mine, "window": "mine"}).status_code == 409
    assert client.post(url, {**mine, "window": "mine", "over": "theirs"}).status_code == 200
    design.refresh_from_db()
    containers = design.documents[0]["spec"]["containers"]
    assert (containers[0]["image"], containers[1]["args"][-1]) == ("nginx:theirs", "/logs/error.log")


def test_typed_comments_survive_a_merge(client: Client, make: Make) -> None:
    design = make()
    stale(client, design, "theirs", path=SPEC + "containers/0/image", value="nginx:theirs")
    answer = client.post(reverse("yaml", args=[design.pk]), {"text": "# mine\n" + POD, "from": 1, "window": "mine"})
    design.refresh_from_db()
    assert design.text == "# mine\n" + POD.replace("nginx:1.29", "nginx:theirs")
    assert "look over the comments" not in answer.content.decode()


def test_a_page_that_shows_an_older_revision_finds_its_box_by_name(client: Client, make: Make) -> None:
    design = make()
    stale(client, design, "theirs", verb="step", at=C0, by="1")
    answer = client.get(reverse("inspect", args=[design.pk]), {"base": "1", "at": C0})
    page = answer.content.decode()
    assert f'<input type="hidden" name="at" value="{C1}">' in page
    assert 'hx-target="#canvas"' in page
    deleted = stale(client, design, "mine", verb="remove", at=C0)
    assert deleted.status_code == 200
    assert [c["name"] for c in design.documents[0]["spec"]["containers"]] == ["logs"]


def test_nobody_undoes_what_they_have_not_seen(client: Client, make: Make) -> None:
    design = make()
    stale(client, design, "mine", path=SPEC + "containers/1/image", value="busybox:mine")
    client.post(
        reverse("edit", args=[design.pk, "set"]),
        {"base": 2, "window": "theirs", "path": SPEC + "containers/0/image", "value": "nginx:theirs"},
    )
    url = reverse("undo", args=[design.pk])
    answer = client.post(url, {"base": 2, "window": "mine"})
    design.refresh_from_db()
    assert "changed elsewhere" in answer.content.decode()
    assert "nginx:theirs" in design.text
    client.post(url, {"base": 3, "window": "mine"})
    design.refresh_from_db()
    assert "nginx:theirs" not in design.text
    assert "busybox:mine" in design.text


def test_a_form_field_that_meets_anothers_edit_says_so_under_it(client: Client, make: Make) -> None:
    design = make()
    url = reverse("edit", args=[design.pk, "set"])
    sent = {"base": 1, "at": C0, "path": SPEC + "containers/0/image", "kind": "text"}
    client.post(url, {**sent, "value": "nginx:theirs"})
    headers = {"HX-Request": "true", "HX-Source": "input#f-0-spec-containers-0-image"}
    page = client.post(url, {**sent, "value": "nginx:mine"}, headers=headers).content.decode()
    assert 'hx-target="#f-0-spec-containers-0-image-problem"' in page
    assert "Not saved: this was changed elsewhere meanwhile." in page
