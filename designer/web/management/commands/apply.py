"""Apply a design: `manage.py apply DESIGN --context … --namespace …`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

from designer.clusters.models import ApplyResult, ApplyRun, Cluster
from designer.clusters.preview import FIXED
from designer.clusters.results import choices
from designer.web.management.commands import _clusters, _who
from designer.web.views.runs import WITH_DATA

RECREATE = "; --recreate deletes and creates anew what cannot be changed in place"


class Command(_clusters.Differs):
    help = (
        "Apply DESIGN to a cluster by server-side apply; it is kept in the design's runs. The exit code is that of "
        "kubectl diff, not of kubectl apply: 0 where nothing had to change, 1 where something was changed and all went "
        "well, more for an error. See `plan` for what would change."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        _clusters.add_arguments(parser)
        parser.add_argument("--prune", action="store_true", help="delete what it applied there before and has no more")
        parser.add_argument(
            "--take-over",
            action="store_true",
            help="take fields from other managers, and objects from other designs",
        )
        parser.add_argument(
            "--recreate", action="store_true", help="delete and create anew what cannot be changed in place"
        )
        parser.add_argument(
            "--delete-data", action="store_true", help="with --recreate: claims and definitions too, whose data goes"
        )
        parser.add_argument("--confirm", default="", metavar="NAMESPACE", help="for production: the namespace again")

    def handle(self, *args: Any, confirm: str = "", **options: Any) -> None:
        design, order = _clusters.order(options)
        if order.cluster.stage == Cluster.Stage.PRODUCTION and confirm != order.namespace:
            raise _clusters.error(f"{order.cluster} is production: say --confirm {order.namespace}")
        wanted = any(options[name] for name in ("prune", "take_over", "recreate"))
        chosen = self._chosen(options) if wanted else {}
        design, order = _clusters.order(options, **chosen)
        run = _clusters.carry_out(design, order, _who.person(options), self._tell)
        results = list(run.results.all())
        if run.state != ApplyRun.State.DONE:
            hint = "" if options["recreate"] or not any(FIXED in each.message for each in results) else RECREATE
            raise _clusters.error((run.message or "not all of it was applied") + hint)
        if any(each.action not in ("unchanged", "gone") for each in results):
            sys.exit(1)

    def _tell(self, result: ApplyResult) -> None:
        # Nobody may be reading any more (… | head): that ends the words, and not the run in its middle.
        with suppress(BrokenPipeError):
            for line in _clusters.told([result], diff=False):
                self.stdout.write(line)
            self.stdout.flush()

    def _chosen(self, options: dict[str, Any]) -> dict[str, list[str]]:
        """The keys that a plan of it finds left over, in conflict, and not to be changed in place."""
        design, order = _clusters.order(options, dry_run=True)
        plan = _clusters.carry_out(design, order, _who.person(options))
        if plan.message:
            raise _clusters.error(plan.message)
        found = list(plan.results.all())
        fixed = [each for each in found if each.action == "immutable"]
        kept = [each for each in fixed if each.kind in WITH_DATA and not options["delete_data"]]
        if options["recreate"] and kept:
            named = ", ".join(f"{each.kind} {each.name}" for each in kept)
            raise _clusters.error(f"to create {named} anew deletes what is in it: say --delete-data to do that")
        keys = {
            "prune": [each.key for each in found if each.action == "left"],
            "take_over": [key for each in found for key in choices(each.key, each.owners)],
            "recreate": [each.key for each in fixed],
        }
        return {name: listed if options[name] else [] for name, listed in keys.items()}
