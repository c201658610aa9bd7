"""What every test shares: how many examples a property test runs, and skips that say how to get what is missing."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Generator
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, settings

# A real API server for whoever asks for one, started once for a session.
from tests.cluster.control_plane import control_plane, namespace, pytest_runtest_makereport

__all__ = ["control_plane", "namespace", "pytest_runtest_makereport"]


# Generated texts that kubectl would not read are left out: that many are is no sign of a thin test.
_PATIENT = [HealthCheck.too_slow, HealthCheck.filter_too_much]
# The same examples each time, so that a change is judged by what it changed. New ones are hunted by make test-long.
settings.register_profile("default", max_examples=60, deadline=None, derandomize=True, suppress_health_check=_PATIENT)
# A glance at each law, for the inner loop (make check).
settings.register_profile("quick", max_examples=6, deadline=None, derandomize=True, suppress_health_check=_PATIENT)
settings.register_profile(
    "long",
    max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", "2000")),
    deadline=None,
    suppress_health_check=_PATIENT,
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that ask for a database are marked so, however they ask. Those that ask for an API server are run by one
    worker, so that one is started.

    In CI a test of real parts (a browser, an API server, processes) that fails is tried once more, and the summary has
    its name under RERUN: they may come late on a machine that does much else. What fails twice is a failure; a test
    of our own code alone is never tried again."""
    for item in items:
        if item.get_closest_marker("django_db") or "db" in getattr(item, "fixturenames", ()):
            item.add_marker("database")
        if "control_plane" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("cluster"))
        if os.environ.get("CI") and any(map(item.get_closest_marker, ("browser", "cluster", "proof"))):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Tests that commit are cleaned up after by emptying all tables, which the guard of the audit log is there to
    refuse. It is taken off once it is seen to be on; its own tests put it on again (teams/test_audit.py)."""
    from designer.teams import guard
    from designer.teams.audit import Entry

    with django_db_blocker.unblock():
        with transaction.atomic():
            Entry.objects.create(who="x", what="sign-out", group="sign-in", sentence="signed out")
            with pytest.raises(DatabaseError, match=guard.REFUSES), transaction.atomic():
                connection.cursor().execute("DELETE FROM teams_entry")
            transaction.set_rollback(True)
        guard.take_off(connection)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Hide Playwright's loop, which once started runs in this thread, from tests without a browser, and from what sets
    them up: Django's middleware is asynchronous and would refuse to be called beside it, and its connections are others
    where a loop runs, so that a test would wait for what its own set-up has locked."""
    loop = asyncio._get_running_loop()
    if loop is None or item.get_closest_marker("browser"):
        return (yield)
    asyncio._set_running_loop(None)
    try:
        return (yield)
    finally:
        asyncio._set_running_loop(loop)
