"""Write a design's YAML: `manage.py export_design NAME`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from designer.designs.models import Design
from designer.web.local import person


class Command(BaseCommand):
    help = "Write the YAML of the design NAME to standard output, as `kubectl apply -f -` takes it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        found = Design.objects.filter(owner=person(), name=name, deleted=None).first()
        if found is None:
            raise CommandError(f"there is no design called {name!r}")
        self.stdout.write(found.text, ending="" if found.text.endswith("\n") else "\n")
