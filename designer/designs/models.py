"""A design and its rows. `Design.change` (change.py) is the only way any of them is edited.

A design lives in a space: its owner's own, or a team's, where what a person may do is what they are in the team.
"""

from __future__ import annotations

import secrets
from enum import IntEnum
from typing import TYPE_CHECKING, Any, ClassVar, Self, Unpack

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from designer.designs.presence import Presence
from designer.designs.sharing import ReadingLink
from designer.designs.weavings import Weaving
from designer.manifests.types import Documents, Transform
from designer.sealed import SealedJSONField, SealedTextField, SealingQuerySet
from designer.teams.models import Membership, Team, heir

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from designer.designs.change import Changed, How


__all__ = [
    "Companion",
    "Container",
    "Design",
    "DesignQuerySet",
    "Draft",
    "Mount",
    "PictureLink",
    "Pod",
    "Presence",
    "ReadingLink",
    "Revision",
    "Role",
    "Volume",
    "Weaving",
    "new_token",
]


class Role(IntEnum):
    """What a person may do with an object; each includes the ones before it."""

    READER = 1
    EDITOR = 2
    OWNER = 3

    @classmethod
    def in_team(cls, held: str) -> Role:
        """What somebody who is `held` in a team (Membership.Role) may do with what is the team's."""
        return _IN_TEAM[Membership.Role(held)]


_IN_TEAM = {
    Membership.Role.VIEWER: Role.READER,
    Membership.Role.EDITOR: Role.EDITOR,
    Membership.Role.OWNER: Role.OWNER,
}


class DesignQuerySet(models.QuerySet["Design"]):
    def of(self, person: User) -> Self:
        """The designs that a person may see: those in their own space, and those of the teams they are in."""
        return self.filter(
            Q(team=None, owner=person) | Q(team__in=Membership.objects.filter(person=person).values("team"))
        )

    def within(self, person: User, team: Team | None) -> Self:
        """Those of one space: a team's, or the person's own. Whether they may see the team is for the caller to ask."""
        return self.filter(team=team) if team else self.filter(team=None, owner=person)

    def kept(self) -> Self:
        """Those that are not in the bin."""
        return self.filter(deleted=None)

    def binned(self) -> Self:
        """Those that are, the last one first."""
        return self.exclude(deleted=None).order_by("-deleted", "-id")

    def search(self, words: str, *, most: bool = False) -> Self:
        """Those in which every word occurs: in the name, or in a container's name or image, or as a kind. With `most`,
        where they are a good part of all there are, containers are looked through once and not design by design."""
        found = self
        for word in words.split()[:8]:
            named = Q(name__icontains=word) | Q(image__icontains=word)
            if most:
                inside = Q(pk__in=Container.objects.filter(named).values("pod__design"))
                inside |= Q(pk__in=Pod.objects.filter(kind__icontains=word).values("design"))
            else:
                named = Q(containers__name__icontains=word) | Q(containers__image__icontains=word)
                # Asked of each design by itself: a join would have to be made distinct, text and all.
                inside = Q(Exists(Pod.objects.filter(named | Q(kind__icontains=word), design=OuterRef("pk"))))
            found = found.filter(Q(name__icontains=word) | inside)
        return found


def stays_with_the_team(collector: Any, field: Any, designs: models.QuerySet[Design], using: str) -> None:
    """What becomes of designs when their owner's account is erased: their own go with them, a team's stay with it and
    pass to one of its owners, or to whoever has been in it longest. With the last person of a team, its designs go."""
    models.CASCADE(collector, field, designs.filter(team=None), using)
    for design in designs.exclude(team=None).only("team", "owner"):
        to = heir(design.team_id, design.owner_id, using)
        if to:
            collector.add_field_update(field, to, designs.filter(pk=design.pk))
        else:
            models.CASCADE(collector, field, designs.filter(pk=design.pk), using)


class Design(models.Model):
    """A named set of Kubernetes objects. The rows say what it is, `text` how it is written.

    Where `team` is empty it is in `owner`'s own space. In a team, `owner` is who brought it there, and may do with it
    what they may do in the team, like everybody else.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=stays_with_the_team, related_name="designs")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="designs")
    name = models.CharField(max_length=200)
    text = SealedTextField(blank=True)
    number = models.PositiveIntegerField(default=0, help_text="the number of the current revision")
    version = models.CharField(
        max_length=8, blank=True, help_text="the Kubernetes version it is for; the newest if empty"
    )
    created = models.DateTimeField(default=timezone.now)
    updated = models.DateTimeField(default=timezone.now)
    deleted = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Design]] = DesignQuerySet.as_manager()

    # What the person may do with it for whom it was fetched (web/access.py); None where nobody was asked for.
    held: Role | None = None

    class Meta:
        ordering = ["-updated", "-id"]
        indexes = [
            models.Index(fields=["owner", "deleted", "-updated"]),
            models.Index(fields=["team", "deleted", "-updated"]),
            # What every space holds is counted from this alone, and not from rows that hold YAML.
            models.Index(fields=["team", "owner", "deleted", "updated"], name="design_spaces"),
        ]

    def __str__(self) -> str:
        return self.name

    def role_of(self, person: User) -> Role | None:
        """What a person may do with it; None: not even know of it. One query for a team's design, else none."""
        if self.team_id is None:
            return Role.OWNER if person.pk == self.owner_id else None
        found = Membership.objects.filter(team=self.team_id, person=person.pk).values_list("role", flat=True).first()
        return Role.in_team(found) if found else None

    @property
    def only_read(self) -> bool:
        """Whether the person for whom it was fetched may look at it and no more."""
        return self.held == Role.READER

    def move(self, to: Team | None, by: User) -> None:
        """Into another space: a team's, or `by`'s own, whose it then is."""
        self.team, self.owner = to, by
        self.save(update_fields=["team", "owner"])

    @property
    def documents(self) -> Documents:
        """The design's objects, from its rows: six queries, however large it is."""
        from designer.designs import rows

        return rows.documents(self)

    @property
    def revision(self) -> Revision:
        """The current revision."""
        return self.revisions.get(number=self.number)

    def text_at(self, number: int) -> str | None:
        """The text of a revision; None where there is none of that number (any more)."""
        if number == self.number:
            return self.text
        return self.revisions.filter(number=number).values_list("text", flat=True).first()

    def change(self, transform: Transform, **how: Unpack[How]) -> Changed:
        """The one door: see `designer.designs.change.change`."""
        from designer.designs.change import change

        return change(self, transform, **how)


class Revision(models.Model):
    """What a design was after one edit. Undo and redo make a new revision whose text is an older one's.

    `back` is the revision that undo goes to from here, `forward` the one that redo goes to.
    """

    design = models.ForeignKey(Design, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    text = SealedTextField(blank=True)
    woven = SealedJSONField(default=list, help_text="the presets that the pods of this revision wear")
    summary = models.CharField(max_length=400, blank=True)
    name = models.CharField(max_length=100, blank=True, help_text="what a person called it, to find it again")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    window = models.CharField(max_length=40, blank=True, help_text="the browser window that made it")
    typed = models.BooleanField(default=False, help_text="made while someone types in the YAML")
    passing = models.BooleanField(default=False, help_text="the same window typed on: the next revision says it all")
    kept = models.BooleanField(default=False, help_text="someone else saw it, or it was applied: it never passes")
    back = models.PositiveIntegerField(null=True)
    forward = models.PositiveIntegerField(null=True)
    of = models.PositiveIntegerField(null=True, help_text="the revision that an undo or redo went to: it says the same")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["design", "number"], name="one_revision_a_number")]
        indexes = [models.Index(fields=["-at"])]

    def __str__(self) -> str:
        return f"r{self.number}"


class Draft(models.Model):
    """YAML that a person typed and that does not parse yet: kept as it is, until it does or they let go of it."""

    design = models.ForeignKey(Design, on_delete=models.CASCADE, related_name="drafts")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    text = SealedTextField()
    base = models.PositiveIntegerField(help_text="the number of the revision that it was typed from")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["design", "by"], name="one_draft_a_person")]

    def __str__(self) -> str:
        return f"draft of {self.design_id}"


def new_token() -> str:
    return secrets.token_urlsafe(24)


class PictureLink(models.Model):
    """An address of the design's picture for whoever knows it, until it is taken back, and as long as who made it may
    edit the design (sharing.py).

    The token stands here as it is, not hashed: it opens less than the design's own row holds, and a person must be able
    to copy it again and to tell which page embeds which.
    """

    design = models.ForeignKey(Design, on_delete=models.CASCADE, related_name="picture_links")
    token = models.CharField(max_length=64, unique=True, default=new_token, help_text="192 random bits")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made = models.DateTimeField(default=timezone.now)
    used = models.DateTimeField(null=True, help_text="when it was last asked for, to the minute")

    class Meta:
        ordering = ["-made", "-id"]

    def __str__(self) -> str:
        return f"picture of {self.design_id}"


class Pod(models.Model):
    """A document with a pod template. `rest` is the document less what the rows below hold."""

    design = models.ForeignKey(Design, on_delete=models.CASCADE, related_name="pods")
    position = models.PositiveIntegerField(help_text="the document's place in the design, from 0")
    api_version = models.TextField(blank=True)
    kind = models.TextField(blank=True)
    name = models.TextField(blank=True)
    rest = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class Container(models.Model):
    """A container of any of the three lists. A native sidecar is one of initContainers with restartPolicy: Always."""

    pod = models.ForeignKey(Pod, on_delete=models.CASCADE, related_name="containers")
    list = models.TextField(choices=[(name, name) for name in ("initContainers", "containers", "ephemeralContainers")])
    position = models.PositiveIntegerField()
    name = models.TextField(blank=True)
    image = models.TextField(blank=True)
    rest = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.name


class Volume(models.Model):
    pod = models.ForeignKey(Pod, on_delete=models.CASCADE, related_name="volumes")
    position = models.PositiveIntegerField()
    name = models.TextField(blank=True)
    source = models.TextField(blank=True, help_text="emptyDir, configMap, secret …")
    rest = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.name


class Mount(models.Model):
    container = models.ForeignKey(Container, on_delete=models.CASCADE, related_name="mounts")
    position = models.PositiveIntegerField()
    volume = models.TextField(blank=True, help_text="the volume's name")
    mount_path = models.TextField(blank=True)
    sub_path = models.TextField(blank=True)
    rest = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.volume} at {self.mount_path}"


class Companion(models.Model):
    """A document without a pod template: a Service, a ConfigMap, a custom resource …"""

    design = models.ForeignKey(Design, on_delete=models.CASCADE, related_name="companions")
    position = models.PositiveIntegerField()
    api_version = models.TextField(blank=True)
    kind = models.TextField(blank=True)
    name = models.TextField(blank=True)
    rest = SealedJSONField(default=dict, beside="kind")

    objects = SealingQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"
