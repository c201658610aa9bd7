"""From a key pressed in the YAML to all panes refreshed on the screen, in a real browser on a real server."""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import sync_playwright

from designer.designs.models import Design
from designer.manifests.text import dump, parse
from designer.manifests.types import Documents
from designer.web.local import person
from tests.binaries import chromium

KEYS = 40
# From the key to the frame after the answer's panes stand in the page. The pause before the text is sent is part of it.
_WATCH = """() => {
    window.pressed = 0; window.took = [];
    document.addEventListener("keydown", () => { window.pressed = performance.now(); }, true);
    document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
        if (ctx?.typed === undefined) return;
        const pressed = window.pressed;
        requestAnimationFrame(() => setTimeout(() => window.took.push(performance.now() - pressed), 0));
    });
}"""


@contextmanager
def serving() -> Iterator[str]:
    """`manage.py serve` on the data of this process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([sys.executable, "manage.py", "serve", f"127.0.0.1:{port}"], stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(150):
            try:
                urllib.request.urlopen(url, timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait()


def _design(text: str) -> Design:
    made = Design.objects.create(owner=person(), name=f"{text.count(chr(10))} lines")
    documents = parse(text)
    made.change(lambda _: documents, by=person(), text=text)
    return made


def keystrokes(documents: dict[int, Documents]) -> None:
    """Print p50 and p95 for designs with about so many lines of YAML."""
    program = chromium()
    if program is None:
        print("\nkeystrokes in the YAML: not measured, no Chromium here")
        return
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    print("\na key in the YAML to all panes refreshed, in Chromium (25 ms of it is the pause before the text is sent)")
    print(f"{'lines':>10} {'p50 ms':>9} {'p95 ms':>9}")
    designs = [_design(dump(wanted)) for wanted in documents.values()]
    flags = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    with serving() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        for design in designs:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(f"{url}/designs/{design.pk}/")
            page.locator("body[data-editor]").wait_for()
            page.evaluate(_WATCH)
            row = next(n for n, line in enumerate(design.text.split("\n")) if "image:" in line)
            page.evaluate("row => { const e = ace.edit('yaml-editor'); e.focus(); e.gotoLine(row + 1, 999); }", row)
            for _ in range(KEYS + 5):
                page.keyboard.type("1")
                page.wait_for_timeout(300)
            took = sorted(page.evaluate("window.took")[5:])
            p95 = took[round(0.95 * (len(took) - 1))]
            print(f"{design.text.count(chr(10)):>10} {statistics.median(took):>9.1f} {p95:>9.1f}")
            page.close()
        browser.close()
