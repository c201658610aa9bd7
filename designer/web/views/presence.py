"""Who else has a design open: a stream that tells, and what windows say of themselves."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET, require_POST

from designer.designs import presence
from designer.designs.models import Design
from designer.web import access
from designer.web.access import Request, Role
from designer.web.present import hub
from designer.web.sse import Mailbox, response

_MOST = 50  # windows of one browser


@require_GET
@access.person
def stream(request: Request) -> HttpResponseBase:
    """Server-sent events for all windows of a browser, which calls itself `stream`: `here`, who is in which of their
    designs, and `beat`, to which it answers."""
    name = request.GET.get("stream", "")[:40]
    if not name:
        return HttpResponseBadRequest("The stream has no name.\n", content_type="text/plain")
    box = Mailbox(lambda: hub.leave(name, box))
    hub.join(name, request.user.pk, box)
    return response(request, box)


@require_POST
@access.person
def here(request: Request, pk: int) -> HttpResponse:
    """A `window` shows this design, with `at` selected, and hears of others by `stream`; or it has `left`."""
    design = access.design(request, pk, Role.READER)
    window, name, at = (request.POST.get(name, "")[:200] for name in ("window", "stream", "at"))
    if not window or len(window) > 40:
        return HttpResponseBadRequest("The window has no name.\n", content_type="text/plain")
    if "left" in request.POST:
        design.present.filter(window=window, person=request.user).delete()
    else:
        held = presence.Presence.objects.filter(person=request.user).count()
        if held < _MOST or design.present.filter(window=window).exists():
            presence.arrive(design.pk, request.user, window=window, stream=name[:40], at=at)
    hub.wake()
    return HttpResponse(status=204)


@require_POST
@access.person
def beat(request: Request) -> HttpResponse:
    """These `windows` (names, commas between) are still open. Answers those that have to say anew where they are."""
    windows = [one[:40] for one in request.POST.get("windows", "").split(",") if one][:_MOST]
    lost = presence.beat(request.user, windows, Design.objects.of(request.user).kept().order_by())
    return JsonResponse({"lost": sorted(lost)})
