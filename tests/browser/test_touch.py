"""By finger, on a phone: rest to lift, swipe to look around, two fingers to zoom."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from designer.designs.models import Design
from designer.manifests.text import parse
from tests.browser.designer import Designer
from tests.browser.finger import Finger
from tests.people import owner
from tests.web.conftest import POD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, reduced_motion="reduce"
    )
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    context.close()
    assert not problems, problems


@pytest.fixture
def web(designer: Designer) -> Designer:
    design = Design.objects.create(owner=owner(), name="web")
    documents = parse(POD)
    design.change(lambda _: documents, by=owner(), text=POD)
    designer.open(design)
    return designer


@pytest.fixture
def finger(page: Page) -> Finger:
    return Finger(page)


def middle(web: Designer, selector: str) -> tuple[float, float]:
    box = web.page.locator(selector).first.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + min(box["height"] / 2, 24)


def at(address: str) -> str:
    return f'#canvas [data-at="{address}"]'


def view(web: Designer) -> list[float]:
    return [float(part) for part in (web.page.locator("#canvas > svg").get_attribute("viewBox") or "").split()]


def test_a_volume_is_mounted_by_a_finger(web: Designer, finger: Finger) -> None:
    finger.down(middle(web, at("0/volumes/0")))
    finger.rest()
    expect(web.page.locator(".drag-label")).to_have_text("logs")
    finger.move(middle(web, at("0/containers/0")))
    expect(web.page.locator(".drag-label")).to_have_text("Mount logs in nginx")
    with web.answered("/edit/mount"):
        finger.up()
    assert web.documents[0]["spec"]["containers"][0]["volumeMounts"] == [{"name": "logs", "mountPath": "/logs"}]
    toast = web.page.locator("#toast", has_text="Mounted logs in nginx.")
    toast.get_by_role("button", name="Undo").tap()
    web.page.locator("#revision", has_text="r3").wait_for(state="attached")
    assert web.design.text == POD


def test_a_swipe_on_a_box_moves_the_picture(web: Designer, finger: Finger) -> None:
    before = view(web)
    x, y = middle(web, at("0/containers/0"))
    finger.down((x, y))
    finger.move((x + 60, y + 40))
    finger.up()
    after = view(web)
    assert after[0] < before[0]
    assert after[1] < before[1]
    assert after[2:] == before[2:]
    web.page.wait_for_timeout(200)
    assert web.design.text == POD
    assert web.page.locator("body").get_attribute("data-part") == "pod"


def test_two_fingers_zoom_and_move(web: Designer, finger: Finger) -> None:
    before = view(web)
    x, y = middle(web, "[data-canvas]")
    y += 150
    finger.down((x - 40, y), (x + 40, y))
    finger.move((x - 100, y + 30), (x + 100, y + 30), steps=10)
    finger.up()
    after = view(web)
    assert before[2] / after[2] == pytest.approx(2.5, rel=0.1)
    assert web.design.text == POD


def test_a_finger_that_rests_on_a_box_opens_its_menu(web: Designer, finger: Finger) -> None:
    finger.down(middle(web, at("0/volumes/0")))
    finger.rest()
    finger.up()
    web.page.get_by_role("menuitem", name="Mount…").tap()
    with web.answered("/edit/mount"):
        web.page.get_by_role("menuitem", name="nginx").tap()
    assert "volumeMounts" in web.documents[0]["spec"]["containers"][0]


def test_a_tap_opens_the_form(web: Designer) -> None:
    with web.answered("/inspect/"):
        web.page.touchscreen.tap(*middle(web, at("0/containers/1")))
    expect(web.page.locator("#inspector h2")).to_have_text("logs")


def test_a_pattern_is_lifted_carried_and_dropped(web: Designer, finger: Finger) -> None:
    web.page.locator(".parts [data-part=patterns]").tap()
    finger.down(middle(web, '[data-preset="log-exporter"]'))
    finger.rest()
    assert web.page.locator("body").get_attribute("data-part") == "pod"
    finger.move(middle(web, at("0/containers/0")))
    expect(web.page.locator(".drag-label")).to_have_text("Weave Log files over HTTP for nginx")
    expect(web.page.locator(".weave-ghost .ghost-added").first).to_be_visible()
    with web.answered("/weave/"):
        finger.up()
    expect(web.page.locator("#toast")).to_contain_text("Wove Log files over HTTP for nginx.")
    assert len(web.documents[0]["spec"]["containers"]) == 3


def test_a_pattern_that_was_held_waits_for_a_tap(web: Designer, finger: Finger) -> None:
    page = web.page
    page.locator(".parts [data-part=patterns]").tap()
    finger.down(middle(web, '[data-preset="log-exporter"]'))
    finger.rest()
    finger.up()
    expect(page.locator(".armed")).to_contain_text("Tap what Log files over HTTP goes onto.")
    with web.answered("/weave/"):
        page.touchscreen.tap(*middle(web, at("0/containers/0")))
    expect(page.locator(".armed")).to_have_count(0)
    assert web.design.revision.woven[0]["parameters"]["APP"] == "nginx"


def test_the_list_of_patterns_scrolls_and_a_tap_opens_one(web: Designer, finger: Finger) -> None:
    page = web.page
    page.locator(".parts [data-part=patterns]").tap()
    x, y = middle(web, '[data-preset="tls-sidecar"]')
    finger.down((x, y))
    finger.move((x, y - 250), steps=12)
    finger.up()
    page.wait_for_function("() => document.querySelector('.patterns').scrollTop > 100")
    assert page.locator(".drag-label").count() == 0
    page.locator('[data-preset="tls-sidecar"]').scroll_into_view_if_needed()
    with web.answered("/weave/"):
        page.locator('[data-preset="tls-sidecar"]').tap()
    expect(page.locator("#dialog")).to_be_visible()
    assert web.design.text == POD
