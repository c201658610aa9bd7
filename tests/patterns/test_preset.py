"""preset and parameters: what a preset may say, and what its parameters may be."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.manifests.match import same
from designer.manifests.types import Document, ManifestError
from patterns import catalogue, parameters, preset
from patterns.parameters import Parameter, fill, problem
from patterns.preset import check, defaults, from_document, parse_values, read, to_document, write


def document(**changes: Any) -> Document:
    base: Document = {
        "apiVersion": "podpatterns.dev/v1alpha1",
        "kind": "Preset",
        "metadata": {"name": "mine", "pattern": "sidecar"},
        "pod": {"spec": {"hostname": "h"}},
    }
    return {**base, **changes}


SERVICE: Document = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}}
LABEL = "only lowercase letters, digits and '-' are allowed, with a letter or digit at both ends"
IMAGE = "an image such as nginx:1.28 or registry.example.com/team/app@sha256:… is needed"


def with_parameter(**fields: Any) -> Document:
    return document(parameters=[{"name": "A", **fields}])


@pytest.mark.parametrize(
    ("wrong", "message", "path"),
    [
        ({"kind": "Preset"}, "this is no preset", ("kind",)),
        (document(apiVersion="v1"), "this is no preset", ("kind",)),
        (document(objekts=[]), "unknown field 'objekts': did you mean objects?", ("objekts",)),
        (document(metadata={"name": "mine"}), "metadata.pattern is None: use one of sidecar", ("metadata", "pattern")),
        (document(metadata={"name": "mine", "pattern": "proxy"}), "'proxy'", ("metadata", "pattern")),
        (document(metadata={"name": "My Preset", "pattern": "init"}), "only lowercase letters", ("metadata", "name")),
        (document(metadata={"name": 3, "pattern": "init"}), "metadata.name is 3: text is needed", ("metadata", "name")),
        (document(metadata={"name": "m", "pattern": "init", "title": 3}), "metadata.title is 3", ("metadata", "title")),
        (document(metadata={"name": "m", "pattern": "init", "tags": "a"}), "a list of words", ("metadata", "tags")),
        (document(metadata=[]), "metadata is []: a mapping is needed", ("metadata",)),
        (document(pod={}), "a preset changes a pod", ("pod",)),
        (
            document(pod={"containers": []}),
            "unknown field 'containers': it can have metadata, spec",
            ("pod", "containers"),
        ),
        (document(pod={"spec": []}), "pod.spec is []", ("pod", "spec")),
        (document(objects={}), "objects is a list", ("objects",)),
        (document(objects=[{"kind": "Service"}]), "objects[0] is no Kubernetes object", ("objects", 0)),
        (
            document(example=[{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}}]),
            "no pod",
            ("example",),
        ),
        (document(parameters={}), "parameters is a list", ("parameters",)),
        (document(parameters=["A"]), "parameters[0] is 'A'", ("parameters", 0)),
        (document(parameters=[{"name": "A"}, {"name": "A"}]), "two parameters are called A", ("parameters", 1, "name")),
        (document(parameters=[{"name": "a b"}]), "use capitals", ("parameters", 0, "name")),
        (document(parameters=[{"name": "POD_NAME"}]), "is there in every preset", ("parameters", 0, "name")),
        (with_parameter(defualt="x"), "did you mean default?", ("parameters", 0, "defualt")),
        (with_parameter(type="number"), "has the type 'number'", ("parameters", 0, "type")),
        (with_parameter(required="yes"), "required of A is 'yes': true or false", ("parameters", 0, "required")),
        (with_parameter(min=True), "a whole number is needed", ("parameters", 0, "min")),
        (with_parameter(type="integer", default="3"), "default of A (integer) is '3'", ("parameters", 0, "default")),
        (with_parameter(type="port", default=70000), "at most 65535", ("parameters", 0, "default")),
        (with_parameter(type="boolean", default="true"), "true or false is needed", ("parameters", 0, "default")),
        (with_parameter(type="quantity", default="10MB"), "a quantity such as", ("parameters", 0, "default")),
        (with_parameter(type="image", default="not an image"), "an image such as", ("parameters", 0, "default")),
        (with_parameter(type="volumeName", default="My_Volume"), "only lowercase", ("parameters", 0, "default")),
        (with_parameter(type="freePort", default="port"), "a whole number is needed", ("parameters", 0, "default")),
        (with_parameter(type="choice"), "choices belong to a choice", ("parameters", 0, "choices")),
        (with_parameter(choices=["a"]), "choices belong to a choice", ("parameters", 0, "choices")),
        (with_parameter(type="choice", choices=["a", True]), "quote numbers", ("parameters", 0, "choices")),
        (with_parameter(type="choice", choices=["a"], default="b"), "choose one of a", ("parameters", 0, "default")),
        (with_parameter(type="containerPort", of="B"), "name a container parameter above it", ("parameters", 0, "of")),
        (with_parameter(pattern="(?=a)b"), "RE2 syntax): invalid perl operator: (?=", ("parameters", 0, "pattern")),
        (with_parameter(pattern="a["), "no regular expression", ("parameters", 0, "pattern")),
        (
            document(parameters=[{"name": "A"}], pod={"spec": {"hostname": "x${{A}}"}}),
            "only ${A} is put in",
            ("pod", "spec", "hostname"),
        ),
        (document(pod={"spec": {"hostname": "${POD_LABELS}"}}), "is a mapping", ("pod", "spec", "hostname")),
        (
            document(metadata={"name": "m", "pattern": "init", "version": 0}),
            "a whole number from 1",
            ("metadata", "version"),
        ),
        (
            document(metadata={"name": "m", "pattern": "init", "links": ["javascript:x"]}),
            "start it with https://",
            ("metadata", "links", 0),
        ),
        (
            document(metadata={"name": "m", "pattern": "init", "steps": [1]}),
            "a list of sentences",
            ("metadata", "steps"),
        ),
        (with_parameter(make="coffee"), "use one of password, certificate", ("parameters", 0, "make")),
        (with_parameter(make="certificate"), "which needs a key", ("parameters", 0, "key")),
        (with_parameter(make="certificate", key="B"), "'B', which is no parameter", ("parameters", 0, "key")),
        (with_parameter(make="password", names=["a"]), "belong to make: certificate", ("parameters", 0, "key")),
        (with_parameter(type="volume", default="My_Volume"), "only lowercase", ("parameters", 0, "default")),
        (
            document(parameters=[{"name": "A"}], pod={"spec": {"$when": "A>1"}}),
            "write NAME, !NAME or NAME=value",
            ("pod", "spec", "$when"),
        ),
        (
            document(pod={"spec": {"volumes": [{"$when": "B"}]}}),
            "$when names 'B'",
            ("pod", "spec", "volumes", 0, "$when"),
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(wrong: Document, message: str, path: tuple[str | int, ...]) -> None:
    with pytest.raises(ManifestError) as caught:
        from_document(wrong)
    assert message in str(caught.value)
    assert caught.value.path == path


def test_reading_a_text() -> None:
    with pytest.raises(ManifestError, match="this has 2"):
        read("a: 1\n---\nb: 1\n")
    with pytest.raises(ManifestError, match="line 2"):
        read("a: 1\na: 2\n")


@pytest.mark.parametrize("name", sorted(catalogue.presets()))
def test_writing_and_reading_gives_the_same_preset(name: str) -> None:
    mine = catalogue.preset(name)
    assert read(write(mine)) == mine
    assert same(to_document(read(write(mine))), to_document(mine))


def test_undeclared_names_stay() -> None:
    mine = from_document(document(pod={"spec": {"hostname": "${HOME} ${{UNKNOWN}}"}}))
    assert mine.pod["spec"]["hostname"] == "${HOME} ${{UNKNOWN}}"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("${A}-${B}", "1-true"),
        ("${{A}}", 1),
        ("${{B}}", True),
        ("${{MAP}}", {"x": "y"}),
        ("${NONE}", ""),
        ("${{NONE}}", None),
        ("${HOME} $A ${a} {{A}} $${A}", "${HOME} $A ${a} {{A}} ${A}"),
        ("$${{A}} $${HOME} $$${A} ${A}}", "${{A}} $${HOME} $${A} 1}"),
        ({"${T}": ["${T}"]}, {"${A}": ["${A}"]}),
        ([{"$when": "NONE", "x": 1}, {"$when": "A", "x": 2}], [{"x": 2}]),
        ([{"$when": "!NONE", "x": 1}, {"$when": "!A", "x": 2}], [{"x": 1}]),
        ([{"$when": "A=1", "x": 1}, {"$when": "A=2", "x": 2}, {"$when": "B=true", "x": 3}], [{"x": 1}, {"x": 3}]),
        ([{"$when": "A!=1", "x": 1}, {"$when": "A!=2", "x": 2}, {"$when": "NONE=", "x": 3}], [{"x": 2}, {"x": 3}]),
        ({"gone": [{"$when": "NONE"}], "kept": [], "field": {"$when": "NO"}}, {"kept": []}),
    ],
)
def test_filling_in(value: Any, expected: Any) -> None:
    values = {"A": 1, "B": True, "NO": False, "NONE": None, "MAP": {"x": "y"}, "T": "${A}"}
    assert same(fill(value, values), expected)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(json_values, st.text(max_size=10))
def test_filling_in_never_changes_what_has_no_placeholder(value: Any, text: str) -> None:
    if "$" not in str(value):
        assert same(fill(value, {"A": text}), value)
    assert fill({"key": "<${A}>"}, {"A": text}) == {"key": f"<{text}>"}


dollars = st.lists(st.sampled_from(["$", "${A}", "${{A}}", "${HOME}", "{", "}", "x"])).map("".join)


@given(st.recursive(dollars, lambda inner: st.lists(inner) | st.dictionaries(dollars, inner), max_leaves=5))
def test_what_is_escaped_comes_back_as_it_was(value: Any) -> None:
    assert same(fill(parameters.escaped(value, {"A"}), {"A": "!"}), value)


@pytest.mark.parametrize(
    ("fields", "value", "expected"),
    [
        ({"required": True}, "  ", "a value is needed"),
        ({}, None, ""),
        ({}, "a\nb", "one line is needed"),
        ({"type": "text"}, "a\nb", ""),
        ({}, 3, "text is needed"),
        ({"max": 3}, "abcd", "at most 3 characters are allowed"),
        ({"min": 3}, "ab", "at least 3 characters are needed"),
        ({"pattern": "[a-z]+"}, "ab1", "it does not match [a-z]+"),
        # Python's own matcher would not end.
        ({"pattern": "a*" * 30 + "b"}, "a" * 300, f"it does not match {'a*' * 30}b"),
        ({"pattern": "(a+)+b"}, "a" * 300, "it does not match (a+)+b"),
        ({"pattern": "[a-z]+"}, "a" * 400, "at most 300 characters are allowed"),
        ({"type": "integer", "min": 2}, 1, "at least 2 is needed"),
        ({"type": "integer"}, True, "a whole number is needed"),
        ({"type": "port"}, 0, "at least 1 is needed"),
        ({"type": "port", "min": 1024}, 80, "at least 1024 is needed"),
        ({"type": "boolean"}, "yes", "true or false is needed"),
        ({"type": "quantity"}, "64Mi", ""),
        ({"type": "image"}, "registry.example.com:5000/team/app_x:1.0@sha256:" + "a" * 64, ""),
        ({"type": "image"}, "oliver006/redis_exporter", ""),
        (
            {"type": "image"},
            "nginx: latest",
            "an image such as nginx:1.28 or registry.example.com/team/app@sha256:… is needed",
        ),
        ({"type": "objectName"}, "a.b", ""),
        (
            {"type": "volumeName"},
            "a.b",
            "only lowercase letters, digits and '-' are allowed, with a letter or digit at both ends",
        ),
    ],
)
def test_values(fields: dict[str, Any], value: Any, expected: str) -> None:
    assert problem(Parameter("A", **fields), value) == expected


def test_forms_send_texts() -> None:
    mine = from_document(
        document(
            parameters=[
                {"name": "PORT", "type": "port"},
                {"name": "ON", "type": "boolean"},
                {"name": "PEM", "type": "text"},
                {"name": "NAME"},
                {"name": "LEFT_OUT"},
            ]
        )
    )
    raw = {"PORT": " 80 ", "ON": "on", "PEM": "a\r\nb\r\n", "NAME": "  ", "OTHER": "x"}
    assert parse_values(mine, raw) == {"PORT": 80, "ON": True, "PEM": "a\nb\n", "NAME": None}
    wrong = parse_values(mine, {"PORT": "eighty", "ON": "perhaps"})
    assert [problem(p, wrong[p.name]) for p in mine.parameters[:2]] == [
        "a whole number is needed",
        "true or false is needed",
    ]


POD: Document = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web", "annotations": {"kubectl.kubernetes.io/default-container": "app"}},
    "spec": {
        "containers": [
            {"name": "proxy", "image": "p", "ports": [{"containerPort": 80}, {"containerPort": 8081}]},
            {"name": "app", "image": "a", "ports": [{"containerPort": 53, "protocol": "UDP"}, {"containerPort": 8080}]},
        ],
        "volumes": [{"name": "config", "emptyDir": {}}],
    },
}


def test_defaults_look_at_the_pod() -> None:
    mine = from_document(
        document(
            parameters=[
                {"name": "APP", "type": "container", "default": "application"},
                {"name": "PORT", "type": "containerPort", "of": "APP", "default": "port"},
                {"name": "FREE", "type": "freePort", "default": "free"},
                {"name": "HTTP", "type": "freePort", "default": 80},
                {"name": "VOLUME", "type": "volumeName", "default": "config"},
                {"name": "NAME", "type": "objectName", "default": "${POD_NAME}-${FREE}"},
                {"name": "SIZE", "type": "quantity"},
            ],
            objects=[{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "${NAME}"}, "data": {}}],
        )
    )
    taken = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web-8082"}, "data": {"a": "1"}}
    assert defaults(mine, [taken, POD], 1) == {
        "APP": "app",
        "PORT": 8080,
        "FREE": 8082,
        "HTTP": 8083,
        "VOLUME": "config-2",
        "NAME": "web-8082-2",
        "SIZE": None,
    }
    chosen = defaults(mine, [POD], 0, {"APP": "proxy", "FREE": 9000})
    assert (chosen["PORT"], chosen["NAME"]) == (80, "web-9000")
    assert check(mine, {}, [POD], 0) == {}
    assert check(mine, {"APP": "x", "FREE": 80, "SIZE": "big", "EXTRA": 1}, [POD], 0) == {
        "EXTRA": "this preset has no such parameter",
        "APP": "web has no container x",
        "PORT": "a port is needed",
        "FREE": "port 80 is taken in web: its containers share their ports",
        "SIZE": "a quantity such as 100m, 1.5 or 64Mi is needed",
    }


def test_a_claim_templates_name_is_taken() -> None:
    workload = {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": "db"},
        "spec": {
            "template": {"spec": {"containers": [{"name": "db", "image": "db"}]}},
            "volumeClaimTemplates": [{"metadata": {"name": "data"}}],
        },
    }
    mine = from_document(with_parameter(type="volumeName", default="data"))
    assert defaults(mine, [workload], 0) == {"A": "data-2"}


def test_values_of_any_shape_are_refused_in_words() -> None:
    tls = catalogue.preset("tls-sidecar")
    shapes: tuple[Any, ...] = ([], {}, [1], 1.5, "x\ny")
    for odd in shapes:
        wrong = check(tls, {parameter.name: odd for parameter in tls.parameters}, [POD], 0)
        assert wrong["APP"]
        assert wrong["TLS_PORT"] == "a whole number is needed"


def test_the_application() -> None:
    pods = [POD, {**POD, "metadata": {"name": "web"}}, {**POD, "spec": {}}]
    assert [preset.application(preset._pod(pods, index)) for index in range(3)] == ["app", "proxy", ""]


def test_every_type_is_described() -> None:
    assert len(set(parameters.TYPES)) == 16
    assert set(parameters.POINTERS) < set(parameters.TYPES)
