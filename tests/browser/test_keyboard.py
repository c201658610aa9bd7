"""Everything without a mouse: weave, mount, expose, reorder, delete and undo, and going about in the picture."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.designer import Designer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SHOP = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  selector:
    matchLabels: {app: shop}
  template:
    metadata:
      labels: {app: shop}
    spec:
      initContainers:
      - name: fetch # first
        image: busybox
      - name: migrate
        image: shop/migrate
      - name: warm
        image: shop/warm
      containers:
      - name: app
        image: shop
        ports:
        - containerPort: 8080
        - containerPort: 9090
      - name: logs
        image: busybox
      volumes:
      - name: data
        emptyDir: {}
---
apiVersion: v1
kind: Service
metadata:
  name: shop
spec:
  selector: {app: shop}
  ports:
  - port: 80
    targetPort: 8080
"""


def at(web: Designer) -> str | None:
    found: str | None = web.page.evaluate("document.activeElement.dataset.at ?? null")
    return found


def go_to(web: Designer, address: str, *keys: str) -> None:
    """Arrow keys lead to a box."""
    for key in keys:
        web.page.keyboard.press(key)
    assert at(web) == address


@pytest.fixture
def shop(designer: Designer) -> Designer:
    """The shop, reached by the Tab key: the focus is on the first of its init containers."""
    designer.open_text(SHOP)
    designer.page.locator("[data-canvas]").focus()
    designer.page.keyboard.press("ArrowDown")
    return designer


def test_weaving_mounting_reordering_deleting_and_undoing(shop: Designer) -> None:
    page, keys = shop.page, shop.page.keyboard
    # Weave a preset, for the container that the focus is on.
    go_to(shop, "0/containers/0", "ArrowDown")
    keys.press("a")
    expect(page.locator(".aim")).to_have_text(re.compile("For app"))
    with shop.answered("/patterns/"):
        keys.type("log files over http")
    page.wait_for_timeout(200)
    keys.press("ArrowDown")
    with shop.answered("/weave/"):
        keys.press("Enter")
    expect(page.locator("#dialog")).to_be_visible()
    expect(page.locator(".aim")).to_have_count(0)
    page.locator("#dialog .foot .primary").focus()
    with shop.answered("/weave/"):
        keys.press("Enter")
    pod = shop.documents[0]["spec"]["template"]["spec"]
    assert len(pod["containers"]) == 3
    # Mount a volume, chosen from the volume.
    page.locator("[data-canvas]").focus()
    shop.box("0/volumes/0").focus()
    keys.press("m")
    expect(page.get_by_role("menuitem").first).to_be_focused()
    keys.type("logs")
    with shop.answered("/edit/mount"):
        keys.press("Enter")
    assert {"name": "data", "mountPath": "/data"} in shop.documents[0]["spec"]["template"]["spec"]["containers"][1][
        "volumeMounts"
    ]
    assert at(shop) == "0/containers/1"
    # Reorder the init containers.
    shop.box("0/initContainers/0").focus()
    with shop.answered("/edit/step"):
        keys.press("Alt+ArrowRight")
    expect(page.locator("#spoken")).to_have_text("fetch is number 2 of 3 init containers now.")
    assert at(shop) == "0/initContainers/1"
    with shop.answered("/edit/step"):
        keys.press("Alt+ArrowDown")
    names = [c["name"] for c in shop.documents[0]["spec"]["template"]["spec"]["initContainers"]]
    assert names == ["migrate", "warm", "fetch"]
    assert "- name: fetch # first" in shop.design.text
    keys.press("Alt+ArrowRight")
    expect(page.locator("#spoken")).to_have_text("fetch is the last already.")
    # Delete, and take everything back.
    with shop.answered("/edit/remove"):
        keys.press("Delete")
    expect(page.locator("#toast")).to_contain_text("Deleted fetch.")
    assert len(shop.documents[0]["spec"]["template"]["spec"]["initContainers"]) == 2
    for _ in range(5):
        with shop.answered("/undo/"):
            keys.press("Control+z")
    assert shop.design.text == SHOP


def test_a_service_exposes_a_port(shop: Designer) -> None:
    keys = shop.page.keyboard
    shop.box("1").focus()
    keys.press("e")
    expect(shop.page.get_by_role("menuitem")).to_have_text(["8080 of app", "9090 of app"])
    keys.press("End")
    with shop.answered("/edit/expose"):
        keys.press("Enter")
    assert [port["port"] for port in shop.documents[1]["spec"]["ports"]] == [80, 9090]
    shop.box("0/containers/0").focus()
    keys.press("e")
    expect(shop.page.get_by_role("menuitem")).to_have_text(
        ["8080 by shop", "9090 by shop", "A new Service of all its ports"]
    )
    keys.press("Escape")
    assert at(shop) == "0/containers/0"


def test_a_boxs_menu_says_what_its_keys_do(shop: Designer) -> None:
    page, keys = shop.page, shop.page.keyboard
    shop.box("0/initContainers/1").focus()
    keys.press("Shift+F10")
    menu = page.get_by_role("menu", name="migrate")
    expect(menu).to_be_visible()
    expect(menu.get_by_role("menuitem", name="Move earlier")).to_contain_text("Alt ←")
    keys.press("ArrowUp")
    expect(menu.get_by_role("menuitem", name="Delete")).to_be_focused()
    keys.type("move l")
    with shop.answered("/edit/step"):
        keys.press("Enter")
    names = [c["name"] for c in shop.documents[0]["spec"]["template"]["spec"]["initContainers"]]
    assert names == ["fetch", "warm", "migrate"]
    shop.box("0/initContainers/2").focus()
    keys.press("Shift+F10")
    expect(page.get_by_role("menuitem", name="Move later")).to_have_count(0)
    keys.press("Escape")
    assert at(shop) == "0/initContainers/2"


def test_arrow_keys_go_where_they_point(shop: Designer) -> None:
    go_to(shop, "0/initContainers/0")
    go_to(shop, "0/initContainers/2", "ArrowRight", "ArrowRight")
    go_to(shop, "0/initContainers/0", "ArrowLeft", "ArrowLeft")
    go_to(shop, "0/containers/0", "ArrowDown")
    go_to(shop, "0/volumes/0", "ArrowDown")
    go_to(shop, "0/containers/0", "ArrowUp")
    go_to(shop, "1", "ArrowLeft")


def test_the_view_moves_by_keys(shop: Designer) -> None:
    page, keys = shop.page, shop.page.keyboard

    def view() -> list[float]:
        return [float(part) for part in (page.locator("#canvas > svg").get_attribute("viewBox") or "").split()]

    x, y, width, _ = view()
    keys.press("Shift+ArrowRight")
    assert view()[0] > x
    keys.press("Shift+ArrowDown")
    assert view()[1] > y
    keys.press("+")
    assert view()[2] < width
    keys.press("1")
    room = page.locator("#canvas").bounding_box()
    assert room
    assert abs(view()[2] - room["width"]) < 4
    keys.press("0")
    assert page.locator(".minimap").is_hidden()


def test_space_chooses_a_box_unless_it_moves_the_picture(shop: Designer) -> None:
    page, keys = shop.page, shop.page.keyboard
    with shop.answered("/inspect/"):
        keys.press(" ")
    expect(page.locator("#inspector h2")).to_have_text("fetch")
    before = page.locator("#canvas > svg").get_attribute("viewBox")
    box = shop.box("0/containers/1").bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    keys.down(" ")
    page.mouse.down()
    page.mouse.move(box["x"] + 80, box["y"] + 60, steps=4)
    page.mouse.up()
    keys.up(" ")
    assert page.locator("#canvas > svg").get_attribute("viewBox") != before
    expect(page.locator("#inspector h2")).to_have_text("fetch")
    assert shop.design.text == SHOP


def test_the_timeline_has_the_keys_that_make_sense_there(shop: Designer) -> None:
    page, keys = shop.page, shop.page.keyboard
    with shop.answered("/middle/"):
        page.locator(".views input[value=timeline]").check(force=True)
    shop.box("0/initContainers/0").focus()
    keys.press("m")
    expect(page.locator("#box-menu")).to_be_hidden()
    with shop.answered("/edit/step"):
        keys.press("Alt+ArrowRight")
    expect(page.locator("#spoken")).to_have_text("fetch is number 2 of 3 init containers now.")
    assert at(shop) == "0/initContainers/1"
    with shop.answered("/edit/remove"):
        keys.press("Delete")
    expect(page.locator("#toast")).to_contain_text("Deleted fetch.")
