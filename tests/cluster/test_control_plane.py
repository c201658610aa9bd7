"""That a missing API server is never passed over in silence where it is asked for."""

from __future__ import annotations

import pytest

from tests.cluster import control_plane
from tests.cluster.control_plane import ControlPlane


@pytest.mark.parametrize(
    ("environ", "outcome"),
    [
        ({}, pytest.skip.Exception),
        ({"CI": "false", "PPD_REQUIRE_CONTROL_PLANE": "0"}, pytest.skip.Exception),
        ({"CI": "true"}, pytest.fail.Exception),
        ({"PPD_REQUIRE_CONTROL_PLANE": "1"}, pytest.fail.Exception),
    ],
)
def test_a_missing_server_is_a_skip_for_people_and_a_failure_for_ci(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], outcome: type[BaseException]
) -> None:
    for name in ("CI", "PPD_REQUIRE_CONTROL_PLANE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(outcome, match="etcd is not built: `make control-plane` builds it"):
        control_plane.missing("etcd is not built")


@pytest.mark.cluster
def test_kubectl_reaches_it_and_a_new_namespace_is_there(control_plane: ControlPlane, namespace: str) -> None:
    found = control_plane.json("get", "namespace", namespace)
    assert found["status"]["phase"] == "Active"
