"""What a design says of presets that moved on, and what people say on a preset's page, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.urls import reverse
from playwright.sync_api import Browser, expect

from designer.web.wearers import PAGE
from patterns import store
from patterns.models import Comment, Preset
from patterns.preset import read
from patterns.stack import Stacked, put_on
from tests.browser.axe import faults
from tests.browser.designer import Designer
from tests.web.crew import Crew, gathered
from tests.web.test_preset_page import wears
from tests.web.test_updates import text

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def crew(settings: Any) -> Crew:
    settings.LOCAL_MODE = False
    return gathered()


@pytest.fixture
def bob(browser: Browser, live_server: Any, crew: Crew) -> Iterator[Designer]:
    """The team's editor."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    cookie = crew.client("editor").cookies[django_settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": str(live_server)}])
    page = context.new_page()
    yield Designer(page, str(live_server))
    context.close()


def publish(crew: Crew, name: str, image: str, note: str = "") -> Preset:
    owner, made = crew.people["owner"], text(name, image)
    return Preset.keep(owner, read(made), made, by=owner, note=note, team=crew.team)


def test_what_moved_on_is_seen_looked_at_and_done(crew: Crew, bob: Designer) -> None:
    names = ("one", "two", "three")
    rows = [publish(crew, name, "helper:1") for name in names]
    design, page = crew.design(), bob.page
    made = Stacked(design.documents, [], 0)
    for number, row in enumerate(rows, 1):
        made = put_on(made.worn, store.made(row), {}, made.documents, 0, find=lambda _: None, number=number)
    worn = [one.write() for one in made.worn]
    design.change(lambda _: made.documents, by=None, woven=worn, summary="wove them")
    bob.open(design)
    expect(page.locator("#updates")).to_have_count(0)
    by_hand = bob.documents
    at = next(n for n, one in enumerate(by_hand[0]["spec"]["containers"]) if one["name"] == "two")
    by_hand[0]["spec"]["containers"][at]["image"] = "by-hand:1"
    design.change(lambda _: by_hand, by=None)
    for name in names:
        publish(crew, name, "helper:2", "A newer helper.")

    # It is seen with nothing selected, on a phone too; the list opens with what the first would change.
    bob.open(design)
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_role("button", name="3 presets have newer versions")).to_be_in_viewport()
    with bob.answered("/updates/"):
        page.locator("#updates").click()
    assert faults(page) == [], "the list, on a phone"
    page.set_viewport_size({"width": 1440, "height": 900})
    dialog = page.locator("#dialog")
    expect(dialog.locator(".notes")).to_contain_text("A newer helper.")
    expect(dialog.locator(".diff .add")).to_contain_text("image: helper:2")

    # From one to the next, by keyboard: the focus stays on what was pressed.
    edited = dialog.get_by_role("button", name="The two v1 → v2")
    with bob.answered("/updates/"):
        edited.press("Enter")
    expect(edited).to_have_attribute("aria-current", "true")
    expect(edited).to_be_focused()
    expect(dialog).to_contain_text("Your edit stands unless you choose the preset's.")
    assert faults(page) == [], "one that was edited by hand"

    # All at once but for that one, as one revision that can be taken back in the corner.
    with bob.answered("/updates/"):
        dialog.get_by_role("button", name="All upgrades at once").click()
    expect(dialog).to_contain_text("The two to v2 is left out: you changed")
    with bob.answered("/updates/"):
        dialog.get_by_role("button", name="Upgrade 2 presets").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#toast")).to_contain_text("Upgraded The one to v2, The three to v2. Left The two as it is")
    expect(page.get_by_role("button", name="1 preset has a newer version")).to_be_visible()
    with bob.answered("/undo/"):
        page.locator("#toast").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="3 presets have newer versions")).to_be_visible()

    # What was edited by hand is chosen in the dialog of its weaving.
    with bob.answered("/updates/"):
        page.locator("#updates").click()
    with bob.answered("/updates/"):
        edited.click()
    with bob.answered("/weave/"):
        dialog.get_by_role("button", name="Choose what stands…").click()
    with bob.answered("/weave/"):
        dialog.get_by_label("the preset's").check()
    with bob.answered("/weave/"):
        dialog.get_by_role("button", name="Upgrade to v2").click()
    assert [one["image"] for one in bob.documents[0]["spec"]["containers"]][at] == "helper:2"
    expect(page.get_by_role("button", name="2 presets have newer versions")).to_be_visible()


def test_the_page_of_a_preset_tells_who_wears_it_and_takes_comments(crew: Crew, bob: Designer) -> None:
    row = publish(crew, "port", "helper:1")
    for n in range(PAGE + 2):
        wears(crew, row.ref, 1, name=f"design-{n:02}")
    publish(crew, "port", "helper:2", "Moves the port.")
    for n in range(22):
        row.comments.create(by=crew.people["owner"], text=f"number {n}", version=1)
    page = bob.page
    page.goto(bob.url + reverse("preset", args=[row.ref]))
    assert faults(page) == [], "the page of a preset that is worn and talked about"
    with bob.answered("/used/"):
        page.get_by_role("button", name="More designs").click()
    expect(page.locator(".used > li")).to_have_count(PAGE + 2)
    with bob.answered("/versions/"):
        page.get_by_role("button", name="Compare version 1").click()
    expect(page.locator("#dialog .diff")).to_contain_text("helper:2")
    page.keyboard.press("Escape")

    comments = page.locator(".comments > li:not(#earlier)")
    expect(comments).to_have_count(20)
    with bob.answered("/comments/"):
        page.get_by_role("button", name="Earlier comments").click()
    expect(comments).to_have_count(22)
    expect(comments.first).to_contain_text("number 0")
    field = page.get_by_label("Your comment")
    field.fill("See https://example.org/port.\n\n<b>Thanks</b>")
    with bob.answered("/comments/"):
        page.get_by_role("button", name="Comment", exact=True).click()
    expect(comments.last).to_contain_text("You just now")
    expect(comments.last.locator("p")).to_have_text(["See https://example.org/port.", "<b>Thanks</b>"])
    expect(comments.last.get_by_role("link")).to_have_attribute("href", "https://example.org/port")
    expect(field).to_have_value("")
    assert faults(page) == [], "with a comment of one's own"

    # What is refused stays typed, and is said.
    for n in range(Comment.AN_HOUR):
        row.comments.create(by=crew.people["editor"], text=f"more {n}", version=2)
    field.fill("One more thing")
    with bob.answered("/comments/"):
        page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator("#toast")).to_contain_text("wait a while before the next")
    expect(field).to_have_value("One more thing")
    with bob.answered("/delete/"):
        page.get_by_role("button", name="Delete the comment by you").last.click()
    expect(comments.last).not_to_contain_text("Thanks")
