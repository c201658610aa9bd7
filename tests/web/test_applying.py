"""Applying is a right of its own: who may edit a design may not therefore apply it, and who only reads it may."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import RequestFactory
from django.urls import reverse

from designer.clusters import given, reach, runs
from designer.clusters.errors import ClusterError
from designer.clusters.models import ApplyRun, Cluster, Grant
from designer.designs.models import Design
from designer.teams.audit import Entry
from designer.web.views.watch import _begin
from tests.cluster.control_plane import ControlPlane
from tests.web.conftest import POD
from tests.web.crew import Crew
from tests.web.rights_table import APPLIES

IN_TEAM = ("viewer", "editor", "owner")


def planned(design: Design, cluster: Cluster, namespace: str = "shop", **more: Any) -> ApplyRun:
    """A run to look at: a plan that is done, unless `more` says another."""
    values = {"dry_run": True, "revision": design.number, **more}
    run = ApplyRun.objects.create(design=design, cluster=cluster, context="dev", namespace=namespace, **values)
    run.finish()
    return run


def apply(crew: Crew, who: str, plan: ApplyRun, **sent: str) -> Any:
    return crew.client(who).post(f"/designs/{plan.design_id}/apply/", {"plan": plan.pk, **sent})


@pytest.mark.parametrize("least", APPLIES)
def test_who_may_apply_is_as_the_table_says_whatever_they_may_edit(crew: Crew, least: str) -> None:
    design, cluster = crew.design(), crew.cluster(least=least)
    for who in IN_TEAM:
        held = reach.reach(crew.people[who])
        may = who in APPLIES[least]
        assert held.refusal("look", cluster, "shop") == ""
        assert (held.refusal("apply", cluster, "shop") == "") is may
        answer = apply(crew, who, planned(design, cluster))
        assert answer.status_code == (200 if may else 403)
        assert ("and not apply to it" in answer.content.decode()) is not may
        for run in ApplyRun.objects.filter(dry_run=False, state="running"):
            run.finish()
    made = ApplyRun.objects.filter(dry_run=False)
    assert {run.by.username for run in made if run.by} <= APPLIES[least]
    assert len(Entry.objects.filter(what="applied")) == made.count()


def test_who_is_named_may_apply_as_long_as_they_are_in_the_team(crew: Crew) -> None:
    design, cluster, viewer = crew.design(), crew.cluster(least="nobody"), crew.people["viewer"]
    plan = planned(design, cluster)
    assert apply(crew, "viewer", plan).status_code == 403
    cluster.grants.get().people.add(viewer)
    assert apply(crew, "viewer", plan).status_code == 200
    assert apply(crew, "editor", plan).status_code == 403
    crew.team.memberships.get(person=viewer).remove()
    assert reach.reach(viewer).refusal("look", cluster, "shop").startswith("This cluster is not here")
    assert not reach.clusters(viewer).exists()


def test_a_grant_is_for_its_namespaces_and_what_one_may_is_the_sum_of_them(crew: Crew) -> None:
    cluster, viewer = crew.cluster(), crew.people["viewer"]
    cluster.grants.update(namespaces=["shop", "shop-test"])
    crew.other.add(viewer, "viewer")
    cluster.grants.create(team=crew.other, namespaces=["play"], least="viewer")
    held = reach.reach(viewer)
    assert held.namespaces("look", cluster) == ["play", "shop", "shop-test"]
    assert held.namespaces("apply", cluster) == ["play"]
    assert held.refusal("look", cluster, "kube-system") == (
        "Your teams have dev for play, shop, shop-test only, and not for kube-system."
    )
    assert held.refusal("apply", cluster, "shop") == "You may apply to dev in play only, and not in shop."
    assert reach.reach(crew.people["administrator"]).refusal("apply", cluster, "kube-system") == ""
    # What the cluster as such may be used for bounds them all.
    Cluster.objects.update(namespaces=["shop"])
    cluster.refresh_from_db()
    held = reach.reach(viewer)
    assert (held.namespaces("look", cluster), held.namespaces("apply", cluster)) == (["shop"], [])
    assert "may be used for shop only" in held.refusal("apply", cluster, "play")


def test_a_run_looks_at_the_rights_of_who_began_it_when_it_is_carried_out(crew: Crew) -> None:
    design, cluster = crew.design(), crew.cluster()
    run = runs.create(design, runs.Order(cluster, "shop", design.number), crew.people["editor"])
    Grant.objects.update(least="owner")
    run = ApplyRun.objects.get(pk=run.pk)
    with pytest.raises(ClusterError, match="and not apply to it"):
        list(runs._results(run))
    Grant.objects.update(least="editor", namespaces=["shop"])
    assert runs._allowed(run, cluster) == ["shop"]
    run.by = None
    with pytest.raises(ClusterError, match="not here"):
        runs._allowed(run, cluster)


def test_no_screen_offers_what_would_be_refused_and_the_plan_says_why(crew: Crew) -> None:
    design, cluster = crew.design(), crew.cluster(least="owner")
    plan = planned(design, cluster)
    plan.results.create(position=0, document=0, kind="Pod", name="web", action="new")
    done = planned(design, cluster, dry_run=False)
    done.results.create(position=0, document=0, api_version="v1", kind="Pod", name="web", action="created", uid="1")
    broken = planned(design, cluster, dry_run=False)
    ApplyRun.objects.filter(pk=broken.pk).update(state="failed")
    at = f"/designs/{design.pk}"
    for who, may in (("viewer", False), ("editor", False), ("owner", True)):
        client = crew.client(who)
        shown = client.get(f"{at}/apply/{plan.pk}/").content.decode()
        assert ('id="apply-go"' in shown) is may
        assert ("You may look into dev, and not apply to it. Who may: in Shop its owners." in shown) is not may
        listed = client.get(f"{at}/runs/").content.decode()
        assert ("Roll back to this…" in listed, "Delete what was applied…" in listed) == (may, may)
        assert ("Go on with the rest" in client.get(f"{at}/runs/{broken.pk}/").content.decode()) is may
        assert client.post(f"{at}/runs/{broken.pk}/resume/").status_code == (200 if may else 403)
        # Looking is free: what the plan of a roll back or a deletion would do can be seen by all.
        assert client.get(f"{at}/runs/{done.pk}/back/").status_code == 200
        page = client.get(f"{at}/").content.decode()
        assert f'hx-get="{at}/apply/">Apply…</button>' in page


def test_a_viewer_who_may_apply_is_offered_the_button(crew: Crew) -> None:
    design, cluster = crew.design(), crew.cluster(least="viewer")
    plan = planned(design, cluster)
    plan.results.create(position=0, document=0, kind="Pod", name="web", action="new")
    shown = crew.client("viewer").get(f"/designs/{design.pk}/apply/{plan.pk}/").content.decode()
    assert 'id="apply-go"' in shown
    assert "disabled" not in shown.partition('id="apply-go"')[2].partition(">")[0]
    dialog = crew.client("viewer").get(f"/designs/{design.pk}/apply/").content.decode()
    assert '<select name="cluster" hx-get' in dialog


def test_the_page_of_a_cluster_says_who_may_and_lets_an_administrator_say_it(crew: Crew) -> None:
    cluster = crew.cluster(least="owner")
    cluster.grants.create(team=crew.other)
    at = f"/clusters/{cluster.pk}/"
    seen = crew.client("editor").get(at).content.decode()
    assert "You may look, and not apply." in seen
    assert ("Shop" in seen, "Elsewhere" in seen, "<form" in seen.partition("</header>")[2]) == (True, False, False)
    assert "You may apply to it." in crew.client("owner").get(at).content.decode()
    admin = crew.client("administrator")
    assert "Elsewhere" in admin.get(at).content.decode()
    refused = [
        ({"team": "nowhere", "least": "owner"}, "Choose the team"),
        ({"team": "shop", "least": "all"}, "Choose who of Shop may apply"),
        ({"team": "shop", "least": "owner", "namespaces": "Shop"}, "is not a namespace"),
        ({"team": "shop", "least": "owner", "people": "stranger"}, "stranger is not in Shop"),
    ]
    for sent, why in refused:
        answer = admin.post(f"{at}grants/", sent)
        assert (answer.status_code, why in answer.content.decode()) == (422, True)
    assert cluster.grants.get(team=crew.team).least == "owner"
    admin.post(f"{at}grants/", {"team": "shop", "least": "nobody", "people": "viewer editor", "namespaces": "a b"})
    grant = cluster.grants.get(team=crew.team)
    assert (grant.least, grant.namespaces, grant.people.count()) == ("nobody", ["a", "b"], 2)
    assert "You may apply to it in a, b." in crew.client("viewer").get(at).content.decode()


def test_a_secrets_values_are_taken_over_by_who_may_apply_there(crew: Crew) -> None:
    cluster = crew.cluster(least="editor")
    sent = {"cluster": cluster.pk, "namespace": "shop", "workload": "Deployment/web", "secrets": "on"}
    # Who may goes on to the cluster, whose credential nobody has stored here.
    for who, said in (("viewer", "You may look into dev, and not apply to it."), ("editor", "credential")):
        answer = crew.client(who).post("/import/cluster/", sent)
        assert (answer.status_code, said in answer.content.decode()) == (422, True)


def test_the_dialog_begins_in_a_namespace_that_one_has(crew: Crew) -> None:
    design, cluster = crew.design(), crew.cluster()
    cluster.grants.update(namespaces=["shop", "shop-test"])
    Cluster.objects.update(namespace="kube-system")
    dialog = crew.client("editor").get(f"/designs/{design.pk}/apply/").content.decode()
    assert '<input name="namespace" value="shop"' in dialog


def test_a_run_that_met_a_conflict_is_planned_again_and_not_gone_on_with_first(crew: Crew) -> None:
    run = planned(crew.design(), crew.cluster(), dry_run=False)
    failed = run.results.create(position=0, kind="Pod", name="a", action="failed", message="The server failed.")
    run.finish()
    url = reverse("run", args=[run.design_id, run.pk])

    def foot() -> str:
        return crew.client("owner").get(url).content.decode().partition("#apply-foot")[2]

    assert "Plan again" not in foot()
    failed.owners = [{"manager": "them", "field": ".data.a", "operation": "Apply", "live": 1}]
    failed.save()
    assert f'class="primary" hx-get="/designs/{run.design_id}/apply/">Plan again…' in foot()
    ApplyRun.objects.update(of=run, verb="roll back")
    assert f'class="primary" hx-get="{reverse("roll-back", args=[run.design_id, run.pk])}">Plan again…' in foot()


@pytest.mark.cluster
def test_on_a_real_cluster_a_viewer_plans_and_applies_and_an_editor_takes_it_over(
    crew: Crew, control_plane: ControlPlane, namespace: str
) -> None:
    if not control_plane.tokens:
        pytest.skip("needs a token, which only our own API server gives")
    token, authority = control_plane.tokens[control_plane.admin], control_plane.ca.read_text()
    design, cluster = crew.design(), crew.cluster(least="editor")
    cluster.sealed = given.sealed(given.from_token("dev", control_plane.url, token, authority))
    cluster.save()

    def run(command: str, who: str) -> int:
        out = StringIO()
        with pytest.raises((SystemExit, CommandError)) as ended:
            call_command(command, "web", who=who, context="dev", namespace=namespace, stdout=out)
        error: Any = ended.value
        return int(getattr(error, "returncode", None) or error.code)

    assert run("plan", "viewer") == 1, "it would change something"
    assert run("apply", "viewer") == 2
    cluster.grants.update(namespaces=["elsewhere"], least="viewer")
    assert run("plan", "viewer") == 2
    cluster.grants.update(namespaces=[namespace])
    assert run("apply", "viewer") == 1, "it changed something"
    assert control_plane.json("get", "pod", "web", "-n", namespace)["metadata"]["name"] == "web"
    assert ApplyRun.objects.get(dry_run=False).by == crew.people["viewer"]
    assert design.revisions.count() == 1
    # What a design names in another namespace is not read there by way of a run that was never let apply it.
    other = (
        "apiVersion: v1\nkind: Service\nmetadata: {name: kubernetes, namespace: default}\nspec: {ports: [{port: 1}]}\n"
    )
    spy = crew.design(text=f"{POD}---\n{other}", name="spy")
    ran = planned(spy, cluster, namespace, dry_run=False)
    drift = crew.client("viewer").get(f"/designs/{spy.pk}/runs/{ran.pk}/drift/", {"ask": "1"}).content.decode()
    assert f"This cluster may be used for {namespace} only, and this goes to default." in drift
    assert "443" not in drift
    request: Any = RequestFactory().get("/")
    request.user = crew.people["viewer"]
    watched = _begin(request, ran, [namespace])._documents
    assert ([one.get("kind") for one in watched], watched[1]) == (["Pod", None], {})
    sent = {"cluster": cluster.pk, "namespace": namespace, "workload": "Pod/web", "secrets": "on", "space": "shop"}
    assert crew.client("editor").post("/import/cluster/", sent).status_code in (200, 302)
    assert Design.objects.get(name="web 2").team == crew.team
    (entry,) = Entry.objects.filter(what="taken-over")
    assert str(entry) == f"editor took web 2 over from dev/{namespace} with the values of Secrets"


def test_a_design_that_clusters_have_objects_of_is_deleted_only_after_a_word_about_them(crew: Crew) -> None:
    design, cluster, owner = crew.design(), crew.cluster(), crew.client("owner")
    url, bin_ = f"/designs/{design.pk}/delete/", f"/bin/?space={crew.team.slug}"
    for namespace, names in (("shop", "ab"), ("play", "c")):
        run = planned(design, cluster, namespace, dry_run=False)
        for at, name in enumerate(names):
            run.results.create(position=at, api_version="v1", kind="ConfigMap", name=name, action="created")
    asked = owner.post(url).content.decode()
    assert (
        asked.index("<b>play</b>") < asked.index("1 object<") < asked.index("<b>shop</b>") < asked.index("2 objects<")
    )
    assert f'href="/designs/{design.pk}/?runs"' in asked
    assert f'hx-get="/designs/{design.pk}/runs/"' in owner.get(f"/designs/{design.pk}/?runs").content.decode()
    assert Design.objects.kept().filter(pk=design.pk).exists()
    told = owner.post(url, {"stay": "1"}).content.decode()
    assert 'hx-target="#dialog" hx-swap="innerHTML"></hx-partial>' in told
    assert Design.objects.binned().get() == design
    page = owner.get(bin_).content.decode()
    assert "2 objects still in dev / shop" in page
    assert "to delete that, take the design back first" in page
    # What was deleted there is no reason to ask.
    owner.post(f"/designs/{design.pk}/restore/")
    for run in ApplyRun.objects.all():
        run.results.update(action="deleted")
    assert "/restore/" in owner.post(url).content.decode()
    assert "still in" not in owner.get(bin_).content.decode()


def test_a_plan_says_that_what_needs_an_object_waits_for_its_choice_too(crew: Crew) -> None:
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n---\n"
    uses = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: a\n    image: b\n"
    needs = "    envFrom: [{configMapRef: {name: c}}]\n"
    cluster = crew.cluster()
    for text, told in ((config + uses, False), (config + uses + needs, True)):
        plan = planned(crew.design(text=text), cluster)
        plan.results.create(position=0, document=0, kind="ConfigMap", name="c", action="conflict")
        plan.results.create(position=1, document=1, kind="Pod", name="p", action="refused", message="no")
        held = [{"manager": "another design", "field": "", "operation": "Design", "live": "9-a", "path": []}]
        for at in (2, 3) if told else (2,):
            plan.results.create(position=at, kind="ConfigMap", name=f"c{at}", action="conflict", owners=held)
        page = crew.client("owner").get(reverse("run", args=[plan.design_id, plan.pk])).content.decode()
        assert ("is not changed, nor is what needs it." in page) is told
        assert "<b>1 object cannot be applied.</b>" in page
        assert ("Tick all 2 that other designs have" in page, page.count(" data-claim>")) == (told, 1 + told)
