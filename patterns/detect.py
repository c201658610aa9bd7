"""Which pattern does each container of a pod play, and why do we think so. Pure.

What a container is to the kubelet is certain (an init container is one); what it is to the application is read from
names, images, ports, mounted configuration and commands. Each sign speaks for a role with a weight; the heaviest role
wins, and who has no sign of helping another is the application. What was woven from a preset is known, not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

from designer.manifests.edits.selection import items, ports
from designer.manifests.pod import Container, Pod, containers, mounts, name_of, pods, volumes
from designer.manifests.types import Documents, get

RoleName = Literal["application", "sidecar", "ambassador", "adapter", "init", "ephemeral"]


@dataclass(frozen=True)
class Role:
    """The role of a container, and the sentences that say why, weightiest first. A `certain` one is not a guess."""

    role: RoleName
    evidence: list[str] = field(default_factory=list)
    certain: bool = False


@dataclass(frozen=True)
class Hint:
    """What is known of a container because a preset brought it: the pod ("Deployment/web"), its name, the pattern."""

    pod: str
    container: str
    pattern: RoleName
    preset: str = ""


@dataclass(frozen=True)
class _Sign:
    role: RoleName
    weight: int
    evidence: str


# A sign of this weight makes a helper of a container beside an application; one of the second is a plain word.
_HELPS = 3
_SAYS = 8

# Words of a container's name or image that say what it does. The lists are of programs that are made to run beside
# another one; a name that is not here is judged by its behaviour.
_EXPORTER = {"exporter", "metrics", "statsd", "telegraf"}
_PROXY = {"proxy", "envoy", "haproxy", "pgbouncer", "proxysql", "twemproxy", "mcrouter", "pgpool", "squid"}
_BROKER = {
    "splitter",
    "router",
    "balancer",
    "gateway",
    "tunnel",
    "shard",
    "sharding",
    "stunnel",
    "ghostunnel",
    "mongos",
}
_SHIPPER = {"fluentd", "fluentbit", "filebeat", "promtail", "logstash", "vector", "logrotate"}
_HELPER = {"reload", "reloader", "gitsync", "sync", "syncer", "watcher", "backup", "rclone", "agent", "refresher"}
_CACHE = {"cache", "varnish"}
_LOG = {"log", "logs", "logger", "logging", "logtail"}
_APPLICATION = {"app", "application", "main"}
_CONFIGURED = ("/etc/nginx", "/etc/envoy", "/usr/local/etc/haproxy", "/etc/haproxy", "/etc/traefik", "/etc/caddy")
_PASSES_ON = re.compile(r"\b(proxy_pass|split_clients|upstream|reverse_proxy|tcp_proxy|use_backend|default_backend)\b")
_METRICS_PORT = re.compile(r"(^|-)(metrics?|prom|prometheus|exporter)(-|$)")
_TAIL = re.compile(r"\btail\s+(-\w*[fF]|--follow)")
# Where well-known exporters listen (Prometheus' wiki of default ports).
_EXPORTER_PORTS = {9100, 9102, 9104, 9113, 9114, 9115, 9117, 9121, 9150, 9187, 9216, 9308, 9419}


def roles(documents: Documents, woven: Iterable[Hint] = ()) -> dict[str, Role]:
    """The role of every container of every pod, by address ("0/containers/1"). `woven` is what is known of presets."""
    hints = {(hint.pod, hint.container): hint for hint in woven}
    out: dict[str, Role] = {}
    for pod in pods(documents):
        out.update(_pod(pod, documents, hints))
    return out


def _pod(pod: Pod, documents: Documents, hints: dict[tuple[str, str], Hint]) -> Iterator[tuple[str, Role]]:
    main = [container for container in containers(pod) if container.kind == "app"]
    helpers = {container.address: _helper(container, documents) for container in main}
    chosen = _applications(pod, main, helpers)
    for container in containers(pod):
        address = container.address
        hint = hints.get((f"{pod.kind}/{pod.name}", container.name))
        if container.kind == "ephemeral":
            yield (
                address,
                Role("ephemeral", ["It is an ephemeral container, added to a running pod to look into it."], True),
            )
        elif hint:
            yield address, Role(hint.pattern, [f"It was woven from the preset {hint.preset or hint.pattern}."], True)
        elif container.kind == "init":
            yield address, Role("init", ["It is an init container: it runs to its end before the others start."], True)
        elif container.kind == "sidecar":
            native = _Sign("sidecar", _HELPS, "It is a native sidecar: an init container with restartPolicy Always.")
            yield address, _best([native, *_helper(container, documents)])
        elif address in chosen:
            yield address, Role("application", [chosen[address]])
        else:
            yield address, _best(helpers[address])


def _applications(pod: Pod, main: list[Container], helpers: dict[str, list[_Sign]]) -> dict[str, str]:
    """The containers that do the pod's work, by address, each with the reason."""
    if len(main) == 1:
        return {main[0].address: "It is the only container that runs all the time."}
    marked = get(pod.template, ("metadata", "annotations", "kubectl.kubernetes.io/default-container"))
    chosen = {}
    for container in main:
        weight = max((sign.weight for sign in helpers[container.address]), default=0)
        named = bool(_words(container.name) & _APPLICATION)
        if container.name == marked:
            chosen[container.address] = "The annotation kubectl.kubernetes.io/default-container names it."
        elif named and weight < _SAYS:
            chosen[container.address] = "Its name says that it is the application."
        elif container.name == pod.name and weight < _SAYS:
            chosen[container.address] = f"It has the name of its {pod.kind}."
        elif weight < _HELPS:
            chosen[container.address] = "Nothing says that it helps another container."
    if not chosen and main:
        least = min(main, key=lambda c: max((sign.weight for sign in helpers[c.address]), default=0))
        chosen[least.address] = "The others help a container, and this one does so least."
    return chosen


def _best(signs: list[_Sign]) -> Role:
    weights: dict[RoleName, int] = {}
    for sign in signs:
        weights[sign.role] = weights.get(sign.role, 0) + sign.weight
    if not weights:
        return Role("application", ["Nothing says that it helps another container."])
    role = max(weights, key=lambda name: weights[name])
    mine = sorted((sign for sign in signs if sign.role == role), key=lambda sign: -sign.weight)
    return Role(role, [sign.evidence for sign in mine])


def _helper(container: Container, documents: Documents) -> list[_Sign]:
    """Every sign that a container helps another one."""
    return [sign for rule in _RULES for sign in rule(container, documents)]


def _by_name(container: Container, documents: Documents) -> Iterator[_Sign]:
    words = _words(container.name)
    patterns: tuple[RoleName, ...] = ("sidecar", "ambassador", "adapter")
    for role in patterns:
        if role in words:
            yield _Sign(role, 2 * _SAYS, f"Its name says {role}.")
    if words & {"ssl", "tls", "https"} and any(word.startswith(("terminat", "offload")) for word in words):
        yield _Sign("sidecar", _SAYS, "Its name says that it terminates TLS for the container behind it.")
    for word in sorted(words & (_PROXY | _BROKER)):
        yield _Sign("ambassador", 5, f"Its name says {word}: it stands between the application and others.")
    for word in sorted(words & _CACHE):
        yield _Sign("sidecar", 5, f"Its name says {word}: it keeps answers for the application.")
    for word in sorted(words & _HELPER):
        yield _Sign("sidecar", 4, f"Its name says {word}: it looks after files or settings of the application.")
    if words & _LOG:
        yield _Sign("sidecar", 4, "Its name says that it looks after logs.")
    elif words & _EXPORTER:
        yield _Sign("adapter", 5, "Its name says that it exports metrics.")


def _by_image(container: Container, documents: Documents) -> Iterator[_Sign]:
    words = _words(_repository(container.image))
    image = container.image
    if words & _EXPORTER:
        yield _Sign("adapter", 6, f"Image {image} is an exporter of metrics.")
    if words & _PROXY:
        yield _Sign("ambassador", 3, f"Image {image} is a proxy.")
    if words & _SHIPPER or {"fluent", "bit"} <= words:
        yield _Sign("sidecar", 6, f"Image {image} collects logs.")
    if words & _CACHE:
        yield _Sign("sidecar", 5, f"Image {image} is a cache.")
    if words & (_HELPER - {"agent"}) or {"k8s", "sidecar"} <= words:
        yield _Sign("sidecar", 5, f"Image {image} looks after files or settings of another container.")


def _by_port(container: Container, documents: Documents) -> Iterator[_Sign]:
    found = list(ports(container))
    if found and all(_METRICS_PORT.search(port.name) or port.number in _EXPORTER_PORTS for port in found):
        port = found[0]
        yield _Sign("adapter", 3, f"Its only port, {port.name or port.number}, is one for metrics.")


def _by_configuration(container: Container, documents: Documents) -> Iterator[_Sign]:
    """A proxy's configuration that is mounted, and what it says if the ConfigMap is part of the design."""
    maps = {volume.name: volume.object_name for volume in volumes(container.pod) if volume.source == "configMap"}
    for mount in mounts(container):
        if mount.volume not in maps or not mount.mount_path.startswith(_CONFIGURED):
            continue
        yield _Sign("ambassador", _HELPS, f"A proxy's configuration is mounted at {mount.mount_path}.")
        for document in documents:
            if document.get("kind") == "ConfigMap" and name_of(document) == maps[mount.volume]:
                said = next(filter(None, map(_PASSES_ON.search, _texts(document.get("data")))), None)
                if said:
                    yield _Sign(
                        "ambassador", _HELPS, f"ConfigMap {name_of(document)} has it pass requests on ({said[1]})."
                    )


def _by_command(container: Container, documents: Documents) -> Iterator[_Sign]:
    command = " ".join(str(part) for key in ("command", "args") for part in items(container.data, key))
    if _TAIL.search(command):
        yield _Sign("sidecar", 4, "Its command follows a log file (tail -f).")
    if "vault" in _words(_repository(container.image)) and "agent" in command.split():
        yield _Sign("sidecar", 5, "Its command keeps secrets from Vault fresh (vault agent).")


_RULES: tuple[Callable[[Container, Documents], Iterator[_Sign]], ...] = (
    _by_name,
    _by_image,
    _by_port,
    _by_configuration,
    _by_command,
)


def _words(name: str) -> set[str]:
    """The words of a name, and each two in one: ``git-sync`` has git, sync and gitsync."""
    words = re.split(r"[^a-z0-9]+", name.lower())
    return {*words, *("".join(pair) for pair in pairwise(words))} - {""}


def _repository(image: str) -> str:
    """The last part of an image's path, without tag and digest."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0]


def _texts(data: Any) -> list[str]:
    return [value for value in data.values() if isinstance(value, str)] if isinstance(data, dict) else []
