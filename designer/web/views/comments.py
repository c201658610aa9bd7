"""What people say of a preset that somebody made, on its page."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from designer.manifests.types import ManifestError
from designer.teams import audit
from designer.web import access
from designer.web.access import Request, Role
from designer.web.panes import partial
from patterns.models import Comment, Preset

audit.SENTENCES |= {
    "comment-deleted": ("preset", "deleted a comment that {account} wrote on the preset {preset}"),
}
_PAGE = 20


def said(request: Request, row: Preset, role: Role | None, before: int = 0) -> dict[str, Any]:
    """What a page shows of what was said: the newest, the oldest of them first; those `before` the id of one. Each with
    whether the person may delete it. One query."""
    found = row.comments.select_related("by").filter(**({"pk__lt": before} if before else {}))
    newest = list(found[: _PAGE + 1])
    shown = newest[:_PAGE][::-1]
    return {
        "row": row,
        "comments": [(one, one.deletable(request.user, role)) for one in shown],
        "earlier": shown[0].pk if len(newest) > _PAGE else 0,
    }


@require_http_methods(["GET", "POST"])
@access.account
def comments(request: Request, preset: str) -> HttpResponse:
    """GET: the comments before one (`before`, its id). POST: say something (`text`); whoever sees it may."""
    row = access.preset(request, preset, Role.READER)
    if request.method == "POST":
        _say(request, row)
        return _section(request, row)
    given = request.GET.get("before", "")
    before = int(given) if given.isascii() and given.isdecimal() and len(given) < 18 else 0
    values = said(request, row, row.role_of(request.user), before)
    return partial(request, "#earlier", "patterns/catalogue/_comment_list.html", values, swap="outerHTML")


@require_POST
@access.account
def delete(request: Request, preset: str, comment: int) -> HttpResponse:
    """Delete a comment: who wrote it may, and who owns the preset's space."""
    row = access.preset(request, preset, Role.READER)
    one = get_object_or_404(row.comments.select_related("by"), pk=comment)
    if not one.deletable(request.user, row.role_of(request.user)):
        raise PermissionDenied
    if one.by_id != request.user.pk:
        account = one.by.get_username() if one.by else "somebody"
        audit.record(request, request.user, "comment-deleted", account=account, preset=row)
    one.delete()
    return _section(request, row)


def _say(request: Request, row: Preset) -> None:
    text = request.POST.get("text", "").replace("\r\n", "\n").strip()
    if not text:
        raise ManifestError("nothing is written: say something first")
    if len(text) > Comment.LONGEST:
        raise ManifestError(f"it has {len(text)} characters: at most {Comment.LONGEST}")
    if Comment.too_many(request.user):
        raise ManifestError(f"you wrote {Comment.AN_HOUR} comments within an hour: wait a while before the next")
    row.comments.create(by=request.user, text=text, version=row.version)


def _section(request: Request, row: Preset) -> HttpResponse:
    values = said(request, row, row.role_of(request.user))
    return partial(request, "#comments", "patterns/catalogue/_comments.html", values)
