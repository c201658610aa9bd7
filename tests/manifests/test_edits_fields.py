from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.manifests.edits.fields import (
    add_item,
    duplicate_item,
    move_item,
    parse_value,
    remove_field,
    set_field,
)
from designer.manifests.schema import Field, Type
from designer.manifests.types import ManifestError, Path, get

WEB: Path = (0, "spec", "containers", 0)


def pod(**container: Any) -> list[dict[str, Any]]:
    container = {"name": "web", "image": "nginx", **container}
    return [
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": {"containers": [container]}},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web", "labels": {"app": "web"}}, "data": {}},
    ]


def test_a_field_is_set_and_the_input_is_left_alone() -> None:
    before = pod()
    kept = deepcopy(before)
    after = set_field(before, (*WEB, "image"), "nginx:1.29")
    assert get(after, (*WEB, "image")) == "nginx:1.29"
    assert before == kept
    assert after[1] is before[1]


def test_missing_and_null_mappings_on_the_way_are_made() -> None:
    after = set_field(pod(resources=None), (*WEB, "resources", "limits", "memory"), "1Gi")
    assert after[0]["spec"]["containers"][0]["resources"] == {"limits": {"memory": "1Gi"}}


def test_the_index_after_the_last_item_appends_also_to_a_list_that_is_not_there() -> None:
    after = set_field(pod(), (*WEB, "env", 0, "name"), "A")
    after = set_field(after, (*WEB, "env", 1, "name"), "B")
    assert after[0]["spec"]["containers"][0]["env"] == [{"name": "A"}, {"name": "B"}]


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ((5, "kind"), "Pod", "there is no such document any more: it may have been deleted"),
        ((), {}, "there is no such document any more: it may have been deleted"),
        ((0,), "Pod", "a document is a mapping"),
        (
            (0, "spec", "containers", 2, "name"),
            "x",
            "nothing stands at spec.containers[2] any more: it may have been deleted or moved",
        ),
        ((*WEB, "image", "tag"), "x", "spec.containers[0].image is not a mapping: mend it in the YAML first"),
        ((0, "spec", 0), "x", "spec is not a list: mend it in the YAML first"),
        ((0, 0), "x", "the document is not a list: mend it in the YAML first"),
    ],
)
def test_what_cannot_be_set_is_told(path: Path, value: Any, message: str) -> None:
    with pytest.raises(ManifestError) as error:
        set_field(pod(), path, value)
    assert error.value.message == message
    assert error.value.path == path


def test_removing_the_last_field_prunes_the_optional_parents() -> None:
    after = remove_field(pod(resources={"limits": {"memory": "1Gi"}}), (*WEB, "resources", "limits", "memory"))
    assert after == pod()


def test_removing_one_of_two_prunes_nothing() -> None:
    after = remove_field(pod(env=[{"name": "A"}, {"name": "B"}]), (*WEB, "env", 0))
    assert after == pod(env=[{"name": "B"}])
    assert remove_field(after, (*WEB, "env", 0)) == pod()


def test_pruning_can_be_left_out() -> None:
    assert remove_field(pod(env=[{"name": "A"}]), (*WEB, "env", 0), prune=False) == pod(env=[])


def test_an_empty_mapping_that_says_something_stays() -> None:
    volumes = [{"name": "tmp", "emptyDir": {"medium": "Memory"}}]
    documents = set_field(pod(), (0, "spec", "volumes"), volumes)
    after = remove_field(documents, (0, "spec", "volumes", 0, "emptyDir", "medium"))
    assert after[0]["spec"]["volumes"] == [{"name": "tmp", "emptyDir": {}}]


def test_the_containers_and_an_empty_neighbour_stay() -> None:
    documents = pod(securityContext={}, resources={"requests": {"cpu": "1"}})
    after = remove_field(documents, (*WEB, "resources", "requests", "cpu"))
    assert after == pod(securityContext={})
    assert remove_field(after, WEB)[0]["spec"] == {"containers": []}


def test_an_empty_list_that_the_schema_requires_stays() -> None:
    documents = [{"apiVersion": "v1", "kind": "LimitRange", "spec": {"limits": [{"type": "Pod"}]}}]
    assert remove_field(documents, (0, "spec", "limits", 0))[0]["spec"] == {"limits": []}


def test_an_unknown_kind_is_pruned_in_its_metadata_only() -> None:
    documents = [
        {"apiVersion": "example.com/v1", "kind": "X", "metadata": {"labels": {"a": "b"}}, "spec": {"ports": [1]}}
    ]
    after = remove_field(remove_field(documents, (0, "spec", "ports", 0)), (0, "metadata", "labels", "a"))
    assert after == [{"apiVersion": "example.com/v1", "kind": "X", "metadata": {}, "spec": {"ports": []}}]


def test_removing_a_key_that_is_not_there_changes_nothing_and_a_missing_item_is_told() -> None:
    documents = pod()
    assert remove_field(documents, (*WEB, "resources", "limits", "cpu")) is documents
    with pytest.raises(ManifestError, match=r"nothing stands at spec.containers\[0\].env\[0\] any more"):
        remove_field(documents, (*WEB, "env", 0))


def test_a_document_is_removed() -> None:
    assert remove_field(pod(), (0,)) == pod()[1:]


def test_items_are_added_moved_and_copied() -> None:
    documents = add_item(pod(), (*WEB, "args"), "a")
    documents = add_item(documents, (*WEB, "args"), "b")
    documents = move_item(documents, (*WEB, "args", 1), 0)
    documents = duplicate_item(documents, (*WEB, "args", 0))
    assert get(documents, (*WEB, "args")) == ["b", "b", "a"]
    with pytest.raises(ManifestError, match="nothing stands at"):
        move_item(documents, (*WEB, "args", 0), 3)
    with pytest.raises(ManifestError, match="is not an item of a list"):
        duplicate_item(documents, (*WEB, "args"))


@pytest.mark.parametrize(
    ("field", "item", "name"),
    [
        ("env", {"name": "LOG_LEVEL", "value": "1"}, "LOG_LEVEL_2"),
        ("ports", {"name": "http-management", "containerPort": 1}, "http-manageme-2"),
        ("volumeMounts", {"name": "logs", "mountPath": "/logs"}, "logs"),
    ],
)
def test_a_copied_item_gets_a_free_name_if_the_name_is_its_own(field: str, item: Any, name: str) -> None:
    after = duplicate_item(pod(**{field: [item]}), (*WEB, field, 0))
    assert get(after, (*WEB, field)) == [item, {**item, "name": name}]


KEYS = st.sampled_from(["a", "env", "resources", "limits"])
VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


@given(st.lists(st.dictionaries(KEYS, VALUES), min_size=1, max_size=3), st.data())
def test_a_set_field_is_read_back_and_removed_again(documents: list[dict[str, Any]], data: st.DataObject) -> None:
    path = (0, *data.draw(st.lists(KEYS | st.integers(0, 2), min_size=1, max_size=4)))
    before = deepcopy(documents)
    try:
        after = set_field(documents, path, "new")
    except ManifestError:
        assert documents == before
        return
    assert documents == before
    assert get(after, path) == "new"
    assert get(remove_field(after, path, prune=False), path) != "new" or isinstance(path[-1], int)
    assert all(new is old for new, old in zip(after[1:], documents[1:], strict=True))


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("string", " as it is\n", " as it is\n"),
        ("string", "", ""),
        ("integer", " 42 ", 42),
        ("integer", "-1", -1),
        ("number", "1.5", 1.5),
        ("number", "2", 2),
        ("boolean", "true", True),
        ("boolean", "on", True),
        ("boolean", "False", False),
        ("int-or-string", "80", 80),
        ("int-or-string", "http", "http"),
        ("int-or-string", "25%", "25%"),
        ("int-or-string", "080", "080"),
        ("quantity", "1.50Gi", "1.50Gi"),
        ("quantity", "1", "1"),
        ("array", "- a\r\n- b: 1", ["a", {"b": 1}]),
        ("array", "[a, b]", ["a", "b"]),
        ("map", "a: b\nc: |\n  two\n  lines\n", {"a": "b", "c": "two\nlines\n"}),
        ("object", "{}", {}),
        ("any", "null", None),
        ("any", "", None),
        ("any", "12", 12),
    ],
)
def test_what_was_typed_becomes_the_schemas_type(kind: Type, raw: str, value: Any) -> None:
    parsed = parse_value(Field("x", kind, ""), raw)
    assert parsed == value
    assert type(parsed) is type(value)


@pytest.mark.parametrize(
    ("kind", "raw", "message"),
    [
        ("integer", "abc", "must be a whole number, such as 30: got 'abc'"),
        ("integer", "1.0", "must be a whole number, such as 30: got '1.0'"),
        ("integer", "1_000", "must be a whole number, such as 30: got '1_000'"),
        ("integer", "9223372036854775808", "must be a whole number, such as 30: got '9223372036854775808'"),
        ("integer", "", "must be a whole number, such as 30: got ''"),
        ("number", "nan", "must be a number, such as 0.5: got 'nan'"),
        ("number", "x", "must be a number, such as 0.5: got 'x'"),
        ("boolean", "maybe", "must be true or false: got 'maybe'"),
        ("quantity", "1 GB", "must be a quantity such as 500m, 2, 1.5 or 128Mi: got '1 GB'"),
        ("array", "a: b", "must be a list: write each item on a line that starts with '- '"),
        ("map", "- a", "must be a mapping: write each field on a line as 'name: value'"),
        ("object", "", "must be a mapping: write each field on a line as 'name: value'"),
    ],
)
def test_what_does_not_fit_is_told(kind: Type, raw: str, message: str) -> None:
    with pytest.raises(ManifestError) as error:
        parse_value(Field("x", kind, ""), raw)
    assert error.value.message == message


def test_an_enum_has_only_its_values() -> None:
    with pytest.raises(ManifestError, match="must be one of A, B: got 'C'"):
        parse_value(Field("x", "string", "", enum=("A", "B")), "C")


@pytest.mark.parametrize("raw", ["a: [", "a: 1\na: 2", "b\nother: c", "...\n--- \na: 1", "\t- a"])
def test_yaml_that_cannot_be_read_is_told_with_its_line(raw: str) -> None:
    with pytest.raises(ManifestError) as error:
        parse_value(Field("x", "any", ""), raw)
    assert error.value.message.startswith(("is not YAML that can be read", "must be one YAML value"))


@given(st.sampled_from(["any", "map", "array", "integer", "number", "int-or-string", "quantity"]), st.text())
def test_any_text_is_read_or_told(kind: Type, raw: str) -> None:
    told = ""
    value = None
    try:
        value = parse_value(Field("x", kind, ""), raw)
    except ManifestError as error:
        told = error.message
    assert told or kind == "any" or isinstance(value, (dict, list, str, int, float))
