"""Erasing a person: the account and all that is theirs alone. What they made in a team stays with it, without the name.

What goes and what stays is said by the models (`on_delete`): a team's design or preset passes to another of its people
(`stays_with_the_team`), revisions and runs forget who made them. The audit log stays as it is. It is append-only, since
a log that can be cleaned proves nothing, and it names people by their user names (audit.Entry.who).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from designer.teams import people
from designer.teams.errors import TeamError
from designer.teams.models import Invitation, Membership, Team

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def left_without_owner(person: User) -> list[Team]:
    """The teams that would have no owner who can sign in, those without other people too: two queries and one a team
    that they own."""
    owned = Membership.objects.filter(person=person, role=Membership.Role.OWNER).select_related("team", "person")
    return [one.team for one in owned.order_by("team__name") if one.last_owner]


def problem(person: User) -> str:
    """Why a person cannot be erased now and what to do first, in words; "" where they can."""
    words = []
    if people.last_administrator(person):
        words.append(f"{person.username} is the last administrator. Make somebody else administrator first.")
    if teams := left_without_owner(person):
        names = " and ".join(team.name for team in teams)
        them = "it" if len(teams) == 1 else "them"
        words.append(
            f"{person.username} is the last owner of {names}. Hand {them} over to another member, or delete {them}, "
            "first."
        )
    return " ".join(words)


def erase(person: User) -> None:
    """Erase the account and what is the person's own. Raises TeamError for the last administrator and for the last
    owner of a team; then nothing has changed."""
    with transaction.atomic():
        people.locked(person)
        if words := problem(person):
            raise TeamError(words)
        Invitation.objects.open().filter(by=person).update(revoked=timezone.now())
        people.end_sessions(person)
        person.delete()
