"""Teams: which one is in, who is in them, and letting people in. Every view fetches through access.team.

A deed and what the audit log says of it are one transaction: there is never one without the other."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, OuterRef, Q, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from designer.teams import audit, rights
from designer.teams.errors import TeamError
from designer.teams.invitations import Invitation
from designer.teams.models import Membership, Team
from designer.web import access, usage
from designer.web.access import Request
from designer.web.views import joining

ROLES = {
    "viewer": "sees what the team makes",
    "editor": "makes and changes things",
    "owner": "also looks after the team",
}
DAYS = {1: "a day", 7: "a week", 30: "a month"}
P = ParamSpec("P")


def _or_said(
    view: Callable[Concatenate[Request, str, P], HttpResponse],
) -> Callable[Concatenate[Request, str, P], HttpResponse]:
    """A view that does something to a team, in one transaction. A TeamError undoes it and is said on the team's page:
    the view has fetched the team by then, so that the person may see it."""

    @wraps(view)
    def inner(request: Request, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            with transaction.atomic():
                return view(request, slug, *args, **kwargs)
        except TeamError as error:
            return _page(request, access.team(request, slug, "see"), str(error), 422)

    return inner  # type: ignore[return-value]


@require_http_methods(["GET", "POST"])
@access.account
def teams(request: Request) -> HttpResponse:
    """The teams one is in (an administrator: and all others), and making one."""
    if request.method == "POST":
        try:
            with transaction.atomic():
                made = Team.create(request.POST.get("name", ""), request.user)
                audit.record(request, request.user, "team-created", team=made)
        except TeamError as error:
            return _index(request, str(error), 422)
        return redirect("team", made.slug)
    return _index(request)


@require_GET
@access.account
def team(request: Request, slug: str) -> HttpResponse:
    return _page(request, access.team(request, slug, "see"))


@require_POST
@access.account
@_or_said
def rename(request: Request, slug: str) -> HttpResponse:
    found = access.team(request, slug, "rename")
    before = found.name
    found.rename(request.POST.get("name", ""))
    if found.name != before:
        audit.record(request, request.user, "team-renamed", team=found, before=before)
    return redirect("team", slug)


@require_POST
@access.account
@_or_said
def add(request: Request, slug: str) -> HttpResponse:
    """Take in somebody who has an account, by user name or e-mail address."""
    found = access.team(request, slug, "add")
    name = request.POST.get("person", "").strip()
    person = User.objects.filter(Q(username__iexact=name) | Q(email__iexact=name)).first() if name else None
    if person is None:
        said = f"Nobody here is called “{name}”." if name else "Write a user name or an e-mail address."
        raise TeamError(f"{said} Make an invitation link for who has no account yet.")
    made = found.add(person, request.POST.get("role", ""))
    audit.record(request, request.user, "member-added", account=person, team=found, role=made.role)
    messages.success(request, f"{person.username} is in {found.name} now, as {made.role}.")
    return redirect("team", slug)


@require_POST
@access.account
@_or_said
def change_role(request: Request, slug: str, member: int) -> HttpResponse:
    found = access.team(request, slug, "change-role")
    one = _member(found, member)
    before = one.role
    one.change(request.POST.get("role", ""))
    if one.role != before:
        audit.record(request, request.user, "member-role", account=one.person, team=found, role=one.role, before=before)
        messages.success(request, f"{one.person.username} is {one.role} of {found.name} now.")
    return _back(request, found)


@require_POST
@access.account
@_or_said
def remove(request: Request, slug: str, member: int) -> HttpResponse:
    found = access.team(request, slug, "remove")
    one = _member(found, member)
    one.remove()
    audit.record(request, request.user, "member-removed", account=one.person, team=found, before=one.role)
    messages.success(request, f"{one.person.username} is no longer in {found.name}.")
    return _back(request, found)


@require_POST
@access.account
@_or_said
def hand_over(request: Request, slug: str, member: int) -> HttpResponse:
    """Make another the owner and stay as editor."""
    found = access.team(request, slug, "hand-over")
    other = _member(found, member)
    found.memberships.select_related("person", "team").get(person=request.user).hand_over(other)
    audit.record(request, request.user, "team-handed-over", account=other.person, team=found)
    messages.success(request, f"{other.person.username} owns {found.name} now; you are editor.")
    return redirect("team", slug)


@require_POST
@access.account
@_or_said
def leave(request: Request, slug: str) -> HttpResponse:
    found = access.team(request, slug, "leave")
    found.memberships.select_related("person", "team").get(person=request.user).remove()
    audit.record(request, request.user, "member-left", team=found)
    messages.success(request, f"You left {found.name}.")
    return redirect("teams")


@require_POST
@access.account
@_or_said
def invite(request: Request, slug: str) -> HttpResponse:
    """Make a link that lets people in. The answer is the only place that shows it."""
    found = access.team(request, slug, "invite")
    made, token = invited(request, found, request.POST.get("role", ""))
    return _page(request, found, link=joining.address(request, token), made=made)


@require_POST
@access.account
@_or_said
def revoke(request: Request, slug: str, invitation: int) -> HttpResponse:
    found = access.team(request, slug, "invite")
    one = found.invitations.filter(pk=invitation).first()
    if one is None:
        raise Http404
    take_back(request, one)
    return redirect("team", slug)


def invited(request: Request, team: Team | None, role: str = "") -> tuple[Invitation, str]:
    """Make an invitation from what a form sent (days, most), and write it down. Raises TeamError."""
    days, most = (request.POST.get(name, "") for name in ("days", "most"))
    if not (days.isdecimal() and most.isdecimal()):
        raise TeamError("Say for how many days the invitation is good, and how often it may be used.")
    made, token = Invitation.make(request.user, team=team, role=role, days=int(days[:6]), most=int(most[:6]))
    audit.record(
        request,
        request.user,
        "invited",
        into=made.into,
        role=f" as {made.role}" if team else "",
        most="one use" if made.most == 1 else f"{made.most} uses",
        until=made.expires.strftime("%Y-%m-%d %H:%M"),
        **({"team": team} if team else {}),
    )
    return made, token


def take_back(request: Request, invitation: Invitation) -> None:
    """Revoke an invitation and write it down."""
    invitation.revoke()
    role = f" as {invitation.role}" if invitation.team_id else ""
    audit.record(request, request.user, "invitation-revoked", into=invitation.into, role=role)
    messages.success(request, "The invitation is taken back: its link works no more.")


def _member(team: Team, pk: int) -> Membership:
    found = team.memberships.select_related("person", "team").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _back(request: Request, team: Team) -> HttpResponse:
    """To the team's page, or to the list for who may see the team no more."""
    return redirect("team", team.slug) if rights.may(request.user, "see", team) else redirect("teams")


def _index(request: Request, problem: str = "", status: int = 200) -> HttpResponse:
    role = Membership.objects.filter(team=OuterRef("pk"), person=request.user).values("role")
    found = Team.objects.annotate(people=Count("memberships"), role=Subquery(role[:1]))
    values = {
        "mine": found.exclude(role=None),
        "others": found.filter(role=None) if request.user.is_superuser else [],
        "problem": problem,
        "name": request.POST.get("name", ""),
    }
    return render(request, "teams/index.html", values, status=status)


def _page(request: Request, team: Team, problem: str = "", status: int = 200, **more: Any) -> HttpResponse:
    team.refresh_from_db()
    members = list(team.memberships.select_related("person").order_by("person__username"))
    may = rights.verbs(request.user, team)
    values = {
        "team": team,
        "members": members,
        "me": next((one for one in members if one.person_id == request.user.pk), None),
        "owners": [one for one in members if one.role == Membership.Role.OWNER and one.person.is_active],
        "may": may,
        "invitations": team.invitations.open().select_related("by") if "invite" in may else [],
        "roles": ROLES,
        "days": DAYS,
        "usage": usage.of_team(team, len(members)),
        "person": request.POST.get("person", "") if problem else "",
        "problem": problem,
        **more,
    }
    return render(request, "teams/team.html", values, status=status)
