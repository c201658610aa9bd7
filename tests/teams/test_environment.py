"""Team mode's settings: what the environment's variables become, and what is said where one cannot be read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from designer.teams import environment

ISSUER = {"id": "kc", "name": "Keycloak", "issuer": "https://sso.example/realms/x/", "client_id": "c", "secret": "s3cr"}
APP = {
    "provider_id": "kc",
    "name": "Keycloak",
    "client_id": "c",
    "secret": "s3cr",
    "settings": {"server_url": "https://sso.example/realms/x"},
}


@pytest.mark.parametrize(
    "variables",
    [
        {"PPD_OIDC": json.dumps(ISSUER)},
        {"PPD_OIDC": json.dumps([ISSUER])},
        {f"PPD_OIDC_{name.upper()}": value for name, value in ISSUER.items()},
    ],
    ids=["one", "list", "variables"],
)
def test_an_issuer(variables: dict[str, str]) -> None:
    assert environment.providers(variables) == {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [APP]}}


def test_several_issuers_and_github() -> None:
    other = ISSUER | {"id": "google", "name": "", "issuer": "https://accounts.google.com"}
    found = environment.providers(
        {"PPD_OIDC": json.dumps([ISSUER, other]), "PPD_GITHUB_CLIENT_ID": "a", "PPD_GITHUB_CLIENT_SECRET": "b"}
    )
    assert [app["name"] for app in found["openid_connect"]["APPS"]] == ["Keycloak", "google"]
    assert found["github"]["APPS"] == [{"client_id": "a", "secret": "b", "key": ""}]
    assert environment.providers({}) == {}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("{", "PPD_OIDC is not JSON: line 1"),
        ("3", "an object or a list"),
        (json.dumps({"id": "kc"}), "has no issuer"),
        (json.dumps(ISSUER | {"secret": 7}), "has no secret"),
        (json.dumps(ISSUER | {"id": "My Keycloak"}), "'My Keycloak' stands in addresses"),
        (json.dumps(ISSUER | {"issuer": "sso.example"}), "'sso.example' has to be the issuer's own URL"),
        (json.dumps(ISSUER | {"issuer": "https://x/.well-known/openid-configuration"}), "issuer's own URL"),
        (json.dumps(ISSUER | {"scopes": "x"}), "does not know 'scopes'"),
        (json.dumps([ISSUER, ISSUER]), "same id"),
    ],
)
def test_an_issuer_that_cannot_be(value: str, said: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=said) as caught:
        environment.providers({"PPD_OIDC": value})
    assert "s3cr" not in str(caught.value)


def test_half_of_github() -> None:
    with pytest.raises(ImproperlyConfigured, match="set both"):
        environment.providers({"PPD_GITHUB_CLIENT_ID": "a"})


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("smtp+tls://me:p%40ss@mail.example", ("mail.example", 587, "me", "p@ss", True, False)),
        ("smtps://mail.example:4465", ("mail.example", 4465, "", "", False, True)),
        ("smtp://mail.example", ("mail.example", 25, "", "", False, False)),
    ],
)
def test_a_mail_server(value: str, wanted: tuple[Any, ...]) -> None:
    found = environment.mail({"PPD_MAIL": value, "PPD_MAIL_FROM": "ppd@corp.example"})
    names = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_TLS", "USE_SSL")
    assert tuple(found[f"EMAIL_{name}"] for name in names) == wanted
    assert environment.mail({})["EMAIL_BACKEND"].endswith("dummy.EmailBackend")


@pytest.mark.parametrize(
    "variables",
    [
        {"PPD_MAIL": "mail.example", "PPD_MAIL_FROM": "a@b"},
        {"PPD_MAIL": "smtp://me:s3cr@mail.example:x", "PPD_MAIL_FROM": "a@b"},
        {"PPD_MAIL": "smtp://me:s3cr@mail.example"},
    ],
)
def test_a_mail_server_that_cannot_be(variables: dict[str, str]) -> None:
    with pytest.raises(ImproperlyConfigured, match="PPD_MAIL") as caught:
        environment.mail(variables)
    assert "s3cr" not in str(caught.value)


def test_names_and_addresses() -> None:
    url = {"PPD_URL": "https://designer.example/"}
    assert environment.public_url(url) == "https://designer.example"
    assert environment.hosts(url | {"PPD_HOSTS": "a.example, b.example"}, []) == [
        "a.example",
        "b.example",
        "designer.example",
    ]
    assert environment.hosts({}, ["localhost"]) == ["localhost"]
    assert environment.hosts({"PPD_URL": "http://[fd00::1]:8000"}, []) == ["[fd00::1]"]
    assert environment.proxies({"PPD_PROXIES": "10.0.0.7, 10.1.0.0/16"}) == ["10.0.0.7", "10.1.0.0/16"]
    for variables, said in (
        ({"PPD_URL": "designer.example"}, "PPD_URL"),
        ({"PPD_URL": "https://designer.example/ppd"}, "without a path"),
        ({"PPD_HOSTS": "*"}, "PPD_HOSTS is"),
    ):
        with pytest.raises(ImproperlyConfigured, match=said):
            environment.hosts(variables, [])
    with pytest.raises(ImproperlyConfigured, match="holds 'proxy'"):
        environment.proxies({"PPD_PROXIES": "proxy"})


def test_the_mode() -> None:
    assert environment.local_mode({})
    assert environment.local_mode({"PPD_MODE": "local"})
    assert not environment.local_mode({"PPD_MODE": "team"})
    with pytest.raises(ImproperlyConfigured, match=r"write local .* or team"):
        environment.local_mode({"PPD_MODE": "Team"})


_SHOWN = """
import json
from designer import settings as s
print(json.dumps([s.LOCAL_MODE, s.ALLOWED_HOSTS, getattr(s, "SESSION_COOKIE_SECURE", False),
  getattr(s, "SECURE_HSTS_SECONDS", 0), s.PROXIES, sorted(s.SOCIALACCOUNT_PROVIDERS), s.SIGNUP_DOMAINS]))
"""


@pytest.mark.parametrize(
    ("mode", "wanted"),
    [
        ("local", [True, ["localhost", "127.0.0.1", "[::1]"], False, 0, [], [], []]),
        (
            "team",
            [False, ["designer.example"], True, 31536000, ["10.0.0.7"], ["openid_connect"], ["corp.example"]],
        ),
    ],
)
def test_local_mode_reads_nothing_of_team_mode(mode: str, wanted: list[Any], tmp_path: Path) -> None:
    variables = {
        "PPD_MODE": mode,
        "PPD_DATA_DIR": str(tmp_path),
        "PPD_URL": "https://designer.example",
        "PPD_PROXIES": "10.0.0.7",
        "PPD_OIDC": json.dumps(ISSUER),
        "PPD_SIGNUP_DOMAINS": "@Corp.example",
    }
    root = Path(__file__).parent.parent.parent
    said = subprocess.run(
        [sys.executable, "-c", _SHOWN], cwd=root, env=os.environ | variables, capture_output=True, check=True
    )
    assert json.loads(said.stdout) == wanted


def test_folders_that_presets_may_be_read_from() -> None:
    named = {"PPD_SYNC_FOLDERS": "/srv/presets, /mnt/more"}
    assert environment.sync_folders(named, local=False) == ["/srv/presets", "/mnt/more"]
    assert environment.sync_folders({}, local=False) == []
    assert environment.sync_folders(named, local=True) is None
    with pytest.raises(ImproperlyConfigured, match="full paths"):
        environment.sync_folders({"PPD_SYNC_FOLDERS": "presets"}, local=False)
