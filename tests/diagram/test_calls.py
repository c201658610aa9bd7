"""Who calls whom on localhost, by what the settings say."""

from __future__ import annotations

from typing import Any

import pytest

from designer.diagram.calls import calls
from designer.manifests.pod import pods
from designer.manifests.types import Document, Documents
from tests.diagram.designs import bare_pod, config_map, container

PROXY_CONFIG = """
server {
  listen 443 ssl;
  server_name localhost;
  # proxy_pass http://127.0.0.1:8081;
  location / { proxy_pass http://127.0.0.1:80; }
}
"""


def _calls(containers: list[Document], *others: Document, **spec: Any) -> list[tuple[str, str, int]]:
    documents: Documents = [bare_pod("p", {"containers": containers, **spec}), *others]
    return [(call.caller.name, call.callee.name, call.port) for call in calls(documents, pods(documents)[0])]


APP = container("app", ports=[9200])


@pytest.mark.parametrize(
    "fields",
    [
        {"args": ["--es.uri=http://localhost:9200"]},
        {"args": ["--upstream", "127.0.0.1:9200"]},
        {"command": ["sh", "-c", "while true; do curl -s http://localhost:9200/_stats; done"]},
        {"env": [{"name": "URL", "value": "http://user:secret@localhost:9200/path"}]},
        {"env": [{"name": "ES", "value": "[::1]:9200"}]},
        {"env": [{"name": "ES_HOST", "value": "localhost"}, {"name": "ES_PORT", "value": "9200"}]},
        {"env": [{"name": "PORT", "value": "9200"}], "args": ["--uri=http://localhost:$(PORT)"]},
        {"env": [{"name": "HOSTS", "value": "LOCALHOST:1,LOCALHOST:9200"}]},
        {"env": [{"name": "REDIS_ADDR", "value": "localhost:9200"}]},
    ],
)
def test_a_setting_that_names_localhost_is_a_call(fields: Document) -> None:
    third = container("third", ports=[7000])
    assert ("helper", "app", 9200) in _calls([APP, third, container("helper", ports=[9114], **fields)])


@pytest.mark.parametrize(
    "fields",
    [
        {"args": ["--web.listen-address=127.0.0.1:9200"]},
        {"args": ["--listen", "localhost:9200"]},
        {"env": [{"name": "BIND_ADDR", "value": "127.0.0.1:9200"}]},
        {"env": [{"name": "URL", "value": "http://localhost.example.com:9200"}]},
        {"env": [{"name": "URL", "value": "http://not-localhost:9200"}]},
        {"env": [{"name": "URL", "value": "http://elasticsearch:9200"}]},
        {"env": [{"name": "URL", "value": "http://localhost:99999"}]},
        {"command": ["sh", "-c", 'curl "http://localhost:$(printenv http.port || echo 9200)/"']},
        {"env": [{"name": "URL", "value": "http://localhost:{{ .Values.port }}/"}]},
        {"args": ["localhost"]},
        {"args": [9200, None, {"localhost:9200": 1}], "env": "localhost:9200", "envFrom": [3]},
    ],
)
def test_what_listens_or_names_another_host_is_no_call(fields: Document) -> None:
    assert _calls([APP, container("third", ports=[7000]), container("helper", ports=[9114], **fields)]) == []


def test_a_mounted_config_map_says_it_with_its_line_and_comments_do_not_count() -> None:
    documents = [
        bare_pod(
            "p",
            {
                "containers": [
                    container("app", ports=[80]),
                    container("proxy", ports=[443], mounts=[("config", "/etc/nginx/conf.d")]),
                ],
                "volumes": [{"name": "config", "configMap": {"name": "nginx"}}],
            },
        ),
        config_map("nginx", default_conf=PROXY_CONFIG),
    ]
    found = calls(documents, pods(documents)[0])
    assert [(call.caller.name, call.callee.name, call.port) for call in found] == [("proxy", "app", 80)]
    assert found[0].evidence == (
        "proxy calls localhost:80, app: ConfigMap nginx, default.conf, line 6 says "
        "“location / { proxy_pass http://127.0.0.1:80; }”"
    )


def test_only_the_keys_that_are_mounted_count() -> None:
    settings = config_map("c", one="url: http://localhost:9200", two="url: http://localhost:7000")
    helper = container("helper", mounts=[("config", "/etc/one.yaml", "ro", "one")])
    volumes = [{"name": "config", "configMap": {"name": "c"}}]
    assert _calls([APP, container("b", ports=[7000]), helper], settings, volumes=volumes) == [("helper", "app", 9200)]
    volumes = [{"name": "config", "configMap": {"name": "c", "items": [{"key": "two", "path": "one"}]}}]
    assert _calls([APP, container("b", ports=[7000]), helper], settings, volumes=volumes) == [("helper", "b", 7000)]


def test_env_from_a_config_map_counts() -> None:
    settings = config_map("c", URL="http://localhost:9200")
    whole = container("helper", envFrom=[{"configMapRef": {"name": "c"}}])
    one = {"name": "U", "valueFrom": {"configMapKeyRef": {"name": "c", "key": "URL"}}}
    assert _calls([APP, whole], settings) == [("helper", "app", 9200)]
    assert _calls([APP, container("helper", env=[one])], settings) == [("helper", "app", 9200)]


def test_a_port_that_is_worked_out_is_not_the_scheme_s() -> None:
    front = container("front", command=["sh", "-c", "curl http://localhost:${PORT:-8080}/"])
    assert _calls([front, container("web", ports=[80])]) == []


def test_a_url_without_a_port_has_its_scheme_s() -> None:
    helper = container("helper", args=["redis://localhost/0", "http://localhost/metrics"])
    assert _calls([container("r", ports=[6379]), container("w", ports=[80]), helper]) == [
        ("helper", "r", 6379),
        ("helper", "w", 80),
    ]


def test_an_undeclared_port_is_the_only_other_container_s() -> None:
    helper = container("helper", args=["http://localhost:5000"])
    assert _calls([container("app"), helper]) == [("helper", "app", 5000)]
    assert _calls([container("app"), container("other"), helper]) == []
    assert _calls([container("app"), container("other", args=["--listen=:5000"]), helper]) == [
        ("helper", "other", 5000)
    ]


def test_one_s_own_port_is_no_call_unless_a_url_says_so_and_another_takes_it_too() -> None:
    front = container("front", ports=[9200], env=[{"name": "UPSTREAM", "value": "http://localhost:9200"}])
    assert _calls([front, container("other", ports=[80])]) == []
    assert _calls([front, APP]) == [("front", "app", 9200)]


def test_of_two_on_one_port_the_one_behind_is_meant() -> None:
    front = container("front", ports=[9200], args=["http://localhost:9200"])
    exporter = container("exporter", ports=[9114], args=["--es.uri=http://localhost:9200"])
    assert ("exporter", "app", 9200) in _calls([front, APP, exporter])


def test_init_containers_take_no_part_and_native_sidecars_do() -> None:
    steps = [
        container("clone", args=["http://localhost:9200"]),
        container("proxy", ports=[5432], restartPolicy="Always", args=["http://localhost:9200"]),
    ]
    app = container("app", ports=[9200], env=[{"name": "DB", "value": "postgres://localhost/db"}])
    assert _calls([app], initContainers=steps) == [("proxy", "app", 9200), ("app", "proxy", 5432)]


def test_no_setting_keeps_us_reading() -> None:
    doubling = [{"name": "A0", "value": "x" * 100}]
    doubling += [{"name": f"A{n}", "value": f"$(A{n - 1})" * 20} for n in range(1, 60)]
    helper = container("helper", env=doubling, args=["listen=" * 15_000, "listen " + "x:" * 50_000, "http://" * 15_000])
    assert _calls([APP, helper | {"args": [*helper["args"], "localhost:9200"]}]) == [("helper", "app", 9200)]


def test_a_port_that_nobody_declares_is_the_application_s_or_the_program_s_that_usually_has_it() -> None:
    agent, postgres = container("vault-agent", "hashicorp/vault:1.20"), container("db", "postgres:17.6", ports=[8080])
    exporter = container(
        "exporter",
        ports=[9187],
        env=[{"name": "DATA_SOURCE_NAME", "value": "postgresql://u:p@localhost:5432/postgres"}],
    )
    assert _calls([agent, postgres, exporter]) == [("exporter", "db", 5432)]
    own = postgres | {"image": "registry.example.com/team/store:1"}
    documents: Documents = [bare_pod("p", {"containers": [agent, own, exporter]})]
    roles = {"0/containers/0": "sidecar", "0/containers/1": "application", "0/containers/2": "adapter"}
    found = calls(documents, pods(documents)[0], roles)
    assert [(call.callee.name, call.declared) for call in found] == [("db", False)]


def test_a_probe_says_who_listens() -> None:
    app = container("app", readinessProbe={"httpGet": {"path": "/", "port": 5000}})
    helper = container("helper", args=["http://localhost:5000"])
    assert _calls([container("other"), app, helper]) == [("helper", "app", 5000)]


@pytest.mark.parametrize("ports", [[], [9200]])
def test_a_probe_s_command_asks_another_only_where_that_one_listens(ports: list[int]) -> None:
    command = ["sh", "-c", "curl -fs http://localhost:9200/_cluster/health"]
    asking = container("front", readinessProbe={"exec": {"command": command}})
    expected = [("front", "app", 9200)] if ports else []
    assert _calls([asking, container("app", ports=ports)]) == expected


@pytest.mark.parametrize(
    "address", ["postgresql://shop:secret@localhost:9200/shop", "shop:secret@tcp(localhost:9200)/shop"]
)
def test_the_evidence_hides_a_password(address: str) -> None:
    helper = container("helper", env=[{"name": "DB", "value": address}])
    documents: Documents = [bare_pod("p", {"containers": [APP, helper]})]
    (call,) = calls(documents, pods(documents)[0])
    assert "secret" not in call.evidence
    assert "shop:…@" in call.evidence
