"""A real API server accepts every built-in preset, woven onto its example, with no unknown or missing field."""

from __future__ import annotations

from typing import Any

import pytest

from designer.manifests import text
from designer.manifests.schema import schema
from patterns import catalogue
from patterns.weave import weave
from tests.cluster.control_plane import ControlPlane

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("cluster")]
PEM = "-----BEGIN CERTIFICATE-----\n"
# What a preset brings only if it is asked to.
MORE: dict[str, dict[str, Any]] = {
    "tls-sidecar": {"CERTIFICATE": PEM, "PRIVATE_KEY": PEM},
    "redis-adapter": {"ADDRESS": "redis://localhost:6380", "PASSWORD_SECRET": "redis"},
    "forward-ambassador": {"HOST": "example.com", "IMAGE": "nginx:1.28"},
}


@pytest.mark.parametrize("name", sorted(catalogue.presets()))
def test_the_woven_example_is_accepted(name: str, control_plane: ControlPlane, namespace: str) -> None:
    for values in ({}, MORE.get(name, {})):
        woven = weave(catalogue.preset(name), values, [], None).documents
        known = [d for d in woven if schema().definition_of(d["apiVersion"], d["kind"])]
        for document in known:
            # The one namespace in a preset is that of the account which a binding names; the object's is the test's.
            control_plane.kubectl(
                "apply",
                "--server-side",
                "--dry-run=server",
                "--validate=strict",
                f"--namespace={namespace}",
                "-f",
                "-",
                stdin=text.dump([document]),
            )
        assert {d["kind"] for d in woven if d not in known} <= {"ServiceMonitor", "Prometheus"}
