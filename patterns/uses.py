"""How many designs wear each preset that people made: counted from the index of weavings whenever that changes, never
added up, so that the number cannot go astray."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import Count, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Concat
from django.db.models.signals import post_delete
from django.dispatch import receiver

from designer.designs.weavings import Weaving, claimed, rewoven
from patterns.models import Preset

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def count(refs: Iterable[str]) -> None:
    """Count anew who wears these presets, by their refs; built-in ones have no row to keep it in. One query."""
    uids = {uid for uid in (ref.partition("_")[2] for ref in refs) if uid}
    if not uids:
        return
    wearing = Weaving.objects.filter(preset=Concat(OuterRef("name"), Value("_"), OuterRef("uid"))).order_by()
    counted = wearing.values("preset").annotate(number=Count("design", distinct=True)).values("number")
    Preset.objects.filter(uid__in=uids).update(uses=Coalesce(Subquery(counted), 0))


def built_in(names: Iterable[str]) -> dict[str, int]:
    """How many designs wear each of these presets of the catalogue that any wears. One query."""
    found = Weaving.objects.filter(preset__in=list(names)).order_by().values_list("preset")
    return dict(found.annotate(Count("design", distinct=True)))


@receiver(claimed)
def may_be_worn(refs: set[str], by: User, **_: Any) -> set[str]:
    """Those of the refs that are presets which the person may weave. One query."""
    uids = {ref.partition("_")[2] for ref in refs}
    found = Preset.objects.of(by).published().filter(uid__in=uids)
    return {row.ref for row in found.only("name", "uid")} & refs


@receiver(rewoven)
def after_weaving(refs: set[str], **_: Any) -> None:
    count(refs)


@receiver(post_delete, sender=Weaving)
def after_deletion(instance: Weaving, origin: Any = None, **_: Any) -> None:
    """A design is gone for good. What the index itself rewrites it tells of as a whole (`rewoven`)."""
    if getattr(origin, "model", None) is not Weaving:
        count([instance.preset])
