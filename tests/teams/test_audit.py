"""The audit log is append-only, says what happened, and holds no secrets."""

from __future__ import annotations

import string

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.test import RequestFactory

from designer.teams import audit, guard
from designer.teams.audit import SENTENCES, Entry
from tests.teams.people import Cast, cast, team_mode

__all__ = ["cast", "team_mode"]


def test_an_entry_can_be_read_by_itself(cast: Cast) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7", HTTP_USER_AGENT="A browser")
    made = audit.record(request, cast.owner, "member-added", account=cast.viewer, team=cast.team, role="viewer")
    assert str(made) == "owner added viewer to Payments as viewer"
    assert (made.group, made.address, made.agent) == ("team", "192.0.2.7", "A browser")
    assert made.about == {
        "account": "viewer",
        "account_id": cast.viewer.pk,
        "team": "Payments",
        "team_id": cast.team.pk,
        "role": "viewer",
    }
    cast.viewer.delete()
    cast.team.delete()
    cast.owner.delete()
    kept = Entry.objects.get()
    assert str(kept) == "owner added viewer to Payments as viewer"
    # Nothing of it changed, not even for an account that is no more.
    assert kept.person_id == made.person_id
    assert not User.objects.filter(username="owner").exists()
    assert str(audit.record(request, None, "sign-in-unknown")) == "Somebody was refused: no account has that name"
    assert str(audit.record(None, None, "sign-out")).startswith("A command "), "nobody in person: a timetable, a script"


def test_nothing_of_it_is_changed_or_deleted(cast: Cast) -> None:
    made = audit.record(None, cast.owner, "sign-out")
    made.sentence = "did nothing"
    for change in (
        made.save,
        made.delete,
        lambda: Entry.objects.update(who="x"),
        lambda: Entry.objects.all().delete(),
        lambda: Entry.objects.filter(pk=made.pk).update(who="x"),
        lambda: Entry.objects.bulk_update([made], ["sentence"]),
    ):
        with pytest.raises(TypeError, match="append-only"), transaction.atomic():
            change()
    assert Entry.objects.get().sentence == "signed out"


def test_the_database_refuses_it_too_whoever_asks(cast: Cast) -> None:
    made = audit.record(None, cast.owner, "sign-out")
    guard.put_on(connection)
    for statement in ("UPDATE teams_entry SET who = 'x'", "DELETE FROM teams_entry", "UPDATE teams_entry SET id = id"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    # What the model does not know of is stopped as well; a person can be erased, and the entry is as it was.
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        QuerySet(Entry).update(who="x")
    cast.owner.delete()
    audit.record(None, cast.viewer, "sign-out")
    assert [str(one) for one in Entry.objects.order_by("id")] == ["owner signed out", "viewer signed out"]
    assert Entry.objects.get(pk=made.pk).person_id == made.person_id
    guard.take_off(connection)


@pytest.mark.parametrize("name", ["password", "token", "client_secret", "api_key", "link"])
def test_it_takes_no_secret(cast: Cast, name: str) -> None:
    with pytest.raises(ValueError, match=f"holds no {name}"):
        audit.record(None, cast.owner, "sign-out", **{name: "x"})
    assert not Entry.objects.exists()


def test_what_it_does_not_know_is_an_error(cast: Cast) -> None:
    with pytest.raises(KeyError):
        audit.record(None, cast.owner, "flew-away")
    with pytest.raises(KeyError):
        audit.record(None, cast.owner, "member-added")


def test_every_sentence_follows_a_name() -> None:
    for what, (group, sentence) in SENTENCES.items():
        assert group
        assert len(what) <= 40
        assert sentence[0].islower(), what
        assert not sentence.endswith("."), what
        names = [name for _, name, _, _ in string.Formatter().parse(sentence) if name]
        assert not any(secret in name for name in names for secret in audit._NEVER), what
