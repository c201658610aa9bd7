"""The picture of a design: looked at, downloaded, copied, and shown elsewhere by links that can be taken back."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST, require_safe

from designer.designs.models import Design, PictureLink
from designer.designs.sharing import vouched
from designer.diagram.model import Picture
from designer.manifests.types import ManifestError
from designer.web import access, pictures
from designer.web.access import Request, Role
from designer.web.outlines import other_letters
from designer.web.panes import partial
from designer.web.pictures import FORMATS, TYPES, Format, Look

_MOST_LINKS = 20
_FRESH = 60  # seconds in which a page need not ask again: a link that is taken back may be seen that much longer
_LATER = ("The picture is not drawn yet", "The designer has too much to draw just now. Load this page again later.")
_TOO_LARGE = ("This picture is too large for PNG", "Embed the same link with .svg at its end.")
_GONE = ("There is no picture here", "This link was taken back, its design moved or deleted, or there never was one.")


@require_GET
@access.person
def picture(request: Request, pk: int) -> HttpResponse:
    """The dialog: how the picture is wanted, how it will look, and the links to it."""
    design = access.design(request, pk, Role.READER)
    drawn = _drawn(design)
    scales: list[tuple[int, float, bool]] = [(scale, scale, pictures.fits(drawn, scale)) for scale in pictures.SCALES]
    least = pictures.largest(drawn, 1)
    if 0 < least < 1:
        scales = [(1, least, True), *scales[1:]]  # asked for at 1×, it is drawn as large as can be
    values = {
        "scales": [
            (value, shown, int(drawn.width * shown), int(drawn.height * shown), ok) for value, shown, ok in scales
        ],
        "png": least > 0,
        "other": other_letters(pictures.as_svg(drawn, Look()))[:12] if drawn.width else "",
        "empty": not drawn.width,
        "most": pictures.MOST_PIXELS // 1_000_000,
        **_links(request, design),
    }
    return partial(request, "#dialog", "designs/_picture.html", values)


@require_GET
@access.person
def file(request: Request, pk: int) -> HttpResponse:
    """The picture as a file: `format` svg, png or mmd, `theme`, `background` 0 for none, `scale` of a PNG. `shown`: to
    be looked at here, not downloaded."""
    design = access.design(request, pk, Role.READER)
    kind: Format = next((one for one in FORMATS if one == request.GET.get("format")), "svg")
    if kind == "mmd":
        text = pictures.as_mermaid(design.documents, woven=design.revision.woven, version=design.version)
        answer = HttpResponse(text, content_type=TYPES[kind])
    else:
        answer = _image(request, kind, _drawn(design), Look.read(request.GET))
    answer["Cache-Control"] = "private, no-cache"
    if "shown" not in request.GET:
        name = re.sub(r"[^A-Za-z0-9._-]+", "-", design.name).strip("-.") or "design"
        answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer


@require_POST
@access.person
def share(request: Request, pk: int) -> HttpResponse:
    """Make a link to the picture."""
    design = access.design(request, pk, Role.EDITOR)
    if design.picture_links.count() >= _MOST_LINKS:
        raise ManifestError(f"a design has at most {_MOST_LINKS} links: take one back that nobody uses")
    design.picture_links.create(by=request.user)
    return partial(request, "#picture-links", "designs/_picture_links.html", _links(request, design))


@require_POST
@access.person
def unshare(request: Request, pk: int, number: int) -> HttpResponse:
    """Take a link back: it shows nothing any more."""
    design = access.design(request, pk, Role.EDITOR)
    design.picture_links.filter(pk=number).delete()
    return partial(request, "#picture-links", "designs/_picture_links.html", _links(request, design))


@require_safe
@access.link
def shared(request: HttpRequest, token: str, kind: str) -> HttpResponse:
    """The picture as it is now, for whoever has its link; an image that says so where there is none (any more)."""
    wanted: Format = "png" if kind == "png" else "svg"
    look = Look.read(request.GET, "auto" if wanted == "svg" else "light")
    known = PictureLink.objects.select_related("design").filter(vouched(), token=token, design__deleted=None)
    link = known.first()
    if link is None or kind not in ("svg", "png"):
        return _said(wanted, look, *_GONE, status=404)
    at = now()
    if link.used is None or at - link.used >= timedelta(minutes=1):
        PictureLink.objects.filter(pk=link.pk).update(used=at)
    drawn = _drawn(link.design)
    if not drawn.width:
        return _said(wanted, look, "Nothing to draw yet", "There is no object in this design.")
    # An embedded picture that became too large for its size is drawn smaller: the page that shows it cannot ask again.
    scale = pictures.largest(drawn, look.scale)
    if wanted == "png" and not scale:
        return _said(wanted, look, *_TOO_LARGE, status=422)
    try:
        answer = _image(request, wanted, drawn, replace(look, scale=scale or 1))
    except ManifestError:  # too much at once, or for too long: an SVG of a sentence needs no such drawing
        return _said("svg", look, *_LATER, status=503)
    return _for_anyone(answer, f"public, max-age={_FRESH}")


def _drawn(design: Design) -> Picture:
    return pictures.picture(design.documents, woven=design.revision.woven, version=design.version)


def _image(request: HttpRequest, kind: Format, drawn: Picture, look: Look) -> HttpResponse:
    """The image, or 304 where the browser has it already, in which case no PNG is drawn."""
    text = pictures.as_svg(drawn, look if kind == "svg" else look.flat)
    tag = sha256(f"{kind} {look.scale if kind == 'png' else ''}\n{text}".encode()).hexdigest()[:32]
    etag = f'"{tag}"'
    known = get_conditional_response(request, etag)
    if known is not None:
        answer = known
    elif kind == "png":
        answer = HttpResponse(pictures.as_png(drawn, look).content, content_type=TYPES[kind])
    else:
        answer = HttpResponse(text, content_type=TYPES[kind])
        answer["Content-Security-Policy"] = pictures.policy(text)
    answer["ETag"] = etag
    return answer


def _said(kind: Format, look: Look, heading: str, words: str, *, status: int = 200) -> HttpResponse:
    """An image of a sentence, for a page that can show nothing else; with paper, whatever it lies on."""
    look = replace(look, background=True)
    text = pictures.sentence(heading, words, look if kind == "svg" else look.flat)
    content = text.encode() if kind == "svg" else pictures.raster(text, look.scale).content
    answer = HttpResponse(content, content_type=TYPES[kind], status=status)
    answer["Content-Security-Policy"] = pictures.policy(text)
    return _for_anyone(answer, "no-store")


def _for_anyone(answer: HttpResponse, caching: str) -> HttpResponse:
    """Headers of what a page of another site may show, and nothing may run in."""
    answer["Cache-Control"] = caching
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _links(request: Request, design: Design) -> dict[str, object]:
    addresses = [
        (link, request.build_absolute_uri(reverse("shared-picture", args=[link.token, "svg"])))
        for link in design.picture_links.select_related("by").annotate(vouched=vouched())
    ]
    return {"design": design, "links": addresses, "local": settings.LOCAL_MODE, "full": len(addresses) >= _MOST_LINKS}
