"""What a space holds: counted right, in as many queries for many as for one, and shown to whom it concerns."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from designer.clusters.models import ApplyRun
from designer.designs.models import Design, Revision
from designer.teams.models import Team
from designer.web import usage
from patterns.models import Preset
from tests.teams.people import Cast, cast, person, team_mode

__all__ = ["cast", "team_mode"]


def hold(owner: User, team: Team | None, text: str = "aé", **more: Any) -> Design:
    """A design of three bytes of text, with a revision of as many."""
    made = Design.objects.create(owner=owner, team=team, name="d", text=text, number=1, **more)
    Revision.objects.create(design=made, number=1, text=text, by=owner)
    return made


def test_it_counts_by_space(cast: Cast) -> None:
    now = timezone.now()
    mine = hold(cast.editor, None)
    hold(cast.editor, cast.team)
    hold(cast.owner, cast.team, deleted=now, updated=now + timedelta(days=1))
    hold(cast.owner, None, text="")
    Preset.objects.create(owner=cast.editor, name="p", title="P", pattern="sidecar", text="é", draft="x", version=1)
    Preset.objects.create(owner=cast.owner, team=cast.team, name="p", title="P", pattern="sidecar", version=0)
    run = {"design": mine, "revision": 1, "context": "dev", "namespace": "shop"}
    ApplyRun.objects.create(**run, dry_run=False)
    ApplyRun.objects.create(**run, dry_run=True)
    ApplyRun.objects.create(**run, dry_run=False, started=now - timedelta(days=31))
    own, team = usage.of_person(cast.editor), usage.of_team(cast.team, 3)
    # Its text, its revision's, the preset's, its version's and its draft's.
    assert (own.designs, own.binned, own.revisions, own.bytes) == (1, 0, 1, 3 + 3 + 2 + 2 + 1)
    assert (own.presets, own.runs, own.people) == (1, 1, 1)
    assert (team.designs, team.binned, team.revisions, team.bytes, team.presets) == (1, 1, 2, 12, 1)
    assert (team.runs, team.people) == (0, 3)
    assert team.last == now + timedelta(days=1)
    every = usage.of_all()
    assert every[cast.team.pk, None] == team
    assert every[None, cast.editor.pk] == own
    assert every[None, cast.owner.pk].bytes == 0
    assert (None, cast.viewer.pk) not in every
    assert usage.of_person(cast.viewer) == usage.Usage()


def test_the_pages_of_a_team_and_of_an_account_show_it(cast: Cast) -> None:
    hold(cast.editor, cast.team)
    hold(cast.viewer, None, text="x" * 1024)
    for path, words in (("/teams/payments/", ["1", "6 bytes", "3"]), ("/account/", ["1", "2.0 KB"])):
        page = re.sub(r"\s+", " ", cast.client("viewer").get(path).content.decode())
        shown = re.findall(r"<dd>([^<]*)", page[page.index('class="usage"') :])
        assert set(words) <= set(shown), (path, shown)


def test_the_table_of_all_spaces(cast: Cast) -> None:
    admin = cast.client("administrator")
    hold(cast.editor, cast.team)
    hold(cast.editor, None, text="x" * 500)
    Team.create("Zoo & Co", cast.stranger)

    def order(query: str = "") -> list[str]:
        page = admin.get(f"/usage/{query}").content.decode()
        return re.findall(r'<a class="name" href="[^"]*">([^<]*)</a>', page)

    assert order("?sort=-bytes")[:2] == ["editor", "Payments"], "the most text first"
    assert order()[:2] == ["Payments", "editor"], "the most designs first"
    assert "bytes" not in re.sub("sort=-?bytes", "", admin.get("/usage/").content.decode()), "text only if asked for"
    assert "1000 bytes" in admin.get("/usage/?sort=-bytes").content.decode().replace("\xa0", " ")
    assert order("?sort=name")[0] == "administrator"
    assert order("?sort=-name")[0] == "Zoo &amp; Co"
    assert order("?sort=-people")[0] == "Payments"
    assert order("?sort=-last")[:2] == ["editor", "Payments"]
    assert order("?sort=nothing") == order()
    assert order("?of=teams") == ["Payments", "Zoo &amp; Co"]
    assert "Payments" not in order("?of=people")
    assert order("?q=PAY") == ["Payments"]
    assert order("?q=nobody") == []
    page = admin.get("/usage/?sort=-people&q=a").content.decode()
    assert 'aria-sort="descending"' in page
    assert 'href="?sort=people&amp;q=a"' in page, "chosen again, it is turned round"
    assert 'href="?sort=-bytes&amp;q=a"' in page, "numbers begin with the most"


def test_many_spaces_are_counted_in_as_many_queries_as_few(cast: Cast) -> None:
    admin = cast.client("administrator")
    admin.get("/usage/")
    counted = []
    for more in (range(12), range(12, 200)):
        for number in more:
            who = cast.editor if number % 2 else person(f"q{number}")
            hold(who, Team.create(f"Team {number}", who))
            hold(who, None)
        with CaptureQueriesContext(connection) as asked:
            assert admin.get("/usage/").status_code == 200
        counted.append(len(asked))
    assert counted[0] == counted[1] <= 11
    first = admin.get("/usage/?sort=name").content.decode()
    assert "1 to 60 of " in first
    assert 'href="?sort=name&amp;start=60">After these' in first
    second = admin.get("/usage/?sort=name&start=60").content.decode()
    assert 'href="?sort=name&amp;start=0">Before these' in second
    named = [set(re.findall(r'class="name" href="([^"]+)"', page)) for page in (first, second)]
    assert len(named[0]) == len(named[1]) == 60
    assert not named[0] & named[1]
