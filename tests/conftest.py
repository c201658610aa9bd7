"""What every test shares: how many examples a property test runs, and skips that say how to get what is missing."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# A real API server for whoever asks for one, started once for a session.
from tests.cluster.control_plane import control_plane, namespace, pytest_runtest_makereport

__all__ = ["control_plane", "namespace", "pytest_runtest_makereport"]


settings.register_profile("default", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "long",
    max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", "5000")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
