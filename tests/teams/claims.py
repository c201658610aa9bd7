"""What the tests' OpenID provider tells of a person. A module of its own: it is imported when the provider stands."""

from __future__ import annotations

from typing import Any

from oauth2_provider.oauth2_validators import OAuth2Validator


class Validator(OAuth2Validator):  # type: ignore[misc]
    oidc_claim_scope = OAuth2Validator.oidc_claim_scope | {"email_verified": "email", "preferred_username": "profile"}

    def get_additional_claims(self, request: Any) -> dict[str, Any]:
        user = request.user
        return {
            "preferred_username": user.username,
            "name": user.get_full_name(),
            "email": user.email,
            # "unsure" has an address that the provider has not verified.
            "email_verified": user.username != "unsure",
        }
