"""Edits around what Secrets hold: typed, carried, tried and listed, none brings a value out, and none loses one."""

from __future__ import annotations

import html
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from designer.designs.models import Design, Draft
from designer.manifests import pointer, secrets
from designer.manifests.text import Text, parse
from designer.teams.audit import Entry
from designer.web import masked
from designer.web.views.authoring import STARTER
from patterns.models import Preset
from tests.web.crew import Crew
from tests.web.test_access import NAMED
from tests.web.test_secret_values import LINES, NEEDLES, NOW, OLD, SHOP, leaked, with_secrets


def test_a_conflict_shows_neither_value(make: Any, client: Client) -> None:
    design = make(SHOP)
    shown = masked.masked(design, design.text)
    theirs = design.text.replace(f'"{OLD}"', NOW)
    design.change(lambda _: parse(theirs), by=design.owner, text=theirs, window="theirs")
    mark = masked.marks(design).of(OLD)
    sent = {"text": shown.replace(f"password: {mark}", "password: mine-too-1"), "from": "1", "window": "w"}
    answer = client.post(reverse("yaml", args=[design.pk]), {**sent, "ask": "1"})
    assert answer.status_code == 409
    rows = answer.content.decode().partition("hx-vals")[0]
    assert not leaked(answer)
    assert "mine-too-1" not in rows
    for value in (OLD, NOW, "mine-too-1"):
        assert masked.marks(design).of(value) in rows
    answer = client.post(reverse("yaml", args=[design.pk]), {**sent, "over": "mine"})
    design.refresh_from_db()
    assert design.documents[1]["stringData"]["password"] == "mine-too-1"


def test_what_is_typed_goes_round(make: Any, client: Client) -> None:
    """The editor's text with placeholders, typed on: other values stay, new ones are shown to who typed them alone."""
    design = make(SHOP)
    url = reverse("yaml", args=[design.pk])
    shown = masked.masked(design, design.text)
    typed = shown.replace("  # of the database\n", "  # of the database\n  fresh: brand-new-1\n")
    answer = client.post(url, {"text": typed, "from": "1", "window": "w"})
    design.refresh_from_db()
    assert design.text == SHOP.replace("  # of the database\n", "  # of the database\n  fresh: brand-new-1\n")
    state = answer.context["screen"].yaml
    assert '"text":null' in state
    assert '"clear":[[24,24]]' in state
    veiled = client.post(url, {"text": typed, "from": "2", "window": "w", "veil": "1"}).context["screen"].yaml
    assert "brand-new-1" not in veiled
    assert '"clear":[]' in veiled
    # Cut out, and put in under another name after a pause.
    shown = masked.masked(design, design.text)
    line = next(one for one in shown.splitlines(keepends=True) if "key.pem" in one)
    client.post(url, {"text": shown.replace(line, ""), "from": "2", "window": "w"})
    design.refresh_from_db()
    assert "key.pem" not in design.text
    moved = shown.replace(line, line.replace("key.pem", "tls.key"))
    client.post(url, {"text": moved, "from": "3", "window": "w"})
    assert Design.objects.get().documents[1]["stringData"]["tls.key"] == LINES
    # A placeholder of nothing is said at its line, and what was typed is kept.
    broken = shown.replace(line, "  a: (hidden 00000000)\n")
    told = client.post(url, {"text": broken, "from": "3", "window": "w"}).content.decode()
    assert f'"line":{broken.split("  a: (hid")[0].count(chr(10)) + 1}' in told
    assert "stands for a value that is not known here" in told
    assert Draft.objects.get().text == broken


def test_lines_are_those_of_the_text_that_is_shown(make: Any, client: Client) -> None:
    design = make(SHOP)
    screen = client.get(reverse("design", args=[design.pk])).context["screen"]
    state = json.loads(str(screen.yaml))
    rows = state["text"].splitlines()
    starts = {address: first for first, address in reversed(state["runs"])}
    assert rows[starts["2"]].startswith("apiVersion") or rows[starts["2"] - 1].startswith("---")
    assert len(rows) == len(SHOP.splitlines()) - 3
    port = next(mark for mark in state["marks"] if "port" in mark[2])
    assert rows[port[0] - 1].startswith("  port: (hidden ")
    assert "5432993" not in port[2]


def test_an_edit_does_not_bring_a_value_out(make: Any, client: Client) -> None:
    design = make(SHOP)
    for verb, sent in (
        ("set", {"path": "/1/kind", "value": "ConfigMap"}),
        ("rename-key", {"path": "/1/stringData", "value": "stringDat"}),
    ):
        answer = client.post(reverse("edit", args=[design.pk, verb]), {"at": "1", "window": "w", **sent})
        assert answer.status_code == 422, verb
    design.refresh_from_db()
    assert design.number == 1
    assert Text.read(design.text).source == SHOP
    assert len(secrets.slots(design.documents)) == 6
    assert set(NAMED) >= {"show-secret"}


def test_an_edit_does_not_bring_a_short_value_out_either(make: Any, client: Client) -> None:
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {pin: '4711', n: 5432993}\n"
    design = make(text)
    for verb, sent in (
        ("set", {"path": "/0/kind", "value": "ConfigMap"}),
        ("rename-key", {"path": "/0/stringData", "value": "spec"}),
        ("rename-key", {"path": "/0/stringData", "value": "spec", "base": "1"}),
    ):
        answer = client.post(reverse("edit", args=[design.pk, verb]), {"at": "0", "window": "w", **sent})
        assert answer.status_code == 422, verb
        design.refresh_from_db()
        assert "4711" not in masked.masked(design, design.text)
        assert "5432993" not in masked.masked(design, design.text)


def test_a_preset_made_of_a_design_has_no_values(crew: Crew) -> None:
    """What comes along is asked for, or refused: also a List that somebody chooses in a request of their own."""
    design = with_secrets(crew)
    url = reverse("save-preset", args=[design.pk])
    sent = {"address": ["0/containers/0"], "title": "Mine", "pattern": "application"}
    assert crew.client("editor").post(url, sent).status_code < 400
    made = Preset.objects.get()
    assert [one for one in NEEDLES if one in made.text] == []
    refused = crew.client("editor").post(url, {**sent, "title": "Two", "for": "1", "object": ["List/list"]})
    assert refused.status_code == 422
    assert "would be told to everybody who has this preset" in html.unescape(refused.content.decode())
    assert Preset.objects.count() == 1


def test_a_preset_is_tried_on_a_design_without_its_values(crew: Crew) -> None:
    design = with_secrets(crew)
    answer = crew.client("viewer").post(reverse("check-preset"), {"text": STARTER, "onto": design.pk})
    assert answer.status_code == 200
    assert "my-sidecar" in answer.content.decode()
    assert not leaked(answer)


LONG = "x" * 99


@pytest.mark.parametrize(
    ("words", "values", "told"),
    [
        ("must be text, not the number 5432.", [5432, "x"], "must be text, not the number …."),
        ("must be a mapping, not the text " + repr("a\nb"), ["a\nb"], "must be a mapping, not the text '…'"),
        ("5 of 55 are true", [5, True], "… of 55 are …"),
        (f"not the text {LONG[:60]!r} …", [LONG], "not the text '…' …"),
    ],
)
def test_a_sentence_without_values(words: str, values: list[Any], told: str) -> None:
    assert masked.hushed(words, values) == told


def test_a_file_without_secrets_is_no_matter_for_the_log(crew: Crew) -> None:
    design = crew.design()
    assert crew.client("editor").post(reverse("download", args=[design.pk])).content.decode() == design.text
    assert not Entry.objects.filter(what="secrets-exported")


def test_a_secret_by_reference_and_back(make: Any, client: Client) -> None:
    design = make(SHOP)
    edit = reverse("edit", args=[design.pk, "keep-values"])
    answer = client.post(edit, {"at": "1", "value": "cluster", "window": "w"})
    screen = answer.context["screen"]
    assert screen.notes == ("Secret db is expected in the cluster now. What it held stays, encrypted, in the history.",)
    assert "name: db" not in Design.objects.get().text.replace("{name: db, key", "")
    told = next(found for found in screen.findings if "Secret db" in found.message)
    assert (told.severity, told.message) == (
        "hint",
        "Secret db is expected in the cluster: the pod starts only where its namespace has it.",
    )
    assert told.fix is not None
    assert told.fix.label == "Make a Secret db here"
    client.post(reverse("fix", args=[design.pk]), {"rule": told.rule, "path": pointer.write(told.path)})
    assert Design.objects.get().documents[-1]["stringData"] == {"password": ""}
    # What nothing uses is not expected anywhere.
    client.post(reverse("edit", args=[design.pk, "add-secret"]), {"at": ""})
    last = len(Design.objects.get().documents) - 1
    refused = client.post(edit, {"at": str(last), "value": "cluster"})
    assert refused.status_code == 422
    assert "nothing in this design uses Secret secret" in refused.content.decode()


LISTED = f"""\
apiVersion: v1
kind: List
metadata: {{name: all}}
items:
- apiVersion: v1
  kind: Secret
  metadata: {{name: db}}
  stringData: {{password: {NOW}}}
- apiVersion: v1
  kind: ConfigMap
  metadata: {{name: other, annotations: {{a: b}}}}
"""


def test_an_alias_does_not_bring_a_value_out(crew: Crew) -> None:
    """Typed, it is refused at its line; where one came in with a file, it is hidden where it stands."""
    design = crew.design(text=LISTED)
    editor, viewer = (crew.client(who, **{"hx-request": "true"}) for who in ("editor", "viewer"))
    shown = masked.masked(design, design.text)
    mark = masked.marks(design).of(NOW)
    typed = shown.replace(mark, f"&x {mark}").replace("{a: b}", "{note: *x}")
    answer = editor.post(reverse("yaml", args=[design.pk]), {"text": typed, "from": str(design.number), "window": "w"})
    assert "can stand in a Secret" in answer.content.decode()
    design.refresh_from_db()
    assert design.text == LISTED
    brought = LISTED.replace(NOW, f"&x {NOW}").replace("{a: b}", "{note: *x}")
    design.change(lambda _: parse(brought), by=crew.people["owner"], text=brought)
    for name, asked in (
        ("design", {}),
        ("inspect", {"at": "0", "tab": "yaml"}),
        ("inspect", {"at": "0", "tab": "all", "in": "/0/items/1/metadata/annotations"}),
        ("describe", {"path": "/0/items/1/metadata/annotations/note"}),
    ):
        told = viewer.get(reverse(name, args=[design.pk]), asked)
        assert told.status_code == 200
        assert NOW not in told.content.decode()
