"""Who uses a preset: the designs whose pods wear it, in which version."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Count, Q

from designer.designs.models import Design, Weaving
from designer.web.people import called
from patterns.models import Preset
from patterns.podkey import pod_words

PAGE = 12  # designs that are listed at once
_PODS = 100  # weavings of those, that are told


@dataclass(frozen=True)
class Wearer:
    """A design that wears the preset. `pods` are those that do, each with the version and how far that is behind."""

    design: Design
    where: str
    pods: list[tuple[str, int, int]]


@dataclass(frozen=True)
class Use:
    """Who wears a preset. `seen` of `total` designs may the person look at; `versions` counts the designs by version,
    the newest first; `start` is where the list goes on, 0 at its end."""

    wearers: list[Wearer]
    total: int
    seen: int
    versions: list[tuple[int, int]]
    start: int

    @property
    def unseen(self) -> int:
        return self.total - self.seen


def of(ref: str, row: Preset | None = None) -> Q:
    """The weavings of a preset. Records of its owner's own designs from before there were refs have its bare name."""
    called_so = Q(preset=ref)
    if row is not None and row.team_id is None:
        called_so |= Q(preset=row.name, design__owner=row.owner_id, design__team=None)
    return called_so


def use(person: User, ref: str, newest: int, row: Preset | None = None, start: int = 0) -> Use:
    """Who wears the preset that is called `ref`, whose newest version is `newest`; of the designs that the person sees
    a page from `start`, those changed last first. Five queries at most. Designs in the bin do not count."""
    weavings = Weaving.objects.filter(of(ref, row)).order_by()
    kept = weavings.filter(design__deleted=None)
    counted = kept.values_list("version").annotate(count=Count("design", distinct=True))
    versions = sorted(counted, reverse=True)
    if not versions:
        return Use([], 0, 0, [], 0)
    # One that wears two versions counts once.
    total = versions[0][1] if len(versions) == 1 else kept.aggregate(total=Count("design", distinct=True))["total"]
    # From the index to the designs, not from each design to the index: the database has no better order by itself.
    mine = weavings.filter(design__in=Design.objects.of(person).kept().order_by().values("pk"))
    last = mine.order_by("-design__updated", "-design").values_list("design", "design__updated").distinct()
    seen = [pk for pk, _ in last]
    page = seen[start : start + PAGE]
    designs = Design.objects.select_related("team", "owner").defer("text").in_bulk(page)
    pods: dict[int, list[tuple[str, int, int]]] = {}
    for one in weavings.filter(design__in=page).order_by("id")[:_PODS]:
        pods.setdefault(one.design_id, []).append((pod_words(one.pod), one.version, max(0, newest - one.version)))
    return Use(
        [Wearer(designs[pk], _where(designs[pk], person), pods.get(pk, [])) for pk in page if pk in designs],
        total,
        len(seen),
        versions,
        start + PAGE if len(seen) > start + PAGE else 0,
    )


def _where(design: Design, person: User) -> str:
    """The space of a design that the person may see."""
    if design.team:
        return design.team.name
    return "your own" if design.owner_id == person.pk else f"{called(design.owner)}'s own"
