"""What plan and apply share: which design, to which cluster and namespace, and how an object is told in a terminal."""

from __future__ import annotations

import sys
import traceback
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import CommandError
from django.db import DatabaseError

from designer.clusters import kubeconfig, reach, runs
from designer.clusters.compare import Change
from designer.clusters.errors import ClusterError
from designer.clusters.models import ApplyResult, ApplyRun, Cluster
from designer.clusters.open import context_of
from designer.clusters.plan import own_namespace
from designer.clusters.results import BY_DESIGN
from designer.designs.models import Design
from designer.manifests import text as manifest_text
from designer.web import changes
from designer.web.applied import note
from designer.web.management.commands import _who
from designer.web.management.commands._files import Filter
from designer.web.views.runs import WORDS


class Differs(Filter):
    """A command whose exit code 1 means a difference, as kubectl diff has it: so it must not end with 1, as Python
    does, where it fails itself."""

    def run_from_argv(self, argv: list[str]) -> None:
        try:
            super().run_from_argv(argv)
        except DatabaseError as problem:
            self.stderr.write(f"The database cannot be used: {problem}. `make run` sets it up.")
            sys.exit(2)
        except Exception:
            traceback.print_exc()
            sys.exit(2)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("design", metavar="DESIGN", help="its name")
    parser.add_argument(
        "--context", default="", help="of the kubeconfig; the current one if it is not given. In team mode a cluster"
    )
    parser.add_argument(
        "--namespace",
        "-n",
        default="",
        help="else the one that all its objects say, or the context's own",
    )
    _who.add_arguments(parser)
    parser.add_argument("--revision", type=int, default=0, help="the number of a revision; the newest if not given")


def error(message: str) -> CommandError:
    """As kubectl diff: an exit code above 1 is an error, 1 a difference."""
    return CommandError(message, returncode=2)


def order(options: dict[str, Any], **more: Any) -> tuple[Design, runs.Order]:
    """The design and what to do with it. Raises CommandError (2), also where who acts may not do it."""
    who = _who.person(options)
    design = _who.design(options, who, options["design"])
    number = options["revision"] or design.number
    text = design.text_at(number)
    if text is None:
        raise error(f"{design.name} has no r{number}")
    try:
        cluster = _cluster(options["context"], who)
        own = own_namespace(manifest_text.parse(text))
        namespace = options["namespace"] or own or context_of(cluster).namespace or "default"
    except ClusterError as problem:
        raise error(str(problem)) from None
    wanted = runs.Order(cluster, namespace, number, **more)
    if why := reach.reach(who).refusal("look" if wanted.dry_run else "apply", cluster, namespace):
        raise error(why)
    return design, wanted


def _cluster(name: str, who: User) -> Cluster:
    if settings.LOCAL_MODE:
        context = kubeconfig.context(name or reach.current())
        found = list(reach.clusters(who).filter(context=context.name))
    else:
        found = list(reach.clusters(who).filter(**({"name": name} if name else {}))[:2])
    if not found:
        where = "in the kubeconfig" if settings.LOCAL_MODE else f"that {who} may look into"
        raise ClusterError("kubeconfig", f"There is no context {name!r} {where}.")
    if len(found) > 1:
        raise ClusterError("kubeconfig", "There are several clusters.", "Say which one: --context NAME.")
    return found[0]


def carry_out(
    design: Design, wanted: runs.Order, who: User, tell: Callable[[ApplyResult], None] | None = None
) -> ApplyRun:
    """The run, done; `tell` is called with what came of each object. Raises CommandError (2) where another one is under
    way."""
    try:
        run = runs.create(design, wanted, who)
    except runs.BusyError as problem:
        raise error(str(problem)) from None
    if not run.dry_run:
        note(None, who, run)
    runs.carry_out(run, tell)
    run.refresh_from_db()
    return run


def told(results: list[ApplyResult], *, diff: bool, defaults: bool = False) -> Iterator[str]:
    """Each object, what came of it, and with `diff` its changes; `defaults` tells what the server fills in too."""
    for result in results:
        sign, word = WORDS.get(result.action, ("", result.action))
        where = f" in {result.namespace}" if result.namespace else ""
        yield f"{sign} {result.kind} {result.name}{where}: {word}"
        yield from (f"    {line}" for line in (result.message, *result.notes) if line)
        # The message has the first of them.
        yield from (f"    {each['field'].lstrip('.')}: {each['message']}" for each in result.causes[1:])
        yield from (f"    Warning: {line}" for line in result.warnings)
        for owner in result.owners:
            if owner["operation"] == BY_DESIGN:
                yield f"    It was applied by {owner['manager']}: --take-over takes it over from there"
                continue
            values = f"{owner['live']!r} there, {owner['wanted']!r} here"
            yield f"    {owner['field']} is owned by {owner['manager']}: {values}"
        if diff:
            for line in changes.shown(Change.from_json(each) for each in result.changes).lines:
                if line.ours or defaults:
                    yield f"    {' ' if line.sign == '@' else line.sign or ' '} {line.shown}"
