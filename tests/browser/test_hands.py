"""What hands do by the way: press twice, press in the wrong place, type while something else is saved, get refused."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from designer.manifests.text import dump, parse
from tests.browser.designer import Designer
from tests.web.conftest import POD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LABELLED = POD.replace("app: web", "app: web\n    app.kubernetes.io/name: web", 1)
MANY = dump(
    [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "many"},
            "spec": {"containers": [{"name": f"c{n}", "image": f"img:{n}"} for n in range(12)]},
        }
    ]
)


def focused(designer: Designer) -> str:
    found: str = designer.page.evaluate("document.activeElement.id")
    return found


# --- Being refused


def test_a_refused_key_with_dots_and_a_slash_is_said_under_it(designer: Designer) -> None:
    designer.open_text(LABELLED)
    web = designer
    web.select("0")
    web.tab("Labels")
    key = web.page.get_by_label(re.compile("^Key of Labels")).nth(1)
    key.fill("app")
    with web.answered("/edit/rename-key"):
        key.press("Enter")
    problem = web.page.locator(f"#{key.get_attribute('id')}-problem")
    expect(problem).to_contain_text("already")
    assert key.get_attribute("aria-invalid") == "true"
    assert key.get_attribute("aria-describedby") == problem.get_attribute("id")


def test_every_id_stands_once(designer: Designer) -> None:
    designer.open_text(LABELLED)
    web = designer
    for at in ("0", "0/containers/0", "0/volumes/0"):
        web.select(at)
        for name in web.page.locator(".tabs .tab").evaluate_all("tabs => tabs.map(tab => tab.firstChild.data.trim())"):
            web.tab(name)
            ids = web.page.locator("[id]").evaluate_all("all => all.map(one => one.id)")
            assert len(ids) == len(set(ids)), (at, name)


def test_a_refusal_with_no_place_on_the_screen_is_said_in_the_corner(web: Designer) -> None:
    web.select("0/containers/0")
    web.page.evaluate("document.getElementById('f-0-spec-containers-0-name-problem').remove()")
    web.fill("Name", "Not A Name")
    expect(web.page.locator("#toast")).to_contain_text("lowercase")


def test_a_refused_choice_is_said_under_it(web: Designer) -> None:
    web.select("0/containers/0")
    web.page.route(
        "**/move-container",
        lambda route: route.continue_(post_data=(route.request.post_data or "").replace("kind=init", "kind=none")),
    )
    web.choose("Runs as", "init")
    choice = web.page.locator("#kind")
    expect(web.page.locator("#kind-problem")).to_contain_text("not a kind of container")
    assert choice.get_attribute("aria-invalid") == "true"
    assert choice.get_attribute("aria-describedby") == "kind-problem"
    web.fill("Image", "nginx:1.30")
    assert choice.input_value() == "app"
    assert choice.get_attribute("aria-invalid") is None


def test_a_refusal_of_a_dialog_is_said_in_the_dialog(web: Designer) -> None:
    page = web.page
    web.menu("+ Object", "Any object as YAML")
    assert focused(web) == "paste-text"
    page.locator("#paste-text").fill("kind: [\n")
    web.press("Add", within="#dialog")
    expect(page.locator("#dialog").get_by_role("alert")).to_contain_text("Line 2")
    expect(page.locator("#toast")).to_be_empty()
    page.keyboard.press("Escape")
    expect(page.locator("#dialog")).to_be_hidden()
    assert page.evaluate("document.activeElement.textContent") == "+ Object"


def test_too_much_in_one_edit_is_said_so(web: Designer) -> None:
    web.menu("+ Object", "Any object as YAML")
    web.page.route("**/import/", lambda route: route.fulfill(status=413, body="<h1>Too large</h1>"))
    web.page.locator("#paste-text").fill("kind: Pod")
    web.press("Add", within="#dialog")
    expect(web.page.locator("#dialog").get_by_role("alert")).to_contain_text("at most 4 MB")


def test_what_is_chosen_in_the_yaml_comes_into_view_in_the_diagram(designer: Designer) -> None:
    designer.open_text(MANY)
    web = designer
    room = web.page.locator("[data-canvas]").bounding_box()
    assert room
    for name in ("c11", "c0"):
        with web.answered("/inspect/"):
            web.yaml_cursor(f"- name: {name}")
        at = web.page.evaluate("document.querySelector('#canvas .is-selected').dataset.at")
        box = web.box(at).bounding_box()
        assert box
        assert room["x"] <= box["x"]
        assert box["x"] + box["width"] <= room["x"] + room["width"]


def test_fit_shows_the_whole_picture(designer: Designer) -> None:
    designer.open_text(MANY)
    web = designer
    # Before one asks for it, the part that can be read at its size.
    picture = web.page.locator("#canvas > svg")
    seen = float((picture.get_attribute("viewBox") or "").split()[2])
    assert web.page.locator("[data-canvas]").evaluate("frame => frame.clientWidth") / seen >= 0.69
    web.page.get_by_role("button", name="Fit").click()
    room, pod = web.page.locator("[data-canvas]").bounding_box(), web.box("0").bounding_box()
    assert room
    assert pod
    assert room["x"] <= pod["x"]
    assert room["y"] <= pod["y"]
    assert pod["x"] + pod["width"] <= room["x"] + room["width"]
    assert pod["y"] + pod["height"] <= room["y"] + room["height"]


def test_what_was_folded_out_stays_so_while_one_edits(web: Designer) -> None:
    web.select("0/containers/0")
    lists = web.page.locator("#inspector details", has_text="As lists")
    lists.locator("summary").click()
    web.fill("Image", "nginx:1.30")
    assert lists.get_attribute("open") is not None


# --- Keys


def test_deleting_twice_deletes_once_and_undo_is_at_hand(web: Designer) -> None:
    page = web.page
    web.select("0/containers/1")
    with web.answered("/inspect/"):
        page.keyboard.press("Delete")
        page.keyboard.press("Delete")
    web.settle()
    page.keyboard.press("Delete")
    page.wait_for_timeout(300)
    assert [c["name"] for c in web.documents[0]["spec"]["containers"]] == ["nginx"]
    expect(page.locator("#toast")).to_contain_text("Deleted logs.")
    web.press("Undo", within="#toast")
    assert web.design.text == POD


def test_keys_act_in_the_picture_alone(web: Designer) -> None:
    page = web.page
    web.select("0/containers/0")
    for place in ("#tab-env", ".menu summary", "#yaml", "[data-preset]"):
        page.locator(place).first.focus()
        for key in ("Delete", "Backspace", "c", "v", "d"):
            page.keyboard.press(key)
    page.wait_for_timeout(300)
    assert web.design.text == POD


def test_d_copies_the_volume_that_is_selected(web: Designer) -> None:
    web.select("0/volumes/0")
    with web.answered("/edit/duplicate-volume"):
        web.page.keyboard.press("d")
    assert len(web.documents) == 1
    assert len(web.documents[0]["spec"]["volumes"]) == 2


def test_escape_closes_one_thing_at_a_time(web: Designer) -> None:
    page = web.page
    web.select("0/containers/0")
    with web.answered("/describe/"):
        page.locator("#inspector .why").first.click()
    expect(page.locator("#doc")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#doc")).to_be_hidden()
    page.locator("summary", has_text="+ Volume").click()
    page.keyboard.press("Escape")
    expect(page.locator("details.menu[open]")).to_have_count(0)
    expect(page.locator("#inspector h2")).to_have_text("nginx")
    with web.answered("/inspect/"):
        page.keyboard.press("Escape")
    expect(page.locator("#inspector h2")).to_have_text("web")


def test_an_ephemeral_container_is_not_moved_among_the_others(designer: Designer) -> None:
    documents = parse(MANY)
    documents[0]["spec"]["ephemeralContainers"] = [{"name": "debug", "image": "busybox"}]
    designer.open_text(dump(documents))
    web = designer
    with web.answered("/inspect/"):
        web.yaml_cursor("name: debug")
    expect(web.page.locator("#inspector")).to_contain_text("ephemeral container, for debugging")
    expect(web.page.locator("#kind")).to_have_count(0)


# --- Rows


def test_enter_twice_adds_two_and_the_focus_goes_where_the_work_is(web: Designer) -> None:
    page = web.page
    web.select("0/containers/0")
    web.tab("Env")
    page.get_by_role("button", name="+ Variable").focus()
    # What Enter does to a button, both before the first is answered: where that is quick, the second is the name's.
    page.evaluate("() => { const button = document.activeElement; button.click(); button.click(); }")
    expect(page.locator("#inspector .item.env")).to_have_count(2)
    web.settle()
    assert focused(web) == "f-0-spec-containers-0-env-1-name"
    page.keyboard.type("SECOND")
    with web.answered("/edit/"):
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Remove variable").first.focus()
    with web.answered("/edit/unset"):
        page.keyboard.press("Enter")
    assert [one["name"] for one in web.documents[0]["spec"]["containers"][0]["env"]] == ["SECOND"]
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Remove variable"
    with web.answered("/edit/unset"):
        page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "+ Variable"


# --- Drops and small screens


def test_a_drop_that_cannot_be_says_why(designer: Designer) -> None:
    designer.open_text(POD + "---\n" + POD.replace("name: web", "name: other", 1))
    web = designer
    page = web.page
    for end, words in (("1/containers/0", "another pod"), ("0", "not a container")):
        one, two = web.box("0/volumes/0").bounding_box(), web.box(end).bounding_box()
        assert one
        assert two
        page.mouse.move(one["x"] + 30, one["y"] + 10)
        page.mouse.down()
        page.mouse.move(two["x"] + 20, two["y"] + 5, steps=4)
        page.mouse.up()
        expect(page.locator("#toast")).to_contain_text(words)


def test_a_phones_header_has_all_of_its_buttons_in_sight(web: Designer) -> None:
    page = web.page
    page.set_viewport_size({"width": 390, "height": 844})
    for name in ("Undo", "Redo", "Apply…"):
        box = page.locator(".bar").get_by_role("button", name=name).bounding_box()
        assert box
        assert box["x"] + box["width"] <= 390
    for summary in ("Export", "+ Object"):
        page.locator("summary", has_text=summary).click()
        menu = page.locator("details[open] > div").bounding_box()
        assert menu
        assert menu["x"] >= 0
        assert menu["x"] + menu["width"] <= 390
        page.locator("details[open] > div button").last.click(trial=True)
        page.keyboard.press("Escape")


def test_a_key_pressed_twice_adds_two(web: Designer) -> None:
    web.box("0/containers/0").focus()
    web.page.keyboard.press("c")
    web.page.keyboard.press("c")
    web.page.locator("#revision", has_text="r3").wait_for()
    web.settle()
    assert [c["name"] for c in web.documents[0]["spec"]["containers"]] == ["nginx", "logs", "container", "container-2"]
