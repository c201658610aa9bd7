"""Presets that people made: drafts and versions, where they live, what succeeds them."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import connection

from designer.designs.models import Design, Role, Weaving
from designer.manifests.types import ManifestError
from designer.teams.models import Membership, Team
from designer.web.writing import STARTER
from patterns import owning
from patterns.models import BehindError, Preset, PresetDraft, PresetVersion
from patterns.preset import read
from tests.people import owner, stranger

OTHER = STARTER.replace("busybox:1.37", "busybox:1.36")
THIRD = STARTER.replace("busybox:1.37", "busybox:1.35")


@pytest.fixture
def team(db: None) -> Team:
    """A team that the local person owns and the stranger edits for."""
    made = Team.create("Shop", owner())
    made.add(stranger(), Membership.Role.EDITOR)
    return made


def named(name: str) -> str:
    return STARTER.replace("name: my-sidecar\n  title", f"name: {name}\n  title")


def kept(team: Team | None = None, text: str = STARTER, by: User | None = None) -> Preset:
    by = by or owner()
    return Preset.keep(by, read(text), text, by=by, team=team)


def fresh(row: Preset) -> Preset:
    return Preset.objects.get(pk=row.pk)


def test_a_draft_is_published_as_it_is_and_what_is_published_never_changes(team: Team) -> None:
    row = Preset(owner=owner(), team=team, name="my-sidecar", version=0)
    row.keep_draft(read(STARTER), STARTER, by=owner())
    assert (row.version, row.text, row.newest, row.versions.count()) == (0, "", STARTER, 0)
    row.publish(read(STARTER), STARTER, by=stranger(), base=row.mark)
    row.keep_draft(read(OTHER), OTHER, by=stranger(), base=row.mark)
    assert (row.version, row.text, row.newest) == (1, STARTER, OTHER)
    row.publish(read(OTHER), OTHER, by=stranger(), note="older", base=row.mark)
    found = fresh(row)
    assert (found.version, found.text, found.draft, found.drafted, found.drafted_by) == (2, OTHER, "", None, None)
    assert [(one.number, one.text, one.note, one.by) for one in found.versions.all()] == [
        (2, OTHER, "older", stranger()),
        (1, STARTER, "", stranger()),
    ]
    first = found.versions.last()
    assert first
    first.text = "another"
    with pytest.raises(TypeError, match="never changes"):
        first.save()


@pytest.mark.parametrize("second", ["publish", "keep_draft", "discard_draft"])
@pytest.mark.parametrize("first", ["publish", "keep_draft"])
def test_who_saves_second_on_what_does_not_stand_any_more_is_refused(team: Team, first: str, second: str) -> None:
    row = kept(team)
    mine, theirs = fresh(row), fresh(row)
    base = row.mark
    getattr(theirs, first)(read(OTHER), OTHER, by=stranger(), base=base)
    how = {} if second == "discard_draft" else {"made": read(THIRD), "text": THIRD, "by": owner()}
    with pytest.raises(BehindError, match="somebody else saved this preset in the meantime"):
        getattr(mine, second)(**how, base=base)
    assert fresh(row).newest == OTHER
    mine.publish(read(THIRD), THIRD, by=owner(), base=fresh(row).mark)
    assert (fresh(row).text, fresh(row).draft) == (THIRD, "")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_at_the_same_moment_neither_is_lost() -> None:
    row, by = kept(), owner()
    start, came = threading.Barrier(2), dict[str, str]()

    def publish(text: str, base: str) -> None:
        mine = fresh(row)
        start.wait()
        try:
            mine.publish(read(text), text, by=by, base=base)
            came[text] = "published"
        except BehindError:
            came[text] = "refused"
        finally:
            connection.close()

    for base, versions in (("1", 2), ("", 4)):
        threads = [threading.Thread(target=publish, args=[text, base]) for text in (OTHER, THIRD)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert sorted(came.values()) == (["published", "refused"] if base else ["published", "published"])
        assert fresh(row).version == versions
        kept_texts = set(row.versions.values_list("text", flat=True))
        assert kept_texts >= {text for text, what in came.items() if what == "published"}


def test_a_draft_that_nobody_looked_at_is_not_lost(team: Team) -> None:
    row = kept(team)
    row.keep_draft(read(OTHER), OTHER, by=stranger())
    assert kept(team, THIRD).draft == OTHER, "an import goes past it"
    with pytest.raises(BehindError):
        fresh(row).keep_draft(read(STARTER), STARTER, by=owner())
    again = fresh(row)
    again.publish(read(OTHER), OTHER, by=owner())
    assert (again.version, again.draft) == (3, ""), "it is what was published"


def test_a_preset_keeps_its_name_and_a_space_has_one_of_each(team: Team) -> None:
    row = kept(team)
    with pytest.raises(ManifestError, match="its name is my-sidecar and stays so"):
        row.publish(read(named("other")), named("other"), by=owner())
    with pytest.raises(ManifestError, match="there is a preset my-sidecar there by now"):
        Preset(owner=stranger(), team=team, name="my-sidecar", version=0).publish(read(OTHER), OTHER, by=stranger())
    assert [(one.version, one.text) for one in Preset.objects.all()] == [(1, STARTER)]


def test_what_is_deleted_meanwhile_is_said(team: Team) -> None:
    row = kept(team)
    gone = fresh(row)
    PresetDraft.objects.create(by=stranger(), name=row.ref, text="x")
    PresetDraft.objects.create(by=stranger(), name=f"+{row.ref}", text="x")
    PresetDraft.objects.create(by=stranger(), name="", text="x")
    owning.remove(row)
    with pytest.raises(ManifestError, match="somebody deleted this preset"):
        gone.publish(read(OTHER), OTHER, by=stranger())
    assert [one.name for one in PresetDraft.objects.all()] == [""]
    assert not PresetVersion.objects.exists()


def test_of_what_was_never_published_nothing_is_left_without_its_draft(team: Team) -> None:
    row = Preset(owner=owner(), team=team, name="my-sidecar", version=0)
    row.keep_draft(read(STARTER), STARTER, by=owner())
    row.discard_draft(row.mark)
    assert not Preset.objects.exists()


def test_what_is_only_read_here_is_not_written(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    row, other = kept(team), kept(team, named("other"))
    monkeypatch.setattr(Preset, "read_only", property(lambda self: self.name == "my-sidecar"))
    verbs: list[Callable[[], object]] = [
        lambda: row.publish(read(OTHER), OTHER, by=owner()),
        lambda: row.keep_draft(read(OTHER), OTHER, by=owner()),
        lambda: row.discard_draft(),
        lambda: owning.move(row, None, owner()),
        lambda: owning.show(row, True),
        lambda: owning.deprecate(row, "old", other.ref, owner()),
        lambda: owning.take_up(row),
        lambda: owning.remove(row),
    ]
    for verb in verbs:
        with pytest.raises(ManifestError, match="only read here"):
            verb()
    found = fresh(row)
    assert (found.version, found.draft, found.team, found.everyone, found.deprecated) == (1, "", team, False, None)
    owning.deprecate(other, "old", row.ref, owner())


def test_it_moves_with_its_ref_versions_and_draft(team: Team) -> None:
    row = kept()
    row.publish(read(OTHER), OTHER, by=owner())
    row.keep_draft(read(THIRD), THIRD, by=owner())
    ref = row.ref
    assert row.role_of(stranger()) is None
    owning.move(row, team, owner())
    found = fresh(row)
    assert (found.ref, found.team, found.version, found.draft, found.versions.count()) == (ref, team, 2, THIRD, 2)
    assert found.role_of(stranger()) == Role.EDITOR
    kept()
    assert owning.clashes(found, owner()) == {None}
    with pytest.raises(ManifestError, match="your own space has a preset my-sidecar already"):
        owning.move(found, None, owner())
    assert fresh(row).team == team
    owning.move(found, None, stranger())
    assert (fresh(row).team, fresh(row).owner) == (None, stranger())


def test_what_is_published_is_shown_to_everyone_and_taken_back(team: Team) -> None:
    row = kept(team)
    anyone = User.objects.create(username="anyone")
    draft = Preset(owner=owner(), team=team, name="other", version=0)
    draft.keep_draft(read(named("other")), named("other"), by=owner())
    with pytest.raises(ManifestError, match="nothing of it is published"):
        owning.show(draft, True)
    assert row.role_of(anyone) is None
    owning.show(row, True)
    assert fresh(row).role_of(anyone) == Role.READER
    owning.show(row, False)
    assert fresh(row).role_of(anyone) is None


def test_it_is_deprecated_with_a_successor_that_those_who_see_it_see_too(team: Team) -> None:
    row, other, own = kept(team), kept(team, named("other")), kept(None, named("mine"))
    for successor, said in (
        (row.ref, "cannot be its own successor"),
        (own.ref, "is not shown to Shop"),
        ("nothing", "there is no preset nothing"),
    ):
        with pytest.raises(ManifestError, match=said):
            owning.deprecate(row, "old", successor, owner())
    with pytest.raises(ManifestError, match="say why"):
        owning.deprecate(row, "  ", "", owner())
    with pytest.raises(ManifestError, match="at most 300"):
        owning.deprecate(row, "x" * 301, "", owner())
    assert fresh(row).deprecated is None
    owning.deprecate(row, "it is  old", other.ref, owner())
    found = fresh(row)
    assert (found.deprecated_why, found.successor) == ("it is old", other.ref)
    third = kept(team, named("third"))
    owning.deprecate(other, "older", third.ref, owner())
    with pytest.raises(ManifestError, match="is itself succeeded by this one"):
        owning.deprecate(third, "oldest", row.ref, owner())
    owning.deprecate(third, "oldest", "tls-sidecar", owner())
    owning.show(row, True)
    with pytest.raises(ManifestError, match="is not shown to everyone here"):
        owning.deprecate(fresh(row), "old", other.ref, owner())
    owning.deprecate(own, "old", row.ref, owner())
    owning.take_up(row)
    assert (fresh(row).deprecated, fresh(row).deprecated_why, fresh(row).successor) == (None, "", "")


def test_who_wears_it_is_counted_across_designs(team: Team) -> None:
    row = kept()
    mine, theirs, gone = (Design.objects.create(owner=each, name="x") for each in (owner(), stranger(), owner()))
    for design, ref in ((mine, "my-sidecar"), (theirs, "my-sidecar"), (gone, row.ref)):
        Weaving.objects.create(design=design, preset=ref, version=1, pod="Pod/web")
    Design.objects.filter(pk=gone.pk).update(deleted=gone.updated)
    assert set(owning.designs(row)) == {mine}, "by its bare name only where it is one's own"
    Weaving.objects.create(design=theirs, preset=row.ref, version=1, pod="Pod/web")
    assert set(owning.designs(row)) == {mine, theirs}
