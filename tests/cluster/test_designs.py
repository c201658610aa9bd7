"""Every system of the two articles, from its own YAML and from the catalogue, on a real API server."""

from __future__ import annotations

from pathlib import Path

import pytest

from designer.clusters.apply import apply_documents
from designer.clusters.client import Client
from designer.designs.models import Design
from designer.manifests.text import parse
from designer.web.starters import starters
from patterns import catalogue
from patterns.weave import weave
from tests.cluster.control_plane import ControlPlane
from tests.people import owner

pytestmark = [pytest.mark.cluster, pytest.mark.xdist_group("cluster"), pytest.mark.django_db]
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
    for dry_run in (True, False):
        results = list(apply_documents(client, documents, namespace, dry_run))
        assert [(r.kind, r.action, r.message) for r in results if r.action == "failed"] == []
        assert [warning for r in results for warning in r.warnings] == []
    for document in documents:
        kind, name = document["kind"], document["metadata"]["name"]
        live = control_plane.json("get", kind, name, "-n", namespace, "--show-managed-fields")
        managers = {(entry["manager"], entry["operation"]) for entry in live["metadata"]["managedFields"]}
        assert ("pod-pattern-designer", "Apply") in managers
    again = list(apply_documents(client, documents, namespace, False))
    assert {result.action for result in again} == {"unchanged"}


def test_an_api_that_is_gone_is_told_by_its_name(client: Client, namespace: str) -> None:
    results = list(apply_documents(client, parse(BETA.read_text()), namespace, True))
    assert {result.action for result in results} == {"failed"}
    assert all("rbac.authorization.k8s.io/v1beta1" in result.message for result in results)


@pytest.mark.parametrize("name", sorted(catalogue.presets()))
def test_a_preset_woven_onto_its_example_is_accepted(name: str, client: Client, namespace: str) -> None:
    documents = [d for d in weave(catalogue.preset(name), {}, [], None).documents if d["kind"] not in OPERATOR]
    results = list(apply_documents(client, documents, namespace, True))
    assert [(r.kind, r.message, r.warnings) for r in results if r.action == "failed" or r.warnings] == []


def test_there_is_a_starter_for_each_system_of_the_first_article() -> None:
    assert {"tls-sidecar", "weighted-ambassador", "redis-adapter", "git-clone-init"} <= {one.id for one in starters()}
