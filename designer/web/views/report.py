"""A design on paper: one page to print with what it is, how it looks and how it is written."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from designer.diagram.model import Picture
from designer.web import access, pictures
from designer.web.access import Request, Role
from designer.web.masked import masked
from designer.web.panes import screen
from designer.web.pictures import Look

# A picture this much wider than it is high is read more easily on a page turned on its side.
_WIDE = 1.6
_LEAST_WIDE = 1000


def wide(drawn: Picture) -> bool:
    return drawn.width > _LEAST_WIDE and drawn.width > _WIDE * drawn.height


@require_GET
@access.person
def report(request: Request, pk: int) -> HttpResponse:
    """The report of a design's current revision. What its Secrets hold is hidden: paper goes around."""
    design = access.design(request, pk, Role.READER)
    shown = screen(request, design)
    drawn = pictures.picture(shown.documents, woven=shown.revision.woven, version=design.version, found=shown.findings)
    figure = pictures.as_svg(drawn, Look("light", background=False)) if drawn.width else ""
    values = {
        "screen": shown,
        "figure": mark_safe(figure),  # noqa: S308 - the drawing escapes every text
        "wide": wide(drawn),
        "yaml": masked(design.text),
        "version": shown.schema.version,
    }
    return render(request, "designs/report.html", values)
