"""What a design remembers of weaving: its annotation, copies of pods and designs, and what the dialog says of it."""

from __future__ import annotations

import html
import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from designer.designs.models import Design, Weaving
from designer.designs.worn import ANNOTATION
from designer.manifests.text import dump, parse
from designer.web.made import certificate
from patterns.models import Preset
from patterns.preset import read
from tests.people import owner
from tests.web.conftest import POD
from tests.web.crew import Crew
from tests.web.test_weave import MINE, keep

Make = Callable[..., Design]

JOB = """\
apiVersion: batch/v1
kind: Job
metadata: {name: nightly}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - {name: work, image: busybox}
"""
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, tier: front}}
    spec:
      containers:
      - name: nginx
        image: nginx:1.29
        ports: [{containerPort: 80}]
"""


def weave(client: Client, design: Design, name: str, **sent: str) -> str:
    answer = client.post(reverse("weave", args=[design.pk, name]), {"pod": "0", **sent})
    assert answer.status_code == 200, answer.content.decode()
    design.refresh_from_db()
    return html.unescape(answer.content.decode())


def edit(client: Client, design: Design, verb: str, **sent: str) -> str:
    answer = client.post(reverse("edit", args=[design.pk, verb]), {"base": design.number, "at": "0", **sent})
    assert answer.status_code == 200, answer.content.decode()
    design.refresh_from_db()
    return html.unescape(answer.content.decode())


def take_off(client: Client, design: Design, place: int = 0) -> None:
    client.post(reverse("unweave", args=[design.pk, design.revision.woven[place]["number"]]))
    design.refresh_from_db()


def annotation(design: Design) -> list[dict[str, object]]:
    records: list[dict[str, object]] = json.loads(design.documents[0]["metadata"]["annotations"][ANNOTATION])
    return records


@pytest.fixture
def taken_along(client: Client, make: Make) -> Design:
    """A design that came in with the annotation of what it wears."""
    design = make()
    weave(client, design, "log-exporter")
    exported = client.get(reverse("download", args=[design.pk]), {"annotations": "1"}).content.decode()
    return make(exported, name="other")


def test_the_annotation_follows_the_record_while_it_stands_in_the_text(client: Client, taken_along: Design) -> None:
    design = taken_along
    assert [one["preset"] for one in annotation(design)] == ["log-exporter"]
    weave(client, design, "wait-for")
    assert [one["preset"] for one in annotation(design)] == ["log-exporter", "wait-for"]
    name = str(design.revision.woven[0]["containers"][0])
    at = next(i for i, c in enumerate(design.documents[0]["spec"]["containers"]) if c["name"] == name)
    edit(client, design, "rename-container", at=f"0/containers/{at}", value="exporting")
    assert annotation(design)[0]["containers"] == ["exporting"]
    volumes = [str(one["name"]) for one in design.documents[0]["spec"]["volumes"]]
    mine = annotation(design)[0]["volumes"]
    assert isinstance(mine, list)
    edit(client, design, "rename-volume", at=f"0/volumes/{volumes.index(mine[0])}", value="exported")
    assert annotation(design)[0]["volumes"] == ["exported", *mine[1:]]
    again = {"again": str(design.revision.woven[1]["number"]), "for": "0", "p.CONTAINER": "waiting"}
    weave(client, design, "wait-for", **again)
    assert annotation(design)[1]["containers"] == ["waiting"]
    take_off(client, design, 1)
    assert [one["preset"] for one in annotation(design)] == ["log-exporter"]
    take_off(client, design)
    assert "annotations" not in design.documents[0]["metadata"], "the last takes it along"
    assert design.documents == parse(POD)
    client.post(reverse("undo", args=[design.pk]))
    design.refresh_from_db()
    assert [one["preset"] for one in annotation(design)] == ["log-exporter"]


def test_an_annotation_that_does_not_hold_is_dropped_with_a_note(taken_along: Design, make: Make) -> None:
    documents = taken_along.documents
    name = taken_along.revision.woven[0]["containers"][0]
    spec = documents[0]["spec"]
    spec["containers"] = [one for one in spec["containers"] if one["name"] != name]
    stale = make(dump(documents), name="stale")
    assert stale.revision.woven == []
    assert f"is not on Pod web, although its annotation {ANNOTATION} says so: there is no container {name}" in (
        stale.revision.summary
    )
    assert "annotations" not in stale.documents[0]["metadata"]


def test_somebody_elses_annotation_of_that_name_stays(client: Client, make: Make) -> None:
    documents = parse(POD)
    documents[0]["metadata"]["annotations"] = {ANNOTATION: '["mine"]'}
    design = make(dump(documents))
    weave(client, design, "wait-for")
    assert str(annotation(design)) == str(["mine"])


def test_a_copied_workload_selects_its_own_pods_and_wears_the_same(client: Client, make: Make) -> None:
    design = make(DEPLOYMENT)
    weave(client, design, "tls-sidecar")
    page = edit(client, design, "duplicate-object")
    assert "Its pods are told apart by the label app: web-2." in page
    assert "Service port-443-service leads to web only" in page
    copy = design.documents[-1]
    assert copy["metadata"] == {"name": "web-2", "labels": {"app": "web-2"}}
    assert copy["spec"]["selector"] == {"matchLabels": {"app": "web-2"}}
    assert copy["spec"]["template"]["metadata"]["labels"] == {"app": "web-2", "tier": "front"}
    assert design.documents[0] == {**design.documents[0], "metadata": {"name": "web", "labels": {"app": "web"}}}
    records = design.revision.woven
    assert [one["pod"] for one in records] == ["Deployment/web", "Deployment/web-2"]
    assert records[0]["number"] != records[1]["number"]
    take_off(client, design, 0)
    kinds = [one["kind"] for one in design.documents]
    assert kinds == ["Deployment", "ConfigMap", "Deployment"], "the copy still needs the ConfigMap"
    take_off(client, design, 0)
    first = parse(DEPLOYMENT)[0]
    assert [one["kind"] for one in design.documents] == ["Deployment", "Deployment"]
    assert design.documents[0] == first
    assert design.documents[1]["spec"]["template"]["spec"] == first["spec"]["template"]["spec"]


def test_the_copy_of_a_pod_that_got_its_labels_by_weaving(client: Client, make: Make) -> None:
    design = make("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: a, image: httpd}]}\n")
    weave(client, design, "tls-sidecar", **{"for": "0", "p.APP": "a", "p.APP_PORT": "80"})
    edit(client, design, "duplicate-object")
    assert [d["metadata"].get("labels") for d in design.documents if d["kind"] == "Pod"] == [
        {"app": "web"},
        {"app": "web-2"},
    ]
    take_off(client, design, 1)
    take_off(client, design, 0)
    assert [(one["kind"], one["metadata"]) for one in design.documents] == [
        ("Pod", {"name": "web"}),
        ("Pod", {"name": "web-2"}),
    ]


def test_a_copied_design_goes_on_by_itself(client: Client, make: Make) -> None:
    design = make()
    weave(client, design, "log-exporter")
    client.post(reverse("duplicate", args=[design.pk]))
    copy = Design.objects.exclude(pk=design.pk).get()
    assert copy.text == design.text
    weave(client, copy, "wait-for")
    numbers = [one["number"] for one in copy.revision.woven]
    assert len(set(numbers)) == 2
    take_off(client, copy, 0)
    assert [one["preset"] for one in copy.revision.woven] == ["wait-for"]
    take_off(client, copy, 0)
    assert copy.documents == parse(POD)
    design.refresh_from_db()
    assert [one["preset"] for one in design.revision.woven] == ["log-exporter"]


def test_a_second_one_on_the_same_pod_is_offered_beside_changing_the_first(client: Client, make: Make) -> None:
    design = make(POD + "---\n" + JOB)
    url = reverse("weave", args=[design.pk, "tls-sidecar"])
    assert "Change the one that is there" not in client.get(url).content.decode()
    weave(client, design, "tls-sidecar")
    number = design.revision.woven[0]["number"]
    page = html.unescape(client.get(url).content.decode())
    assert "is woven onto this pod already" in page
    assert f'{{"again":"{number}"}}' in page
    assert "Weave another</button>" in page
    elsewhere = client.post(url, {"pod": "1", "for": "0", "preview": "1"}).content.decode()
    assert "Change the one that is there" not in elsewhere
    assert 'class="primary">Weave</button>' in elsewhere
    weave(client, design, "tls-sidecar")
    assert [one["containers"] for one in design.revision.woven] == [
        ["nginx-ssl-terminator"],
        ["nginx-ssl-terminator-2"],
    ]


def test_a_name_that_nobody_touched_gives_way_while_one_types(client: Client, make: Make) -> None:
    design = make(POD + "---\n" + POD.replace("name: web #", "name: two #"))
    one, two = certificate(["one"]), certificate(["two"])
    weave(client, design, "tls-sidecar", **{"for": "0", "p.CERTIFICATE": one.certificate, "p.PRIVATE_KEY": one.key})
    url = reverse("weave", args=[design.pk, "tls-sidecar"])
    sent = {"pod": "1", "for": "1", "p.CERTIFICATE": two.certificate, "p.PRIVATE_KEY": two.key, "p.KEY_SECRET": "mykey"}
    untouched = client.post(url, {**sent, "by.KEY_SECRET": "mykey", "preview": "1"}).content.decode()
    assert 'name="p.KEY_SECRET" value="mykey-2"' in untouched
    insisted = html.unescape(client.post(url, {**sent, "preview": "1"}).content.decode())
    assert "Secret mykey is in the design already, and this changes it: MyKey.key: changed" in insisted
    assert "Secret mykey, MyKey.key" in insisted
    assert "(its value → another)" in insisted


def test_on_a_job_the_dialog_says_what_becomes_of_it(client: Client, make: Make) -> None:
    design = make(JOB)
    url = reverse("weave", args=[design.pk, "log-exporter"])
    page = client.get(url).content.decode()
    assert "So the Job completes when its own containers have ended." in page
    assert 'id="weave-native" name="native" value="1" checked' in page
    Design.objects.filter(pk=design.pk).update(version="1.28")
    page = client.get(url).content.decode()
    assert "<b>The Job will not complete by itself</b>" in page
    assert "1.28 has no native sidecars" in page
    weave(client, design, "log-exporter")
    assert len(design.documents[0]["spec"]["template"]["spec"]["containers"]) == 2
    inspect = reverse("inspect", args=[design.pk])
    assert "Make it native…" not in client.get(inspect, {"at": "0"}).content.decode()
    Design.objects.filter(pk=design.pk).update(version="1.30")
    assert "Make it native…" in client.get(inspect, {"at": "0"}).content.decode()
    number = str(design.revision.woven[0]["number"])
    offered = client.get(url, {"again": number, "native-asked": "1", "native": "1"}).content.decode()
    assert 'id="weave-native" name="native" value="1" checked' in offered
    weave(client, design, "log-exporter", **{"again": number, "native-asked": "1", "native": "1"})
    spec = design.documents[0]["spec"]["template"]["spec"]
    assert [one["name"] for one in spec["containers"]] == ["work"]
    assert spec["initContainers"][0]["restartPolicy"] == "Always"
    assert "Make it native…" not in client.get(inspect, {"at": "0"}).content.decode()


def test_an_upgrade_says_which_values_follow_and_where_edits_stand_in_words(client: Client, make: Make) -> None:
    keep()
    design = make()
    weave(client, design, "mine", **{"for": "0", "p.PASSWORD": "x", "native-asked": "1", "native": "1"})
    number = str(design.revision.woven[0]["number"])
    keep(MINE.replace("helper:1", "helper:2"))
    url = reverse("weave", args=[design.pk, "mine"])
    page = html.unescape(client.get(url, {"again": number}).content.decode())
    assert "Was helper:1, the default of v1: it follows that of v2." in page
    assert 'name="p.IMAGE" value="helper:2"' in page
    edit(client, design, "set", path="/0/spec/initContainers/0/image", value="helper:mine")
    page = html.unescape(client.get(url, {"again": number}).content.decode())
    assert "image of container helper" in page
    assert "<code>image</code>" in page
    assert "spec.initContainers" not in page.split("What it changes")[0]


def test_the_designs_own_entry_chooses_what_helps_the_application(client: Client, make: Make) -> None:
    design = make()
    weave(client, design, "tls-sidecar")
    page = client.get(reverse("save-preset", args=[design.pk])).content.decode()
    containers = page.split("<legend>Containers</legend>")[1].split("</fieldset>")[0]
    chosen = [one.split("<b>")[1].split("</b>")[0] for one in containers.split("<label")[1:] if " checked" in one]
    assert "nginx-ssl-terminator" in chosen
    assert "nginx" not in chosen


PLAIN = """\
apiVersion: podpatterns.dev/v1alpha1
kind: Preset
metadata: {name: plain, title: Plain, pattern: sidecar, summary: x}
parameters:
- {name: PASSWORD, type: string, required: true}
- {name: LEVEL, default: info}
pod:
  spec:
    containers:
    - {name: helper, image: busybox, args: ["${LEVEL}"]}
objects:
- apiVersion: v1
  kind: Secret
  metadata: {name: made}
  stringData: {password: "${PASSWORD}"}
"""
HELD = "apiVersion: v1\nkind: Secret\nmetadata: {name: made}\nstringData: {password: their-own-3}\n"


def test_a_preset_from_before_shows_nobody_what_went_into_a_secret(client: Client, make: Make) -> None:
    """Not in the record, the form or the annotation, whether it was woven since or then."""
    sent = {"text": PLAIN, "act": "publish", "space": "-"}
    page = html.unescape(client.post(reverse("new-preset"), sent).content.decode())
    assert "mark PASSWORD secret: true, as its value goes into Secret made" in page
    made = read(PLAIN, kept=True)
    Preset.keep(owner(), made, PLAIN, by=owner())
    name, new = Preset.objects.get().ref, "xyzzy-hunter2-93"
    design = make(f"{POD}---\n{HELD}")
    weave(client, design, name, **{"for": "0", "p.PASSWORD": new})
    assert new in design.text
    (record,) = design.revision.woven
    for value in (new, "their-own-3"):
        assert value not in json.dumps(record)
    # As it was recorded before.
    for side, value in (("before", "their-own-3"), ("after", new)):
        next(one for one in record[side] if one["kind"] == "Secret")["stringData"] = {"password": value}
    then = {**record, "parameters": {"PASSWORD": new, "LEVEL": "info"}, "chosen": ["PASSWORD"], "secrets": []}
    documents = design.documents
    design.change(lambda _: documents, by=owner(), woven=[then])
    again = {"again": str(then["number"]), "for": "0"}
    page = html.unescape(client.get(reverse("weave", args=[design.pk, name]), again).content.decode())
    assert "as it is: type to replace it" in page
    exported = client.get(reverse("download", args=[design.pk]), {"annotations": "1"}).content.decode()
    assert not any(value in exported for value in (new, "their-own-3"))
    (shown,) = json.loads(parse(exported)[0]["metadata"]["annotations"][ANNOTATION])
    assert (shown["parameters"], shown["chosen"], shown["secrets"]) == ({"LEVEL": "info"}, [], ["PASSWORD"])
    # It comes back with the annotation and the values, and goes on.
    taken = client.post(reverse("download", args=[design.pk]) + "?annotations=1").content.decode()
    other = make(taken, name="other")
    (record,) = other.revision.woven
    weave(client, other, name, **{**again, "again": str(record["number"]), "p.LEVEL": "debug"})
    assert new in other.text
    assert other.documents[0]["spec"]["containers"][-1]["args"] == ["debug"]
    for one in (design, other):
        take_off(client, one)
        assert "helper" not in one.text
        assert "their-own-3" not in one.text
        assert new in one.text, "what stands in somebody's Secret stays"


def claiming(preset: str, version: object = 1) -> str:
    record = {"preset": preset, "title": "T", "pattern": "sidecar", "parameters": {}, "version": version}
    return dump([parse(POD)[0] | {"metadata": {"name": "web", "annotations": {ANNOTATION: json.dumps([record])}}}])


def test_an_annotation_counts_for_no_preset_that_the_person_may_not_see(crew: Crew) -> None:
    theirs, ours = crew.preset("other team"), crew.preset("team")
    for who, ref, counted in (("owner", theirs.ref, theirs.name), ("owner", ours.ref, ours.ref)):
        answer = crew.client(who).post(reverse("import"), {"text": claiming(ref), "space": crew.team.slug})
        assert answer.status_code == 302
        assert Weaving.objects.order_by("-pk")[0].preset == counted
    for row, uses in ((theirs, 0), (ours, 1)):
        row.refresh_from_db()
        assert row.uses == uses, row.ref
    design = crew.design()
    design.change(lambda _: parse(claiming(theirs.ref)), by=None)
    assert design.revision.woven[0]["preset"] == theirs.name, "whom nobody knows, sees none"


@pytest.mark.parametrize("version", [-1, 0, True, 2**31, 1.0, "1"])
def test_an_annotation_with_a_version_that_is_none_is_left_as_it_is(crew: Crew, version: object) -> None:
    answer = crew.client("editor").post(reverse("import"), {"text": claiming("git-sync", version)})
    assert answer.status_code == 302
    (design,) = Design.objects.all()
    assert design.revision.woven == []
    assert annotation(design)[0]["version"] == version


def test_an_import_that_fails_leaves_no_empty_design(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the database went away")

    monkeypatch.setattr(Design, "change", fail)
    with pytest.raises(RuntimeError):
        crew.client("editor").post(reverse("import"), {"text": POD})
    assert not Design.objects.exists()
