"""Presets that people made, listed and searched in the database: none of their YAML is read for it.

Every list is two queries, however many presets there are: which ones, in order, and what a list shows of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from designer.teams.models import Membership
from patterns import preset
from patterns.finding import CLOSE, sought, stem
from patterns.listed import tags
from patterns.models import Preset
from patterns.needs import Need
from patterns.query import Query

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from designer.teams.models import Team

# In which order: the best match first (without words: the most used), the most used, or the last changed.
BEST, USED, RECENT = "", "used", "recent"
_LONG = ("text", "draft")  # what no list reads
_HEADINGS = 2000  # of the most used presets, whose words a slip of the pen is compared with
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True)
class Page:
    """Some of the presets that were asked for, in order. `total` is how many there are of them; None: not counted."""

    rows: list[Preset] = field(default_factory=list)
    more: bool = False
    total: int | None = None


def light(row: Preset) -> preset.Preset:
    """What a list shows of a preset, as one that was read; it has no pod and no parameters."""
    pattern = cast(preset.Pattern, row.pattern)
    found = tags(row.told)
    return preset.Preset(row.name, pattern, row.title, row.summary, tags=found, version=row.version or 1, id=row.uid)


def drafts(person: User) -> QuerySet[Preset]:
    """What is worked on and the person may edit."""
    return editable(person).filter(drafted__isnull=False)


def editable(person: User) -> QuerySet[Preset]:
    """The presets that a person may edit: their own, and those of the teams in which they are more than viewer."""
    editing = Membership.objects.filter(person=person).exclude(role=Membership.Role.VIEWER)
    return Preset.objects.filter(Q(team=None, owner=person) | Q(team__in=editing.values("team")))


def published(person: User) -> QuerySet[Preset]:
    """What the person may see and weave."""
    return Preset.objects.of(person).published()


def asked(rows: QuerySet[Preset], query: Query) -> QuerySet[Preset]:
    """Those in which all of a query is found."""
    for value in query.image:
        rows = rows.filter(searched__images__contains=value)
    for value in query.parameter:
        rows = rows.filter(searched__asks__contains=value)
    for value in query.pattern:
        rows = rows.filter(pattern__startswith=value)
    for value in query.team:
        rows = rows.filter(Q(team__slug__contains=value) | Q(team__name__icontains=value))
    terms = sought(query.words)
    if query.words and not terms:
        return rows.none()
    for term in terms:
        rows = rows.filter(_any(Q(searched__words__contains=each) for each in term))
    return rows


def meant(rows: QuerySet[Preset], words: str, known: frozenset[str]) -> str:
    """What was typed, with words that are nowhere in it replaced by those that they look like ("ledgr"): of the names
    and titles of `rows`, and of the words that are `known` besides. One query at most, for where nothing was found."""
    if all(_near(word, known) == word for word in words.split()):
        return words
    headings = rows.order_by("-uses", "-pk").values_list("searched__heading", flat=True)[:_HEADINGS]
    there = known.union(map(stem, _LONG_WORD.findall("\n".join(filter(None, headings)))))
    return " ".join(_near(word, there) or word for word in words.split())


def _near(typed: str, there: frozenset[str]) -> str:
    """The word itself where it is there, or is too short to tell; else the one that looks most like it; "" for none."""
    word = stem(typed.lower())
    if len(word) < 4 or any(word in one for one in there):
        return typed
    # A slip seldom changes both of the first letters, and never much of the length.
    alike = [one for one in there if abs(len(one) - len(word)) <= 2 and (one[0] == word[0] or one[1:2] == word[1])]
    return next(iter(get_close_matches(word, alike, 1, CLOSE)), "")


def meeting(rows: QuerySet[Preset], wanted: Need) -> QuerySet[Preset]:
    """Those that may meet a need; `needs.answers` says which do."""
    return rows.filter(
        _any(
            Q(pattern=way.pattern) & _any(Q(searched__words__contains=f" {stem(word)} ") for word in sorted(way.words))
            for way in wanted.ways
        )
    )


def beside(person: User, made: preset.Preset) -> QuerySet[Preset]:
    """What is in the person's own space and in that of a preset, of those that the person may see."""
    team = Preset.objects.filter(uid=made.id, name=made.name).exclude(team=None)
    return published(person).filter(Q(team=None, owner=person) | Q(team__in=team.values("team"))).exclude(uid=made.id)


def page(
    rows: QuerySet[Preset], sort: str, words: str = "", *, start: int = 0, most: int = 48, count: bool = False
) -> Page:
    """`most` of the presets from the one at `start`, in order: deprecated ones are last. With `count` all are counted.
    Two queries."""
    keys = rows.order_by(*_order(sort, words))
    if count:
        counted = list(keys.annotate(_total=Window(Count("pk"))).values_list("pk", "_total")[start : start + most + 1])
        found, total = [pk for pk, _ in counted], counted[0][1] if counted else None
        # Past the end of the list nobody counts.
        total = 0 if total is None and not start else total
    else:
        found, total = list(keys.values_list("pk", flat=True)[start : start + most + 1]), None
    return Page(shown(found[:most]), len(found) > most, total)


def shown(keys: list[int]) -> list[Preset]:
    """What a list shows of presets, in the order of their keys. One query."""
    if not keys:
        return []
    rows = Preset.objects.filter(pk__in=keys).select_related("team", "owner").defer(*_LONG)
    by_key = {row.pk: row for row in rows}
    return [by_key[key] for key in keys if key in by_key]


def counts(person: User) -> list[tuple[int | None, bool, bool, str, int]]:
    """How many presets the person may see and weave, by (team, is it their own, is it for everyone, pattern). One
    query."""
    own = Case(When(team=None, owner=person, then=Value(1)), default=Value(0), output_field=IntegerField())
    rows = published(person).order_by().annotate(own=own).values_list("team", "own", "everyone", "pattern")
    return [(team, bool(own), everyone, pattern, n) for team, own, everyone, pattern, n in rows.annotate(n=Count("pk"))]


def firsts(person: User, teams: Iterable[Team], most: int) -> dict[int | None, tuple[list[Preset], int]]:
    """The most used presets of the person's own space (None) and of some teams (by id), at most `most` of each and none
    that is deprecated, with how many each has. Two queries. Whether the person may see the teams is for the caller to
    ask."""
    ids = [team.pk for team in teams]
    rows = Preset.objects.filter(Q(team=None, owner=person) | Q(team__in=ids)).published()
    best = [_sunk().asc(), *(F(name).desc() for name in ("uses", "updated", "pk"))]
    ranked = rows.order_by().annotate(
        _rank=Window(RowNumber(), order_by=best, partition_by="team"),
        _total=Window(Count("pk"), partition_by="team"),
    )
    found = list(ranked.filter(_rank__lte=most).values_list("team", "pk", "_total", "_rank"))
    rows_of = {row.pk: row for row in shown([pk for _, pk, _, _ in found])}
    out: dict[int | None, tuple[list[Preset], int]] = {}
    for team, pk, total, _ in sorted(found, key=lambda one: one[3]):
        if pk in rows_of and rows_of[pk].deprecated is None:
            out.setdefault(team, ([], total))[0].append(rows_of[pk])
    return out


def _order(sort: str, words: str) -> list[Any]:
    sunk = _sunk()
    if sort == RECENT:
        return [sunk, "-updated", "-pk"]
    best = [_fit(term) for term in sought(words)] if sort == BEST else []
    total = sum(best[1:], best[0]) if best else None
    return [sunk, *([total.desc()] if total is not None else []), "-uses", "-updated", "-pk"]


def _sunk() -> Case:
    return Case(When(deprecated=None, then=Value(0)), default=Value(1), output_field=IntegerField())


def _fit(term: list[str]) -> Case:
    """How well a word suits, by where it is found: in the name, in an image, elsewhere."""
    typed = term[0].strip()
    fits = [
        When(searched__heading__contains=typed, then=Value(4)),
        When(searched__images__contains=typed, then=Value(2)),
    ]
    return Case(*fits, default=Value(0), output_field=IntegerField())


def _any(conditions: Iterable[Q]) -> Q:
    out = Q()
    for each in conditions:
        out |= each
    return out
