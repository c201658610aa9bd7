"""What people want of a pod, and the pattern that does it: the guided choice behind "I want to …". Pure.

The needs are those of the articles' use-case table and those that the catalogue's own presets answer. Which presets
answer a need is read off their names, titles and tags, so that a preset of one's own is found as the built-in ones are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from patterns.preset import Pattern, Preset

# What each pattern is, as the first words of a reason.
PATTERN_WORDS: dict[str, str] = {
    "sidecar": "A sidecar works beside the app and helps it, for as long as it runs",
    "ambassador": "An ambassador stands between the app and the network, so the app need not change",
    "adapter": "An adapter makes what the app says fit what others expect to hear",
    "init": "An init container does its work before the app starts, and is gone then",
    "application": "An application is what patterns are put on",
}


@dataclass(frozen=True)
class Way:
    """One way to do it: the pattern, the reason in a sentence, and the words that its presets are known by.

    A preset is one if it plays the pattern and has one of `words` in its name, title or tags.
    """

    pattern: Pattern
    reason: str
    words: frozenset[str]


@dataclass(frozen=True)
class Need:
    """Something to want. `words` complete the sentence "I want to …"."""

    id: str
    group: str
    words: str
    ways: tuple[Way, ...]


@dataclass(frozen=True)
class Answer:
    """A way to meet a need, with the presets that go it."""

    way: Way
    presets: tuple[Preset, ...]


def _way(pattern: Pattern, reason: str, words: str) -> Way:
    return Way(pattern, reason, frozenset(words.split()))


_TRAFFIC, _WATCHING = "Traffic", "Metrics and logs"
_FILES, _BEFORE = "Settings, secrets and files", "Before the app starts"

NEEDS: tuple[Need, ...] = (
    Need(
        "encrypt",
        _TRAFFIC,
        "encrypt incoming requests",
        (
            _way(
                "ambassador",
                "An ambassador: it stands between the network and the app and speaks TLS, so the app need not change "
                "and only has to listen on localhost.",
                "tls https mtls",
            ),
            _way(
                "sidecar",
                "A sidecar: it takes HTTPS on a port of its own, and the app keeps the one it has.",
                "tls https mtls",
            ),
        ),
    ),
    Need(
        "authenticate",
        _TRAFFIC,
        "authenticate incoming requests",
        (
            _way(
                "ambassador",
                "An ambassador: it stands in front of the app and lets through only those who may, so the app need "
                "not know of tokens or logins.",
                "jwt oauth oauth2 oidc login auth authentication mtls",
            ),
        ),
    ),
    Need(
        "tunnel",
        _TRAFFIC,
        "connect to something outside over a secure tunnel",
        (
            _way(
                "ambassador",
                "An ambassador: the app speaks plainly to localhost, and the ambassador carries it over an encrypted "
                "connection of its own.",
                "tunnel stunnel cloudsql cloud-sql ssh vpn",
            ),
        ),
    ),
    Need(
        "outside",
        _TRAFFIC,
        "reach another host or database as if it were localhost",
        (
            _way(
                "ambassador",
                "An ambassador: the app always calls the same address on localhost, and where that leads is the "
                "ambassador's business.",
                "outgoing forward egress database shard shards sharding environment",
            ),
        ),
    ),
    Need(
        "split",
        _TRAFFIC,
        "split requests between two versions",
        (
            _way(
                "ambassador",
                "An ambassador: it decides request by request who answers, and the app sees one address.",
                "canary split splitter experiment weighted ab-testing",
            ),
        ),
    ),
    Need(
        "cache",
        _TRAFFIC,
        "answer from a local cache",
        (
            _way(
                "sidecar",
                "A sidecar: the cache is on localhost, starts and stops with the app, and nobody else shares it.",
                "cache caching",
            ),
        ),
    ),
    Need(
        "metrics",
        _WATCHING,
        "expose metrics in a standard format",
        (
            _way(
                "adapter",
                "An adapter: it asks the app in the app's own words and answers Prometheus in the format that it "
                "reads.",
                "metrics prometheus exporter statsd",
            ),
        ),
    ),
    Need(
        "stream-logs",
        _WATCHING,
        "stream logs from a file to an aggregator",
        (
            _way(
                "sidecar",
                "A sidecar: it shares the directory with the log and passes on what the app writes there.",
                "log logs logging stream stdout tail",
            ),
        ),
    ),
    Need(
        "format-logs",
        _WATCHING,
        "put logs into another form",
        (
            _way(
                "adapter",
                "An adapter: it reads what the app writes and writes it again as others expect it.",
                "log logs logging",
            ),
        ),
    ),
    Need(
        "reload",
        _FILES,
        "reload the app when its ConfigMap changes",
        (
            _way(
                "sidecar",
                "A sidecar: it watches the ConfigMap beside the app and tells the app to read it again.",
                "reload reloader live-reload",
            ),
        ),
    ),
    Need(
        "vault",
        _FILES,
        "take secrets from Vault",
        (
            _way(
                "init",
                "An init container: it fetches the secrets once, and they are there before the app starts.",
                "vault",
            ),
            _way(
                "sidecar",
                "A sidecar: it keeps the secrets fresh for as long as the app runs, also when they are rotated.",
                "vault",
            ),
        ),
    ),
    Need(
        "sync",
        _FILES,
        "keep files in step with a repository or bucket",
        (
            _way(
                "sidecar",
                "A sidecar: it fetches again and again, and the app sees the new files in the volume that both mount.",
                "sync git-sync rclone",
            ),
        ),
    ),
    Need(
        "share",
        _FILES,
        "share files between two containers",
        (
            _way(
                "sidecar",
                "A sidecar: both containers mount one volume, and what one writes the other reads; nothing else of "
                "their file systems is shared.",
                "shared-volume shared-files",
            ),
        ),
    ),
    Need(
        "ship",
        _FILES,
        "keep what the app writes in object storage",
        (
            _way(
                "sidecar",
                "A sidecar: it reads the files from the volume that both mount and carries them to the bucket.",
                "ship shipping shipper upload backup",
            ),
        ),
    ),
    Need(
        "fetch",
        _BEFORE,
        "fetch files from S3, a bucket or Git",
        (
            _way(
                "init",
                "An init container: the app starts only when the files are there, and needs no client or keys to get "
                "them.",
                "s3 gcs bucket download git fetch",
            ),
        ),
    ),
    Need(
        "node",
        _BEFORE,
        "change settings of the node with a privileged container",
        (
            _way(
                "init",
                "An init container: only it is privileged, for a moment, and the app is not.",
                "sysctl node kernel",
            ),
        ),
    ),
    Need(
        "wait",
        _BEFORE,
        "wait until something else is ready",
        (
            _way(
                "init",
                "An init container: the app is not started before what it needs answers, so it need not try again "
                "by itself.",
                "wait wait-for dependency",
            ),
        ),
    ),
    Need(
        "migrate",
        _BEFORE,
        "migrate the database",
        (
            _way(
                "init",
                "An init container: the new schema is there before the new code runs, and a failed migration keeps "
                "the old pods.",
                "migration migrations migrate",
            ),
        ),
    ),
    Need(
        "iptables",
        _BEFORE,
        "redirect or filter the pod's traffic",
        (
            _way(
                "init",
                "An init container: it sets the rules of the network that all containers share, with a right that "
                "the app never gets.",
                "iptables nftables firewall",
            ),
        ),
    ),
)


def need(id: str) -> Need | None:
    return next((one for one in NEEDS if one.id == id), None)


def answers(wanted: Need, presets: Iterable[Preset]) -> list[Answer]:
    """The ways to meet a need, in its order, each with those of `presets` that go it, the ones known by most of its
    words first. Ways without a preset are there too: the pattern is an answer by itself."""
    known = [(preset, _words(preset)) for preset in presets]
    out: list[Answer] = []
    for way in wanted.ways:
        found = [(len(words & way.words), preset) for preset, words in known if preset.pattern == way.pattern]
        best = sorted(found, key=lambda pair: -pair[0])
        out.append(Answer(way, tuple(preset for shared, preset in best if shared)))
    return out


def needs_met(preset: Preset) -> list[Need]:
    """The needs that a preset answers."""
    words = _words(preset)
    return [one for one in NEEDS if any(preset.pattern == way.pattern and words & way.words for way in one.ways)]


def _words(preset: Preset) -> set[str]:
    """The words a preset is known by: of its name, its title and its tags."""
    said = [preset.name, preset.title, *preset.tags]
    whole = {text.lower() for text in said}
    return whole.union(*(text.lower().replace("-", " ").split() for text in said))
