"""Django's development server, kept to this machine in local mode."""

from __future__ import annotations

from typing import Any

from django.contrib.staticfiles.management.commands.runserver import Command as RunserverCommand
from django.core.management.base import CommandError

from designer.web.local import refusal


class Command(RunserverCommand):
    def handle(self, *args: Any, **options: Any) -> None:
        host, _, port = (options.get("addrport") or "127.0.0.1:8000").rpartition(":")
        if port.isdigit() and host and (why := refusal(host)):
            raise CommandError(why)
        super().handle(*args, **options)
