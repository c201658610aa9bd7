"""The picture in a person's hands: chosen, downloaded, copied, embedded elsewhere, and printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Locator, Page, expect

from designer.designs.models import Design, PictureLink
from designer.diagram.svg import svg
from designer.diagram.themes import Theme
from designer.manifests import text as manifest_text
from designer.web import pictures
from designer.web.outlines import outlined
from designer.web.pictures import Look
from designer.web.starters import begin
from tests.browser.designer import Designer
from tests.web import png

pytestmark = pytest.mark.browser
# A clash of ports, a mount without its volume, a Service that leads nowhere, and who guards and is reached outside.
WRONG = """\
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  initContainers: [{name: proxy, image: envoy, restartPolicy: Always, ports: [{containerPort: 80}]}]
  containers:
  - {name: web, image: nginx, ports: [{containerPort: 80}], volumeMounts: [{name: gone, mountPath: /data}]}
  - name: web
    env: [{name: DB, value: "postgres://db.example.com/shop"}]
    envFrom: [{secretRef: {name: "no"}}]
---
{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 1}, {port: 80}]}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: quiet}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
"""
ARTICLES = Path(__file__).parent.parent / "corpus" / "articles"


def dialog(web: Designer) -> Locator:
    web.menu("Export", "Picture…")
    found = web.page.locator("#dialog")
    expect(found.get_by_role("heading", name="Picture of “web”")).to_be_visible()
    return found


def shown(image: Locator) -> tuple[int, int]:
    """The size of an image that has come; fails where it has not."""
    expect(image).to_have_js_property("complete", True)
    size = image.evaluate("image => [image.naturalWidth, image.naturalHeight]")
    assert size[0] > 0
    return size[0], size[1]


def test_a_picture_is_chosen_seen_and_downloaded(web: Designer, tmp_path: Path) -> None:
    found = dialog(web)
    picture = pictures.picture(web.documents)
    assert shown(found.locator("[data-preview]")) == (picture.width, picture.height)
    expect(found.get_by_text("Size", exact=True)).to_be_hidden()
    found.get_by_label("PNG", exact=True).check()
    found.get_by_label("Dark").check()
    found.get_by_label(re.compile("3×")).check()
    expect(found.locator("[data-preview]")).to_have_attribute("src", re.compile("theme=dark"))
    with web.page.expect_download() as begun:
        found.get_by_role("button", name="Download").click()
    assert begun.value.suggested_filename == "web.png"
    begun.value.save_as(tmp_path / "web.png")
    image = png.read((tmp_path / "web.png").read_bytes())
    assert (image.width, image.height) == (3 * picture.width, 3 * picture.height)
    assert image.at(0, 0) == (0x17, 0x1E, 0x27, 255)
    expect(found).to_be_visible()


def test_a_picture_and_its_mermaid_text_are_copied(web: Designer) -> None:
    found = dialog(web)
    found.get_by_role("button", name="Copy as PNG").click()
    expect(found.get_by_text("The picture is on the clipboard.")).to_be_visible()
    width = web.page.evaluate(
        """async () => { const [item] = await navigator.clipboard.read();
            return (await createImageBitmap(await item.getType('image/png'))).width; }"""
    )
    assert width == 2 * pictures.picture(web.documents).width
    found.get_by_label("Mermaid", exact=True).check()
    expect(found.locator("pre")).to_contain_text("flowchart TB")
    found.get_by_role("button", name="Copy Mermaid").click()
    expect(found.get_by_text("The Mermaid text is on the clipboard.")).to_be_visible()
    assert web.page.evaluate("navigator.clipboard.readText()") == pictures.as_mermaid(web.documents)


def test_the_keyboard_is_enough(web: Designer) -> None:
    web.page.locator("#export summary").focus()
    web.page.keyboard.press("Enter")
    with web.answered("/picture/"):
        web.page.get_by_role("button", name="Picture…").press("Enter")
    found = web.page.locator("#dialog")
    expect(found.get_by_label("SVG", exact=True)).to_be_focused()
    with web.answered("/links/"):
        found.get_by_role("button", name="Make a link").press("Enter")
    expect(found.get_by_role("button", name="Make a link")).to_be_focused()
    with web.answered("/delete/"):
        found.get_by_role("button", name="Take link 1 back").press("Enter")
    expect(found.get_by_role("button", name="Make a link")).to_be_focused()
    assert not web.design.picture_links.exists()
    web.page.keyboard.press("Escape")
    expect(found).to_be_hidden()


@contextmanager
def site(folder: Path) -> Iterator[str]:
    """Another site: a server of its own, under another name of this machine."""
    handler = partial(_Quiet, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_a_page_of_another_site_shows_the_picture_that_is(web: Designer, tmp_path: Path, kind: str) -> None:
    found = dialog(web)
    with web.answered("/links/"):
        found.get_by_role("button", name="Make a link").click()
    link = found.get_by_label("Link 1", exact=True).input_value()
    address = f"{link.removesuffix('.svg')}.{kind}"
    icon = '<link rel="icon" href="data:,">'
    (tmp_path / "index.html").write_text(f'<!doctype html><title>Docs</title>{icon}<img src="{address}" alt="The pod">')
    with site(tmp_path) as elsewhere:
        assert elsewhere.partition(":8")[0] not in link  # another host, so another site
        web.page.goto(elsewhere)
        width, height = shown(web.page.get_by_alt_text("The pod"))
        picture = pictures.picture(shared(link).documents)
        scale = 2 if kind == "png" else 1
        assert (width, height) == (scale * picture.width, scale * picture.height)


def shared(link: str) -> Design:
    return PictureLink.objects.get(token=link.rpartition("/")[2].partition(".")[0]).design


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["000-adapter", "000-ambassador", "000-init", "wrong"])
def test_attributes_draw_what_the_style_sheet_draws(page: Page, name: str, theme: Theme) -> None:
    """A browser draws the same shapes, pixel by pixel, with the sheet and without; letters keep their colours."""
    text = WRONG if name == "wrong" else (ARTICLES / f"{name}.yaml").read_text()
    picture = pictures.picture(manifest_text.parse(text))
    assert any(box.bad for box in picture.boxes) == (name == "wrong")
    sheeted = svg(picture, standalone=True, theme=theme)
    bare = outlined(sheeted)
    images, inks = [], []
    for drawing, letters in ((sheeted, "text"), (bare, "g[aria-label]")):
        page.set_content(f"<!doctype html><body>{drawing}</body>")
        ink = "all => all.map(one => [(one.getAttribute('aria-label') ?? one.textContent), getComputedStyle(one).fill])"
        inks.append(page.locator(f"svg {letters}").evaluate_all(ink))
        page.locator(f"svg {letters}").evaluate_all("all => all.forEach(one => one.remove())")
        images.append(page.screenshot())
    assert images[0] == images[1]
    assert [ink for _, ink in inks[0]] == [ink for _, ink in inks[1]]


def test_a_picture_for_both_follows_the_reader(page: Page) -> None:
    picture = pictures.picture(manifest_text.parse((ARTICLES / "000-ambassador.yaml").read_text()))
    page.set_content(f"<!doctype html><body>{pictures.as_svg(picture, Look('auto'))}</body>")
    paper = page.locator("svg > rect").first
    page.emulate_media(color_scheme="light")
    assert paper.evaluate("e => getComputedStyle(e).fill") == "rgb(255, 255, 255)"
    page.emulate_media(color_scheme="dark")
    assert paper.evaluate("e => getComputedStyle(e).fill") == "rgb(23, 30, 39)"


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_a_small_design_is_printed_on_a_page_or_two(web: Designer, paper: str) -> None:
    web.page.locator("#export summary").click()
    with web.page.expect_popup() as opened:
        web.page.get_by_role("link", name="Print…").click()
    report = opened.value
    expect(report.get_by_role("heading", name="web", exact=True)).to_be_visible()
    report.evaluate("() => { window.print = () => { document.body.dataset.printed = 'yes'; }; }")
    report.get_by_role("button", name="Print…").click()
    expect(report.locator("body[data-printed=yes]")).to_be_visible()
    pages = len(re.findall(rb"/Type\s*/Page\b", report.pdf(format=paper)))
    assert 1 <= pages <= 2
    report.emulate_media(media="print", color_scheme="dark")
    expect(report.get_by_role("button", name="Print…")).to_be_hidden()
    assert report.locator("body").evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(255, 255, 255)"
    assert report.locator("h1").evaluate("e => getComputedStyle(e).color") == "rgb(22, 32, 46)"
    report.close()


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_all_but_the_yaml_of_a_starter_stands_on_one_page(designer: Designer, paper: str) -> None:
    designer.open_text(manifest_text.dump(begin("tls-sidecar")[1]))
    page = designer.page
    page.goto(page.url.partition("#")[0].partition("?")[0] + "report/")
    pages = len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=paper)))
    assert pages == 2
    page.evaluate("document.querySelector('main > .text').remove()")
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=paper))) == 1
