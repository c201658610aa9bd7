"""Links for reading only: what they show, to whom, for how long, and that no Secret's value is ever in it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from designer.designs.models import Design, ReadingLink
from designer.manifests import text as manifest_text
from designer.teams.audit import Entry
from tests.web.conftest import POD
from tests.web.crew import Crew

SECRET = """\
---
apiVersion: v1
kind: Secret
metadata:
  name: keys
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: '{"stringData":{"password":"hunter2"}}'
stringData:
  password: hunter2
data:
  token: aHVudGVyMg==
---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Secret, metadata: {name: more}, stringData: {pin: hunter2}}
"""


def made(crew: Crew, design: Design, who: str = "editor", **sent: str) -> str:
    """Make a link, and its path."""
    answer = crew.client(who).post(reverse("share-design", args=[design.pk]), sent)
    assert answer.status_code == 200, answer.content
    found = re.search(r'value="http://127\.0\.0\.1(/s/[\w-]+/)"', answer.content.decode())
    assert found
    return found[1]


def test_a_link_shows_the_design_without_an_account(crew: Crew) -> None:
    design = crew.design(text=POD + SECRET)
    link = made(crew, design, yaml="1")
    page = crew.client("anonymous").get(link)
    text = page.content.decode()
    assert page.status_code == 200
    assert ["<h1>web</h1>" in text, "nginx:1.29" in text, "# the front door" in text] == [True] * 3
    assert ["Start and stop" in text, "Resources" in text, 'class="diagram"' in text] == [True] * 3


@pytest.mark.parametrize("yaml", ["1", ""])
def test_no_value_of_a_secret_is_in_it(crew: Crew, yaml: str) -> None:
    design = crew.design(text=POD + SECRET)
    link = made(crew, design, **({"yaml": yaml} if yaml else {}))
    text = crew.client("anonymous").get(link).content.decode()
    assert "keys" in text
    assert "hunter2" not in text
    assert "aHVudGVyMg" not in text


def test_without_yaml_there_is_none(crew: Crew) -> None:
    text = crew.client("anonymous").get(made(crew, crew.design())).content.decode()
    assert ["apiVersion" in text, "# the front door" in text, "nginx" in text] == [False, False, True]


def test_a_page_that_is_read_leads_nowhere_and_runs_nothing(crew: Crew) -> None:
    design = crew.design(text=POD.replace("kind: Pod", "kind: Pod # <script>alert(1)</script>"))
    answer = crew.client("anonymous").get(made(crew, design, yaml="1"))
    text = answer.content.decode()
    assert not re.search(r"<(script|button|form|input|a [^>]*href=\"(?!#))|hx-|style=|/designs/", text)
    assert {name: answer.headers[name] for name in ("Referrer-Policy", "Cache-Control", "X-Frame-Options")} == {
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "private, no-store",
        "X-Frame-Options": "DENY",
    }
    assert "noindex" in answer.headers["X-Robots-Tag"]
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy


def test_it_shows_what_the_design_is_now(crew: Crew) -> None:
    design = crew.design()
    link = made(crew, design, yaml="1")
    text = POD.replace("1.29", "1.30")
    documents = manifest_text.parse(text)
    design.change(lambda _: documents, by=None, text=text)
    page = crew.client("anonymous").get(link).content.decode()
    assert ("nginx:1.29" in page, "nginx:1.30" in page) == (False, True)


def test_only_the_tokens_hash_is_kept(crew: Crew) -> None:
    token = made(crew, crew.design()).strip("/").partition("/")[2]
    kept = ReadingLink.objects.get().token
    assert (len(token) >= 43, token in kept, len(kept)) == (True, False, 64)
    page = crew.client("editor").get(reverse("share-design", args=[Design.objects.get().pk])).content.decode()
    assert token not in page


def test_a_link_that_was_taken_back_opens_nothing(crew: Crew) -> None:
    design = crew.design()
    link, other = made(crew, design), made(crew, design)
    number = ReadingLink.objects.order_by("pk")[0].pk
    crew.client("editor").post(reverse("unshare-design", args=[design.pk, number]))
    anyone = crew.client("anonymous")
    gone, never = anyone.get(link), anyone.get("/s/never-was-one/")
    assert (gone.status_code, gone.content) == (404, never.content)
    assert "web" not in gone.content.decode().replace("Pod Pattern Designer", "")
    assert anyone.get(other).status_code == 200


def test_a_link_of_another_design_is_not_taken_back(crew: Crew) -> None:
    mine, other = crew.design(), crew.design("other team")
    link = made(crew, other, "stranger")
    crew.client("editor").post(reverse("unshare-design", args=[mine.pk, ReadingLink.objects.get().pk]))
    assert crew.client("anonymous").get(link).status_code == 200


@pytest.mark.parametrize(("days", "works_until"), [("1", 1), ("7", 7), ("30", 30), ("", None)])
def test_a_link_expires(crew: Crew, days: str, works_until: int | None) -> None:
    link = made(crew, crew.design(), days=days)
    row = ReadingLink.objects.get()
    if works_until is None:
        assert row.expires is None
        return
    assert row.expires is not None
    assert abs(row.expires - timezone.now() - timedelta(days=works_until)) < timedelta(minutes=1)
    ReadingLink.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert crew.client("anonymous").get(link).status_code == 404


def test_another_time_than_those_is_refused(crew: Crew) -> None:
    answer = crew.client("editor").post(reverse("share-design", args=[crew.design().pk]), {"days": "3650"})
    assert answer.status_code == 422
    assert not ReadingLink.objects.exists()


def test_a_design_in_the_bin_is_not_read(crew: Crew) -> None:
    design = crew.design()
    link = made(crew, design)
    crew.client("owner").post(reverse("delete", args=[design.pk]))
    assert crew.client("anonymous").get(link).status_code == 404


def test_when_it_was_opened_is_told(crew: Crew) -> None:
    design = crew.design()
    link = made(crew, design)
    dialog = reverse("share-design", args=[design.pk])
    assert "not opened yet" in crew.client("editor").get(dialog).content.decode()
    crew.client("anonymous").get(link)
    assert "last opened just now" in crew.client("editor").get(dialog).content.decode()


def test_there_is_an_end_to_links(crew: Crew) -> None:
    design = crew.design()
    for _ in range(20):
        ReadingLink.objects.make(design, crew.people["owner"], yaml=True, days=1)
    answer = crew.client("editor").post(reverse("share-design", args=[design.pk]), {"days": "1"})
    assert answer.status_code == 422
    assert "at most 20" in answer.content.decode()


def test_making_and_taking_back_are_in_the_audit_log_without_the_token(crew: Crew) -> None:
    design = crew.design()
    link = made(crew, design, days="7")
    crew.client("editor").post(reverse("unshare-design", args=[design.pk, ReadingLink.objects.get().pk]))
    entries = [str(entry) for entry in Entry.objects.filter(group="designs").order_by("id")]
    assert entries == [
        "editor made an address to read web without an account, for a week, without its YAML",
        "editor took back an address to read web without an account",
    ]
    assert link.split("/")[2] not in str(list(Entry.objects.values()))


def test_local_mode_says_that_only_this_machine_can_open_it(client: Client, make: Any) -> None:
    design = make()
    dialog = client.get(reverse("share-design", args=[design.pk])).content.decode()
    assert "This designer answers to this machine only" in dialog
    answer = client.post(reverse("share-design", args=[design.pk]), {"days": ""}).content.decode()
    link = re.search(r"/s/[\w-]+/", answer)
    assert link
    assert client.get(link[0]).status_code == 200
    assert Client(SERVER_NAME="127.0.0.1", REMOTE_ADDR="10.0.0.9").get(link[0]).status_code == 403


def test_an_empty_design_can_be_read_too(crew: Crew) -> None:
    text = crew.client("anonymous").get(made(crew, crew.design(text=""), yaml="1")).content.decode()
    assert "There is nothing in this design yet." in text


def links(crew: Crew, design: Design, who: str = "editor") -> list[str]:
    """The paths of a link to read, and of one to the picture."""
    crew.client(who).post(reverse("share-picture", args=[design.pk]))
    return [made(crew, design, who), reverse("shared-picture", args=[design.picture_links.latest("pk").token, "svg"])]


def opened(addresses: list[str]) -> list[int]:
    anyone = Client(SERVER_NAME="127.0.0.1", headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"})
    return [anyone.get(address).status_code for address in addresses]


def test_a_link_works_as_long_as_who_made_it_may_edit_the_design(crew: Crew) -> None:
    design = crew.design()
    held = crew.team.memberships.get(person=crew.people["editor"])
    mine, owners = links(crew, design), links(crew, design, "owner")
    assert opened(mine + owners) == [200] * 4
    held.change("viewer")
    assert (opened(mine), opened(owners)) == ([404, 404], [200, 200])
    told = crew.client("owner").get(reverse("share-design", args=[design.pk])).content.decode()
    assert "A link works as long as who made it may edit this design." in told
    assert told.count("rests: Bob Kahn may not edit this design now") == 1
    told = crew.client("owner").get(reverse("picture", args=[design.pk])).content.decode()
    assert told.count("Rests: Bob Kahn may not edit this design now.") == 1
    held.change("owner")
    assert opened(mine) == [200, 200]
    crew.people["editor"].is_active = False
    crew.people["editor"].save()
    assert opened(mine) == [404, 404]
    crew.people["editor"].is_active = True
    crew.people["editor"].save()
    held.refresh_from_db()
    held.remove()
    assert (opened(mine), opened(owners)) == ([404, 404], [200, 200])


def test_a_link_does_not_go_along_into_a_space_that_its_maker_has_no_part_in(crew: Crew) -> None:
    design = crew.design()
    mine, owners = links(crew, design), links(crew, design, "owner")
    design.move(None, crew.people["owner"])
    assert (opened(mine), opened(owners)) == ([404, 404], [200, 200])
    design.move(crew.other, crew.people["stranger"])
    assert opened(mine + owners) == [404] * 4
    crew.other.add(crew.people["editor"], "viewer")
    assert opened(mine) == [404, 404]
    design.move(crew.team, crew.people["owner"])
    assert opened(mine + owners) == [200] * 4
    ReadingLink.objects.update(by=None)
    assert opened(mine[:1]) == [404], "made by nobody who could vouch for it"
