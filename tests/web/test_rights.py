"""The table of rights, held: every route × every person × every space; and what a reader's screens offer."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from designer.clusters.models import ApplyRun, Cluster
from designer.designs.models import Design
from tests.web.crew import Crew
from tests.web.rights_table import DESIGN_ROUTES, HELD, NO, OTHER_ROUTES, PEOPLE, READER, may
from tests.web.test_access import ROUTES

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
# What the routes need besides the design; a run of no cluster, so that nothing is asked of one.
SENT = {"verb": "rename", "preset": "tls-sidecar", "number": 1}


def path(name: str, design: Design) -> str:
    route = next(one for one in ROUTES if one.name == name)
    run = design.apply_runs.first()
    values = {**SENT, "pk": design.pk, "run": run.pk if run else 0}
    return reverse(name, kwargs={key: values[key] for key in route.pattern.converters})


def asked_to_sign_in(answer: Any) -> bool:
    return answer.status_code == 302 and answer.headers["Location"].startswith(reverse("account_login"))


def ask(client: Client, method: str, url: str) -> Any:
    """The answer, and nothing left of what it did."""
    with transaction.atomic():
        answer = getattr(client, method)(url, {"window": "w"} if method == "post" else {})
        transaction.set_rollback(True)
    return answer


def test_every_route_is_in_the_table() -> None:
    of_designs = {str(one.name) for one in ROUTES if "pk" in one.pattern.converters}
    assert of_designs == set(DESIGN_ROUTES), "write what one must be for it into tests/web/rights_table.py"
    others = {str(one.name): getattr(one.callback, "access", None) for one in ROUTES if one.name not in of_designs}
    written = {name: rule for rule, names in OTHER_ROUTES.items() for name in names}
    assert others == written, "write its rule into tests/web/rights_table.py"


@pytest.mark.parametrize("name", DESIGN_ROUTES)
def test_a_route_of_a_design_answers_to_whom_the_table_says(crew: Crew, name: str) -> None:
    designs = {space: crew.design(space) for space in HELD}
    for design in designs.values():
        ApplyRun.objects.create(design=design, revision=1, context="gone", namespace="shop", dry_run=False)
    wrong = []
    for person in PEOPLE:
        client = crew.client(person)
        for space, design in designs.items():
            for method, least in zip(("get", "post"), DESIGN_ROUTES[name], strict=True):
                answer = ask(client, method, path(name, design))
                status = answer.status_code
                if least == NO:
                    right = status == 405
                elif person == "anonymous":
                    right = asked_to_sign_in(answer)
                elif person not in HELD[space]:
                    right = status == 404
                elif may(person, space, least):
                    # What it answers is its own affair: that the cluster is not known any more, say.
                    right = status not in (401, 403, 405, 500) and not asked_to_sign_in(answer)
                else:
                    right = status == 403
                if not right:
                    wrong.append(f"{method} as {person} in {space}: {status}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("person", PEOPLE)
def test_routes_of_no_design_ask_who_one_is(crew: Crew, person: str) -> None:
    values = {
        "preset": "tls-sidecar",
        "number": 1,
        "cluster": 1,
        "member": 1,
        "invitation": 1,
        "session": 1,
        "connection": 1,
        "person": 1,
        "verb": "activate",
        "slug": crew.team.slug,
        "token": "nothing",
        "kind": "svg",
    }
    client = crew.client(person)
    wrong = []
    for route in ROUTES:
        rule = next((rule for rule, names in OTHER_ROUTES.items() if route.name in names), "")
        if rule not in ("person", "account", "administrator"):
            continue
        if person != "anonymous" and route.name in ("account_logout", "presence-stream"):
            continue  # the one would end the test's session, the other has no end
        named = {key: values[key] for key in route.pattern.converters if key in values}
        kwargs = {"format": "csv"} if route.name == "export-audit" else named
        answer = ask(client, "get", reverse(str(route.name), kwargs=kwargs))
        if answer.status_code == 405:
            answer = ask(client, "post", reverse(str(route.name), kwargs=kwargs))
        if person == "anonymous":
            right = asked_to_sign_in(answer)
        elif rule == "administrator" and person != "administrator":
            right = answer.status_code == 404
        else:
            right = not asked_to_sign_in(answer)
        if not right:
            wrong.append(f"{route.name}: {answer.status_code}")
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
    yield client.get(path("design", design))
    for at in ("", "0", "0/containers/0", "0/initContainers/0", "0/volumes/0", "1", "2"):
        for tab in ("", "ports", "env", "mounts", "probes", "resources", "security", "all", "yaml"):
            yield client.get(path("inspect", design), {"at": at, "tab": tab})
    for name in ("history", "runs", "picture", "worn", "help"):
        url = reverse("help") if name == "help" else path(name, design)
        yield client.get(url, headers={"hx-request": "true"})
    for view in ("timeline", "resources"):
        yield client.get(path("middle", design), {"view": view})
    yield client.get(path("change", design))
    yield client.get(reverse("home"))


def test_what_a_reader_is_refused_no_screen_offers(crew: Crew) -> None:
    design = crew.design(text=SHOP)
    cluster = Cluster.objects.create(name="dev", source=Cluster.Source.TOKEN)
    cluster.teams.add(crew.team)
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
            if name in DESIGN_ROUTES:
                least = DESIGN_ROUTES[name][0 if method == "get" else 1]
                assert least == READER, f"a reader is offered {method} {url}"
                offered.add((method, name))
    assert fields > 50, "fields are shown, switched off"
    # And what they may do is there.
    assert {("get", "history"), ("get", "download"), ("post", "duplicate"), ("get", "picture")} <= offered


def test_an_editor_is_offered_what_a_reader_is_not(crew: Crew) -> None:
    design = crew.design(text=SHOP)
    found = Offers(crew.client("editor").get(path("design", design)).content.decode()).found
    names = {str(resolve(url.partition("?")[0]).url_name) for _, url in found if url.startswith("/designs/")}
    assert {"apply", "edit", "rename", "undo", "share-design", "weave"} & names >= {"apply", "edit", "rename"}
