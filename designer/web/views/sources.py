"""Where presets come from that are kept in git or in a folder: which places there are, and bringing them up to date.

An address makes this server speak to another or read its own disk. So only administrators give one, in local mode the
one person there is; editors of the team that a source fills may refresh it.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from designer.designs.spaces import OWN
from designer.teams import audit
from designer.teams.models import Membership, Team
from designer.vault import VaultError
from designer.web import access
from designer.web.access import Request, Role
from designer.web.panes import partial
from patterns import sources_folder, sources_git, sources_sync
from patterns.models import Preset
from patterns.sources import CatalogueSource
from patterns.sources_folder import SourceError
from patterns.sources_sync import BusyError

Kind = CatalogueSource.Kind
_SHOWN = 200  # of a source's presets, and of its problems
_FIELDS = ("name", "address", "branch", "folder", "account")
# What a change of a source is called in the audit log.
_WORDS = {
    "name": "its name",
    "kind": "its kind",
    "address": "its address",
    "branch": "its branch",
    "folder": "its folder",
    "account": "its account",
    "everyone": "who sees its presets",
}


@require_GET
@access.person
def index(request: Request) -> HttpResponse:
    """Every source that the person may look at, and how it stands."""
    found = CatalogueSource.objects.of(request.user).select_related("team", "person")
    held = Membership.objects.filter(person=request.user).exclude(role=Membership.Role.VIEWER)
    mends, editing = _mends(request), set(held.values_list("team", flat=True))
    rows = [
        {"source": one, "refreshes": mends or one.person_id == request.user.pk or one.team_id in editing}
        for one in found
    ]
    values = {"rows": rows, "mends": mends, "folders": settings.SYNC_FOLDERS}
    return render(request, "patterns/sources/index.html", values)


@require_http_methods(["GET", "POST"])
@access.person
def add(request: Request) -> HttpResponse:
    """GET: the form. POST: the source is there, and is looked at for the first time."""
    _must_mend(request)
    made = CatalogueSource(by=request.user, person=request.user if settings.LOCAL_MODE else None)
    return _save(request, made) if request.method == "POST" else _page(request, made)


@require_http_methods(["GET", "POST"])
@access.person
def source(request: Request, source: int) -> HttpResponse:
    """GET: what came from it, and what is wrong there. POST: where it is, for who may say."""
    found = _source(request, source, Role.READER)
    if request.method == "GET":
        return _page(request, found)
    _must_mend(request)
    return _save(request, found)


@require_http_methods(["GET", "POST"])
@access.person
def refresh(request: Request, source: int) -> HttpResponse:
    """POST: look at it, in a thread of its own. GET, and the answer to both: how it stands."""
    found = _source(request, source, Role.READER)
    if request.method == "POST":
        found = _source(request, source, Role.EDITOR)
        try:
            sources_sync.start(found, request.user, request)
        except BusyError as error:
            if not request.htmx:
                messages.error(request, str(error))
        found.refresh_from_db(fields=["lease", "beat"])
        if not request.htmx:
            return redirect("source", found.pk)
    values = {"source": found, "refreshes": (found.role_of(request.user) or 0) >= Role.EDITOR}
    whole = "whole" in request.GET or "whole" in request.POST
    if whole and not found.running:
        # The page has more to show than how it stands.
        return HttpResponse(headers={"HX-Redirect": reverse("source", args=[found.pk])})
    return partial(request, f"#source-{found.pk}", "patterns/sources/_state.html", {**values, "whole": whole})


@require_http_methods(["GET", "POST"])
@access.person
def remove(request: Request, source: int) -> HttpResponse:
    """GET: the dialog. POST: take it away; its presets stay as any others, those that nobody wears go with `unused`."""
    found = _source(request, source, Role.READER)
    _must_mend(request)
    if request.method == "GET":
        values = {"source": found, "all": found.presets.count(), "unworn": len(sources_sync.unworn(found))}
        return partial(request, "#dialog", "patterns/sources/_remove.html", values)
    name, space = found.name, sources_sync.place(found)
    with transaction.atomic():
        kept, deleted = sources_sync.remove(found, unused=request.POST.get("presets") == "delete")
        _log(request, "source-removed", source=name, space=space, kept=_presets(kept), deleted=deleted)
    gone = f" {_presets(deleted).capitalize()} went with it." if deleted else ""
    stay = f" {_presets(kept).capitalize()} stay{'s' if kept == 1 else ''}, and can be edited here now." if kept else ""
    messages.success(request, f"The source {name} is removed.{gone}{stay}")
    return redirect("sources")


# --- Saving --------------------------------------------------------------------------------------------------------


def _save(request: Request, one: CatalogueSource) -> HttpResponse:
    """Check what was sent, store it and look at it. A token that is not sent again stays, as long as the address does:
    who changes where it is sent to has to know it."""
    post = request.POST
    before = CatalogueSource.objects.filter(pk=one.pk).first()
    for name in _FIELDS:
        setattr(one, name, post.get(name, "").strip())
    one.kind = post["kind"] if post.get("kind") in Kind.values else one.kind
    one.everyone = bool(post.get("everyone")) and not settings.LOCAL_MODE
    if one.kind == Kind.FOLDER:
        one.branch = one.account = ""
    try:
        if before is None:
            _choose_space(request, one)
        _check(one)
        changed = _given_token(request, one, before)
    except (SourceError, VaultError) as error:
        return _page(request, one, 422, problem=str(error))
    try:
        with transaction.atomic():
            one.save()
            if before is None:
                _log(request, "source-added", source=one, space=sources_sync.place(one), address=one.address)
            elif fields := [words for name, words in _WORDS.items() if getattr(before, name) != getattr(one, name)]:
                _log(request, "source-changed", source=one, fields=", ".join([*fields, *changed]))
            elif changed:
                _log(request, "source-changed", source=one, fields=changed[0])
            Preset.objects.filter(source=one).update(everyone=one.everyone)
    except IntegrityError:
        one.pk = before.pk if before else None
        return _page(request, one, 422, problem=f"There is a source {one.name} already: choose another name.")
    sources_sync.start(one, request.user, request, anew=True)
    return redirect("source", one.pk)


def _choose_space(request: Request, one: CatalogueSource) -> None:
    """The space that a new source fills, for good. Raises SourceError."""
    if settings.LOCAL_MODE:
        return
    key = request.POST.get("space", "")
    one.team = Team.objects.filter(slug=key).first() if key != OWN else None
    one.person = request.user if key == OWN else None
    if one.team is None and one.person is None:
        raise SourceError("Choose the space that its presets go into.")


def _check(one: CatalogueSource) -> None:
    """Raises SourceError where something that was sent cannot be."""
    if not one.name:
        raise SourceError("The source has no name. Give it one that your teams know it by.")
    for name in _FIELDS:
        most = getattr(CatalogueSource._meta.get_field(name), "max_length", None) or 0
        if len(getattr(one, name)) > most:
            raise SourceError(f"The {name} has {len(getattr(one, name))} characters: at most {most} are allowed.")
    sources_folder.inside(one.folder)
    if one.kind == Kind.FOLDER:
        sources_folder.permitted(one.address, settings.SYNC_FOLDERS)
        return
    sources_git.remote(one.address, settings.SYNC_FOLDERS)
    sources_git.ref(one.branch)


def _given_token(request: Request, one: CatalogueSource, before: CatalogueSource | None) -> list[str]:
    """Put in the token that was sent, or take the old one away; what was done, in words. Raises SourceError."""
    token = request.POST.get("token", "").strip()
    held = before is not None and before.holds_token
    https = one.kind == Kind.GIT and one.address.startswith("https://")
    if token and not https:
        raise SourceError("A token is for https only: leave it out, or give an address that begins with https://.")
    if not token.isascii() or not token.isprintable() or " " in token:
        raise SourceError("The token is not one line of text without spaces: give it as it was shown.")
    if token:
        one.token = token
        return ["its token"]
    other = before is not None and _host(before) != _host(one)
    if held and (other or "forget" in request.POST):
        one.token = None
        return ["its token, which is forgotten"]
    return []


def _host(one: CatalogueSource) -> str:
    """Whom a token goes to."""
    return sources_git.remote(one.address, None).host if one.address.startswith("https://") else ""


def _log(request: Request, what: str, **about: Any) -> None:
    if not settings.LOCAL_MODE:
        audit.record(request, request.user, what, **about)


# --- The pages -----------------------------------------------------------------------------------------------------


def _page(request: Request, one: CatalogueSource, status: int = 200, **more: Any) -> HttpResponse:
    """A source's page; one that is not stored is about to be added. `more` is why what was sent was refused."""
    mends = _mends(request)
    values: dict[str, Any] = {
        "source": one,
        # Where what was sent is refused, one is what was sent.
        "stored": CatalogueSource.objects.select_related("team", "person").filter(pk=one.pk).first(),
        "mends": mends,
        "kinds": Kind.choices,
        "folders": settings.SYNC_FOLDERS,
        "held": bool(one.pk) and mends and one.holds_token,
        "teams": Team.objects.all() if mends and not one.pk and not settings.LOCAL_MODE else [],
        "asked": request.POST.get("space", ""),
        "own": OWN,
    }
    if one.pk:
        rows = Preset.objects.filter(source=one).defer("text", "draft").order_by("title")
        values["count"] = rows.count()
        values["presets"] = list(rows[:_SHOWN])
        values["refreshes"] = (one.role_of(request.user) or 0) >= Role.EDITOR
        values["problems"] = [_problem(one, *problem) for problem in one.problems[:_SHOWN]]
    return render(request, "patterns/sources/edit.html", {**values, **more}, status=status)


def _problem(one: CatalogueSource, file: str, line: int, message: str) -> dict[str, Any]:
    page = sources_git.page_of(one.address, one.commit, file) if one.kind == Kind.GIT else ""
    return {"file": file, "line": line, "message": message, "page": f"{page}#L{line}" if page and line else page}


def _presets(count: int) -> str:
    return f"{count or 'no'} preset{'' if count == 1 else 's'}"


def _source(request: Request, pk: int, role: Role) -> CatalogueSource:
    """The source, if the person has at least `role` on it. To a stranger it is not there (Http404); to a person who may
    do less than that it is forbidden (PermissionDenied)."""
    found = CatalogueSource.objects.select_related("team", "person", "by").filter(pk=pk).first()
    held = found.role_of(request.user) if found else None
    if found is None or held is None:
        raise Http404
    if held < role:
        raise PermissionDenied
    return found


def _mends(request: Request) -> bool:
    """Whether the person may say where presets come from."""
    return settings.LOCAL_MODE or request.user.is_superuser


def _must_mend(request: Request) -> None:
    if not _mends(request):
        raise Http404
