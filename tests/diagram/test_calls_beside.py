"""Calls whose port stands beside the address, and those of programs that are told nothing."""

from __future__ import annotations

import pytest

from designer.diagram.calls import calls
from designer.manifests.pod import pods
from designer.manifests.types import Document, Documents
from tests.diagram.designs import bare_pod, config_map, container


def _calls(containers: list[Document], *others: Document, **spec: object) -> dict[tuple[str, str, int], str]:
    documents: Documents = [bare_pod("p", {"containers": containers, **spec}), *others]
    found = calls(documents, pods(documents)[0])
    return {(call.caller.name, call.callee.name, call.port): call.evidence for call in found}


ENDPOINT = "    endpoints:\n    - lb_endpoints:\n      - endpoint:\n          address:\n            socket_address:"
LISTENER = "listeners:\n- address:\n    socket_address:"


@pytest.mark.parametrize(
    ("config", "port"),
    [
        (f"{ENDPOINT} {{address: 127.0.0.1, port_value: 8080}}\n", 8080),
        (f"{ENDPOINT}\n              address: 127.0.0.1\n              port_value: 8080\n", 8080),
        (f"{LISTENER} {{address: 127.0.0.1, port_value: 8080}}\n", 0),
        (f"{LISTENER}\n      address: 127.0.0.1\n      port_value: 8080\n", 0),
        ('backend app {\n  .host = "127.0.0.1";\n  .port = "8080";\n}\n', 8080),
        ('{\n  "host": "localhost",\n  "port": 8080\n}\n', 8080),
        ("# host: localhost\n# port: 8080\n", 0),
    ],
)
def test_an_address_and_a_port_beside_it(config: str, port: int) -> None:
    proxy = container("proxy", "envoy:1", [9000], [("c", "/etc/c")])
    containers = [container("app", "app:1", [8080]), proxy]
    found = _calls(containers, config_map("c", conf=config), volumes=[{"name": "c", "configMap": {"name": "c"}}])
    assert list(found) == ([("proxy", "app", port)] if port else [])


@pytest.mark.parametrize(
    ("command", "port"),
    [
        (["nc", "-z", "localhost", "4317"], 4317),
        (["sh", "-c", "until nc -z localhost 4317; do sleep 1; done"], 4317),
        (["redis-cli", "-h", "127.0.0.1", "-p", "4317", "ping"], 4317),
        (["sh", "-c", "redis-cli -h 127.0.0.1 -p 4317 ping"], 4317),
        (["sh", "-c", "psql -p 4317 -h localhost -c 'select 1'"], 4317),
        (["sh", "-c", "psql -h localhost; nc -p 4317"], 5432),
        (["socat", "TCP-LISTEN:15432,fork", "TCP:127.0.0.1:4317"], 4317),
        (["sh", "-c", "socat TCP-LISTEN:15432,fork TCP4:127.0.0.1:4317"], 4317),
        (["sh", "-c", "echo localhost 4317"], 0),
    ],
)
def test_a_port_on_a_command_line(command: list[str], port: int) -> None:
    server = container("server", "server:1", [4317, 5432])
    found = _calls([server, container("helper", "tools:1", [9000], command=command)])
    assert list(found) == ([("helper", "server", port)] if port else [])


@pytest.mark.parametrize(
    "args",
    [["--port=5432"], ["--port", "5432"], ["-p", "5432"], ["project:region:db?port=5432"]],
)
def test_a_database_proxy_listens_where_its_flags_say(args: list[str]) -> None:
    proxy = container("proxy", "gcr.io/cloud-sql-connectors/cloud-sql-proxy:2", args=args)
    app = container("app", "app:1", [80], env=[{"name": "DB", "value": "postgres://localhost:5432/x"}])
    assert ("app", "proxy", 5432) in _calls([app, container("other"), proxy])


EXPORTERS = [
    ("oliver006/redis_exporter:v1.74.0", "redis:8", 6379, "REDIS_ADDR"),
    ("nginx/nginx-prometheus-exporter:1.4", "app:1", 8080, "SCRAPE_URI"),
    ("lusotycoon/apache-exporter:v1", "httpd:2.4", 80, "SCRAPE_URI"),
    ("quay.io/prometheus/memcached-exporter:v0.15", "memcached:1", 11211, "MEMCACHED_ADDRESS"),
    ("prom/mysqld-exporter:v0.17", "mysql:9", 3306, "DATA_SOURCE_NAME"),
    ("hipages/php-fpm_exporter:2", "php:8-fpm", 9000, "PHP_FPM_SCRAPE_URI"),
    ("quay.io/prometheuscommunity/elasticsearch-exporter:v1", "elasticsearch:9", 9200, "ES_URI"),
]


@pytest.mark.parametrize(("image", "server", "port", "variable"), EXPORTERS)
def test_an_exporter_asks_its_usual_target_unless_told_otherwise(
    image: str, server: str, port: int, variable: str
) -> None:
    asked = container("server", server, [port])
    found = _calls([asked, container("exporter", image)])
    assert list(found) == [("exporter", "server", port)]
    assert f"asks localhost:{port}" in found["exporter", "server", port]
    assert "unless told otherwise" in found["exporter", "server", port]
    told = container("exporter", image, env=[{"name": variable, "value": "tcp://elsewhere.example.com:1"}])
    assert _calls([asked, told]) == {}


def test_an_exporter_that_finds_nobody_who_listens_calls_nobody() -> None:
    exporter = container("exporter", "oliver006/redis_exporter:v1.74.0")
    assert _calls([container("web", "web:1", [8080]), exporter]) == {}
    assert _calls([container("db", "postgres:17"), container("e", "prometheuscommunity/postgres-exporter:v0.17")]) == {}
