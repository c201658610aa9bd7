"""Signing in and up, as django-allauth asks: who may make an account, and what becomes of an invitation on the way.

An account is made only by an invitation, whose token's row stands in the session since its link was opened, or by an
OpenID provider that vouches for an e-mail address of a domain in PPD_SIGNUP_DOMAINS.
"""

from __future__ import annotations

import logging
import re
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from designer.teams import audit
from designer.teams.errors import TeamError
from designer.teams.invitations import Invitation
from designer.teams.models import Team

_log = logging.getLogger(__name__)
_SESSION_KEY = "invitation"
_SAID = {
    "account/messages/password_changed.txt": "Your password is changed. Your other sessions have ended.",
    "account/messages/password_set.txt": "You have a password now.",
    "socialaccount/messages/account_connected.txt": "Connected: you can sign in with it from now on.",
    "socialaccount/messages/account_connected_other.txt": "Not connected: somebody else here signs in with it.",
}
_USERNAME = re.compile(r"[a-z0-9]([a-z0-9._-]{0,148}[a-z0-9])?")


def hold(request: HttpRequest, invitation: Invitation) -> None:
    """Remember an invitation until an account is made or a person signs in."""
    request.session[_SESSION_KEY] = invitation.pk


def held(request: HttpRequest) -> Invitation | None:
    """The invitation that this browser came with, open or not."""
    pk = request.session.get(_SESSION_KEY)
    return Invitation.objects.select_related("team", "by").filter(pk=pk).first() if pk else None


def let_go(request: HttpRequest) -> None:
    request.session.pop(_SESSION_KEY, None)


def accept(request: HttpRequest, person: User, invitation: Invitation) -> None:
    """Use the invitation for a person, and write it down. Raises TeamError where it cannot be used."""
    before = invitation.used
    invitation.accept(person)
    let_go(request)
    if invitation.used == before:
        return
    about = {
        "into": invitation.into,
        "role": f" as {invitation.role}" if invitation.team else "",
        "inviter": invitation.by.username if invitation.by else "somebody who is gone",
    }
    if invitation.team:
        request.joined = invitation.team  # type: ignore[attr-defined]
        messages.success(request, f"Welcome to {invitation.team.name}. You are {invitation.role} here.")
        about["team"] = invitation.team  # type: ignore[assignment]
    audit.record(request, person, "invitation-used", **about)


def absolute(request: HttpRequest, path: str) -> str:
    """An address to send to people: under PPD_URL where it is set, whatever name the request came by."""
    return (settings.PUBLIC_URL + path) if settings.PUBLIC_URL else request.build_absolute_uri(path)


def sends_mail() -> bool:
    """Whether there is a mail server, so that a person can ask for a reset link themselves."""
    return not settings.EMAIL_BACKEND.endswith("dummy.EmailBackend")


def stop(request: HttpRequest, title: str, why: str, status: int = 403) -> HttpResponse:
    """A page that says why somebody does not come in, and what to do."""
    return render(request, "accounts/stopped.html", {"heading": title, "why": why}, status=status)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts with a password."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": "No account has this name with this password. Check both.",
        "email_password_mismatch": "No account has this address with this password. Check both.",
        "too_many_login_attempts": "Too many tries. Wait five minutes, then try again, or reset the password.",
        "username_blacklisted": "This name is kept for the designer itself. Choose another.",
        "username_taken": "Somebody has this name already. Choose another.",
        "email_taken": "There is an account with this address already. Sign in to it instead.",
        "enter_current_password": "This is not your current password.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        invitation = held(request)
        return invitation is not None and not invitation.problem

    def clean_username(self, username: str, shallow: bool = False) -> str:
        name: str = super().clean_username(username, shallow)
        if not _USERNAME.fullmatch(name.lower()):
            raise ValidationError(
                "A user name has letters a to z, digits, “.”, “_” and “-”, and ends with a letter or digit."
            )
        return name

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        if not commit or form is None or hasattr(form, "sociallogin"):
            return super().save_user(request, user, form, commit)
        invitation = held(request)
        try:
            with transaction.atomic():
                super().save_user(request, user, form, commit)
                if invitation is None:
                    raise TeamError("An account is made by invitation only. Open the link of yours again.")
                audit.record(request, user, "sign-up", how="with a password")
                accept(request, user, invitation)
        except TeamError as error:
            raise ImmediateHttpResponse(stop(request, "No account was made", str(error))) from None
        return user

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        # Somebody new begins where they were invited to.
        joined: Team | None = getattr(request, "joined", None)
        return reverse("team", args=[joined.slug]) if joined else reverse("home")

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            if account := _account(credentials):
                audit.record(request, None, "sign-in-limited", account=account)
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        # A name that nobody has is not written down: people type their password into the wrong field.
        account = _account(credentials)
        audit.record(
            request,
            None,
            "sign-in-failed" if account else "sign-in-unknown",
            **({"account": account} if account else {}),
        )

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *_: Any, **more: Any
    ) -> None:
        # allauth would render its own templates; we say only what a page does not show anyway.
        if words := _SAID.get(message_template or ""):
            messages.add_message(request, level, words)

    def get_client_ip(self, request: HttpRequest) -> str:
        # The server has put the client's own address here where a trusted proxy told it (commands/serve.py).
        return request.META.get("REMOTE_ADDR") or "127.0.0.1"

    def get_reset_password_from_key_url(self, key: str) -> str:
        return reset_address(self.request, key)

    def render_mail(
        self, template_prefix: str, email: Any, context: dict[str, Any], headers: Any = None
    ) -> EmailMessage:
        message: EmailMessage = super().render_mail(
            template_prefix.replace("account/email/", "accounts/mail/"), email, context, headers
        )
        return message

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        audit.record(request, user, "sign-in-refused", how="a right password", why="the account is deactivated")
        return redirect("account_inactive")


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Accounts that an OpenID provider or GitHub knows."""

    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "email_taken": "There is an account with this address already. Sign in to it, then connect %s on its page.",
    }

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if sociallogin.is_existing or request.user.is_authenticated:
            return
        address = _vouched(sociallogin)
        if address and EmailAddress.objects.filter(email__iexact=address).exists():
            name = sociallogin.provider.name
            raise ImmediateHttpResponse(
                stop(
                    request,
                    "You have an account already",
                    f"There is an account with the address {address} here. Sign in to it with its password, then "
                    f"connect {name} on your account's page: from then on you can sign in with {name}.",
                )
            )

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        invitation = held(request)
        if (invitation and not invitation.problem) or self._of_domain(sociallogin):
            return True
        why = (
            invitation.problem if invitation else "Accounts are made by invitation. Ask somebody who is in for a link."
        )
        if settings.SIGNUP_DOMAINS and not invitation:
            domains = " or ".join(settings.SIGNUP_DOMAINS)
            why += f" Who has a verified address at {domains} needs none."
        name = sociallogin.provider.name
        audit.record(request, None, "sign-in-refused", how=name, why="there is no account and no invitation")
        raise ImmediateHttpResponse(stop(request, f"{name} knows you, but you have no account here", why))

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        invitation = held(request)
        try:
            with transaction.atomic():
                user: User = super().save_user(request, sociallogin, form)
                audit.record(request, user, "sign-up", how=f"with {sociallogin.provider.name}")
                if invitation and (not invitation.problem or not self._of_domain(sociallogin)):
                    accept(request, user, invitation)
        except TeamError as error:
            raise ImmediateHttpResponse(stop(request, "No account was made", str(error))) from None
        return user

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        cancelled = error is not None and str(error) == "cancelled"
        why = (
            f"You broke off signing in with {provider.name}. Nothing has changed."
            if cancelled
            else f"{provider.name} and this designer did not come to terms. Try again from the sign-in page, in one "
            "window and within a few minutes; if it stays so, an administrator finds the reason in the server's log."
        )
        if not cancelled:
            _log.warning("signing in with %s failed: %s", provider.name, exception or error)
        raise ImmediateHttpResponse(stop(request, f"Signing in with {provider.name} did not work", why, 401))

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        return reverse("account")

    @staticmethod
    def _of_domain(sociallogin: SocialLogin) -> bool:
        return _vouched(sociallogin).rpartition("@")[2].lower() in settings.SIGNUP_DOMAINS


def reset_address(request: HttpRequest, key: str) -> str:
    """The address where a person sets a new password; `key` is "UID-TOKEN" as allauth makes it."""
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
    return absolute(request, path.replace("UID-KEY", key))


def _vouched(sociallogin: SocialLogin) -> str:
    """An e-mail address that the provider says it has verified; "" where there is none."""
    return next((address.email for address in sociallogin.email_addresses if address.verified), "")


def _account(credentials: dict[str, Any]) -> User | None:
    """Whose account a person tried to sign in to."""
    name, address = credentials.get("username") or "", credentials.get("email") or ""
    if address and (known := EmailAddress.objects.select_related("user").filter(email__iexact=address).first()):
        return known.user
    return User.objects.filter(username__iexact=name).first() if name else None
