"""Designs in spaces: where new ones go, moving, copying, the bin, and what a list shows to whom."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.db.models import ProtectedError
from django.urls import reverse

from designer.designs.models import Design, Role
from designer.designs.spaces import OWN, spaces
from designer.teams.models import Membership
from patterns import store
from patterns.weave import weave
from tests.web.conftest import POD
from tests.web.crew import Crew


def test_what_one_may_do_with_a_design_is_what_one_is_in_its_team(crew: Crew) -> None:
    own, team = crew.design("own"), crew.design("team")
    held = {who: (own.role_of(person), team.role_of(person)) for who, person in crew.people.items()}
    assert held == {
        "owner": (Role.OWNER, Role.OWNER),
        "editor": (None, Role.EDITOR),
        "viewer": (None, Role.READER),
        "stranger": (None, None),
        "administrator": (None, None),
    }


def test_what_one_sees_is_ones_own_and_ones_teams_each_once(crew: Crew) -> None:
    made = {space: crew.design(space).pk for space in ("own", "team", "other team")}
    seen = {who: sorted(Design.objects.of(person).values_list("pk", flat=True)) for who, person in crew.people.items()}
    assert seen == {
        "owner": [made["own"], made["team"]],
        "editor": [made["team"]],
        "viewer": [made["team"]],
        "stranger": [made["other team"]],
        "administrator": [],
    }


def test_who_leaves_the_team_loses_what_they_brought_and_it_stays(crew: Crew) -> None:
    design = crew.design("team", by="editor")
    crew.team.memberships.get(person=crew.people["editor"]).remove()
    assert design.role_of(crew.people["editor"]) is None
    assert crew.client("editor").get(reverse("design", args=[design.pk])).status_code == 404
    assert crew.client("viewer").get(reverse("design", args=[design.pk])).status_code == 200


def test_spaces_are_ones_own_and_then_ones_teams(crew: Crew) -> None:
    crew.other.add(crew.people["viewer"], Membership.Role.OWNER)
    found = [(one.key, one.role) for one in spaces(crew.people["viewer"])]
    assert found == [(OWN, Role.OWNER), ("elsewhere", Role.OWNER), ("shop", Role.READER)]


@pytest.mark.parametrize(
    ("who", "space", "status"),
    [
        ("owner", "shop", 302),
        ("editor", "shop", 302),
        ("viewer", "shop", 403),
        ("stranger", "shop", 404),
        ("administrator", "shop", 404),
        ("viewer", OWN, 302),
        ("viewer", "", 302),
        ("viewer", "no-such-team", 404),
    ],
)
@pytest.mark.parametrize("way", ["new", "import"])
def test_a_new_design_goes_into_the_space_one_chose(crew: Crew, who: str, space: str, status: int, way: str) -> None:
    answer = crew.client(who).post(reverse(way), {"space": space, "starter": "pod", "text": POD})
    assert answer.status_code == status
    made = Design.objects.first()
    assert (made is not None) == (status == 302)
    if made:
        assert (made.owner, made.team) == (crew.people[who], crew.team if space == "shop" else None)


def test_yaml_that_cannot_be_read_comes_back_in_its_space(crew: Crew) -> None:
    page = crew.client("editor").post(reverse("import"), {"space": "shop", "text": "a: [1\n"})
    assert page.status_code == 422
    assert 'name="space" value="shop"' in page.content.decode()
    assert "a: [1" in page.content.decode()


def test_a_duplicate_is_ones_own_whoever_the_original_is(crew: Crew) -> None:
    design = crew.design("team")
    crew.client("viewer").post(reverse("duplicate", args=[design.pk]))
    copy = Design.objects.exclude(pk=design.pk).get()
    assert (copy.owner, copy.team, copy.text) == (crew.people["viewer"], None, POD)


def test_a_design_moves_to_where_one_may_change_things(crew: Crew) -> None:
    design = crew.design("own")
    owner, editor = crew.client("owner"), crew.client("editor")
    url = reverse("move", args=[design.pk])
    assert editor.get(reverse("design", args=[design.pk])).status_code == 404
    assert re.findall(r"Move to ([^<]*)<", owner.get(url).content.decode()) == ["Shop"]
    said = owner.post(url, {"to": "shop"}).content.decode()
    assert "Moved “web” to Shop." in said
    assert editor.get(reverse("design", args=[design.pk])).status_code == 200
    assert editor.post(url, {"to": OWN}).status_code == 403, "only an owner takes it away from the team"
    assert owner.post(url, {"to": "elsewhere"}).status_code == 404, "not into a team one is not in"
    crew.other.add(crew.people["owner"], Membership.Role.VIEWER)
    assert owner.post(url, {"to": "elsewhere"}).status_code == 403, "nor into one where one only looks"
    owner.post(url, {"to": OWN})
    design.refresh_from_db()
    assert (design.team, design.owner) == (None, crew.people["owner"])
    assert editor.get(reverse("design", args=[design.pk])).status_code == 404


def test_a_move_is_in_the_audit_log(crew: Crew) -> None:
    from designer.teams.audit import Entry

    design = crew.design("own")
    crew.client("owner").post(reverse("move", args=[design.pk]), {"to": "shop"})
    entry = Entry.objects.get(what="design-moved")
    assert str(entry) == "owner moved the design web from owner's own space to Shop"


def test_the_bin_of_a_space_is_its_owners(crew: Crew) -> None:
    mine, ours = crew.design("own", name="mine"), crew.design("team", name="ours")
    owner = crew.client("owner")
    for design in (mine, ours):
        owner.post(reverse("delete", args=[design.pk]))
    pages = {
        (who, space): crew.client(who).get(reverse("bin"), {"space": space}).content.decode()
        for who, space in (("owner", ""), ("owner", "shop"), ("owner", OWN), ("editor", "shop"), ("editor", ""))
    }
    found = {key: [name for name in ("mine", "ours") if f">{name}<" in page] for key, page in pages.items()}
    assert found == {
        ("owner", ""): ["mine", "ours"],
        ("owner", "shop"): ["ours"],
        ("owner", OWN): ["mine"],
        ("editor", "shop"): [],
        ("editor", ""): [],
    }
    assert crew.client("stranger").get(reverse("bin"), {"space": "shop"}).status_code == 404
    assert owner.post(reverse("unbin", args=[ours.pk]), {"space": "shop"}).headers["Location"] == "/bin/?space=shop"
    ours.refresh_from_db()
    assert ours.deleted is None


def test_only_what_is_in_the_bin_is_deleted_for_good(crew: Crew) -> None:
    design = crew.design("team")
    owner = crew.client("owner")
    owner.post(reverse("purge", args=[design.pk]))
    assert Design.objects.filter(pk=design.pk).exists()
    owner.post(reverse("delete", args=[design.pk]))
    owner.post(reverse("purge", args=[design.pk]))
    assert not Design.objects.filter(pk=design.pk).exists()


def test_a_team_with_designs_is_not_deleted(crew: Crew) -> None:
    crew.design("team")
    with pytest.raises(ProtectedError):
        crew.team.delete()


def test_a_persons_work_stays_with_the_team_when_they_are_erased(crew: Crew) -> None:
    own, ours = crew.design("own"), crew.design("team")
    second = User.objects.create(username="second")
    crew.team.add(second, "owner")
    crew.people["owner"].delete()
    assert not Design.objects.filter(pk=own.pk).exists()
    ours.refresh_from_db()
    assert ours.owner == second


def test_the_last_one_of_a_team_leaves_its_designs_to_nobody(crew: Crew) -> None:
    design = crew.design("other team")
    crew.people["stranger"].delete()
    assert not Design.objects.filter(pk=design.pk).exists()


def test_a_preset_is_used_in_the_space_that_one_chooses(crew: Crew) -> None:
    editor = crew.client("editor")
    page = editor.get("/catalogue/tls-sidecar/").content.decode()
    assert '<option value="-" selected>your own space</option><option value="shop">Shop</option>' in page
    editor.post("/catalogue/tls-sidecar/use/", {"space": "shop"})
    assert Design.objects.get().team == crew.team
    viewer = crew.client("viewer")
    assert 'name="space"' not in viewer.get("/catalogue/tls-sidecar/").content.decode()
    assert viewer.post("/catalogue/tls-sidecar/use/", {"space": "shop"}).status_code == 403
    assert viewer.post("/catalogue/tls-sidecar/use/", {"space": "elsewhere"}).status_code == 404
    viewer.post("/catalogue/tls-sidecar/use/")
    assert Design.objects.get(owner=crew.people["viewer"]).team is None


def test_who_may_only_look_at_a_design_is_offered_no_weaving_onto_it(crew: Crew) -> None:
    design = crew.design("team")
    for who, offered in (("viewer", False), ("editor", True)):
        page = crew.client(who).get("/catalogue/tls-sidecar/", {"design": design.pk}).content.decode()
        assert ("Weave it…" in page) is offered
        listed = crew.client(who).get("/catalogue/", {"design": design.pk}).content.decode()
        assert ("You may only look at this design" in listed) is not offered
    # What is used from there begins beside the design, where that may be.
    assert '<option value="shop" selected>' in page


def test_what_a_pod_wears_is_looked_up_for_who_looks(crew: Crew) -> None:
    """A preset of the owner's own is known to them in the team's design, and is not somebody else's to change."""
    known = crew.preset("own")
    design = crew.design("team")
    woven = weave(store.made(known), {}, design.documents, 0)
    worn = store.record(store.made(known), woven)
    design.change(lambda _: woven.documents, by=design.owner, woven=[worn], summary="woven")
    for who, offered in (("owner", True), ("editor", False)):
        form = crew.client(who).get(f"/designs/{design.pk}/inspect/", {"at": "0"}).content.decode()
        assert "My sidecar" in form
        assert (f"/designs/{design.pk}/weave/{known.ref}/" in form) is offered
