"""A person's own account: their name and address, password, providers to sign in with, and browsers they are signed in
with; and what their own space holds."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.views import PasswordChangeView, PasswordSetView
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from designer.teams import audit
from designer.teams.people import end_sessions
from designer.teams.recorder import provider_name
from designer.web import access, usage
from designer.web.access import Request
from designer.web.sessions import browser, sessions

_NAMES = ("name", "e-mail address")


class Profile(forms.Form):
    """Who a person is to the others. A new address asks for the password, since it can be used to reset one."""

    name = forms.CharField(max_length=150, required=False)
    email = forms.EmailField(error_messages={"required": "Write an e-mail address."})
    password = forms.CharField(required=False, strip=False)

    def __init__(self, person: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_email(self) -> str:
        address: str = self.cleaned_data["email"]
        if EmailAddress.objects.filter(email__iexact=address).exclude(user=self.person).exists():
            raise forms.ValidationError("Somebody else here has this address.")
        return address

    def clean(self) -> dict[str, Any]:
        sent = self.cleaned_data
        moves = sent.get("email", self.person.email).lower() != self.person.email.lower()
        if moves and self.person.has_usable_password() and not self.person.check_password(sent.get("password", "")):
            self.add_error("password", "Write your current password, as the address changes.")
        return sent

    def save(self) -> list[str]:
        """Keep what changed, and answer what that was."""
        name, address = self.cleaned_data["name"].strip(), self.cleaned_data["email"]
        before = (self.person.get_full_name(), self.person.email)
        with transaction.atomic():
            self.person.first_name, _, self.person.last_name = name.partition(" ")
            self.person.email = address
            self.person.save(update_fields=["first_name", "last_name", "email"])
            if address.lower() != before[1].lower():
                EmailAddress.objects.filter(user=self.person).delete()
                EmailAddress.objects.create(user=self.person, email=address, primary=True)
        after = (self.person.get_full_name(), address)
        return [what for what, old, new in zip(_NAMES, before, after, strict=True) if old != new]


class _Password(PasswordChangeView):  # type: ignore[misc]
    template_name = "accounts/password.html"


class _FirstPassword(PasswordSetView):  # type: ignore[misc]
    template_name = "accounts/password.html"


change_password = access.account(_Password.as_view())
set_password = access.account(_FirstPassword.as_view())


@require_GET
@access.account
def account(request: Request) -> HttpResponse:
    person = request.user
    return _page(request, Profile(person, initial={"name": person.get_full_name(), "email": person.email}))


@require_POST
@access.account
def profile(request: Request) -> HttpResponse:
    form = Profile(request.user, request.POST)
    if not form.is_valid():
        # The page shows the account as it is, not as it was about to be.
        return _page(request, form, 422)
    if changed := form.save():
        audit.record(request, request.user, "profile", fields=" and ".join(changed))
        messages.success(request, f"Your {' and '.join(changed)} {'are' if len(changed) > 1 else 'is'} saved.")
    return redirect("account")


@require_POST
@access.account
def end_session(request: Request, session: int) -> HttpResponse:
    """Sign out another browser of one's own."""
    found = UserSession.objects.filter(user=request.user, pk=session).first()
    if found is None or found.session_key == request.session.session_key:
        raise Http404
    words = browser(found.user_agent)
    found.end()
    audit.record(request, request.user, "session-ended", session=f"{words}, {found.ip}")
    messages.success(request, f"{words} is signed out.")
    return redirect("account")


@require_POST
@access.account
def end_other_sessions(request: Request) -> HttpResponse:
    ended = end_sessions(request.user, but=request.session.session_key or "")
    audit.record(request, request.user, "sessions-ended", count=ended)
    messages.success(request, "Every other browser is signed out.")
    return redirect("account")


@require_POST
@access.account
def disconnect(request: Request, connection: int) -> HttpResponse:
    """No longer sign in with a provider; refused where there would be no other way in."""
    found = SocialAccount.objects.filter(user=request.user, pk=connection).first()
    if found is None:
        raise Http404
    name = provider_name(request, found.provider)
    others = SocialAccount.objects.filter(user=request.user).exclude(pk=connection).exists()
    if not others and not request.user.has_usable_password():
        messages.error(request, f"{name} is your only way in. Set a password first, then disconnect it.")
        return redirect("account")
    found.delete()
    audit.record(request, request.user, "disconnected", provider=name)
    messages.success(request, f"{name} is disconnected.")
    return redirect("account")


def _page(request: Request, form: Profile, status: int = 200) -> HttpResponse:
    connected = list(SocialAccount.objects.filter(user=request.user))
    taken = {one.provider for one in connected}
    found = get_adapter(request).list_providers(request)
    values = {
        "form": form,
        "sessions": [
            {"row": one, "browser": browser(one.user_agent), "current": one.session_key == request.session.session_key}
            for one in sessions(request.user)
        ],
        "connected": [{"row": one, "name": provider_name(request, one.provider)} for one in connected],
        "providers": [
            {"name": one.name, "address": one.get_login_url(request)} for one in found if one.sub_id not in taken
        ],
        "password": request.user.has_usable_password(),
        "usage": usage.of_person(request.user),
    }
    return render(request, "accounts/account.html", values, status=status)
