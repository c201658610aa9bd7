"""What people type finds the preset they mean; what they want leads to the pattern that does it."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from patterns import catalogue
from patterns.finding import Found, indexed, search
from patterns.needs import NEEDS, answers, need
from patterns.preset import PATTERNS, Preset, read

INDEX = [indexed(preset) for preset in catalogue.presets().values()]

# What somebody types, and the presets of which any may come first: the one meant, and those that do it as well.
QUERIES = [
    ("tls", "tls-sidecar tls-ambassador"),
    ("TLS termination", "tls-sidecar"),
    ("https", "tls-sidecar tls-ambassador"),
    ("ssl", "tls-sidecar tls-ambassador"),
    ("ssl certificate for my web server", "tls-sidecar"),
    ("nginx ssl terminator", "tls-sidecar"),
    ("443", "tls-sidecar"),
    ("port 443", "tls-sidecar"),
    ("encrypt incoming requests", "tls-sidecar tls-ambassador"),
    ("I want to encrypt traffic", "tls-sidecar tls-ambassador mtls-ambassador"),
    ("how do I add https to apache", "tls-sidecar"),
    ("httpd", "tls-sidecar"),
    ("certificates", "tls-sidecar tls-ambassador"),
    ("redis metrics", "redis-adapter"),
    ("redis exporter", "redis-adapter"),
    ("oliver006/redis_exporter", "redis-adapter"),
    ("redis_exporter", "redis-adapter"),
    ("port 9121", "redis-adapter"),
    ("9121", "redis-adapter"),
    ("prometheus redis", "redis-adapter"),
    ("promethues redis", "redis-adapter"),
    ("monitor redis", "redis-adapter"),
    ("REDIS_ADDR", "redis-adapter"),
    ("redis-adapter", "redis-adapter"),
    ("canary", "weighted-ambassador"),
    ("load balancing", "weighted-ambassador"),
    ("load balancer 3 to 1", "weighted-ambassador"),
    ("weighted split", "weighted-ambassador"),
    ("two servers behind localhost", "weighted-ambassador"),
    ("move traffic to a new version bit by bit", "weighted-ambassador"),
    ("split requests by weight", "weighted-ambassador"),
    ("git", "git-clone-init git-sync"),
    ("git clone", "git-clone-init"),
    ("alpine/git", "git-clone-init"),
    ("clone a repository before start", "git-clone-init"),
    ("github static site", "git-clone-init"),
    ("log format", "log-adapter"),
    ("put logs into another form", "log-adapter"),
    ("prefix each log line", "log-adapter"),
    ("sed", "log-adapter"),
    ("adapter for logs", "log-adapter"),
    ("logs over http", "log-exporter"),
    ("log files over HTTP", "log-exporter"),
    ("look at files without a shell", "log-exporter"),
    ("nginx serves logs", "log-exporter"),
    ("serve log directory", "log-exporter"),
    ("forward proxy", "forward-ambassador"),
    ("bharamicrosystems/nginx-forward-proxy", "forward-ambassador"),
    ("outside host on localhost", "forward-ambassador"),
    ("outgoing http proxy", "forward-ambassador"),
    ("port 81", "forward-ambassador"),
    ("reach another host as if it were localhost", "forward-ambassador environment-database"),
    ("split_clients", "request-splitter"),
    ("a/b test", "request-splitter"),
    ("request splitter", "request-splitter"),
    ("varnish", "varnish-cache"),
    ("http cache", "varnish-cache"),
    ("6081", "varnish-cache"),
    ("postgres metrics", "postgres-adapter"),
    ("postgres_exporter", "postgres-adapter"),
    ("9187", "postgres-adapter"),
    ("elasticsearch metrics", "elasticsearch-adapter"),
    ("9114", "elasticsearch-adapter"),
    ("tail log file to stdout", "log-tailing"),
    ("stream logs from a file", "log-tailing"),
    ("sysctl", "node-sysctl-init"),
    ("vm.max_map_count", "node-sysctl-init"),
    ("privileged init container", "node-sysctl-init"),
    ("vault init", "vault-init"),
    ("emptyDir shared between two containers", "shared-volume"),
    ("jwt", "jwt-check"),
    ("check bearer tokens", "jwt-check"),
    ("oauth login", "oauth2-proxy"),
    ("google login", "oauth2-proxy"),
    ("sso", "oauth2-proxy"),
    ("mutual tls", "mtls-proxy"),
    ("cloud sql", "cloud-sql-proxy"),
    ("secure tunnel to a database", "cloud-sql-proxy"),
    ("pgbouncer", "db-proxy"),
    ("connection pool", "db-proxy"),
    ("shard redis", "shard-router"),
    ("staging database", "environment-database"),
    ("statsd", "legacy-metrics-adapter"),
    ("legacy metrics", "legacy-metrics-adapter"),
    ("database migration", "db-migration"),
    ("wait for the database", "wait-for"),
    ("wait until postgres is ready", "wait-for"),
    ("s3 download", "object-fetch"),
    ("fetch a file from a bucket", "object-fetch"),
    ("iptables", "iptables-init"),
    ("redirect ports", "iptables-init"),
    ("redis cache", "redis-cache"),
    ("6379", "redis-cache"),
    ("reload on ConfigMap change", "config-reloader"),
    ("vault agent", "vault-agent"),
    ("secrets from vault", "vault-agent vault-init"),
    ("ship logs to s3", "log-shipper"),
    ("fluent bit", "log-shipper"),
    ("sync git", "git-sync"),
    ("keep files in sync with git", "git-sync"),
    ("elasticsearch tls", "tls-ambassador"),
    ("logs to stdout", "log-tailing"),
]
_ROWS = [(query, first.split()) for query, first in QUERIES]


@pytest.mark.parametrize(
    ("query", "first"),
    [row for row in _ROWS if row[1][0] in catalogue.presets()],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_people_type_finds_what_they_mean(query: str, first: list[str]) -> None:
    found = search(query, INDEX)
    assert found, query
    assert found[0].preset.name in first, [(one.preset.name, round(one.score, 1)) for one in found[:4]]


def test_enough_queries_are_held() -> None:
    assert sum(first[0] in catalogue.presets() for _, first in _ROWS) >= 40


@pytest.mark.parametrize("query", ["", "   ", "a the of", "xyzzy qwrtp", "%$#"])
def test_nothing_is_found_for_nothing(query: str) -> None:
    assert search(query, INDEX) == []


def reason(found: Found) -> str:
    return "".join(f"*{text}*" if hit else text for text, hit in found.reason)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("alpine/git", "image *alpine/git"),
        ("9121", "port *9121*"),
        ("ServiceMonitor", "brings *ServiceMonitor*"),
        ("REDIS_ADDR", "sets *REDIS_ADDR*"),
        ("canary", "tag *canary*"),
    ],
)
def test_where_it_was_found_is_told(query: str, said: str) -> None:
    assert reason(search(query, INDEX)[0]).startswith(said)


def a_preset(name: str, **metadata: object) -> Preset:
    about = "".join(f"\n  {key}: {value!r}" for key, value in metadata.items())
    return read(
        f"apiVersion: podpatterns.dev/v1alpha1\nkind: Preset\nmetadata:\n  name: {name}\n  pattern: sidecar{about}\n"
        "pod:\n  spec:\n    containers:\n    - {name: x, image: 'example.com/team/thing:7.2'}\n"
    )


def test_a_title_goes_before_a_mention_and_all_words_before_one() -> None:
    index = [
        indexed(a_preset("one", title="Cache", when="The proxy is slow.")),
        indexed(a_preset("two", title="Proxy")),
        indexed(a_preset("three", title="Proxy cache")),
    ]
    assert [found.preset.name for found in search("proxy", index)][:2] == ["two", "three"]
    assert search("proxy cache", index)[0].preset.name == "three"


def test_a_long_text_is_cut_to_what_is_around_the_hit() -> None:
    when = "First much is said about nothing at all. " * 5 + "Then the quokka comes in. " + "And more follows. " * 9
    (found,) = search("quokka", [indexed(a_preset("one", when=when))])
    said = reason(found)
    assert "*quokka*" in said
    assert said.startswith("… ")
    assert said.endswith(" …")
    assert len(said) < 110


@pytest.mark.parametrize("query", ["thing:7.2", "example.com/team/thing", "thing", "team thing", "thing:7.9"])
def test_an_image_is_found_by_any_part_of_it(query: str) -> None:
    (found,) = search(query, [indexed(a_preset("one"))])
    assert reason(found).startswith("image *")


@pytest.mark.broad
def test_the_work_of_a_search_grows_as_the_catalogue_does() -> None:
    """Calls are counted, not seconds."""
    few, many = (_calls_for(INDEX * times) for times in (1, 4))
    assert many < 6 * few


def _calls_for(index: list[Any]) -> int:
    count = 0

    def called(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(called)
    try:
        for query, _ in QUERIES:
            search(query, index)
    finally:
        sys.setprofile(None)
    return count


# --- "I want to …" -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "patterns"),
    [
        ("encrypt incoming requests", {"ambassador", "sidecar"}),
        ("authenticate incoming requests", {"ambassador"}),
        ("connect to something outside over a secure tunnel", {"ambassador"}),
        ("expose metrics in a standard format", {"adapter"}),
        ("stream logs from a file to an aggregator", {"sidecar"}),
        ("answer from a local cache", {"sidecar"}),
        ("reload the app when its ConfigMap changes", {"sidecar"}),
        ("take secrets from Vault", {"sidecar", "init"}),
        ("change settings of the node with a privileged container", {"init"}),
        ("fetch files from S3, a bucket or Git", {"init"}),
    ],
)
def test_every_use_case_leads_to_its_pattern(words: str, patterns: set[str]) -> None:
    (wanted,) = [one for one in NEEDS if one.words == words]
    assert {way.pattern for way in wanted.ways} == patterns


def test_the_needs_are_said_in_sentences() -> None:
    assert len({one.id for one in NEEDS}) == len({one.words for one in NEEDS}) == len(NEEDS)
    for one in NEEDS:
        for way in one.ways:
            assert way.pattern in PATTERNS
            assert way.reason.startswith(("A ", "An ")), way.reason
            assert way.reason.endswith("."), way.reason


@pytest.mark.parametrize(
    ("id", "pattern", "preset"),
    [
        ("encrypt", "sidecar", "tls-sidecar"),
        ("split", "ambassador", "weighted-ambassador"),
        ("outside", "ambassador", "forward-ambassador"),
        ("metrics", "adapter", "redis-adapter"),
        ("format-logs", "adapter", "log-adapter"),
        ("stream-logs", "sidecar", "log-exporter"),
        ("fetch", "init", "git-clone-init"),
    ],
)
def test_a_need_leads_to_the_presets_that_do_it(id: str, pattern: str, preset: str) -> None:
    wanted = need(id)
    assert wanted
    found = {answer.way.pattern: answer.presets for answer in answers(wanted, catalogue.presets().values())}
    assert preset in [one.name for one in found[pattern]]  # type: ignore[index]


def test_every_need_is_met_and_every_pattern_is_wanted() -> None:
    for wanted in NEEDS:
        for answer in answers(wanted, catalogue.presets().values()):
            assert answer.presets, f"{wanted.words}: no {answer.way.pattern} does it"
    assert {way.pattern for wanted in NEEDS for way in wanted.ways} == {*PATTERNS} - {"application"}


def test_a_preset_of_ones_own_answers_too() -> None:
    wanted = need("metrics")
    assert wanted
    own = read(
        "apiVersion: podpatterns.dev/v1alpha1\nkind: Preset\nmetadata: {name: mine, pattern: adapter, tags: [statsd]}\n"
        "pod: {spec: {containers: [{name: x, image: y}]}}\n"
    )
    assert answers(wanted, [own])[0].presets == (own,)


def test_there_is_no_such_need() -> None:
    assert need("nothing") is None
