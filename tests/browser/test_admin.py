"""What administrators look at, in a real browser: the admin's pages under our policy, usage, erasing, a team's end."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from designer.teams.models import Invitation
from tests.browser.axe import faults, faults_in_both_themes
from tests.teams.people import PASSWORD, Cast, cast, team_mode
from tests.web.test_admin import PAGES as MODELS
from tests.web.test_admin import fill, lists, opened

__all__ = ["cast", "team_mode"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def signed_in(page: Page, url: str, to: str) -> None:
    """Go to an address that asks to sign in first, as the administrator."""
    page.goto(url + to)
    page.locator("[name=login]").fill("administrator")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(url + to)


def test_the_admin_works_under_our_policy(page: Page, live_server: Any, cast: Cast) -> None:
    """The page fails the test on a breach of the content security policy, and on any script error."""
    for number in range(3):
        fill(cast, number)
    Invitation.make(cast.owner, team=cast.team, role="editor")
    url = str(live_server)
    signed_in(page, url, "/admin/")
    expect(page.get_by_role("heading", name="Administration")).to_be_visible()
    # The sidebar's search, and a list that is searched, filtered and sorted.
    page.goto(f"{url}/admin/designs/design/")
    page.locator("#nav-filter").fill("runs")
    expect(page.locator("#nav-sidebar").get_by_role("link", name="Runs")).to_be_visible()
    expect(page.locator("#nav-sidebar").get_by_role("link", name="Presets")).to_be_hidden()
    page.locator("#nav-filter").fill("")
    page.locator("#changelist-filter").get_by_role("link", name="in the bin").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    page.locator("#searchbar").fill("nothing is called so")
    page.locator("#searchbar").press("Enter")
    expect(page.get_by_text("0 in all")).to_be_visible()
    # What is ticked is counted, and done.
    page.goto(f"{url}/admin/teams/invitation/?open=yes")
    page.locator("#action-toggle").check()
    expect(page.locator(".action-counter")).to_have_text("1 of 1 selected")
    page.locator("[name=action]").select_option("take_back")
    page.get_by_role("button", name="Go").click()
    expect(page.get_by_text("1 taken back.")).to_be_visible()
    # Every page on a phone: nothing is refused by the policy, nothing is wider than the window.
    # In a window beside, as axe puts a style of its own into pages whose style sheets import others, which is refused.
    beside = page.context.new_page()
    beside.set_viewport_size({"width": 390, "height": 844})
    found, refused = [], []
    beside.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    for path in ["/admin/", *lists(), *map(opened, MODELS)]:
        beside.goto(url + path)
        assert beside.evaluate("document.styleSheets.length") > 2, path
        assert beside.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
        assert not refused, (path, refused)
        found += [f"{path}: {fault}" for fault in faults(beside)]
        refused.clear()
    assert not found, "\n".join(found)


def test_its_screens_are_held_to_the_rules_of_accessibility(page: Page, live_server: Any, cast: Cast) -> None:
    for number in range(3):
        fill(cast, number)
    cast.team.add(cast.administrator, "owner")
    url, found = str(live_server), []
    signed_in(page, url, "/usage/")
    page.set_viewport_size({"width": 390, "height": 844})
    person = f"/people/{cast.viewer.pk}/"
    for path in ("/usage/", "/account/", "/account/erase/", person, f"{person}erase/", "/teams/payments/delete/"):
        page.goto(url + path)
        found += [f"{path}: {fault}" for fault in faults_in_both_themes(page)]
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
    assert not found, "\n".join(found)
    # From the table's head to an order, and from a person's page to the end of their account.
    page.goto(f"{url}/usage/")
    page.get_by_role("columnheader", name="People").get_by_role("link").click()
    expect(page.locator("tbody th").first).to_contain_text("Payments")
    page.goto(url + person)
    page.get_by_role("link", name="Erase…").click()
    page.get_by_label("Their user name, viewer").fill("viewer")
    page.get_by_role("button", name="Erase viewer for good").click()
    expect(page.get_by_text("viewer is erased.")).to_be_visible()
