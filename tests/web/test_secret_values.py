"""What a Secret holds is in no answer but the one to an editor who asks: hunted through all of a design's routes."""

from __future__ import annotations

import base64
import html
import io
import json
import re
import zipfile
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from designer.clusters.models import ApplyRun
from designer.designs.models import Design, Draft, ReadingLink
from designer.manifests.text import parse
from designer.teams.audit import Entry
from designer.web import masked
from designer.web.made import certificate
from patterns import catalogue, store
from patterns.preset import defaults
from patterns.weave import weave
from tests.web.crew import Crew
from tests.web.rights_table import SENT
from tests.web.test_rights import ask, lines, path, quiet

__all__ = ["quiet"]

OLD, NOW, LINES = "old-swordfish-77", "xyzzy-hunter2-93", "-----BEGIN-qwfpg\n  arst-zxcd-11\n-----END\n"
SHOP = f"""\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: shop}}
spec:
  selector: {{matchLabels: {{app: shop}}}}
  template:
    metadata: {{labels: {{app: shop}}}}
    spec:
      containers:
      - name: app
        image: shop
        ports: [{{containerPort: 8080}}]
        env:
        - {{name: PASSWORD, valueFrom: {{secretKeyRef: {{name: db, key: password}}}}}}
        - {{name: TOKEN, valueFrom: {{secretKeyRef: {{name: listed, key: token}}}}}}
        volumeMounts: [{{name: keys, mountPath: /keys}}]
      volumes: [{{name: keys, secret: {{secretName: keys}}}}]
---
apiVersion: v1
kind: Secret
metadata: {{name: db}}
stringData:
  # of the database
  password: "{OLD}"
  port: 5432993
  key.pem: |
{"".join(f"    {line}" for line in LINES.splitlines(keepends=True))}---
apiVersion: v1
kind: Secret
metadata:
  name: keys
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: '{{"stringData": {{"a": "{OLD}"}}}}'
data: {{a: {base64.b64encode(OLD.encode()).decode()}}}
---
apiVersion: v1
kind: List
metadata: {{name: list}}
items:
- apiVersion: v1
  kind: Secret
  metadata: {{name: listed}}
  stringData: {{token: {OLD}}}
"""
MARK = "(hidden "
PAIR = certificate(["shop"])  # what a preset puts into a Secret: the key is one of its secret parameters


def needles() -> list[str]:
    plain = [OLD, NOW, "5432993", *LINES.split()[:2], PAIR.key.splitlines()[1]]
    return [*plain, *(base64.b64encode(one.encode()).decode()[:-3] for one in plain if len(one) > 8)]


NEEDLES = needles()


def leaked(answer: Any) -> list[str]:
    """The values that an answer has, wherever in it: headers too, in a folder, and behind the escapes of HTML."""
    if answer.streaming:
        return []
    raw = answer.content
    if raw[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            raw = b"\n".join(archive.read(name) for name in archive.namelist())
    text = raw.decode(errors="replace") + json.dumps(dict(answer.headers))
    return [one for one in NEEDLES if one in text or one in html.unescape(text)]


def with_secrets(crew: Crew) -> Design:
    """A design of the team that holds Secrets of all kinds, with an older value of each in its history; it wears a
    preset, was applied, is shared, and somebody's draft waits."""
    design = crew.design(text=SHOP, name="shop")
    owner = crew.people["owner"]
    preset = catalogue.presets()["tls-sidecar"]
    full = defaults(preset, design.documents, 0)
    given = {"CERTIFICATE": PAIR.certificate, "PRIVATE_KEY": PAIR.key}
    woven = weave(preset, {**full, **given}, design.documents, 0)
    worn = store.record(preset, woven) | {"number": 2}
    design.change(lambda _: woven.documents, by=owner, woven=[worn])
    old, new = (base64.b64encode(one.encode()).decode() for one in (OLD, NOW))
    now = design.text.replace(OLD, NOW).replace(old, new)
    design.change(lambda _: parse(now), by=owner, text=now, window="theirs")
    assert all(one in design.text for one in (NOW, "key.pem"))
    cluster = crew.cluster()
    where = {"cluster": cluster, "revision": 2, "context": "dev", "namespace": "shop", "dry_run": False}
    ApplyRun.objects.create(design=design, **where).finish()
    ReadingLink.objects.make(design, owner, yaml=True, days=1)
    Draft.objects.create(design=design, by=owner, text=masked.masked(design, design.text) + "a: [", base=design.number)
    return design


def asked(design: Design, crew: Crew) -> list[tuple[str, str, dict[str, str], dict[str, Any]]]:
    """(route, method, what is sent, what else stands in the address): each route as it is, and what opens more."""
    shown = masked.masked(design, design.text)
    at = ["1", "2", "3", str(len(design.documents) - 1)]
    found: list[tuple[str, str, dict[str, str], dict[str, Any]]] = [
        (name, method, SENT.get(name, {}), {}) for name in lines("design") for method in ("get", "post")
    ]
    for tab in ("basics", "labels", "all", "yaml"):
        found += [("inspect", "get", {"at": one, "tab": tab}, {}) for one in at]
    for inside in ("/1/stringData", "/2/data", "/2/metadata/annotations", "/3/items", "/3/items/0/stringData"):
        found.append(("inspect", "get", {"at": inside[1], "tab": "all", "in": inside}, {}))
        found.append(("describe", "get", {"path": inside}, {}))
    found += [("inspect", "get", {"at": one, "base": "1"}, {}) for one in at]
    found += [("middle", "get", {"view": view}, {}) for view in ("diagram", "timeline", "resources")]
    found += [("compare", "get", {"from": a, "to": b}, {}) for a, b in (("0", "3"), ("1", "3"), ("2", "3"), ("3", "1"))]
    found += [("change", "get", {}, {"number": n}) for n in (1, 2, 3)]
    found += [
        ("revision-lines", "get", {"first": "1", "last": "900", "old": "1"}, {"number": number}) for number in (1, 2, 3)
    ]
    found += [("restore-revision", "post", {}, {"number": 1}), ("name-revision", "post", {"name": "x"}, {"number": 1})]
    found += [("kustomize", "get", {"zip": zip}, {"number": 2}) for zip in ("", "1")]
    found += [(name, "get", {"zip": "1"}, {}) for name in ("kustomize-each", "kustomize-whole")]
    found += [("download", "get", {"annotations": "1"}, {}), ("unweave", "post", {"ask": "1"}, {"number": 2})]
    found += [("weave", "get", {"again": "2"}, {}), ("weave", "post", {"preview": "1", "again": "2"}, {})]
    found += [("weave", "get", {}, {"preset": one}) for one in ("oauth2-proxy",)]
    yaml = {"from": str(design.number), "window": "w"}
    typed = shown.replace("# of the database", "# typed")
    found += [("yaml", "post", {**yaml, "text": text}, {}) for text in (shown, typed, shown.replace("db}", "other}"))]
    found += [("yaml", "post", {**yaml, "text": text}, {}) for text in (shown + "a: [", shown.replace(MARK, "(hid"))]
    found += [("yaml", "post", {"discard": "1"}, {})]
    # What was typed on an older revision meets what somebody changed since, in a Secret.
    older = masked.masked(design, design.text_at(2) or "")
    mine = older.replace(f"password: {MARK}", f"password: mine # {MARK}")
    for sent in ({}, {"ask": "1"}, {"over": "mine"}, {"over": "theirs"}):
        found.append(("yaml", "post", {"text": mine, "from": "2", "window": "w", **sent}, {}))
    mark = shown.partition("password: ")[2][:17]
    places = {"path": "/1/stringData/password", "at": "1"}
    for verb, sent in (
        ("set-data", {"value": "mine"}),
        ("rename-key", {"value": "pass"}),
        ("unset", {}),
        ("set", {"value": "", "path": "/1/kind"}),
        ("set", {"value": "ConfigMap", "path": "/1/kind"}),
        ("rename-key", {"value": "stringDat", "path": "/1/stringData"}),
        ("set-text", {"value": "x"}),
        ("set", {"value": f"a: {mark}", "path": "/0/metadata/annotations", "kind": "yaml"}),
        ("duplicate-object", {}),
        ("add-key", {}),
        ("remove", {}),
        ("unpack", {"at": "3"}),
        ("add-container", {"at": "0"}),
    ):
        for base in ("2", "3") if verb in ("set-data", "rename-key", "unset") else ("3",):
            found.append(("edit", "post", {**places, "base": base, "window": "w", **sent}, {"verb": verb}))
    rules = ("wrong-type", "/1/stringData/port"), ("config-keys", "/0")
    found += [("fix", "post", {"rule": rule, "path": where}, {}) for rule, where in rules]
    for column in (2, 12):
        body = {"text": "kind: Secret\nstringData:\n  password: \n  ", "line": "3", "column": str(column)}
        found += [(name, "post", body, {}) for name in ("complete", "hover")]
    chosen = {"address": ["0/containers/0"], "title": "mine", "pattern": "application", "for": "1"}
    chosen["object"] = ["Secret/db", "Secret/keys", "List/list"]
    found += [("save-preset", "post", {**chosen, **sent}, {}) for sent in ({"preview": "1"}, {})]  # type: ignore[dict-item]
    found += [("find-pattern", "get", {"find": word}, {}) for word in (OLD, "secret")]
    found += [("picture-file", "get", {"kind": kind}, {}) for kind in ("svg", "png", "mmd")]
    found += [
        ("import-into", "post", {"text": text}, {}) for text in ("a: [", "kind: Secret\nstringData: {a: b}\n", shown)
    ]
    return found


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("person", ["owner", "viewer"])
def test_no_answer_holds_what_a_secret_holds(crew: Crew, person: str) -> None:
    design = with_secrets(crew)
    run = ApplyRun.objects.get()
    address = {"pk": design.pk, "number": 2, "verb": "set", "preset": "tls-sidecar", "run": run.pk}
    client = crew.client(person, **{"hx-request": "true"})
    client.raise_request_exception = False
    gives = {("download", "post"), ("kustomize", "post"), ("kustomize-each", "post"), ("kustomize-whole", "post")}
    wrong, answered = [], 0
    for name, method, sent, where in asked(design, crew):
        if (name, method) in gives and person != "viewer":
            continue
        answer = ask(client, method, path(name, {**address, **where}), sent)
        answered += answer.status_code == 200
        if answer.status_code >= 500:
            wrong.append(f"{method} {name} {where} {sent}: error {answer.status_code}")
        elif found := leaked(answer):
            wrong.append(f"{method} {name} {where} {str(sent)[:80]}: {found}")
    assert not wrong, "\n".join(wrong)
    assert answered > (60 if person == "viewer" else 100)


@pytest.mark.usefixtures("quiet")
def test_no_page_beside_the_designs_holds_it(crew: Crew) -> None:
    with_secrets(crew)
    pages = [reverse(name) for name in ("home", "bin", "activity", "audit", "clusters", "teams")]
    pages += [reverse("team", args=[crew.team.slug]), reverse("export-audit", args=["json"])]
    for person in ("viewer", "administrator"):
        client = crew.client(person)
        assert {url: found for url in pages if (found := leaked(client.get(url)))} == {}


def test_a_shared_link_shows_placeholders(crew: Crew, client: Client) -> None:
    design = with_secrets(crew)
    token = ReadingLink.objects.make(design, crew.people["owner"], yaml=True, days=1)[1]
    answer = client.get(reverse("shared-design", args=[token]))
    assert answer.status_code == 200
    assert MARK in answer.content.decode()
    assert not leaked(answer)


def test_a_copy_of_somebody_who_only_looks_has_no_values(crew: Crew) -> None:
    design = with_secrets(crew)
    viewer = crew.client("viewer")
    viewer.post(reverse("duplicate", args=[design.pk]))
    copy = Design.objects.get(owner=crew.people["viewer"])
    assert [one for one in NEEDLES if one in copy.text] == []
    assert copy.documents[1]["stringData"] == {"password": "", "port": "", "key.pem": ""}
    crew.client("editor").post(reverse("duplicate", args=[design.pk]))
    assert NOW in Design.objects.get(owner=crew.people["editor"]).text


def test_an_editor_asks_for_one_value_and_that_is_written_down(crew: Crew) -> None:
    design = with_secrets(crew)
    url = reverse("show-secret", args=[design.pk])
    answer = crew.client("editor").post(url, {"path": "/1/stringData/password"})
    assert leaked(answer) == [NOW]
    assert answer.headers["Cache-Control"] == "no-store"
    assert str(Entry.objects.latest("pk")) == "editor looked at password of Secret db in shop"
    assert NOW in crew.client("editor").post(url, {"path": "/2/data/a"}).content.decode()
    assert crew.client("viewer").post(url, {"path": "/1/stringData/password"}).status_code == 403
    assert crew.client("stranger").post(url, {"path": "/1/stringData/password"}).status_code == 404
    assert crew.client("editor").post(url, {"path": "/1/metadata/name"}).status_code == 422
    assert Entry.objects.filter(what="secret-shown").count() == 2
    # Who only looks is offered neither to show nor to replace it.
    sent = {"at": "1"}
    viewer = crew.client("viewer", **{"hx-request": "true"})
    form = viewer.get(reverse("inspect", args=[design.pk]), sent).content.decode()
    offered = re.findall(r"<(?:button|textarea|select)[^>]*(?:secrets/show|set-data|keep-values)[^>]*>", form)
    assert len(offered) == 7
    assert all(" disabled" in one for one in offered)
    assert "Secrets’ values" not in crew.client("viewer").get(reverse("design", args=[design.pk])).content.decode()
    assert "Secrets’ values" in crew.client("editor").get(reverse("design", args=[design.pk])).content.decode()


def test_files_with_the_values_are_an_editors_and_written_down(crew: Crew) -> None:
    design = with_secrets(crew)
    url = reverse("download", args=[design.pk])
    plain = crew.client("viewer").get(url).content.decode()
    assert plain.startswith("# The values of its Secrets are hidden here")
    assert not leaked(crew.client("editor").get(url))
    assert crew.client("viewer").post(url).status_code == 403
    answer = crew.client("editor").post(url)
    assert answer.content.decode() == design.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert str(Entry.objects.latest("pk")) == "editor took shop with the values of its Secrets as a file"
    folder = crew.client("editor").post(reverse("kustomize-whole", args=[design.pk]))
    assert NOW in leaked(folder)
    assert Entry.objects.filter(what="secrets-exported").count() == 2


def test_a_masked_file_comes_back_with_its_values_and_nowhere_else(crew: Crew) -> None:
    design = with_secrets(crew)
    editor = crew.client("editor", **{"hx-request": "true"})
    out = editor.get(reverse("download", args=[design.pk])).content.decode()
    one = "".join(part for part in out.split("---\n") if "name: db" in part and "kind: Secret" in part)
    editor.post(reverse("import-into", args=[design.pk]), {"text": one.replace("name: db", "name: db2")})
    design.refresh_from_db()
    assert design.documents[-1]["stringData"]["password"] == NOW
    refused = crew.client("editor").post(reverse("import"), {"text": out})
    assert refused.status_code == 422
    assert "was hidden when this was exported" in html.unescape(refused.content.decode())


def test_the_command_hides_too(make: Any, capsys: pytest.CaptureFixture[str], tmp_path: Any) -> None:
    design = make(SHOP, name="shop")
    call_command("export_design", "shop")
    out, err = capsys.readouterr()
    assert OLD not in out
    assert "--with-secrets" in err
    file = tmp_path / "shop.yaml"
    file.write_text(out.replace("# of the database", "# changed"))
    call_command("import_design", str(file), name="shop")
    design.refresh_from_db()
    assert design.text == SHOP.replace("# of the database", "# changed")
    capsys.readouterr()
    call_command("export_design", "shop", with_secrets=True)
    assert capsys.readouterr().out == design.text
    assert Entry.objects.get().what == "secrets-exported"
