"""A preset's page: who wrote which version of it, and who wears it, as far as who looks may know."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from designer.designs.models import Design, Weaving
from designer.designs.weavings import index
from designer.web.wearers import PAGE
from patterns import catalogue
from patterns.models import Preset
from tests.web.crew import Crew
from tests.web.test_updates import publish, words


def page(client: Client, ref: str) -> str:
    answer = client.get(reverse("preset", args=[ref]))
    assert answer.status_code == 200
    return answer.content.decode()


def said(client: Client, ref: str, section: str = "use") -> str:
    """A section of the page, in words."""
    html = page(client, ref)
    return words(html[html.index(f'id="{section}"') :].partition(">")[2].partition("</section>")[0])


def wears(crew: Crew, ref: str, version: int, space: str = "team", name: str = "web", pods: int = 1) -> Design:
    """A design of which it is known that pods of it wear a preset."""
    maker = crew.people["stranger" if space == "other team" else "owner"]
    team = {"own": None, "team": crew.team, "other team": crew.other}[space]
    design = Design.objects.create(owner=maker, team=team, name=name)
    records = [{"preset": ref, "version": version, "pod": f"Deployment/{name}-{n}"} for n in range(pods)]
    index(design, records, [])
    return design


def test_versions_stand_with_their_notes_and_are_compared_by_whoever_looks(crew: Crew) -> None:
    row = publish(crew, "port", "helper:1", team=crew.team)
    publish(crew, "port", "helper:2", note="moves <b>the port</b>", team=crew.team)
    row = publish(crew, "port", "helper:3", team=crew.team)
    User.objects.filter(pk=crew.people["owner"].pk).update(first_name="Grete", last_name="")
    for who in ("viewer", "editor", "owner"):
        client = crew.client(who, **{"hx-request": "true"})
        by = "you" if who == "owner" else "Grete"
        html = page(client, row.ref)
        assert f"v3 , just now by {by}" in words(html)
        assert said(client, row.ref, "versions") == (
            f"Versions v3 just now by {by} Compare… v2 moves <b>the port</b> just now by {by} Compare… "
            f"v1 just now by {by} Compare…"
        )
        shown = words(client.get(reverse("preset-version", args=[row.ref, 1]), {"with": "2"}).content.decode())
        assert "From version 1 to version 2" in shown
        assert "helper:2" in shown
        assert ("Use version 1 again" in shown) == (who != "viewer")
    # A built-in one has a version, and no history of versions here.
    built_in = page(crew.client("viewer"), "tls-sidecar")
    assert f"version {catalogue.preset('tls-sidecar').version}" in built_in
    assert 'id="versions"' not in built_in


def test_used_by_tells_designs_one_may_see_and_counts_the_others(crew: Crew) -> None:
    row = publish(crew, "port", "helper:1", "helper:2", "helper:3", team=crew.team)
    Preset.objects.filter(pk=row.pk).update(everyone=True)
    assert said(crew.client("viewer"), row.ref) == "Used by No design wears it here."
    wears(crew, row.ref, 1, name="shop", pods=2)
    wears(crew, row.ref, 3, "own", name="mine")
    wears(crew, row.ref, 3, "other team", name="theirs")
    wears(crew, "port", 1, "other team", name="another's of that name")
    binned = wears(crew, row.ref, 2, name="gone")
    Design.objects.filter(pk=binned.pk).update(deleted=timezone.now())
    told = "Used by 3 designs, {} of which you may not see: 2 with v3, 1 with v1. "
    shop = "shop Shop Deployment shop-0 v1 2 behind Deployment shop-1 v1 2 behind"
    assert said(crew.client("viewer"), row.ref) == told.format(2) + shop
    assert said(crew.client("owner"), row.ref) == told.format(1) + f"mine your own Deployment mine-0 v3 {shop}"
    assert said(crew.client("stranger"), row.ref) == told.format(2) + "theirs Elsewhere Deployment theirs-0 v3"
    assert "which you may not see: 2 with v3" in said(crew.client("administrator"), row.ref)


def test_built_in_presets_are_counted_with_their_versions_too(crew: Crew) -> None:
    newest = catalogue.preset("tls-sidecar").version
    wears(crew, "tls-sidecar", newest, name="new")
    assert said(crew.client("viewer"), "tls-sidecar").startswith("Used by 1 design. new Shop Deployment new-0 v")
    old = wears(crew, "tls-sidecar", newest, name="old")
    Weaving.objects.filter(design=old).update(version=newest - 1 or newest + 1)
    assert f"with v{newest}" in said(crew.client("viewer"), "tls-sidecar")


def test_records_from_before_refs_count_for_their_owners_preset(crew: Crew) -> None:
    row = publish(crew, "port", "helper:1")
    wears(crew, "port", 1, "own", name="mine")
    wears(crew, "port", 1, "other team", name="theirs")
    assert said(crew.client("owner"), row.ref) == "Used by 1 design. mine your own Deployment mine-0 v1"


def test_a_long_list_goes_on_and_costs_the_same_queries(crew: Crew) -> None:
    row = publish(crew, "port", "helper:1", team=crew.team)
    viewer = crew.client("viewer")

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(viewer, row.ref)
        return len(captured)

    asked()
    for n in range(PAGE + 1):
        wears(crew, row.ref, 1, name=f"design-{n:02}")
    publish(crew, "port", "helper:2", team=crew.team)
    few = asked()
    for n in range(PAGE + 1, 2 * PAGE + 3):
        wears(crew, row.ref, 1, name=f"design-{n:02}")
    for n in range(4):
        publish(crew, "port", f"helper:{n + 3}", team=crew.team)
    assert asked() == few
    found, start = set[str](), 0
    for many in (PAGE, PAGE, 3):
        answer = viewer.get(reverse("preset-used", args=[row.ref]), {"start": start}).content.decode()
        names = {name for n in range(2 * PAGE + 3) if f">{(name := f'design-{n:02}')}<" in answer}
        assert len(names) == many
        assert not names & found
        found |= names
        start += PAGE
        assert ("More designs" in answer) == (start < 2 * PAGE + 3)
    assert crew.client("stranger").get(reverse("preset-used", args=[row.ref])).status_code == 404


@pytest.mark.django_db
def test_in_local_mode_the_page_has_uses_and_no_comments(client: Client) -> None:
    html = client.get(reverse("preset", args=["tls-sidecar"])).content.decode()
    assert "No design wears it." in html
    assert "Your comment" not in html
