"""Print the link that makes the first administrator, for who serves the designer by another server than `serve`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from designer.teams import first


class Command(BaseCommand):
    help = "Print a new link that makes the first administrator; the one before stops working. For team mode."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.LOCAL_MODE:
            raise CommandError("there are no accounts in local mode: set PPD_MODE=team")
        token = first.renew()
        if not token:
            raise CommandError(
                "there is an administrator already, who can make others on the page People; "
                "`manage.py changepassword NAME` sets a forgotten password"
            )
        self.stdout.write(settings.PUBLIC_URL + reverse("first-administrator", args=[token]))
