"""Apply a design: `manage.py apply DESIGN --context … --namespace …`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from designer.clusters.models import ApplyRun, Cluster
from designer.web.management.commands import _clusters


class Command(BaseCommand):
    help = (
        "Apply DESIGN to a cluster by server-side apply. The exit code is 0 where nothing had to change, 1 where "
        "something was changed, more for an error; it is kept in the design's runs. See `plan` for what would change."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        _clusters.add_arguments(parser)
        parser.add_argument("--prune", action="store_true", help="delete what it applied there before and has no more")
        parser.add_argument("--take-over", action="store_true", help="take fields over from other managers")
        parser.add_argument("--confirm", default="", metavar="NAMESPACE", help="for production: the namespace again")

    def handle(
        self, *args: Any, prune: bool = False, take_over: bool = False, confirm: str = "", **options: Any
    ) -> None:
        design, order = _clusters.order(options)
        if order.cluster.stage == Cluster.Stage.PRODUCTION and confirm != order.namespace:
            raise _clusters.error(f"{order.cluster} is production: say --confirm {order.namespace}")
        chosen = self._chosen(options, prune, take_over) if prune or take_over else {}
        design, order = _clusters.order(options, **chosen)
        run = _clusters.carry_out(design, order)
        results = list(run.results.all())
        for line in _clusters.told(results, diff=False):
            self.stdout.write(line)
        if run.state != ApplyRun.State.DONE:
            raise _clusters.error(run.message or "not all of it was applied")
        if any(each.action not in ("unchanged", "gone") for each in results):
            sys.exit(1)

    def _chosen(self, options: dict[str, Any], prune: bool, take_over: bool) -> dict[str, list[str]]:
        """The keys that a plan of it finds left over, and in conflict."""
        design, order = _clusters.order(options, dry_run=True)
        plan = _clusters.carry_out(design, order)
        if plan.message:
            raise _clusters.error(plan.message)
        found = list(plan.results.all())
        wanted = {"prune": ("left", prune), "take_over": ("conflict", take_over)}
        return {
            name: [each.key for each in found if each.action == action] if on else []
            for name, (action, on) in wanted.items()
        }
