"""The designer by mouse and by keyboard: selection shows everywhere, nothing typed is lost, all can be undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from designer.designs.models import Design
from tests.browser.designer import Designer
from tests.people import owner
from tests.web.conftest import POD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def lit(designer: Designer) -> str:
    return designer.yaml_lit


def test_selection_shows_in_diagram_form_and_yaml(web: Designer) -> None:
    web.select("0/containers/1")
    assert "is-selected" in (web.box("0/containers/1").get_attribute("class") or "")
    assert "name: logs" in lit(web)
    assert "nginx" not in lit(web)
    assert web.page.locator("#inspector h2").inner_text() == "logs"
    traced = web.page.locator("#canvas .edge.is-traced")
    expect(traced).to_have_count(1)
    expect(traced).to_have_attribute("data-from", "0/containers/1")
    web.box("0/containers/0").hover()
    expect(traced).to_have_count(0)
    # A line opens what it comes from.
    web.page.keyboard.press("Escape")
    expect(web.page.locator("#inspector h2")).not_to_have_text("logs")
    with web.answered("/inspect/"):
        web.page.locator("#canvas .edge.mount .hit").dispatch_event("click")
    assert web.page.locator("#inspector h2").inner_text() == "logs"
    with web.answered("/inspect/"):
        web.yaml_cursor("nginx:1.29")
    assert "is-selected" in (web.box("0/containers/0").get_attribute("class") or "")
    assert web.page.locator("#inspector h2").inner_text() == "nginx"


def test_a_link_to_a_box_selects_it(web: Designer) -> None:
    web.page.goto(web.page.url.split("#")[0] + "#at=0/volumes/0")
    web.page.reload()
    web.page.locator("#inspector h2", has_text="logs").wait_for()
    assert "emptyDir" in lit(web)


def test_an_edit_changes_only_its_line_and_keeps_the_focus(web: Designer) -> None:
    web.select("0/containers/0")
    web.fill("Image", "nginx:1.30")
    assert web.design.text == POD.replace("1.29", "1.30")
    assert web.page.evaluate("document.activeElement.id") == "f-0-spec-containers-0-image"
    assert "nginx:1.30" in (web.box("0/containers/0").text_content() or "")


def test_what_is_typed_meanwhile_is_not_overwritten(web: Designer) -> None:
    web.select("0/containers/0")
    page = web.page

    def slowly(route: Route) -> None:
        page.wait_for_timeout(300)
        route.continue_()

    page.route("**/edit/**", slowly)
    page.get_by_label("Image", exact=True).fill("nginx:1.31")
    page.keyboard.press("Tab")
    page.get_by_label("Working folder", exact=True).click()
    page.keyboard.type("/srv/www")
    page.wait_for_timeout(900)
    assert page.get_by_label("Working folder", exact=True).input_value() == "/srv/www"
    with web.answered("/edit/"):
        page.keyboard.press("Enter")
    container = web.documents[0]["spec"]["containers"][0]
    assert (container["image"], container["workingDir"]) == ("nginx:1.31", "/srv/www")


def test_a_refused_edit_is_said_at_the_field_and_the_typed_text_stays(web: Designer) -> None:
    web.select("0/containers/0")
    web.fill("Name", "Not A Name")
    name = web.page.get_by_label("Name", exact=True).first
    assert name.input_value() == "Not A Name"
    assert name.get_attribute("aria-invalid") == "true"
    assert "lowercase" in web.page.locator("#f-0-spec-containers-0-name-problem").inner_text()
    assert web.design.text == POD
    web.fill("Name", "front")
    assert name.get_attribute("aria-invalid") is None
    assert web.page.locator("#f-0-spec-containers-0-name-problem").inner_text() == ""


def test_dragging_a_volume_onto_a_container_mounts_it(web: Designer) -> None:
    web.drag("0/volumes/0", "0/containers/0")
    assert web.documents[0]["spec"]["containers"][0]["volumeMounts"] == [{"name": "logs", "mountPath": "/logs"}]
    assert web.page.get_by_role("button", name="Mounts 1").get_attribute("aria-current") == "true"


def test_dragging_a_container_onto_another_takes_its_place(web: Designer) -> None:
    web.drag("0/containers/1", "0/containers/0")
    assert [c["name"] for c in web.documents[0]["spec"]["containers"]] == ["logs", "nginx"]


def test_everything_by_keyboard(web: Designer) -> None:
    page = web.page
    web.box("0/containers/0").focus()
    with web.answered("/inspect/"):
        page.keyboard.press("Enter")
    with web.answered("/edit/step"):
        page.keyboard.press("Alt+ArrowRight")
    assert [c["name"] for c in web.documents[0]["spec"]["containers"]] == ["logs", "nginx"]
    with web.answered("/edit/duplicate-container"):
        page.keyboard.press("d")
    with web.answered("/edit/add-container"):
        page.keyboard.press("c")
    with web.answered("/edit/add-volume"):
        page.keyboard.press("v")
    spec = web.documents[0]["spec"]
    assert [c["name"] for c in spec["containers"]] == ["logs", "nginx", "nginx-2", "container"]
    assert len(spec["volumes"]) == 2
    with web.answered("/edit/remove"):
        page.keyboard.press("Delete")
    assert len(web.documents[0]["spec"]["volumes"]) == 1
    for _ in range(5):
        with web.answered("/undo/"):
            page.keyboard.press("Control+z")
    assert web.design.text == POD
    with web.answered("/redo/"):
        page.keyboard.press("Control+Shift+z")
    assert [c["name"] for c in web.documents[0]["spec"]["containers"]] == ["logs", "nginx"]
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.closest('.patterns') !== null")
    page.keyboard.type("redis exporter")
    expect(page.locator(".pattern:visible")).to_have_count(1)
    page.keyboard.press("Escape")


def test_arrow_keys_go_from_box_to_box(web: Designer) -> None:
    web.box("0/containers/0").focus()
    web.page.keyboard.press("ArrowRight")
    assert web.page.evaluate("() => document.activeElement.dataset.at") == "0/containers/1"
    web.page.keyboard.press("ArrowDown")
    assert web.page.evaluate("document.activeElement.dataset.at") == "0/volumes/0"


def test_a_container_moves_between_init_sidecar_and_app(web: Designer) -> None:
    web.select("0/containers/1")
    web.choose("Runs as", "sidecar")
    assert web.documents[0]["spec"]["initContainers"][0]["restartPolicy"] == "Always"
    web.choose("Runs as", "init")
    assert "restartPolicy" not in web.documents[0]["spec"]["initContainers"][0]
    web.choose("Runs as", "app")
    assert [c["name"] for c in web.documents[0]["spec"]["containers"]] == ["nginx", "logs"]
    assert "initContainers" not in web.documents[0]["spec"]


def test_the_kind_is_switched_without_losing_the_pod(web: Designer) -> None:
    web.select("0")
    for kind in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Pod"):
        web.choose("Kind", kind)
        assert web.documents[0]["kind"] == kind
    assert [c["image"] for c in web.documents[0]["spec"]["containers"]] == ["nginx:1.29", "busybox"]
    assert web.documents[0]["metadata"]["labels"] == {"app": "web"}


def test_a_preset_of_ones_own_is_used_in_another_design(web: Designer) -> None:
    page = web.page
    web.select("0/containers/1")
    with web.answered("/save/"):
        page.locator("#inspector").get_by_role("button", name="Save as preset…").click()
    page.get_by_label("Title", exact=True).fill("Log follower")
    web.press("Publish", within="#dialog")
    web.start("A web deployment")
    with web.answered("/weave/"):
        page.locator(".pattern", has_text="Log follower").click()
    web.press("Weave", within="#dialog")
    spec = web.documents[0]["spec"]["template"]["spec"]
    assert [c["name"] for c in spec["containers"]] == ["nginx", "logs"]
    assert spec["volumes"] == [{"name": "logs", "emptyDir": {}}]


def test_yaml_comes_in_by_paste_and_goes_out_by_copy(designer: Designer) -> None:
    page = designer.page
    designer.home()
    page.get_by_label("YAML").fill(POD)
    page.get_by_role("button", name="Import").click()
    page.wait_for_url("**/designs/*/")
    assert designer.design.text == POD
    page.locator(".yaml").get_by_role("button", name="Copy").click()
    page.locator("#toast", has_text="clipboard").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == POD


def test_a_mistake_in_pasted_yaml_costs_nothing(designer: Designer) -> None:
    page = designer.page
    designer.home()
    page.get_by_label("YAML").fill("kind: Pod\n  bad: indent\n")
    page.get_by_role("button", name="Import").click()
    page.get_by_role("alert").wait_for()
    assert "line 2" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("YAML").input_value() == "kind: Pod\n  bad: indent\n"


def test_the_empty_canvas_offers_the_six_starters(designer: Designer, tmp_path: Path) -> None:
    design = Design.objects.create(owner=owner(), name="empty")
    design.change(lambda _: [], by=owner(), text="", summary="started empty", woven=[])
    designer.open(design)
    assert designer.page.locator(".empty-canvas .starter").count() == 6
    with designer.answered("/edit/start"):
        designer.page.locator(".empty-canvas .starter", has_text="deployment").click()
    assert designer.documents[0]["kind"] == "Deployment"


def test_a_phone_shows_one_part_at_a_time(web: Designer) -> None:
    page = web.page
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.locator(".work").is_visible()
    assert not page.locator(".selected").is_visible()
    page.locator(".parts").get_by_role("button", name="YAML").click()
    assert page.locator("#yaml").is_visible()
    page.locator(".parts").get_by_role("button", name="Pod").click()
    web.select("0/containers/0")
    assert page.locator("#inspector").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_list_of_designs(web: Designer) -> None:
    page = web.page
    web.home()
    page.get_by_label("Search designs").fill("nothing like it")
    page.locator("#designs", has_text="Nothing matches").wait_for()
    page.get_by_label("Search designs").fill("busybox")
    page.locator("#designs .name", has_text="web").wait_for()
    page.locator("summary[aria-label='More for web']").click()
    page.get_by_role("button", name="Delete").click()
    page.locator("#toast", has_text="Deleted").wait_for()
    page.locator("#toast").get_by_role("button", name="Undo").click()
    page.locator("#designs .name", has_text="web").wait_for()


def test_any_field_is_found_and_set(web: Designer) -> None:
    page = web.page
    web.select("0")
    web.tab("All fields")
    with web.answered("/inspect/"):
        page.get_by_label("Find a field").fill("grace")
    with web.answered("/edit/"):
        field = page.locator("#inspector").get_by_label("terminationGracePeriodSeconds", exact=True).first
        field.fill("5")
        field.press("Enter")
    assert web.documents[0]["spec"]["terminationGracePeriodSeconds"] == 5
    assert page.get_by_label("Find a field").input_value() == "grace"
    with web.answered("/inspect/"):
        page.get_by_label("Find a field").fill("")
    for step in ("spec", "tolerations"):
        with web.answered("/inspect/"):
            page.locator("#inspector .list-button", has_text=step).first.click()
    web.press("+ Item")
    with web.answered("/inspect/"):
        page.locator("#inspector .list-button", has_text="0").first.click()
    web.fill("key", "spot")
    assert web.documents[0]["spec"]["tolerations"] == [{"key": "spot"}]
