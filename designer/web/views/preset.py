"""A preset's page: all there is to know about it, and its picture."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from designer.web import access, into, listing, tryout
from designer.web.access import Request
from designer.web.screen import ROLE_LETTERS
from designer.web.views.catalogue import design_of
from patterns import catalogue, store
from patterns.needs import PATTERN_WORDS, needs_met
from patterns.parameters import NUMBERS, POINTERS, Parameter, Values, fill
from patterns.preset import Preset, read

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
    """All there is to know about one preset."""
    text, own = _text(request, preset)
    found = store.find(request.user, preset)
    made = found[0] if found else read(text, kept=True)
    tried = tryout.shown(text)
    design = design_of(request)
    values = {
        **into.choice(request, design),
        "preset": made,
        "version": found[1] if found else made.version,
        "letter": ROLE_LETTERS[made.pattern],
        "pattern_words": PATTERN_WORDS[made.pattern],
        "tried": tried,
        "asked": [_row(one, tried.values) for one in made.parameters if not one.advanced],
        "advanced": [_row(one, tried.values) for one in made.parameters if one.advanced],
        "images": images_of(made),
        "brings": list(dict.fromkeys(one["kind"] for one in made.objects)),
        "met": needs_met(made),
        "text": text,
        "own": own,
        "design": design,
        "links": [link for link in (made.source, *made.links) if link.startswith("https://")],
        "like": listing.like(request, made),
    }
    return render(request, "patterns/catalogue/preset.html", values)


@require_GET
@access.person
def picture(request: Request, preset: str) -> HttpResponse:
    """The picture of a preset on its example, for the list. A browser keeps it as long as the address has the mark of
    the preset's text (`v`): another text has another address."""
    text, _ = _text(request, preset)
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


def _text(request: Request, name: str) -> tuple[str, bool]:
    """A preset's YAML as it was written, and whether it is the person's own. Raises Http404 if there is none."""
    row = store.row(request.user, name)
    if row:
        return row.text or row.draft, True
    if name not in catalogue.presets():
        raise Http404
    return catalogue.source(name), False
