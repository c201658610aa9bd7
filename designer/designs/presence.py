"""Who has a design open now, in which browser window, and what they have selected there.

It stands in the database, so that all processes of a designer know it: each window says every few seconds that it is
still there, and counts as gone when it has been silent. `web/present.py` tells windows of one another.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# A window that has said nothing for so long is gone, and its row is swept away some time after that.
SILENT = timedelta(seconds=15)
_STALE = timedelta(minutes=1)


class Presence(models.Model):
    """A design in a window. `stream` is the connection that the window hears of others by (one for a whole browser)."""

    design = models.ForeignKey("designs.Design", on_delete=models.CASCADE, related_name="present")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    window = models.CharField(max_length=40)
    stream = models.CharField(max_length=40, db_index=True)
    at = models.CharField(max_length=200, blank=True, help_text="the address of what is selected")
    seen = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["design", "person", "window"], name="one_presence_a_window")]

    def __str__(self) -> str:
        return f"{self.person} in {self.design_id}"


def arrive(design: int, person: User, *, window: str, stream: str, at: str) -> None:
    """A window of the person shows the design, with `at` selected."""
    defaults = {"stream": stream, "at": at, "seen": timezone.now()}
    Presence.objects.update_or_create(design_id=design, window=window, person=person, defaults=defaults)


def beat(person: User, windows: Collection[str], designs: models.QuerySet[models.Model]) -> set[str]:
    """These windows of the person are still there. Answers those of which nothing is known, which have to arrive anew.
    What is not among `designs`, those the person may see by now, is left."""
    held = Presence.objects.filter(person=person, window__in=windows)
    held.exclude(design__in=designs).delete()
    held.update(seen=timezone.now())
    return set(windows) - set(held.values_list("window", flat=True))


def here(streams: Collection[str], now: datetime) -> list[Presence]:
    """Who is in any of the designs that these streams hear of, with person and design. One query."""
    designs = Presence.objects.filter(stream__in=streams).order_by().values("design")
    found = Presence.objects.filter(design__in=designs, seen__gt=now - SILENT)
    return list(found.select_related("person", "design").only(*_READ))


_READ = (
    *("window", "stream", "at", "seen", "design__number"),
    *(f"person__{name}" for name in ("username", "first_name", "last_name")),
)


def leave(streams: Collection[str]) -> None:
    """The windows of these streams are gone."""
    Presence.objects.filter(stream__in=streams).delete()


def sweep(now: datetime) -> None:
    """Delete what is long gone, whichever process left it behind."""
    Presence.objects.filter(seen__lt=now - _STALE).delete()
