"""The YAML pane as an editor: typing changes the design, forms change the text, and neither loses the other's work."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from designer.designs.models import Design, Draft
from designer.manifests.text import parse
from tests.browser.designer import Designer
from tests.people import owner
from tests.web.conftest import POD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def images(designer: Designer) -> list[str]:
    return [container["image"] for container in designer.documents[0]["spec"]["containers"]]


def test_typing_changes_the_design_the_form_and_the_picture(web: Designer) -> None:
    web.select("0/containers/1")
    web.yaml_cursor("image: busybox")
    web.type_yaml(":1.37 # pinned")
    assert web.design.text == POD.replace("image: busybox", "image: busybox:1.37 # pinned")
    expect(web.box("0/containers/1")).to_contain_text("busybox:1.37")
    expect(web.page.locator("#inspector").get_by_label("Image", exact=True)).to_have_value("busybox:1.37")
    assert web.yaml == web.design.text


def test_a_burst_of_typing_is_one_step_of_undo(web: Designer) -> None:
    web.yaml_cursor("image: busybox")
    for letter in ":1.37":
        web.type_yaml(letter)
    assert images(web) == ["nginx:1.29", "busybox:1.37"]
    with web.answered("/undo/"):
        web.page.get_by_role("button", name="Undo").first.click()
    assert web.design.text == POD
    assert web.yaml == POD


def test_forms_and_typing_take_turns_without_a_loss(web: Designer) -> None:
    web.select("0/containers/0")
    web.yaml_cursor("image: busybox")
    web.type_yaml(":1.37 # typed")
    web.select("0/containers/0")
    web.fill("Image", "nginx:1.30")
    web.yaml_cursor("name: web")
    web.type_yaml("!")
    web.page.keyboard.press("Backspace")
    web.yaml_cursor("- name: http")
    web.page.keyboard.press("Enter")
    web.type_yaml("protocol: TCP")
    web.select("0/containers/0")
    web.fill("Image", "nginx:1.31")
    wanted = POD.replace("1.29", "1.31").replace("image: busybox", "image: busybox:1.37 # typed")
    wanted = wanted.replace("- name: http\n", "- name: http\n      protocol: TCP\n")
    assert web.design.text == wanted
    assert web.yaml == wanted


def test_text_that_does_not_parse_is_kept_and_its_line_is_named(web: Designer) -> None:
    page = web.page
    web.select("0/containers/0")
    web.yaml_cursor("image: busybox")
    # In one go: the line break alone is text that parses, and would be saved where typing rests.
    page.keyboard.insert_text("\n    bro")
    bar = page.locator("#yaml-problem")
    expect(bar).to_contain_text("Line 16")
    assert web.design.text == POD, "the last good design stays"
    web.fill("Image", "nginx:1.30")
    assert "bro" in web.yaml
    page.reload()
    web.editor_ready()
    expect(bar).to_contain_text("Line 16")
    assert "    bro\n" in web.yaml
    expect(web.box("0/containers/0")).to_contain_text("nginx:1.30")
    bar.get_by_role("button", name="Line 16").click()
    page.keyboard.press("End")
    web.type_yaml("ken: x")
    expect(bar).to_be_hidden()
    assert web.design.text == POD.replace("1.29", "1.30").replace("image: busybox\n", "image: busybox\n    broken: x\n")
    assert web.yaml == web.design.text
    assert not Draft.objects.exists()


def test_broken_text_can_be_let_go(web: Designer) -> None:
    web.yaml_cursor("image: busybox")
    web.type_yaml(": [")
    bar = web.page.locator("#yaml-problem")
    expect(bar).to_be_visible()
    with web.answered("/yaml/"):
        bar.get_by_role("button", name="Discard").click()
    expect(bar).to_be_hidden()
    assert web.yaml == web.design.text == POD
    assert not Draft.objects.exists()


def test_what_was_broken_and_mended_leaves_no_trace(web: Designer) -> None:
    web.yaml_cursor("image: busybox")
    web.type_yaml(": [")
    bar = web.page.locator("#yaml-problem")
    expect(bar).to_be_visible()
    for _ in range(3):
        web.page.keyboard.press("Backspace")
    expect(bar).to_be_hidden()
    assert web.design.number == 1
    assert not Draft.objects.exists()


def test_typing_in_one_browser_and_forms_in_another(web: Designer, other: Designer) -> None:
    other.select("0/containers/0")
    for round_, letter in enumerate(":1.37"):
        if not round_:
            web.yaml_cursor("image: busybox")
        web.type_yaml(letter)
        other.fill("Image", f"nginx:1.{30 + round_}")
    assert images(web) == ["nginx:1.34", "busybox:1.37"]
    assert "# the front door" in web.design.text
    assert other.yaml == web.design.text, "the form's answer brings what was typed"
    web.type_yaml("9")
    assert web.yaml == web.design.text, "and the typist's next pause brings what the forms did"


def test_two_browsers_typing_comments_keep_both(web: Designer, other: Designer) -> None:
    web.yaml_cursor("image: busybox")
    web.type_yaml(" # mine")
    other.yaml_cursor("image: ")
    other.type_yaml(" # theirs")
    text = POD.replace("image: busybox", "image: busybox # mine").replace('1.29"', '1.29" # theirs')
    assert web.design.text == text
    assert other.yaml == text


def test_typing_over_what_another_browser_changed_is_kept_and_asked_about_on_request(
    web: Designer, other: Designer
) -> None:
    other.select("0/containers/1")
    other.fill("Image", "busybox:theirs")
    web.yaml_cursor("image: busybox")
    web.type_yaml(":mine # and so on", delay=60)
    bar, dialog = web.page.locator("#yaml-problem"), web.page.locator("#dialog")
    expect(bar).to_contain_text("spec.containers[1].image was changed elsewhere")
    expect(dialog).not_to_be_visible()
    assert "busybox:mine # and so on" in web.yaml, "nothing comes between a person and their typing"
    assert images(web)[1] == "busybox:theirs"
    web.yaml_cursor("name: web")
    web.type_yaml("!", delay=60)
    expect(dialog).not_to_be_visible()
    web.page.keyboard.press("Backspace")
    web.page.reload()
    web.editor_ready()
    expect(bar).to_contain_text("changed elsewhere")
    with web.answered("/yaml/"):
        bar.get_by_role("button", name="Choose…").click()
    expect(dialog).to_contain_text("busybox:theirs")
    assert web.page.evaluate("document.activeElement.id") == "dialog-title"
    with web.answered("/yaml/"):
        dialog.get_by_role("button", name="Use mine").click()
    expect(dialog).not_to_be_visible()
    expect(bar).to_be_hidden()
    assert images(web)[1] == "busybox:mine"
    assert web.yaml == web.design.text


def test_typing_on_while_another_browser_edits_elsewhere_never_asks(web: Designer, other: Designer) -> None:
    other.select("0/containers/0")
    web.yaml_cursor("image: busybox")
    for round_ in range(6):
        if round_ in (1, 3):
            other.page.locator("#inspector").get_by_label("Image", exact=True).fill(f"nginx:1.{30 + round_}")
            other.page.keyboard.press("Enter")
        web.page.keyboard.type("xyz", delay=30)
    web.type_yaml("!")
    expect(web.page.locator("#yaml-problem")).to_be_hidden()
    other.settle()
    assert images(web) == ["nginx:1.33", "busybox" + "xyz" * 6 + "!"]


def test_discard_after_a_form_edit_brings_the_designs_text(web: Designer) -> None:
    web.select("0/containers/0")
    web.yaml_cursor("image: busybox")
    web.type_yaml(": [")
    bar = web.page.locator("#yaml-problem")
    expect(bar).to_be_visible()
    web.select("0/containers/0")
    web.fill("Image", "nginx:1.30")
    with web.answered("/yaml/"):
        bar.get_by_role("button", name="Discard").click()
    expect(bar).to_be_hidden()
    assert web.yaml == web.design.text == POD.replace("1.29", "1.30")


def test_undo_in_the_text_is_the_designs_undo(web: Designer) -> None:
    web.yaml_cursor("image: busybox")
    web.type_yaml(":1.37")
    web.select("0/containers/0")
    web.fill("Image", "nginx:1.30")
    web.yaml_cursor("kind: Pod")
    for wanted in (POD.replace("busybox", "busybox:1.37"), POD):
        with web.answered("/undo/"):
            web.page.keyboard.press("Control+z")
        assert web.design.text == wanted
        assert web.yaml == wanted
    with web.answered("/redo/"):
        web.page.keyboard.press("Control+Shift+z")
    assert web.yaml == POD.replace("busybox", "busybox:1.37")
    web.page.keyboard.press("Control+a")
    web.page.keyboard.press("Delete")
    expect(web.page.locator(".empty-canvas")).to_be_visible()
    with web.answered("/undo/"):
        web.page.keyboard.press("Control+z")
    assert web.yaml == POD.replace("busybox", "busybox:1.37"), "a large deletion is a step of its own"


def test_what_no_server_answered_is_sent_again(web: Designer) -> None:
    web.page.context.set_offline(True)
    web.yaml_cursor("image: busybox")
    web.page.keyboard.type(":1.37")
    expect(web.page.locator("#toast")).to_contain_text("did not answer")
    assert web.design.text == POD
    web.page.context.set_offline(False)
    expect(web.box("0/containers/1")).to_contain_text("busybox:1.37")
    assert web.yaml == web.design.text == POD.replace("busybox", "busybox:1.37")


def test_line_ends_of_windows_stay(designer: Designer) -> None:
    text = POD.replace("\n", "\r\n")
    design = Design.objects.create(owner=owner(), name="crlf")
    documents = parse(text)
    design.change(lambda _: documents, by=owner(), text=text)
    designer.open(design)
    designer.yaml_cursor("image: busybox")
    designer.type_yaml(":1")
    designer.page.keyboard.press("Enter")
    designer.type_yaml("stdin: true")
    assert designer.design.text == text.replace("image: busybox", "image: busybox:1\r\n    stdin: true")


def test_the_cursor_selects_and_lists_fold(web: Designer) -> None:
    page = web.page
    with web.answered("/inspect/"):
        web.yaml_cursor("args: [tail")
    expect(page.locator("#inspector h2")).to_have_text("logs")
    assert "- name: logs" in web.yaml_lit
    assert "nginx" not in web.yaml_lit
    page.evaluate("ace.edit('yaml-editor').renderer.scrollToRow(0)")
    # Drawn, and not only told to: what is pressed is where it was drawn.
    page.wait_for_function(
        "() => { const view = ace.edit('yaml-editor').renderer.layerConfig; return view.firstRow + view.offset === 0; }"
    )
    page.get_by_role("button", name="Toggle code folding, rows 8 through").click()
    expect(page.locator("#yaml .ace_text-layer")).not_to_contain_text("nginx:1.29")
    expect(page.locator("#yaml .ace_text-layer")).to_contain_text("volumes:")


def test_findings_stand_at_their_lines(web: Designer) -> None:
    web.yaml_cursor("image: busybox", after="")
    web.yaml_cursor("- name: logs")
    web.page.keyboard.press("End")
    for _ in range(4):
        web.page.keyboard.press("Backspace")
    web.type_yaml("nginx")
    marks = web.page.evaluate(
        "ace.edit('yaml-editor').session.getAnnotations().map((one) => [one.row, one.type, one.text])"
    )
    assert any(kind == "error" and "nginx" in words for _, kind, words in marks), marks


def test_fields_and_names_are_completed_and_words_explained(web: Designer) -> None:
    page = web.page
    web.yaml_cursor("image: busybox")
    page.keyboard.press("Enter")
    page.keyboard.type("imageP", delay=30)
    popup = page.locator(".ace_autocomplete:visible")
    expect(popup).to_contain_text("imagePullPolicy")
    page.keyboard.press("Enter")
    expect(popup).to_contain_text("IfNotPresent")
    page.keyboard.type("If", delay=30)
    expect(popup).to_contain_text("IfNotPresent")
    page.keyboard.press("Tab")
    page.wait_for_function("() => document.getElementById('yaml-data').dataset.state === 'saved'")
    assert web.documents[0]["spec"]["containers"][1]["imagePullPolicy"] == "IfNotPresent"
    # Enter takes nothing that was offered for a word that one has typed on from, however soon it comes.
    web.yaml_cursor("image: busybox")
    page.keyboard.press("Enter")
    page.keyboard.type("env", delay=30)
    expect(popup).to_contain_text("envFrom")
    page.evaluate(
        """() => { const editor = ace.edit('yaml-editor');
            editor.execCommand('insertstring', ':'); editor.keyBinding.onCommandKey({}, 0, 13); }"""
    )
    assert "    env:" in web.yaml.split("\n")
    web.yaml_cursor("    - name: logs")
    for _ in range(4):
        page.keyboard.press("Backspace")
    page.keyboard.press("Control+Space")
    expect(popup).to_contain_text("logs")
    page.keyboard.press("Escape")
    web.yaml_cursor("mountPath", after="mountP")
    page.keyboard.press("Control+k")
    page.keyboard.press("Control+i")
    expect(page.locator(".explained")).to_contain_text(
        "Path within the container at which the volume should be mounted"
    )


def test_the_room_for_the_yaml_is_set_by_its_border(web: Designer) -> None:
    page = web.page
    border = page.get_by_role("separator", name="Room for the form", exact=True)
    before = page.locator("#yaml").bounding_box()
    border.focus()
    for _ in range(5):
        page.keyboard.press("ArrowUp")
    after = page.locator("#yaml").bounding_box()
    assert before
    assert after
    assert after["height"] > before["height"] + 100
    page.reload()
    web.editor_ready()
    kept = page.locator("#yaml").bounding_box()
    assert kept
    assert abs(kept["height"] - after["height"]) < 2


def test_a_pod_is_typed_from_nothing(designer: Designer) -> None:
    design = Design.objects.create(owner=owner(), name="empty")
    design.change(lambda _: [], by=owner(), text="", summary="started empty", woven=[])
    designer.open(design)
    designer.editor_ready()
    designer.page.locator("#yaml-editor .ace_content").click(position={"x": 80, "y": 12})
    keyboard = designer.page.keyboard
    for line in ("apiVersion: v1", "kind: Pod", "metadata:", "name: web", "<", "spec:", "containers:", "- name: lo"):
        if line == "<":
            keyboard.press("Backspace")
            continue
        keyboard.type(line, delay=25)
        keyboard.press("Enter")
    designer.type_yaml("image: nginx:1")
    assert designer.yaml == (
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n    - name: lo\n      image: nginx:1"
    )
    expect(designer.box("0/containers/0")).to_contain_text("nginx:1")
    keyboard.press("Control+a")
    keyboard.press("Delete")
    expect(designer.page.locator(".empty-canvas")).to_be_visible()
    with designer.answered("/undo/"):
        keyboard.press("Control+z")
    expect(designer.box("0/containers/0")).to_contain_text("nginx:1")
