"""A woven preset as a component: built by kubectl onto the design without it, it gives the woven design."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from designer.manifests import text
from designer.manifests.pod import pods
from designer.manifests.types import Documents, ManifestError
from patterns import catalogue
from patterns.kustomize import component, folder
from patterns.weave import identity, weave
from tests.binaries import kubectl
from tests.manifests.kubectl_oracle import needs_kubectl

POD = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web.shop
  namespace: shop
  labels: {app: web}
spec:
  replicas: 2
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      initContainers:
      - name: first
        image: busybox
        args: [echo, "yes"]
      containers:
      - name: web
        image: nginx:1.29
        env:
        - {name: A, value: "1"}
        ports:
        - {name: http, containerPort: 8080}
        - {name: dns, containerPort: 53, protocol: UDP}
        - {name: admin, containerPort: 9000}
        volumeMounts:
        - {name: data, mountPath: /data}
      - name: other
        image: other:1
      volumes:
      - name: data
        emptyDir: {}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  selector: {app: web}
  ports:
  - {name: http, port: 80, targetPort: 8080}
---
apiVersion: example.com/v1
kind: Widget
metadata: {name: w, namespace: shop}
spec:
  size: 1
  parts: [{id: 1}, {id: 2}]
  old: true
"""
TWICE = POD.replace("{name: admin, containerPort: 9000}", "{name: dns-tcp, containerPort: 53}")


def built(folder: Path, before: Documents, files: dict[str, str]) -> Documents:
    """What `kubectl kustomize` builds of a base and a component."""
    base, part = folder / "base", folder / "part"
    for each in (base, part):
        each.mkdir()
    (base / "all.yaml").write_text(text.dump(before))
    (base / "kustomization.yaml").write_text("resources: [all.yaml]\n")
    for name, content in files.items():
        (part / name).write_text(content)
    overlay = "resources: [../base]\ncomponents: [../part]\n"
    return built_folder(folder / "overlay", {"kustomization.yaml": overlay})


def built_folder(folder: Path, files: dict[str, str]) -> Documents:
    """What `kubectl kustomize` builds of a folder of files, by path."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    program = kubectl()
    assert program
    done = subprocess.run([program, "kustomize", folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return text.parse(done.stdout)


def plain(documents: Documents) -> Any:
    """Documents by identity. Kustomize sorts the keys of mappings; the order of lists is held."""
    found = {json.dumps(identity(document)): document for document in documents}
    assert len(found) == len(documents)
    return found


def onto(name: str, source: str = POD) -> tuple[Documents, Documents]:
    before = text.parse(source)
    return before, weave(catalogue.preset(name), {}, before, 0).documents


@needs_kubectl
@pytest.mark.kubectl
@pytest.mark.parametrize("name", sorted(catalogue.presets()))
@pytest.mark.parametrize("where", ["onto a deployment", "onto one with a port twice", "onto its example"])
def test_a_component_builds_the_woven_design(name: str, where: str, tmp_path: Path) -> None:
    if where != "onto its example":
        before, after = onto(name, TWICE if "twice" in where else POD)
    else:
        before = list(catalogue.preset(name).example)
        after = weave(catalogue.preset(name), {}, [], None).documents
    assert plain(built(tmp_path, before, component(name, before, after))) == plain(after)


@needs_kubectl
@pytest.mark.kubectl
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("image: nginx:1.29", "image: nginx:1.30"),
        ('        args: [echo, "yes"]\n', '        args: [echo, "no", "3"]\n'),
        ('        args: [echo, "yes"]\n', ""),
        (
            "      containers:\n",
            "      - {name: second, image: a}\n      - {name: third, image: b}\n      containers:\n",
        ),
        ("      initContainers:\n", "      initContainers:\n      - {name: zeroth, image: a}\n"),
        ('        - {name: A, value: "1"}\n', '        - {name: A, value: "1"}\n        - {name: B, value: $(A)}\n'),
        ('        env:\n        - {name: A, value: "1"}\n', ""),
        ("        - {name: http, containerPort: 8080}\n", "        - {name: http, containerPort: 8081}\n"),
        ("        - {name: admin, containerPort: 9000}\n", ""),
        ("- {name: admin, containerPort: 9000}\n", "- {containerPort: 53}\n        - {containerPort: 9}\n"),
        ("        - {name: data, mountPath: /data}\n", "        - {name: data, mountPath: /d, readOnly: true}\n"),
        ("      - name: other\n        image: other:1\n", ""),
        ("        emptyDir: {}\n", "        emptyDir: {medium: Memory}\n"),
        ("        emptyDir: {}\n", "        configMap: {name: x}\n"),
        ("        emptyDir: {}\n", "        emptyDir: {}\n      - {name: more, emptyDir: {}}\n"),
        ("  replicas: 2\n", ""),
        ("  labels: {app: web}\nspec", "  labels: {app: web, tier: '1'}\n  annotations: {a.b/c: d}\nspec"),
        ("  - {name: http, port: 80, targetPort: 8080}\n", "  - {name: s, port: 443}\n  - {name: http, port: 80}\n"),
        ("  size: 1\n", "  size: 2\n"),
        ("parts: [{id: 1}, {id: 2}]\n  old: true", "parts: [{id: 2}, {id: 3}]\n  a/b~c: {d: null}"),
        (
            "---\napiVersion: v1\nkind: Service",
            "---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\n---\napiVersion: v1\nkind: Service",
        ),
    ],
)
def test_any_change_of_a_design_can_be_said(old: str, new: str, tmp_path: Path) -> None:
    assert POD.count(old) == 1
    before, after = text.parse(POD), text.parse(POD.replace(old, new))
    assert plain(built(tmp_path, before, component("x", before, after))) == plain(after)


@needs_kubectl
@pytest.mark.kubectl
def test_what_a_preset_took_away_is_taken_away(tmp_path: Path) -> None:
    before = text.parse(POD)
    after = before[:1]
    assert plain(built(tmp_path, before, component("x", before, after))) == plain(after)


def test_the_folder_is_a_component() -> None:
    before, after = onto("redis-adapter")
    files = component("redis-adapter", before, after)
    (top,) = text.parse(files["kustomization.yaml"])
    assert (top["apiVersion"], top["kind"]) == ("kustomize.config.k8s.io/v1alpha1", "Component")
    named = [*top["resources"], *(patch["path"] for patch in top["patches"])]
    assert sorted(named) == sorted(set(files) - {"kustomization.yaml"})
    (patch,) = top["patches"]
    expected = {"group": "apps", "version": "v1", "kind": "Deployment", "name": "web\\.shop", "namespace": "shop"}
    assert patch["target"] == expected
    change = files[patch["path"]]
    assert change.startswith("- op: add\n  path: /spec/template/spec/containers/-\n  value:\n    name: adapter\n")
    assert change.count("op: ") == 1


def steps(source: str, *names: str) -> tuple[Documents, list[tuple[str, Documents]]]:
    """A design, and what it is with each of the presets upon those before it."""
    before = documents = text.parse(source)
    found = []
    for name in names:
        documents = weave(catalogue.preset(name), {}, documents, 0).documents
        found.append((name, documents))
    return before, found


ELASTIC = """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: elasticsearch}
spec:
  serviceName: elasticsearch
  selector: {matchLabels: {app: elasticsearch}}
  template:
    metadata: {labels: {app: elasticsearch}}
    spec:
      containers:
      - name: elasticsearch
        image: elasticsearch:7.17.28
        ports:
        - {name: http, containerPort: 9200}
"""
FAMILY = ("tls-ambassador", "elasticsearch-adapter", "log-tailing", "node-sysctl-init")


@needs_kubectl
@pytest.mark.kubectl
@pytest.mark.parametrize(
    ("source", "names"),
    [
        (ELASTIC, FAMILY),
        (ELASTIC, FAMILY[::-1]),
        (ELASTIC, ("log-tailing", "node-sysctl-init", "elasticsearch-adapter", "tls-ambassador")),
        (POD, FAMILY),
        (TWICE, FAMILY),
        (POD, ("redis-adapter", "log-exporter", "tls-sidecar", "vault-agent", "varnish-cache")),
        (TWICE, ("git-clone-init", "request-splitter", "log-adapter")),
    ],
)
def test_components_build_upon_each_other(source: str, names: tuple[str, ...], tmp_path: Path) -> None:
    before, woven = steps(source, *names)
    whole = woven[-1][1]
    each = folder(source, before, woven)
    (top,) = text.parse(each["kustomization.yaml"])
    assert top["components"] == [f"components/{n}-{name}" for n, name in enumerate(names, 1)]
    said = [each[f"{place}/kustomization.yaml"].partition("\n")[0] for place in top["components"]]
    assert said == [
        "# Made for the base.",
        *["# Made for the base with the components before this one."] * len(said[1:]),
    ]
    assert plain(built_folder(tmp_path / "each", each)) == plain(whole)
    # Those of the first ones alone are a design too.
    each["kustomization.yaml"] = f"resources: [base]\ncomponents: {json.dumps(top['components'][:-1])}\n"
    assert plain(built_folder(tmp_path / "some", each)) == plain(woven[-2][1])
    one = folder(source, before, [("woven", whole)])
    (top,) = text.parse(one["kustomization.yaml"])
    assert top["components"] == ["components/woven"]
    built_whole = built_folder(tmp_path / "one", one)
    assert plain(built_whole) == plain(whole)
    first = pods(before)[0]
    (pod,) = (found for found in pods(built_whole) if (found.kind, found.name) == (first.kind, first.name))
    assert pod.spec["containers"][0]["name"] == first.spec["containers"][0]["name"]


@needs_kubectl
@pytest.mark.kubectl
def test_a_component_does_not_build_onto_what_it_was_not_made_for(tmp_path: Path) -> None:
    before, woven = steps(POD, "tls-sidecar", "vault-agent")
    files = folder(POD.replace("- name: web\n", "- name: site\n"), before, woven)
    with pytest.raises(AssertionError, match=r"/containers/0/name failed"):
        built_folder(tmp_path / "other", files)


def test_what_changes_nothing_has_no_component() -> None:
    before, woven = steps(POD, "redis-adapter")
    files = folder(POD, before, [*woven, ("again", woven[-1][1])])
    (top,) = text.parse(files["kustomization.yaml"])
    assert top["components"] == ["components/1-redis-adapter"]
    with pytest.raises(ManifestError, match="nothing to export"):
        folder(POD, before, [("none", before)])


@needs_kubectl
@pytest.mark.kubectl
def test_without_a_base_the_components_bring_all(tmp_path: Path) -> None:
    whole = weave(catalogue.preset("redis-adapter"), {}, [], None).documents
    files = folder("", [], [("redis-adapter", whole)])
    assert not any(name.startswith("base/") for name in files)
    assert plain(built_folder(tmp_path / "whole", files)) == plain(whole)


def test_nothing_is_no_component() -> None:
    with pytest.raises(ManifestError, match="changes nothing"):
        component("x", text.parse(POD), text.parse(POD))
    with pytest.raises(ManifestError, match="no name"):
        component("x", text.parse(POD), [{"kind": "Pod", "metadata": {"generateName": "a-"}}])
