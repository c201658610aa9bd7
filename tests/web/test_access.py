"""Every route has a rule; a design is its owner's alone; local mode answers to this machine only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from designer.designs.models import Design
from designer.web.local import loopback
from tests.people import stranger

RULES = {"person", "administrator", "link", "account", "everyone"}


def routes(patterns: list[Any], namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every route with its name, as `reverse` takes it."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from routes(pattern.url_patterns, inner)
        else:
            yield f"{namespace}{pattern.name or pattern.pattern}", pattern


NAMED = dict(routes(get_resolver().url_patterns))
# Those of the designer's own pages; the admin's, which are made from its models, stand in a namespace.
ROUTES = [route for name, route in NAMED.items() if ":" not in name]


def arguments(route: URLPattern, design: int) -> dict[str, Any]:
    values = {"pk": design, "verb": "set", "preset": "tls-sidecar", "number": 1, "run": 1, "cluster": 1}
    return {name: values[name] for name in route.pattern.converters}


@pytest.mark.parametrize("route", NAMED.values(), ids=list(NAMED))
def test_a_route_declares_its_rule(route: URLPattern) -> None:
    assert getattr(route.callback, "access", None) in RULES, (
        f"{route.name}: say who may call it (designer/web/access.py)"
    )
    assert route.name, "a route without a name cannot be tested or linked to"


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "route", [r for r in ROUTES if "pk" in r.pattern.converters], ids=lambda route: str(route.name)
)
def test_a_strangers_design_is_not_there(
    client: Client, make: Callable[..., Design], route: URLPattern, method: str
) -> None:
    design = make()
    Design.objects.filter(pk=design.pk).update(owner=stranger())
    before = design.text
    answer = getattr(client, method)(reverse(str(route.name), kwargs=arguments(route, design.pk)))
    assert answer.status_code in (404, 405)
    design.refresh_from_db()
    assert (design.text, design.deleted, design.name) == (before, None, "web")


@pytest.mark.parametrize(
    "route", [r for r in ROUTES if "pk" in r.pattern.converters], ids=lambda route: str(route.name)
)
def test_what_changes_things_needs_a_token(make: Callable[..., Design], route: URLPattern) -> None:
    design = make()
    strict = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True)
    answer = strict.post(reverse(str(route.name), kwargs=arguments(route, design.pk)))
    assert answer.status_code in (403, 405)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("host", "address", "status"),
    [
        ("127.0.0.1", "127.0.0.1", 200),
        ("localhost", "127.0.0.1", 200),
        ("[::1]", "::1", 200),
        ("evil.example", "127.0.0.1", 400),
        ("127.0.0.1.evil.example", "127.0.0.1", 400),
        ("10.0.0.5", "127.0.0.1", 400),
        ("localhost", "10.0.0.9", 403),
        ("localhost", "::ffff:10.0.0.9", 403),
    ],
)
def test_local_mode_answers_to_this_machine_only(host: str, address: str, status: int) -> None:
    assert Client(SERVER_NAME=host, REMOTE_ADDR=address).get("/").status_code == status


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("site", "mode", "status"),
    [
        ("cross-site", "no-cors", 403),  # an image or script of another page
        ("cross-site", "cors", 403),
        ("same-site", "cors", 403),  # another port of this machine
        ("cross-site", "navigate", 200),  # a link to the designer
        ("same-origin", "cors", 200),
        ("none", "navigate", 200),  # typed into the address bar
    ],
)
def test_pages_of_other_sites_can_only_link_here(site: str, mode: str, status: int) -> None:
    headers = {"sec-fetch-site": site, "sec-fetch-mode": mode}
    client = Client(SERVER_NAME="127.0.0.1", headers=headers)
    assert client.get("/").status_code == status
    if site == "cross-site":
        assert client.post("/new/").status_code == 403


@pytest.mark.parametrize("address", ["0.0.0.0:8000", "[::]:8000", "10.1.2.3:8000", "example.org:80", "0:8000"])
@pytest.mark.parametrize("command", ["serve", "runserver"])
def test_local_mode_refuses_to_serve_elsewhere(command: str, address: str) -> None:
    with pytest.raises(CommandError, match="local mode"):
        call_command(command, address)


def test_loopback() -> None:
    assert all(map(loopback, ["127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost"]))
    assert not any(map(loopback, ["", "0.0.0.0", "::", "10.0.0.1", "localhost.example", "example.org"]))


def test_pages_are_under_a_strict_policy(client: Client) -> None:
    answer = client.get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert b"style=" not in answer.content
    assert b"<script>" not in answer.content
