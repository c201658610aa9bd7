"""A real OpenID provider for the tests: django-oauth-toolkit in a process of its own, on a port of this machine.

It speaks discovery, the authorization code flow with PKCE (which it insists on), RS256-signed ID tokens and JWKS.
`python -m tests.teams.provider PORT REDIRECT_URI…` serves until it is ended; the issuer is http://127.0.0.1:PORT/o.
"""

from __future__ import annotations

import secrets
import socketserver
import sys
import tempfile
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

CLIENT_ID, CLIENT_SECRET = "designer", "a-client-s3cret"
PASSWORD = "correct horse battery"
# User name: e-mail address and name.
PEOPLE = {
    "grace": ("grace@corp.example", "Grace Hopper"),
    "alan": ("alan@elsewhere.example", "Alan Turing"),
    "unsure": ("unsure@corp.example", "Un Sure"),
    "quiet": ("", "Qui Et"),
}
_SIGN_IN = """<!doctype html><title>Provider</title><h1>Test provider</h1><form method="post">{% csrf_token %}
{{ form.as_p }}<button>Log in</button></form>"""


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: what matters is told by the tests."""


def main(port: int, redirects: list[str]) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from django.conf import settings

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    folder = tempfile.mkdtemp(prefix="ppd-provider-")
    templates = Path(folder, "registration")
    templates.mkdir()
    (templates / "login.html").write_text(_SIGN_IN)
    settings.configure(
        SECRET_KEY=secrets.token_hex(),
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="tests.teams.provider_urls",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "oauth2_provider",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [folder],
                "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
            }
        ],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(Path(folder, "provider.sqlite3"))}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        USE_TZ=True,
        LOGIN_URL="/login/",
        # Cookies know no ports: the designer's own have other names.
        SESSION_COOKIE_NAME="provider_session",
        CSRF_COOKIE_NAME="provider_csrf",
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_RSA_PRIVATE_KEY": key.decode(),
            "PKCE_REQUIRED": True,
            "SCOPES": {"openid": "", "profile": "", "email": ""},
            "OAUTH2_VALIDATOR_CLASS": "tests.teams.claims.Validator",
        },
    )
    import django

    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application
    from oauth2_provider.models import Application

    call_command("migrate", verbosity=0)
    for name, (address, full) in PEOPLE.items():
        first, _, last = full.partition(" ")
        User.objects.create_user(name, address, PASSWORD, first_name=first, last_name=last)
    Application.objects.create(
        name="Pod Pattern Designer",
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        client_type="confidential",
        authorization_grant_type="authorization-code",
        algorithm="RS256",
        redirect_uris=" ".join(redirects),
        skip_authorization=True,
    )
    make_server("127.0.0.1", port, get_wsgi_application(), _Server, _Quiet).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
