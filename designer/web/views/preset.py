"""A preset's page: all there is to know about it, and its picture."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from designer.web import access, into, listing, tryout, wearers
from designer.web.access import Request
from designer.web.panes import partial
from designer.web.screen import ROLE_LETTERS
from designer.web.views.catalogue import design_of
from designer.web.views.comments import said
from patterns import catalogue, models, store
from patterns.needs import PATTERN_WORDS, needs_met
from patterns.parameters import NUMBERS, POINTERS, Parameter, Values, fill
from patterns.preset import Preset, read

_VERSIONS = 100  # the newest, that are listed
_MOVING = {"freePort", "volumeName", "objectName", "containerName"}  # types whose default gives way to what is there


@dataclass(frozen=True)
class Row:
    """A parameter as its preset's page lists it: `limits` are what a value must keep to, in words; `here` is the value
    that it has on the example, where the default does not say it."""

    parameter: Parameter
    limits: list[str]
    here: str


@require_GET
@access.person
def preset(request: Request, preset: str) -> HttpResponse:
    """All there is to know about one preset: what it does, who wrote which version of it, who wears it, what is said of
    it."""
    row, text = _text(request, preset)
    made = replace(read(text, kept=True), id=row.uid) if row else catalogue.preset(preset)
    version = row.version if row else made.version
    versions = list(row.versions.select_related("by").defer("text")[:_VERSIONS]) if row else []
    tried = tryout.shown(text)
    design = design_of(request)
    values = {
        **into.choice(request, design),
        "preset": made,
        "row": row,
        "version": version,
        "newest": versions[0] if versions else None,
        "versions": versions,
        "use": wearers.use(request.user, made.ref, version, row),
        "letter": ROLE_LETTERS[made.pattern],
        "pattern_words": PATTERN_WORDS[made.pattern],
        "tried": tried,
        "asked": [_row(one, tried.values) for one in made.parameters if not one.advanced],
        "advanced": [_row(one, tried.values) for one in made.parameters if one.advanced],
        "images": images_of(made),
        "brings": list(dict.fromkeys(one["kind"] for one in made.objects)),
        "met": needs_met(made),
        "text": text,
        "own": row is not None and row.team_id is None and row.owner_id == request.user.pk,
        "design": design,
        "links": [link for link in (made.source, *made.links) if link.startswith("https://")],
        "like": listing.like(request, made),
    }
    if row and not settings.LOCAL_MODE:
        values |= said(request, row, row.role_of(request.user))
    return render(request, "patterns/catalogue/preset.html", values)


@require_GET
@access.person
def used(request: Request, preset: str) -> HttpResponse:
    """More of the designs that wear a preset, from the one at `start`."""
    row = store.row(request.user, preset)
    if row is None and preset not in catalogue.presets():
        raise Http404
    given = request.GET.get("start", "")
    start = int(given) if given.isascii() and given.isdecimal() and len(given) < 9 else 0
    made = {"ref": row.ref if row else preset}
    version = row.version if row else catalogue.preset(preset).version
    values = {"preset": made, "page": wearers.page(request.user, made["ref"], version, row, start)}
    return partial(request, "#used-more", "patterns/catalogue/_used.html", values, swap="outerHTML")


@require_GET
@access.person
def picture(request: Request, preset: str) -> HttpResponse:
    """The picture of a preset on its example, for the list. A browser keeps it as long as the address has the mark of
    the preset's text (`v`): another text has another address."""
    _, text = _text(request, preset)
    response = HttpResponse(tryout.shown(text).picture)
    if "v" in request.GET:
        response.headers["Cache-Control"] = "private, max-age=86400"
    return response


def _row(one: Parameter, values: Values) -> Row:
    low, high = one.min, one.max
    what = "" if one.type in NUMBERS else " characters"
    limits = [f"{low} to {high}{what}"] if low is not None and high is not None else []
    limits += [f"at least {low}{what}"] if low is not None and high is None else []
    limits += [f"at most {high}{what}"] if high is not None and low is None else []
    limits += [f"matches {one.pattern}"] if one.pattern else []
    looked_up = one.default == POINTERS.get(one.type, 0) or "${" in str(one.default)
    here = values.get(one.name) if looked_up or one.type in _MOVING else None
    return Row(one, limits, "" if here in (None, "", one.default) else str(here))


def images_of(made: Preset) -> list[str]:
    """The images that a preset brings, with its defaults."""
    spec = made.pod.get("spec") or {}
    listed = [item for key in ("initContainers", "containers") for item in spec.get(key) or []]
    images = [item["image"] for item in listed if isinstance(item, dict) and item.get("image")]
    values = {one.name: one.default for one in made.parameters if one.default is not None}
    return list(dict.fromkeys(str(fill(image, values)) for image in images))


def _text(request: Request, ref: str) -> tuple[models.Preset | None, str]:
    """A preset that people made, None for one of the catalogue's, and its YAML as it was written: what is published,
    else the draft, to those who may see it. Raises Http404 if there is none."""
    row = store.row(request.user, ref)
    if row:
        return row, row.text or row.draft
    if ref not in catalogue.presets():
        raise Http404
    return None, catalogue.source(ref)
