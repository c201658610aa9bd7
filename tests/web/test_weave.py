"""Weaving by the dialog: what it asks and shows, what it makes, and taking it off again."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from designer.designs.models import Design
from designer.designs.worn import ANNOTATION
from designer.manifests.pod import containers, pods
from designer.manifests.text import dump, parse
from patterns import catalogue, preset, store
from tests.people import owner
from tests.web.conftest import POD

Make = Callable[..., Design]


@pytest.mark.parametrize("name", sorted(catalogue.presets()))
@pytest.mark.parametrize("text", [POD, ""], ids=["onto a pod", "onto nothing"])
def test_every_preset_can_be_looked_at_woven_and_taken_off(client: Client, make: Make, name: str, text: str) -> None:
    design = make(text)
    url = reverse("weave", args=[design.pk, name])
    made = catalogue.preset(name)
    page = client.get(url).content.decode()
    assert escape(made.title) in page
    assert "What it changes" in page
    assert all(f'name="p.{parameter.name}"' in page for parameter in made.parameters)
    design.refresh_from_db()
    assert design.text == text, "looking changes nothing"
    answer = client.post(url, {"pod": "0" if text else "example"})
    assert answer.status_code == 200, answer.content.decode()
    design.refresh_from_db()
    record = design.revision.woven[-1]
    assert (record["preset"], record["number"]) == (name, design.number)
    assert {c["name"] for c in _containers(design)} >= set(record["containers"])
    if text:
        assert "# the front door" in design.text
        client.post(reverse("unweave", args=[design.pk, record["number"]]))
        design.refresh_from_db()
        assert design.documents == parse(POD)
        assert design.revision.woven == []


def test_what_was_edited_since_stays_when_a_preset_is_taken_off(client: Client, make: Make) -> None:
    design = make()
    client.post(reverse("weave", args=[design.pk, "log-exporter"]), {"pod": "0"})
    edit = {"path": "/0/spec/containers/0/image", "value": "nginx:mine"}
    client.post(reverse("edit", args=[design.pk, "set"]), {"base": design.number + 1, "at": "0", **edit})
    client.post(reverse("unweave", args=[design.pk, 2]))
    design.refresh_from_db()
    assert design.text == POD.replace("nginx:1.29", "nginx:mine")


def test_what_was_changed_by_hand_in_what_was_woven_is_told_before_it_goes(client: Client, make: Make) -> None:
    design = make()
    client.post(reverse("weave", args=[design.pk, "tls-sidecar"]), {"pod": "0"})
    design.refresh_from_db()
    url = reverse("unweave", args=[design.pk, design.number])
    edits = {
        "/0/spec/containers/2/image": "nginx:mine",
        "/0/spec/containers/0/image": "nginx:1.30",
        "/2/data/default.conf": "# mine",
    }
    for path, value in edits.items():
        design.refresh_from_db()
        sent = {"base": design.number, "at": "0", "path": path, "value": value}
        assert client.post(reverse("edit", args=[design.pk, "set"]), sent).status_code == 200
    design.refresh_from_db()
    standing = design.text
    asked = html.unescape(client.post(url, {"ask": "1"}).content.decode())
    assert "Take TLS termination off" in asked
    places = ["image of container nginx-ssl-terminator", "ConfigMap nginx-config, default.conf"]
    assert re.findall("<li>(.*?)</li>", asked) == places
    design.refresh_from_db()
    assert design.text == standing, "asking changes nothing"
    answer = html.unescape(client.post(url).content.decode())
    assert "Took TLS termination off. Your changes to " + " and ".join(places) + " went with it." in answer
    assert f'hx-post="{reverse("undo", args=[design.pk])}">Undo</button>' in answer
    design.refresh_from_db()
    assert design.text == POD.replace("nginx:1.29", "nginx:1.30")


def test_what_nobody_changed_is_taken_off_at_once(client: Client, make: Make) -> None:
    design = make()
    client.post(reverse("weave", args=[design.pk, "log-exporter"]), {"pod": "0"})
    answer = client.post(reverse("unweave", args=[design.pk, 2]), {"ask": "1"}).content.decode()
    assert "Took Log files over HTTP off.</span>" in answer
    design.refresh_from_db()
    assert design.text == POD


def test_a_name_that_the_pod_has_is_refused_at_its_field(client: Client, make: Make) -> None:
    design = make()
    url = reverse("weave", args=[design.pk, "tls-sidecar"])
    answer = client.post(url, {"pod": "0", "for": "0", "p.CONTAINER": "nginx"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert re.search('id="p-CONTAINER-problem"[^>]*>the pod has a container nginx', page)
    assert "<details open>" in page
    design.refresh_from_db()
    assert design.text == POD


def test_a_parameter_that_does_not_do_is_said_and_nothing_is_woven(client: Client, make: Make) -> None:
    design = make()
    url = reverse("weave", args=[design.pk, "tls-sidecar"])
    name = next(p.name for p in catalogue.preset("tls-sidecar").parameters if p.type in ("port", "freePort"))
    sent = {"pod": "0", "for": "0", f"p.{name}": "99999"}
    preview = client.post(url, {**sent, "preview": "1"}).content.decode()
    assert "65535" in preview
    assert client.post(url, sent).status_code == 422
    design.refresh_from_db()
    assert design.text == POD


def test_an_unknown_preset_is_not_there(client: Client, make: Make) -> None:
    assert client.get(reverse("weave", args=[make().pk, "nothing"])).status_code == 404


def test_a_design_saved_as_a_preset_serves_another(client: Client, make: Make) -> None:
    design = make()
    url = reverse("save-preset", args=[design.pk])
    assert "nginx" in client.get(url).content.decode()
    sent = {"title": "Log follower", "pattern": "sidecar", "address": ["0/containers/1"]}
    assert client.post(url, sent).status_code == 200
    again = client.post(url, sent)
    assert again.status_code == 422
    assert "already" in again.content.decode()
    assert client.post(url, {**sent, "replace": "1"}).status_code == 200
    other = make(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: a, image: b}]}\n", name="other"
    )
    assert client.post(reverse("weave", args=[other.pk, "log-follower"]), {"pod": "0"}).status_code == 200
    other.refresh_from_db()
    assert [c["name"] for c in _containers(other)] == ["a", "logs"]
    client.post(reverse("delete-preset", args=[design.pk, "log-follower"]))
    assert not owner().presets.exists()
    other.refresh_from_db()
    assert len(_containers(other)) == 2


def _containers(design: Design) -> list[dict[str, str]]:
    found: list[dict[str, str]] = [c.data for pod in pods(design.documents) for c in containers(pod)]
    return found


# --- Change, upgrade, make, take elsewhere ------------------------------------------------------------------------

MINE = """\
apiVersion: podpatterns.dev/v1alpha1
kind: Preset
metadata: {name: mine, title: Mine, pattern: sidecar}
parameters:
- {name: IMAGE, type: image, default: "helper:1"}
- {name: CERTIFICATE, type: file, make: certificate, key: KEY, names: [localhost, "${POD_NAME}.${POD_NAMESPACE}.svc"]}
- {name: KEY, type: file, secret: true}
- {name: PASSWORD, secret: true, make: password, required: true}
pod:
  spec:
    initContainers:
    - name: helper
      image: ${IMAGE}
      restartPolicy: Always
      envFrom: [{secretRef: {name: mine}}]
objects:
- apiVersion: v1
  kind: Secret
  metadata: {name: mine}
  stringData: {password: "${PASSWORD}", tls.key: "${KEY}", tls.crt: "${CERTIFICATE}"}
"""


def keep(text: str = MINE) -> None:
    store.save(owner(), preset.read(text), replace=True)


def field(page: str, name: str) -> str:
    found = re.search(rf'<(?:input|textarea) id="p-{name}"[^>]*?(?: value="([^"]*)"[^>]*>|>\n([^<]*)</textarea>)', page)
    assert found, name
    return html.unescape(found[1] or found[2] or "")


def woven(client: Client, design: Design) -> dict[str, str]:
    """Weave MINE with what is made on the spot; the form as it was sent."""
    url = reverse("weave", args=[design.pk, "mine"])
    sent = {"pod": "0", "for": "0", "p.IMAGE": "helper:1", "native-asked": "1", "native": "1"}
    for name in ("CERTIFICATE", "PASSWORD"):
        page = client.post(url, {**sent, "make": name}).content.decode()
        sent |= {f"p.{one}": field(page, one) for one in ("CERTIFICATE", "KEY", "PASSWORD")}
    assert client.post(url, sent).status_code == 200
    design.refresh_from_db()
    return sent


def test_a_certificate_and_a_password_are_made_and_stay_out_of_the_record(client: Client, make: Make) -> None:
    keep()
    design = make()
    url = reverse("weave", args=[design.pk, "mine"])
    page = client.post(url, {"pod": "0", "for": "0", "make": "CERTIFICATE"}).content.decode()
    assert "for localhost, web.default.svc, until" in page
    sent = woven(client, design)
    assert sent["p.CERTIFICATE"].startswith("-----BEGIN CERTIFICATE-----")
    secret = next(one for one in design.documents if one["kind"] == "Secret")
    assert secret["stringData"] == {
        "password": sent["p.PASSWORD"],
        "tls.key": sent["p.KEY"],
        "tls.crt": sent["p.CERTIFICATE"],
    }
    assert len(sent["p.PASSWORD"]) == 24
    record = json.dumps(design.revision.woven)
    assert sent["p.PASSWORD"] not in record
    assert sent["p.KEY"].split("\n")[1] not in record
    exported = client.get(reverse("download", args=[design.pk]), {"annotations": "1"}).content.decode()
    annotation = parse(exported)[0]["metadata"]["annotations"][ANNOTATION]
    assert sent["p.PASSWORD"] not in annotation
    assert "PRIVATE KEY" not in annotation


def test_what_is_woven_is_changed_and_its_secrets_stay(client: Client, make: Make) -> None:
    keep()
    design = make()
    sent = woven(client, design)
    url = reverse("weave", args=[design.pk, "mine"])
    number = design.revision.woven[0]["number"]
    page = client.get(url, {"again": number}).content.decode()
    assert "Weave again" in page
    assert "as it is: type to replace it" in page
    assert sent["p.PASSWORD"] not in page.split("What it changes")[0]
    again = {
        "again": str(number),
        "for": "0",
        "p.IMAGE": "helper:2",
        "p.PASSWORD": "",
        "p.KEY": "",
        "native-asked": "1",
    }
    again["p.CERTIFICATE"] = sent["p.CERTIFICATE"]
    preview = client.post(url, {**again, "preview": "1"}).content.decode()
    assert "ghost-changed" in preview or "ghost-added" in preview
    assert client.post(url, again).status_code == 200
    design.refresh_from_db()
    spec = design.documents[0]["spec"]
    assert [(c["name"], c["image"]) for c in spec["containers"]][-1] == ("helper", "helper:2")
    assert "initContainers" not in spec
    secret = next(one for one in design.documents if one["kind"] == "Secret")
    assert secret["stringData"]["password"] == sent["p.PASSWORD"]
    assert [one["number"] for one in design.revision.woven] == [number]
    client.post(reverse("unweave", args=[design.pk, number]))
    design.refresh_from_db()
    assert design.text == POD


def test_a_newer_version_is_offered_and_an_edit_against_it_is_a_choice(client: Client, make: Make) -> None:
    keep()
    design = make()
    woven(client, design)
    number = design.revision.woven[0]["number"]
    edit = {"path": "/0/spec/initContainers/0/image", "value": "helper:mine", "base": design.number, "at": "0"}
    client.post(reverse("edit", args=[design.pk, "set"]), edit)
    keep(MINE.replace("helper:1", "helper:9"))
    inspected = client.get(reverse("inspect", args=[design.pk]), {"at": "0"}).content.decode()
    assert "Upgrade to v2…" in inspected
    url = reverse("weave", args=[design.pk, "mine"])
    page = client.get(url, {"again": number}).content.decode()
    assert "v1 → v2" in page
    sent = {"again": str(number), "for": "0", "p.IMAGE": "helper:9", "native-asked": "1", "native": "1"}
    sent |= {"p.CERTIFICATE": design.documents[1]["stringData"]["tls.crt"]}
    preview = client.post(url, {**sent, "preview": "1"}).content.decode()
    assert "You changed these since" in preview
    assert "helper:mine" in preview
    assert client.post(url, {**sent, "keep./0/spec/initContainers/0/image": "theirs"}).status_code == 200
    design.refresh_from_db()
    assert design.documents[0]["spec"]["initContainers"][0]["image"] == "helper:9"
    assert design.revision.woven[0]["version"] == 2
    inspected = client.get(reverse("inspect", args=[design.pk]), {"at": "0"}).content.decode()
    assert "Upgrade" not in inspected
    assert "Change…" in inspected


def test_a_refused_value_is_said_at_its_field_with_all_that_was_typed(client: Client, make: Make) -> None:
    keep()
    design = make()
    sent = {"pod": "0", "for": "0", "p.IMAGE": "not an image", "p.PASSWORD": "typed by hand", "p.CERTIFICATE": "kept"}
    answer = client.post(reverse("weave", args=[design.pk, "mine"]), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert field(page, "IMAGE") == "not an image"
    assert field(page, "PASSWORD") == "typed by hand"
    assert field(page, "CERTIFICATE") == "kept"
    assert re.search(r'id="p-IMAGE-problem"[^>]*>an image such as', page)
    design.refresh_from_db()
    assert design.text == POD


def test_before_1_29_a_native_sidecar_is_an_ordinary_container(client: Client, make: Make) -> None:
    keep()
    design = make()
    Design.objects.filter(pk=design.pk).update(version="1.28")
    url = reverse("weave", args=[design.pk, "mine"])
    assert "Kubernetes 1.28 has no native sidecars" in client.get(url).content.decode()
    assert client.post(url, {"pod": "0", "for": "0", "p.PASSWORD": "x", "native": "1"}).status_code == 200
    design.refresh_from_db()
    spec = design.documents[0]["spec"]
    assert "initContainers" not in spec
    assert spec["containers"][-1]["name"] == "helper"


def test_a_record_follows_a_pod_that_is_renamed_or_turned_in_the_yaml(client: Client, make: Make) -> None:
    design = make()
    client.post(reverse("weave", args=[design.pk, "log-exporter"]), {"pod": "0"})
    design.refresh_from_db()
    typed = design.text.replace("name: web # the front door", "name: shop # the front door")
    client.post(reverse("yaml", args=[design.pk]), {"text": typed, "from": design.number, "window": "w"})
    design.refresh_from_db()
    assert design.revision.woven[0]["pod"] == "Pod/shop"
    client.post(
        reverse("edit", args=[design.pk, "change-kind"]), {"at": "0", "kind": "Deployment", "base": design.number}
    )
    design.refresh_from_db()
    assert design.revision.woven[0]["pod"] == "Deployment/shop"
    client.post(reverse("unweave", args=[design.pk, design.revision.woven[0]["number"]]))
    design.refresh_from_db()
    template = design.documents[0]["spec"]["template"]["spec"]
    assert template == parse(POD)[0]["spec"]


def test_the_record_goes_along_in_an_annotation_if_it_is_asked_for(client: Client, make: Make) -> None:
    design = make()
    client.post(reverse("weave", args=[design.pk, "log-exporter"]), {"pod": "0"})
    design.refresh_from_db()
    plain = client.get(reverse("download", args=[design.pk])).content.decode()
    assert ANNOTATION not in plain
    exported = StringIO()
    call_command("export_design", "web", "--annotations", stdout=exported)
    assert "# the front door" in exported.getvalue()
    other = make(exported.getvalue(), name="other")
    assert other.text == exported.getvalue()
    records = other.revision.woven
    assert [(one["preset"], one["pod"]) for one in records] == [("log-exporter", "Pod/web")]
    assert (
        client.get(reverse("weave", args=[other.pk, "log-exporter"]), {"again": records[0]["number"]}).status_code
        == 200
    )
    assert client.post(reverse("unweave", args=[other.pk, records[0]["number"]])).status_code == 200
    other.refresh_from_db()
    assert other.revision.woven == []
    assert other.documents[0]["spec"] == parse(POD)[0]["spec"]


@pytest.mark.parametrize("bad", ["[", "3", "[1]", '[{"preset": 1}]', '[{"preset": "x", "before": 3}]'])
def test_an_annotation_that_is_no_record_is_only_an_annotation(make: Make, bad: str) -> None:
    documents = parse(POD)
    documents[0]["metadata"]["annotations"] = {ANNOTATION: bad}
    assert make(dump(documents)).revision.woven == []


def test_a_design_that_begins_with_a_preset_can_lose_it(client: Client) -> None:
    client.post(reverse("new"), {"starter": "tls-sidecar"})
    design = Design.objects.get()
    record = design.revision.woven[0]
    assert client.post(reverse("unweave", args=[design.pk, record["number"]])).status_code == 200
    design.refresh_from_db()
    assert design.documents == list(catalogue.preset("tls-sidecar").example)


def mode(name: str, value: str) -> str:
    return (
        "apiVersion: podpatterns.dev/v1alpha1\nkind: Preset\n"
        f"metadata: {{name: {name}, title: {name}, pattern: init}}\n"
        "parameters: [{name: APP, type: container, default: application}]\n"
        f'pod: {{spec: {{containers: [{{name: "${{APP}}", env: [{{name: MODE, value: "{value}"}}]}}]}}}}\n'
    )


def test_where_two_presets_meet_is_said_before(client: Client, make: Make) -> None:
    keep(mode("one", "fast"))
    keep(mode("two", "slow"))
    design = make()
    client.post(reverse("weave", args=[design.pk, "one"]), {"pod": "0"})
    page = client.get(reverse("weave", args=[design.pk, "two"])).content.decode()
    assert "variable MODE of container nginx</b>: also changed by one (fast → slow)" in page
    assert client.post(reverse("weave", args=[design.pk, "two"]), {"pod": "0"}).status_code == 200
    client.post(reverse("unweave", args=[design.pk, 2]))
    design.refresh_from_db()
    assert design.documents[0]["spec"]["containers"][0]["env"] == [{"name": "MODE", "value": "slow"}]
    client.post(reverse("unweave", args=[design.pk, 3]))
    design.refresh_from_db()
    assert design.text == POD


def test_a_record_from_before_there_were_seams_can_be_taken_off(client: Client, make: Make) -> None:
    design = make()
    client.post(reverse("weave", args=[design.pk, "log-exporter"]), {"pod": "0"})
    design.refresh_from_db()
    revision = design.revision
    known = ("preset", "title", "pattern", "version", "parameters", "pod", "containers", "volumes", "objects", "number")
    revision.woven = [{key: one[key] for key in known} for one in revision.woven]
    revision.save(update_fields=["woven"])
    client.post(reverse("unweave", args=[design.pk, 2]))
    design.refresh_from_db()
    assert design.text == POD
