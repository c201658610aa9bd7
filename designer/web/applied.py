"""What the audit log says of runs on clusters, and of what was taken from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest

from designer.clusters.models import ApplyRun
from designer.designs.models import Design
from designer.teams import audit

if TYPE_CHECKING:
    from django.contrib.auth.models import User

audit.SENTENCES |= {
    "applied": ("applies", "applied r{revision} of {design} to {place}"),
    "rolled-back": ("applies", "rolled {design} back to r{revision} in {place}"),
    "deleted-applied": ("applies", "deleted {count} objects of {design} from {place}"),
    "taken-over": ("cluster", "took {design} over from {place}{held}"),
    "went-on": ("applies", "went on with r{revision} of {design} in {place}"),
}
_VERBS = {
    ApplyRun.Verb.APPLY: "applied",
    ApplyRun.Verb.ROLL_BACK: "rolled-back",
    ApplyRun.Verb.DELETE: "deleted-applied",
}


def note(request: HttpRequest | None, person: User, run: ApplyRun, *, again: bool = False) -> None:
    """Write into the audit log that a run was begun, or gone on with; `request` is None for a command."""
    what = "went-on" if again else _VERBS[ApplyRun.Verb(run.verb)]
    place = f"{run.context}/{run.namespace}" + ("" if request is not None else " from a shell")
    about = {"design": run.design, "revision": run.revision, "place": place, "run": run, "count": len(run.prune)}
    audit.record(request, person, what, **about)


def note_taken(request: HttpRequest, person: User, design: Design, place: str, *, secrets: bool) -> None:
    """Write into the audit log, which only team mode shows, that a design has what is in a place, "cluster/namespace";
    `secrets`: with what Secrets hold there."""
    if not settings.LOCAL_MODE:
        held = " with the values of Secrets" if secrets else ""
        audit.record(request, person, "taken-over", design=design, place=place, held=held)
