"""Teams, people and the audit log over HTTP: every route × every kind of person, against the written table."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from designer.teams.audit import Entry
from designer.teams.invitations import Invitation
from designer.teams.models import Team
from tests.teams.people import Cast, cast, person, team_mode
from tests.web.rights_table import ROUTES as RIGHTS
from tests.web.test_access import ROUTES

__all__ = ["cast", "team_mode"]

WHO = ["anonymous", "stranger", "viewer", "editor", "owner", "administrator"]
# What each gets: in = the page or a redirect after the deed, sign = led to the sign-in page, 404 = it is not there,
# 403 = it is, and is not for them.
#                            anonymous stranger viewer editor owner administrator
TABLE = """
GET  teams                      sign      in       in     in     in    in
POST teams                      sign      in       in     in     in    in
GET  team                       sign      404      in     in     in    in
POST rename-team                sign      404      403    403    in    in
POST leave-team                 sign      404      in     in     in    403
POST add-member                 sign      404      403    403    in    in
POST change-role                sign      404      403    403    in    in
POST remove-member              sign      404      403    403    in    in
POST hand-over                  sign      404      403    403    in    403
GET  delete-team                sign      404      403    403    in    403
POST delete-team                sign      404      403    403    in    403
POST invite                     sign      404      403    403    in    in
POST revoke-invitation          sign      404      403    403    in    in
GET  people                     sign      404      404    404    404   in
POST people                     sign      404      404    404    404   in
POST revoke-designer-invitation sign      404      404    404    404   in
GET  person                     sign      404      404    404    404   in
POST change-person              sign      404      404    404    404   in
POST reset-link                 sign      404      404    404    404   in
GET  export-person              sign      404      404    404    404   in
GET  erase-person               sign      404      404    404    404   in
POST erase-person               sign      404      404    404    404   in
GET  usage                      sign      404      404    404    404   in
GET  audit                      sign      404      404    404    404   in
GET  export-audit               sign      404      404    404    404   in
GET  account                    sign      in       in     in     in    in
POST profile                    sign      in       in     in     in    in
GET  export-account             sign      in       in     in     in    in
GET  erase-account              sign      in       in     in     in    in
POST erase-account              sign      in       in     in     in    in
POST end-other-sessions         sign      in       in     in     in    in
GET  account_change_password    sign      in       in     in     in    in
POST account_logout             sign      in       in     in     in    in
"""
ROWS = [line.split() for line in TABLE.split("\n") if line]
# What the owner leaves as last owner, or what a person's own hands change, is said with 422.
_IN = {200, 302, 422}


def address(cast: Cast, name: str) -> str:
    invitation = Invitation.objects.first()
    values: dict[str, Any] = {
        "slug": cast.team.slug,
        "member": cast.membership("viewer").pk,
        "person": cast.stranger.pk,
        "invitation": invitation.pk if invitation else 0,
        "verb": "deactivate",
        "format": "csv",
    }
    route = next(route for route in ROUTES if route.name == name)
    names = route.pattern.converters or route.pattern.regex.groupindex
    return reverse(name, kwargs={one: values[one] for one in names})


SENT = {
    "name": "Other",
    "person": "stranger",
    "role": "viewer",
    "days": "7",
    "most": "1",
    "email": "stranger@corp.example",
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1]}")
def test_who_gets_what(cast: Cast, row: list[str]) -> None:
    method, name, *wanted = row
    for who, want in zip(WHO, wanted, strict=True):
        into = None if name == "revoke-designer-invitation" else cast.team
        Invitation.make(cast.owner, team=into, role="viewer")
        client = cast.client(who)
        to = address(cast, name)
        sent = SENT | ({"email": f"{who}@corp.example"} if name == "profile" else {})
        before = state(cast)
        answer = client.get(to) if method == "GET" else client.post(to, sent)
        if want == "in":
            assert answer.status_code in _IN, (who, answer.status_code)
            assert not answer.headers.get("Location", "").startswith("/sign-in/?next"), who
        else:
            expected = {"sign": 302, "404": 404, "403": 403}[want]
            assert answer.status_code == expected, (who, answer.status_code)
            assert want != "sign" or answer.headers["Location"].startswith("/sign-in/?next="), who
            assert state(cast) == before, who
        if name in ("leave-team", "remove-member", "hand-over", "add-member", "change-person"):
            restore(cast)


def state(cast: Cast) -> list[Any]:
    """All that a request must leave alone where it is refused."""
    return [
        sorted(cast.team.memberships.values_list("person__username", "role")),
        Team.objects.values_list("name", flat=True).get(pk=cast.team.pk),
        Team.objects.count(),
        Invitation.objects.open().count(),
        Entry.objects.count(),
    ]


def restore(cast: Cast) -> None:
    """The cast as it began."""
    cast.team.memberships.all().delete()
    for name in ("viewer", "editor", "owner"):
        cast.team.add(getattr(cast, name), name)
    cast.stranger.is_active = True
    cast.stranger.save()


def test_every_route_of_teams_and_people_is_in_the_table() -> None:
    known = {name for _, name, *_ in ROWS}
    # Their answers depend on a row of their own, which tests/web/test_accounts.py walks.
    own = {"end-session", "disconnect", "account_set_password"}
    asks = {"account", "administrator"}
    # What is neither a team nor the designer itself is walked by tests/web/test_rights.py, as all of it is.
    elsewhere = {name for kind, names in RIGHTS.items() if kind not in ("team", "designer") for name in names}
    for route in ROUTES:
        if getattr(route.callback, "access", "") in asks and route.name not in elsewhere | {"add-cluster"}:
            assert route.name in known | own, f"{route.name}: say in TABLE what each person gets"


def test_what_changes_things_needs_a_token(cast: Cast) -> None:
    strict = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True)
    strict.force_login(cast.owner)
    Invitation.make(cast.owner, team=cast.team, role="viewer")
    for method, name, *_ in ROWS:
        if method == "POST":
            assert strict.post(address(cast, name), SENT).status_code in (403, 404), name


def test_a_team_from_its_making_to_its_handing_over(cast: Cast) -> None:
    owner = cast.client("stranger")
    assert owner.post("/teams/", {"name": ""}).status_code == 422
    made = owner.post("/teams/", {"name": "Shop"})
    assert made.headers["Location"] == "/teams/shop/"
    page = owner.get("/teams/shop/").content.decode()
    assert all(f'"/{where}?space=shop"' in page for where in ("", "catalogue/", "activity/")), "what the team has"
    assert "You are the last owner: add somebody" in page
    answer = owner.post("/teams/shop/people/", {"person": "nobody", "role": "editor"})
    assert answer.status_code == 422
    assert "Nobody here is called “nobody”. Make an invitation link" in answer.content.decode()
    owner.post("/teams/shop/people/", {"person": "Viewer@corp.example", "role": "editor"})
    shop = Team.objects.get(slug="shop")
    assert shop.role_of(cast.viewer) == "editor"
    answer = owner.post("/teams/shop/leave/")
    assert "stranger is the last owner and has to stay in Shop. Hand the team over" in answer.content.decode()
    owner.post(f"/teams/shop/people/{shop.memberships.get(person=cast.viewer).pk}/hand-over/")
    assert shop.role_of(cast.stranger) == "editor"
    assert owner.post("/teams/shop/leave/").headers["Location"] == "/teams/"
    assert shop.role_of(cast.stranger) is None
    assert owner.get("/teams/shop/").status_code == 404
    said = [str(entry) for entry in Entry.objects.filter(group="team")]
    assert said == [
        "stranger left Shop",
        "stranger handed Shop over to viewer",
        "stranger added viewer to Shop as editor",
        "stranger created the team Shop",
    ]


def test_an_owner_may_step_back_and_sees_the_list_then(cast: Cast) -> None:
    cast.membership("editor").change("owner")
    owner = cast.client("owner")
    own = cast.membership("owner").pk
    assert (
        owner.post(f"/teams/payments/people/{own}/role/", {"role": "viewer"}).headers["Location"] == "/teams/payments/"
    )
    assert owner.post(f"/teams/payments/people/{own}/role/", {"role": "owner"}).status_code == 403
    assert "owner viewer of Payments, who was owner" in str(Entry.objects.filter(what="member-role").get())


def test_a_link_is_shown_once_and_taken_back(cast: Cast) -> None:
    owner = cast.client("owner")
    page = owner.post("/teams/payments/invitations/", {"role": "editor", "days": "7", "most": "3"}).content.decode()
    link = page.partition('value="http://127.0.0.1/join/')[2].partition("/")[0]
    assert len(link) > 40
    assert link not in owner.get("/teams/payments/").content.decode()
    made = Invitation.objects.get()
    assert (made.most, made.role, made.team) == (3, "editor", cast.team)
    assert cast.client("stranger").get(f"/join/{link}/").status_code == 302
    owner.post(f"/teams/payments/invitations/{made.pk}/delete/")
    answer = cast.client("stranger").get(f"/join/{link}/")
    assert answer.status_code == 410
    assert "taken back" in answer.content.decode()
    for sent in ({"days": "x"}, {"most": ""}, {"most": "501"}, {"role": "king"}):
        assert (
            owner.post("/teams/payments/invitations/", {"role": "editor", "days": "7", "most": "3"} | sent).status_code
            == 422
        )


def test_one_teams_invitation_is_not_anothers_to_take_back(cast: Cast) -> None:
    Team.create("Shop", cast.stranger)
    made, _ = Invitation.make(cast.owner, team=cast.team, role="viewer")
    assert cast.client("stranger").post(f"/teams/shop/invitations/{made.pk}/delete/").status_code == 404
    member = cast.membership("viewer").pk
    assert cast.client("stranger").post(f"/teams/shop/people/{member}/delete/").status_code == 404
    assert cast.client("administrator").post(f"/people/invitations/{made.pk}/delete/").status_code == 404
    assert Invitation.objects.open().count() == 1


def test_who_has_an_account_joins_with_a_press(cast: Cast) -> None:
    _, token = Invitation.make(cast.owner, team=cast.team, role="editor")
    stranger = cast.client("stranger")
    assert stranger.get(f"/join/{token}/").headers["Location"] == "/join/"
    page = stranger.get("/join/").content.decode()
    assert "Join as stranger" in page
    assert token not in page
    assert cast.team.role_of(cast.stranger) is None
    assert stranger.post("/join/").headers["Location"] == "/teams/payments/"
    assert "Welcome to Payments. You are editor here." in stranger.get("/teams/payments/").content.decode()
    assert stranger.post("/join/").status_code == 404
    # Who is in already leaves it to another.
    _, token = Invitation.make(cast.owner, team=cast.team, role="viewer")
    stranger.get(f"/join/{token}/")
    assert "You are in Payments" in stranger.get("/join/").content.decode()
    stranger.post("/join/")
    assert cast.team.role_of(cast.stranger) == "editor"
    assert Invitation.objects.open().get().used == 0


def test_an_administrator_deactivates_and_activates(cast: Cast) -> None:
    admin, editor = cast.client("administrator"), cast.client("editor")
    assert editor.get("/account/").status_code == 200
    admin.post(f"/people/{cast.editor.pk}/deactivate/")
    assert editor.get("/account/").status_code == 302
    assert "deactivated" in admin.get(f"/people/{cast.editor.pk}/").content.decode()
    assert admin.post(f"/people/{cast.editor.pk}/reset-link/").status_code == 422
    admin.post(f"/people/{cast.editor.pk}/activate/")
    # The session that ended stays ended.
    assert editor.get("/account/").status_code == 302
    answer = admin.post(f"/people/{cast.owner.pk}/deactivate/")
    assert answer.status_code == 422
    assert "owner is the last owner of Payments. Make another member owner there first" in answer.content.decode()
    assert "its last owner" in answer.content.decode()
    answer = admin.post(f"/people/{cast.administrator.pk}/unmake-administrator/")
    assert "the last administrator" in answer.content.decode()
    assert admin.post(f"/people/{cast.editor.pk}/explode/").status_code == 404
    assert admin.get("/people/999999/").status_code == 404


def test_an_administrator_makes_another_and_steps_back(cast: Cast) -> None:
    admin = cast.client("administrator")
    admin.post(f"/people/{cast.owner.pk}/make-administrator/")
    assert admin.post(f"/people/{cast.administrator.pk}/unmake-administrator/").headers["Location"] == "/"
    assert admin.get("/people/").status_code == 404
    assert cast.client("owner").get("/people/").status_code == 200
    assert [entry.what for entry in Entry.objects.filter(group="administration")] == [
        "no-administrator",
        "administrator",
    ]


def test_people_are_found(cast: Cast) -> None:
    admin = cast.client("administrator")
    assert "never signed in" in admin.get("/people/").content.decode()
    page = admin.get("/people/?q=viewer@").content.decode()
    assert ">viewer</a>" in page
    assert ">editor</a>" not in page
    assert "Nobody matches “xyz”." in admin.get("/people/?q=xyz").content.decode()


def test_the_log_is_filtered(cast: Cast) -> None:
    owner, admin = cast.client("owner"), cast.client("administrator")
    owner.post("/teams/", {"name": "Shop"})
    Entry(who="gone", what="sign-out", group="sign-in", sentence="signed out", address="192.0.2.9").save()

    def shown(query: str) -> str:
        return admin.get("/audit/" + query).content.decode()

    assert "created the team Shop" in shown("")
    assert "created the team Shop" in shown("?group=team")
    assert "signed out" not in shown("?group=team")
    assert "signed out" in shown("?q=192.0.2")
    assert "created the team" not in shown("?q=gone+signed")
    today = timezone.now().date()
    assert "created the team" in shown(f"?from={today}&to={today}")
    assert "Nothing matches" in shown(f"?from={today + timedelta(days=1)}")
    assert "created the team" in shown("?from=nonsense&before=x")


def test_the_log_turns_its_pages(cast: Cast) -> None:
    for number in range(150):
        Entry(who=f"person-{number:03}", what="sign-out", group="sign-in", sentence="signed out").save()
    admin = cast.client("administrator")
    first = admin.get("/audit/?group=sign-in&q=person").content.decode()
    older = Entry.objects.get(who="person-050").pk
    assert f"before={older}" in first
    second = admin.get(f"/audit/?group=sign-in&q=person&before={older}").content.decode()
    assert ("person-149" in first, "person-050" in first, "person-049" in first) == (True, True, False)
    assert ("person-049" in second, "person-000" in second, "person-050" in second) == (True, True, False)


def test_the_log_as_a_file(cast: Cast) -> None:
    owner, admin = cast.client("owner"), cast.client("administrator")
    owner.post("/teams/", {"name": '=HYPERLINK("x")'})
    Entry(who="=cmd", what="sign-out", group="sign-in", sentence="signed out").save()
    answer = admin.get("/audit/export.csv?group=sign-in")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert rows[-1]["who"] == "'=cmd"
    assert all(row["group"] == "sign-in" for row in rows)
    assert "attachment" in answer.headers["Content-Disposition"]
    read = json.loads(admin.get("/audit/export.json").content)
    assert read[0]["at"] < read[-1]["at"]
    assert {"who", "sentence", "address", "about"} <= set(read[0])
    assert "exported the audit log as CSV" in str(Entry.objects.filter(what="audit-exported").last())


def test_the_number_of_queries_does_not_grow(cast: Cast, django_assert_max_num_queries: Any) -> None:
    admin = cast.client("administrator")
    for number in range(30):
        one = person(f"p{number}")
        cast.team.add(one, "viewer")
        Team.create(f"Team {number}", one)
        Invitation.make(one, team=cast.team, role="viewer")
    admin.get("/teams/")
    # A team's page also counts what its space holds, in five.
    for path, most in {"/teams/": 9, "/teams/payments/": 13, "/people/": 9, "/audit/": 9, "/usage/": 11}.items():
        with django_assert_max_num_queries(most):
            assert client_get(admin, path) == 200


def client_get(client: Client, path: str) -> int:
    return client.get(path).status_code


@pytest.mark.parametrize(
    "route",
    [route for route in ROUTES if getattr(route.callback, "access", "") in ("account", "everyone")],
    ids=lambda route: str(route.name),
)
def test_none_of_it_is_there_in_local_mode(db: None, route: Any) -> None:
    values = {
        "slug": "payments", "member": 1, "person": 1, "invitation": 1, "verb": "deactivate", "format": "csv",
        "session": 1, "connection": 1, "preset": "x", "comment": 1,
        "token": "x", "provider_id": "kc", "uidb36": "1", "key": "set-password",
    }  # fmt: skip
    names = route.pattern.converters or route.pattern.regex.groupindex
    to = reverse(route.name, kwargs={name: values[name] for name in names})
    client = Client(SERVER_NAME="127.0.0.1")
    assert client.get(to).status_code in (404, 405)
    assert client.post(to).status_code in (404, 405)
