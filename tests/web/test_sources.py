"""Sources of presets: bringing them in, the page, who may do what with it, and the commands."""

from __future__ import annotations

import threading
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from designer import vault
from designer.designs.weavings import Weaving
from designer.manifests.types import ManifestError
from designer.teams.audit import Entry
from patterns import owning, sources_sync
from patterns.models import Preset
from patterns.preset import read
from patterns.sources import CatalogueSource
from patterns.sources_folder import Limits
from patterns.sources_sync import BusyError, refresh
from tests.patterns.repository import Repository, needs_git
from tests.patterns.test_sync import preset
from tests.people import owner
from tests.web.crew import Crew


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "presets")
    made.commit("Begin", tail=preset(), head=preset("head", "Head"))
    return made


def local(repository: Repository, **more: Any) -> CatalogueSource:
    """A source of the one person of local mode."""
    given = {"name": "Ours", "person": owner(), "address": str(repository.path), **more}
    return CatalogueSource.objects.create(**given)


def row(name: str = "tail") -> Preset:
    return Preset.objects.get(name=name)


def notes(name: str = "tail") -> list[str]:
    return list(row(name).versions.values_list("note", flat=True))


# Bringing in


@needs_git
@pytest.mark.django_db
def test_a_preset_follows_its_file(repository: Repository) -> None:
    first = repository.git("rev-parse", "HEAD")[:7]
    source = refresh(local(repository))
    assert (source.there, source.short, source.subject, source.came) == (2, first, "Begin", "2 new")
    tail = row()
    assert (tail.title, tail.version, tail.owner, tail.source_path) == ("Tail", 1, owner(), "tail.yaml")
    assert (tail.text, tail.read_only) == (preset(), True)
    assert notes() == [f"Begin ({first})"]
    assert refresh(source).came == "nothing changed"

    # Another text is another version; another file is not.
    second = repository.commit(
        "Say what it does\n\nAt length.", "head.yaml", tail=preset(title="Follow"), more__h=preset("head")
    )
    done = refresh(source, owner())
    assert done.came == "2 changed"
    tail.refresh_from_db()
    assert (tail.title, tail.version, tail.versions.first().by) == ("Follow", 2, owner())  # type: ignore[union-attr]
    assert notes() == [f"Say what it does ({second[:7]})", f"Begin ({first})"]
    assert (row("head").source_path, row("head").version) == ("more/h.yaml", 2)

    # What was taken back by force is a version again: here nothing is unmade.
    repository.git("reset", "--quiet", "--hard", first)
    assert refresh(source).came == "2 changed"
    assert (row().title, row().version) == ("Tail", 3)
    assert Preset.objects.count() == 2


@needs_git
@pytest.mark.django_db
def test_a_name_that_came_up_meanwhile_keeps_no_other_preset_out(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New presets are written a few together: one that cannot be is told, and the others come."""
    monkeypatch.setattr(sources_sync, "_taken", lambda source: {})
    Preset.keep(owner(), read(preset()), preset(), by=owner())
    found = refresh(local(repository))
    assert found.came == "2 new"
    ((file, line, message),) = found.problems
    assert (file, line) == ("tail.yaml", 4)
    assert "there is a preset tail there by now" in message
    head = row("head")
    assert (head.version, head.versions.get().text, head.searched.heading) == (1, head.text, "head head")
    assert row("tail").source is None


@needs_git
@pytest.mark.django_db
def test_what_is_gone_is_deprecated_until_it_is_back(repository: Repository) -> None:
    source = refresh(local(repository))
    at = repository.commit("Away with it", "tail.yaml")
    assert refresh(source).came == "1 gone"
    tail = row()
    assert tail.deprecated is not None
    assert tail.deprecated_why.startswith(f"It is gone from the repository of Ours since {at[:7]} (")
    assert (tail.version, refresh(source).came, source.presets.count()) == (1, "nothing changed", 2)
    repository.commit("Back", again=preset())
    assert refresh(source).came == "1 back"
    assert (row().deprecated, row().deprecated_why, row().version, row().source_path) == (None, "", 1, "again.yaml")


@needs_git
@pytest.mark.django_db
def test_a_file_says_that_its_preset_is_deprecated_and_what_to_use_instead(repository: Repository) -> None:
    source = local(repository)
    refresh(source)
    said = preset().replace("  pattern:", "  deprecated: It loses lines.\n  successor: tail2\n  pattern:")
    repository.commit("Go over to another", tail=said)
    ((file, line, message),) = refresh(source).problems
    assert (file, line) == ("tail.yaml", 7)
    assert "there is no preset tail2 in your own space or the catalogue" in message
    assert (row().deprecated_why, row().successor) == ("It loses lines.", "")
    repository.commit("Add it", tail2=preset("tail2", "Tail 2"))
    assert refresh(source).problems == []
    old = row()
    assert (old.deprecated_why, old.successor, old.version) == ("It loses lines.", row("tail2").ref, 2)
    again = refresh(source)
    assert (again.came, again.there) == ("nothing changed", 3)
    assert row().deprecated == old.deprecated, "its file is there, which says no more than before"
    repository.commit("Drop it", "tail.yaml")
    assert refresh(source).came == "nothing changed"
    assert row().deprecated_why == "It loses lines."
    repository.commit("Take it up again", tail=preset())
    refresh(source)
    assert (row().deprecated, row().deprecated_why, row().successor) == (None, "", "")
    repository.commit("Drop it", "tail.yaml")
    assert refresh(source).came == "1 gone"
    repository.commit("Say why", tail=said)
    refresh(source)
    assert (row().deprecated_why, row().successor) == ("It loses lines.", row("tail2").ref)


@needs_git
@pytest.mark.django_db
def test_a_broken_file_keeps_the_last_good_version_and_the_others_go_on(repository: Repository) -> None:
    source = refresh(local(repository))
    repository.commit("Hurry", tail=preset().replace("sidecar", "wagon"), head=preset("head", "First"))
    source = refresh(source)
    assert (source.there, source.came) == (2, "1 changed")
    ((file, line, message),) = source.problems
    assert (file, line) == ("tail.yaml", 6)
    assert message.endswith("Until then tail stays as it was")
    assert (row().version, row().deprecated, row("head").version) == (1, None, 2)
    repository.commit("Mend", tail=preset(title="Mended"))
    assert (refresh(source).problems, row().title, row().version) == ([], "Mended", 2)


@needs_git
@pytest.mark.django_db
def test_names_that_others_have_are_left_to_them(repository: Repository) -> None:
    Preset.keep(owner(), read(preset("mine")), preset("mine"), by=owner())
    repository.commit("More", mine=preset("mine", "Theirs"), built=preset("tls-sidecar"), z=preset("tail", "Second"))
    found = refresh(local(repository)).problems
    assert [(file, line) for file, line, _ in found] == [("built.yaml", 4), ("mine.yaml", 4), ("z.yaml", 4)]
    assert "in the built-in catalogue" in found[0][2]
    assert "in your own space, made here" in found[1][2]
    assert "the other at tail.yaml, line 4" in found[2][2]
    assert (row("mine").title, row("mine").read_only, row().title) == ("Tail", False, "Tail")
    other = local(repository, name="Other")
    assert "from the source Ours" in refresh(other).problems[1][2]


@pytest.mark.django_db
def test_a_folder_is_followed_too(tmp_path: Path) -> None:
    (tmp_path / "tail.yaml").write_text(preset())
    source = CatalogueSource.objects.create(name="Disk", person=owner(), kind="folder", address=str(tmp_path))
    assert refresh(source).came == "1 new"
    assert notes()[0].startswith("tail.yaml, ")
    assert notes()[0].endswith(" UTC")
    (tmp_path / "tail.yaml").unlink()
    refresh(source)
    assert row().deprecated_why.startswith("It is gone from the folder of Disk since ")


@pytest.mark.django_db
def test_what_does_not_work_is_told_and_takes_nothing_away(tmp_path: Path) -> None:
    (tmp_path / "tail.yaml").write_text(preset())
    source = CatalogueSource.objects.create(name="Disk", person=owner(), kind="folder", address=str(tmp_path))
    refresh(source)
    CatalogueSource.objects.update(address=f"{tmp_path}/none")
    found = refresh(source)
    assert found.failure == f"There is no folder {tmp_path}/none on this server."
    assert (found.there, found.running, row().deprecated) == (1, False, None)
    CatalogueSource.objects.update(address=str(tmp_path))
    assert refresh(source, limits=Limits(files=0)).failure.startswith("It has more than 0 YAML files")
    assert refresh(source).failure == ""


@pytest.mark.django_db
def test_one_looks_at_a_time_and_who_was_broken_off_does_not_stand_in_the_way(tmp_path: Path) -> None:
    source = CatalogueSource.objects.create(name="Disk", person=owner(), kind="folder", address=str(tmp_path))
    lease = sources_sync._take(source)
    with pytest.raises(BusyError, match="right now"):
        refresh(source)
    CatalogueSource.objects.update(beat="2020-01-01T00:00:00Z")
    assert not CatalogueSource.objects.get().running
    sources_sync._take(source)
    # Who lost it writes nothing more, whether they had begun or not.
    (tmp_path / "tail.yaml").write_text(preset())
    sources_sync._carry_out(source.pk, lease, None, None)
    assert not Preset.objects.exists()
    source.refresh_from_db()
    sources_sync._take(source, over=True)
    with pytest.raises(sources_sync._Lost):
        sources_sync._look(source, None, None)
    assert not Preset.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_it_goes_on_in_a_thread_when_the_request_is_over(client: Client, tmp_path: Path) -> None:
    (tmp_path / "tail.yaml").write_text(preset())
    source = CatalogueSource.objects.create(name="Disk", person=owner(), kind="folder", address=str(tmp_path))
    html = client.post(f"/sources/{source.pk}/refresh/").content.decode()
    assert "Looking at it" in html or "1 preset" in html
    for thread in threading.enumerate():
        if thread.name == f"source-{source.pk}":
            thread.join(20)
    html = client.get(f"/sources/{source.pk}/refresh/").content.decode()
    assert "1 preset" in html
    assert "hx-trigger" not in html
    assert client.get(f"/sources/{source.pk}/refresh/?whole=1").headers["HX-Redirect"] == f"/sources/{source.pk}/"


@pytest.mark.django_db
def test_a_preset_of_a_source_is_only_read_here(client: Client, tmp_path: Path) -> None:
    (tmp_path / "tail.yaml").write_text(preset())
    refresh(CatalogueSource.objects.create(name="Disk", person=owner(), kind="folder", address=str(tmp_path)))
    tail = row()
    doors: list[Callable[[], object]] = [
        lambda: tail.publish(read(preset()), preset(), by=owner()),
        lambda: tail.keep_draft(read(preset()), preset(), by=owner()),
        lambda: owning.deprecate(tail, "old", "", owner()),
        lambda: owning.remove(tail),
        lambda: owning.move(tail, None, owner()),
    ]
    for does in doors:
        with pytest.raises(ManifestError, match="only read here"):
            does()
    for name in ("edit-preset", "remove-preset", "deprecate-preset"):
        assert client.get(reverse(name, args=[tail.ref])).status_code == 403
        assert client.post(reverse(name, args=[tail.ref])).status_code == 403
    page = client.get(reverse("preset", args=[tail.ref])).content.decode()
    assert "Here it is only read" in page
    assert 'href="/presets/new/?from=' in page
    assert reverse("remove-preset", args=[tail.ref]) not in page
    assert reverse("edit-preset", args=[tail.ref]) not in page
    assert client.get(f"/presets/new/?from={tail.ref}").status_code == 200


# The pages


@pytest.mark.django_db
def test_a_source_is_added_changed_and_removed(client: Client, tmp_path: Path) -> None:
    assert "No source yet" in client.get("/sources/").content.decode()
    sent = {"name": "Ours", "kind": "git", "address": "http://host/a", "token": "s3cret"}
    refused = client.post("/sources/add/", sent)
    assert refused.status_code == 422
    assert "use https" in refused.content.decode()
    assert "s3cret" not in refused.content.decode()
    sent["address"] = "https://127.0.0.1:1/a"
    assert client.post("/sources/add/", {**sent, "branch": "a b"}).status_code == 422
    assert client.post("/sources/add/", {**sent, "folder": "../.."}).status_code == 422
    assert client.post("/sources/add/", {**sent, "name": "n" * 61}).status_code == 422
    assert client.post("/sources/add/", {**sent, "address": "git@host:a"}).status_code == 422
    source = client.post("/sources/add/", sent)
    assert source.status_code == 302
    page = source.headers["Location"]
    made = CatalogueSource.objects.get()
    assert (made.token, made.person) == ("s3cret", owner())
    with connection.cursor() as cursor:
        cursor.execute("SELECT token FROM patterns_cataloguesource")
        stored = cursor.fetchone()[0]
    assert vault.unseal(stored.rpartition(":")[2]) == "s3cret"
    html = client.get(page).content.decode()
    assert "one is stored" in html
    assert "s3cret" not in html
    assert client.post("/sources/add/", sent).status_code == 422  # the name is taken

    # The token stays with its host and no other.
    client.post(page, {**sent, "token": "", "branch": "next"})
    assert CatalogueSource.objects.get().token == "s3cret"
    client.post(page, {**sent, "token": "", "address": "https://127.0.0.2:1/a"})
    assert CatalogueSource.objects.get().token is None
    client.post(page, {**sent, "address": "https://127.0.0.2:1/a"})
    client.post(page, {**sent, "token": "", "address": "https://127.0.0.2:1/a", "forget": "1"})
    assert not CatalogueSource.objects.get().holds_token

    # A folder.
    (tmp_path / "tail.yaml").write_text(preset())
    (tmp_path / "head.yaml").write_text(preset("head"))
    (tmp_path / "bad.yaml").write_text(preset("bad").replace("sidecar", "wagon"))
    client.post(page, {"name": "Ours", "kind": "folder", "address": str(tmp_path)})
    CatalogueSource.objects.update(lease="")
    refresh(CatalogueSource.objects.get())
    html = client.get(page).content.decode()
    assert "bad.yaml:6" in html
    assert "1 problem" in client.get("/sources/").content.decode()

    # Taken away, with what nobody wears.
    design = owner().designs.create(name="shop")
    Weaving.objects.create(design=design, preset=row().ref, version=1, pod="Pod/web")
    dialog = client.get(f"{page}remove/").content.decode()
    assert "that no design wears, with all versions; keep what is worn" in dialog
    client.post(f"{page}remove/", {"presets": "delete"})
    assert not CatalogueSource.objects.exists()
    kept = Preset.objects.get()
    assert (kept.name, kept.read_only) == ("tail", False)
    assert "1 preset went with it. 1 preset stays" in client.get("/sources/").content.decode()


@pytest.fixture
def given(crew: Crew, tmp_path: Path, settings: Any) -> dict[str, str]:
    """What makes a source for the team, of a folder that the server may read."""
    settings.SYNC_FOLDERS = [str(tmp_path)]
    (tmp_path / "tail.yaml").write_text(preset())
    return {"name": "Ours", "space": crew.team.slug, "kind": "folder", "address": str(tmp_path), "everyone": "1"}


def test_administrators_add_and_a_team_s_editors_refresh(crew: Crew, given: dict[str, str]) -> None:
    boss, editor = crew.client("administrator"), crew.client("editor")
    for sent, words in (
        ({"address": "/etc"}, "PPD_SYNC_FOLDERS"),
        ({"kind": "git", "address": "/etc"}, "PPD_SYNC_FOLDERS"),
        ({"space": ""}, "Choose the space"),
    ):
        assert words in boss.post("/sources/add/", {**given, **sent}).content.decode()
    page = boss.post("/sources/add/", given).headers["Location"]
    CatalogueSource.objects.update(lease="")
    source = refresh(CatalogueSource.objects.get(), crew.people["editor"])
    tail = row()
    assert (tail.team, tail.owner, tail.everyone) == (crew.team, crew.people["administrator"], True)
    # Each sees what they may do.
    html = editor.get(page).content.decode()
    assert f"{page}refresh/" in html
    assert 'name="address"' not in html
    assert f"{page}refresh/" not in crew.client("viewer").get("/sources/").content.decode()
    assert "None of your teams has a source" in crew.client("stranger").get("/sources/").content.decode()
    assert "Kept in Ours" in crew.client("stranger").get(f"/catalogue/{tail.ref}/").content.decode()
    assert crew.client("owner").get(f"/presets/{tail.ref}/edit/").status_code == 403
    boss.post(page, {**given, "name": "Theirs", "everyone": ""})
    CatalogueSource.objects.update(lease="")
    assert not row().everyone
    # Who set it up is gone: what comes next is an owner's of the team.
    crew.people["administrator"].delete()
    (Path(given["address"]) / "head.yaml").write_text(preset("head"))
    source = refresh(source)
    assert (row("head").owner, row().owner, source.by) == (crew.people["owner"], crew.people["owner"], None)
    said = list(Entry.objects.filter(what__startswith="source").order_by("pk").values_list("sentence", flat=True))
    assert said == [
        f"added Ours as a source of presets for Shop: {given['address']}",
        "refreshed the presets of Ours in Shop: 1 new",
        "changed the source of presets Theirs: its name, who sees its presets",
        "refreshed the presets of Theirs in Shop: 1 new",
    ]
    # What a timetable brought nobody published.
    assert row("head").versions.get().by is None
    page = crew.client("owner").get(f"/catalogue/{row('head').ref}/").content.decode()
    assert "by somebody" not in page
    activity = strip_tags(crew.client("owner").get("/activity/?space=shop").content.decode())
    assert "Theirs brought version 1 of the preset Tail" in " ".join(activity.split())
    assert "Bob Kahn published version 1 of the preset Tail" in " ".join(activity.split())


def test_what_fills_somebody_s_own_space_goes_with_them(crew: Crew, given: dict[str, str]) -> None:
    crew.client("administrator").post("/sources/add/", {**given, "space": "-"})
    CatalogueSource.objects.update(lease="")
    refresh(CatalogueSource.objects.get())
    assert (row().team, row().owner, row().everyone) == (None, crew.people["administrator"], True)
    crew.people["administrator"].delete()
    assert not Preset.objects.exists()
    assert not CatalogueSource.objects.exists()


def test_a_source_s_folder_is_asked_for_each_time_that_it_is_read(
    crew: Crew, given: dict[str, str], settings: Any
) -> None:
    crew.client("administrator").post("/sources/add/", given)
    CatalogueSource.objects.update(lease="")
    settings.SYNC_FOLDERS = []
    assert "PPD_SYNC_FOLDERS" in refresh(CatalogueSource.objects.get()).failure


@pytest.mark.django_db
def test_a_token_that_no_key_opens_is_told(settings: Any) -> None:
    CatalogueSource.objects.create(name="Ours", person=owner(), address="https://127.0.0.1:1/a", token="s3cret")
    settings.CREDENTIALS_KEYS = [vault.new_key()]
    found = refresh(CatalogueSource.objects.get())
    assert "PPD_CREDENTIALS_KEYS" in found.failure


@pytest.mark.django_db
def test_a_token_is_sealed_anew_with_the_others(settings: Any) -> None:
    CatalogueSource.objects.create(name="Ours", person=owner(), address="https://127.0.0.1:1/a", token="s3cret")
    new = vault.new_key()
    settings.CREDENTIALS_KEYS = [new, *settings.CREDENTIALS_KEYS]
    call_command("reseal", stdout=StringIO())
    settings.CREDENTIALS_KEYS = [new]
    assert CatalogueSource.objects.get().token == "s3cret"


# The commands


@pytest.mark.django_db
def test_the_command_for_a_timetable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("sync_catalogue")
    (tmp_path / "tail.yaml").write_text(preset())
    for name in ("A", "B"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "tail.yaml").write_text(preset(name.lower()))
        address = str(tmp_path / name)
        CatalogueSource.objects.create(name=name, person=owner(), kind="folder", address=address)
    call_command("sync_catalogue", "B")
    assert capsys.readouterr().out == "B: 1 preset, 1 new\n"
    call_command("sync_catalogue")
    assert capsys.readouterr().out == "A: 1 preset, 1 new\nB: 1 preset, nothing changed\n"
    sources_sync._take(CatalogueSource.objects.get(name="A"))
    call_command("sync_catalogue", "A")
    assert capsys.readouterr().out == "A is being looked at right now.\n"
    CatalogueSource.objects.update(lease="")
    (tmp_path / "A/tail.yaml").write_text("kind: Preset\n")
    with pytest.raises(SystemExit) as ended:
        call_command("sync_catalogue", "A")
    said = capsys.readouterr()
    assert (ended.value.code, said.out) == (1, "A: 1 preset, nothing changed, 1 problem\n")
    assert said.err.startswith("  tail.yaml:1: this is no preset")
    CatalogueSource.objects.filter(name="A").update(address="/nowhere")
    with pytest.raises(SystemExit):
        call_command("sync_catalogue")
    assert capsys.readouterr().err == "A: There is no folder /nowhere on this server.\n"
    with pytest.raises(CommandError, match="there is no source C: there are A, B") as unknown:
        call_command("sync_catalogue", "C")
    assert unknown.value.returncode == 2


def test_the_command_for_a_repository_s_checks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "tail.yaml").write_text(preset())
    (tmp_path / "other.yaml").write_text("kind: ConfigMap\n")
    call_command("check_presets", str(tmp_path))
    assert capsys.readouterr().out == "1 preset, nothing wrong\n"
    unwoven = preset("a").replace("image: busybox:1.37", "ports: [{containerPort: 0}]")
    (tmp_path / "more.yaml").write_text(
        f"{preset('tls-sidecar')}---\n{unwoven}---\n{preset('b').replace('sidecar', 'x')}"
    )
    with pytest.raises(SystemExit) as ended:
        call_command("check_presets", str(tmp_path))
    lines = capsys.readouterr().out.splitlines()
    assert ended.value.code == 1
    assert lines[0].startswith(f"{tmp_path}/more.yaml:4: there is a preset tls-sidecar already")
    assert all(line.startswith(f"{tmp_path}/more.yaml:2") for line in lines[1:-1])
    assert lines[-1].startswith(f"{tmp_path}/more.yaml:30: metadata.pattern is 'x'")
    assert len(lines) > 2
    for file in ("none.yaml", "other.yaml"):
        with pytest.raises(CommandError) as refused:
            call_command("check_presets", str(tmp_path / file))
        assert refused.value.returncode == 2
