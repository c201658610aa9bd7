"""What administrators do with accounts. Nobody is deleted here: a deactivated person's work stays where it is. Erasing
somebody is in erase.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from designer.teams.errors import TeamError
from designer.teams.models import Invitation, Membership, Team

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def last_owned(person: User) -> list[Team]:
    """The teams that nobody else who can sign in owns, and that others are in: they would be left without an owner."""
    owned = Membership.objects.filter(person=person, role=Membership.Role.OWNER).select_related("team", "person")
    return [one.team for one in owned if one.last_owner and one.team.memberships.count() > 1]


def deactivate(person: User) -> None:
    """Let a person sign in no more: their sessions end, their open invitations are taken back, their work and places in
    teams stay. Raises TeamError for the last administrator and for the last owner of a team with others in it."""
    with transaction.atomic():
        locked(person)
        _must_not_be_last_administrator(person)
        if teams := last_owned(person):
            names = " and ".join(team.name for team in teams)
            raise TeamError(
                f"{person.username} is the last owner of {names}. Make another member owner there first, "
                f"then deactivate {person.username}."
            )
        person.is_active = False
        person.save(update_fields=["is_active"])
        Invitation.objects.open().filter(by=person).update(revoked=timezone.now())
        end_sessions(person)


def activate(person: User) -> None:
    """Let a person sign in again."""
    person.is_active = True
    person.save(update_fields=["is_active"])


def make_administrator(person: User) -> None:
    """Raises TeamError for a person who cannot sign in."""
    if not person.is_active:
        raise TeamError(f"{person.username} is deactivated. Activate the account first.")
    person.is_superuser = person.is_staff = True
    person.save(update_fields=["is_superuser", "is_staff"])


def unmake_administrator(person: User) -> None:
    """Raises TeamError for the last one."""
    with transaction.atomic():
        locked(person)
        _must_not_be_last_administrator(person)
        person.is_superuser = person.is_staff = False
        person.save(update_fields=["is_superuser", "is_staff"])


def end_sessions(person: User, *, but: str = "") -> int:
    """End a person's sessions, all but the one with the key `but`, and answer how many there were."""
    ended = 0
    for session in UserSession.objects.filter(user=person).exclude(session_key=but):
        session.end()
        ended += 1
    return ended


def locked(person: User) -> None:
    """Read the person anew, in a transaction, while nobody else changes who the administrators are, or who owns the
    teams that the person owns: one whose other owner leaves at this moment is the last."""
    everyone = get_user_model().objects.select_for_update().filter(is_superuser=True)
    list(everyone.values_list("pk", flat=True))
    owned = Membership.objects.filter(person=person, role=Membership.Role.OWNER).values("team")
    list(Team.objects.select_for_update().filter(pk__in=owned).order_by("pk"))
    person.refresh_from_db()


def last_administrator(person: User) -> bool:
    """Whether nobody else who can sign in is an administrator."""
    others = get_user_model().objects.filter(is_superuser=True, is_active=True).exclude(pk=person.pk)
    return person.is_superuser and person.is_active and not others.exists()


def _must_not_be_last_administrator(person: User) -> None:
    if last_administrator(person):
        raise TeamError(
            f"{person.username} is the last administrator. Make somebody else administrator first, then come back."
        )
