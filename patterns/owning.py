"""What becomes of a preset that people made, besides being written: where it lives, who sees it, whether it is still to
be used. Who may do what is for the caller to ask; each holds the preset's row until it is done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from designer.designs.models import Design, DesignQuerySet, Weaving
from designer.manifests.types import ManifestError
from patterns import catalogue, store
from patterns.models import Preset
from patterns.preset import deprecation

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from designer.teams.models import Team

_LONGEST_WHY = 300  # characters, as the column has
_CHAIN = 100  # successors that are followed one to the next


def move(row: Preset, to: Team | None, by: User) -> None:
    """Into another space: a team's, or `by`'s own, whose it then is. Its ref, versions and draft go along. Raises
    ManifestError where that space has one of its name."""
    try:
        with transaction.atomic():
            row.hold()
            row.team, row.owner = to, by
            row.save(update_fields=["team", "owner"])
    except IntegrityError:
        row.refresh_from_db()
        there = f"{to.name} has" if to else "your own space has"
        raise ManifestError(f"{there} a preset {row.name} already: delete or move that one first") from None


def clashes(row: Preset, person: User) -> set[int | None]:
    """The spaces, by their team's id (None: the person's own), that have a preset of its name. One query."""
    same = Preset.objects.filter(Q(team__members=person) | Q(team=None, owner=person), name=row.name)
    return set(same.exclude(pk=row.pk).values_list("team", flat=True))


def show(row: Preset, everyone: bool) -> None:
    """Show what is published of it to everyone who is here, or to its space alone again. Raises ManifestError where
    nothing is published."""
    with transaction.atomic():
        row.hold()
        if everyone and not row.version:
            raise ManifestError("nothing of it is published: publish it first, a draft is for its editors alone")
        row.everyone = everyone
        row.save(update_fields=["everyone"])


def deprecate(row: Preset, why: str, successor: str, by: User) -> None:
    """Say that it is not to be woven any more, why, and which preset to use instead, by its ref ("": none). Raises
    ManifestError where no reason is given, that one cannot be its successor, or its YAML says it already."""
    why = " ".join(why.split())
    if not why:
        raise ManifestError("say why it is deprecated: those who wear it read it")
    if len(why) > _LONGEST_WHY:
        raise ManifestError(f"the reason has {len(why)} characters: at most {_LONGEST_WHY}")
    with transaction.atomic():
        row.hold()
        _not_said(row)
        if not row.version:
            raise ManifestError("nothing of it is published: discard its draft instead")
        if successor:
            successor = _successor(row, successor, by)
        row.deprecated, row.deprecated_why, row.successor = row.deprecated or timezone.now(), why, successor
        row.save(update_fields=["deprecated", "deprecated_why", "successor"])


def take_up(row: Preset) -> None:
    """Take back that it is deprecated. Raises ManifestError where its YAML says so."""
    with transaction.atomic():
        row.hold()
        _not_said(row)
        row.deprecated, row.deprecated_why, row.successor = None, "", ""
        row.save(update_fields=["deprecated", "deprecated_why", "successor"])


def remove(row: Preset) -> None:
    """Delete it with its draft and versions. Pods that wear it stay as they are."""
    with transaction.atomic():
        row.hold()
        row.delete()


def designs(row: Preset) -> DesignQuerySet:
    """The designs, not in the bin, in which a pod wears it now. Its owner's own may call it by its bare name."""
    called = Q(preset=row.ref)
    if row.team_id is None:
        called |= Q(preset=row.name, design__owner=row.owner_id, design__team=None)
    return Design.objects.filter(pk__in=Weaving.objects.filter(called).values("design")).kept()


def may_succeed(row: Preset, other: Preset | None) -> bool:
    """Whether all who see `row` see the other too (None: one of the catalogue), so that they can go over to it."""
    if other is None or other.everyone:
        return True
    return not row.everyone and (row.team_id is None or row.team_id == other.team_id)


def _not_said(row: Preset) -> None:
    """What stands in its YAML is changed there, or the next version would say it again."""
    if deprecation(row.text):
        raise ManifestError("its YAML says that it is deprecated: change metadata.deprecated there, and publish that")


def _successor(row: Preset, ref: str, by: User) -> str:
    """The ref of the preset that `ref` calls. Raises ManifestError where it cannot succeed `row`."""
    other = store.row(by, ref)
    if (other is None or not other.version) and ref not in catalogue.presets():
        raise ManifestError(f"there is no preset {ref} that you may weave: search for another")
    if other is None:
        return ref
    if other.pk == row.pk:
        raise ManifestError("it cannot be its own successor: choose another preset, or none")
    if not may_succeed(row, other):
        whom = "everyone here" if row.everyone else str(row.team)
        raise ManifestError(f"“{other.title}” is not shown to {whom}: move or show it first, or choose another")
    step: Preset | None = other
    for _ in range(_CHAIN):
        if step is None or not step.successor:
            break
        step = Preset.objects.filter(uid=step.successor.partition("_")[2]).first()
        if step == row:
            raise ManifestError(f"“{other.title}” is itself succeeded by this one: choose another preset, or none")
    return other.ref
