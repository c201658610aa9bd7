"""Teams and who is in them. What is done to a team is a method here; `rights.may` says who may do it.

The methods that change who owns a team hold its row's lock, so that two owners who leave at once cannot both go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.text import slugify

from designer.teams.audit import Entry
from designer.teams.errors import TeamError
from designer.teams.first import FirstLink
from designer.teams.invitations import Invitation
from designer.teams.limits import Limit

if TYPE_CHECKING:
    from django.contrib.auth.models import User

__all__ = ["Entry", "FirstLink", "Invitation", "Limit", "Membership", "Team", "heir"]


class TeamQuerySet(models.QuerySet["Team"]):
    def of(self, person: User) -> Self:
        """The teams that a person is in, as whatever."""
        return self.filter(members=person)


class Team(models.Model):
    """People who share designs, presets and clusters."""

    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=60, unique=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership", related_name="teams")
    created = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[Team]] = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def create(cls, name: str, by: User) -> Team:
        """A new team whose owner is `by`. Raises TeamError where it has no name."""
        name = _name(name)
        with transaction.atomic():
            team = cls.objects.create(name=name, slug=_free_slug(name))
            team.memberships.create(person=by, role=Membership.Role.OWNER)
        return team

    def rename(self, name: str) -> None:
        """Call it something else; its address stays, so that links to it go on working. Raises TeamError."""
        self.name = _name(name)
        self.save(update_fields=["name"])

    def role_of(self, person: User) -> Membership.Role | None:
        """What a person is in the team; None: not in it."""
        held = self.memberships.filter(person=person).values_list("role", flat=True).first()
        return None if held is None else Membership.Role(held)

    def add(self, person: User, role: str) -> Membership:
        """Take a person in. Raises TeamError where they are in it already, or cannot sign in."""
        if role not in Membership.Role.values:
            raise TeamError("Choose what they are to be: viewer, editor or owner.")
        if not person.is_active:
            raise TeamError(f"{person.username} is deactivated here. Ask an administrator.")
        made, new = self.memberships.get_or_create(person=person, defaults={"role": role})
        if not new:
            raise TeamError(
                f"{person.username} is in {self.name} already, as {made.role}. Change the role in the list."
            )
        return made


class Membership(models.Model):
    """That a person is in a team, and what they may do there."""

    class Role(models.TextChoices):
        VIEWER = "viewer"
        EDITOR = "editor"
        OWNER = "owner"

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.EDITOR)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["since", "id"]
        constraints = [models.UniqueConstraint(fields=["team", "person"], name="one_membership_a_person")]

    def __str__(self) -> str:
        return f"{self.person} in {self.team} as {self.role}"

    @property
    def last_owner(self) -> bool:
        """Whether nobody else who can sign in owns the team."""
        return self.role == self.Role.OWNER and not _other_owners(self).exists()

    def change(self, role: str) -> None:
        """Give another role. Raises TeamError for the last owner."""
        if role not in self.Role.values:
            raise TeamError("Choose one of viewer, editor and owner.")
        with transaction.atomic():
            self._locked()
            if role != self.Role.OWNER:
                self._must_not_be_last(f"stay owner of {self.team.name}")
            self.role = role
            self.save(update_fields=["role"])
            if role != self.Role.OWNER:
                self._withdraw()

    def remove(self) -> None:
        """Leave the team, or be removed from it. Raises TeamError for the last owner."""
        with transaction.atomic():
            self._locked()
            self._must_not_be_last(f"stay in {self.team.name}")
            self._withdraw()
            self.delete()

    def hand_over(self, to: Membership) -> None:
        """Make another member the owner in one's place, and stay as editor. Raises TeamError where one is no owner, or
        the other cannot be one."""
        with transaction.atomic():
            self._locked()
            to.refresh_from_db()
            if self.role != self.Role.OWNER:
                raise TeamError(f"Only an owner can hand {self.team.name} over.")
            if to.team_id != self.team_id or to.pk == self.pk:
                raise TeamError(f"Choose another member of {self.team.name} to hand it over to.")
            if not to.person.is_active:
                raise TeamError(f"{to.person.username} is deactivated and cannot own a team.")
            to.role = self.Role.OWNER
            to.save(update_fields=["role"])
            self.change(self.Role.EDITOR)

    def _locked(self) -> None:
        """Read this row anew while nobody else changes who is in the team."""
        Team.objects.select_for_update().get(pk=self.team_id)
        self.refresh_from_db()

    def _must_not_be_last(self, what: str) -> None:
        if self.last_owner:
            raise TeamError(
                f"{self.person.username} is the last owner and has to {what}. "
                "Hand the team over to another member first."
            )

    def _withdraw(self) -> None:
        """An invitation is only as good as who made it."""
        Invitation.objects.open().filter(team=self.team_id, by=self.person_id).update(revoked=timezone.now())


def heir(team: int | None, person: int, using: str) -> User | None:
    """Who takes over what a person brought to a team when their account is erased: one of its owners, else whoever has
    been in it longest; None where nobody is left."""
    others = Membership.objects.using(using).filter(team=team).exclude(person=person).select_related("person")
    found = others.filter(role=Membership.Role.OWNER).first() or others.first()
    return found.person if found else None


def _other_owners(one: Membership) -> models.QuerySet[Membership]:
    owners = Membership.objects.filter(team=one.team_id, role=Membership.Role.OWNER, person__is_active=True)
    return owners.exclude(pk=one.pk)


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise TeamError("The team has no name. Give it one that its people know it by.")
    if len(name) > 100:
        raise TeamError(f"A team's name has at most 100 characters; this one has {len(name)}.")
    return name


def _free_slug(name: str) -> str:
    base = slugify(name)[:50].strip("-") or "team"
    taken = set(Team.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug
