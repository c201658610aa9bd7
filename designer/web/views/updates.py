"""The presets of a design that have newer versions or are deprecated: what an upgrade changes, and doing it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from designer.designs.models import Design
from designer.manifests.types import ManifestError
from designer.web import access
from designer.web.access import Request, Role
from designer.web.handwork import told
from designer.web.panes import edited, partial
from designer.web.updates import Entry, Outcome, Updates, rewoven
from designer.web.verbs.data import Data

_ALL = "all"


@require_http_methods(["GET", "POST"])
@access.person
def updates(request: Request, pk: int) -> HttpResponse:
    """GET: the dialog with all of them; of the chosen one (`one`, the number it is worn under; `way`, upgrade or
    replace) what it would change, or of all upgrades at once (`way` all). POST: do that, as one revision."""
    posted = request.method == "POST"
    design = access.design(request, pk, Role.EDITOR if posted else Role.READER)
    if posted:
        return _do(request, design)
    data = Data(request.GET, request.FILES)
    return _dialog(request, Updates.of(design, request.user), data.number("one") or 0, request.GET.get("way", ""))


def _do(request: Request, design: Design) -> HttpResponse:
    data = Data(request.POST, request.FILES)
    number, way = data.number("one") or 0, request.POST.get("way", "")

    def do(now: Updates) -> Outcome:
        if way == _ALL:
            return now.upgraded(now.upgrades)
        entry = now.entry(number)
        return now.replaced(entry) if way == "replace" else now.upgraded([entry])

    verb = "replaced" if way == "replace" else "upgraded"
    changed, outcome = rewoven(
        design, request.user, do, lambda outcome: f"{verb} {', '.join(outcome.done)}", data.window
    )
    answer = edited(request, design, changed, close=True)
    words = [f"{verb.capitalize()} {', '.join(outcome.done)}."]
    words += [f"Left {title.rpartition(' to ')[0]} as it is: {why}." for title, why in outcome.left]
    if outcome.hand and outcome.hand.went:
        words.append(f"Your changes to {told(outcome.hand.went)} went with it.")
    words += [f"{note[:1].upper()}{note[1:]}." for note in outcome.notes]
    shown = {"words": " ".join([*words, *changed.notes]), "undo": reverse("undo", args=[design.pk])}
    answer.write(partial(request, "#toast", "designs/_toast.html", shown).content)
    return answer


def _dialog(request: Request, now: Updates, number: int, way: str) -> HttpResponse:
    entry = next((one for one in now.entries if one.worn.number == number), now.entries[0] if now.entries else None)
    if way == _ALL and len(now.upgrades) > 1:
        entry = None
    elif entry and way not in entry.ways:
        way = entry.ways[0] if entry.ways else ""
    values = {
        "design": now.design,
        "entries": now.entries,
        "several": len(now.upgrades) > 1,
        "chosen": entry,
        "way": way,
        **_shown(now, entry, way),
    }
    return partial(request, "#dialog", "patterns/_updates_dialog.html", values, swap="innerMorph")


def _shown(now: Updates, entry: Entry | None, way: str) -> dict[str, Any]:
    """What the chosen one would change, or why it cannot be done."""
    try:
        if way == "replace" and entry:
            outcome = now.replaced(entry)
        elif way == "upgrade" and entry:
            outcome = now.upgraded([entry], conflicts=True)
        elif way == _ALL:
            outcome = now.upgraded(now.upgrades)
        else:
            return {}
        if way == "upgrade" and not outcome.done:
            return {"problem": outcome.left[0][1]}
        diff = now.diff(outcome) if outcome.done else []
    except ManifestError as error:
        return {"problem": error.message}
    hand = outcome.hand
    return {
        "outcome": outcome,
        "diff": diff,
        "stands": told(hand.stayed) if hand and way == "upgrade" else "",
        "goes": told(hand.went) if hand else "",
        "used": told(hand.used) if hand else "",
    }
