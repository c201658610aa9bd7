"""The admin: for administrators, without secrets, and without a way round our verbs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from designer.clusters.models import ApplyRun, Cluster
from designer.designs.models import Design, Draft, PictureLink, ReadingLink, Revision
from designer.teams import audit
from designer.teams.audit import Entry
from designer.teams.models import FirstLink, Invitation, Limit
from designer.web.admin import site
from designer.web.admin.site import Shown
from patterns.models import Preset, PresetDraft, PresetVersion
from tests.teams.people import Cast, cast, person, team_mode
from tests.web.test_access import NAMED

__all__ = ["cast", "team_mode"]

# What no page of the admin may show, in a list, on a row's page, or by a filter or a search.
SECRET = {
    *("password", "token", "sealed", "text", "draft", "woven", "rest", "lease", "session_key", "secret", "message"),
    *("groups", "user_permissions", "take_over", "recreate", "prune", "extra_data"),
}
MARK = "m4rker"
PAGES: dict[type[models.Model], Shown] = {
    model: shown for model, shown in site._registry.items() if isinstance(shown, Shown)
}


def fill(cast: Cast, number: int) -> None:
    """One more row of every model that is shown, each with a mark in what it must not show."""
    who = person(f"p{number}")
    # Not by `set_password`: what stands in the column must not come out, whatever it is.
    User.objects.filter(pk=who.pk).update(password=f"{MARK}{number}")
    cast.team.add(who, "viewer")
    team = cast.team if number % 2 else None
    design = Design.objects.create(owner=who, team=team, name=f"d{number}", text=f"# {MARK}", number=1)
    if number == 1:
        Design.objects.filter(pk=design.pk).update(deleted=timezone.now())
    Invitation.objects.create(
        token=f"{MARK}{number}", team=team, role="viewer" if team else "", by=who, expires=timezone.now()
    )
    ReadingLink.objects.create(design=design, token=f"{MARK}{number}", by=who)
    PictureLink.objects.create(design=design, token=f"{MARK}{number}", by=who)
    Preset.objects.create(
        owner=who, team=team, name=f"preset-{number}", title="T", pattern="sidecar", text=MARK, draft=MARK
    )
    cluster = Cluster.objects.create(name=f"c{number}", source="token", server="https://dev.example", sealed=MARK)
    cluster.teams.add(cast.team)
    ApplyRun.objects.create(
        design=design,
        cluster=cluster,
        revision=1,
        context="dev",
        namespace="shop",
        by=who,
        dry_run=False,
        message=MARK,
        take_over=[MARK],
        recreate=[MARK],
        prune=[MARK],
        lease=MARK,
    )
    audit.record(None, who, "sign-in", how="a password")


def lists() -> Iterator[str]:
    for model in PAGES:
        yield reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist")


def opened(model: type[models.Model]) -> str:
    row = model._default_manager.order_by("-pk").first()
    assert row is not None, f"no {model.__name__} to open"
    return reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_change", args=[row.pk])


def test_it_leads_to_our_sign_in_and_back(cast: Cast) -> None:
    anonymous = Client(SERVER_NAME="127.0.0.1")
    for name, route in NAMED.items():
        if name.startswith("admin:"):
            to = reverse(name, kwargs={"object_id": 1} if route.pattern.converters else {})
            assert anonymous.get(to).headers["Location"] == f"/sign-in/?next={to}", name
            assert cast.client("owner").get(to).status_code == 404, name
    for own in ("/admin/login/", "/admin/logout/", "/admin/password_change/", "/admin/nothing/"):
        assert cast.client("administrator").get(own).status_code == 404
    page = cast.client("administrator").get("/admin/").content.decode()
    assert "<title>Administration · Pod Pattern Designer</title>" in page
    assert 'href="/admin/"' in cast.client("administrator").get("/people/").content.decode()


def test_a_deactivated_administrator_is_let_in_no_more(cast: Cast) -> None:
    browser = cast.client("administrator")
    assert browser.get("/admin/").status_code == 200
    User.objects.filter(username="administrator").update(is_active=False)
    assert browser.get("/admin/").headers["Location"] == "/sign-in/?next=/admin/"


def test_it_is_not_there_in_local_mode(db: None) -> None:
    local = User.objects.create(username="local", is_superuser=True, is_staff=True)
    browser = Client(SERVER_NAME="127.0.0.1")
    for to in ("/admin/", "/admin/designs/design/", f"/admin/auth/user/{local.pk}/change/", "/admin/jsi18n/"):
        assert browser.get(to).status_code == 404


def test_no_page_shows_a_secret(cast: Cast) -> None:
    for number in range(3):
        fill(cast, number)
    browser = cast.client("administrator")
    for to in [*lists(), *map(opened, PAGES), "/admin/"]:
        answer = browser.get(to)
        assert answer.status_code == 200, to
        page = answer.content.decode()
        assert MARK not in page, f"{to} shows what it must not"
        # Nothing that the policy of all pages (web/middleware.py) refuses.
        assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:", page), to
        assert all("src=" in script for script in re.findall(r"<script[^>]*>", page)), to
        assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_no_page_has_a_field_for_a_secret() -> None:
    assert len(PAGES) == len(site._registry), "every model is shown as one that is looked at"
    for model, shown in PAGES.items():
        named = [*shown.list_display, *(shown.fields or []), *shown.search_fields, *shown.list_editable]
        named += [one if isinstance(one, str) else one.parameter_name for one in shown.list_filter]  # type: ignore[union-attr]
        for inline in shown.inlines:
            named += [*(inline.fields or []), *inline.readonly_fields]
        words = {word for one in named for word in str(one).split("__")}
        assert not words & SECRET, f"{model.__name__}: {words & SECRET}"
        assert shown.fields, f"{model.__name__} would show all it has"
        # A text of any length is to be looked at before it is shown: only the log's sentence is.
        long = {one.name for one in model._meta.fields if isinstance(one, (models.TextField, models.JSONField))}
        assert long & words <= {"about", "namespaces", "sentence"}, f"{model.__name__}: {long & words}"
        assert not [word for word in words if re.search(r"passw|token|secret|seal|credential|key", word)]


def test_models_that_are_secrets_are_not_there() -> None:
    away = {SocialToken, SocialApp, SocialAccount, EmailAddress, UserSession, Session, Group, FirstLink, Limit}
    assert not away & set(site._registry)
    assert not {Draft, Revision, PresetDraft, PresetVersion} & set(site._registry)


def test_an_address_cannot_ask_for_what_is_not_shown(cast: Cast) -> None:
    fill(cast, 1)
    browser = cast.client("administrator")
    for to in (
        *("/admin/auth/user/?password__startswith=p", "/admin/teams/invitation/?token__startswith=a"),
        *("/admin/designs/design/?text__contains=m", "/admin/designs/design/?owner__password__startswith=p"),
        *("/admin/clusters/cluster/?sealed__contains=m", "/admin/teams/entry/?group__contains__password=x"),
        "/admin/patterns/preset/?text__contains=m",
    ):
        assert browser.get(to).status_code == 400, to
    for to in (
        *("/admin/designs/design/?bin=yes&space=no", "/admin/clusters/applyrun/?started__year=2026&q=d"),
        *("/admin/auth/user/?is_active__exact=1", "/admin/teams/invitation/?open=no", "/admin/teams/entry/?o=2"),
    ):
        assert browser.get(to).status_code == 200, to
    page = browser.get("/admin/designs/design/?bin=yes").content.decode()
    assert "1 in all" in page
    assert "0 in all" in browser.get("/admin/designs/design/?bin=no").content.decode()


def test_the_number_of_queries_does_not_grow(cast: Cast) -> None:
    browser = cast.client("administrator")
    counted: list[dict[str, int]] = []
    for rows in (range(2), range(2, 14)):
        for number in rows:
            fill(cast, number)
        counts = {}
        for to in [*lists(), opened(User), reverse("admin:teams_team_change", args=[cast.team.pk])]:
            browser.get(to)
            with CaptureQueriesContext(connection) as asked:
                assert browser.get(to).status_code == 200
            counts[re.sub(r"\d+", "N", to)] = len(asked)
        counted.append(counts)
    assert counted[0] == counted[1]
    assert max(counted[0].values()) <= 12


def test_nothing_is_added_changed_or_deleted(cast: Cast) -> None:
    fill(cast, 1)
    browser = cast.client("administrator")
    design = Design.objects.get(name="d1")
    before = {model: model._default_manager.count() for model in PAGES}
    for model in PAGES:
        names = f"/admin/{model._meta.app_label}/{model._meta.model_name}"
        row = model._default_manager.first()
        assert row is not None
        for to in (f"{names}/add/", f"{names}/{row.pk}/delete/", f"{names}/{row.pk}/history/"):
            assert browser.post(to, {"post": "yes"}).status_code == 404, to
        assert browser.post(f"{names}/{row.pk}/change/", {"name": "other"}).status_code == 405
        answer = browser.post(f"{names}/", {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
        assert answer.status_code in (200, 302, 405)
    assert {model: model._default_manager.count() for model in PAGES} == before
    design.refresh_from_db()
    assert design.name == "d1"
    assert cast.team.role_of(cast.owner) == "owner"


def test_what_its_actions_do_is_in_the_log(cast: Cast) -> None:
    fill(cast, 1)
    made, token = Invitation.make(cast.owner, team=cast.team, role="viewer")
    browser = cast.client("administrator")
    chosen = list(Invitation.objects.values_list("pk", flat=True))
    browser.post("/admin/teams/invitation/", {"action": "take_back", "_selected_action": chosen})
    assert "taken back" in Invitation.objects.found(token).problem  # type: ignore[union-attr]
    link = ReadingLink.objects.get()
    browser.post("/admin/designs/readinglink/", {"action": "take_back", "_selected_action": [link.pk]})
    picture = PictureLink.objects.get()
    browser.post("/admin/designs/picturelink/", {"action": "take_back", "_selected_action": [picture.pk]})
    assert not ReadingLink.objects.exists()
    assert not PictureLink.objects.exists()
    design = Design.objects.get(name="d1")
    browser.post("/admin/designs/design/", {"action": "restore", "_selected_action": [design.pk]})
    design.refresh_from_db()
    assert design.deleted is None
    said = [str(entry) for entry in Entry.objects.filter(who="administrator").exclude(what="sign-in")]
    assert said == [
        "administrator took the design d1 of Payments out of the bin",
        "administrator took back an address to see the picture of d1 without an account",
        "administrator took back an address to read d1 without an account",
        "administrator took back an invitation to Payments as viewer",
    ]
    assert Invitation.objects.exclude(pk=made.pk).get().revoked is None, "one that was over stays as it was"


def test_pages_lead_to_where_it_is_done(cast: Cast) -> None:
    browser = cast.client("administrator")
    page: Any = browser.get(reverse("admin:auth_user_change", args=[cast.viewer.pk])).content.decode()
    assert f'href="/people/{cast.viewer.pk}/"' in page
    page = browser.get(reverse("admin:teams_team_change", args=[cast.team.pk])).content.decode()
    assert 'href="/teams/payments/"' in page
    assert "editor" in page
