"""Where presets come from that are kept elsewhere: a git repository or a folder whose files make presets of a space.

They are changed there, by pull request say, and only read here. sources_sync.py brings them in.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from designer.designs.models import Role
from designer.sealed import SealedTextField, Stored, sealed
from designer.teams.models import Membership, Team

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# Seconds without a sign of life after which a refresh counts as broken off; git alone may take Limits.seconds.
SILENT = 120


class TokenField(SealedTextField):
    """A text that is sealed whatever it says."""

    def stored(self, value: Any, kind: str | None = None) -> Any:
        if isinstance(value, Stored):
            return value.value
        return sealed(str(value)) if value else None


class CatalogueSourceQuerySet(models.QuerySet["CatalogueSource"]):
    def of(self, person: User) -> Self:
        """Those that a person may look at: of their own space and their teams'; an administrator sees all."""
        if person.is_superuser:
            return self.all()
        return self.filter(Q(person=person) | Q(team__in=Membership.objects.filter(person=person).values("team")))


class CatalogueSourceManager(models.Manager["CatalogueSource"]):
    def get_queryset(self) -> CatalogueSourceQuerySet:
        """Without the token, which is opened only where it is asked for."""
        return CatalogueSourceQuerySet(self.model, using=self._db).defer("token")

    def of(self, person: User) -> CatalogueSourceQuerySet:
        return self.get_queryset().of(person)


class CatalogueSource(models.Model):
    """A place that presets come from, and what was found there when it was last looked at.

    It fills the space of `team`, or `person`'s own, one of which is given; `everyone` shows its presets to all who are
    here. A preset lives in a space, and who sees it is another question: so does one that everyone sees.
    """

    class Kind(models.TextChoices):
        GIT = "git", "a git repository"
        FOLDER = "folder", "a folder of this server"

    name = models.CharField(max_length=60, unique=True)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="sources")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="sources"
    )
    everyone = models.BooleanField(default=False)
    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.GIT)
    address = models.CharField(max_length=500, help_text="as git takes it, or a folder's full path")
    branch = models.CharField(max_length=200, blank=True, help_text="or a tag; empty: the remote's own choice")
    folder = models.CharField(max_length=500, blank=True, help_text="the one within it that holds the presets")
    account = models.CharField(max_length=100, blank=True, help_text="the name that goes with the token, if any")
    token = TokenField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created = models.DateTimeField(default=timezone.now)

    # What was found: when, at which commit, how many presets, and [file, line, message] of each problem.
    looked = models.DateTimeField(null=True, blank=True)
    commit = models.CharField(max_length=64, blank=True)
    subject = models.CharField(max_length=300, blank=True, help_text="of the commit")
    there = models.PositiveIntegerField(default=0)
    ignored = models.PositiveIntegerField(default=0, help_text="documents of other kinds")
    came = models.CharField(max_length=200, blank=True, help_text="what came of it, in words")
    problems = models.JSONField(default=list)
    failure = models.TextField(blank=True, help_text="why it could not be looked at the last time")
    failed = models.DateTimeField(null=True, blank=True, help_text="when that was")

    # Who is looking now, and their last sign of life.
    lease = models.CharField(max_length=32, blank=True)
    beat = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[CatalogueSourceManager] = CatalogueSourceManager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(team=None, person__isnull=False) | Q(team__isnull=False, person=None),
                name="a_source_fills_one_space",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def running(self) -> bool:
        """Whether somebody is looking at it now."""
        return bool(self.lease) and self.beat is not None and self.beat > timezone.now() - timedelta(seconds=SILENT)

    @property
    def short(self) -> str:
        """The commit as people write it."""
        return self.commit[:7]

    @property
    def what(self) -> str:
        """What its presets lie in, in a sentence."""
        return "repository" if self.kind == self.Kind.GIT else "folder"

    @property
    def holds_token(self) -> bool:
        """Whether there is a token, without opening it. One query."""
        return type(self).objects.filter(pk=self.pk, token__isnull=False).exists()

    def role_of(self, person: User) -> Role | None:
        """What a person may do: look (a viewer of the team), refresh (an editor), all of it (who looks after the
        designer, and the one person of local mode); None: not even know of it."""
        if person.is_superuser or (settings.LOCAL_MODE and self.person_id == person.pk):
            return Role.OWNER
        if self.team_id is None:
            return Role.EDITOR if self.person_id == person.pk else None
        found = Membership.objects.filter(team=self.team_id, person=person).values_list("role", flat=True).first()
        return min(Role.in_team(found), Role.EDITOR) if found else None

    def keeper(self) -> User | None:
        """Whose its next presets are: who set it up, else an owner of its team; None where nobody is left."""
        if self.team is None:
            return self.person
        if self.by and self.by.is_active:
            return self.by
        held = Membership.objects.filter(team=self.team_id).select_related("person")
        found = held.filter(role=Membership.Role.OWNER).first() or held.first()
        return found.person if found else None
