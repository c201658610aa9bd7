"""One container: environment, files and rights as the manifest has them, its process in namespaces of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from designer.manifests.types import Document
from tests.proofs.images import StandIn, bind, root
from tests.proofs.network import Namespace

# What container runtimes leave to root by default.
_DEFAULT_CAPABILITIES = [
    "chown",
    "dac_override",
    "fowner",
    "fsetid",
    "kill",
    "setgid",
    "setuid",
    "setpcap",
    "net_bind_service",
    "net_raw",
    "sys_chroot",
    "mknod",
    "audit_write",
    "setfcap",
]
_PASSWD = {
    "root": 0, "nginx": 101, "www-data": 33, "postgres": 999, "varnish": 1000, "vcache": 1001, "nobody": 65534
}  # fmt: skip
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_REFERENCE = re.compile(r"\$\$|\$\(([A-Za-z0-9_.-]+)\)")


def expand(text: str, env: Mapping[str, str]) -> str:
    """A text with $(NAME) replaced as the kubelet does: unknown names stay, $$ is one $."""
    return _REFERENCE.sub(lambda m: "$" if m[0] == "$$" else env.get(m[1], m[0]), text)


@dataclass(frozen=True)
class Mounted:
    """A directory or file of the host, and where the container has it."""

    source: Path
    target: str
    read_only: bool


class Container:
    """A container that has been started. `log` is what it printed, `code` how it ended (None while it runs)."""

    def __init__(
        self,
        spec: Document,
        pod: Document,
        image: StandIn,
        env: dict[str, str],
        mounts: list[Mounted],
        network: Namespace,
        etc: dict[str, str],
        folder: Path,
    ) -> None:
        self.spec, self.name, self._network = spec, spec["name"], network
        self.env = {"PATH": _PATH, "HOSTNAME": pod.get("hostname", "pod"), **image.env, **env}
        security = {**pod.get("securityContext", {}), **spec.get("securityContext", {})}
        self.user = security.get("runAsUser", image.user)
        assert not (security.get("runAsNonRoot") and self.user == 0), f"{self.name} is root and must not be"
        group = security.get("runAsGroup", self.user if "runAsUser" not in security else 0)
        self._rights = _rights(self.user, group, security)
        folder.mkdir(parents=True)
        self._log = folder / "log"
        etc = _etc(folder, etc)
        args = [*root(image, folder), "--dev", "/dev", "--proc", "/proc"]
        for name in etc:
            args += bind("--bind", folder / "etc" / name, f"/etc/{name}")
        if not security.get("privileged"):
            mounts = [Mounted(m.source, m.target, m.read_only or m.target.startswith("/proc/sys/")) for m in mounts]
        for mount in sorted(mounts, key=lambda m: m.target.rstrip("/").count("/")):
            args += bind("--ro-bind" if mount.read_only else "--bind", mount.source, mount.target)
        if security.get("readOnlyRootFilesystem"):
            for place in (*image.trees, *(f"/etc/{name}" for name in etc), "/"):
                args += ["--remount-ro", place]
        command = [expand(word, self.env) for word in spec.get("command") or image.entrypoint]
        given = [expand(word, self.env) for word in spec.get("args", [])]
        command += given or ([] if spec.get("command") else image.cmd)
        assert command, f"{self.name}: neither the manifest nor the image says what to run"
        self._start(args, command, spec.get("workingDir", "/"))

    def _start(self, args: list[str], command: list[str], directory: str) -> None:
        told, tell = os.pipe()
        env = [word for item in self.env.items() for word in ("--setenv", *item)]
        apart = ["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--hostname", self.env["HOSTNAME"]]
        bwrap = ["bwrap", *apart, "--die-with-parent", "--clearenv", *env, *args, "--info-fd", str(tell)]
        with self._log.open("ab") as log:
            os.fchown(log.fileno(), self.user, -1)
            self.started = time.monotonic()
            self._process = subprocess.Popen(
                self._network.command(
                    *["setpriv", "--pdeathsig", "KILL", *bwrap, "--chdir", directory, "--", *self._rights, *command]
                ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[tell],
            )
        os.close(tell)
        with os.fdopen(told) as info:
            text = info.read()
        assert text, f"{self.name} could not be started: {self.log}"
        self.pid = json.loads(text)["child-pid"]
        until(lambda: self.code is not None or self._in_place(), f"the start of {self.name}")

    def _in_place(self) -> bool:
        """Whether bubblewrap is through with the mounts and has gone on to the command, which is its only child."""
        try:
            child = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().strip()
            return bool(child) and Path(f"/proc/{child}/comm").read_text() != "bwrap\n"
        except OSError:
            return False

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace")

    @property
    def code(self) -> int | None:
        return self._process.poll()

    def wait(self, seconds: float = 60) -> int:
        """How the container ended, once it has."""
        return self._process.wait(seconds)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def command(self, *command: str) -> list[str]:
        """A command to be run in the container, with its environment and rights, as kubectl exec runs it."""
        env = ["/usr/bin/env", "-i", *(f"{key}={value}" for key, value in self.env.items())]
        into = ["--mount", "--pid", "--net", "--ipc", "--uts", "--wd=/"]
        return ["nsenter", f"--target={self.pid}", *into, "--", *self._rights, *env, *command]

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self.command(*command), capture_output=True, text=True, timeout=30, check=False)


def _rights(user: int, group: int, security: Mapping[str, Any]) -> list[str]:
    """The words before a command that take it down to the rights the manifest leaves it."""
    rights = ["/usr/bin/setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups"]
    if security.get("allowPrivilegeEscalation") is False:
        rights.append("--no-new-privs")
    if not security.get("privileged"):
        asked = security.get("capabilities", {})
        dropped = {name.lower() for name in asked.get("drop", [])}
        kept = set() if "all" in dropped else set(_DEFAULT_CAPABILITIES) - dropped
        kept |= {name.lower() for name in asked.get("add", [])}
        listed = ",".join(["-all", *(f"+{name}" for name in sorted(kept))])
        rights += ["--inh-caps=-all", f"--bounding-set={listed}"]
    return [*rights, "--"]


def _etc(folder: Path, more: Mapping[str, str]) -> dict[str, str]:
    """Write what every container has in /etc, with these files among it."""
    files = {
        **more,
        "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
        # As the kubelet writes it; nobody answers there, as names are found in the hosts file.
        "resolv.conf": "search default.svc.cluster.local svc.cluster.local\nnameserver 10.0.0.1\noptions ndots:5\n",
        "passwd": "".join(f"{name}:x:{number}:{number}::/:/bin/sh\n" for name, number in _PASSWD.items()),
        "group": "".join(f"{name}:x:{number}:\n" for name, number in (*_PASSWD.items(), ("nogroup", 65533))),
    }
    for name, content in files.items():
        (folder / "etc" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "etc" / name).write_text(content)
        (folder / "etc" / name).chmod(0o644)
    return files


def until(true: Callable[[], object], what: str, seconds: float = 30) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"{what} has not come in {seconds:.0f} s"
        time.sleep(0.05)
