"""Writes to the audit log what Django and allauth tell of: signing in and out, passwords, connected providers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account import signals as account
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.socialaccount import signals as social
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from django.conf import settings
from django.contrib.auth import signals as auth

from designer.teams import audit

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpRequest


def listen() -> None:
    """Connect the receivers below; called once, when the room is ready."""
    auth.user_logged_in.connect(_signed_in)
    auth.user_logged_out.connect(_signed_out)
    account.password_changed.connect(_password_changed)
    account.password_set.connect(_password_changed)
    account.password_reset.connect(_password_reset)
    social.social_account_added.connect(_connected)
    social.social_account_removed.connect(_disconnected)


def provider_name(request: HttpRequest | None, provider: str) -> str:
    """What a provider is called, from its id; the id where the settings no longer have it."""
    try:
        return str(get_adapter().get_provider(request, provider).name)
    except SocialApp.DoesNotExist:
        return provider


def _signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    if settings.LOCAL_MODE:
        return
    steps = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY) or [{}]
    how = {"password": "a password", "password_reset": "a reset link"}.get(steps[-1].get("method", ""), "a link")
    if steps[-1].get("method") == "socialaccount":
        how = provider_name(request, steps[-1].get("provider", ""))
    audit.record(request, user, "sign-in", how=how)


def _signed_out(request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is not None and not settings.LOCAL_MODE:
        audit.record(request, user, "sign-out")


def _password_changed(request: HttpRequest, user: User, **_: Any) -> None:
    audit.record(request, user, "password-changed")


def _password_reset(request: HttpRequest, user: User, **_: Any) -> None:
    audit.record(request, user, "password-reset")


def _connected(request: HttpRequest, sociallogin: Any, **_: Any) -> None:
    audit.record(request, sociallogin.user, "connected", provider=sociallogin.provider.name)


def _disconnected(request: HttpRequest, socialaccount: Any, **_: Any) -> None:
    name = provider_name(request, socialaccount.provider)
    audit.record(request, socialaccount.user, "disconnected", provider=name)
