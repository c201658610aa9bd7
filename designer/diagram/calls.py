"""Who calls whom on localhost: what the env values, command lines and mounted ConfigMaps of a pod say.

Containers of one pod share a network namespace (Pods, "How Pods manage multiple containers"), so `localhost:9200` in
one container's settings reaches whichever container listens on 9200. The evidence is text, so a call is a good guess,
and each comes with the sentence it was read from. What says that it listens (`listen`, `bind`, PORT) is no call.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from designer.diagram.texts import COMMENT, MAX_LINE, MAX_TEXT, Said, probed_ports, said, without_password
from designer.manifests.pod import Container, Pod, containers
from designer.manifests.types import Documents, get

_LOCALHOST = re.compile(
    r"(?<![\w.-])(?:(?P<scheme>[a-z][a-z0-9+.-]{1,20})://(?:[^\s/@\"']{0,200}@)?)?"
    r"(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?![\w-]|\.\w)(?::(?P<port>\d{1,5})(?!\d))?",
    re.IGNORECASE,
)
# A port that a shell, a template or a placeholder fills in is not known here, and is not the scheme's own.
_WORKED_OUT = re.compile(r":\s*[$%{<]")
_LISTENS = re.compile(r"listen|bind", re.IGNORECASE)
_LISTEN_PORT = re.compile(
    r"(?:listen|bind)[\w.-]{0,60}[\"']?[\s=:]{1,9}(?:[\"']|\S{0,99}:)?(\d{2,5})(?![\d.:\]])", re.IGNORECASE
)
_PORT_VARIABLE = re.compile(r"(?:HTTP_|HTTPS_|SERVER_|LISTEN_|APP_)?PORT")
# A variable or flag that names an address may be one to listen on or one to call; a URL is one to call.
_ADDRESS_FLAG = re.compile(
    r"^-{0,2}(?:https?|web|metrics|grpc|admin|health|status|debug)?[-_.]?addr(?:ess)?\b", re.IGNORECASE
)
_DEFAULT_PORTS = {
    "http": 80,
    "ws": 80,
    "https": 443,
    "wss": 443,
    "redis": 6379,
    "postgres": 5432,
    "postgresql": 5432,
    "mysql": 3306,
    "mongodb": 27017,
    "amqp": 5672,
    "nats": 4222,
}


@dataclass(frozen=True)
class Call:
    """`caller` reaches `port` of `callee`; `evidence` is the sentence that says why we think so.

    `declared` is False where the callee does not declare the port but is the only container that can be meant.
    """

    caller: Container
    callee: Container
    port: int
    evidence: str
    declared: bool


def together(pod: Pod) -> list[Container]:
    """The containers that run at the same time: native sidecars, app containers, ephemeral containers."""
    return [container for container in containers(pod) if container.kind != "init"]


def declared_ports(container: Container) -> list[tuple[int, int, str, str]]:
    """(index, number, protocol, name) of each port a container declares; odd items are skipped."""
    found = []
    items = container.data.get("ports")
    for index, item in enumerate(items if isinstance(items, list) else []):
        number = get(item, ("containerPort",))
        if isinstance(number, int) and not isinstance(number, bool):
            protocol, name = item.get("protocol"), item.get("name")
            protocol = protocol if isinstance(protocol, str) and protocol else "TCP"
            found.append((index, number, protocol, name if isinstance(name, str) else ""))
    return found


def calls(
    documents: Documents, pod: Pod, roles: Mapping[str, str] | None = None, read: Said | None = None
) -> list[Call]:
    """The calls between containers of a pod, one for each caller, callee and port, in the callers' order.

    `roles`: a container's address → what it plays, where that is known; it settles who is meant where nobody says that
    he listens. `read` is what `texts.said` gives for the pod, where that is known already.
    """
    running = together(pod)
    if len(running) < 2:
        return []
    read = said(documents, pod) if read is None else read
    declared = {c.address: {number for _, number, protocol, _ in declared_ports(c)} for c in running}
    listening = {
        c.address: {port for where, text in read[c.address] for port in _listens(where, text)} | {*probed_ports(c)}
        for c in running
    }
    listeners = Listeners(declared, listening, {c.address: _usual_ports(c) for c in running}, roles or {})
    reached = {c.address: list(_reaches(read[c.address])) for c in running}
    # Of two that take the same port, the one that calls it stands in front of the other.
    in_front = {(address, port) for address, items in reached.items() for port, url, _, _ in items if url}
    running.sort(key=lambda c: any((c.address, number) in in_front for number in declared[c.address]))
    found: dict[tuple[str, str, int], Call] = {}
    for caller in together(pod):
        for port, url, asked, evidence in reached[caller.address]:
            if port in declared[caller.address] and not url:
                continue
            callee = listeners.callee(caller, port, running, guess=not asked)
            if callee is None or (port in declared[caller.address] and port not in declared[callee.address]):
                continue
            key = (caller.address, callee.address, port)
            if key not in found:
                sentence = f"{caller.name} calls localhost:{port}, {callee.name}: {evidence}"
                found[key] = Call(caller, callee, port, sentence, port in declared[callee.address])
    return list(found.values())


@dataclass(frozen=True)
class Listeners:
    """Who listens where, by address: what ports say, what settings and probes say, what the program usually does."""

    declared: Mapping[str, set[int]]
    listening: Mapping[str, set[int]]
    usual: Mapping[str, set[int]]
    roles: Mapping[str, str]

    def callee(self, caller: Container, port: int, running: list[Container], guess: bool) -> Container | None:
        """Who is meant by a port on localhost; `guess`: whether it may be one of whom nothing says so."""
        others = [container for container in running if container.address != caller.address]
        for known in (self.declared, self.listening, self.usual):
            match = [container for container in others if port in known[container.address]]
            if match:
                return match[0]
            if port in known[caller.address]:
                return None
        others = [container for container in others if container.kind != "ephemeral"]
        if not guess:
            return None
        applications = [c for c in others if self.roles.get(c.address) == "application"]
        # A helper calls the application; the application calls the one helper that says nothing about its ports.
        if len(applications) == 1 and self.roles.get(caller.address) != "application":
            return applications[0]
        silent = [c for c in others if not self.declared[c.address] and not self.listening[c.address]]
        return silent[0] if len(silent) == 1 else others[0] if len(others) == 1 else None


# The ports that well-known servers listen on unless they are told another, by a word of their image.
_USUAL = {
    "postgres": 5432,
    "postgresql": 5432,
    "postgis": 5432,
    "redis": 6379,
    "valkey": 6379,
    "mysql": 3306,
    "mariadb": 3306,
    "mongo": 27017,
    "mongodb": 27017,
    "elasticsearch": 9200,
    "opensearch": 9200,
    "memcached": 11211,
    "rabbitmq": 5672,
    "nats": 4222,
    "kafka": 9092,
    "etcd": 2379,
    "zookeeper": 2181,
    "nginx": 80,
    "httpd": 80,
}


def _usual_ports(container: Container) -> set[int]:
    name = container.image.rpartition("/")[2].partition("@")[0].partition(":")[0]
    return {_USUAL[name]} if name in _USUAL else set()


def _reaches(read: Sequence[tuple[str, str]]) -> Iterator[tuple[int, bool, bool, str]]:
    """(port, whether a URL says so, whether a probe or hook does, evidence) of each address on localhost to call.

    A probe's command more often asks its own container than another, which its line alone does not tell.
    """
    for where, text in read:
        if not ("localhost" in text or "127." in text or "[::1]" in text or "LOCALHOST" in text):
            continue
        for number, whole in enumerate(text[:MAX_TEXT].splitlines(), 1):
            line = whole[:MAX_LINE]
            if COMMENT.match(line) and "\n" in text:
                continue
            for match in _LOCALHOST.finditer(line):
                before = line[: match.start()]
                scheme = (match["scheme"] or "").lower()
                if not match["port"] and _WORKED_OUT.match(line, match.end()):
                    continue
                port = int(match["port"] or _DEFAULT_PORTS.get(scheme.partition("+")[0], 0))
                if not 0 < port < 65536 or _LISTENS.search(
                    before.rpartition(";")[2] if "\n" in text else where + before
                ):
                    continue
                if not scheme and _ADDRESS_FLAG.match(before.strip() or where.rpartition(" ")[2]):
                    continue
                place = f"{where}, line {number}" if "\n" in text else where
                whole = line.strip()
                short = without_password(whole if len(whole) <= 120 else match[0])
                asked = where.endswith(" command")
                yield port, bool(scheme), asked, f"{place} says “{short}”"


def _listens(where: str, text: str) -> Iterator[int]:
    """The ports that a text says its container listens on."""
    if where.startswith("env ") and _PORT_VARIABLE.fullmatch(where[4:]) and text.isdecimal():
        yield int(text[:6])
    if _LISTENS.search(text):
        for line in text[:MAX_TEXT].splitlines():
            if not COMMENT.match(line):
                yield from (int(match[1]) for match in _LISTEN_PORT.finditer(line[:MAX_LINE]))
