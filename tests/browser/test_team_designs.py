"""Designs across a team, in several people's browsers: seeing each other, merging, only looking, sharing a link."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from designer.designs.models import Design, Presence
from tests.browser.axe import faults
from tests.browser.designer import Designer
from tests.web.crew import Crew, gathered

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def crew(settings: Any) -> Crew:
    settings.LOCAL_MODE = False
    return gathered()


@pytest.fixture
def sits(browser: Browser, live_server: Any, crew: Crew) -> Iterator[Callable[..., Designer]]:
    """Somebody of the crew at a browser of their own, with a design open if there is one; nobody for "anonymous"."""
    contexts: list[BrowserContext] = []

    def sits(who: str, design: Design | None = None, **how: Any) -> Designer:
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **how})
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        contexts.append(context)
        cookie = crew.client(who).cookies.get(django_settings.SESSION_COOKIE_NAME)
        if cookie:
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": str(live_server)}])
        page = context.new_page()
        person = Designer(page, str(live_server))
        if design:
            person.open(design)
        return person

    yield sits
    for context in contexts:
        context.close()


def faces(page: Page) -> list[str]:
    # In one breath: the faces are drawn anew at any moment, and one of them may be gone before it is read.
    return list(page.locator("#present .face").evaluate_all("faces => faces.map((face) => face.title)"))


def until(what: Callable[[], bool], page: Page) -> None:
    """Wait until `what` is so."""
    began = time.monotonic()
    while not what():
        assert time.monotonic() - began < 30, "it does not come to be"
        page.wait_for_timeout(20)


def test_two_people_see_each_other_and_what_they_select(crew: Crew, sits: Callable[..., Designer]) -> None:
    design = crew.design()
    ada = sits("owner", design)
    bob = sits("editor", design)
    expect(ada.page.locator("#present .face")).to_have_text("BK")
    expect(bob.page.locator("#present .face")).to_have_text("AL")
    bob.select("0/containers/1")
    until(lambda: faces(ada.page) == ["Bob Kahn has logs selected"], ada.page)
    expect(ada.page.locator(".present-mark text")).to_have_text("BK")
    # Pressed, a face goes to what they selected.
    with ada.answered("/inspect/"):
        ada.page.locator("#present .face").click()
    expect(ada.page.locator("#inspector h2")).to_have_text("logs")
    # The marks stay when the picture is drawn anew.
    ada.fill("Image", "busybox:2")
    expect(ada.page.locator(".present-mark")).to_have_count(1)
    bob.home()
    until(lambda: faces(ada.page) == [], ada.page)
    expect(ada.page.locator(".present-mark")).to_have_count(0)


def test_windows_of_one_browser_share_a_connection(crew: Crew, sits: Callable[..., Designer]) -> None:
    design = crew.design()
    ada = sits("owner", design)
    # A browser has six connections to a server at most: with one for each window, these would not even load.
    for _ in range(7):
        another = Designer(ada.page.context.new_page(), ada.url)
        another.open(design)
    until(lambda: faces(ada.page) == ["Other windows of yours have this open"], ada.page)
    assert Presence.objects.values("stream").distinct().count() == 1
    assert Presence.objects.count() == 8
    another.select("0/containers/0")
    until(lambda: faces(ada.page) == ["Other windows of yours have nginx selected"], ada.page)


def test_edits_of_two_people_come_together(crew: Crew, sits: Callable[..., Designer]) -> None:
    design = crew.design()
    ada, bob = sits("owner", design), sits("editor", design)
    ada.select("0/containers/0")
    bob.select("0/containers/1")
    bob.fill("Image", "busybox:bobs")
    news = ada.page.locator("#present .news")
    expect(news).to_contain_text("Changed by Bob Kahn")
    ada.fill("Image", "nginx:adas")
    images = [one["image"] for one in ada.documents[0]["spec"]["containers"]]
    assert images == ["nginx:adas", "busybox:bobs"]
    expect(news).to_have_count(0)
    expect(bob.page.locator("#present .news")).to_contain_text("Changed by Ada Lovelace")
    with bob.answered("/inspect/"):
        bob.page.locator("#present .news").click()
    expect(bob.box("0/containers/0")).to_contain_text("nginx:adas")
    assert [one.by for one in design.revisions.order_by("number")][1:] == [crew.people["editor"], crew.people["owner"]]
    # Where both touch the same, whoever comes second sees both and chooses.
    bob.select("0/containers/0")
    ada.fill("Image", "nginx:again")
    bob.fill("Image", "nginx:bobs")
    expect(bob.page.locator("#dialog")).to_contain_text("nginx:again")
    bob.press("Use mine", within="#dialog")
    assert bob.documents[0]["spec"]["containers"][0]["image"] == "nginx:bobs"


def test_a_viewer_looks_at_everything_and_changes_nothing(crew: Crew, sits: Callable[..., Designer]) -> None:
    design = crew.design()
    vi = sits("viewer", design)
    page = vi.page
    refused: list[str] = []
    page.on("response", lambda answer: refused.append(answer.url) if answer.status >= 400 else None)
    expect(page.get_by_text("You may look, not change")).to_be_visible()
    for name in ("+ Container", "Undo", "Share…"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    expect(page.get_by_label("Name of the design")).to_be_disabled()
    vi.select("0/containers/0")
    image = page.locator("#inspector").get_by_label("Image", exact=True)
    expect(image).to_have_value("nginx:1.29")
    expect(image).to_be_disabled()
    expect(page.locator("#inspector").get_by_role("button", name="Delete")).to_have_count(0)
    vi.tab("Ports")
    expect(page.locator('#inspector input[value="80"]')).to_be_disabled()
    vi.editor_ready()
    assert page.evaluate("() => window.ace.edit('yaml-editor').getReadOnly()")
    # Nor by a key, the box's menu, or by dragging.
    box = vi.box("0/containers/0")
    box.focus()
    for key in ("Delete", "d", "c", "Alt+ArrowRight", "Control+z"):
        page.keyboard.press(key)
    box.click(button="right", position={"x": 40, "y": 14})
    expect(page.locator("#box-menu [role=menuitem]")).to_have_text(["Open its formEnter"])
    page.keyboard.press("Escape")
    page.wait_for_timeout(300)
    design.refresh_from_db()
    assert (design.number, refused) == (1, [])
    page.get_by_role("radio", name="Timeline").check()
    expect(page.locator("#canvas .timing")).to_be_visible()


def test_a_link_is_made_read_and_taken_back(crew: Crew, sits: Callable[..., Designer]) -> None:
    design = crew.design()
    ada, cyd = sits("owner", design), sits("stranger")
    assert cyd.page.goto(ada.page.url).status == 404  # type: ignore[union-attr]
    ada.menu("Export", "Share…")
    ada.page.locator("#dialog select").select_option("1")
    ada.press("Make a link", within="#dialog")
    link = ada.page.get_by_label("The new link").input_value()
    ada.page.locator("#dialog .made").get_by_role("button", name="Copy").click()
    expect(ada.page.locator("#picture-note")).to_have_text("Copied.")
    assert ada.page.evaluate("() => navigator.clipboard.readText()") == link
    anyone = sits("anonymous").page
    problems: list[str] = []
    anyone.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    anyone.goto(link)
    expect(anyone.get_by_role("heading", name="web", exact=True)).to_be_visible()
    expect(anyone.locator("svg.diagram").first).to_contain_text("nginx")
    expect(anyone.locator("#yaml pre")).to_contain_text("# the front door")
    assert problems == []
    cyd.page.goto(link)
    expect(cyd.page.locator("#yaml pre")).to_contain_text("# the front door")
    with ada.answered("/delete/"):
        ada.page.get_by_role("button", name="Take back").click()
    expect(ada.page.locator("#dialog")).to_contain_text("There is no link yet.")
    assert anyone.goto(link).status == 404  # type: ignore[union-attr]
    expect(anyone.get_by_role("heading")).to_have_text("This link does not work any more")


def test_a_design_moves_to_the_team_and_into_the_bin(crew: Crew, sits: Callable[..., Designer]) -> None:
    crew.design("own", name="mine")
    ada, bob = sits("owner"), sits("editor")
    ada.home()
    ada.page.get_by_label("More for mine").click()
    with ada.answered("/move/"):
        ada.page.get_by_role("button", name="Move to Shop").click()
    bob.home()
    bob.page.get_by_role("link", name="Shop 1").click()
    expect(bob.page.locator(".designs")).to_contain_text("mine")
    ada.page.get_by_role("link", name="Shop").first.click()
    ada.page.get_by_label("More for mine").click()
    with ada.answered("/delete/"):
        ada.page.locator(".designs").get_by_role("button", name="Delete", exact=True).click()
    expect(ada.page.locator("#designs")).to_contain_text("Shop has no design yet")
    ada.page.get_by_role("link", name="Bin").click()
    ada.page.get_by_role("button", name="Take back").click()
    expect(ada.page.get_by_role("status").first).to_contain_text("“mine” is back.")
    ada.page.goto(ada.url + reverse("activity") + "?space=shop")
    expect(ada.page.locator(".activity")).to_contain_text("You imported mine")


@pytest.mark.parametrize(("size", "theme"), [((1440, 900), "light"), ((390, 844), "dark")])
def test_axe_finds_nothing(crew: Crew, sits: Callable[..., Designer], size: tuple[int, int], theme: str) -> None:
    design, gone = crew.design(), crew.design(name="gone")
    how = {"viewport": {"width": size[0], "height": size[1]}, "color_scheme": theme, "reduced_motion": "reduce"}
    ada = sits("owner", **how)
    ada.page.goto(ada.url)
    Design.objects.filter(pk=gone.pk).update(deleted=gone.updated)
    for path in ("/", "/?space=shop", "/bin/", "/activity/?space=shop"):
        ada.page.goto(ada.url + path)
        assert faults(ada.page) == [], path
    sits("editor", design).select("0/containers/1")
    ada.open(design)
    expect(ada.page.locator("#present .face")).to_have_count(1)
    assert faults(ada.page) == [], "the designer with somebody else in it"
    vi = sits("viewer", design, **how)
    expect(vi.page.locator("#present .face").first).to_be_visible()
    assert faults(vi.page) == [], "a viewer's designer"
    ada.page.locator("#export summary").click()
    ada.page.get_by_role("button", name="Share…").click()
    ada.press("Make a link", within="#dialog")
    assert faults(ada.page) == [], "the dialog of links"
    anyone = sits("anonymous", **how).page
    anyone.goto(ada.page.get_by_label("The new link").input_value())
    assert faults(anyone) == [], "a design that is read"
