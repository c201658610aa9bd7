"""The design as YAML: typed, downloaded, and other YAML taken in."""

from __future__ import annotations

import re

from django.http import HttpResponse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from designer.designs.change import ConflictError
from designer.designs.worn import annotated
from designer.manifests import text as manifest_text
from designer.manifests.bundle import join
from designer.manifests.lines import restore_ends
from designer.manifests.masking import typed_clear
from designer.manifests.types import ManifestError
from designer.teams import audit
from designer.web import access, masked
from designer.web.access import Request, Role
from designer.web.panes import edited, panes, partial, screen
from designer.web.verbs.data import Data
from designer.web.views.home import read_sent
from designer.web.yamlpane import as_json, broken, met


@require_POST
@access.person
def yaml(request: Request, pk: int) -> HttpResponse:
    """Take what is typed in the editor, at every pause. Where it does not parse, or meets someone else's edit, it is
    kept as a draft, and the design stays as it is. With `held`, what is typed is what became of the draft, which goes;
    with `discard` it is let go.

    What the editor has is the text with the values of Secrets hidden (masked.py): they are given back to what it sends,
    and the answer shows no others in clear than it sent; with `veil`, none."""
    design = access.design(request, pk, Role.EDITOR)
    data = Data(request.POST, request.FILES)
    drafts = design.drafts.filter(by=request.user)
    if "discard" in request.POST:
        drafts.delete()
        return panes(request, screen(request, design))
    typed, was = data.text("text"), data.text("was") if "was" in request.POST else None
    base = data.number("from") or design.number
    try:
        standing = design.text_at(base) or ""
        shown = masked.masked(design, standing)
        entered = manifest_text.Text.read(restore_ends(shown, typed))
        read = masked.restored(design, entered, standing)
        documents = read.documents
        if was is not None:
            was = masked.restored(design, manifest_text.Text.read(restore_ends(shown, was)), standing).source
        changed = design.change(
            lambda _: documents,
            by=request.user,
            base=base,
            was=was,
            text=read,
            over=data.side,
            window=data.window,
            typing=True,
        )
    except ManifestError as error:
        drafts.update_or_create(by=request.user, design=design, defaults={"text": typed, "base": base, "at": now()})
        meets = isinstance(error, ConflictError)
        if meets and "ask" in request.POST:
            raise
        state = as_json(met(error, entered, base) if meets else broken(error, typed, base))
        return HttpResponse(f'<hx-partial hx-target="#yaml-data" hx-swap="textContent">{state}</hx-partial>')
    if "held" in request.POST:
        drafts.delete()
    clear = frozenset() if "veil" in request.POST else typed_clear(entered, masked.marks(design))
    return edited(request, design, changed, typed=typed, clear=clear)


@require_http_methods(["GET", "POST"])
@access.person
def download(request: Request, pk: int) -> HttpResponse:
    """The design's YAML as a file; with `annotations`, what its pods wear is in it too. The values of its Secrets are
    hidden; POST: an editor's, with them, which is written down."""
    asked = request.method == "POST"
    design = access.design(request, pk, Role.EDITOR if asked else Role.READER)
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", design.name).strip("-.") or "design"
    text = design.text
    if "annotations" in request.GET:
        text = manifest_text.Text.read(text).rewrite(annotated(design.documents, design.revision.woven)).text
    hidden = masked.exported(design, text)
    if asked and hidden != text:
        audit.record(request, request.user, "secrets-exported", design=design, how="as a file")
    text = text if asked else hidden
    response = HttpResponse(text, content_type="application/yaml; charset=utf-8", headers={"Cache-Control": "no-store"})
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.yaml"'
    return response


@require_GET
@access.person
def paste(request: Request, pk: int) -> HttpResponse:
    """The dialog that takes any object as YAML."""
    return partial(
        request, "#dialog", "designs/_paste.html", {"screen": screen(request, access.design(request, pk, Role.EDITOR))}
    )


@require_POST
@access.person
def import_into(request: Request, pk: int) -> HttpResponse:
    """Add pasted YAML and files to an open design, behind what it has."""
    design = access.design(request, pk, Role.EDITOR)
    text, _ = read_sent(request)
    text = masked.taken_in(design, text)
    added = manifest_text.parse(text)
    if not added:
        raise ManifestError("there is nothing in it: paste at least one manifest, or choose a file")
    # Joined as text, so that the comments of what is added come along.
    changed = design.change(
        lambda documents: [*documents, *added],
        by=request.user,
        text=lambda standing: join([standing, text]),
        summary=f"added {len(added)} object{'s' * (len(added) > 1)}",
        window=Data(request.POST, request.FILES).window,
    )
    at = str(len(changed.documents) - len(added))
    return edited(request, design, changed, at=at, close=True)
