"""What a container reads its settings from: env values, command lines, probes, hooks and mounted ConfigMaps, as text.

Each text comes with the words that say where it stands, for the evidence of what is read from it (calls.py, reach.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from designer.diagram.usual import client, words
from designer.manifests.pod import Container, Pod, Volume, containers, mounts, volumes
from designer.manifests.types import Documents, get

COMMENT = re.compile(r"\s*(?:#|//|;)")
_PASSWORD = re.compile(r"(?P<before>(?:://|^|[\s\"'=])[^\s/:@\"'=]{1,100}:)[^\s/@\"']{1,200}(?=@)")
_VARIABLE = re.compile(r"\$\(([A-Za-z_][\w.-]*)\)")
# Longer than this is data, not settings: it is not read, so that no manifest can keep us reading.
MAX_TEXT, MAX_LINE, _MAX_VALUE = 100_000, 2_000, 500
# Container address → (where it stands, what it says) of each text that it reads.
Said = Mapping[str, Sequence[tuple[str, str]]]
_PROBES = ("startupProbe", "readinessProbe", "livenessProbe")


def config_maps(documents: Documents) -> dict[str, Any]:
    """The ConfigMaps of a design by name."""
    return {
        document["metadata"]["name"]: document
        for document in documents
        if get(document, ("kind",)) == "ConfigMap" and isinstance(get(document, ("metadata", "name")), str)
    }


def said(documents: Documents, pod: Pod) -> Said:
    """What each container of a pod reads, by its address."""
    maps = config_maps(documents)
    by_name = {volume.name: volume for volume in volumes(pod)}
    return {container.address: list(_texts(container, maps, by_name)) for container in containers(pod)}


def _texts(
    container: Container, config_maps: Mapping[str, Any], volumes_: Mapping[str, Volume]
) -> Iterator[tuple[str, str]]:
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
    if client(container):
        # nc, -z, localhost, 80: only together do the words say whom they ask.
        yield "command line", " ".join(_expand(word, variables) for word in words(container))
    for host, value in variables.items():
        # ES_HOST and ES_PORT: an address in two variables.
        stem = host.removesuffix("NAME").removesuffix("_")
        if stem.endswith("HOST") and value in ("localhost", "127.0.0.1", "::1"):
            port = variables.get(stem.removesuffix("HOST") + "PORT", "")
            if port.isdecimal() and stem != "HOST":
                yield f"env {host} and {stem.removesuffix('HOST')}PORT", f"localhost:{port}"
    for where, commands in _asked(container):
        items = [item for item in commands if isinstance(item, str)] if isinstance(commands, list) else []
        yield f"{where} command", " ".join(_expand(item, variables) for item in items)
    yield from _mounted(container, config_maps, volumes_)


def _asked(container: Container) -> Iterator[tuple[str, Any]]:
    """The commands that the kubelet runs in a container: probes and lifecycle hooks."""
    for probe in _PROBES:
        yield probe, get(container.data, (probe, "exec", "command"))
    for hook in ("postStart", "preStop"):
        yield hook, get(container.data, ("lifecycle", hook, "exec", "command"))


def probed_ports(container: Container) -> Iterator[int]:
    """The ports by number that the kubelet asks a container at: it listens there."""
    for probe in _PROBES:
        for how in ("httpGet", "tcpSocket", "grpc"):
            port, host = (get(container.data, (probe, how, key)) for key in ("port", "host"))
            if isinstance(port, int) and not isinstance(port, bool) and not host:
                yield port


def _mounted(
    container: Container, config_maps: Mapping[str, Any], volumes_: Mapping[str, Volume]
) -> Iterator[tuple[str, str]]:
    for mount in mounts(container):
        volume = volumes_.get(mount.volume)
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
        if isinstance(data[key], str) and len(data[key]) <= MAX_TEXT:
            yield key, data[key]


def _expand(text: str, variables: dict[str, str]) -> str:
    """``$(NAME)`` as the kubelet replaces it in env values, command and args; an unknown name stays."""
    if "$(" not in text or len(text) > _MAX_VALUE:
        return text
    return _VARIABLE.sub(lambda m: variables.get(m[1], m[0])[:_MAX_VALUE], text)


def without_password(text: str) -> str:
    """A text as evidence, without the password that an address in it may carry: pictures are shown to others."""
    return _PASSWORD.sub(r"\g<before>…", text)
