"""Invitations: links that let somebody in, into a team as something, or into the designer as such."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from designer.teams import tokens
from designer.teams.errors import TeamError

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from designer.teams.models import Membership, Team

MOST_DAYS = 90
MOST_USES = 500


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        """Those that can be used now."""
        return self.filter(revoked=None, expires__gt=timezone.now(), used__lt=F("most"))


class InvitationManager(models.Manager["Invitation"]):
    def get_queryset(self) -> InvitationQuerySet:
        return InvitationQuerySet(self.model, using=self._db)

    def open(self) -> InvitationQuerySet:
        return self.get_queryset().open()

    def found(self, token: str) -> Invitation | None:
        """The invitation of a link, open or not."""
        return self.select_related("team", "by").filter(token=tokens.hashed(token)).first()


class Invitation(models.Model):
    """A link that was made. `team` is empty for one into the designer as such."""

    token = models.CharField(max_length=64, unique=True, help_text="the token's hash: tokens.py")
    team = models.ForeignKey("teams.Team", null=True, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=10, blank=True, help_text="what they become in the team: Membership.Role")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField()
    revoked = models.DateTimeField(null=True)
    most = models.PositiveIntegerField(default=1, help_text="how often it may be used")
    used = models.PositiveIntegerField(default=0)

    objects: ClassVar[InvitationManager] = InvitationManager()

    class Meta:
        ordering = ["-made", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(team=None) | ~Q(role=""), name="an_invitation_to_a_team_has_a_role")
        ]

    def __str__(self) -> str:
        return f"invitation to {self.into}" + (f" as {self.role}" if self.team_id else "")

    @property
    def into(self) -> str:
        """What it lets into, in words."""
        return self.team.name if self.team else "Pod Pattern Designer"

    @property
    def left(self) -> int:
        """How often it can still be used, were it open."""
        return max(0, self.most - self.used)

    @property
    def problem(self) -> str:
        """Why it cannot be used, in words; "" where it can."""
        if self.revoked:
            return "This invitation was taken back. Ask for a new one."
        if self.expires <= timezone.now():
            return "This invitation has expired. Ask for a new one."
        if not self.left:
            return "This invitation has been used up. Ask for a new one."
        return ""

    @classmethod
    def make(
        cls, by: User, *, team: Team | None = None, role: str = "", days: int = 7, most: int = 1
    ) -> tuple[Invitation, str]:
        """An invitation and its token, which is not to be had again. `days` until it expires, `most` uses.
        Raises TeamError where one of them cannot be."""
        from designer.teams.models import Membership

        if team and role not in Membership.Role.values:
            raise TeamError("Choose what the invited are to be: viewer, editor or owner.")
        if not 1 <= days <= MOST_DAYS:
            raise TeamError(f"An invitation is good for 1 to {MOST_DAYS} days, not for {days}.")
        if not 1 <= most <= MOST_USES:
            raise TeamError(f"An invitation can be used 1 to {MOST_USES} times, not {most}.")
        token = tokens.new()
        until = timezone.now() + timedelta(days=days)
        made = cls.objects.create(
            token=tokens.hashed(token), team=team, role=role if team else "", by=by, expires=until, most=most
        )
        return made, token

    def revoke(self) -> None:
        """Take it back. Who used it before stays."""
        if self.revoked is None:
            self.revoked = timezone.now()
            self.save(update_fields=["revoked"])

    def accept(self, person: User) -> Membership | None:
        """Let a person in: one use, whoever asks at the same time. Who is in the team already keeps their role and uses
        nothing. The membership, or None for the designer as such. Raises TeamError where it cannot be used."""
        with transaction.atomic():
            if self.team and (held := self.team.memberships.filter(person=person).first()):
                return held
            if not Invitation.objects.open().filter(pk=self.pk).update(used=F("used") + 1):
                self.refresh_from_db()
                raise TeamError(self.problem or "This invitation cannot be used any more. Ask for a new one.")
            self.refresh_from_db(fields=["used"])
            return self.team.add(person, self.role) if self.team else None
