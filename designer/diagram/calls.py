"""Who calls whom on localhost: what the env values, command lines and mounted ConfigMaps of a pod say.

Containers of one pod share a network namespace (Pods, "How Pods manage multiple containers"), so `localhost:9200` in
one container's settings reaches whichever container listens on 9200. The evidence is text, so a call is a good guess,
and each comes with the sentence it was read from. What says that it listens (`listen`, `bind`, PORT) is no call.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from designer.manifests.pod import Container, Pod, containers, mounts, volumes
from designer.manifests.types import Documents, get

_LOCALHOST = re.compile(
    r"(?<![\w.-])(?:(?P<scheme>[a-z][a-z0-9+.-]{1,20})://(?:[^\s/@\"']{0,200}@)?)?"
    r"(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?![\w-]|\.\w)(?::(?P<port>\d{1,5})(?!\d))?",
    re.IGNORECASE,
)
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
_COMMENT = re.compile(r"\s*(?:#|//|;)")
_VARIABLE = re.compile(r"\$\(([A-Za-z_][\w.-]*)\)")
# Longer than this is data, not settings: it is not read, so that no manifest can keep us reading.
_MAX_TEXT, _MAX_LINE, _MAX_VALUE = 100_000, 2_000, 500


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


def calls(documents: Documents, pod: Pod) -> list[Call]:
    """The calls between containers of a pod, one for each caller, callee and port, in the callers' order."""
    running = together(pod)
    if len(running) < 2:
        return []
    config_maps = {
        document["metadata"]["name"]: document
        for document in documents
        if get(document, ("kind",)) == "ConfigMap" and isinstance(get(document, ("metadata", "name")), str)
    }
    texts = {container.address: list(_texts(container, config_maps)) for container in running}
    declared = {c.address: {number for _, number, protocol, _ in declared_ports(c)} for c in running}
    listening = {
        c.address: {port for where, text in texts[c.address] for port in _listens(where, text)} for c in running
    }
    reached = {c.address: list(_reaches(texts[c.address])) for c in running}
    # Of two that take the same port, the one that calls it stands in front of the other.
    in_front = {(address, port) for address, items in reached.items() for port, url, _ in items if url}
    running.sort(key=lambda c: any((c.address, number) in in_front for number in declared[c.address]))
    found: dict[tuple[str, str, int], Call] = {}
    for caller in together(pod):
        for port, url, evidence in reached[caller.address]:
            if port in declared[caller.address] and not url:
                continue
            callee = _callee(caller, port, running, declared, listening)
            if callee is None or (port in declared[caller.address] and port not in declared[callee.address]):
                continue
            key = (caller.address, callee.address, port)
            if key not in found:
                sentence = f"{caller.name} calls localhost:{port}, {callee.name}: {evidence}"
                found[key] = Call(caller, callee, port, sentence, port in declared[callee.address])
    return list(found.values())


def _callee(
    caller: Container,
    port: int,
    running: list[Container],
    declared: dict[str, set[int]],
    listening: dict[str, set[int]],
) -> Container | None:
    others = [container for container in running if container.address != caller.address]
    for known in (declared, listening):
        match = [container for container in others if port in known[container.address]]
        if match:
            return match[0]
        if port in known[caller.address]:
            return None
    # Nobody says so: the only other one, or the only one that says nothing about its ports.
    silent = [c for c in others if c.kind != "ephemeral" and not declared[c.address] and not listening[c.address]]
    return silent[0] if len(silent) == 1 else others[0] if len(others) == 1 else None


def _texts(container: Container, config_maps: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(where it stands, what it says) for everything a container reads its settings from."""
    variables: dict[str, str] = {}
    env = container.data.get("env")
    for item in env if isinstance(env, list) else []:
        name, value = get(item, ("name",)), get(item, ("value",))
        if not isinstance(name, str):
            continue
        if not isinstance(value, str):
            reference = get(item, ("valueFrom", "configMapKeyRef"))
            value = get(config_maps.get(str(get(reference, ("name",)))), ("data", str(get(reference, ("key",)))))
        if isinstance(value, str):
            variables[name] = _expand(value, variables)
            yield f"env {name}", variables[name]
    sources = container.data.get("envFrom")
    for item in sources if isinstance(sources, list) else []:
        name = str(get(item, ("configMapRef", "name")))
        for key, value in _data(config_maps.get(name)):
            variables.setdefault(key, value)
            yield f"ConfigMap {name}, {key}", value
    for field in ("command", "args"):
        items = container.data.get(field)
        flag = ""
        for index, value in enumerate(items if isinstance(items, list) else []):
            if isinstance(value, str):
                # "--listen", "127.0.0.1:80": a flag and its value in two items are read as one.
                yield f"{field}[{index}]", flag + _expand(value, variables)
                flag = f"{value} " if value.startswith("--") and "=" not in value else ""
    for host, value in variables.items():
        # ES_HOST and ES_PORT: an address in two variables.
        stem = host.removesuffix("NAME").removesuffix("_")
        if stem.endswith("HOST") and value in ("localhost", "127.0.0.1", "::1"):
            port = variables.get(stem.removesuffix("HOST") + "PORT", "")
            if port.isdecimal() and stem != "HOST":
                yield f"env {host} and {stem.removesuffix('HOST')}PORT", f"localhost:{port}"
    yield from _mounted(container, config_maps)


def _mounted(container: Container, config_maps: dict[str, Any]) -> Iterator[tuple[str, str]]:
    by_name = {volume.name: volume for volume in volumes(container.pod)}
    for mount in mounts(container):
        volume = by_name.get(mount.volume)
        if volume is None:
            continue
        sources = [volume.data.get("configMap")]
        projected = get(volume.data, ("projected", "sources"))
        sources += [get(item, ("configMap",)) for item in (projected if isinstance(projected, list) else [])]
        for source in sources:
            name = get(source, ("name",))
            if not isinstance(name, str):
                continue
            items = get(source, ("items",))
            paths = {str(get(i, ("key",))): get(i, ("path",)) for i in items} if isinstance(items, list) else None
            for key, value in _data(config_maps.get(name)):
                path = key if paths is None else paths.get(key)
                if path is not None and (not mount.sub_path or path == mount.sub_path):
                    yield f"ConfigMap {name}, {key}", value


def _data(config_map: Any) -> Iterator[tuple[str, str]]:
    data = get(config_map, ("data",))
    for key in sorted(k for k in data if isinstance(k, str)) if isinstance(data, dict) else ():
        if isinstance(data[key], str) and len(data[key]) <= _MAX_TEXT:
            yield key, data[key]


def _expand(text: str, variables: dict[str, str]) -> str:
    """``$(NAME)`` as the kubelet replaces it in env values, command and args; an unknown name stays."""
    if "$(" not in text or len(text) > _MAX_VALUE:
        return text
    return _VARIABLE.sub(lambda m: variables.get(m[1], m[0])[:_MAX_VALUE], text)


def _reaches(texts: list[tuple[str, str]]) -> Iterator[tuple[int, bool, str]]:
    """(port, whether a URL says so, evidence) of each address on localhost that is not one to listen on."""
    for where, text in texts:
        if not ("localhost" in text or "127." in text or "[::1]" in text or "LOCALHOST" in text):
            continue
        for number, whole in enumerate(text[:_MAX_TEXT].splitlines(), 1):
            line = whole[:_MAX_LINE]
            if _COMMENT.match(line) and "\n" in text:
                continue
            for match in _LOCALHOST.finditer(line):
                before = line[: match.start()]
                scheme = (match["scheme"] or "").lower()
                port = int(match["port"] or _DEFAULT_PORTS.get(scheme.partition("+")[0], 0))
                if not 0 < port < 65536 or _LISTENS.search(
                    before.rpartition(";")[2] if "\n" in text else where + before
                ):
                    continue
                if not scheme and _ADDRESS_FLAG.match(before.strip() or where.rpartition(" ")[2]):
                    continue
                place = f"{where}, line {number}" if "\n" in text else where
                said = line.strip()
                yield port, bool(scheme), f"{place} says “{said if len(said) <= 120 else match[0]}”"


def _listens(where: str, text: str) -> Iterator[int]:
    """The ports that a text says its container listens on."""
    if where.startswith("env ") and _PORT_VARIABLE.fullmatch(where[4:]) and text.isdecimal():
        yield int(text[:6])
    if _LISTENS.search(text):
        for line in text[:_MAX_TEXT].splitlines():
            if not _COMMENT.match(line):
                yield from (int(match[1]) for match in _LISTEN_PORT.finditer(line[:_MAX_LINE]))
