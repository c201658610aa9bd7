"""The designer as a person's hands use it: buttons and fields by their words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page

from designer.designs.models import Design
from designer.manifests import text as manifest_text
from designer.manifests.types import Documents
from tests.people import owner

# What a page asks for of itself, beside what a person does.
_ASIDE = re.compile(r"/static/|/presence/|/complete/|/hover/")


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

    def open_text(self, text: str) -> None:
        """Open a new design of this YAML."""
        design = Design.objects.create(owner=owner(), name="web")
        documents = manifest_text.parse(text)
        design.change(lambda _: documents, by=owner(), text=text)
        self.open(design)
        self.editor_ready()

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
        with self.page.expect_response(lambda response: part in response.url and not _ASIDE.search(response.url)):
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
            # The first: the menus offer a Service before a ServiceAccount.
            items = self.page.locator("details[open] > div").get_by_role(
                "button", name=re.compile("^" + re.escape(item))
            )
            items.first.click()

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

    # --- The YAML editor

    def editor_ready(self) -> None:
        self.page.locator("body[data-editor]").wait_for()

    @property
    def yaml(self) -> str:
        """What stands in the editor."""
        self.editor_ready()
        return str(self.page.evaluate("ace.edit('yaml-editor').getValue()"))

    @property
    def yaml_lit(self) -> str:
        """The lines that are lit as those of what is selected."""
        self.editor_ready()
        return str(
            self.page.evaluate(
                """() => { const { session } = ace.edit('yaml-editor');
                    return Object.values(session.getMarkers()).filter((mark) => mark.clazz === 'is-lit')
                        .flatMap(({ range }) => session.getLines(range.start.row, range.end.row)).join('\\n'); }"""
            )
        )

    def yaml_cursor(self, words: str, *, after: str = "") -> None:
        """Click into the line with these words: at its end, or behind `after`."""
        self.editor_ready()
        row = next(n for n, line in enumerate(self.yaml.split("\n")) if words in line)
        self.page.evaluate("row => ace.edit('yaml-editor').renderer.scrollToRow(Math.max(0, row - 3))", row)
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        place = "row => ace.edit('yaml-editor').renderer.textToScreenCoordinates(row, 4)"
        at = self.page.evaluate(place, row)
        self.page.mouse.click(at["pageX"] + 1, at["pageY"] + 8)
        if not after:
            self.page.keyboard.press("End")
            return
        column = self.yaml.split("\n")[row].index(after) + len(after)
        self.page.keyboard.press("Home")
        self.page.evaluate("([row, column]) => ace.edit('yaml-editor').moveCursorTo(row, column)", [row, column])

    def type_yaml(self, text: str, *, delay: float = 15) -> None:
        """Type where the cursor is, and wait until the design has it."""
        self.page.keyboard.type(text, delay=delay)
        self.page.wait_for_function("() => document.getElementById('yaml-data').dataset.state !== 'typed'")
        self.settle()

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
