"""Settings that take some reading: functions from the environment to Django's and allauth's settings, and the keys that
are kept in the data folder where the environment gives none.

Errors are ImproperlyConfigured with the variable's name, what is wrong with it and what to write.
"""

from __future__ import annotations

import ipaddress
import json
import os
import re
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

Environment = Mapping[str, str]
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_NEEDED = ("id", "issuer", "client_id", "secret")


def words(environment: Environment, name: str) -> list[str]:
    """The parts of a variable that holds several, separated by commas."""
    return [part for one in environment.get(name, "").split(",") if (part := one.strip())]


def kept(path: Path, make: Callable[[], str]) -> str:
    """The key that a file holds, which is made if there is none. Of several processes that start at once, one makes it
    and the others wait for it."""
    try:
        # Opened with O_EXCL and its final mode, so that the key is never readable by others, not even for a moment.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(make())
    except FileExistsError:
        pass
    for _ in range(100):
        if key := path.read_text().strip():
            return key
        time.sleep(0.02)
    raise ImproperlyConfigured(f"{path} is empty and should hold a key: put it back, or delete it for a new one.")


def credentials_keys(environment: Environment, path: Path) -> list[str]:
    """The keys of the vault (designer/vault.py), that which seals first: PPD_CREDENTIALS_KEYS, and behind them those of
    the file in the data folder, one a line, if it is there; without any of them one is made there."""
    given = words(environment, "PPD_CREDENTIALS_KEYS")
    if given and not path.exists():
        return given
    return [*given, *kept(path, lambda: urlsafe_b64encode(os.urandom(32)).decode()).split()]


def local_mode(environment: Environment) -> bool:
    """Whether PPD_MODE asks for local mode, which it does where it is not set."""
    mode = environment.get("PPD_MODE") or "local"
    if mode not in ("local", "team"):
        raise ImproperlyConfigured(f"PPD_MODE is {mode!r}: write local (no accounts, this machine only) or team.")
    return mode == "local"


def sync_folders(environment: Environment, local: bool) -> list[str] | None:
    """PPD_SYNC_FOLDERS: the folders of this machine that presets may be read from. None: any, as in local mode, where
    who uses the designer is who runs it."""
    named = words(environment, "PPD_SYNC_FOLDERS")
    for one in named:
        if not os.path.isabs(one):
            raise ImproperlyConfigured(f"PPD_SYNC_FOLDERS holds {one!r}: write full paths, separated by commas.")
    return None if local else named


def public_url(environment: Environment) -> str:
    """PPD_URL without a slash at its end, "" where it is not set."""
    url = environment.get("PPD_URL", "").strip().rstrip("/")
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query):
        raise ImproperlyConfigured(
            f"PPD_URL is {url!r}: write the address people open, without a path, such as https://designer.example.org"
        )
    return url


def hosts(environment: Environment, loopback: list[str]) -> list[str]:
    """The host names that team mode answers to: PPD_HOSTS and PPD_URL's; loopback's where neither is set."""
    named = words(environment, "PPD_HOSTS")
    if own := urlsplit(public_url(environment)).hostname:
        named.append(f"[{own}]" if ":" in own else own)
    if "*" in named:
        raise ImproperlyConfigured(
            "PPD_HOSTS is *: any web page could then send people to the designer under a name of its own. "
            "Write the names it is reached by, separated by commas."
        )
    return list(dict.fromkeys(named)) or loopback


def proxies(environment: Environment) -> list[str]:
    """PPD_PROXIES: the addresses and networks whose X-Forwarded-For and -Proto are believed."""
    named = words(environment, "PPD_PROXIES")
    for one in named:
        try:
            ipaddress.ip_network(one, strict=False)
        except ValueError:
            raise ImproperlyConfigured(
                f"PPD_PROXIES holds {one!r}: write addresses or networks, such as 10.0.0.7 or 10.0.0.0/8, "
                "separated by commas."
            ) from None
    return named


def mail(environment: Environment) -> dict[str, Any]:
    """Django's e-mail settings from PPD_MAIL (smtp://, smtp+tls:// for STARTTLS, smtps:// for TLS from the start) and
    PPD_MAIL_FROM. Without a mail server nothing is sent, and an administrator hands out reset links."""
    url = environment.get("PPD_MAIL", "").strip()
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    ports = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
    if parts.scheme not in ports or not parts.hostname:
        # Not the value itself: it may hold a password.
        raise ImproperlyConfigured(
            "PPD_MAIL is no mail server: write smtp+tls://user:password@host:587, smtps://host:465 or smtp://host:25"
        )
    sender = environment.get("PPD_MAIL_FROM", "").strip()
    if "@" not in sender:
        raise ImproperlyConfigured("PPD_MAIL_FROM has to be the address that mails come from, as PPD_MAIL is set.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or ports[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 10,
        "DEFAULT_FROM_EMAIL": sender,
    }


def providers(environment: Environment) -> dict[str, Any]:
    """allauth's SOCIALACCOUNT_PROVIDERS from PPD_OIDC or PPD_OIDC_*, and PPD_GITHUB_*."""
    made: dict[str, Any] = {}
    if apps := [_app(one) for one in _issuers(environment)]:
        if len({app["provider_id"] for app in apps}) < len(apps):
            raise ImproperlyConfigured("PPD_OIDC holds two providers with the same id: each needs its own.")
        made["openid_connect"] = {"OAUTH_PKCE_ENABLED": True, "APPS": apps}
    client, secret = environment.get("PPD_GITHUB_CLIENT_ID", ""), environment.get("PPD_GITHUB_CLIENT_SECRET", "")
    if bool(client) != bool(secret):
        raise ImproperlyConfigured("PPD_GITHUB_CLIENT_ID and PPD_GITHUB_CLIENT_SECRET go together: set both.")
    if client:
        app = {"client_id": client, "secret": secret, "key": ""}
        made["github"] = {"OAUTH_PKCE_ENABLED": True, "SCOPE": ["read:user", "user:email"], "APPS": [app]}
    return made


def _issuers(environment: Environment) -> list[dict[str, Any]]:
    """What PPD_OIDC or the PPD_OIDC_* variables say, as it is."""
    text = environment.get("PPD_OIDC", "").strip()
    single = {name: environment.get(f"PPD_OIDC_{name.upper()}", "").strip() for name in (*_NEEDED, "name")}
    if not text:
        if not any(single.values()):
            return []
        return [{**single, "id": single["id"] or "oidc"}]
    try:
        read = json.loads(text)
    except ValueError as error:
        # Where in the text, not what stands there: it holds a secret.
        raise ImproperlyConfigured(f"PPD_OIDC is not JSON: line {getattr(error, 'lineno', 1)}.") from None
    read = [read] if isinstance(read, dict) else read
    if not isinstance(read, list) or not all(isinstance(one, dict) for one in read):
        raise ImproperlyConfigured(
            "PPD_OIDC has to be an object or a list of them, "
            'each {"id": …, "name": …, "issuer": …, "client_id": …, "secret": …}'
        )
    return read


def _app(one: dict[str, Any]) -> dict[str, Any]:
    if missing := [name for name in _NEEDED if not isinstance(one.get(name), str) or not one[name]]:
        raise ImproperlyConfigured(
            f"An OpenID provider in PPD_OIDC has no {missing[0]}: it needs {', '.join(_NEEDED)}."
        )
    if not _ID.fullmatch(one["id"]):
        raise ImproperlyConfigured(
            f"PPD_OIDC's id {one['id']!r} stands in addresses: lower-case letters, digits and “-”, such as keycloak."
        )
    issuer = urlsplit(one["issuer"])
    if issuer.scheme not in ("http", "https") or not issuer.hostname or "/.well-known/" in issuer.path:
        raise ImproperlyConfigured(
            f"PPD_OIDC's issuer {one['issuer']!r} has to be the issuer's own URL, such as "
            "https://sso.example.org/realms/team; /.well-known/openid-configuration is found under it."
        )
    if unknown := sorted(set(one) - {*_NEEDED, "name"}):
        raise ImproperlyConfigured(f"PPD_OIDC does not know {unknown[0]!r}: it takes name, {', '.join(_NEEDED)}.")
    return {
        "provider_id": one["id"],
        "name": one.get("name") or one["id"],
        "client_id": one["client_id"],
        "secret": one["secret"],
        # The one address is both where it is found and who has to have signed its tokens (web/openid.py).
        "settings": {"server_url": one["issuer"].rstrip("/")},
    }
