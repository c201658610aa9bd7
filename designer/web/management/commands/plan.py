"""Show what applying a design would change: `manage.py plan DESIGN --context … --namespace …`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from designer.web.management.commands import _clusters, _who


class Command(_clusters.Differs):
    help = (
        "Show what applying DESIGN to a cluster would change. Nothing is written. The exit code is that of kubectl "
        "diff: 0 nothing would change, 1 something would, more an error (or something that cannot be applied)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        _clusters.add_arguments(parser)
        parser.add_argument("--defaults", action="store_true", help="show what the server fills in, too")
        parser.add_argument("--summary", action="store_true", help="one line for each object")

    def handle(self, *args: Any, defaults: bool = False, summary: bool = False, **options: Any) -> None:
        design, order = _clusters.order(options, dry_run=True)
        run = _clusters.carry_out(design, order, _who.person(options))
        results = list(run.results.all())
        shown = [each for each in results if each.action != "unchanged"]
        for line in _clusters.told(shown, diff=not summary, defaults=defaults):
            self.stdout.write(line)
        if run.message:
            raise _clusters.error(run.message)
        if refused := sum(each.action == "refused" for each in results):
            objects = "object" if len(results) == 1 else "objects"
            raise _clusters.error(f"{refused} of {len(results)} {objects} cannot be applied")
        if shown:
            sys.exit(1)
