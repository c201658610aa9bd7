"""What the catalogue lists: the built-in presets, which are in memory, and those that people made, which the database
finds (patterns/shelves.py), as one list.

However many presets there are, a list asks for the person's spaces, how many presets each has, how many drafts, which
are on this page, and what to show of them: five queries, and one for who wears the built-in ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from designer.designs import spaces
from designer.designs.spaces import OWN, Space
from designer.web.access import Request, Role
from designer.web.cards import Listed, built_in, card
from designer.web.people import called
from designer.web.screen import ROLE_LETTERS
from patterns import catalogue, models, shelves, uses
from patterns.finding import Indexed, search
from patterns.listed import taken_apart
from patterns.needs import NEEDS, PATTERN_WORDS, Need, answers, need, needs_met
from patterns.preset import Preset
from patterns.query import Query, Reason, holds, parse, reason
from patterns.shelves import BEST, RECENT, USED, Page

LONGEST = 200  # characters of a query
PAGE = 48
# Sources beside a person's spaces (OWN, and teams by their slugs, which begin with a letter or a digit).
BUILT_IN, EVERYONE, DRAFTS, MADE = "-built-in", "-everyone", "-drafts", "-made"
_OTHERS = frozenset({BUILT_IN, EVERYONE, DRAFTS, MADE})
SORTS = {BEST: "Best match", USED: "Most used", RECENT: "Recently changed"}
_FIRST = 12  # of what people made, before the built-in ones
_BEGUN = 4  # drafts, before all others
_ANSWERS = 60  # of people's presets, that may meet a need
_BESIDE, _ALIKE = 30, 4  # of a space's presets that are compared with one, and that are shown


@dataclass(frozen=True)
class Source:
    """Where presets come from: a filter of the catalogue."""

    key: str
    words: str
    many: int


class Finder:
    """What one request asks of the catalogue. `field` is the name of its search box."""

    def __init__(self, request: Request, field: str = "q", most: int = PAGE) -> None:
        sent = request.GET
        self.person, self.most = request.user, most
        self.text = sent.get(field, "").strip()[:LONGEST]
        self.query: Query = parse(self.text)
        self.need: Need | None = need(sent.get("need", "")) if not self.text else None
        self.sort = sent.get("sort", "") if sent.get("sort") in SORTS else BEST
        start = sent.get("start", "")
        self.start = int(start) if start.isdecimal() and len(start) < 7 else 0
        shelf, key = sent.get("pattern", ""), sent.get("space", "")
        if shelf == "own":  # as links had it before presets were in spaces
            shelf, key = "", OWN
        self.shelf = shelf if shelf in PATTERN_WORDS and not self.need else ""
        # Where what was asked for is to be: None where that is no space.
        self.here = spaces.space(self.person, key) if key and key not in _OTHERS and not self.need else None
        self.source = key if (key in _OTHERS and not self.need) or self.here else ""

    # --- Which presets ---

    @property
    def built_in(self) -> list[Indexed]:
        """Those of the catalogue that are on the shelf."""
        if self.source not in ("", BUILT_IN):
            return []
        return [one for one in built_in() if self.shelf in ("", one.preset.pattern)]

    @property
    def made(self) -> QuerySet[models.Preset]:
        """Those that people made and that are on the shelf."""
        if self.source == BUILT_IN:
            return models.Preset.objects.none()
        rows = shelves.drafts(self.person) if self.source == DRAFTS else shelves.published(self.person)
        if self.here:
            rows = rows.filter(team=self.here.team)
            rows = rows if self.here.team else rows.filter(owner=self.person)
        if self.source == EVERYONE:
            rows = rows.filter(everyone=True)
        return rows.filter(pattern=self.shelf) if self.shelf else rows

    # --- Lists ---

    def hits(self) -> dict[str, Any]:
        """What answers the query: `hits`, whether there is `more`, and how many there are in all."""
        query, start = self.query, self.start
        fitting = [one for one in self.built_in if holds(query, one)]
        if query.words:
            found = search(query.words, fitting)
            reasons = {one.preset.name: one.reason for one in found}
            by_name = {one.preset.name: one for one in fitting}
            fitting = [by_name[one.preset.name] for one in found]
        else:
            reasons = {one.preset.name: self._why(one) for one in fitting}
        by_fit = self.sort == BEST and bool(query.words)
        page, shown = self._made_here(query, fitting, reasons, by_fit)
        if query.words and page.total == 0:
            words = shelves.meant(self.made, query.words, _vocabulary())
            if words != query.words:
                page, shown = self._made_here(replace(query, words=words), fitting, reasons, by_fit)
        if by_fit:
            apart = [taken_apart(shelves.light(row), row.told) for row in page.rows]
            ours = fitting if not start else []
            listed = {one.preset.ref: one for one in (*self._built_in(ours), *map(self.listed, page.rows))}
            shown = [
                replace(listed[one.preset.ref], reason=_beside_title(one.preset, one.reason))
                for one in search(query.words, [*ours, *apart], least=0)
            ]
            left = listed.keys() - {one.preset.ref for one in shown}
            shown += [one for ref, one in listed.items() if ref in left]
            shown.sort(key=lambda one: one.deprecated)
        total = (page.total or 0) + len(fitting)
        return {"hits": shown, "more": page.more, "next": start + self.most, "total": total}

    def _made_here(
        self, query: Query, fitting: list[Indexed], reasons: Mapping[str, Reason], by_fit: bool
    ) -> tuple[Page, list[Listed]]:
        """A page of what answers a query; by use or change listed together with the built-in ones that do."""
        rows = shelves.asked(self.made, query)
        if not by_fit:
            return self._together(rows, fitting, reasons)
        return shelves.page(rows, BEST, query.words, start=self.start, most=self.most, count=True), []

    def listing(self) -> dict[str, Any]:
        """All of a source, as `hits`: the most used or the last changed first."""
        fitting = self.built_in
        page, shown = self._together(self.made, fitting)
        total = (page.total or 0) + len(fitting)
        return {"hits": shown, "more": page.more, "next": self.start + self.most, "total": total}

    def shelved(self) -> dict[str, Any]:
        """Everything by where it is from: what one works on, the most used of what people made, and the built-in ones
        by pattern."""
        values: dict[str, Any] = {
            "shelves": [
                (pattern, said, self._built_in(one for one in self.built_in if one.preset.pattern == pattern))
                for pattern, said in PATTERN_WORDS.items()
            ]
        }
        if self.source == "":
            values["made"] = self._page(self.made, USED, _FIRST)
            if not self.shelf:
                values["begun"] = self._page(shelves.drafts(self.person), RECENT, _BEGUN)
        return values

    def answers(self, wanted: Need) -> list[tuple[Any, str, list[Listed]]]:
        """The ways to meet a need, each with the presets that go it."""
        rows = shelves.page(shelves.meeting(shelves.published(self.person), wanted), USED, most=_ANSWERS).rows
        listed = {one.preset.ref: one for one in map(self.listed, rows)}
        ours = built_in()
        listed |= {one.preset.ref: one for one in self._built_in(ours)}
        known = [*(one.preset for one in ours), *(shelves.light(row) for row in rows)]
        return [
            (one.way, ROLE_LETTERS[one.way.pattern], [listed[preset.ref] for preset in one.presets])
            for one in answers(wanted, known)
        ]

    # --- What the page says around it ---

    def sources(self) -> tuple[list[Source], dict[str, int]]:
        """Where there are presets and how many, and how many there are of each pattern and in all ("")."""
        mine = [Space(self.person, None, Role.OWNER)] if settings.LOCAL_MODE else spaces.spaces(self.person)
        ours: list[str] = [one.preset.pattern for one in built_in()]
        by_key: dict[str, int] = {BUILT_IN: len(ours)}
        by_pattern = {"": len(ours), **{pattern: ours.count(pattern) for pattern in PATTERN_WORDS}}
        team_keys = {one.team.pk: one.key for one in mine if one.team}
        for team, own, everyone, pattern, many in shelves.counts(self.person):
            of = [OWN] if own else [team_keys[team]] if team in team_keys else []
            for key in (*of, *([EVERYONE] if everyone and not settings.LOCAL_MODE else [])):
                by_key[key] = by_key.get(key, 0) + many
            for shelf in ("", pattern):
                by_pattern[shelf] = by_pattern.get(shelf, 0) + many
        begun = shelves.drafts(self.person).count()
        names = [(BUILT_IN, "Built in"), *((one.key, one.name if one.team else "Yours") for one in mine)]
        found = [Source(key, words, by_key.get(key, 0)) for key, words in names if by_key.get(key)]
        if by_key.get(EVERYONE):
            found.append(Source(EVERYONE, "Everyone here", by_key[EVERYONE]))
        if begun:
            found.append(Source(DRAFTS, "Drafts", begun))
        return found, by_pattern

    def listed(self, row: models.Preset) -> Listed:
        """A preset that people made, as lists show it."""
        own = row.team_id is None and row.owner_id == self.person.pk
        whose = "yours" if own else row.team.name if row.team else called(row.owner)
        return Listed(
            shelves.light(row),
            ROLE_LETTERS[row.pattern],
            row.mark,
            whose,
            own,
            row.version,
            row.uses,
            row.deprecated is not None,
            row.version == 0 or self.source == DRAFTS,
            reason(self.query, row.told) if self.query.qualified and not self.query.words else (),
        )

    @cached_property
    def _worn(self) -> dict[str, int]:
        return uses.built_in(catalogue.presets())

    def _built_in(self, ones: Iterable[Indexed], reasons: Mapping[str, Reason] | None = None) -> list[Listed]:
        return [
            replace(card(name), uses=self._worn.get(name, 0), reason=(reasons or {}).get(name, ()))
            for name in (one.preset.name for one in ones)
        ]

    def _page(self, rows: QuerySet[models.Preset], sort: str, most: int) -> tuple[list[Listed], bool]:
        found = shelves.page(rows, sort, most=most)
        return [self.listed(row) for row in found.rows], found.more

    def _together(
        self, rows: QuerySet[models.Preset], ours: Iterable[Indexed], reasons: Mapping[str, Reason] | None = None
    ) -> tuple[Page, list[Listed]]:
        """A page of what people made and of the built-in presets as one list, by use or by when it was changed; nobody
        changes the built-in ones, which come after what people did."""
        mine = self._built_in(ours, reasons)
        recent = self.sort == RECENT
        if not recent:
            mine.sort(key=lambda one: -one.uses)

        def key(one: Listed) -> tuple[bool, int]:
            return not one.deprecated, (0 if not one.whose else 1) if recent else one.uses

        # Of the rows before the page as many are read as built-in ones may stand among them.
        first = max(0, self.start - len(mine))
        end = self.start + self.most
        page = shelves.page(rows, RECENT if recent else USED, start=first, most=end - first, count=True)
        placed: dict[int, Listed] = {}
        before = first
        for at, one in enumerate(map(self.listed, page.rows), first):
            place = at + sum(key(each) > key(one) for each in mine)
            before += place < self.start
            placed[place] = one
        rest = iter(mine[self.start - before :])
        slots = [placed.get(at) or next(rest, None) for at in range(self.start, end)]
        more = page.more or any(place >= end for place in placed) or next(rest, None) is not None
        return Page(page.rows, more, page.total), [one for one in slots if one]

    def _why(self, one: Indexed) -> Reason:
        return reason(self.query, [(part.field, part.text) for part in one.parts])


def context(request: Request, field: str = "q", most: int = PAGE, *, everything: bool = True) -> dict[str, Any]:
    """What the catalogue's templates need: what was asked for, and what was found; where nothing was asked for, all
    there is, unless not `everything` is wanted."""
    finder = Finder(request, field, most)
    values: dict[str, Any] = {
        "q": finder.text,
        "shelf": finder.shelf,
        "source": finder.source,
        "sort": finder.sort,
        "start": finder.start,
        "wanted": finder.need,
        "needs": [(group, list(ones)) for group, ones in groupby(NEEDS, lambda one: one.group)],
        "letters": ROLE_LETTERS,
        "finder": finder,
    }
    if finder.query.asked:
        return values | finder.hits()
    if finder.need:
        return values | {"answers": finder.answers(finder.need)}
    if not everything:
        return values
    if finder.source not in ("", BUILT_IN) or finder.sort != BEST:
        return values | finder.listing()
    return values | finder.shelved()


def like(request: Request, made: Preset) -> list[Listed]:
    """Presets that answer the same needs or are tagged alike, those that have most in common first: built-in ones, and
    the most used of the preset's space and of the person's own."""
    finder = Finder(request)
    needs, tags = {one.id for one in needs_met(made)}, set(made.tags)

    def common(one: Preset) -> int:
        return 2 * len(needs & {each.id for each in needs_met(one)}) + len(tags & set(one.tags))

    rows = shelves.page(shelves.beside(request.user, made), USED, most=_BESIDE).rows
    listed = [card(one.preset.name) for one in built_in() if one.preset.ref != made.ref]
    ranked = [(common(one.preset), one) for one in (*listed, *map(finder.listed, rows))]
    return [one for points, one in sorted(ranked, key=lambda pair: -pair[0])[:_ALIKE] if points >= 2]


@cache
def _vocabulary() -> frozenset[str]:
    """The words of the built-in presets."""
    return frozenset().union(*(one.words for one in built_in()))


def _beside_title(preset: Preset, found: Reason) -> Reason:
    """Where it was found; nothing where that is the title, which stands above."""
    said = "".join(text for text, _ in found)
    return () if said == f"{preset.title} ({preset.name})" else found
