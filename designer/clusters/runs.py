"""Carry out an ApplyRun, in a thread of its own, so that it survives: ours going away, and the cluster's.

Each object's result is kept as soon as it is known. A run whose process has ended, or whose thread is silent for SILENT
seconds, was broken off, and can go on from there: what has a good result is done, and the one in the middle is applied
again, which server-side apply makes safe. A lease says which thread a run belongs to, so that one that wakes up late
writes nothing more.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.db import close_old_connections, connection, transaction
from django.db.models import Q
from django.utils import timezone

from designer.clusters import inventory, lease, leftovers, objects, plan, reach, secret_rights
from designer.clusters.apply import apply_documents
from designer.clusters.errors import ClusterError
from designer.clusters.models import ApplyResult, ApplyRun, Cluster
from designer.clusters.open import client_of
from designer.clusters.preview import foresee
from designer.clusters.results import ObjectResult
from designer.clusters.target import Target
from designer.designs.change import keep
from designer.designs.models import Design
from designer.manifests import text as manifest_text
from designer.manifests.types import Documents

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# How long a plan is kept: for those who left its dialog open overnight.
_PLANS_LAST = timedelta(days=1)
# Seconds between two signs of life, and without one after which a run counts as broken off.
BEAT, SILENT = 5.0, 20.0
_AGAIN = ("failed", "skipped")
_log = logging.getLogger(__name__)
State, Verb = ApplyRun.State, ApplyRun.Verb


class BusyError(Exception):
    """Another run of the design to the same place is under way; its message says which."""


class _Lost(Exception):  # noqa: N818 - no error: the run belongs to another thread now
    """The run was taken over by another thread."""


@dataclass(frozen=True)
class Order:
    """What to carry out. `revision` is the number of the design's revision, `of` the run that a roll back goes to;
    the rest are keys of objects (objects.py)."""

    cluster: Cluster
    namespace: str
    revision: int
    verb: str = Verb.APPLY
    dry_run: bool = False
    of: ApplyRun | None = None
    take_over: Collection[str] = ()
    recreate: Collection[str] = ()
    prune: Collection[str] = ()


def create(design: Design, order: Order, by: User | None) -> ApplyRun:
    """A run that is about to begin. Raises BusyError: two at once would get in each other's way (tries may)."""
    with transaction.atomic():
        one = {each.pk: each for each in inventory.same(order.cluster).order_by("pk").select_for_update()}
        cluster = one[order.cluster.pk]
        there = ApplyRun.objects.filter(design=design, cluster__in=one, namespace=order.namespace, dry_run=False)
        for other in there.filter(state=State.RUNNING) if not order.dry_run else ():
            if look(other).state == State.RUNNING:
                who = f" by {other.by}" if other.by else ""
                raise BusyError(f"r{other.revision} is being applied there{who} right now. Wait until that is done.")
        if (revision := design.revisions.filter(number=order.revision).first()) is not None:
            keep(revision)
        if order.dry_run:
            old = timezone.now() - _PLANS_LAST
            ApplyRun.objects.filter(design=design, dry_run=True, started__lt=old).delete()
        else:
            cluster.namespace, cluster.last_used = order.namespace, timezone.now()
            cluster.save(update_fields=["namespace", "last_used"])
        return ApplyRun.objects.create(
            design=design,
            cluster=cluster,
            context=cluster.name,
            namespace=order.namespace,
            revision=order.revision,
            verb=order.verb,
            dry_run=order.dry_run,
            of=order.of,
            take_over=sorted(order.take_over),
            recreate=sorted(order.recreate),
            prune=sorted(order.prune),
            by=by,
            lease=lease.new(),
        )


def start(design: Design, order: Order, by: User | None) -> ApplyRun:
    """Begin a run in a thread of its own. Raises BusyError."""
    run = create(design, order, by)
    _spawn(run)
    return run


def look(run: ApplyRun) -> ApplyRun:
    """The run as it stands, told as broken off if nobody carries it out any more."""
    silent = timezone.now() - timedelta(seconds=SILENT)
    stopped = Q(beat__lt=silent)
    if run.state == State.RUNNING and lease.ended(run.lease):
        stopped |= Q(lease=run.lease)
    found = ApplyRun.objects.filter(stopped, pk=run.pk, state=State.RUNNING)
    why = "The designer was stopped in the middle of this. What is shown as done was done; it can go on from there."
    if found.update(state=State.BROKEN_OFF, message=why):
        run.refresh_from_db()
    return run


def resume(run: ApplyRun) -> bool:
    """Go on with a run that was broken off or failed, in a new thread; False where it is under way or done."""
    taken = take(run)
    if taken:
        _spawn(run)
    return taken


def take(run: ApplyRun) -> bool:
    """Make a run ours to go on with: what failed or was skipped is forgotten, to be tried again. False: it is not to
    be had (done, or under way, here or elsewhere)."""
    run = look(run)
    if run.state not in (State.BROKEN_OFF, State.FAILED) or (run.design.deleted and not run.dry_run):
        return False
    now = timezone.now()
    mine = {"lease": lease.new(), "state": State.RUNNING, "beat": now, "message": "", "finished": None}
    with transaction.atomic():
        if not ApplyRun.objects.filter(pk=run.pk, lease=run.lease, state=run.state).update(**mine):
            return False
        again = run.results.all() if run.dry_run else run.results.filter(action__in=_AGAIN)
        again.delete()
    run.refresh_from_db()
    return True


def _spawn(run: ApplyRun) -> None:
    pk, held = run.pk, run.lease

    def work() -> None:
        try:
            carry_out(ApplyRun.objects.select_related("design", "cluster").get(pk=pk, lease=held))
        except ApplyRun.DoesNotExist:
            pass  # taken over, or its design is gone, before it began
        finally:
            close_old_connections()
            connection.close()

    transaction.on_commit(threading.Thread(target=work, name=f"run-{pk}", daemon=True).start)


def carry_out(run: ApplyRun, tell: Callable[[ApplyResult], None] | None = None) -> None:
    """A run, from where it stands to its end, in this thread. What goes wrong is told in the run. `tell` is called with
    what came of each object as soon as that is kept."""
    over = threading.Event()
    heart = threading.Thread(target=_beat, args=(run.pk, run.lease, over), name=f"beat-{run.pk}", daemon=True)
    heart.start()
    try:
        message = _carried_out(run, tell)
        _mine(run)
        run.finish(message)
    except _Lost:
        pass
    except Exception:
        _log.exception("run %s failed", run.pk)
        run.finish("The designer failed at this; what is shown as done was done. Try to go on.")
    finally:
        over.set()
        heart.join()


def _beat(pk: int, held: str, over: threading.Event) -> None:
    try:
        while not over.wait(BEAT):
            ApplyRun.objects.filter(pk=pk, lease=held).update(beat=timezone.now())
    finally:
        connection.close()


def _mine(run: ApplyRun) -> None:
    if not ApplyRun.objects.filter(pk=run.pk, lease=run.lease).update(beat=timezone.now()):
        raise _Lost


def _carried_out(run: ApplyRun, tell: Callable[[ApplyResult], None] | None) -> str:
    """All of a run's objects, each result kept at once. Why the run as a whole failed; "" where it did not."""
    try:
        for result in _results(run):
            with transaction.atomic():
                _mine(run)
                kept = run.record(result)
            if tell is not None:
                tell(kept)
    except ClusterError as error:
        done = run.results.count()
        if not done or run.dry_run:
            return str(error)
        return f"The cluster was lost in the middle of this: {error} What is not shown was not tried; it can go on."
    return ""


def _results(run: ApplyRun) -> Iterator[ObjectResult]:
    if run.cluster is None:
        raise ClusterError("kubeconfig", f"The cluster {run.context} is not here any more.", "Choose another.")
    allowed = _allowed(run, run.cluster)
    client = client_of(run.cluster)
    withheld = partial(secret_rights.sending(run.by, run.design).why_not, _verb(run), run.cluster)
    mark = objects.mark(run.design_id, run.design.created)
    target = Target(client, run.namespace, mark, allowed, partial(_called, run.by), withheld)
    wanted = documents_of(run)
    keys = {objects.key_of(document, run.namespace) for document in wanted}
    if run.dry_run:
        yield from foresee(target, wanted)
        gone = inventory.leftover(run.design, run.cluster, run.namespace, keys)
        yield from leftovers.left(target, gone, wanted)
        return
    kept = list(run.results.all())
    done = {each.document for each in kept if each.document is not None}
    failed = False
    for result in apply_documents(target, wanted, take_over=run.take_over, recreate=run.recreate, done=done):
        failed = failed or result.action in _AGAIN
        yield result
    chosen = [key for key in run.prune if key not in {each.key for each in kept if each.document is None}]
    if not chosen:
        return
    found = {each.key: each for each in inventory.leftover(run.design, run.cluster, run.namespace, keys)}
    for key in _backwards(chosen):
        if failed:
            made = leftovers.skipped(key, "Not deleted, because not all of the design was applied: go on first.")
        elif key not in found:
            made = leftovers.skipped(key, "Not deleted: this design does not have it there.")
        else:
            made = leftovers.remove(target, found[key])
        yield replace(made, action="deleted") if run.verb == Verb.DELETE and made.action == "pruned" else made


def _allowed(run: ApplyRun, cluster: Cluster) -> list[str]:
    """The only namespaces that the run may use; none: any. Raises ClusterError where who began it may not do it (any
    more): rights are looked at when something is done, not only when it is asked for."""
    held = reach.reach(run.by)
    if why := held.refusal(_verb(run), cluster, run.namespace):
        raise ClusterError("credential", why)
    return held.namespaces(_verb(run), cluster) or []


def _verb(run: ApplyRun) -> reach.Verb:
    return "look" if run.dry_run else "apply"


def _called(person: User | None, mark: str) -> str:
    """How to call another design to a person: by its name where they may know of it."""
    found = Design.objects.filter(pk=objects.number_of(mark)).first()
    if found is None or objects.mark(found.pk, found.created) != mark:
        return f"a design that is not in this designer (any more), {mark}"
    if person and found.role_of(person) is not None:
        return f"the design “{found.name}”" + (" (deleted)" if found.deleted else "")
    return f"another design (number {found.pk})"


def documents_of(run: ApplyRun) -> Documents:
    """What a run applies: its revision's documents; none where it only deletes."""
    if run.verb == Verb.DELETE:
        return []
    text = run.design.text_at(run.revision)
    if text is None:
        raise ClusterError("invalid", f"r{run.revision} of this design is not kept any more.", "Choose another.")
    return manifest_text.parse(text)


def _backwards(keys: Iterable[str]) -> list[str]:
    """Keys in the order to delete: what stands on others first."""
    listed = sorted(keys)
    order = plan.order([objects.parse_key(key).reference for key in listed])
    return [listed[index] for index in reversed(order)]
