"""Coming in: by an invitation's link, and as the first administrator."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from designer.designs.models import Design
from designer.teams import audit, first
from designer.teams.errors import TeamError
from designer.teams.invitations import Invitation
from designer.web import access, signin
from patterns.models import Preset

_GONE = (
    "It was used, or is older than a day, or there is an administrator already. As long as there is none, every start "
    "of the server prints a new link in its log."
)


@never_cache
@require_GET
@access.everyone
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """An invitation's link: it is remembered, and its token leaves the address bar."""
    found = Invitation.objects.found(token)
    if found is None or found.problem:
        why = found.problem if found else "There is no such invitation. Check that the link is whole."
        return signin.stop(request, "This invitation does not work", why, 404 if found is None else 410)
    signin.hold(request, found)
    return redirect("join")


@never_cache
@require_http_methods(["GET", "POST"])
@access.everyone
def join(request: access.Request) -> HttpResponse:
    """What one is invited to. Who is signed in joins with a press; others make an account or sign in first."""
    found = signin.held(request)
    if found is None or found.problem:
        why = found.problem if found else "Open the link of your invitation again."
        return signin.stop(request, "There is no invitation to join by", why, 410 if found else 404)
    person = request.user
    if request.method == "POST" and person.is_authenticated:
        try:
            if found.team:
                signin.accept(request, person, found)
            signin.let_go(request)
        except TeamError as error:
            return signin.stop(request, "You did not join", str(error), 410)
        return redirect("team", found.team.slug) if found.team else redirect("home")
    inside = person.is_authenticated and (found.team is None or found.team.role_of(person))
    return render(request, "accounts/join.html", {"invitation": found, "inside": inside})


class FirstAdministrator(forms.Form):
    """The account that a new designer starts with."""

    username = forms.CharField(max_length=150)
    email = forms.EmailField()
    password = forms.CharField(strip=False)
    take_over = forms.BooleanField(required=False)

    def clean_username(self) -> str:
        return str(get_adapter().clean_username(self.cleaned_data["username"])).lower()

    def clean(self) -> dict[str, Any]:
        sent = self.cleaned_data
        if password := sent.get("password"):
            try:
                get_adapter().clean_password(
                    password, User(username=sent.get("username", ""), email=sent.get("email", ""))
                )
            except ValidationError as error:
                self.add_error("password", error)
        return sent


@never_cache
@require_http_methods(["GET", "POST"])
@access.everyone
def first_administrator(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the log: it makes the administrator, who may take over what was made in local mode."""
    if not first.good(token):
        return signin.stop(request, "This link does not work", _GONE, 410)
    designs, presets = _made_locally()
    form = FirstAdministrator(request.POST or None, initial={"take_over": True})
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            claimed = first.claim(token)
            made = _made(request, form.cleaned_data, designs, presets) if claimed else None
        if made is None:
            return signin.stop(request, "This link does not work", _GONE, 410)
        login(request, made, backend=settings.AUTHENTICATION_BACKENDS[0])
        messages.success(request, "You are the administrator. Make a team, or invite somebody.")
        return redirect("people")
    values = {"form": form, "designs": designs, "presets": presets}
    return render(request, "accounts/first.html", values, status=422 if form.errors else 200)


def _made(request: HttpRequest, sent: dict[str, Any], designs: str, presets: str) -> User:
    """The administrator. To take over what local mode made, the account of local mode becomes theirs: nothing has to
    move, and the history goes on saying who made what."""
    local = User.objects.filter(username="local").first() if sent["take_over"] else None
    made = local or User()
    made.username, made.email, made.first_name = sent["username"], sent["email"], ""
    made.is_superuser = made.is_staff = made.is_active = True
    made.set_password(sent["password"])
    made.save()
    EmailAddress.objects.create(user=made, email=made.email, primary=True)
    audit.record(request, made, "first-administrator")
    if local and (designs or presets):
        audit.record(request, made, "took-over", designs=designs or "0 designs", presets=presets or "0 presets")
    return made


def _made_locally() -> tuple[str, str]:
    """How many designs and presets there are from local mode, in words; "" for none."""
    found = Design.objects.filter(owner__username="local").kept().count()
    presets = Preset.objects.filter(owner__username="local").count()
    return (
        f"{found} design{'s' if found > 1 else ''}" if found else "",
        f"{presets} preset{'s' if presets > 1 else ''}" if presets else "",
    )


def address(request: HttpRequest, token: str) -> str:
    """The link of an invitation, to hand to somebody."""
    return signin.absolute(request, reverse("follow-invitation", args=[token]))
