"""What moves: an edit glides, fades and flashes, unless a person asks for less motion; a large picture has a map."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.designer import Designer
from tests.browser.test_axe import MANY
from tests.browser.test_keyboard import SHOP

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Every animation that an answer starts is noted, and held at its first moment.
WATCH = """() => { window.moved = [];
    document.addEventListener('htmx:after:swap', () => { for (const one of document.getAnimations()) {
        const { target } = one.effect;
        one.pause();
        window.moved.push([target.closest('[id]')?.id ?? '', Object.keys(one.effect.getKeyframes()[0])]);
    } }); }"""
LET_GO = "() => { for (const one of document.getAnimations()) one.finish(); }"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of somebody who has nothing against motion."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="no-preference")
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    context.close()
    assert not problems, problems


def moved(web: Designer, how: str) -> set[str]:
    """The ids of what is animated in a way: "transform", "opacity", "strokeWidth"."""
    found: list[tuple[str, list[str]]] = web.page.evaluate("window.moved.splice(0)")
    return {name for name, ways in found if how in ways}


def test_an_edit_is_seen(designer: Designer) -> None:
    designer.open_text(SHOP)
    web, page = designer, designer.page
    page.evaluate(WATCH)
    box = "box-deployment-shop-container"
    web.box("0/initContainers/0").focus()
    with web.answered("/edit/step"):
        page.keyboard.press("Alt+ArrowRight")
    assert moved(web, "transform") == {f"{box}-fetch", f"{box}-migrate"}
    page.evaluate(LET_GO)
    with web.answered("/edit/add-volume"):
        page.keyboard.press("v")
    assert "box-deployment-shop-volume-data-2" in moved(web, "opacity")
    page.evaluate(LET_GO)
    with web.answered("/edit/remove"):
        page.keyboard.press("Delete")
    # What went is a copy that fades out, and no box to any hand or reader.
    ghost = page.locator("#canvas .is-leaving")
    expect(ghost).to_have_count(1)
    assert ghost.evaluate("one => [one.id, one.dataset.at, one.getAttribute('aria-hidden')]") == ["", None, "true"]
    page.evaluate(LET_GO)
    expect(ghost).to_have_count(0)
    moved(web, "")
    web.select("0/containers/0")
    web.fill("Image", "shop:2")
    assert f"{box}-app" in moved(web, "strokeWidth")
    page.evaluate(LET_GO)


def test_what_leaves_is_out_of_the_way_of_the_next_answer(designer: Designer) -> None:
    designer.open_text(SHOP)
    web, page = designer, designer.page
    page.evaluate(WATCH)
    web.select("0/containers/1")
    web.box("0/containers/1").focus()
    with web.answered("/edit/remove"):
        page.keyboard.press("Delete")
    expect(page.locator("#canvas .is-leaving").first).to_be_attached()
    with web.answered("/undo/"):
        page.keyboard.press("Control+z")
    expect(page.locator("#canvas .is-leaving")).to_have_count(0)
    assert web.design.text == SHOP
    ids = page.locator("#canvas [id]").evaluate_all("all => all.map(one => one.id)")
    assert len(ids) == len(set(ids))
    page.evaluate(LET_GO)


def test_nothing_moves_for_who_asks_for_less(designer: Designer) -> None:
    designer.page.emulate_media(reduced_motion="reduce")
    designer.open_text(SHOP)
    designer.page.evaluate(WATCH)
    designer.box("0/initContainers/0").focus()
    with designer.answered("/edit/step"):
        designer.page.keyboard.press("Alt+ArrowRight")
    assert designer.page.evaluate("window.moved") == []


def test_a_map_of_a_picture_that_is_larger_than_its_view(designer: Designer) -> None:
    designer.page.emulate_media(reduced_motion="reduce")
    designer.open_text(MANY)
    page = designer.page
    page.get_by_role("button", name="Fit").click()
    minimap = page.locator(".minimap")
    expect(minimap).to_be_hidden()
    room = page.locator("[data-canvas]").bounding_box()
    assert room
    page.mouse.move(room["x"] + 100, room["y"] + 100)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -400)
    page.keyboard.up("Control")
    expect(minimap).to_be_visible()
    # It covers what one looks at only while one moves the view, or points at it.
    expect(minimap).to_have_class("minimap is-pale")
    assert minimap.get_attribute("aria-hidden") == "true"
    assert minimap.locator("rect.container").count() == 20
    shown = minimap.bounding_box()
    assert shown
    page.mouse.move(shown["x"] + 20, shown["y"] + 20)
    page.mouse.down()
    page.mouse.move(shown["x"] + shown["width"] - 30, shown["y"] + shown["height"] - 30, steps=4)
    page.mouse.up()
    picture = page.locator("#canvas > svg")
    x, y, width, height = map(float, (picture.get_attribute("viewBox") or "").split())
    assert x + width / 2 > float(picture.get_attribute("width") or 0) / 2
    assert y + height / 2 > float(picture.get_attribute("height") or 0) / 2
    designer.box("0/containers/0").focus()
    box = designer.box("0/containers/0").bounding_box()
    assert box
    assert room["x"] <= box["x"] <= room["x"] + room["width"] - box["width"]
