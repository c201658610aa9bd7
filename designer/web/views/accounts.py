"""Signing in, up and out, and setting a new password: allauth's flows, our routes, rules and pages."""

from __future__ import annotations

from typing import Any

from allauth.account.internal import flows
from allauth.account.views import (
    LoginView,
    PasswordResetDoneView,
    PasswordResetFromKeyDoneView,
    PasswordResetFromKeyView,
    PasswordResetView,
    SignupView,
)
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.github.views import GitHubOAuth2Adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter, OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.views import SignupView as FinishView
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from requests import RequestException

from designer.teams import first
from designer.web import access, signin
from designer.web.openid import IssuerAdapter


class _Entrance:
    """What the pages of signing in and up show beside their form."""

    request: HttpRequest

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        invitation = signin.held(self.request)
        found: dict[str, Any] = super().get_context_data(**more)  # type: ignore[misc]
        return found | {
            "providers": [
                {"name": one.name, "address": one.get_login_url(self.request)}
                for one in get_adapter(self.request).list_providers(self.request)
            ],
            "next": self.request.POST.get("next") or self.request.GET.get("next", ""),
            "invitation": invitation if invitation and not invitation.problem else None,
            "mails": signin.sends_mail(),
            "nobody": first.needed(),
        }


class _SignIn(_Entrance, LoginView):  # type: ignore[misc]
    template_name = "accounts/sign_in.html"


class _SignUp(_Entrance, SignupView):  # type: ignore[misc]
    template_name = "accounts/sign_up.html"

    def closed(self) -> HttpResponse:
        held = signin.held(self.request)
        why = held.problem if held else "Accounts are made by invitation. Ask for a link, and open it."
        return signin.stop(self.request, "You need an invitation", why)


class _Finish(_Entrance, FinishView):  # type: ignore[misc]
    template_name = "accounts/finish.html"


class _Reset(PasswordResetView):  # type: ignore[misc]
    template_name = "accounts/reset.html"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_context_data(**more)
        return found | {"mails": signin.sends_mail()}


sign_in = access.everyone(_SignIn.as_view())
sign_up = access.everyone(_SignUp.as_view())
finish = access.everyone(_Finish.as_view())
reset = access.everyone(_Reset.as_view())
reset_sent = access.everyone(PasswordResetDoneView.as_view(template_name="accounts/reset_sent.html"))
reset_from_key = access.everyone(PasswordResetFromKeyView.as_view(template_name="accounts/reset_new.html"))
reset_done = access.everyone(PasswordResetFromKeyDoneView.as_view(template_name="accounts/reset_done.html"))


@require_POST
@access.account
def sign_out(request: access.Request) -> HttpResponse:
    flows.logout.logout(request)
    return redirect("account_login")


@require_GET
@access.everyone
def inactive(request: HttpRequest) -> HttpResponse:
    """Where somebody comes to whose account an administrator has deactivated."""
    why = "An administrator has deactivated it. What you made is still there; ask them to activate it again."
    return signin.stop(request, "This account is deactivated", why)


@never_cache
@require_POST
@access.everyone
def provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Go to an OpenID provider to sign in, or to connect it to the account one is signed in to."""
    return _leave(request, IssuerAdapter(request, provider_id))


@never_cache
@require_GET
@access.everyone
def provider_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Come back from an OpenID provider."""
    return _come_back(request, IssuerAdapter(request, provider_id))


@never_cache
@require_POST
@access.everyone
def github(request: HttpRequest) -> HttpResponse:
    return _leave(request, GitHubOAuth2Adapter(request))


@never_cache
@require_GET
@access.everyone
def github_callback(request: HttpRequest) -> HttpResponse:
    return _come_back(request, GitHubOAuth2Adapter(request))


def _leave(request: HttpRequest, adapter: OAuth2Adapter) -> HttpResponse:
    """A page that leads on to the provider. Not a redirect: the content security policy's form-action lets no form
    lead off this site, and a provider may lead on to others that no policy could name."""
    try:
        answer = OAuth2LoginView.adapter_view(adapter)(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except (RequestException, OAuth2Error) as error:
        get_adapter().on_authentication_error(request, adapter.get_provider(), exception=error)
        raise
    if not isinstance(answer, HttpResponseRedirect):
        return answer
    return render(request, "accounts/leaving.html", {"to": answer.url, "name": adapter.get_provider().name})


def _come_back(request: HttpRequest, adapter: OAuth2Adapter) -> HttpResponse:
    try:
        answer: HttpResponse = OAuth2CallbackView.adapter_view(adapter)(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    return answer


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What a rate limit answers with (handler429 of urls.py)."""
    return signin.stop(request, "Too many requests", "Wait a minute, then go back and try again.", 429)
