"""What every proof needs: a machine on which pods can be imitated, and a design woven from the catalogue on it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from designer.manifests.types import Documents
from patterns import catalogue
from patterns.weave import weave
from tests.proofs.images import IMAGES
from tests.proofs.kubelet import Cluster

Prove = Callable[[Documents], Cluster]
_WHY = "the proofs cannot run"
_TOOLS = ("bwrap", "unshare", "nsenter", "setpriv", "ip", "curl", "openssl")


@cache
def _missing() -> str:
    """What this machine lacks for the proofs, in words, or ""."""
    if os.geteuid() != 0:
        return "they run as root only, as they make network and mount namespaces"
    programs = [name for name in _TOOLS if not shutil.which(name)]
    programs += [i.program for i in IMAGES.values() if not os.path.exists(i.program) and i.program not in programs]
    if programs:
        return f"{', '.join(dict.fromkeys(programs))} missing: tests/system-packages installs them on Debian"
    tried = ["unshare", "--net", "bwrap", "--unshare-pid", "--ro-bind", "/", "/", "--proc", "/proc", "true"]
    done = subprocess.run(tried, capture_output=True, text=True, check=False)
    return f"this machine allows no namespaces: {done.stderr.strip()}" if done.returncode else ""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Give all skips for want of what the proofs need one place, so that pytest's summary tells of them in one line."""
    report = yield
    if report.skipped and isinstance(report.longrepr, tuple) and _WHY in report.longrepr[2]:
        report.longrepr = (__file__, 1, report.longrepr[2])
    return report


@pytest.fixture
def prove(tmp_path: Path) -> Iterator[Prove]:
    """A cluster in small for the documents it is given; all that runs in it ends with the test."""
    if why := _missing():
        if os.environ.get("PPD_REQUIRE_CONTROL_PLANE") == "1":
            pytest.fail(f"{_WHY}: {why}", pytrace=False)
        pytest.skip(f"{_WHY}: {why}")
    with ExitStack() as stack:
        yield lambda documents: Cluster(documents, stack, tmp_path)


def woven(name: str, **values: Any) -> Documents:
    """A preset woven onto its own example."""
    return weave(catalogue.preset(name), values, [], None).documents


def certificate(folder: Path, *names: str) -> tuple[Path, Path]:
    """A self-signed certificate for these names, and its key, as a person makes them with openssl."""
    crt, key = folder / "tls.crt", folder / "tls.key"
    alternatives = ",".join(f"DNS:{name}" for name in names)
    request = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
    ]
    said = ["-subj", f"/CN={names[0]}", "-addext", f"subjectAltName={alternatives}"]
    subprocess.run([*request, *said, "-keyout", str(key), "-out", str(crt)], capture_output=True, check=True)
    return crt, key
