"""Bringing the presets of a source in: looking at it, and making its presets here what its files say.

What changed there becomes the next version; what is gone is deprecated and never deleted, since designs wear it. One
looks at a time: who does holds a lease, and writes nothing more when it is lost. Presets are written by themselves, new
ones a few together, so that people can work on meanwhile; a sync that was broken off is put right by the next.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import close_old_connections, connection, transaction
from django.db.models import Q
from django.utils import timezone

from designer.designs.weavings import Weaving
from designer.manifests.types import ManifestError
from designer.teams import audit
from designer.vault import VaultError
from patterns import catalogue, sources_folder, sources_git, sync
from patterns.models import Preset
from patterns.preset import deprecation
from patterns.sources import SILENT, CatalogueSource
from patterns.sources_folder import Limits, SourceError, Tree
from patterns.sync import Found, Known, Plan, Problem

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpRequest

audit.SENTENCES |= {
    "source-added": ("preset", "added {source} as a source of presets for {space}: {address}"),
    "source-changed": ("preset", "changed the source of presets {source}: {fields}"),
    "source-removed": ("preset", "removed {source} as a source of presets for {space}: {kept} kept, {deleted} deleted"),
    "source-refreshed": ("preset", "refreshed the presets of {source} in {space}: {counts}"),
}
_log = logging.getLogger(__name__)
_MOST_PROBLEMS = 500
_TOGETHER = 50  # new presets that are written in one transaction
_BEAT = 5.0  # seconds between signs of life while files are read
_BROKEN = "The designer failed at this; its log says more. What was brought in stays."


class BusyError(Exception):
    """Somebody is looking at the source already."""


class _Lost(Exception):  # noqa: N818 - no error: somebody else looks at it now
    """The lease was taken over."""


def place(source: CatalogueSource) -> str:
    """The space that a source fills, in a sentence that others than its owner read."""
    if source.team:
        return source.team.name
    if settings.LOCAL_MODE:
        return "your own space"
    return f"{source.person.get_username()}'s own space" if source.person else "nobody's space"


def start(source: CatalogueSource, by: User | None, request: HttpRequest | None = None, *, anew: bool = False) -> None:
    """Look at a source in a thread of its own, which goes on when the request is over. Raises BusyError, but where it
    is to be looked at `anew`: who looks at it as it was before writes nothing more."""
    lease = _take(source, over=anew)

    def work() -> None:
        try:
            _carry_out(source.pk, lease, by, request)
        finally:
            close_old_connections()
            connection.close()

    transaction.on_commit(threading.Thread(target=work, name=f"source-{source.pk}", daemon=True).start)


def refresh(source: CatalogueSource, by: User | None = None, *, limits: Limits | None = None) -> CatalogueSource:
    """Look at a source now, and answer it as it stands then: what went wrong is told there. Raises BusyError."""
    _carry_out(source.pk, _take(source), by, None, limits)
    return CatalogueSource.objects.select_related("team", "person").get(pk=source.pk)


def remove(source: CatalogueSource, *, unused: bool) -> tuple[int, int]:
    """Take a source away. Its presets stay as any others of their space; with `unused` those that no design wears are
    deleted. Answers how many stay and how many were deleted."""
    with transaction.atomic():
        _take(source, over=True)
        rows = list(Preset.objects.filter(source=source).only("pk", "name", "uid"))
        gone = unworn(source) if unused else []
        Preset.objects.filter(pk__in=[one.pk for one in gone]).delete()
        source.delete()
    return len(rows) - len(gone), len(gone)


def unworn(source: CatalogueSource) -> list[Preset]:
    """The presets of a source that no design wears, in the bin or not. Two queries."""
    rows = list(Preset.objects.filter(source=source).defer("text", "draft"))
    called = Q(preset__in=[one.ref for one in rows])
    if source.team_id is None:
        called |= Q(preset__in=[one.name for one in rows], design__owner=source.person_id, design__team=None)
    worn = set(Weaving.objects.filter(called).values_list("preset", flat=True))
    return [one for one in rows if not worn & {one.ref, one.name}]


# --- One look ------------------------------------------------------------------------------------------------------


def _take(source: CatalogueSource, *, over: bool = False) -> str:
    """Make it ours to look at. Raises BusyError where somebody does, unless we take it `over`."""
    lease, now = secrets.token_hex(16), timezone.now()
    free = Q(lease="") | Q(beat=None) | Q(beat__lt=now - timedelta(seconds=SILENT))
    free = Q() if over else free
    if not CatalogueSource.objects.filter(free, pk=source.pk).update(lease=lease, beat=now):
        raise BusyError(f"{source.name} is being looked at right now.")
    return lease


def _carry_out(pk: int, lease: str, by: User | None, request: HttpRequest | None, limits: Limits | None = None) -> None:
    source = CatalogueSource.objects.select_related("team", "person", "by").filter(pk=pk, lease=lease).first()
    if source is None:
        return
    try:
        try:
            counts = _look(source, by, limits)
        except (SourceError, VaultError) as error:
            counts = str(error)
            _close(source, failure=counts, failed=timezone.now())
        except _Lost:
            return
        except Exception:
            _log.exception("source %s failed", pk)
            counts = _BROKEN
            _close(source, failure=counts, failed=timezone.now())
        if not settings.LOCAL_MODE:
            audit.record(request, by, "source-refreshed", source=source, space=place(source), counts=counts)
    except _Lost:
        return


def _look(source: CatalogueSource, by: User | None, limits: Limits | None) -> str:
    """Bring in what a source has now, and answer what came of it in words."""
    tree = fetch(source, limits)
    _beat(source)
    rows = {one.name: one for one in Preset.objects.filter(source=source).defer("draft")}
    known = [_known(one) for one in rows.values()]
    plan = sync.plan(tree.files, known, _taken(source), _ticking(source))
    _beat(source)
    problems = [*plan.problems, *_brought(source, tree, plan, rows, by)]
    plan.problems = sorted(problems)
    said = sync.counted(plan)
    _close(
        source,
        looked=timezone.now(),
        commit=tree.commit,
        subject=tree.subject[:300],
        there=_there(source),
        ignored=plan.ignored,
        came=said[:200],
        problems=[[one.file, one.line, one.message] for one in plan.problems[:_MOST_PROBLEMS]],
        failure="",
        failed=None,
    )
    wrong = len(plan.problems)
    return f"{said}, {wrong} problem{'' if wrong == 1 else 's'}" if wrong else said


def _known(row: Preset) -> Known:
    said = row.deprecated is not None and bool(deprecation(row.text))
    return Known(row.name, row.source_path, row.text, row.deprecated is not None and not said, said)


def _there(source: CatalogueSource) -> int:
    """How many presets it has: those of which the last look found the file."""
    rows = Preset.objects.filter(source=source)
    said = sum(bool(deprecation(one.text)) for one in rows.exclude(deprecated=None).only("text"))
    return rows.filter(deprecated=None).count() + said


def fetch(source: CatalogueSource, limits: Limits | None = None) -> Tree:
    """The files that a source has now. Raises SourceError, and VaultError where no key opens its token."""
    allowed = settings.SYNC_FOLDERS
    if source.kind == CatalogueSource.Kind.FOLDER:
        return sources_folder.tree(source.address, source.folder, allowed, limits)
    return sources_git.tree(
        source.address,
        source.branch,
        source.folder,
        allowed=allowed,
        account=source.account,
        token=source.token or "",
        limits=limits,
    )


def _taken(source: CatalogueSource) -> dict[str, str]:
    """The names that no preset of the source may have, each with who has it."""
    here = Preset.objects.filter(team=source.team) if source.team else Preset.objects.filter(team=None)
    others = (here if source.team else here.filter(owner=source.person)).exclude(source=source)
    found = {
        name: f"in {place(source)}, {f'from the source {other}' if other else 'made here'}"
        for name, other in others.values_list("name", "source__name")
    }
    return {**found, **dict.fromkeys(catalogue.presets(), "in the built-in catalogue")}


def _brought(
    source: CatalogueSource, tree: Tree, plan: Plan, rows: dict[str, Preset], by: User | None
) -> list[Problem]:
    """Do what the plan says. What could not be written is answered."""
    problems = []
    owner = source.keeper()
    new = [(found, _first(source, found, owner)) for found in plan.new] if owner else []
    if not owner:
        nobody = f"nobody is left in {place(source)} whose it could be"
        problems += [Problem(found.path, found.line, nobody) for found in plan.new]
    one_by_one = [(found, rows[found.name]) for found in plan.changed]
    for at in range(0, len(new), _TOGETHER):
        some = new[at : at + _TOGETHER]
        firsts = [(row, found.made, _note(tree, found)) for found, row in some if found.made]
        try:
            _write(source, partial(Preset.follow_first, firsts, by=by))
        except ManifestError:
            one_by_one += [(found, _first(source, found, row.owner)) for found, row in some]
    for found, row in one_by_one:
        try:
            _write(source, partial(_publish, tree, found, row, by))
        except ManifestError as error:
            problems.append(Problem(found.path, found.line, error.message))
    for found in plan.moved:
        _write(source, partial(_update, [rows[found.name]], source_path=found.path))
    back = [rows[name] for name in plan.back]
    gone = [rows[name] for name in plan.gone]
    now = timezone.now()
    _write(source, partial(_update, back, deprecated=None, deprecated_why="", successor=""))
    _write(source, partial(_update, gone, deprecated=now, deprecated_why=_why(source, tree, now)[:300]))
    shown = Preset.objects.filter(source=source).exclude(everyone=source.everyone)
    _write(source, partial(shown.update, everyone=source.everyone))
    old = Preset.objects.filter(source=source, successor="").exclude(deprecated=None).defer("draft")
    _write(source, partial(problems.extend, _unsucceeded(source, old)))
    return problems


def _unsucceeded(source: CatalogueSource, rows: Iterable[Preset]) -> Iterator[Problem]:
    """The successors that files name and that are not there; those that came meanwhile are written down."""
    for row, name in Preset.succeeded(rows):
        line = sync.line_of(ManifestError("", ("metadata", "successor")), row.text)
        message = f"there is no preset {name} in {place(source)} or the catalogue: name another successor, or none"
        yield Problem(row.source_path, line, message)


def _first(source: CatalogueSource, found: Found, owner: User) -> Preset:
    """A preset that is not here yet."""
    row = Preset(owner=owner, team=source.team, name=found.name, version=0, source=source, everyone=source.everyone)
    row.text, row.source_path = found.text, found.path
    return row


def _publish(tree: Tree, found: Found, row: Preset, by: User | None) -> None:
    if found.made is None:  # a text that is known is no other version
        return
    row.follow(found.made, found.text, by=by, note=_note(tree, found))
    if row.source_path != found.path:
        _update([row], source_path=found.path)


def _note(tree: Tree, found: Found) -> str:
    """What a version says of itself: the commit that it came with, or the file and when it was written."""
    if tree.commit:
        return f"{tree.subject[:285]} ({tree.commit[:7]})".strip()
    date = datetime.fromtimestamp(tree.dates.get(found.path, 0), tz=timezone.get_current_timezone())
    return f"{found.path[-260:]}, {date:%d %B %Y %H:%M} UTC".removeprefix("0")


def _why(source: CatalogueSource, tree: Tree, now: datetime) -> str:
    date = f"{now:%d %B %Y}".removeprefix("0")
    since = f"{tree.commit[:7]} ({date})" if tree.commit else date
    return f"It is gone from the {source.what} of {source.name} since {since}."


def _update(rows: list[Preset], **fields: object) -> None:
    if rows:
        Preset.objects.filter(pk__in=[one.pk for one in rows]).update(**fields)


# --- The lease -----------------------------------------------------------------------------------------------------


def _write(source: CatalogueSource, does: Callable[[], object]) -> None:
    """Do something as long as the source is ours, all or nothing. Raises _Lost."""
    with transaction.atomic():
        _beat(source)
        does()


def _ticking(source: CatalogueSource) -> Callable[[], None]:
    """A sign of life every few seconds, however often it is called. Raises _Lost."""
    last = time.monotonic()

    def tick() -> None:
        nonlocal last
        if time.monotonic() > last + _BEAT:
            _beat(source)
            last = time.monotonic()

    return tick


def _beat(source: CatalogueSource) -> None:
    if not CatalogueSource.objects.filter(pk=source.pk, lease=source.lease).update(beat=timezone.now()):
        raise _Lost


def _close(source: CatalogueSource, **found: object) -> None:
    """Write down what came of it, and let others look. Raises _Lost."""
    held = CatalogueSource.objects.filter(pk=source.pk, lease=source.lease)
    if not held.update(lease="", beat=None, **found):
        raise _Lost
