"""The catalogue: finding a preset by words or by what one wants. Each has a page of its own (preset.py)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any
from zlib import crc32

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from designer.designs.models import Design
from designer.web import access
from designer.web.access import Request, Role
from designer.web.into import into
from designer.web.panes import partial
from designer.web.presets import groups
from designer.web.screen import ROLE_LETTERS
from designer.web.views.home import free_name
from designer.web.views.weave import weave_preset
from patterns import catalogue, store
from patterns.finding import Found, Indexed, indexed, search
from patterns.needs import NEEDS, PATTERN_WORDS, answers, need
from patterns.preset import Preset
from patterns.weave import weave

_LONGEST = 200  # characters of a query
OWN = "own"  # the shelf with the presets that one made oneself


@dataclass(frozen=True)
class Listed:
    """A preset as the catalogue's list shows it. `reason` says where a search found it."""

    preset: Preset
    letter: str
    own: bool
    reason: tuple[tuple[str, bool], ...] = ()

    @property
    def mark(self) -> str:
        """A mark of the preset that its picture shows: another one has another."""
        return _mark_of(self.preset) if self.own else _marks()[self.preset.name]


@require_GET
@access.person
def index(request: Request) -> HttpResponse:
    """Every preset: all of them by pattern, those that answer a query (`q`), or those that meet a need (`need`)."""
    values = {**_found(request), "design": design_of(request)}
    if request.htmx:
        return partial(request, "#found", "patterns/catalogue/_found.html", values)
    return render(request, "patterns/catalogue/index.html", values)


@require_POST
@access.person
def use(request: Request, preset: str) -> HttpResponse:
    """A new design in the space that the form names: the preset, woven onto its own example."""
    found = store.find(request.user, preset)
    if found is None:
        raise Http404
    space = into(request)
    made, version = found
    woven = weave(made, {}, [], None)
    design = Design.objects.create(owner=request.user, team=space.team, name=free_name(request, made.name))
    record = store.record(made, woven, version)
    design.change(lambda _: woven.documents, by=request.user, woven=[record], summary=f"started from {made.name}")
    return redirect("design", design.pk)


@require_GET
@access.person
def want(request: Request, pk: int) -> HttpResponse:
    """The dialog "I want to …" of a design: what there is to want, what answers it (`need`), and what was searched for
    (`find`; the design's own `q` is that of All fields). With `preset`, that preset's weaving."""
    if request.GET.get("preset"):
        return weave_preset(request, pk, request.GET["preset"][:_LONGEST])
    design = access.design(request, pk, Role.READER)
    values = {**_found(request, "find"), "design": design}
    if "need" in request.GET or "find" in request.GET:
        return partial(request, "#wanted", "patterns/catalogue/_wanted.html", values)
    return partial(request, "#dialog", "patterns/catalogue/_want.html", values)


@require_GET
@access.person
def find(request: Request, pk: int) -> HttpResponse:
    """The designer's list of patterns: all of them, or those that answer what was typed, the best first."""
    design = access.design(request, pk, Role.READER)
    values = {**_found(request, "find"), "preset_groups": groups(request.user), "screen": {"design": design}}
    template = "patterns/catalogue/_hits.html" if values["q"] else "patterns/_list.html"
    return partial(request, "#pattern-list", template, values)


# --- What is found -------------------------------------------------------------------------------------------------


def _mark_of(preset: Preset) -> str:
    return f"{crc32(repr(preset).encode()):x}"


@cache
def _marks() -> dict[str, str]:
    return {name: _mark_of(preset) for name, preset in catalogue.presets().items()}


@cache
def _built_in() -> tuple[Indexed, ...]:
    return tuple(indexed(preset) for preset in catalogue.presets().values())


def known(request: Request) -> tuple[list[Indexed], set[str]]:
    """The presets that a person may use, taken apart, and the names of their own, which go before the catalogue's."""
    own = store.own(request.user)
    return [*(one for one in _built_in() if one.preset.name not in own), *map(indexed, own.values())], set(own)


def _found(request: Request, field: str = "q") -> dict[str, Any]:
    words = request.GET.get(field, "").strip()[:_LONGEST]
    wanted = need(request.GET.get("need", "")) if not words else None
    there, own = known(request)
    shelf = request.GET.get("pattern", "")
    shelf = shelf if not wanted and (shelf in PATTERN_WORDS or shelf == OWN) else ""
    kept = [one for one in there if _on(one.preset, shelf, own)]
    presets = [one.preset for one in kept]
    values: dict[str, Any] = {
        "q": words,
        "shelf": shelf,
        "filters": [("", "All", len(there))]
        + [(each, each, sum(_on(one.preset, each, own) for one in there)) for each in (*PATTERN_WORDS, OWN)],
        "wanted": wanted,
        "needs": [(group, list(ones)) for group, ones in groupby(NEEDS, lambda one: one.group)],
        "letters": ROLE_LETTERS,
        "count": len(there),
        "among": len(kept),
        "any_own": bool(own),
    }
    if words:
        values["hits"] = [shown(found, own) for found in search(words, kept)]
    elif wanted:
        values["answers"] = [
            (answer.way, ROLE_LETTERS[answer.way.pattern], [shown(preset, own) for preset in answer.presets])
            for answer in answers(wanted, presets)
        ]
    else:
        values["shelves"] = [
            (pattern, said, [shown(preset, own) for preset in presets if preset.pattern == pattern])
            for pattern, said in PATTERN_WORDS.items()
        ]
    return values


def _on(preset: Preset, shelf: str, own: set[str]) -> bool:
    """Whether a preset stands on a shelf: that of a pattern, of one's own, or "" with all of them."""
    return shelf in ("", preset.pattern) or (shelf == OWN and preset.name in own)


def shown(found: Found | Preset, own: set[str]) -> Listed:
    preset = found if isinstance(found, Preset) else found.preset
    reason = () if isinstance(found, Preset) else found.reason
    return Listed(preset, ROLE_LETTERS[preset.pattern], preset.name in own, reason)


def design_of(request: Request) -> Design | None:
    """The design that the catalogue was opened from, if any."""
    pk = request.GET.get("design", "")
    return access.design(request, int(pk), Role.READER) if pk.isdecimal() and len(pk) < 19 else None
