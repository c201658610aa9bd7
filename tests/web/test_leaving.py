"""When somebody goes: deactivated, erased, or with all that is kept about them in a file; over HTTP."""

from __future__ import annotations

import asyncio
import io
import json
from typing import Any
from zipfile import ZipFile

import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.test import AsyncClient, Client
from django.urls import reverse

from designer.clusters.models import ApplyRun, Cluster, Grant
from designer.designs.models import Design, Draft, PictureLink, ReadingLink, Revision
from designer.manifests import text as manifest_text
from designer.teams.audit import Entry
from designer.teams.models import Invitation, Team
from designer.web import leaving
from patterns.models import CatalogueSource, Comment, Preset, PresetDraft
from tests.teams.people import PASSWORD, Cast, cast, client_of, person, team_mode
from tests.web.conftest import POD

__all__ = ["cast", "team_mode"]

SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: hunter2}\n---\n"


def design(owner: User, team: Team | None, name: str, text: str = POD) -> Design:
    made = Design.objects.create(owner=owner, team=team, name=name)
    documents = manifest_text.parse(text)
    made.change(lambda _: documents, by=owner, text=text, summary="imported")
    return made


def busy(cast: Cast) -> User:
    """The editor, who has something of everything."""
    who = cast.editor
    own = design(who, None, "own", SECRET + POD)
    design(who, None, "Own", POD)
    design(who, None, "binned")
    Design.objects.filter(name="binned").update(deleted=cast.team.created)
    shared = design(who, cast.team, "shared")
    Draft.objects.create(design=own, by=who, text="kind: [", base=1)
    Draft.objects.create(design=shared, by=who, text="kind: Secret\nx: [hunter2", base=1)
    Preset.objects.create(owner=who, name="mine", title="Mine", pattern="sidecar", text="name: mine\n")
    common = Preset.objects.create(
        owner=who, team=cast.team, name="ours", title="Ours", pattern="sidecar", text="name: ours\n"
    )
    Comment.objects.create(preset=common, by=who, text="Works well.", version=1)
    CatalogueSource.objects.create(
        name="ours", person=who, address="https://git.example/presets", token="t0ken", by=who
    )
    PresetDraft.objects.create(by=who, name="", text="name: new\n")
    ApplyRun.objects.create(design=shared, revision=1, context="dev", namespace="shop", dry_run=False, by=who)
    cluster = Cluster.objects.create(name="dev", source="token", server="https://dev.example:6443")
    Grant.objects.create(cluster=cluster, team=cast.team, namespaces=["shop"], least="nobody").people.add(who)
    SocialAccount.objects.create(
        user=who, provider="kc", uid="42", extra_data={"email": "e@corp.example", "id_token": "eyJ", "at_hash": "h"}
    )
    ReadingLink.objects.make(shared, who, yaml=True, days=7)
    PictureLink.objects.create(design=shared, by=who)
    cast.membership("editor").change("owner")
    Invitation.make(who, team=cast.team, role="viewer")
    return who


def unzipped(answer: Any) -> dict[str, str]:
    with ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_what_is_kept_about_somebody_is_in_a_file(cast: Cast) -> None:
    who = busy(cast)
    browser = cast.client("editor")
    answer = browser.get("/account/data/")
    assert answer.headers["Content-Type"] == "application/zip"
    assert "editor-20" in answer.headers["Content-Disposition"]
    files = unzipped(answer)
    assert sorted(files) == [
        "READ ME.txt",
        "account.json",
        "audit.json",
        "comments.json",
        "connections.json",
        "designs/Own.yaml",
        "designs/bin/binned.yaml",
        "designs/own-2.yaml",
        "drafts/own.yaml",
        "drafts/preset new.yaml",
        "drafts/shared.yaml",
        "grants.json",
        "links.json",
        "presets/mine.yaml",
        "revisions.json",
        "runs.json",
        "sessions.json",
        "sources.json",
        "teams.json",
        "versions.json",
    ]
    read = {name: json.loads(text) for name, text in files.items() if name.endswith(".json")}
    assert read["account.json"]["user name"] == "editor"
    assert read["teams.json"] == [{"team": "Payments", "role": "owner", "since": read["teams.json"][0]["since"]}]
    assert read["connections.json"][0]["said"] == {"email": "e@corp.example"}
    assert read["grants.json"] == [{"cluster": "dev", "team": "Payments", "only in the namespaces": ["shop"]}]
    assert [one["what"] for one in read["runs.json"]] == ["apply"]
    assert [one["said"] for one in read["comments.json"]] == ["Works well."]
    assert {one["design"] for one in read["revisions.json"]} == {"own", "Own", "binned", "shared"}
    assert len(read["links.json"]) == 3
    assert read["audit.json"][-1]["what"] == "downloaded what is kept about editor"
    assert files["presets/mine.yaml"] == "name: mine\n"
    together = "".join(files.values())
    # No value of a Secret, and nothing that opens a door.
    assert not [word for word in ("hunter2", "t0ken") if word in together]
    assert "containers:" in files["designs/own-2.yaml"] + files["designs/Own.yaml"]
    keys = [browser.session.session_key, PictureLink.objects.get().token, ReadingLink.objects.get().token, "eyJ"]
    keys += [Invitation.objects.get().token, who.password]
    assert not [key for key in keys if str(key) in together]


def test_an_administrator_has_it_too_and_the_log_says_so(cast: Cast) -> None:
    busy(cast)
    files = unzipped(cast.client("administrator").get(f"/people/{cast.editor.pk}/data/"))
    assert json.loads(files["account.json"])["e-mail"] == "editor@corp.example"
    assert Entry.objects.filter(who="administrator", sentence="downloaded what is kept about editor").exists()
    assert cast.client("administrator").get("/people/0/data/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_an_asynchronous_server_sends_it_in_pieces(settings: Any) -> None:
    settings.LOCAL_MODE = False
    who = person("alone")
    browser = AsyncClient(SERVER_NAME="127.0.0.1")

    async def got() -> list[bytes]:
        await browser.aforce_login(who)
        answer = await browser.get("/account/data/")
        return [piece async for piece in answer.streaming_content]  # type: ignore[attr-defined]

    pieces = asyncio.run(got())
    assert len(pieces) > 5
    with ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        assert json.loads(archive.read("account.json"))["user name"] == "alone"


def test_the_page_counts_what_goes_and_what_stays(cast: Cast, django_assert_max_num_queries: Any) -> None:
    busy(cast)
    browser = cast.client("editor")
    browser.get("/account/")
    with django_assert_max_num_queries(30):
        page = browser.get("/account/erase/").content.decode()
    goes, stays = page.split("What stays")
    for words in (
        "2 designs<",
        "1 design in the bin<",
        "1 preset<",
        "3 drafts that are not finished<",
        "1 source of presets<",
        "1 right by name to apply<",
    ):
        assert words in goes
    for words in ("1 place in a team<", "2 links to designs or their pictures<", "1 open invitation<"):
        assert words in goes
    for words in ("1 design in a team<", "1 preset in a team<", "1 revision of a team’s design<"):
        assert words in stays
    for words in ("1 comment on another’s preset<", "1 run of a team’s design<", "The audit log is only ever added to"):
        assert words in stays


def test_somebody_erases_themselves(cast: Cast) -> None:
    who, other = busy(cast), cast.client("editor")
    browser = cast.client("editor")
    for sent, words in (
        ({"name": "Editor", "password": PASSWORD}, "type the user name, editor, to confirm"),
        ({"name": "editor", "password": "wrong"}, "This is not your password. Nothing is erased."),
        ({"name": "editor"}, "This is not your password"),
    ):
        answer = browser.post("/account/erase/", sent)
        assert (answer.status_code, words in answer.content.decode()) == (422, True)
    log = Entry.objects.count()
    answer = browser.post("/account/erase/", {"name": "editor", "password": PASSWORD})
    assert "editor is erased" in answer.content.decode()
    assert not User.objects.filter(pk=who.pk).exists()
    assert {one.name for one in Design.objects.all()} == {"shared"}
    shared = Design.objects.get()
    assert (shared.owner, shared.team) == (cast.owner, cast.team)
    assert Revision.objects.get(design=shared).by is None
    assert ApplyRun.objects.get().by is None
    assert (Comment.objects.get().by, Preset.objects.get().owner) == (None, cast.owner)
    for gone in (SocialAccount, CatalogueSource, Draft, PresetDraft, ReadingLink, PictureLink):
        assert not gone.objects.exists(), gone
    assert not Invitation.objects.open().exists()
    assert not Grant.objects.get().people.exists()
    # Signed out here and elsewhere.
    for one in (browser, other):
        assert one.get("/account/").headers["Location"].startswith("/sign-in/")
    # The log has one line more, and what it had under the name.
    assert Entry.objects.count() == log + 1
    entry = Entry.objects.get(what="erased")
    assert str(entry) == "editor erased the account editor, with 3 designs and 1 preset of its own"
    assert Entry.objects.filter(who="editor", what="sign-in").exists()
    page = cast.client("administrator").get("/audit/?q=editor").content.decode()
    assert "erased the account editor" in page
    assert cast.client("owner").get(reverse("design", args=[shared.pk])).status_code == 200


def test_too_many_wrong_passwords_are_refused(cast: Cast) -> None:
    browser = cast.client("editor")
    for _ in range(5):
        browser.post("/account/erase/", {"name": "editor", "password": "wrong"})
    answer = browser.post("/account/erase/", {"name": "editor", "password": PASSWORD})
    assert "Too many tries" in answer.content.decode()
    assert User.objects.filter(username="editor").exists()


def test_who_has_no_password_types_the_name_only(cast: Cast) -> None:
    cast.stranger.set_unusable_password()
    cast.stranger.save()
    browser = cast.client("stranger")
    assert "Your password" not in browser.get("/account/erase/").content.decode()
    browser.post("/account/erase/", {"name": "stranger"})
    assert not User.objects.filter(username="stranger").exists()


def test_an_administrator_erases_somebody(cast: Cast) -> None:
    who, admin = busy(cast), cast.client("administrator")
    to = f"/people/{who.pk}/erase/"
    assert "deactivate the account instead" in admin.get(to).content.decode()
    assert admin.post(to, {"name": ""}).status_code == 422
    answer = admin.post(to, {"name": "editor"}, follow=True)
    assert "editor is erased. What they made in teams is still there." in answer.content.decode()
    assert admin.get(to).status_code == 404
    mine = f"/people/{cast.administrator.pk}/erase/"
    assert admin.get(mine).headers["Location"] == "/account/erase/"


@pytest.mark.parametrize("who", ["owner", "administrator"])
def test_the_last_owner_and_the_last_administrator_stay(cast: Cast, who: str) -> None:
    browser, name = cast.client(who), {"name": who, "password": PASSWORD}
    words = {
        "owner": "owner is the last owner of Payments. Hand it over to another member, or delete it, first.",
        "administrator": "administrator is the last administrator. Make somebody else administrator first.",
    }[who]
    page = browser.get("/account/erase/").content.decode()
    assert words in page
    assert "for good</button>" not in page
    before = Entry.objects.count()
    answer = browser.post("/account/erase/", name)
    assert answer.status_code == 422
    assert answer.content.decode().count(words) == 1
    assert User.objects.filter(username=who).exists()
    assert Entry.objects.count() == before, "what was not done is not in the log"


def test_a_team_of_one_is_to_be_deleted_first(cast: Cast) -> None:
    Team.create("Alone", cast.stranger)
    Team.create("Solo", cast.stranger)
    page = cast.client("stranger").get("/account/erase/").content.decode()
    assert "stranger is the last owner of Alone and Solo. Hand them over" in page
    assert 'href="/teams/alone/"' in page


def test_what_a_deactivated_person_made_stays_with_the_team_and_their_links_stop(cast: Cast) -> None:
    who = busy(cast)
    shared = Design.objects.get(name="shared")
    reading, token = ReadingLink.objects.make(shared, who, yaml=True, days=7)
    picture = PictureLink.objects.filter(by=who).get()
    kept, kept_token = ReadingLink.objects.make(shared, cast.owner, yaml=True, days=7)
    anybody, admin = Client(SERVER_NAME="127.0.0.1"), cast.client("administrator")
    assert anybody.get(f"/s/{token}/").status_code == 200
    page = admin.get(f"/people/{who.pk}/").content.decode()
    assert "What they made in teams stays with the team; their own 2 designs wait until they are back." in page
    assert "The 3 links they made to designs and pictures stop for good" in page
    admin.post(f"/people/{who.pk}/deactivate/")
    assert client_of(cast.owner).get(reverse("design", args=[shared.pk])).status_code == 200
    assert client_of(cast.viewer).get(reverse("design", args=[shared.pk])).status_code == 200
    for to in (f"/s/{token}/", f"/s/{picture.token}.svg"):
        assert anybody.get(to).status_code == 404
    assert anybody.get(f"/s/{kept_token}/").status_code == 200, "those of others work"
    assert not Invitation.objects.open().filter(by=who).exists()
    page = admin.get(f"/people/{who.pk}/").content.decode()
    assert "The links and invitations they gave away do not come back." in page
    assert {kept.pk} == set(ReadingLink.objects.values_list("pk", flat=True))
    assert reading.pk != kept.pk


def test_who_cannot_be_deactivated_keeps_their_links(cast: Cast) -> None:
    shared = design(cast.owner, cast.team, "shared")
    ReadingLink.objects.make(shared, cast.owner, yaml=True, days=7)
    answer = cast.client("administrator").post(f"/people/{cast.owner.pk}/deactivate/")
    assert answer.status_code == 422
    assert leaving.links(cast.owner) == 1
