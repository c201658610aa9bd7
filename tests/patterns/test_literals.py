"""A preset with what a Secret holds is refused where it is written, saved, imported and brought by a catalogue."""

from __future__ import annotations

import pytest

from designer.manifests.types import ManifestError
from patterns.literals import reaching
from patterns.preset import read, to_document

PRESET = """\
apiVersion: podpatterns.dev/v1alpha1
kind: Preset
metadata: {name: mine, title: Mine, pattern: sidecar, summary: A test}
parameters:
- {name: APP, type: string, default: x}
- {name: PASSWORD, secret: true}
- {name: PORT, type: port, default: 5432}
- {name: CERTIFICATE, type: file, make: certificate, key: PRIVATE_KEY}
- {name: PRIVATE_KEY, type: file, secret: true}
pod:
  spec:
    containers: [{name: mine, image: busybox}]
"""


def written(value: str, field: str = "stringData", part: str = "objects", more: str = "") -> str:
    secret = f"apiVersion: v1, kind: Secret, metadata: {{name: db}}, {field}: {{password: {value}}}"
    return f"{PRESET.replace('pod:', more + 'pod:')}{part}:\n- {{{secret}}}\n"


@pytest.mark.parametrize(
    "value",
    [
        '""',
        "",
        '"${PASSWORD}"',
        '"${{PASSWORD}}"',
        '"postgres://${APP}:${PASSWORD}@db-1.shop.svc.cluster.local:${PORT}/orders?sslmode=verify-full"',
        '"https://127.0.0.1/services/${PASSWORD}"',
        r'"\"${APP}\" \"${PASSWORD}\"\n"',
        r'"{\"auths\": {\"${APP}\": {\"username\": \"me\", \"password\": \"${PASSWORD}\"}}}"',
        '"Bearer ${PASSWORD}"',
        '"${PORT}"',
        '"${CERTIFICATE}"',
        '"${PRIVATE_KEY}"',
    ],
)
def test_a_secret_parameter_or_nothing(value: str) -> None:
    assert read(written(value)).objects


@pytest.mark.parametrize("field", ["stringData", "data"])
@pytest.mark.parametrize(
    "value", ["hunter2", "aHVudGVyMg==", '"${NOT_DECLARED}"', "5432", '"${POD_NAME}"', '"real-password-$${PASSWORD}"']
)
def test_a_value_is_refused_where_it_stands(value: str, field: str) -> None:
    with pytest.raises(ManifestError, match="password of Secret db would be told") as caught:
        read(written(value, field))
    assert caught.value.path == ("objects", 0, field, "password")


@pytest.mark.parametrize("field", ["stringData", "data"])
@pytest.mark.parametrize(
    "value",
    [
        '"hunter2hunter2${PASSWORD}"',
        '"hunter2${PASSWORD}"',
        '"real-password-${PASSWORD}"',
        '"${PASSWORD}2024"',
        '"hunter2hunter2:${PASSWORD}"',
        '"xyzzy-hunter2-93$${APP} ${PASSWORD}"',
        '"aHVudGVyMmh1bnRlcjI= ${PASSWORD}"',
    ],
)
def test_part_of_a_value_is_refused_as_well(value: str, field: str) -> None:
    with pytest.raises(ManifestError, match="may be part of a password") as caught:
        read(written(value, field))
    assert caught.value.path == ("objects", 0, field, "password")


@pytest.mark.parametrize(
    ("parameter", "value", "message", "path"),
    [
        ("type: string", '"${X}"', "mark X secret: true, as its value goes into Secret db", ()),
        ("type: integer", '"${{X}}"', "mark X secret: true", ()),
        ("type: objectName", '"${X}"', "an? objectName is not kept secret", ()),
        ("type: choice, choices: [hunter2hunter2]", '"${X}"', "a choice is not kept secret", ()),
        ("secret: true, default: hunter2", '"${X}"', "default of X goes into Secret db", ("default",)),
        ("secret: true, images: {nginx: hunter2}", '"${X}"', "images of X goes into", ("images",)),
        ("type: choice, secret: true, choices: [hunter2]", '"${X}"', "choices of X goes into", ("choices",)),
        ("default: hunter2hunter2", '"${X} ${PASSWORD}"', "take it out and mark it secret", ("default",)),
    ],
)
def test_a_parameter_that_would_tell_is_refused_at_its_line(
    parameter: str, value: str, message: str, path: tuple[str, ...]
) -> None:
    with pytest.raises(ManifestError, match=message) as caught:
        read(written(value, more=f"- {{name: X, {parameter}}}\n"))
    assert caught.value.path == ("parameters", 5, *path)


def test_a_kind_that_a_parameter_says_may_be_a_secret() -> None:
    text = written('"${APP}"', "data").replace("kind: Secret", 'kind: "${APP}"')
    with pytest.raises(ManifestError, match="mark APP secret: true"):
        read(text)


def test_what_kubernetes_own_types_hold_in_public() -> None:
    secret = "{apiVersion: v1, kind: Secret, metadata: {name: db}, type: kubernetes.io/basic-auth, stringData: %s}"
    public = secret % '{username: "${APP}", password: "${PASSWORD}"}'
    made = read(f"{PRESET}objects:\n- {public}\n")
    assert [p.name for p in made.parameters if p.secret] == ["PASSWORD", "PRIVATE_KEY"]
    with pytest.raises(ManifestError, match="mark APP secret"):
        read(f"{PRESET}objects:\n- {public.replace('basic-auth', 'other')}\n")


def test_an_example_and_a_list_are_looked_into() -> None:
    pod = "- {apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {containers: [{name: web, image: nginx}]}}\n"
    with pytest.raises(ManifestError, match="would be told"):
        read(written("hunter2", part="example") + pod)
    listed = "{kind: List, apiVersion: v1, metadata: {name: l}, items: [{kind: Secret, data: {password: aGk=}}]}"
    with pytest.raises(ManifestError, match="would be told"):
        read(f"{PRESET}objects:\n- {listed}\n")


def test_what_was_kept_before_is_still_read_and_kept_secret() -> None:
    assert read(written("hunter2"), kept=True).objects
    made = read(written('"${APP}"'), kept=True)
    assert {p.name for p in made.parameters if p.secret} == {"APP", "PASSWORD", "PRIVATE_KEY"}


@pytest.mark.parametrize("kind", ["Secret", '"${APP}"'])
def test_what_reaches_a_secret_is_known_public_or_not(kind: str) -> None:
    text = written('"${APP}:${PASSWORD}"').replace("kind: Secret", f"kind: {kind}")
    made = read(text, kept=True)
    reached = reaching(to_document(made), {one.name: one for one in made.parameters})
    assert reached == {"APP", "PASSWORD"}
