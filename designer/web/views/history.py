"""A design's revisions: what changed when and by whom, any two compared, a name for one, and going back to one."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from designer.clusters.models import ApplyRun
from designer.designs import change as door
from designer.designs.models import Design, Revision
from designer.manifests import diff
from designer.manifests import text as manifest_text
from designer.manifests.types import ManifestError
from designer.web import access, diffs, masked
from designer.web.access import Request, Role
from designer.web.panes import edited, panes, partial, screen
from designer.web.verbs.data import Data

_PAGE = 100
_TOLD = 200  # changes in words of one comparison
_NAME = Revision._meta.get_field("name").max_length or 100
_STEP = re.compile(r"(undo|redo): ")


@dataclass(frozen=True)
class Entry:
    """A revision as the list shows it. `mark` is the kind of step it is, if it is no plain edit."""

    revision: Revision
    sentence: str
    mark: str
    who: str
    applied: list[str]


@require_GET
@access.person
def history(request: Request, pk: int) -> HttpResponse:
    """The dialog with the newest revisions. With `before`, those older than that number, for the list's end; with
    `listed`, the list alone; with `named`, only those that have a name."""
    design = access.design(request, pk, Role.READER)
    before = _number(request, "before", 0)
    values = _list(request, design, before)
    if before:
        return partial(request, "#more-revisions", "designs/_history_list.html", values, swap="outerHTML")
    if "listed" in request.GET:
        return partial(request, "#history-list", "designs/_history_list.html", values)
    return partial(request, "#dialog", "designs/_history.html", values)


@require_GET
@access.person
def compare(request: Request, pk: int) -> HttpResponse:
    """Two revisions by their numbers, `from` and `to`: what changed between them in words and in the text.

    `to` is the current one by default, `from` the one before `to` in the list; 0 is the design before its first.
    """
    design = access.design(request, pk, Role.READER)
    return _compared(request, design, _number(request, "to", design.number), _number(request, "from", -1))


@require_GET
@access.person
def change(request: Request, pk: int, number: int) -> HttpResponse:
    """What a revision changed: compared with the one before it in the list."""
    return _compared(request, access.design(request, pk, Role.READER), number, -1)


@require_GET
@access.person
def lines(request: Request, pk: int, number: int) -> HttpResponse:
    """The unchanged lines of a revision that a comparison folded: `first` to `last`, of which the first stands at `old`
    in the other text."""
    design = access.design(request, pk, Role.READER)
    first, last, old = (_number(request, name, 1) for name in ("first", "last", "old"))
    shown = masked.masked(design, _revision(design, number).text)
    text = diffs.split(shown)[first - 1 : last] if 0 < first <= last else []
    if not text or old < 1:
        raise Http404
    rows = [diffs.unchanged(line, old + n, first + n) for n, line in enumerate(text)]
    values = {"stretches": diffs.stretched(rows)}
    return partial(request, f"#fold-{first}", "designs/_history_opened.html", values, swap="outerHTML")


@require_POST
@access.person
def name(request: Request, pk: int, number: int) -> HttpResponse:
    """Call a revision something, to find it again; an empty name takes the name away. What has a name is kept."""
    design = access.design(request, pk, Role.EDITOR)
    revision = _revision(design, number)
    wanted = " ".join(request.POST.get("name", "").split())
    if len(wanted) > _NAME:
        raise ManifestError(f"a name has at most {_NAME} characters: this one has {len(wanted)}")
    revision.name = wanted
    revision.kept = revision.kept or bool(wanted)
    revision.save(update_fields=["name", "kept"])
    values = {"design": design, "entry": _entries(request, design, [revision])[0], "revision": revision}
    row = partial(request, f"#revision-{number}", "designs/_history_row.html", values)
    row.content += partial(request, "#history-name", "designs/_history_name.html", {**values, "saved": True}).content
    return row


@require_POST
@access.person
def restore(request: Request, pk: int, number: int) -> HttpResponse:
    """Make the design what it was at a revision: an edit like any other, which undo takes back. Where another window
    changed the design since this one looked, that is shown first."""
    design = access.design(request, pk, Role.EDITOR)
    revision = _revision(design, number)
    data = Data(request.POST, request.FILES)
    base = data.number("base")
    if base and base < design.number and door.changed_elsewhere(design, base, data.window):
        last = design.revision
        answer = panes(request, screen(request, design, revision=last))
        problem = (
            f"This was changed elsewhere meanwhile: “{last.summary}” (r{last.number}). It is shown now. Press again to "
            f"go back to r{number}."
        )
        for target, template, values in (
            ("#history-list", "designs/_history_list.html", _list(request, design)),
            ("#dialog-problem", "designs/_history_note.html", {"note": problem}),
        ):
            answer.content += partial(request, target, template, values).content
        return answer
    documents = manifest_text.parse(revision.text)
    changed = design.change(
        lambda _: documents,
        by=request.user,
        text=revision.text,
        woven=revision.woven,
        summary=f"went back to r{number}" + (f" “{revision.name}”" if revision.name else ""),
        window=data.window,
    )
    return edited(request, design, changed, at="", close=True)


def _listed(design: Design) -> QuerySet[Revision]:
    """The revisions that the history lists: not those that a later one of the same burst of typing says all of."""
    return design.revisions.filter(passing=False)


def _list(request: Request, design: Design, before: int = 0) -> dict[str, Any]:
    """What the list shows: at most a page of entries by day, and the number to go on before if there are more."""
    wanted = _listed(design)
    named = bool(request.GET.get("named"))
    if named:
        wanted = wanted.exclude(name="")
    if before:
        wanted = wanted.filter(number__lt=before)
    found = list(wanted.select_related("by").defer("text", "woven")[: _PAGE + 1])
    page = found[:_PAGE]
    return {
        "design": design,
        "entries": _entries(request, design, page),
        "more": page[-1].number if len(found) > _PAGE else 0,
        "named": named,
    }


def _entries(request: Request, design: Design, page: list[Revision]) -> list[Entry]:
    runs = ApplyRun.objects.filter(design=design, revision__in=[one.number for one in page], dry_run=False)
    applied: dict[int, list[str]] = defaultdict(list)
    for number, context in runs.order_by("id").values_list("revision", "context"):
        if context not in applied[number]:
            applied[number].append(context)
    return [_entry(request, one, applied[one.number]) for one in page]


def _entry(request: Request, revision: Revision, applied: list[str]) -> Entry:
    step = _STEP.match(revision.summary)
    mark = step[1] if step else ""
    if revision.summary.startswith("went back to "):
        mark = "back"
    elif revision.summary.startswith("wove ") or revision.summary.startswith("took "):
        mark = "weave"
    sentence = revision.summary[step.end() :] if step else revision.summary
    return Entry(revision, sentence or "changed", mark, _who(request, revision), applied)


def _who(request: Request, revision: Revision) -> str:
    """The person's name; "" for the one person of local mode."""
    if revision.by is None:
        return ""
    if revision.by_id == request.user.pk:
        return "" if settings.LOCAL_MODE else "you"
    return revision.by.get_full_name() or revision.by.get_username()


def _compared(request: Request, design: Design, to: int, since: int) -> HttpResponse:
    """The comparison of two revisions; below 0, `since` means the one before `to` in the list."""
    if since < 0:
        since = _listed(design).filter(number__lt=to).values_list("number", flat=True).first() or 0
    after = _revision(design, to)
    before = None if since == 0 else after if since == to else _revision(design, since)
    old, new = masked.masked(design, before.text) if before else "", masked.masked(design, after.text)
    text = diffs.compare(old, new)
    changes = [] if before and old == new else diff.diff(manifest_text.parse(old), manifest_text.parse(new))
    told = [diff.line(one) for one in changes[:_TOLD]]
    entries = _entries(request, design, [one for one in (before, after) if one])
    values = {
        "design": design,
        "since": since,
        "to": to,
        "before": entries[0] if before else None,
        "after": entries[-1],
        "revision": after,
        "text": text,
        "changes": [(name, [line for _, line in lines]) for name, lines in groupby(told, lambda one: one[0])],
        "untold": max(0, len(changes) - _TOLD),
        "choices": _choices(design, since, to),
    }
    return partial(request, "#compare", "designs/_compare.html", values)


def _choices(design: Design, *chosen: int) -> list[Revision]:
    """What the two selects offer: the newest of the list, those with names, and what is chosen."""
    listed = _listed(design).only("design_id", "number", "summary", "name")
    newest = {one.number: one for one in listed[: 2 * _PAGE]}
    some = design.revisions.filter(Q(number__in=chosen) | ~Q(name="")).only("design_id", "number", "summary", "name")
    newest.update((one.number, one) for one in some[: 2 * _PAGE])
    return [newest[number] for number in sorted(newest, reverse=True)]


def _number(request: Request, name: str, default: int) -> int:
    """A number of the query; what is none leads nowhere."""
    try:
        return Data(request.GET, request.FILES).number(name, default)
    except ManifestError:
        raise Http404 from None


def _revision(design: Design, number: int) -> Revision:
    found = design.revisions.filter(number=number).select_related("by").first()
    if found is None:
        raise Http404
    return found
