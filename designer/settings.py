"""Settings, from the environment, with defaults that are safe on a laptop.

| variable | meaning | default |
|---|---|---|
| PPD_DATA_DIR | where the database, the secret key and collected static files live | var/ beside manage.py |
| DATABASE_URL | another database, as a URL (postgres://user:password@host/name) | SQLite in the data folder |
| PPD_SECRET_KEY | signs cookies and forms | made once, kept in the data folder, readable by its owner only |
| PPD_CREDENTIALS_KEYS | keys that seal Secrets in designs and credentials of clusters (designer/vault.py) | as above |
| PPD_DEBUG | 1 shows tracebacks in the browser | 0 |
| PPD_MODE | local, or team: people with accounts, who may be on other machines | local |

Read in team mode only (designer/teams/environment.py checks them):

| variable | meaning | default |
|---|---|---|
| PPD_URL | the address people open; https:// makes cookies secure and asks browsers to stay with TLS (HSTS) | none |
| PPD_HOSTS | other host names it answers to, separated by commas | PPD_URL's, or loopback's |
| PPD_PROXIES | addresses or networks of proxies whose X-Forwarded-For and -Proto are believed | none |
| PPD_MAIL | the mail server for reset links: smtp+tls://user:password@host:587, smtps://host, smtp://host | none |
| PPD_MAIL_FROM | the address that mails come from | none; needed with PPD_MAIL |
| PPD_OIDC | OpenID providers, JSON: [{"id", "name", "issuer", "client_id", "secret"}, …]; see below | none |
| PPD_OIDC_ID, _NAME, _ISSUER, _CLIENT_ID, _SECRET | the same for one provider, a variable each | none |
| PPD_GITHUB_CLIENT_ID, PPD_GITHUB_CLIENT_SECRET | signing in with GitHub, which is no OpenID provider | none |
| PPD_SYNC_FOLDERS | folders of this server that presets may be read from, separated by commas | none |
| PPD_SIGNUP_DOMAINS | whoever a provider says has a verified e-mail there may sign up without an invitation | none |

Any OpenID issuer will do, Keycloak (https://host/realms/NAME), GitLab (https://gitlab.com), Google
(https://accounts.google.com) among them. Register PPD_URL/sign-in/with/ID/callback/ there as the redirect URI, and for
GitHub PPD_URL/sign-in/github/callback/.

In *local mode* there are no accounts, one person, served on loopback only: `designer.web.local` holds that rule.
"""

from __future__ import annotations

import os
from pathlib import Path

import dj_database_url
import django.contrib.admin
from django.core.management.utils import get_random_secret_key

from designer.teams import environment

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("PPD_DATA_DIR") or BASE_DIR / "var")
DATA_DIR.mkdir(parents=True, exist_ok=True)

SECRET_KEY = os.environ.get("PPD_SECRET_KEY") or environment.kept(DATA_DIR / "secret-key", get_random_secret_key)
CREDENTIALS_FILE = DATA_DIR / "credentials-key"
CREDENTIALS_KEYS = environment.credentials_keys(os.environ, CREDENTIALS_FILE)
DEBUG = os.environ.get("PPD_DEBUG") == "1"
LOCAL_MODE = environment.local_mode(os.environ)
LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"]
# Local mode reads none of team mode's variables: nothing in them can open it to others.
_TEAM = {} if LOCAL_MODE else os.environ
PUBLIC_URL = environment.public_url(_TEAM)
ALLOWED_HOSTS = LOOPBACK_NAMES if LOCAL_MODE else environment.hosts(_TEAM, LOOPBACK_NAMES)
PROXIES = environment.proxies(_TEAM)
SYNC_FOLDERS = environment.sync_folders(os.environ, LOCAL_MODE)

INSTALLED_APPS = [
    "designer.web",
    "designer.designs",
    "designer.teams",
    "designer.clusters",
    "patterns",
    # Without its search for admin modules: ours (designer/web/admin) is the only site; allauth's would show secrets.
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.github",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "designer.web.middleware.content_security_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "designer.web.local.local_mode",
    "designer.web.sessions.seen",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "designer.web.middleware.problems",
]

ROOT_URLCONF = "designer.urls"
ASGI_APPLICATION = "designer.asgi.application"
WSGI_APPLICATION = "designer.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates", Path(django.contrib.admin.__file__).parent / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "designer.web.local.mode",
            ],
            "loaders": [
                ("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"]),
            ]
            if not DEBUG
            else ["django.template.loaders.filesystem.Loader"],
            "builtins": ["designer.web.templatetags.ppd"],
        },
    }
]

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{DATA_DIR / 'designer.sqlite3'}", conn_max_age=60
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # IMMEDIATE takes the write lock at BEGIN: two edits queue instead of failing with "database is locked".
        "transaction_mode": "IMMEDIATE",
        "timeout": 10,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "designer.web.finders.PackageFiles",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else "designer.web.storage.Storage"
    },
}

LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = "designer.web.formats"

# What a request may carry: a few manifests at once, never a disk image.
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# Signing in (team mode): django-allauth's flows under our own routes, templates and rules (designer/web/signin.py).
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in [
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    ]
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "designer.web.signin.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_USERNAME_BLACKLIST = ["local"]  # the person of local mode: who had that name would find their designs there
ACCOUNT_EMAIL_VERIFICATION = "none"  # who comes has an invitation, and nothing is decided by an address they typed
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PUBLIC_URL.startswith("https:") else "http"
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "signup": "20/m/ip",
    "reset_password": "10/m/ip,3/h/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
}
SOCIALACCOUNT_ADAPTER = "designer.web.signin.SocialAdapter"
SOCIALACCOUNT_PROVIDERS = environment.providers(_TEAM)
SOCIALACCOUNT_STORE_TOKENS = False
SIGNUP_DOMAINS = [domain.lower().lstrip("@") for domain in environment.words(_TEAM, "PPD_SIGNUP_DOMAINS")]
# The counters of rate limits, which every process has to share; designer/teams/limits.py says why here. There is room
# for a flood of them: a full cache would drop a third, and with it the count of whoever made it full.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "teams_limit",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
globals().update(environment.mail(_TEAM))

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "ppd_session"
CSRF_COOKIE_NAME = "ppd_csrf"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
if PUBLIC_URL:
    CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
if PUBLIC_URL.startswith("https:"):
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600

# Neither an error's page nor a log tells what designs hold.
DEFAULT_EXCEPTION_REPORTER_FILTER = "designer.sealed_reports.Filter"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain"},
        "none": {"class": "logging.NullHandler"},
    },
    # A foreign host name is refused with a plain 400; a traceback for each would only fill the terminal.
    "loggers": {"django.security.DisallowedHost": {"handlers": ["none"], "propagate": False}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
