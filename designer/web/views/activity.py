"""What was done in a space, in sentences: its designs' revisions, what was applied to clusters, the versions of presets
that were published."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from designer.clusters.models import ApplyRun
from designer.designs.models import Design, DesignQuerySet, Revision
from designer.designs.spaces import Space
from designer.teams.models import Membership
from designer.web import access
from designer.web.access import Request, Role
from designer.web.people import called, names
from patterns.models import Preset, PresetVersion
from patterns.podkey import pod_words

_PAGE = 60
_CHOICES = 100
_NAMES = ("username", "first_name", "last_name")
_OF_RUN = ("verb", "state", "revision", "context", "namespace")
_OF_VERSION = ("preset__name", "preset__uid", "preset__title", "preset__source__name", "number", "note")
_STEP = re.compile(r"(undo|redo): ")
_FROM = re.compile(r"started from (.+)")
_COPY = re.compile(r"copied from (.+)")


@dataclass(frozen=True)
class Entry:
    """One thing that was done: `who` did `before` the design or preset `after`, as a sentence goes on."""

    at: datetime
    who: str
    before: str
    design: Design | None
    after: str
    mark: str  # edit, weave, apply, fail, publish
    preset: Preset | None = None

    @property
    def day(self) -> str:
        return f"{self.at:%Y-%m-%d}"

    @property
    def clock(self) -> str:
        return f"{self.at:%H:%M}"

    @property
    def moment(self) -> str:
        return f"{self.at.day} {self.at:%B %Y, %H:%M:%S} UTC"


@require_GET
@access.person
def activity(request: Request) -> HttpResponse:
    """The newest of a space (`space`; "" for all that the person sees), at most a page; `before` goes on from a moment
    (microseconds since 1970). `person` and `design`, ids, let through only theirs."""
    key = request.GET.get("space", "")
    here = access.space(request, key, Role.READER) if key else None
    designs = (here.designs if here else Design.objects.of(request.user)).kept()
    asked = {name: _number(request, name) for name in ("person", "design", "before")}
    of: dict[str, Any] = {"design__in": designs.order_by()}
    if asked["design"]:
        of["design__in"] = designs.order_by().filter(pk=asked["design"])
    if asked["person"]:
        of["by"] = asked["person"]
    versions = _versions(request, here)
    versions = versions.filter(by=asked["person"]) if asked["person"] else versions
    entries = _entries(request, of, versions.none() if asked["design"] else versions, asked["before"])
    page = entries[:_PAGE]
    query = request.GET.copy()
    query.pop("before", None)
    values = {
        "here": here,
        "days": [list(entries) for _, entries in groupby(page, attrgetter("day"))],
        "more": _moment(page[-1].at) if len(entries) > _PAGE else 0,
        "query": query.urlencode(),
        "asked": asked,
        "people": [("", "everybody"), *_people(request, here.team.pk if here and here.team else None)],
        "designs": [("", "every design"), *_choices(designs)],
    }
    return render(request, "spaces/activity.html", values)


def _choices(designs: DesignQuerySet) -> list[tuple[int, str]]:
    """The designs to choose from, by name: those that were changed last. Two queries, of which the first reads an index
    alone."""
    keys = list(designs.order_by("-updated").values_list("pk", flat=True)[:_CHOICES])
    return list(Design.objects.filter(pk__in=keys).values_list("pk", "name").order_by("name", "pk"))


def _versions(request: Request, here: Space | None) -> QuerySet[PresetVersion]:
    """The versions of the presets of a space, or of all spaces that the person is in."""
    if here:
        return PresetVersion.objects.filter(preset__in=Preset.objects.within(request.user, here.team).order_by())
    teams = Membership.objects.filter(person=request.user).values("team")
    return PresetVersion.objects.filter(Q(preset__team=None, preset__owner=request.user) | Q(preset__team__in=teams))


def _entries(request: Request, of: dict[str, Any], versions: QuerySet[PresetVersion], before: int) -> list[Entry]:
    """Revisions, runs and versions of presets that match, the newest first: a page and one more."""
    revisions = Revision.objects.filter(**of, passing=False)
    runs = ApplyRun.objects.filter(**of, dry_run=False)
    if before:
        moment = datetime.fromtimestamp(before / 1e6, UTC)
        revisions, runs = revisions.filter(at__lt=moment), runs.filter(started__lt=moment)
        versions = versions.filter(at__lt=moment)
    found = [
        *(_edited(request, one) for one in _newest(revisions, "at", "design__name", "number", "summary", "woven")),
        *(_applied(request, one) for one in _newest(runs, "started", "design__name", *_OF_RUN)),
        *(_published(request, one) for one in _newest(versions, "at", *_OF_VERSION)),
    ]
    return sorted(found, key=attrgetter("at"), reverse=True)[: _PAGE + 1]


def _newest(rows: QuerySet[Any], at: str, *read: str) -> QuerySet[Any]:
    """A page of them and one more by the moment `at`, with what is `read` of them, of what they are of, and of who made
    them. Two queries: the keys are sorted by themselves, and not thousands of whole rows."""
    keys = rows.order_by(f"-{at}", "-pk").values_list("pk", flat=True)[: _PAGE + 1]
    found = rows.model._default_manager.filter(pk__in=list(keys))
    beside = {name.rpartition("__")[0] for name in read if "__" in name}
    return found.select_related("by", *beside).only(at, *read, *(f"by__{name}" for name in _NAMES))


def _edited(request: Request, one: Revision) -> Entry:
    words, after, mark = one.summary or "changed something", "", "edit"
    if step := _STEP.match(words):
        words = f"{'undid' if step[1] == 'undo' else 'redid'} “{words[step.end() :]}” in"
    elif started := _FROM.fullmatch(words):
        words, after = "started", f"from {started[1]}"
    elif copied := _COPY.fullmatch(words):
        words, after = "made", f"as a copy of {copied[1]}"
    elif words in ("started empty", "imported"):
        words = words.split()[0]
    elif words.startswith("wove "):
        onto = next((record.get("pod", "") for record in one.woven if record.get("number") == one.number), "")
        words, mark = f"{words} onto {pod_words(onto)} in" if onto else f"{words} in", "weave"
    else:
        words = f"{words} in"
    return Entry(one.at, _who(request, one.by), words, one.design, after, mark)


def _applied(request: Request, run: ApplyRun) -> Entry:
    place = f"{run.context}/{run.namespace}"
    failed = run.state in (ApplyRun.State.FAILED, ApplyRun.State.BROKEN_OFF)
    verb, after = {
        ApplyRun.Verb.APPLY: (f"applied r{run.revision} of", f"to {place}"),
        ApplyRun.Verb.ROLL_BACK: ("rolled", f"back to r{run.revision} in {place}"),
        ApplyRun.Verb.DELETE: ("deleted what was applied of", f"from {place}"),
    }[ApplyRun.Verb(run.verb)]
    if failed:
        after += ", which was broken off" if run.state == ApplyRun.State.BROKEN_OFF else ", which failed"
    return Entry(run.started, _who(request, run.by), verb, run.design, after, "fail" if failed else "apply")


def _published(request: Request, one: PresetVersion) -> Entry:
    after = f": {one.note}" if one.note else ""
    if one.by is None and one.preset.source:  # nobody pressed Refresh
        words = f"brought version {one.number} of the preset"
        return Entry(one.at, one.preset.source.name, words, None, after, "publish", one.preset)
    words = f"published version {one.number} of the preset"
    return Entry(one.at, _who(request, one.by), words, None, after, "publish", one.preset)


def _who(request: Request, person: User | None) -> str:
    words = called(person, request.user)
    return words[:1].upper() + words[1:] if words == "you" else words or "Somebody"


def _people(request: Request, team: int | None) -> list[tuple[int, str]]:
    """Whom one can ask about: the team's people, or those of all teams that the person is in."""
    of = Membership.objects.filter(person=request.user).order_by().values("team")
    held = Membership.objects.filter(team=team) if team else Membership.objects.filter(team__in=of)
    known = names(User.objects.filter(pk__in=held.order_by().values("person")), request.user)
    return sorted(known.items(), key=lambda one: (one[1] != "you", one[1].lower()))


def _moment(at: datetime) -> int:
    return round(at.timestamp() * 1e6)


def _number(request: Request, name: str) -> int:
    """A number of the query; 0 where there is none."""
    value = request.GET.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 18 else 0
