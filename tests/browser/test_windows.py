"""Two windows on one design, and files that come in by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.designer import Designer
from tests.web.conftest import POD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def images(designer: Designer) -> list[str]:
    return [container["image"] for container in designer.documents[0]["spec"]["containers"]]


def test_edits_of_different_fields_are_merged(web: Designer, other: Designer) -> None:
    web.select("0/containers/0")
    other.select("0/containers/1")
    web.fill("Image", "nginx:mine")
    other.fill("Image", "busybox:theirs")
    assert images(web) == ["nginx:mine", "busybox:theirs"]
    assert "nginx:mine" in (other.box("0/containers/0").text_content() or "")
    assert "# the front door" in web.design.text


@pytest.mark.parametrize(("choice", "image"), [("Use mine", "nginx:mine"), ("Keep theirs", "nginx:theirs")])
def test_edits_of_the_same_field_show_both(web: Designer, other: Designer, choice: str, image: str) -> None:
    web.select("0/containers/0")
    other.select("0/containers/0")
    other.fill("Image", "nginx:theirs")
    web.fill("Image", "nginx:mine")
    dialog = web.page.locator("#dialog")
    for words in ("nginx:1.29", "nginx:theirs", "nginx:mine", "spec.containers[0].image"):
        expect(dialog).to_contain_text(words)
    assert images(web)[0] == "nginx:theirs", "nothing is overwritten before one chooses"
    web.press(choice, within="#dialog")
    expect(dialog).not_to_be_visible()
    assert images(web)[0] == image
    assert web.page.locator("#inspector").get_by_label("Image", exact=True).input_value() == image


def test_a_window_that_lags_behind_acts_on_what_it_shows(web: Designer, other: Designer) -> None:
    other.box("0/containers/0").focus()
    with other.answered("/edit/step"):
        other.page.keyboard.press("Alt+ArrowRight")
    web.select("0/containers/0")
    expect(web.page.locator("#inspector h2")).to_have_text("nginx")
    with web.answered("/edit/remove"):
        web.page.locator("#inspector").get_by_role("button", name="Delete").click()
    assert [c["name"] for c in web.documents[0]["spec"]["containers"]] == ["logs"]


def test_edits_in_quick_succession_all_count(web: Designer) -> None:
    web.select("0/containers/0")
    page = web.page
    for label, value in (("Image", "nginx:9"), ("Working folder", "/srv"), ("Arguments", "-g 'daemon off;'")):
        page.locator("#inspector").get_by_label(label, exact=True).first.fill(value)
    page.keyboard.press("Tab")
    expect(page.locator("#revision")).to_contain_text("r4")
    container = web.documents[0]["spec"]["containers"][0]
    assert (container["image"], container["workingDir"], container["args"]) == (
        "nginx:9",
        "/srv",
        ["-g", "daemon off;"],
    )


def test_files_become_keys_of_a_config_map(web: Designer, tmp_path: Path) -> None:
    (tmp_path / "app.conf").write_text("level info\n")
    (tmp_path / "logo.bin").write_bytes(b"\x00\xff")
    web.menu("+ Object", "ConfigMap")
    with web.answered("/edit/upload-data"):
        web.page.locator("#inspector input[type=file]").set_input_files([tmp_path / "app.conf", tmp_path / "logo.bin"])
    document = web.documents[1]
    assert document["data"] == {"app.conf": "level info\n"}
    assert document["binaryData"] == {"logo.bin": "AP8="}


def test_files_dropped_on_the_designer_are_added(web: Designer) -> None:
    text = "# ours\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: dropped}\n"
    with web.answered("/import/"):
        web.page.evaluate(
            """(text) => {
                const files = new DataTransfer();
                files.items.add(new File([text], "dropped.yaml", { type: "application/yaml" }));
                const drop = new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true });
                document.querySelector("[data-canvas]").dispatchEvent(drop);
            }""",
            text,
        )
    assert web.documents[1]["metadata"]["name"] == "dropped"
    assert "# ours" in web.design.text


def test_the_history_goes_back(web: Designer) -> None:
    web.select("0/containers/0")
    web.fill("Image", "nginx:2")
    with web.answered("/history/"):
        web.page.locator("#revision").click()
    with web.answered("/history/"):
        web.page.locator("#show-2").click()
    expect(web.page.locator("#change-2")).to_contain_text("nginx:2")
    with web.answered("/restore/"):
        web.page.locator("#back-1").click()
    assert web.design.text == POD
