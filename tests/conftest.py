"""What every test shares: how many examples a property test runs, and skips that say how to get what is missing."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# A real API server for whoever asks for one, started once for a session.
from tests.cluster.control_plane import control_plane, namespace, pytest_runtest_makereport

__all__ = ["control_plane", "namespace", "pytest_runtest_makereport"]


# Generated texts that kubectl would not read are left out: that many are is no sign of a thin test.
_PATIENT = [HealthCheck.too_slow, HealthCheck.filter_too_much]
settings.register_profile("default", max_examples=60, deadline=None, suppress_health_check=_PATIENT)
settings.register_profile(
    "long",
    max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", "2000")),
    deadline=None,
    suppress_health_check=_PATIENT,
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
