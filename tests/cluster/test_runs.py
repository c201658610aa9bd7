"""Runs from beginning to end: what is kept of them, and how they go on after our end or the cluster's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from designer.clusters import inventory, runs
from designer.clusters.client import Client
from designer.clusters.models import ApplyRun, Cluster
from designer.clusters.objects import claim, key_of, mark
from designer.clusters.open import client_of
from designer.designs.models import Design
from designer.manifests import text as manifest_text
from designer.manifests.types import Document, Documents
from tests.cluster.control_plane import ControlPlane
from tests.cluster.documents import config_map, deployment, pod
from tests.cluster.proxies import Fault, Proxy, failing
from tests.people import owner

# Real transactions: a run's own threads read what this one wrote.
pytestmark = [pytest.mark.cluster, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cluster(control_plane: ControlPlane, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    monkeypatch.setenv("KUBECONFIG", str(control_plane.kubeconfig))
    return Cluster.objects.create(name="dev", context=control_plane.admin)


@pytest.fixture
def proxy(
    control_plane: ControlPlane, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[tuple[Proxy, Cluster]]:
    monkeypatch.setattr(runs, "client_of", partial(client_of, read_seconds=1.0))
    with failing(control_plane, tmp_path) as (found, kubeconfig):
        monkeypatch.setenv("KUBECONFIG", str(kubeconfig))
        yield found, Cluster.objects.create(name="proxied", context="proxied")


def design_of(*documents: Document) -> Design:
    design = Design.objects.create(owner=owner(), name="shop")
    edit(design, *documents)
    return design


def edit(design: Design, *documents: Document) -> None:
    design.change(lambda _: list(documents), by=owner())


def carry_out(design: Design, cluster: Cluster, namespace: str, **more: object) -> ApplyRun:
    order = runs.Order(cluster, namespace, design.number, **more)  # type: ignore[arg-type]
    run = runs.create(design, order, owner())
    runs.carry_out(run)
    run.refresh_from_db()
    return run


def go_on(run: ApplyRun) -> ApplyRun:
    assert runs.take(run)
    runs.carry_out(run)
    run.refresh_from_db()
    return run


def told(run: ApplyRun) -> list[tuple[str, str]]:
    return [(result.name, result.action) for result in run.results.all()]


def maps(*names: str, **data: str) -> Documents:
    return [config_map(name, **data) for name in names]


def versions(client: Client, namespace: str, documents: Documents) -> list[str]:
    found = [client.get(document, namespace) for document in documents]
    return [each.document["metadata"]["resourceVersion"] if each else "" for each in found]


def test_a_run_keeps_all_that_happened(cluster: Cluster, client: Client, namespace: str) -> None:
    design = design_of(config_map(colour="red"), deployment())
    run = carry_out(design, cluster, namespace)
    assert (run.state, run.message, told(run)) == ("done", "", [("settings", "created"), ("web", "created")])
    assert (run.by, run.revision, run.context, run.namespace) == (owner(), 1, "dev", namespace)
    first = run.results.first()
    assert first is not None
    assert first.uid
    (colour,) = [each for each in first.changes if each["path"] == ["data", "colour"]]
    assert (colour["op"], colour["old"], colour["new"], colour["ours"]) == ("add", None, "red", True)
    cluster.refresh_from_db()
    assert (cluster.namespace, cluster.last_used is not None) == (namespace, True)


def test_a_second_apply_of_the_same_revision_changes_nothing(cluster: Cluster, client: Client, namespace: str) -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"a": "b"}}
    documents = [config_map(colour="red"), deployment(), secret]
    design = design_of(*documents)
    carry_out(design, cluster, namespace)
    before = versions(client, namespace, documents)
    again = carry_out(design, cluster, namespace)
    assert {action for _, action in told(again)} == {"unchanged"}
    assert versions(client, namespace, documents) == before
    tried = carry_out(design, cluster, namespace, dry_run=True)
    assert {action for _, action in told(tried)} == {"unchanged"}


def test_what_the_design_has_no_more_is_offered_and_deleted_only_when_chosen(
    cluster: Cluster, client: Client, namespace: str
) -> None:
    a, b, c = maps("a", "b", "c", x="1")
    design = design_of(a, b, c)
    carry_out(design, cluster, namespace)
    edit(design, a)
    tried = carry_out(design, cluster, namespace, dry_run=True)
    assert told(tried) == [("a", "unchanged"), ("c", "left"), ("b", "left")]
    done = carry_out(design, cluster, namespace, prune=[key_of(b, namespace), "v1/ConfigMap//never-ours"])
    assert sorted(told(done)) == [("a", "unchanged"), ("b", "pruned"), ("never-ours", "skipped")]
    assert [bool(client.get(each, namespace)) for each in (a, b, c)] == [True, False, True]
    assert set(inventory.held(design, cluster, namespace)) == {key_of(a, namespace), key_of(c, namespace)}


def test_an_object_of_a_leftovers_name_that_is_another_one_is_left_alone(
    cluster: Cluster, control_plane: ControlPlane, client: Client, namespace: str
) -> None:
    a, b = maps("a", "b", x="1")
    design = design_of(a, b)
    carry_out(design, cluster, namespace)
    control_plane.kubectl("delete", "configmap", "b", "-n", namespace)
    control_plane.kubectl("create", "configmap", "b", "-n", namespace)
    ours = f"podpatterns.dev/design={mark(design.pk, design.created)}"
    control_plane.kubectl("label", "configmap", "b", ours, "-n", namespace)
    edit(design, a)
    assert told(carry_out(design, cluster, namespace, dry_run=True)) == [("a", "unchanged")]
    run = carry_out(design, cluster, namespace, prune=[key_of(b, namespace)])
    assert told(run) == [("a", "unchanged"), ("b", "gone")]
    assert client.get(b, namespace) is not None


def test_two_designers_on_one_cluster_do_not_take_each_others_objects(
    cluster: Cluster, client: Client, namespace: str
) -> None:
    """On another laptop there is a design of the same number: another database, as it was made at another time."""
    design = design_of(config_map(ours="1"))
    carry_out(design, cluster, namespace)
    theirs = mark(design.pk, design.created)
    Design.objects.filter(pk=design.pk).update(created=design.created + timedelta(milliseconds=1))
    design.refresh_from_db()
    # Text that was copied out of the cluster says whose it was: it is applied as the design's that has it now.
    copied = config_map(mine="1")
    copied["metadata"]["labels"] = {"podpatterns.dev/design": theirs}
    edit(design, copied)
    plan = carry_out(design, cluster, namespace, dry_run=True)
    assert told(plan) == [("settings", "conflict")]
    (owner_,) = plan.results.get().owners
    assert owner_["manager"] == f"a design that is not in this designer (any more), {theirs}"
    assert told(carry_out(design, cluster, namespace)) == [("settings", "failed")]
    taken = claim(key_of(copied, namespace), theirs)
    assert told(carry_out(design, cluster, namespace, take_over=[taken])) == [("settings", "configured")]
    assert told(carry_out(design, cluster, namespace)) == [("settings", "unchanged")]


def test_a_cluster_wide_object_that_another_namespace_holds_is_no_leftover(
    cluster: Cluster, client: Client, namespace: str
) -> None:
    kind = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole"}
    role: Document = {**kind, "metadata": {"name": namespace}, "rules": []}
    other = f"{namespace}-b"
    client.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": other}}, "", False)
    design = design_of(role, config_map())
    carry_out(design, cluster, namespace)
    carry_out(design, cluster, other)
    edit(design, config_map())
    assert told(carry_out(design, cluster, namespace, dry_run=True)) == [("settings", "unchanged")]
    # Where it was applied since without it, it is only left over there, too: then it may go from either.
    carry_out(design, cluster, other)
    assert told(carry_out(design, cluster, namespace, dry_run=True)) == [("settings", "unchanged"), (namespace, "left")]
    carry_out(design, cluster, namespace, prune=[key_of(role, namespace)])
    assert client.get(role, "") is None
    assert told(carry_out(design, cluster, other, dry_run=True)) == [("settings", "unchanged")]


def test_a_cluster_wide_object_of_somebody_elses_kind_is_one_for_all_namespaces(
    cluster: Cluster, client: Client, namespace: str
) -> None:
    group, other = f"{namespace}.example.org", f"{namespace}-b"
    client.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": other}}, "", False)
    schema = {"openAPIV3Schema": {"type": "object"}}
    kind = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"gears.{group}"},
        "spec": {
            "group": group,
            "scope": "Cluster",
            "names": {"plural": "gears", "kind": "Gear"},
            "versions": [{"name": "v1", "served": True, "storage": True, "schema": schema}],
        },
    }
    gear = {"apiVersion": f"{group}/v1", "kind": "Gear", "metadata": {"name": "g"}}
    design = design_of(kind, gear)
    for where in (namespace, other):
        assert carry_out(design, cluster, where).state == "done"
    edit(design, kind)
    assert told(carry_out(design, cluster, namespace, dry_run=True)) == [(f"gears.{group}", "unchanged")]
    client.delete(kind, "")


def test_roll_back_to_what_an_earlier_run_applied(cluster: Cluster, client: Client, namespace: str) -> None:
    first = [config_map("a", colour="red"), config_map("b")]
    design = design_of(*first)
    earlier = carry_out(design, cluster, namespace)
    edit(design, config_map("a", colour="blue"), config_map("new"))
    carry_out(design, cluster, namespace, prune=[key_of(first[1], namespace)])
    order = runs.Order(cluster, namespace, earlier.revision, verb="roll back", of=earlier, dry_run=True)
    plan = runs.create(design, order, owner())
    runs.carry_out(plan)
    assert told(plan) == [("a", "changed"), ("b", "new"), ("new", "left")]
    left = [result.key for result in plan.results.filter(action="left")]
    back = runs.create(
        design, runs.Order(cluster, namespace, earlier.revision, "roll back", of=earlier, prune=left), owner()
    )
    runs.carry_out(back)
    assert told(back) == [("a", "configured"), ("b", "created"), ("new", "pruned")]
    live = client.get(first[0], namespace)
    assert live is not None
    assert live.document["data"] == {"colour": "red"}
    assert inventory.last_run(design, cluster, namespace) == back


def test_deleting_what_was_applied_begins_with_what_stands_on_others(
    cluster: Cluster, client: Client, namespace: str
) -> None:
    documents = [config_map(), deployment(), pod("alone")]
    design = design_of(*documents)
    carry_out(design, cluster, namespace)
    tried = carry_out(design, cluster, namespace, verb="delete", dry_run=True)
    assert {action for _, action in told(tried)} == {"left"}
    keys = [result.key for result in tried.results.all()]
    run = carry_out(design, cluster, namespace, verb="delete", prune=keys)
    assert [action for _, action in told(run)] == ["deleted"] * 3
    assert told(run)[-1][0] == "settings"
    assert versions(client, namespace, documents) == ["", "", ""]
    assert inventory.held(design, cluster, namespace) == {}


def test_two_runs_to_one_place_do_not_meet(cluster: Cluster, namespace: str) -> None:
    design = design_of(config_map())
    under_way = runs.create(design, runs.Order(cluster, namespace, 1), owner())
    with pytest.raises(runs.BusyError, match="r1 is being applied there by local"):
        runs.create(design, runs.Order(cluster, namespace, 1), owner())
    assert runs.create(design, runs.Order(cluster, namespace, 1, dry_run=True), owner())
    # Nor by another context of the same server.
    Cluster.objects.update(server="https://one:6443")
    twin = Cluster.objects.create(name="twin", context="twin", server="https://one:6443")
    with pytest.raises(runs.BusyError):
        runs.create(design, runs.Order(twin, namespace, 1), owner())
    ApplyRun.objects.filter(pk=under_way.pk).update(beat=timezone.now() - timedelta(seconds=runs.SILENT + 1))
    assert runs.create(design, runs.Order(cluster, namespace, 1), owner())
    under_way.refresh_from_db()
    assert under_way.state == "broken off"


def test_a_thread_that_wakes_up_after_another_took_its_run_writes_nothing(cluster: Cluster, namespace: str) -> None:
    design = design_of(config_map())
    run = runs.create(design, runs.Order(cluster, namespace, 1), owner())
    late = ApplyRun.objects.get(pk=run.pk)
    ApplyRun.objects.filter(pk=run.pk).update(beat=timezone.now() - timedelta(seconds=runs.SILENT + 1))
    assert runs.take(run)
    assert not runs.take(ApplyRun.objects.get(pk=run.pk))
    runs.carry_out(late)
    run.refresh_from_db()
    assert (run.state, told(run)) == ("running", [])
    runs.carry_out(run)
    run.refresh_from_db()
    assert (run.state, told(run)) == ("done", [("settings", "unchanged")])


def test_what_failed_is_tried_again_and_what_was_done_is_not(
    cluster: Cluster, control_plane: ControlPlane, client: Client, namespace: str
) -> None:
    needy = deployment(envFrom=[{"configMapRef": {"name": "b"}}])
    a, b = maps("a", "b", x="1")
    design = design_of(a, b, needy)
    theirs = manifest_text.dump([config_map("b", x="2")])
    control_plane.kubectl("apply", "--server-side", "--field-manager=them", "-n", namespace, "-f", "-", stdin=theirs)
    run = carry_out(design, cluster, namespace)
    assert (run.state, told(run)) == ("failed", [("a", "created"), ("b", "failed"), ("web", "skipped")])
    before = versions(client, namespace, [a])
    control_plane.kubectl("delete", "configmap", "b", "-n", namespace)
    go_on(run)
    assert (run.state, told(run)) == ("done", [("a", "created"), ("b", "created"), ("web", "created")])
    assert versions(client, namespace, [a]) == before


@pytest.mark.parametrize("at", [1, 2, 3])
@pytest.mark.parametrize("fault", ["hang", "cut", "done and cut", "garbage"])
def test_a_cluster_that_is_lost_at_any_step_is_gone_on_with(
    proxy: tuple[Proxy, Cluster], client: Client, namespace: str, fault: Fault, at: int
) -> None:
    found, cluster = proxy
    documents = maps("a", "b", "c", x="1")
    design = design_of(*documents)
    found.fault, found.at, found.times = fault, at, 1
    run = carry_out(design, cluster, namespace)
    assert run.state == "failed"
    assert [action for _, action in told(run)] == ["created"] * (at - 1) + ["failed"]
    assert "The cluster was lost in the middle" in run.message
    last = run.results.last()
    assert last is not None
    assert last.notes == ["It may have been applied all the same: going on will tell."]
    go_on(run)
    assert run.state == "done"
    expected = ["created"] * 3
    if fault == "done and cut":
        expected[at - 1] = "unchanged"
    assert [action for _, action in told(run)] == expected
    assert all(versions(client, namespace, documents))


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_server_that_dies_is_gone_on_with_when_it_is_back(
    proxy: tuple[Proxy, Cluster], client: Client, namespace: str, at: int
) -> None:
    found, cluster = proxy
    documents = maps("a", "b", "c", x="1")
    design = design_of(*documents)
    found.fault, found.at, found.times = "die", at, 1
    run = carry_out(design, cluster, namespace)
    done = [action for _, action in told(run)]
    assert (run.state, done) == ("failed", ["created"] * (at - 1) + ["failed"])
    # Still dead: nothing that was done is forgotten.
    go_on(run)
    assert (run.state, [action for _, action in told(run)]) == ("failed", done)
    found.dead = False
    go_on(run)
    assert (run.state, [action for _, action in told(run)]) == ("done", ["created"] * 3)
    assert all(versions(client, namespace, documents))


@pytest.mark.parametrize("fault", ["hang", "cut", "garbage"])
@pytest.mark.parametrize("at", [1, 3])
def test_a_plan_that_loses_the_cluster_says_so(
    proxy: tuple[Proxy, Cluster], namespace: str, fault: Fault, at: int
) -> None:
    found, cluster = proxy
    design = design_of(*maps("a", "b", "c"))
    found.fault, found.at, found.dry = fault, at, True
    run = carry_out(design, cluster, namespace, dry_run=True)
    assert run.state == "failed"
    assert run.message
    assert told(run) == [("a", "new"), ("b", "new"), ("c", "new")][: at - 1]


def test_an_inner_error_of_the_server_stops_only_what_needs_the_object(
    proxy: tuple[Proxy, Cluster], namespace: str
) -> None:
    found, cluster = proxy
    design = design_of(*maps("a", "b", "c"))
    found.fault, found.at, found.times = "500", 2, 1
    run = carry_out(design, cluster, namespace)
    assert told(run) == [("a", "created"), ("b", "failed"), ("c", "created")]
    assert go_on(run).state == "done"


def test_a_cluster_lost_while_pruning_is_gone_on_with(
    proxy: tuple[Proxy, Cluster], client: Client, namespace: str
) -> None:
    found, cluster = proxy
    a, b, c = maps("a", "b", "c")
    design = design_of(a, b, c)
    carry_out(design, cluster, namespace)
    edit(design, a)
    found.seen.clear()
    found.fault, found.at, found.times = "done and cut", 2, 1
    run = carry_out(design, cluster, namespace, prune=[key_of(each, namespace) for each in (b, c)])
    assert (run.state, told(run)) == ("failed", [("a", "unchanged")])
    go_on(run)
    assert run.state == "done"
    assert sorted(told(run)) == [("a", "unchanged"), ("b", "pruned"), ("c", "gone")]
    assert versions(client, namespace, [b, c]) == ["", ""]


_CHILD = """
import sys, threading
import django
django.setup()
from django.db import connections
connections.databases["default"]["NAME"] = sys.argv[2]
from designer.clusters import lease, runs
from designer.clusters.models import ApplyRun
run = ApplyRun.objects.select_related("design", "cluster").get(pk=sys.argv[1])
run.lease = lease.new()
run.save(update_fields=["lease"])
runs.carry_out(run)
"""


@pytest.mark.parametrize("fault", ["hang", "done and hang"])
def test_our_process_is_killed_in_the_middle_and_started_again(
    proxy: tuple[Proxy, Cluster], client: Client, namespace: str, fault: Fault
) -> None:
    """A process of its own applies, and is killed with SIGKILL while the second object is under way."""
    if connection.vendor != "sqlite":
        pytest.skip("the other process opens the test database by its file")
    found, cluster = proxy
    documents = maps("a", "b", "c", x="1")
    design = design_of(*documents)
    run = runs.create(design, runs.Order(cluster, namespace, 1), owner())
    found.fault, found.at, found.times = fault, 2, 1
    name = str(connection.settings_dict["NAME"])
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "designer.settings", "PPD_DATA_DIR": str(Path(name).parent)}
    with subprocess.Popen([sys.executable, "-c", _CHILD, str(run.pk), name], env=environment) as child:
        _until(lambda: len(found.seen) >= 2)
        _until(lambda: run.results.count() == 1)
        child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL
    found.ended.set()
    run.refresh_from_db()
    if fault == "hang":
        # As on another machine, where it cannot be seen that its process is gone.
        ApplyRun.objects.filter(pk=run.pk).update(lease="another")
        run.refresh_from_db()
        assert (runs.look(run).state, told(run)) == ("running", [("a", "created")])
        assert not runs.take(run)
        ApplyRun.objects.filter(pk=run.pk).update(beat=timezone.now() - timedelta(seconds=runs.SILENT + 1))
        run.refresh_from_db()
    assert (runs.look(run).state, told(run)) == ("broken off", [("a", "created")])
    go_on(run)
    second = "unchanged" if fault == "done and hang" else "created"
    assert (run.state, told(run)) == ("done", [("a", "created"), ("b", second), ("c", "created")])
    assert all(versions(client, namespace, documents))


def _until(true: Callable[[], bool], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_run_in_its_own_thread_beats_and_ends(
    cluster: Cluster, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "BEAT", 0.01)
    run = runs.start(design_of(config_map()), runs.Order(cluster, namespace, 1), owner())
    _until(lambda: ApplyRun.objects.get(pk=run.pk).state == "done")
    assert ApplyRun.objects.get(pk=run.pk).beat > run.beat


def test_plans_of_yesterday_go_and_runs_stay(cluster: Cluster, namespace: str) -> None:
    design = design_of(config_map())
    run = carry_out(design, cluster, namespace)
    plan = carry_out(design, cluster, namespace, dry_run=True)
    ApplyRun.objects.update(started=timezone.now() - timedelta(days=2))
    new = carry_out(design, cluster, namespace, dry_run=True)
    assert set(ApplyRun.objects.all()) == {run, new} != {run, plan}


def test_a_run_whose_cluster_was_taken_away_says_so(cluster: Cluster, namespace: str) -> None:
    design = design_of(config_map())
    run = runs.create(design, runs.Order(cluster, namespace, 1), owner())
    cluster.delete()
    runs.carry_out(ApplyRun.objects.get(pk=run.pk))
    run.refresh_from_db()
    assert (run.state, run.message) == ("failed", "The cluster dev is not here any more. Choose another.")
