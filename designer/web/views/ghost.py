"""What a preset would make of the container or pod that it is held over, while it is dragged there."""

from __future__ import annotations

from django.http import Http404, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from designer.diagram.model import Picture, Rect
from designer.manifests.pod import containers, pods
from designer.manifests.types import Documents, ManifestError
from designer.web import access
from designer.web.access import Request, Role
from designer.web.weaving import Plan, drawn, pictured
from patterns import store


@require_GET
@access.person
def ghost(request: Request, pk: int, preset: str) -> HttpResponse:
    """As JSON: the `picture` (SVG) of what weaving with defaults makes of what stands at the address `onto`; where that
    stands in it (`anchor`: x, y in its pixels); `ready`, whether it can be woven without a question; else a `problem`.

    A preset that leaves something to do by hand, or to know, is not ready: that has to be read before.
    """
    design = access.design(request, pk, Role.READER)
    known = store.find(request.user, preset)
    if known is None:
        raise Http404
    documents = design.documents
    plan = Plan(design, request.user, *known, request.GET, False, documents)
    if plan.pod is None:
        return JsonResponse({"ready": False, "picture": "", "problem": ""})
    problem = next(iter(plan.problems.values()), "")
    try:
        result = plan.result()
    except ManifestError as error:
        return JsonResponse({"ready": False, "picture": "", "problem": problem or error.message})
    picture = pictured(result)
    rect = _place(picture, result.documents, result.pod, plan.onto.name if plan.onto else "")
    return JsonResponse(
        {
            "ready": not (problem or plan.preset.steps or result.notes),
            "problem": problem,
            "picture": drawn(documents, result, picture),
            "anchor": [rect.x, rect.y] if rect else [0, 0],
        }
    )


def _place(picture: Picture, documents: Documents, pod: int, container: str) -> Rect | None:
    """Where a container, or else the pod, stands in a picture."""
    found = next((one for one in pods(documents) if one.document == pod), None)
    address = next((c.address for c in containers(found) if container and c.name == container), "") if found else ""
    boxes = [box.rect for box in picture.boxes if address and box.at == address]
    frames = [frame.rect for frame in picture.frames if frame.at == str(pod)]
    return next(iter([*boxes, *frames]), None)
