"""The timeline and the resources by mouse, by keyboard and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from designer.designs.models import Design
from designer.manifests import text as manifest_text
from tests.browser.designer import Designer
from tests.people import owner
from tests.web.test_timing import SHOP

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shop(designer: Designer) -> Designer:
    documents = manifest_text.parse(SHOP)
    design = Design.objects.create(owner=owner(), name="shop")
    design.change(lambda _: documents, by=owner(), text=SHOP, summary="imported")
    designer.open(design)
    return designer


def show(shop: Designer, name: str) -> None:
    with shop.answered("/middle/"):
        shop.page.locator(".views label", has_text=name).click()


def test_a_face_is_chosen_kept_and_linked_to(shop: Designer) -> None:
    page = shop.page
    expect(page.locator("#canvas > svg.diagram")).to_be_visible()
    show(shop, "Timeline")
    expect(page.locator(".lane", has_text="migrate")).to_be_visible()
    expect(page.get_by_role("group", name="Zoom")).to_be_hidden()
    assert page.url.endswith("?view=timeline")
    page.reload()
    expect(page.locator(".lane", has_text="migrate")).to_be_visible()
    page.goto(page.url.split("?")[0])
    expect(page.locator(".lane", has_text="migrate")).to_be_visible()
    page.goto(page.url.split("?")[0] + "?view=resources")
    expect(page.locator(".wholes")).to_be_visible()
    show(shop, "Diagram")
    expect(page.locator("#canvas > svg.diagram")).to_be_visible()
    assert "view" not in page.url


def test_by_keyboard(shop: Designer) -> None:
    page = shop.page
    page.get_by_role("radio", name="Diagram").focus()
    with shop.answered("/middle/"):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".lanes").first).to_be_visible()
    lane = page.locator('.lane[data-at="0/containers/0"]').first
    lane.focus()
    with shop.answered("/inspect/"):
        page.keyboard.press("Enter")
    expect(page.locator("#inspector h2")).to_have_text("nginx")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.dataset.at") == "0/initContainers/0"


def test_a_lane_selects_its_container_and_is_lit_with_it(shop: Designer) -> None:
    page = shop.page
    show(shop, "Timeline")
    with shop.answered("/inspect/"):
        page.locator(".lane", has_text="migrate").click()
    expect(page.locator("#inspector h2")).to_have_text("migrate")
    expect(page.locator(".lane", has_text="migrate")).to_have_class("lane role-init is-selected")
    assert "migrate" in shop.yaml_lit
    expect(page.locator(".lane.is-selected")).to_have_count(1)
    with shop.answered("/inspect/"):
        shop.yaml_cursor("nginx:1.29")
    assert page.locator(".lane.is-selected").count() == 2  # its start and its stop


def test_an_edit_is_followed_and_undone(shop: Designer) -> None:
    page = shop.page
    show(shop, "Resources")
    expect(page.locator(".whole-row").first).to_contain_text("request 100m")
    with shop.answered("/inspect/"):
        page.locator(".amounts", has_text="nginx").get_by_role("button", name="cpu").click()
    expect(page.locator("#inspector").get_by_label("CPU").first).to_be_focused()
    with shop.answered("/edit/"):
        page.keyboard.press("Control+a")
        page.keyboard.type("400m")
        page.keyboard.press("Enter")
    expect(page.locator(".whole-row").first).to_contain_text("request 400m")
    assert shop.documents[0]["spec"]["template"]["spec"]["containers"][0]["resources"]["requests"]["cpu"] == "400m"


def test_a_number_of_pods_stays_through_an_edit(shop: Designer) -> None:
    page = shop.page
    show(shop, "Resources")
    with shop.answered("/middle/"):
        page.get_by_label("pods").fill("20")
    expect(page.locator(".times").first).to_contain_text("for 20 pods: 2")
    with shop.answered("/edit/"):
        page.locator("[data-canvas]").focus()
        page.keyboard.press("v")
    expect(page.get_by_label("pods")).to_have_value("20")
    expect(page.locator(".times").first).to_contain_text("for 20 pods: 2")


def test_on_a_phone(shop: Designer) -> None:
    page = shop.page
    page.set_viewport_size({"width": 390, "height": 844})
    for name in ("Timeline", "Resources"):
        show(shop, name)
        expect(page.locator(".timing")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.evaluate("(e => e.scrollWidth <= e.clientWidth)(document.querySelector('.timing'))")
    page.locator(".amounts", has_text="nginx").get_by_role("button", name="cpu").click()
    expect(page.locator("#inspector")).to_be_visible()


def test_it_scrolls_as_a_page_does(shop: Designer) -> None:
    page = shop.page
    page.set_viewport_size({"width": 1200, "height": 460})
    show(shop, "Timeline")
    page.locator(".timing h2").first.hover()
    page.mouse.wheel(0, 200)
    page.wait_for_function("document.querySelector('.timing').scrollTop > 50")
