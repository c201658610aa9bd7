"""Many people's work: teams, presets and designs by the thousand, in bulk, as publishing and editing write them."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import User

from designer.designs.models import Companion, Container, Design, Pod, Revision, Weaving
from designer.teams.models import Membership, Team
from patterns import catalogue
from patterns.listed import told, words
from patterns.models import Preset, PresetVersion, PresetWords

_THINGS = ("orders", "payments", "search", "ledger", "mail", "fraud", "stock", "pricing", "carts", "media", "tickets")
_WHAT = ("proxy", "exporter", "cache", "guard", "mirror", "relay", "collector", "gateway", "loader", "watcher")
_SAID = ("keeps", "retries", "batches", "signs", "checks", "carries", "turns away", "what", "the service", "asks for")
_NOW = datetime(2026, 11, 1, tzinfo=UTC)
_BATCH = 500


@dataclass(frozen=True)
class Crowd:
    """`few` is in three teams, `many` in all; every design wears the preset whose ref is `worn`."""

    few: User
    many: User
    teams: list[Team]
    worn: str


def crowd(presets: int, designs: int, teams: int, people: int) -> Crowd:
    """Make them. Four presets of five are in a team, six designs of ten; each team has about six people."""
    chance = random.Random(7)
    persons = User.objects.bulk_create(User(username=f"person-{n}", first_name=f"P{n}") for n in range(people))
    few, many = User.objects.create(username="few"), User.objects.create(username="many")
    made = Team.objects.bulk_create(
        Team(name=f"{_THINGS[n % len(_THINGS)].capitalize()} {n}", slug=f"{_THINGS[n % len(_THINGS)]}-{n}")
        for n in range(teams)
    )
    roles = list(Membership.Role)
    held = [Membership(team=team, person=many, role=roles[n % 3]) for n, team in enumerate(made)]
    held += [Membership(team=team, person=few, role=role) for team, role in zip(made, roles, strict=False)]
    for n, team in enumerate(made):
        crew = chance.sample(persons, min(4, len(persons)))
        held += [Membership(team=team, person=one, role=roles[(n + at) % 3]) for at, one in enumerate(crew)]
    Membership.objects.bulk_create(held)
    everybody = [few, many, *persons]
    refs = _presets(presets, everybody, made, chance)
    _designs(designs, everybody, made, refs, chance)
    # One of the first team's, in two versions.
    worn = Preset.objects.published().filter(team=made[0]).order_by("-version")[0]
    Weaving.objects.bulk_create(
        (
            Weaving(design_id=pk, preset=worn.ref, version=max(1, worn.version - pk % 2), pod="Deployment/web")
            for pk in Design.objects.order_by("pk").values_list("pk", flat=True)
        ),
        batch_size=_BATCH,
    )
    Preset.objects.filter(pk=worn.pk).update(uses=designs)
    return Crowd(few, many, made, worn.ref)


def _presets(number: int, people: list[User], teams: list[Team], chance: random.Random) -> list[str]:
    known = [(one, catalogue.source(one.name)) for one in catalogue.presets().values()]
    rows, searched = [], []
    for n in range(number):
        origin, source = known[n % len(known)]
        what = f"{chance.choice(_THINGS)} {chance.choice(_WHAT)}"
        parameters = tuple(
            replace(one, default=f"registry.example/{chance.choice(_THINGS)}/{chance.choice(_WHAT)}:{n % 40}.1")
            if one.type == "image" and n % 3
            else one
            for one in origin.parameters
        )
        made = replace(
            origin,
            name=f"{what.replace(' ', '-')}-{n}",
            title=f"{what.capitalize()} {n}",
            summary=f"It {' '.join(chance.sample(_SAID, 7))}.",
            tags=(*origin.tags[:3], chance.choice(_THINGS)),
            parameters=parameters,
        )
        text = source.replace(f"name: {origin.name}", f"name: {made.name}", 1)
        drafted = n % 40 == 3
        searched.append(words(made))
        rows.append(
            Preset(
                owner=chance.choice(people),
                team=chance.choice(teams) if teams and n % 5 else None,
                everyone=n % 20 == 0,
                name=made.name,
                title=made.title,
                pattern=made.pattern,
                text="" if drafted else text,
                draft=text if drafted else "",
                drafted=_NOW if drafted else None,
                version=0 if drafted else 1 + n % 4,
                updated=_NOW - timedelta(minutes=chance.randrange(500_000)),
                deprecated=_NOW if n % 50 == 9 else None,
                summary=made.summary,
                told=told(made),
            )
        )
    rows = Preset.objects.bulk_create(rows, batch_size=_BATCH)
    PresetWords.objects.bulk_create(
        (PresetWords(preset=one, **each) for one, each in zip(rows, searched, strict=True)), batch_size=_BATCH
    )
    PresetVersion.objects.bulk_create(
        (PresetVersion(preset=one, number=one.version, text=one.text, by=one.owner) for one in rows if one.version),
        batch_size=_BATCH,
    )
    return [one.ref for one in rows if one.version]


def _designs(number: int, people: list[User], teams: list[Team], refs: list[str], chance: random.Random) -> None:
    """Each with a Deployment of three containers and a Service, its revision, and what it wears."""
    rows = Design.objects.bulk_create(
        (
            Design(
                owner=chance.choice(people),
                team=chance.choice(teams) if teams and n % 10 < 6 else None,
                name=f"{chance.choice(_THINGS)} {n}",
                text=f"# design {n}\n" * 60,
                number=1,
                updated=_NOW - timedelta(minutes=chance.randrange(500_000)),
            )
            for n in range(number)
        ),
        batch_size=_BATCH,
    )
    pods = Pod.objects.bulk_create(
        (Pod(design=one, position=0, kind="Deployment", name=f"web-{n}") for n, one in enumerate(rows)),
        batch_size=_BATCH,
    )
    images = [f"registry.example/{thing}:{n}" for n, thing in enumerate(_THINGS)]
    Container.objects.bulk_create(
        (
            Container(pod=pod, list="containers", position=at, name=f"{name}-{at}", image=chance.choice(images))
            for pod in pods
            for at, name in enumerate(("app", "proxy", "logs"))
        ),
        batch_size=_BATCH,
    )
    Companion.objects.bulk_create(
        (Companion(design=one, position=1, kind="Service", name="web") for one in rows), batch_size=_BATCH
    )
    Revision.objects.bulk_create(
        (Revision(design=one, number=1, summary="imported", by=one.owner, at=one.updated) for one in rows),
        batch_size=_BATCH,
    )
    names = list(catalogue.presets())
    wearing: list[Any] = []
    worn: dict[str, int] = {}
    for one in rows:
        for ref in {chance.choice(names), *chance.sample(refs, min(1, len(refs)))}:
            wearing.append(Weaving(design=one, preset=ref, version=1, pod="Deployment/web"))
            worn[ref] = worn.get(ref, 0) + 1
    Weaving.objects.bulk_create(wearing, batch_size=_BATCH)
    known = list(Preset.objects.filter(version__gt=0).only("name", "uid"))
    for row in known:
        row.uses = worn.get(row.ref, 0)
    Preset.objects.bulk_update((row for row in known if row.uses), ["uses"], batch_size=_BATCH)
