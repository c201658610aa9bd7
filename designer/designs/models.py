"""A design and its rows. `Design.change` (change.py) is the only way any of them is edited."""

from __future__ import annotations

import secrets
from enum import IntEnum
from typing import TYPE_CHECKING, ClassVar, Self, Unpack

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from designer.manifests.types import Documents, Transform

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from designer.designs.change import Changed, How


class Role(IntEnum):
    """What a person may do with an object; each includes the ones before it."""

    READER = 1
    EDITOR = 2
    OWNER = 3


class DesignQuerySet(models.QuerySet["Design"]):
    def of(self, person: User) -> Self:
        """The designs that a person may see: their own."""
        return self.filter(owner=person)

    def kept(self) -> Self:
        """Those that are not in the bin."""
        return self.filter(deleted=None)

    def search(self, words: str) -> Self:
        """Those in which every word occurs: in the name, or in a container's name or image, or as a kind."""
        found = self
        for word in words.split()[:8]:
            found = found.filter(
                Q(name__icontains=word)
                | Q(pods__containers__name__icontains=word)
                | Q(pods__containers__image__icontains=word)
                | Q(pods__kind__icontains=word)
            )
        return found.distinct()


class Design(models.Model):
    """A named set of Kubernetes objects. The rows say what it is, `text` how it is written."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="designs")
    name = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    number = models.PositiveIntegerField(default=0, help_text="the number of the current revision")
    version = models.CharField(
        max_length=8, blank=True, help_text="the Kubernetes version it is for; the newest if empty"
    )
    created = models.DateTimeField(default=timezone.now)
    updated = models.DateTimeField(default=timezone.now)
    deleted = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Design]] = DesignQuerySet.as_manager()

    class Meta:
        ordering = ["-updated", "-id"]
        indexes = [models.Index(fields=["owner", "deleted", "-updated"])]

    def __str__(self) -> str:
        return self.name

    def role_of(self, person: User) -> Role | None:
        """What a person may do with it; None: not even know of it."""
        return Role.OWNER if person.pk == self.owner_id else None

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
    text = models.TextField(blank=True)
    woven = models.JSONField(default=list, help_text="the presets that the pods of this revision wear")
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

    def __str__(self) -> str:
        return f"r{self.number}"


class Draft(models.Model):
    """YAML that a person typed and that does not parse yet: kept as it is, until it does or they let go of it."""

    design = models.ForeignKey(Design, on_delete=models.CASCADE, related_name="drafts")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    text = models.TextField()
    base = models.PositiveIntegerField(help_text="the number of the revision that it was typed from")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["design", "by"], name="one_draft_a_person")]

    def __str__(self) -> str:
        return f"draft of {self.design_id}"


def new_token() -> str:
    return secrets.token_urlsafe(24)


class PictureLink(models.Model):
    """An address of the design's picture for whoever knows it, until it is taken back.

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
    rest = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"
