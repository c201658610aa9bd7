"""axe finds nothing wrong on any screen, in any state of the designer: light and dark, wide and on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from designer.designs.models import Design
from designer.manifests.text import dump, parse
from patterns import preset, store
from tests.browser.axe import faults
from tests.browser.designer import Designer
from tests.people import owner
from tests.web.test_weave import MINE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SHOP = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      initContainers:
      - {name: fetch, image: busybox}
      - {name: proxy, image: envoy, restartPolicy: Always, ports: [{containerPort: 8080}]}
      containers:
      - name: app
        image: shop
        env: [{name: DB, value: x}, {name: KEY, valueFrom: {secretKeyRef: {name: keys, key: k}}}]
        ports: [{name: http, containerPort: 8080}]
        volumeMounts: [{name: data, mountPath: /data}, {name: gone, mountPath: /gone}]
        readinessProbe: {httpGet: {path: /, port: web}}
        resources: {requests: {cpu: 100m}, limits: {memory: 1Gi}}
      volumes:
      - {name: data, emptyDir: {}}
---
apiVersion: v1
kind: Service
metadata: {name: shop}
spec: {selector: {app: shop}, ports: [{port: 80, targetPort: http}]}
---
apiVersion: v1
kind: Secret
metadata: {name: keys}
stringData: {k: v}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec: {rules: [{host: shop.example, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: shop, port: {number: 80}}}}]}}]}
---
apiVersion: v1
kind: Pod
metadata: {name: cache}
spec: {containers: [{name: redis, image: redis}]}
"""  # noqa: E501
MANY = dump(
    [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "many"},
            "spec": {"containers": [{"name": f"c{n}", "image": f"img:{n}"} for n in range(20)]},
        }
    ]
)
DIALOGS = ("help", "history", "apply", "want", "presets/save", "paste", "weave/mine", "weave/tls-sidecar")


# Colours do not depend on the width, nor the layout on the theme: two looks show both of each, the others with the long
# tests.
@pytest.fixture(
    params=[
        "light-wide",
        pytest.param("dark-wide", marks=pytest.mark.long),
        pytest.param("light-phone", marks=pytest.mark.long),
        "dark-phone",
    ]
)
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    theme, _, size = request.param.partition("-")
    context = browser.new_context(
        viewport={"width": 1440, "height": 900} if size == "wide" else {"width": 390, "height": 844},
        color_scheme=theme,
        reduced_motion="reduce",
    )
    page = context.new_page()
    yield page
    context.close()


def sound(page: Page, state: str, within: str = "") -> None:
    found = faults(page, within)
    assert not found, "\n".join([state, *found])


def open_text(web: Designer, text: str) -> None:
    """Open a new design; on a phone its editor is not there before one goes to it."""
    design = Design.objects.create(owner=owner(), name="shop")
    documents = parse(text)
    design.change(lambda _: documents, by=owner(), text=text)
    web.open(design)


def part(page: Page, name: str) -> None:
    """On a phone, the part of the screen."""
    button = page.locator(f".parts [data-part={name}]")
    if button.is_visible():
        button.click()


def choose(web: Designer, at: str) -> None:
    part(web.page, "pod")
    with web.answered("/inspect/"):
        web.box(at).dispatch_event("click")
    part(web.page, "edit")


def test_the_pages_beside_the_designer(designer: Designer) -> None:
    store.save(owner(), preset.read(MINE))
    Design.objects.create(owner=owner(), name="shop").change(lambda _: [], by=owner(), text="", woven=[])
    page = designer.page
    for path in (
        "/",
        "/catalogue/",
        "/catalogue/tls-sidecar/",
        "/catalogue/mine/",
        "/presets/new/",
        "/presets/mine/edit/",
    ):
        page.goto(designer.url + path)
        page.wait_for_load_state("networkidle")
        sound(page, path)


def test_every_tab_of_every_form(designer: Designer) -> None:
    open_text(designer, SHOP)
    page = designer.page
    for at in ("0", "0/containers/0", "0/initContainers/1", "0/volumes/0", "1", "2", "3"):
        choose(designer, at)
        tabs = page.locator(".tabs .tab")
        for place in range(tabs.count()):
            with designer.answered("/inspect/"):
                tabs.nth(place).click()
            sound(page, f"{at}, {tabs.nth(place).inner_text()}", "#inspector")


def test_the_picture_and_what_opens_over_it(designer: Designer) -> None:
    store.save(owner(), preset.read(MINE))
    open_text(designer, SHOP)
    page = designer.page
    sound(page, "nothing selected, with findings")
    for view in ("timeline", "resources", "diagram"):
        with designer.answered("/middle/"):
            page.locator(f".views input[value={view}]").check(force=True)
        page.locator(".why-list").evaluate_all("all => all.forEach((one) => { one.open = true; })")
        sound(page, view)
    page.locator("#findings [data-go]").first.focus()
    sound(page, "a finding that has the focus")
    open_menu(designer)
    sound(page, "a box's menu")
    page.keyboard.press("m")
    page.keyboard.press("Enter")
    sound(page, "where to mount")
    page.keyboard.press("Escape")
    page.locator("details.menu.objects > summary").click()
    sound(page, "the menu of objects")
    page.keyboard.press("Escape")
    for name in DIALOGS:
        pk = designer.design.pk
        url = "/help/" if name == "help" else f"/designs/{pk}/{name}/"
        with designer.answered(url):
            page.evaluate(
                "url => htmx.ajax('GET', url, { source: document.getElementById('state'), swap: 'none' })", url
            )
        page.locator("#dialog[open]").wait_for()
        sound(page, f"the dialog {name}")
        page.keyboard.press("Escape")


def test_text_that_does_not_parse(designer: Designer) -> None:
    open_text(designer, SHOP)
    page = designer.page
    part(page, "yaml")
    designer.editor_ready()
    page.locator("#yaml-editor").click()
    page.keyboard.press("Control+Home")
    page.keyboard.type("x: [")
    page.locator("#yaml-problem:not([hidden])").wait_for()
    sound(page, "YAML that does not parse")


def test_an_empty_design_one_pod_and_a_picture_with_a_map(designer: Designer) -> None:
    page = designer.page
    design = Design.objects.create(owner=owner(), name="empty")
    design.change(lambda _: [], by=owner(), text="", summary="started empty", woven=[])
    designer.open(design)
    sound(page, "an empty design")
    with designer.answered("/edit/start"):
        page.locator(".empty-canvas .starter").first.click()
    sound(page, "one pod")
    open_text(designer, MANY)
    part(page, "pod")
    for _ in range(8):
        page.get_by_role("button", name="Zoom in").click()
    page.locator(".minimap:not([hidden])").wait_for()
    sound(page, "a picture larger than its view")
    choose(designer, "0/containers/0")
    name = page.get_by_label("Name", exact=True).first
    name.fill("Not A Name")
    with designer.answered("/edit/"):
        name.press("Enter")
    sound(page, "a refused field")
    page.get_by_role("button", name=re.compile("^Delete")).last.click()
    page.locator("#toast button").first.wait_for()
    sound(page, "a word in the corner")


def open_menu(web: Designer) -> None:
    part(web.page, "pod")
    web.box("0/containers/0").dispatch_event("contextmenu")
    web.page.locator("#box-menu:popover-open").wait_for()
