"""The table of rights, held: every route × every person × every space; and what a reader's screens offer."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from copy import copy
from fnmatch import fnmatchcase
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections, transaction
from django.test import Client
from django.urls import Resolver404, URLPattern, resolve, reverse
from django.urls.resolvers import RegexPattern

from designer.clusters.models import ApplyRun
from designer.designs.models import Design
from tests.web.crew import Address, Crew
from tests.web.rights_table import HELD, NO, PEOPLE, READER, SENT, expected
from tests.web.rights_table import ROUTES as TABLE
from tests.web.test_access import NAMED

SHOP = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      initContainers: [{name: proxy, image: envoy, restartPolicy: Always}]
      containers:
      - name: app
        image: shop
        env: [{name: DB, value: x}]
        ports: [{name: http, containerPort: 8080}]
        volumeMounts: [{name: data, mountPath: /data}, {name: gone, mountPath: /gone}]
        readinessProbe: {httpGet: {path: /, port: web}}
      volumes: [{name: data, emptyDir: {}}]
---
apiVersion: v1
kind: Service
metadata: {name: shop}
spec: {selector: {app: shop}, ports: [{port: 80, targetPort: http}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {level: info}
"""


def path(name: str, address: Address) -> str:
    values = {**address, **address.get("but", {}).get(name, {})}
    return reverse(name, kwargs={key: values[key] for key in named(NAMED[name])})


def named(route: URLPattern) -> set[str]:
    """What stands in a route's address, by name."""
    regex = route.pattern.regex if isinstance(route.pattern, RegexPattern) else None
    return set(regex.groupindex if regex else route.pattern.converters)


def got(answer: Any) -> str:
    """What an answer says of rights, as rights_table.expected has it."""
    status = answer.status_code
    if status == 302 and answer.headers["Location"].startswith(reverse("account_login") + "?next="):
        return "sign in"
    words = {401: "sign in", 403: "forbidden", 404: "not there", 405: "no such method"}
    return words.get(status, "allowed" if status < 500 else f"error {status}")


def ask(client: Client, method: str, url: str, sent: dict[str, str]) -> Any:
    """The answer, and nothing left of what it did: not in the database, not in the browser."""
    cookies = copy(client.cookies)
    with transaction.atomic():
        answer = getattr(client, method)(url, {"window": "w", **sent} if method == "post" else sent)
        transaction.set_rollback(True)
    client.cookies = cookies
    if answer.streaming:
        # Leave the stream, as a browser does that goes away; the test goes on with its connection.
        request_finished.disconnect(close_old_connections)
        answer.close()
        request_finished.connect(close_old_connections)
    return answer


def lines(kind: str) -> dict[str, tuple[str, str]]:
    """A kind's lines of the table, one for each route: those with a `*` are for what no other line names."""
    written = TABLE[kind]
    found = {name: rights for name, rights in written.items() if "*" not in name}
    for name in NAMED:
        for pattern in written:
            if "*" in pattern and fnmatchcase(name, pattern):
                found.setdefault(name, written[pattern])
    return found


def test_every_route_is_in_the_table() -> None:
    written = {name for kind in TABLE for name in lines(kind)}
    assert set(NAMED) - written == set(), "write who may ask for it into tests/web/rights_table.py"
    assert written - set(NAMED) == set(), "the designer has no such route any more"
    assert set(SENT) <= set(NAMED)
    assert set(HELD) == set(TABLE)


@pytest.fixture
def quiet() -> Iterator[None]:
    """Without a line in the log for each of thousands of refusals."""
    logger = logging.getLogger("django.request")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    yield
    logger.setLevel(level)


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("person", PEOPLE)
def test_every_route_answers_to_a_person_as_the_table_says(crew: Crew, person: str) -> None:
    objects = crew.objects()
    assert {kind: set(spaces) for kind, spaces in objects.items()} == {kind: set(HELD[kind]) for kind in HELD}
    client = crew.client(person)
    client.raise_request_exception = False
    client.get(path("follow-invitation", objects["link"]["public"]))
    wrong = []
    for kind in TABLE:
        for name, rights in lines(kind).items():
            for space, address in objects[kind].items():
                for method, right in zip(("get", "post"), rights, strict=True):
                    if right == NO and space != next(iter(objects[kind])):
                        continue  # what no address of the route knows is asked of one
                    answer = ask(client, method, path(name, address), SENT.get(name, {}))
                    if got(answer) != (wanted := expected(kind, space, person, right)):
                        wrong.append(f"{method} {name} in {space}: {got(answer)} and not {wanted}")
    assert not wrong, "\n".join(wrong)


class Offers(HTMLParser):
    """The controls of a page that can be used, as (method, path)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._form: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            leads = [("post", values["hx-post"])] if "hx-post" in values else []
            if "action" in values:
                leads.append((values.get("method", "get"), values["action"]))
            self._form = leads
            return
        if "disabled" in values:
            return
        if self._form and tag in ("input", "select", "textarea", "button") and values.get("type") != "button":
            self.found += self._form
        self.found += [(name[3:], values[name]) for name in ("hx-get", "hx-post") if values.get(name)]
        if tag == "a" and values.get("href", "").startswith("/"):
            self.found.append(("get", values["href"]))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = []


def screens(client: Client, design: Design) -> Iterator[Any]:
    address: Address = {"pk": design.pk, "number": 1}
    yield client.get(path("design", address))
    for at in ("", "0", "0/containers/0", "0/initContainers/0", "0/volumes/0", "1", "2"):
        for tab in ("", "ports", "env", "mounts", "probes", "resources", "security", "all", "yaml"):
            yield client.get(path("inspect", address), {"at": at, "tab": tab})
    for name in ("history", "runs", "picture", "worn", "help"):
        url = reverse("help") if name == "help" else path(name, address)
        yield client.get(url, headers={"hx-request": "true"})
    for view in ("timeline", "resources"):
        yield client.get(path("middle", address), {"view": view})
    yield client.get(path("change", address))
    yield client.get(reverse("home"))


def test_what_a_reader_is_refused_no_screen_offers(crew: Crew) -> None:
    design = crew.design(text=SHOP)
    cluster = crew.cluster()
    run = ApplyRun.objects.create(
        design=design, cluster=cluster, revision=1, context="dev", namespace="shop", dry_run=False
    )
    run.finish()
    client = crew.client("viewer")
    offered: set[tuple[str, str]] = set()
    fields = 0
    for answer in screens(client, design):
        assert answer.status_code == 200
        html = answer.content.decode()
        fields += html.count("<input disabled")
        for method, url in Offers(html).found:
            try:
                name = str(resolve(url.partition("?")[0]).url_name)
            except Resolver404:
                continue
            if name in TABLE["design"]:
                right = TABLE["design"][name][0 if method == "get" else 1]
                assert right == READER, f"a reader is offered {method} {url}"
                offered.add((method, name))
    assert fields > 50, "fields are shown, switched off"
    # And what they may do is there.
    assert {("get", "history"), ("get", "download"), ("post", "duplicate"), ("get", "picture")} <= offered


def test_an_editor_is_offered_what_a_reader_is_not(crew: Crew) -> None:
    design = crew.design(text=SHOP)
    found = Offers(crew.client("editor").get(path("design", {"pk": design.pk})).content.decode()).found
    names = {str(resolve(url.partition("?")[0]).url_name) for _, url in found if url.startswith("/designs/")}
    assert {"apply", "edit", "rename", "undo", "share-design", "weave"} & names >= {"apply", "edit", "rename"}
