"""Presets in the spaces of a team: written together, moved, shown, forked, deprecated, taken in and given out."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from designer.designs.models import Weaving
from designer.designs.spaces import OWN
from designer.teams.models import Entry
from designer.web.writing import STARTER
from patterns import catalogue, store
from patterns.models import Preset, PresetDraft, PresetVersion
from patterns.preset import read
from tests.web.crew import Crew
from tests.web.test_authoring import BROKEN, CHANGED, words

LATER = STARTER.replace("summary: What it is good for, in a line", "summary: It sleeps")


def named(name: str, text: str = STARTER) -> str:
    return text.replace("name: my-sidecar\n  title", f"name: {name}\n  title")


def form(client: Client, url: str, **query: str) -> dict[str, str]:
    """What a page of writing sends back as it stands."""
    page = client.get(url, query).content.decode()
    fields = dict(re.findall(r'<input type="hidden" name="(of|base|origin_version)" value="([^"]*)"', page))
    found = re.search(r'<textarea id="preset-text".*?>\n(.*?)</textarea>', page, re.DOTALL)
    assert found
    return {**fields, "text": unescape(found[1])}


def told() -> list[str]:
    return [str(one) for one in Entry.objects.filter(group="preset").order_by("id")]


def test_a_preset_is_drafted_for_a_team_and_published_by_another(crew: Crew) -> None:
    owner, editor, viewer, cyd = (crew.client(who) for who in ("owner", "editor", "viewer", "stranger"))
    page = owner.get(reverse("new-preset"), {"space": "shop"}).content.decode()
    assert '<option value="shop" selected>Shop</option>' in page
    for client, status in ((viewer, 403), (cyd, 404)):
        assert client.post(reverse("new-preset"), {"text": STARTER, "space": "shop"}).status_code == status
    assert owner.post(reverse("new-preset"), {"text": STARTER, "space": "shop", "act": "draft"}).status_code == 302
    row = Preset.objects.get()
    assert (row.team, row.version, row.draft, row.text) == (crew.team, 0, STARTER, "")
    edit, page_of = reverse("edit-preset", args=[row.ref]), reverse("preset", args=[row.ref])
    # A draft is for those who edit: to others it is not there, and nobody weaves it.
    assert [client.get(page_of).status_code for client in (editor, viewer, cyd)] == [200, 404, 404]
    assert store.find(crew.people["owner"], row.ref) is None
    assert "Ada Lovelace saved this draft" in words(editor.get(edit).content.decode())
    assert "nobody can weave it yet" in words(editor.get(page_of).content.decode())
    # The other writes on, and publishes it.
    sent = form(editor, edit)
    assert sent["text"] == STARTER
    assert editor.post(edit, {**sent, "text": CHANGED, "act": "draft"}).status_code == 302
    assert editor.post(edit, {**form(editor, edit), "note": "the first", "act": "publish"}).status_code == 302
    row.refresh_from_db()
    assert (row.version, row.text, row.draft) == (1, CHANGED, "")
    assert [(one.note, one.by) for one in row.versions.all()] == [("the first", crew.people["editor"])]
    assert [client.get(page_of).status_code for client in (viewer, cyd)] == [200, 404]
    assert [client.get(edit).status_code for client in (viewer, cyd)] == [403, 404]
    assert "Edit" not in words(re.sub(r"(?s).*<header><span", "", viewer.get(page_of).content.decode())).split()
    assert told() == [
        "owner saved a draft of the preset My sidecar in Shop",
        "editor saved a draft of the preset My sidecar in Shop",
        "editor published version 1 of the preset My sidecar in Shop",
    ]


def test_two_who_write_at_once_lose_nothing(crew: Crew) -> None:
    row = crew.preset()
    edit = reverse("edit-preset", args=[row.ref])
    owner, editor = crew.client("owner"), crew.client("editor")
    mine, theirs = form(owner, edit), form(editor, edit)
    owner.post(reverse("check-preset"), {**mine, "text": CHANGED})
    assert editor.post(edit, {**theirs, "text": LATER, "note": "said better"}).status_code == 302
    # Who types on is told while they type.
    typing = words(owner.post(reverse("check-preset"), {**mine, "text": f"{CHANGED}# more"}).content.decode())
    assert "Bob Kahn published version 2 just now, after you began." in typing
    owner.post(reverse("check-preset"), {**mine, "text": CHANGED})
    # What one typed and did not save is told of it when it is opened again, and when it is saved.
    assert "Bob Kahn published version 2 just now, after you began." in words(owner.get(edit).content.decode())
    for act in ("publish", "draft"):
        refused = owner.post(edit, {**mine, "text": CHANGED, "note": "n", "act": act})
        assert refused.status_code == 409
        html = words(refused.content.decode())
        assert "Nothing of yours is saved yet, and nothing is lost" in html
        assert "- summary: It sleeps" in html
        assert 'value="n"' in refused.content.decode()
    row.refresh_from_db()
    assert (row.version, row.text) == (2, LATER)
    # Both together, which is saved once it was looked at.
    both = owner.post(edit, {**mine, "text": CHANGED, "act": "merge"})
    assert "Both are in the text below" in words(both.content.decode())
    sent = form(owner, edit)
    assert (sent["base"], sent["text"]) == ("2", LATER.replace("busybox:1.37", "busybox:1.36"))
    assert owner.post(edit, {**sent, "note": "both"}).status_code == 302
    row.refresh_from_db()
    assert (row.version, row.text) == (3, sent["text"])
    # Or one over the other, if nobody saved again since that was shown.
    over = {**theirs, "text": STARTER, "note": "as it was"}
    refused = editor.post(edit, over)
    assert re.search(r'name="over" value="3"', refused.content.decode())
    assert editor.post(edit, {**over, "over": "2"}).status_code == 409
    assert editor.post(edit, {**over, "over": "3"}).status_code == 302
    row.refresh_from_db()
    assert (row.version, row.text, row.versions.count()) == (4, STARTER, 4)
    assert not PresetDraft.objects.exists()


def test_where_two_rewrote_the_same_lines_what_is_left_out_is_shown(crew: Crew) -> None:
    row = crew.preset()
    edit = reverse("edit-preset", args=[row.ref])
    owner, editor = crew.client("owner"), crew.client("editor")
    mine = form(owner, edit)
    editor.post(edit, {**mine, "text": STARTER.replace("busybox:1.37", "busybox:1.40"), "act": "draft"})
    both = owner.post(edit, {**mine, "text": CHANGED, "act": "merge"}).content.decode()
    assert "- default: busybox:1.40" in words(both)
    assert "+ default: busybox:1.36" in words(both)
    # A draft for which there is nothing to merge with is only shown.
    fresh = Preset(owner=crew.people["owner"], team=crew.team, name="fresh", version=0)
    fresh.keep_draft(read(named("fresh")), named("fresh"), by=crew.people["owner"])
    url = reverse("edit-preset", args=[fresh.ref])
    begun = form(owner, url)
    editor.post(url, {**begun, "text": named("fresh", CHANGED), "act": "draft"})
    answer = owner.post(url, {**begun, "text": named("fresh", LATER), "act": "publish"})
    assert answer.status_code == 409
    assert "Bring both together" not in answer.content.decode()
    assert "Publish yours over it, as version 1" in words(answer.content.decode())


def test_a_draft_is_discarded_only_by_who_saw_it(crew: Crew) -> None:
    row = crew.preset()
    editor = crew.client("editor")
    edit, discard = reverse("edit-preset", args=[row.ref]), reverse("discard-draft", args=[row.ref])
    editor.post(edit, {**form(editor, edit), "text": CHANGED, "act": "draft"})
    seen = form(editor, edit)
    page = words(editor.get(edit).content.decode())
    assert "You saved this draft just now." in page
    assert "What it changes in version 1" in page
    crew.client("owner").post(edit, {**form(editor, edit), "text": LATER, "act": "draft"})
    assert editor.post(discard, seen).status_code == 422
    row.refresh_from_db()
    assert row.draft == LATER
    assert editor.post(discard, form(editor, edit)).headers["Location"] == reverse("preset", args=[row.ref])
    row.refresh_from_db()
    assert (row.draft, row.version) == ("", 1)
    # Saved as it is published, there is nothing left to be a draft.
    editor.post(edit, {**form(editor, edit), "text": CHANGED, "act": "draft"})
    editor.post(edit, {**form(editor, edit), "text": STARTER, "act": "publish"})
    row.refresh_from_db()
    assert (row.draft, row.version) == ("", 1)
    assert told().count("editor discarded the draft of the preset My sidecar in Shop") == 2


def test_a_name_is_once_in_a_space_and_never_the_catalogues(crew: Crew) -> None:
    crew.preset()
    editor = crew.client("editor")
    again = editor.post(reverse("new-preset"), {"text": STARTER, "space": "shop"})
    assert again.status_code == 422
    assert "Shop has a preset my-sidecar already" in words(again.content.decode())
    assert '<option value="shop" selected>' in again.content.decode()
    assert editor.post(reverse("new-preset"), {"text": STARTER, "space": OWN}).status_code == 302
    for space in (OWN, "shop"):
        sent = {"text": named("tls-sidecar"), "space": space, "act": "draft"}
        assert "the catalogue has a preset" in words(editor.post(reverse("new-preset"), sent).content.decode())
    assert Preset.objects.count() == 2


def test_it_moves_between_spaces(crew: Crew) -> None:
    row = crew.preset("own")
    owner, editor = crew.client("owner"), crew.client("editor")
    move = reverse("move-preset", args=[row.ref])
    assert editor.get(move).status_code == 404
    assert "Shop" in words(owner.get(move).content.decode())
    assert owner.post(move, {"to": "elsewhere"}).status_code == 404, "not into a team one is not in"
    moved = owner.post(move, {"to": "shop"})
    assert moved.headers["Location"] == reverse("preset", args=[row.ref])
    assert "Moved to Shop." in words(
        editor.get(moved.headers["Location"]).content.decode() and owner.get(moved.headers["Location"]).content.decode()
    )
    assert editor.post(move, {"to": OWN}).status_code == 403, "only an owner takes it away from the team"
    crew.preset("own")
    assert "has a preset my-sidecar already" in words(owner.get(move).content.decode())
    refused = owner.post(move, {"to": OWN}, headers={"hx-request": "true"})
    assert refused.status_code == 422
    assert "your own space has a preset my-sidecar already" in words(refused.content.decode())
    assert told() == ["owner moved the preset My sidecar from owner's own space to Shop"]


def test_it_is_shown_to_everyone_and_taken_back(crew: Crew) -> None:
    row, cyd, owner = crew.preset(), crew.client("stranger"), crew.client("owner")
    page, show = reverse("preset", args=[row.ref]), reverse("show-preset", args=[row.ref])
    assert [crew.client(who).post(show).status_code for who in ("editor", "viewer", "stranger")] == [403, 403, 404]
    assert "Show to everyone here" in words(owner.get(page).content.decode())
    assert owner.post(show, {"everyone": "1"}, headers={"hx-request": "true"}).headers["HX-Redirect"] == page
    owner.post(reverse("edit-preset", args=[row.ref]), {"text": CHANGED, "act": "draft"})
    seen = words(cyd.get(page).content.decode())
    assert "shown to everyone here" in seen
    assert "1.36" not in seen, "a draft is not shown with it"
    assert cyd.get(reverse("edit-preset", args=[row.ref])).status_code == 403
    owner.post(show)
    assert cyd.get(page).status_code == 404
    assert told()[::2] == [
        "owner showed the preset My sidecar of Shop to everyone here",
        "owner showed the preset My sidecar to Shop alone again",
    ]


def test_it_is_forked_into_a_space_and_follows_its_origin(crew: Crew) -> None:
    row = crew.preset()
    owner, viewer = crew.people["owner"], crew.client("viewer")
    page = viewer.get(reverse("preset", args=[row.ref])).content.decode()
    assert f"{reverse('new-preset')}?from={row.ref}" in page
    sent = form(viewer, reverse("new-preset"), **{"from": row.ref})
    assert (sent["of"], sent["base"], sent["text"]) == (f"+{row.ref}", "1", STARTER), "its own space has none of it"
    row.publish(read(CHANGED), CHANGED, by=owner, note="older")
    assert viewer.post(reverse("new-preset"), {**sent, "text": LATER}).status_code == 302
    fork = Preset.objects.exclude(pk=row.pk).get()
    assert (fork.owner, fork.team, fork.origin, fork.origin_version) == (crew.people["viewer"], None, row.ref, 1)
    seen = words(viewer.get(reverse("preset", args=[fork.ref])).content.decode())
    assert "Forked from My sidecar , version 1. It has version 2 now." in seen
    diff = viewer.get(reverse("preset-version", args=[row.ref, 2]), {"with": "1"}).content.decode()
    assert "- default: busybox:1.37" in words(diff)
    assert "again, as version" not in diff, "who may only look is offered no change"
    edit = reverse("edit-preset", args=[fork.ref])
    assert "Version 2 of My sidecar is in the text below." in words(viewer.get(edit, {"merge": "1"}).content.decode())
    merged = form(viewer, edit, merge="1")
    assert merged["text"] == LATER.replace("busybox:1.37", "busybox:1.36")
    assert viewer.post(edit, {**merged, "note": "with the origin's"}).status_code == 302
    fork.refresh_from_db()
    assert (fork.version, fork.origin_version) == (2, 2)
    assert "It has version" not in words(viewer.get(reverse("preset", args=[fork.ref])).content.decode())
    assert "viewer forked the preset my-sidecar as My sidecar in viewer's own space" in told()
    # Who does not see the origin (any more) is told nothing of it.
    crew.team.memberships.get(person=crew.people["viewer"]).remove()
    assert "Forked" not in words(viewer.get(reverse("preset", args=[fork.ref])).content.decode())
    assert viewer.get(edit, {"merge": "1"}).status_code == 404


def test_a_fork_of_the_catalogues_shows_what_is_different_where_it_cannot_be_merged(crew: Crew) -> None:
    owner = crew.client("owner")
    sent = form(owner, reverse("new-preset"), **{"from": "tls-sidecar", "space": "shop"})
    assert owner.post(reverse("new-preset"), {**sent, "space": "shop"}).status_code == 302
    row = Preset.objects.get()
    version = catalogue.preset("tls-sidecar").version
    assert (row.name, row.team, row.origin, row.origin_version) == ("my-tls-sidecar", crew.team, "tls-sidecar", version)
    Preset.objects.filter(pk=row.pk).update(origin_version=version - 1)
    assert f"It has version {version} now." in words(owner.get(reverse("preset", args=[row.ref])).content.decode())
    page = words(owner.get(reverse("edit-preset", args=[row.ref]), {"merge": "1"}).content.decode())
    assert "take over by hand what you want of it" in page
    assert "+ name: tls-sidecar" in page


def test_it_is_deprecated_with_a_successor_that_is_searched_for(crew: Crew) -> None:
    row, editor, viewer = crew.preset(), crew.client("editor"), crew.client("viewer")
    other = Preset.keep(
        crew.people["owner"],
        read(named("better", LATER)),
        named("better", LATER),
        by=crew.people["owner"],
        team=crew.team,
    )
    Preset.objects.filter(pk=other.pk).update(title="Better sidecar")
    own = Preset.keep(crew.people["editor"], read(named("mine")), named("mine"), by=crew.people["editor"])
    url = reverse("deprecate-preset", args=[row.ref])
    assert viewer.get(url).status_code == 403
    found = editor.get(url, {"q": "better SIDE"}).content.decode()
    assert re.findall(r'name="successor" value="([^"]*)"', found) == ["", other.ref]
    assert own.ref not in editor.get(url).content.decode(), "the team does not see it"
    assert "Nothing that all who see this one may weave" in words(editor.get(url, {"q": "zzz"}).content.decode())
    said = editor.post(url, {"why": ""}, headers={"hx-request": "true"})
    assert (said.status_code, "say why it is deprecated" in words(said.content.decode())) == (422, True)
    editor.post(url, {"why": "It is slow.", "successor": other.ref})
    page = viewer.get(reverse("preset", args=[row.ref])).content.decode()
    assert "Deprecated just now. It is slow. Use Better sidecar instead." in words(page)
    assert reverse("preset", args=[other.ref]) in page
    again = editor.get(url).content.decode()
    assert f'value="{other.ref}" checked' in again
    editor.post(url, {"undo": "1"})
    assert "Deprecated" not in words(viewer.get(reverse("preset", args=[row.ref])).content.decode())
    assert told()[-2:] == [
        "editor deprecated the preset My sidecar of Shop",
        "editor took back that the preset My sidecar of Shop is deprecated",
    ]


def test_who_wears_it_is_said_before_it_is_deleted(crew: Crew) -> None:
    row, owner = crew.preset(), crew.client("owner")
    seen, hidden = crew.design(name="shop-web"), crew.design("other team", name="hidden")
    for design in (seen, hidden):
        Weaving.objects.create(design=design, preset=row.ref, version=1, pod="Pod/web")
    url = reverse("remove-preset", args=[row.ref])
    assert crew.client("editor").get(url).status_code == 403
    asked = words(owner.get(url).content.decode())
    assert "2 designs wear it and keep working" in asked
    assert "shop-web and 1 more that you do not see here" in asked
    assert "hidden" not in asked
    PresetDraft.objects.create(by=crew.people["editor"], name=row.ref, text=BROKEN)
    assert owner.post(url).status_code == 302
    assert (PresetDraft.objects.count(), PresetVersion.objects.count()) == (0, 0)
    assert told() == ["owner deleted the preset My sidecar of Shop, which 2 designs wore"]


def test_what_is_chosen_in_a_design_goes_into_its_space(crew: Crew) -> None:
    design, owner = crew.design(), crew.client("owner")
    url = reverse("save-preset", args=[design.pk])
    assert '<option value="shop" selected>' in owner.get(url).content.decode(), "where the design is"
    sent = {"title": "Log follower", "pattern": "sidecar", "address": ["0/containers/1"], "space": "shop"}
    drafted = owner.post(url, {**sent, "act": "draft"})
    assert "as a draft" in words(drafted.content.decode())
    row = Preset.objects.get()
    assert (row.team, row.version, bool(row.draft)) == (crew.team, 0, True)
    again = owner.post(url, {**sent, "act": "draft", "replace": "1"}, headers={"hx-request": "true"})
    assert "has a draft already" in words(again.content.decode())
    assert owner.post(url, {**sent, "replace": "1", "summary": "Follows"}).status_code == 200
    row.refresh_from_db()
    assert (row.version, "Follows" in row.text, "Follows" in row.draft) == (1, True, False)
    assert crew.client("viewer").post(url, sent).status_code == 403
    assert crew.client("viewer").post(url, {**sent, "space": OWN}).status_code == 200


def test_presets_come_into_a_space_and_go_out_of_it_without_drafts(crew: Crew) -> None:
    owner, viewer = crew.client("owner"), crew.client("viewer")
    text = f"{STARTER}---\n{named('other')}"

    def file() -> SimpleUploadedFile:
        return SimpleUploadedFile("two.yaml", text.encode())

    assert viewer.post(reverse("import-presets"), {"files": [file()], "space": "shop"}).status_code == 403
    assert owner.post(reverse("import-presets"), {"files": [file()], "space": "shop"}).status_code == 302
    assert {(one.name, one.team, one.origin) for one in Preset.objects.all()} == {
        ("my-sidecar", crew.team, ""),
        ("other", crew.team, ""),
    }
    asked = owner.post(reverse("import-presets"), {"text": CHANGED, "space": "shop"})
    assert "Shop has 1 of these 1 preset already" in words(asked.content.decode())
    assert '<option value="shop" selected>' in asked.content.decode()
    assert owner.post(reverse("import-presets"), {"text": CHANGED, "space": OWN}).status_code == 302
    row = Preset.objects.get(name="other")
    row.keep_draft(read(named("other", LATER)), named("other", LATER), by=crew.people["owner"])
    unpublished = Preset(owner=crew.people["owner"], team=crew.team, name="fresh", version=0)
    unpublished.keep_draft(read(named("fresh")), named("fresh"), by=crew.people["owner"])
    out = viewer.get(reverse("export-presets"), {"space": "shop"}).content.decode()
    assert [read(part).name for part in out.split("---\n")] == ["my-sidecar", "other"]
    assert "It sleeps" not in out
    page = words(viewer.get(reverse("export-presets")).content.decode())
    assert "All 2 as one file" in page
    assert "fresh" not in page
    one = viewer.get(reverse("export-presets"), {"name": [row.ref, unpublished.ref]})
    assert one.headers["Content-Disposition"] == 'attachment; filename="other.yaml"'
    assert crew.client("stranger").get(reverse("export-presets"), {"space": "shop"}).status_code == 404


def test_what_is_only_read_here_offers_no_change(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    row, owner = crew.preset(), crew.client("owner")
    monkeypatch.setattr(Preset, "read_only", True)
    page = owner.get(reverse("preset", args=[row.ref])).content.decode()
    assert "Make it my own…" in page
    for route in ("edit-preset", "deprecate-preset", "move-preset", "remove-preset"):
        url = reverse(route, args=[row.ref])
        assert (url in page, owner.get(url).status_code) == (False, 403)
    for route, sent in (("edit-preset", {"text": CHANGED}), ("show-preset", {}), ("remove-preset", {})):
        assert owner.post(reverse(route, args=[row.ref]), sent).status_code == 403
    refused = owner.post(reverse("import-presets"), {"text": CHANGED, "space": "shop", "replace": "1"})
    assert "is only read here" in words(refused.content.decode())
    for route, more in (("discard-draft", []), ("make-current", [1])):
        row.versions.filter(number=1).update(text=CHANGED)
        assert owner.post(reverse(route, args=[row.ref, *more])).status_code == 422
    assert Preset.objects.get().version == 1


def test_in_local_mode_there_is_one_space_and_nothing_is_said_of_others(client: Client, settings: Any) -> None:
    client.post(reverse("new-preset"), {"text": STARTER})
    row = Preset.objects.get()
    for url in (reverse("preset", args=[row.ref]), reverse("new-preset"), reverse("import-presets")):
        page = words(client.get(url).content.decode())
        for word in ("everyone", "Move…", "Fork into", "Into", "own space"):
            assert word not in page, (url, word)
    assert "Make a copy…" in words(client.get(reverse("preset", args=[row.ref])).content.decode())
    assert client.get(reverse("move-preset", args=[row.ref])).status_code == 404
    assert client.post(reverse("show-preset", args=[row.ref]), {"everyone": "1"}).status_code == 404
    assert client.post(reverse("deprecate-preset", args=[row.ref]), {"why": "old"}).status_code == 200
    assert not Entry.objects.exists()
