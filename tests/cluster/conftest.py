"""Clients of the real API server that the fixture `control_plane` starts (see control_plane.py)."""

from __future__ import annotations

import pytest

from designer.clusters import kubeconfig
from designer.clusters.client import Client, connect
from tests.cluster.control_plane import ControlPlane


def client_of(plane: ControlPlane, context: str) -> Client:
    return connect(kubeconfig.context(context, {"KUBECONFIG": str(plane.kubeconfig)}))


@pytest.fixture
def client(control_plane: ControlPlane) -> Client:
    """A client that may do everything."""
    return client_of(control_plane, control_plane.admin)


@pytest.fixture
def reader(control_plane: ControlPlane) -> Client:
    """A client that may only log in."""
    if not control_plane.reader:
        pytest.skip("needs a user without rights, which only our own API server has")
    return client_of(control_plane, control_plane.reader)
