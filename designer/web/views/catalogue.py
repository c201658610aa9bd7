"""The catalogue: finding a preset by words or by what one wants (listing.py). Each has its page (preset.py)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from designer.designs.models import Design
from designer.web import access, listing
from designer.web.access import Request, Role
from designer.web.into import into
from designer.web.panes import partial
from designer.web.presets import groups
from designer.web.views.home import free_name
from designer.web.views.weave import weave_preset
from patterns import store
from patterns.weave import weave

_HITS = 24  # presets that people made, in the designer
_FEW = 6  # teams that stand beside each other; with more, a list is chosen from


@require_GET
@access.person
def index(request: Request) -> HttpResponse:
    """Every preset: all of them by where they are from, those that answer a query (`q`), or those that meet a need
    (`need`); of one source (`space`) or pattern (`pattern`), in an order (`sort`), a page at a time (`start`)."""
    values = {**listing.context(request), "design": design_of(request)}
    query = request.GET.copy()
    query.pop("start", None)
    values["query"] = query.urlencode()
    if request.htmx and values["start"]:
        cards = partial(request, "#cards", "patterns/catalogue/_cards.html", values, swap="beforeend")
        more = partial(request, "#more", "patterns/catalogue/_more.html", values, swap="outerHTML")
        return HttpResponse(cards.content + more.content)
    if request.htmx:
        return partial(request, "#found", "patterns/catalogue/_found.html", values)
    sources, patterns = values["finder"].sources()
    teams = [one for one in sources if not one.key.startswith("-")]
    values |= {
        "sources": sources if len(teams) <= _FEW else [one for one in sources if one.key.startswith("-")],
        "teams": [(one.key, f"{one.words} ({one.many})") for one in teams] if len(teams) > _FEW else [],
        "patterns": [(each, each or "All", many) for each, many in patterns.items() if many],
        "everything": patterns[""],
        "sorts": listing.SORTS.items(),
    }
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
        return weave_preset(request, pk, request.GET["preset"][: listing.LONGEST])
    design = access.design(request, pk, Role.READER)
    values = {**listing.context(request, "find", _HITS, everything=False), "design": design}
    if "need" in request.GET or "find" in request.GET:
        return partial(request, "#wanted", "patterns/catalogue/_wanted.html", values)
    return partial(request, "#dialog", "patterns/catalogue/_want.html", values)


@require_GET
@access.person
def find(request: Request, pk: int) -> HttpResponse:
    """The designer's list of patterns: all of them, or those that answer what was typed, the best first."""
    design = access.design(request, pk, Role.READER)
    values: dict[str, Any] = {"screen": {"design": design}}
    if not request.GET.get("find", "").strip():
        values["preset_groups"] = groups(request.user, design)
        return partial(request, "#pattern-list", "patterns/_list.html", values)
    values |= listing.context(request, "find", _HITS, everything=False)
    return partial(request, "#pattern-list", "patterns/catalogue/_hits.html", values)


def design_of(request: Request) -> Design | None:
    """The design that the catalogue was opened from, if any."""
    pk = request.GET.get("design", "")
    return access.design(request, int(pk), Role.READER) if pk.isdecimal() and len(pk) < 19 else None
