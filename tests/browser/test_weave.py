"""The weave dialog by hand: a picture of what it makes, what is made on the spot, files, and changing it later."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from designer.designs.models import Design
from designer.manifests.text import parse
from patterns import preset, store
from tests.browser.designer import Designer
from tests.people import owner
from tests.web.conftest import POD
from tests.web.test_weave import MINE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_weaving_with_what_is_made_and_changing_it(designer: Designer, tmp_path: Path) -> None:
    store.save(owner(), preset.read(MINE))
    documents = parse(POD)
    design = Design.objects.create(owner=owner(), name="web")
    design.change(lambda _: documents, by=owner(), text=POD)
    designer.open(design)
    page = designer.page
    with designer.answered("/weave/"):
        page.locator('[data-preset^="mine_"]').click()
    dialog = page.locator("#dialog")
    expect(dialog.get_by_text("Password: a value is needed")).to_be_visible()
    designer.press("Make a random one", within="#dialog")
    expect(dialog.get_by_label("Password *")).to_have_value(re.compile("^[A-Za-z0-9]{24}$"))
    expect(dialog.locator(".ghost .box.container.ghost-added", has_text="helper")).to_be_visible()
    designer.press("Make one for testing", within="#dialog")
    expect(dialog.get_by_label("Certificate")).to_have_value(re.compile("BEGIN CERTIFICATE"))
    expect(dialog.get_by_text("Self-signed, for testing: for localhost, web.default.svc")).to_be_visible()
    own = tmp_path / "own.pem"
    mine = "my own\n" + dialog.get_by_label("Certificate").input_value()
    own.write_text(mine)
    with designer.answered("/weave/"):
        dialog.locator('[data-into="p-CERTIFICATE"]').set_input_files(own)
    expect(dialog.get_by_label("Certificate")).to_have_value(mine)
    dialog.locator("label.look", has_text="Changes").click()
    expect(dialog.locator(".diff")).to_be_visible()
    expect(dialog.locator(".ghost")).to_be_hidden()
    type_image(designer, "not an image")
    expect(dialog.locator("#p-IMAGE-problem")).to_contain_text("an image such as")
    designer.press("Weave", within="#dialog")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_label("Certificate")).to_have_value(mine)
    type_image(designer, "helper:2")
    designer.press("Weave", within="#dialog")
    expect(dialog).to_be_hidden()
    assert designer.documents[1]["stringData"]["tls.crt"] == mine
    password = designer.documents[1]["stringData"]["password"]
    designer.press("Change…")
    expect(dialog.get_by_label("Image")).to_have_value("helper:2")
    expect(dialog.get_by_label("Password *")).to_have_value("")
    type_image(designer, "helper:3")
    designer.press("Weave again", within="#dialog")
    assert designer.documents[0]["spec"]["initContainers"][0]["image"] == "helper:3"
    assert designer.documents[1]["stringData"]["password"] == password
    designer.press("Take off")
    assert designer.design.text == POD


def type_image(designer: Designer, image: str) -> None:
    """Type and leave the field: Enter would weave."""
    field = designer.page.locator("#dialog").get_by_label("Image")
    field.fill(image)
    with designer.answered("/weave/"):
        field.blur()


def test_a_problem_in_a_folded_field_is_unfolded_and_typed_in(designer: Designer) -> None:
    documents = parse(POD)
    design = Design.objects.create(owner=owner(), name="web")
    design.change(lambda _: documents, by=owner(), text=POD)
    designer.open(design)
    page = designer.page
    with designer.answered("/weave/"):
        page.locator('[data-preset="tls-sidecar"]').click()
    dialog = page.locator("#dialog")
    more = dialog.locator("details").first
    more.locator("summary").click()
    field = dialog.get_by_label("Name of the container")
    field.fill("nginx")
    with designer.answered("/weave/"):
        field.blur()
    more.evaluate("details => { details.open = false }")
    dialog.get_by_label("nginx image").scroll_into_view_if_needed()
    designer.press("Weave", within="#dialog")
    expect(field).to_be_focused()
    expect(field).to_be_in_viewport()
    expect(dialog.get_by_text("the pod has a container nginx: choose another name").first).to_be_visible()


def test_what_was_changed_by_hand_is_asked_about_before_it_goes(designer: Designer) -> None:
    documents = parse(POD)
    design = Design.objects.create(owner=owner(), name="web")
    design.change(lambda _: documents, by=owner(), text=POD)
    designer.open(design)
    with designer.answered("/weave/"):
        designer.page.locator('[data-preset="log-exporter"]').click()
    designer.press("Weave", within="#dialog")
    designer.select("0/containers/2")
    designer.tab("Basics")
    designer.fill("Image", "nginx:mine")
    designer.select("0")
    designer.tab("Workload")
    designer.press("Take off")
    dialog = designer.page.locator("#dialog")
    expect(dialog.get_by_text("image of container log-exporter-sidecar")).to_be_visible()
    designer.press("Take off", within="#dialog")
    expect(dialog).to_be_hidden()
    assert designer.design.text == POD
    toast = designer.page.locator("#toast")
    expect(toast).to_contain_text("Your changes to image of container log-exporter-sidecar went with it.")
    with designer.answered("/undo/"):
        toast.get_by_role("button", name="Undo").click()
    assert "nginx:mine" in designer.design.text
