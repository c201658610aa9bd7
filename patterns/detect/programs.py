"""Programs that are made to run beside another one, told by the words of a container's name and image.

A program that is not here is judged by what it does (patterns/detect/behaviour.py). Each line of the table is a role,
what the program does as the end of a sentence, and the words. A word with a star stands inside longer ones too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from patterns.detect.role import RoleName, Sign


@dataclass(frozen=True)
class Kind:
    """What some programs do. `image` and `name` are the weights of a word of theirs in the image and in the name."""

    role: RoleName
    does: str
    words: frozenset[str]
    inside: tuple[str, ...]
    image: int
    name: int


def _kind(role: RoleName, does: str, words: str, *, image: int = 6, name: int = 5) -> Kind:
    every = words.split()
    inside = tuple(word.strip("*") for word in every if "*" in word)
    return Kind(role, does, frozenset(word for word in every if "*" not in word), inside, image, name)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


EXPORTS = _kind(
    "adapter", "exports metrics", "*exporter* metrics mtail statsd telegraf jmx jolokia collectd openmetrics burrow"
)
LOGS = _kind("sidecar", "looks after logs", "log logs logging logtail groomer tailer shipper", image=4, name=4)
KINDS: tuple[Kind, ...] = (
    EXPORTS,
    LOGS,
    _kind(
        "adapter",
        "puts what the application says into another form",
        "facade format transcoder translator translate converter convert transformer transform reformat formatter "
        "normaliser normalizer normalise normalize grpcgateway grpcjson kafkarest",
    ),
    _kind(
        "ambassador", "is part of a service mesh", "istio proxyv2 linkerd kumadp dataplane daprd linkerd2 osm appmesh"
    ),
    _kind(
        "ambassador",
        "passes connections on",
        "*proxy *bouncer envoy pgpool pgcat odyssey maxscale twemproxy nutcracker mcrouter mongos squid socat router "
        "traefik gatekeeper pomerium workhorse oauth2 vouch dapr dnsmasq yarp privoxy gost tor hitch pound",
    ),
    _kind(
        "ambassador",
        "keeps a tunnel open",
        "*tunnel *vpn gluetun cloudflared tailscale tailscaled wireguard zerotier ngrok frpc chisel bastion ziti "
        "inlets",
    ),
    _kind("ambassador", "spreads requests over others", "splitter balancer loadbalancer shard sharding"),
    # Applications have such names as well: these words alone make no helper.
    _kind("ambassador", "may pass connections on", "gateway edge egress ingress", image=1, name=1),
    _kind(
        "sidecar",
        "collects logs",
        "fluentd fluentbit filebeat promtail logstash vector logrotate rsyslog syslogng vlagent logspout *logger",
    ),
    _kind(
        "sidecar",
        "collects traces and measurements",
        "otel otelcol otc opentelemetry jaeger xray datadog ddagent newrelic collector opencensus alloy metricbeat",
    ),
    _kind(
        "sidecar",
        "keeps files or settings fresh",
        "*reload* sync syncer rsync k8ssidecar watcher *refresh* confd consultemplate envconsul updater",
        name=5,
    ),
    _kind(
        "sidecar",
        "keeps certificates or secrets fresh",
        "renew renewer rotator certbot spiffehelper vaultagent bankvaults lego acme acmesh certwatch certsync",
    ),
    _kind("sidecar", "keeps its identity fresh", "tbot", image=3),
    _kind(
        "sidecar",
        "makes or keeps backups",
        "*backup* *dump walg walrus pgbackrest barman medusa restic litestream snapshotter",
    ),
    _kind(
        "sidecar", "brings or takes files", "uploader downloader fetcher puller mirror archiver rclone", image=4, name=4
    ),
    _kind("sidecar", "keeps answers for the application", "cache caching varnish"),
    _kind(
        "sidecar",
        "links a storage driver with Kubernetes",
        "csiprovisioner csiattacher csiresizer csisnapshotter externalprovisioner externalattacher externalresizer "
        "externalsnapshotter driverregistrar noderegistrar livenessprobe livenessprometheus",
    ),
    _kind("sidecar", "decides what is allowed", "opa authz extauthz waf modsecurity coraza spoa"),
    _kind("sidecar", "builds images for the others", "dind dockerd buildkitd buildkit"),
    _kind("sidecar", "links a build with its controller", "jnlp inboundagent"),
    _kind(
        "sidecar",
        "shows or edits what the application has",
        "tensorboard codeserver vscode filebrowser pgadmin phpmyadmin adminer swaggerui kafkaui akhq redisinsight "
        "rediscommander mongoexpress cerebro",
    ),
    _kind(
        "sidecar",
        "watches over the application",
        "sentinel watchdog supervisor defrag compactor nanny resizer elector leaderelector healthcheck keepalived "
        "heartbeat keepalive shutdown drainer watch reaper",
    ),
    _kind(
        "sidecar",
        "repeats a task for the application",
        "cron crond janitor clean cleaner cleanup pruner groomer",
        image=4,
        name=4,
    ),
    _kind("sidecar", "helps the others", "helper agent sidecar wait toolbox", image=4, name=4),
)
# What many a helper is called: told where nothing else is.
_VAGUE = frozenset({"helps the others", "may pass connections on"})
# What a container is called that does the pod's work.
WORK = _set("app application main web api backend frontend worker server service ui core engine runner")
SELF = _set("app application main")
# Of these, what shows another's things to people.
SCREENS = _set("ui console dashboard admin")
# Programs that keep data: an application that calls one on localhost has it for itself.
STORES = _set("redis valkey memcached dragonfly keydb etcd postgres mysql mariadb rabbitmq nats mongo minio")
# Images with nothing but a system, a shell or a file server: they say nothing of what a container does.
GENERIC = _set(
    "alpine busybox busyboxplus busyboxcurl debian ubuntu nginx httpd bash ubi ubiminimal osshell python node curl"
)


@lru_cache(maxsize=4096)
def words(name: str) -> frozenset[str]:
    """The words of a name, and each two in one: ``git-sync`` has git, sync and gitsync."""
    found = [word for word in re.split(r"[^a-z0-9]+", name.lower()) if word]
    return frozenset((*found, *("".join(pair) for pair in pairwise(found))))


@lru_cache(maxsize=4096)
def repository(image: str) -> str:
    """The last part of an image's path, without tag and digest."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0]


@lru_cache(maxsize=4096)
def by_program(name: str, image: str) -> tuple[Sign, ...]:
    """The signs in a container's name and image: the first word of each kind in the table, weightiest first.

    A word that is in both, or of two kinds, is told once; a vague one not at all where another says the same role.
    """
    program = repository(image)
    named, made = _matched(name, in_image=False), _matched(program, in_image=True)
    found: list[Sign] = []
    told: set[str] = set()
    both = {kind.does: (kind, word) for kind, word, _ in (*made, *named)}
    for kind, _ in both.values():
        in_name = next(((word, weight) for k, word, weight in named if k is kind), ("", 0))
        in_image = next(((word, weight) for k, word, weight in made if k is kind), ("", 0))
        fresh = [word if word not in told else "" for word in (in_name[0], in_image[0])]
        sentence = _sentence(kind, (name, fresh[0]), (program, fresh[1])) if any(fresh) else ""
        vague = kind.does in _VAGUE and any(k.role == kind.role and k is not kind for k, _ in both.values())
        told |= {in_name[0], in_image[0]}
        found.append(Sign(kind.role, in_name[1] + in_image[1], "" if vague else sentence))
    return tuple(sorted(found, key=lambda sign: -sign.weight))


def _sentence(kind: Kind, name: tuple[str, str], program: tuple[str, str]) -> str:
    """What a word in a container's name, in its image's, or in both says of it."""
    said, made = _as_written(*name), _as_written(*program)
    if "exporter" in program[1]:
        return f"Its image, {program[0]}, is a Prometheus exporter."
    if "exporter" in name[1]:
        return "Its name says that it exports metrics."
    if said and said == made:
        where = "Its name and its image say" if name[0] == program[0] else f"Its name and its image, {program[0]}, say"
        return f"{where} {said}: it {kind.does}."
    if made:
        where = "Its image says" if made == program[0] else f"Its image, {program[0]}, says"
        return f"{where} {made}: it {kind.does}."
    return f"Its name says {said}: it {kind.does}."


def _as_written(source: str, word: str) -> str:
    """A word as a name has it: vaultagent is vault-agent there."""
    found = re.search("[^a-z0-9]*".join(map(re.escape, word)), source.lower()) if word else None
    return found[0] if found else word


@lru_cache(maxsize=4096)
def _matched(source: str, *, in_image: bool) -> tuple[tuple[Kind, str, int], ...]:
    """The kinds of which a name has a word, each with the word and its weight."""
    last = last_word(source)
    matched = [(kind, word) for kind in KINDS if (word := _first(kind, words(source)))]
    if any(kind is EXPORTS for kind, _ in matched):
        # What stands beside the word is what the metrics are of: a haproxy-exporter is no proxy. Logs are told
        # from metrics: a log-exporter looks after logs.
        logs = [pair for pair in matched if pair[0] is LOGS]
        # Of a compound that ends in another program's word the metrics are what it is for: a metrics-server-nanny.
        ends = [pair for pair in matched if pair[0] is not EXPORTS and pair[0].name > 4 and pair[1] == last]
        matched = logs or ends or [pair for pair in matched if pair[0] is EXPORTS]
    # In a compound the last word says what it is, those before it what for: a proxy-reloader reloads.
    many = len(matched) > 1
    return tuple(
        (kind, word, (kind.image if in_image else kind.name) + (2 if many and word.endswith(last) else 0))
        for kind, word in matched
    )


def last_word(name: str) -> str:
    """What a compound name is, as in English: an app, of collector-app."""
    found = re.findall(r"[a-z][a-z0-9]*", name.lower())
    return found[-1] if found else ""


def _first(kind: Kind, found: frozenset[str]) -> str:
    inside = min((w for w in found if any(part in w for part in kind.inside)), default="", key=lambda w: (len(w), w))
    match = min(found & kind.words, default="")
    # A statsd-exporter is an exporter before it is of StatsD.
    return inside if inside and kind is EXPORTS else match or inside
