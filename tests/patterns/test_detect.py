"""detect: the role of every container of the articles' systems, and of others that people run."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.manifests import text
from designer.manifests.pod import containers, pods
from designer.manifests.types import Document, Documents
from patterns import catalogue
from patterns.detect import Hint, Role, aimed, by_hand, roles
from patterns.weave import weave
from tests.patterns.test_catalogue import article


def pod(*containers: Document, init: tuple[Document, ...] = (), name: str = "web", **spec: Any) -> Document:
    whole = {"initContainers": list(init), "containers": list(containers), **spec}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": whole}


NAMED = ("http", "https", "metrics", "http-prometheus")


def container(name: str, image: str, *ports: Any, **more: Any) -> Document:
    listed = [
        {"containerPort": 1, "name": port} if isinstance(port, str) else {"containerPort": port} for port in ports
    ]
    return {"name": name, "image": image, "ports": listed, **more}


def named(documents: Documents, hints: tuple[Hint, ...] = ()) -> dict[str, str]:
    found = roles(documents, hints)
    return {c.name: found[c.address].role for p in pods(documents) for c in containers(p)}


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        ("000-sidecar-before", {"apache-web-server": "application"}),
        ("000-sidecar-after", {"apache-web-server": "application", "nginx-ssl-terminator": "sidecar"}),
        ("000-ambassador", {"busybox-curl": "application", "nginx-ambassador": "ambassador"}),
        ("000-ambassador-servers", {"nginx-1": "application", "nginx-2": "application"}),
        ("000-adapter", {"redis": "application", "adapter": "adapter"}),
        ("000-init", {"nginx-1": "application", "clone-github": "init"}),
        ("004-sidecar", {"app-container": "application", "log-exporter-sidecar": "sidecar"}),
        ("004-adapter", {"app-container": "application", "log-adapter": "adapter"}),
        (
            "004-ambassador",
            {
                "app-container-poller": "application",
                "app-container-server": "application",
                "ambassador-container": "ambassador",
            },
        ),
    ],
)
def test_the_articles_manifests(manifest: str, expected: dict[str, str]) -> None:
    assert named(article(manifest)) == expected


CONFIG: Document = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "nginx-config"},
    "data": {"nginx.conf": "split_clients $arg_token $backend { 50% a; * b; }"},
}
AT_NGINX = [{"name": "config", "mountPath": "/etc/nginx"}]
VOLUMES = [{"name": "config", "configMap": {"name": "nginx-config"}}]
TALK = [{"name": "LISTEN", "value": ":80"}, {"name": "TALK", "value": "localhost:8000"}]
TCP_PROXY = container("tcp-proxy", "tecnativa/tcp-proxy", env=TALK)
SPLITTER = container("request-splitter", "nginx", volumeMounts=AT_NGINX)
VARNISH = container("cache", "eeacms/varnish", 6081)
PG_EXPORTER = container("prometheus-postgresql-exporter", "wrouesnel/postgres_exporter", 9187)
ELASTICSEARCH = container("elasticsearch", "elasticsearch:7.9.3", "http")
ES_EXPORTER = container("prometheus-exporter", "justwatch/elasticsearch_exporter:1.1.0", "http-prometheus")
TAIL = container("logs", "alpine:3.12", command=["tail", "-f", "/logs/docker-cluster_server.json"])
SHOP = container("shop", "shop:1")
SQL_PROXY = container("cloud-sql-proxy", "gcr.io/cloud-sql-connectors/cloud-sql-proxy:2")
ENVOY = container("envoy", "envoyproxy/envoy:v1.31", restartPolicy="Always")
X, DEBUG = container("x", "x"), container("debug", "busybox")


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([pod(TCP_PROXY, SPLITTER, volumes=VOLUMES), CONFIG], "application ambassador"),
        ([pod(TCP_PROXY, SPLITTER, volumes=VOLUMES)], "application ambassador"),
        ([pod(container("nginx", "nginx"), VARNISH)], "application sidecar"),
        ([pod(container("postgresql", "postgres"), PG_EXPORTER)], "application adapter"),
        ([pod(ELASTICSEARCH, container("nginx-proxy", "nginx:1.19.5", "https"))], "application ambassador"),
        ([pod(ELASTICSEARCH, ES_EXPORTER)], "application adapter"),
        ([pod(ELASTICSEARCH, TAIL)], "application sidecar"),
        ([pod(ELASTICSEARCH, init=(container("update-sysctl", "alpine:3.12"),))], "init application"),
        ([pod(container("myapp", "myapp"), init=(container("get-secret", "vault"),))], "init application"),
        ([pod(container("c1", "busybox"), container("c2", "busybox"))], "application application"),
        # Others than the articles'.
        ([pod(SHOP, SQL_PROXY)], "application ambassador"),
        ([pod(SHOP, container("fluent-bit", "fluent/fluent-bit:3.1"))], "application sidecar"),
        ([pod(container("git-sync", "git-sync/git-sync:v4.2.1"), SHOP)], "sidecar application"),
        ([pod(SHOP, init=(ENVOY,))], "ambassador application"),
        ([pod(SHOP, init=(container("helper", "helper", restartPolicy="Always"),))], "sidecar application"),
        ([pod(container("nginx-proxy", "nginx"))], "application"),
        ([pod(X, container("y", "y", "metrics"))], "application adapter"),
        ([pod(X, container("y", "y", "http", "metrics"))], "application application"),
        ([pod(X, ephemeralContainers=[DEBUG])], "application ephemeral"),
        ([pod()], ""),
    ],
)
def test_systems(documents: Documents, expected: str) -> None:
    assert list(named(documents).values()) == expected.split()


def test_the_annotated_container_is_the_application() -> None:
    marked = pod(container("logs", "alpine"), container("worker", "worker"))
    marked["metadata"]["annotations"] = {"kubectl.kubernetes.io/default-container": "logs"}
    assert named([marked])["logs"] == "application"


def test_what_was_woven_is_known() -> None:
    documents = [pod(container("x", "x"), container("y", "y"))]
    found = roles(documents, [Hint("Pod/web", "y", "adapter", "my-adapter"), Hint("Pod/other", "x", "sidecar")])
    assert found["0/containers/1"] == Role(
        "adapter", ["It was woven from the preset my-adapter."], True, "my-adapter", "my-adapter", 1.0, 1.0
    )
    assert found["0/containers/0"].role == "application"


def test_confidence_is_that_in_the_role() -> None:
    marked = pod(container("logs", "alpine"), container("worker", "worker"))
    marked["metadata"]["annotations"] = {"kubectl.kubernetes.io/default-container": "logs"}
    assert roles([marked])["0/containers/0"].confidence == 0.95
    alone, equals = roles([pod(SHOP)]), roles([pod(container("c1", "busybox"), container("c2", "busybox"))])
    assert alone["0/containers/0"].confidence == 0.99
    # Nothing speaks for either: nobody can be sure.
    assert {role.confidence for role in equals.values()} == {0.5}
    helped = roles([pod(container("api", "x/api:1"), container("fluent-bit", "fluent/fluent-bit:3.1"), init=(ENVOY,))])
    assert all(role.confidence >= 0.8 for role in helped.values())
    assert roles([pod(SHOP, init=(X,))])["0/initContainers/0"].confidence == 1
    # That a container is like a preset says how much so, beside the role.
    like = roles(article("004-sidecar"))["0/containers/1"]
    assert (like.preset, 0.6 <= like.likeness < 1, like.woven) == ("log-exporter", True, False)


def test_every_sign_is_told_weightiest_first() -> None:
    documents = [pod(SHOP, SPLITTER, volumes=VOLUMES), CONFIG]
    assert roles(documents)["0/containers/1"] == Role(
        "ambassador",
        [
            "Its name says splitter: it spreads requests over others.",
            "A proxy's configuration is mounted at /etc/nginx.",
            "ConfigMap nginx-config has it pass requests on (split_clients).",
        ],
        confidence=0.92,
    )


# Presets of a lesson, whose container does nothing: what it is can be remembered, not seen.
EQUALS = {"shared-volume"}


@pytest.mark.parametrize("name", sorted(catalogue.presets()))
def test_presets_are_recognised(name: str) -> None:
    preset = catalogue.preset(name)
    woven = weave(preset, {}, [pod(container("shop", "shop:1", 8000))], 0)
    found = roles(woven.documents)
    inside = list(containers(pods(woven.documents)[0]))
    # An init container is one, whatever the pattern is that it belongs to.
    expected = {c.name: "init" if c.kind == "init" else preset.pattern for c in inside if c.name in woven.added}
    if name not in EQUALS:
        assert {c.name: found[c.address].role for c in inside} == {"shop": "application", **expected}
        assert all(found[c.address].preset == name for c in inside if c.name in woven.added)
    # What the design remembers is known.
    hints = [Hint("Pod/web", name, preset.pattern, preset.title) for name in woven.added]
    known = roles(woven.documents, hints)
    assert all(known[c.address].preset == name and known[c.address].woven for c in inside if c.name in woven.added)


words = st.sampled_from(["app", "logs", "proxy", "cache", "adapter", "x", "nginx", "exporter"])
compound = st.lists(words, min_size=1, max_size=3).map("-".join)
some = st.builds(container, compound, words, st.sampled_from([80, 9121, "metrics"]))


@given(st.lists(some, max_size=4), st.lists(some, max_size=2))
def test_everybody_has_a_role_and_somebody_does_the_work(main: list[Document], init: list[Document]) -> None:
    documents = [pod(*main, init=tuple(init))]
    found = roles(documents)
    assert set(found) == {c.address for p in pods(documents) for c in containers(p)}
    assert all(role.evidence for role in found.values())
    assert not main or any(found[f"0/containers/{i}"].role == "application" for i in range(len(main)))


def test_an_annotation_that_is_not_there_names_nobody() -> None:
    nameless = container("", "redis:7", 6379)
    found = roles([pod(container("log-shipper", "fluent/fluent-bit:3"), nameless)])
    assert found["0/containers/1"].evidence == ["Nothing says that it helps another container."]
    both = roles([pod({"image": "busybox"}, {"image": "busybox"})])
    assert [role.role for role in both.values()] == ["application", "application"]


# A container without a name is one whose name says nothing, and so with an image and with a volume: what is missing is
# never like what is missing elsewhere.
meaningless = st.sampled_from(["name", "image"])
maybe = st.sampled_from([None, "logs", "config"])
variables = st.sampled_from(["TARGET", "SHOP", "HTTP_PROXY"])
settings = st.sampled_from(["127.0.0.1:6379", "http://localhost:8080/-/reload", "", None])


@st.composite
def odd_containers(draw: st.DrawFn) -> Document:
    """A container that may lack a name and an image, and whose mounts may lack a volume."""
    mounts = [{"name": draw(maybe), "mountPath": path, "readOnly": draw(st.booleans())} for path in ("/var/log", "/x")]
    mounts = [{key: value for key, value in mount.items() if value is not None} for mount in mounts]
    one: Document = {"volumeMounts": mounts, "env": [{"name": draw(variables), "value": draw(settings)}]}
    if draw(st.booleans()):
        one["ports"] = [{"containerPort": draw(st.sampled_from([8080, 6379, 9121, None]))}]
    one["name"] = draw(st.one_of(st.none(), words))
    one["image"] = draw(st.one_of(st.none(), words))
    return one


@st.composite
def odd_pods(draw: st.DrawFn) -> Document:
    main = draw(st.lists(odd_containers(), min_size=1, max_size=4))
    annotations = draw(st.sampled_from([{}, {"kubectl.kubernetes.io/default-container": ""}]))
    volumes = draw(st.lists(st.sampled_from([{"emptyDir": {}}, {"configMap": {}}, {"name": "logs"}]), max_size=3))
    metadata = {"annotations": annotations, **draw(st.sampled_from([{}, {"name": None}, {"name": ""}]))}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": main, "volumes": volumes}}


def with_names(document: Document, field: str) -> Document:
    """The pod, in which what lacks the field has a meaningless word of its own there."""
    out = deepcopy(document)
    for n, one in enumerate(out["spec"]["containers"]):
        one[field] = one[field] or (f"zq{n}q" if field == "name" else f"zq{n}q/zv{n}v:1")
    return out


@given(odd_pods(), meaningless)
def test_what_is_missing_is_not_the_same_as_what_is_missing_elsewhere(document: Document, field: str) -> None:
    config: Document = {"apiVersion": "v1", "kind": "ConfigMap", "data": {"nginx.conf": "proxy_pass http://a;"}}
    documents = [document, config]
    hints = [Hint("Pod/", "", "adapter", "redis-adapter")]
    found, named_now = roles(documents, hints), roles([with_names(document, field), config], hints)
    assert {at: (r.role, r.confidence, len(r.evidence)) for at, r in found.items()} == {
        at: (r.role, r.confidence, len(r.evidence)) for at, r in named_now.items()
    }
    said = " ".join(sentence for role in found.values() for sentence in role.evidence)
    assert "None" not in said
    assert "  " not in said
    assert not re.search(r" [,.:]", said), said


def test_who_can_be_reached_stands_before_who_cannot() -> None:
    hidden = container("es", "elasticsearch:7.9.3", env=[{"name": "network.host", "value": "127.0.0.1"}])
    front, store = container("front", "nginx", 9200), container("redis", "redis", 6379)
    found = roles([pod(hidden, front, store)])
    assert found["0/containers/1"].role == "ambassador"
    assert found["0/containers/1"].evidence == ["It listens on 9200, and es only on localhost."]
    assert found["0/containers/2"].role == "application"


def test_who_reads_what_another_writes_helps_it() -> None:
    writes = container("shop", "shop:1", volumeMounts=[{"name": "logs", "mountPath": "/var/log"}])
    reads = container("x", "x", volumeMounts=[{"name": "logs", "mountPath": "/in", "readOnly": True}])
    found = roles([pod(writes, reads, volumes=[{"name": "logs", "emptyDir": {}}])])["0/containers/1"]
    assert (found.role, found.evidence) == ("sidecar", ["It reads volume logs: the logs that shop writes."])


def test_odd_documents_do_no_harm() -> None:
    odd = "[1, {name: 3, ports: x, command: {}, volumeMounts: [y]}]"
    documents = text.parse(f"apiVersion: v1\nkind: Pod\nspec: {{containers: {odd}}}\n")
    assert roles(documents)["0/containers/1"].role == "application"


@pytest.mark.parametrize("order", [("vault-agent", "postgres-adapter"), ("postgres-adapter", "vault-agent")])
def test_a_call_that_nobody_declares_reaches_the_application(order: tuple[str, str]) -> None:
    documents: Documents = [pod(container("shop", "shop:1", 8080))]
    for name in order:
        documents = weave(catalogue.preset(name), {}, documents, 0).documents
    found = {c.name: roles(documents)[c.address] for c in containers(pods(documents)[0])}
    assert found["prometheus-postgresql-exporter"].evidence[:2] == [
        "Its image, postgres-exporter, is a Prometheus exporter.",
        "It calls shop on localhost:5432.",
    ]


def test_an_init_container_is_one_woven_or_imported() -> None:
    woven = weave(catalogue.preset("vault-agent"), {}, [pod(container("shop", "shop:1", 8080))], 0)
    hints = [Hint("Pod/web", name, "sidecar", "vault-agent") for name in woven.added]
    for known in ((), hints):
        found = {c.name: roles(woven.documents, known)[c.address] for c in containers(pods(woven.documents)[0])}
        assert {name: role.role for name, role in found.items()} == {
            "vault-agent-init": "init",
            "vault-agent": "sidecar",
            "shop": "application",
        }
    assert found["vault-agent-init"].evidence == [
        "It was woven from the preset Secrets from Vault.",
        "It is an init container: it runs to its end before the others start.",
    ]


def test_who_carries_the_applications_requests_is_an_ambassador() -> None:
    calls = container("shop", "shop:1", env=[{"name": "HTTPS_PROXY", "value": "http://localhost:3128"}])
    found = roles([pod(calls, container("out", "x/out:1", 3128))])["0/containers/1"]
    assert (found.role, found.evidence) == (
        "ambassador",
        ["shop sends its requests through it (HTTPS_PROXY), on localhost:3128."],
    )


def test_who_writes_what_the_application_serves_helps_it() -> None:
    serves = container("web", "nginx", 80, volumeMounts=[{"name": "html", "mountPath": "/usr/share/nginx/html"}])
    writes = container("x", "debian", volumeMounts=[{"name": "html", "mountPath": "/out"}])
    found = roles([pod(serves, writes, volumes=[{"name": "html", "emptyDir": {}}])])["0/containers/1"]
    assert (found.role, found.evidence) == ("sidecar", ["It writes to volume html, which web reads."])


def test_a_script_with_dots_in_its_name_is_no_host() -> None:
    front = container("caddy", "caddy:2", 8443, command=["caddy", "reverse-proxy", "--to", "localhost:8000"])
    behind = container("gunicorn", "x/site:1", args=["gunicorn", "--bind=127.0.0.1:8000", "site.wsgi"])
    assert named([pod(front, behind)]) == {"caddy": "ambassador", "gunicorn": "application"}


def test_who_goes_on_to_another_host_is_an_ambassador() -> None:
    forwards = container("x", "x/y:1", 1883, args=["--upstream=mqtts://broker.example.com:8883"])
    found = roles([pod(container("reader-app", "x/collector:1"), forwards)])
    assert (found["0/containers/0"].role, found["0/containers/1"].role) == ("application", "ambassador")
    assert found["0/containers/1"].evidence == ["It listens on 1883 and goes on to broker.example.com (--upstream)."]


def test_an_address_that_another_declares_is_one_to_call() -> None:
    esm = container("esm", "x/esm:1", args=["-http-addr=localhost:8500"])
    del esm["ports"]
    found = roles([pod(esm, container("client", "x/client:1", 8500))])["0/containers/1"]
    assert (found.role, found.evidence) == ("sidecar", ["esm calls it on localhost:8500."])


def test_a_web_server_and_the_code_behind_it_are_one() -> None:
    html = [{"name": "html", "mountPath": "/var/www/html"}]
    code = container("shop", "shop:2-fpm", 9000, volumeMounts=html)
    front = container("shop-nginx", "nginx", 80, volumeMounts=html)
    volumes = [{"name": "html", "emptyDir": {}}]
    assert named([pod(code, front, name="shop", volumes=volumes)]) == {
        "shop": "application",
        "shop-nginx": "application",
    }


def test_a_preset_is_aimed_at_the_container_that_does_the_work() -> None:
    tls = catalogue.preset("tls-sidecar")
    proxy, shop = container("istio-proxy", "istio/proxyv2:1.24.0", 15090), container("shop", "shop:1", 8080)
    first, second = [pod(shop, proxy)], [pod(proxy, shop)]
    assert (aimed(tls, first, 0), aimed(tls, second, 0)) == ({}, {"APP": "shop"})
    assert aimed(tls, by_hand.choose(second, "0/containers/0", "application"), 0) == {}
    # What a pod wears is known to help it, and without a pod or a parameter there is nothing to aim.
    assert aimed(tls, [pod(proxy, X)], 0, ["x"]) == {}
    assert aimed(tls, [CONFIG], 0) == aimed(catalogue.preset("wait-for"), second, 0) == {}
    woven = weave(tls, aimed(tls, second, 0), second, 0)
    assert "proxy_pass http://127.0.0.1:8080;" in str(woven.documents)


def env(**said: str) -> list[Document]:
    return [{"name": name, "value": value} for name, value in said.items()]


BRIDGE: Document = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "bridge"},
    "data": {"mosquitto.conf": "# address docs.example.org\nlistener 1883 127.0.0.1\naddress mqtt.example.com:8883\n"},
}
AT_BRIDGE: list[Document] = [{"name": "bridge", "mountPath": "/mosquitto/config"}]
SCRAPED = {"prometheus.io/port": "9686"}


@pytest.mark.parametrize(
    ("documents", "role", "evidence"),
    [
        (
            [
                pod(
                    container("farm", "x/farm:1", env=env(BROKER="mqtt://localhost:1883")),
                    container("y", "y/broker:1", 1883, volumeMounts=AT_BRIDGE),
                    volumes=[{"name": "bridge", "configMap": {"name": "bridge"}}],
                ),
                BRIDGE,
            ],
            "ambassador",
            "farm calls it on localhost:1883, and it goes on to mqtt.example.com.",
        ),
        (
            [
                pod(
                    container("desk", "x/desk:1", 8080, env=env(SMTP_HOST="localhost", SMTP_PORT="1025")),
                    container("y", "y/mail:1", 1025, env=env(RELAYHOST="smtp.example.net:587")),
                )
            ],
            "ambassador",
            "desk calls it on localhost:1025, and it goes on to smtp.example.net.",
        ),
        (
            [
                pod(
                    container("crawler", "x/crawler:1"),
                    container("y", "y/names:1", 53),
                    dnsConfig={"nameservers": ["127.0.0.1"]},
                )
            ],
            "ambassador",
            "The pod's questions for names go through it (dnsConfig), on localhost:53.",
        ),
        (
            [
                {
                    **pod(
                        container("plc", "x/plc:1", 4840),
                        container("y", "y/y:1", args=["-endpoint=opc.tcp://127.0.0.1:4840", "-listen=:9686"]),
                    ),
                    "metadata": {"name": "line", "annotations": SCRAPED},
                }
            ],
            "adapter",
            "It calls plc on localhost:4840, and Prometheus is to ask it on 9686.",
        ),
        (
            [
                pod(
                    container("old", "x/old:1", 80, env=env(PUSH="http://127.0.0.1:9091/metrics")),
                    {**container("y", "y/y:1"), "ports": [{"name": "scrape", "containerPort": 9091}]},
                )
            ],
            "adapter",
            "old gives it what it measures, on localhost:9091.",
        ),
        (
            [
                pod(
                    container("lab", "x/lab:1", 2575),
                    container("y", "y/y:1", 8080, env=env(TARGET="127.0.0.1:2575", FORMAT="fhir")),
                )
            ],
            "adapter",
            "It calls lab on localhost:2575, and gives what that says as fhir.",
        ),
        (
            [
                pod(
                    container("prices", "x/prices:1", 8080),
                    container("y", "curl", args=["curl http://localhost:8080/w"]),
                )
            ],
            "sidecar",
            "It calls prices on localhost:8080, and offers nothing itself.",
        ),
        (
            [pod(container("web", "x/web:1", 8080), container("y", "y/clock:1"))],
            "sidecar",
            "The Pod is named after web, and nothing says that it does that work too.",
        ),
    ],
    ids=["configuration", "two variables", "names", "scraped", "pushed", "form", "asks only", "the pod is another's"],
)
def test_what_the_settings_of_a_pod_say_of_a_helper(documents: Documents, role: str, evidence: str) -> None:
    found = roles(documents)
    assert found["0/containers/0"].role == "application"
    assert (found["0/containers/1"].role, evidence in found["0/containers/1"].evidence) == (role, True)


def test_that_a_pod_is_named_after_another_is_not_said_surely() -> None:
    found = roles([pod(container("web", "x/web:1", 8080), container("y", "y/clock:1"))])
    assert found["0/containers/1"].confidence < 0.8
