"""What the verbs of `edits` do to texts in the styles people use: golden diffs, reviewed by eye (tests/corpus/edits).

A file there holds the diffs of one text, each below a line ``## title``, with the notes the person is told.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from designer.manifests.edits.containers import (
    add_container,
    duplicate_container,
    move_container,
    remove_container,
    rename_container,
)
from designer.manifests.edits.fields import add_item, remove_field, set_field
from designer.manifests.edits.kinds import change_kind
from designer.manifests.edits.objects import (
    add_config_map,
    add_secret,
    add_service,
    remove_config_data,
    remove_object,
    rename_object,
    set_config_data,
)
from designer.manifests.edits.ports import add_port, change_port_number, rename_port
from designer.manifests.edits.tree import Edited, insert, rename_key
from designer.manifests.edits.volumes import add_volume, mount, remove_volume
from designer.manifests.text import Text
from designer.manifests.types import Documents

CORPUS = Path(__file__).parents[1] / "corpus"
SPEC = ("spec", "template", "spec")
Verb = Callable[[Documents], Any]

CASES: list[tuple[str, str, Verb]] = [
    # helm_app.yaml
    (
        "helm_app.yaml",
        "a new image",
        lambda d: set_field(d, (3, *SPEC, "containers", 0, "image"), "registry.example/store:7.2"),
    ),
    (
        "helm_app.yaml",
        "a variable at the end",
        lambda d: add_item(d, (3, *SPEC, "containers", 0, "env"), {"name": "LEVEL", "value": "debug"}),
    ),
    (
        "helm_app.yaml",
        "the first variables",
        lambda d: set_field(d, (2, *SPEC, "containers", 0, "env"), [{"name": "A", "value": "1"}]),
    ),
    (
        "helm_app.yaml",
        "a native sidecar before the others",
        lambda d: add_container(d, 3, "initContainers", name="proxy", image="envoy:1.32", native_sidecar=True, at=0),
    ),
    (
        "helm_app.yaml",
        "an init container becomes a container",
        lambda d: move_container(d, "3/initContainers/1", "containers", 1),
    ),
    ("helm_app.yaml", "a commented init container goes", lambda d: remove_container(d, "3/initContainers/1")),
    (
        "helm_app.yaml",
        "a container before another",
        lambda d: add_container(d, 3, "containers", name="web", image="nginx:1.27", at=0),
    ),
    ("helm_app.yaml", "a copy of a container", lambda d: duplicate_container(d, "2/containers/0")),
    (
        "helm_app.yaml",
        "a volume and its mount",
        lambda d: mount(add_volume(d, 3, "emptyDir", "cache").documents, "3/containers/0", "cache", "/cache"),
    ),
    ("helm_app.yaml", "a port renamed, and the Service's target", lambda d: rename_port(d, "3/containers/0", 0, "web")),
    ("helm_app.yaml", "a port's number", lambda d: change_port_number(d, "3/containers/0", 0, 9090)),
    (
        "helm_app.yaml",
        "a line of a file in a ConfigMap",
        lambda d: set_config_data(d, 0, "application.yaml", d[0]["data"]["application.yaml"].replace("8080", "9090")),
    ),
    ("helm_app.yaml", "a new key of a ConfigMap", lambda d: set_config_data(d, 0, "ZONE", "a")),
    ("helm_app.yaml", "a key of a ConfigMap goes", lambda d: remove_config_data(d, 0, "LOG_LEVEL")),
    ("helm_app.yaml", "an object goes", lambda d: remove_object(d, 2)),
    ("helm_app.yaml", "an object renamed, and what refers to it", lambda d: rename_object(d, 0, "store-config")),
    (
        "helm_app.yaml",
        "a limit goes",
        lambda d: remove_field(d, (3, *SPEC, "containers", 0, "resources", "limits", "cpu")),
    ),
    ("helm_app.yaml", "all limits go", lambda d: remove_field(d, (3, *SPEC, "containers", 0, "resources", "limits"))),
    ("helm_app.yaml", "a Secret at the end", lambda d: add_secret(d, "token", {"token": "x"})),
    ("helm_app.yaml", "another kind", lambda d: change_kind(d, 3, "StatefulSet")),
    # kustomize_build.yaml
    (
        "kustomize_build.yaml",
        "an image in sorted keys",
        lambda d: set_field(d, (1, *SPEC, "containers", 1, "image"), "exporter:2"),
    ),
    (
        "kustomize_build.yaml",
        "a variable in sorted keys",
        lambda d: set_field(d, (1, *SPEC, "containers", 0, "env"), [{"name": "A", "value": "b"}]),
    ),
    (
        "kustomize_build.yaml",
        "a probe in sorted keys",
        lambda d: set_field(d, (1, *SPEC, "containers", 0, "readinessProbe"), {"httpGet": {"path": "/", "port": 80}}),
    ),
    (
        "kustomize_build.yaml",
        "a service account in sorted keys",
        lambda d: set_field(d, (1, *SPEC, "serviceAccountName"), "web"),
    ),
    (
        "kustomize_build.yaml",
        "a container in sorted keys",
        lambda d: add_container(d, 1, "containers", name="log", image="log:1", at=0),
    ),
    (
        "kustomize_build.yaml",
        "containers change places",
        lambda d: move_container(d, "1/containers/1", "containers", 0),
    ),
    ("kustomize_build.yaml", "a volume goes with its mounts", lambda d: remove_volume(d, "1/volumes/0")),
    ("kustomize_build.yaml", "a Service", lambda d: add_service(d, 1)),
    # deployments_list.yaml
    (
        "deployments_list.yaml",
        "a variable of an item of a List",
        lambda d: add_item(d, (0, "items", 0, *SPEC, "containers", 0, "env"), {"name": "A", "value": "b"}),
    ),
    (
        "deployments_list.yaml",
        "replicas of an item of a List",
        lambda d: set_field(d, (0, "items", 1, "spec", "replicas"), 3),
    ),
    ("deployments_list.yaml", "an item of a List goes", lambda d: remove_field(d, (0, "items", 0))),
    (
        "deployments_list.yaml",
        "labels where none are",
        lambda d: set_field(d, (0, "items", 1, "metadata", "labels"), {"app": "worker"}),
    ),
    # gitops_anchors.yaml
    (
        "gitops_anchors.yaml",
        "a label that an alias has too",
        lambda d: set_field(d, (0, "metadata", "labels", "tier"), "core"),
    ),
    (
        "gitops_anchors.yaml",
        "a container that others merge gets a port",
        lambda d: set_field(d, (0, *SPEC, "containers", 0, "ports"), [{"containerPort": 80}]),
    ),
    (
        "gitops_anchors.yaml",
        "an image of its own instead of the alias",
        lambda d: set_field(d, (0, *SPEC, "containers", 1, "image"), "shadow:1"),
    ),
    (
        "gitops_anchors.yaml",
        "a variable in one of two that share them",
        lambda d: add_item(d, (0, *SPEC, "containers", 1, "env"), {"name": "X", "value": "y"}),
    ),
    (
        "gitops_anchors.yaml",
        "the container that holds the anchors goes",
        lambda d: remove_container(d, "0/containers/0"),
    ),
    (
        "gitops_anchors.yaml",
        "the merging container first",
        lambda d: move_container(d, "0/containers/1", "containers", 0),
    ),
    (
        "gitops_anchors.yaml",
        "a flow selector",
        lambda d: set_field(d, (0, "spec", "selector", "matchLabels", "x"), "y"),
    ),
    (
        "gitops_anchors.yaml",
        "a request in braces",
        lambda d: set_field(d, (0, *SPEC, "containers", 0, "resources", "requests", "cpu"), "75m"),
    ),
    # commented_everywhere.yaml
    ("commented_everywhere.yaml", "a name beside a comment", lambda d: rename_object(d, 0, "press")),
    (
        "commented_everywhere.yaml",
        "an annotation after a comment",
        lambda d: set_field(d, (0, "metadata", "annotations", "example.com/new"), "1"),
    ),
    (
        "commented_everywhere.yaml",
        "the commented annotation goes",
        lambda d: remove_field(d, (0, "metadata", "annotations", "example.com/owner")),
    ),
    ("commented_everywhere.yaml", "the first init container goes", lambda d: remove_container(d, "0/initContainers/0")),
    ("commented_everywhere.yaml", "the last init container goes", lambda d: remove_container(d, "0/initContainers/2")),
    (
        "commented_everywhere.yaml",
        "init containers change places",
        lambda d: move_container(d, "0/initContainers/1", "initContainers", 0),
    ),
    (
        "commented_everywhere.yaml",
        "a sidecar becomes a container",
        lambda d: move_container(d, "0/initContainers/2", "containers", 2),
    ),
    (
        "commented_everywhere.yaml",
        "an argument in the middle",
        lambda d: insert(d, (0, "spec", "containers", 0, "args", 1), "--duplex"),
    ),
    (
        "commented_everywhere.yaml",
        "a commented argument goes",
        lambda d: remove_field(d, (0, "spec", "containers", 0, "args", 1)),
    ),
    (
        "commented_everywhere.yaml",
        "the first argument goes",
        lambda d: remove_field(d, (0, "spec", "containers", 0, "args", 0)),
    ),
    (
        "commented_everywhere.yaml",
        "a port in brackets",
        lambda d: add_port(d, "0/containers/0", number=9100, name="metrics"),
    ),
    (
        "commented_everywhere.yaml",
        "a variable above what is commented out",
        lambda d: set_field(d, (0, "spec", "containers", 0, "env"), [{"name": "A", "value": "b"}]),
    ),
    ("commented_everywhere.yaml", "a volume stands apart as the others", lambda d: add_volume(d, 0, "emptyDir", "tmp")),
    ("commented_everywhere.yaml", "the first volume goes", lambda d: remove_volume(d, "0/volumes/0")),
    (
        "commented_everywhere.yaml",
        "a label in a file without",
        lambda d: set_field(d, (0, "metadata", "labels"), {"app": "printer"}),
    ),
    ("commented_everywhere.yaml", "a container renamed", lambda d: rename_container(d, "0/containers/0", "press")),
    (
        "commented_everywhere.yaml",
        "a pod restarts never",
        lambda d: set_field(d, (0, "spec", "restartPolicy"), "Never"),
    ),
    # four_spaces.yaml
    (
        "four_spaces.yaml",
        "a container in four spaces",
        lambda d: add_container(d, 0, "containers", name="three", image="three:1"),
    ),
    (
        "four_spaces.yaml",
        "a probe in four spaces",
        lambda d: set_field(d, (0, "spec", "containers", 0, "livenessProbe"), {"exec": {"command": ["a", "b"]}}),
    ),
    (
        "four_spaces.yaml",
        "a variable in four spaces",
        lambda d: insert(d, (0, "spec", "containers", 0, "env", 1), {"name": "M", "value": "m"}),
    ),
    ("four_spaces.yaml", "a mount in four spaces", lambda d: mount(d, "0/containers/1", "v", "/v")),
    # three_spaces.yaml
    (
        "three_spaces.yaml",
        "an argument in brackets",
        lambda d: add_item(d, (0, "spec", "jobTemplate", *SPEC, "containers", 0, "args"), "--fast"),
    ),
    (
        "three_spaces.yaml",
        "a volume in three spaces",
        lambda d: mount(add_volume(d, 0, "emptyDir", "tmp").documents, "0/containers/0", "tmp", "/tmp"),
    ),
    (
        "three_spaces.yaml",
        "a job's limit of retries",
        lambda d: set_field(d, (0, "spec", "jobTemplate", "spec", "backoffLimit"), 2),
    ),
    # service.json
    ("service.json", "a label in JSON", lambda d: set_field(d, (0, "metadata", "labels", "tier"), "front")),
    ("service.json", "a label renamed in JSON", lambda d: rename_key(d, (0, "metadata", "labels", "app"), "name")),
    ("service.json", "a port in JSON", lambda d: add_item(d, (0, "spec", "ports"), {"name": "metrics", "port": 9100})),
    ("service.json", "a namespace in JSON", lambda d: set_field(d, (0, "metadata", "namespace"), "web")),
    ("service.json", "a field goes in JSON", lambda d: remove_field(d, (0, "spec", "ports", 0, "targetPort"))),
    # compact.json
    (
        "compact.json",
        "an image on one line of JSON",
        lambda d: set_field(d, (0, "spec", "containers", 1, "image"), "b:2"),
    ),
    (
        "compact.json",
        "a container on one line of JSON",
        lambda d: add_container(d, 0, "containers", name="c", image="c:1", at=1),
    ),
    ("compact.json", "a container goes on one line of JSON", lambda d: remove_container(d, "0/containers/0")),
    # json_with_comments.yaml
    (
        "json_with_comments.yaml",
        "a container in JSON's shape",
        lambda d: add_container(d, 0, "containers", name="c", image="c:1"),
    ),
    ("json_with_comments.yaml", "a container goes in JSON's shape", lambda d: remove_container(d, "0/containers/0")),
    (
        "json_with_comments.yaml",
        "containers change places in JSON's shape",
        lambda d: move_container(d, "0/containers/1", "containers", 0),
    ),
    (
        "json_with_comments.yaml",
        "a key at the end in JSON's shape",
        lambda d: set_field(d, (0, "spec", "nodeSelector", "gpu"), "no"),
    ),
    (
        "json_with_comments.yaml",
        "the last key goes in JSON's shape",
        lambda d: remove_field(d, (0, "spec", "nodeSelector", "zone")),
    ),
    # markers.yaml
    ("markers.yaml", "a document between empty ones", lambda d: set_field(d, (1, "data", "new"), "x")),
    ("markers.yaml", "the first document goes", lambda d: remove_object(d, 0)),
    ("markers.yaml", "the last document goes", lambda d: remove_object(d, 2)),
    ("markers.yaml", "a document among markers", lambda d: add_config_map(d, "four", {"a": "b"})),
    (
        "markers.yaml",
        "text that looks like a marker",
        lambda d: set_config_data(d, 1, "text", d[1]["data"]["text"].replace("not a", "no")),
    ),
    # flow_lists.yaml
    (
        "flow_lists.yaml",
        "an argument in a flow container",
        lambda d: insert(d, (0, "spec", "containers", 0, "args", 1), "--fast"),
    ),
    (
        "flow_lists.yaml",
        "an image in a flow container",
        lambda d: set_field(d, (0, "spec", "containers", 1, "image"), "log:2"),
    ),
    (
        "flow_lists.yaml",
        "a container among flow ones",
        lambda d: add_container(d, 0, "containers", name="new", image="new:1"),
    ),
    (
        "flow_lists.yaml",
        "a toleration in brackets",
        lambda d: add_item(d, (0, "spec", "tolerations"), {"key": "c", "operator": "Exists"}),
    ),
    (
        "flow_lists.yaml",
        "a secret on a line of its own",
        lambda d: add_item(d, (0, "spec", "imagePullSecrets"), {"name": "three"}),
    ),
    ("flow_lists.yaml", "the last secret goes", lambda d: remove_field(d, (0, "spec", "imagePullSecrets", 1))),
    ("flow_lists.yaml", "the first secret goes", lambda d: remove_field(d, (0, "spec", "imagePullSecrets", 0))),
    ("flow_lists.yaml", "an empty mapping filled", lambda d: set_field(d, (0, "spec", "nodeSelector", "disk"), "ssd")),
    ("flow_lists.yaml", "a label in braces", lambda d: set_field(d, (0, "metadata", "labels", "tier"), "front")),
    # windows.yaml
    (
        "windows.yaml",
        "a container on Windows",
        lambda d: add_container(d, 0, "containers", name="new", image="new:1", at=1),
    ),
    ("windows.yaml", "a container goes on Windows", lambda d: remove_container(d, "0/containers/0")),
    (
        "windows.yaml",
        "a script on Windows",
        lambda d: set_field(d, (0, "spec", "containers", 1, "env", 0, "value"), "line one\n\nline 2\n"),
    ),
    ("windows.yaml", "a namespace on Windows", lambda d: set_field(d, (0, "metadata", "namespace"), "win")),
]


def golden(style: str) -> dict[str, str]:
    """The diffs of one text, by title."""
    text = (CORPUS / "edits" / f"{style}.diff").read_text(encoding="utf-8")
    parts = re.split(r"^## (.*)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def difference(style: str, verb: Verb) -> str:
    """The notes and the changed lines with two around them, after a verb."""
    text = Text.read((CORPUS / "styles" / style).read_bytes())
    edited = verb(text.documents)
    documents = edited.documents if isinstance(edited, Edited) else edited
    result = text.rewrite(documents)
    assert Text.read(result.text).documents == documents
    lines = difflib.unified_diff(text.source.split("\n"), result.text.split("\n"), n=2, lineterm="")
    told = [f"note: {note}" for note in result.notes]
    return "".join(line.rstrip("\r") + "\n" for line in [*told, *list(lines)[2:]])


@pytest.mark.parametrize(("style", "title", "verb"), CASES, ids=[f"{case[0]}: {case[1]}" for case in CASES])
def test_an_edit_reads_as_a_person_would_write_it(style: str, title: str, verb: Verb) -> None:
    assert difference(style, verb) == golden(style)[title]


def test_every_golden_diff_is_held() -> None:
    names = [path.name.removesuffix(".diff") for path in (CORPUS / "edits").iterdir()]
    held = {(name, title) for name in names for title in golden(name)}
    assert held == {(style, title) for style, title, _ in CASES}
    assert len(held) == len(CASES)


def test_line_ends_of_windows_stay() -> None:
    for style, _, verb in CASES:
        if style == "windows.yaml":
            text = Text.read((CORPUS / "styles" / style).read_bytes())
            edited = verb(text.documents)
            new = text.rewrite(edited.documents if isinstance(edited, Edited) else edited).text
            assert new.count("\n") == new.count("\r\n")
