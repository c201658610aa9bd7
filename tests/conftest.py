"""What every test shares: how many examples a property test runs, and skips that say how to get what is missing."""

from __future__ import annotations

import os
import tempfile

# Before Django reads its settings: tests have a data folder of their own, never the person's.
os.environ["PPD_DATA_DIR"] = tempfile.mkdtemp(prefix="ppd-tests-")

import pytest
from hypothesis import HealthCheck, settings

# A real API server for whoever asks for one, started once for a session.
from tests.cluster.control_plane import control_plane, namespace, pytest_runtest_makereport

__all__ = ["control_plane", "namespace", "pytest_runtest_makereport"]


def pytest_configure(config: pytest.Config) -> None:
    """Static files are served as they stand; the database is a file of this run."""
    from django.conf import settings as django_settings

    default = django_settings.DATABASES["default"]
    if default["ENGINE"].endswith("sqlite3"):
        # In a file, so that a live server's threads have connections of their own, as in earnest.
        default.setdefault("TEST", {})["NAME"] = str(django_settings.DATA_DIR / "test.sqlite3")
    django_settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"


settings.register_profile("default", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "long",
    max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", "5000")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
