"""The order of objects, and the way from an API server's field names to paths. Nothing here needs a cluster."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.clusters import plan
from designer.manifests.types import Path, show


def named(api_version: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": kind.lower()}, **more}


def test_what_others_stand_on_comes_first() -> None:
    documents = [
        named("example.org/v1", "Mesh"),
        named("apps/v1", "Deployment"),
        named("v1", "Service"),
        named("v1", "PersistentVolumeClaim"),
        named("v1", "Secret"),
        named("rbac.authorization.k8s.io/v1", "RoleBinding"),
        named("rbac.authorization.k8s.io/v1", "Role"),
        named("v1", "ServiceAccount"),
        named("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
        named("v1", "Namespace"),
    ]
    kinds = [documents[index]["kind"] for index in plan.order(documents)]
    assert kinds == [
        "Namespace",
        "CustomResourceDefinition",
        "Role",
        "ServiceAccount",
        "RoleBinding",
        "Secret",
        "PersistentVolumeClaim",
        "Service",
        "Deployment",
        "Mesh",
    ]


def test_another_groups_kind_of_a_known_name_comes_last() -> None:
    documents = [named("serving.example.org/v1", "Service"), named("v1", "Pod"), named("example.org/v1", "Namespace")]
    assert plan.order(documents) == [1, 0, 2]


@given(st.lists(st.sampled_from(["Pod", "Service", "Namespace", "ConfigMap", "Odd", 7, None])))
def test_every_document_is_in_the_order_once_and_equals_keep_theirs(kinds: list[Any]) -> None:
    documents = [{"apiVersion": "v1", "kind": kind} for kind in kinds]
    order = plan.order(documents)
    assert sorted(order) == list(range(len(kinds)))
    for kind in set(kinds):
        places = [index for index in order if kinds[index] == kind]
        assert places == sorted(places)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (named("v1", "Pod"), "chosen"),
        ({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x", "namespace": "own"}}, "own"),
        ({"apiVersion": "v1", "kind": "Pod", "metadata": {"namespace": ""}}, "chosen"),
        ({"apiVersion": "v1", "kind": "Pod", "metadata": "odd"}, "chosen"),
        (named("v1", "Namespace"), ""),
        (named("rbac.authorization.k8s.io/v1", "ClusterRole"), ""),
        (named("example.org/v1", "Namespace"), "chosen"),
    ],
)
def test_the_namespace_an_object_goes_to(document: dict[str, Any], expected: str) -> None:
    assert plan.namespace_of(document, "chosen") == expected


def test_the_one_namespace_that_all_objects_say() -> None:
    own, role = {"kind": "Pod", "metadata": {"namespace": "own"}}, named("v1", "Namespace")
    assert plan.own_namespace([own, role, own]) == "own"
    for documents in ([], [role], [own, named("v1", "Pod")], [own, {"kind": "Pod", "metadata": {"namespace": "b"}}]):
        assert plan.own_namespace(documents) == ""


POD = {
    "metadata": {"labels": {"app": "x"}, "annotations": {"example.org/a": "1", "example": {"org/b": 2}}},
    "spec": {
        "containers": [
            {
                "name": "web",
                "image": "nginx",
                "ports": [{"containerPort": 80}, {"containerPort": 80, "protocol": "UDP"}],
                "env": [{"name": "A"}, {"name": "B"}, {"name": "A"}],
            },
            {"name": "b]c", "image": "x"},
        ]
    },
}


@pytest.mark.parametrize(
    ("field", "path"),
    [
        ("", ()),
        ("<nil>", ("<nil>",)),
        ("metadata.labels", ("metadata", "labels")),
        ("spec.containers[0].image", ("spec", "containers", 0, "image")),
        ("spec.containers[0].imagee", ("spec", "containers", 0, "imagee")),
        ("spec.containers[1].ports[0].containerPort", ("spec", "containers", 1, "ports", 0, "containerPort")),
        ('.spec.containers[name="web"].image', ("spec", "containers", 0, "image")),
        ('.spec.containers[name="b]c"].image', ("spec", "containers", 1, "image")),
        ('.spec.containers[name="gone"].image', ("spec", "containers")),
        ('.spec.containers[name="web"].ports[containerPort=80,protocol="TCP"]', ("spec", "containers", 0, "ports", 0)),
        ('.spec.containers[name="web"].ports[containerPort=80,protocol="UDP"]', ("spec", "containers", 0, "ports", 1)),
        ('.spec.containers[name="web"].env[name="A"]', ("spec", "containers", 0, "env", 2)),
        ("metadata.annotations.example.org/a", ("metadata", "annotations", "example.org/a")),
        ("metadata.annotations[example.org/a]", ("metadata", "annotations", "example.org/a")),
        ('metadata.annotations["example.org/a"]', ("metadata", "annotations", "example.org/a")),
        ("metadata.annotations.example.org/b", ("metadata", "annotations", "example", "org/b")),
        ("spec.containers[", ("spec", "containers")),
        ("spec..", ("spec",)),
    ],
)
def test_the_path_of_a_field(field: str, path: Path) -> None:
    assert plan.field_path(field, POD) == path


def test_an_item_of_a_set_of_plain_values() -> None:
    document = {"metadata": {"finalizers": ["a/b", "c"]}}
    assert plan.field_path('.metadata.finalizers[="c"]', document) == ("metadata", "finalizers", 1)


def test_two_containers_of_one_name_point_at_the_second() -> None:
    document = {"spec": {"containers": [{"name": "a"}, {"name": "b"}, {"name": "a"}]}}
    assert plan.field_path('.spec.containers[name="a"]', document) == ("spec", "containers", 2)


NAMES = st.text("abcXYZ", min_size=1, max_size=4)
KEYS = NAMES | st.builds("{}.{}/{}".format, NAMES, NAMES, NAMES)


def documents_with(keys: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    trees = st.recursive(
        st.integers(),
        lambda inner: st.dictionaries(keys, inner, max_size=4) | st.lists(inner, max_size=4),
        max_leaves=20,
    )
    return st.dictionaries(keys, trees, max_size=4)


def paths(value: Any, at: Path = ()) -> list[Path]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(path for key, inner in steps for path in paths(inner, (*at, key)))]


@given(documents_with(KEYS))
def test_keys_and_indexes_in_brackets_lead_back_to_their_path(document: dict[str, Any]) -> None:
    """The writing of field.Path.Key and .Index in apimachinery."""
    for path in paths(document):
        assert plan.field_path("".join(f"[{step}]" for step in path), document) == path


@given(documents_with(NAMES))
def test_fields_after_dots_lead_back_to_their_path(document: dict[str, Any]) -> None:
    """The writing of field.Path.Child."""
    for path in paths(document):
        assert plan.field_path(show(path), document) == path


@given(st.text(max_size=40), documents_with(KEYS))
def test_any_text_gives_some_path(field: str, document: dict[str, Any]) -> None:
    assert isinstance(plan.field_path(field, document), tuple)
