"""Finding a preset and writing one, by hand in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from designer.web.views.authoring import STARTER
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


def write(designer: Designer, text: str) -> None:
    """Put a text into the editor in place of all that stands there."""
    with designer.answered("/check/"):
        designer.page.evaluate("text => ace.edit('yaml-editor').setValue(text, 1)", text)


def said_at_lines(designer: Designer) -> list[list[object]]:
    """[line, kind, words] of what the editor shows at its lines."""
    found: list[list[object]] = designer.page.evaluate(
        "() => ace.edit('yaml-editor').session.getAnnotations().map(one => [one.row + 1, one.type, one.text])"
    )
    return found


def test_a_preset_is_written_checked_tried_and_saved(designer: Designer) -> None:
    page = designer.page
    page.goto(designer.url + "/presets/new/")
    whole = designer.yaml
    wrong = whole.replace("pattern: sidecar", "pattern: sidcar")
    write(designer, wrong)
    expect(page.locator("#checked")).to_contain_text("use one of sidecar")
    expect(page.locator("#tried svg")).to_be_visible()
    ((line, kind, words),) = said_at_lines(designer)
    assert (line, kind) == (6, "error")
    assert "use one of sidecar" in str(words)
    page.get_by_role("button", name="Line 6").click()
    assert page.evaluate("() => ace.edit('yaml-editor').getCursorPosition()") == {"row": 5, "column": 2}
    page.reload()
    assert designer.yaml == wrong
    write(designer, whole.replace("name: my-sidecar", "name: sleeper"))
    expect(page.locator("#checked")).to_contain_text("It is a preset")
    assert said_at_lines(designer) == []
    page.locator("summary", has_text="Values to try it with").click()
    with designer.answered("/check/"):
        page.get_by_label("Image", exact=True).fill("busybox:glibc")
    expect(page.locator("#tried .yaml-text")).to_contain_text("image: busybox:glibc")
    page.get_by_role("button", name="Publish version 1").click()
    page.wait_for_url("**/presets/sleeper_*/edit/")
    designer.editor_ready()
    page.evaluate("() => { const editor = ace.edit('yaml-editor'); editor.focus(); editor.navigateFileEnd(); }")
    with designer.answered("/check/"):
        page.keyboard.type("# the end")
    page.get_by_label("Note on this version").fill("with an end")
    page.get_by_role("button", name="Publish version 2").click()
    expect(page.locator(".versions")).to_contain_text("with an end")
    page.get_by_role("button", name="Look at version 1").click()
    expect(page.locator("dialog .diff")).to_contain_text("# the end")
    page.get_by_role("button", name="Use version 1 again, as version 3").click()
    expect(page.locator(".versions")).to_contain_text("version 1 again")
    page.get_by_role("button", name="Look at version 3").click()
    with designer.answered("/versions/3/"):
        page.get_by_label("Compared with").select_option("1")
    expect(page.locator("dialog")).to_contain_text("Nothing changed")
    assert Preset.objects.get().version == 3


def test_what_is_typed_is_completed(designer: Designer) -> None:
    page = designer.page
    page.goto(designer.url + "/presets/new/")
    designer.editor_ready()
    for line, typed, offered, row in (
        ("  required: true", "\nadv", "advanced", "  advanced: "),
        ("    - name: my-sidecar", "\nworkin", "workingDir", "      workingDir: "),
        ("      image: ${IMAGE}", "\ncommand: [${IMA", "${IMAGE}", "      command: [${IMAGE}"),
    ):
        designer.yaml_cursor(line)
        page.keyboard.type(typed, delay=30)
        expect(page.locator(".ace_autocomplete:visible")).to_contain_text(offered)
        page.keyboard.press("Tab")
        page.wait_for_function("row => ace.edit('yaml-editor').getValue().split('\\n').includes(row)", arg=row)
        page.keyboard.press("Escape")


def test_a_refused_import_is_said_where_one_looks_and_is_mended_there(designer: Designer, tmp_path: Path) -> None:
    page = designer.page
    page.goto(designer.url + "/catalogue/")
    page.get_by_role("link", name="Import…").click()
    good = STARTER.replace("name: my-sidecar\n  title", "name: first\n  title")
    files = {"good.yaml": good, "bad.yaml": STARTER.replace("type: image", "type: imago")}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    page.get_by_label("Files").set_input_files([tmp_path / name for name in files])
    page.get_by_role("button", name="Import").click()
    verdict = page.get_by_role("alert")
    expect(verdict).to_be_in_viewport()
    expect(verdict).to_contain_text("Nothing is imported yet: 1 of 2 files has something to mend.")
    page.get_by_role("button", name="Line 12").click()
    box = page.get_by_label("bad.yaml, to be mended")
    expect(box).to_be_focused()
    box.fill(box.input_value().replace("imago", "image"))
    page.get_by_role("button", name="Import").click()
    page.wait_for_url("**/catalogue/?space=-")
    assert sorted(Preset.objects.values_list("name", flat=True)) == ["first", "my-sidecar"]


def test_a_preset_of_a_design_brings_what_its_containers_need(designer: Designer) -> None:
    designer.start("TLS termination")
    page = designer.page
    page.locator("#export > summary").click()
    with designer.answered("/save/"):
        page.get_by_role("button", name="Save as preset…").click()
    dialog = page.locator("dialog")
    # The application is not what one wants to put onto other pods.
    expect(dialog.get_by_role("checkbox", name="• apache-web-server")).not_to_be_checked()
    expect(dialog.get_by_label("cert needed", exact=True)).to_be_checked()
    with designer.answered("/save/"):
        dialog.get_by_label("ConfigMap nginx-config needed", exact=True).uncheck()
    dialog.get_by_label("Ask for port 443").check()
    dialog.get_by_label("Parameter for port 443").fill("HTTPS")
    dialog.get_by_label("Title", exact=True).fill("My terminator")
    with designer.answered("/save/"):
        dialog.get_by_role("button", name="Publish").click()
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
