"""What people make and where it goes: designs, the links to them, presets, clusters and runs; never what they hold."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat

from designer.clusters.models import ApplyRun, Cluster
from designer.designs.models import Design, PictureLink, ReadingLink
from designer.teams import audit
from designer.web.admin.site import Choice, Shown, site
from designer.web.usage import Bytes
from patterns.models import Preset

audit.SENTENCES |= {
    "design-restored": ("designs", "took the design {design} of {space} out of the bin"),
    "link-revoked": ("designs", "took back an address to {reach} {design} without an account"),
}


class InBin(Choice):
    title = "bin"
    parameter_name = "bin"
    words = ("in the bin", "kept")
    condition = ~Q(deleted=None)


class OfTeam(Choice):
    title = "space"
    parameter_name = "space"
    words = ("a team’s", "a person’s own")
    condition = ~Q(team=None)


class Designs(Shown):
    called = "Designs"
    list_display = ["name", "space", "owner", "revision", "size", "updated", "deleted"]
    list_filter = [InBin, OfTeam, "updated"]
    list_select_related = ["team", "owner"]
    search_fields = ["name", "team__name", "owner__username"]
    ordering = ["-updated", "-id"]
    fields = ["name", "space", "team", "owner", "revision", "version", "size", "created", "updated", "deleted"]
    actions = ["restore"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Design]:
        found = super().get_queryset(request).select_related("team", "owner").defer("text")
        return found.annotate(size=Bytes("text"))

    @admin.display(ordering="team__name")
    def space(self, obj: Design) -> str:
        return space(obj)

    @admin.display(ordering="number")
    def revision(self, obj: Design) -> int:
        return obj.number

    @admin.display(ordering="size")
    def size(self, obj: Any) -> str:
        return filesizeformat(obj.size)

    @admin.action(description="Take out of the bin")
    def restore(self, request: HttpRequest, queryset: QuerySet[Design]) -> None:
        with transaction.atomic():
            chosen = queryset.order_by().values("pk")
            found = list(Design.objects.filter(pk__in=chosen).binned().select_related("team", "owner").defer("text"))
            for one in found:
                Design.objects.filter(pk=one.pk).update(deleted=None)
                audit.record(request, request.user, "design-restored", design=one, space=space(one))
        self.message_user(request, f"{len(found)} taken out of the bin.")


class _Links(Shown):
    list_display = ["design", "by", "made", "used"]
    list_select_related = ["design", "by"]
    search_fields = ["design__name", "by__username"]
    date_hierarchy = "made"
    actions = ["take_back"]
    reach: str

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("design", "by").defer("token", "design__text")

    @admin.action(description="Take back: the address opens nothing any more")
    def take_back(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        with transaction.atomic():
            found = list(queryset)
            for one in found:
                one.delete()
                audit.record(request, request.user, "link-revoked", reach=self.reach, design=one.design)
        self.message_user(request, f"{len(found)} taken back.")


class ReadingLinks(_Links):
    called = "Links to read a design"
    list_display = ["design", "yaml", "by", "made", "expires", "used"]
    list_filter = ["yaml", "expires"]
    fields = ["design", "yaml", "by", "made", "expires", "used"]
    reach = "read"


class PictureLinks(_Links):
    called = "Links to a picture"
    fields = ["design", "by", "made", "used"]
    reach = "see the picture of"


class Presets(Shown):
    called = "Presets"
    list_display = ["name", "title", "space", "everyone", "pattern", "version", "updated", "deprecated"]
    list_filter = ["pattern", "everyone", OfTeam, "updated"]
    list_select_related = ["team", "owner"]
    search_fields = ["name", "title", "team__name", "owner__username"]
    ordering = ["title", "id"]
    fields = [
        *("name", "title", "space", "team", "owner", "everyone", "pattern", "version", "created", "updated"),
        "deprecated",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Preset]:
        return super().get_queryset(request).select_related("team", "owner").defer("text", "draft")

    @admin.display(ordering="team__name")
    def space(self, obj: Preset) -> str:
        return space(obj)


class Clusters(Shown):
    called = "Clusters"
    list_display = ["name", "server", "stage", "given_to", "version", "last_used"]
    list_filter = ["stage", "source"]
    search_fields = ["name", "server", "teams__name"]
    ordering = ["name", "id"]
    fields = ["name", "source", "context", "server", "stage", "given_to", "namespaces", "version", "last_used"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Cluster]:
        return super().get_queryset(request).prefetch_related("teams").defer("sealed")

    @admin.display(description="given to")
    def given_to(self, obj: Cluster) -> str:
        return ", ".join(team.name for team in obj.teams.all())


class Runs(Shown):
    called = "Runs"
    list_display = ["design", "verb", "revision", "context", "namespace", "state", "by", "started"]
    list_filter = ["state", "verb", "dry_run"]
    list_select_related = ["design", "by"]
    search_fields = ["design__name", "context", "namespace", "by__username"]
    date_hierarchy = "started"
    ordering = ["-started", "-id"]
    fields = [
        *("design", "verb", "revision", "cluster", "context", "namespace", "dry_run", "state", "by", "started"),
        "finished",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApplyRun]:
        found = super().get_queryset(request).select_related("design", "cluster", "by")
        return found.defer("message", "take_over", "recreate", "prune", "lease", "design__text", "cluster__sealed")


def space(one: Design | Preset) -> str:
    """Where a design or a preset is, in words."""
    return one.team.name if one.team else f"{one.owner.get_username()}’s own"


site.put("Work", Design, Designs)
site.put("Work", ReadingLink, ReadingLinks)
site.put("Work", PictureLink, PictureLinks)
site.put("Work", Preset, Presets)
site.put("Clusters", Cluster, Clusters)
site.put("Clusters", ApplyRun, Runs)
