"""The history by keyboard, on a phone, and undo across a reload."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from designer.designs.models import Design
from designer.manifests.edits.fields import set_field
from designer.manifests.text import parse
from designer.manifests.types import Path
from tests.browser.designer import Designer
from tests.people import owner
from tests.web.conftest import POD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
IMAGE: Path = (0, "spec", "containers", 0, "image")


@pytest.fixture
def web(designer: Designer) -> Designer:
    """Six revisions: imported, then the image nginx:2 to nginx:6."""
    design = Design.objects.create(owner=owner(), name="web")
    documents = parse(POD)
    design.change(lambda _: documents, by=owner(), text=POD, summary="imported")
    for number in range(2, 7):
        design.change(lambda now, n=number: set_field(now, IMAGE, f"nginx:{n}"), by=owner())  # type: ignore[misc]
    designer.open(design)
    return designer


def opened(designer: Designer) -> None:
    """Open the history, which compares the newest revision with the one before it."""
    page = designer.page
    if page.locator("#revision").is_visible():
        page.locator("#revision").focus()
        page.keyboard.press("Enter")
    else:
        page.locator("details.menu > summary:visible").first.click()
        page.get_by_role("button", name="History…").click()
    page.locator("#change-6").wait_for(state="attached")
    designer.settle()


def image(designer: Designer) -> str:
    found: str = designer.documents[0]["spec"]["containers"][0]["image"]
    return found


def test_two_revisions_are_compared_named_and_gone_back_to_by_keyboard(web: Designer) -> None:
    page, keys = web.page, web.page.keyboard
    opened(web)
    expect(page.locator("#history .day")).to_have_text(["Today"])
    expect(page.locator("#show-6")).to_be_focused()
    for _ in range(3):
        keys.press("ArrowDown")
    with web.answered("/history/3/"):
        keys.press("Enter")
    expect(page.locator("#change-3")).to_contain_text("image of container nginx: nginx:2 → nginx:3")
    expect(page.locator("#show-3")).to_have_attribute("aria-current", "true")
    # Two that do not follow each other, by the selects: they keep the focus.
    to = page.get_by_label("to", exact=True)
    to.focus()
    with web.answered("/compare/"):
        to.select_option("5")  # typed, its letters would have to come within the second that a select waits
    expect(page.locator("#change-5")).to_have_attribute("data-from", "2")
    expect(to).to_be_focused()
    expect(page.locator("#change-5")).to_contain_text("image of container nginx: nginx:2 → nginx:5")
    old, new = page.locator(".lines .is-changed .old"), page.locator(".lines .is-changed .new")
    expect(old.locator("mark")).to_have_text("2")
    expect(new.locator("mark")).to_have_text("5")
    left, right = old.bounding_box(), new.bounding_box()
    assert left
    assert right
    assert left["y"] == right["y"]
    assert left["x"] < right["x"]
    page.get_by_role("button", name="Inline").focus()
    keys.press("Enter")
    upper, lower = old.bounding_box(), new.bounding_box()
    assert upper
    assert lower
    assert upper["x"] == lower["x"]
    assert upper["y"] < lower["y"]
    # A name.
    page.get_by_label("Name", exact=True).focus()
    keys.type("before the sale")
    with web.answered("/name/"):
        keys.press("Enter")
    expect(page.locator("#revision-5 .name")).to_have_text("before the sale")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.get_by_label("Named only").focus()
    with web.answered("/history/"):
        keys.press("Space")
    expect(page.locator("#history .revision")).to_have_count(1)
    # Back to it, and undone.
    page.locator("#restore-5").focus()
    with web.answered("/restore/"):
        keys.press("Enter")
    expect(page.locator("#dialog")).not_to_be_visible()
    assert image(web) == "nginx:5"
    with web.answered("/undo/"):
        keys.press("Control+z")
    assert image(web) == "nginx:6"


def test_the_view_is_kept_for_the_window(web: Designer) -> None:
    page = web.page
    opened(web)
    page.get_by_role("button", name="Inline").click()
    page.reload()
    page.locator("body[data-ready]").wait_for()
    opened(web)
    expect(page.get_by_role("button", name="Inline")).to_have_attribute("aria-pressed", "true")


def test_a_row_can_be_what_another_is_compared_from(web: Designer) -> None:
    opened(web)
    web.page.locator("#revision-2").hover()
    with web.answered("/compare/"):
        web.page.get_by_role("button", name="Compare from r2").click()
    expect(web.page.locator("#change-6")).to_have_attribute("data-from", "2")
    expect(web.page.locator("#revision-2")).to_have_class("revision is-from")
    expect(web.page.locator("#revision-6")).to_have_class("revision is-to")


def test_a_fold_opens_and_has_the_focus(web: Designer) -> None:
    opened(web)
    page = web.page
    fold = page.locator(".fold").first
    lines = int((fold.text_content() or "").strip("… lines"))
    fold.focus()
    with web.answered("/lines/"):
        page.keyboard.press("Enter")
    expect(page.locator(".is-opened .l.new")).to_have_count(lines)
    expect(page.locator(".is-opened")).to_be_focused()


def test_going_back_where_another_window_went_on_says_so_first(web: Designer) -> None:
    opened(web)
    web.design.change(lambda now: set_field(now, IMAGE, "nginx:theirs"), by=owner(), window="theirs")
    web.page.locator("#revision-2").hover()
    with web.answered("/restore/"):
        web.page.locator("#back-2").click()
    expect(web.page.locator("#dialog-problem")).to_contain_text("changed elsewhere meanwhile")
    expect(web.page.locator("#show-7")).to_be_visible()
    assert image(web) == "nginx:theirs"
    web.page.locator("#revision-2").hover()
    with web.answered("/restore/"):
        web.page.locator("#back-2").click()
    expect(web.page.locator("#dialog")).not_to_be_visible()
    assert image(web) == "nginx:2"


def test_undo_and_redo_outlast_a_reload(web: Designer) -> None:
    page, keys = web.page, web.page.keyboard
    for part, expected in (("/undo/", "nginx:5"), ("/undo/", "nginx:4"), ("/redo/", "nginx:5")):
        page.reload()
        page.locator("body[data-ready]").wait_for()
        with web.answered(part):
            keys.press("Control+z" if part == "/undo/" else "Control+Shift+z")
        assert image(web) == expected
    page.reload()
    page.locator("body[data-ready]").wait_for()
    with web.answered("/redo/"):
        page.get_by_role("button", name="Redo").click()
    assert image(web) == "nginx:6"
    expect(page.get_by_role("button", name="Redo")).to_be_disabled()


def fits(page: Page) -> bool:
    return bool(page.evaluate("() => document.querySelector('#dialog').scrollWidth <= innerWidth"))


def test_on_a_phone_the_list_and_the_comparison_take_turns(web: Designer) -> None:
    page = web.page
    page.set_viewport_size({"width": 390, "height": 844})
    opened(web)
    expect(page.locator("#compare")).not_to_be_visible()
    assert fits(page)
    with web.answered("/history/4/"):
        page.locator("#show-4").click()
    expect(page.locator("#history-list")).not_to_be_visible()
    expect(page.locator("#change-4")).to_contain_text("nginx:3 → nginx:4")
    old, new = page.locator(".is-changed .old").bounding_box(), page.locator(".is-changed .new").bounding_box()
    assert old
    assert new
    assert (old["x"], old["y"] < new["y"]) == (new["x"], True), "one below the other, there is no room for two columns"
    assert fits(page)
    page.get_by_role("button", name="‹ List").click()
    expect(page.locator("#show-4")).to_be_focused()
    with web.answered("/history/2/"):
        page.locator("#show-2").click()
    with web.answered("/restore/"):
        page.get_by_role("button", name="Go back to r2").click()
    assert image(web) == "nginx:2"
