"""A new key for PPD_CREDENTIALS_KEYS."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from designer import vault


class Command(BaseCommand):
    help = "Prints a new key to keep credentials with, for PPD_CREDENTIALS_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(vault.new_key())
