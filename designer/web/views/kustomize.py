"""Woven presets as Kustomize components: looked at, and downloaded as a folder."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from designer.designs.models import Design
from designer.manifests.secrets import PLACEHOLDER
from designer.manifests.text import Text
from designer.manifests.types import Documents
from designer.teams import audit
from designer.web import access, masked
from designer.web.access import Request, Role
from designer.web.panes import partial
from designer.web.weaving import standing
from patterns import store
from patterns.kustomize import component, folder
from patterns.stack import take_off
from patterns.worn import Worn, place_of

# The date of every file in the folder: the same design gives the same bytes. The format knows none before 1980.
_DATE = (1980, 1, 1, 0, 0, 0)


@require_GET
@access.person
def worn(request: Request, pk: int) -> HttpResponse:
    """The items of the Export menu: the component of what is woven, or, of several, one each and one of all."""
    design = access.design(request, pk, Role.READER)
    return partial(request, "#worn", "patterns/catalogue/_worn.html", {"design": design, "worn": _worn(design)})


@require_http_methods(["GET", "POST"])
@access.person
def kustomize(request: Request, pk: int, number: int) -> HttpResponse:
    """The component of the preset that was woven as `number`, onto the design without it: its files to look at, or with
    `zip` as a folder, in which the values of Secrets are hidden; POST: the folder with them."""
    design = _design(request, pk)
    worn = _worn(design)
    one = next((each for each in worn if each.number == number), None)
    if one is None:
        raise Http404
    documents = design.documents
    without = take_off(worn, one, documents, find=lambda name: store.find(request.user, name))
    hide = _hide(request, design)
    files = component(one.name, hide(without.documents), hide(documents))
    return _answer(request, design, "one", one.name, files, {"one": one})


@require_http_methods(["GET", "POST"])
@access.person
def each(request: Request, pk: int) -> HttpResponse:
    """The design without its presets, and a component for each, upon those before it: to look at, or with `zip`; POST:
    with the values of Secrets."""
    design = _design(request, pk)
    before, steps = _steps(request, design)
    return _answer(
        request,
        design,
        "each",
        _name(design),
        folder(_text(request, design, before), before, steps),
        {"worn": _worn(design)},
    )


@require_http_methods(["GET", "POST"])
@access.person
def whole(request: Request, pk: int) -> HttpResponse:
    """The design without its presets, and one component with all of them: to look at, or with `zip`; POST: with the
    values of Secrets."""
    design = _design(request, pk)
    before, _ = _steps(request, design)
    files = folder(_text(request, design, before), before, [("woven", _hide(request, design)(design.documents))])
    return _answer(request, design, "whole", _name(design), files, {})


def _worn(design: Design) -> list[Worn]:
    """What the pods of the design wear, in the order in which it was woven."""
    documents = design.documents
    return [one for one in standing(design, documents) if place_of(documents, one.pod) is not None]


def _steps(request: Request, design: Design) -> tuple[Documents, list[tuple[str, Documents]]]:
    """The design with nothing woven, and as it is with each preset upon those before it, as they may be shown."""
    rest, documents, hide = _worn(design), design.documents, _hide(request, design)
    if not rest:
        raise Http404
    steps: list[tuple[str, Documents]] = []
    while rest:
        last = rest[-1]
        steps.insert(0, (last.name, hide(documents)))
        below = take_off(rest, last, documents, find=lambda name: store.find(request.user, name))
        documents, rest = below.documents, below.worn
    return hide(documents), steps


def _design(request: Request, pk: int) -> Design:
    """The design, to look at; for an editor who asks for its Secrets' values, which is written down."""
    if request.method != "POST":
        return access.design(request, pk, Role.READER)
    design = access.design(request, pk, Role.EDITOR)
    audit.record(request, request.user, "secrets-exported", design=design, how="for Kustomize")
    return design


def _hide(request: Request, design: Design) -> Callable[[Documents], Documents]:
    return (lambda documents: documents) if request.method == "POST" else masked.marks(design).hide


def _text(request: Request, design: Design, documents: Documents) -> str:
    """The design's text saying `documents`, which are hidden where this is."""
    text = design.text if request.method == "POST" else masked.masked(design, design.text)
    return Text.read(text).rewrite(documents).text


def _name(design: Design) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", design.name).strip("-.") or "design"


def _answer(
    request: Request, design: Design, way: str, name: str, files: dict[str, str], values: dict[str, object]
) -> HttpResponse:
    """The dialog with the files, or with `zip` the folder `name` with them in it."""
    if "zip" not in request.GET and request.method == "GET":
        hides = any(PLACEHOLDER.search(text) for text in files.values())
        values = {**values, "design": design, "way": way, "name": name, "files": files, "hides": hides}
        return partial(request, "#dialog", "patterns/catalogue/_kustomize.html", values)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(f"{name}/{path}", _DATE), text)
    response = HttpResponse(packed.getvalue(), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    response.headers["Cache-Control"] = "no-store"
    return response
