"""What every test shares: how many examples a property test runs, and skips that say how to get what is missing."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator

import pytest
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


@pytest.fixture(autouse=True)
def no_running_loop(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hide Playwright's loop, which once started runs in this thread, from tests without a browser: Django's middleware
    is asynchronous and would refuse to be called beside it."""
    loop = asyncio._get_running_loop()
    if loop is None or request.node.get_closest_marker("browser"):
        yield
        return
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(loop)
