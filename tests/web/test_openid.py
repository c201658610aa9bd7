"""Signing in with an OpenID provider that really runs (tests/teams/provider.py): discovery, PKCE, tokens, keys."""

from __future__ import annotations

import html
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.test import Client

from designer.teams.audit import Entry
from designer.teams.invitations import Invitation
from tests.teams import provider
from tests.teams.people import Cast, cast, client_of, person, team_mode

__all__ = ["cast", "team_mode"]

ROOT = Path(__file__).parent.parent.parent
CALLBACK = "http://127.0.0.1/sign-in/with/keycloak/callback/"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The issuer's address, of a provider in a process of its own."""
    with running(CALLBACK) as address:
        yield address


class running:  # noqa: N801 - used as a context
    """A provider that runs inside the `with`; its value is the issuer."""

    def __init__(self, *redirects: str) -> None:
        self.redirects = redirects

    def __enter__(self) -> str:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "tests.teams.provider", str(port), *self.redirects]
        self.process = subprocess.Popen(command, cwd=ROOT)
        issuer = f"http://127.0.0.1:{port}/o"
        until = time.monotonic() + 40
        while True:
            assert self.process.poll() is None, "the provider ended"
            try:
                requests.get(f"{issuer}/.well-known/openid-configuration", timeout=2).raise_for_status()
            except requests.RequestException:
                assert time.monotonic() < until, "the provider did not answer"
                time.sleep(0.1)
            else:
                return issuer

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(20)


@pytest.fixture
def keycloak(cast: Cast, settings: Any, issuer: str) -> Cast:
    """The cast, where one signs in with the provider too."""
    app = {
        "provider_id": "keycloak",
        "name": "Keycloak",
        "client_id": provider.CLIENT_ID,
        "secret": provider.CLIENT_SECRET,
        "settings": {"server_url": issuer},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    return cast


def away(client: Client, **sent: str) -> str:
    """Where the designer sends somebody to sign in."""
    page = client.post("/sign-in/with/keycloak/", sent).content.decode()
    leads = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', page)
    assert leads, page
    return html.unescape(leads[1])


def there(address: str, name: str) -> str:
    """Sign in at the provider as a person would, and answer where it sends them back to."""
    with requests.Session() as session:
        form = session.get(address, timeout=10)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form.text)
        assert token
        sent = {"csrfmiddlewaretoken": token[1], "username": name, "password": provider.PASSWORD}
        answer = session.post(form.url, sent, allow_redirects=False, timeout=10)
        while not answer.headers["Location"].startswith(CALLBACK):
            onward = urljoin(form.url, answer.headers["Location"])
            answer = session.get(onward, allow_redirects=False, timeout=10)
        return str(answer.headers["Location"])


def back(client: Client, address: str) -> Any:
    parts = urlsplit(address)
    return client.get(f"{parts.path}?{parts.query}")


def signed_in_with(client: Client, name: str, **sent: str) -> Any:
    return back(client, there(away(client, **sent), name))


def invited(cast: Cast) -> Client:
    _, token = Invitation.make(cast.owner, team=cast.team, role="viewer")
    client = client_of(None)
    client.get(f"/join/{token}/")
    return client


def test_the_provider_is_asked_with_pkce_and_a_state(keycloak: Cast) -> None:
    asked = parse_qs(urlsplit(away(client_of(None))).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["code_challenge"][0]) == 43
    assert asked["redirect_uri"] == [CALLBACK]
    assert set(asked["scope"][0].split()) == {"openid", "profile", "email"}
    assert asked["state"]


def test_an_account_by_an_invitation(keycloak: Cast) -> None:
    client = invited(keycloak)
    assert "Continue with Keycloak" in client.get("/sign-up/").content.decode()
    assert signed_in_with(client, "alan").headers["Location"] == "/teams/payments/"
    made = User.objects.get(username="alan")
    assert (made.get_full_name(), made.email) == ("Alan Turing", "alan@elsewhere.example")
    assert keycloak.team.role_of(made) == "viewer"
    assert not made.has_usable_password()
    assert [str(entry) for entry in Entry.objects.order_by("id")] == [
        "alan made an account (with Keycloak)",
        "alan came to Payments as viewer by an invitation of owner",
        "alan signed in with Keycloak",
    ]
    # From then on they just sign in, from any browser, to where they wanted to go.
    again = client_of(None)
    assert signed_in_with(again, "alan", next="/teams/").headers["Location"] == "/teams/"
    assert again.get("/account/").status_code == 200
    assert User.objects.count() == 6


def test_no_account_without_an_invitation(keycloak: Cast) -> None:
    client = client_of(None)
    answer = signed_in_with(client, "alan")
    assert answer.status_code == 403
    assert "Keycloak knows you, but you have no account here" in answer.content.decode()
    assert client.get("/account/").status_code == 302
    assert not User.objects.filter(username="alan").exists()
    client = invited(keycloak)
    Invitation.objects.get().revoke()
    assert "taken back" in signed_in_with(client, "alan").content.decode()
    said = str(Entry.objects.order_by("id")[0])
    assert said == "Somebody was refused after signing in with Keycloak: there is no account and no invitation"


def test_who_has_a_verified_address_of_the_domain_needs_none(keycloak: Cast, settings: Any) -> None:
    settings.SIGNUP_DOMAINS = ["corp.example"]
    assert signed_in_with(client_of(None), "grace").headers["Location"] == "/"
    assert User.objects.get(username="grace").email == "grace@corp.example"
    answer = signed_in_with(client_of(None), "unsure")
    assert answer.status_code == 403
    assert "verified address at corp.example" in answer.content.decode()
    assert signed_in_with(client_of(None), "alan").status_code == 403
    assert not User.objects.filter(username__in=["unsure", "alan"]).exists()


def test_who_has_no_address_there_is_asked_for_one(keycloak: Cast) -> None:
    client = invited(keycloak)
    assert signed_in_with(client, "quiet").headers["Location"] == "/sign-in/finish/"
    page = client.get("/sign-in/finish/").content.decode()
    assert "Keycloak told us who you are, and not all that an account needs." in page
    assert 'value="quiet"' in page
    taken = client.post("/sign-in/finish/", {"username": "quiet", "email": "owner@corp.example"}).content.decode()
    assert "There is an account with this address already" in taken
    done = client.post("/sign-in/finish/", {"username": "quiet", "email": "quiet@corp.example"})
    assert done.headers["Location"] == "/teams/payments/"
    assert keycloak.team.role_of(User.objects.get(username="quiet")) == "viewer"
    assert client_of(None).get("/sign-in/finish/").headers["Location"] == "/sign-in/"


def test_a_taken_name_gets_a_number(keycloak: Cast) -> None:
    person("alan")
    EmailAddress.objects.all().delete()
    signed_in_with(invited(keycloak), "alan")
    assert keycloak.team.members.filter(username__startswith="alan").exclude(username="alan").count() == 1


def test_an_account_with_the_same_address_is_not_taken_over(keycloak: Cast, settings: Any) -> None:
    settings.SIGNUP_DOMAINS = ["corp.example"]
    grace = person("grace")
    answer = signed_in_with(client_of(None), "grace")
    assert answer.status_code == 403
    assert "Sign in to it with its password, then connect Keycloak" in answer.content.decode()
    # Connected by who is signed in, it is a way in.
    client = client_of(grace)
    assert "not connected" in client.get("/account/").content.decode()
    assert signed_in_with(client, "grace", process="connect").headers["Location"] == "/account/"
    assert "Connected: you can sign in with it" in client.get("/account/").content.decode()
    assert signed_in_with(client_of(None), "grace").headers["Location"] == "/"
    assert "grace connected Keycloak to their account" in map(str, Entry.objects.all())
    # And it is no one else's.
    other = client_of(keycloak.owner)
    signed_in_with(other, "grace", process="connect")
    assert "somebody else here signs in with it" in other.get("/account/").content.decode()


def test_the_only_way_in_is_not_disconnected(keycloak: Cast) -> None:
    client = invited(keycloak)
    signed_in_with(client, "alan")
    connection = User.objects.get(username="alan").socialaccount_set.get().pk  # type: ignore[attr-defined]
    client.post(f"/account/connections/{connection}/delete/")
    assert "Keycloak is your only way in. Set a password first" in client.get("/account/").content.decode()
    assert keycloak.client("owner").post(f"/account/connections/{connection}/delete/").status_code == 404
    new = {"password1": "another road to the sea", "password2": "another road to the sea"}
    client.post("/password/set/", new)
    client.post(f"/account/connections/{connection}/delete/")
    assert "Keycloak is disconnected." in client.get("/account/").content.decode()
    assert signed_in_with(client_of(None), "alan").status_code == 403


def test_the_deactivated_do_not_come_in_by_it_either(keycloak: Cast) -> None:
    signed_in_with(invited(keycloak), "alan")
    User.objects.filter(username="alan").update(is_active=False)
    client = client_of(None)
    assert signed_in_with(client, "alan").headers["Location"] == "/sign-in/inactive/"
    assert client.get("/account/").status_code == 302


def test_another_browsers_answer_is_refused(keycloak: Cast) -> None:
    """Someone who is lured to another's callback address would otherwise work in the other's account."""
    address = there(away(invited(keycloak)), "alan")
    victim = client_of(None)
    answer = back(victim, address)
    assert answer.status_code == 401
    assert "did not come to terms" in answer.content.decode()
    assert victim.get("/account/").status_code == 302


def test_a_code_without_its_verifier_is_refused(keycloak: Cast) -> None:
    """PKCE: a code that somebody else was given does not fit this browser's verifier."""
    mine, others = invited(keycloak), invited(keycloak)
    foreign = parse_qs(urlsplit(there(away(others), "alan")).query)["code"][0]
    state = parse_qs(urlsplit(away(mine)).query)["state"][0]
    answer = mine.get(f"/sign-in/with/keycloak/callback/?code={foreign}&state={state}")
    assert answer.status_code == 401
    assert mine.get("/account/").status_code == 302


def test_who_breaks_off_is_told_so(keycloak: Cast) -> None:
    client = client_of(None)
    state = parse_qs(urlsplit(away(client)).query)["state"][0]
    answer = client.get(f"/sign-in/with/keycloak/callback/?error=access_denied&state={state}")
    assert "You broke off signing in with Keycloak" in answer.content.decode()


@pytest.mark.parametrize("change", ["issuer", "unreachable", "secret"])
def test_a_provider_that_is_set_wrong(
    keycloak: Cast, settings: Any, issuer: str, change: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    client = client_of(None)
    if change == "secret":
        app["secret"] = "another"
        answer = signed_in_with(client, "alan")
    else:
        wrong = issuer.replace("127.0.0.1", "localhost") if change == "issuer" else "http://127.0.0.1:1/o"
        app["settings"] = {"server_url": wrong}
        answer = client.post("/sign-in/with/keycloak/")
    assert answer.status_code in (400, 401)
    assert "signing in with Keycloak failed" in caplog.text or change == "issuer"
    assert client.get("/account/").status_code == 302


def test_a_token_of_another_key_or_person_is_refused(keycloak: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The signature is checked, and userinfo has to be about the person of the ID token."""
    from designer.web.openid import IssuerAdapter

    told = IssuerAdapter._fetch_user_info

    def another(self: IssuerAdapter, token: str) -> dict[str, Any]:
        return {**told(self, token), "sub": "someone-else"}

    with monkeypatch.context() as context:
        context.setattr(IssuerAdapter, "_fetch_user_info", another)
        assert signed_in_with(invited(keycloak), "alan").status_code == 401

    received = IssuerAdapter._decode_id_token

    def forged(self: IssuerAdapter, app: Any, token: str) -> dict[str, Any]:
        head, body, signature = token.split(".")
        return received(self, app, f"{head}.{body}.{signature[:-8]}AAAAAAAA")

    with monkeypatch.context() as context:
        context.setattr(IssuerAdapter, "_decode_id_token", forged)
        assert signed_in_with(invited(keycloak), "alan").status_code == 401
    assert not User.objects.filter(username="alan").exists()


def test_only_what_is_set_is_there(keycloak: Cast) -> None:
    client = client_of(None)
    assert client.get("/sign-in/with/keycloak/").status_code == 405, "a link alone sends nobody away"
    assert client.post("/sign-in/with/other/").status_code == 404
    assert client.get("/sign-in/with/other/callback/").status_code == 404
    assert client.post("/sign-in/github/").status_code == 404
    strict = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True)
    assert strict.post("/sign-in/with/keycloak/").status_code == 403


def test_github_is_asked_with_pkce(cast: Cast, settings: Any) -> None:
    app = {"client_id": "gh", "secret": "x", "key": ""}
    settings.SOCIALACCOUNT_PROVIDERS = {"github": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    page = client_of(None).get("/sign-in/").content.decode()
    assert 'action="/sign-in/github/"' in page
    page = client_of(None).post("/sign-in/github/").content.decode()
    assert "https://github.com/login/oauth/authorize?" in page
    assert "code_challenge_method=S256" in page
