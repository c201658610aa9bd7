"""People, teams and how one comes in; and the audit log, which nobody changes."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from designer.teams import audit
from designer.teams.audit import Entry
from designer.teams.models import Invitation, Membership, Team
from designer.web.admin.site import Choice, Rows, Shown, site


class Places(Rows):
    """The teams that a person is in."""

    model = Membership
    fk_name = "person"
    fields = ("team", "role", "since")
    readonly_fields = fields
    verbose_name_plural = "teams"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("team", "person").order_by("team__name")


class Members(Rows):
    """The people of a team."""

    model = Membership
    fk_name = "team"
    fields = ("person", "role", "since")
    readonly_fields = fields
    verbose_name_plural = "people"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("team", "person").order_by("person__username")


class People(Shown):
    called = "People"
    list_display = ["username", "name", "email", "is_active", "is_superuser", "places", "last_login", "date_joined"]
    list_filter = ["is_active", "is_superuser", "last_login", "date_joined"]
    search_fields = ["username", "first_name", "last_name", "email"]
    ordering = ["username"]
    fields = ["username", "first_name", "last_name", "email", "is_active", "is_superuser", "last_login", "date_joined"]
    inlines = [Places]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).defer("password").annotate(in_teams=Count("memberships"))

    def view_on_site(self, obj: User) -> str:  # type: ignore[override]
        return reverse("person", args=[obj.pk])

    @admin.display(ordering="last_name")
    def name(self, obj: User) -> str:
        return obj.get_full_name()

    @admin.display(description="teams", ordering="in_teams")
    def places(self, obj: Any) -> int:
        return int(obj.in_teams)


class Teams(Shown):
    called = "Teams"
    list_display = ["name", "slug", "people", "created"]
    search_fields = ["name", "slug"]
    date_hierarchy = "created"
    ordering = ["name"]
    fields = ["name", "slug", "created"]
    inlines = [Members]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        return super().get_queryset(request).annotate(members_in=Count("memberships"))

    def view_on_site(self, obj: Team) -> str:  # type: ignore[override]
        return reverse("team", args=[obj.slug])

    @admin.display(description="people", ordering="members_in")
    def people(self, obj: Any) -> int:
        return int(obj.members_in)


class Open(Choice):
    title = "works now"
    parameter_name = "open"
    words = ("yes", "no")

    @property
    def condition(self) -> Q:  # type: ignore[override]
        return Q(revoked=None, expires__gt=timezone.now(), used__lt=F("most"))


class IntoTeam(Choice):
    title = "into"
    parameter_name = "into"
    words = ("a team", "the designer")
    condition = ~Q(team=None)


class Invitations(Shown):
    called = "Invitations"
    list_display = ["into", "role", "by", "made", "expires", "uses", "revoked"]
    list_filter = [Open, IntoTeam]
    list_select_related = ["team", "by"]
    search_fields = ["team__name", "by__username"]
    date_hierarchy = "made"
    fields = ["into", "role", "by", "made", "expires", "uses", "revoked"]
    actions = ["take_back"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        return super().get_queryset(request).select_related("team", "by").defer("token")

    @admin.display(ordering="team__name")
    def into(self, obj: Invitation) -> str:
        return obj.into

    @admin.display(ordering="used")
    def uses(self, obj: Invitation) -> str:
        return f"{obj.used} of {obj.most}"

    @admin.action(description="Take back: the link works no more")
    def take_back(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        with transaction.atomic():
            found = list(Invitation.objects.open().filter(pk__in=queryset.values("pk")).select_related("team"))
            for one in found:
                one.revoke()
                role = f" as {one.role}" if one.team_id else ""
                audit.record(request, request.user, "invitation-revoked", into=one.into, role=role)
        self.message_user(request, f"{len(found)} taken back. What was used up or over before is as it was.")


class AuditLog(Shown):
    called = "Audit log"
    list_display = ["at", "who", "did", "group", "address"]
    list_filter = ["group", "at"]
    search_fields = ["who", "sentence", "address"]
    ordering = ["-id"]
    fields = ["at", "who", "did", "what", "group", "address", "agent", "about"]

    @admin.display(description="did")
    def did(self, obj: Entry) -> str:
        return obj.sentence


site.put("People", User, People)
site.put("People", Team, Teams)
site.put("People", Invitation, Invitations)
site.put("People", Entry, AuditLog)
