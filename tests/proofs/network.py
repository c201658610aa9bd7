"""A cluster's network in small: a network namespace for each pod, a bridge between them, Services with names.

Everything lives in namespaces of this test alone, so that tests run side by side and each pod has all ports to itself.
Needs root on Linux, and iproute2.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from designer.manifests.pod import name_of
from designer.manifests.types import Document

_STUBS = Path(__file__).parent / "stubs"
_GATEWAY = "10.0.0.1"


def run(command: Iterable[str], **options: Any) -> str:
    """What a command prints; its failure fails the test with its own words."""
    command = list(command)
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False, **options)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr or done.stdout}"
    return done.stdout


class Namespace:
    """A network namespace with its loopback up. It ends with the process that holds it."""

    def __init__(self, stack: ExitStack) -> None:
        # Killed with us, whatever happens to us.
        held = ["setpriv", "--pdeathsig", "KILL", "unshare", "--net", "sh", "-c"]
        self._holder = subprocess.Popen(
            [*held, "ip link set lo up && echo up && exec sleep infinity"], stdout=subprocess.PIPE, text=True
        )
        stack.callback(self._end)
        assert self._holder.stdout is not None
        assert self._holder.stdout.readline() == "up\n", "no network namespace can be made here"
        self.pid = self._holder.pid

    def _end(self) -> None:
        self._holder.kill()
        self._holder.communicate()

    def command(self, *command: str) -> list[str]:
        """The command, to be run inside."""
        return ["nsenter", f"--net=/proc/{self.pid}/ns/net", "--", *command]

    def run(self, *command: str) -> str:
        return run(self.command(*command))


class Network:
    """Pods and Services that reach each other by address, and Services by name too."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self._stack, self._folder = stack, folder
        self.hub = Namespace(stack)
        self.hub.run("ip", "link", "add", "cluster", "type", "bridge")
        self.hub.run("ip", "address", "add", f"{_GATEWAY}/8", "dev", "cluster")
        self.hub.run("ip", "link", "set", "cluster", "up")
        self._pods: list[tuple[str, dict[str, str], dict[str, int]]] = []
        self._names: dict[str, str] = {}

    def join(self, labels: dict[str, str], ports: dict[str, int]) -> tuple[Namespace, str]:
        """A namespace and an address for a pod with these labels; `ports` are those its containers name."""
        number = len(self._pods) + 2
        address = f"10.0.0.{number}"
        inside = Namespace(self._stack)
        link = f"pod{number}"
        self.hub.run(*f"ip link add {link} type veth peer name eth0 netns {inside.pid}".split())
        self.hub.run(*f"ip link set {link} master cluster up".split())
        inside.run(*f"ip address add {address}/8 dev eth0".split())
        inside.run(*["ip", "link", "set", "eth0", "up"])
        self._pods.append((address, labels, ports))
        return inside, address

    def serve(self, service: Document, namespace: str = "default") -> str:
        """Start what leads a Service's ports to the pods that it selects, those that have joined; its address."""
        address = f"10.96.0.{len(self._names) + 1}"
        name = name_of(service)
        for known in (name, f"{name}.{namespace}.svc", f"{name}.{namespace}.svc.cluster.local"):
            self._names[known] = address
        self.hub.run("ip", "address", "add", f"{address}/32", "dev", "cluster")
        selector = service["spec"]["selector"]
        selected = [pod for pod in self._pods if selector.items() <= pod[1].items()]
        for port in service["spec"]["ports"]:
            target = port.get("targetPort", port["port"])
            ends = [f"{pod}:{ports.get(target, target)}" for pod, _, ports in selected]
            assert ends, f"Service {name} selects no pod"
            self.start(str(_STUBS / "service.py"), f"{address}:{port['port']}", *ends)
        return address

    def name(self, name: str, address: str) -> None:
        """Let pods that start from now on find an address by a name of the outside world."""
        self._names[name] = address

    def start(self, program: str, *args: str) -> None:
        """Start a stub of ours in the hub, and wait until it says that it listens."""
        command = self.hub.command("setpriv", "--pdeathsig", "KILL", sys.executable, program, *args)
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self._stack.callback(process.communicate)
        self._stack.callback(process.kill)
        assert process.stdout is not None
        assert process.stdout.readline() == "listening\n"

    def hosts(self) -> str:
        """The hosts file that the kubelet writes, with the names that a cluster's DNS would know."""
        lines = ["127.0.0.1 localhost", "::1 localhost ip6-localhost ip6-loopback"]
        return "\n".join([*lines, *(f"{address} {name}" for name, address in self._names.items())]) + "\n"

    def curl(self, *args: str) -> str:
        """What curl prints, called from another place in the cluster, where the names of Services are known."""
        (self._folder / "hosts").write_text(self.hosts())
        named = ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" /etc/hosts && exec curl "$@"']
        return self.hub.run(*named, str(self._folder / "hosts"), "-sS", "--max-time", "20", "--noproxy", "*", *args)
