"""What the editor offers in a preset's text: Kubernetes' fields in its objects, the format's own elsewhere."""

from __future__ import annotations

import dataclasses

import pytest
import yaml

from designer.manifests.schema import schema
from designer.manifests.types import ManifestError
from patterns import assist
from patterns.parameters import MADE, TYPES, Parameter
from patterns.preset import API_VERSION, KIND, PATTERNS, read
from patterns.words import FIELDS, METADATA, PARAMETER, VALUES

SCHEMA = schema()
PRESET = """\
apiVersion: podpatterns.dev/v1alpha1
kind: Preset
metadata:
  name: a
  pattern: sidecar
parameters:
- name: APP
  type: container
  default: application
- name: PORT
  type: port
  default: 80
- name: KEY
  type: file
pod:
  spec:
    containers:
    - name: ${APP}
      image: nginx
objects:
- apiVersion: v1
  kind: Service
  metadata:
    name: a
  spec:
    ports:
    - port: 80
- apiVersion: v1
  kind: ConfigMap
  metadata:
    name: b
example:
  - apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
"""


def at(after: str, typed: str) -> tuple[str, str, list[str]]:
    """(text, role, labels offered) with a line typed behind that which is `after`; the cursor at its end."""
    lines = PRESET.split("\n")
    row = lines.index(after) + 1
    lines.insert(row, typed)
    text = "\n".join(lines)
    role, _, _, found = assist.complete(text, row + 1, len(typed), SCHEMA)
    return text, role, [one.label for one in found]


def taken(after: str, typed: str, label: str) -> list[str]:
    """The lines that come of taking a choice."""
    text, _, labels = at(after, typed)
    row = PRESET.split("\n").index(after) + 2
    _, start, end, found = assist.complete(text, row, len(typed), SCHEMA)
    value = found[labels.index(label)].value
    return (typed[:start] + value + typed[end:]).split("\n")


@pytest.mark.parametrize(
    ("after", "typed", "first"),
    [
        ("  pattern: sidecar", "  whenN", "whenNot"),
        ("  name: a", "  pattern: ", "sidecar"),
        ("parameters:", "- na", "name"),
        ("  type: file", "  adv", "advanced"),
        ("  type: file", "  secret: ", "true"),
        ("- name: KEY", "  type: freeP", "freePort"),
        ("  type: container", "  default: ", "application"),
        ("  type: port", "  of: ", "APP"),
        ("  type: port", "  key: ", "KEY"),
        ("      image: nginx", "      workingD", "workingDir"),
        ("      image: nginx", "      imagePullPolicy: A", "Always"),
        ("      image: nginx", "      image: ${A", "${APP}"),
        ("  spec:", "    terminationG", "terminationGracePeriodSeconds"),
        ("    - port: 80", "      targetP", "targetPort"),
        ("    name: b", "  dat", "data"),
        ("    metadata: {name: web}", "    spe", "spec"),
        ("    name: b", "  $wh", "$when"),
        ("    name: b", "  $when: ", "APP"),
    ],
)
def test_what_fits_is_offered(after: str, typed: str, first: str) -> None:
    _, role, labels = at(after, typed)
    assert role
    assert first in labels[:3]


def test_what_is_taken_stands_where_it_belongs() -> None:
    assert taken("  pattern: sidecar", "  tag", "tags") == ["  tags:", "  - "]
    assert taken("      image: nginx", "      por", "ports") == ["      ports:", "      - "]
    assert taken("    name: b", "  dat", "data") == ["  data:", "    "]
    assert taken("    metadata: {name: web}", "    spe", "spec") == ["    spec:", "      "]
    assert taken("      image: nginx", "      image: ${A", "${APP}") == ["      image: ${APP}"]
    assert taken("    - port: 80", "      targetPort: ${P", "${{PORT}}") == ["      targetPort: ${{PORT}}"]
    assert taken("    name: b", "  data: {a: 'x ${P", "${PORT}") == ["  data: {a: 'x ${PORT}"]


def test_a_pod_is_no_object_of_its_own() -> None:
    assert at("pod:", "  ")[2] == ["metadata"], "spec is there already"


def test_every_place_of_a_text_can_be_asked_about() -> None:
    lines = PRESET.split("\n")
    for row in range(-1, len(lines) + 3):
        for column in range(-1, 30, 3):
            assist.complete(PRESET, row, column, SCHEMA)
            assist.hover(PRESET, row, column, SCHEMA)


@pytest.mark.parametrize(
    ("line", "word", "said"),
    [
        ("  pattern: sidecar", "pattern", "The role"),
        ("- name: PORT", "name", "put in as"),
        ("      image: nginx", "image", "Container image name"),
        ("    - port: 80", "port", "exposed by this service"),
        ("parameters:", "parameters", "asked for when it is woven"),
    ],
)
def test_a_word_is_explained(line: str, word: str, said: str) -> None:
    row = PRESET.split("\n").index(line) + 1
    found = assist.hover(PRESET, row, line.index(word) + 1, SCHEMA)
    assert found
    assert line[found.start : found.end] == word
    assert said in found.description


def test_the_words_are_those_of_the_format() -> None:
    assert [one.name for one in PARAMETER] == [one.name for one in dataclasses.fields(Parameter)]
    # What the format does not have is refused with what it has.
    for unknown, listed in (("{x: 1}", FIELDS), ("{metadata: {x: 1}}", METADATA)):
        text = yaml.safe_dump({"apiVersion": API_VERSION, "kind": KIND, **yaml.safe_load(unknown)})
        with pytest.raises(ManifestError) as refused:
            read(text)
        assert sorted(refused.value.message.partition("it can have ")[2].split(", ")) == sorted(o.name for o in listed)
    for field, known in (("type", TYPES), ("pattern", PATTERNS), ("make", MADE[1:])):
        assert tuple(value for value, _ in VALUES[field]) == tuple(known)
