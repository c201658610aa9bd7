"""What a design says of the presets it wears: newer versions, deprecated ones, those that one may not see; and doing
something about it."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from designer.designs.change import undo
from designer.designs.models import Design
from designer.teams.models import Team
from patterns import catalogue
from patterns.models import Preset
from patterns.preset import read
from tests.web.crew import Crew

TEXT = """\
apiVersion: podpatterns.dev/v1alpha1
kind: Preset
metadata: {name: NAME, title: TITLE, pattern: sidecar}
parameters:
- {name: IMAGE, type: image, default: "helper:1"}
- {name: LEVEL, default: info}
pod:
  spec:
    containers:
    - {name: NAME, image: "${IMAGE}", args: ["${LEVEL}"]}
"""


def text(name: str, image: str = "helper:1", title: str = "") -> str:
    made = TEXT.replace("NAME", name).replace("TITLE", title or f"The {name}")
    return made.replace("helper:1", image)


def publish(
    crew: Crew, name: str, *images: str, note: str = "", team: Team | None = None, who: str = "owner"
) -> Preset:
    for image in images:
        made = text(name, image)
        row = Preset.keep(crew.people[who], read(made), made, by=crew.people[who], note=note, team=team)
    return row


def weave(client: Client, design: Design, ref: str, **values: str) -> int:
    sent = {f"p.{name}": value for name, value in values.items()}
    answer = client.post(reverse("weave", args=[design.pk, ref]), {"pod": "0", "for": "0", **sent})
    assert answer.status_code == 200, answer.content.decode()
    design.refresh_from_db()
    number: int = design.revision.woven[-1]["number"]
    return number


def screen(client: Client, design: Design) -> str:
    return words(client.get(reverse("design", args=[design.pk])).content.decode())


def dialog(client: Client, design: Design, **asked: str | int) -> str:
    answer = client.get(reverse("updates", args=[design.pk]), asked)
    assert answer.status_code == 200
    return words(answer.content.decode())


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def do(client: Client, design: Design, status: int = 200, **sent: object) -> str:
    answer = client.post(reverse("updates", args=[design.pk]), sent)
    assert answer.status_code == status, answer.content.decode()
    design.refresh_from_db()
    return words(answer.content.decode())


def images(design: Design) -> dict[str, str]:
    return {one["name"]: one["image"] for one in design.documents[0]["spec"]["containers"]}


def worn(design: Design) -> dict[str, int]:
    return {one["preset"].partition("_")[0]: one["version"] for one in design.revision.woven}


def test_a_design_says_what_is_behind_and_upgrades_it(crew: Crew) -> None:
    one, two = (publish(crew, name, "helper:1", team=crew.team) for name in ("one", "two"))
    design, editor = crew.design(), crew.client("editor")
    number, other = weave(editor, design, one.ref), weave(editor, design, two.ref, IMAGE="mine:1", LEVEL="info")
    assert "newer version" not in screen(editor, design)
    publish(crew, "one", "helper:2", note="moves <b>the port</b>", team=crew.team)
    publish(crew, "one", "helper:3", note="moves it back", team=crew.team)
    page = screen(editor, design)
    assert "1 preset has a newer version" in page
    publish(crew, "two", "helper:2", team=crew.team)
    for who in ("editor", "viewer"):
        assert "2 presets have newer versions" in screen(crew.client(who), design)
    shown = dialog(editor, design)
    assert "v1 → v3" in shown
    assert "v3 moves it back" in shown
    assert "v2 moves <b>the port</b>" in shown
    assert "- image: helper:1" in shown
    assert "+ image: helper:3" in shown
    assert "Upgrade to v3" in shown
    # Looking changes nothing, and a viewer is offered nothing.
    looked = crew.client("viewer").get(reverse("updates", args=[design.pk])).content.decode()
    assert "helper:3" in looked
    assert "hx-post" not in looked
    assert "/weave/" not in looked
    assert worn(design) == {"one": 1, "two": 1}
    revision = design.number
    done = do(editor, design, one=number, way="upgrade")
    assert "Upgraded The one to v3." in done
    assert "1 preset has a newer version" in done
    assert (worn(design), images(design)["one"]) == ({"one": 3, "two": 1}, "helper:3")
    assert design.number == revision + 1
    assert design.revision.summary == "upgraded The one to v3"
    assert do(editor, design, one=other, way="upgrade").count("Upgraded The two to v2.") == 1
    # What somebody chose stays.
    assert images(design)["two"] == "mine:1"
    undo(design, by=crew.people["editor"])
    design.refresh_from_db()
    assert worn(design) == {"one": 3, "two": 1}
    assert "that preset is up to date" in do(editor, design, 422, one=number, way="upgrade")


def test_one_click_does_what_the_weave_dialog_does(crew: Crew) -> None:
    row = publish(crew, "one", "helper:1", team=crew.team)
    editor, designs = crew.client("editor"), [crew.design(), crew.design()]
    numbers = [weave(editor, design, row.ref, LEVEL="loud", IMAGE="helper:1") for design in designs]
    publish(crew, "one", "helper:2", team=crew.team)
    do(editor, designs[0], one=numbers[0], way="upgrade")
    again = {"again": str(numbers[1])}
    page = editor.get(reverse("weave", args=[designs[1].pk, row.ref]), again).content.decode()
    filled = dict(re.findall(r'id="p-(\w+)"[^>]* value="([^"]*)"', page))
    assert filled == {"IMAGE": "helper:2", "LEVEL": "loud"}
    sent = {**again, "for": "0", **{f"p.{name}": value for name, value in filled.items()}}
    assert editor.post(reverse("weave", args=[designs[1].pk, row.ref]), sent).status_code == 200
    designs[1].refresh_from_db()
    assert designs[0].text == designs[1].text
    assert designs[0].revision.woven == designs[1].revision.woven


def test_all_that_nobody_changed_by_hand_are_upgraded_at_once(crew: Crew) -> None:
    names = ("one", "two", "three")
    rows = [publish(crew, name, "helper:1", team=crew.team) for name in names]
    design, editor = crew.design(), crew.client("editor")
    numbers = [weave(editor, design, row.ref) for row in rows]
    at = list(images(design)).index("two")
    edit = {"base": design.number, "at": "0", "path": f"/0/spec/containers/{at}/image", "value": "by-hand:1"}
    assert editor.post(reverse("edit", args=[design.pk, "set"]), edit).status_code == 200
    for name in names:
        publish(crew, name, "helper:2", team=crew.team)
    design.refresh_from_db()
    shown = dialog(editor, design, way="all")
    assert "The two to v2 is left out: you changed" in shown
    assert "Upgrade 2 presets" in shown
    asked = dialog(editor, design, one=numbers[1])
    assert "Your edit stands unless you choose the preset's" in asked
    assert "Choose what stands…" in asked
    assert "was not done: you changed" in do(editor, design, 422, one=numbers[1], way="upgrade")
    revision = design.number
    done = do(editor, design, way="all")
    assert "Upgraded The one to v2, The three to v2. Left The two as it is: you changed" in done
    assert worn(design) == {"one": 2, "two": 1, "three": 2}
    assert (images(design)["one"], images(design)["two"], images(design)["three"]) == (
        "helper:2",
        "by-hand:1",
        "helper:2",
    )
    assert design.number == revision + 1
    undo(design, by=crew.people["editor"])
    design.refresh_from_db()
    assert worn(design) == dict.fromkeys(names, 1)


def test_a_deprecated_preset_is_replaced_by_its_successor(crew: Crew) -> None:
    old, new = (publish(crew, name, f"{name}:1", team=crew.team) for name in ("old", "new"))
    design, editor = crew.design(), crew.client("editor")
    before = design.documents
    number = weave(editor, design, old.ref, IMAGE="old:1", LEVEL="loud")
    Preset.objects.filter(pk=old.pk).update(
        deprecated=timezone.now(), deprecated_why="It is not maintained.", successor=new.ref
    )
    page = words(editor.get(reverse("inspect", args=[design.pk]), {"at": "0"}).content.decode())
    assert "deprecated" in page
    assert "Deprecated: It is not maintained." in page
    assert "1 preset is deprecated" in screen(editor, design)
    shown = dialog(editor, design, one=number)
    assert "Deprecated: It is not maintained. Use The new instead." in shown
    assert "+ image: new:1" in shown
    assert "Replace by The new" in shown
    revision = design.number
    assert "Replaced The old by The new." in do(editor, design, one=number, way="replace")
    assert worn(design) == {"new": 1}
    assert design.number == revision + 1
    container = design.documents[0]["spec"]["containers"][-1]
    assert container == {"name": "new", "image": "new:1", "args": ["loud"]}
    undo(design, by=crew.people["editor"])
    design.refresh_from_db()
    assert worn(design) == {"old": 1}
    do(editor, design, one=number, way="replace")
    editor.post(reverse("unweave", args=[design.pk, design.revision.woven[0]["number"]]))
    design.refresh_from_db()
    assert design.documents == before
    # Without a successor that one may see there is nothing to replace it by, and that is said.
    undo(design, by=crew.people["editor"])
    undo(design, by=crew.people["editor"])
    design.refresh_from_db()
    Preset.objects.filter(pk=new.pk).update(team=None)
    assert "It names a successor that you may not see." in dialog(editor, design, one=number)
    assert "names no successor that you may see" in do(editor, design, 422, one=number, way="replace")


def test_of_a_preset_that_one_may_not_see_only_that_is_said(crew: Crew) -> None:
    mine = publish(crew, "mine", "helper:1")
    design = crew.design()
    number = weave(crew.client("owner"), design, mine.ref)
    publish(crew, "mine", "helper:2")
    assert "1 preset has a newer version" in screen(crew.client("owner"), design)
    editor = crew.client("editor")
    assert "newer version" not in screen(editor, design)
    page = editor.get(reverse("inspect", args=[design.pk]), {"at": "0"}).content.decode()
    assert "It is a preset that you may not see, or one that was deleted." in page
    assert "Upgrade to" not in page
    assert "All presets of this design are up to date." in dialog(editor, design)
    do(editor, design, 422, one=number, way="upgrade")
    editor.post(reverse("unweave", args=[design.pk, number]))
    design.refresh_from_db()
    assert worn(design) == {}


def test_a_built_in_preset_that_is_behind_is_upgraded_too(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    design, editor = crew.design(), crew.client("editor")
    number = weave(editor, design, "log-exporter")
    now = catalogue.preset("log-exporter")
    newer = {**catalogue.presets(), "log-exporter": replace(now, version=now.version + 1)}
    monkeypatch.setattr(catalogue, "presets", lambda: newer)
    shown = dialog(editor, design)
    assert f"v{now.version} → v{now.version + 1}" in shown
    assert "Nothing in the YAML: only the version that is remembered." in shown
    do(editor, design, one=number, way="upgrade")
    assert worn(design) == {"log-exporter": now.version + 1}


def test_what_a_secret_holds_is_in_no_diff(crew: Crew) -> None:
    secret = """\
- {name: PASSWORD, secret: true}
pod:"""
    objects = """\
objects:
- apiVersion: v1
  kind: Secret
  metadata: {name: kept}
  stringData: {password: "${PASSWORD}", both: "${PASSWORD}"}
"""
    made = text("one").replace("pod:", secret) + objects
    row = Preset.keep(crew.people["owner"], read(made), made, by=crew.people["owner"], team=crew.team)
    design, editor = crew.design(), crew.client("editor")
    number = weave(editor, design, row.ref, PASSWORD="s3cret-enough", IMAGE="helper:1", LEVEL="info")
    newer = made.replace("both:", "twice:").replace("helper:1", "helper:2")
    Preset.keep(crew.people["owner"], read(newer), newer, by=crew.people["owner"], team=crew.team)
    page = editor.get(reverse("updates", args=[design.pk])).content.decode()
    assert "helper:2" in page
    assert "twice" in page
    assert "s3cret-enough" not in page
    do(editor, design, one=number, way="upgrade")
    assert design.documents[1]["stringData"] == {"password": "s3cret-enough", "twice": "s3cret-enough"}


def test_an_edit_asks_for_all_worn_presets_once_and_not_at_all_where_none_is_worn(crew: Crew) -> None:
    editor = crew.client("editor")

    def asked(design: Design) -> tuple[int, int]:
        """All queries of an edit, and those among them for presets."""
        sent = {"base": design.number, "at": "0", "path": "/0/metadata/labels/app", "value": f"web-{design.number}"}
        with CaptureQueriesContext(connection) as captured:
            assert editor.post(reverse("edit", args=[design.pk, "set"]), sent).status_code == 200
        design.refresh_from_db()
        return len(captured), sum('FROM "patterns_preset"' in one["sql"] for one in captured.captured_queries)

    design = crew.design()
    asked(design)  # what is asked once for a session
    bare, of_presets = asked(design)
    assert of_presets == 0
    for name in ("one", "two", "three", "four"):
        weave(editor, design, publish(crew, name, "helper:1", team=crew.team).ref)
    wearing, of_presets = asked(design)
    assert of_presets == 1
    assert wearing - bare == 1

    def looked() -> int:
        with CaptureQueriesContext(connection) as captured:
            dialog(editor, design)
        return len(captured)

    for name in ("one", "two"):
        publish(crew, name, "helper:2", team=crew.team)
    two = looked()
    for name in ("three", "four"):
        publish(crew, name, "helper:2", "helper:3", team=crew.team)
    assert looked() == two
