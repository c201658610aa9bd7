"""What a rewritten text looks like: the lines that an edit takes out and puts in, in the styles people write."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from designer.manifests.rewrite import rewrite
from designer.manifests.text import Text, parse
from designer.manifests.types import ManifestError

STYLES = Path(__file__).parents[1] / "corpus" / "styles"
Edit = Callable[[Any], object]


def style(name: str) -> str:
    return (STYLES / name).read_bytes().decode()


def diff(text: str, edit: Edit) -> str:
    """The changed lines, each after - or +, that an edit of the documents makes in a text."""
    read = Text.read(text)
    documents = read.documents
    edit(documents)
    new = read.rewrite(documents).text
    assert parse(new) == documents
    lines = difflib.ndiff(text.splitlines(), new.splitlines())
    return "\n".join(line[0] + line[2:] for line in lines if line[0] in "-+")


def put(*path: Any) -> Edit:
    """An edit that sets the value (the last argument) at a path."""

    def edit(documents: Any) -> None:
        target = documents
        for part in path[:-2]:
            target = target[part]
        target[path[-2]] = path[-1]

    return edit


def take(*path: Any) -> Edit:
    def edit(documents: Any) -> None:
        target = documents
        for part in path[:-1]:
            target = target[part]
        del target[path[-1]]

    return edit


def insert(*path: Any) -> Edit:
    """An edit that inserts a value (the last argument) into the list at a path, at the index before it."""

    def edit(documents: Any) -> None:
        target = documents
        for part in path[:-2]:
            target = target[part]
        target.insert(path[-2], path[-1])

    return edit


def move(*path: Any) -> Edit:
    """An edit that moves an item of the list at a path from one index (the one but last argument) to another."""

    def edit(documents: Any) -> None:
        target = documents
        for part in path[:-2]:
            target = target[part]
        target.insert(path[-1], target.pop(path[-2]))

    return edit


POD = ("spec", "containers")
TEMPLATE = (1, "spec", "template", "spec")

CASES: list[tuple[str, str, Edit, str]] = [
    # commented.yaml: four spaces, wide dashes, blank lines between the containers.
    ("a quoted image", "commented.yaml", put(0, *POD, 0, "image", "shop:2"),
     '-          image: "registry.example/shop:1.2"   # pinned on purpose\n'
     '+          image: "shop:2"   # pinned on purpose'),
    ("a flow item beside a comment", "commented.yaml", put(0, *POD, 0, "args", 1, "9090"),
     '-            "--port", "8080",\n+            "--port", "9090",'),
    ("an item at the end of a flow list", "commented.yaml", insert(0, *POD, 0, "command", 3, "x"),
     """-          command: ["sh", "-c", 'exec shop']\n+          command: ["sh", "-c", 'exec shop', x]"""),
    ("an item of a list of flow mappings", "commented.yaml", insert(0, *POD, 0, "env", 1, {"value": "3", "name": "C"}),
     '+            - {name: C, value: "3"}'),
    ("a label in a flow mapping", "commented.yaml", put(0, "metadata", "labels", "x", "y"),
     '-    labels: {app: shop, tier: "front"}   # short enough for one line\n'
     '+    labels: {app: shop, tier: "front", x: "y"}   # short enough for one line'),
    ("a namespace", "commented.yaml", put(0, "metadata", "namespace", "default"), "+    namespace: default"),
    ("a removed container takes its comments", "commented.yaml", take(0, *POD, 1),
     "-      # ships logs\n-      -   name: log\n-          image: 'fluent/fluent-bit:3.0'\n"
     "-          volumeMounts:\n-            - name: logs\n-              mountPath: /var/log   # shared with app\n"
     "-            # the same, for metrics\n-            - name: logs\n-              mountPath: /metrics\n"
     "-              subPath: metrics\n-          # end of log\n-"),
    ("the last container", "commented.yaml", take(0, *POD, 2),
     "-\n-      # exports metrics\n-      -   name: metrics\n-          image: prom/exporter"),
    ("a moved container takes its comments", "commented.yaml", move(0, *POD, 2, 0),
     "+      # exports metrics\n+      -   name: metrics\n+          image: prom/exporter\n+\n"
     "-\n-      # exports metrics\n-      -   name: metrics\n-          image: prom/exporter"),
    ("a new container stands apart as the others do", "commented.yaml",
     insert(0, *POD, 3, {"image": "x", "name": "new", "env": [{"name": "A", "value": "b"}]}),
     "+\n+      -   name: new\n+          image: x\n+          env:\n+            - name: A\n+              value: b"),
    ("a mount is known by its path", "commented.yaml", take(0, *POD, 1, "volumeMounts", 0),
     "-            - name: logs\n-              mountPath: /var/log   # shared with app"),
    ("a renamed container", "commented.yaml", put(0, *POD, 2, "name", "m2"),
     "-      -   name: metrics\n+      -   name: m2"),
    ("a key that goes first", "commented.yaml",
     lambda d: d[0]["spec"].__setitem__("serviceAccountName", "s"),
     "+\n+    serviceAccountName: s"),
    # helm.yaml: indented lists, braces on a line of their own.
    ("an empty mapping gets a field", "helm.yaml", put(*TEMPLATE, "containers", 0, "resources", {"a": {"b": "1"}}),
     "-            {}\n+            a:\n+              b: \"1\""),
    ("a probe's port", "helm.yaml", put(*TEMPLATE, "containers", 0, "livenessProbe", "httpGet", "port", 8080),
     "-              port: http\n+              port: 8080"),
    ("a volume list", "helm.yaml", put(*TEMPLATE, "volumes", [{"emptyDir": {}, "name": "v"}]),
     "+      volumes:\n+        - name: v\n+          emptyDir: {}"),
    ("a removed document", "helm.yaml", take(0),
     "----\n-# Source: shop/templates/serviceaccount.yaml\n-apiVersion: v1\n-kind: ServiceAccount\n-metadata:\n"
     "-  name: release-shop\n-  labels:\n-    helm.sh/chart: shop-0.1.0\n-    app.kubernetes.io/name: shop\n"
     "-    app.kubernetes.io/instance: release\n-    app.kubernetes.io/version: \"1.16.0\"\n"
     "-    app.kubernetes.io/managed-by: Helm\n-automountServiceAccountToken: true"),
    ("a new document", "helm.yaml", insert(2, {"kind": "Service", "apiVersion": "v1"}),
     "+---\n+apiVersion: v1\n+kind: Service"),
    # kubectl_get.yaml: alphabetical, lists under their key.
    ("a command goes after the image", "kubectl_get.yaml", put(0, "items", 0, *POD, 0, "command", ["a"]),
     "+      command:\n+      - a"),
    ("a toleration", "kubectl_get.yaml", insert(0, "items", 0, "spec", "tolerations", 0, {"operator": "Exists"}),
     "+    - operator: Exists"),
    ("status", "kubectl_get.yaml", take(0, "items", 0, "status"),
     '-  status:\n-    conditions:\n'
     '-    - lastProbeTime: null\n-      status: "True"\n-      type: Ready\n-    phase: Running'),
    # configmaps.yaml: every kind of scalar.
    ("a line of a script", "configmaps.yaml",
     lambda d: d[0]["data"].update({"script.sh": d[0]["data"]["script.sh"].replace("-eu", "-e")}),
     "-    set -eu\n+    set -e"),
    ("a block that keeps", "configmaps.yaml", put(0, "data", "keep", "one\n\n\n\n"),
     "-    last line, and two empty ones\n+    one\n+"),
    ("a folded block", "configmaps.yaml", put(0, "data", "folded", "these lines are one\nand this"),
     "-    these lines\n+    these lines are one\n-    are one\n-    and this is another\n+    and this"),
    ("a block with a hint", "configmaps.yaml", put(0, "data", "odd", "  starts with blanks\nmore\n"),
     "-    and goes on\n+    more"),
    ("a single quote", "configmaps.yaml", put(0, "data", "quoted", "its"), "-  quoted: 'it''s'\n+  quoted: 'its'"),
    ("a double quote", "configmaps.yaml", put(0, "data", "tabs", "a\t\tb"),
     '-  tabs: "a\\tb"\n+  tabs: "a\\t\\tb"'),
    ("a plain text over lines", "configmaps.yaml", put(0, "data", "plain", "one"),
     "+  plain: one\n-  plain: several words\n-    on two lines"),
    ("nothing becomes something", "configmaps.yaml", put(0, "data", "empty", "x\ny\n"),
     "-  empty:\n+  empty: |\n+    x\n+    y"),
    ("a tag goes when it would not do", "configmaps.yaml", put(1, "stringData", "token", "678"),
     '-  token: !!str 12345\n+  token: "678"'),
    ("a renamed key keeps its value as it stands", "configmaps.yaml",
     lambda d: d[0]["data"].update({"run.sh": d[0]["data"].pop("script.sh")}),
     "-  script.sh: |\n+  run.sh: |"),
    # anchors.yaml
    ("an override below a merge", "anchors.yaml", put(0, *POD, 0, "image", "x"), "+    image: x"),
    ("an alias with a value of its own", "anchors.yaml", put(0, "metadata", "labels", "app", "x"),
     "-    app: *name\n+    app: x"),
    ("an anchor changed, its aliases not", "anchors.yaml", put(0, "metadata", "name", "x"),
     "-  name: &name web\n+  name: &name x\n-    app: *name\n+    app: web"),
    ("an anchor changed with all that follow it", "anchors.yaml",
     lambda d: (put(0, "metadata", "name", "x")(d), put(0, "metadata", "labels", "app", "x")(d)),
     "-  name: &name web\n+  name: &name x"),
    ("a key that a merge brings, taken out", "anchors.yaml", take(0, *POD, 1, "resources"),
     "-    <<: *base\n+    image: nginx:1.27"),
    # pod.json
    ("JSON stays JSON", "pod.json", put(0, *POD, 0, "image", "nginx:2"),
     '-                "image": "nginx",\n+                "image": "nginx:2",'),
    ("a port in JSON", "pod.json", insert(0, *POD, 0, "ports", 2, {"containerPort": 1}),
     '-                    {"containerPort": 443}\n+                    {"containerPort": 443},\n'
     '+                    {"containerPort": 1}'),
    ("a label in JSON", "pod.json", put(0, "metadata", "labels", "a", "b"),
     '-    "metadata": {"name": "web", "labels": {}},\n'
     '+    "metadata": {"name": "web", "labels": {\n+        "a": "b"\n+    }},'),
    # kustomization.yaml, crlf.yaml
    ("a resource", "kustomization.yaml", insert(0, "resources", 2, "pvc.yaml"), "+- pvc.yaml"),
    ("CRLF and no line break at the end", "crlf.yaml", put(0, "spec", "replicas", 2), "-  replicas: 1\n+  replicas: 2"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "edit", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_changes_only_what_changed(name: str, edit: Edit, expected: str) -> None:
    assert diff(style(name), edit) == expected


@pytest.mark.parametrize("name", sorted(path.name for path in STYLES.iterdir()))
def test_nothing_changed(name: str) -> None:
    text = style(name)
    assert rewrite(text, parse(text)).text == text
    assert rewrite(text, parse(text)).notes == ()


def test_line_breaks_and_byte_order_mark_stay() -> None:
    text = style("crlf.yaml")
    documents = parse(text)
    documents[0]["spec"]["template"]["spec"]["volumes"] = [{"name": "v"}]
    new = rewrite(text, documents).text
    assert new.startswith("\ufeff")
    assert new.count("\n") == new.count("\r\n")
    assert not new.endswith("\n")


NOTES: list[tuple[str, Edit, str]] = [
    ("a: &x 1\nb: *x\n", put(0, "b", 2), "b: *x was written out, because its value is no longer that of &x"),
    ("a: &x {k: 1}\nb:\n  <<: *x\n", put(0, "b", "k", 2), "b.k: written below <<, which brings another value for it"),
    ("a: &x {k: 1, l: 2}\nb:\n  <<: *x\n", take(0, "a", "k"), "b.k: written below <<, which no longer brings it"),
    ("a: &x {k: 1}\nb:\n  <<: *x\n", put(0, "b", {"l": 1}),
     "b: << was written out, because what it brings was changed or moved"),
    ("a: &x 1\nb: *x\n", take(0, "a"), "b: *x was written out, because &x is no longer there"),
    ("l:\n- name: a\n  env: &e [1]\n- name: b\n  env: *e\n", move(0, "l", 1, 0),
     "l[0].env: *e was written out, because &e stands below it now"),
    ("a:\n- - one\n  - two\n  - three\n- b\n", move(0, "a", 0, 0, 2),
     "a[0] was written anew: its layout cannot be edited"),
    ("kind: Pod\nmetadata: {name: one}\n---\nkind: Pod\nmetadata: {name: two}\na: &x 1\nb: *x\n", put(1, "b", 2),
     "Pod two: b: *x was written out, because its value is no longer that of &x"),
    ("a: &x 1\nb: *x\n---\nc: 1\n", put(0, "b", 2),
     "document 1: b: *x was written out, because its value is no longer that of &x"),
    ("a: |+\n  x\n\nb: |\n  y\n\n\n", take(0, "b"), "a was written anew: it could not be edited in its place"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "edit", "note"), NOTES)
def test_says_what_was_written_anew(text: str, edit: Edit, note: str) -> None:
    documents = parse(text)
    edit(documents)
    assert rewrite(text, documents).notes == (note,)
    assert parse(rewrite(text, documents).text) == documents


WHOLE: list[tuple[str, str, list[Any], str]] = [
    ("from nothing", "", [{"a": 1}], "a: 1\n"),
    ("to nothing", "a: 1\n", [], ""),
    ("below a comment", "# c\n", [{"a": 1}], "# c\n---\na: 1\n"),
    ("the file's own comment stays", "# license\n\n# first\na: 1\n---\nb: 2\n", [{"b": 2}], "# license\n\nb: 2\n"),
    ("documents change places", "---\na: 1\n--- # two\nb: 2", [{"b": 2}, {"a": 1}], "--- # two\nb: 2\n---\na: 1"),
    ("a document in front", "a: 1\n", [{"b": 2}, {"a": 1}], "b: 2\n---\na: 1\n"),
    ("empty documents stay", "# x\n---\na: 1\n---\n# y\n---\n", [{"a": 2}], "# x\n---\na: 2\n---\n# y\n---\n"),
    ("JSON objects", '{"a": 1}\n{"b": 2}\n', [{"b": 2}], '{"b": 2}\n'),
    ("a comment below JSON", '{"a": 1}\n# c\n', [{"a": 1}], '{"a": 1}\n# c\n'),
    ("YAML below JSON", '{"a": 1}\nb: 2\n', [{"a": 1}, {"b": 3}], '{"a": 1}\nb: 3\n'),
    ("a mapping emptied", "a:\n  b: 1 # c\nd: 2\n", [{"a": {}, "d": 2}], "a: {}\nd: 2\n"),
    ("a list emptied and its neighbour's comment", "a:\n- 1\n# d\nd: 2\n", [{"a": [], "d": 2}], "a: []\n# d\nd: 2\n"),
    ("an empty list filled", "a: []  # c\n", [{"a": [1]}], "a:  # c\n- 1\n"),
    ("a number becomes a text", "a: 80 # c\n", [{"a": "80"}], 'a: "80" # c\n'),
    ("a quoted text becomes a number", "a: '80'\n", [{"a": 80}], "a: 80\n"),
    ("first key of an item", "l:\n- a: 1 # x\n  # y\n  b: 2\n", [{"l": [{"b": 2}]}], "l:\n- # y\n  b: 2\n"),
    ("a name before the rest", "volumes:\n- emptyDir: {}\n", [{"volumes": [{"emptyDir": {}, "name": "v"}]}],
     "volumes:\n- name: v\n  emptyDir: {}\n"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "documents", "expected"), [case[1:] for case in WHOLE], ids=[case[0] for case in WHOLE]
)
def test_whole_texts(text: str, documents: list[Any], expected: str) -> None:
    assert rewrite(text, documents).text == expected


def test_true_is_not_one() -> None:
    assert rewrite("a: 1\nb: [1]\n", [{"a": True, "b": [True]}]).text == "a: true\nb: [true]\n"
    assert rewrite("a: 1.0\n", [{"a": 1}]).text == "a: 1.0\n"


def test_refuses_what_json_cannot_say() -> None:
    with pytest.raises(ManifestError) as error:
        rewrite("a: 1\n", [{"a": {"b": float("nan")}}])
    assert error.value.path == (0, "a", "b")
    with pytest.raises(ManifestError):
        rewrite("a: 1\n", ["text"])  # type: ignore[list-item]


def test_refuses_to_grow_beyond_the_limits() -> None:
    with pytest.raises(ManifestError, match="larger than 2 MB"):
        rewrite("a: 1\n", [{"a": "x" * 2_000_001}])


def test_reading_the_documents_changes_nothing() -> None:
    text = Text.read("a: {b: 1}\n")
    text.documents[0]["a"]["b"] = 2
    assert text.documents == [{"a": {"b": 1}}]
    assert text.rewrite([{"a": {"b": 1}}]).text == "a: {b: 1}\n"
