"""What a space holds: designs, revisions, bytes, presets, runs and people. The database counts, in as many queries for
a thousand spaces as for one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Case, Count, F, Func, IntegerField, Max, Q, QuerySet, Sum, When
from django.utils import timezone

from designer.clusters.models import ApplyRun
from designer.designs.models import Design, Revision
from designer.teams.models import Membership, Team
from patterns.models import Preset, PresetVersion

RECENT = timedelta(days=30)
# The space of one team, (team, None), or of one person, (None, person): ids.
Key = tuple[int | None, int | None]


class Bytes(Func):
    """How many bytes a column of text takes, as UTF-8 (SQL's OCTET_LENGTH)."""

    function = "OCTET_LENGTH"
    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        # SQLite knows OCTET_LENGTH, which does not read the text for it, since 3.43; LENGTH counts a BLOB's bytes.
        if sqlite3.sqlite_version_info < (3, 43):
            more["template"] = "LENGTH(CAST(%(expressions)s AS BLOB))"
        return super().as_sql(compiler, connection, **more)


@dataclass
class Usage:
    """What one space holds. `bytes` is all text that is kept of it as it is stored, earlier revisions and versions too
    (0 where it was not counted); `runs` those of the last 30 days, dry ones not."""

    designs: int = 0
    binned: int = 0
    revisions: int = 0
    bytes: int = 0
    presets: int = 0
    runs: int = 0
    people: int = 1
    last: datetime | None = None

    def add(self, found: dict[str, Any]) -> None:
        """Take in what a query counted: numbers are added, of times the later is kept."""
        for one in fields(self):
            value = found.get(one.name)
            if value is None:
                continue
            held = getattr(self, one.name)
            setattr(self, one.name, value if held is None else max(held, value) if one.name == "last" else held + value)


def of_team(team: Team, people: int) -> Usage:
    """What the space of a team of so many people holds, in five queries."""
    held = _counted({"team": team.pk}).get((team.pk, None), Usage())
    held.people = people
    return held


def of_person(person: User) -> Usage:
    """What a person's own space holds, in five queries."""
    return _counted({"team": None, "owner": person.pk}).get((None, person.pk), Usage())


def of_all(*, text: bool = True) -> dict[Key, Usage]:
    """What every team's space holds, and every person's that holds anything, in six queries; without `text`, which has
    the database read all there is, in five."""
    found = _counted({}, text=text)
    for row in Membership.objects.order_by().values("team").annotate(people=Count("pk")):
        found.setdefault((row["team"], None), Usage()).people = row["people"]
    return found


def _counted(where: dict[str, Any], *, text: bool = True) -> dict[Key, Usage]:
    """By space. `where` says which: the team and the owner of what is there; empty for all."""
    found: dict[Key, Usage] = {}
    for rows, prefix, counts in _queries(where):
        if not text:
            counts.pop("bytes", None)
        if not counts:
            continue
        for row in _by_space(rows, prefix).annotate(**counts):
            found.setdefault((row["of_team"], row["of_owner"]), Usage()).add(row)
    return found


def _queries(where: dict[str, Any]) -> Iterator[tuple[QuerySet[Any], str, dict[str, Any]]]:
    """What is counted: rows, where they have their space, and what of them."""
    kept, bytes_ = Q(deleted=None), Sum(Bytes("text"))
    of_design = {f"design__{name}": value for name, value in where.items()}
    of_preset = {f"preset__{name}": value for name, value in where.items()}
    recent = ApplyRun.objects.filter(**of_design, dry_run=False, started__gte=timezone.now() - RECENT)
    yield (
        Design.objects.filter(**where),
        "",
        {
            "designs": Count("pk", filter=kept),
            "binned": Count("pk", filter=~kept),
            "bytes": bytes_,
            "last": Max("updated"),
        },
    )
    yield Revision.objects.filter(**of_design), "design__", {"revisions": Count("pk"), "bytes": bytes_}
    yield recent, "design__", {"runs": Count("pk")}
    drafts = Sum(Bytes("text") + Bytes("draft"))
    yield Preset.objects.filter(**where), "", {"presets": Count("pk"), "bytes": drafts, "last": Max("updated")}
    yield PresetVersion.objects.filter(**of_preset), "preset__", {"bytes": bytes_}


def _by_space(rows: QuerySet[Any], prefix: str) -> Any:
    """The rows, grouped by the space of what `prefix` leads to."""
    owner = Case(When(**{f"{prefix}team": None}, then=F(f"{prefix}owner")))
    return rows.order_by().annotate(of_team=F(f"{prefix}team"), of_owner=owner).values("of_team", "of_owner")
