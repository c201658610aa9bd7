"""The commands in team mode: they have the rights of the person they are told, and what they do is in the audit log."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from designer.clusters.models import ApplyRun
from designer.designs.models import Design
from designer.teams.audit import Entry
from tests.web.conftest import POD
from tests.web.crew import Crew


def test_import_makes_a_design_where_the_person_may(crew: Crew, tmp_path: Path) -> None:
    file = tmp_path / "web.yaml"
    file.write_text(POD)

    def imported(**options: str) -> str:
        out = StringIO()
        call_command("import_design", str(file), name="web", stdout=out, **options)
        return out.getvalue()

    assert imported(who="Editor", team="shop") == "web: r1, 1 object\n"
    assert Design.objects.get().team == crew.team
    file.write_text(POD.replace("nginx:1.29", "nginx:1.30"))
    assert imported(who="owner", team="shop") == "web: r2, 1 object\n"
    assert imported(who="viewer") == "web: r1, 1 object\n"
    assert Design.objects.get(owner=crew.people["viewer"]).team is None
    assert [str(one) for one in Entry.objects.filter(what="imported").order_by("id")] == [
        "editor imported r1 of web from a shell",
        "owner imported r2 of web from a shell",
        "viewer imported r1 of web from a shell",
    ]
    refused = [
        ({"who": "viewer", "team": "shop"}, "viewer is a viewer of Shop, and makes nothing there"),
        ({"who": "editor", "team": "elsewhere"}, "editor is in no team 'elsewhere'"),
        ({"who": "nobody"}, "nobody who can sign in here is called 'nobody'"),
        ({}, "say whose rights this is to have: --as NAME"),
    ]
    for options, why in refused:
        with pytest.raises(CommandError, match=why):
            imported(**options)
    crew.people["editor"].is_active = False
    crew.people["editor"].save()
    with pytest.raises(CommandError, match="nobody who can sign in"):
        imported(who="editor")


def test_export_gives_what_the_person_may_look_at(crew: Crew) -> None:
    crew.design("team")
    out = StringIO()
    call_command("export_design", "web", who="viewer", stdout=out)
    assert out.getvalue() == POD
    assert str(Entry.objects.get(what="exported")) == (
        "viewer exported r1 of web from a shell, without what its Secrets hold"
    )
    with pytest.raises(CommandError, match="may only look at web, and not at what its Secrets hold"):
        call_command("export_design", "web", who="viewer", with_secrets=True)
    with pytest.raises(CommandError, match="there is no design called 'web'"):
        call_command("export_design", "web", who="stranger")
    crew.design("own")
    with pytest.raises(CommandError, match=r"in Your own \(-\), Shop \(shop\): say --team"):
        call_command("export_design", "web", who="owner")
    call_command("export_design", "web", who="owner", team="-", stdout=StringIO())


def test_plan_takes_looking_and_apply_takes_applying(crew: Crew) -> None:
    crew.design("team")
    cluster = crew.cluster(least="editor")

    def said(command: str, who: str) -> str:
        with pytest.raises(CommandError) as error:
            call_command(command, "web", who=who, context="dev", namespace="shop", stdout=StringIO())
        assert error.value.returncode == 2
        return str(error.value)

    # Who may goes on to the cluster, whose credential nobody has stored here.
    assert "credential" in said("plan", "viewer")
    assert "You may look into dev, and not apply to it" in said("apply", "viewer")
    assert "there is no design called 'web'" in said("apply", "stranger")
    assert not ApplyRun.objects.filter(dry_run=False).exists()
    assert "credential" in said("apply", "editor")
    run = ApplyRun.objects.get(dry_run=False)
    assert (run.by, run.cluster) == (crew.people["editor"], cluster)
    entry = Entry.objects.get(what="applied")
    assert (str(entry), entry.address) == ("editor applied r1 of web to dev/shop from a shell", "")
    assert entry.agent.startswith("a shell of ")


def test_in_local_mode_nobody_is_named(make: Callable[..., Design]) -> None:
    make()
    with pytest.raises(CommandError, match="in local mode there is one person"):
        call_command("export_design", "web", who="local")


@pytest.mark.parametrize(
    "words", [["import_design", "x.yaml", "--name", "x"], ["export_design", "x"], ["sync_catalogue"]]
)
def test_a_new_data_folder_is_said_to_be_one(
    words: list[str], db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "x.yaml").write_text(POD)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(type(connection.introspection), "table_names", lambda *_: [])
    with pytest.raises(CommandError, match=r"there is nothing here yet: `manage\.py migrate`") as caught:
        call_command(*words)
    assert caught.value.returncode == 2
