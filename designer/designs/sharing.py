"""Links by which somebody without an account may look at a design.

They are as good as who made them: one works as long as that person may edit the design. Where it moved to another space
since, or they left its team or may only look by now, the link rests, and works again if they may.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q
from django.utils import timezone

from designer.teams import tokens
from designer.teams.models import Membership

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from designer.designs.models import Design

MOST = 20
_MINUTE = timedelta(minutes=1)


def vouched() -> ExpressionWrapper[Any]:
    """Of links to designs (they have `design` and `by`): whether who made one may edit its design now. It is
    Design.role_of as a condition of the database, so that opening a link costs no query more."""
    editors = Membership.objects.filter(
        team=OuterRef("design__team"),
        person=OuterRef("by"),
        role__in=(Membership.Role.EDITOR, Membership.Role.OWNER),
    )
    own = Q(design__team=None, design__owner=F("by"))
    return ExpressionWrapper(Q(by__is_active=True) & (own | Q(Exists(editors))), BooleanField())


class ReadingLinkQuerySet(models.QuerySet["ReadingLink"]):
    def open(self) -> Self:
        """Those that work now: not expired, of designs that are not in the bin, by people who may edit them."""
        return self.filter(Q(expires=None) | Q(expires__gt=timezone.now()), vouched(), design__deleted=None)


class ReadingLinkManager(models.Manager["ReadingLink"]):
    def get_queryset(self) -> ReadingLinkQuerySet:
        return ReadingLinkQuerySet(self.model, using=self._db)

    def make(self, design: Design, by: User, *, yaml: bool, days: int | None) -> tuple[ReadingLink, str]:
        """A new link, and its token, which is known now and never again. `days` is how long it works, None for ever."""
        token = tokens.new()
        expires = timezone.now() + timedelta(days=days) if days else None
        return self.create(design=design, token=tokens.hashed(token), by=by, yaml=yaml, expires=expires), token

    def found(self, token: str) -> ReadingLink | None:
        """The link with this token, if it works; and that it was used is noted, to the minute."""
        link = self.get_queryset().open().select_related("design").filter(token=tokens.hashed(token)).first()
        now = timezone.now()
        if link and (link.used is None or now - link.used >= _MINUTE):
            self.filter(pk=link.pk).update(used=now)
        return link


class ReadingLink(models.Model):
    """An address at which a design can be read, as it is, by whoever has it, until it expires or is taken back, and as
    long as who made it may edit the design.

    Unlike a picture's link its token stands here as a hash only: what it opens is all of the design, less what its
    Secrets hold.
    """

    design = models.ForeignKey("designs.Design", on_delete=models.CASCADE, related_name="reading_links")
    token = models.CharField(max_length=64, unique=True, help_text="the token's hash: teams/tokens.py")
    yaml = models.BooleanField(default=True, help_text="whether it shows the text too")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField(null=True, help_text="when it stops to work; never if empty")
    used = models.DateTimeField(null=True, help_text="when it was last opened, to the minute")

    objects: ClassVar[ReadingLinkManager] = ReadingLinkManager()

    class Meta:
        ordering = ["-made", "-id"]

    def __str__(self) -> str:
        return f"link to read {self.design_id}"

    @property
    def over(self) -> bool:
        """Whether it has expired."""
        return self.expires is not None and self.expires <= timezone.now()
