"""Finding a preset and writing one, by hand in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from patterns.models import Preset
from tests.browser.designer import Designer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_what_one_wants_is_two_choices_away_by_keyboard(designer: Designer) -> None:
    designer.start("A single pod")
    page = designer.page
    page.get_by_role("button", name="I want to…").focus()
    with designer.answered("/want/"):
        page.keyboard.press("Enter")
    expect(page.locator("dialog [data-results]")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="authenticate incoming requests")).to_be_focused()
    page.keyboard.press("ArrowUp")
    with designer.answered("/want/"):
        page.keyboard.press("Enter")
    expect(page.locator("dialog .reason").first).to_contain_text("so the app need not change")
    choice = page.locator("dialog .answer .pattern").first
    expect(choice).to_be_focused()
    with designer.answered("/weave/"):
        page.keyboard.press("Enter")
    expect(page.locator("dialog")).to_contain_text("What it changes")


def test_the_list_is_searched_as_one_types(designer: Designer) -> None:
    designer.start("A single pod")
    page = designer.page
    page.keyboard.press("/")
    with designer.answered("/patterns/"):
        page.keyboard.type("9121")
    expect(page.locator("#pattern-list mark")).to_have_text("9121")
    page.keyboard.press("ArrowDown")
    with designer.answered("/weave/"):
        page.keyboard.press("Enter")
    expect(page.locator("#dialog-title")).to_have_text("Redis exporter")


def test_from_the_catalogue_a_preset_is_woven_onto_the_design_it_was_opened_from(designer: Designer) -> None:
    designer.start("A single pod")
    page = designer.page
    page.get_by_role("link", name="All", exact=True).click()
    page.get_by_label("Search the catalogue").fill("port 9121")
    expect(page.locator("#found .card").first).to_contain_text("Redis exporter")
    page.locator("#found .card").first.click()
    page.get_by_role("link", name="Weave it…").click()
    expect(page.locator("#dialog-title")).to_have_text("Redis exporter")
    assert "weave=" not in page.url
    with designer.answered("/weave/"):
        page.locator("dialog").get_by_role("button", name="Weave", exact=True).click()
    assert "redis-adapter" in [one["preset"] for one in designer.design.revision.woven]
    page.locator("#export > summary").click()
    page.get_by_role("button", name="Kustomize component of Redis exporter…").click()
    expect(page.locator("dialog")).to_contain_text("kind: Component")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download redis-adapter.zip").click()
    assert download.value.suggested_filename == "redis-adapter.zip"


def test_a_preset_is_written_checked_tried_and_saved(designer: Designer) -> None:
    page = designer.page
    page.goto(designer.url + "/presets/new/")
    page.locator("body[data-ready]").wait_for()
    text = page.locator("#preset-text")
    whole = text.input_value()
    with designer.answered("/check/"):
        text.fill(whole.replace("pattern: sidecar", "pattern: sidcar"))
    expect(page.locator("#checked")).to_contain_text("use one of sidecar")
    expect(page.locator("#tried svg")).to_be_visible()
    page.get_by_role("button", name="Line 6").click()
    selected = (
        "() => { const box = document.activeElement; return box.value.slice(box.selectionStart, box.selectionEnd); }"
    )
    assert "sidcar" in page.evaluate(selected)
    page.reload()
    expect(text).to_have_value(whole.replace("pattern: sidecar", "pattern: sidcar"))
    with designer.answered("/check/"):
        text.fill(whole.replace("name: my-sidecar", "name: sleeper"))
    expect(page.locator("#checked")).to_contain_text("It is a preset")
    page.locator("summary", has_text="Values to try it with").click()
    with designer.answered("/check/"):
        page.get_by_label("Image", exact=True).fill("busybox:glibc")
    expect(page.locator("#tried .yaml-text")).to_contain_text("image: busybox:glibc")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/presets/sleeper/edit/")
    text.press("Control+End")
    with designer.answered("/check/"):
        page.keyboard.type("# the end")
    page.get_by_label("Note on this version").fill("with an end")
    page.get_by_role("button", name="Save version 2").click()
    expect(page.locator(".versions")).to_contain_text("with an end")
    page.get_by_role("button", name="Look…").click()
    page.get_by_role("button", name="Use version 1 again, as version 3").click()
    expect(page.locator(".versions")).to_contain_text("version 1 again")
    assert Preset.objects.get().version == 3


def test_a_preset_of_a_design_brings_what_its_containers_need(designer: Designer) -> None:
    designer.start("TLS termination")
    page = designer.page
    page.locator("#export > summary").click()
    with designer.answered("/save/"):
        page.get_by_role("button", name="Save as preset…").click()
    dialog = page.locator("dialog")
    with designer.answered("/save/"):
        dialog.get_by_label("apache-web-server").uncheck()
    expect(dialog.get_by_label("cert needed", exact=True)).to_be_checked()
    with designer.answered("/save/"):
        dialog.get_by_label("ConfigMap nginx-config needed", exact=True).uncheck()
    dialog.get_by_label("Ask for port 443").check()
    dialog.get_by_label("Parameter for port 443").fill("HTTPS")
    dialog.get_by_label("Title", exact=True).fill("My terminator")
    with designer.answered("/save/"):
        dialog.get_by_role("button", name="Save preset").click()
    text = Preset.objects.get().text
    assert "name: HTTPS" in text
    assert "kind: ConfigMap" not in text


def test_escape_gives_the_whole_list_back(designer: Designer) -> None:
    designer.start("A single pod")
    page = designer.page
    every = page.locator("#pattern-list .pattern").count()
    page.keyboard.press("/")
    with designer.answered("/patterns/"):
        page.keyboard.type("canary")
    assert page.locator("#pattern-list .pattern").count() < every
    with designer.answered("/patterns/"):
        page.keyboard.press("Escape")
    expect(page.locator("#pattern-list .pattern:visible")).to_have_count(every)
