"""A woven preset as a component: built by kubectl onto the design without it, it gives the woven design."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from designer.manifests import text
from designer.manifests.match import Place, ids, keys
from designer.manifests.schema import schema
from designer.manifests.types import Documents, ManifestError
from patterns import catalogue
from patterns.kustomize import component
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
    base, part, overlay = folder / "base", folder / "part", folder / "overlay"
    for each in (base, part, overlay):
        each.mkdir()
    (base / "all.yaml").write_text(text.dump(before))
    (base / "kustomization.yaml").write_text("resources: [all.yaml]\n")
    for name, content in files.items():
        (part / name).write_text(content)
    (overlay / "kustomization.yaml").write_text("resources: [../base]\ncomponents: [../part]\n")
    program = kubectl()
    assert program
    done = subprocess.run([program, "kustomize", overlay], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return text.parse(done.stdout)


def plain(documents: Documents) -> Any:
    """Documents as data whose order says nothing: by identity, and lists with merge keys by these. Kustomize puts what
    a patch adds to such a list first; only for init containers and variables the order is held."""
    found = {json.dumps(identity(document)): _sorted(document, Place(schema())) for document in documents}
    assert len(found) == len(documents)
    return found


def _sorted(value: Any, place: Place, name: str = "") -> Any:
    if isinstance(value, dict):
        place = place.of(value)
        return {key: _sorted(inner, place.key(key), key) for key, inner in value.items()}
    if isinstance(value, list):
        inner = [_sorted(item, place.item()) for item in value]
        by = keys(place, value) if place.field and place.field.merge_key else None
        if by and name not in ("initContainers", "env"):
            return [item for _, item in sorted(zip(map(str, ids(value, by)), inner, strict=True), key=lambda p: p[0])]
        return inner
    return value


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
    (change,) = text.parse(files[patch["path"]])
    assert [c["name"] for c in change["spec"]["template"]["spec"]["containers"]] == ["adapter"]
    assert "order" in files["kustomization.yaml"], "that lists come in another order is said"


def test_nothing_is_no_component() -> None:
    with pytest.raises(ManifestError, match="changes nothing"):
        component("x", text.parse(POD), text.parse(POD))
    with pytest.raises(ManifestError, match="no name"):
        component("x", text.parse(POD), [{"kind": "Pod", "metadata": {"generateName": "a-"}}])
