"""What plan and apply share: which design, to which cluster and namespace, and how an object is told in a terminal."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import CommandError

from designer.clusters import kubeconfig, reach, runs
from designer.clusters.compare import Change
from designer.clusters.errors import ClusterError
from designer.clusters.models import ApplyResult, ApplyRun, Cluster
from designer.clusters.results import BY_DESIGN
from designer.designs.models import Design
from designer.web import changes
from designer.web.applied import note
from designer.web.local import person
from designer.web.views.runs import WORDS


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("design", metavar="DESIGN", help="its name")
    parser.add_argument("--context", default="", help="of the kubeconfig; the current one if it is not given")
    parser.add_argument("--namespace", "-n", default="", help="the context's own if it is not given")
    parser.add_argument("--revision", type=int, default=0, help="the number of a revision; the newest if not given")


def error(message: str) -> CommandError:
    """As kubectl diff: an exit code above 1 is an error, 1 a difference."""
    return CommandError(message, returncode=2)


def order(options: dict[str, Any], **more: Any) -> tuple[Design, runs.Order]:
    """The design and what to do with it. Raises CommandError (2)."""
    design = Design.objects.filter(owner=person(), name=options["design"], deleted=None).first()
    if design is None:
        raise error(f"there is no design called {options['design']!r}")
    number = options["revision"] or design.number
    if design.text_at(number) is None:
        raise error(f"{design.name} has no r{number}")
    try:
        cluster, context = _cluster(options["context"])
    except ClusterError as problem:
        raise error(str(problem)) from None
    namespace = options["namespace"] or context.namespace or "default"
    if why := reach.namespace_problem(cluster, namespace):
        raise error(why)
    return design, runs.Order(cluster, namespace, number, **more)


def _cluster(name: str) -> tuple[Cluster, kubeconfig.Context]:
    context = kubeconfig.context(name or reach.current())
    found = reach.clusters(person()).filter(context=context.name).first()
    if found is None:
        raise ClusterError("kubeconfig", f"There is no context {name!r} in the kubeconfig.")
    return found, context


def carry_out(design: Design, wanted: runs.Order) -> ApplyRun:
    """The run, done. Raises CommandError (2) where the cluster could not be used."""
    try:
        run = runs.create(design, wanted, person())
    except runs.BusyError as problem:
        raise error(str(problem)) from None
    if not run.dry_run:
        note(None, person(), run)
    runs.carry_out(run)
    run.refresh_from_db()
    return run


def told(results: list[ApplyResult], *, diff: bool, defaults: bool = False) -> Iterator[str]:
    """Each object, what came of it, and with `diff` its changes; `defaults` tells what the server fills in too."""
    for result in results:
        sign, word = WORDS.get(result.action, ("", result.action))
        where = f" in {result.namespace}" if result.namespace else ""
        yield f"{sign} {result.kind} {result.name}{where}: {word}"
        yield from (f"    {line}" for line in (result.message, *result.notes) if line)
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
