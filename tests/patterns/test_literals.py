"""A preset with what a Secret holds is refused where it is written, saved, imported and brought by a catalogue."""

from __future__ import annotations

import pytest

from designer.manifests.types import ManifestError
from patterns.preset import read

PRESET = """\
apiVersion: podpatterns.dev/v1alpha1
kind: Preset
metadata: {name: mine, title: Mine, pattern: sidecar, summary: A test}
parameters:
- {name: APP, type: string, default: x}
pod:
  spec:
    containers: [{name: mine, image: busybox}]
"""


def written(value: str, field: str = "stringData", part: str = "objects") -> str:
    secret = f"apiVersion: v1, kind: Secret, metadata: {{name: db}}, {field}: {{password: {value}}}"
    return f"{PRESET}{part}:\n- {{{secret}}}\n"


@pytest.mark.parametrize("value", ['""', "", '"${APP}"', '"postgres://${APP}@db"'])
def test_a_parameter_or_nothing(value: str) -> None:
    assert read(written(value)).objects


@pytest.mark.parametrize("field", ["stringData", "data"])
@pytest.mark.parametrize("value", ["hunter2", "aHVudGVyMg==", '"${NOT_DECLARED}"', "5432"])
def test_a_value_is_refused_where_it_stands(value: str, field: str) -> None:
    with pytest.raises(ManifestError, match="password of Secret db would be told") as caught:
        read(written(value, field))
    assert caught.value.path == ("objects", 0, field, "password")


def test_an_example_and_a_list_are_looked_into() -> None:
    pod = "- {apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {containers: [{name: web, image: nginx}]}}\n"
    with pytest.raises(ManifestError, match="would be told"):
        read(written("hunter2", part="example") + pod)
    listed = "{kind: List, apiVersion: v1, metadata: {name: l}, items: [{kind: Secret, data: {password: aGk=}}]}"
    with pytest.raises(ManifestError, match="would be told"):
        read(f"{PRESET}objects:\n- {listed}\n")


def test_what_was_kept_before_is_still_read() -> None:
    assert read(written("hunter2"), kept=True).objects
