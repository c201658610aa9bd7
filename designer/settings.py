"""Settings, from the environment, with defaults that are safe on a laptop.

| variable | meaning | default |
|---|---|---|
| PPD_DATA_DIR | where the database, the secret key and collected static files live | var/ beside manage.py |
| DATABASE_URL | another database, as a URL (postgres://user:password@host/name) | SQLite in the data folder |
| PPD_SECRET_KEY | signs cookies and forms | made once, kept in the data folder, readable by its owner only |
| PPD_CREDENTIALS_KEYS | keys that credentials of clusters are sealed with (vault.py); local mode needs none | none |
| PPD_DEBUG | 1 shows tracebacks in the browser | 0 |

It runs in *local mode*: no accounts, one person, served on loopback only. `designer.web.local` holds that rule.
"""

from __future__ import annotations

import os
from pathlib import Path

import dj_database_url
from django.core.management.utils import get_random_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("PPD_DATA_DIR") or BASE_DIR / "var")
DATA_DIR.mkdir(parents=True, exist_ok=True)


def _secret_key() -> str:
    if key := os.environ.get("PPD_SECRET_KEY"):
        return key
    path = DATA_DIR / "secret-key"
    try:
        # Opened with O_EXCL and its final mode, so that the key is never readable by others, not even for a moment.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(get_random_secret_key())
    except FileExistsError:
        pass
    return path.read_text().strip()


SECRET_KEY = _secret_key()
CREDENTIALS_KEYS = [key for part in os.environ.get("PPD_CREDENTIALS_KEYS", "").split(",") if (key := part.strip())]
DEBUG = os.environ.get("PPD_DEBUG") == "1"
LOCAL_MODE = True
LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = LOOPBACK_NAMES

INSTALLED_APPS = [
    "designer.web",
    "designer.designs",
    "designer.teams",
    "designer.clusters",
    "patterns",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
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
    "designer.web.local.local_mode",
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
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
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

# What a request may carry: a few manifests at once, never a disk image.
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "ppd_session"
CSRF_COOKIE_NAME = "ppd_csrf"

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
