"""Presets that people made themselves, with every version of each. The built-in ones are files, patterns/catalogue/."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from patterns.preset import Preset as Made


class Preset(models.Model):
    """A person's own preset. `text` is the preset as YAML, in the format of patterns/preset.py; columns repeat what is
    searched by. Saving it anew makes the next version; the newest is the one that is used."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="presets")
    name = models.CharField(max_length=63)
    title = models.CharField(max_length=200)
    pattern = models.CharField(max_length=20)
    text = models.TextField()
    version = models.PositiveIntegerField(default=1)
    updated = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["title"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="one_preset_a_name")]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Also keep this version, if it is new, so that no way of saving a preset forgets an older one."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            known = {"text": self.text, "by": self.owner}
            self.versions.get_or_create(number=self.version, defaults=known)

    @staticmethod
    def keep(owner: User, made: Made, text: str, *, by: User, note: str = "") -> Preset:
        """Keep a preset as it was written: `made` is what `text` says. Under a name that the person has it becomes the
        next version, unless nothing changed."""
        with transaction.atomic():
            found = Preset.objects.select_for_update().filter(owner=owner, name=made.name).first()
            if found and found.text == text:
                return found
            row = found or Preset(owner=owner, name=made.name, version=0)
            row.title, row.pattern = (made.title or made.name)[:200], made.pattern
            row.text, row.version, row.updated = text, row.version + 1, timezone.now()
            row.save()
            row.versions.filter(number=row.version).update(note=note[:300], by=by)
        return row


class PresetVersion(models.Model):
    """What a preset was at one time."""

    preset = models.ForeignKey(Preset, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    note = models.CharField(max_length=300, blank=True, help_text="what its author said of it")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["preset", "number"], name="one_version_a_number")]

    def __str__(self) -> str:
        return f"{self.preset} version {self.number}"


class PresetDraft(models.Model):
    """A preset's text as somebody left it, whether it can be read or not. `name` is empty for a preset that is new, and
    "+" with the other's name for a copy."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=64, blank=True)
    text = models.TextField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["by", "name"], name="one_preset_draft_a_person")]

    def __str__(self) -> str:
        return f"draft of {self.name or 'a new preset'}"
