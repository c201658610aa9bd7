"""A Secret's values in the designer: hidden, asked for, replaced, and typed around in the YAML, in two windows."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from designer.teams.audit import Entry
from tests.browser.designer import Designer
from tests.web.conftest import POD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SECRET = """\
---
apiVersion: v1
kind: Secret
metadata:
  name: db
stringData:
  # of the database
  password: "hunter2-abc"   # old
  key.pem: |
    -----BEGIN
      one

    -----END
"""
MARK = re.compile(r"\(hidden [0-9a-f]{8}\)")


def test_values_are_hidden_shown_replaced_and_typed_around(designer: Designer) -> None:
    web = designer
    web.open_text(POD + SECRET)
    assert len(MARK.findall(web.yaml)) == 2
    assert web.yaml.count("\n") == (POD + SECRET).count("\n") - 4
    web.select("1")
    assert "password: (hidden" in web.yaml_lit
    # One value, for who asks, and written down.
    with web.answered("/secrets/show/"):
        web.page.get_by_role("button", name="Show password").click()
    expect(web.page.get_by_label("Value", exact=True)).to_have_value("hunter2-abc")
    assert Entry.objects.get().sentence == "looked at password of Secret db in web"
    with web.answered("/inspect/"):
        web.page.get_by_role("button", name="Hide").click()
    expect(web.page.locator("#inspector")).not_to_contain_text("hunter2-abc")
    # Another in its place, without seeing it.
    web.fill("New value of password", "other-one")
    assert web.design.text == POD + SECRET.replace('"hunter2-abc"', '"other-one"')
    assert "other-one" not in web.page.content()

    # What is typed around them goes its way; a value that is typed is seen while the cursor is in it, and hidden then.
    web.yaml_cursor("# of the database")
    web.type_yaml(", mine\nfresh: ")
    web.type_yaml("brand-new")
    assert "fresh: brand-new\n" in web.yaml
    web.yaml_cursor("name: db")
    expect(web.page.locator("#yaml-editor")).not_to_contain_text("brand-new")
    wanted = SECRET.replace("# of the database\n", "# of the database, mine\n  fresh: brand-new\n")
    assert web.design.text == POD + wanted.replace("hunter2-abc", "other-one")
    web.yaml_cursor("fresh: ")
    assert len(MARK.findall(web.yaml)) == 3

    # A line that is cut out and put in elsewhere brings its value along.
    web.yaml_cursor("key.pem: ")
    web.page.keyboard.press("Home")
    web.page.keyboard.press("Shift+End")
    web.page.keyboard.press("Control+x")
    web.page.keyboard.press("Backspace")
    web.page.keyboard.press("Backspace")
    web.type_yaml("")
    assert "key.pem" not in web.design.text
    web.yaml_cursor("fresh: ")
    web.page.keyboard.press("Enter")
    web.page.keyboard.press("Control+v")
    web.type_yaml("")
    assert web.documents[1]["stringData"]["key.pem"] == "-----BEGIN\n  one\n\n-----END\n"

    # What is no value any more is said at its line; taken back, all is as it was.
    before = web.design.text
    web.yaml_cursor("password: ", after="(hidden")
    web.type_yaml("x")
    expect(web.page.locator("#yaml-problem")).to_be_hidden()
    web.page.keyboard.press("Backspace")
    web.page.keyboard.press("Home")
    web.yaml_cursor("password: ", after="password: ")
    web.type_yaml("x")
    expect(web.page.locator("#yaml-problem .words")).to_contain_text("is part of a longer text here")
    web.page.keyboard.press("Control+z")
    expect(web.page.locator("#yaml-problem")).to_be_hidden()
    assert web.design.text == before


def test_two_windows_around_a_value(web: Designer, other: Designer) -> None:
    web.open_text(POD + SECRET)
    other.open(web.design)
    other.editor_ready()
    other.select("1")
    # A value that is replaced elsewhere stays selected: it is typed over, and not into what is around it.
    web.yaml_cursor("password: ", after="password: ")
    web.page.keyboard.press("Shift+End")
    was = web.yaml
    with other.answered("/edit/"):
        other.fill("New value of password", "theirs-0")
    web.select("1")  # which brings the news, unless they came by themselves
    selected = str(web.page.evaluate("ace.edit('yaml-editor').getSelectedText()"))
    assert MARK.match(selected)
    assert selected not in was
    web.yaml_cursor("image: busybox")
    web.type_yaml(":1.37")
    with other.answered("/edit/"):  # not only to the news of what this window typed
        other.fill("New value of password", "theirs-1")
    web.yaml_cursor("# of the database")
    web.type_yaml(" x")
    design = web.design
    assert design.documents[1]["stringData"]["password"] == "theirs-1"
    assert design.documents[0]["spec"]["containers"][1]["image"] == "busybox:1.37"
    assert "# of the database x" in design.text
    # Both at one value: neither is quoted.
    web.yaml_cursor("password: ", after="password: ")
    web.page.keyboard.press("Shift+End")
    # The news does not come here before this window has typed as well.
    web.page.context.set_offline(True)
    with other.answered("/edit/"):
        other.fill("New value of password", "theirs-2")
    web.page.keyboard.type("mine-22", delay=15)
    web.page.context.set_offline(False)
    expect(web.page.locator("#yaml-problem .words")).to_contain_text("was changed elsewhere")
    with web.answered("/yaml/"):
        web.page.get_by_role("button", name="Choose…").click()
    dialog = web.page.locator("#dialog")
    expect(dialog).to_contain_text("stringData.password")
    assert len(MARK.findall(dialog.inner_text())) == 3
    web.press("Use mine", within="#dialog")
    assert web.design.documents[1]["stringData"]["password"] == "mine-22"
    # Undo in the editor is the design's.
    web.yaml_cursor("name: db")
    with web.answered("/undo/"):
        web.page.keyboard.press("Control+z")
    assert web.design.documents[1]["stringData"]["password"] == "theirs-2"
    assert "theirs-2" not in web.yaml
