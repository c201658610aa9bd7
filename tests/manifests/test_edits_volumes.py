from __future__ import annotations

from typing import Any

import pytest

from designer.manifests.edits.volumes import (
    SOURCES,
    add_volume,
    duplicate_volume,
    mount,
    remove_volume,
    rename_volume,
    set_volume_source,
    unmount,
)
from designer.manifests.schema import VOLUME, schema
from designer.manifests.types import Documents, ManifestError, get


def pod(*containers: dict[str, Any], volumes: Any = None, **spec: Any) -> Documents:
    spec = {"containers": list(containers) or [{"name": "web"}], **spec}
    if volumes is not None:
        spec["volumes"] = volumes
    return [{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec}]


def missing(definition: str, value: Any) -> list[str]:
    """The required fields that an object of a definition lacks, and the fields that the schema does not know."""
    fields = schema().fields(definition)
    wrong = [name for name, field in fields.items() if field.required and name not in value]
    wrong += [name for name in value if name not in fields]
    for name, inner in value.items():
        for item in inner if isinstance(inner, list) else [inner]:
            if isinstance(item, dict) and name in fields and fields[name].of:
                wrong += missing(fields[name].of, item)
    return wrong


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("object_name", ["", "site"])
def test_every_source_is_added_valid(source: str, object_name: str) -> None:
    edited = add_volume(pod(), 0, source, object_name=object_name)
    (volume,) = edited.documents[0]["spec"]["volumes"]
    assert list(volume) == ["name", source]
    assert volume["name"] == (object_name or "data")
    assert missing(VOLUME, volume) == []
    assert edited.select == "0/volumes/0"


def test_a_volume_gets_a_free_name_also_among_claim_templates() -> None:
    documents: Documents = [
        {
            "apiVersion": "apps/v1",
            "kind": "StatefulSet",
            "spec": {"volumeClaimTemplates": [{"metadata": {"name": "data"}}]},
        }
    ]
    first = add_volume(documents, 0, "emptyDir").documents
    second = add_volume(first, 0, "image", object_name="quay.io/crossplane/Files:1.2").documents
    volumes = get(second[0], ("spec", "template", "spec", "volumes"))
    assert [volume["name"] for volume in volumes] == ["data-2", "files-1-2"]


@pytest.mark.parametrize(
    ("source", "name", "message"),
    [
        ("emptyDir", "logs", "this pod has a volume 'logs' already"),
        ("emptyDir", "", "'' cannot be a volume's name: a name is needed"),
        ("floppy", "a", "there is no volume of the kind 'floppy' to choose: choose one of " + ", ".join(SOURCES)),
    ],
)
def test_what_cannot_be_added_is_told(source: str, name: str, message: str) -> None:
    with pytest.raises(ManifestError) as error:
        add_volume(pod(volumes=[{"name": "logs"}]), 0, source, name)
    assert error.value.message == message


def logs_in(name: str) -> Documents:
    use = {"name": name, "mountPath": "/logs"}
    return pod(
        {"name": "web", "volumeMounts": [use, {"name": "tmp", "mountPath": "/tmp"}]},
        {"name": "tail", "volumeMounts": [use], "volumeDevices": [{"name": name, "devicePath": "/dev/x"}]},
        initContainers=[{"name": "setup", "volumeMounts": [use, {**use, "mountPath": "/again"}]}],
        volumes=[{"name": "tmp", "emptyDir": {}}, {"emptyDir": {"sizeLimit": "1Gi"}, "name": name}],
    )


def test_a_rename_takes_every_mount_and_device_with_it() -> None:
    assert rename_volume(logs_in("logs"), "0/volumes/1", "journal").documents == logs_in("journal")
    with pytest.raises(ManifestError, match="this pod has a volume 'tmp' already"):
        rename_volume(logs_in("logs"), "0/volumes/1", "tmp")


def test_removing_a_volume_takes_its_mounts() -> None:
    edited = remove_volume(logs_in("logs"), "0/volumes/1")
    assert edited.documents == pod(
        {"name": "web", "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}]},
        {"name": "tail"},
        initContainers=[{"name": "setup"}],
        volumes=[{"name": "tmp", "emptyDir": {}}],
    )
    assert edited.select == "0/volumes/0"
    assert remove_volume(edited.documents, "0/volumes/0").select == "0"
    assert remove_volume(logs_in("logs"), "0/volumes/0").select == "0/volumes/0"


def test_a_copy_stands_behind_its_original_and_nothing_mounts_it() -> None:
    before = logs_in("logs")
    edited = duplicate_volume(before, "0/volumes/1")
    tmp, logs = before[0]["spec"]["volumes"]
    copy = {"emptyDir": {"sizeLimit": "1Gi"}, "name": "logs-2"}
    assert edited.documents[0]["spec"] == {**before[0]["spec"], "volumes": [tmp, logs, copy]}
    assert list(edited.documents[0]["spec"]["volumes"][2]) == ["emptyDir", "name"]
    assert edited.select == "0/volumes/2"
    again = duplicate_volume(edited.documents, "0/volumes/1")
    assert [volume["name"] for volume in again.documents[0]["spec"]["volumes"]] == ["tmp", "logs", "logs-3", "logs-2"]
    (_, nameless) = duplicate_volume(pod(volumes=[{"emptyDir": {}}]), "0/volumes/0").documents[0]["spec"]["volumes"]
    assert list(nameless.items()) == [("name", "data"), ("emptyDir", {})]


def test_removing_one_of_two_volumes_of_a_name_leaves_the_mounts() -> None:
    web = {"name": "web", "volumeMounts": [{"name": "a", "mountPath": "/a"}]}
    edited = remove_volume(pod(web, volumes=[{"name": "a", "emptyDir": {}}, {"name": "a"}]), "0/volumes/1")
    assert edited.documents == pod(web, volumes=[{"name": "a", "emptyDir": {}}])


def test_a_source_is_switched_and_the_name_kept() -> None:
    edited = set_volume_source(logs_in("logs"), "0/volumes/1", "persistentVolumeClaim", "claim")
    assert edited.documents[0]["spec"]["volumes"][1] == {
        "name": "logs",
        "persistentVolumeClaim": {"claimName": "claim"},
    }
    before = logs_in("logs")
    assert set_volume_source(before, "0/volumes/1", "emptyDir").documents is before


@pytest.mark.parametrize(
    ("volume", "keys"),
    [
        ({"name": "v", "emptyDir": {}, "x": 1}, ["name", "configMap", "x"]),
        ({"emptyDir": {}, "name": "v"}, ["name", "configMap"]),
        ({"x": 1, "emptyDir": {}, "y": 2, "name": "v", "z": 3}, ["x", "y", "name", "configMap", "z"]),
        ({"emptyDir": {}, "x": 1}, ["configMap", "x"]),
        ({"name": "v"}, ["name", "configMap"]),
    ],
)
def test_another_source_stands_in_the_place_of_the_old_behind_the_name(volume: dict[str, Any], keys: list[str]) -> None:
    documents = set_volume_source(pod(volumes=[volume]), "0/volumes/0", "configMap").documents
    assert list(documents[0]["spec"]["volumes"][0]) == keys


def test_a_source_takes_the_object_that_is_there() -> None:
    documents = pod(volumes=[{"name": "v", "emptyDir": {}}])
    alone = set_volume_source(documents, "0/volumes/0", "configMap")
    assert alone.documents[0]["spec"]["volumes"][0]["configMap"] == {"name": "v"}
    assert alone.notes == ("This design has no ConfigMap: the volume takes one called v, which must be there.",)
    for there, taken in ((["site"], "site"), (["site", "v"], "v")):
        others: Documents = [
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "far", "namespace": "other"}},
            *({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}} for name in there),
        ]
        edited = set_volume_source([*documents, *others], "0/volumes/0", "configMap")
        assert edited.documents[0]["spec"]["volumes"][0]["configMap"] == {"name": taken}
        assert edited.notes == ()


def test_a_mount_gets_a_free_path_and_what_cannot_be_written_is_read_only() -> None:
    documents = pod(volumes=[{"name": "logs", "emptyDir": {}}, {"name": "site-volume", "configMap": {"name": "site"}}])
    for volume in ("logs", "logs", "site-volume"):
        documents = mount(documents, "0/containers/0", volume).documents
    edited = mount(documents, "0/containers/0", "site-volume", "/etc/a", read_only=False, sub_path="a")
    assert edited.select == "0/containers/0"
    assert edited.documents[0]["spec"]["containers"][0]["volumeMounts"] == [
        {"name": "logs", "mountPath": "/logs"},
        {"name": "logs", "mountPath": "/logs-2"},
        {"name": "site-volume", "mountPath": "/site", "readOnly": True},
        {"name": "site-volume", "mountPath": "/etc/a", "subPath": "a"},
    ]
    with pytest.raises(ManifestError, match="web has a mount at /etc/a already"):
        mount(edited.documents, "0/containers/0", "logs", "/etc/a")
    with pytest.raises(ManifestError, match="this pod has no volume 'gone' to mount"):
        mount(documents, "0/containers/0", "gone")
    with pytest.raises(ManifestError, match="is not a container"):
        mount(documents, "0/volumes/0", "logs")


def test_a_volume_that_is_mounted_already_is_told() -> None:
    documents = pod(volumes=[{"name": "logs", "emptyDir": {}}])
    told = []
    for _ in range(3):
        edited = mount(documents, "0/containers/0", "logs")
        documents = edited.documents
        told.append(edited.notes)
    assert told == [
        (),
        ("logs is mounted in web already; this is a second mount, at /logs-2.",),
        ("logs is mounted in web already; this is another mount, at /logs-3.",),
    ]


def test_a_mount_is_taken_off_by_volume_or_by_path() -> None:
    documents = logs_in("logs")
    once = unmount(documents, "0/initContainers/0", "logs", "/again").documents
    assert get(once[0], ("spec", "initContainers", 0, "volumeMounts")) == [{"name": "logs", "mountPath": "/logs"}]
    assert unmount(documents, "0/initContainers/0", "logs").documents[0]["spec"]["initContainers"] == [
        {"name": "setup"}
    ]
    with pytest.raises(ManifestError, match="tail does not mount 'tmp' there"):
        unmount(documents, "0/containers/1", "tmp")
