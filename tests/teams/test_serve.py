"""`manage.py serve` in team mode: behind a proxy with TLS, and what it believes of whom."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPResponse
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

ROOT = Path(__file__).parent.parent.parent
PROXY = {"Host": "designer.example", "X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https"}


@contextmanager
def serving(folder: Path, **variables: str) -> Iterator[tuple[str, list[str]]]:
    """A server in team mode: its address, and what it has said when the `with` is over."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "designer.settings",
        "PPD_DATA_DIR": str(folder),
        "PPD_MODE": "team",
        **variables,
    }
    command = [sys.executable, "manage.py", "serve", address]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said: list[str] = []
    try:
        until = time.monotonic() + 60
        while True:
            assert process.poll() is None, "the server ended"
            try:
                ask(f"http://{address}/sign-in/", {"Host": variables.get("PPD_HOSTS", "127.0.0.1")}).close()
            except HTTPError:
                break
            except URLError:
                assert time.monotonic() < until, "the server did not answer"
                time.sleep(0.1)
            else:
                break
        yield f"http://{address}", said
    finally:
        process.send_signal(signal.SIGINT)
        said.append(process.communicate(timeout=20)[0].decode())


def ask(url: str, headers: dict[str, str], data: bytes | None = None) -> HTTPResponse:
    answer: HTTPResponse = urlopen(Request(url, data=data, headers=headers), timeout=20)
    return answer


def addresses(folder: Path) -> set[str]:
    """The addresses that the audit log has seen."""
    with closing(sqlite3.connect(folder / "designer.sqlite3")) as database:
        return {row[0] for row in database.execute("SELECT address FROM teams_entry")}


def fail_to_sign_in(url: str, page: HTTPResponse, headers: dict[str, str]) -> None:
    """Send a wrong password with the form's own token and cookie."""
    html = page.read().decode()
    token = html.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    cookie = str(page.headers["Set-Cookie"]).partition(";")[0]
    sent = f"csrfmiddlewaretoken={token}&login=nobody&password=wrong".encode()
    ask(url, headers | {"Cookie": cookie}, sent).close()


def test_behind_a_proxy_with_tls(tmp_path: Path) -> None:
    with serving(tmp_path, PPD_URL="https://designer.example", PPD_PROXIES="127.0.0.1") as (url, said):
        page = ask(url + "/sign-in/", PROXY)
        assert "max-age=31536000" in page.headers["Strict-Transport-Security"]
        assert "Secure" in page.headers["Set-Cookie"]
        referer = {"Referer": "https://designer.example/sign-in/"}
        fail_to_sign_in(url + "/sign-in/", page, PROXY | referer)
        assert addresses(tmp_path) == {"192.0.2.1"}
        for host in ("127.0.0.1", "evil.example"):
            with pytest.raises(HTTPError, match="400"):
                ask(url + "/sign-in/", PROXY | {"Host": host})
    assert "team mode" in said[0]
    assert "https://designer.example/first/" in said[0]
    assert "in the clear" not in said[0]
    assert "Traceback" not in said[0]


def test_nobody_else_is_believed(tmp_path: Path) -> None:
    with serving(tmp_path, PPD_HOSTS="designer.example") as (url, said):
        page = ask(url + "/sign-in/", PROXY)
        assert page.headers["Strict-Transport-Security"] is None
        fail_to_sign_in(url + "/sign-in/", page, PROXY)
        assert addresses(tmp_path) == {"127.0.0.1"}
    assert "Traceback" not in said[0]
