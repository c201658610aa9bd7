"""Deleting a team: not with what it made, unless that is in its bin."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db.models import ProtectedError

from designer.clusters.models import Cluster
from designer.designs.models import Design
from designer.teams.audit import Entry
from designer.teams.models import Invitation, Team
from patterns.models import Preset
from tests.teams.people import Cast, cast, team_mode

__all__ = ["cast", "team_mode"]
TO = "/teams/payments/delete/"


def test_what_is_in_the_way_is_said_with_links(cast: Cast) -> None:
    design = Design.objects.create(owner=cast.editor, team=cast.team, name="web")
    preset = Preset.objects.create(
        owner=cast.editor, team=cast.team, name="log", title="Log shipper", pattern="sidecar"
    )
    for number in range(25):
        Design.objects.create(owner=cast.editor, team=cast.team, name=f"x{number}")
    owner = cast.client("owner")
    assert TO in owner.get("/teams/payments/").content.decode()
    page = owner.get(TO).content.decode()
    assert "26 designs. Move them to another space, or put them into the bin" in page
    assert f'href="/designs/{design.pk}/"' in page
    assert "1 preset. Move or delete it on its page" in page
    assert f'href="/catalogue/{preset.ref}/"' in page
    assert "for good</button>" not in page
    answer = owner.post(TO, {"name": "Payments"})
    assert answer.status_code == 422
    assert "Payments still has designs or presets. Move or delete them first." in answer.content.decode()
    assert Design.objects.count() == 26
    with pytest.raises(ProtectedError):
        cast.team.delete()


def test_it_goes_with_its_bin_and_its_people_stay(cast: Cast) -> None:
    Design.objects.create(owner=cast.editor, team=cast.team, name="old", deleted=cast.team.created)
    own = Design.objects.create(owner=cast.editor, name="own")
    cluster = Cluster.objects.create(name="dev", source="token")
    cluster.teams.add(cast.team)
    _, token = Invitation.make(cast.owner, team=cast.team, role="viewer")
    owner = cast.client("owner")
    page = owner.get(TO).content.decode()
    for words in ("What is in the way", "1 design in", "Leave to use 1 cluster", "3 places in it"):
        assert (words in page) == (words != "What is in the way"), words
    answer = owner.post(TO, {"name": "payments"})
    assert answer.status_code == 422
    assert "type the team’s name, Payments, to confirm" in answer.content.decode()
    assert Team.objects.filter(pk=cast.team.pk).exists()
    answer = owner.post(TO, {"name": " Payments "}, follow=True)
    assert "The team Payments is deleted." in answer.content.decode()
    assert not Team.objects.filter(slug="payments").exists()
    assert list(Design.objects.all()) == [own]
    assert not cluster.teams.exists()
    assert Invitation.objects.found(token) is None
    assert User.objects.filter(username__in=["viewer", "editor", "owner"]).count() == 3
    entry = Entry.objects.get(what="team-deleted")
    assert str(entry) == "owner deleted the team Payments, with the 1 design in its bin"
    assert owner.get("/teams/payments/").status_code == 404


def test_who_looks_after_its_people_only_does_not_delete_it(cast: Cast) -> None:
    for who in ("administrator", "editor"):
        assert cast.client(who).post(TO, {"name": "Payments"}).status_code == 403
        assert TO not in cast.client(who).get("/teams/payments/").content.decode()
