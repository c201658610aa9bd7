"""A Secret's value for an editor who asks for it, which is written into the audit log."""

from __future__ import annotations

import base64

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from designer.manifests import pointer, secrets
from designer.manifests.pod import name_of
from designer.manifests.types import ManifestError, Path
from designer.teams import audit
from designer.web import access
from designer.web.access import Request, Role
from designer.web.controls import slug
from designer.web.panes import partial

_BIGGEST_TEXT = 200_000


@require_POST
@access.person
def show(request: Request, pk: int) -> HttpResponse:
    """One value, in the field of its key, until the form is drawn anew."""
    design = access.design(request, pk, Role.EDITOR)
    documents = design.documents
    path = pointer.read(documents, request.POST.get("path", ""))
    slot = secrets.slots(documents).get(path)
    if slot is None:
        raise ManifestError("there is no value here any more: select the Secret again", path)
    name = name_of(documents[int(path[0])])
    audit.record(request, request.user, "secret-shown", design=design, field=str(path[-1]), of=name or "without a name")
    text, size = _text(slot, path)
    values = {"path": path, "text": text, "size": size, "rows": min(18, (text or "").count("\n") + 2), "design": design}
    answer = partial(request, f"#v{slug(pointer.write(path))}", "designs/inspect/_secret_shown.html", values)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _text(slot: secrets.Slot, path: Path) -> tuple[str | None, int]:
    """The text of a value, decoded where it is in base64, and its size in bytes; None for what is no text."""
    value = str(slot.value)
    raw = value.encode("utf-8", "surrogatepass")
    if slot.field == "data":
        try:
            raw = base64.b64decode(value, validate=True)
        except ValueError:
            return value, len(raw)
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return None, len(raw)
    return (text if len(raw) <= _BIGGEST_TEXT else None), len(raw)
