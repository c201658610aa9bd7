"""Every system of the two articles, from its own YAML and from the catalogue, on a real API server."""

from __future__ import annotations

from pathlib import Path

import pytest

from designer.clusters.apply import apply_documents
from designer.clusters.client import Client
from designer.clusters.preview import foresee
from designer.clusters.target import Target
from designer.designs.models import Design
from designer.manifests.text import parse
from designer.web.starters import starters
from patterns import catalogue
from patterns.weave import weave
from tests.cluster.control_plane import ControlPlane
from tests.people import owner

pytestmark = [pytest.mark.cluster, pytest.mark.django_db]
_CORPUS = Path(__file__).parent.parent / "corpus" / "articles"
# The article's RBAC is of v1beta1, which Kubernetes 1.22 took away; it has a test of its own.
BETA = _CORPUS / "000-adapter-rbac.yaml"
ARTICLES = sorted(path for path in _CORPUS.glob("*.yaml") if path != BETA)
# What only the Prometheus operator's definitions know.
OPERATOR = {"ServiceMonitor", "Prometheus"}


def design_of(text: str, name: str) -> Design:
    design = Design.objects.create(owner=owner(), name=name)
    documents = parse(text)
    design.change(lambda _: documents, by=owner(), text=text)
    return design


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_an_articles_manifest_is_accepted_applied_and_ours(
    path: Path, client: Client, control_plane: ControlPlane, namespace: str
) -> None:
    design = design_of(path.read_text(), path.stem)
    documents = [document for document in parse(design.text) if document["kind"] not in OPERATOR]
    target = Target(client, namespace)
    for results in (list(foresee(target, documents)), list(apply_documents(target, documents))):
        assert [(r.kind, r.action, r.message) for r in results if r.action in ("failed", "refused")] == []
        assert [warning for r in results for warning in r.warnings] == []
    for document in documents:
        kind, name = document["kind"], document["metadata"]["name"]
        live = control_plane.json("get", kind, name, "-n", namespace, "--show-managed-fields")
        managers = {(entry["manager"], entry["operation"]) for entry in live["metadata"]["managedFields"]}
        assert ("pod-pattern-designer", "Apply") in managers
    for again in (foresee(target, documents), apply_documents(target, documents)):
        assert {result.action for result in again} == {"unchanged"}


def test_an_api_that_is_gone_is_told_by_its_name(client: Client, namespace: str) -> None:
    results = list(foresee(Target(client, namespace), parse(BETA.read_text())))
    assert {result.action for result in results} == {"refused"}
    assert all("rbac.authorization.k8s.io/v1beta1" in result.message for result in results)


@pytest.mark.parametrize("name", sorted(catalogue.presets()))
def test_a_preset_woven_onto_its_example_is_accepted(name: str, client: Client, namespace: str) -> None:
    documents = [d for d in weave(catalogue.preset(name), {}, [], None).documents if d["kind"] not in OPERATOR]
    results = list(foresee(Target(client, namespace), documents))
    assert [(r.kind, r.message, r.warnings) for r in results if r.action == "refused" or r.warnings] == []


def test_there_is_a_starter_for_each_system_of_the_first_article() -> None:
    assert {"tls-sidecar", "weighted-ambassador", "redis-adapter", "git-clone-init"} <= {one.id for one in starters()}
