"""What values of fields mean, in words."""

from __future__ import annotations

from typing import Any

import pytest

from designer.manifests import meaning
from designer.manifests.schema import schema
from designer.manifests.types import Path

CORE, APPS = "io.k8s.api.core.v1.", "io.k8s.api.apps.v1."


@pytest.mark.parametrize(
    ("definition", "path", "value", "words"),
    [
        (CORE + "PodSpec", ("terminationGracePeriodSeconds",), 90, "1 min 30 s"),
        (CORE + "PodSpec", ("terminationGracePeriodSeconds",), 30, ""),
        (CORE + "PodSpec", ("activeDeadlineSeconds",), 90061, "1 day 1 h 1 min 1 s"),
        (CORE + "Probe", ("periodSeconds",), 172800, "2 days"),
        (CORE + "PodSpec", ("priority",), 90, ""),
        (CORE + "PodSpec", ("terminationGracePeriodSeconds",), "90", ""),
        (CORE + "ResourceRequirements", ("limits", "cpu"), "500m", "half a CPU core"),
        (CORE + "EmptyDirVolumeSource", ("sizeLimit",), "1Ki", "1,024 bytes"),
        (CORE + "ResourceFieldSelector", ("divisor",), "1", ""),
        (CORE + "HTTPGetAction", ("port",), "http", "the container's port of this name"),
        (CORE + "HTTPGetAction", ("port",), 80, ""),
        (
            APPS + "RollingUpdateDeployment",
            ("maxSurge",),
            "25%",
            "25% of the pods, rounded up, may run beyond what is wanted, during an update",
        ),
        (
            APPS + "RollingUpdateDeployment",
            ("maxUnavailable",),
            "25%",
            "25% of the pods, rounded down, may be missing",
        ),
        (
            APPS + "RollingUpdateDaemonSet",
            ("maxUnavailable",),
            "10%",
            "10% of the pods, rounded up, may be missing",
        ),
        ("io.k8s.api.policy.v1.PodDisruptionBudgetSpec", ("minAvailable",), 1, "1 pod must stay available"),
        (CORE + "PodSpec", ("nodeSelector",), {"a": "b"}, ""),
        (CORE + "PodSpec", ("nothing",), 1, ""),
    ],
)
def test_what_a_value_means(definition: str, path: Path, value: Any, words: str) -> None:
    assert meaning.meaning(schema().field(definition, path), path, value) == words


def test_what_is_seldom_meant() -> None:
    field = schema().field(CORE + "ResourceRequirements", ("limits", "memory"))
    assert meaning.caution(field, ("limits", "memory"), "100m").startswith("m is a thousandth")
    assert meaning.caution(schema().field(CORE + "PodSpec", ("hostname",)), ("hostname",), "100m") == ""
