"""Who uses a preset: the designs whose pods wear it, in which version."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Count, Q, Window

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
class Page:
    """Some of the designs that wear a preset, of `seen` that the person may look at; `start` is where the list goes on,
    0 at its end."""

    wearers: list[Wearer]
    seen: int
    start: int


@dataclass(frozen=True)
class Use:
    """Who wears a preset: `page` begins the designs that the person may look at, of `total`; `versions` counts the
    designs by version, the newest first."""

    page: Page
    total: int
    versions: list[tuple[int, int]]

    @property
    def unseen(self) -> int:
        return self.total - self.page.seen


def of(ref: str, row: Preset | None = None) -> Q:
    """The weavings of a preset. Records of its owner's own designs from before there were refs have its bare name."""
    called_so = Q(preset=ref)
    if row is not None and row.team_id is None:
        called_so |= Q(preset=row.name, design__owner=row.owner_id, design__team=None)
    return called_so


def use(person: User, ref: str, newest: int, row: Preset | None = None) -> Use:
    """Who wears the preset that is called `ref`, whose newest version is `newest`, with the first page of the designs
    that the person sees. Five queries at most. Designs in the bin do not count."""
    kept = Weaving.objects.filter(of(ref, row), design__deleted=None).order_by()
    counted = kept.values_list("version").annotate(count=Count("design", distinct=True))
    versions = sorted(counted, reverse=True)
    if not versions:
        return Use(Page([], 0, 0), 0, [])
    # One that wears two versions counts once.
    total = versions[0][1] if len(versions) == 1 else kept.aggregate(total=Count("design", distinct=True))["total"]
    return Use(page(person, ref, newest, row), total, versions)


def page(person: User, ref: str, newest: int, row: Preset | None = None, start: int = 0) -> Page:
    """A page from `start` of the designs that wear a preset and that the person sees, those changed last first. Three
    queries: the keys are chosen and counted from indexes, and no more designs are read than are shown."""
    weavings = Weaving.objects.filter(of(ref, row)).order_by()
    mine = Design.objects.of(person).kept().filter(pk__in=weavings.values("design"))
    keys = list(mine.annotate(seen=Window(Count("pk"))).values_list("pk", "seen")[start : start + PAGE])
    if not keys:
        return Page([], 0, 0)
    found, seen = [pk for pk, _ in keys], keys[0][1]
    designs = Design.objects.select_related("team", "owner").defer("text").in_bulk(found)
    pods: dict[int, list[tuple[str, int, int]]] = {}
    for one in weavings.filter(design__in=found).order_by("id")[:_PODS]:
        pods.setdefault(one.design_id, []).append((pod_words(one.pod), one.version, max(0, newest - one.version)))
    wearers = [Wearer(designs[pk], _where(designs[pk], person), pods.get(pk, [])) for pk in found if pk in designs]
    return Page(wearers, seen, start + PAGE if seen > start + PAGE else 0)


def _where(design: Design, person: User) -> str:
    """The space of a design that the person may see."""
    if design.team:
        return design.team.name
    return "your own" if design.owner_id == person.pk else f"{called(design.owner)}'s own"
