"""Finding pods, visiting what is inside them, and finding a thing again."""

from __future__ import annotations

import pytest

from designer.manifests.pod import address_of, containers, follow, pods, resolve, volumes
from designer.manifests.types import Documents, ManifestError


def pod(name: str, *names: str, **more: object) -> dict[str, object]:
    spec = {"containers": [{"name": one} for one in names], **more}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}


def cron(name: str) -> dict[str, object]:
    inner = {"metadata": {}, "spec": {"template": {"spec": {"containers": [{"name": "a"}]}}}}
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": name}, "spec": {"jobTemplate": inner}}


def test_templates_are_found_wherever_a_kind_keeps_them() -> None:
    found = pods([cron("c"), {"apiVersion": "example.com/v1", "kind": "Job", "spec": {"template": {}}}, pod("p", "a")])
    assert [(one.document, one.kind, one.spec_path) for one in found] == [
        (0, "CronJob", (0, "spec", "jobTemplate", "spec", "template", "spec")),
        (2, "Pod", (2, "spec")),
    ]


def test_kinds_of_containers() -> None:
    init = [{"name": "i"}, {"name": "s", "restartPolicy": "Always"}]
    found = containers(pods([pod("p", "a", initContainers=init, ephemeralContainers=[{"name": "e"}])])[0])
    assert [(c.name, c.kind) for c in found] == [("i", "init"), ("s", "sidecar"), ("a", "app"), ("e", "ephemeral")]


def test_odd_shapes_are_skipped() -> None:
    odd = pods([pod("p", "a", volumes="none", initContainers=[1, None, {"name": 5}])])[0]
    assert list(volumes(odd)) == []
    assert [c.name for c in containers(odd)] == ["", "a"]


@pytest.mark.parametrize("address", ["", "x", "9", "0/containers/5", "0/nonsense/0", "0/containers/-1", "00000"])
def test_an_address_of_nothing_is_refused(address: str) -> None:
    with pytest.raises(ManifestError):
        resolve([pod("p", "a")], address)


def test_the_address_around_a_path() -> None:
    documents = [pod("p", "a", volumes=[{"name": "v"}])]
    assert address_of(documents, (0, "spec", "containers", 0, "image")) == "0/containers/0"
    assert address_of(documents, (0, "spec", "volumes", 0)) == "0/volumes/0"
    assert address_of(documents, (0, "metadata", "name")) == "0"
    assert address_of(documents, ()) == ""


@pytest.mark.parametrize(
    ("old", "address", "new", "expected"),
    [
        ([pod("p", "a", "b")], "0/containers/0", [pod("p", "b", "a")], "0/containers/1"),
        ([pod("p", "a", "b")], "0/containers/0", [pod("p", "b")], ""),
        ([pod("p", "a")], "0/containers/0", [pod("q", "z"), pod("p", "a")], "1/containers/0"),
        ([pod("p", "a")], "0", [pod("q", "z")], ""),
        ([pod("p", "a")], "0/containers/7", [pod("p", "a")], ""),
        ([pod("p", "", "")], "0/containers/1", [pod("p", "", "")], "0/containers/1"),
        ([{"kind": "Pod"}], "0", [{"kind": "Pod"}], "0"),
        ([pod("p", "a")], "", [pod("p", "a")], ""),
    ],
)
def test_a_thing_is_found_again_by_its_name(old: Documents, address: str, new: Documents, expected: str) -> None:
    assert follow(old, address, new) == expected


def test_what_the_server_names_is_called_by_how_its_name_begins() -> None:
    spec = {"containers": [{"name": "a", "image": "a"}]}
    job = {"kind": "Job", "metadata": {"generateName": "import-"}, "spec": {"template": {"spec": spec}}}
    both = {"kind": "Pod", "metadata": {"name": "web", "generateName": "web-"}, "spec": spec}
    odd = {"kind": "Pod", "metadata": {"generateName": 5}, "spec": spec}
    assert [(pod.name, pod.called) for pod in pods([job, both, odd])] == [("", "import-*"), ("web", "web"), ("", "")]
