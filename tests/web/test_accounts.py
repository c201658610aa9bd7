"""Signing in, up and out; passwords, sessions, and the first administrator, over HTTP."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from designer.designs.models import Design
from designer.teams import first
from designer.teams.audit import Entry
from designer.teams.invitations import Invitation
from designer.web.sessions import browser
from patterns.models import Preset
from tests.teams.people import PASSWORD, Cast, cast, client_of, person, team_mode

__all__ = ["cast", "team_mode"]

NEW = {"username": "Grace", "email": "grace@corp.example", "password1": "compilers all the way"}


def sign_in(client: Client, name: str, password: str = PASSWORD, **more: Any) -> Any:
    return client.post("/sign-in/", {"login": name, "password": password}, **more)


def invited(cast: Cast, *, into: bool = True) -> Client:
    """A browser that has opened an invitation's link, into the team or into the designer as such."""
    _, token = Invitation.make(cast.owner, team=cast.team if into else None, role="editor")
    client = client_of(None)
    assert client.get(f"/join/{token}/").status_code == 302
    return client


def log() -> list[str]:
    return [str(entry) for entry in Entry.objects.order_by("id")]


# Signing in


@pytest.mark.parametrize("name", ["owner", "OWNER", "owner@corp.example", "Owner@Corp.example"])
def test_by_name_or_address(cast: Cast, name: str) -> None:
    client = client_of(None)
    assert client.get("/teams/payments/").headers["Location"] == "/sign-in/?next=/teams/payments/"
    answer = client.post("/sign-in/", {"login": name, "password": PASSWORD, "next": "/teams/payments/"})
    assert answer.headers["Location"] == "/teams/payments/"
    assert client.get("/teams/payments/").status_code == 200
    assert log() == ["owner signed in with a password"]
    assert client.post("/sign-out/").headers["Location"] == "/sign-in/"
    assert client.get("/teams/payments/").status_code == 302
    assert log()[1:] == ["owner signed out"]


def test_nobody_is_led_elsewhere_by_the_address(cast: Cast) -> None:
    answer = client_of(None).post(
        "/sign-in/", {"login": "owner", "password": PASSWORD, "next": "https://evil.example/"}
    )
    assert answer.headers["Location"] == "/"


def test_a_wrong_password_and_a_wrong_name_look_alike(cast: Cast) -> None:
    client = client_of(None)
    wrong = sign_in(client, "owner", "not it at all").content.decode()
    unknown = sign_in(client, "a-s3cret-typed-here", "not it at all").content.decode()
    said = "No account has this name with this password."
    assert said in wrong
    assert said in unknown
    assert log() == [
        "Somebody was refused: the password is not owner's",
        "Somebody was refused: no account has that name",
    ]
    assert "s3cret" not in str(list(Entry.objects.values()))


def test_signing_in_is_limited(cast: Cast) -> None:
    client = client_of(None)
    for _ in range(5):
        assert "No account has" in sign_in(client, "owner", "not it at all").content.decode()
    # Not even the right one, from wherever it comes.
    answer = sign_in(client, "owner", REMOTE_ADDR="192.0.2.5")
    assert "Too many tries. Wait five minutes" in answer.content.decode()
    assert log()[-1] == "Somebody was refused: too many tries to sign in as owner"
    # Others are not kept out by it.
    assert sign_in(client_of(None), "viewer", REMOTE_ADDR="192.0.2.6").status_code == 302


def test_one_address_may_try_so_many_names(cast: Cast) -> None:
    client = client_of(None)
    for number in range(10):
        sign_in(client, f"name-{number}", "not it at all")
    assert "Too many tries" in sign_in(client, "viewer").content.decode()
    assert sign_in(client_of(None), "viewer", REMOTE_ADDR="192.0.2.6").status_code == 302


def test_a_flood_is_answered_with_a_page(cast: Cast, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    client = client_of(None)
    sign_in(client, "viewer")
    answer = sign_in(client_of(None), "viewer")
    assert answer.status_code == 429
    assert "Wait a minute" in answer.content.decode()


def test_the_deactivated_are_told(cast: Cast) -> None:
    User.objects.filter(pk=cast.editor.pk).update(is_active=False)
    client = client_of(None)
    answer = client.post("/sign-in/", {"login": "editor", "password": PASSWORD}, follow=True)
    assert "This account is deactivated" in answer.content.decode()
    assert log() == ["editor was refused after signing in with a right password: the account is deactivated"]
    assert client.get("/account/").status_code == 302


def test_a_script_is_told_to_sign_in(cast: Cast) -> None:
    client = Client(SERVER_NAME="127.0.0.1", headers={"hx-request": "true", "hx-current-url": "http://127.0.0.1/x/"})
    answer = client.post("/designs/1/undo/")
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in/?next=/x/")


# Signing up


def test_an_account_is_made_by_an_invitation(cast: Cast) -> None:
    client = invited(cast)
    page = client.get("/join/").content.decode()
    assert "owner invites you as <b>editor</b>" in page
    assert client.post("/sign-up/", NEW).headers["Location"] == "/teams/payments/"
    made = User.objects.get(username="grace")
    assert cast.team.role_of(made) == "editor"
    assert made.check_password(NEW["password1"])
    assert Invitation.objects.get().left == 0
    assert log()[:2] == [
        "grace made an account (with a password)",
        "grace came to Payments as editor by an invitation of owner",
    ]
    assert log()[2].startswith("grace signed in with")
    assert "Welcome to Payments" in client.get("/teams/payments/").content.decode()


def test_no_account_without_one(cast: Cast) -> None:
    client = client_of(None)
    for answer in (client.get("/sign-up/"), client.post("/sign-up/", NEW)):
        assert answer.status_code == 403
        assert "Accounts are made by invitation" in answer.content.decode()
    client = invited(cast)
    Invitation.objects.get().revoke()
    assert "taken back" in client.post("/sign-up/", NEW).content.decode()
    assert client_of(None).get("/join/no-such-token/").status_code == 404
    assert client_of(None).get("/join/").status_code == 404
    assert not User.objects.filter(username="grace").exists()


def test_of_two_with_one_link_only_one_gets_in(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    one = invited(cast)
    made = Invitation.objects.get()
    # Both have been let through to the form when the other uses the link up.
    monkeypatch.setattr("designer.web.signin.AccountAdapter.is_open_for_signup", lambda *_: True)
    made.accept(cast.stranger)
    answer = one.post("/sign-up/", NEW)
    assert answer.status_code == 403
    assert "used up" in answer.content.decode()
    assert not User.objects.filter(username="grace").exists()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"password1": "short"}, "at least 12 characters"),
        ({"password1": "password1234"}, "too common"),
        ({"password1": "392850284561"}, "entirely numeric"),
        ({"password1": "grace@corp.example"}, "too similar"),
        ({"username": "Owner"}, "Somebody has this name already"),
        ({"username": "local"}, "kept for the designer itself"),
        ({"username": "boss@corp.example"}, "letters a to z"),
        ({"username": "grace."}, "ends with a letter or digit"),
        ({"email": "owner@corp.example"}, "an account with this address already"),
        ({"email": "grace"}, "valid email"),
    ],
)
def test_what_an_account_cannot_be(cast: Cast, sent: dict[str, str], said: str) -> None:
    client = invited(cast)
    answer = client.post("/sign-up/", NEW | sent)
    assert said in answer.content.decode()
    assert NEW["password1"] not in answer.content.decode()
    assert Invitation.objects.get().used == 0
    assert User.objects.count() == 5


def test_into_the_designer_as_such(cast: Cast) -> None:
    client = invited(cast, into=False)
    assert client.post("/sign-up/", NEW).headers["Location"] == "/"
    assert not User.objects.get(username="grace").memberships.exists()


# Passwords


def test_a_password_is_reset_by_mail(cast: Cast, settings: Any) -> None:
    settings.PUBLIC_URL = "https://designer.example"
    client = client_of(None)
    other = cast.client("owner")
    answer = client.post("/password/reset/", {"email": "owner@corp.example"})
    assert answer.headers["Location"] == "/password/reset/sent/"
    [sent] = mail.outbox
    # Whatever name a request came by, the link leads to the designer's own.
    link = re.search(r"https://designer\.example(/password/reset/\S+)", str(sent.body))
    assert link
    form = client.get(link[1], follow=True)
    assert link[1] not in form.request["PATH_INFO"]
    assert "Set a new password" in form.content.decode()
    answer = client.post(form.request["PATH_INFO"], {"password1": "short", "password2": "short"})
    assert "at least 12 characters" in answer.content.decode()
    new = {"password1": "another road to the sea", "password2": "another road to the sea"}
    assert client.post(form.request["PATH_INFO"], new).headers["Location"] == "/password/reset/done/"
    assert "does not work" in client_of(None).get(link[1], follow=True).content.decode()
    assert other.get("/account/").status_code == 302, "the sessions of before have ended"
    assert sign_in(client, "owner", new["password1"]).status_code == 302
    assert "owner set a new password by a reset link" in log()
    assert link[1].rstrip("/").rpartition("-")[2] not in str(list(Entry.objects.values()))


def test_a_reset_does_not_tell_who_has_an_account(cast: Cast) -> None:
    client = client_of(None)
    known = client.post("/password/reset/", {"email": "owner@corp.example"}, follow=True).content
    unknown = client.post("/password/reset/", {"email": "nobody@corp.example"}, follow=True).content
    csrf = re.compile(rb'X-CSRFToken": "\w+"')
    assert csrf.sub(b"", known) == csrf.sub(b"", unknown)
    assert len(mail.outbox) == 1


def test_resets_are_limited(cast: Cast) -> None:
    client = client_of(None)
    answers = [client.post("/password/reset/", {"email": "owner@corp.example"}).status_code for _ in range(4)]
    assert answers == [302, 302, 302, 429]
    assert len(mail.outbox) == 3


def test_without_a_mail_server_an_administrator_makes_the_link(cast: Cast, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    assert "Ask an administrator for a link" in client_of(None).get("/password/reset/").content.decode()
    page = cast.client("administrator").post(f"/people/{cast.editor.pk}/reset-link/").content.decode()
    link = re.search(r'value="http://127\.0\.0\.1(/password/reset/[^"]+)"', page)
    assert link
    client = client_of(None)
    form = client.get(link[1], follow=True)
    new = {"password1": "another road to the sea", "password2": "another road to the sea"}
    client.post(form.request["PATH_INFO"], new)
    assert sign_in(client, "editor", new["password1"]).status_code == 302
    assert "administrator made a link for editor to set a new password" in log()


def test_a_password_is_changed(cast: Cast) -> None:
    here, there = cast.client("owner"), cast.client("owner")
    new = {"password1": "another road to the sea", "password2": "another road to the sea"}
    answer = here.post("/password/change/", new | {"oldpassword": "not it at all"})
    assert "not your current password" in answer.content.decode()
    assert here.post("/password/change/", new | {"oldpassword": PASSWORD}).headers["Location"] == "/account/"
    assert "Your password is changed." in here.get("/account/").content.decode()
    assert there.get("/account/").status_code == 302
    assert "owner changed their password" in log()


# The account's page


def test_who_one_is(cast: Cast) -> None:
    client = cast.client("owner")
    client.post("/account/profile/", {"name": "Olga  Owner", "email": "owner@corp.example"})
    assert "Olga" in client.get("/teams/payments/").content.decode()
    answer = client.post("/account/profile/", {"name": "Olga", "email": "olga@corp.example"})
    assert answer.status_code == 422
    assert "Write your current password" in answer.content.decode()
    answer = client.post("/account/profile/", {"name": "Olga", "email": "viewer@corp.example", "password": PASSWORD})
    assert "Somebody else here has this address." in answer.content.decode()
    client.post("/account/profile/", {"name": "Olga", "email": "olga@corp.example", "password": PASSWORD})
    assert sign_in(client_of(None), "olga@corp.example").status_code == 302
    assert "No account has" in sign_in(client_of(None), "owner@corp.example").content.decode()
    assert "owner changed their name and e-mail address" in log()


def test_sessions(cast: Cast) -> None:
    here, there, third, others = (client_of(None) for _ in range(4))
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604.1"
    sign_in(here, "owner", HTTP_USER_AGENT=firefox)
    sign_in(there, "owner", HTTP_USER_AGENT=safari, REMOTE_ADDR="192.0.2.7")
    sign_in(third, "owner")
    sign_in(others, "viewer")
    page = here.get("/account/", HTTP_USER_AGENT=firefox).content.decode()
    assert "Firefox on Linux" in page
    assert "Safari on iPhone" in page
    assert "192.0.2.7" in page
    assert page.count("/end/") == 3  # two others, and all of them
    ids = re.findall(r"/account/sessions/(\d+)/end/", page)
    assert others.post(f"/account/sessions/{ids[0]}/end/").status_code == 404, "another's session"
    here.post(f"/account/sessions/{ids[0]}/end/", HTTP_USER_AGENT=firefox)
    left = [client.get("/account/").status_code for client in (there, third)]
    assert sorted(left) == [200, 302]
    here.post("/account/sessions/end/", HTTP_USER_AGENT=firefox)
    assert [client.get("/account/").status_code for client in (here, there, third, others)] == [200, 302, 302, 200]
    assert "owner ended their other sessions (1)" in log()


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/140.0 Safari/537 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15) AppleWebKit/605 Version/18 Safari/605", "Safari on macOS"),
        ("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537 Chrome/140.0 Mobile Safari/537", "Chrome on Android"),
        ("Mozilla/5.0 (X11; Linux) AppleWebKit/537 HeadlessChrome/140.0 Safari/537", "Chrome on Linux"),
        ("curl/8.0", "An unknown browser"),
        ("", "An unknown browser"),
    ],
)
def test_a_browser_as_a_person_calls_it(agent: str, words: str) -> None:
    assert browser(agent) == words


# The first administrator

FIRST = {"username": "ada", "email": "ada@corp.example", "password": PASSWORD}


@pytest.mark.usefixtures("team_mode")
def test_the_first_administrator_takes_over_what_local_mode_made() -> None:
    local = User.objects.create(username="local", first_name="Local", password="!")
    design = Design.objects.create(owner=local, name="shop")
    Design.objects.create(owner=local, name="blog")
    Preset.objects.create(owner=local, name="proxy", title="Proxy", pattern="sidecar", text="x")
    token = first.renew()
    client = client_of(None)
    assert "Its server printed a link in its log" in client.get("/sign-in/").content.decode()
    page = client.get(f"/first/{token}/").content.decode()
    assert "Take over 2 designs and 1 preset made in local mode" in page
    assert client.post(f"/first/{token}/", FIRST | {"password": "short"}).status_code == 422
    assert client.post(f"/first/{token}/", FIRST | {"take_over": "on"}).headers["Location"] == "/people/"
    ada = User.objects.get(username="ada")
    assert ada.is_superuser
    assert ada.pk == local.pk
    assert "shop" in client.get("/").content.decode()
    design.refresh_from_db()
    assert design.owner == ada
    assert not User.objects.filter(username="local").exists()
    assert log()[:2] == [
        "ada became the first administrator",
        "ada took over what was made in local mode: 2 designs and 1 preset",
    ]
    answer = client_of(None).get(f"/first/{token}/")
    assert answer.status_code == 410
    assert "prints a new link in its log" in answer.content.decode()
    assert sign_in(client_of(None), "ada").status_code == 302


@pytest.mark.usefixtures("team_mode")
def test_or_leaves_it_where_it_is() -> None:
    local = User.objects.create(username="local", password="!")
    Design.objects.create(owner=local, name="shop")
    token = first.renew()
    client = client_of(None)
    client.post(f"/first/{token}/", FIRST)
    assert User.objects.get(username="ada") != local
    assert "shop" not in client.get("/").content.decode()
    assert Design.objects.get().owner == local
    assert client_of(None).post(f"/first/{token}/", FIRST | {"username": "eve"}).status_code == 410
    assert "No account has" in sign_in(client_of(None), "local", "!").content.decode()


@pytest.mark.usefixtures("team_mode")
def test_no_link_no_administrator() -> None:
    first.renew()
    assert client_of(None).get("/first/guessed/").status_code == 410
    assert client_of(None).post("/first/guessed/", FIRST).status_code == 410
    assert not User.objects.exists()


# What every page keeps to


def test_the_pages_are_under_the_policy_and_hold_no_hash(cast: Cast) -> None:
    client = cast.client("administrator")
    for path in ("/account/", "/teams/", "/teams/payments/", "/people/", f"/people/{cast.owner.pk}/", "/audit/"):
        answer = client.get(path)
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        for never in (b"style=", b"<script>", b"pbkdf2", b"md5$"):
            assert never not in answer.content, (path, never)
    for path in (
        "/sign-in/",
        "/password/reset/",
        "/password/reset/sent/",
        "/password/reset/done/",
        "/sign-in/inactive/",
    ):
        answer = client_of(None).get(path)
        assert answer.status_code in (200, 403)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"]


def test_cookies_are_out_of_the_reach_of_scripts_and_other_sites(cast: Cast) -> None:
    answer = sign_in(client_of(None), "owner")
    session = answer.cookies["ppd_session"]
    assert session["httponly"]
    assert session["samesite"] == "Lax"


def test_a_person_without_a_password_sets_one(cast: Cast) -> None:
    made = person("socially")
    made.set_unusable_password()
    made.save()
    client = client_of(made)
    assert client.get("/password/change/").headers["Location"] == "/password/set/"
    new = {"password1": "another road to the sea", "password2": "another road to the sea"}
    assert client.post("/password/set/", new).status_code == 302
    assert sign_in(client_of(None), "socially", new["password1"]).status_code == 302
