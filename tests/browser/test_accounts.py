"""Team mode as people meet it: the server itself, the link in its log, invitations, a team, and an OpenID provider."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import faults_in_both_themes
from tests.teams import provider
from tests.teams.people import PASSWORD
from tests.web.conftest import POD
from tests.web.test_openid import running

# One server for all of them, and people who stay: they run on one worker, in order.
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("accounts")]
ROOT = Path(__file__).parent.parent.parent
_LINK = re.compile(r"http://\S+/first/\S+")


@dataclass
class Running:
    """A designer in team mode: its address, and what it says."""

    url: str
    process: subprocess.Popen[str]
    said: str


@pytest.fixture(scope="module")
def team_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """`manage.py serve` in team mode, on a folder where local mode made a design, beside an OpenID provider."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    variables = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "designer.settings",
        "PPD_DATA_DIR": str(tmp_path_factory.mktemp("team")),
    }
    for command in (["migrate", "-v0"], ["import_design", "-", "--name", "made locally"]):
        subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=variables, input=POD, text=True, check=True
        )
    with running(f"http://{address}/sign-in/with/keycloak/callback/") as issuer:
        variables |= {
            "PPD_MODE": "team",
            "PPD_URL": f"http://{address}",
            "PPD_OIDC": json.dumps(
                {
                    "id": "keycloak",
                    "name": "Keycloak",
                    "issuer": issuer,
                    "client_id": provider.CLIENT_ID,
                    "secret": provider.CLIENT_SECRET,
                }
            ),
        }
        command = [sys.executable, "manage.py", "serve", address]
        process = subprocess.Popen(
            command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert process.stdout
        said = ""
        until = time.monotonic() + 60
        while not _LINK.search(said) and process.poll() is None and time.monotonic() < until:
            said += process.stdout.readline()
        # The link is said before the server listens.
        while process.poll() is None and time.monotonic() < until:
            with (
                contextlib.suppress(OSError),
                socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), 1),
            ):
                break
            time.sleep(0.1)
        try:
            yield Running(f"http://{address}", process, said)
        finally:
            process.send_signal(signal.SIGINT)
            rest = process.communicate(timeout=20)[0]
        assert "Traceback" not in rest, rest


@pytest.fixture
def another(browser: Browser) -> Iterator[Any]:
    """Opens a browser of another person."""
    opened = []

    def open_() -> Page:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        opened.append(context)
        return context.new_page()

    yield open_
    for context in opened:
        context.close()


def fill(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        page.locator(f"main [name={name}]").fill(value)


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def sign_in(page: Page, url: str, name: str, password: str = PASSWORD) -> None:
    page.goto(url + "/sign-in/")
    fill(page, login=name, password=password)
    press(page, "Sign in")


def test_from_the_first_link_to_a_team_that_signs_in_elsewhere(page: Page, another: Any, team_server: Running) -> None:
    url = team_server.url
    assert "team mode" in team_server.said
    link = _LINK.search(team_server.said)
    assert link

    # The first administrator, who takes over what local mode made.
    page.goto(link[0])
    expect(page.get_by_text("Take over 1 design made in local mode")).to_be_visible()
    fill(page, username="ada", email="ada@corp.example", password="short")
    press(page, "Make the administrator")
    expect(page.get_by_text("at least 12 characters")).to_be_visible()
    fill(page, password=PASSWORD)
    press(page, "Make the administrator")
    expect(page.get_by_text("You are the administrator.")).to_be_visible()
    page.get_by_role("link", name="Pod Pattern Designer").click()
    page.get_by_role("link", name="made locally").click()
    expect(page.locator("#canvas, .canvas").first).to_be_visible()

    late = another()
    late.goto(link[0])
    expect(late.get_by_role("heading", name="This link does not work")).to_be_visible()

    # A team, and a link into it.
    page.goto(url + "/teams/")
    fill(page, name="Payments")
    press(page, "Make the team")
    page.locator("main [name=most]").fill("2")
    press(page, "Make a link")
    invitation = page.get_by_label("The link").input_value()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == invitation

    # Somebody makes an account with a password.
    mate = another()
    mate.goto(invitation)
    assert "/join/" in mate.url
    assert invitation.rstrip("/").rpartition("/")[2] not in mate.url
    expect(mate.get_by_text("ada invites you as editor")).to_be_visible()
    mate.get_by_role("link", name="Make an account").click()
    fill(mate, username="grete", email="grete@corp.example", password1=PASSWORD)
    press(mate, "Make the account")
    expect(mate.get_by_text("Welcome to Payments. You are editor here.")).to_be_visible()
    mate.locator(".menu > summary", has_text="grete").click()
    mate.get_by_role("button", name="Sign out").click()
    expect(mate.get_by_role("heading", name="Sign in")).to_be_visible()

    # Somebody else signs in elsewhere; the policy lets no form lead off, so that a page in between does.
    alan = another()
    alan.goto(invitation)
    alan.get_by_role("link", name="Make an account").click()
    press(alan, "Continue with Keycloak")
    alan.get_by_label("Username").fill("alan")
    alan.get_by_label("Password").fill(provider.PASSWORD)
    alan.get_by_role("button", name="Log in").click()
    expect(alan.get_by_text("Welcome to Payments. You are editor here.")).to_be_visible()
    expect(alan.get_by_text("Alan Turing")).to_be_visible()

    stranger = another()
    stranger.goto(invitation)
    expect(stranger.get_by_text("This invitation has been used up.")).to_be_visible()

    # The owner sees them, makes one owner, and the last owner is told what to do.
    page.goto(url + "/teams/payments/")
    expect(page.get_by_text("You are the last owner: hand the team over")).to_be_visible()
    page.get_by_label("The role of ada").select_option("viewer")
    page.locator(".members li").filter(has=page.locator(".pill")).get_by_role("button", name="Set").click()
    expect(page.get_by_role("alert")).to_contain_text("ada is the last owner and has to stay owner of Payments.")
    page.get_by_label("More for alan").click()
    page.get_by_role("button", name="Hand the team over").click()
    expect(page.get_by_text("alan owns Payments now; you are editor.")).to_be_visible()

    # Wrong passwords run into a limit; what happened stands in the log, without a secret.
    for _ in range(5):
        sign_in(mate, url, "grete", "not it at all")
        expect(mate.get_by_role("alert")).to_contain_text("No account has this name with this password.")
    sign_in(mate, url, "grete")
    expect(mate.get_by_role("alert")).to_contain_text("Too many tries. Wait five minutes")
    page.goto(url + "/audit/")
    log = page.locator(".log").inner_text()
    for said in (
        "ada became the first administrator",
        "ada took over what was made in local mode: 1 design and 0 presets",
        "grete made an account (with a password)",
        "alan came to Payments as editor by an invitation of ada",
        "alan signed in with Keycloak",
        "grete signed out",
        "Somebody was refused: the password is not grete's",
        "Somebody was refused: too many tries to sign in as grete",
        "ada handed Payments over to alan",
    ):
        assert said in log, said
    with page.expect_download() as download:
        page.get_by_role("link", name="JSON").click()
    exported = Path(download.value.path()).read_text()
    assert PASSWORD not in exported
    assert link[0].rstrip("/").rpartition("/")[2] not in exported
    assert invitation.rstrip("/").rpartition("/")[2] not in exported

    # Deactivated, one is out at once.
    page.goto(url + "/people/")
    page.get_by_role("link", name="grete").click()
    press(page, "Deactivate")
    expect(page.get_by_text("grete is deactivated, and signed out everywhere.")).to_be_visible()

    # A page whose session has ended in another window leads to signing in, and back to itself.
    alan.goto(url + "/")
    alan.get_by_role("button", name="A single pod").click()
    alan.wait_for_url("**/designs/*/")
    other = alan.context.new_page()
    other.goto(url + "/teams/")
    other.locator(".menu > summary", has_text="alan").click()
    other.get_by_role("button", name="Sign out").click()
    other.wait_for_url("**/sign-in/")
    here = alan.url
    alan.keyboard.press("Control+z")
    alan.wait_for_url(re.compile("/sign-in/.next="))
    assert here.removeprefix(url) in alan.url


def test_every_screen_is_held_to_the_rules_of_accessibility(browser: Browser, team_server: Running) -> None:
    """Runs on the server of the first test: ada looks after it. Nothing is wider than a phone either."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    screen = context.new_page()
    outside = ("sign-in/", "sign-up/", "sign-in/inactive/", "password/reset/", "password/reset/sent/", "first/x/")
    inside = ("teams/", "teams/payments/", "account/", "password/change/", "people/", "people/1/", "audit/?q=nothing")
    found = []
    for paths in (outside, inside):
        for path in paths:
            screen.goto(f"{team_server.url}/{path}")
            found += [f"{path}: {fault}" for fault in faults_in_both_themes(screen)]
            assert screen.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
        if paths is outside:
            sign_in(screen, team_server.url, "ada")
            expect(screen.get_by_text("Compose a pod out of patterns")).to_be_visible()
    context.close()
    assert not found, "\n".join(found)
