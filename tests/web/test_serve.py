"""`make run`'s server itself: set up in an empty folder, serving pages and compressed, cacheable static files."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

ROOT = Path(__file__).parent.parent.parent
_SECONDS = 40


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "designer.settings",
        "PPD_DATA_DIR": str(tmp_path_factory.mktemp("data") / "new"),
    }
    command = [sys.executable, "manage.py", "serve", address]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        _wait(f"http://{address}/", process)
        yield f"http://{address}"
    finally:
        process.send_signal(signal.SIGINT)
        output = process.communicate(timeout=20)[0].decode()
    assert "Traceback" not in output, output
    assert "Warning" not in output, output


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            urlopen(url, timeout=2).close()
        except (URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"the server did not answer: {process.communicate(timeout=5)[0].decode()}")


def test_a_new_folder_is_set_up_and_served(server: str) -> None:
    with urlopen(server + "/") as answer:
        page = answer.read().decode()
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    for name in re.findall(r'(?:src|href)="(/static/[^"]+)"', page):
        with urlopen(Request(server + name, headers={"Accept-Encoding": "br, gzip"})) as answer:
            assert "immutable" in answer.headers["Cache-Control"], name
            assert answer.headers.get("Content-Encoding") in ("br", "gzip", None)
    script = next(name for name in re.findall(r'src="(/static/[^"]+)"', page) if "home" in name)
    with urlopen(server + script) as answer:
        imported = re.findall(r'import\s*"\./([^"]+)"', answer.read().decode())
    assert imported
    assert all(re.search(r"\.[0-9a-f]{12}\.js$", name) for name in imported), "imports carry the hash of their content"


def test_a_name_that_is_not_loopbacks_is_refused(server: str) -> None:
    with pytest.raises(URLError, match="400"):
        urlopen(Request(server + "/", headers={"Host": "designer.example"}))
