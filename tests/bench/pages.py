"""Server time and queries of pages and searches among many people's work, for a person in few teams and one in all.

It is the processor's time, in which SQLite's is: what else the machine is at does not count.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from designer.designs.models import Design
from designer.manifests.types import Documents
from patterns.models import Preset
from tests.bench.crowd import Crowd, crowd

PRESETS, DESIGNS, TEAMS, PEOPLE = 10_000, 10_000, 200, 200
TIMES = 25


def pages(documents: Documents) -> None:
    """Make the crowd and the table. `documents` are those of the design that is opened."""
    settings.LOCAL_MODE = False
    began = time.perf_counter()
    made = crowd(PRESETS, DESIGNS, TEAMS, PEOPLE)
    took = time.perf_counter() - began
    print(f"\npages with {PRESETS} presets, {DESIGNS} designs and {TEAMS} teams (made in {took:.0f} s)")
    table(made, documents)


def table(made: Crowd, documents: Documents) -> None:
    print(f"{'':34} {'3 teams: p50':>12} {'p95 ms':>7} {'queries':>8}", end="")
    print(f" {f'{len(made.teams)} teams: p50':>15} {'p95 ms':>7} {'queries':>8}")
    people = (made.few, made.many)
    User.objects.filter(pk__in=[one.pk for one in people]).update(is_superuser=True)
    told = [dict(_rows(made, who, documents)) for who in people]
    for name in told[0]:
        cells = [_measured(_client(who), *told[at][name]) for at, who in enumerate(people)]
        print(f"{name:34} {cells[0][0]:>12.1f} {cells[0][1]:>7.1f} {cells[0][2]:>8}", end="")
        print(f" {cells[1][0]:>15.1f} {cells[1][1]:>7.1f} {cells[1][2]:>8}", flush=True)


def _client(who: User) -> Client:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(who, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def _rows(made: Crowd, who: User, documents: Documents) -> Iterator[tuple[str, tuple[str, bool]]]:
    """(what, (address, is it a fragment)). Three teams are the first three: viewer, editor and owner."""
    team = made.teams[1]
    design = Design.objects.create(owner=who, team=team, name="opened")
    design.change(lambda _: documents, by=who, summary="imported")
    preset = Preset.objects.published().filter(team=team).order_by("-uses")[0]
    catalogue, find = reverse("catalogue"), reverse("find-pattern", args=[design.pk])
    found = {
        "home": (reverse("home"), False),
        "home, searched": (f"{reverse('home')}?q=ledger+payments", True),
        "catalogue": (catalogue, False),
        "  of a team and a pattern": (f"{catalogue}?space={team.slug}&pattern=sidecar", True),
        "  searched by a word": (f"{catalogue}?q=payments", True),
        "  searched by three words": (f"{catalogue}?q=ledger+relay+metrics", True),
        "  by image": (f"{catalogue}?q=image:relay", True),
        "  by parameter": (f"{catalogue}?q=parameter:PORT", True),
        "  that nothing matches": (f"{catalogue}?q=zzxqy", True),
        "  most used": (f"{catalogue}?sort=used", True),
        "  recently changed": (f"{catalogue}?sort=recent", True),
        "  page 5": (f"{catalogue}?sort=used&start=192", True),
        "  by need": (f"{catalogue}?need=encrypt", True),
        "a preset": (reverse("preset", args=[preset.ref]), False),
        "  that every design wears": (reverse("preset", args=[made.worn]), False),
        "  more of its designs": (f"{reverse('preset-used', args=[made.worn])}?start=24", True),
        "a design of a team": (reverse("design", args=[design.pk]), False),
        "  its patterns, searched": (f"{find}?find=payments", True),
        "  I want to …": (f"{reverse('want', args=[design.pk])}?need=encrypt", True),
        "a team": (reverse("team", args=[team.slug]), False),
        "activity of a team": (f"{reverse('activity')}?space={team.slug}", False),
        "activity of all": (reverse("activity"), False),
        "usage of all spaces": (reverse("usage"), False),
    }
    yield from found.items()


def _measured(client: Client, address: str, fragment: bool) -> tuple[float, float, int]:
    """Median and 95th percentile in milliseconds, and how many queries."""
    headers = {"hx-request": "true"} if fragment else {}
    client.get(address, headers=headers)  # the first one writes down the session
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address, headers=headers)
    queries = len(captured)
    assert answer.status_code == 200, (address, answer.status_code)
    times = []
    for _ in range(TIMES):
        start = time.process_time()
        client.get(address, headers=headers)
        times.append((time.process_time() - start) * 1000)
    ordered = sorted(times)
    return statistics.median(ordered), ordered[round(0.95 * (TIMES - 1))], queries
