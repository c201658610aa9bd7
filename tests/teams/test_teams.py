"""What is done to teams and accounts: the last owner and the last administrator cannot vanish."""

from __future__ import annotations

import pytest

from designer.teams import people
from designer.teams.errors import TeamError
from designer.teams.models import Invitation, Membership, Team
from tests.teams.people import Cast, cast, person, team_mode

__all__ = ["cast", "team_mode"]


def test_a_team_has_a_name_and_an_address_of_its_own(cast: Cast) -> None:
    again = Team.create("  Payments ", cast.stranger)
    assert (again.name, again.slug) == ("Payments", "payments-2")
    assert Team.create("决済", cast.stranger).slug == "team"
    assert again.role_of(cast.stranger) == Membership.Role.OWNER
    again.rename("Billing")
    assert (again.name, again.slug) == ("Billing", "payments-2")
    for name in ("", "   ", "x" * 101):
        with pytest.raises(TeamError, match="name"):
            Team.create(name, cast.stranger)


def test_the_last_owner_stays(cast: Cast) -> None:
    owner = cast.membership("owner")
    with pytest.raises(TeamError, match=r"owner is the last owner and has to stay in Payments\. Hand the team over"):
        owner.remove()
    with pytest.raises(TeamError, match="last owner"):
        owner.change("editor")
    with pytest.raises(TeamError, match=r"owner is the last owner of Payments\. Make another member owner there"):
        people.deactivate(cast.owner)
    cast.owner.refresh_from_db()
    assert cast.owner.is_active
    assert cast.team.role_of(cast.owner) == "owner"


def test_an_owner_who_cannot_sign_in_counts_for_nothing(cast: Cast) -> None:
    cast.membership("editor").change("owner")
    cast.editor.is_active = False
    cast.editor.save()
    with pytest.raises(TeamError, match="last owner"):
        cast.membership("owner").remove()


def test_handing_over(cast: Cast) -> None:
    owner, editor = cast.membership("owner"), cast.membership("editor")
    owner.hand_over(editor)
    assert (cast.team.role_of(cast.owner), cast.team.role_of(cast.editor)) == ("editor", "owner")
    with pytest.raises(TeamError, match="Only an owner"):
        cast.membership("owner").hand_over(cast.membership("viewer"))
    with pytest.raises(TeamError, match="another member"):
        cast.membership("editor").hand_over(cast.membership("editor"))
    other = Team.create("Other", cast.stranger).memberships.get()
    with pytest.raises(TeamError, match="another member"):
        cast.membership("editor").hand_over(other)
    cast.viewer.is_active = False
    cast.viewer.save()
    with pytest.raises(TeamError, match="deactivated"):
        cast.membership("editor").hand_over(cast.membership("viewer"))
    cast.membership("owner").remove()
    assert cast.team.role_of(cast.owner) is None


def test_nobody_is_added_twice_or_as_nothing(cast: Cast) -> None:
    with pytest.raises(TeamError, match="in Payments already, as viewer"):
        cast.team.add(cast.viewer, "editor")
    with pytest.raises(TeamError, match="viewer, editor or owner"):
        cast.team.add(cast.stranger, "king")
    with pytest.raises(TeamError, match="viewer, editor and owner"):
        cast.membership("viewer").change("king")
    cast.stranger.is_active = False
    with pytest.raises(TeamError, match="deactivated"):
        cast.team.add(cast.stranger, "viewer")


def test_an_invitation_goes_with_who_made_it(cast: Cast) -> None:
    cast.membership("editor").change("owner")
    made, _ = Invitation.make(cast.editor, team=cast.team, role="viewer")
    kept, _ = Invitation.make(cast.owner, team=cast.team, role="viewer")
    cast.membership("editor").change("editor")
    made.refresh_from_db()
    kept.refresh_from_db()
    assert (bool(made.revoked), bool(kept.revoked)) == (True, False)


def test_the_last_administrator_stays(cast: Cast) -> None:
    for verb in (people.deactivate, people.unmake_administrator):
        with pytest.raises(TeamError, match="last administrator"):
            verb(cast.administrator)
    people.make_administrator(cast.stranger)
    people.unmake_administrator(cast.administrator)
    cast.administrator.refresh_from_db()
    assert not cast.administrator.is_superuser
    with pytest.raises(TeamError, match="last administrator"):
        people.deactivate(cast.stranger)


def test_deactivating_keeps_what_somebody_has(cast: Cast) -> None:
    alone = person("alone")
    own = Team.create("Alone", alone)
    made, _ = Invitation.make(alone)
    people.deactivate(alone)
    made.refresh_from_db()
    assert made.revoked
    assert not alone.is_active
    assert own.role_of(alone) == "owner"
    with pytest.raises(TeamError, match="Activate the account first"):
        people.make_administrator(alone)
    people.activate(alone)
    alone.refresh_from_db()
    assert alone.is_active
