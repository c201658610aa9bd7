"""The designer as a person's hands use it: buttons and fields by their words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page

from designer.designs.models import Design
from designer.manifests import text as manifest_text
from designer.manifests.types import Documents


class Designer:
    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url

    # --- Pages

    def home(self) -> None:
        self.page.goto(self.url + "/")

    def start(self, title: str) -> None:
        """Start a design from a starter of the home page."""
        self.home()
        self.page.get_by_role("button", name=re.compile("^. " + title)).first.click()
        self.page.wait_for_url("**/designs/*/")
        self.page.locator("body[data-ready]").wait_for()

    def open(self, design: Design) -> None:
        self.page.goto(f"{self.url}/designs/{design.pk}/")
        self.page.locator("body[data-ready]").wait_for()

    # --- What is there

    @property
    def design(self) -> Design:
        match = re.search(r"/designs/(\d+)/", self.page.url)
        assert match
        return Design.objects.get(pk=match[1])

    @property
    def documents(self) -> Documents:
        """The design's objects as its rows and its text say them, which is the same."""
        documents = self.design.documents
        assert documents == manifest_text.parse(self.design.text)
        return documents

    def box(self, at: str) -> Locator:
        return self.page.locator(f'#canvas [data-at="{at}"]').first

    def box_named(self, name: str) -> Locator:
        return (
            self.page.locator("#canvas a[data-at]")
            .filter(has_text=re.compile(rf"^\s*.*\b{re.escape(name)}\b", re.S))
            .last
        )

    # --- Hands

    @contextmanager
    def answered(self, part: str = "") -> Iterator[None]:
        """Wait for the answer to what is done inside, and until the screen shows it."""
        with self.page.expect_response(lambda response: part in response.url and "/static/" not in response.url):
            yield
        self.settle()

    def settle(self) -> None:
        # Asked again and again from here: the page's policy lets no script be evaluated inside it.
        while self.page.evaluate("() => !!document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')"):
            self.page.wait_for_timeout(10)
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 20)))")

    def select(self, at: str) -> None:
        with self.answered("/inspect/"):
            self.box(at).click(position={"x": 40, "y": 14})

    def tab(self, name: str) -> None:
        with self.answered("/inspect/"):
            self.page.locator(".tabs").get_by_role("button", name=re.compile(f"^{name}")).click()

    def menu(self, menu: str, item: str) -> None:
        self.page.locator("summary", has_text=menu).click()
        with self.answered():
            self.page.locator("details[open] > div").get_by_role(
                "button", name=re.compile("^" + re.escape(item))
            ).click()

    def press(self, name: str, *, within: str = "#inspector", nth: int = 0) -> None:
        with self.answered():
            self.page.locator(within).get_by_role("button", name=name, exact=True).nth(nth).click()

    def fill(self, label: str, value: str, *, nth: int = 0, within: str = "#inspector") -> None:
        """Type into a field and leave it, as a person does; what stands there already is left alone."""
        field = self.page.locator(within).get_by_label(label, exact=True).nth(nth)
        if field.input_value() == value:
            return
        field.fill(value)
        with self.answered():
            field.press("Enter") if field.evaluate("e => e.tagName") == "INPUT" else field.blur()

    def choose(self, label: str, value: str, *, nth: int = 0, within: str = "#inspector") -> None:
        with self.answered():
            self.page.locator(within).get_by_label(label, exact=True).nth(nth).select_option(value)

    def drag(self, start: str, end: str) -> None:
        one, two = self.box(start).bounding_box(), self.box(end).bounding_box()
        assert one
        assert two
        mouse = self.page.mouse
        mouse.move(one["x"] + one["width"] / 2, one["y"] + 12)
        mouse.down()
        mouse.move(two["x"] + two["width"] / 2, two["y"] + 12, steps=6)
        with self.answered("/edit/"):
            mouse.up()
