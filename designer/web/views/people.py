"""What administrators do with accounts: who is there, letting people in, deactivating, making administrators. Erasing
is in erasing.py, what is kept about somebody in persondata.py."""

from __future__ import annotations

from typing import Any

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from designer.designs.models import Design
from designer.teams import audit, people
from designer.teams.errors import TeamError
from designer.teams.invitations import Invitation
from designer.teams.recorder import provider_name
from designer.web import access, leaving, signin
from designer.web.access import Request
from designer.web.sessions import browser, sessions
from designer.web.views import joining
from designer.web.views.teams import DAYS, invited, take_back

_SHOWN = 200


@require_http_methods(["GET", "POST"])
@access.administrator
def index(request: Request) -> HttpResponse:
    """Everybody who has an account; a POST makes an invitation into the designer as such."""
    if request.method == "GET":
        return _index(request)
    try:
        with transaction.atomic():
            made, token = invited(request, None)
    except TeamError as error:
        return _index(request, 422, problem=str(error))
    return _index(request, made=made, link=joining.address(request, token))


@require_POST
@access.administrator
@transaction.atomic
def revoke(request: Request, invitation: int) -> HttpResponse:
    found = Invitation.objects.filter(team=None, pk=invitation).first()
    if found is None:
        raise Http404
    take_back(request, found)
    return redirect("people")


@require_http_methods(["GET"])
@access.administrator
def person(request: Request, person: int) -> HttpResponse:
    return _page(request, _person(person))


@require_POST
@access.administrator
@transaction.atomic
def change(request: Request, person: int, verb: str) -> HttpResponse:
    """Deactivate an account or activate it again; make an administrator, or an ordinary person again."""
    verbs = {
        "deactivate": (leaving.deactivate, "deactivated", "is deactivated, and signed out everywhere"),
        "activate": (people.activate, "activated", "can sign in again"),
        "make-administrator": (people.make_administrator, "administrator", "is an administrator now"),
        "unmake-administrator": (people.unmake_administrator, "no-administrator", "is no longer an administrator"),
    }
    if verb not in verbs:
        raise Http404
    found = _person(person)
    does, what, words = verbs[verb]
    try:
        does(found)
    except TeamError as error:
        return _page(request, found, 422, problem=str(error))
    audit.record(request, request.user, what, account=found)
    messages.success(request, f"{found.username} {words}.")
    return redirect("person", found.pk) if found != request.user or found.is_superuser else redirect("home")


@require_POST
@access.administrator
@transaction.atomic
def reset_link(request: Request, person: int) -> HttpResponse:
    """A link for somebody to set a new password by, shown once: where there is no mail server, or the mail is lost."""
    found = _person(person)
    if not found.is_active:
        return _page(request, found, 422, problem=f"{found.username} is deactivated. Activate the account first.")
    made = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(found)
    audit.record(request, request.user, "reset-link", account=found)
    return _page(request, found, link=signin.reset_address(request, f"{user_pk_to_url_str(found)}-{made}"))


def _person(pk: int) -> User:
    found = User.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _index(request: Request, status: int = 200, **more: Any) -> HttpResponse:
    q = request.GET.get("q", "").strip()[:100]
    words = Q(username__icontains=q) | Q(email__icontains=q) | Q(first_name__icontains=q) | Q(last_name__icontains=q)
    found = User.objects.filter(words).annotate(places=Count("memberships")).order_by("-is_active", "username")
    shown = list(found[:_SHOWN])
    values = {
        "people": shown,
        "more": found.count() - len(shown) if len(shown) == _SHOWN else 0,
        "q": q,
        "invitations": Invitation.objects.open().filter(team=None).select_related("by"),
        "days": DAYS,
        **more,
    }
    return render(request, "accounts/people.html", values, status=status)


def _page(request: Request, found: User, status: int = 200, **more: Any) -> HttpResponse:
    found.refresh_from_db()
    values = {
        "person": found,
        "memberships": found.memberships.select_related("team").order_by("team__name"),
        "last_owned": people.last_owned(found),
        "sessions": [{"row": one, "browser": browser(one.user_agent)} for one in sessions(found)],
        "connected": [provider_name(request, one.provider) for one in SocialAccount.objects.filter(user=found)],
        "designs": Design.objects.of(found).kept().count(),
        "own": Design.objects.within(found, None).kept().count(),
        "links": leaving.links(found),
        "password": found.has_usable_password(),
        **more,
    }
    return render(request, "accounts/person.html", values, status=status)
