"""Presets across a team, in three people's browsers: written together, woven, upgraded, forked, succeeded; and a
stranger, to whom they are not there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from designer.web.writing import STARTER
from patterns.models import Preset
from patterns.preset import read
from tests.browser.axe import faults
from tests.browser.designer import Designer
from tests.web.crew import Crew, gathered

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BETTER = STARTER.replace("name: my-sidecar\n  title: My sidecar", "name: better\n  title: Better sidecar")


@pytest.fixture
def crew(settings: Any) -> Crew:
    settings.LOCAL_MODE = False
    return gathered()


@pytest.fixture
def sits(browser: Browser, live_server: Any, crew: Crew) -> Iterator[Callable[[str], Designer]]:
    """Somebody of the crew at a browser of their own."""
    contexts: list[BrowserContext] = []

    def sits(who: str) -> Designer:
        context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
        contexts.append(context)
        cookie = crew.client(who).cookies[django_settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": str(live_server)}])
        page = context.new_page()
        return Designer(page, str(live_server))

    yield sits
    for context in contexts:
        context.close()


def write(person: Designer, old: str, new: str) -> None:
    """Put something else into the editor in place of what stands there."""
    person.editor_ready()
    assert person.yaml.count(old) == 1
    with person.answered("/check/"):
        person.page.evaluate("text => ace.edit('yaml-editor').setValue(text, 1)", person.yaml.replace(old, new))


def save(person: Designer, how: str, said: str, note: str = "") -> None:
    if note:
        person.page.get_by_label("Note on this version").fill(note)
    person.page.get_by_role("button", name=how).click()
    expect(person.page.get_by_role("status").filter(has_text=said)).to_be_visible()


def menu(page: Page, item: str) -> None:
    page.locator("header").get_by_label("More for").click()
    page.locator("details.menu[open]").get_by_text(item).first.click()


def test_a_preset_of_a_team_from_its_draft_to_its_successor(crew: Crew, sits: Callable[[str], Designer]) -> None:
    ada, bob, cyd = sits("owner"), sits("editor"), sits("stranger")
    owner = crew.people["owner"]
    Preset.keep(owner, read(BETTER), BETTER, by=owner, team=crew.team)

    # One begins it in the team's space, the other publishes it.
    ada.page.goto(ada.url + reverse("new-preset"))
    ada.page.get_by_label("Into").select_option("Shop")
    save(ada, "Save draft", "The draft is saved.")
    row = Preset.objects.get(name="my-sidecar")
    edit, page = (
        each + reverse(name, args=[row.ref]) for each, name in ((bob.url, "edit-preset"), (bob.url, "preset"))
    )
    bob.page.goto(edit)
    expect(bob.page.locator(".kept")).to_contain_text("Ada Lovelace saved this draft just now.")
    assert faults(bob.page) == [], "the editor with a draft"
    save(bob, "Publish version 1", "Version 1 is published.")

    # A stranger sees nothing of it.
    for address in (page, edit):
        assert cyd.page.goto(address).status == 404  # type: ignore[union-attr]
    cyd.page.goto(f"{cyd.url}{reverse('catalogue')}?q=sidecar")
    expect(cyd.page.locator("#found .card").first).to_be_visible()
    expect(cyd.page.locator("#found")).not_to_contain_text("My sidecar")

    # The teammate weaves it.
    design = crew.design()
    bob.open(design)
    bob.page.goto(f"{bob.page.url}?weave={row.ref}")
    with bob.answered("/weave/"):
        bob.page.locator("#dialog").get_by_role("button", name="Weave", exact=True).click()
    assert [one["image"] for one in bob.documents[0]["spec"]["containers"]][-1] == "busybox:1.37"

    # Both write on at once: the second is told, nothing is lost, and a note says what is new.
    for person in (ada, bob):
        person.page.goto(edit)
    write(bob, "summary: What it is good for, in a line", "summary: It sleeps")
    write(ada, "busybox:1.37", "busybox:1.38")
    save(bob, "Save draft", "The draft is saved.")
    ada.page.get_by_role("button", name="Save draft").click()
    expect(ada.page.locator(".meanwhile")).to_contain_text("Bob Kahn saved a draft just now, after you began.")
    assert faults(ada.page) == [], "the editor, behind"
    ada.page.get_by_role("button", name="Bring both together").click()
    expect(ada.page.locator(".meanwhile")).to_contain_text("They met nowhere.")
    ada.editor_ready()
    save(ada, "Publish version 2", "Version 2 is published.", "A newer busybox.")
    row.refresh_from_db()
    assert row.text == STARTER.replace("What it is good for, in a line", "It sleeps").replace("1.37", "1.38")

    # The design says so, and shows what the upgrade changes before it is made.
    bob.open(design)
    with bob.answered("/updates/"):
        bob.page.locator("#updates").click()
    expect(bob.page.locator("#dialog .notes")).to_contain_text("A newer busybox.")
    expect(bob.page.locator("#dialog .diff")).to_contain_text("busybox:1.38")
    with bob.answered("/updates/"):
        bob.page.locator("#dialog").get_by_role("button", name="Upgrade to v2").click()
    assert bob.documents[0]["spec"]["containers"][-1]["image"] == "busybox:1.38"

    # Forked into one's own space, it leads back to where it is from.
    bob.page.goto(page)
    menu(bob.page, "Fork into…")
    bob.page.get_by_label("Into").select_option("your own space")
    write(bob, "title: My sidecar", "title: Bob's sidecar")
    save(bob, "Publish version 1", "Version 1 is published.")
    bob.page.get_by_role("link", name="Its page").click()
    expect(bob.page.locator(".standing")).to_contain_text("Forked from My sidecar, version 2.")
    fork = Preset.objects.get(origin=row.ref)
    assert (fork.owner, fork.team, fork.origin_version) == (crew.people["editor"], None, 2)

    # Shown to everyone it is there for the stranger too, until that is taken back.
    ada.page.goto(page)
    menu(ada.page, "Show to everyone here")
    expect(ada.page.get_by_role("status").first).to_contain_text("Everyone here sees it now.")
    assert cyd.page.goto(page).status == 200  # type: ignore[union-attr]
    expect(cyd.page.get_by_role("link", name="Make it my own…")).to_be_visible()
    menu(ada.page, "Stop showing it to everyone")
    expect(ada.page.get_by_role("status").first).to_contain_text("Only Shop can see it now.")
    assert cyd.page.goto(page).status == 404  # type: ignore[union-attr]

    # Deprecated, with the one to use instead; whose pods wear it are led there.
    menu(ada.page, "Deprecate…")
    ada.page.get_by_label("Why").fill("It only sleeps.")
    with ada.answered("/deprecate/"):
        ada.page.get_by_label("Search presets to use instead").fill("better")
    ada.page.get_by_label("Better sidecar").check()
    assert faults(ada.page) == [], "the dialog that deprecates"
    ada.page.get_by_role("button", name="Deprecate it").click()
    expect(ada.page.locator(".standing.warn")).to_contain_text("It only sleeps. Use Better sidecar instead.")
    assert faults(ada.page) == [], "the page of a deprecated preset"
    bob.open(design)
    with bob.answered("/updates/"):
        bob.page.locator("#updates").click()
    expect(bob.page.locator("#dialog")).to_contain_text("It only sleeps. Use Better sidecar instead.")
    with bob.answered("/updates/"):
        bob.page.locator("#dialog .foot").get_by_role("button", name="Replace by Better sidecar").click()
    assert [one["preset"] for one in bob.design.revision.woven] == [Preset.objects.get(name="better").ref]

    # What was done is told.
    ada.page.goto(ada.url + reverse("activity") + "?space=shop")
    expect(ada.page.locator(".activity")).to_contain_text(
        "You published version 2 of the preset My sidecar: A newer busybox."
    )
