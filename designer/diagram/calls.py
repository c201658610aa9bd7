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
from designer.diagram.usual import CLIENTS, flagged_ports, usual_ports, usual_target
from designer.manifests.pod import Container, Pod, containers
from designer.manifests.types import Documents, get

# How a text writes the address that the containers of a pod share (RFC 1122, 3.2.1.3; RFC 4291, 2.5.3).
LOOPBACK = r"(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])"
_LOCALHOST = re.compile(
    r"(?<![\w.-])(?:(?P<scheme>[a-z][a-z0-9+.-]{1,20})://(?:[^\s/@\"']{0,200}@)?)?"
    rf"{LOOPBACK}(?![\w-]|\.\w)(?::(?P<port>\d{{1,5}})(?!\d))?",
    re.IGNORECASE,
)
# A port that a shell, a template or a placeholder fills in is not known here, and is not the scheme's own.
_WORKED_OUT = re.compile(r":\s*[$%{<]")
_LISTENS = re.compile(r"listen|bind", re.IGNORECASE)
_LISTEN_PORT = re.compile(
    r"(?:listen|bind)[\w.-]{0,60}[\"']?[\s=:]{1,9}(?:[\"']|\S{0,99}:)?(\d{2,5})(?![\d.:\]])", re.IGNORECASE
)
# What Envoy, Varnish and plain settings write after an address for its port.
_PORT_BESIDE = re.compile(r"[\"']?[\s,;]{0,80}[\"']?\.?(?:port_value|port)[\"']?\s*[:=]\s*[\"']?(\d{1,5})(?!\d)")
# The part of an Envoy configuration that an address stands in.
_SECTION = re.compile(r"\b(listeners?|admin|endpoint)[\"']?\s*:")
_SOCAT = re.compile(r"\b(?:TCP|UDP|OPENSSL|SSL)[46]?(?:-CONNECT)?:$", re.IGNORECASE)
_CLIENT = re.compile(rf"(?<![\w.-])(?P<name>{'|'.join(CLIENTS)})\s[^;|&]*$")
_PORT_OPTION = re.compile(r"\s(?:-[pP]|--port)[=\s]?\s*(\d{1,5})(?!\d)")
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
        c.address: {port for where, text in read[c.address] for port in _listens(where, text)}
        | {*probed_ports(c), *flagged_ports(c)}
        for c in running
    }
    listeners = Listeners(declared, listening, {c.address: usual_ports(c) for c in running}, roles or {})
    reached = {c.address: [*_reaches(read[c.address]), *_by_default(c)] for c in running}
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


def _by_default(container: Container) -> Iterator[tuple[int, bool, bool, str]]:
    """Whom an exporter asks that is told nothing, as `_reaches` gives it: whoever is known to listen there."""
    found = usual_target(container)
    if found:
        yield found[0], False, True, found[1]


def _reaches(read: Sequence[tuple[str, str]]) -> Iterator[tuple[int, bool, bool, str]]:
    """(port, whether a URL says so, whether a probe or hook does, evidence) of each address on localhost to call.

    A probe's command more often asks its own container than another, which its line alone does not tell.
    """
    for where, text in read:
        if not ("localhost" in text or "127." in text or "[::1]" in text or "LOCALHOST" in text):
            continue
        lines = text[:MAX_TEXT].splitlines()
        for number, whole in enumerate(lines):
            line = whole[:MAX_LINE]
            if COMMENT.match(line) and "\n" in text:
                continue
            for match in _LOCALHOST.finditer(line):
                scheme = (match["scheme"] or "").lower()
                if not match["port"] and _WORKED_OUT.match(line, match.end()):
                    continue
                port, short = int(match["port"] or 0), match[0]
                if not port and not scheme:
                    port, short = _beside(lines, number, line, match)
                elif _listens_there(where, text, line[: match.start()], scheme):
                    continue
                port = port or _DEFAULT_PORTS.get(scheme.partition("+")[0], 0)
                if not 0 < port < 65536:
                    continue
                place = f"{where}, line {number + 1}" if "\n" in text else where
                said_ = whole.strip() if match[0] in short and len(whole.strip()) <= 120 else short
                said_ = short if "\n" in short else said_
                evidence = without_password(" ".join(said_.split()))
                yield port, bool(scheme), where.endswith(" command"), f"{place} says “{evidence}”"


def _listens_there(where: str, text: str, before: str, scheme: str) -> bool:
    """Whether what stands before an address says that it is one to listen on."""
    if _SOCAT.search(before):
        return False
    if _LISTENS.search(before.rpartition(";")[2] if "\n" in text else where + before):
        return True
    return not scheme and bool(_ADDRESS_FLAG.match(before.strip() or where.rpartition(" ")[2]))


def _beside(lines: Sequence[str], number: int, line: str, match: re.Match[str]) -> tuple[int, str]:
    """The port of an address that is written beside it, and the words that say so; 0 where there is none.

    So do Envoy (`address: 127.0.0.1, port_value: 80`), Varnish (`.host = "127.0.0.1"; .port = "80";`) and programs on a
    command line (`nc localhost 80`, `psql -h localhost -p 5432`).
    """
    after = "\n".join([line[match.end() :], *(one[:MAX_LINE] for one in lines[number + 1 : number + 3])])
    before = line[: match.start()]
    port = _PORT_BESIDE.match(after)
    if port:
        above = "\n".join([*(one[:MAX_LINE] for one in lines[max(0, number - 40) : number]), before])
        sections = _SECTION.findall(above)
        if _LISTENS.search(before) or (sections and sections[-1] != "endpoint"):
            return 0, ""
        return int(port[1]), (before + match[0] + after[: port.end()]).strip()
    start = max(before.rfind(sign) for sign in ";|&") + 1
    command = re.split(r"[;|&\n]", line[start:], maxsplit=1)[0]
    asking = _CLIENT.search(before[start:])
    if not asking:
        return 0, ""
    name = asking["name"]
    flag = _PORT_OPTION.search(command)
    if name in ("nc", "ncat", "netcat", "telnet"):
        flag = re.match(r"[\"']?\s+[\"']?(\d{1,5})(?!\d)", line[match.end() :])
    elif not re.search(r"(?:-h|--host)[=\s]?[\"']?$", before):
        return 0, ""
    return int(flag[1]) if flag else CLIENTS[name], command.strip()[:120]


def _listens(where: str, text: str) -> Iterator[int]:
    """The ports that a text says its container listens on."""
    if where.startswith("env ") and _PORT_VARIABLE.fullmatch(where[4:]) and text.isdecimal():
        yield int(text[:6])
    if _LISTENS.search(text):
        for line in text[:MAX_TEXT].splitlines():
            if not COMMENT.match(line):
                yield from (int(match[1]) for match in _LISTEN_PORT.finditer(line[:MAX_LINE]))
