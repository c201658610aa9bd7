"""Spaces: where designs live. Everybody has one of their own, and one with each team they are in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer.designs.models import Design, DesignQuerySet, Role
from designer.teams.models import Membership, Team

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# How a person's own space is asked for. No team has it for a slug: those begin with a letter or a digit.
OWN = "-"
_OF_TEAM = ("id", "name", "slug", "created")


@dataclass(frozen=True)
class Space:
    """Where designs live, and what `person` may do with what is there. `team` is None for the person's own."""

    person: User
    team: Team | None
    role: Role

    @property
    def key(self) -> str:
        """What an address calls it: the team's slug, or OWN."""
        return self.team.slug if self.team else OWN

    @property
    def name(self) -> str:
        return self.team.name if self.team else "Your own"

    @property
    def designs(self) -> DesignQuerySet:
        """All that is there, in the bin too."""
        return Design.objects.within(self.person, self.team)

    @property
    def editable(self) -> bool:
        """Whether the person may make and change things there."""
        return self.role >= Role.EDITOR


def spaces(person: User) -> list[Space]:
    """A person's spaces: their own, then their teams by name. One query."""
    held = Membership.objects.filter(person=person).order_by("team__name", "team_id")
    rows = held.values_list("role", *(f"team__{name}" for name in _OF_TEAM))
    # One object for each, not two: a person may be in hundreds.
    teams = ((role, Team.from_db(held.db, _OF_TEAM, values)) for role, *values in rows)
    return [Space(person, None, Role.OWNER), *(Space(person, team, Role.in_team(role)) for role, team in teams)]


def space(person: User, key: str) -> Space | None:
    """The space that an address calls `key`; None where the person is not in it. One query for a team's, else none."""
    if key == OWN:
        return Space(person, None, Role.OWNER)
    held = Membership.objects.filter(person=person, team__slug=key).select_related("team").first()
    return Space(person, held.team, Role.in_team(held.role)) if held else None
