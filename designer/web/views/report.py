"""A design on paper: a page to print with what it is and how it looks, and behind it how it is written."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from designer.diagram.model import Picture
from designer.web import access, pictures
from designer.web.access import Request, Role
from designer.web.panes import screen
from designer.web.pictures import Look

# A picture this much wider than it is high is read more easily on a page turned on its side.
_WIDE = 1.6
_LEAST_WIDE = 1000
# A picture no higher than this can still be read when it shares its page with the times and the resources of one pod.
_MOST_HIGH = 640


def wide(drawn: Picture) -> bool:
    return drawn.width > _LEAST_WIDE and drawn.width > _WIDE * drawn.height


def short(drawn: Picture, pods: int) -> bool:
    """Whether all but the YAML of a design is to stand on one page."""
    return pods <= 1 and drawn.height <= _MOST_HIGH and not wide(drawn)


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
        "short": short(drawn, len(shown.pods)),
        "paper": True,
        "yaml": shown.source.source,
        "version": shown.schema.version,
    }
    return render(request, "designs/report.html", values)
