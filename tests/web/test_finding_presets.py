"""Finding what people made: whose is listed to whom, in which order, page by page, and in how many queries."""

from __future__ import annotations

import re
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from designer.designs.models import Design
from designer.teams.models import Team
from patterns.models import Preset
from patterns.preset import read
from tests.web.crew import Crew
from tests.web.test_catalogue import words

TEXT = """\
apiVersion: podpatterns.dev/v1alpha1
kind: Preset
metadata: {{name: {name}, title: {title}, pattern: {pattern}, summary: {summary}, tags: [{tag}]}}
parameters: [{{name: WOMBAT_PORT, type: port, title: Listens on, default: 9000}}]
pod: {{spec: {{containers: [{{name: x, image: "example.com/{image}:3"}}]}}}}
"""


def publish(crew: Crew, title: str, space: str = "team", *, by: str = "", draft: bool = False, **said: str) -> Preset:
    maker = crew.people[by or ("stranger" if space == "other team" else "owner")]
    team = {"own": None, "team": crew.team, "other team": crew.other}[space]
    said = {"pattern": "sidecar", "summary": "It helps", "tag": "shared", "image": "plain", **said}
    text = TEXT.format(name=title.lower().replace(" ", "-"), title=title, **said)
    if not draft:
        return Preset.keep(maker, read(text), text, by=maker, team=team)
    made = Preset(owner=maker, team=team, name=read(text).name, version=0)
    made.keep_draft(read(text), text, by=maker)
    return made


def listed(client: Client, **query: Any) -> list[str]:
    """The names of the presets of a list, in order."""
    html = client.get(reverse("catalogue"), query, headers={"hx-request": "true"}).content.decode()
    return re.findall(r'class="card[\w -]*" href="/catalogue/([\w-]+?)(?:_\w+)?/', html)


def made(client: Client, **query: Any) -> list[str]:
    """Of those, what people made."""
    html = client.get(reverse("catalogue"), query, headers={"hx-request": "true"}).content.decode()
    return re.findall(r'class="card[\w -]*" href="/catalogue/([\w-]+)_\w+/', html)


def wear(crew: Crew, preset: Preset, designs: int) -> None:
    """So many new designs of the owner wear it."""
    record = {"preset": preset.ref, "version": 1, "pod": "Pod/web", "parameters": {}}
    for number in range(designs):
        design = crew.design("own", name=f"web {number}")
        design.change(lambda now: now, by=design.owner, woven=[record], summary="wore")


def test_a_slip_of_the_pen_finds_what_people_made_as_it_finds_the_built_in_ones(crew: Crew) -> None:
    publish(crew, "Quokka burrow")
    publish(crew, "Quokka of others", "other team")
    publish(crew, "Metrics here", tag="prometheus")
    viewer = crew.client("viewer")
    for typed in ("quoka", "qoukka burow", "Quokak"):
        assert made(viewer, q=typed) == ["quokka-burrow"], typed
    assert made(viewer, q="quoka", sort="recent") == ["quokka-burrow"]
    assert "metrics-here" in made(viewer, q="promethues"), "a word of the catalogue's"
    assert made(viewer, q="zzxqyv") == made(viewer, q="quoka", pattern="adapter") == []
    assert made(crew.client("stranger"), q="quoka") == ["quokka-of-others"]
    assert made(viewer, q="quoka", space="-built-in") == []


def test_each_sees_what_is_theirs_their_teams_and_everyones(crew: Crew) -> None:
    publish(crew, "Quokka own", "own")
    publish(crew, "Quokka team")
    publish(crew, "Quokka elsewhere", "other team")
    shown = publish(crew, "Quokka shown", "other team")
    Preset.objects.filter(pk=shown.pk).update(everyone=True)
    publish(crew, "Quokka begun", draft=True)
    found = {who: set(listed(crew.client(who), q="quokka")) for who in ("owner", "editor", "viewer", "stranger")}
    assert found["owner"] == {"quokka-own", "quokka-team", "quokka-shown"}
    assert found["editor"] == found["viewer"] == {"quokka-team", "quokka-shown"}
    assert found["stranger"] == {"quokka-elsewhere", "quokka-shown"}
    owner = crew.client("owner")
    by = {space: listed(owner, space=space) for space in ("-", "shop", "-everyone", "-drafts", "-made")}
    assert by["-"] == ["quokka-own"]
    assert by["shop"] == ["quokka-team"]
    assert by["-everyone"] == ["quokka-shown"]
    assert by["-drafts"] == ["quokka-begun"]
    assert set(by["-made"]) == found["owner"]
    assert made(owner, space="elsewhere", q="quokka") == made(owner, q="quokka"), "a space of others' is no source"
    assert made(owner, space="-built-in") == []
    page = owner.get(reverse("catalogue")).content.decode()
    for key, many in {"-built-in": 35, "-": 1, "shop": 1, "-everyone": 1, "-drafts": 1}.items():
        assert re.search(rf'name="space" value="{key}".*?<small>{many}</small>', page), key
    assert 'value="elsewhere"' not in page


def test_drafts_are_for_who_may_edit_them(crew: Crew) -> None:
    publish(crew, "Quokka begun", draft=True)
    kept = publish(crew, "Quokka kept")
    kept.keep_draft(read(kept.text), kept.text.replace("It helps", "It helps more"), by=kept.owner)
    assert set(listed(crew.client("editor"), space="-drafts")) == {"quokka-begun", "quokka-kept"}
    assert listed(crew.client("viewer"), space="-drafts") == []
    assert "Drafts" not in words(crew.client("viewer").get(reverse("catalogue")).content.decode())
    page = words(crew.client("editor").get(reverse("catalogue")).content.decode())
    assert "Drafts: only who may edit them sees them" in page
    assert "draft Shop · not published" in page


def test_what_is_most_used_comes_first_and_what_is_deprecated_last(crew: Crew) -> None:
    old, some, much = (publish(crew, f"Quokka {word}") for word in ("old", "some", "much"))
    wear(crew, old, 3)
    wear(crew, much, 2)
    wear(crew, some, 1)
    Preset.objects.filter(pk=old.pk).update(deprecated=timezone.now())
    client = crew.client("viewer")
    assert made(client, sort="used") == ["quokka-much", "quokka-some", "quokka-old"]
    assert listed(client, sort="used")[:2] == ["quokka-much", "quokka-some"]
    assert listed(client, sort="used")[-1] == "quokka-old", "after the built-in ones too"
    assert listed(client, q="quokka") == ["quokka-much", "quokka-some", "quokka-old"]
    assert made(client, sort="recent") == ["quokka-much", "quokka-some", "quokka-old"]
    some.publish(read(some.text), some.text + "# again\n", by=some.owner)
    assert listed(client, sort="recent")[:2] == ["quokka-some", "quokka-much"]
    said = words(client.get(reverse("catalogue"), {"q": "quokka"}).content.decode())
    assert "Shop · v1 · in 2 designs" in said
    assert "Shop · v2 · in 1 design" in said
    assert "deprecated Shop · v1 · in 3 designs" in said


def test_how_often_a_preset_is_used_follows_the_designs(crew: Crew) -> None:
    preset = publish(crew, "Quokka")
    wear(crew, preset, 3)
    preset.refresh_from_db()
    assert preset.uses == 3
    one, two, _ = Design.objects.filter(weavings__preset=preset.ref)
    one.change(lambda now: now, by=one.owner, woven=[], summary="took it off")
    two.delete()
    preset.refresh_from_db()
    assert preset.uses == 1
    Design.objects.all().delete()
    preset.refresh_from_db()
    assert preset.uses == 0


FOUND = [
    ("ledger", ["ledger-proxy"]),  # in the title
    ("quokkas", ["ledger-proxy"]),  # a tag, less its ending
    ("image:numbat", ["stock-relay"]),
    ("numbat:3", ["stock-relay"]),
    ("parameter:WOMBAT_PORT pattern:ambassador", ["stock-relay"]),
    ("parameter:listens team:shop", ["ledger-proxy", "stock-relay"]),
    ("team:shop pattern:sidecar helps", ["ledger-proxy"]),
    ("team:elsewhere", []),
    ("ledger numbat", []),
    ("100%", []),
]


def test_presets_are_found_by_word_image_parameter_pattern_and_team(crew: Crew) -> None:
    publish(crew, "Ledger proxy", tag="quokka", summary="It helps a lot")
    publish(crew, "Stock relay", pattern="ambassador", image="numbat", summary="It carries")
    publish(crew, "Ledger elsewhere", "other team")
    client = crew.client("viewer")
    for query, found in FOUND:
        assert sorted(made(client, q=query)) == found, query


def test_where_it_was_found_is_marked(crew: Crew) -> None:
    publish(crew, "Stock relay", image="numbat", tag="quokka")
    client, url = crew.client("viewer"), reverse("catalogue")
    assert "tag <mark>quokka</mark>" in client.get(url, {"q": "quokka"}).content.decode()
    assert "image example.com/<mark>numbat</mark>:3" in client.get(url, {"q": "image:numbat"}).content.decode()
    asked = client.get(url, {"q": "parameter:wombat"}).content.decode()
    assert "asks for Listens on (<mark>WOMBAT</mark>_PORT)" in asked
    publish(crew, "Stock hostile", tag="<b>dingo")
    assert "&lt;b&gt;<mark>dingo</mark>" in client.get(url, {"q": "dingo"}).content.decode()


def test_a_long_list_goes_on_where_it_ended(crew: Crew) -> None:
    for number in range(60):
        publish(crew, f"Quokka {number}", pattern=("sidecar", "adapter")[number % 2])
    client, url = crew.client("viewer"), reverse("catalogue")
    for query in ("q=quokka", "sort=used", "sort=recent", "space=shop", "pattern=adapter&sort=used"):
        seen: list[str] = []
        more: str | None = "0"
        while more:
            html = client.get(f"{url}?{query}&start={more}", headers={"hx-request": "true"}).content.decode()
            seen += re.findall(r'class="card[\w -]*" href="/catalogue/([\w-]+?)(?:_\w+)?/', html)
            again = re.search(r"start=(\d+)\"", html)
            more = again[1] if again else None
        assert len(seen) == len(set(seen)), query
        assert len([one for one in seen if one.startswith("quokka-")]) == (30 if "pattern" in query else 60), query
    first = client.get(url, {"q": "quokka"}, headers={"hx-request": "true"}).content.decode()
    assert "60 presets match, the best first" in words(first)
    rest = client.get(f"{url}?q=quokka&start=48", headers={"hx-request": "true"}).content.decode()
    assert 'hx-target="#cards" hx-swap="beforeend"' in rest
    assert "Show more" not in rest


def test_a_need_is_answered_with_a_teams_presets(crew: Crew) -> None:
    publish(crew, "Quokka ends TLS", tag="tls")
    publish(crew, "Quokka elsewhere", "other team", tag="tls")
    design = crew.design()
    html = crew.client("editor").get(reverse("want", args=[design.pk]), {"need": "encrypt"}).content.decode()
    assert "Quokka ends TLS" in html
    assert "Quokka elsewhere" not in html
    assert "quokka-ends-tls" in listed(crew.client("viewer"), need="encrypt")


def test_the_designers_list_has_the_first_of_each_space(crew: Crew) -> None:
    for number in range(15):
        publish(crew, f"Quokka {number}")
    publish(crew, "Mine alone", "own")
    publish(crew, "Theirs", "other team")
    used = publish(crew, "Quokka worn")
    wear(crew, used, 1)
    design = crew.design()
    shown = {
        who: crew.client(who).get(reverse("design", args=[design.pk])).content.decode() for who in ("owner", "editor")
    }
    titles = re.findall(r"<h3>([^<]*presets)</h3>", shown["owner"])
    assert titles == ["Shop’s presets", "Your presets"], "that of the design first"
    assert re.findall(r"<h3>([^<]*presets)</h3>", shown["editor"]) == ["Shop’s presets"]
    teams = shown["owner"].split("Shop’s presets")[1].split("</section>")[0]
    rows = re.findall(r'data-preset="([\w-]+)_', teams)
    assert len(rows) == 12
    assert rows[0] == "quokka-worn"
    assert "All 16 in the catalogue…" in teams
    assert "?space=shop&amp;design=" in teams
    for who, edits, deletes in (("owner", 12, 12), ("editor", 12, 0)):
        teams = shown[who].split("Shop’s presets")[1].split("</section>")[0]
        assert (teams.count("Edit preset"), teams.count("Delete preset")) == (edits, deletes), who
    found = crew.client("editor").get(reverse("find-pattern", args=[design.pk]), {"find": "quokka 3"}).content.decode()
    assert 'data-preset="quokka-3_' in found
    assert "Theirs" not in found


def test_a_list_takes_the_same_queries_however_many_there_are(crew: Crew) -> None:
    design = crew.design()
    client = crew.client("editor")
    catalogue, find = reverse("catalogue"), reverse("find-pattern", args=[design.pk])
    addresses = [
        catalogue,
        f"{catalogue}?q=quokka",
        f"{catalogue}?q=image:plain+parameter:wombat",
        f"{catalogue}?q=quokka&sort=used&start=1",
        f"{catalogue}?space=shop&pattern=sidecar",
        f"{catalogue}?space=-drafts",
        f"{catalogue}?need=encrypt",
        f"{find}?find=quokka",
        find,
        f"{reverse('want', args=[design.pk])}?need=encrypt",
        reverse("design", args=[design.pk]),
    ]

    def counts() -> list[int]:
        out = []
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            out.append(len(captured))
        return out

    def more(begin: int, end: int) -> None:
        for number in range(begin, end):
            preset = publish(crew, f"Quokka {number}", tag="tls")
            publish(crew, f"Begun {number}", draft=True)
            if number % 10 == 0:
                wear(crew, preset, 1)
                Team.create(f"Team {number}", crew.people["editor"])

    more(0, 2)
    few = counts()
    more(2, 30)
    assert dict(zip(addresses, counts(), strict=True)) == dict(zip(addresses, few, strict=True))
    assert max(few) < 20
