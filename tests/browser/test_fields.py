"""All fields by hand: rows of a map, what an amount means, one of several sources, a word, an old version."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from designer.designs.models import Design
from designer.manifests.text import dump
from designer.manifests.types import Documents
from tests.browser.designer import Designer
from tests.people import owner

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def web(designer: Designer) -> Designer:
    documents: Documents = [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "web"},
            "spec": {
                "containers": [
                    {"name": "web", "image": "nginx", "volumeMounts": [{"name": "files", "mountPath": "/files"}]}
                ],
                "volumes": [{"name": "files", "configMap": {"name": "files"}}],
                "hostnameOverride": "web.example.com",
            },
        }
    ]
    design = Design.objects.create(owner=owner(), name="web")
    design.change(lambda _: documents, by=owner(), text=dump(documents))
    designer.open(design)
    return designer


def go(designer: Designer, at: str, *names: str) -> None:
    """Open All fields of what stands at an address, and step into its fields."""
    designer.select(at)
    designer.tab("All fields")
    for name in names:
        with designer.answered("/inspect/"):
            designer.page.locator(".list-button", has_text=name).first.click()


def find(designer: Designer, words: str) -> None:
    with designer.answered("/inspect/"):
        designer.page.get_by_label("Find a field").fill(words)


def test_a_map_is_edited_by_rows(web: Designer) -> None:
    go(web, "0/containers/0")
    find(web, "limits")
    web.press("+ memory")
    expect(web.page.get_by_label("Key of limits")).to_be_focused()
    before = web.design.number
    web.page.locator("#inspector .pairs").first.get_by_role("button", name="+ Add").click()
    expect(web.page.get_by_label("Key of limits").last).to_be_focused()
    assert web.design.number == before, "an empty row is nothing yet"
    web.page.keyboard.type("nvidia.com/gpu")
    web.page.keyboard.press("Enter")
    expect(web.page.get_by_label("Value of the new key")).to_be_focused()
    with web.answered("/edit/add-pair"):
        web.page.keyboard.type("2")
        web.page.keyboard.press("Enter")
    expect(web.page.get_by_label("Value of nvidia.com/gpu")).to_be_focused()
    expect(web.page.get_by_label("Value of the new key")).to_have_count(0)
    assert web.design.number == before + 1
    limits = web.documents[0]["spec"]["containers"][0]["resources"]["limits"]
    assert limits == {"memory": "128Mi", "nvidia.com/gpu": "2"}
    web.page.locator(".pairs").get_by_role("button", name="Remove").first.press("Enter")
    web.settle()
    expect(web.page.get_by_label("Value of memory")).to_have_count(0)
    assert list(web.documents[0]["spec"]["containers"][0]["resources"]["limits"]) == ["nvidia.com/gpu"]


def test_a_row_is_typed_without_looking_up(web: Designer) -> None:
    """Tab goes on from the key to its value; a row is saved by Enter, or when it is left, for the next one too."""
    go(web, "0", "spec")
    rows = web.page.locator("#inspector .pairs").first
    for key, value in (("disk", "ssd"), ("zone", "a")):
        rows.get_by_role("button", name="+ Add").click()
        with web.answered("/edit/add-pair"):
            web.page.keyboard.type(key)
            web.page.keyboard.press("Tab")
            web.page.keyboard.type(value)
            web.page.keyboard.press("Enter")
    rows.get_by_role("button", name="+ Add").click()
    web.page.keyboard.type("arch")
    web.page.keyboard.press("Tab")
    web.page.keyboard.type("arm64")
    with web.answered("/edit/add-pair"):  # the click leaves the row, and opens the next
        rows.get_by_role("button", name="+ Add").click()
    expect(rows.get_by_label("Key of nodeSelector").last).to_be_focused()
    expect(rows.get_by_label("Key of nodeSelector")).to_have_count(4)
    assert web.documents[0]["spec"]["nodeSelector"] == {"disk": "ssd", "zone": "a", "arch": "arm64"}
    with web.answered("/edit/rename-key"):
        rows.get_by_label("Key of nodeSelector").first.fill("disc")
        rows.get_by_label("Key of nodeSelector").first.press("Enter")
    expect(rows.get_by_label("Key of nodeSelector")).to_have_count(4)


def test_an_empty_row_goes_with_escape_and_a_refused_one_stays(web: Designer) -> None:
    go(web, "0/containers/0", "resources")
    limits = web.page.locator("#inspector .pairs").first
    before = web.design.number
    limits.get_by_role("button", name="+ Add").click()
    web.page.keyboard.type("cpu")
    web.page.keyboard.press("Escape")
    expect(limits.get_by_label("Key of limits")).to_have_count(0)
    expect(limits.get_by_role("button", name="+ Add")).to_be_focused()
    assert web.design.number == before
    web.page.keyboard.press("Enter")
    web.page.keyboard.type("cpu")
    web.page.keyboard.press("Tab")
    with web.answered("/edit/add-pair"):
        web.page.keyboard.type("much")
        web.page.keyboard.press("Enter")
    expect(limits.locator(".problem", has_text="must be a quantity such as 500m")).to_be_visible()
    # The answer to another edit leaves what is typed where it is.
    with web.answered("/edit/add-pair"):
        limits.get_by_role("button", name="+ memory").dispatch_event("click")
    expect(limits.get_by_label("Value of the new key")).to_have_value("much")
    expect(limits.get_by_label("Value of memory")).to_have_value("128Mi")
    limits.get_by_label("Value of the new key").fill("2")
    with web.answered("/edit/add-pair"):
        limits.get_by_label("Value of the new key").press("Enter")
    expect(limits.get_by_label("Value of cpu")).to_be_focused()
    assert web.documents[0]["spec"]["containers"][0]["resources"]["limits"] == {"memory": "128Mi", "cpu": "2"}


def test_an_amount_says_what_it_means_and_what_is_seldom_meant(web: Designer) -> None:
    go(web, "0/containers/0", "resources")
    web.press("+ cpu")
    expect(web.page.locator(".means")).to_contain_text("a tenth of a CPU core")
    web.fill("Value of cpu", "500m")
    expect(web.page.locator(".means")).to_contain_text("half a CPU core")
    web.press("+ memory")
    web.fill("Value of memory", "100m")
    expect(web.page.locator(".means .amber")).to_contain_text("Mebibytes are Mi, as in 100Mi")
    web.fill("Value of memory", "much")
    expect(web.page.locator(".problem", has_text="must be a quantity such as 500m")).to_be_visible()
    assert web.documents[0]["spec"]["containers"][0]["resources"]["limits"]["memory"] == "100m"


def test_another_source_takes_the_place_of_the_one_before(web: Designer) -> None:
    go(web, "0/volumes/0")
    web.choose("Source", "emptyDir")
    assert web.documents[0]["spec"]["volumes"] == [{"name": "files", "emptyDir": {}}]
    expect(web.page.locator(".list-button", has_text="emptyDir")).to_contain_text("set, empty")
    web.page.keyboard.press("Escape")
    with web.answered():
        web.page.get_by_role("button", name="Undo").click()
    assert web.documents[0]["spec"]["volumes"] == [{"name": "files", "configMap": {"name": "files"}}]


def test_grace_is_found_and_set(web: Designer) -> None:
    go(web, "0")
    find(web, "grace")
    web.fill("terminationGracePeriodSeconds", "90")
    assert web.documents[0]["spec"]["terminationGracePeriodSeconds"] == 90
    expect(web.page.locator(".means").first).to_have_text("1 min 30 s")
    web.page.get_by_role("button", name="What is terminationGracePeriodSeconds?").first.click()
    expect(web.page.locator("#doc")).to_contain_text("default: 30")


def test_a_field_that_came_later_is_marked_and_kept(web: Designer) -> None:
    Design.objects.filter(pk=web.design.pk).update(version="1.29")
    web.open(web.design)
    go(web, "0", "spec")
    expect(web.page.locator(".means .amber").first).to_contain_text("it came with 1.34. It is kept.")
    assert web.page.get_by_label("hostnameOverride", exact=True).input_value() == "web.example.com"
    newer = web.page.locator("details.newer")
    expect(newer).to_contain_text("Newer than 1.29")
    newer.locator("summary").press("Enter")
    expect(newer.get_by_text("schedulingGroup")).to_be_visible()
    assert web.documents[0]["spec"]["hostnameOverride"] == "web.example.com"


def test_everything_is_reached_by_tab(web: Designer) -> None:
    go(web, "0", "spec")
    web.page.get_by_label("Find a field").focus()
    reached: set[str] = set()
    count = web.page.locator("#inspector .all").locator("input, select, textarea, button, summary").count()
    for _ in range(count + 5):
        web.page.keyboard.press("Tab")
        name = web.page.evaluate("() => document.activeElement.closest('#inspector .all') && document.activeElement.id")
        if name:
            reached.add(name)
    controls = web.page.locator("#inspector .all").locator("input[name=value], select, textarea, .list-button")
    wanted = set(controls.evaluate_all("all => all.map(one => one.id)"))
    assert len(wanted) > 20
    assert wanted <= reached
