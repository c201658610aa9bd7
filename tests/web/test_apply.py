"""The screens of a plan and a run: what they refuse, and that nothing but what was shown is done."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from designer.clusters.client import Client as ClusterClient
from designer.clusters.models import ApplyRun, Cluster
from designer.designs.models import Design
from designer.manifests.text import dump
from designer.manifests.types import Document
from designer.teams.audit import Entry
from tests.cluster.conftest import client as cluster_client
from tests.cluster.control_plane import ControlPlane
from tests.cluster.documents import config_map, pod
from tests.people import stranger

pytestmark = [pytest.mark.cluster, pytest.mark.django_db(transaction=True)]
api = cluster_client


@pytest.fixture
def cluster(control_plane: ControlPlane, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    monkeypatch.setenv("KUBECONFIG", str(control_plane.kubeconfig))
    return Cluster.objects.create(name="dev", context=control_plane.admin)


class Hands:
    """The dialog's buttons, without a browser."""

    def __init__(self, client: Client, design: Design, cluster: Cluster, namespace: str) -> None:
        self.client, self.design, self.cluster, self.namespace = client, design, cluster, namespace

    def post(self, name: str, *args: int, **data: Any) -> Any:
        return self.client.post(reverse(name, args=[self.design.pk, *args]), data)

    def get(self, name: str, *args: int, **data: Any) -> str:
        return self.client.get(reverse(name, args=[self.design.pk, *args]), data).content.decode()

    def plan(self, verb: str = "apply", **data: Any) -> ApplyRun:
        answer = self.post("plan", cluster=self.cluster.pk, namespace=self.namespace, verb=verb, **data)
        assert answer.status_code == 200, answer.content.decode()
        return self.over()

    def apply(self, plan: ApplyRun, **data: Any) -> ApplyRun:
        answer = self.post("apply", plan=plan.pk, **data)
        assert answer.status_code == 200, answer.content.decode()
        return self.over()

    def over(self) -> ApplyRun:
        until = time.monotonic() + 30
        while (run := ApplyRun.objects.order_by("-pk")[0]).state == "running":
            assert time.monotonic() < until
            time.sleep(0.05)
        return run

    def edit(self, *documents: Document) -> None:
        self.design.change(lambda _: list(documents), by=self.design.owner)


@pytest.fixture
def hands(client: Client, make: Callable[..., Design], cluster: Cluster, namespace: str) -> Hands:
    return Hands(client, make(dump([config_map("a", colour="red"), config_map("b")])), cluster, namespace)


def actions(run: ApplyRun) -> list[tuple[str, str]]:
    return [(result.name, result.action) for result in run.results.all()]


def test_a_plan_shows_what_the_apply_then_does(hands: Hands) -> None:
    plan = hands.plan()
    assert actions(plan) == [("a", "new"), ("b", "new")]
    shown = hands.get("run", plan.pk)
    assert "Apply 2 changes to dev/" in shown
    assert "+   colour: red" in shown
    run = hands.apply(plan)
    assert actions(run) == [("a", "created"), ("b", "created")]
    (entry,) = Entry.objects.filter(group="applies")
    assert str(entry) == f"local applied r1 of web to dev/{hands.namespace}"
    assert "Applied r1" in hands.get("run", run.pk)
    assert "Where it is" in hands.get("runs")
    assert "2 created" in hands.get("runs")


def test_a_plan_applies_the_revision_that_it_showed(hands: Hands, api: ClusterClient, namespace: str) -> None:
    plan = hands.plan()
    hands.edit(config_map("a", colour="blue"))
    run = hands.apply(plan)
    assert run.revision == plan.revision == 1
    live = api.get(config_map("a"), namespace)
    assert live is not None
    assert live.document["data"] == {"colour": "red"}


def test_without_its_plan_nothing_is_applied(hands: Hands, make: Callable[..., Design]) -> None:
    other = make()
    there: dict[str, Any] = {"cluster": hands.cluster, "revision": 1, "context": "dev", "namespace": "x"}
    theirs = ApplyRun.objects.create(**there, design=other, dry_run=True, state="done")
    real = ApplyRun.objects.create(**there, design=hands.design, dry_run=False, state="done")
    running = ApplyRun.objects.create(**there, design=hands.design, dry_run=True)
    for number in ("", "x", "0", str(theirs.pk), str(real.pk), str(running.pk)):
        answer = hands.post("apply", plan=number)
        assert (answer.status_code, b"no plan" in answer.content) == (422, True)
    assert ApplyRun.objects.count() == 3


def test_only_what_the_plan_showed_can_be_deleted_taken_over_or_made_anew(hands: Hands) -> None:
    hands.apply(hands.plan())
    plan = hands.plan()
    keys = [result.key for result in plan.results.all()]
    run = hands.apply(plan, prune=[*keys, "v1/Namespace//default"], take_over=keys, recreate=keys)
    assert (run.prune, run.take_over, run.recreate) == ([], [], [])
    assert {action for _, action in actions(run)} == {"unchanged"}


def test_production_wants_the_namespaces_name(hands: Hands, namespace: str) -> None:
    Cluster.objects.update(stage="production")
    plan = hands.plan()
    assert f'pattern="{namespace}"' in hands.get("run", plan.pk)
    for typed in ("", "default"):
        answer = hands.post("apply", plan=plan.pk, confirm=typed)
        assert (answer.status_code, b"This is production" in answer.content) == (422, True)
    assert hands.apply(plan, confirm=namespace).state == "done"


def test_a_namespace_that_may_not_be_used_is_refused_at_both_steps(hands: Hands) -> None:
    plan = hands.plan()
    Cluster.objects.update(namespaces=["elsewhere"])
    for answer in (
        hands.post("plan", cluster=hands.cluster.pk, namespace=hands.namespace, verb="apply"),
        hands.post("apply", plan=plan.pk),
    ):
        assert (answer.status_code, b"may be used for elsewhere only" in answer.content) == (422, True)
    answer = hands.post("plan", cluster=hands.cluster.pk, namespace="No Name", verb="apply")
    assert b"not a namespace" in answer.content
    answer = hands.post("plan", cluster=0, namespace="x", verb="apply")
    assert (answer.status_code, b"not here" in answer.content) == (422, True)


def test_two_runs_to_one_place_are_one_too_many(hands: Hands) -> None:
    plan = hands.plan()
    ApplyRun.objects.create(
        design=hands.design, cluster=hands.cluster, revision=1, context="dev", namespace=hands.namespace, dry_run=False
    )
    answer = hands.post("apply", plan=plan.pk)
    assert (answer.status_code, b"is being applied there" in answer.content) == (422, True)


def test_a_failed_run_goes_on_from_the_screen(hands: Hands, control_plane: ControlPlane) -> None:
    plan = hands.plan()
    there = ("-n", hands.namespace, "-f", "-")
    theirs = json.dumps(config_map("a", colour="theirs"))
    control_plane.kubectl("apply", "--server-side", "--field-manager=them", *there, stdin=theirs)
    run = hands.apply(plan)
    assert (run.state, actions(run)) == ("failed", [("a", "failed"), ("b", "created")])
    assert "Go on with the rest" in hands.get("run", run.pk)
    control_plane.kubectl("delete", "configmap", "a", "-n", hands.namespace)
    hands.post("resume", run.pk)
    hands.over()
    run.refresh_from_db()
    assert (run.state, sorted(actions(run))) == ("done", [("a", "created"), ("b", "created")])
    # There is nothing to go on with any more.
    hands.post("resume", run.pk)
    assert ApplyRun.objects.get(pk=run.pk).state == "done"


def test_a_conflict_is_settled_in_the_design_and_planned_again(hands: Hands, control_plane: ControlPlane) -> None:
    there = ("-n", hands.namespace, "-f", "-")
    theirs = json.dumps(config_map("a", colour="theirs"))
    control_plane.kubectl("apply", "--server-side", "--field-manager=them", *there, stdin=theirs)
    plan = hands.plan()
    result = plan.results.get(action="conflict")
    shown = hands.get("run", plan.pk)
    assert "owned by <b>them</b>" in shown
    wrong = hands.post("settle", plan.pk, result=result.pk, field=".data.other", choice="give")
    assert wrong.status_code == 404
    answer = hands.post("settle", plan.pk, result=result.pk, field=".data.colour", choice="share")
    assert answer.status_code == 200
    hands.over()
    hands.design.refresh_from_db()
    assert hands.design.documents[0]["data"] == {"colour": "theirs"}
    assert hands.design.revision.summary == "took data.colour of a as dev has it"
    # What is on the screen still is of the revision before.
    answer = hands.post("settle", plan.pk, result=result.pk, field=".data.colour", choice="give")
    assert (answer.status_code, b"Plan again" in answer.content) == (422, True)
    assert hands.plan().results.get(name="a").action == "changed"  # only the labels


@pytest.mark.parametrize(("choice", "kept"), [("share", {"pw": "theirs", "b": "1"}), ("give", {"b": "1"})])
def test_a_conflict_in_a_secrets_plain_text_is_settled_in_it(
    hands: Hands, control_plane: ControlPlane, choice: str, kept: dict[str, str]
) -> None:
    named = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}}
    hands.edit({**named, "stringData": {"pw": "ours", "b": "1"}})
    theirs = json.dumps({**named, "stringData": {"pw": "theirs"}})
    control_plane.kubectl("create", "-n", hands.namespace, "-f", "-", stdin=theirs)
    plan = hands.plan()
    result = plan.results.get(action="conflict")
    (owner,) = result.owners
    assert hands.post("settle", plan.pk, result=result.pk, field=owner["field"], choice=choice).status_code == 200
    hands.over()
    hands.design.refresh_from_db()
    assert hands.design.documents == [{**named, "stringData": kept}]
    assert hands.design.revision
    assert "stringData.pw of s" in hands.design.revision.summary


def test_giving_up_the_last_of_a_map_takes_the_map_away(hands: Hands, control_plane: ControlPlane) -> None:
    theirs = config_map("a", k="v")
    theirs["metadata"]["annotations"] = {"example.org/x": "theirs"}
    ours = config_map("a", k="v")
    ours["metadata"]["annotations"] = {"example.org/x": "ours"}
    hands.edit(ours)
    there = ("-n", hands.namespace, "-f", "-")
    control_plane.kubectl("apply", "--server-side", "--field-manager=them", *there, stdin=json.dumps(theirs))
    plan = hands.plan()
    result = plan.results.get(action="conflict")
    field = result.owners[0]["field"]
    assert hands.post("settle", plan.pk, result=result.pk, field=field, choice="give").status_code == 200
    hands.over()
    hands.design.refresh_from_db()
    assert hands.design.documents == [config_map("a", k="v")]


def test_back_and_gone_are_planned_first(hands: Hands, namespace: str) -> None:
    first = hands.apply(hands.plan())
    hands.edit(config_map("a", colour="blue"))
    hands.apply(hands.plan())
    assert "Applies r1 again" in hands.get("roll-back", first.pk)
    back = hands.plan("roll back", of=first.pk)
    assert (back.revision, actions(back)) == (1, [("a", "changed"), ("b", "unchanged")])
    assert hands.apply(back).verb == "roll back"

    assert "Delete what" in hands.get("delete-applied", first.pk)
    gone = hands.plan("delete", of=first.pk)
    assert {action for _, action in actions(gone)} == {"left"}
    answer = hands.post("apply", plan=gone.pk)
    assert (answer.status_code, b"Nothing is ticked" in answer.content) == (422, True)
    done = hands.apply(gone, prune=[result.key for result in gone.results.all()])
    assert {action for _, action in actions(done)} == {"deleted"}
    assert "Where it is" not in hands.get("runs")
    assert [entry.what for entry in Entry.objects.all()] == ["deleted-applied", "rolled-back", "applied", "applied"]
    # Neither of them without a run that it is of.
    for verb in ("roll back", "delete", "odd"):
        assert hands.post("plan", cluster=hands.cluster.pk, namespace=namespace, verb=verb).status_code == 404


def test_drift_is_taken_as_a_revision(hands: Hands, control_plane: ControlPlane) -> None:
    run = hands.apply(hands.plan())
    assert "No drift" in hands.get("drift", run.pk, ask=1)
    patch = json.dumps({"data": {"colour": "green"}})
    control_plane.kubectl("patch", "configmap", "a", "-n", hands.namespace, "-p", patch)
    shown = hands.get("drift", run.pk, ask=1)
    assert "kubectl-patch" in shown
    assert "colour: green" in shown
    assert hands.post("drift", run.pk, take=["0"]).status_code == 200
    hands.design.refresh_from_db()
    assert hands.design.documents[0]["data"] == {"colour": "green"}
    assert hands.design.revision.summary == "took ConfigMap a from dev"


def test_an_empty_design_and_no_kubeconfig_are_said(
    hands: Hands, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    hands.edit()
    answer = hands.post("plan", cluster=hands.cluster.pk, namespace=hands.namespace, verb="apply")
    assert b"This design is empty" in answer.content
    hands.edit(pod())
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    assert "kubeconfig" in hands.get("apply")
    assert hands.post("plan", cluster=hands.cluster.pk, namespace="x", verb="apply").status_code == 422


def test_only_a_run_that_was_done_is_gone_back_to(hands: Hands) -> None:
    run = hands.apply(hands.plan())
    assert hands.get("runs").count("Roll back to this…") == 1
    for state in ("failed", "broken off"):
        ApplyRun.objects.filter(pk=run.pk).update(state=state)
        assert "Roll back to this…" not in hands.get("runs")


def test_a_namespace_that_is_not_there_is_told_once_and_added(hands: Hands) -> None:
    hands.namespace = f"{hands.namespace}-new"
    plan = hands.plan()
    assert actions(plan) == [("a", "refused"), ("b", "refused")]
    shown = hands.get("run", plan.pk)
    assert shown.count(f"The namespace {hands.namespace} is not there") == 1
    assert f"Add Namespace {hands.namespace} to the design" in shown
    assert "cannot be applied" not in shown
    assert hands.post("settle", plan.pk, choice="namespace", field="other").status_code == 404
    assert hands.post("settle", plan.pk, choice="namespace", field=hands.namespace).status_code == 200
    again = hands.over()
    assert actions(again) == [(hands.namespace, "new"), ("a", "waits"), ("b", "waits")]
    hands.design.refresh_from_db()
    assert hands.design.documents[-1] == {
        "apiVersion": "v1", "kind": "Namespace", "metadata": {"name": hands.namespace},
    }  # fmt: skip


def test_a_run_of_the_past_opens_and_older_ones_follow(hands: Hands) -> None:
    for number in range(45):
        ApplyRun.objects.create(
            design=hands.design, cluster=hands.cluster, revision=1, context=f"c{number}", namespace="x", dry_run=False,
            state="done",
        )  # fmt: skip
    first = hands.get("runs")
    assert first.count("run-open") == 40
    last = ApplyRun.objects.order_by("-pk")[39]
    assert f"?before={last.pk}" in first
    assert hands.get("runs", before=last.pk).count('class="run-open"') == 5
    assert "A run of" in hands.get("run-opened", last.pk)


def test_a_strangers_run_is_not_there(hands: Hands) -> None:
    run = hands.apply(hands.plan())
    Design.objects.filter(pk=hands.design.pk).update(owner=stranger())
    for name in ("run", "run-opened", "roll-back", "delete-applied", "drift"):
        assert hands.client.get(reverse(name, args=[hands.design.pk, run.pk])).status_code == 404
    for name in ("resume", "settle", "drift"):
        assert hands.post(name, run.pk).status_code == 404
