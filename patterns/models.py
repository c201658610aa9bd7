"""Presets that people made themselves. The built-in ones are files, patterns/catalogue/."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class Preset(models.Model):
    """A person's own preset. `text` is the preset as YAML, in the format of patterns/preset.py; columns repeat what is
    searched by. Saving it anew makes the next version."""

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
