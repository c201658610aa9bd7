"""Copies of designs with Secrets: who may only look gets none of their values, in no part of the copy."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.urls import reverse

from designer.designs.models import Design
from designer.manifests.text import parse
from designer.teams.audit import Entry
from tests.web.conftest import POD
from tests.web.crew import Crew

BEFORE, WOVEN, OLD = "before-swordfish-77", "xyzzy-hunter2-93", "typed-once-5519"
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {{name: db}}\nstringData:\n  password: {}\n"
VALUES = [BEFORE, WOVEN, OLD, *(base64.b64encode(one.encode()).decode()[:-3] for one in (BEFORE, WOVEN, OLD))]


def held(name: str, **fields: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, **fields}


def record(preset: str = "gone-since", **more: Any) -> dict[str, Any]:
    """What is remembered of a preset that was woven when nothing was kept out of it."""
    told = {"PASSWORD": WOVEN, "URL": f"postgres://shop:{WOVEN}@db", "IMAGE": "busybox:1.37", "COUNT": 2}
    head = {"preset": preset, "title": "Made", "pattern": "sidecar", "version": 1, "pod": "Pod/web", "number": 2}
    return {
        **head,
        "parameters": told,
        "chosen": ["PASSWORD", "IMAGE"],
        "secrets": ["TOKEN"],
        "containers": ["s"],
        **more,
    }


def seam() -> dict[str, Any]:
    encoded = base64.b64encode(f"postgres://shop:{WOVEN}@db".encode()).decode()
    after = held("db", stringData={"password": WOVEN, "token": "${secret:TOKEN}"}, data={"url": encoded})
    return {"before": [held("db", stringData={"password": BEFORE})], "after": [after], "woven_as": "Pod/web"}


@pytest.mark.parametrize("sides", ["kept", "read off the revisions"])
def test_what_a_readers_copy_remembers_of_weaving_holds_no_value(crew: Crew, sides: str) -> None:
    design, owner = crew.design(text=f"{POD}---\n{SECRET.format(BEFORE)}"), crew.people["owner"]
    text = f"{POD}---\n{SECRET.format(WOVEN)}  url: postgres://shop:{WOVEN}@db\n"
    woven = record(**(seam() if sides == "kept" else {}))
    design.change(lambda _: parse(text), by=owner, text=text, woven=[woven])
    crew.client("viewer").post(reverse("duplicate", args=[design.pk]))
    copy = Design.objects.get(owner=crew.people["viewer"])
    everything = json.dumps([[one.text, one.woven, one.summary] for one in copy.revisions.all()])
    assert [one for one in VALUES if one in everything] == []
    (kept,) = copy.revision.woven
    assert kept["parameters"] == {"IMAGE": "busybox:1.37", "COUNT": 2}
    assert kept["chosen"] == ["IMAGE"]
    assert [one["kind"] for one in kept["after"]] == ["Secret"]
    if sides == "kept":
        assert kept["after"][0]["stringData"] == {"password": "", "token": "${secret:TOKEN}"}
    # Taking it off brings nothing back.
    answer = crew.client("viewer").post(reverse("unweave", args=[copy.pk, kept["number"]]), {"window": "w"})
    copy.refresh_from_db()
    assert [one for one in VALUES if one in answer.content.decode() + copy.text] == []


def test_a_parameter_that_the_preset_writes_into_a_secret_is_not_remembered_whatever_it_is_by_now(crew: Crew) -> None:
    design, owner = crew.design(), crew.people["owner"]
    told = {"CERTIFICATE": OLD, "SECRET": "tls", "PORT": 8443}
    woven = record("tls-sidecar", parameters=told, before=[], after=[], woven_as="Pod/web")
    design.change(lambda _: parse(POD), by=owner, text=POD + "# again\n", woven=[woven])
    crew.client("viewer").post(reverse("duplicate", args=[design.pk]))
    kept = Design.objects.get(owner=crew.people["viewer"]).revision.woven[0]
    assert kept["parameters"] == {"SECRET": "tls", "PORT": 8443}


def test_an_editors_copy_has_the_values_and_that_is_written_down(crew: Crew) -> None:
    plain, design = crew.design(name="plain"), crew.design(text=SECRET.format(WOVEN), name="shop")
    for one in (plain, design):
        assert crew.client("editor").post(reverse("duplicate", args=[one.pk])).status_code == 302
        crew.client("viewer").post(reverse("duplicate", args=[one.pk]))
    assert WOVEN in Design.objects.get(owner=crew.people["editor"], name="shop 2").text
    assert [str(one) for one in Entry.objects.filter(group="secrets")] == [
        "editor took shop with the values of its Secrets into a copy of their own"
    ]
    assert Entry.objects.get(group="secrets").about["design_id"] == design.pk
