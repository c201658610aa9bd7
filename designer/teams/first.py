"""The first administrator: a link that works once, for whoever can read the log of the server."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.utils import timezone

from designer.teams import tokens

GOOD_FOR = timedelta(hours=24)


class FirstLink(models.Model):
    """The link that creates the administrator. There is at most one: each start of the server makes it anew."""

    token = models.CharField(max_length=64, unique=True, help_text="the token's hash: tokens.py")
    made = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField()

    def __str__(self) -> str:
        return f"first administrator, until {self.expires}"


def needed() -> bool:
    """Whether nobody can sign in as an administrator."""
    return not get_user_model().objects.filter(is_superuser=True, is_active=True).exists()


def renew() -> str:
    """A new link's token in place of the one before, or "" where there is an administrator."""
    with transaction.atomic():
        FirstLink.objects.all().delete()
        if not needed():
            return ""
        token = tokens.new()
        FirstLink.objects.create(token=tokens.hashed(token), expires=timezone.now() + GOOD_FOR)
    return token


def good(token: str) -> bool:
    """Whether a link would work now."""
    return needed() and FirstLink.objects.filter(token=tokens.hashed(token), expires__gt=timezone.now()).exists()


def claim(token: str) -> bool:
    """Use a link up. False where it was used, has expired, or never was; of two at once only one is told True."""
    used, _ = FirstLink.objects.filter(token=tokens.hashed(token), expires__gt=timezone.now()).delete()
    return bool(used) and needed()
