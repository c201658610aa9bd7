"""Invitations: how long, how often, for whom, and that a database does not give their links away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from designer.teams.errors import TeamError
from designer.teams.invitations import Invitation
from tests.teams.people import Cast, cast, person, team_mode

__all__ = ["cast", "team_mode"]


def test_a_link_lets_in_as_often_as_it_may(cast: Cast) -> None:
    made, token = Invitation.make(cast.owner, team=cast.team, role="editor", days=1, most=2)
    found = Invitation.objects.found(token)
    assert found == made
    assert token not in str(Invitation.objects.values().get())
    assert found.accept(cast.stranger).role == "editor"  # type: ignore[union-attr]
    # Who is in keeps their role, and takes nobody's place.
    assert found.accept(cast.viewer).role == "viewer"  # type: ignore[union-attr]
    assert Invitation.objects.get().left == 1
    found.accept(person("another"))
    with pytest.raises(TeamError, match="used up"):
        found.accept(person("third"))
    assert cast.team.memberships.count() == 5
    assert not Invitation.objects.open().exists()


def test_two_who_read_it_before_either_used_it_are_one_too_many(cast: Cast) -> None:
    _, token = Invitation.make(cast.owner, team=cast.team, role="viewer")
    one, other = Invitation.objects.found(token), Invitation.objects.found(token)
    assert one
    assert other
    one.accept(cast.stranger)
    with pytest.raises(TeamError, match="used up"):
        other.accept(person("late"))


def test_taken_back_and_expired(cast: Cast) -> None:
    made, _ = Invitation.make(cast.owner, team=cast.team, role="viewer")
    made.revoke()
    with pytest.raises(TeamError, match="taken back"):
        made.accept(cast.stranger)
    made, _ = Invitation.make(cast.owner, team=cast.team, role="viewer")
    Invitation.objects.filter(pk=made.pk).update(expires=timezone.now() - timedelta(seconds=1))
    with pytest.raises(TeamError, match="expired"):
        made.accept(cast.stranger)
    assert cast.team.role_of(cast.stranger) is None


def test_into_the_designer_as_such(cast: Cast) -> None:
    made, _ = Invitation.make(cast.administrator, role="owner")
    assert (made.role, made.into) == ("", "Pod Pattern Designer")
    assert made.accept(cast.stranger) is None
    assert Invitation.objects.get().used == 1


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"days": 0}, "1 to 90 days, not for 0"),
        ({"days": 91}, "not for 91"),
        ({"most": 0}, "1 to 500 times, not 0"),
        ({"most": 501}, "not 501"),
        ({"role": "king"}, "viewer, editor or owner"),
    ],
)
def test_what_cannot_be(cast: Cast, more: dict[str, int], said: str) -> None:
    with pytest.raises(TeamError, match=said):
        Invitation.make(cast.owner, **({"team": cast.team, "role": "viewer"} | more))  # type: ignore[arg-type]


def test_what_never_was(cast: Cast) -> None:
    assert Invitation.objects.found("nonsense") is None
