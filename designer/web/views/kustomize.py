"""A woven preset as a Kustomize component: looked at, and downloaded as a folder."""

from __future__ import annotations

import io
import zipfile

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from designer.web import access
from designer.web.access import Request, Role
from designer.web.panes import partial
from designer.web.weaving import standing
from patterns import store
from patterns.kustomize import component
from patterns.stack import take_off

# The date of every file in the folder: the same design gives the same bytes. The format knows none before 1980.
_DATE = (1980, 1, 1, 0, 0, 0)


@require_GET
@access.person
def worn(request: Request, pk: int) -> HttpResponse:
    """The items of the Export menu: one for each preset that the design's pods wear by now."""
    design = access.design(request, pk, Role.READER)
    return partial(request, "#worn", "patterns/catalogue/_worn.html", {"design": design, "worn": standing(design)})


@require_GET
@access.person
def kustomize(request: Request, pk: int, number: int) -> HttpResponse:
    """The component of the preset that was woven as `number`: its files to look at, or with `zip` as a folder."""
    design = access.design(request, pk, Role.READER)
    worn = standing(design)
    one = next((each for each in worn if each.number == number), None)
    if one is None:
        raise Http404
    documents = design.documents
    without = take_off(worn, one, documents, find=lambda name: store.find(request.user, name))
    files = component(one.preset, without.documents, documents)
    if "zip" not in request.GET:
        values = {"design": design, "one": one, "files": files}
        return partial(request, "#dialog", "patterns/catalogue/_kustomize.html", values)
    folder = io.BytesIO()
    with zipfile.ZipFile(folder, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            packed.writestr(zipfile.ZipInfo(f"{one.preset}/{name}", _DATE), text)
    response = HttpResponse(folder.getvalue(), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{one.preset}.zip"'
    return response
