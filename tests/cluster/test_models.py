"""What is kept of a run, and what becomes of it."""

from __future__ import annotations

import pytest
from django.utils import timezone

from designer.clusters.client import minor_version
from designer.clusters.compare import Change
from designer.clusters.models import ApplyResult, ApplyRun, Cluster
from designer.clusters.results import Conflict, FieldProblem, ObjectResult
from designer.designs.models import Design
from tests import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def run() -> ApplyRun:
    owner = people.owner()
    design = Design.objects.create(owner=owner, name="shop", number=3)
    return ApplyRun.objects.create(
        design=design, revision=3, context="dev", namespace="shop", dry_run=True, by=owner
    )  # fmt: skip


def result(index: int, action: str, **more: object) -> ObjectResult:
    return ObjectResult(index, "v1", "Pod", f"web-{index}", "shop", action, **more)  # type: ignore[arg-type]


def test_results_keep_their_order_and_every_word(run: ApplyRun) -> None:
    cause = FieldProblem(".spec.containers[0].image", ("spec", "containers", 0, "image"), 'conflict with "kubectl"')
    owners = (Conflict("kubectl", cause.field, cause.path, "a", "b", "Update"),)
    change = Change("add", ("data", "a"), ("data", "a"), None, "x")
    run.record(result(2, "created", warnings=("old", "odd"), changes=(change,), notes=("n",), uid="u"))
    run.record(result(0, "failed", message="no", causes=(cause,), owners=owners))
    first, second = run.results.all()
    assert (first.position, first.document, first.action, first.warnings) == (0, 2, "created", ["old", "odd"])
    assert (second.position, second.document, second.message) == (1, 0, "no")
    path = ["spec", "containers", 0, "image"]
    assert second.causes == [{"field": cause.field, "path": path, "message": cause.message}]
    assert Conflict(**{**second.owners[0], "path": tuple(path)}) == owners[0]
    assert ([Change.from_json(each) for each in first.changes], first.notes, first.uid) == ([change], ["n"], "u")
    assert first.key == "v1/Pod/shop/web-2"
    assert str(second) == "Pod web-0 failed"


@pytest.mark.parametrize(
    ("actions", "message", "state"),
    [
        ([], "", "done"),
        (["created", "unchanged", "skipped"], "", "done"),
        (["created", "failed", "skipped"], "", "failed"),
        (["new", "refused"], "", "failed"),
        (["new", "conflict", "left"], "", "done"),
        (["created"], "The API server went away.", "failed"),
    ],
)
def test_a_run_is_over_once_and_says_how(run: ApplyRun, actions: list[str], message: str, state: str) -> None:
    assert (run.state, run.finished) == ("running", None)
    for index, action in enumerate(actions):
        run.record(result(index, action))
    run.finish(message)
    run.refresh_from_db()
    assert (run.state, run.message) == (state, message)
    assert run.finished is not None
    assert run.finished >= run.started


def test_a_run_goes_with_its_design_and_stays_without_its_person(run: ApplyRun) -> None:
    run.record(result(0, "created"))
    assert str(run) == "r3 to dev/shop (dry run)"
    run.design.owner = people.stranger()
    run.design.save()
    people.owner().delete()
    run.refresh_from_db()
    assert run.by is None
    run.design.delete()
    assert not ApplyResult.objects.exists()


def test_the_cluster_used_last_comes_first() -> None:
    for name in ("a", "b", "c"):
        Cluster.objects.create(name=name, context=name, last_used=timezone.now())
    Cluster.objects.get(name="a").delete()
    Cluster.objects.create(name="a again", context="a", last_used=timezone.now())
    assert [str(cluster) for cluster in Cluster.objects.all()] == ["a again", "c", "b"]


@pytest.mark.parametrize(
    ("said", "version"),
    [("v1.36.3", "1.36"), ("v1.29.4-eks-036c24b", "1.29"), ("v1.31+", "1.31"), ("1.30", "1.30"), ("", ""), ("k3s", "")],
)
def test_a_servers_version_names_a_schema(said: str, version: str) -> None:
    assert minor_version(said) == version


def test_a_cluster_that_was_only_asked_comes_behind_those_that_were_used() -> None:
    Cluster.objects.create(name="asked", context="asked", version="1.31")
    Cluster.objects.create(name="used", context="used", last_used=timezone.now())
    assert [cluster.name for cluster in Cluster.objects.all()] == ["used", "asked"]
