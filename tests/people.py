"""The people that tests share: the owner of things, and a stranger."""

from __future__ import annotations

from django.contrib.auth.models import User


def owner() -> User:
    return User.objects.get_or_create(username="local")[0]


def stranger() -> User:
    return User.objects.get_or_create(username="stranger")[0]
