"""How the changes of an object are written out as a diff."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from designer.clusters.compare import changes
from designer.manifests.text import dump, parse
from designer.web.changes import shown
from tests.cluster.documents import config_map, pod
from tests.cluster.test_compare import PODS


def written(live: Any, after: Any, wanted: Any = None) -> list[str]:
    return [f"{line.sign or ' '} {line.shown}" for line in shown(changes(live, after, wanted or after)).lines]


def with_env(*names: str) -> dict[str, Any]:
    return pod(env=[{"name": name, "value": "1"} for name in names])


@pytest.mark.parametrize(
    ("live", "after", "lines"),
    [
        (pod(), pod(), []),
        (pod(), pod(image="b"), ["@ spec.containers[app]", "-   image: nginx:1", "+   image: b"]),
        # What comes into an object is not told as if all around it were new.
        (pod(), pod(stdin=True), ["@ spec.containers[app]", "+   stdin: true"]),
        (
            with_env("A"),
            with_env("A", "B"),
            ["@ spec.containers[app].env", "+   - name: B", '+     value: "1"'],
        ),
        (
            with_env("A", "B"),
            with_env("B", "A"),
            ["@ spec.containers[app].env", "~   [A] moves from place 1 to 2"],
        ),
        (
            pod(args=["-v", "x"]),
            pod(args=["-v", "y"]),
            ["@ spec.containers[app].args", "-   - x", "+   - \"y\""],
        ),
        (
            config_map(a="one\ntwo\nthree\n"),
            config_map(a="one\n2\nthree\n"),
            ["@ data", "@   a:", "@     @@ -1,3 +1,3 @@", "      one", "-     two", "+     2", "      three"],
        ),
        (None, config_map(a="x\ny\n"), [
            "+ apiVersion: v1", "+ kind: ConfigMap", "+ metadata:", "+   name: settings",
            "+ data:", "+   a: |", "+     x", "+     y",
        ]),
        (config_map(), None, [
            "- apiVersion: v1", "- kind: ConfigMap", "- metadata:", "-   name: settings", "- data: {}",
        ]),
    ],
)  # fmt: skip
def test_the_lines_of_a_diff(live: Any, after: Any, lines: list[str]) -> None:
    assert written(live, after) == lines


def test_sums_count_what_is_ours() -> None:
    wanted = pod()
    after = {**pod(), "spec": {**pod()["spec"], "dnsPolicy": "ClusterFirst"}}
    found = shown(changes(None, after, wanted))
    assert (found.added, found.removed, found.defaulted) == (8, 0, 1)
    assert [line.css for line in found.lines if not line.ours] == ["add defaulted"]


@given(PODS)
def test_what_is_new_reads_as_the_yaml_of_it(after: Any) -> None:
    lines = shown(changes(None, after, after)).lines
    assert {line.sign for line in lines} == {"+"}
    assert parse("\n".join(line.shown for line in lines)) == parse(dump([after]))
