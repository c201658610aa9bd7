"""A real Chromium on the live server. CHROMIUM names the program; without one these tests are skipped with a line."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.binaries import chromium
from tests.browser.designer import Designer
from tests.web.conftest import POD

# Playwright's own loop runs in this thread, and Django would refuse to touch the database beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

_PATIENCE = 30_000  # milliseconds


@pytest.fixture(scope="session")
def browsers() -> Iterator[Callable[[], Browser]]:
    """The browser of this session; a new one where it crashed, so that a crash fails one test, not all that follow."""
    program = chromium()
    if program is None:
        pytest.skip("no Chromium here: apt-get install chromium, or set CHROMIUM to one")
    # For what comes late on a busy machine; a test that holds never waits so long.
    expect.set_options(timeout=_PATIENCE)
    with sync_playwright() as playwright:
        running: list[Browser] = []

        def browser() -> Browser:
            if not running or not running[-1].is_connected():
                running.append(playwright.chromium.launch(executable_path=program, args=_FLAGS))
            return running[-1]

        yield browser
        browser().close()


@pytest.fixture
def browser(browsers: Callable[[], Browser]) -> Browser:
    return browsers()


@pytest.fixture(scope="session")
def contexts(browsers: Callable[[], Browser]) -> Callable[[str], BrowserContext]:
    """A browser of its own for each name, that stays: what it has loaded and compiled of ours need not be again."""
    kept: dict[str, tuple[Browser, BrowserContext]] = {}

    def context(name: str) -> BrowserContext:
        browser = browsers()
        if name not in kept or kept[name][0] is not browser:
            kept[name] = (
                browser,
                browser.new_context(
                    viewport={"width": 1440, "height": 900},
                    permissions=["clipboard-read", "clipboard-write"],
                    reduced_motion="reduce",
                ),
            )
        return kept[name][1]

    return context


def _leave(context: BrowserContext, url: str) -> None:
    """Close its pages and forget all that they kept, so that the next test finds a new browser."""
    context.set_offline(False)
    first, *others = context.pages or [context.new_page()]
    for page in others:
        page.close()
    first.goto("about:blank")  # a page that is left says so, which takes its cookies
    client = context.new_cdp_session(first)
    client.send("Storage.clearDataForOrigin", {"origin": url, "storageTypes": "cookies,local_storage,indexeddb"})
    first.close()
    context.clear_cookies()


@pytest.fixture
def page(contexts: Callable[[str], BrowserContext], live_server: object) -> Iterator[Page]:
    """A page that fails the test on any script error or breach of the content security policy."""
    context = contexts("one's own")
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console", lambda message: problems.append(message.text) if _is_problem(message.type, message.text) else None
    )
    yield page
    _leave(context, str(live_server))
    assert not problems, problems


def _is_problem(kind: str, text: str) -> bool:
    # A refused edit has a status of its own, which the browser logs as an error: two edits met (409), it cannot be done
    # (422), it is too much (400, 413). A test may take the network away, of which htmx tells, too, as it does of a
    # search that a newer one took the place of.
    meant = r"status of (400|409|413|422)\b|ERR_INTERNET_DISCONNECTED|Failed to fetch|signal is aborted"
    return kind == "error" and not re.search(meant, text)


@pytest.fixture
def designer(page: Page, live_server: object) -> Designer:
    return Designer(page, str(live_server))


@pytest.fixture
def web(designer: Designer) -> Designer:
    """The designer with POD open."""
    designer.open_text(POD)
    return designer


@pytest.fixture
def other(contexts: Callable[[str], BrowserContext], web: Designer) -> Iterator[Designer]:
    """A second browser that shows the same design."""
    context = contexts("another's")
    second = Designer(context.new_page(), web.url)
    second.open(web.design)
    second.editor_ready()
    yield second
    _leave(context, web.url)
