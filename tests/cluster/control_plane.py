"""A real Kubernetes API server for tests: etcd and kube-apiserver on loopback, in a temporary folder.

Started once for a session, by the first test that asks for `control_plane`; there is no kubelet, scheduler or
controller behind it, so nothing runs and nothing is cleaned up: a test that wants a running pod writes its status.
USE_EXISTING_CLUSTER=true takes the current context of the kubeconfig instead, and leaves nothing behind in it but the
namespaces it deletes. Where neither is to be had tests are skipped, or fail where that is not allowed.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import ssl
import subprocess
import time
import urllib.request
from base64 import b64encode
from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tests import binaries

ADMIN, READER = "designer-admin", "designer-reader"
_READY_SECONDS = 120.0


@dataclass(frozen=True)
class ControlPlane:
    """A running API server: `kubeconfig` has the contexts `admin` (may do all) and `reader` (may only log in).

    `own` is False for a cluster that was there before us, which has no `reader` (""), no `url` and no `ca`.
    """

    kubeconfig: Path
    admin: str
    reader: str = ""
    url: str = ""
    ca: Path = Path()
    tokens: dict[str, str] = field(default_factory=dict, repr=False)
    own: bool = True

    def kubectl(self, *args: str, stdin: str | None = None, context: str = "") -> str:
        """What kubectl prints on its standard output; its failure fails the test with its own words."""
        program = binaries.kubectl()
        if program is None:
            missing("kubectl is not built")
        command = [str(program), f"--kubeconfig={self.kubeconfig}", f"--context={context or self.admin}", *args]
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, f"{' '.join(args)}: {done.stderr}"
        return done.stdout

    def json(self, *args: str, stdin: str | None = None) -> Any:
        return json.loads(self.kubectl(*args, "-o", "json", stdin=stdin))


_HOW = (
    "`make control-plane` builds it (needs Go), KUBEBUILDER_ASSETS says where it is, "
    "USE_EXISTING_CLUSTER=true takes your cluster"
)


def missing(what: str) -> NoReturn:
    """Skip, or fail where CI or PPD_REQUIRE_CONTROL_PLANE=1 asks for the real thing."""
    words = f"{what}: {_HOW}"
    if os.environ.get("CI") == "true" or os.environ.get("PPD_REQUIRE_CONTROL_PLANE") == "1":
        pytest.fail(words, pytrace=False)
    pytest.skip(words)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Give all skips for want of an API server one place, so that pytest's summary tells of them in one line."""
    report = yield
    if report.skipped and isinstance(report.longrepr, tuple) and report.longrepr[2].endswith(_HOW):
        report.longrepr = (__file__, 1, report.longrepr[2])
    return report


@pytest.fixture(scope="session")
def control_plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """The API server of this session. Mark tests that use it with `cluster`."""
    if os.environ.get("USE_EXISTING_CLUSTER") == "true":
        named = os.environ.get("KUBECONFIG") or str(Path("~/.kube/config").expanduser())
        program = binaries.kubectl() or "kubectl"
        done = subprocess.run([program, "config", "current-context"], capture_output=True, text=True, check=True)
        yield ControlPlane(Path(named), done.stdout.strip(), own=False)
        return
    if absent := [name for name in ("kube-apiserver", "etcd") if not os.access(binaries.assets() / name, os.X_OK)]:
        missing(f"{' and '.join(absent)} not built")
    with start(tmp_path_factory.mktemp("control-plane")) as plane:
        yield plane


@pytest.fixture
def namespace(control_plane: ControlPlane) -> Iterator[str]:
    """A new namespace for one test."""
    name = f"ppd-{secrets.token_hex(4)}"
    control_plane.kubectl("create", "namespace", name)
    yield name
    if not control_plane.own:
        control_plane.kubectl("delete", "namespace", name, "--wait=false")


@contextmanager
def start(folder: Path) -> Iterator[ControlPlane]:
    """Start etcd and kube-apiserver with everything they write in `folder`; stop them on the way out."""
    tokens = {ADMIN: secrets.token_hex(16), READER: secrets.token_hex(16)}
    users = f'{tokens[ADMIN]},{ADMIN},1,"system:masters"\n{tokens[READER]},{READER},2\n'
    (folder / "tokens.csv").write_text(users)
    (folder / "service-account.key").write_text(_ec_key())
    certificate = folder / "certificates" / "apiserver.crt"
    # Free ports can be taken by another program between the asking and the using: then all is started anew.
    for attempt in range(3):
        client_port, server_port = _free_ports(2)
        etcd = f"http://127.0.0.1:{client_port}"
        url = f"https://127.0.0.1:{server_port}"
        with ExitStack() as stack:
            processes = [
                stack.enter_context(_running(folder / "etcd.log", [
                    "etcd", f"--data-dir={folder / f'etcd-{attempt}'}", "--unsafe-no-fsync", "--log-level=error",
                    f"--listen-client-urls={etcd}", f"--advertise-client-urls={etcd}",
                    "--listen-peer-urls=http://127.0.0.1:0",
                ])),
                stack.enter_context(_running(folder / "kube-apiserver.log", [
                    "kube-apiserver", f"--etcd-servers={etcd}", f"--cert-dir={folder / 'certificates'}",
                    "--bind-address=127.0.0.1", f"--secure-port={server_port}", "--advertise-address=127.0.0.1",
                    f"--token-auth-file={folder / 'tokens.csv'}", "--authorization-mode=RBAC", "--allow-privileged",
                    f"--service-account-key-file={folder / 'service-account.key'}",
                    f"--service-account-signing-key-file={folder / 'service-account.key'}",
                    f"--service-account-issuer={url}", "--service-cluster-ip-range=10.0.0.0/24",
                    # Both wait for a controller that does not run here.
                    "--disable-admission-plugins=ServiceAccount", "--endpoint-reconciler-type=none",
                ])),
            ]  # fmt: skip
            if _ready(url, certificate, tokens[ADMIN], processes):
                plane = ControlPlane(folder / "kubeconfig", ADMIN, READER, url, certificate, tokens)
                plane.kubeconfig.write_text(json.dumps(kubeconfig(url, certificate, tokens)))
                yield plane
                return
    logs = (folder / "kube-apiserver.log").read_text()[-2000:] + (folder / "etcd.log").read_text()[-1000:]
    pytest.fail(f"kube-apiserver did not become ready:\n{logs}", pytrace=False)


def kubeconfig(url: str, ca: Path, tokens: dict[str, str]) -> dict[str, Any]:
    """A kubeconfig (JSON is YAML) with a context for each user, the first of them current."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": next(iter(tokens)),
        "clusters": [{"name": "test", "cluster": {"server": url, "certificate-authority": str(ca)}}],
        "users": [{"name": name, "user": {"token": token}} for name, token in tokens.items()],
        "contexts": [{"name": name, "context": {"cluster": "test", "user": name}} for name in tokens],
    }


@contextmanager
def _running(log: Path, command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    program = binaries.assets() / command[0]
    with log.open("wb") as out, subprocess.Popen([program, *command[1:]], stdout=out, stderr=out) as process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def _ready(url: str, certificate: Path, token: str, processes: list[subprocess.Popen[bytes]]) -> bool:
    request = urllib.request.Request(f"{url}/readyz", headers={"Authorization": f"Bearer {token}"})
    until = time.monotonic() + _READY_SECONDS
    while time.monotonic() < until and all(process.poll() is None for process in processes):
        try:
            opener = urllib.request.build_opener(
                urllib.request.ProxyHandler({}),
                urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=str(certificate))),
            )
            with opener.open(request, timeout=5) as answer:
                return answer.status == 200
        except OSError:
            time.sleep(0.1)
    return False


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(closing(socket.socket())) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def _ec_key() -> str:
    """A P-256 private key in PEM (RFC 5915, without the optional public key), so that no openssl is needed."""
    der = bytes.fromhex("3031020101042000") + secrets.token_bytes(31)
    der += bytes.fromhex("a00a06082a8648ce3d030107")
    return f"-----BEGIN EC PRIVATE KEY-----\n{b64encode(der).decode()}\n-----END EC PRIVATE KEY-----\n"
