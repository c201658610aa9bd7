"""Drag and drop with the mouse: what is said while one holds something, and what it does when it is let go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.browser.designer import Designer
from tests.browser.test_keyboard import SHOP

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OTHER = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: cache}\nspec: {containers: [{name: redis, image: redis}]}\n"


@pytest.fixture
def shop(designer: Designer) -> Designer:
    designer.open_text(SHOP)
    return designer


def place(web: Designer, target: str, x: float = 0.5, y: float = 0.3) -> tuple[float, float]:
    """A point inside of what a selector finds, in parts of its size."""
    box = web.page.locator(target).first.bounding_box()
    assert box
    return box["x"] + box["width"] * x, box["y"] + box["height"] * y


def at(address: str) -> str:
    return f'#canvas [data-at="{address}"]'


@contextmanager
def held(web: Designer, source: str, *ways: tuple[float, float], y: float = 0.3) -> Iterator[None]:
    """Take something and carry it along points; it is let go at the end."""
    mouse = web.page.mouse
    web.page.locator(source).first.scroll_into_view_if_needed()
    mouse.move(*place(web, source, 0.4, y))
    mouse.down()
    for way in ways:
        mouse.move(*way, steps=5)
    yield
    mouse.up()


def label(web: Designer) -> str:
    return web.page.locator(".drag-label").inner_text()


def names(web: Designer, key: str) -> list[str]:
    return [c["name"] for c in web.documents[0]["spec"]["template"]["spec"].get(key) or []]


def test_a_volume_says_where_it_would_be_mounted(designer: Designer) -> None:
    designer.open_text(SHOP + OTHER)
    web = designer
    with held(web, at("0/volumes/0"), place(web, at("0/containers/1"))):
        assert label(web) == "Mount data in logs"
        expect(web.box("0/containers/0")).to_have_class("box container role-application can-drop")
        assert "is-target" in (web.box("0/containers/1").get_attribute("class") or "")
        assert "can-drop" not in (web.box("2/containers/0").get_attribute("class") or "")
        web.page.mouse.move(*place(web, at("2/containers/0")), steps=5)
        assert label(web) == "redis is in another pod: a volume stays in its own."
        web.page.mouse.move(*place(web, at("0/initContainers/2")), steps=5)
        assert label(web) == "Mount data in warm"
    web.page.locator("#revision", has_text="r2").wait_for()
    mounts = web.documents[0]["spec"]["template"]["spec"]["initContainers"][2]["volumeMounts"]
    assert mounts == [{"name": "data", "mountPath": "/data"}]
    expect(web.page.locator(".can-drop, .is-target, .drag-label")).to_have_count(0)
    # It is said, and taken back from where it is said.
    web.page.locator("#toast", has_text="Mounted data in warm.").get_by_role("button", name="Undo").click()
    web.page.locator("#revision", has_text="r3").wait_for()
    assert "volumeMounts" not in web.documents[0]["spec"]["template"]["spec"]["initContainers"][2]


@pytest.mark.parametrize(
    ("source", "target", "x", "words", "inits", "apps"),
    [
        ("0/initContainers/0", "0/initContainers/2", 0.8, "Move fetch after warm", "migrate warm fetch", "app logs"),
        ("0/initContainers/0", "0/initContainers/2", 0.2, "Move fetch before warm", "migrate fetch warm", "app logs"),
        ("0/initContainers/2", "0/initContainers/0", 0.2, "Move warm before fetch", "warm fetch migrate", "app logs"),
        ("0/containers/1", "0/containers/0", 0.8, "Move logs before app", "fetch migrate warm", "logs app"),
        (
            "0/containers/1",
            "0/initContainers/0",
            0.8,
            "Make logs an init container, after fetch",
            "fetch logs migrate warm",
            "app",
        ),
        (
            "0/initContainers/1",
            "0/containers/0",
            0.2,
            "Make migrate an ordinary container, before app",
            "fetch warm",
            "migrate app logs",
        ),
    ],
)
def test_a_container_goes_where_the_mark_stands(
    shop: Designer, source: str, target: str, x: float, words: str, inits: str, apps: str
) -> None:
    with held(shop, at(source), place(shop, at(target), x)):
        assert label(shop) == words
        mark = shop.page.locator(".drop-mark").bounding_box()
        box = shop.box(target).bounding_box()
        assert mark
        assert box
        before = "before" in words
        assert (mark["x"] < box["x"]) if before else (mark["x"] > box["x"] + box["width"] - 4)
    shop.page.locator("#revision", has_text="r2").wait_for()
    assert (names(shop, "initContainers"), names(shop, "containers")) == (inits.split(), apps.split())
    assert shop.page.locator(".drop-mark").is_hidden()
    done = words.replace("Move", "Moved").replace("Make", "Made")
    toast = shop.page.locator("#toast", has_text=f"{done}.")
    expect(toast.get_by_role("button", name="Undo")).to_be_visible()


def test_a_port_and_a_service_find_each_other(shop: Designer) -> None:
    pill = f"{at('0/containers/0')} .pill[data-port='9090']"
    with held(shop, pill, place(shop, at("1")), y=0.5):
        assert label(shop) == "Expose 9090 of app by shop"
    shop.page.locator("#revision", has_text="r2").wait_for()
    assert [port["port"] for port in shop.documents[1]["spec"]["ports"]] == [80, 9090]
    said = "Exposed 9090 of app by shop. Port 80 got the name port-80, as Kubernetes asks for names with several ports."
    expect(shop.page.locator("#toast", has_text=said).get_by_role("button", name="Undo")).to_be_visible()
    with held(shop, at("1"), place(shop, at("0/containers/0"))):
        assert label(shop) == "app has several ports: drop it on the one to expose."
        shop.page.mouse.move(*place(shop, at("0/containers/1")), steps=4)
        assert label(shop) == "logs declares no port yet."
        shop.page.mouse.move(*place(shop, pill, 0.5, 0.5), steps=4)
        assert label(shop) == "Expose 9090 of app by shop"
    shop.page.locator("#toast", has_text="shop leads to 9090 already.").wait_for()


def test_a_pattern_shows_what_it_makes_and_makes_it(shop: Designer) -> None:
    page = shop.page
    with held(shop, '[data-preset="log-exporter"]', place(shop, at("0/containers/1"))):
        assert label(shop) == "Weave Log files over HTTP for logs"
        ghost = page.locator(".weave-ghost")
        expect(ghost.locator(".ghost-added").first).to_be_visible()
        # What it is held over stays where it is.
        real = shop.box("0/containers/1").bounding_box()
        drawn = ghost.locator(".box", has=page.get_by_text("logs", exact=True)).first.bounding_box()
        assert real
        assert drawn
        assert abs(real["x"] - drawn["x"]) < 8
        assert abs(real["y"] - drawn["y"]) < 8
        page.mouse.move(*place(shop, at("0/volumes/0")), steps=4)
        assert label(shop) == "Weave Log files over HTTP onto Deployment shop"
        page.mouse.move(*place(shop, at("0/containers/1")), steps=4)
        # Away and back: the ghost of the container shows again, and what is made comes to stand where it was shown.
        expect(ghost.locator(".ghost-added").first).to_be_visible()
        shown = ghost.locator(".box", has=page.get_by_text("logs", exact=True)).first.bounding_box()
    page.locator("#toast", has_text="Wove Log files over HTTP for logs.").wait_for()
    expect(ghost).to_have_count(0)
    page.wait_for_timeout(600)  # until nothing moves any more
    woven = page.locator("#canvas .box", has=page.get_by_text("logs", exact=True)).first.bounding_box()
    assert shown
    assert woven
    assert abs(shown["x"] - woven["x"]) < 2
    assert abs(shown["y"] - woven["y"]) < 2
    assert shop.design.revision.woven[0]["parameters"]["APP"] == "logs"
    with shop.answered("/weave/"):
        page.locator("#toast").get_by_role("button", name="Change…").click()
    expect(page.locator("#dialog .primary")).to_have_text("Weave again")
    page.keyboard.press("Escape")
    page.locator("#toast").get_by_role("button", name="Undo").click()
    page.locator("#revision", has_text="r3").wait_for()
    assert shop.design.text == SHOP


def test_a_pattern_that_asks_opens_its_dialog_for_that_container(shop: Designer) -> None:
    with shop.answered("/weave/"), held(shop, '[data-preset="tls-sidecar"]', place(shop, at("0/containers/1"))):
        pass
    dialog = shop.page.locator("#dialog")
    expect(dialog).to_be_visible()
    expect(dialog.locator("[name='p.APP']")).to_have_value("logs")
    assert shop.design.text == SHOP


def test_escape_puts_back_what_is_held(shop: Designer) -> None:
    with held(shop, at("0/volumes/0"), place(shop, at("0/containers/1"))):
        shop.page.keyboard.press("Escape")
        expect(shop.page.locator(".drag-label, .can-drop")).to_have_count(0)
    shop.page.wait_for_timeout(200)
    assert shop.design.text == SHOP
    assert shop.page.evaluate("document.getElementById('state').elements.at.value") == ""


def test_a_finding_and_its_box_light_each_other(designer: Designer) -> None:
    designer.open_text(SHOP.replace("targetPort: 8080", "targetPort: web"))
    page = designer.page
    row = page.locator("#findings [data-lit]", has_text="web").first
    row.hover()
    address = (row.get_attribute("data-lit") or "").split()[0]
    assert "is-lit" in (designer.box(address).get_attribute("class") or "")
    pointed = """() => { const { session } = ace.edit('yaml-editor');
        const marks = Object.values(session.getMarkers()).filter((mark) => mark.clazz === 'is-pointed');
        return marks.map(({ range }) => session.getLine(range.start.row)); }"""
    assert page.evaluate(pointed) == ["    targetPort: web"]
    page.mouse.move(700, 5)
    assert page.evaluate(pointed) == []
    designer.box(address).locator(".sign").hover()
    assert "is-lit" in (row.get_attribute("class") or "")
    designer.box(address).locator(".sign").click()
    expect(page.locator("#inspector :focus")).to_have_value("web")
