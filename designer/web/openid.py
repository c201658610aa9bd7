"""Signing in with an OpenID issuer: allauth's flow, held to what OpenID Connect asks of who relies on an issuer.

- The issuer that is found is the one that was set (OpenID Connect Discovery 1.0, section 4.3).
- The ID token is there, and its signature is checked with the issuer's keys (JWKS), also where TLS would do.
- What the userinfo endpoint tells is about the person of the ID token (OpenID Connect Core 1.0, section 5.3.2).
"""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest


class IssuerAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """One issuer of PPD_OIDC. Its methods raise OAuth2Error where the issuer does not keep to the rules above."""

    @property
    def openid_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().openid_config
        wanted = self.get_provider().app.settings["server_url"]
        if str(config.get("issuer", "")).rstrip("/") != wanted:
            raise OAuth2Error(f"the issuer at {wanted} calls itself {config.get('issuer')!r}")
        return config

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        if not kwargs["response"].get("id_token"):
            raise OAuth2Error("the issuer answered without an ID token")
        login = super().complete_login(request, app, token, **kwargs)
        told = login.account.extra_data
        if "userinfo" in told and told["userinfo"].get("sub") != told["id_token"]["sub"]:
            raise OAuth2Error("the issuer's userinfo is about another person than its ID token")
        return login

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        told: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        return told
