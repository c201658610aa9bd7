"""The list of revisions, any two of them compared, names for them, and going back to one."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from designer.clusters.models import ApplyRun
from designer.designs import change
from designer.designs.models import Design, Revision, Role
from designer.manifests import text as manifest_text
from designer.manifests.edits.fields import set_field
from designer.manifests.types import Path
from tests.people import owner, stranger
from tests.web.conftest import POD

Make = Callable[..., Design]
IMAGE: Path = (0, "spec", "containers", 0, "image")


def edit(design: Design, image: str, *, window: str = "") -> None:
    design.change(lambda now: set_field(now, IMAGE, image), by=owner(), window=window)


@pytest.fixture
def design(make: Make) -> Design:
    """Three revisions: imported, nginx:2, nginx:3."""
    made = make()
    edit(made, "nginx:2")
    edit(made, "nginx:3")
    return made


def page(client: Client, route: str, *args: int, **data: int | str) -> str:
    answer = client.get(reverse(route, args=args), data)
    assert answer.status_code == 200
    return answer.content.decode()


def numbers(html: str) -> list[int]:
    return [int(number) for number in re.findall(r'id="revision-(\d+)"', html)]


def row(html: str, number: int) -> str:
    return html.partition(f'id="revision-{number}"')[2].partition("</li>")[0]


# --- The list


def test_the_list_is_newest_first_and_says_what_changed(client: Client, design: Design) -> None:
    html = page(client, "history", design.pk)
    assert numbers(html) == [3, 2, 1]
    assert "set image of nginx to nginx:3" in row(html, 3)
    assert "<b>now</b>" in row(html, 3)
    assert "imported" in row(html, 1)


def test_who_is_said_where_there_is_more_than_one_person(
    client: Client, design: Design, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = stranger()
    ada.first_name, ada.last_name = "Ada", "Lovelace"
    ada.save()
    Revision.objects.filter(design=design, number=2).update(by=ada)
    html = page(client, "history", design.pk)
    assert "Ada Lovelace ·" in row(html, 2)
    assert "you" not in row(html, 3)
    # The setting for this module alone: the middleware of local mode is what knows the person here.
    monkeypatch.setattr("designer.web.views.history.settings", SimpleNamespace(LOCAL_MODE=False))
    html = page(client, "history", design.pk)
    assert "you ·" in row(html, 3)
    assert "you" not in row(html, 2)


def test_steps_of_a_burst_of_typing_are_not_listed_but_can_be_compared(client: Client, design: Design) -> None:
    Revision.objects.filter(design=design, number=2).update(passing=True)
    assert numbers(page(client, "history", design.pk)) == [3, 1]
    assert 'data-from="1" data-to="3"' in page(client, "change", design.pk, 3)
    assert 'data-from="2" data-to="3"' in page(client, "compare", design.pk, **{"from": 2, "to": 3})


def test_steps_and_what_was_applied_are_marked(client: Client, design: Design) -> None:
    change.undo(design, by=owner())
    change.redo(design, by=owner())
    for dry_run, context in ((False, "kind-dev"), (True, "kind-dry"), (False, "kind-dev")):
        ApplyRun.objects.create(design=design, revision=3, context=context, namespace="x", dry_run=dry_run)
    Revision.objects.filter(design=design, number=2).update(summary="wove TLS termination")
    html = page(client, "history", design.pk)
    assert "◆ pattern</span> wove TLS termination" in row(html, 2)
    assert "↶ undo" in row(html, 4)
    assert "↷ redo" in row(html, 5)
    assert "undo:" not in row(html, 4)
    assert row(html, 3).count("applied to kind-dev") == 1
    assert "kind-dry" not in html


def test_a_long_history_takes_a_constant_number_of_queries(
    client: Client, make: Make, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    made = make()
    for number in range(12):
        edit(made, f"nginx:{number}")
    with django_assert_max_num_queries(4) as queries:  # type: ignore[attr-defined]
        client.get(reverse("history", args=[made.pk]))
    assert not any('"designs_revision"."text"' in query["sql"] for query in queries.captured_queries)


def test_older_ones_are_shown_on_request(client: Client, make: Make) -> None:
    made = make()
    Revision.objects.bulk_create(Revision(design=made, number=n, summary=f"edit {n}") for n in range(2, 252))
    Design.objects.filter(pk=made.pk).update(number=251)
    html = page(client, "history", made.pk)
    assert numbers(html) == list(range(251, 151, -1))
    assert "?before=152" in html
    html = page(client, "history", made.pk, before=152)
    assert numbers(html) == list(range(151, 51, -1))
    html = page(client, "history", made.pk, before=52)
    assert numbers(html) == list(range(51, 0, -1))
    assert "more-revisions" not in html.partition('hx-swap="outerHTML">')[2]


# --- Comparing


def test_a_revision_is_compared_with_the_one_before_it(client: Client, design: Design) -> None:
    html = page(client, "change", design.pk, 2)
    assert 'data-from="1" data-to="2"' in html
    assert "<h3>Pod web</h3>" in html
    assert "image of container nginx: nginx:1.29 → nginx:2" in html
    assert "<mark>1.29</mark>" in html
    assert "<mark>2</mark>" in html
    assert re.search(r'class="plus">\+1</b> <b class="minus">−1</b>', html)


def test_any_two_are_compared_either_way_round(client: Client, design: Design) -> None:
    html = page(client, "compare", design.pk, **{"from": 1, "to": 3})
    assert "image of container nginx: nginx:1.29 → nginx:3" in html
    html = page(client, "compare", design.pk, **{"from": 3, "to": 1})
    assert "image of container nginx: nginx:3 → nginx:1.29" in html


def test_the_newest_is_compared_by_default_and_the_first_with_nothing(client: Client, design: Design) -> None:
    assert 'data-from="2" data-to="3"' in page(client, "compare", design.pk)
    first = page(client, "change", design.pk, 1)
    assert 'data-from="0" data-to="1"' in first
    assert "Pod web: added" in first
    assert f"+{len(POD.splitlines())}" in first


def test_a_revision_compared_with_itself_says_so(client: Client, design: Design) -> None:
    assert "on both sides" in page(client, "compare", design.pk, **{"from": 2, "to": 2})


def test_equal_texts_and_changed_comments_are_told_apart(client: Client, design: Design) -> None:
    change.undo(design, by=owner())
    assert "are the same" in page(client, "compare", design.pk, **{"from": 2, "to": 4})
    text = design.text.replace("the front door", "the back door")
    design.change(lambda _: manifest_text.parse(text), by=owner(), text=text)
    html = page(client, "change", design.pk, 5)
    assert "Only comments and layout changed." in html
    assert "<mark>back</mark>" in html
    assert "changed comments or layout only" in row(page(client, "history", design.pk), 5)


def test_a_secret_is_not_told_in_words(client: Client, make: Make) -> None:
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {key: hunter2}\n"
    made = make(text)
    made.change(lambda now: set_field(now, (0, "stringData", "key"), "hunter3"), by=owner())
    words = page(client, "change", made.pk, 2).partition('class="lines"')[0]
    assert "key: changed" in words
    assert "hunter" not in words


def test_a_fold_opens_to_the_lines_it_hides(client: Client, make: Make) -> None:
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n" + "".join(
        f"  key{n}: v{n}\n" for n in range(40)
    )
    made = make(text)
    made.change(lambda now: set_field(now, (0, "data", "key39"), "new"), by=owner())
    html = page(client, "change", made.pk, 2)
    link = re.search(r'hx-get="([^"]*/lines/[^"]*)"', html)
    assert link
    assert "… 40 lines" in html
    opened = client.get(link[1].replace("&amp;", "&")).content.decode()
    assert 'hx-target="#fold-1"' in opened
    new = re.findall(r'<div class="l new" data-o="(\d+)" data-n="(\d+)"><code>([^<]*)', opened)
    assert [(int(old), int(number)) for old, number, _ in new] == [(n, n) for n in range(1, 41)]
    assert [line for *_, line in new] == text.splitlines()[:40]
    for bad in ("first=0&last=3&old=1", "first=9&last=3&old=1", "first=99&last=100&old=1", "first=1&last=2&old=-1"):
        assert client.get(reverse("revision-lines", args=[made.pk, 2]) + "?" + bad).status_code == 404


def test_what_a_text_says_is_not_taken_for_markup(client: Client, design: Design) -> None:
    edit(design, "<img src=x>")
    html = page(client, "change", design.pk, 4)
    assert "<img" not in html
    assert "&lt;img" in html.replace("</mark>", "").replace("<mark>", "")


@pytest.mark.parametrize(
    "numbers",
    [{"from": 9, "to": 2}, {"from": 1, "to": 9}, {"to": -1}, {"to": 0}, {"to": "x"}, {"to": 2**62}, {"to": 2**80}],
)
def test_a_revision_that_is_none_is_not_there(client: Client, design: Design, numbers: dict[str, int | str]) -> None:
    assert client.get(reverse("compare", args=[design.pk]), numbers).status_code == 404
    for none in (0, 9, 2**80):
        for route in ("restore-revision", "name-revision"):
            assert client.post(reverse(route, args=[design.pk, none])).status_code == 404
        assert client.get(reverse("change", args=[design.pk, none])).status_code == 404


# --- Names


def test_a_revision_can_be_named_and_the_name_taken_away(client: Client, design: Design) -> None:
    url = reverse("name-revision", args=[design.pk, 2])
    html = client.post(url, {"name": "  before  the sale "}).content.decode()
    assert 'hx-target="#revision-2"' in html
    revision = design.revisions.get(number=2)
    assert (revision.name, revision.kept) == ("before the sale", True)
    assert "before the sale" in row(page(client, "history", design.pk), 2)
    assert numbers(page(client, "history", design.pk, named=1, listed=1)) == [2]
    client.post(url, {"name": ""})
    assert design.revisions.get(number=2).name == ""
    assert "No revision has a name yet" in page(client, "history", design.pk, named=1, listed=1)


def test_a_name_is_at_most_a_hundred_characters(client: Client, design: Design) -> None:
    url = reverse("name-revision", args=[design.pk, 2])
    assert client.post(url, {"name": "x" * 100}).status_code == 200
    assert client.post(url, {"name": "y" * 101}).status_code == 422
    assert design.revisions.get(number=2).name == "x" * 100


def test_steps_leave_names_where_they_are(client: Client, design: Design) -> None:
    client.post(reverse("name-revision", args=[design.pk, 3]), {"name": "good"})
    change.undo(design, by=owner())
    change.redo(design, by=owner())
    client.post(reverse("restore-revision", args=[design.pk, 3]))
    client.post(reverse("restore-revision", args=[design.pk, 1]))
    assert list(design.revisions.exclude(name="").values_list("number", "name")) == [(3, "good")]


# --- Going back


def test_going_back_is_an_edit_that_undo_takes_back(client: Client, design: Design) -> None:
    client.post(reverse("name-revision", args=[design.pk, 1]), {"name": "good"})
    assert client.post(reverse("restore-revision", args=[design.pk, 1])).status_code == 200
    design.refresh_from_db()
    assert (design.text, design.number) == (POD, 4)
    assert design.revision.summary == "went back to r1 “good”"
    change.undo(design, by=owner())
    assert "nginx:3" in design.text


def test_what_another_window_did_is_shown_before_it_is_gone_back_over(client: Client, design: Design) -> None:
    edit(design, "nginx:theirs", window="theirs")
    sent = {"base": 3, "window": "mine"}
    html = client.post(reverse("restore-revision", args=[design.pk, 1]), sent).content.decode()
    assert "changed elsewhere meanwhile" in html
    assert "nginx:theirs" in html
    assert 'name="base" value="4"' in html, "the next press is made in sight of it"
    design.refresh_from_db()
    assert design.number == 4
    client.post(reverse("restore-revision", args=[design.pk, 1]), {**sent, "base": 4})
    design.refresh_from_db()
    assert (design.text, design.number) == (POD, 5)


def test_ones_own_edits_since_are_gone_back_over_at_once(client: Client, design: Design) -> None:
    edit(design, "nginx:mine", window="mine")
    client.post(reverse("restore-revision", args=[design.pk, 1]), {"base": 3, "window": "mine"})
    design.refresh_from_db()
    assert design.text == POD


# --- Rights


@pytest.mark.parametrize(
    ("route", "post", "allowed"),
    [
        ("history", False, True),
        ("compare", False, True),
        ("change", False, True),
        ("revision-lines", False, True),
        ("name-revision", True, False),
        ("restore-revision", True, False),
    ],
)
def test_a_reader_looks_and_changes_nothing(
    client: Client, design: Design, monkeypatch: pytest.MonkeyPatch, route: str, post: bool, allowed: bool
) -> None:
    monkeypatch.setattr(Design, "role_of", lambda self, person: Role.READER)
    args = [design.pk] if route in ("history", "compare") else [design.pk, 2]
    url = reverse(route, args=args)
    answer = client.post(url, {"name": "x"}) if post else client.get(url)
    assert answer.status_code == (200 if allowed else 403)
    assert (client.get(url) if post else client.post(url)).status_code == 405
    design.refresh_from_db()
    assert (design.number, design.revisions.exclude(name="").count()) == (3, 0)
