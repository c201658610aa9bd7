"""Bring presets in from where they are kept: `manage.py sync_catalogue [NAME …]`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from designer.web.management.commands import _who
from designer.web.management.commands._files import refused
from patterns import sources_sync
from patterns.sources import CatalogueSource
from patterns.sources_sync import BusyError


class Command(BaseCommand):
    help = (
        "Bring in what changed in the sources of presets, all of them or those named, with a line for each and one for "
        "each problem. The exit status is 1 where a source has a problem or cannot be looked at, and 2 for a name that "
        "none has."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help="as the Sources page has it")

    def handle(self, *args: Any, names: list[str], **options: Any) -> None:
        _who.set_up()
        known = {one.name: one for one in CatalogueSource.objects.order_by("name")}
        if unknown := [name for name in names if name not in known]:
            there = ", ".join(known) or "none"
            raise refused(f"there is no source {unknown[0]}: there are {there}")
        wrong = False
        for one in [known[name] for name in dict.fromkeys(names)] or known.values():
            try:
                found = sources_sync.refresh(one)
            except BusyError as error:
                # Somebody pressed Refresh: that is as good.
                self.stdout.write(str(error))
                continue
            wrong = wrong or bool(found.failure or found.problems)
            if found.failure:
                self.stderr.write(f"{one.name}: {found.failure}")
                continue
            at = f" at {found.short}" if found.short else ""
            wrong_here = f", {len(found.problems)} problem{'' if len(found.problems) == 1 else 's'}"
            there = f"{found.there} preset{'' if found.there == 1 else 's'}"
            self.stdout.write(f"{one.name}: {there}{at}, {found.came}{wrong_here if found.problems else ''}")
            for file, line, message in found.problems:
                self.stderr.write(f"  {file}:{line or 1}: {message}")
        if wrong:
            # Each was told by now.
            raise SystemExit(1)
