"""What Secrets hold between designs and clusters: who may look is not handed it by a way round, in either direction."""

from __future__ import annotations

import base64
import json

import pytest

from designer.clusters import given, inventory, runs, secret_rights
from designer.clusters.models import ApplyRun, Cluster
from designer.designs.models import Design
from designer.teams.audit import Entry
from tests.cluster.control_plane import ControlPlane
from tests.web.crew import Crew
from tests.web.test_applying import apply, planned

VALUE, LIVE = "xyzzy-hunter2-93", "live-swordfish-77"
SECRET = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: db}}\nstringData: {{password: {VALUE}}}\n"
BESIDE = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: b}\n"
NOT_YOURS = "What Secret db holds is not yours to send"


def elsewhere(crew: Crew, who: str = "viewer") -> Cluster:
    """A cluster of the other team, in which `who` is too and may apply."""
    crew.other.add(crew.people[who], "viewer")
    return crew.cluster("other team", least="viewer")


def test_a_reader_sends_no_values_through_another_teams_grant(crew: Crew) -> None:
    design, cluster = crew.design(text=SECRET + BESIDE), elsewhere(crew)
    plan = planned(design, cluster)
    plan.results.create(position=0, document=1, kind="ConfigMap", name="c", action="new")
    answer = apply(crew, "viewer", plan)
    assert (answer.status_code, NOT_YOURS in answer.content.decode()) == (403, True)
    at = f"/designs/{design.pk}"
    shown = crew.client("viewer").get(f"{at}/apply/{plan.pk}/").content.decode()
    assert (NOT_YOURS in shown, 'id="apply-go"' in shown) == (True, False)
    # Neither by going on with what an editor began there, nor by rolling back to it.
    broken, done = planned(design, cluster, dry_run=False), planned(design, cluster, dry_run=False)
    ApplyRun.objects.filter(pk=broken.pk).update(state="failed")
    assert crew.client("viewer").post(f"{at}/runs/{broken.pk}/resume/").status_code == 403
    listed = crew.client("viewer").get(f"{at}/runs/").content.decode()
    assert (f"/runs/{done.pk}/" in listed, "Roll back to this…" in listed) == (True, False)
    assert ApplyRun.objects.filter(by=crew.people["viewer"]).count() == 0
    # What holds no values goes as it stands.
    plain = crew.design(text=BESIDE)
    assert apply(crew, "viewer", planned(plain, cluster)).status_code == 200


def test_who_may_edit_and_whom_the_own_team_lets_apply_may_send_them(crew: Crew) -> None:
    design, cluster = crew.design(text=SECRET), crew.cluster(least="viewer")
    assert apply(crew, "viewer", planned(design, cluster)).status_code == 200
    ApplyRun.objects.filter(dry_run=False).delete()
    assert apply(crew, "editor", planned(design, elsewhere(crew, "editor"))).status_code == 200
    # An administrator may apply everywhere; what a team shows them goes where that team is.
    admin = crew.people["administrator"]
    crew.team.add(admin, "viewer")
    assert apply(crew, "administrator", planned(design, crew.cluster("other team"))).status_code == 403
    assert apply(crew, "administrator", planned(design, crew.cluster(least="nobody"))).status_code == 200


def test_each_secret_is_asked_about_where_it_goes(crew: Crew) -> None:
    named = SECRET.replace("name: db", "name: db, namespace: play")
    design, cluster, viewer = crew.design(text=named), crew.cluster(least="viewer"), crew.people["viewer"]
    cluster.grants.update(namespaces=["shop"])
    crew.other.add(viewer, "viewer")
    cluster.grants.create(team=crew.other, namespaces=["play"], least="viewer")
    answer = apply(crew, "viewer", planned(design, cluster))
    assert (answer.status_code, f"{NOT_YOURS} to dev/play" in answer.content.decode()) == (403, True)


def test_a_run_holds_them_back_itself(crew: Crew) -> None:
    """Whatever began it: a plan, for which looking is enough, a command, or a right that is gone since."""
    design, cluster, viewer = crew.design(text=SECRET), elsewhere(crew), crew.people["viewer"]
    (secret,) = design.documents
    for person, verb, kept in (
        (viewer, "look", True),
        (viewer, "apply", True),
        (crew.people["editor"], "apply", False),
        (crew.people["stranger"], "apply", True),
        (None, "apply", True),
    ):
        why = secret_rights.sending(person, design).why_not(verb, cluster, secret, "shop")  # type: ignore[arg-type]
        assert (why.startswith(NOT_YOURS)) is kept
    own = crew.cluster(least="nobody")
    sends = secret_rights.sending(viewer, design)
    assert sends.why_not("look", own, secret, "shop") == "", "a plan of what the own team has is made for all of it"
    assert sends.why_not("apply", own, secret, "shop")


@pytest.mark.cluster
def test_on_a_real_cluster_what_a_secret_holds_is_neither_planned_nor_taken_by_who_may_look(
    crew: Crew, control_plane: ControlPlane, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not control_plane.tokens:
        pytest.skip("needs a token, which only our own API server gives")
    token, authority = control_plane.tokens[control_plane.admin], control_plane.ca.read_text()
    credential = given.sealed(given.from_token("dev", control_plane.url, token, authority))

    def carried_out(design: Design, cluster: Cluster, who: str, *, dry_run: bool) -> ApplyRun:
        order = runs.Order(cluster, namespace, design.number, dry_run=dry_run)
        run = runs.create(design, order, crew.people[who])
        runs.carry_out(run)
        run.refresh_from_db()
        return run

    # A plan of the viewer's in another team's cluster sends the rest, and the Secret not even to be tried.
    design, other = crew.design(text=SECRET + BESIDE), elsewhere(crew)
    Cluster.objects.update(sealed=credential)
    other.refresh_from_db()
    plan = carried_out(design, other, "viewer", dry_run=True)
    found = {each.kind: each for each in plan.results.all()}
    assert {kind: each.action for kind, each in found.items()} == {"Secret": "refused", "ConfigMap": "new"}
    assert found["Secret"].message.startswith(NOT_YOURS)

    # What others have put into the Secret there, the editor, who may only look into the cluster, does not get.
    cluster = crew.cluster(least="owner")
    Cluster.objects.update(sealed=credential)
    cluster.refresh_from_db()
    done = carried_out(design, cluster, "owner", dry_run=False)
    assert (done.state, len(inventory.held(design, cluster, namespace))) == ("done", 2)
    live = base64.b64encode(LIVE.encode()).decode()
    there = ("-n", namespace, "--type=merge", "--field-manager=them", "-p")
    control_plane.kubectl("patch", "secret", "db", *there, json.dumps({"data": {"password": live}}))
    control_plane.kubectl("patch", "configmap", "c", *there, json.dumps({"data": {"a": "theirs"}}))
    plan = carried_out(design, cluster, "editor", dry_run=True)
    at = f"/designs/{design.pk}"
    conflict = plan.results.get(kind="Secret", action="conflict")
    sent = {"choice": "share", "result": conflict.pk, "field": conflict.owners[0]["field"]}
    settle, drift = f"{at}/plan/{plan.pk}/settle/", f"{at}/runs/{done.pk}/drift/"
    editor, owner = (crew.client(who, **{"hx-request": "true"}) for who in ("editor", "owner"))
    said = "What a Secret holds there is taken only by who may apply there."
    for answer in (editor.post(settle, sent), editor.post(drift, {"take": ["0", "1"]})):
        assert (answer.status_code, said in answer.content.decode()) == (403, True)
    share = f'"choice":"share","result":"{conflict.pk}"'
    shown = editor.get(f"{at}/apply/{plan.pk}/").content.decode()
    assert [one in shown for one in (said, share.replace("share", "give"), share, LIVE, live)] == [True] * 2 + [
        False
    ] * 3
    shown = editor.get(drift, {"ask": "1"}).content.decode()
    assert [one in shown for one in (said, 'name="take" value="0"', 'name="take" value="1"')] == [True, False, True]
    design.refresh_from_db()
    assert (design.number, Entry.objects.filter(what="taken-over").exists()) == (1, False)

    # Who may apply there could read it by a pod, and takes it: that is written down.
    shown = owner.get(f"{at}/apply/{plan.pk}/").content.decode()
    assert (said in shown, share in shown) == (False, True)
    assert [owner.post(settle, sent).status_code, owner.post(drift, {"take": "0"}).status_code] == [200, 200]
    design.refresh_from_db()
    assert LIVE in design.text
    place = f"owner took web over from dev/{namespace} with the values of Secrets"
    assert [str(one) for one in Entry.objects.filter(what="taken-over")] == [place] * 2
    # What is no Secret is taken by who may look.
    assert editor.post(drift, {"take": "1"}).status_code == 200
    design.refresh_from_db()
    assert design.documents[1]["data"] == {"a": "theirs"}
    assert Entry.objects.filter(what="taken-over").count() == 2
